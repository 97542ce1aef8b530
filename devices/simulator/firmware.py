"""The far end of the wire: register map 1 over simulated air. Advanced by dt; knows no clock, no port and no host.

Powers up vented. Inflates only while armed, by the owner of the fence, for one lease at a time. Every fault vents and
stays latched until it is cleared below 20.
"""

import random
from collections.abc import Sequence
from typing import Any

from devices.domain import registers, wire
from devices.domain.box import BoxState, Faults, Identity
from devices.domain.registers import ChannelHolding, Holding, Mode, Order
from devices.domain.units import Scale
from devices.domain.wire import Function, Refusal, RefusedError, Request
from devices.simulator import modbus_line
from devices.simulator.channel import SimulatedChannel
from devices.simulator.far_end import Heard
from devices.simulator.faults import Fault
from devices.simulator.limb import PRESETS, Limb
from devices.simulator.orders import (
    CHANNEL_SIZE,
    channel_blocks,
    check_arm,
    check_blocks,
    check_lease,
    is_newer,
)
from devices.simulator.pneumatics import INFLATED_ABOVE, STEP_S
from devices.simulator.report import holding_words, input_words

FIRMWARE_VERSION = "1.2"
DEFAULT_LEASE_MS = 1000
SELF_TEST_S = 1.0
BROWN_OUT_S = 0.3
VENT_FRAME = wire.request_frame(Request(Function.WRITE_COIL, values=(wire.COIL_ON,)))
RATED_MAXIMUM = {Scale.MMHG: 300.0, Scale.SKU: 400.0}


