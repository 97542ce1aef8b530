"""What is said on the line of a PGVA-1, byte for byte, and what is never believed."""

import contextlib
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.domain import pgva
from devices.domain.framing import Ascii, Rtu
from devices.domain.pgva import Holding
from devices.domain.wire import Function, Request
from devices.drivers import ControllerLostError, ControllerRefusedError, WrongControllerError, open_controller
from devices.drivers import pgva as driver_module
from devices.drivers.pgva import PgvaAsciiController, PgvaController
from devices.simulator.faults import Fault
from devices.simulator.pgva import Pgva, PgvaAscii
from tests.direct import DirectLine
from tests.pgva import PAIRS, Host
from tests.waiting import until

TRANSPORT = [Fault.SILENT, Fault.GARBAGE, Fault.BAD_CRC, Fault.TRUNCATE, Fault.OLD_REPLY, Fault.LATE_REPLY]
SHORTEST_STATE = 33


def crc_by_hand(body: bytes) -> bytes:
    """As the specification words it, bit by bit."""
    register = 0xFFFF
    for byte in body:
        register ^= byte
        for _ in range(8):
            carry = register & 1
            register >>= 1
            if carry:
                register ^= 0xA001
    return bytes((register & 0xFF, register >> 8))


def lrc_by_hand(body: bytes) -> bytes:
    text = (body + bytes(((256 - sum(body) % 256) % 256,))).hex().upper()
    return b":" + text.encode() + b"\r\n"


class Script:
    """A line that expects these questions, in this order, and gives these answers."""

    def __init__(self, *exchanges: tuple[bytes, bytes]) -> None:
        self.left = list(exchanges)

    def ask(self, frame: bytes, length_of: Callable[[bytes], int], timeout_s: float) -> bytes:
        asked, answer = self.left.pop(0)
        assert frame == asked, (frame.hex(" "), asked.hex(" "))
        assert length_of(answer) == len(answer)
        return answer

    def ask_until(self, frame: bytes, answer: bytes, timeout_s: float) -> bool:
        asked, given_back = self.left.pop(0)
        assert frame == asked
        return answer in given_back

    def clock(self) -> float:
        return 0.0

    def close(self) -> None: ...


def state_answer(status: str, output: str, start: int) -> str:
    """Input registers from `start` to 275."""
    words = {259: "0002", 261: "002D", 262: status, 270: "01F4", 271: output}
    told = [words.get(at, "0000") for at in range(start, 276)]
    return f"04 {2 * len(told):02X}" + "".join(told)


def transcript(unit: int, seal: Callable[[bytes], bytes]) -> Script:
    """Identify, then vent, as the maker's register list has it."""
    body = bytes((unit,))
    said = [
        ("04 0100 0014", state_answer("0000", "0000", 256)),
        ("03 3006 0003", "03 06 000E F012 3456"),
        ("06 1010 0000", "06 1010 0000"),
        ("06 1016 0001", "06 1016 0001"),
    ]
    return Script(*((seal(body + bytes.fromhex(q)), seal(body + bytes.fromhex(a))) for q, a in said))


@pytest.mark.parametrize(
    ("driver", "unit", "seal"),
    [
        (PgvaController, 1, lambda body: body + crc_by_hand(body)),
        (PgvaAsciiController, 16, lrc_by_hand),
    ],
)
def test_it_says_what_the_makers_register_list_has(driver, unit, seal):
    line = transcript(unit, seal)
    box = driver(line)

    identity = box.identify()
    assert box.vent()

    assert (identity.serial_number, identity.firmware) == ("000EF0123456", "2.0.45")
    assert line.left == []


def test_the_vent_frames_are_the_published_ones():
    rtu = [bytes.fromhex("01 06 10 10 00 00"), bytes.fromhex("01 06 10 16 00 01")]

    assert [one.order for one in PgvaController.vent_frames] == [body + crc_by_hand(body) for body in rtu]
    assert [one.order for one in PgvaAsciiController.vent_frames] == [
        b":100610100000CA\r\n",
        b":100610160001C3\r\n",
    ]


# Millibars


@given(st.floats(0, 400), st.floats(0, 400))
def test_rounding_never_goes_above_the_ceiling_and_never_far_from_the_target(target, ceiling):
    word = pgva.setpoint_word(target, ceiling)

    assert 0 <= pgva.mmhg(word) <= min(ceiling, pgva.RATED_MAXIMUM)
    if target <= min(ceiling, pgva.RATED_MAXIMUM):
        assert abs(pgva.mmhg(word) - target) <= pgva.MMHG_PER_MBAR


@given(st.floats(-1000, 0))
def test_no_vacuum_is_ever_asked_for(target):
    assert pgva.setpoint_word(target, 200) == 0


def test_known_pressures():
    assert pgva.setpoint_word(120, 200) == 160
    assert pgva.mmhg(160) == pytest.approx(120.00992)
    assert pgva.setpoint_word(120, 120) == 159
    assert pgva.setpoint_word(9999, 9999) == 449


# What is never believed


@pytest.mark.parametrize(("driver", "box"), PAIRS)
@pytest.mark.parametrize("fault", TRANSPORT)
def test_no_bad_answer_is_ever_taken_for_a_reading(driver, box, fault):
    host = Host(driver, box)
    host.arm()
    host.hold(60, 3)
    host.box.faults_on.add(fault)

    for ask in (host.driver.read, lambda: host.driver.hold({0: 60})):
        with pytest.raises(ControllerLostError):
            ask()


