"""Holding a pressure: what a host asks of a pump and a valve, or of a box that holds by itself. Advanced by dt, no clock.

One object holds one channel. Targets change freely: cycles and ramps of a protocol are just other targets. Nothing here
asks for more than the ceiling, and without a reading nothing pumps.
"""

import math
from dataclasses import dataclass, field

from devices.domain.box import OPEN, SHUT, Drive
from devices.domain.cuff_observer import CuffObserver

SLEW_PER_S = 30.0
CORRECTS_WITHIN_S = 0.15
DEADBAND = 0.3
LEAST_DRIVE = 0.01
"""Ten milliseconds of a second: less does not move a valve."""

BLIND_FOR_S = 0.5
STEP_S = (0.01, 0.2)
LEADS = 0.25
LEANS = 0.06
"""Of the target, how far a pump or valve too weak for the limb makes it aim off the middle of the band."""

HARDEST = 2.0
"""Of the target, in a second: what pushes harder than any repetition is a jerk, gone before it could be met."""

TRIM_MOST, TRIM_SHARE, TRIM_PER_S = 4.0, 0.04, 0.1
SETTLED_WITHIN = 0.1


@dataclass
class Rhythm:
    """How quickly and how strongly a limb repeats its movement, from what it does to the pressure."""

    radians_s: float = 4.0
    size: float = 0.0
    _is_up: bool = False
    _since_s: float = 9.0

    def follow(self, observer: CuffObserver, target: float, dt: float) -> None:
        """One more look at the limb's push."""
        now = min((observer.push**2 + (observer.turn / self.radians_s) ** 2) / 2, (HARDEST * target) ** 2 / 2)
        self.size = math.sqrt(self.size**2 + (now - self.size**2) * min(1.0, dt / 1.5))
        self._since_s += dt
        clearly = max(0.05 * target, 2 * observer.push_spread)
        if not self._is_up and observer.push > clearly:
            self._begins()
        elif observer.push < -clearly:
            self._is_up = False

    def _begins(self) -> None:
        """A repetition. Times that no exercise has are something else."""
        if 0.9 < self._since_s < 6.0:
            self.radians_s += 0.3 * (2 * math.pi / self._since_s - self.radians_s)
        self._is_up, self._since_s = True, 0.0

    def missing(self, reach: float) -> float:
        """How far the pressure moves in half a repetition against a drive that can't follow the push."""
        peak = math.sqrt(2) * self.size
        if reach >= peak:
            return 0.0
        return 2 / self.radians_s * (math.sqrt(peak**2 - reach**2) - reach * math.acos(reach / peak))


@dataclass
class HostClosed:
    """Closes the loop over a pump and an exhaust valve, and learns what it holds as it goes."""

    ceiling: float
    slew_per_s: float = SLEW_PER_S
    _observer: CuffObserver = field(default_factory=CuffObserver)
    _rhythm: Rhythm = field(default_factory=Rhythm)
    reference: float | None = None
    """Where the pressure is to be now: rises to the target no faster than the slew. None while nothing is held."""
    _last: Drive = SHUT
    _blind_s: float = 0.0

    def drive(self, target: float, pressure: float | None, dt: float) -> Drive:
        """What pump and valve do until asked again: zero or less opens the valve, nothing known shuts both.

        `pressure` came with the answer to the last drive, `dt` seconds ago: it is how things were as that began.
        """
        dt = min(STEP_S[1], max(STEP_S[0], dt))
        self._last = self._next(min(target, self.ceiling), pressure, dt)
        return self._last

    def _next(self, target: float, pressure: float | None, dt: float) -> Drive:
        if target <= 0:
            self.reference = None
            return OPEN
        self._notice(target, pressure, dt)
        if pressure is None or self.reference is None:
            return SHUT
        filling = self.reference < target
        self.reference = self._ramp(self.reference, target, dt)
        if pressure > self.ceiling:
            return OPEN
        return self._correct(self.reference if filling else self._lean(target), dt)

    def _ramp(self, reference: float, target: float, dt: float) -> float:
        """Never further ahead of the pressure than a second's rise, or a quarter of the target."""
        ahead = max(self.slew_per_s, LEADS * target)
        return min(target, reference + self.slew_per_s * dt, self._observer.pressure + ahead)

    def _notice(self, target: float, pressure: float | None, dt: float) -> None:
        """Bring what is known up to now."""
        self._blind_s = 0.0 if pressure is not None else self._blind_s + dt
        if self._blind_s > BLIND_FOR_S:
            self.reference = None
        if self.reference is None:
            if pressure is not None:
                self._observer.begin(pressure)
                self.reference = max(0.0, pressure)
            return
        if pressure is not None:
            self._observer.look(pressure)
        rhythm = self._rhythm
        self._observer.move_on(
            self._last,
            dt,
            rhythm=rhythm.radians_s,
            unrest=min(0.3 * target, max(0.07 * target, 0.3 * rhythm.size)),
            filling=self.reference < target,
        )
        rhythm.follow(self._observer, target, dt)

    def _lean(self, target: float) -> float:
        """The target, or as far off it as evens out what pump and valve can't follow. Never above the ceiling."""
        by_pump, by_vent = self._observer.reach()
        off = (self._rhythm.missing(by_pump) - self._rhythm.missing(by_vent)) / 2
        return min(self.ceiling, target + max(-LEANS * target, min(LEANS * target, off)))

    def _correct(self, reference: float, dt: float) -> Drive:
        """Meet the limb's push as it will be until the next drive, and take back part of the error."""
        error = reference - self._observer.pressure
        wanted = 0.0 if abs(error) <= DEADBAND else error / max(CORRECTS_WITHIN_S, dt)
        push = self._observer.push + self._observer.turn * dt / 2
        wanted -= max(-HARDEST * reference, min(HARDEST * reference, push))
        by_pump, by_vent = self._observer.reach()
        part = wanted / by_pump if wanted > 0 else wanted / by_vent
        if abs(part) < LEAST_DRIVE:
            return SHUT
        return Drive(pump=min(1.0, part)) if part > 0 else Drive(exhaust=min(1.0, -part))


@dataclass
class Trimmed:
    """Tells a box that ramps and holds by itself what to hold, with a small correction of what it lastingly misses by."""

    ceiling: float
    trim: float = 0.0
    missed_by: float | None = None
    """How far the pressure lies from the target, smoothed over a second or so. None: not known, or not there yet."""

    def ask(self, target: float, pressure: float | None, dt: float) -> float:
        """The target to tell the box; 0 to open. Never above the ceiling, never far from the target."""
        if target <= 0:
            self.trim, self.missed_by = 0.0, None
            return 0.0
        target = min(target, self.ceiling)
        if pressure is None or abs(pressure - target) > SETTLED_WITHIN * target:
            self.missed_by = None
        else:
            self._learn(target, target - pressure, dt)
        return max(0.0, min(target + self.trim, self.ceiling))

    def _learn(self, target: float, error: float, dt: float) -> None:
        before = error if self.missed_by is None else self.missed_by
        self.missed_by = before + (error - before) * min(1.0, dt)
        most = min(TRIM_MOST, TRIM_SHARE * target)
        self.trim = max(-most, min(most, self.trim + TRIM_PER_S * error * dt))
