"""A clinic's own protocol: a clinician's terms, in plain fields, made into what `Protocol` stores."""

from collections.abc import Mapping
from typing import Any

from crispy_forms.layout import HTML, Column, Row
from django import forms
from django.utils.translation import gettext_lazy as _

from devices.domain.units import Scale
from protocols.domain.asking import ASKED_IN_A_PLAN, FASTEST_S, NAMES, SLOWEST_S, WORDS, Asked
from protocols.domain.catalogue import TIMED
from protocols.domain.terms import CycleTerms, SetTerms, Terms
from protocols.forms.plain import layout
from protocols.models import Limb, Posture, Prescription, Protocol

Kind = Protocol.Kind
CHOOSE = ("", _("Choose"))
USUAL = ("", _("As is usual for this kind"))
WITHOUT = "NONE"
SETS = ("repetitions", "rest_s")
BY_CLOCK = ("inflations", "on_s", "off_s")
NEEDED = {
    Kind.BFR_SETS: SETS,
    Kind.NO_CUFF: SETS,
    Kind.KAATSU_CYCLE: (*BY_CLOCK, "first_percent", "between_s", "most_cycles"),
    Kind.TIMED: BY_CLOCK,
}
STORED = ("name", "kind", "limb", "posture", "exercise", "description", "instructions", "load_rule", "origin")


