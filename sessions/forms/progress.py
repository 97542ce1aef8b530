"""A move between phases, and the end of a suspension, as a person decides them."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from kaatsu_clinic.accounts.models import User
from patients.domain.phases import Phase, may_follow, next_of
from patients.models import Patient


class MoveForm(forms.Form):
    """Where to, why, and who answers for it. Nothing is chosen beforehand."""

    to_phase = forms.ChoiceField(label=_("Move to"), widget=forms.RadioSelect)
    responsible = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Clinician responsible at home"),
        required=False,
        help_text=_("Needed for home."),
    )
    reason = forms.CharField(label=_("Reason"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    is_override = forms.BooleanField(
        label=_("Override the gate as medical lead; the reason is kept with what was not met"), required=False
    )

    def __init__(
        self, *args: Any, phase: str, clinicians: QuerySet[User], may_override: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        choice, responsible = self.fields["to_phase"], self.fields["responsible"]
        assert isinstance(choice, forms.ChoiceField)
        assert isinstance(responsible, forms.ModelChoiceField)
        choice.choices = [
            (value, words) for value, words in Patient.Phase.choices if may_follow(Phase(phase), Phase(value))
        ]
        responsible.queryset = clinicians
        if not may_override or next_of(Phase(phase)) is None:
            del self.fields["is_override"]
        if phase != Phase.TRANSITION:
            del self.fields["responsible"]


class EndSuspensionForm(forms.Form):
    """Why someone may train again."""

    reason = forms.CharField(
        label=_("Why this person may train again"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
