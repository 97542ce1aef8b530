"""The simulated box on a fast clock: leases, ceilings, refusals and faults of its own."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.domain import registers, wire
from devices.domain.box import BoxState, Faults
from devices.domain.registers import Mode, Order
from devices.domain.units import Scale
from devices.domain.wire import Function, Refusal, Request
from devices.simulator.faults import Fault
from devices.simulator.firmware import Firmware

TICK_S = 0.05
VENT = Request(Function.WRITE_COIL, write_at=0, values=(wire.COIL_ON,))


class Host:
    """Says what a driver would, without a line in between."""

    def __init__(self, box: Firmware, fence: int = 1) -> None:
        self.box, self.fence, self.sequence = box, fence, 0
        self.ceiling, self.longest_s = 200.0, 600

    def order(self, order: Order, *words: int, ceiling: float | None = None) -> Refusal | None:
        self.sequence += 1
        top = round((self.ceiling if ceiling is None else ceiling) * 10)
        values = (self.sequence, self.fence, order, 1000, top, self.longest_s, *words)
        return self.say(Request(Function.WRITE_AND_READ, registers.MIRROR + 10, 20, 0, values))

    def say(self, request: Request) -> Refusal | None:
        self.last = request
        try:
            wire.parse_reply(request, self.box.answer(request))
        except wire.RefusedError as refused:
            return refused.refusal
        return None

    def arm(self, ceiling: float = 200, longest_s: int = 600) -> Refusal | None:
        self.ceiling, self.longest_s = ceiling, longest_s
        return self.order(Order.ARM)

    def hold(self, target: float, **terms) -> Refusal | None:
        mode = Mode.TARGET if target else Mode.VENT
        return self.order(Order.NONE, 0, 0, 0, 0, mode, round(target * 10), 600, 0, 0, **terms)

    def hold_for(self, seconds: float, target: float) -> None:
        for _ in range(round(seconds / TICK_S)):
            self.hold(target)
            self.box.advance(TICK_S)


@pytest.fixture
def box() -> Firmware:
    made = Firmware()
    made.advance(0.5)
    return made


@pytest.fixture
def host(box) -> Host:
    return Host(box)


def pressure(box: Firmware) -> float:
    return box.channels[0].limb.pressure_mmhg


def inflate(host: Host, target: float = 160) -> None:
    assert host.arm() is None
    host.hold_for(6, target)
    assert pressure(host.box) == pytest.approx(target, rel=0.05)


def test_it_powers_up_vented_and_inflates_for_nobody(box, host):
    assert host.hold(100) is Refusal.NOT_NOW

    box.advance(2)

    assert box.state is BoxState.VENTED
    assert pressure(box) < 1


def test_it_holds_within_five_percent_at_rest(box, host):
    inflate(host)

    seen = []
    for _ in range(200):
        host.hold_for(TICK_S, 160)
        seen.append(pressure(box))

    assert 152 < min(seen) < max(seen) < 168


def test_it_holds_within_ten_percent_while_the_limb_exercises(box, host):
    inflate(host)
    box.channels[0].limb.is_moving = True

    seen = []
    for _ in range(400):
        host.hold_for(TICK_S, 160)
        seen.append(pressure(box))

    assert 144 < min(seen) < max(seen) < 176
    assert max(seen) - min(seen) > 4


def test_when_nobody_asks_again_it_vents_and_says_why(box, host):
    inflate(host)

    box.advance(1.05)
    assert box.state is BoxState.FAULT
    assert box.latched is Faults.LEASE
    box.advance(1.5)

    assert pressure(box) < 20
    assert host.hold(100) is Refusal.NOT_NOW
    assert host.arm() is Refusal.NOT_NOW


def test_a_lapsed_lease_is_cleared_only_when_the_cuff_is_empty(box, host):
    inflate(host)
    box.advance(1.05)

    assert host.order(Order.CLEAR_FAULT) is Refusal.NOT_NOW
    box.advance(3)
    assert host.order(Order.CLEAR_FAULT) is None

    assert box.state is BoxState.VENTED
    assert host.arm() is None


def test_reading_does_not_renew_the_lease(box, host):
    inflate(host)

    for _ in range(25):
        assert host.say(Request(Function.READ_INPUT, 10, 20)) is None
        box.advance(TICK_S)

    assert box.latched is Faults.LEASE


def test_the_same_sequence_number_is_answered_but_not_done_again(box, host):
    inflate(host)
    again = host.last

    for _ in range(25):
        assert host.say(again) is None
        box.advance(TICK_S)

    assert box.latched is Faults.LEASE


def test_an_older_order_is_refused(box, host):
    inflate(host)
    older = host.last
    host.hold(0)

    assert host.say(older) is Refusal.BAD_VALUE
    assert box.channels[0].mode is Mode.VENT


def test_one_channel_is_not_fed_by_another(host):
    box = Firmware(presets=("thigh", "arm"))
    box.advance(0.5)
    host = Host(box)
    host.arm()
    gap, leave = (0, 0, 0, 0), (Mode.LEAVE, 0, 0, 0, 0)
    host.hold(100)

    for _ in range(25):
        host.order(Order.NONE, *gap, *leave, Mode.TARGET, 800, 600, 0, 0)
        box.advance(TICK_S)

    assert box.latched is Faults.LEASE
    assert not any(channel.is_live for channel in box.channels)


def test_a_second_owner_with_a_smaller_token_is_refused(box, host):
    host.fence = 7
    host.arm()

    late = Host(box, fence=6)
    late.sequence = host.sequence

    assert late.hold(100) is Refusal.NOT_NOW
    assert late.arm() is Refusal.NOT_NOW


@pytest.mark.parametrize(
    "vent",
    [
        VENT,
        Request(Function.WRITE_ONE, write_at=2, values=(2,)),
        Request(Function.WRITE_MANY, write_at=2, values=(2,)),
    ],
)
def test_anyone_may_vent_at_any_time(box, host, vent):
    inflate(host)

    assert host.say(vent) is None
    assert host.hold(160) is Refusal.NOT_NOW
    box.advance(2)

    assert pressure(box) < 20
    assert box.state is BoxState.VENTED


def test_it_vents_above_the_ceiling_and_stays_so(box, host):
    host.arm(ceiling=150)
    host.hold_for(6, 140)
    box.channels[0].limb.pressure_mmhg = 230

    box.advance(0.3)

    assert box.latched is Faults.OVER_PRESSURE
    assert box.channels[0].exhaust == 1


def test_a_ceiling_may_shrink_but_not_grow_while_armed(box, host):
    host.arm(ceiling=150)

    assert host.hold(100, ceiling=160) is Refusal.BAD_VALUE
    assert host.hold(100, ceiling=120) is None
    assert host.hold(130, ceiling=120) is Refusal.BAD_VALUE


def test_it_counts_the_seconds_inflated_by_itself(box, host):
    host.arm(longest_s=5)

    for _ in range(200):
        host.hold(100)
        box.advance(TICK_S)

    assert box.latched is Faults.INFLATED_TOO_LONG
    assert pressure(box) < 20


@pytest.mark.parametrize(
    "values",
    [
        (9, 1, 9, 1000),
        (9, 1, 0, 99),
        (9, 1, 0, 1501),
        (9, 1, 0, 1000, 2000, 600, 0, 0, 0, 0, 4, 0, 0, 0, 0),
        (9, 1, 0, 1000, 2000, 600, 0, 0, 0, 0, 1, 2001, 300, 0, 0),
        (9, 1, 0, 1000, 2000, 600, 0, 0, 0, 0, 1, 0x8000, 300, 0, 0),
        (9, 1, 0, 1000, 2000, 600, 0, 0, 0, 0, 2, 0, 0, 1001, 0),
        (9, 1, 0, 1000, 2000, 600, 0, 0, 0, 0, 2, 0, 0, 500, 500),
        (9, 1, 0, 1000, 2000, 600, 0, 0, 0, 0, 1, 1000),
        (9, 1, 0, 1000, 2000, 600, 0, 0, 0, 1, 1, 1000, 300, 0, 0),
    ],
)
def test_illegal_values_change_nothing(box, host, values):
    inflate(host)
    before = box.holding_registers()
    values = (host.sequence + 1, *values[1:])

    assert host.say(Request(Function.WRITE_MANY, write_at=0, values=values)) is Refusal.BAD_VALUE

    assert box.holding_registers() == before


def test_registers_that_do_not_exist_are_refused(host):
    assert host.say(Request(Function.READ_INPUT, 25, 6)) is Refusal.UNKNOWN_REGISTER
    assert (
        host.say(Request(Function.WRITE_COIL, write_at=1, values=(wire.COIL_ON,))) is Refusal.UNKNOWN_REGISTER
    )


def test_a_drive_lives_a_fifth_of_a_second(box, host):
    host.arm()
    host.order(Order.NONE, 0, 0, 0, 0, Mode.DRIVE, 0, 0, 1000, 0)

    box.advance(0.15)
    assert box.channels[0].pump == 1
    box.advance(0.1)

    assert (box.channels[0].pump, box.channels[0].exhaust) == (0, 0)
    assert not box.latched


@pytest.mark.parametrize(
    ("fault", "found", "within_s"),
    [
        (Fault.LEAK, Faults.LEAK, 14),
        (Fault.BURST, Faults.LEAK, 6),
        (Fault.OFFSET, Faults.SENSOR, 1),
        (Fault.EMERGENCY_STOP, Faults.EMERGENCY_STOP, 0.1),
    ],
)
def test_what_goes_wrong_while_holding_is_found(box, host, fault, found, within_s):
    inflate(host)
    box.faults_on.add(fault)

    host.hold_for(within_s, 160)

    assert found in box.latched
    assert box.channels[0].exhaust == 1


def test_a_dead_pump_is_found(box, host):
    box.faults_on.add(Fault.PUMP_DEAD)
    host.arm()

    host.hold_for(6, 160)

    assert box.latched is Faults.PUMP


def test_a_cuff_that_does_not_empty_is_found(box, host):
    inflate(host)
    box.faults_on.add(Fault.BLOCKED_VENT)
    host.say(VENT)

    box.advance(3)

    assert box.latched is Faults.BLOCKED
    assert pressure(box) > 100


@pytest.mark.parametrize("preset", ["thigh", "calf", "arm"])
def test_a_healthy_cuff_has_no_false_alarms(preset):
    box = Firmware(presets=(preset,))
    box.advance(0.5)
    host = Host(box)
    host.arm(longest_s=1000)
    for is_moving, seconds, target in ((False, 20, 150), (True, 30, 150), (False, 10, 0), (True, 30, 80)):
        box.channels[0].limb.is_moving = is_moving
        host.hold_for(seconds, target)

    assert box.latched == Faults(0)


def test_after_a_restart_it_is_vented_and_wants_a_person(box, host):
    inflate(host)

    box.reset()
    box.advance(2)

    assert box.latched is Faults.WATCHDOG
    assert pressure(box) < 20
    assert host.hold(100) is Refusal.NOT_NOW


def test_uptime_advances_in_every_answer(box):
    seen = [registers.parse_head(tuple(box.input_registers()[10:16])).uptime_ms for _ in range(3)]

    assert seen == sorted(set(seen))


@pytest.mark.parametrize("scale", list(Scale))
def test_it_says_who_it_is(scale):
    box = Firmware(serial_number="KC-DEMO-01-LONG!", scale=scale, presets=("arm", "arm"))

    assert registers.parse_identity(tuple(box.input_registers()[:20])) == box.identity


WISHES = {
    "hold": lambda host, amount: host.hold(amount),
    "arm": lambda host, amount: host.arm(ceiling=amount),
    "wait": lambda host, amount: host.box.advance(amount / 400),
    "vent": lambda host, _: host.say(VENT),
    "clear": lambda host, _: host.order(Order.CLEAR_FAULT),
    "move": lambda host, amount: setattr(host.box.channels[0].limb, "is_moving", amount > 200),
}


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(sorted(WISHES)), st.floats(0, 400)), max_size=40))
def test_whatever_is_said_silence_empties_the_cuff(wishes):
    box = Firmware()
    host = Host(box)

    for wish, amount in wishes:
        WISHES[wish](host, amount)
        assert pressure(box) <= box.rated_maximum
    box.channels[0].limb.is_moving = False
    box.advance(1 + 3.5)

    assert pressure(box) < 20
    assert box.channels[0].exhaust == 1
