"""What the simulated firmware accepts in an order: every value is looked at before anything is done."""

from devices.domain import registers
from devices.domain.registers import LEASE_MS_RANGE, ChannelHolding, Holding, Mode
from devices.domain.wire import Refusal, RefusedError

CHANNEL_SIZE = registers.CHANNEL_HOLDING_SIZE
FULL_DRIVE = 1000
HALF_CIRCLE = 0x8000


def is_newer(fence: int, than: int) -> bool:
    """True if a 16-bit number is ahead of another, counting on past the wrap."""
    return 0 < (fence - than) & 0xFFFF < HALF_CIRCLE


def check_lease(values: tuple[int, ...]) -> None:
    """Refuse a lease that is too short to feed or too long to be safe."""
    if len(values) > Holding.LEASE and values[Holding.LEASE] not in LEASE_MS_RANGE:
        raise RefusedError(Refusal.BAD_VALUE)


def check_arm(values: tuple[int, ...], rated_maximum: float) -> None:
    """Arming takes exactly registers 0 to 5, with a ceiling the box is rated for and an end."""
    if len(values) != Holding.MAX_INFLATED + 1 or not values[Holding.MAX_INFLATED]:
        raise RefusedError(Refusal.BAD_VALUE)
    if not 0 < registers.pressure_of(values[Holding.CEILING]) <= rated_maximum:
        raise RefusedError(Refusal.BAD_VALUE)


def channel_blocks(values: tuple[int, ...]) -> list[tuple[int, ...]]:
    """The five registers of each channel in the order. Raises RefusedError for a part of a channel."""
    words = values[registers.CHANNEL_HOLDINGS :]
    if len(words) % CHANNEL_SIZE or any(values[Holding.MAX_INFLATED + 1 : registers.CHANNEL_HOLDINGS]):
        raise RefusedError(Refusal.BAD_VALUE)
    return [words[at : at + CHANNEL_SIZE] for at in range(0, len(words), CHANNEL_SIZE)]


def check_blocks(blocks: list[tuple[int, ...]], ceiling: float) -> None:
    """Refuse the whole order if one channel's part of it is out of bounds."""
    if not all(_is_allowed(block, ceiling) for block in blocks):
        raise RefusedError(Refusal.BAD_VALUE)


def _is_allowed(block: tuple[int, ...], ceiling: float) -> bool:
    mode = block[ChannelHolding.MODE]
    if mode == Mode.TARGET:
        target = registers.pressure_of(block[ChannelHolding.TARGET])
        return 0 < target <= ceiling and registers.pressure_of(block[ChannelHolding.SLEW]) > 0
    if mode == Mode.DRIVE:
        pump, exhaust = block[ChannelHolding.PUMP], block[ChannelHolding.EXHAUST]
        return max(pump, exhaust) <= FULL_DRIVE and not (pump and exhaust)
    return mode in (Mode.VENT, Mode.LEAVE)
