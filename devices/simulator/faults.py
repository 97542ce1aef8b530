"""The faults a simulated controller can be told to have, by name."""

from enum import StrEnum


class Fault(StrEnum):
    """Each is switched on and off through the control socket; RESET happens once."""

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
}
