"""Commands and faults in two thousand random orders through the whole loop: what must hold however it goes.

Each is a session from an armed box to an open cuff, on the fast clock. A failing one is named by its number: run it again
with `interleaving(number)`.
"""

import random
from dataclasses import dataclass, field
from itertools import pairwise

import pytest

from devices.domain.units import VENTED_BELOW
from devices.simulator.faults import Fault
from protocols.domain.plan import Plan, together
from sessions.domain import live
from sessions.domain.commands import Verb
from sessions.domain.state import Live
from tests.sessions.closed_loop import PLAN, ClosedLoop

MANY, A_PART = 2000, 100
LASTS_S, LASTS_LONG_S, LONG_ONES = 2.6, 16.0, 0.02
"""Most are over soon after the target is reached; some last until an absence is noticed."""
CONFIRM_VENT_WITHIN_S = 3.0
BOTH = together([(0, "Left arm", PLAN), (1, "Right arm", PLAN)])

MUTE = frozenset(
    {Fault.SILENT, Fault.GARBAGE, Fault.BAD_CRC, Fault.TRUNCATE, Fault.LATE_REPLY, Fault.UNPLUGGED}
)
"""While one of these is on, no exchange tells anything."""
CANT_EMPTY = frozenset({Fault.BLOCKED_VENT, Fault.PUMP_STUCK})
"""No order opens a cuff behind these: then it must be said, and the hand-operated quick release is what is left."""
CANT_KNOW = frozenset({Fault.FREEZE_SENSOR, Fault.OFFSET})
"""The box's own readings are wrong: what is said of the pressure is what it says, until it is found out."""
AT_ONCE = MUTE | {Fault.RESET, Fault.REFUSE, Fault.EMERGENCY_STOP}
"""What ends a session whatever it does just then."""
NOT_HERE = {
    Fault.WRONG_SERIAL,
    Fault.OLD_FIRMWARE,
    Fault.OLD_REPLY,
    *list(Fault)[list(Fault).index(Fault.DUPLICATE) :],
}
"""What ends a session before it begins, or is in the catalogue of faults, each with a bound of its own."""
FAULTS = [fault for fault in Fault if fault not in NOT_HERE]

NOISE = 5.0
"""How far a reading may lie from the truth: a sensor lags by hundredths of a second while an arm fills at 100 a second."""
EXHAUST_S = 1.5
"""An arm cuff empties in less than a second; the box's lease, where it is needed, takes one more."""
LEASE_S = 1.0
JERK_EXHAUST_S = 0.6
STUCK_FOUND_S = 3.0
UNWATCHED_S = 10.0
FOUND_S = 0.7
"""A quarter of a second of silence, and the exchange that was waiting when it was over."""


