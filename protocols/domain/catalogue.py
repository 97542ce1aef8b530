"""The built-in protocols as data. A changed entry is published as a new version; none is ever edited in place.

Each tells where its numbers are from: published, vendor, or programme setting; and what was not found.
"""

from dataclasses import dataclass
from typing import Any

from devices.domain.units import Scale
from protocols.domain.occlusion import Limb


@dataclass(frozen=True)
class BuiltIn:
    """One protocol of the catalogue. `kind` and `terms` are as `Protocol` stores them."""

    slug: str
    name: str
    kind: str
    scale: Scale
    limb: Limb
    exercise: str
    description: str
    terms: dict[str, Any]
    origin: str


CYCLE: dict[str, Any] = {
    "inflations": 8,
    "on_s": 20,
    "off_s": 5,
    "first_percent": 50,
    "between_s": 60,
    "cycles_by_week": [1, 2, 3, 4, 5, 6],
}
"""20 s on, 5 s off, eight times, stepwise rising; one cycle more each week up to six (vendor).
The first step at half of the target follows the vendor's 100-150-200 ramp; 60 s between cycles is a programme setting."""

SETS: dict[str, Any] = {
    "repetitions": [30, 15, 15, 15],
    "rest_s": 30,
    "percent_lop": 40,
    "load_percent_1rm": 30,
}

CYCLE_ORIGIN = (
    "Vendor practice, not trial evidence: build-up of one cycle more a week up to six (kaatsuresources.com). "
    "Timing 20 s on, 5 s off as recalled from vendor material, to be checked."
)

BUILT_IN: tuple[BuiltIn, ...] = (
    BuiltIn(
        slug="kaatsu-cycle-leg-sku",
        name="KAATSU cycle build-up, legs (SKU)",
        kind="KAATSU_CYCLE",
        scale=Scale.SKU,
        limb=Limb.LEG,
        exercise="Toe curls, toe raises, heel raises, seated",
        description=(
            "For KAATSU bands. The band fills for 20 s and opens for 5 s, eight times, each time a little firmer up to "
            "the target. One cycle in week 1, one more each week, at most six. Check that colour returns within 3 s "
            "after pressing the skin above the knee. Always start low."
        ),
        terms={**CYCLE, "target_sku": 150, "settings": ["CLINIC", "HOME"]},
        origin=f"{CYCLE_ORIGIN} The usual target of 150 SKU is a programme setting.",
    ),
    BuiltIn(
        slug="kaatsu-cycle-arm-sku",
        name="KAATSU cycle build-up, arms (SKU)",
        kind="KAATSU_CYCLE",
        scale=Scale.SKU,
        limb=Limb.ARM,
        exercise="Hand clench, biceps curl, triceps extension, seated",
        description=(
            "For KAATSU bands on the upper arm. Filled for 20 s, open for 5 s, eight times, rising to the target. "
            "One cycle in week 1, one more each week. Arms first, then legs; never both inflated together."
        ),
        terms={**CYCLE, "target_sku": 120, "settings": ["CLINIC", "HOME"]},
        origin=f"{CYCLE_ORIGIN} The usual target of 120 SKU is a programme setting.",
    ),
    BuiltIn(
        slug="kaatsu-cycle-leg-mmhg",
        name="KAATSU cycle build-up, legs (% LOP)",
        kind="KAATSU_CYCLE",
        scale=Scale.MMHG,
        limb=Limb.LEG,
        exercise="Toe curls, toe raises, heel raises, seated",
        description=(
            "The same rhythm on a wide pneumatic cuff with a measured LOP: filled for 20 s, open for 5 s, eight times, "
            "rising to the target. One cycle in week 1, one more each week, at most six."
        ),
        terms={**CYCLE, "percent_lop": 40, "settings": ["CLINIC"]},
        origin=f"{CYCLE_ORIGIN} Pressures as % LOP with this rhythm are a programme setting; no trial of it was found.",
    ),
    BuiltIn(
        slug="bfr-knee-extension",
        name="Low-load BFR, knee extension",
        kind="BFR_SETS",
        scale=Scale.MMHG,
        limb=Limb.LEG,
        exercise="Knee extension, seated, 2 s up and 2 s down",
        description=(
            "75 repetitions as 30-15-15-15 with 30 s rest, the cuff inflated throughout, at 40 % LOP and 20-40 % 1RM. "
            "Not to failure in the first two weeks. Raise the load before the pressure."
        ),
        terms={**SETS, "settings": ["CLINIC"]},
        origin=(
            "30-15-15-15, 30-60 s rest, 40-80 % of occlusion pressure, 20-40 % 1RM: Patterson 2019 (table as recalled, "
            "to be checked). 40 % LOP in persistent knee symptoms: Jorgensen & Bohn 2023 (published pilot, 4 of 12 dropped out). "
            "30 % 1RM, 30 s rest, 2 s/2 s: EXKnee, Jorgensen 2020 (published, at 60 % LOP)."
        ),
    ),
    BuiltIn(
        slug="bfr-biceps-curl",
        name="Low-load BFR, biceps curl",
        kind="BFR_SETS",
        scale=Scale.MMHG,
        limb=Limb.ARM,
        exercise="Biceps curl, seated, 2 s up and 2 s down",
        description=(
            "75 repetitions as 30-15-15-15 with 30 s rest, the cuff inflated throughout, at 40 % LOP and 20-40 % 1RM. "
            "Not to failure in the first two weeks."
        ),
        terms={**SETS, "settings": ["CLINIC"]},
        origin=(
            "Scheme after Patterson 2019 (table as recalled, to be checked). "
            "No trial in arthritis on the upper arm was found: programme setting."
        ),
    ),
    BuiltIn(
        slug="home-sit-to-stand",
        name="Home maintenance, sit-to-stand",
        kind="BFR_SETS",
        scale=Scale.MMHG,
        limb=Limb.LEG,
        exercise="Sit-to-stand from a chair of about 43 cm",
        description=(
            "30-15-15-15 with your own weight, 60 s rest with the cuff open between sets, at no more than 40 % LOP. "
            "Never to failure; effort no more than 6 of 10. Two, at most three times a week, with a day between."
        ),
        terms={
            "repetitions": [30, 15, 15, 15],
            "rest_s": 60,
            "vented_rests": True,
            "percent_lop": 40,
            "most_percent_lop": 40,
            "settings": ["HOME", "CLINIC"],
        },
        origin=(
            "Sit-to-stand 30/15/15 at home from a 43 cm chair: EXKnee2 (NCT05770934, registered at 60 % LOP, ended without "
            "participants). The lower pressure, open rests and no failure sets are programme settings; no validated home "
            "dose was found."
        ),
    ),
)
