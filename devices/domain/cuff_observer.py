"""What can be known of a cuff from its pressure and from what was done to it: a Kalman filter, advanced by dt.

It learns each cuff and box anew, from the first inflation on: how fast pump and valve move the pressure, how late the
sensor is, and what muscle and tissue are doing right now, so that the next correction can meet it and not follow it.
"""

import math

import numpy as np
from numpy.typing import NDArray

from devices.domain.box import Drive

PRESSURE, FELT, PUSH, TURN, PUMP, VENT, LAG = range(7)
"""True pressure; what the sensor feels; mmHg/s from the limb and how that changes; mmHg/s of full pump, of full valve by
the root of the pressure, both in a taut cuff; seconds that the sensor is late."""

EXPECTED = {PUMP: 150.0, VENT: 12.0, LAG: 0.07}
UNSURE = {PUMP: 150.0, VENT: 12.0, LAG: 0.03}
LAG_WITHIN, PUMP_WITHIN, VENT_WITHIN = (0.012, 0.13), (5.0, 3000.0), (0.5, 200.0)
"""Wide enough for every cuff of the simulator's range (programme setting)."""

PUMP_ENDS_MMHG = 600.0
SLACK, TAUT_OVER_MMHG = 12.0, 25.0
"""An empty cuff takes about thirteen times the air of a taut one (cuff model: V0 120, Vs 450, ps 25)."""

SENSOR_NOISE, PRESSURE_DRIFT = 0.6, 0.01
LEARNS, LEARNS_HELD, LEARNS_VENT = 0.3, 0.042, 0.095
"""How far the gains may wander, as a share of themselves in a second: while filling, while holding, and the valve's."""

Numbers = NDArray[np.float64]


def _tautness(pressure: float) -> float:
    return 1 / (1 + SLACK * math.exp(-pressure / TAUT_OVER_MMHG))


class CuffObserver:
    """Believes something of one cuff. `look` corrects it by a reading, `move_on` lets time pass under a drive."""

    def __init__(self) -> None:
        self._state = np.zeros(7)
        self._spread = np.zeros((7, 7))
        for at, value in EXPECTED.items():
            self._state[at], self._spread[at, at] = value, UNSURE[at] ** 2

    def begin(self, pressure: float) -> None:
        """Nothing is known of the moment but this reading. What was learnt of cuff and box stays."""
        self._state[:PUMP] = (pressure, pressure, 0.0, 0.0)
        self._spread[:PUMP, :] = self._spread[:, :PUMP] = 0.0
        for at in (PRESSURE, FELT, PUSH):
            self._spread[at, at] = 1.0

    @property
    def pressure(self) -> float:
        """What the pressure is now, which no sensor shows yet."""
        return max(0.0, float(self._state[PRESSURE]))

    @property
    def push(self) -> float:
        """What the limb does to the pressure now, per second."""
        return float(self._state[PUSH])

    @property
    def turn(self) -> float:
        """How the push changes, per second."""
        return float(self._state[TURN])

    @property
    def push_spread(self) -> float:
        """How well the push is known."""
        return math.sqrt(max(0.0, self._spread[PUSH, PUSH]))

    def reach(self) -> tuple[float, float]:
        """How fast the whole pump, and the whole valve, move the pressure from here: rather too fast than too slow."""
        sure = np.sqrt(np.maximum(0.0, self._spread.diagonal()))
        pump, vent = self._state[PUMP] + sure[PUMP], self._state[VENT] + sure[VENT]
        by_pump, by_vent = self._by_drive(1.0, 1.0)
        return float(pump * max(0.01, by_pump)), float(vent * max(0.01, by_vent))

    def _by_drive(self, pump: float, exhaust: float) -> tuple[float, float]:
        """What a drive does at this pressure, of what it does in a taut cuff."""
        p = self.pressure
        tautness = _tautness(p)
        return tautness * pump * (1 - p / PUMP_ENDS_MMHG), tautness * exhaust * math.sqrt(max(p, 4.0))

    def look(self, measured: float) -> None:
        """A reading, as the sensor felt the pressure just now."""
        towards = self._spread[:, FELT].copy()
        gain = towards / (towards[FELT] + SENSOR_NOISE**2)
        self._state += gain * (measured - self._state[FELT])
        self._spread -= np.outer(gain, towards)
        for at, (least, most) in ((PUMP, PUMP_WITHIN), (VENT, VENT_WITHIN), (LAG, LAG_WITHIN)):
            self._state[at] = min(most, max(least, self._state[at]))

    def move_on(self, drive: Drive, dt: float, *, rhythm: float, unrest: float, filling: bool) -> None:
        """Let time pass. `rhythm` is that of the limb, radians/s; `unrest` how large its pushes may be, per second."""
        step, by_lag = self._step(drive, dt, rhythm)
        self._state = step @ self._state
        step[FELT, LAG] += by_lag
        spread = step @ self._spread @ step.T
        spread += self._doubt(dt, rhythm, unrest, filling)
        self._spread = (spread + spread.T) / 2

    def _step(self, drive: Drive, dt: float, rhythm: float) -> tuple[Numbers, float]:
        """The state after dt from the state before, and what a later sensor would feel of it."""
        lag = self._state[LAG]
        cos, sin = math.cos(rhythm * dt), math.sin(rhythm * dt)
        by_pump, by_vent = self._by_drive(drive.pump, drive.exhaust)
        rise = np.array([0, 0, sin / rhythm, (1 - cos) / rhythm**2, by_pump * dt, -by_vent * dt, 0])
        faded = math.exp(-dt / lag)
        step = np.eye(7)
        step[PRESSURE] += rise
        step[FELT] = step[PRESSURE] - rise * (lag * (1 - faded) / dt)
        step[FELT, PRESSURE] -= faded
        step[FELT, FELT] += faded
        step[PUSH, PUSH] = step[TURN, TURN] = cos
        step[PUSH, TURN], step[TURN, PUSH] = sin / rhythm, -rhythm * sin
        rate = float(rise @ self._state) / dt
        later = faded * dt / lag**2
        by_lag = rate * (lag * later - (1 - faded)) + (self._state[FELT] - self._state[PRESSURE]) * later
        return step, float(by_lag)

    def _doubt(self, dt: float, rhythm: float, unrest: float, filling: bool) -> Numbers:
        """What may have happened meanwhile that nobody knows of."""
        doubt = np.zeros((7, 7))
        turn = (unrest * rhythm**2) ** 2
        doubt[PRESSURE, PRESSURE] = PRESSURE_DRIFT * dt
        doubt[PUSH, PUSH], doubt[TURN, TURN] = turn * dt**3 / 3, turn * dt
        doubt[PUSH, TURN] = doubt[TURN, PUSH] = turn * dt**2 / 2
        learns = LEARNS if filling else LEARNS_HELD
        doubt[PUMP, PUMP] = (learns * self._state[PUMP]) ** 2 * dt
        doubt[VENT, VENT] = (LEARNS_VENT * self._state[VENT]) ** 2 * dt
        return doubt
