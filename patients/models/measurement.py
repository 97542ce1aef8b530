"""What was measured, and which joints hurt."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kaatsu_clinic.accounts.models import User
from patients.models.people import Patient


class Measurement(models.Model):
    """One measured number. The unit is part of the kind."""

    class Kind(models.TextChoices):
        PAIN_NRS = "PAIN_NRS", _("Pain (0-10)")
        SYSTOLIC_MMHG = "SYSTOLIC_MMHG", _("Systolic blood pressure (mmHg)")
        DIASTOLIC_MMHG = "DIASTOLIC_MMHG", _("Diastolic blood pressure (mmHg)")
        HEART_RATE_BPM = "HEART_RATE_BPM", _("Heart rate (bpm)")
        CRP_MG_L = "CRP_MG_L", _("CRP (mg/L)")
        CHAIR_STANDS_30S = "CHAIR_STANDS_30S", _("30 s chair stand (count)")
        EXERTION_SYSTOLIC_MMHG = "EXERTION_SYSTOLIC_MMHG", _("Systolic while training (mmHg)")
        ESR_MM_H = "ESR_MM_H", _("ESR (mm/h)")
        PATIENT_GLOBAL_0_100 = "PATIENT_GLOBAL_0_100", _("Patient's global score (0-100)")
        PHYSICIAN_GLOBAL_0_10 = "PHYSICIAN_GLOBAL_0_10", _("Physician's global score (0-10)")
        MORNING_STIFFNESS_MIN = "MORNING_STIFFNESS_MIN", _("Morning stiffness (min)")
        ARM_ELEVATION_0_3 = "ARM_ELEVATION_0_3", _("Arm elevation (0 above shoulder - 3 none)")
        TENDER_28 = "TENDER_28", _("Tender joints (of 28)")
        SWOLLEN_28 = "SWOLLEN_28", _("Swollen joints (of 28)")
        TENDER_68 = "TENDER_68", _("Tender joints (of 68)")
        SWOLLEN_66 = "SWOLLEN_66", _("Swollen joints (of 66)")
        HAQ_DI = "HAQ_DI", _("HAQ-DI (0-3)")
        KOOS_PS_RAW = "KOOS_PS_RAW", _("KOOS-PS raw sum (0-28, 0 is no difficulty)")
        TUG_S = "TUG_S", _("Timed up and go (s)")
        WALK_6MIN_M = "WALK_6MIN_M", _("6-minute walk (m)")
        GAIT_SPEED_M_S = "GAIT_SPEED_M_S", _("Gait speed (m/s)")
        GRIP_LEFT_KG = "GRIP_LEFT_KG", _("Grip, left (kg)")
        GRIP_RIGHT_KG = "GRIP_RIGHT_KG", _("Grip, right (kg)")
        KNEE_EXTENSION_LEFT_N = "KNEE_EXTENSION_LEFT_N", _("Knee extension, left (N)")
        KNEE_EXTENSION_RIGHT_N = "KNEE_EXTENSION_RIGHT_N", _("Knee extension, right (N)")
        ONE_RM_LEG_PRESS_KG = "ONE_RM_LEG_PRESS_KG", _("1RM leg press, estimated (kg)")
        ONE_RM_KNEE_EXTENSION_KG = "ONE_RM_KNEE_EXTENSION_KG", _("1RM knee extension, estimated (kg)")
        THIGH_LEFT_CM = "THIGH_LEFT_CM", _("Thigh circumference, left (cm)")
        THIGH_RIGHT_CM = "THIGH_RIGHT_CM", _("Thigh circumference, right (cm)")

    patient = models.ForeignKey(Patient, models.CASCADE, related_name="measurements")
    kind = models.CharField(max_length=30, choices=Kind.choices)
    value = models.FloatField()
    measured_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["patient", "kind", "measured_at"], name="measurement_series")]

    def __str__(self) -> str:
        return f"{self.kind} {self.value:g} of {self.patient_id}"


class JointCount(models.Model):
    """Which joints were tender and which swollen, by name (`domain.joints`). The counts are kept as measurements as well."""

    patient = models.ForeignKey(Patient, models.CASCADE, related_name="joint_counts")
    is_full = models.BooleanField(help_text="68 and 66 joints were looked at, not 28")
    tender = models.JSONField(default=list)
    swollen = models.JSONField(default=list)
    counted_at = models.DateTimeField()
    counted_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"Joints of {self.patient_id} on {self.counted_at:%Y-%m-%d}"
