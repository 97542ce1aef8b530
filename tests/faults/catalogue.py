"""The fault catalogue: every fault that a session must survive, as rows. `docs/faults.md` is made of it."""

from collections.abc import Callable
from dataclasses import replace

from devices.domain.units import Scale
from devices.simulator.faults import Fault
from protocols.domain.plan import Plan, sets_at
from tests.faults.cases import EXHAUST_S, LEASE_S, SILENT_S, Case, Group, InTheLoop, Safe
from tests.faults.stations import STATION
from tests.faults.words import BY_LEASE, SILENCE
from tests.sessions.closed_loop import ClosedLoop

HIGH = Plan(Scale.MMHG, sets_at(120.0, (5, 5), rest_s=2), 180.0, 600.0, 1200.0, lop_mmhg=200.0)

BY_ORDER = "silence 0.25 to 0.5 s (devices.md 5), then the exhaust"
AT_ONCE = "2 ticks and an exchange, then the exhaust"
QUICK_RELEASE = "The cuff does not empty. Pull the quick release, remove the cuff."


def _silence(fault: Fault, name: str, *, by_lease: bool = False) -> InTheLoop:
    return InTheLoop(
        group=Group.TRANSPORT,
        name=name,
        fault=fault,
        code="SILENT",
        alarm=SILENCE,
        bound_s=(LEASE_S if by_lease else SILENT_S) + EXHAUST_S,
        bound_from=BY_LEASE if by_lease else BY_ORDER,
    )


def _told(fault: Fault, name: str, alarm: str, group: Group = Group.CONTROLLER) -> InTheLoop:
    """What the box says of itself, in the first exchange after."""
    return InTheLoop(
        group=group,
        name=name,
        fault=fault,
        code="BOX_FAULT",
        alarm=alarm,
        bound_s=0.15 + EXHAUST_S,
        bound_from=AT_ONCE,
    )


def _stands_still(seconds: float) -> Callable[[ClosedLoop], None]:
    return lambda loop: loop.line.sleep(seconds)


def _leave(loop: ClosedLoop) -> None:
    loop.is_watched = False


def _lose_the_bus(loop: ClosedLoop) -> None:
    loop.bus_lost_s = 30.1


def _lose_the_record(loop: ClosedLoop) -> None:
    loop.trouble = "The record of the session can't be written: No space left on device."


def _jerk(loop: ClosedLoop) -> None:
    loop.box.limbs[0].jerk(60)


def _move(loop: ClosedLoop) -> None:
    loop.box.limbs[0].is_moving = True


TRANSPORT = (
    _silence(Fault.UNPLUGGED, "the cable is pulled", by_lease=True),
    _silence(Fault.SILENT, "answers get lost, orders arrive"),
    _silence(Fault.LATE_REPLY, "answers come half a second late"),
    _silence(Fault.GARBAGE, "answers are random bytes"),
    _silence(Fault.BAD_CRC, "answers have a wrong checksum"),
    _silence(Fault.FLIP_BIT, "one bit of each answer is wrong"),
    _silence(Fault.TRUNCATE, "answers are cut in half"),
    _silence(Fault.OVERSIZED, "answers come with a burst of noise behind them"),
    _silence(Fault.OLD_REPLY, "answers are those to the question before"),
    _silence(Fault.DUPLICATE, "answers come twice"),
    _silence(Fault.REORDER, "the parts of answers come in the wrong order"),
    _silence(Fault.BAUD_MISMATCH, "the line runs at another speed", by_lease=True),
    _silence(Fault.PARTIAL_WRITE, "only half of each order arrives", by_lease=True),
    _silence(Fault.BLOCKED_WRITE, "the line takes no more bytes", by_lease=True),
    replace(_silence(Fault.SILENT, "answers get lost, on a box without a lease (Alicat)"), kind="alicat"),
    replace(
        _silence(Fault.UNPLUGGED, "the cable is pulled from a box without a lease (Alicat)"),
        kind="alicat",
        safe=Safe.SHUT,
        bound_from="silence 0.25 to 0.5 s (devices.md 5); no order reaches the box, which holds for ever",
    ),
    replace(
        _silence(Fault.UNPLUGGED, "the cable is pulled from a box without a lease (PGVA-1)"),
        kind="pgva",
        safe=Safe.SHUT,
        bound_from="silence 0.25 to 0.5 s (devices.md 5); no order reaches the box, which holds for ever",
    ),
)

