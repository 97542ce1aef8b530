"""Our reference controller: it holds a pressure by itself, for one lease, and vents when nobody asks again.

One object owns one port and all channels behind it. Every call is one exchange on the wire, nothing is ever sent
twice but the vent, and every answer must be whole, meant for this question, and fresh.
"""

from collections.abc import Mapping
from contextlib import suppress
from typing import ClassVar

from devices.domain import registers, wire
from devices.domain.box import BoxState, Drive, Faults, Identity, fault_words
from devices.domain.registers import Holding, Input, Mode, Order
from devices.domain.wire import Function, Request
from devices.drivers.contract import (
    LEASE_MS,
    REPLY_TIMEOUT_S,
    SLEW_PER_S,
    Capabilities,
    Reading,
    Readout,
)
from devices.drivers.errors import ControllerLostError, ControllerRefusedError, WrongControllerError
from devices.drivers.freshness import Freshness
from devices.drivers.port import Line, VentFrame, say_vent

FASTEST_TICK_S = 0.02
ASKS_WHY = 2
"""A box that restarted is not believed at the first look."""

OVER_WITH_THE_SESSION = Faults.LEASE | Faults.INFLATED_TOO_LONG
"""Faults about a host that is gone, not about the box: the next session may begin without anyone looking at the box."""

WORD = 0x10000
PERMILLE = 1000
VENT_ALL = wire.request_frame(
    Request(Function.WRITE_COIL, write_at=registers.VENT_COIL, values=(wire.COIL_ON,))
)


