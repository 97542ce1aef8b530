"""The controlled ramp of an automatic measurement: up until the pulse has gone, then slowly down past where it comes back.

The host drives pump and valve itself, with small steady drives, so that no regulator's corrections look like a pulse.
Advanced sample by sample; knows no clock. Above the ceiling, without a reading, or when the time is up it only opens.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from devices.domain.box import OPEN, SHUT, Drive
from devices.domain.lop import GLIMPSE, NEVER_ABOVE_MMHG, WINDOW_S, Estimate, Sample, estimate
from kaatsu_clinic.thresholds import Area, Thresholds

THRESHOLDS = Thresholds(Area.OCCLUSION, __name__)
START_MMHG = THRESHOLDS.of(50.0, "mmHg", "Automatic ramp: begins at")
UP_MMHG_S = THRESHOLDS.of(5.0, "mmHg a second", "Automatic ramp: up")
DOWN_MMHG_S = THRESHOLDS.of(1.5, "mmHg a second", "Automatic ramp: down")
BEYOND_MMHG = THRESHOLDS.of(32.0, "mmHg", "Automatic ramp: turns this far above where the pulse seems to end")
BELOW_MMHG = THRESHOLDS.of(50.0, "mmHg", "Automatic ramp: stops this far below where the pulse seems to end")
ROOM_MMHG = THRESHOLDS.of(
    5.0, "mmHg", "Automatic ramp: turns this far below the ceiling, so that a beat does not pass it"
)
LONGEST_S = THRESHOLDS.of(
    180.0, "s", "Automatic ramp: longest measurement, about a fifth of it above the occlusion pressure"
)
FILL = Drive(pump=0.3)
PER_MMHG = 0.13
VALVE_PER_MMHG = 0.004
LEAST_RATE_MMHG_S = 2.0


class Stage(StrEnum):
    """Where the ramp stands."""

    FILL = "FILL"
    UP = "UP"
    DOWN = "DOWN"
    OVER = "OVER"


@dataclass
class Ramp:
    """One measurement. `ceiling_mmhg` is never passed; `stopped` says why it ended early, in words."""

    ceiling_mmhg: float = NEVER_ABOVE_MMHG
    stage: Stage = Stage.FILL
    stopped: str = ""
    up: list[Sample] = field(default_factory=list)
    down: list[Sample] = field(default_factory=list)
    _began_s: float | None = None
    _line: Sample = field(default_factory=lambda: Sample(0.0, 0.0))
    _drive: float = 0.0
    _gain: float = 0.0
    _looked_s: float = 0.0
    _seen_s: float = 0.0
    _ends_mmhg: float = 0.0

    def step(self, now_s: float, mmhg: float | None) -> Drive:
        """What pump and valve do until the next sample. None as a pressure ends it."""
        began_s = self._began_s = now_s if self._began_s is None else self._began_s
        if self.stage is Stage.OVER:
            return OPEN
        if mmhg is None:
            return self.stop("The pressure is not known.")
        if now_s - began_s > LONGEST_S:
            return self.stop("It took too long.")
        seen, self._seen_s = Sample(now_s, mmhg), now_s
        return {Stage.FILL: self._fill, Stage.UP: self._rise, Stage.DOWN: self._fall}[self.stage](seen)

    def stop(self, words: str) -> Drive:
        """End it now, for a reason; above all because it hurts."""
        self.stage, self.stopped = Stage.OVER, self.stopped or words
        return OPEN

    @property
    def aim_mmhg(self) -> float:
        """The pressure that it works towards now."""
        since_s = self._seen_s - self._line.at_s
        if self.stage is Stage.UP:
            return min(self.ceiling_mmhg, self._line.mmhg + UP_MMHG_S * since_s)
        if self.stage is Stage.DOWN:
            return max(START_MMHG, self._line.mmhg - DOWN_MMHG_S * since_s)
        return START_MMHG if self.stage is Stage.FILL else 0.0

    @property
    def answer(self) -> Estimate:
        """What was found. A ramp that was stopped has no answer."""
        if self.stage is not Stage.OVER or self.stopped:
            return Estimate(None, words=self.stopped or "It is not over yet.")
        return estimate([self.up, self.down])

    def _fill(self, seen: Sample) -> Drive:
        """Fast to where no pulse ends; how fast tells how strong the pump is in this cuff."""
        if seen.mmhg < START_MMHG:
            self._line = seen if seen.mmhg < START_MMHG / 2 else self._line
            return FILL
        rate = (seen.mmhg - self._line.mmhg) / max(0.02, seen.at_s - self._line.at_s)
        self._drive = FILL.pump * UP_MMHG_S / max(LEAST_RATE_MMHG_S, rate)
        self._gain = PER_MMHG * self._drive
        self.stage, self._line = Stage.UP, seen
        return SHUT

    def _rise(self, seen: Sample) -> Drive:
        if seen.mmhg >= self.ceiling_mmhg - ROOM_MMHG or self._is_past(seen):
            self.stage, self._line, self._drive, self._gain = Stage.DOWN, seen, 0.0, VALVE_PER_MMHG
            return SHUT
        lag = self._line.mmhg + UP_MMHG_S * (seen.at_s - self._line.at_s) - seen.mmhg
        return Drive(pump=self._steered(self.up, seen, lag))

    def _is_past(self, seen: Sample) -> bool:
        """Whether the pulse seems to have ended well below. Asked once a heart beat: it takes some milliseconds."""
        if seen.at_s - self._looked_s < WINDOW_S:
            return False
        self._looked_s = seen.at_s
        found = estimate([self.up], GLIMPSE)
        if found.mmhg is None or seen.mmhg < found.mmhg + BEYOND_MMHG:
            return False
        self._ends_mmhg = found.mmhg - BELOW_MMHG
        return True

    def _fall(self, seen: Sample) -> Drive:
        top = self.down[0].mmhg if self.down else seen.mmhg
        if seen.mmhg <= max(START_MMHG, self._ends_mmhg or top - BEYOND_MMHG - 2 * BELOW_MMHG):
            self.stage = Stage.OVER
            return OPEN
        lag = seen.mmhg - (self._line.mmhg - DOWN_MMHG_S * (seen.at_s - self._line.at_s))
        return Drive(exhaust=self._steered(self.down, seen, lag))

    def _steered(self, run: list[Sample], seen: Sample, lag_mmhg: float) -> float:
        """A drive that follows the line slowly: a beat must not move it."""
        tick_s = seen.at_s - run[-1].at_s if run else 0.0
        run.append(seen)
        self._drive = max(0.0, min(0.5, self._drive + self._gain * lag_mmhg * tick_s))
        return max(0.0, min(0.5, self._drive + self._gain * lag_mmhg))