class ProtocolForm(forms.Form):
    """Everything a protocol asks for. Which fields are needed depends on its kind."""

    name = forms.CharField(label=_("Name"), max_length=120)
    kind = forms.ChoiceField(label=_("Kind"), choices=[CHOOSE, *Kind.choices])
    scale = forms.ChoiceField(
        label=_("Pressure counts in"),
        choices=[CHOOSE, (WITHOUT, _("No cuff")), ("MMHG", _("% of LOP")), ("SKU", _("SKU"))],
    )
    limb = forms.ChoiceField(label=_("Limb"), choices=[CHOOSE, *Limb.choices])
    posture = forms.ChoiceField(label=_("Posture"), choices=[CHOOSE, *Posture.choices])
    exercise = forms.CharField(label=_("Exercise"), max_length=120)
    description = forms.CharField(label=_("What is done"), widget=forms.Textarea({"rows": 2}))
    instructions = forms.CharField(
        label=_("Instructions for the patient"), widget=forms.Textarea({"rows": 2})
    )
    repetitions = forms.CharField(
        label=_("Repetitions"), required=False, help_text=_("Set by set, as 30-15-15-15.")
    )
    rest_s = forms.FloatField(label=_("Rest between sets (s)"), required=False)
    vented_rests = forms.BooleanField(label=_("Cuff open in the rests"), required=False)
    inflations = forms.IntegerField(label=_("Inflations"), required=False, min_value=1)
    on_s = forms.FloatField(label=_("Inflated for (s)"), required=False)
    off_s = forms.FloatField(label=_("Open for (s)"), required=False)
    first_percent = forms.FloatField(label=_("First at (% of the target)"), required=False)
    between_s = forms.FloatField(label=_("Between cycles (s)"), required=False, min_value=10, max_value=300)
    most_cycles = forms.IntegerField(label=_("Cycles, at most"), required=False, min_value=1)
    pressure = forms.FloatField(label=_("Usual pressure (% LOP or SKU)"), required=False)
    most_percent_lop = forms.FloatField(label=_("Never above (% LOP)"), required=False)
    load_percent_1rm = forms.FloatField(label=_("Usual load (% of 1RM)"), required=False)
    load_rule = forms.CharField(label=_("Load rule"), max_length=300)
    up_s = forms.FloatField(
        label=_("A repetition: up in (s)"), required=False, min_value=FASTEST_S, max_value=SLOWEST_S
    )
    down_s = forms.FloatField(
        label=_("Down in (s)"), required=False, min_value=FASTEST_S, max_value=SLOWEST_S
    )
    settings = forms.MultipleChoiceField(
        label=_("Where"), choices=Prescription.Setting.choices, widget=forms.CheckboxSelectMultiple
    )
    origin = forms.CharField(
        label=_("Where the numbers are from"),
        widget=forms.Textarea({"rows": 2}),
        help_text=_("A source, or that they are your own."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        for what in ASKED_IN_A_PLAN:
            self.fields[_ask_field(what)] = forms.ChoiceField(
                label=NAMES[what].capitalize(), required=False, choices=[USUAL, *WORDS.items()]
            )
        self.helper = layout(
            Row(Column("name"), Column("kind"), Column("scale")),
            Row(Column("limb"), Column("posture"), Column("exercise")),
            "description",
            "instructions",
            _heading(_("Sets of repetitions")),
            Row(Column("repetitions"), Column("rest_s"), Column("vented_rests")),
            _heading(_("By the clock, or in cycles")),
            Row(Column("inflations"), Column("on_s"), Column("off_s")),
            Row(Column("first_percent"), Column("between_s"), Column("most_cycles")),
            _heading(_("Pressure and load")),
            Row(Column("pressure"), Column("most_percent_lop"), Column("load_percent_1rm")),
            "load_rule",
            _heading(_("While it runs")),
            Row(Column("up_s"), Column("down_s")),
            Row(*(Column(_ask_field(what)) for what in ASKED_IN_A_PLAN)),
            "settings",
            "origin",
        )

    def clean_repetitions(self) -> list[int]:
        """The counts of the sets."""
        words = self.cleaned_data["repetitions"].replace(",", "-").replace(" ", "")
        counts = words.split("-") if words else []
        if not all(count.isdecimal() and int(count) > 0 for count in counts):
            raise forms.ValidationError(_("Write the repetitions of each set, as 30-15-15-15."))
        return [int(count) for count in counts]

    def clean(self) -> dict[str, Any]:
        """What the kind needs is there; a cuff has a scale, and none has none."""
        data: dict[str, Any] = self.cleaned_data
        kind = data.get("kind", "")
        for name in NEEDED.get(kind, ()):
            if name not in self.errors and data.get(name) in (None, []):
                self.add_error(name, _("This kind of protocol needs it."))
        if "scale" in data and (kind == Kind.NO_CUFF) != (data["scale"] == WITHOUT):
            self.add_error("scale", _("A cuff counts in % LOP or SKU; training without a cuff in neither."))
        if (
            data.get("scale") in Scale.__members__
            and data.get("pressure") is None
            and "pressure" not in self.errors
        ):
            self.add_error("pressure", _("What is the usual pressure?"))
        return data

    def terms(self) -> dict[str, Any]:
        """What `services.publish_own` takes."""
        data = self.cleaned_data
        stored = {name: data[name] for name in STORED}
        scale = "" if data["scale"] == WITHOUT else data["scale"]
        return stored | {"scale": scale, "terms": self._guided(self._work() | self._dose())}

    def _guided(self, terms: dict[str, Any]) -> dict[str, Any]:
        """With what is asked for when, and the pace: what is usual for such a plan where nobody has chosen."""
        usual, data = Terms.from_json(terms), self.cleaned_data
        schedule = {one.what: one.when for one in usual.asks}
        chosen = {what: data[_ask_field(what)] for what in schedule if data.get(_ask_field(what))}
        pace = [data.get("up_s"), data.get("down_s")]
        if None in pace:
            pace = [usual.tempo.up_s, usual.tempo.down_s] if usual.tempo else []
        return terms | {"asks": schedule | chosen} | ({"tempo_s": pace} if pace and usual.tempo else {})

    def _work(self) -> dict[str, Any]:
        data, kind = self.cleaned_data, self.cleaned_data["kind"]
        work: dict[str, Any] = {name: data[name] for name in NEEDED[kind] if name != "most_cycles"}
        if kind in (Kind.BFR_SETS, Kind.NO_CUFF):
            return work | {"vented_rests": data["vented_rests"]}
        if kind == Kind.TIMED:
            return work | TIMED
        return work | {"cycles_by_week": list(range(1, data["most_cycles"] + 1))}

    def _dose(self) -> dict[str, Any]:
        data = self.cleaned_data
        pressure = {"MMHG": "percent_lop", "SKU": "target_sku"}.get(data["scale"])
        dose = {name: data[name] for name in ("most_percent_lop", "load_percent_1rm")}
        if pressure:
            dose[pressure] = data["pressure"]
        return {name: value for name, value in dose.items() if value is not None} | {
            "settings": data["settings"]
        }

    def refuse(self, objections: Mapping[str, str]) -> None:
        """Each objection next to its field."""
        for name, words in objections.items():
            self.add_error(name if name in self.fields else None, words)


def _ask_field(what: Asked) -> str:
    return f"ask_{what.lower()}"


def filled_with(protocol: Protocol) -> dict[str, Any]:
    """What the form shows of a protocol that is to be edited."""
    terms = Terms.from_json(protocol.terms)
    shown = {name: getattr(protocol, name) for name in STORED} | {"scale": protocol.scale or WITHOUT}
    shown |= {"settings": list(terms.settings), "most_percent_lop": terms.most_percent_lop}
    shown["pressure"] = terms.percent_lop if protocol.scale == Scale.MMHG else terms.target_sku
    shown |= {_ask_field(one.what): one.when for one in terms.asks}
    if terms.tempo:
        shown |= {"up_s": terms.tempo.up_s, "down_s": terms.tempo.down_s}
    return shown | {"load_percent_1rm": terms.load_percent_1rm} | _work_of(terms.work)


def _work_of(work: SetTerms | CycleTerms) -> dict[str, Any]:
    if isinstance(work, SetTerms):
        shown = "-".join(str(count) for count in work.repetitions)
        return {"repetitions": shown, "rest_s": work.rest_s, "vented_rests": work.vented_rests}
    names = ("inflations", "on_s", "off_s", "first_percent", "between_s")
    return {name: getattr(work, name) for name in names} | {"most_cycles": max(work.cycles_by_week)}


def _heading(words: Any) -> HTML:
    return HTML(f'<h2 class="h5">{words}</h2>')
