"""The SKU path of KAATSU bands: from the base SKU, step by step, to the highest step that was well tolerated.

A band that counts in SKU has no LOP. What stands in for it is the optimal SKU: found by a ramp, with capillary refill
and symptoms looked at on each step (vendor practice, KAATSU Global; not trial evidence).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from kaatsu_clinic.thresholds import Area, Origin, Source, Thresholds

THRESHOLDS = Thresholds(Area.OCCLUSION, __name__)
REFILL = Source("KAATSU Global, kaatsublog 2019-11-20", Origin.VENDOR)
EXAMPLE = Source("First step of the example 100-150-200, kaatsublog 2019-05-19", Origin.VENDOR)
BAND = Source("40-60 mmHg in research on 5 cm belts (Loenneke 2012), lower for patients", Origin.PROGRAMME)
CRT_MOST_S = THRESHOLDS.of(3.0, "s", "Ramp of a KAATSU band: longer capillary refill is too tight", REFILL)
WITHOUT_RAMP_SKU = THRESHOLDS.of(
    100.0, "SKU", "Highest target of a band with no ramp on record, and first step of one", EXAMPLE
)
BASE_SKU = (10.0, 60.0)
"""How tight a band may sit before it is inflated; one finger fits under it."""
THRESHOLDS.tell(("Base SKU of a band", f"{BASE_SKU[0]:g} to {BASE_SKU[1]:g}", "SKU", BAND))


@dataclass(frozen=True)
class Step:
    """One pressure of the ramp and what was seen. `crt_s` None: not looked at, and that is never fine."""

    sku: float
    crt_s: float | None
    has_symptoms: bool

    @property
    def is_tolerated(self) -> bool:
        """Colour came back in time and nothing was felt that should not be."""
        return self.crt_s is not None and 0 <= self.crt_s <= CRT_MOST_S and not self.has_symptoms


def optimal_sku(steps: Sequence[Step]) -> float | None:
    """The last step before the first that was not tolerated. None: not even the first was."""
    best = None
    for step in steps:
        if not step.is_tolerated:
            break
        best = step.sku
    return best


def objections(base_sku: float, steps: Sequence[Step], most_sku: float) -> list[str]:
    """Why this is no ramp. Empty: it is one."""
    pressures = [step.sku for step in steps]
    lowest, highest = BASE_SKU
    found = [
        (not lowest <= base_sku <= highest, f"The base SKU is {lowest:g} to {highest:g}."),
        (not steps, "A ramp has at least one step."),
        (pressures != sorted(set(pressures)), "Each step is higher than the one before."),
        (
            bool(steps) and pressures[0] > WITHOUT_RAMP_SKU,
            f"The first step is at most {WITHOUT_RAMP_SKU:g} SKU.",
        ),
        (any(sku <= base_sku for sku in pressures), "Each step is above the base SKU."),
        (any(sku > most_sku for sku in pressures), f"No step goes above {most_sku:g} SKU."),
        (
            any(not step.is_tolerated for step in steps[:-1]),
            "A step that was not tolerated ends the ramp: open the band, and do not go on.",
        ),
    ]
    return [words for holds, words in found if holds]


def cycles_allowed(tolerated: int | None, days_since: int | None) -> int:
    """One cycle to begin with; one more each week than was tolerated (vendor). None: nothing was tolerated yet."""
    if tolerated is None or days_since is None:
        return 1
    return tolerated + 1 if days_since >= 7 else tolerated