class ReferenceController:
    """A controller on an open line. Made by `open_controller`, which checks who answers first."""

    baud_rate: ClassVar[int] = 115_200
    own_hold: ClassVar[bool] = True
    shows_pulse: ClassVar[bool] = True
    sounds_alarms: ClassVar[bool] = False
    vent_frames: ClassVar[tuple[VentFrame, ...]] = (VentFrame(VENT_ALL, VENT_ALL),)

    def __init__(self, line: Line, reply_timeout_s: float = REPLY_TIMEOUT_S) -> None:
        self._line = line
        self._timeout_s = reply_timeout_s
        self._freshness = Freshness()
        self._sequence = self._fence = self._ceiling_word = self._max_inflated_s = 0
        self._ceiling = 0.0
        self.identity: Identity | None = None

    def identify(self) -> Identity:
        """Read who is on the port, and how the box counts. Raises WrongControllerError for another kind of box."""
        words = self._exchange(Request(Function.READ_INPUT, Input.MAGIC, registers.CHANNEL_INPUTS))
        try:
            self.identity = registers.parse_identity(words)
        except registers.NotOurControllerError as stranger:
            raise WrongControllerError(str(stranger)) from stranger
        self._sequence = self._head_now().sequence
        return self.identity

    @property
    def capabilities(self) -> Capabilities:
        """What this box does by itself."""
        return Capabilities(
            own_hold=self.own_hold,
            own_lease=True,
            can_drive=True,
            fastest_tick_s=FASTEST_TICK_S,
            scale=self._known.scale,
            rated_maximum=self._known.rated_maximum,
        )

    @property
    def _known(self) -> Identity:
        return self.identity or self.identify()

    def arm(self, *, fence: int, ceiling: float, max_inflated_s: float) -> Readout:
        """Make the box ready to inflate. Raises ControllerRefusedError, above all while it holds pressure or a fault.

        The box vents by itself, and latches a fault, above `ceiling` and after `max_inflated_s` seconds inflated, all
        inflations since arming together. Leave room above the highest target for the swings of a moving limb. A
        smaller `fence` than the last one is refused; 0 is the last one. Faults that only say that a host fell silent are
        cleared first.
        """
        head = self._head_now()
        self._fence = fence % WORD or head.fence
        self._ceiling = max(0.0, min(ceiling, self._known.rated_maximum))
        self._ceiling_word = registers.pressure_word(self._ceiling)
        self._max_inflated_s = max(1, min(WORD - 1, int(max_inflated_s)))
        if _is_only(head.faults, OVER_WITH_THE_SESSION):
            self.clear()
        return self._order(Order.ARM)

    def hold(self, targets: Mapping[int, float], slew_per_s: float = SLEW_PER_S) -> Readout:
        """Hold pressures for one lease, never above the rating or the ceiling. Zero or less opens that valve.

        A channel that is not named is left as it is and not fed: its own lease goes on running out.
        """
        slew = registers.pressure_word(max(0.1, slew_per_s))
        return self._order(Order.NONE, {n: self._hold_words(target, slew) for n, target in targets.items()})

    def _hold_words(self, target: float, slew: int) -> tuple[int, ...]:
        target = min(target, self._known.rated_maximum, self._ceiling)
        mode = Mode.TARGET if target > 0 else Mode.VENT
        return (mode, registers.pressure_word(max(0.0, target)), slew, 0, 0)

    def drive(self, drives: Mapping[int, Drive]) -> Readout:
        """Run pumps and valves: the host closes the loop. The box shuts both 200 ms later, and vents after the lease."""
        return self._order(Order.NONE, {n: _drive_words(drive) for n, drive in drives.items()})

    def read(self) -> Readout:
        """Look at every channel without renewing a lease."""
        started = self._line.clock()
        words = self._exchange(Request(Function.READ_INPUT, Input.STATE, self._span))
        return self._readout(words, started)

    def vent(self) -> bool:
        """Open every valve. True only if the box said so; never raises, because this is called when all else failed."""
        return say_vent(self._line, self.vent_frames, self._timeout_s)

    def fault(self) -> str | None:
        """Why the box is not fit to inflate, in words. That a host fell silent is taken back by arming."""
        head = self._head_now()
        if _is_only(head.faults, OVER_WITH_THE_SESSION):
            return None
        return fault_words(head.faults) or ("it reports a fault" if head.state is BoxState.FAULT else None)

    def clear(self) -> Readout:
        """Take a latched fault back, at a person's word. Refused above 20, or while its cause lasts."""
        try:
            return self._order(Order.CLEAR_FAULT)
        except ControllerRefusedError:
            raise ControllerRefusedError(
                "the cuff is not empty yet, or the cause of the fault lasts"
            ) from None

    def close(self) -> None:
        """Give the port back. The lease vents what is still inflated."""
        self._line.close()

    @property
    def _span(self) -> int:
        """How many registers reach from the state to the end of the last channel."""
        return registers.channel_input(self._known.channels) - Input.STATE

    def _order(self, order: Order, channels: Mapping[int, tuple[int, ...]] | None = None) -> Readout:
        """Write an order and read the state back in one exchange."""
        self._sequence = (self._sequence + 1) % WORD
        values = [self._sequence, self._fence, order, LEASE_MS, self._ceiling_word, self._max_inflated_s]
        if channels:
            values += self._channel_words(channels)
        started = self._line.clock()
        read_at = registers.MIRROR + Input.STATE
        asked = Request(Function.WRITE_AND_READ, read_at, self._span, Holding.SEQUENCE, tuple(values))
        return self._readout(self._exchange(asked), started, self._sequence)

    def _channel_words(self, channels: Mapping[int, tuple[int, ...]]) -> list[int]:
        """The blocks up to the last channel named. Those that are not named are left as they are, and not fed."""
        last = max(channels)
        if min(channels) < 0 or last >= self._known.channels:
            raise ControllerRefusedError(f"it has no channel {last + 1}")
        gap = [0] * (registers.CHANNEL_HOLDINGS - Holding.MAX_INFLATED - 1)
        leave = (Mode.LEAVE, *[0] * (registers.CHANNEL_HOLDING_SIZE - 1))
        return [*gap, *(word for n in range(last + 1) for word in channels.get(n, leave))]

    def _exchange(self, request: Request) -> tuple[int, ...]:
        """One question, one answer. Raises ControllerLostError or ControllerRefusedError."""
        frame = self._line.ask(
            wire.request_frame(request), lambda start: wire.expected_length(request, start), self._timeout_s
        )
        try:
            return wire.parse_reply(request, frame)
        except wire.BadFrameError as error:
            raise ControllerLostError(str(error)) from error
        except wire.RefusedError as error:
            raise ControllerRefusedError(self._why(error.refusal)) from error

    def _why(self, refusal: wire.Refusal) -> str:
        """The reason behind a refusal, asked from the box where the code alone does not tell."""
        if refusal is not wire.Refusal.NOT_NOW:
            return {wire.Refusal.BAD_VALUE: "a value is outside of what it allows"}.get(
                refusal, "it does not know what was asked"
            )
        for _ in range(ASKS_WHY):
            with suppress(ControllerLostError, ControllerRefusedError):
                return self._why_not_now(self._head_now())
        return "it can't do that now"

    def _why_not_now(self, head: registers.Head) -> str:
        if head.faults or head.state is BoxState.FAULT:
            return fault_words(head.faults) or "it reports a fault"
        if head.state in (BoxState.DEFLATING, BoxState.INFLATING, BoxState.HOLDING):
            return "the cuff still holds pressure"
        if head.fence != self._fence:
            return "a newer session has taken it over"
        return "it is not armed"

    def _head_now(self) -> registers.Head:
        request = Request(Function.READ_INPUT, Input.STATE, Input.FENCE - Input.STATE + 1)
        started = self._line.clock()
        return self._fresh_head(self._exchange(request), started)

    def _fresh_head(self, words: tuple[int, ...], started: float) -> registers.Head:
        try:
            head = registers.parse_head(words)
        except ValueError:
            raise ControllerLostError("The controller reports a state that does not exist.") from None
        self._freshness.check(head.uptime_ms, asked_at=started, now=self._line.clock())
        return head

    def _readout(self, words: tuple[int, ...], started: float, sequence: int | None = None) -> Readout:
        """The state block as a readout. `sequence` is the one it must echo, None for a plain read."""
        head = self._fresh_head(words, started)
        if sequence is not None and head.sequence != sequence:
            raise ControllerLostError("The controller answered an older question.")
        return Readout(
            state=head.state,
            faults=head.faults,
            channels=tuple(_reading(n, words) for n in range(self._known.channels)),
            uptime_ms=head.uptime_ms,
            round_trip_s=self._line.clock() - started,
        )