REFUSED = "The controller refused: "
OTHER = "it reports a fault of its own kind, or one that this program does not know"

CONTROLLER = (
    InTheLoop(
        group=Group.CONTROLLER,
        name="it restarts in mid-hold",
        fault=Fault.RESET,
        code="BOX_FAULT",
        alarm=REFUSED + "it restarted by itself",
        bound_s=0.15 + EXHAUST_S,
        bound_from=AT_ONCE,
    ),
    _told(
        Fault.BROWN_OUT, "its supply sags: it restarts again and again", REFUSED + "it restarted by itself"
    ),
    _told(Fault.REFUSE, "it refuses every order but the vent", REFUSED + "the cuff still holds pressure"),
    _told(
        Fault.EMERGENCY_STOP, "its own stop button is pressed", REFUSED + "its own stop button was pressed"
    ),
    InTheLoop(
        group=Group.CONTROLLER,
        name="it hangs with its valve shut",
        fault=Fault.HANG,
        code="SILENT",
        alarm=SILENCE,
        bound_s=SILENT_S + EXHAUST_S,
        bound_from="silence 0.25 to 0.5 s (devices.md 5)",
        safe=Safe.SHUT,
    ),
    InTheLoop(
        group=Group.CONTROLLER,
        name="it reports that it holds while the pressure falls",
        fault=Fault.FALSE_HOLD,
        code="LEAK",
        alarm="The cuff loses air.",
        bound_s=5.0 + 5.0 + EXHAUST_S,
        bound_from="15 below target for 5 s (devices.md 5), after at most 5 s of falling so far",
    ),
    replace(_told(Fault.RESET, "it restarts in mid-hold (PGVA-1)", "it restarted by itself"), kind="pgva"),
    replace(
        _told(Fault.SETPOINT_IGNORED, "it takes a setpoint and holds another (PGVA-1)", OTHER), kind="pgva"
    ),
    replace(_told(Fault.STRANGE_STATUS, "it reports what nobody knows (PGVA-1)", OTHER), kind="pgva"),
    replace(_told(Fault.STRANGE_STATUS, "it reports what nobody knows (Alicat)", OTHER), kind="alicat"),
    replace(
        _silence(Fault.BUSY, "it is never done with an order (PGVA-1)"),
        kind="pgva",
        group=Group.CONTROLLER,
    ),
    replace(
        _told(
            Fault.VALVES_HELD,
            "somebody shuts its valves: the air is trapped (Alicat)",
            "the cuff does not empty: open the quick release",
        ),
        kind="alicat",
        safe=Safe.SHUT,
    ),
    replace(
        _silence(Fault.ANALOG_SETPOINT, "it takes its setpoint from elsewhere and ignores ours (Alicat)"),
        kind="alicat",
        group=Group.CONTROLLER,
        safe=Safe.SHUT,
    ),
    replace(_told(Fault.RESET, "it restarts in mid-hold (PACE)", OTHER), kind="pace"),
)

APART = REFUSED + "its pressure sensors can't be right"
SENSORS_S = 0.35

