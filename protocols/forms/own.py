"""What a clinic or a patient has of its own: a tighter limit, a part of the wider plan, the ramp of a band."""

from collections.abc import Mapping
from typing import Any

from crispy_forms.layout import Column, Row
from django import forms
from django.db.models import QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from devices.models import CuffModel
from protocols.domain.sku_ramp import Step
from protocols.forms.plain import choose_from, layout
from protocols.models import Limb, OwnLimit, PlanItem, Protocol, Side

STEPS = range(1, 7)
NEEDS_TIMES = (PlanItem.Kind.MOBILITY, PlanItem.Kind.AEROBIC, PlanItem.Kind.RESISTANCE)


class OwnLimitForm(forms.Form):
    """One limit: of what, where, how much, and why."""

    unit = forms.ChoiceField(label=_("What is limited"), choices=OwnLimit.Unit.choices)
    limb = forms.ChoiceField(
        label=_("Limb"), choices=[("", _("Arms and legs")), *Limb.choices], required=False
    )
    setting = forms.ChoiceField(
        label=_("Where"),
        choices=[("", _("Everywhere")), ("CLINIC", _("In the clinic")), ("HOME", _("At home"))],
        required=False,
    )
    value = forms.FloatField(label=_("At most"))
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        self.helper = layout(
            Row(Column("unit"), Column("limb"), Column("setting"), Column("value")), "reason"
        )

    def add_refusal(self, objections: Mapping[str, str]) -> None:
        """Each objection next to its field. A form that was not sent keeps none of its own."""
        if self.is_bound:
            for name, words in objections.items():
                self.add_error(name or None, words)


class PlanItemForm(forms.Form):
    """One part of the wider plan, in words that the patient reads."""

    kind = forms.ChoiceField(label=_("Part"), choices=PlanItem.Kind.choices)
    protocol = forms.ModelChoiceField(
        Protocol.objects.none(),
        label=_("From the catalogue"),
        required=False,
        empty_label=_("None"),
        help_text=_("For strength without a cuff."),
    )
    words = forms.CharField(
        label=_("What to do, in plain words"), max_length=1000, widget=forms.Textarea({"rows": 3})
    )
    times_per_week = forms.IntegerField(label=_("Times a week"), required=False, min_value=1, max_value=21)

    def __init__(self, *args: Any, protocols: QuerySet[Protocol], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        choice = self.fields["protocol"]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.queryset = protocols
        self.helper = layout(Row(Column("kind"), Column("protocol"), Column("times_per_week")), "words")

    def clean(self) -> dict[str, Any]:
        """What is done has a number of times; a protocol is for strength only."""
        data: dict[str, Any] = self.cleaned_data
        if data.get("kind") in NEEDS_TIMES and not data.get("times_per_week"):
            self.add_error("times_per_week", _("How many times a week?"))
        if data.get("protocol") and data.get("kind") != PlanItem.Kind.RESISTANCE:
            self.add_error("protocol", _("Only strength without a cuff is taken from the catalogue."))
        return data


class RampForm(forms.Form):
    """A ramp: the base SKU, then each step with capillary refill and symptoms. Empty steps are left out."""

    limb = forms.ChoiceField(label=_("Limb"), choices=Limb.choices, widget=forms.RadioSelect)
    side = forms.ChoiceField(label=_("Side"), choices=Side.choices, widget=forms.RadioSelect)
    cuff_model = forms.ModelChoiceField(
        CuffModel.objects.none(), label=_("Band"), empty_label=_("Choose the band")
    )
    base_sku = forms.FloatField(
        label=_("Base SKU"), help_text=_("How tight it sits before it is inflated. One finger fits under it.")
    )

    def __init__(self, *args: Any, cuffs: QuerySet[CuffModel], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for n in STEPS:
            self.fields[f"sku_{n}"] = forms.FloatField(
                label=format_lazy(_("Step {n}: SKU"), n=n), required=False, min_value=0
            )
            self.fields[f"crt_s_{n}"] = forms.FloatField(
                label=_("Colour back after (s)"), required=False, min_value=0, max_value=30
            )
            self.fields[f"has_symptoms_{n}"] = forms.BooleanField(
                label=_("Pain, numbness or pale"), required=False
            )
        choose_from(self, cuffs)
        rows = [Row(Column(f"sku_{n}"), Column(f"crt_s_{n}"), Column(f"has_symptoms_{n}")) for n in STEPS]
        self.helper = layout(
            Row(Column("limb"), Column("side")), Row(Column("cuff_model"), Column("base_sku")), *rows
        )

    def clean(self) -> dict[str, Any]:
        """Each step that has a pressure has a capillary refill: not looked at is not fine."""
        data: dict[str, Any] = self.cleaned_data
        for n in STEPS:
            if data.get(f"sku_{n}") is not None and data.get(f"crt_s_{n}") is None:
                self.add_error(f"crt_s_{n}", _("How long until the colour came back?"))
            if data.get(f"sku_{n}") is None and (data.get(f"crt_s_{n}") or data.get(f"has_symptoms_{n}")):
                self.add_error(f"sku_{n}", _("At which pressure?"))
        return data

    def terms(self) -> dict[str, Any]:
        """What `services.record_ramp` takes."""
        data = self.cleaned_data
        steps = [
            Step(data[f"sku_{n}"], data[f"crt_s_{n}"], data[f"has_symptoms_{n}"])
            for n in STEPS
            if data[f"sku_{n}"] is not None
        ]
        return {name: data[name] for name in ("limb", "side", "cuff_model", "base_sku")} | {"steps": steps}
