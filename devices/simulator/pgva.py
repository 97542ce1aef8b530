"""A simulated Festo PGVA-1: the maker's registers over simulated air. Advanced by dt; knows no clock, no port and no host.

It holds what it was told last, for ever: it has no lease. Powers up with setpoint zero, its exhaust valve unmanaged and
its pump off. Where its maker's clients do not say what the box does, this does the simplest thing that they allow.
"""

import random
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from devices.domain import pgva
from devices.domain.framing import Ascii, Rtu
from devices.domain.pgva import Holding, Input, Status
from devices.domain.units import Scale
from devices.domain.wire import Function, Refusal, RefusedError, Request
from devices.simulator import modbus_line
from devices.simulator.far_end import Heard
from devices.simulator.faults import Fault
from devices.simulator.limb import PRESETS, Limb
from devices.simulator.pneumatics import STEP_S, Pneumatics

BUSY_S = 0.004
REACHED_WITHIN_MBAR = 5
UNREACHED_WARNS_S, UNREACHED_FAILS_S = 60.0, 480.0
PUMP_WARNS_S, PUMP_FAILS_S = 540.0, 600.0
CHAMBER_SLACK_MBAR = 50.0
NO_RAMP = 10_000.0
STRANGE_BIT = 1 << 14

DEFAULTS: dict[int, int] = {
    Holding.VACUUM_THRESHOLD: -500 & 0xFFFF,
    Holding.CHAMBER_THRESHOLD: 500,
    Holding.SETPOINT: 0,
    Holding.MANUAL_TRIGGER: 0,
    Holding.EXHAUST: 0,
    Holding.PUMP: 0,
}
RANGES = {
    Holding.VACUUM_THRESHOLD: range(-900, -199),
    Holding.CHAMBER_THRESHOLD: pgva.CHAMBER_MBAR,
    Holding.SETPOINT: range(-pgva.RATED_MBAR, pgva.RATED_MBAR + 1),
}
SWITCH = range(2)


@dataclass
class Chamber:
    """The pressure chamber that its pump keeps full, and how long that pump has run without a rest."""

    mbar: float = 500.0
    is_pumping: bool = False
    pumped_s: float = 0.0

    fills_mbar_per_s: float = 400.0
    empties_mbar_per_ml: float = 2.0

    def step(self, threshold: int, taken_ml: float, *, can_pump: bool) -> None:
        """A hundredth of a second: the cuff takes air, the pump brings some when there is too little."""
        self.mbar -= self.empties_mbar_per_ml * taken_ml
        if self.mbar < threshold - CHAMBER_SLACK_MBAR:
            self.is_pumping = True
        if self.mbar >= threshold or not can_pump:
            self.is_pumping = False
        self.pumped_s = self.pumped_s + STEP_S if self.is_pumping else 0.0
        self.mbar = max(0.0, self.mbar + self.is_pumping * self.fills_mbar_per_s * STEP_S)


