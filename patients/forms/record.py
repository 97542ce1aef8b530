"""A new patient, numbers measured, a reason."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Fieldset, Layout
from django import forms
from django.forms.models import fields_for_model
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaatsu_clinic.accounts.models import Clinic
from patients.domain import measures
from patients.forms.plain import day_widget, plain
from patients.models import Measurement, Patient

OLDEST_YEARS = 120
"""Nobody is older: an earlier date of birth is a slip of the finger."""


class RegisterForm(forms.Form):
    """A new patient. `clinics` are those where the person who asks is a clinician.

    Not a ModelForm: whether the record number is free is for the service to say, next to that field.
    """

    def __init__(self, *args: Any, clinics: Sequence[Clinic], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(self)
        self.fields = {"clinic": _clinic_choice(clinics), **_patient_fields()}

    def clean_birth_date(self) -> date:
        """A day that a living person can be born on."""
        born: date = self.cleaned_data["birth_date"]
        today = timezone.localdate()
        if not today.replace(year=today.year - OLDEST_YEARS, day=min(today.day, 28)) <= born <= today:
            raise forms.ValidationError(_("Check the year: nobody in the programme was born on this day."))
        return born


def _patient_fields() -> dict[str, forms.Field]:
    """The fields of a patient's record that a clinician enters."""
    return fields_for_model(
        Patient,
        ("number", "family_name", "given_name", "birth_date", "sex", "diagnosis", "diagnosis_detail"),
        widgets={"birth_date": day_widget()},
        help_texts={
            "number": gettext("As on the paper record. One patient, one number."),
            "diagnosis_detail": gettext("Such as: left knee, both hands."),
        },
    )


def _clinic_choice(clinics: Sequence[Clinic]) -> "forms.ModelChoiceField[Clinic]":
    """A choice, or the only clinic there is, out of sight."""
    choice = forms.ModelChoiceField(
        Clinic.objects.filter(pk__in=[one.pk for one in clinics]), label=_("Clinic")
    )
    if len(clinics) == 1:
        choice.initial, choice.widget = clinics[0], forms.HiddenInput()
    return choice


class ReasonForm(forms.Form):
    """Why something is taken back."""

    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(self)


TYPED = tuple(kind for kind in Measurement.Kind if not measures.PLAUSIBLE[kind].is_counted)
"""Kinds that are typed in; the others are counted on a page of their own."""


class MeasureForm(forms.Form):
    """Numbers taken at one time. At least one."""

    measured_at = forms.DateTimeField(
        label=_("Measured at"),
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
    )

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(self)
        self.now = now
        self.initial["measured_at"] = timezone.localtime(now)
        for kind in TYPED:
            self.fields[kind.value] = _number(kind)
        self.fields["note"] = forms.CharField(label=_("Note"), required=False, max_length=200)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        chapters = (_chapter(chapter) for chapter in measures.Chapter)
        self.helper.layout = Layout("measured_at", Div(*chapters, css_class="chapters"), "note")

    def clean_measured_at(self) -> datetime:
        """Not in the future, but for the minute that is running."""
        at: datetime = self.cleaned_data["measured_at"]
        if at > self.now + timedelta(minutes=1):
            raise forms.ValidationError(_("This time has not come yet."))
        return at

    def values(self) -> dict[str, float]:
        """Kind -> number, for the fields that were filled in."""
        given = ((kind.value, self.cleaned_data.get(kind.value)) for kind in TYPED)
        return {kind: number for kind, number in given if number is not None}


def _chapter(chapter: measures.Chapter) -> Fieldset:
    fields = (kind.value for kind in TYPED if measures.PLAUSIBLE[kind].chapter is chapter)
    return Fieldset(chapter.value, *fields, css_class="chapter")


def _number(kind: Measurement.Kind) -> forms.FloatField:
    whole = measures.PLAUSIBLE[kind].is_whole
    return forms.FloatField(
        label=kind.label,
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric" if whole else "decimal", "step": "any"}),
        error_messages={"invalid": _("Enter a number.")},
    )