class Firmware:
    """A box with its channels. `advance` moves it on, `hear` gives it bytes, `answer` a request."""

    baud_rate = 115_200
    turnaround_s = 0.001
    frame_silence_s: float | None = 0.005

    def __init__(
        self,
        *,
        serial_number: str = "SIM00001",
        presets: Sequence[str] = ("thigh",),
        scale: Scale = Scale.MMHG,
        seed: int = 1,
    ) -> None:
        self.serial_number, self.scale = serial_number, scale
        self.rated_maximum = RATED_MAXIMUM[scale]
        self.faults_on: set[Fault] = set()
        noise = random.Random(seed)
        self.channels = [
            SimulatedChannel(limb=Limb(PRESETS[name], seed + n), faults=self.faults_on, noise=noise)
            for n, name in enumerate(presets)
        ]
        self.vent_frames = self.vents_begun = 0
        self._power_up(Faults(0))

    @property
    def limbs(self) -> list[Limb]:
        """The truth in each cuff."""
        return [channel.limb for channel in self.channels]

    def hear(self, received: bytes) -> Heard:
        """Answer every whole request."""
        begun = self.vents_begun
        rest, replies = modbus_line.hear(received, self.answer, (VENT_FRAME,))
        return Heard(rest, tuple(replies), vent_began=self.vents_begun > begun)

    def truth(self) -> dict[str, Any]:
        """What it is like inside."""
        return {
            "state": self.state.name,
            "faults": [fault.name for fault in self.latched],
            "is_armed": self.is_armed,
            "uptime_s": self.uptime_s,
            "target": [channel.target for channel in self.channels],
            "valve_open": [channel.exhaust == 1.0 for channel in self.channels],
            "vent_frames": self.vent_frames,
            "fence": self.fence,
        }

    def _power_up(self, latched: Faults) -> None:
        """Vented, disarmed, with nothing remembered. The air in the cuffs is what it was."""
        self.latched, self.is_armed = latched, False
        self.uptime_s = self._unstepped_s = 0.0
        self._last_uptime_ms = -1
        self.sequence, self._has_obeyed = 0, False
        self.fence: int | None = None
        self.lease_ms, self.lease_left_s = DEFAULT_LEASE_MS, 0.0
        self.ceiling, self.max_inflated_s, self.inflated_s = self.rated_maximum, 0, 0.0
        self._self_test_left_s = 0.0
        self._vent_all()

    def _vent_all(self) -> None:
        self.is_armed = False
        for channel in self.channels:
            channel.vent()

    def advance(self, dt: float) -> None:
        """Move on by dt seconds, in steps of a hundredth."""
        self.uptime_s += dt * self._pace
        self._unstepped_s += dt
        if Fault.BROWN_OUT in self.faults_on and self.uptime_s > BROWN_OUT_S:
            self.reset()
        while self._unstepped_s >= STEP_S:
            self._unstepped_s -= STEP_S
            self._step()

    @property
    def _pace(self) -> float:
        """How fast its own clock runs."""
        return 0.5 if Fault.SLOW_CLOCK in self.faults_on else 1.0

    def _step(self) -> None:
        for channel in self.channels:
            channel.step()
            self._latch(channel.found(self.ceiling, self.rated_maximum))
        self._self_test_left_s = max(0.0, self._self_test_left_s - STEP_S)
        if Fault.EMERGENCY_STOP in self.faults_on:
            self._latch(Faults.EMERGENCY_STOP)
        if self.is_armed:
            self._count_down()

    def _count_down(self) -> None:
        """The lease, and the seconds inflated since arming."""
        if any(channel.measured >= INFLATED_ABOVE for channel in self.channels):
            self.inflated_s += STEP_S * self._pace
        if self.inflated_s > self.max_inflated_s:
            self._latch(Faults.INFLATED_TOO_LONG)
        if Fault.NO_LEASE in self.faults_on:
            return
        self.lease_left_s -= STEP_S * self._pace
        for channel in self.channels:
            channel.lease_left_s -= STEP_S * self._pace
        if self.lease_left_s <= 0 or any(c.is_live and c.lease_left_s <= 0 for c in self.channels):
            self._latch(Faults.LEASE)

    def _latch(self, found: Faults) -> None:
        if found and Fault.FALSE_HOLD not in self.faults_on:
            self.latched |= found
            self._vent_all()

    def reset(self) -> None:
        """What a watchdog or a brown-out does."""
        self._power_up(Faults.WATCHDOG)

    @property
    def state(self) -> BoxState:
        """The box as a whole: a fault first, then whichever channel is busiest."""
        if Fault.FALSE_HOLD in self.faults_on:
            return BoxState.HOLDING
        if self.latched:
            return BoxState.FAULT
        if self._self_test_left_s:
            return BoxState.SELF_TEST
        busy = [state for channel in self.channels if (state := channel.state()) is not BoxState.ARMED]
        if busy:
            return min(busy)
        return BoxState.ARMED if self.is_armed else BoxState.VENTED

    @property
    def identity(self) -> Identity:
        """As it describes itself, which a fault may change."""
        serial = "OTHERBOX" if Fault.WRONG_SERIAL in self.faults_on else self.serial_number
        version = "0.9" if Fault.OLD_FIRMWARE in self.faults_on else FIRMWARE_VERSION
        return Identity(serial, version, self.scale, len(self.channels), self.rated_maximum)

    def input_registers(self) -> list[int]:
        """All of them, as of now. The uptime is larger each time."""
        self._last_uptime_ms = max(int(self.uptime_s * 1000), self._last_uptime_ms + 1)
        uptime = self._last_uptime_ms & 0xFFFFFFFF
        words = registers.identity_words(self.identity)
        words += [self.state, self.latched, uptime >> 16, uptime & 0xFFFF, self.sequence, self.fence or 0]
        words += registers.serial_rest_words(self.identity)
        for channel in self.channels:
            words += input_words(channel, self._lease_left_s(channel))
        return words

    def _lease_left_s(self, channel: SimulatedChannel) -> float:
        """The channel's own while it may hold air, else the box's while that is armed."""
        if channel.is_live:
            return channel.lease_left_s
        return self.lease_left_s if self.is_armed else 0.0

    def holding_registers(self) -> list[int]:
        """The orders in force, for whoever looks."""
        words = [
            self.sequence,
            self.fence or 0,
            Order.NONE,
            self.lease_ms,
            registers.pressure_word(self.ceiling),
        ]
        words += [self.max_inflated_s] + [0] * (registers.CHANNEL_HOLDINGS - Holding.MAX_INFLATED - 1)
        return words + [word for channel in self.channels for word in holding_words(channel)]

    def answer(self, request: Request) -> bytes:
        """Do what is asked and say so, or refuse and change nothing."""
        try:
            self._obey(request)
            return wire.reply_frame(request, self._read(request) if request.read_count else ())
        except RefusedError as refused:
            return wire.refusal_frame(request.function, refused.refusal)

    def _read(self, request: Request) -> tuple[int, ...]:
        is_input = request.function is Function.READ_INPUT or request.read_at >= registers.MIRROR
        at = request.read_at - (
            registers.MIRROR if request.function is not Function.READ_INPUT and is_input else 0
        )
        words = self.input_registers() if is_input else self.holding_registers()
        if at + request.read_count > len(words):
            raise RefusedError(Refusal.UNKNOWN_REGISTER)
        return tuple(words[at : at + request.read_count])

    def _obey(self, request: Request) -> None:
        """Whatever vents comes first and is never refused."""
        if not request.values:
            return
        self._must_be_readable(request)
        if self._vents_all(request):
            self.ask_vent()
            self._note_sequence(request)
        elif request.function is Function.WRITE_COIL:
            self._must(request.write_at == registers.VENT_COIL, Refusal.UNKNOWN_REGISTER)
        else:
            self._order(request)

    def _must_be_readable(self, request: Request) -> None:
        if request.read_count and not self._vents_all(request):
            self._read(request)

    @staticmethod
    def _vents_all(request: Request) -> bool:
        if request.function is Function.WRITE_COIL:
            return request.write_at == registers.VENT_COIL and request.values[0] == wire.COIL_ON
        order_at = Holding.ORDER - request.write_at
        return 0 <= order_at < len(request.values) and request.values[order_at] == Order.VENT_ALL

    def _note_sequence(self, request: Request) -> None:
        if request.function is not Function.WRITE_COIL and request.write_at == Holding.SEQUENCE:
            self.sequence, self._has_obeyed = request.values[Holding.SEQUENCE], True

    def ask_vent(self) -> None:
        """Vent everything and disarm, whoever asks."""
        self.vent_frames += 1
        self.vents_begun += self.is_armed or any(channel.is_live for channel in self.channels)
        self._self_test_left_s = 0.0
        self._vent_all()

    def _order(self, request: Request) -> None:
        """An order begins at register 0 and is executed as one; the same sequence number again is not."""
        values = request.values
        self._must(request.write_at + len(values) <= self._holding_count, Refusal.UNKNOWN_REGISTER)
        self._must(request.write_at == Holding.SEQUENCE and len(values) > Holding.ORDER, Refusal.BAD_VALUE)
        if self._has_obeyed and values[Holding.SEQUENCE] == self.sequence:
            return
        self._must(
            not self._has_obeyed or is_newer(values[Holding.SEQUENCE], self.sequence), Refusal.BAD_VALUE
        )
        self._execute(values)
        self.sequence, self._has_obeyed = values[Holding.SEQUENCE], True

    def _execute(self, values: tuple[int, ...]) -> None:
        self._must(values[Holding.ORDER] in list(Order), Refusal.BAD_VALUE)
        self._must(Fault.REFUSE not in self.faults_on, Refusal.NOT_NOW)
        check_lease(values)
        {Order.ARM: self._arm, Order.CLEAR_FAULT: self._clear, Order.SELF_TEST: self._test}.get(
            Order(values[Holding.ORDER]), self._feed
        )(values)

    def _arm(self, values: tuple[int, ...]) -> None:
        check_arm(values, self.rated_maximum)
        self._must(self.fence is None or not is_newer(self.fence, values[Holding.FENCE]), Refusal.NOT_NOW)
        self._must(not self.latched and self._is_empty and not self._self_test_left_s, Refusal.NOT_NOW)
        self._vent_all()
        self.fence, self.is_armed = values[Holding.FENCE], True
        self.lease_ms, self.max_inflated_s = values[Holding.LEASE], values[Holding.MAX_INFLATED]
        self.ceiling, self.inflated_s = registers.pressure_of(values[Holding.CEILING]), 0.0
        self.lease_left_s = self.lease_ms / 1000

    def _clear(self, values: tuple[int, ...]) -> None:
        self._must(self._is_empty and Fault.EMERGENCY_STOP not in self.faults_on, Refusal.NOT_NOW)
        self.latched = Faults(0)
        self._vent_all()

    def _test(self, values: tuple[int, ...]) -> None:
        self._must(not self.is_armed and not self.latched and self._is_empty, Refusal.NOT_NOW)
        self._self_test_left_s = SELF_TEST_S

    def _feed(self, values: tuple[int, ...]) -> None:
        """An order to channels: all of it is checked before any of it is done."""
        self._must(self.is_armed and values[Holding.FENCE] == self.fence, Refusal.NOT_NOW)
        blocks = channel_blocks(values)
        check_blocks(blocks, self.ceiling)
        self._tighten(values)
        self.lease_left_s = self.lease_ms / 1000
        for channel, block in zip(self.channels, blocks, strict=False):
            self._apply(channel, block)

    def _tighten(self, values: tuple[int, ...]) -> None:
        """The lease may change; ceiling and seconds may only shrink while armed."""
        given = dict(enumerate(values))
        ceiling = registers.pressure_of(given.get(Holding.CEILING, registers.pressure_word(self.ceiling)))
        longest_s = given.get(Holding.MAX_INFLATED, self.max_inflated_s)
        self._must(0 < ceiling <= self.ceiling and 0 < longest_s <= self.max_inflated_s, Refusal.BAD_VALUE)
        self.lease_ms = given.get(Holding.LEASE, self.lease_ms)
        self.ceiling, self.max_inflated_s = ceiling, longest_s

    def _apply(self, channel: SimulatedChannel, block: tuple[int, ...]) -> None:
        mode = Mode(block[ChannelHolding.MODE])
        if mode is Mode.LEAVE:
            return
        if mode is Mode.VENT:
            self.vents_begun += channel.is_live
            channel.vent()
            return
        channel.lease_left_s = self.lease_ms / 1000
        if mode is Mode.DRIVE:
            channel.drive(block[ChannelHolding.PUMP] / 1000, block[ChannelHolding.EXHAUST] / 1000)
        else:
            slew = registers.pressure_of(block[ChannelHolding.SLEW])
            channel.hold(registers.pressure_of(block[ChannelHolding.TARGET]), slew)

    @property
    def _is_empty(self) -> bool:
        return all(channel.measured < INFLATED_ABOVE for channel in self.channels)

    @property
    def _holding_count(self) -> int:
        return registers.CHANNEL_HOLDINGS + CHANNEL_SIZE * len(self.channels)

    @staticmethod
    def _must(holds: bool, refusal: Refusal) -> None:
        if not holds:
            raise RefusedError(refusal)
