"""The faults a simulated controller can be told to have, by name, and what some do to its replies."""

import random
from collections.abc import Callable, Set
from enum import StrEnum


class Fault(StrEnum):
    """Each is switched on and off through the control socket; those of ONCE happen once."""

    SILENT = "silent"
    GARBAGE = "garbage"
    BAD_CRC = "bad_crc"
    LATE_REPLY = "late_reply"
    TRUNCATE = "truncate"
    OLD_REPLY = "old_reply"
    UNPLUGGED = "unplugged"
    FREEZE_SENSOR = "freeze_sensor"
    OFFSET = "offset"
    SPIKE = "spike"
    LEAK = "leak"
    BURST = "burst"
    BLOCKED_VENT = "blocked_vent"
    PUMP_DEAD = "pump_dead"
    PUMP_STUCK = "pump_stuck"
    REFUSE = "refuse"
    RESET = "reset"
    NO_LEASE = "no_lease"
    WRONG_SERIAL = "wrong_serial"
    OLD_FIRMWARE = "old_firmware"
    EMERGENCY_STOP = "emergency_stop"
    ANALOG_SETPOINT = "analog_setpoint"
    COUNTS_IN_PSI = "counts_in_psi"
    VALVES_HELD = "valves_held"
    STRANGE_STATUS = "strange_status"
    STREAMING = "streaming"
    BUSY = "busy"
    SETPOINT_IGNORED = "setpoint_ignored"
    OUTPUT_OFF = "output_off"
    VENT_LATCHED = "vent_latched"
    TRAPPED = "trapped"
    DUPLICATE = "duplicate"
    REORDER = "reorder"
    FLIP_BIT = "flip_bit"
    OVERSIZED = "oversized"
    BAUD_MISMATCH = "baud_mismatch"
    PARTIAL_WRITE = "partial_write"
    BLOCKED_WRITE = "blocked_write"
    RE_ENUMERATE = "re_enumerate"
    HANG = "hang"
    BROWN_OUT = "brown_out"
    SLOW_CLOCK = "slow_clock"
    FALSE_HOLD = "false_hold"
    GAIN = "gain"
    NOISE = "noise"
    DRIFT = "drift"
    SECOND_OFF = "second_off"
    NO_NUMBER = "no_number"
    FULL_SCALE = "full_scale"
    NEGATIVE = "negative"
    SLOW_LEAK = "slow_leak"
    KINK = "kink"
    NO_LIMB = "no_limb"
    LARGE_CUFF = "large_cuff"


