"""What holds all training of a person, in words, with the page where it ends. Read before a move and before prescribing."""

from dataclasses import dataclass
from datetime import date

from django.utils import formats
from django.utils.translation import gettext as _

from patients.domain.clearance import Standing
from patients.models import Patient
from patients.selectors.course import open_flare, open_suspensions
from patients.selectors.screening import findings_of, latest_screening, standing


@dataclass(frozen=True)
class Hold:
    """Why nobody trains this person. `page` is the name of the URL where it ends, `page_words` what its link says."""

    words: str
    page: str
    page_words: str


def training_holds(patient: Patient, today: date) -> list[Hold]:
    """Every hold that stands, the gravest first. A clearance that is only missing or over is none: it is still to come."""
    found = [_of_standing(patient, standing(patient, today)), _of_flare(patient)]
    return [hold for hold in found if hold]


def _of_standing(patient: Patient, state: Standing) -> Hold | None:
    screening = latest_screening(patient)
    known = {
        Standing.SUSPECTED_CLOT: Hold(
            _(
                "A swollen leg was reported and a clot is not ruled out. A medical lead closes the report first."
            ),
            "patients:swollen_leg",
            _("Swollen leg"),
        ),
        Standing.BARRED: Hold(
            _("The screening bars training: {why} Nobody overrides that.").format(
                why=" ".join(one.full_words for one in findings_of(screening) if one.bars_person)
                if screening
                else ""
            ),
            "patients:screen",
            _("Screen again"),
        ),
        Standing.SUSPENDED: Hold(
            _("Training is suspended. A medical lead ends that first. {why}").format(
                why=" ".join(one.reason for one in open_suspensions(patient))
            ),
            "sessions:progress",
            _("Suspension"),
        ),
        Standing.REFUSED: Hold(
            _("The physician did not clear this person. A medical lead decides anew first."),
            "patients:detail",
            _("Clearance"),
        ),
        Standing.WITHDRAWN: Hold(
            _("The clearance was withdrawn. A medical lead signs anew first."),
            "patients:detail",
            _("Clearance"),
        ),
    }
    return known.get(state)


def _of_flare(patient: Patient) -> Hold | None:
    flare = open_flare(patient)
    if flare is None:
        return None
    day = formats.date_format(flare.began_on, "j M Y")
    return Hold(
        _("A flare is open since {day}. Training waits until it has ended.").format(day=day),
        "patients:detail",
        _("Flare"),
    )
