"""Goal, state of the disease, consent, and what the first sessions showed."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from kaatsu_clinic.accounts.models import User
from patients.domain.consent import CONSENT_VERSION
from patients.domain.intake import IntakeItem
from patients.forms.plain import day_widget, plain
from patients.models import Goal, Known, Measurement

OTHER_MEASURE = ("", _("None of these: in words"))


class GoalForm(forms.Form):
    """What the person wants to reach, and how one will know."""

    kind = forms.ChoiceField(label=_("Goal"), choices=Goal.Kind.choices, widget=forms.RadioSelect)
    own_words = forms.CharField(label=_("In the person's own words"), required=False, max_length=200)
    measure = forms.ChoiceField(
        label=_("Measured by"), choices=[OTHER_MEASURE, *Measurement.Kind.choices], required=False
    )
    target_value = forms.FloatField(
        label=_("Target"), required=False, error_messages={"invalid": _("Enter a number.")}
    )
    target_words = forms.CharField(
        label=_("Or reached when"),
        required=False,
        max_length=200,
        help_text=_("Such as: walks to the market and back without a rest."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(self)


class StatusForm(forms.Form):
    """How stable the disease and its medication are."""

    is_stable = forms.ChoiceField(
        label=_("Is the disease stable?"), choices=Known.choices, widget=forms.RadioSelect
    )
    is_medication_stable = forms.ChoiceField(
        label=_("Medication unchanged for 3 months?"),
        choices=Known.choices,
        widget=forms.RadioSelect,
        help_text=_("The 3 months are a programme setting."),
    )
    medication = forms.CharField(label=_("Medication"), required=False, max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(self)


class ConsentForm(forms.Form):
    """That a person agreed to the text on the page, and who explained it."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    given_on = forms.DateField(label=_("Given on"), widget=day_widget())
    explained_by = forms.ModelChoiceField(User.objects.none(), label=_("Explained by"), empty_label=None)
    agrees = forms.BooleanField(
        label=_("The person has read or heard all of this, has asked what they wanted to ask, and agrees."),
        error_messages={"required": _("Without agreement there is no consent.")},
    )

    def __init__(self, *args: Any, clinicians: QuerySet[User], me: User, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(self)
        self.initial = {"version": CONSENT_VERSION, "given_on": today, "explained_by": me.pk}
        choice = self.fields["explained_by"]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.queryset = clinicians

    def terms(self) -> dict[str, Any]:
        """What `services.record_consent` takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "agrees"}


class IntakeForm(forms.Form):
    """What was seen of one item."""

    item = forms.ChoiceField(
        label=_("Item"), choices=[(item.value, item.words) for item in IntakeItem], widget=forms.RadioSelect
    )
    is_met = forms.TypedChoiceField(
        label=_("Is it so?"),
        choices=[("yes", _("Yes")), ("no", _("Not yet"))],
        coerce=lambda answer: answer == "yes",
        widget=forms.RadioSelect,
    )
    observed_on = forms.DateField(label=_("Seen on"), widget=day_widget())
    words = forms.CharField(label=_("What was seen"), required=False, max_length=200)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(self)
        self.initial["observed_on"] = today
