"""What a patient logs of a session at home."""

import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from protocols.models import Prescription
from sessions.domain import home
from sessions.domain.home import Symptom
from sessions.forms.plans import PlanField

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

SYMPTOM_WORDS: dict[Symptom, "_StrPromise"] = {
    Symptom.CHEST_PAIN: _("Chest pain or tightness"),
    Symptom.BREATHLESS: _("Short of breath, more than the effort explains"),
    Symptom.FAINTED: _("Fainted, or nearly"),
    Symptom.ONE_SIDED_WEAKNESS: _("Weakness on one side, or trouble speaking"),
    Symptom.SIGHT: _("Sudden trouble with seeing, or a new strong headache"),
    Symptom.SWOLLEN_LIMB: _("Arm or leg swollen or painful, and it stays so"),
    Symptom.DARK_URINE: _("Dark, brown or red urine"),
    Symptom.SKIN_COLOUR: _("Skin white, blue or blotchy"),
    Symptom.NUMB_AFTERWARDS: _("Numb or tingling after the cuff was open"),
    Symptom.SHARP_JOINT_PAIN: _("Sharp pain in a joint, or it locked or gave way"),
    Symptom.DIZZY: _("Dizzy or sick"),
    Symptom.UNWELL: _("Fever, or unwell all over"),
    Symptom.BRUISE: _("A small bruise under the cuff"),
    Symptom.SORE_MUSCLES: _("Sore muscles"),
}

SCORES = [(score, str(score)) for score in range(11)]

OLDEST_LOG = timedelta(days=14)
"""A session is not remembered well enough after that (programme setting)."""

CLOCKS_MAY_DIFFER_BY = timedelta(minutes=10)


def score(label: "_StrPromise", help_text: "_StrPromise", *, required: bool = True) -> forms.TypedChoiceField:
    """A number from 0 to 10, tapped."""
    return forms.TypedChoiceField(
        label=label,
        help_text=help_text,
        choices=SCORES,
        coerce=int,
        empty_value=None,
        required=required,
        widget=forms.RadioSelect,
        error_messages={"required": _("Tap a number from 0 to 10.")},
    )


class HomeLogForm(forms.Form):
    """One session at home. `log_id` is made on the phone, so that sending twice keeps it once."""

    log_id = forms.UUIDField(widget=forms.HiddenInput)
    prescription = PlanField(
        label=_("Which plan?"),
        queryset=Prescription.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": _("Tap the plan that you followed.")},
    )
    done_at = forms.DateTimeField(
        label=_("When did you train?"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"required": _("Say on which day and when.")},
    )
    completed = forms.TypedChoiceField(
        label=_("Did you do all of it?"),
        choices=[("yes", _("Yes, all of it")), ("no", _("No, I stopped early"))],
        coerce=lambda answer: answer == "yes",
        empty_value=None,
        widget=forms.RadioSelect,
        error_messages={"required": _("Tap yes or no.")},
    )
    pain_before = score(_("Pain before"), _("0 is no pain, 10 is the worst pain you can think of."))
    pain_after = score(_("Pain after"), _("0 is no pain, 10 is the worst pain you can think of."))
    effort = score(
        _("How hard was it?"), _("0 is no effort, 10 is all you have. You may leave it out."), required=False
    )
    symptoms = forms.MultipleChoiceField(
        label=_("Did you notice any of these?"),
        choices=[(symptom.value, words) for symptom, words in SYMPTOM_WORDS.items()],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    note = forms.CharField(
        label=_("Anything else? (you may leave it out)"),
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, data: Any = None, *, plans: list[Prescription], now: datetime) -> None:
        initial = {"log_id": uuid.uuid4(), "done_at": timezone.localtime(now), "prescription": plans[0]}
        super().__init__(data, initial=initial)
        self.now = now
        choice = self.fields["prescription"]
        assert isinstance(choice, PlanField)
        choice.queryset = Prescription.objects.filter(pk__in=[plan.pk for plan in plans])
        choice.widget = forms.HiddenInput() if len(plans) == 1 else choice.widget
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(
            "log_id",
            "prescription"
            if len(plans) == 1
            else Field("prescription", template="sessions/_buttons_field.html"),
            "done_at",
            Field("completed", template="sessions/_buttons_field.html"),
            *map(_as_scale, ("pain_before", "pain_after", "effort")),
            Field("symptoms", template="sessions/_ticks_field.html"),
            "note",
        )

    def clean_done_at(self) -> datetime:
        """Neither ahead of the clock nor long ago."""
        done_at: datetime = self.cleaned_data["done_at"]
        if done_at > self.now + CLOCKS_MAY_DIFFER_BY:
            raise forms.ValidationError(_("This is in the future. Say when you trained."))
        if done_at < self.now - OLDEST_LOG:
            raise forms.ValidationError(
                _("This is more than two weeks ago. Please tell your clinic instead.")
            )
        return done_at

    def entry(self) -> home.Entry:
        """What was said, for the service."""
        said = home.Log(
            pain_before=self.cleaned_data["pain_before"],
            pain_after=self.cleaned_data["pain_after"],
            effort=self.cleaned_data["effort"],
            symptoms=self.cleaned_data["symptoms"],
        )
        return home.Entry(
            id=self.cleaned_data["log_id"],
            done_at=self.cleaned_data["done_at"],
            completed=self.cleaned_data["completed"],
            said=said,
            note=self.cleaned_data["note"],
            words=_in_one_line(said, self.cleaned_data["note"]),
        )


def symptom_words(names: list[str]) -> list[str]:
    """The words of what was ticked. A name that is not known stays as it is."""
    known = {symptom.value: str(words) for symptom, words in SYMPTOM_WORDS.items()}
    return [known.get(name, name) for name in names]


def _as_scale(name: str) -> Field:
    return Field(name, template="sessions/_scale_field.html")


def _in_one_line(said: home.Log, note: str) -> str:
    pain = gettext("Pain {before} before, {after} after.").format(
        before=said.pain_before, after=said.pain_after
    )
    symptoms = "; ".join(symptom_words(list(said.symptoms)))
    parts = [gettext("Logged at home."), f"{symptoms}." if symptoms else "", pain, note]
    return " ".join(part for part in parts if part)
