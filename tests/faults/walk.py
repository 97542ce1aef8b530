"""A session that meets one fault of the catalogue, in the whole loop faster than time, with its journal on a real disk."""

from collections.abc import Iterable
from pathlib import Path

from devices.control import journal
from devices.domain.units import VENTED_BELOW, Scale
from devices.drivers import DRIVERS
from devices.simulator.options import KINDS
from sessions.domain import record
from sessions.domain.commands import Verb
from sessions.domain.state import Live
from tests.faults.cases import InTheLoop
from tests.sessions.closed_loop import ClosedLoop, Moment

BEGINS_S, WORKS_S = 0.1, 3.0
REPLY_TIMEOUT_S = 0.1


class Walk(ClosedLoop):
    """Inflates, works, breaks, is stopped when nothing else ends it. `broke_at` is when the fault came."""

    def __init__(self, case: InTheLoop, folder: Path) -> None:
        box = KINDS[case.kind](serial_number="SIM00001", presets=[case.preset], scale=Scale.MMHG, seed=1)
        super().__init__(case.plan, kind=lambda line: DRIVERS[case.kind](line, REPLY_TIMEOUT_S), box=box)
        self.case, self.broke_at = case, 0.0
        self.path = journal.path_of(folder, 1)
        self._kept = journal.Journal(self.path, lambda entry: None)
        self._due = sorted(
            [
                (BEGINS_S, self._begin),
                (WORKS_S, self._work),
                (case.at_s, self._break),
                (case.at_s + case.stop_after_s, self._stop),
            ],
            key=lambda one: one[0],
        )

    def walk(self) -> Live:
        """To its end, with the journal closed."""
        ended = self.run(self._script)
        self._kept.close()
        return ended

    def _script(self, t: float) -> None:
        while self._due and self._due[0][0] <= t:
            self._due.pop(0)[1]()

    def _begin(self) -> None:
        self.press(Verb.INFLATE)

    def _work(self) -> None:
        self.box.limbs[0].is_moving = self.case.is_moving

    def _break(self) -> None:
        self.broke_at = self.now
        if self.case.fault:
            self.breaks(self.case.fault)
        self.case.act(self)

    def _stop(self) -> None:
        self.press(Verb.STOP)

    def _tell(self, live: Live) -> None:
        """Events first, as the task does."""
        super()._tell(live)
        for number, event in enumerate(live.events):
            self._kept.keep(journal.Entry(record.event_record(live, event, number, 0.0), is_event=True))
        if live.is_over:
            self._kept.keep(journal.Entry(record.end_record(live, 0.0, {}), is_event=True))
        self._kept.keep(journal.Entry(record.sample_record(live)))

    @property
    def kept(self) -> record.Record:
        """What the journal says."""
        return record.of(journal.read(self.path))

    @property
    def since(self) -> list[Moment]:
        """What was true and told from the fault on."""
        return [moment for moment in self.history if moment.t >= self.broke_at]

    def opened_after_s(self, since: float) -> float:
        """Until the cuff was open for good."""
        return max((m.t - since for m in self.since if m.truth[0] >= VENTED_BELOW), default=0.0)

    def told_after_s(self, words: str) -> float:
        """Until a console was told this, or is told that the session ended so."""
        told = {each: m.t - self.broke_at for m in reversed(self.since) for each in _words(m)}
        assert words in told, told
        return told[words]


def _words(moment: Moment) -> Iterable[str]:
    ending = moment.told["ending"]
    return [*(one["words"] for one in moment.told["alarms"]), *([ending["words"]] if ending else [])]
