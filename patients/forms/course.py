"""What is filled in about a person's way: a flare, what they demonstrated, the joints, and the questionnaires."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from patients.domain import competence, flare
from patients.domain.flare import Control, Sign
from patients.forms.plain import day_widget, plain


class FlareForm(forms.Form):
    """A flare as the patient tells it. Nobody has to fill in more than when it began and what happened."""

    began_on = forms.DateField(label=_("Began on"), widget=day_widget())
    words = forms.CharField(label=_("What happened"), widget=forms.Textarea(attrs={"rows": 3}))
    signs = forms.MultipleChoiceField(
        label=_("What is there"),
        choices=[(sign.value, sign.words) for sign in Sign],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    usual_pain_nrs = forms.IntegerField(
        label=_("Usual pain (0-10)"), min_value=0, max_value=10, required=False
    )
    pain_nrs = forms.IntegerField(label=_("Pain now (0-10)"), min_value=0, max_value=10, required=False)
    lasted_h = forms.IntegerField(label=_("For how many hours"), min_value=0, max_value=9999, required=False)
    control = forms.ChoiceField(
        label=_("Is it under control with the usual treatment?"),
        choices=[(Control.YES, _("Yes")), (Control.NO, _("No")), (Control.NOT_KNOWN, _("Not known"))],
        widget=forms.RadioSelect,
        help_text=_("Unless it is, a medical lead has to say when training may go on."),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(self)
        self.today = today
        self.initial["began_on"] = today

    def clean_began_on(self) -> date:
        """Not in the future."""
        began: date = self.cleaned_data["began_on"]
        if began > self.today:
            raise forms.ValidationError(_("This day has not come yet."))
        return began

    def terms(self) -> dict[str, Any]:
        """What the service takes."""
        given = self.cleaned_data
        told = flare.Told(
            given["usual_pain_nrs"], given["pain_nrs"], given["lasted_h"], tuple(given["signs"])
        )
        return {name: given[name] for name in ("began_on", "words", "control")} | {"told": told}


class CompetenceForm(forms.Form):
    """Each skill, ticked or timed only if it was done before our eyes. Nothing is ticked beforehand."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(self)
        for skill in competence.SKILLS:
            self.fields[skill.name] = _skill(skill)
        self.fields["device_has_own_limits"] = forms.BooleanField(
            label=_("The home device has a pressure limit and a time limit of its own; seen by us"),
            required=False,
        )
        self.fields["adult_is_present"] = forms.BooleanField(
            label=_("Another adult is there for the first two sessions at home (recommended)"), required=False
        )
        self.fields["note"] = forms.CharField(
            label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 2})
        )

    def terms(self) -> dict[str, Any]:
        """What the service takes."""
        given = self.cleaned_data
        shown = {skill.name: given[skill.name] for skill in competence.SKILLS}
        return {"shown": shown} | {
            name: given[name] for name in ("device_has_own_limits", "adult_is_present", "note")
        }


def _skill(skill: competence.Skill) -> forms.Field:
    if skill.unit == "s":
        return forms.FloatField(
            label=f"{skill.words} (s)",
            required=False,
            min_value=0,
            max_value=600,
            widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "any"}),
        )
    if skill.unit:
        return forms.IntegerField(label=skill.words, required=False, min_value=0, max_value=30)
    return forms.BooleanField(label=skill.words, required=False)
