"""The published register map says what the code does, row by row and byte by byte."""

import re
from enum import IntEnum
from pathlib import Path

import pytest

from devices.domain import box, registers, wire
from devices.simulator.firmware import Firmware

PAGE = Path(__file__).parents[2] / "docs" / "register-map.md"
ROW = re.compile(r"^\| (\d+) \| ([A-Z_]+) \|")


def tables() -> list[dict[str, int]]:
    """The tables of the page in order: names with their numbers."""
    found: list[dict[str, int]] = []
    for line in PAGE.read_text().splitlines():
        if line.startswith("|---"):
            found.append({})
        elif row := ROW.match(line):
            found[-1][row[2]] = int(row[1])
    return found


def names(enum: type[IntEnum]) -> dict[str, int]:
    return {member.name: member.value for member in enum}


def test_every_table_of_the_page_is_in_the_code():
    faults = {fault.name: fault.value for fault in box.Faults}

    assert tables() == [
        names(registers.Input),
        names(registers.ChannelInput),
        names(box.BoxState),
        faults,
        names(registers.Holding),
        names(registers.ChannelHolding),
        names(registers.Order),
        names(registers.Mode),
    ]


@pytest.mark.parametrize(
    "said",
    [
        f"0x{registers.MAGIC:X}",
        f"from {registers.MIRROR} on",
        f"{registers.CHANNEL_INPUTS} + {registers.CHANNEL_INPUT_SIZE} x `c`",
        f"{registers.CHANNEL_HOLDINGS} + {registers.CHANNEL_HOLDING_SIZE} x `c`",
        f"milliseconds, {registers.LEASE_MS_RANGE[0]} to {registers.LEASE_MS_RANGE[-1]}",
        f"for {registers.DRIVE_LIVES_S * 1000:.0f} ms, then shuts both",
    ],
)
def test_the_numbers_in_the_text_are_the_codes(said):
    assert said in PAGE.read_text()


def test_the_worked_frames_are_what_goes_over_the_line():
    box = Firmware(serial_number="KC-DEMO-01")
    box.advance(1)
    said = re.findall(r"^    (?:host|box)  +([0-9A-F ]+)$", PAGE.read_text(), re.MULTILINE)

    for asked, answered in zip(said[::2], said[1::2], strict=True):
        assert box.answer(wire.parse_request(bytes.fromhex(asked))).hex(" ").upper() == answered
        box.advance(0.05)
    assert len(said) == 10


def test_every_fault_has_words():
    assert set(box.FAULT_WORDS) == set(box.Faults)
    assert box.fault_words(box.Faults(0)) == ""
