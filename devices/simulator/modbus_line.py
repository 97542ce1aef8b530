"""Modbus on the box's side of the line: whole requests out of a stream of bytes, answers to them."""

from collections.abc import Callable, Sequence

from devices.domain import wire
from devices.domain.framing import Rtu

Answer = Callable[[wire.Request], bytes]
RTU = Rtu()
Replies = list[tuple[bytes, int]]


def hear(
    received: bytes, answer: Answer, vent_frames: Sequence[bytes], framing: Rtu = RTU
) -> tuple[bytes, Replies]:
    """Answer every whole request. Returns the bytes that are left and the replies, each with its request's size.

    Rubbish is thrown away, but a whole vent frame in it is obeyed: a host that died in mid-frame may be before it.
    """
    replies: Replies = []
    while True:
        try:
            length = framing.request_length(received)
            if length is None or len(received) < length:
                return received, replies
            frame, rest = received[:length], received[length:]
            reply = answer(framing.parse_request(frame))
        except wire.BadFrameError:
            vents = [vent for vent in vent_frames if vent in received]
            return b"", replies + [(answer(framing.parse_request(vent)), len(vent)) for vent in vents]
        except wire.RefusedError as refused:
            reply = framing.refusal_frame(framing.function_of(frame), refused.refusal)
        received = rest
        replies.append((reply, len(frame)))