ABOUT = {
    Fault.SILENT: "hears everything, does it, answers nothing",
    Fault.GARBAGE: "answers with random bytes",
    Fault.BAD_CRC: "answers with one bit wrong",
    Fault.LATE_REPLY: "answers half a second late",
    Fault.TRUNCATE: "answers with the first half",
    Fault.OLD_REPLY: "answers with what it said before",
    Fault.UNPLUGGED: "the cable is pulled: the port hangs up and its name is gone",
    Fault.FREEZE_SENSOR: "both pressure sensors show the same value for ever",
    Fault.OFFSET: "the first pressure sensor shows 30 too much",
    Fault.SPIKE: "the first pressure sensor jumps by 80 every second for one sample",
    Fault.LEAK: "the cuff loses air as fast as a loose connector",
    Fault.BURST: "the cuff bursts",
    Fault.BLOCKED_VENT: "no air leaves through the valve",
    Fault.PUMP_DEAD: "the pump does not run",
    Fault.PUMP_STUCK: "the pump does not stop",
    Fault.REFUSE: "every order but the vent is refused",
    Fault.RESET: "the box restarts by itself, once",
    Fault.NO_LEASE: "the lease never runs out: a box that must not be trusted",
    Fault.WRONG_SERIAL: "another box is on the port",
    Fault.OLD_FIRMWARE: "it says it runs firmware 0.9",
    Fault.EMERGENCY_STOP: "its own stop button is pressed",
    Fault.ANALOG_SETPOINT: "takes its setpoint from elsewhere and ignores ours (Alicat)",
    Fault.COUNTS_IN_PSI: "counts in psi until it is told otherwise (Alicat)",
    Fault.VALVES_HELD: "somebody shut its valves: the air is trapped (Alicat)",
    Fault.STRANGE_STATUS: "reports a status that nobody expects",
    Fault.STREAMING: "streams its readings, as a dead host left it (Alicat)",
    Fault.BUSY: "is never done with an order (PGVA-1)",
    Fault.SETPOINT_IGNORED: "accepts a setpoint and holds what it held before (PGVA-1)",
    Fault.OUTPUT_OFF: "its output stays off, and setpoints change nothing (PACE)",
    Fault.VENT_LATCHED: "old firmware: says that a vent is complete until it is told VENT 0 (PACE)",
    Fault.TRAPPED: "its vent ends at once with trapped pressure (PACE)",
    Fault.DUPLICATE: "answers everything twice",
    Fault.REORDER: "the parts of an answer arrive in the wrong order",
    Fault.FLIP_BIT: "one bit of every answer is wrong, now here, now there",
    Fault.OVERSIZED: "an answer is followed by a burst of random bytes",
    Fault.BAUD_MISMATCH: "its line runs at another speed: neither side understands the other",
    Fault.PARTIAL_WRITE: "only the first half of what it is told arrives",
    Fault.BLOCKED_WRITE: "the line takes no more bytes",
    Fault.RE_ENUMERATE: "its port goes and comes back as another device, once",
    Fault.HANG: "its processor hangs, pump off and valve shut, until this fault is taken away",
    Fault.BROWN_OUT: "its supply sags: it restarts again and again (reference)",
    Fault.SLOW_CLOCK: "its clock and its lease run at half their speed (reference)",
    Fault.FALSE_HOLD: "reports that it holds, and finds nothing wrong, while the air goes (reference)",
    Fault.GAIN: "the first pressure sensor shows a fifth too much",
    Fault.NOISE: "the first pressure sensor is noisy by 15 rms",
    Fault.DRIFT: "the first pressure sensor shows 1 more each second",
    Fault.SECOND_OFF: "the second pressure sensor shows 30 too little",
    Fault.NO_NUMBER: "both pressure sensors show the lowest that a register can hold",
    Fault.FULL_SCALE: "both pressure sensors show the highest that a register can hold",
    Fault.NEGATIVE: "both pressure sensors show -60",
    Fault.SLOW_LEAK: "the cuff loses air slowly",
    Fault.KINK: "the hose is kinked: no air goes in or out; the sensing line still feels the cuff",
    Fault.NO_LIMB: "the cuff is on no limb: it takes a tenth of the air",
    Fault.LARGE_CUFF: "a cuff four times too large for its pump",
}

ONCE = frozenset({Fault.RESET, Fault.RE_ENUMERATE})
BURST_BYTES = 600


def arrived(faults_on: Set[Fault], frame: bytes) -> bytes:
    """What reaches the box of what was written to it."""
    if Fault.HANG in faults_on:
        return b""
    if Fault.BAUD_MISMATCH in faults_on:
        return _at_another_speed(frame)
    return frame[: len(frame) // 2] if Fault.PARTIAL_WRITE in faults_on else frame


def _at_another_speed(said: bytes) -> bytes:
    """At half the speed two bits are read as one, and two bytes as one."""
    return bytes(0x80 | byte >> 1 for byte in said[::2])


def spoilt(faults_on: Set[Fault], reply: bytes, before: bytes, noise: random.Random) -> bytes:
    """The reply as a broken line or box would give it. `before` is what it said last."""
    for fault, spoil in SPOILT.items():
        if fault in faults_on:
            return spoil(reply, before, noise)
    return reply


def _with_a_flipped_bit(reply: bytes, before: bytes, noise: random.Random) -> bytes:
    at, bit = noise.randrange(len(reply)), noise.randrange(8)
    return reply[:at] + bytes((reply[at] ^ 1 << bit,)) + reply[at + 1 :]


SPOILT: dict[Fault, Callable[[bytes, bytes, random.Random], bytes]] = {
    Fault.SILENT: lambda reply, before, noise: b"",
    Fault.GARBAGE: lambda reply, before, noise: noise.randbytes(len(reply)),
    Fault.BAD_CRC: lambda reply, before, noise: reply[:-1] + bytes((reply[-1] ^ 1,)),
    Fault.TRUNCATE: lambda reply, before, noise: reply[: len(reply) // 2],
    Fault.OLD_REPLY: lambda reply, before, noise: before,
    Fault.DUPLICATE: lambda reply, before, noise: reply + reply,
    Fault.REORDER: lambda reply, before, noise: reply[len(reply) // 2 :] + reply[: len(reply) // 2],
    Fault.FLIP_BIT: _with_a_flipped_bit,
    Fault.OVERSIZED: lambda reply, before, noise: reply + noise.randbytes(BURST_BYTES),
    Fault.BAUD_MISMATCH: lambda reply, before, noise: _at_another_speed(reply),
}
