"""What is asked and measured right before a session."""

from typing import TYPE_CHECKING, Any

from crispy_forms.helper import FormHelper
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from devices.models import Channel
from protocols.models import Limb, OcclusionMeasurement, Posture, Prescription, Side
from sessions.domain.preflight import Reaction
from sessions.forms.plans import PlanField
from sessions.selectors.sides import other_side

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

ASKED = (
    "systolic_mmhg",
    "diastolic_mmhg",
    "heart_rate_bpm",
    "pain_nrs",
    "spo2_percent",
    "infection",
    "new_medicine",
    "swelling",
)
"""By the names of `preflight.Facts`."""
ASKED_BEFORE_TRAINING = ("slept_badly", "drank_little", "reaction", "stiffness_min")
YES_NO = [("no", _("No")), ("yes", _("Yes"))]


def _asked(label: "_StrPromise") -> forms.TypedChoiceField:
    """A question that must be answered: nothing is preselected."""
    return forms.TypedChoiceField(
        label=label,
        choices=YES_NO,
        coerce=lambda answer: answer == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("Ask, and tap yes or no.")},
    )


class TodayForm(forms.Form):
    """What is asked and measured whenever a cuff is to be inflated today."""

    channel = forms.ModelChoiceField(Channel.objects.none(), label=_("Cuff"), empty_label=None)
    systolic_mmhg = forms.IntegerField(label=_("Systolic (mmHg)"), min_value=60, max_value=280)
    diastolic_mmhg = forms.IntegerField(label=_("Diastolic (mmHg)"), min_value=30, max_value=180)
    heart_rate_bpm = forms.IntegerField(label=_("Heart rate (bpm)"), min_value=30, max_value=220)
    pain_nrs = forms.IntegerField(label=_("Joint pain now (0-10)"), min_value=0, max_value=10)
    spo2_percent = forms.IntegerField(
        label=_("Oxygen (%), if measured"), min_value=60, max_value=100, required=False
    )
    infection = _asked(_("Fever or any infection?"))
    new_medicine = _asked(_("Any new medicine since the last screening?"))
    swelling = _asked(_("New swelling in an arm or leg?"))

    def __init__(self, data: Any = None, *, channels: QuerySet[Channel], initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        _offer(self.fields["channel"], channels)
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean(self) -> dict[str, Any]:
        """Systolic lies above diastolic."""
        cleaned = super().clean() or {}
        systolic, diastolic = cleaned.get("systolic_mmhg"), cleaned.get("diastolic_mmhg")
        if systolic and diastolic and systolic <= diastolic:
            self.add_error("diastolic_mmhg", _("Diastolic must be below systolic."))
        return cleaned

    def answers(self) -> dict[str, Any]:
        """What was asked and measured, by the names of `preflight.Facts`."""
        return {name: self.cleaned_data[name] for name in ASKED}


class PreflightForm(TodayForm):
    """The same with what is to be trained, in under a minute."""

    prescription = PlanField(Prescription.objects.none(), label=_("Prescription"), empty_label=None)
    slept_badly = _asked(_("Slept badly?"))
    drank_little = _asked(_("Drunk less than usual today?"))
    reaction = forms.TypedChoiceField(
        label=_("After the last session?"),
        choices=[
            (Reaction.NONE, _("Well, or a little sore")),
            (Reaction.LASTING, _("Sore or tired for over a day")),
            (Reaction.WARNING, _("Swelling, numbness, dark urine or strong pain")),
        ],
        coerce=Reaction,
        widget=forms.RadioSelect,
        error_messages={"required": _("Ask, and tap one.")},
    )
    stiffness_min = forms.IntegerField(label=_("Morning stiffness (min)"), min_value=0, max_value=720)
    both_sides = forms.BooleanField(
        label=_("Both sides together"),
        required=False,
        help_text=_("Each limb at its own prescription, on two channels of one controller."),
    )

    def __init__(
        self, data: Any = None, *, prescriptions: QuerySet[Prescription], channels: QuerySet[Channel]
    ) -> None:
        plan = prescriptions.first()
        fitting = channels.filter(cuff_model=plan.cuff_model).first() if plan else None
        super().__init__(data, channels=channels, initial={"prescription": plan, "channel": fitting})
        _offer(self.fields["prescription"], prescriptions)
        self._offered = prescriptions, channels
        if not any(other_side(one, on, *self._offered) for one in prescriptions for on in channels):
            del self.fields["both_sides"]

    def answers(self) -> dict[str, Any]:
        """With how the person is today."""
        return super().answers() | {name: self.cleaned_data[name] for name in ASKED_BEFORE_TRAINING}

    def clean(self) -> dict[str, Any]:
        """Both sides need a prescription and a channel each."""
        cleaned = super().clean()
        if cleaned.get("both_sides") and self.other_side() is None:
            words = _(
                "The other side has no such prescription, or this controller has no fitting cuff for it."
            )
            self.add_error("both_sides", words)
        return cleaned

    def other_side(self) -> tuple[Prescription, Channel] | None:
        """What the opposite limb gets, None if it is not wanted or can't be had."""
        wanted, plan, on = (self.cleaned_data.get(name) for name in ("both_sides", "prescription", "channel"))
        return other_side(plan, on, *self._offered) if wanted and plan and on else None


class SearchForm(TodayForm):
    """The same with the limb whose occlusion pressure is to be found, and how."""

    limb = forms.ChoiceField(label=_("Limb"), choices=Limb.choices, widget=forms.RadioSelect)
    side = forms.ChoiceField(label=_("Side"), choices=Side.choices, widget=forms.RadioSelect)
    posture = forms.ChoiceField(
        label=_("Posture"),
        choices=Posture.choices,
        widget=forms.RadioSelect,
        help_text=_("The posture of the exercise: the pressure differs between lying and sitting."),
    )
    method = forms.ChoiceField(
        label=_("How"), choices=OcclusionMeasurement.MEASURED, widget=forms.RadioSelect
    )

    def __init__(self, data: Any = None, *, channels: QuerySet[Channel]) -> None:
        super().__init__(data, channels=channels, initial={"channel": channels.first()})

    def site(self) -> dict[str, str]:
        """Where and how it is measured."""
        return {name: self.cleaned_data[name] for name in ("limb", "side", "posture", "method")}


def _offer(field: forms.Field, rows: QuerySet[Any]) -> None:
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = rows
