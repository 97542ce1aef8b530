"""What a protocol asks for, read from its stored terms; and the plan that follows at a target.

Stored as `Protocol.terms`: plain JSON, checked here when it is read.
"""

from dataclasses import dataclass, replace
from typing import Any

from protocols.domain import asking
from protocols.domain.asking import Ask, Tempo, asks_of, tempo_of
from protocols.domain.limits import Setting
from protocols.domain.plan import Interval, build_up_at, sets_at, usual, vented_sets_at

SECONDS_PER_REPETITION = 4.0
"""2 s up, 2 s down (EXKnee, Jorgensen 2020, published). Used to estimate how long sets take."""


class BadTermsError(Exception):
    """The terms of a protocol can't be read."""


@dataclass(frozen=True)
class SetTerms:
    """Sets of repetitions at a share of LOP. `vented_rests`: the cuff opens in the rests between."""

    repetitions: tuple[int, ...]
    rest_s: float
    vented_rests: bool = False

    def intervals(self, target: float, cycles: int) -> tuple[Interval, ...]:
        """The sets at one target; `cycles` is not used."""
        make = vented_sets_at if self.vented_rests else sets_at
        return make(target, self.repetitions, self.rest_s)

    def shortened(self, percent: float) -> "SetTerms":
        """The same sets with a share of the repetitions, rounded down, at least one each."""
        return replace(self, repetitions=tuple(max(1, int(n * percent / 100)) for n in self.repetitions))

    @property
    def inflated_s(self) -> float:
        """About how long the cuff is inflated in all."""
        work_s = sum(self.repetitions) * SECONDS_PER_REPETITION
        return work_s if self.vented_rests else work_s + self.rest_s * (len(self.repetitions) - 1)

    @property
    def longest_s(self) -> float:
        """About how long the longest uninterrupted inflation is."""
        return max(self.repetitions) * SECONDS_PER_REPETITION if self.vented_rests else self.inflated_s


@dataclass(frozen=True)
class CycleTerms:
    """KAATSU cycles. In a cycle the cuff is inflated `inflations` times, each a step higher, up to the target.

    `first_percent` is the first inflation's share of the target. `cycles_by_week` is the build-up;
    between two cycles the cuff stays open for `between_s`. `are_bouts`: what is trained by the clock and in no cycle, as a
    walk is; each inflation then counts as a set, at the target.
    """

    inflations: int
    on_s: float
    off_s: float
    first_percent: float
    between_s: float
    cycles_by_week: tuple[int, ...]
    are_bouts: bool = False

    def steps(self, target: float) -> tuple[float, ...]:
        """The rising pressures of one cycle, the last at the target."""
        first = target * self.first_percent / 100
        rise = (target - first) / max(1, self.inflations - 1)
        rising = (min(target, round(first + rise * n, 1)) for n in range(self.inflations - 1))
        return (*rising, target)

    def intervals(self, target: float, cycles: int) -> tuple[Interval, ...]:
        """So many cycles, each counted as a set, with the cuff open between them; or the bouts, which are no cycle."""
        if self.are_bouts:
            return build_up_at(
                (target,), self.inflations, on_s=self.on_s, off_s=self.off_s, between_s=self.off_s
            )
        return build_up_at(
            self.steps(target), cycles, on_s=self.on_s, off_s=self.off_s, between_s=self.between_s
        )

    @property
    def cycle_s(self) -> float:
        """Inflated time of one cycle."""
        return self.inflations * self.on_s


@dataclass(frozen=True)
class Terms:
    """All that a protocol asks for.

    Of `percent_lop` and `target_sku` the one that fits the protocol's scale is the usual wish;
    `most_percent_lop` is the protocol's own limit, None where it has none. `asks` is what the person is asked for and
    when; `tempo` is None where repetitions have no pace.
    """

    work: SetTerms | CycleTerms
    settings: tuple[Setting, ...]
    percent_lop: float | None = None
    target_sku: float | None = None
    most_percent_lop: float | None = None
    load_percent_1rm: float | None = None
    asks: tuple[Ask, ...] = ()
    tempo: Tempo | None = None

    @property
    def has_cuff(self) -> bool:
        """Whether any pressure is asked for."""
        return self.percent_lop is not None or self.target_sku is not None

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Terms":
        """The terms that were stored. Raises BadTermsError."""
        try:
            work = _work(data)
            schedule, has_pace = _usual(work)
            return cls(
                work=work,
                asks=asks_of(data.get("asks", schedule)),
                tempo=tempo_of(data["tempo_s"]) if "tempo_s" in data else Tempo() if has_pace else None,
                settings=tuple(Setting(one) for one in data.get("settings", ["CLINIC"])),
                **{name: data.get(name) for name in OPTIONAL},
            )
        except (KeyError, TypeError, ValueError) as error:
            raise BadTermsError(f"These terms can't be read: {error}") from error


OPTIONAL = ("percent_lop", "target_sku", "most_percent_lop", "load_percent_1rm")


def _work(data: dict[str, Any]) -> SetTerms | CycleTerms:
    if "repetitions" in data:
        return SetTerms(
            _whole(data["repetitions"]), float(data["rest_s"]), bool(data.get("vented_rests", False))
        )
    return CycleTerms(
        inflations=_whole([data["inflations"]])[0],
        on_s=float(data["on_s"]),
        off_s=float(data["off_s"]),
        first_percent=float(data["first_percent"]),
        between_s=float(data["between_s"]),
        cycles_by_week=_whole(data["cycles_by_week"]),
        are_bouts=bool(data.get("bouts", False)),
    )


def _usual(work: SetTerms | CycleTerms) -> tuple[dict[str, str], bool]:
    """What is asked for when nobody has said. Bouts have many pauses, so less is asked for in each than between two cycles."""
    if isinstance(work, CycleTerms) and work.are_bouts and work.inflations > 1:
        return asking.WALKING, False
    return usual(work.intervals(1.0, 1))


def _whole(numbers: list[int]) -> tuple[int, ...]:
    found = tuple(int(one) for one in numbers)
    if not found or min(found) < 1:
        raise ValueError("counts start at one")
    return found
