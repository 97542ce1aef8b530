"""How well a pressure is held: five limbs through driver and box, two hundred drawn ones, and what stands beside ours.

The names without a way in them are of the host's own loop; `device` is a box that holds by itself.
"""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import numpy as np

from devices.control.holding import Holding
from devices.drivers.reference import HostClosedReference, ReferenceController
from devices.simulator.firmware import Firmware
from devices.simulator.limb import PRESETS
from tests.bench import loops
from tests.bench.plants import STEP_S, Course, Limbs, Numbers, Plant, drawn, rise_s, shares
from tests.direct import DirectLine

TARGETS = {"thigh_fast": 160, "thigh_delfi_like": 160, "calf": 150, "arm": 100, "thigh_quick_reps": 160}
TICK_S, SLOW_TICK_S, REPLY_S = 0.05, 0.1, 0.03
CEILING = 1.25
"""Of the target: the session's own limit, well below the box's."""

REACHED = 0.98
JERK_MMHG, JERKS, JERK_EVERY_S = 60.0, 6, 4.0
PLANTS = 200
WAYS = {"host": HostClosedReference, "device": ReferenceController}


@dataclass
class Session:
    """A cuff held by the real driver on a box without a line, and its true pressure at every hundredth of a second."""

    preset: str
    way: str

    def __post_init__(self) -> None:
        self.target = float(TARGETS[self.preset])
        self.ceiling = CEILING * self.target
        self.box = Firmware(presets=[self.preset], seed=11)
        self.box.turnaround_s = REPLY_S
        self.line = DirectLine(self.box)
        driver = WAYS[self.way](self.line)
        driver.identify()
        driver.arm(fence=1, ceiling=self.box.rated_maximum, max_inflated_s=3600)
        self.holding = Holding(driver, [0], ceiling=self.ceiling, slew_per_s=loops.SLEW_PER_S)
        self.limb = self.box.limbs[0]

    def run(self, seconds: float) -> Numbers:
        """Hold for so long."""
        seen: list[float] = []
        step = self.limb.advance

        def watched(dt: float, pump: float, exhaust: float) -> float:
            flow = step(dt, pump, exhaust)
            seen.append(self.limb.pressure_mmhg)
            return flow

        self.limb.advance = watched  # type: ignore[method-assign]  # looked at between two ticks
        until = self.line.now + seconds
        while self.line.now < until - STEP_S / 2:
            self.line.sleep(TICK_S - self.line.now % TICK_S)
            self.holding.exchange({0: self.target}, self.line.now)
        self.limb.advance = step  # type: ignore[method-assign]  # as it was
        return np.array(seen)


def _through_the_box(preset: str, way: str) -> dict[str, float]:
    """An inflation, rest and exercise, as a session has them."""
    session, course = Session(preset, way), Course()
    plant = Plant(PRESETS[preset], REACHED * session.target, REPLY_S, 1)
    allowed_s = rise_s(plant, loops.SLEW_PER_S)
    filling = session.run(allowed_s * course.slack + course.settled_s)
    rest: list[Numbers] = []
    work: list[Numbers] = []
    for is_moving, seconds in course.parts:
        session.limb.is_moving = is_moving
        (work if is_moving else rest).append(session.run(seconds)[round(course.settled_s / STEP_S) :])
    every = [filling, *rest, *work]
    return {
        **_bands(np.concatenate(work), np.concatenate(rest), session.target),
        "seconds_over_ceiling": STEP_S * sum(float((one > session.ceiling).sum()) for one in every),
        "overshoot_mmhg": max(0.0, float(filling.max()) - session.target),
        "rise_ratio": STEP_S * float(np.argmax(filling >= plant.target)) / allowed_s,
    }


def _bands(work: Numbers, rest: Numbers, target: float) -> dict[str, float]:
    return {
        "exercise_in_10pct": float((np.abs(work - target) <= 0.10 * target).mean()),
        "rest_in_5pct": float((np.abs(rest - target) <= 0.05 * target).mean()),
        "rms_mmhg": float(np.sqrt(np.mean((work - target) ** 2))),
    }


