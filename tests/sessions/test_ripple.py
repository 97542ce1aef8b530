"""Repetitions that the pressure shows: how far off on simulated limbs, and when no number is given."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.domain.units import Scale
from protocols.domain.plan import Plan, sets_at
from sessions.domain import counting
from sessions.domain.commands import Verb
from sessions.domain.ripple import AT_FIRST, Doubt, Ripple, Seen, clearest, feel
from tests.sessions.closed_loop import ClosedLoop

TICK_S = 0.05
WAITS_S = 3.0
REPETITIONS = 15


class Trainee:
    """A limb under a cuff that is really held by the loop: it rests, does its repetitions, rests, and the session is stopped."""

    def __init__(self, preset: str, target: float, rep_hz: float | None = None, seed: int = 1) -> None:
        plan = Plan(Scale.MMHG, sets_at(target, (30, 15), rest_s=20), 220.0, 600.0, 1200.0, lop_mmhg=250.0)
        self.loop = ClosedLoop(plan, preset=preset, seed=seed)
        self.limb = self.loop.box.limbs[0]
        self.limb.muscle.rep_hz = rep_hz or self.limb.preset.rep_hz
        self.done = 0
        self.seen: Seen | None = None
        self._phase = 0.0
        self._rested_at: float | None = None

    def train(self, repetitions: int) -> Seen | None:
        """What the loop says it has seen when they are done."""

        def script(t: float) -> None:
            self.loop.press(Verb.WATCH, value=1.0)
            if self.loop.live is None:
                self.loop.press(Verb.INFLATE)
            elif self._rested_at is None:
                self._work(t, repetitions)
            elif t > self._rested_at + 2 and self.seen is None:
                self.seen = counting.seen(self.loop.live)
                self.loop.press(Verb.STOP)

        self.loop.run(script)
        return self.seen

    def _work(self, t: float, repetitions: int) -> None:
        phase = self.limb.muscle._phase
        self.done += self.limb.is_moving and phase < self._phase - 0.5
        self._phase = phase
        self.limb.is_moving = self._tight_s() > WAITS_S and self.done < repetitions
        if self.done >= repetitions or (repetitions == 0 and t > 30):
            self._rested_at = t

    def _tight_s(self) -> float:
        live = self.loop.live
        return 0.0 if live is None or live.reached_at is None else live.now - live.reached_at


@pytest.mark.parametrize(
    ("preset", "target", "rep_hz"),
    [
        ("thigh", 60.0, 0.25),
        ("thigh", 110.0, None),
        ("thigh_delfi_like", 110.0, 0.25),
        ("calf", 110.0, 0.25),
        ("arm", 110.0, 0.25),
        ("thigh_quick_reps", 160.0, None),
    ],
)
def test_what_is_seen_is_at_most_one_repetition_off(preset, target, rep_hz):
    trainee = Trainee(preset, target, rep_hz)
    seen = trainee.train(REPETITIONS)
    assert trainee.done == REPETITIONS
    assert seen is not None
    assert seen.count == pytest.approx(REPETITIONS, abs=1)


@pytest.mark.parametrize("preset", ["thigh", "arm"])
def test_a_pulse_under_a_still_limb_is_no_repetition(preset):
    seen = Trainee(preset, 110.0).train(0)
    assert seen is not None
    assert seen.count is None


def fed(pressures, target=100.0) -> Ripple:
    ripple = AT_FIRST
    for pressure in pressures:
        ripple = feel(ripple, pressure, target, TICK_S)
    return ripple


def waves(count: int, height: float, *, every_s: float = 4.0):
    """A rest, then this many swings of this height peak to peak, then a rest."""
    still = [100.0] * 80
    ticks = round(every_s / TICK_S)
    swing = [100 + height / 2 * (1 - math.cos(2 * math.pi * n / ticks)) for n in range(count * ticks)]
    return [*still, *swing, *still]


def test_even_swings_are_counted_one_by_one():
    assert fed(waves(12, 4.0)).seen == Seen(12)


def test_a_ripple_too_small_to_tell_from_noise_gives_no_number():
    assert fed(waves(12, 0.6)).seen.count is None
    assert fed([100 + 0.3 * (n % 2) for n in range(600)]).seen == Seen(None, Doubt.TOO_FEW)


def test_uneven_swings_give_no_number():
    pressures = [100.0] * 80
    for every_s in (2.0, 20.0) * 4:
        pressures += waves(1, 6.0, every_s=every_s)[80:-80] + [100.0] * round(every_s / TICK_S)
    assert fed(pressures).seen == Seen(None, Doubt.UNEVEN)


def test_after_a_gap_nobody_knows_what_was_missed():
    pressures: list[float | None] = [*waves(12, 4.0)]
    pressures[400] = None
    assert fed(pressures).seen == Seen(None, Doubt.GAP)


def test_of_several_cuffs_the_one_with_the_largest_ripple_counts():
    small, large = fed(waves(6, 2.0)), fed(waves(9, 5.0))
    assert clearest((small, large)) == Seen(9)
    assert clearest((AT_FIRST, large)) == Seen(9)
    assert clearest(()) == Seen(None, Doubt.GAP)


@given(st.lists(st.tuples(st.floats(0, 500) | st.none(), st.floats(0, 10)), max_size=60))
def test_whatever_is_felt_a_number_is_there_or_a_reason_why_not(felt):
    ripple = AT_FIRST
    for pressure, took_s in felt:
        ripple = feel(ripple, pressure, 100.0, took_s)
    seen = ripple.seen
    assert (seen.count is None) is (seen.doubt is not None)
    assert ripple.count >= 0
