"""What is asked and measured right before a session."""

from typing import TYPE_CHECKING, Any

from crispy_forms.helper import FormHelper
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from devices.models import Channel
from protocols.models import Prescription
from sessions.forms.plans import PlanField

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

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


class PreflightForm(forms.Form):
    """What is asked and measured right before a session, in under a minute."""

    prescription = PlanField(Prescription.objects.none(), label=_("Prescription"), empty_label=None)
    channel = forms.ModelChoiceField(Channel.objects.none(), label=_("Cuff"), empty_label=None)
    systolic_mmhg = forms.IntegerField(label=_("Systolic (mmHg)"), min_value=60, max_value=280)
    diastolic_mmhg = forms.IntegerField(label=_("Diastolic (mmHg)"), min_value=30, max_value=180)
    heart_rate_bpm = forms.IntegerField(label=_("Heart rate (bpm)"), min_value=30, max_value=220)
    pain_nrs = forms.IntegerField(label=_("Joint pain now (0-10)"), min_value=0, max_value=10)
    infection = _asked(_("Fever or any infection?"))
    new_medicine = _asked(_("Any new medicine since the last screening?"))
    swelling = _asked(_("New swelling in an arm or leg?"))

    def __init__(
        self, data: Any = None, *, prescriptions: QuerySet[Prescription], channels: QuerySet[Channel]
    ) -> None:
        plan = prescriptions.first()
        fitting = channels.filter(cuff_model=plan.cuff_model).first() if plan else None
        super().__init__(data, initial={"prescription": plan, "channel": fitting})
        _offer(self.fields["prescription"], prescriptions)
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
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in ("prescription", "channel")
        }


def _offer(field: forms.Field, rows: QuerySet[Any]) -> None:
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = rows
