"""Many limbs at once, in columns: the equations of `devices.simulator.limb` over arrays, for comparing hundreds of plants."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from devices.simulator.limb import AMBIENT_MMHG, CREEP_S, UNDER_PRESSURE_MMHG, Air, Limb, Preset, Sensor
from devices.simulator.movement import Muscle

Numbers = NDArray[np.floating]
STEP_S = 0.01
FINEST_MMHG = 0.001
ASKING_S = 0.005
"""What the bytes of an exchange take on the line."""


@dataclass(frozen=True)
class Plant:
    """A limb, what it is to be held at, and how long its box takes to answer."""

    limb: Preset
    target: float
    reply_s: float
    seed: int


def drawn(count: int, seed: int = 200) -> list[Plant]:
    """Plants over the whole range that is asked for, each figure drawn evenly."""
    return [_one(random.Random(seed * 1000 + n), n) for n in range(count)]


def _one(chance: random.Random, seed: int) -> Plant:
    draw = chance.uniform
    limb = Preset(
        v0_ml=draw(30, 160),
        stretch_ml=draw(120, 600),
        stretch_mmhg=draw(15, 35),
        per_mmhg_ml=draw(0.2, 0.6),
        air=Air(pump_ml_s=draw(33, 500), vent_ml_s=draw(6, 60)),
        sensor=Sensor(lag_s=draw(0.02, 0.12), noise=draw(0.1, 1.0), step=draw(0.1, 1.0)),
        bulge_ml=draw(5, 60),
        rep_hz=draw(0.25, 0.8),
        irregular=0.15,
        creep_ml=draw(0, 80),
        leak=draw(0, 0.08),
    )
    return Plant(limb, target=draw(40, 220), reply_s=draw(0.005, 0.06), seed=seed)


def rise_s(plant: Plant, slew_per_s: float) -> float:
    """How long the pump needs to the target, running as hard as it can or as the slew allows."""
    limb = Limb(replace(plant.limb, pulse=None))
    taken = 0.0
    while limb.pressure_mmhg < plant.target:
        before = limb.pressure_mmhg
        limb.advance(STEP_S, 1.0, 0.0)
        taken += max(STEP_S, (limb.pressure_mmhg - before) / slew_per_s)
    return taken


@dataclass(frozen=True)
class Course:
    """When each plant's limb moves, by its own clock that starts when the cuff had time to fill and settle."""

    settled_s: float = 5.0
    parts: Sequence[tuple[bool, float]] = ((False, 20), (True, 40), (False, 20), (True, 40), (False, 10))
    slack: float = 1.3

    @property
    def lasts_s(self) -> float:
        """All parts together."""
        return sum(seconds for _, seconds in self.parts)

    def moving(self) -> NDArray[np.bool_]:
        """For each step of the plant's own clock."""
        return np.concatenate([np.full(round(s / STEP_S), is_moving) for is_moving, s in self.parts])


