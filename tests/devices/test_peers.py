"""Programs that others wrote speak to our simulated box through the pseudo-terminal: the wire is Modbus, not our idea of it."""

from collections.abc import Iterator

import minimalmodbus
import pytest
from pymodbus.client import ModbusSerialClient

from devices.domain import registers
from devices.domain.box import BoxState
from devices.domain.registers import Mode, Order
from tests.waiting import until

UNIT = 1
ARM = [1, 5, Order.ARM, 1000, 2000, 60]
HOLD_80 = [2, 5, Order.NONE, 1000, 2000, 60, 0, 0, 0, 0, Mode.TARGET, 800, 300, 0, 0]
DRIVE_HALF = [2, 5, Order.NONE, 1000, 2000, 60, 0, 0, 0, 0, Mode.DRIVE, 0, 0, 500, 0]
AGAIN = [2, *ARM[1:]]
CLEAR = [3, 5, Order.CLEAR_FAULT, 1000, 2000, 60]


def pump_permille(client: ModbusSerialClient) -> int:
    words = client.read_input_registers(registers.channel_input(0), count=10, device_id=UNIT).registers
    return registers.parse_channel(tuple(words)).pump_permille


@pytest.fixture
def pymodbus(bench) -> Iterator[ModbusSerialClient]:
    client = ModbusSerialClient(bench.port, baudrate=115_200, timeout=1, retries=0)
    assert client.connect()
    yield client
    client.close()


@pytest.fixture
def minimal(bench) -> Iterator[minimalmodbus.Instrument]:
    instrument = minimalmodbus.Instrument(bench.port, UNIT)
    instrument.serial.baudrate = 115_200
    instrument.serial.timeout = 1
    yield instrument
    instrument.serial.close()


def test_pymodbus_reads_who_it_is(pymodbus, bench):
    words = pymodbus.read_input_registers(0, count=20, device_id=UNIT).registers

    assert registers.parse_identity(tuple(words)).serial_number == "SIM00001"


def test_pymodbus_arms_and_inflates_in_one_exchange_each(pymodbus, bench):
    state = registers.MIRROR + registers.Input.STATE
    terms = {"read_address": state, "read_count": 20, "write_address": 0, "device_id": UNIT}

    armed = pymodbus.readwrite_registers(**terms, values=ARM).registers
    held = pymodbus.readwrite_registers(**terms, values=HOLD_80).registers

    assert armed[0] == BoxState.ARMED
    assert registers.parse_channel(tuple(held[10:])).target == 80
    assert bench.control.state()["target"] == [80]


def test_pymodbus_vents_by_coil(pymodbus, bench):
    pymodbus.write_registers(0, ARM, device_id=UNIT)
    pymodbus.write_registers(0, HOLD_80, device_id=UNIT)

    assert not pymodbus.write_coil(0, True, device_id=UNIT).isError()

    assert not bench.is_armed


def test_pymodbus_drives_pump_and_valve_until_they_shut_by_themselves(pymodbus, bench):
    pymodbus.write_registers(0, ARM, device_id=UNIT)
    at = registers.MIRROR + registers.channel_input(0)
    terms = {"read_address": at, "read_count": 10, "write_address": 0, "device_id": UNIT}

    driven = pymodbus.readwrite_registers(**terms, values=DRIVE_HALF).registers

    assert registers.parse_channel(tuple(driven)).pump_permille == 500
    until(lambda: pump_permille(pymodbus) == 0)


def test_pymodbus_clears_a_fault_once_the_cuff_is_empty(pymodbus, bench):
    pymodbus.write_registers(0, ARM, device_id=UNIT)
    until(lambda: bench.control.state()["faults"] == ["LEASE"])

    assert pymodbus.write_registers(0, AGAIN, device_id=UNIT).exception_code == 4
    assert not pymodbus.write_registers(0, CLEAR, device_id=UNIT).isError()

    assert bench.control.state()["faults"] == []
    assert not pymodbus.write_registers(0, [4, *ARM[1:]], device_id=UNIT).isError()


def test_minimalmodbus_drives_and_clears(minimal, bench):
    minimal.write_registers(0, ARM)
    minimal.write_registers(0, DRIVE_HALF)
    assert bench.control.state()["valve_open"] == [False]
    until(lambda: bench.control.state()["faults"] == ["LEASE"])
    until(lambda: bench.true_pressure < 5)

    minimal.write_registers(0, CLEAR)

    assert bench.control.state()["faults"] == []


def test_pymodbus_sees_our_refusals(pymodbus):
    assert pymodbus.write_registers(0, HOLD_80, device_id=UNIT).exception_code == 4
    assert pymodbus.write_registers(0, [*ARM[:3], 9999], device_id=UNIT).exception_code == 3
    assert pymodbus.read_input_registers(500, count=1, device_id=UNIT).exception_code == 2


def test_minimalmodbus_reads_the_state(minimal, bench):
    assert minimal.read_register(0, functioncode=4) == registers.MAGIC
    assert minimal.read_register(registers.Input.STATE, functioncode=4) == BoxState.VENTED
    assert minimal.read_register(registers.channel_input(0), 1, functioncode=4, signed=True) == pytest.approx(
        0, abs=2
    )


def test_minimalmodbus_arms_and_vents(minimal, bench):
    minimal.write_registers(0, ARM)
    assert bench.is_armed

    minimal.write_register(2, Order.VENT_ALL, functioncode=6)

    assert not bench.is_armed


def test_minimalmodbus_sees_our_refusals(minimal):
    with pytest.raises(minimalmodbus.IllegalRequestError):
        minimal.read_register(500, functioncode=4)
    with pytest.raises(minimalmodbus.SlaveReportedException):
        minimal.write_registers(0, HOLD_80)
