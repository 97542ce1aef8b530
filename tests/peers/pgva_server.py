"""A pymodbus server with the registers of a PGVA-1, on a port, in RTU or ASCII. It does nothing but what the registers say."""

import sys

from pymodbus import FramerType
from pymodbus.constants import ExcCodes
from pymodbus.server import StartSerialServer
from pymodbus.simulator import DataType, SimData, SimDevice

PORT, FRAMER, UNIT = sys.argv[1], FramerType(sys.argv[2]), int(sys.argv[3])
STATUS, OUTPUT, SETPOINT, EXHAUST = 262, 271, 4112, 4118
EXHAUST_MANAGED, TARGET_REACHED = 1 << 10, 1 << 6
WRITE_ONE, READ_INPUT = 6, 4
STEP_MBAR = 20

told = {SETPOINT: 0, EXHAUST: 0}


async def behave(
    function: int,
    start: int,
    address: int,
    count: int,
    registers: list[int],
    values: list[int] | list[bool] | None,
) -> ExcCodes | None:
    """The pressure moves a little with each look; the status says whether the exhaust valve is managed."""
    if function == WRITE_ONE and values and address in told:
        told[address] = int(values[0])
    if function == READ_INPUT:
        away = told[SETPOINT] - registers[OUTPUT - start]
        registers[OUTPUT - start] += max(-STEP_MBAR, min(STEP_MBAR, away))
        registers[STATUS - start] = TARGET_REACHED * (not away) | EXHAUST_MANAGED * told[EXHAUST]
    return None


def words(address: int, values: list[int]) -> SimData:
    return SimData(address, values=values, datatype=DataType.REGISTERS)


INPUTS = [0] * 27
INPUTS[3:6], INPUTS[14] = [2, 1, 3], 480
HOLDINGS = [
    words(4110, [-500 & 0xFFFF, 500, 0]),
    words(4118, [0]),
    words(12294, [0x000E, 0xF012, 0x3456]),
]
BITS = [SimData(0, values=[False] * 16, datatype=DataType.BITS)]
DEVICE = SimDevice(UNIT, simdata=(BITS, BITS, HOLDINGS, [words(256, INPUTS)]), action=behave)

if __name__ == "__main__":
    StartSerialServer(DEVICE, framer=FRAMER, port=PORT, baudrate=115_200)
