"""URLs of protocols, at the root of the site. Each name has a row in `kaatsu_clinic.access.TABLE`."""

from django.urls import path

from protocols.views import catalogue, own, prescribing, ramp

app_name = "protocols"
urlpatterns = [
    path("protocols/", catalogue.catalogue, name="catalogue"),
    path("protocols/<int:protocol_id>/", catalogue.detail, name="detail"),
    path("protocols/write/", catalogue.write, name="write"),
    path("protocols/<int:protocol_id>/retire/", catalogue.retire, name="retire"),
    path("patients/<int:patient_id>/occlusion/", prescribing.measure_occlusion, name="measure_occlusion"),
    path("patients/<int:patient_id>/ramp/", ramp.record_ramp, name="record_ramp"),
    path("limits/", own.clinic_limits, name="clinic_limits"),
    path("patients/<int:patient_id>/limits/", own.patient_limits, name="patient_limits"),
    path("patients/<int:patient_id>/wider-plan/", own.wider_plan, name="wider_plan"),
    path("patients/<int:patient_id>/prescribe/", prescribing.prescribe, name="prescribe"),
    path("patients/<int:patient_id>/prescriptions/", prescribing.patient_part, name="patient_part"),
    path(
        "patients/<int:patient_id>/prescriptions/<int:prescription_id>/",
        prescribing.prescription,
        name="prescription",
    ),
    path(
        "patients/<int:patient_id>/prescriptions/<int:prescription_id>/withdraw/",
        prescribing.withdraw_prescription,
        name="withdraw_prescription",
    ),
]