@dataclass
class Interleaving:
    """One random session: what will happen when, and what has."""

    number: int
    chance: random.Random = field(init=False)
    loop: ClosedLoop = field(init=False)
    faults_seen: set[Fault] = field(default_factory=set)
    jerks: int = 0
    has_inflated: bool = False
    looked_at: list[float] = field(default_factory=list)
    broken: list[tuple[float, frozenset[Fault]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.number)
        plan: Plan = BOTH if self.chance.random() < 0.2 else PLAN
        self.loop = ClosedLoop(plan, seed=self.number)
        is_long = self.chance.random() < LONG_ONES
        self._lasts_s = LASTS_LONG_S if is_long else LASTS_S
        self._leaves_at = self.chance.uniform(0.0, LASTS_S) if is_long else None
        happenings = self.chance.randrange(2 if is_long else 6) + (not is_long)
        self._due = sorted(self.chance.uniform(0.0, self._lasts_s) for _ in range(happenings))
        self._begins_at = self.chance.choice((0.1, 0.1, 0.1, 1.0, None))
        self._mend_at: list[tuple[float, Fault]] = []

    def run(self) -> Live:
        """Walk it to its end."""
        return self.loop.run(self._script)

    def _script(self, t: float) -> None:
        if self._begins_at is not None and t >= self._begins_at:
            self._begins_at = None
            self._press(Verb.INFLATE)
        if self._leaves_at is not None and t >= self._leaves_at:
            self._leaves_at, self.loop.is_watched = None, False
        while self._due and self._due[0] <= t:
            self._due.pop(0)
            self._happen(t)
        for mend in [one for one in self._mend_at if one[0] <= t]:
            self._mend_at.remove(mend)
            self.loop.breaks(mend[1], on=False)
        if t > self._lasts_s:
            self._press(Verb.STOP)
        self.broken.append((self.loop.now, frozenset(self.loop.box.faults_on)))

    def _happen(self, t: float) -> None:
        what = (self._command, self._command, self._fault, self._fault, self._jerk, self._leave)
        self.chance.choice(what)(t)

    def _press(self, verb: Verb, **fields: object) -> None:
        if verb in (Verb.INFLATE, Verb.RESUME, Verb.WATCH):
            self.looked_at.append(self.loop.now)
        self.has_inflated = self.has_inflated or verb is Verb.INFLATE
        self.loop.press(verb, **fields)

    def _command(self, t: float) -> None:
        verb = self.chance.choice(list(Verb))
        if verb is Verb.ENTER:
            signal = self.chance.choice(("PAIN", "CRT", "CRT", "CHEST", "RPE"))
            self._press(verb, signal=signal, value=float(self.chance.randrange(0, 10)))
            return
        self._press(verb)
        if verb is Verb.PAUSE:
            self._press(Verb.ENTER, signal="CRT", value=1.0)

    def _fault(self, t: float) -> None:
        fault = self.chance.choice(FAULTS)
        self.faults_seen.add(fault)
        self.loop.breaks(fault)
        if self.chance.random() < 0.5:
            self._mend_at.append((t + self.chance.choice((0.06, 0.2, 1.0)), fault))

    def _jerk(self, t: float) -> None:
        """A limb jerks against a cuff that holds it."""
        if self.loop.live and self.loop.live.target > 0:
            self.jerks += 1
            for limb in self.loop.box.limbs:
                limb.jerk(self.chance.uniform(10, 60))

    def _leave(self, t: float) -> None:
        self.loop.is_watched = not self.loop.is_watched


def check_ceiling(one: Interleaving) -> None:
    """Above the ceiling only where a limb's jerk took it, and no longer than the exhaust needs."""
    above = [m for m in one.loop.history if max(m.truth) > one.loop.plan.ceiling + NOISE]
    highest = max(limb.pressure_max for limb in one.loop.box.limbs)
    if not one.jerks and not one.faults_seen & (CANT_EMPTY | CANT_KNOW):
        assert highest <= one.loop.plan.ceiling + NOISE, highest
    allowed_s = one.jerks * JERK_EXHAUST_S
    if Fault.FREEZE_SENSOR in one.faults_seen:
        allowed_s += STUCK_FOUND_S
    if not one.faults_seen & CANT_EMPTY:
        assert len(above) * one.loop.period_s <= allowed_s + one.loop.period_s, (len(above), one.jerks)


def check_found(one: Interleaving) -> None:
    """What ends a session whatever it does, ends it at once; so does a reading at the limit."""
    since = None
    for (at, faults), moment in zip(one.broken[1:], one.loop.history, strict=False):
        since = (since or at) if faults & AT_ONCE else None
        assert moment.told["ending"] or since is None or at - since <= FOUND_S, (since, at, faults)
        seen = moment.told["pressure"] or 0.0
        assert moment.told["ending"] or seen < one.loop.plan.ceiling, (at, seen)


def check_vented(one: Interleaving) -> None:
    """However it ended, the air is out within the bound: the exhaust's, and the lease's where no order gets through."""
    began = next(m.t for m in one.loop.history if m.told["ending"])
    if one.faults_seen & CANT_EMPTY or (Fault.NO_LEASE in one.faults_seen and one.faults_seen & MUTE):
        return
    bound_s = EXHAUST_S + (LEASE_S if one.faults_seen & MUTE else 0.0)
    late = [m for m in one.loop.history if m.t > began + bound_s and max(m.truth) >= VENTED_BELOW + NOISE]
    assert not late, (began, late[0].t, late[0].truth)
    assert max(one.loop.truth) < VENTED_BELOW


def check_nothing_by_itself(one: Interleaving) -> None:
    """No air before someone asked for it, none for long after the last look at it, none after a pause or the end."""
    if not one.has_inflated and Fault.PUMP_STUCK not in one.faults_seen:
        assert max(limb.pressure_max for limb in one.loop.box.limbs) < VENTED_BELOW
    looks = sorted([*one.looked_at, *one.loop.watched])
    for moment in one.loop.history:
        if moment.told["ending"] or moment.told["state"] == "PAUSED":
            assert moment.told["target"] == 0
        elif moment.told["target"] > 0:
            last = max((look for look in looks if look <= moment.t), default=0.0)
            assert moment.t - last <= UNWATCHED_S + one.loop.period_s, (moment.t, last)


def check_truth_is_told(one: Interleaving, ended: Live) -> None:
    """Silence is never shown as a number, and a cuff is never called open that is not."""
    for ((_, before), (_, now)), moment in zip(pairwise(one.broken[1:]), one.loop.history, strict=False):
        if before & now & MUTE:
            assert moment.told["pressure"] is None, moment
            assert moment.told["vented"] is not True, moment
    if ended.vented is True and not one.faults_seen & (CANT_KNOW | CANT_EMPTY):
        assert max(one.loop.history[-1].truth) < VENTED_BELOW + NOISE


def interleaving(number: int) -> None:
    """One of them, with all that must hold."""
    one = Interleaving(number)
    ended = one.run()
    assert ended.is_over
    check_ceiling(one)
    check_found(one)
    check_vented(one)
    check_nothing_by_itself(one)
    check_truth_is_told(one, ended)


@pytest.mark.parametrize("first", range(0, MANY, A_PART))
def test_however_commands_and_faults_interleave_the_cuff_is_safe_and_the_truth_is_told(first, monkeypatch):
    monkeypatch.setattr(
        live, "CONFIRM_VENT_WITHIN_S", CONFIRM_VENT_WITHIN_S
    )  # else most of the time is waiting
    for number in range(first, first + A_PART):
        try:
            interleaving(number)
        except AssertionError as error:
            raise AssertionError(f"interleaving({number}): {error}") from error
