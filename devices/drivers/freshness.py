"""Is this answer about now? The box's own clock must keep up with ours, else the reading is an old one."""

from typing import NamedTuple

from devices.drivers.errors import ControllerLostError

SLACK_S = 0.02
CLOCK_DRIFT = 0.02
"""How far two honest clocks may part (programme settings): a quartz drifts far less, a cheap oscillator by 1 to 2 %."""

WRAP_MS = 1 << 32


class _Seen(NamedTuple):
    """An answer: its uptime was taken between the question and its arrival."""

    uptime_ms: int
    asked_at: float
    arrived_at: float


class Freshness:
    """Remembers the last good answer's uptime, and when it was."""

    def __init__(self) -> None:
        self._last: _Seen | None = None

    def check(self, uptime_ms: int, *, asked_at: float, now: float) -> None:
        """Accept an uptime read between `asked_at` and `now`. Raises ControllerLostError for an old or jumping clock.

        An old answer is forgotten. A clock that jumped is remembered, so that the box can be read again after it.
        """
        seen, last = _Seen(uptime_ms, asked_at, now), self._last
        if last is not None and _is_old(seen, last):
            raise ControllerLostError("The controller answered with an old reading.")
        self._last = seen
        if last is not None and _has_jumped(seen, last):
            raise ControllerLostError("The controller has restarted, or its clock has jumped.")


def _advance_s(seen: _Seen, last: _Seen) -> float:
    """How far the box's clock moved, negative if back. It wraps after 49 days."""
    ms = (seen.uptime_ms - last.uptime_ms) % WRAP_MS
    return (ms - WRAP_MS if ms >= WRAP_MS // 2 else ms) / 1000


def _is_old(seen: _Seen, last: _Seen) -> bool:
    least_s = (seen.asked_at - last.arrived_at) * (1 - CLOCK_DRIFT) - SLACK_S
    advance_s = _advance_s(seen, last)
    return not _has_restarted(seen, last) and (advance_s <= 0 or advance_s < least_s)


def _has_restarted(seen: _Seen, last: _Seen) -> bool:
    """True if the clock went back to a value it can have reached from zero since the last answer."""
    since_s = seen.arrived_at - last.asked_at
    return _advance_s(seen, last) < 0 and seen.uptime_ms / 1000 <= since_s + SLACK_S


def _has_jumped(seen: _Seen, last: _Seen) -> bool:
    most_s = (seen.arrived_at - last.asked_at) * (1 + CLOCK_DRIFT) + SLACK_S
    return _has_restarted(seen, last) or _advance_s(seen, last) > most_s
