"""A simulated channel as registers."""

from devices.domain.registers import pressure_word
from devices.simulator.channel import SimulatedChannel


def input_words(channel: SimulatedChannel, lease_s: float) -> list[int]:
    """The ten input registers: what it is like."""
    flow = round(channel.flow_ml_s * 10) & 0xFFFF
    return [
        pressure_word(channel.measured),
        pressure_word(channel.target),
        max(0, round(lease_s * 1000)),
        round(channel.pump * 1000),
        int(channel.pump > 0),
        round(channel.exhaust * 1000),
        flow,
        pressure_word(channel.second),
        pressure_word(channel.pulse.amplitude),
        0,
    ]


def holding_words(channel: SimulatedChannel) -> list[int]:
    """The five holding registers: what it was told."""
    drives = [round(channel.pump * 1000), round(channel.exhaust * 1000)]
    return [channel.mode, pressure_word(channel.target), pressure_word(channel.slew_per_s), *drives]
