"""Each order to the box from what was meant to what was measured, as records for the journal: a few for each, none per tick."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from devices.domain.units import BAND_AT_WORK, VENTED_BELOW
from sessions.domain.state import Answer, Live


class Stage(StrEnum):
    """How far an order has come. REFUSED is an end, too."""

    INTENT = "intent"
    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    REFUSED = "refused"
    MEASURED = "measured"


ORDER = "o"
"""The kind of record."""

_OF_ANSWER = {
    Answer.TAKEN: (Stage.SENT, Stage.ACKNOWLEDGED),
    Answer.VENTED: (Stage.SENT, Stage.ACKNOWLEDGED),
    Answer.REFUSED: (Stage.SENT, Stage.REFUSED),
    Answer.UNKNOWN: (Stage.SENT,),
    Answer.LOOKED: (),
}


@dataclass
class Orders:
    """Follows a session's orders. `seen` is asked after each tick: an order that it gives then goes out with the next."""

    number: int = 0
    order: tuple[float, ...] = ()
    stages: tuple[Stage, ...] = tuple(Stage)

    def seen(self, live: Live, at_unix_s: float) -> list[dict[str, Any]]:
        """The stages that the newest tick shows for the first time."""
        reached = _OF_ANSWER[live.observed.answer]
        if _is_measured(live, self.order) and Stage.ACKNOWLEDGED in (*self.stages, *reached):
            reached = (*reached, Stage.MEASURED)
        records = [self._reach(stage, live, at_unix_s) for stage in reached if stage not in self.stages]
        if self._is_another(live):
            self.number, self.order, self.stages = self.number + 1, live.order, ()
            records.append(self._reach(Stage.INTENT, live, at_unix_s))
        return records

    def _is_another(self, live: Live) -> bool:
        """Whether something else was ordered. A ramp is one order from its first pressure to the vent."""
        before = self.order or (0.0,) * len(live.order)
        if live.is_ramping:
            return [one > 0 for one in live.order] != [one > 0 for one in before]
        return live.order != before

    def _reach(self, stage: Stage, live: Live, at_unix_s: float) -> dict[str, Any]:
        self.stages = (*self.stages, stage)
        return {
            "k": ORDER,
            "c": self.number,
            "stage": stage,
            "t": round(live.now - live.began, 3),
            "at": at_unix_s,
            "order": list(self.order),
        }


def _is_measured(live: Live, order: tuple[float, ...]) -> bool:
    """Whether every cuff shows what was ordered. Not known is not."""
    return all(_shows(cuff.pressure, target) for cuff, target in zip(live.cuffs, order, strict=False))


def _shows(pressure: float | None, target: float) -> bool:
    if pressure is None:
        return False
    if target <= 0:
        return pressure < VENTED_BELOW
    return abs(pressure - target) <= BAND_AT_WORK * target
