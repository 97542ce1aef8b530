"""What a clinician fills in: a measured LOP, a wish to prescribe, a reason to withdraw."""

from typing import Any

from crispy_forms.layout import Column, Field, Row
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from devices.domain.units import Scale
from devices.models import CuffModel
from protocols.domain.limits import USUAL_SESSIONS_PER_WEEK
from protocols.domain.terms import CycleTerms, Terms
from protocols.forms.plain import choose_from, layout
from protocols.models import Limb, OcclusionMeasurement, Posture, Prescription, Protocol, Side


class OcclusionForm(forms.Form):
    """One LOP: a number, or *not determinable*."""

    limb = forms.ChoiceField(label=_("Limb"), choices=Limb.choices, widget=forms.RadioSelect)
    side = forms.ChoiceField(label=_("Side"), choices=Side.choices, widget=forms.RadioSelect)
    posture = forms.ChoiceField(
        label=_("Posture"),
        choices=Posture.choices,
        widget=forms.RadioSelect,
        help_text=_("The posture of the exercise: LOP differs between lying and sitting."),
    )
    cuff_model = forms.ModelChoiceField(
        CuffModel.objects.none(),
        label=_("Cuff"),
        empty_label=_("Choose the cuff"),
        help_text=_("The cuff that will be trained with. A SKU band has no LOP and is not listed."),
    )
    method = forms.ChoiceField(
        label=_("Method"), choices=OcclusionMeasurement.Method.choices, widget=forms.RadioSelect
    )
    value_mmhg = forms.IntegerField(label=_("LOP (mmHg)"), required=False, min_value=1, max_value=999)
    not_determinable = forms.BooleanField(label=_("Not determinable: tried, no answer"), required=False)
    plus_minus_mmhg = forms.IntegerField(
        label=_("May be off by (± mmHg)"),
        required=False,
        min_value=0,
        max_value=100,
        help_text=_("If the device says so. The highest shares are then taken of the least it may be."),
    )
    attempts = forms.IntegerField(label=_("Attempts"), min_value=1, max_value=10, initial=1)

    def __init__(self, *args: Any, cuffs: QuerySet[CuffModel], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, cuffs)
        self.helper = layout(
            Row(Column("limb"), Column("side"), Column("posture")),
            Row(Column("cuff_model"), Column("method")),
            Row(Column("value_mmhg"), Column("plus_minus_mmhg"), Column("attempts")),
            Field("not_determinable"),
        )

    def clean(self) -> dict[str, Any]:
        """Either a number or *not determinable*: never both, never neither. An estimate has neither: it is worked out."""
        data: dict[str, Any] = self.cleaned_data
        if self.is_estimate:
            return self._clean_estimate(data)
        has_value, is_open = data.get("value_mmhg") is not None, data.get("not_determinable")
        if has_value and is_open:
            self.add_error("not_determinable", _("There is a number, too. Remove one of the two."))
        if not (has_value or is_open or "value_mmhg" in self.errors):
            self.add_error("value_mmhg", _("Enter the LOP, or tick that it is not determinable."))
        return data

    def _clean_estimate(self, data: dict[str, Any]) -> dict[str, Any]:
        for name in ("value_mmhg", "not_determinable"):
            if data.get(name):
                self.add_error(name, _("An estimate is worked out from the record. Leave this empty."))
        return data

    @property
    def is_estimate(self) -> bool:
        """Nothing was measured; an equation is asked for."""
        return bool(self.cleaned_data.get("method") == OcclusionMeasurement.Method.ESTIMATED)

    def site(self) -> dict[str, Any]:
        """The limb, its posture and its cuff, as `services.record_estimate` takes them."""
        return {name: self.cleaned_data[name] for name in ("limb", "side", "posture", "cuff_model")}

    def terms(self) -> dict[str, Any]:
        """What `services.record_occlusion` takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "not_determinable"}


class PrescribeForm(forms.Form):
    """What is wished for one protocol. The envelope decides what remains of it."""

    setting = forms.ChoiceField(
        label=_("Where"), choices=Prescription.Setting.choices, widget=forms.RadioSelect
    )
    side = forms.ChoiceField(label=_("Side"), choices=Side.choices, widget=forms.RadioSelect)
    posture = forms.ChoiceField(label=_("Posture"), choices=Posture.choices, widget=forms.RadioSelect)
    posture_reason = forms.CharField(
        label=_("Why a LOP of another posture"),
        required=False,
        max_length=300,
        help_text=_(
            "Only if this posture could not be measured. In the clinic only, at most half of that LOP."
        ),
    )
    cuff_model = forms.ModelChoiceField(
        CuffModel.objects.none(), label=_("Cuff"), empty_label=_("Choose the cuff")
    )
    wished = forms.FloatField(min_value=0)
    cycles = forms.IntegerField(
        label=_("Cycles"), min_value=1, help_text=_("One in week 1, one more each week, at most six.")
    )
    load_percent_1rm = forms.IntegerField(
        label=_("Load (% of 1RM)"),
        min_value=0,
        required=False,
        help_text=_("Leave empty for body weight or no load."),
    )
    sessions_per_week = forms.IntegerField(
        label=_("Sessions a week"), min_value=1, initial=USUAL_SESSIONS_PER_WEEK
    )
    instructions = forms.CharField(
        label=_("Instructions for the patient"),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, *args: Any, protocol: Protocol, cuffs: QuerySet[CuffModel], **kwargs: Any) -> None:
        terms = Terms.from_json(protocol.terms)
        told = {"instructions": protocol.instructions, "posture": protocol.posture}
        kwargs["initial"] = usual(terms) | told | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        choose_from(self, cuffs)
        self._fit(protocol, terms)
        self.helper = layout(
            Row(Column("setting"), Column("side"), Column("posture")),
            Row(Column("cuff_model"), Column("wished")),
            Row(
                *[
                    Column(name)
                    for name in ("cycles", "load_percent_1rm", "sessions_per_week")
                    if name in self.fields
                ]
            ),
            *(["posture_reason"] if "posture_reason" in self.fields else []),
            "instructions",
        )

    def _fit(self, protocol: Protocol, terms: Terms) -> None:
        """Show only what this protocol has."""
        words = _pressure_words(protocol)
        self.fields["wished"].label, self.fields["wished"].help_text = words
        allowed = [pair for pair in Prescription.Setting.choices if pair[0] in terms.settings]
        self.fields["setting"] = forms.ChoiceField(
            label=_("Where"), choices=allowed, widget=forms.RadioSelect, initial=allowed[0][0]
        )
        if not isinstance(terms.work, CycleTerms):
            del self.fields["cycles"]
        if protocol.scale == Scale.SKU:
            del self.fields["posture_reason"]

    def wish(self) -> dict[str, Any]:
        """What `services.Wish` holds, besides whose it is, by which protocol and at which LOP."""
        return {name: value for name, value in self.cleaned_data.items() if name != "instructions"}


class WithdrawForm(forms.Form):
    """Why a prescription ends before its time."""

    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea({"rows": 3}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        self.helper = layout("reason")


def usual(terms: Terms) -> dict[str, Any]:
    """The protocol's usual values, to start from."""
    wished = terms.percent_lop if terms.percent_lop is not None else terms.target_sku
    return {"wished": _plain(wished), "load_percent_1rm": _plain(terms.load_percent_1rm), "cycles": 1}


def _pressure_words(protocol: Protocol) -> tuple[Any, Any]:
    if protocol.scale == Scale.SKU:
        return _("Highest pressure (SKU)"), _("Start low: the optimal SKU is found step by step.")
    return _("Pressure (% of LOP)"), _("Usually 40 to 80 %, starting at 40 to 50 %.")


def _plain(value: float | None) -> float | int | None:
    return int(value) if value is not None and value == int(value) else value