SENSOR = (
    InTheLoop(
        group=Group.SENSOR,
        name="both sensors stand still",
        fault=Fault.FREEZE_SENSOR,
        code="SENSOR_STUCK",
        alarm="The pressure sensor does not move.",
        bound_s=3.0 + EXHAUST_S,
        bound_from="3 s without a change while the limb works or the pump runs (devices.md 5)",
        safe=Safe.OPEN,
    ),
    InTheLoop(
        group=Group.SENSOR,
        name="the first sensor shows 30 too much",
        fault=Fault.OFFSET,
        code="SENSORS_APART",
        alarm=APART,
        bound_s=SENSORS_S + 0.15 + EXHAUST_S,
        bound_from="sensors 15 apart for 0.3 s (programme setting)",
    ),
    InTheLoop(
        group=Group.SENSOR,
        name="the second sensor shows 30 too little",
        fault=Fault.SECOND_OFF,
        code="SENSORS_APART",
        alarm=APART,
        bound_s=SENSORS_S + 0.15 + EXHAUST_S,
        bound_from="sensors 15 apart for 0.3 s (programme setting)",
    ),
    InTheLoop(
        group=Group.SENSOR,
        name="the first sensor shows a fifth too much, at 120 mmHg",
        fault=Fault.GAIN,
        code="BOX_FAULT",
        alarm=APART,
        plan=HIGH,
        at_s=8.0,
        bound_s=3.0 + EXHAUST_S,
        bound_from="sensors 15 apart for 0.3 s (programme setting), within one repetition",
    ),
    InTheLoop(
        group=Group.SENSOR,
        name="the first sensor is noisy by 15 rms",
        fault=Fault.NOISE,
        code="OVER_LIMIT",
        alarm="The pressure reached the limit of this session.",
        bound_s=1.0 + EXHAUST_S,
        bound_from="2 samples that can't be, or the box's own look (devices.md 5)",
    ),
    InTheLoop(
        group=Group.SENSOR,
        name="the first sensor jumps by 80 each second",
        fault=Fault.SPIKE,
        code="OVER_LIMIT",
        alarm="The pressure reached the limit of this session.",
        bound_s=3.0 + EXHAUST_S,
        bound_from="1 sample at the limit (devices.md 5), of a spike each second that not every sample meets",
    ),
    InTheLoop(
        group=Group.SENSOR,
        name="the first sensor drifts by 1 in a second",
        fault=Fault.DRIFT,
        code="SENSORS_APART",
        alarm="The two pressure sensors do not agree.",
        bound_s=15.0 + 1.5 + EXHAUST_S,
        bound_from="15 s to be 15 apart, then 0.3 s (programme setting)",
    ),
    InTheLoop(
        group=Group.SENSOR,
        name="both sensors show no number",
        fault=Fault.NO_NUMBER,
        code="IMPLAUSIBLE",
        alarm="The pressure sensor can't be right.",
        bound_s=0.15 + EXHAUST_S,
        bound_from="2 samples outside of -20 to 350 (devices.md 5)",
    ),
    InTheLoop(
        group=Group.SENSOR,
        name="both sensors show full scale",
        fault=Fault.FULL_SCALE,
        code="IMPLAUSIBLE",
        alarm=REFUSED + "the pressure rose above the ceiling",
        bound_s=0.15 + EXHAUST_S,
        bound_from="1 sample at the limit (devices.md 5)",
    ),
    InTheLoop(
        group=Group.SENSOR,
        name="both sensors show -60",
        fault=Fault.NEGATIVE,
        code="IMPLAUSIBLE",
        alarm="The pressure sensor can't be right.",
        bound_s=0.15 + EXHAUST_S,
        bound_from="2 samples outside of -20 to 350 (devices.md 5)",
    ),
    InTheLoop(
        group=Group.SENSOR,
        name="the only sensor shows no number (Alicat)",
        fault=Fault.NO_NUMBER,
        kind="alicat",
        code="SILENT",
        alarm=SILENCE,
        bound_s=SILENT_S + EXHAUST_S,
        bound_from="an answer that can't be is none: silence 0.25 to 0.5 s (devices.md 5)",
    ),
    InTheLoop(
        group=Group.SENSOR,
        name="the only sensor shows -60 (PGVA-1)",
        fault=Fault.NEGATIVE,
        kind="pgva",
        code="SILENT",
        alarm=SILENCE,
        bound_s=SILENT_S + EXHAUST_S,
        bound_from="an answer that can't be is none: silence 0.25 to 0.5 s (devices.md 5)",
    ),
    InTheLoop(
        group=Group.SENSOR,
        name="the only sensor stands still (Alicat)",
        fault=Fault.FREEZE_SENSOR,
        kind="alicat",
        code="SENSOR_STUCK",
        alarm="The pressure sensor does not move.",
        bound_s=3.0 + EXHAUST_S,
        bound_from="3 s without a change while the limb works (devices.md 5)",
    ),
)

