"""Our reference controller: it holds a pressure by itself, for one lease, and vents when nobody asks again.

One object owns one port and all channels behind it. Every call is one exchange on the wire, nothing is ever sent
twice but the vent, and every answer must be whole, meant for this question, and fresh.
"""

import termios
import time
from dataclasses import dataclass

from devices.domain import registers, wire
from devices.domain.registers import BoxState, Faults, Holding, Identity, Input, Mode, Order
from devices.domain.units import Scale
from devices.domain.wire import Function, Request
from devices.drivers.errors import ControllerLostError, ControllerRefusedError, WrongControllerError
from devices.drivers.freshness import Freshness
from devices.drivers.port import SerialPort

LEASE_MS = 1000
"""How long the box goes on without being asked again (programme setting, map D7)."""

REPLY_TIMEOUT_S = 0.1
VENT_TRIES = 3
OVER_WITH_THE_SESSION = Faults.LEASE | Faults.INFLATED_TOO_LONG
"""Faults about a host that is gone, not about the box: the next session may begin without anyone looking at the box."""

WORD = 0x10000


@dataclass(frozen=True)
class Capabilities:
    """What a kind of controller does by itself."""

    own_hold: bool
    own_lease: bool
    fastest_tick_s: float
    scale: Scale


@dataclass(frozen=True)
class Reading:
    """One channel at one instant, in the box's scale."""

    channel: int
    pressure: float
    target: float
    state: BoxState
    faults: Faults
    lease_left_ms: int
    uptime_ms: int
    second_sensor: float
    pump_permille: int
    round_trip_s: float