def _beside(preset: str, loop: loops.Loop) -> dict[str, float]:
    """The same limb, without its pulse, under what stands beside."""
    limbs = Limbs([Plant(PRESETS[preset], float(TARGETS[preset]), REPLY_S, 11)], Course(), loops.SLEW_PER_S)
    at_work, at_rest = limbs.counted()
    pressures = loop(limbs, TICK_S)
    return _bands(pressures[at_work], pressures[at_rest], float(TARGETS[preset]))


def _jerks(preset: str, way: str) -> dict[str, float]:
    """The longest time over the ceiling after a jerk, and what a valve needs that opens in the instant itself."""
    session = Session(preset, way)
    session.run(20)
    longest_s, needs_s = 0.0, 0.0
    for _ in range(JERKS):
        session.limb.jerk(JERK_MMHG)
        needs_s = max(needs_s, _exhaust_needs_s(session))
        longest_s = max(longest_s, STEP_S * float((session.run(JERK_EVERY_S) > session.ceiling).sum()))
    return {"over_ceiling_s": longest_s, "exhaust_needs_s": needs_s}


def _exhaust_needs_s(session: Session) -> float:
    limb, over_s = deepcopy(session.limb), 0.0
    for _ in range(round(JERK_EVERY_S / STEP_S)):
        is_over = limb.pressure_mmhg > session.ceiling
        over_s += STEP_S * is_over
        limb.advance(STEP_S, 0.0, float(is_over))
    return over_s


def _preset(preset: str) -> dict[str, Any]:
    return {
        **_through_the_box(preset, "host"),
        "jerk": _jerks(preset, "host"),
        "device": {**_through_the_box(preset, "device"), "jerk": _jerks(preset, "device")},
        "unregulated": _beside(preset, loops.unregulated),
        "textbook": _beside(preset, loops.textbook),
    }


def _drawn_plants() -> dict[str, Any]:
    """The same two hundred under each loop, and under the best of eighty sets of gains for each of them."""
    limbs = Limbs(drawn(PLANTS), Course(), loops.SLEW_PER_S)
    at_work, at_rest = limbs.counted()

    def found(pressures: Numbers) -> tuple[Numbers, Numbers]:
        return shares(limbs, pressures, 0.10, at_work), shares(limbs, pressures, 0.05, at_rest)

    def under(loop: Callable[[Limbs, float], Numbers], tick_s: float = TICK_S) -> dict[str, float]:
        return _over_plants(*found(loop(limbs, tick_s)))

    ours, tuned = under(loops.host_closed), _over_plants(*_best(map(found, loops.tuned(limbs, TICK_S))))
    return {
        **ours,
        "share_of_tuned_p5": ours["exercise_in_10pct_p5"] / tuned["exercise_in_10pct_p5"],
        "tuned": tuned,
        "at_10_hz": under(loops.host_closed, SLOW_TICK_S),
        "device": under(loops.device_held),
        "textbook": under(loops.textbook),
        "unregulated": under(loops.unregulated),
    }


def _best(tried: Any) -> tuple[Numbers, Numbers]:
    """For each plant the gains that did best in exercise and rest together."""
    work, rest = (np.stack(shares_of) for shares_of in zip(*tried, strict=True))
    chosen = np.argmax(work + rest, axis=0), np.arange(work.shape[1])
    return work[chosen], rest[chosen]


def _over_plants(work: Numbers, rest: Numbers) -> dict[str, float]:
    return {
        "exercise_in_10pct_median": float(np.median(work)),
        "exercise_in_10pct_p5": float(np.percentile(work, 5)),
        "rest_in_5pct_p5": float(np.percentile(rest, 5)),
    }


def measure() -> dict[str, Any]:
    """All of it."""
    return {**{preset: _preset(preset) for preset in TARGETS}, "random200": _drawn_plants()}
