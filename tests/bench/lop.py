"""The automatic measurement of the occlusion pressure on simulated limbs: how far off, how often it says that it can't tell.

Limbs are drawn with an occlusion pressure of 110 to 300 mmHg, arms, calves and thighs, with weak and strong pulses, slow and
fast, even and uneven hearts, early beats, quiet and noisy sensors, and bursts of movement in two of five.
"""

import random
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

from devices.domain.lop import FASTEST_TICK_S
from devices.domain.lop_ramp import Ramp, Stage
from devices.simulator.channel import SimulatedChannel
from devices.simulator.limb import PRESETS, Limb, Preset, Sensor
from devices.simulator.pneumatics import STEP_S
from devices.simulator.pulse import Pulse

LIMBS = 500
WITHIN_MMHG, OFF_MMHG = 10.0, 20.0
REGISTER = 0.1


@dataclass(frozen=True)
class Found:
    """One limb: the truth, the answer (None: can't be told) with its uncertainty, how long it took and how high it went."""

    truth: float
    answer: float | None
    plus_minus: float
    words: str
    seconds: float
    highest: float

    @property
    def error(self) -> float | None:
        """Answer less truth."""
        return None if self.answer is None else self.answer - self.truth


def drawn(seed: int) -> tuple[Preset, list[tuple[float, float]]]:
    """A limb, and when it moves: seconds from and to."""
    chance = random.Random(seed)
    base = PRESETS[chance.choice(("thigh", "calf", "arm"))]
    assert base.pulse
    pulse = Pulse(
        lop_mmhg=chance.uniform(110, 300),
        rate_hz=chance.uniform(0.8, 1.7),
        volume_ml=base.pulse.volume_ml * chance.uniform(0.4, 1.6),
        diastolic_share=chance.uniform(0.5, 0.7),
        irregular=chance.uniform(0.02, 0.15),
        early=chance.choice((0.0, 0.0, 0.05, 0.15)),
        strength_spread=chance.uniform(0.005, 0.03),
    )
    sensor = Sensor(
        lag_s=chance.uniform(0.02, 0.06), noise=chance.uniform(0.1, 0.6), step=chance.choice((0.1, 0.1, 0.5))
    )
    bulge = base.bulge_ml * chance.uniform(0.1, 0.6)
    bursts = [(at, at + chance.uniform(1, 3)) for at in _starts(chance)]
    return replace(base, pulse=pulse, sensor=sensor, bulge_ml=bulge), bursts


def _starts(chance: random.Random) -> list[float]:
    return [chance.uniform(5, 100) for _ in range(chance.choice((0, 0, 0, 1, 2)))]


def measured(seed: int) -> Found:
    """One measurement, at 50 samples a second, as the loop would make it."""
    preset, bursts = drawn(seed)
    limb = Limb(preset, seed)
    channel = SimulatedChannel(limb=limb, faults=set(), noise=random.Random(seed))
    ramp, now = Ramp(), 0.0
    while ramp.stage is not Stage.OVER:
        drive = ramp.step(now, _read(channel))
        channel.drive(drive.pump, drive.exhaust)
        limb.is_moving = any(start < now < end for start, end in bursts)
        for _ in range(round(FASTEST_TICK_S / STEP_S)):
            channel.step()
        now += FASTEST_TICK_S
    answer = ramp.answer
    assert preset.pulse
    return Found(
        preset.pulse.lop_mmhg, answer.mmhg, answer.plus_minus_mmhg, answer.words, now, limb.pressure_max
    )


def _read(channel: SimulatedChannel) -> float:
    """The mean of both sensors, as it comes out of the registers."""
    both = (channel.measured, channel.second)
    return sum(round(value / REGISTER) * REGISTER for value in both) / len(both)


def figures(found: Sequence[Found]) -> dict[str, Any]:
    """The keys of the benchmark."""
    told = [one for one in found if one.error is not None]
    unsaid = [one for one in told if abs(one.error or 0) > OFF_MMHG and abs(one.error or 0) > one.plus_minus]
    return {
        "within_10": round(sum(abs(one.error or 0) <= WITHIN_MMHG for one in told) / len(told), 4),
        "within_10_of_all": round(sum(abs(one.error or 0) <= WITHIN_MMHG for one in told) / len(found), 4),
        "off_by_20": sum(abs(one.error or 0) > OFF_MMHG for one in told),
        "off_by_20_unsaid": len(unsaid),
        "not_determinable": round(1 - len(told) / len(found), 4),
        "seconds": round(max(one.seconds for one in found), 1),
        "highest_mmhg": round(max(one.highest for one in found), 1),
        "limbs": len(found),
    }


def lop(limbs: int = LIMBS) -> dict[str, Any]:
    """Measure them all, on every core."""
    with ProcessPoolExecutor() as pool:
        return figures(list(pool.map(measured, range(limbs), chunksize=10)))
