"""Questions and orders to a PACE, one line at a time: each order chased for errors and read back, each answer whole."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from devices.domain import pace as wire
from devices.domain.pace import Header, Order
from devices.drivers.errors import ControllerLostError, ControllerRefusedError
from devices.drivers.port import Line

Said = TypeVar("Said")
Meant = TypeVar("Meant")

BITS_PER_BYTE = 10
VALUE_BYTES = 16
"""What a value takes beyond its header, at most; the words of an error may be longer."""

MOST_ERRORS = 20


class Conversation:
    """One line to the box. Raises ControllerLostError for an answer that can't be trusted."""

    def __init__(self, line: Line, reply_timeout_s: float, baud_rate: int, terminator: bytes) -> None:
        self._line = line
        self._timeout_s, self._baud_rate, self._terminator = reply_timeout_s, baud_rate, terminator
        self._has_stale_errors = True

    def ask(self, header: Header) -> str:
        """One question."""
        return self.exchange((), [header])[header]

    def set(self, *orders: Order) -> None:
        """Orders that must be taken. Raises ControllerRefusedError for an error, or for another value read back."""
        said = self.exchange(orders, [wire.ERROR, *(order.header for order in orders)])
        if words := self.error_in(said[wire.ERROR]):
            raise ControllerRefusedError(words)
        for order in orders:
            if not trusted(order.is_done_by, said[order.header]):
                raise ControllerRefusedError(f"it did not take {order.text}, it says {said[order.header]}")

    def exchange(self, orders: Sequence[Order], asked: Sequence[Header]) -> Mapping[Header, str]:
        """One line there, one line back with an answer to each thing that was asked."""
        question = wire.line(orders, asked, self._terminator)
        patience_s = self.patience_s(question, asked)
        had_stale_errors, self._has_stale_errors = self._has_stale_errors, True
        reply = self._line.ask(question, lambda received: wire.reply_length(received, asked), patience_s)
        said = trusted(lambda line: wire.answers(line, asked), wire.last_line(reply))
        self._has_stale_errors = had_stale_errors
        return dict(zip(asked, said, strict=True))

    def forget_errors(self) -> None:
        """Empty the queue of what others left in it."""
        for _ in range(MOST_ERRORS):
            self.error_in(self.ask(wire.ERROR))
            if not self._has_stale_errors:
                return
        raise ControllerLostError("The controller does not stop to report errors.")

    def error_in(self, value: str) -> str:
        """An error in words. After an answer that was lost, an error is only what that question left behind."""
        complaint = trusted(wire.complaint, value)
        if not complaint.code:
            self._has_stale_errors = False
        is_ours = complaint.code and not self._has_stale_errors
        return f"it reports error {complaint.code}, {complaint.words}" if is_ours else ""

    def patience_s(self, question: bytes, asked: Sequence[Header]) -> float:
        """The box's time to think, and that of the bytes on the line."""
        answer_bytes = sum(len(header.text) + VALUE_BYTES for header in asked)
        return self._timeout_s + (len(question) + answer_bytes) * BITS_PER_BYTE / self._baud_rate


def trusted(parse: Callable[[Said], Meant], said: Said) -> Meant:
    """What an answer means. Raises ControllerLostError for one that can't be read."""
    try:
        return parse(said)
    except wire.BadReplyError as error:
        raise ControllerLostError(str(error)) from error
