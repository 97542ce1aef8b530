"""A driver on a simulated PGVA-1 without a line, and what a loop would do with it."""

from devices.drivers.pgva import PgvaAsciiController, PgvaController
from devices.simulator.pgva import Pgva, PgvaAscii
from tests.direct import DirectLine

TICK_S = 0.05
PAIRS = [(PgvaController, Pgva), (PgvaAsciiController, PgvaAscii)]


class Host:
    """A driver on a box without a line, and what a loop would do with it."""

    def __init__(self, driver=PgvaController, box=Pgva, **terms) -> None:
        self.box = box(presets=["arm"], **terms)
        self.line = DirectLine(self.box)
        self.line.sleep(0.5)
        self.driver = driver(self.line)
        self.driver.identify()

    def arm(self, ceiling: float = 200, max_inflated_s: float = 600):
        return self.driver.arm(fence=1, ceiling=ceiling, max_inflated_s=max_inflated_s)

    def hold(self, target: float, seconds: float = 2.0, slew: float = 200):
        """Hold for so long, or until it is found wrong."""
        end = self.line.now + seconds
        while self.line.now < end:
            seen = self.driver.hold({0: target}, slew)
            if seen.faults:
                break
            self.line.sleep(TICK_S)
        return seen

    @property
    def pressure(self) -> float:
        return float(self.box.limbs[0].pressure_mmhg)
