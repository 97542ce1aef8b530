"""Measures that are counted rather than typed: joints on the map, questionnaires, a maximum from a set of repetitions."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Fieldset, Layout
from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from patients.domain import indices, joints
from patients.forms.plain import plain
from patients.models import Measurement

Kind = Measurement.Kind


class JointsForm(forms.Form):
    """Which joints are tender, which swollen. No mark means not tender, so someone has to say that all were looked at."""

    tender = forms.MultipleChoiceField(required=False)
    swollen = forms.MultipleChoiceField(required=False)
    all_examined = forms.BooleanField(
        label=_("Every joint of both maps was examined; what is not marked is not tender and not swollen."),
        error_messages={"required": _("Tick this once every joint was examined: no mark counts as none.")},
    )

    def __init__(self, *args: Any, is_full: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(self)
        shown = joints.shown(is_full=is_full)
        for name, found in (("tender", shown), ("swollen", [one for one in shown if one.swells])):
            field = self.fields[name]
            assert isinstance(field, forms.MultipleChoiceField)
            field.choices = [(one.name, one.words) for one in found]

    def terms(self) -> dict[str, Any]:
        """What the service takes."""
        return {name: self.cleaned_data[name] for name in ("tender", "swollen")}


class ScoresForm(forms.Form):
    """HAQ-DI by category, KOOS-PS by item, a one-repetition maximum, gait speed. At least one, each whole."""

    exercise = forms.ChoiceField(
        label=_("Exercise"),
        choices=[
            (Kind.ONE_RM_LEG_PRESS_KG, _("Leg press")),
            (Kind.ONE_RM_KNEE_EXTENSION_KG, _("Knee extension")),
        ],
        required=False,
    )
    load_kg = forms.FloatField(label=_("Load (kg)"), required=False, min_value=1, max_value=400)
    repetitions = forms.IntegerField(
        label=_("Repetitions until no more was possible"),
        required=False,
        min_value=1,
        help_text=_("At most 10: more repetitions say little about the maximum."),
    )
    distance_m = forms.FloatField(label=_("Distance (m)"), required=False, min_value=1, max_value=100)
    seconds = forms.FloatField(label=_("Time (s)"), required=False, min_value=0.5, max_value=600)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(self)
        for name in indices.HAQ_CATEGORIES:
            self.fields[f"haq_{name}"] = _score(name.capitalize(), 3)
            self.fields[f"aid_{name}"] = forms.BooleanField(label=_("with an aid or help"), required=False)
        for number in range(1, indices.KOOS_PS_ITEMS + 1):
            words = _("Item {number}").format(number=number)
            self.fields[f"koos_{number}"] = _score(words, indices.KOOS_PS_MOST_PER_ITEM)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(*_chapters())

    def clean(self) -> dict[str, Any]:
        """Each part whole or not at all; together at least one."""
        given = super().clean() or {}
        self.values: dict[str, float] = {}
        self.note = ""
        for part in (self._haq, self._koos, self._maximum, self._gait):
            part(given)
        if not self.values and not self.errors:
            raise forms.ValidationError(_("Fill in at least one part."))
        return given

    def _haq(self, given: dict[str, Any]) -> None:
        scores = {
            name: given[f"haq_{name}"]
            for name in indices.HAQ_CATEGORIES
            if given.get(f"haq_{name}") is not None
        }
        if not scores:
            return
        with_aid = [name for name in scores if given.get(f"aid_{name}")]
        found = indices.haq_di(scores, with_aid)
        if found is None:
            self.add_error("haq_dressing", _("HAQ-DI needs at least six of the eight categories."))
        else:
            self.values[Kind.HAQ_DI] = round(found, 3)

    def _koos(self, given: dict[str, Any]) -> None:
        names = [f"koos_{number}" for number in range(1, indices.KOOS_PS_ITEMS + 1)]
        items = [given[name] for name in names if given.get(name) is not None]
        found = indices.koos_ps_raw(items)
        if found is not None:
            self.values[Kind.KOOS_PS_RAW] = found
        elif items:
            self.add_error("koos_1", _("KOOS-PS needs all seven items."))

    def _maximum(self, given: dict[str, Any]) -> None:
        load, repetitions = given.get("load_kg"), given.get("repetitions")
        if load is None or repetitions is None:
            if load is not None or repetitions is not None:
                self.add_error("load_kg", _("A maximum needs the load and the repetitions."))
            return
        epley = indices.one_rm_epley_kg(load, repetitions)
        brzycki = indices.one_rm_brzycki_kg(load, repetitions)
        if epley is None or brzycki is None:
            self.add_error("repetitions", _("With more than 10 repetitions no maximum is estimated."))
            return
        self.values[given["exercise"]] = round(epley, 1)
        words = gettext("1RM from {load:g} kg x {n}: Epley {epley:.1f}, Brzycki {brzycki:.1f} kg")
        self.note = words.format(load=load, n=repetitions, epley=epley, brzycki=brzycki)

    def _gait(self, given: dict[str, Any]) -> None:
        distance, seconds = given.get("distance_m"), given.get("seconds")
        if distance is not None and seconds is not None:
            self.values[Kind.GAIT_SPEED_M_S] = round(
                indices.gait_speed_m_s(distance_m=distance, seconds=seconds), 3
            )
        elif distance is not None or seconds is not None:
            self.add_error("distance_m", _("Gait speed needs the distance and the time."))


def _score(words: str, most: int) -> forms.TypedChoiceField:
    """0 to `most`, with nothing chosen beforehand."""
    choices = [("", "—"), *((str(number), str(number)) for number in range(most + 1))]
    return forms.TypedChoiceField(label=words, choices=choices, coerce=int, required=False, empty_value=None)


def _chapters() -> list[Fieldset]:
    haq = [Div(f"haq_{name}", f"aid_{name}", css_class="haq-category") for name in indices.HAQ_CATEGORIES]
    koos = [f"koos_{number}" for number in range(1, indices.KOOS_PS_ITEMS + 1)]
    return [
        _fieldset(
            _("HAQ-DI"),
            _("The worst answer of each category: 0 without difficulty, 3 unable. At least six categories."),
            *haq,
        ),
        _fieldset(
            _("KOOS-PS"),
            _(
                "Each item 0 (no difficulty) to 4 (extreme). Kept as the raw sum, 0-28: the table for 0-100 was not verified, so "
                "no such number is shown."
            ),
            *koos,
        ),
        _fieldset(
            _("One-repetition maximum, estimated"),
            _("After Epley, with Brzycki in the note. As recalled, not checked in the papers."),
            "exercise",
            "load_kg",
            "repetitions",
        ),
        _fieldset(_("Gait speed"), _("At the person's usual pace."), "distance_m", "seconds"),
    ]


def _fieldset(title: Any, hint: Any, *fields: Any) -> Fieldset:
    return Fieldset(
        title,
        HTML(f'<p class="quiet">{hint}</p>'),
        Div(*fields, css_class="chapters"),
        css_class="panel chapter",
    )