class Pgva:
    """The box with its one output. `advance` moves it on, `hear` gives it bytes, `answer` a request."""

    framing: ClassVar[Rtu] = Rtu(1)
    baud_rate = 115_200
    turnaround_s = 0.001
    frame_silence_s: float | None = 0.005

    def __init__(
        self,
        *,
        serial_number: str = "SIM00001",
        presets: Sequence[str] = ("thigh",),
        scale: Scale = Scale.MMHG,
        seed: int = 1,
        firmware: tuple[int, int, int] = (2, 0, 45),
    ) -> None:
        if len(presets) != 1 or scale is not Scale.MMHG:
            raise ValueError("A PGVA-1 has one output and counts in mbar.")
        self.serial_number, self.firmware = _mac(serial_number), firmware
        self.faults_on: set[Fault] = set()
        self.air = Pneumatics(
            limb=Limb(PRESETS[presets[0]], seed), faults=self.faults_on, noise=random.Random(seed)
        )
        self.eeprom_writes = self.vents_begun = 0
        self._unstepped_s = 0.0
        self.reset()

    @property
    def limbs(self) -> list[Limb]:
        """The truth in its cuff."""
        return [self.air.limb]

    def reset(self) -> None:
        """Power-up: nothing is remembered. The air in cuff and chamber is what it was."""
        self.holding = dict(DEFAULTS)
        self.chamber = Chamber(mbar=getattr(self, "chamber", Chamber()).mbar)
        self.errors = self.modbus_error = 0
        self.busy_s = self.unreached_s = 0.0
        self.air.open()

    def truth(self) -> dict[str, Any]:
        """What it is like inside."""
        return {
            "state": Status(self.status).name,
            "faults": [],
            "is_armed": self.setpoint_mbar > 0,
            "target": [pgva.mmhg(self.setpoint_mbar)],
            "valve_open": [self.air.exhaust == 1.0],
            "eeprom_writes": self.eeprom_writes,
        }

    @property
    def setpoint_mbar(self) -> int:
        """What it holds, in its own unit; a vacuum is negative."""
        return _signed(self.holding[Holding.SETPOINT])

    def advance(self, dt: float) -> None:
        """Move on by dt seconds, in steps of a hundredth."""
        self.busy_s = max(0.0, self.busy_s - dt)
        self._unstepped_s += dt
        while self._unstepped_s >= STEP_S:
            self._unstepped_s -= STEP_S
            self._step()

    def _step(self) -> None:
        self._regulate()
        self.air.let_air_move()
        taken_ml = max(0.0, self.air.flow_ml_s) * STEP_S
        self.chamber.step(self.holding[Holding.CHAMBER_THRESHOLD], taken_ml, can_pump=self._can_pump)
        short = abs(pgva.mmhg(self.setpoint_mbar) - self.air.measured) > pgva.mmhg(REACHED_WITHIN_MBAR)
        self.unreached_s = self.unreached_s + STEP_S if short else 0.0
        self.errors |= (self.chamber.pumped_s > PUMP_FAILS_S) << 0
        self.errors |= (self.unreached_s > UNREACHED_FAILS_S) << 1

    @property
    def _can_pump(self) -> bool:
        is_on = bool(self.holding[Holding.PUMP]) or not pgva.has_pump_switch(self.firmware)
        return is_on and not self.errors & 1 and Fault.PUMP_DEAD not in self.faults_on

    def _regulate(self) -> None:
        """Air from the chamber as long as that has more than the cuff; out only where the exhaust valve is managed."""
        manages = self.holding[Holding.EXHAUST]
        if self.setpoint_mbar <= 0:
            self.air.open()
        else:
            self.air.regulate(pgva.mmhg(self.setpoint_mbar), NO_RAMP)
        if pgva.mmhg(self.chamber.mbar) <= self.air.limb.pressure_mmhg:
            self.air.pump = 0.0
        self.air.exhaust *= manages

    def hear(self, received: bytes) -> Heard:
        """Answer every whole request."""
        begun = self.vents_begun
        rest, replies = modbus_line.hear(received, self.answer, self._vent_frames, self.framing)
        return Heard(rest, tuple(replies), vent_began=self.vents_begun > begun)

    @property
    def _vent_frames(self) -> list[bytes]:
        orders = ((Holding.SETPOINT, 0), (Holding.EXHAUST, 1))
        return [
            self.framing.request_frame(Request(Function.WRITE_ONE, write_at=at, values=(value,)))
            for at, value in orders
        ]

    def answer(self, request: Request) -> bytes:
        """Do what is asked and say so, or refuse and change nothing."""
        try:
            return self.framing.reply_frame(request, self._obey(request))
        except RefusedError as refused:
            return self.framing.refusal_frame(request.function, refused.refusal)

    def _obey(self, request: Request) -> tuple[int, ...]:
        match request.function:
            case Function.READ_INPUT:
                return _cut(self.input_registers(), request)
            case Function.READ_HOLDING:
                return _cut({**self.holding, **self._address_registers()}, request)
            case Function.WRITE_ONE:
                self._write(request.write_at, request.values[0])
                return ()
            case _:
                raise RefusedError(Refusal.UNKNOWN_FUNCTION)

    def _write(self, at: int, value: int) -> None:
        if at == Holding.STORE_EEPROM:
            self.eeprom_writes += 1
            return
        if at == Holding.RAW_CHAMBER_THRESHOLD:
            at, value = Holding.CHAMBER_THRESHOLD, round(value * pgva.MBAR_PER_COUNT)
        self._must(at in self.holding and not self._lacks(at), Refusal.UNKNOWN_REGISTER)
        self._must(_signed(value) in RANGES.get(Holding(at), SWITCH), Refusal.BAD_VALUE)
        is_vent = at == Holding.SETPOINT and not value
        self._must(is_vent or Fault.REFUSE not in self.faults_on, Refusal.NOT_NOW)
        self.busy_s = BUSY_S
        if at == Holding.SETPOINT:
            self.vents_begun += is_vent and self.setpoint_mbar > 0
            if Fault.SETPOINT_IGNORED in self.faults_on and not is_vent:
                return
        self.holding[at] = value

    def _must(self, holds: bool, refusal: Refusal) -> None:
        """An order that is not carried out leaves its mark until the next power-up."""
        if not holds:
            self.errors |= 1 << 2
            self.modbus_error = 1
            raise RefusedError(refusal)

    def _lacks(self, at: int) -> bool:
        """What this version of its firmware can't do."""
        if at == Holding.MANUAL_TRIGGER:
            return self.firmware <= pgva.MANUAL_TRIGGER_WORKS_AFTER
        return at == Holding.PUMP and not pgva.has_pump_switch(self.firmware)

    def input_registers(self) -> dict[int, int]:
        """All of them, as of now."""
        version = (0, 9, 0) if Fault.OLD_FIRMWARE in self.faults_on else self.firmware
        words = dict.fromkeys(range(Input.RAW_VACUUM, Input.ERRORS + 1), 0)
        words.update(zip(range(Input.FIRMWARE, Input.STATUS), version, strict=True))
        words[Input.STATUS] = self.status
        words[Input.CHAMBER] = round(self.chamber.mbar)
        words[Input.OUTPUT] = round(self.air.measured / pgva.MMHG_PER_MBAR) & 0xFFFF
        words[Input.MODBUS_ERROR] = self.modbus_error
        words[Input.WARNINGS] = self.warnings
        words[Input.ERRORS] = self.errors
        return words

    def _address_registers(self) -> dict[int, int]:
        mac = _mac("OTHERBOX") if Fault.WRONG_SERIAL in self.faults_on else self.serial_number
        return {Holding.MAC_ADDRESS + n: int(mac[4 * n : 4 * n + 4], 16) for n in range(3)}

    @property
    def status(self) -> int:
        """The status word."""
        is_low = self.chamber.mbar < self.holding[Holding.CHAMBER_THRESHOLD] - CHAMBER_SLACK_MBAR
        bits = {
            Status.BUSY: self.busy_s > 0 or Fault.BUSY in self.faults_on,
            Status.BUILDS_PRESSURE: self.chamber.is_pumping,
            Status.CHAMBER_LOW: is_low,
            Status.TARGET_REACHED: not self.unreached_s,
            Status.EXHAUST_MANAGED: bool(self.holding[Holding.EXHAUST]),
            Status.EXHAUST_OPEN: self.air.exhaust > 0,
        }
        unknown = STRANGE_BIT if Fault.STRANGE_STATUS in self.faults_on else 0
        return sum(bit for bit, is_set in bits.items() if is_set) | unknown

    @property
    def warnings(self) -> int:
        """The warning word: what may yet pass by itself."""
        return (self.unreached_s > UNREACHED_WARNS_S) << 4 | (self.chamber.pumped_s > PUMP_WARNS_S) << 7


class PgvaAscii(Pgva):
    """The same box with its line set to Modbus ASCII."""

    framing: ClassVar[Rtu] = Ascii(16)
    frame_silence_s: float | None = None


def _cut(words: dict[int, int], request: Request) -> tuple[int, ...]:
    """The registers asked for, all of which must exist."""
    asked = range(request.read_at, request.read_at + request.read_count)
    if not all(at in words for at in asked):
        raise RefusedError(Refusal.UNKNOWN_REGISTER)
    return tuple(words[at] for at in asked)


def _signed(word: int) -> int:
    return word - 0x10000 if word & 0x8000 else word


def _mac(serial_number: str) -> str:
    """A network address of its own for each serial number, from the range that no maker owns."""
    return f"0200{zlib.crc32(serial_number.encode()):08X}"
