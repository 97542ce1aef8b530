"""The questions after a session, as a patient taps them or a clinician asks them on the telephone."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sessions.domain import followups
from sessions.domain.followups import Question

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

QUESTION_WORDS: dict[Question, "_StrPromise"] = {
    Question.SWELLING: _("Is one arm or leg more swollen than the other, or does a calf hurt?"),
    Question.URINE: _("Is your urine dark, brown or red?"),
    Question.PAIN: _("Do you have pain that is much worse than sore muscles?"),
    Question.NUMBNESS: _("Is anything still numb or tingling?"),
}
RED_WORDS: dict[Question, "_StrPromise"] = {
    Question.SWELLING: _("one limb swollen or a painful calf"),
    Question.URINE: _("dark urine"),
    Question.PAIN: _("pain out of proportion"),
    Question.NUMBNESS: _("numbness or tingling that stays"),
}


WEEKLY = 0
"""In place of the number of a session's questions."""


class FollowUpForm(forms.Form):
    """Four taps. `followup` says which questions are meant, so that a page kept open for long answers no others.

    None is after a session: WEEKLY stands for the week at home.
    """

    followup = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, followup_id: int) -> None:
        super().__init__(data, initial={"followup": followup_id})
        self.use_required_attribute = False
        for question, words in QUESTION_WORDS.items():
            self.fields[question.value] = forms.TypedChoiceField(
                label=words,
                choices=[("no", _("No")), ("yes", _("Yes"))],
                coerce=lambda answer: answer == "yes",
                widget=forms.RadioSelect,
                error_messages={"required": _("Tap yes or no.")},
            )
        self.fields["note"] = forms.CharField(
            label=_("Anything else? (you may leave it out)"),
            required=False,
            max_length=1000,
            widget=forms.Textarea({"rows": 2}),
        )
        asked = [Field(one.value, template="sessions/_buttons_field.html") for one in Question]
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout("followup", *asked, "note")

    @property
    def given(self) -> dict[str, bool]:
        """The answers, by question."""
        return {one.value: self.cleaned_data[one.value] for one in Question}

    @property
    def words(self) -> str:
        """The red answers in one line for the clinic. Empty if there are none."""
        red = red_words(self.given)
        note = self.cleaned_data["note"]
        is_weekly = self.cleaned_data["followup"] == WEEKLY
        said = (
            gettext("Said at home, asked weekly: {what}.")
            if is_weekly
            else gettext("Said after a session: {what}.")
        )
        said = said.format(what=red)
        return f"{said} {note}".strip() if red else ""


def red_words(answers: Mapping[str, bool] | None) -> str:
    """The red answers in words. Empty where none is red, or nobody has answered."""
    return "; ".join(str(RED_WORDS[one]) for one in followups.red(answers)) if answers is not None else ""
