"""The screening questions, and a physician's decision on them."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Field, Fieldset, Layout
from django import forms
from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _

from patients.domain import readings
from patients.domain.findings import Finding
from patients.domain.limbs import Limb
from patients.domain.questions import QUESTIONS, Group, Question
from patients.domain.screening import Answer, Verdict, verdict
from patients.forms.plain import day_widget, plain
from patients.models import Screening

ANSWERS = [(Answer.NO.value, _("No")), (Answer.YES.value, _("Yes")), (Answer.NOT_KNOWN.value, _("Not known"))]
REASON_PREFIX = "reason_"
LIMBS_PREFIX = "limbs_"
NUMBERS_HINT = '{% load i18n %}<p class="quiet">{% translate "Leave empty what nobody knows: a physician then decides." %}</p>'
READING_WORDS = {
    "systolic_mmhg": _("Systolic, at rest (mmHg)"),
    "diastolic_mmhg": _("Diastolic, at rest (mmHg)"),
    "height_cm": _("Height (cm)"),
    "weight_kg": _("Weight (kg)"),
}


class QuestionField(forms.BoundField):
    """A question as it stands on the page, with the limbs that a yes is about and what was said last time."""

    form: "ScreeningForm"

    @property
    def limbs(self) -> forms.BoundField | None:
        """The tick boxes of the limbs. None for a question about the whole person."""
        name = f"{LIMBS_PREFIX}{self.name}"
        return self.form[name] if name in self.form.fields else None

    @property
    def last_answer(self) -> str:
        """What was answered last time, in words. Empty if it was never asked."""
        return answer_words(self.form.last, self.name) if self.form.last else ""


class ScreeningForm(forms.Form):
    """The screening questions, with nothing chosen beforehand. `kept` are not asked again; `last` is shown beside."""

    bound_field_class = QuestionField

    def __init__(
        self, *args: Any, last: Screening | None = None, kept: Collection[str] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        plain(self)
        self.last = last
        if last and "height_cm" in last.readings:
            self.initial.setdefault("height_cm", last.readings["height_cm"])
        self.asked = [question for question in QUESTIONS if question.name not in kept]
        self.fields |= {name: _number(name) for name in readings.NAMES}
        for question in self.asked:
            self.fields |= _question(question)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        numbers = Div(*readings.NAMES, css_class="numbers")
        chapters = [_chapter(group, self.asked) for group in Group]
        self.helper.layout = Layout(
            Fieldset(_("Measured now"), HTML(NUMBERS_HINT), numbers, css_class="panel numbers-group"),
            *[one for one in chapters if one],
        )

    def clean(self) -> dict[str, Any]:
        """A yes about a limb names the limb."""
        given = self.cleaned_data
        for name in [question.name for question in self.asked if question.limbs]:
            if given.get(name) == Answer.YES and not given.get(f"{LIMBS_PREFIX}{name}"):
                self.add_error(name, _("Tick each limb that it is about."))
        return given

    def terms(self) -> dict[str, Any]:
        """What `services.record_screening` takes."""
        given = self.cleaned_data
        names = [question.name for question in self.asked]
        return {
            "answers": {name: given[name] for name in names},
            "limbs": {name: given.get(f"{LIMBS_PREFIX}{name}") or [] for name in names},
            "readings": {name: given[name] for name in readings.NAMES if given.get(name) is not None},
        }


def answer_words(record: Screening, name: str) -> str:
    """An answer of a screening, with its limbs and its day. Empty if it was not asked then."""
    answer = record.answers.get(name)
    if answer is None:
        return ""
    limbs = ", ".join(Limb(limb).words for limb in record.limbs.get(name, ()))
    asked_on = record.answered_on.get(name)
    day = date.fromisoformat(asked_on) if asked_on else timezone.localdate(record.screened_at)
    said = dict(ANSWERS)[answer] if not limbs else f"{dict(ANSWERS)[answer]} ({limbs})"
    return f"{said}, {formats.date_format(day, 'j M Y')}"


def _number(name: str) -> forms.FloatField:
    least, most = readings.PLAUSIBLE[name]
    return forms.FloatField(
        label=READING_WORDS[name],
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "step": "any"}),
        min_value=least,
        max_value=most,
        error_messages={"invalid": _("Enter a number.")},
    )


def _question(question: Question) -> dict[str, forms.Field]:
    """Its field, and that of its limbs if it is about limbs."""
    answer = forms.ChoiceField(
        label=question.text,
        choices=ANSWERS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Answer this, or choose “Not known”.")},
    )
    if not question.limbs:
        return {question.name: answer}
    limbs = forms.MultipleChoiceField(
        label=_("Which limb?"),
        choices=[(limb.value, limb.words.capitalize()) for limb in question.limbs],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    return {question.name: answer, f"{LIMBS_PREFIX}{question.name}": limbs}


def _chapter(group: Group, asked: Sequence[Question]) -> Fieldset | None:
    """One group of questions with its own button. None if nothing of it is asked."""
    rows = [
        Field(question.name, template="patients/_question.html")
        for question in asked
        if question.group is group
    ]
    button = HTML('{% include "patients/_no_to_the_rest.html" %}')
    return Fieldset(group.value, button, Div(*rows), css_class="panel screening-group") if rows else None


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
    limbs_left_out = forms.MultipleChoiceField(
        label=_("Limbs left out"),
        choices=[(limb.value, limb.words.capitalize()) for limb in Limb],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("No session starts on these, whatever is prescribed."),
    )
    valid_until = forms.DateField(label=_("Ends on"), widget=day_widget())

    def __init__(self, *args: Any, record: Screening, found: Sequence[Finding], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(self)
        self.initial = {**self.initial, "screening": record.pk, "valid_until": record.valid_until}
        if verdict(found) is Verdict.BARRED:
            self.fields["valid_until"].widget = forms.HiddenInput()
            self.fields["limbs_left_out"].widget = forms.MultipleHiddenInput()
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
        label=finding.full_words,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=f"{finding.source} ({finding.origin.value})",
    )
