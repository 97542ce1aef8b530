"""What a clinician fills in about a patient. Each form gives back terms that a service takes."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Field, Fieldset, Layout
from django import forms
from django.forms.models import fields_for_model
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaatsu_clinic.accounts.models import Clinic
from patients.domain import measures
from patients.domain.findings import Finding, Severity
from patients.domain.questions import QUESTIONS, Group
from patients.domain.screening import Answer
from patients.models import Measurement, Patient, Screening

OLDEST_YEARS = 120
"""Nobody is older: an earlier date of birth is a slip of the finger."""

ANSWERS = [(Answer.NO.value, _("No")), (Answer.YES.value, _("Yes")), (Answer.NOT_KNOWN.value, _("Not known"))]
REASON_PREFIX = "reason_"


def refuse(form: forms.BaseForm, objections: Mapping[str, str], prefix: str = "") -> None:
    """Put a service's objections next to their fields, and the rest on top."""
    for name, words in objections.items():
        field = next((one for one in (f"{prefix}{name}", name) if one in form.fields), None)
        form.add_error(field, words)


def _day_widget() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def _plain(form: forms.BaseForm) -> None:
    """Errors in our own words next to the field, not in the browser's bubble."""
    form.use_required_attribute = False


class RegisterForm(forms.Form):
    """A new patient. `clinics` are those where the person who asks is a clinician.

    Not a ModelForm: whether the record number is free is for the service to say, next to that field.
    """

    def __init__(self, *args: Any, clinics: Sequence[Clinic], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self)
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
        widgets={"birth_date": _day_widget()},
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


class ScreeningForm(forms.Form):
    """Every screening question, with nothing chosen beforehand."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self)
        for question in QUESTIONS:
            self.fields[question.name] = forms.ChoiceField(
                label=question.text,
                choices=ANSWERS,
                widget=forms.RadioSelect,
                error_messages={"required": _("Answer this, or choose “Not known”.")},
            )
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(*(_chapter(group) for group in Group))


def _chapter(group: Group) -> Fieldset:
    """One group of questions with its own button."""
    rows = (
        Field(question.name, template="patients/_question.html")
        for question in QUESTIONS
        if question.group is group
    )
    button = HTML('{% include "patients/_no_to_the_rest.html" %}')
    return Fieldset(group.value, button, Div(*rows), css_class="panel screening-group")


class ClearForm(forms.Form):
    """A physician's decision: a reason for each finding that needs one, conditions, an end date.

    Where a finding bars, there is nothing to sign: what is left is the place for the reason not to.
    """

    screening = forms.IntegerField(widget=forms.HiddenInput)
    conditions = forms.CharField(
        label=_("Conditions, or why not"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Such as: legs only, no sets to failure. For a refusal: the reason."),
    )
    valid_until = forms.DateField(label=_("Ends on"), widget=_day_widget())

    def __init__(self, *args: Any, record: Screening, found: Sequence[Finding], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self)
        self.initial = {**self.initial, "screening": record.pk, "valid_until": record.valid_until}
        if any(one.severity is Severity.ABSOLUTE for one in found):
            self.fields["valid_until"].widget = forms.HiddenInput()
            return
        reasons = {f"{REASON_PREFIX}{one.name}": _reason(one) for one in found if one.needs_reason}
        self.fields = {**reasons, **self.fields}

    def reasons(self) -> dict[str, str]:
        """Finding name -> the reason written."""
        return {
            name.removeprefix(REASON_PREFIX): words
            for name, words in self.cleaned_data.items()
            if name.startswith(REASON_PREFIX)
        }


def _reason(finding: Finding) -> forms.CharField:
    return forms.CharField(
        label=finding.words,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=f"{finding.source} ({finding.origin.value})",
    )


class ReasonForm(forms.Form):
    """Why something is taken back."""

    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self)


class MeasureForm(forms.Form):
    """Numbers taken at one time. At least one."""

    measured_at = forms.DateTimeField(
        label=_("Measured at"),
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
    )

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self)
        self.now = now
        self.initial["measured_at"] = timezone.localtime(now)
        for kind in Measurement.Kind:
            self.fields[kind.value] = _number(kind)
        self.fields["note"] = forms.CharField(label=_("Note"), required=False, max_length=200)

    def clean_measured_at(self) -> datetime:
        """Not in the future, but for the minute that is running."""
        at: datetime = self.cleaned_data["measured_at"]
        if at > self.now + timedelta(minutes=1):
            raise forms.ValidationError(_("This time has not come yet."))
        return at

    def values(self) -> dict[str, float]:
        """Kind -> number, for the fields that were filled in."""
        given = ((kind.value, self.cleaned_data.get(kind.value)) for kind in Measurement.Kind)
        return {kind: number for kind, number in given if number is not None}


def _number(kind: Measurement.Kind) -> forms.FloatField:
    whole = measures.PLAUSIBLE[kind].is_whole
    return forms.FloatField(
        label=kind.label,
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric" if whole else "decimal", "step": "any"}),
        error_messages={"invalid": _("Enter a number.")},
    )


class FlareForm(forms.Form):
    """A flare as the patient tells it."""

    began_on = forms.DateField(label=_("Began on"), widget=_day_widget())
    words = forms.CharField(label=_("What happened"), widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self)
        self.today = today
        self.initial["began_on"] = today

    def clean_began_on(self) -> date:
        """Not in the future."""
        began: date = self.cleaned_data["began_on"]
        if began > self.today:
            raise forms.ValidationError(_("This day has not come yet."))
        return began
