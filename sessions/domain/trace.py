"""A session's samples, packed small enough to keep for good: zstd over columns of integers.

The journal's drain packs blocks, the worker and the pages unpack them. Pressures and targets are kept to 0.1 of
their scale and times to 1 ms, which is finer than any controller measures; what lies on that grid comes back exactly.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import zstandard
from numpy.typing import NDArray

FORMAT = 1
GAP_S = 1.0
"""Samples further apart than this are a gap: what happened between them is not known. The lease (map D7)."""

Stretch = tuple[float, float]
"""From when to when, in seconds since the session began."""

_PER_UNIT = 10
_PER_SECOND = 1000
_UNKNOWN = -32768
_LARGEST = 32767
_BYTES_PER_SAMPLE = 10
_LARGEST_BLOCK = 64 * 1024 * 1024
_HEAD = struct.Struct("<BI")

Integers = NDArray[np.signedinteger]


class TraceError(Exception):
    """The bytes are no block of samples that `pack` wrote."""


@dataclass(frozen=True)
class Point:
    """One sample: seconds since the session began, in the plan's scale. `pressure` None means not known.

    `interval` is the index in the plan's intervals, -1 outside of all of them.
    """

    t_s: float
    pressure: float | None
    target: float
    interval: int


def pack(points: Sequence[Point]) -> bytes:
    """The samples as one block."""
    columns = (
        _deltas(np.rint(np.array([one.t_s for one in points]) * _PER_SECOND).astype("<i4")),
        _deltas(_tenths([one.pressure for one in points])),
        _deltas(_tenths([one.target for one in points])),
        _deltas(np.array([one.interval for one in points], dtype="<i2")),
    )
    body = b"".join(column.tobytes() for column in columns)
    return _HEAD.pack(FORMAT, len(points)) + zstandard.compress(body)


def unpack(block: bytes | memoryview) -> list[Point]:
    """The samples of a block. Raises TraceError when it is damaged or of another format."""
    count, body = _opened(bytes(block))
    times = _sums(np.frombuffer(body, "<i4", count)).tolist()
    pressures, targets, intervals = (
        _sums(np.frombuffer(body, "<i2", count, offset)).tolist()
        for offset in (4 * count, 6 * count, 8 * count)
    )
    return [
        Point(t / _PER_SECOND, _from_tenths(p), target / _PER_UNIT, interval)
        for t, p, target, interval in zip(times, pressures, targets, intervals, strict=True)
    ]


def is_gap(earlier: Point, later: Point) -> bool:
    """Whether nothing is known between two samples."""
    return later.t_s - earlier.t_s > GAP_S


def unread(points: Sequence[Point]) -> list[Stretch]:
    """The stretches without a reading, in time order: up to the next reading, or to the last sample."""
    found: list[Stretch] = []
    for earlier, later in pairwise(points):
        if earlier.pressure is None or is_gap(earlier, later):
            began_at = found.pop()[0] if found and found[-1][1] == earlier.t_s else earlier.t_s
            found.append((began_at, later.t_s))
    return found


def clock(seconds: float) -> str:
    """Seconds as m:ss."""
    whole, rest = divmod(round(seconds), 60)
    return f"{whole}:{rest:02}"


def _opened(block: bytes) -> tuple[int, bytes]:
    try:
        written, count = _HEAD.unpack_from(block)
        body = zstandard.ZstdDecompressor().decompress(block[_HEAD.size :], max_output_size=_LARGEST_BLOCK)
    except (struct.error, zstandard.ZstdError) as damage:
        raise TraceError("The block of samples is damaged.") from damage
    if written != FORMAT or len(body) != count * _BYTES_PER_SAMPLE:
        raise TraceError("The block of samples is of another format.")
    return count, body


def _tenths(values: Sequence[float | None]) -> Integers:
    """Whole tenths. None and what is no number are not known."""
    numbers = np.array(values, dtype=float)
    known = np.isfinite(numbers)
    tenths = np.clip(np.rint(np.where(known, numbers, 0) * _PER_UNIT), -_LARGEST, _LARGEST)
    return np.where(known, tenths, _UNKNOWN).astype("<i2")


def _from_tenths(value: int) -> float | None:
    return None if value == _UNKNOWN else value / _PER_UNIT


def _deltas(column: Integers) -> Integers:
    """Differences compress far better than values; they wrap around, and so do the sums that undo them."""
    return np.diff(column, prepend=column.dtype.type(0))


def _sums(column: Integers) -> Integers:
    return np.cumsum(column, dtype=column.dtype)
