"""How a clinician judges what went wrong, and tells what became of it."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sessions.domain.harm import Causality, CausalitySet, Serious, Special

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

GRADE_WORDS: dict[int, "_StrPromise"] = {
    1: _("1 mild: no treatment"),
    2: _("2 moderate: little treatment, limits daily tasks"),
    3: _("3 severe: hospital, or can't look after oneself"),
    4: _("4 life-threatening"),
    5: _("5 death"),
}
SERIOUS_WORDS: dict[Serious, "_StrPromise"] = {
    Serious.DEATH: _("Death"),
    Serious.DANGER: _("Danger to life"),
    Serious.HOSPITAL: _("Hospital, or longer in hospital"),
    Serious.DISABILITY: _("Lasting disability"),
    Serious.ANOMALY: _("Congenital anomaly"),
    Serious.IMPORTANT: _("Medically important in another way"),
}
CAUSALITY_WORDS: dict[Causality, "_StrPromise"] = {
    Causality.UNASSESSABLE: _("Can't be assessed"),
    Causality.CONDITIONAL: _("Conditional: more must be known"),
    Causality.UNLIKELY: _("Unlikely"),
    Causality.POSSIBLE: _("Possible"),
    Causality.PROBABLE: _("Probable"),
    Causality.CERTAIN: _("Certain"),
    Causality.NOT_RELATED: _("Not related"),
    Causality.CAUSAL: _("Causal relationship"),
}
SPECIAL_WORDS: dict[Special, "_StrPromise"] = {
    Special.CLOT: _("Suspected clot (leg or lung)"),
    Special.MUSCLE: _("Muscle breakdown: dark urine, or CK 5 times the upper limit or more"),
    Special.SYNCOPE: _("Fainting"),
    Special.NERVE: _("Numbness or weakness for more than 24 h"),
    Special.PRESSURE: _("Hypertensive crisis"),
    Special.FLARE: _("Flare within 72 h"),
    Special.FALL: _("Fall"),
}


class GradeForm(forms.Form):
    """How grave an adverse event was, what it had to do with training, and whether it is over."""

    severity = forms.TypedChoiceField(
        label=_("How severe (CTCAE)?"),
        choices=list(GRADE_WORDS.items()),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a grade.")},
    )
    serious_for = forms.MultipleChoiceField(
        label=_("Serious (ICH E2A)? Any of these makes it so"),
        choices=[(one.value, words) for one, words in SERIOUS_WORDS.items()],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    causality = forms.ChoiceField(
        label=_("Caused by the training?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one.")},
    )
    special_interest = forms.MultipleChoiceField(
        label=_("Of special interest"),
        choices=[(one.value, words) for one, words in SPECIAL_WORDS.items()],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    is_device_deficiency = forms.TypedChoiceField(
        label=_("Did the device do something wrong?"),
        choices=[("no", _("No")), ("yes", _("Yes"))],
        coerce=lambda answer: answer == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose yes or no.")},
    )
    words = forms.CharField(
        label=_("What is known now"), required=False, max_length=2000, widget=forms.Textarea({"rows": 2})
    )
    is_over = forms.BooleanField(label=_("It is over and reviewed: training may go on"), required=False)

    def __init__(self, *args: Any, causality_set: CausalitySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        causality = self.fields["causality"]
        assert isinstance(causality, forms.ChoiceField)
        causality.choices = [(one.value, CAUSALITY_WORDS[one]) for one in causality_set.choices]


class CausalitySetForm(forms.Form):
    """One set of words for a whole clinic."""

    causality_set = forms.ChoiceField(
        label=_("Cause is judged by"),
        choices=[(CausalitySet.WHO_UMC.value, "WHO-UMC"), (CausalitySet.ISO_14155.value, "ISO 14155")],
    )
