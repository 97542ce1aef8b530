"""Ways to hold a pressure, each run over many limbs at once: ours from both sides of the wire, and what stands beside them."""

from collections.abc import Callable
from typing import Any

import numpy as np

from devices.domain.hold import HostClosed, Trimmed
from devices.simulator.channel import LOOP_S
from tests.bench.plants import STEP_S, Limbs, Numbers, Running, exchange_steps

SLEW_PER_S = 100.0
ROOM = 60.0
TEXTBOOK = {"gain": 0.01, "integral_s": 1.0, "deadband": 2.0}
"""The fixed PI of the calibration against the best published device: kp .01 per mmHg, ki .01 per s, +-2 mmHg."""

SPEEDS, INTEGRALS_S, DEADBANDS = (1, 1.5, 2, 3, 4, 6, 8, 12), (0.5, 1, 2, 4, 100), (0.5, 2)
"""What a person who knows the very plant would try: closed-loop speeds per second, and the rest."""

Drives = tuple[Numbers, Numbers]
Loop = Callable[[Limbs, float], Numbers]


def host_closed(limbs: Limbs, tick_s: float) -> Numbers:
    """The host drives pump and valve. One exchange brings the drive and takes the pressure that the next one uses."""
    loops = [HostClosed(target + ROOM, SLEW_PER_S) for target in limbs.target]
    running, every = Running(limbs), exchange_steps(limbs, tick_s)
    seen: list[float | None] = [None] * limbs.count
    pump, exhaust = np.zeros(limbs.count), np.zeros(limbs.count)
    pressures = np.zeros((limbs.steps, limbs.count), np.float32)
    for step in range(limbs.steps):
        for n in np.flatnonzero(step % every == 0):
            drive = loops[n].drive(limbs.target[n], seen[n], every[n] * STEP_S)
            pump[n], exhaust[n], seen[n] = drive.pump, drive.exhaust, float(running.measured[0, n])
        pressures[step] = running.step(pump, exhaust)[0]
    return pressures


def device_held(limbs: Limbs, tick_s: float) -> Numbers:
    """The reference box holds by itself, fifty times a second as its firmware does; the host tells and trims its target."""
    boxes = [HostClosed(target + ROOM, SLEW_PER_S) for target in limbs.target]
    trims = [Trimmed(target + ROOM) for target in limbs.target]
    running, every = Running(limbs), exchange_steps(limbs, tick_s)
    told, seen = np.zeros(limbs.count), [0.0] * limbs.count
    felt: list[float | None] = [None] * limbs.count
    pump, exhaust = np.zeros(limbs.count), np.zeros(limbs.count)
    pressures = np.zeros((limbs.steps, limbs.count), np.float32)
    for step in range(limbs.steps):
        for n in np.flatnonzero(step % every == 0):
            told[n] = trims[n].ask(limbs.target[n], seen[n], every[n] * STEP_S)
            seen[n] = float(running.measured[0, n])
        if step % round(LOOP_S / STEP_S) == 0:
            for at, box in enumerate(boxes):
                drive = box.drive(told[at], felt[at], LOOP_S)
                pump[at], exhaust[at] = drive.pump, drive.exhaust
                felt[at] = float(running.measured[0, at])
        pressures[step] = running.step(pump, exhaust)[0]
    return pressures


def unregulated(limbs: Limbs, tick_s: float) -> Numbers:
    """Filled to the target and shut, as a cuff with a hand pump."""
    running = Running(limbs)
    is_full = np.zeros(limbs.count, bool)
    pressures = np.zeros((limbs.steps, limbs.count), np.float32)
    for step in range(limbs.steps):
        is_full |= running.p[0] >= limbs.target
        pressures[step] = running.step(np.where(is_full, 0.0, 1.0), np.zeros(limbs.count))[0]
    return pressures


def textbook(limbs: Limbs, tick_s: float) -> Numbers:
    """One set of gains for everybody."""
    gain = np.full((1, limbs.count), TEXTBOOK["gain"])
    return _pi(limbs, tick_s, (gain, gain), TEXTBOOK["integral_s"], TEXTBOOK["deadband"])[:, 0]


def tuned(limbs: Limbs, tick_s: float) -> Numbers:
    """[gains, step, plant]: each plant under every set of gains of a search that knows its pump, valve and stiffness."""
    reach_pump, reach_vent = limbs.reach()
    grid = [(speed, ti, dead) for speed in SPEEDS for ti in INTEGRALS_S for dead in DEADBANDS]
    speed, integral_s, deadband = (np.array(column)[:, None] for column in zip(*grid, strict=True))
    pressures = _pi(limbs, tick_s, (speed / reach_pump, speed / reach_vent), integral_s, deadband)
    return pressures.transpose(1, 0, 2)


def _pi(limbs: Limbs, tick_s: float, gains: Drives, integral_s: Any, deadband: Any) -> Numbers:
    """A PI loop with a ramp, a dead band and a clamped integral that leaks in it. [step, gains, plant]."""
    lanes = gains[0].shape[0]
    running, every = Running(limbs, lanes), exchange_steps(limbs, tick_s)
    integral, seen, ramp, drive = (np.zeros((lanes, limbs.count)) for _ in range(4))
    pressures = np.zeros((limbs.steps, lanes, limbs.count), np.float32)
    for step in range(limbs.steps):
        due = np.broadcast_to(step % every == 0, ramp.shape)
        if due.any():
            higher = np.minimum(limbs.target, ramp + SLEW_PER_S * every * STEP_S)
            error = higher - seen
            is_near = np.abs(error) <= deadband
            error = np.where(is_near, 0.0, error)
            summed = np.where(is_near, integral * 0.98, integral) + error * every * STEP_S / integral_s
            summed = np.clip(summed, -0.3 / gains[0], 0.3 / gains[0])
            wish = error + summed
            drive = np.where(due, wish * np.where(wish > 0, gains[0], gains[1]), drive)
            integral, ramp = np.where(due, summed, integral), np.where(due, higher, ramp)
            seen = np.where(due, running.measured, seen)
        pressures[step] = running.step(np.clip(drive, 0, 1), np.clip(-drive, 0, 1))
    return pressures
