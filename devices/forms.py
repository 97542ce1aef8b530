"""What is filled in about the fleet: a new controller, and why one is taken out of use."""

import math
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from devices import selectors
from devices.domain.calibration import Point
from devices.domain.registers import MAX_CHANNELS
from devices.drivers import DRIVERS
from devices.models import CuffModel, Station
from kaatsu_clinic.accounts.models import User

DRIVER_NAMES = {
    "alicat": gettext_lazy("Alicat PCD (ASCII)"),
    "pace": gettext_lazy("Druck PACE 5000/6000 (SCPI)"),
    "pace_cr": gettext_lazy("Druck PACE 5000/6000 (SCPI, lines end in CR)"),
    "pgva": gettext_lazy("Festo PGVA-1 (Modbus RTU)"),
    "pgva_ascii": gettext_lazy("Festo PGVA-1 (Modbus ASCII)"),
    "reference": gettext_lazy("Reference controller (Modbus RTU, register map 1)"),
    "reference_host": gettext_lazy("Reference controller, held by this program (Modbus RTU, register map 1)"),
}
HIGHEST = 500.0
CUFF_FIELDS = tuple(f"cuff_{number}" for number in range(1, MAX_CHANNELS + 1))


class RegisterForm(forms.Form):
    """Where a new controller is plugged in, its name, and the cuff on each channel."""

    use_required_attribute = False

    station = forms.ModelChoiceField(
        Station.objects.none(),
        label=gettext_lazy("Station"),
        empty_label=gettext_lazy("Choose a station"),
        help_text=gettext_lazy("The computer it is plugged into."),
    )
    driver = forms.ChoiceField(
        label=gettext_lazy("Kind of controller"),
        choices=[(name, DRIVER_NAMES[name]) for name in DRIVERS],
    )
    port = forms.CharField(
        label=gettext_lazy("Port"),
        max_length=200,
        help_text=gettext_lazy(
            "Prefer a name below /dev/serial/by-id/: it stays with the box. /dev/ttyUSB0 may be another box after a restart."
        ),
    )
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=80, help_text=gettext_lazy("As people in the room call it.")
    )

    def __init__(self, data: Any = None, *, user: User) -> None:
        super().__init__(data)
        stations = self.fields["station"]
        assert isinstance(stations, forms.ModelChoiceField)
        stations.queryset = selectors.stations_kept_by(user)
        if stations.queryset.count() == 1:
            stations.initial = stations.queryset.get()
        for number, field in enumerate(CUFF_FIELDS, start=1):
            self.fields[field] = _cuff_field(number)

    def clean_port(self) -> str:
        """A device file of the station: anything else can't be a serial port."""
        port: str = self.cleaned_data["port"].strip()
        if not port.startswith("/"):
            raise forms.ValidationError(
                _("A port is the full name of a device file, such as /dev/serial/by-id/…")
            )
        return port

    def cuffs(self) -> list[CuffModel]:
        """The cuffs that were named, channel by channel."""
        return [cuff for field in CUFF_FIELDS if (cuff := self.cleaned_data.get(field))]

    def clean(self) -> dict[str, Any]:
        """Cuffs are named from channel 1 on, without a gap."""
        named = [bool(self.cleaned_data.get(field)) for field in CUFF_FIELDS]
        if named != sorted(named, reverse=True) and named[0]:
            self.add_error(
                CUFF_FIELDS[named.index(False)], _("Name a cuff here, too: a later channel has one.")
            )
        return self.cleaned_data


def _cuff_field(number: int) -> "forms.ModelChoiceField[CuffModel]":
    return forms.ModelChoiceField(
        selectors.cuff_models(),
        required=number == 1,
        label=_("Cuff on channel %(number)d") % {"number": number},
        empty_label=_("Choose a cuff") if number == 1 else _("No such channel"),
    )


class CalibrationForm(forms.Form):
    """A reference gauge beside a channel: its number, its certificate, and what both showed, point by point."""

    use_required_attribute = False

    gauge = forms.CharField(
        label=gettext_lazy("Reference gauge"), max_length=80, help_text=gettext_lazy("Its serial number.")
    )
    gauge_valid_until = forms.DateField(
        label=gettext_lazy("The gauge's certificate holds until"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    points = forms.CharField(
        label=gettext_lazy("Points"),
        widget=forms.Textarea(attrs={"rows": 6, "inputmode": "decimal", "placeholder": "0 0.2\n80 80.5"}),
        help_text=gettext_lazy(
            "One line for each: what the gauge shows, a space, what the controller says. "
            "Begin at 0 with the cuff open and go up to the highest pressure in use."
        ),
    )

    def clean_points(self) -> list[Point]:
        """Each line as a point. What can't be read is named, so that nothing is lost."""
        return [_point(line) for line in self.cleaned_data["points"].splitlines() if line.strip()]

    def terms(self) -> dict[str, Any]:
        """As the service wants it."""
        return {name: self.cleaned_data[name] for name in ("gauge", "gauge_valid_until", "points")}


def _point(line: str) -> Point:
    try:
        gauge, reading = (float(word.replace(",", ".")) for word in line.split())
    except ValueError:
        raise forms.ValidationError(_("“%s” is not two numbers.") % line.strip()) from None
    if not (math.isfinite(gauge) and math.isfinite(reading) and 0 <= gauge <= HIGHEST):
        raise forms.ValidationError(_("“%s” can't be pressures.") % line.strip())
    return Point(gauge, reading)


class ClearFaultForm(forms.Form):
    """What was found and done before a fault is taken back."""

    use_required_attribute = False

    clearing_reason = forms.CharField(
        label=gettext_lazy("What you found and did"),
        max_length=200,
        error_messages={
            "required": gettext_lazy("Say what you looked at, so that the next person can trust it.")
        },
    )


class QuarantineForm(forms.Form):
    """Why a controller may not be used for now."""

    use_required_attribute = False

    reason = forms.CharField(
        label=gettext_lazy("Why it may not be used"),
        max_length=200,
        error_messages={"required": gettext_lazy("Say why, so that the next person knows what to look for.")},
    )