class Limbs:
    """Plants side by side. Every controller sees the same repetitions and the same noise."""

    def __init__(self, plants: Sequence[Plant], course: Course, slew_per_s: float) -> None:
        self.plants, self.course, self.count = plants, course, len(plants)
        shapes = [plant.limb for plant in plants]
        self.v0, self.stretch, self.curve, self.per_mmhg, self.creep, self.leak = (
            np.array([getattr(shape, name) for shape in shapes])
            for name in ("v0_ml", "stretch_ml", "stretch_mmhg", "per_mmhg_ml", "creep_ml", "leak")
        )
        self.pump = np.array([shape.air.pump_ml_s for shape in shapes])
        self.pump_maximum = np.array([shape.air.pump_maximum_mmhg for shape in shapes])
        self.vent = np.array([shape.air.vent_ml_s for shape in shapes])
        self.lag, self.noise, self.step_mmhg = (
            np.array([getattr(shape.sensor, name) for shape in shapes]) for name in ("lag_s", "noise", "step")
        )
        self.step_mmhg = np.maximum(self.step_mmhg, FINEST_MMHG)
        self.target = np.array([plant.target for plant in plants])
        self.reply_s = np.array([plant.reply_s for plant in plants])
        rise = np.array([rise_s(plant, slew_per_s) for plant in plants])
        self.begins = np.round((rise * course.slack + course.settled_s) / STEP_S).astype(int)
        self.steps = int(self.begins.max()) + round(course.lasts_s / STEP_S)
        self.moving, self.squeezed = self._movements()

    def _movements(self) -> tuple[NDArray[np.bool_], Numbers]:
        """[step, plant]: whether it moves, and what its muscle takes from the cuff in that step."""
        moving = np.zeros((self.steps, self.count), bool)
        squeezed = np.zeros((self.steps, self.count))
        on = self.course.moving()
        for n, plant in enumerate(self.plants):
            shape, begin = plant.limb, self.begins[n]
            muscle = Muscle(shape.bulge_ml, shape.rep_hz, shape.irregular, random.Random(plant.seed))
            moving[begin : begin + len(on), n] = on
            squeezed[begin : begin + len(on), n] = [muscle.advance(STEP_S, bool(one)) for one in on]
        return moving, squeezed

    def stiffness(self, p: Numbers) -> Numbers:
        """As `Preset.stiffness`."""
        fill = np.exp(-p / self.curve)
        volume: Numbers = self.v0 + self.stretch * (1 - fill) + self.per_mmhg * p
        stiffness: Numbers = volume + (AMBIENT_MMHG + p) * (self.stretch / self.curve * fill + self.per_mmhg)
        return stiffness

    def reach(self) -> tuple[Numbers, Numbers]:
        """mmHg/s of the whole pump and of the whole valve at the target."""
        air = AMBIENT_MMHG / self.stiffness(self.target)
        pump = self.pump * (1 - self.target / self.pump_maximum)
        return air * pump, air * self.vent * np.sqrt(self.target)

    def counted(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """[step, plant]: exercise, and rest, from five seconds after each change on."""
        since = np.zeros((self.steps, self.count))
        own = np.arange(self.steps)[:, None] - self.begins[None, :]
        is_on = (own >= 0) & (own < len(self.course.moving()))
        for n in range(1, self.steps):
            since[n] = np.where(self.moving[n] == self.moving[n - 1], since[n - 1] + STEP_S, 0.0)
        since += self.course.settled_s * (own * STEP_S < self.course.parts[0][1])
        late = since >= self.course.settled_s
        return is_on & self.moving & late, is_on & ~self.moving & late


class Running:
    """Limbs under a controller: their pressures now, advanced step by step."""

    def __init__(self, limbs: Limbs, lanes: int = 1, seed: int = 7) -> None:
        self.limbs, self.lanes = limbs, lanes
        shape = (lanes, limbs.count)
        self.p, self.lagged, self.measured = np.zeros(shape), np.zeros(shape), np.zeros(shape)
        self._pressed_s = np.zeros(shape)
        self._noise = np.random.default_rng(seed)
        self._n = 0

    def step(self, pump: Numbers, exhaust: Numbers) -> Numbers:
        """A hundredth of a second. The true pressures after it."""
        limbs, p = self.limbs, self.p
        inflow = pump * limbs.pump * np.maximum(0.0, 1 - p / limbs.pump_maximum)
        outflow = exhaust * limbs.vent * np.sqrt(p)
        self._pressed_s = np.where(p > UNDER_PRESSURE_MMHG, self._pressed_s + STEP_S, 0.0)
        creep = np.where(self._pressed_s > 0, limbs.creep / CREEP_S * np.exp(-self._pressed_s / CREEP_S), 0.0)
        air = AMBIENT_MMHG * (inflow - outflow - limbs.leak * p / 100) * STEP_S
        squeeze = (AMBIENT_MMHG + p) * (limbs.squeezed[self._n] - creep * STEP_S)
        self.p = np.maximum(0.0, p + (air + squeeze) / limbs.stiffness(p))
        self.lagged += (self.p - self.lagged) * STEP_S / limbs.lag
        felt = self.lagged + self._noise.normal(0, 1, limbs.count) * limbs.noise
        self.measured = np.round(felt / limbs.step_mmhg) * limbs.step_mmhg
        self._n += 1
        return self.p


def exchange_steps(limbs: Limbs, tick_s: float) -> NDArray[np.int_]:
    """Steps from one exchange to the next: an answer that takes longer than a tick costs a whole one more."""
    missed = np.ceil((limbs.reply_s + ASKING_S) / tick_s)
    return (np.maximum(1, missed) * round(tick_s / STEP_S)).astype(int)


def shares(limbs: Limbs, pressures: Numbers, share: float, where: NDArray[np.bool_]) -> Numbers:
    """For each plant, how much of that time its true pressure lay within so much of the target."""
    inside = np.abs(pressures - limbs.target) <= share * limbs.target
    found: Numbers = (inside & where).sum(0) / where.sum(0)
    return found