class HostClosedReference(ReferenceController):
    """The same box where this computer closes the loop: for firmware that can only run its pump and valves."""

    own_hold: ClassVar[bool] = False


def _reading(channel: int, words: tuple[int, ...]) -> Reading:
    at = registers.channel_input(channel) - Input.STATE
    seen = registers.parse_channel(words[at : at + registers.CHANNEL_INPUT_SIZE])
    return Reading(
        channel=channel,
        pressure=seen.pressure,
        target=seen.target,
        second_sensor=seen.second_sensor,
        pump=seen.pump_permille / PERMILLE,
        exhaust=seen.exhaust_permille / PERMILLE,
        lease_left_ms=seen.lease_left_ms,
        pulse=seen.pulse,
    )


def _drive_words(drive: Drive) -> tuple[int, ...]:
    """Opposing valves never both open: exhaust wins."""
    exhaust = round(max(0.0, min(1.0, drive.exhaust)) * PERMILLE)
    pump = 0 if exhaust else round(max(0.0, min(1.0, drive.pump)) * PERMILLE)
    return (Mode.DRIVE, 0, 0, pump, exhaust)


def _is_only(faults: Faults, of: Faults) -> bool:
    """True if there is a fault and it is one of those."""
    return bool(faults) and not faults & ~of
