"""What happened since the screening, and what a clinician finds on a swollen leg."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from patients.domain import wells
from patients.domain.events import EventKind
from patients.forms.plain import day_widget, plain
from patients.models import SwollenLeg


class EventForm(forms.Form):
    """Something after which the screening is due."""

    kind = forms.ChoiceField(
        label=_("What happened"),
        choices=[(kind.value, kind.words) for kind in EventKind],
        widget=forms.RadioSelect,
    )
    happened_on = forms.DateField(label=_("Since"), widget=day_widget())
    words = forms.CharField(label=_("In words"), required=False, max_length=200)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(self)
        self.initial["happened_on"] = today


class SwollenLegForm(forms.Form):
    """A leg that is newly swollen or painful."""

    leg = forms.ChoiceField(label=_("Which leg"), choices=SwollenLeg.Leg.choices, widget=forms.RadioSelect)
    words = forms.CharField(label=_("What was reported"), required=False, max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(self)


class WellsForm(forms.Form):
    """The items of the score, as a clinician finds them with the leg in front of them."""

    present = forms.MultipleChoiceField(
        label=_("Tick what you find"),
        choices=[(item.name, f"{item.text} ({item.points:+d})") for item in wells.ITEMS],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    examined = forms.BooleanField(
        label=_("I have examined the leg and gone through every item."),
        error_messages={"required": _("Tick this when every item was looked at.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(self)


class CloseLegForm(forms.Form):
    """How a clot was ruled out."""

    words = forms.CharField(
        label=_("How a clot was ruled out"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Such as: compression ultrasound of both legs on 3 March, no clot."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(self)
