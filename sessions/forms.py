"""What a patient logs at home, and why a clinician says that a session ended."""

import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout, Submit
from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from devices.models import Channel
from protocols.models import Prescription
from sessions.domain import home
from sessions.domain.closing import ClosingReason
from sessions.domain.home import Symptom

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

CLOSING_WORDS: dict[ClosingReason, "_StrPromise"] = {
    ClosingReason.PLANNED: _("As planned"),
    ClosingReason.CRITERION: _("A stop criterion"),
    ClosingReason.PATIENT: _("The patient asked"),
    ClosingReason.DEVICE: _("The device"),
}

GRADE_WORDS: dict[int, "_StrPromise"] = {
    1: _("1 mild: no treatment"),
    2: _("2 moderate: little treatment, limits daily tasks"),
    3: _("3 severe: hospital, or can't look after oneself"),
    4: _("4 life-threatening"),
    5: _("5 death"),
}

SCORES = [(score, str(score)) for score in range(11)]
OLDEST_LOG = timedelta(days=14)
"""A session is not remembered well enough after that (programme setting)."""
CLOCKS_MAY_DIFFER_BY = timedelta(minutes=10)


def _score(
    label: "_StrPromise", help_text: "_StrPromise", *, required: bool = True
) -> forms.TypedChoiceField:
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


class PlanField(forms.ModelChoiceField):  # type: ignore[type-arg]  # can't be subscripted while it runs
    """A choice among prescriptions, in the patient's words."""

    def label_from_instance(self, obj: Prescription) -> str:
        """Which plan it is."""
        return plan_words(obj)


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
    pain_before = _score(_("Pain before"), _("0 is no pain, 10 is the worst pain you can think of."))
    pain_after = _score(_("Pain after"), _("0 is no pain, 10 is the worst pain you can think of."))
    effort = _score(
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


class ClosingForm(forms.Form):
    """Why a session ended: one tap, and a note for who wants to say more."""

    reason = forms.TypedChoiceField(
        label=_("Why did it end?"),
        choices=[(reason.value, words) for reason, words in CLOSING_WORDS.items()],
        coerce=ClosingReason,
        widget=forms.RadioSelect,
        error_messages={"required": _("Tap one reason.")},
    )
    note = forms.CharField(
        label=_("Note"), required=False, max_length=2000, widget=forms.Textarea({"rows": 2})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(Field("reason", template="sessions/_buttons_field.html"), "note")
        self.helper.add_input(Submit("save", _("Save the reason")))


class GradeForm(forms.Form):
    """How grave an adverse event was, and whether it is over."""

    severity = forms.TypedChoiceField(
        label=_("How severe (CTCAE)?"),
        choices=list(GRADE_WORDS.items()),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a grade.")},
    )
    is_serious = forms.BooleanField(
        label=_("Serious: death, danger to life, hospital, lasting harm, or medically important"),
        required=False,
    )
    is_over = forms.BooleanField(label=_("It is over and reviewed: training may go on"), required=False)


def plan_words(plan: Prescription) -> str:
    """A prescription as its patient names it."""
    return (
        f"{plan.protocol.exercise}: {plan.get_limb_display()}, {plan.get_side_display()}".lower().capitalize()
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