class ReferenceController:
    """A controller on an open port. Made by `open_controller`, which checks who answers first."""

    vent_bytes = wire.request_frame(
        Request(Function.WRITE_COIL, write_at=registers.VENT_COIL, values=(wire.COIL_ON,))
    )
    """What opens every exhaust valve, whatever the box is doing. A guard may write them without a driver."""

    def __init__(self, port: str, reply_timeout_s: float = REPLY_TIMEOUT_S) -> None:
        self.port = port
        self._line = SerialPort(port)
        self._timeout_s = reply_timeout_s
        self._freshness = Freshness()
        self._orders: dict[int, tuple[int, ...]] = {}
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
        return Capabilities(own_hold=True, own_lease=True, fastest_tick_s=0.02, scale=self._known.scale)

    @property
    def _known(self) -> Identity:
        return self.identity or self.identify()

    def arm(self, *, fence: int, ceiling: float, max_inflated_s: float) -> Reading:
        """Make the box ready to inflate. Raises ControllerRefusedError, above all while it holds pressure or a fault.

        The box vents by itself, and latches a fault, above `ceiling` and after `max_inflated_s` seconds inflated, all
        inflations since arming together. Leave room above the highest target for the swings of a moving limb. A
        smaller `fence` than the last one is refused. Faults that only say that a host fell silent are cleared first.
        """
        self._fence = fence % WORD
        self._ceiling = max(0.0, min(ceiling, self._known.rated_maximum))
        self._ceiling_word = registers.pressure_word(self._ceiling)
        self._max_inflated_s = max(1, min(WORD - 1, int(max_inflated_s)))
        self._orders.clear()
        if _is_only(self._head_now().faults, OVER_WITH_THE_SESSION):
            self.clear_fault()
        return self._order(Order.ARM, 0)

    def hold(self, channel: int, target: float, slew_per_s: float = 30.0) -> Reading:
        """Hold a pressure for one lease, never above the rating or the ceiling. Zero or less opens the valve."""
        self._must_have(channel)
        target = min(target, self._known.rated_maximum, self._ceiling)
        mode = Mode.TARGET if target > 0 else Mode.VENT
        slew = registers.pressure_word(max(0.1, slew_per_s))
        self._orders[channel] = (mode, registers.pressure_word(max(0.0, target)), slew, 0, 0)
        return self._order(Order.NONE, channel)

    def read(self, channel: int) -> Reading:
        """Read a channel without renewing its lease."""
        self._must_have(channel)
        started = time.monotonic()
        count = self._span(channel)
        words = self._exchange(Request(Function.READ_INPUT, Input.STATE, count))
        return self._reading(channel, words, started)

    def vent(self) -> bool:
        """Open every valve. True only if the box said so; never raises, because this is called when all else failed."""
        self._orders.clear()
        return any(self._vent_once() for _ in range(VENT_TRIES))

    def _vent_once(self) -> bool:
        try:
            return self._line.ask_until(self.vent_bytes, self.vent_bytes, self._timeout_s)
        except (OSError, termios.error, ValueError):
            return False

    def clear_fault(self) -> Reading:
        """Take a latched fault back, at a person's word. Refused above 20, or while its cause lasts."""
        try:
            return self._order(Order.CLEAR_FAULT, 0)
        except ControllerRefusedError:
            raise ControllerRefusedError(
                "the cuff is not empty yet, or the cause of the fault lasts"
            ) from None

    def close(self) -> None:
        """Give the port back. The lease vents what is still inflated."""
        self._line.close()

    def _must_have(self, channel: int) -> None:
        if not 0 <= channel < self._known.channels:
            raise ControllerRefusedError(f"it has no channel {channel + 1}")

    def _span(self, channel: int) -> int:
        """How many registers reach from the state to the end of this channel."""
        return registers.channel_input(channel + 1) - Input.STATE

    def _order(self, order: Order, channel: int) -> Reading:
        """Write an order and read the state back in one exchange."""
        self._sequence = (self._sequence + 1) % WORD
        values = [self._sequence, self._fence, order, LEASE_MS, self._ceiling_word, self._max_inflated_s]
        if order is Order.NONE:
            values += self._channel_words(channel)
        started = time.monotonic()
        read_at = registers.MIRROR + Input.STATE
        asked = Request(
            Function.WRITE_AND_READ, read_at, self._span(channel), Holding.SEQUENCE, tuple(values)
        )
        return self._reading(channel, self._exchange(asked), started, self._sequence)

    def _channel_words(self, channel: int) -> list[int]:
        """The block up to this channel. Those before it are left as they are, and not fed."""
        gap = [0] * (registers.CHANNEL_HOLDINGS - Holding.MAX_INFLATED - 1)
        leave = [Mode.LEAVE] + [0] * (registers.CHANNEL_HOLDING_SIZE - 1)
        return [*gap, *leave * channel, *self._orders[channel]]

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
        try:
            head = self._head_now()
        except (ControllerLostError, ControllerRefusedError):
            return "it can't do that now"
        return self._why_not_now(head)

    def _why_not_now(self, head: registers.Head) -> str:
        if head.faults or head.state is BoxState.FAULT:
            return registers.fault_words(head.faults) or "it reports a fault"
        if head.state in (BoxState.DEFLATING, BoxState.INFLATING, BoxState.HOLDING):
            return "the cuff still holds pressure"
        if head.fence != self._fence:
            return "a newer session has taken it over"
        return "it is not armed"

    def _head_now(self) -> registers.Head:
        request = Request(Function.READ_INPUT, Input.STATE, Input.FENCE - Input.STATE + 1)
        started = time.monotonic()
        return self._fresh_head(self._exchange(request), started)

    def _fresh_head(self, words: tuple[int, ...], started: float) -> registers.Head:
        try:
            head = registers.parse_head(words)
        except ValueError:
            raise ControllerLostError("The controller reports a state that does not exist.") from None
        self._freshness.check(head.uptime_ms, asked_at=started, now=time.monotonic())
        return head

    def _reading(
        self, channel: int, words: tuple[int, ...], started: float, sequence: int | None = None
    ) -> Reading:
        """A reading out of a state block. `sequence` is the one it must echo, None for a plain read."""
        head = self._fresh_head(words, started)
        if sequence is not None and head.sequence != sequence:
            raise ControllerLostError("The controller answered an older question.")
        at = registers.channel_input(channel) - Input.STATE
        seen = registers.parse_channel(words[at : at + registers.CHANNEL_INPUT_SIZE])
        return Reading(
            channel=channel,
            pressure=seen.pressure,
            target=seen.target,
            state=head.state,
            faults=head.faults,
            lease_left_ms=seen.lease_left_ms,
            uptime_ms=head.uptime_ms,
            second_sensor=seen.second_sensor,
            pump_permille=seen.pump_permille,
            round_trip_s=time.monotonic() - started,
        )


def _is_only(faults: Faults, of: Faults) -> bool:
    """True if there is a fault and it is one of those."""
    return bool(faults) and not faults & ~of
