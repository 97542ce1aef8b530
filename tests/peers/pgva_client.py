"""The maker's own client drives a PGVA-1 on a port to a pressure and back, and prints what it saw. Runs in its own environment."""

import json
import sys
import time

from pgva.pgva_communication import PGVAModbusSerial
from pgva.pgva_config import PGVASerialConfig

PORT, TARGET_MBAR = sys.argv[1], int(sys.argv[2])
GIVE_UP_AFTER_S = 20


def reached(client: PGVAModbusSerial, mbar: int) -> int:
    """The output pressure, once it is within 10 mbar of this."""
    give_up_at = time.monotonic() + GIVE_UP_AFTER_S
    while abs((seen := client.get_output_pressure()) - mbar) > 10 and time.monotonic() < give_up_at:
        time.sleep(0.05)
    return int(seen)


client = PGVAModbusSerial(PGVASerialConfig(interface="serial", com_port=PORT, baudrate=115_200))
client.toggle_pump(True)
client.set_pressure_chamber(450)
client.set_output_pressure(TARGET_MBAR)
seen = {
    "firmware": client.version,
    "reached": reached(client, TARGET_MBAR),
    "status": client.get_status_word(),
    "warnings": client.get_warning_word(),
    "errors": client.get_error_word(),
    "chamber": client.get_pressure_chamber(),
}
client.set_output_pressure(0)
print(json.dumps(seen))