PNEUMATIC = (
    InTheLoop(
        group=Group.PNEUMATIC,
        name="a connector leaks",
        fault=Fault.LEAK,
        code="BOX_FAULT",
        alarm=REFUSED + "air is lost",
        bound_s=15.0 + EXHAUST_S,
        bound_from="9 s of pumping (devices.md 5, vendor: Zimmer ATS 3000), averaged by the box",
    ),
    InTheLoop(
        group=Group.PNEUMATIC,
        name="the cuff bursts",
        fault=Fault.BURST,
        code="BOX_FAULT",
        alarm=REFUSED + "air is lost",
        bound_s=9.0 + EXHAUST_S,
        bound_from="9 s of pumping (devices.md 5, vendor: Zimmer ATS 3000)",
    ),
    InTheLoop(
        group=Group.PNEUMATIC,
        name="the cuff leaks slowly, less than the pump makes up for",
        fault=Fault.SLOW_LEAK,
        code="",
        alarm="none: the pressure is held; the acceptance test measures the leak",
        bound_s=EXHAUST_S,
        bound_from="STOP, then the exhaust",
        safe=Safe.HELD,
        outcome="STOPPED",
        latches=False,
    ),
    InTheLoop(
        group=Group.PNEUMATIC,
        name="the hose is kinked before the start",
        fault=Fault.KINK,
        at_s=0.0,
        code="BOX_FAULT",
        alarm=REFUSED + "the pump brings no pressure",
        bound_s=5.0,
        bound_from="the pump proves itself within 3 s (programme setting)",
    ),
    InTheLoop(
        group=Group.PNEUMATIC,
        name="the hose is kinked in mid-hold",
        fault=Fault.KINK,
        stop_after_s=1.0,
        code="BLOCKED",
        alarm=QUICK_RELEASE,
        bound_s=1.0 + 2.0 + 0.3,
        bound_from="a fall of a fifth within 2 s of a vent (devices.md 5), here of a STOP after 1 s",
        safe=Safe.SHUT,
        outcome="STOPPED",
    ),
    InTheLoop(
        group=Group.PNEUMATIC,
        name="the vent valve is stuck",
        fault=Fault.BLOCKED_VENT,
        stop_after_s=1.0,
        code="BLOCKED",
        alarm=QUICK_RELEASE,
        bound_s=1.0 + 2.0 + 0.3,
        bound_from="a fall of a fifth within 2 s of a vent (devices.md 5), here of a STOP after 1 s",
        safe=Safe.SHUT,
        outcome="STOPPED",
    ),
    InTheLoop(
        group=Group.PNEUMATIC,
        name="the vent valve is stuck (Alicat)",
        fault=Fault.BLOCKED_VENT,
        kind="alicat",
        stop_after_s=1.0,
        code="BLOCKED",
        alarm=QUICK_RELEASE,
        bound_s=1.0 + 2.0 + 0.3,
        bound_from="a fall of a fifth within 2 s of a vent (devices.md 5), here of a STOP after 1 s",
        safe=Safe.SHUT,
        outcome="STOPPED",
    ),
    InTheLoop(
        group=Group.PNEUMATIC,
        name="the pump does not stop",
        fault=Fault.PUMP_STUCK,
        stop_after_s=1.0,
        code="BLOCKED",
        alarm=QUICK_RELEASE,
        bound_s=1.0 + 4.0 + 0.5,
        bound_from="a fall of a fifth within 2 s of a vent (devices.md 5), here of a STOP after 1 s; the first 2 s it falls",
        safe=Safe.SHUT,
        outcome="STOPPED",
    ),
    InTheLoop(
        group=Group.PNEUMATIC,
        name="the pump is dead before the start",
        fault=Fault.PUMP_DEAD,
        at_s=0.0,
        code="BOX_FAULT",
        alarm=REFUSED + "the pump brings no pressure",
        bound_s=5.0,
        bound_from="the pump proves itself within 3 s (programme setting)",
    ),
    InTheLoop(
        group=Group.PNEUMATIC,
        name="the pump dies in mid-hold",
        fault=Fault.PUMP_DEAD,
        code="PUMPS_ON",
        alarm="The pump runs on and on: the cuff loses air.",
        bound_s=25.0,
        bound_from="9 s of full pumping (devices.md 5), reached as the missing air is asked for; never over target meanwhile",
    ),
    InTheLoop(
        group=Group.PNEUMATIC,
        name="a violent repetition: +60 mmHg in 0.1 s",
        act=_jerk,
        code="",
        alarm="none: the peak is let down and the pressure held",
        bound_s=EXHAUST_S,
        bound_from="STOP, then the exhaust",
        over_ceiling_s=0.6,
        safe=Safe.HELD,
        outcome="STOPPED",
        latches=False,
    ),
    InTheLoop(
        group=Group.PNEUMATIC,
        name="the limb begins to work at rest",
        act=_move,
        is_moving=False,
        code="",
        alarm="none: the pressure is held",
        bound_s=EXHAUST_S,
        bound_from="STOP, then the exhaust",
        safe=Safe.HELD,
        outcome="STOPPED",
        latches=False,
    ),
    InTheLoop(
        group=Group.PNEUMATIC,
        name="the cuff is on no limb",
        fault=Fault.NO_LIMB,
        at_s=0.0,
        is_moving=False,
        code="",
        alarm="none: a ramp of 30 mmHg/s fills it as any other; whoever fits the cuff sees it",
        bound_s=EXHAUST_S,
        bound_from="STOP, then the exhaust",
        safe=Safe.HELD,
        outcome="STOPPED",
        latches=False,
    ),
    InTheLoop(
        group=Group.PNEUMATIC,
        name="a cuff far too large for its pump",
        fault=Fault.LARGE_CUFF,
        preset="thigh_delfi_like",
        plan=HIGH,
        at_s=0.0,
        code="BOX_FAULT",
        alarm=REFUSED + "the pump brings no pressure",
        bound_s=35.0,
        bound_from="30 s to fill (programme setting), or the box's own look",
    ),
)

