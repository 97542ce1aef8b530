"""How a clinician grades what went wrong."""

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

GRADE_WORDS: dict[int, "_StrPromise"] = {
    1: _("1 mild: no treatment"),
    2: _("2 moderate: little treatment, limits daily tasks"),
    3: _("3 severe: hospital, or can't look after oneself"),
    4: _("4 life-threatening"),
    5: _("5 death"),
}


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
