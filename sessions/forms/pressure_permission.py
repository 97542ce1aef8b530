"""Up to which blood pressure a physician lets someone train."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sessions.domain import preflight

LONGEST = timedelta(weeks=12)
"""As a screening holds (programme setting)."""


class PressurePermissionForm(forms.Form):
    """Always below what bars a session, always with an end."""

    systolic_mmhg = forms.IntegerField(
        label=_("Systolic up to (mmHg)"),
        min_value=preflight.SYSTOLIC_LOW_MMHG,
        max_value=preflight.SYSTOLIC_BLOCK_MMHG - 1,
    )
    diastolic_mmhg = forms.IntegerField(
        label=_("Diastolic up to (mmHg)"), min_value=60, max_value=preflight.DIASTOLIC_BLOCK_MMHG - 1
    )
    valid_until = forms.DateField(label=_("Until"), widget=forms.DateInput({"type": "date"}))
    reason = forms.CharField(label=_("Why"), max_length=300)

    def __init__(self, data: Any = None, *, today: date) -> None:
        super().__init__(data)
        self.today = today

    def clean_valid_until(self) -> date:
        """From today on, not for long."""
        until: date = self.cleaned_data["valid_until"]
        if not self.today <= until <= self.today + LONGEST:
            raise forms.ValidationError(_("Choose a day within the next 12 weeks."))
        return until