HOST = (
    InTheLoop(
        group=Group.HOST,
        name="the loop stands still for 0.8 s",
        act=_stands_still(0.8),
        code="STALLED",
        alarm="The station's computer stood still.",
        bound_s=0.8 + 0.15 + EXHAUST_S,
        bound_from="0.5 s (devices.md 5), at the next tick",
        latches=False,
    ),
    InTheLoop(
        group=Group.HOST,
        name="the loop stands still for 5 s (starved of the processor)",
        act=_stands_still(5.0),
        code="BOX_FAULT",
        alarm="nobody asked it to go on",
        bound_s=LEASE_S + EXHAUST_S,
        bound_from=BY_LEASE,
    ),
    InTheLoop(
        group=Group.HOST,
        name="the record can't be written",
        act=_lose_the_record,
        code="TROUBLE",
        alarm="The record of the session can't be written: No space left on device.",
        bound_s=0.15 + EXHAUST_S,
        bound_from=AT_ONCE,
        latches=False,
    ),
    InTheLoop(
        group=Group.HOST,
        name="every console is closed",
        act=_leave,
        code="UNWATCHED",
        alarm="The console in control has not been heard for 10 s.",
        bound_s=10.0 + 0.15 + EXHAUST_S,
        bound_from="10 s (map D7)",
        latches=False,
    ),
)

DATA = (
    InTheLoop(
        group=Group.DATA,
        name="Redis has been silent for 30 s",
        act=_lose_the_bus,
        code="BUS_LOST",
        alarm="The message bus has been silent for 30 s.",
        bound_s=0.15 + EXHAUST_S,
        bound_from="30 s (devices.md 5), counted from there",
        latches=False,
    ),
)

CASES: tuple[Case, ...] = (*TRANSPORT, *CONTROLLER, *SENSOR, *PNEUMATIC, *HOST, *DATA, *STATION)