@pytest.mark.parametrize("answers_late_by", range(1, 7))
def test_a_state_from_up_to_six_looks_ago_is_not_believed(answers_late_by):
    line = Late(DirectLine(Pgva(presets=["arm"])), answers_late_by)
    driver = PgvaController(line)
    for _ in range(10):
        driver.read()
    line.is_late = True

    with pytest.raises(ControllerLostError):
        driver.read()


class Late:
    """A line that answers a question about the state with what it answered to an earlier one."""

    def __init__(self, line: DirectLine, by: int) -> None:
        self.line, self.by, self.is_late = line, by, False
        self.states: list[bytes] = []
        self.clock, self.close, self.ask_until = line.clock, line.close, line.ask_until

    def ask(self, frame: bytes, length_of: Callable[[bytes], int], timeout_s: float) -> bytes:
        answer = self.line.ask(frame, length_of, timeout_s)
        if len(answer) < SHORTEST_STATE:
            return answer
        self.states.append(answer)
        said = self.states[-1 - self.by] if self.is_late else answer
        if len(said) != length_of(said):
            raise ControllerLostError("The controller's answer broke off.")
        return said


class Noise:
    """A line on which anything may come back."""

    def __init__(self, answers: list[bytes]) -> None:
        self.answers, self.now = answers, 0.0

    def ask(self, frame: bytes, length_of: Callable[[bytes], int], timeout_s: float) -> bytes:
        self.now += 0.01
        received = self.answers.pop() if self.answers else b""
        if len(received) != length_of(received):
            raise ControllerLostError("The controller does not answer.")
        return received

    def ask_until(self, frame: bytes, answer: bytes, timeout_s: float) -> bool:
        return bool(self.answers) and answer in self.answers.pop()

    def clock(self) -> float:
        return self.now

    def close(self) -> None: ...


def plausible(framing: Rtu) -> st.SearchStrategy[bytes]:
    """Intact answers with any content."""
    words = st.lists(st.integers(0, 0xFFFF), min_size=1, max_size=24).map(tuple)
    functions = st.sampled_from([Function.READ_INPUT, Function.READ_HOLDING])
    return st.builds(
        lambda function, read: framing.reply_frame(Request(function, 0, len(read)), read), functions, words
    )


@pytest.mark.parametrize("driver", [PgvaController, PgvaAsciiController])
@given(data=st.data())
@settings(max_examples=200)
def test_nothing_that_comes_back_makes_the_driver_stumble(driver, data):
    answers = data.draw(st.lists(st.binary(max_size=60) | plausible(driver.framing), max_size=12))
    box = driver(Noise(answers))
    orders = (
        box.identify,
        box.read,
        lambda: box.arm(fence=1, ceiling=100, max_inflated_s=60),
        box.clear,
        box.fault,
    )

    for order in data.draw(st.lists(st.sampled_from(orders), max_size=6)):
        with contextlib.suppress(ControllerLostError, ControllerRefusedError, WrongControllerError):
            order()
    assert box.vent() in (True, False)


@pytest.mark.parametrize("box", [Pgva, PgvaAscii])
@given(chunks=st.lists(st.binary(max_size=80), max_size=6))
def test_nothing_that_comes_in_makes_the_box_stumble_or_inflate(box, chunks):
    far_end = box(presets=["arm"])
    rest = b""

    for chunk in chunks:
        rest = far_end.hear(rest + chunk).rest

    assert far_end.setpoint_mbar == 0


@pytest.mark.parametrize("box", [Pgva, PgvaAscii])
def test_a_vent_behind_half_a_frame_of_a_dead_host_is_obeyed(box):
    far_end = box(presets=["arm"])
    far_end.holding[Holding.SETPOINT] = 160
    orders = [frame.order for frame in driver_module.vent_frames(box.framing)]

    heard = far_end.hear(orders[0][:5] + b"".join(orders))

    assert heard.vent_began
    assert (far_end.setpoint_mbar, far_end.holding[Holding.EXHAUST]) == (0, 1)


def test_an_answer_in_ascii_is_not_one_in_rtu():
    asked = Request(Function.READ_INPUT, 262, 1)

    for form, other in ((Rtu(1), Ascii(1)), (Ascii(1), Rtu(1))):
        with pytest.raises(Exception, match=r"answer|line"):
            form.parse_reply(asked, other.reply_frame(asked, (0,)))


# On a real pseudo-terminal


@pytest.mark.parametrize("kind", ["pgva", "pgva_ascii"])
def test_on_a_port_it_inflates_and_vents(start, kind):
    bench = start("--preset", "arm", "--kind", kind)
    box = bench.open(expected_serial=bench.serial_number, driver=kind)
    box.arm(fence=1, ceiling=200, max_inflated_s=60)

    until(lambda: box.hold({0: 80}, slew_per_s=500)[0].pressure > 70)
    assert bench.true_pressure > 60
    assert box.vent()

    until(lambda: box.read()[0].pressure < 20)
    assert bench.control.state()["valve_open"] == [True]
    box.close()


@pytest.mark.parametrize("kind", ["pgva", "pgva_ascii"])
@pytest.mark.parametrize("fault", ["silent", "garbage", "bad_crc", "truncate", "old_reply", "late_reply"])
def test_on_a_bad_line_nothing_is_believed(start, kind, fault):
    bench = start("--preset", "arm", "--kind", kind)
    box = bench.open(driver=kind)
    box.arm(fence=1, ceiling=200, max_inflated_s=60)
    bench.control.fault(fault)

    with pytest.raises(ControllerLostError):
        box.read()
    box.close()


def test_another_box_on_the_port_is_refused(start):
    bench = start("--preset", "arm", "--kind", "pgva")
    bench.control.fault("wrong_serial")

    with pytest.raises(WrongControllerError, match="expected"):
        open_controller(driver="pgva", port=bench.port, expected_serial=bench.serial_number)
