"""What the demo writes in bulk at the end, collected while the courses are made."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from patients.models import Measurement
from sessions.models import AdverseEvent, HomeSession, PressureTrace, SessionEvent, TrainingSession

BATCH = 500


@dataclass
class Rows:
    """Unsaved rows by kind, sessions before what belongs to them."""

    sessions: list[TrainingSession] = field(default_factory=list)
    blocks: list[PressureTrace] = field(default_factory=list)
    events: list[SessionEvent] = field(default_factory=list)
    measurements: list[Measurement] = field(default_factory=list)
    home_sessions: list[HomeSession] = field(default_factory=list)
    adverse_events: list[AdverseEvent] = field(default_factory=list)

    def save(self) -> None:
        """Write all of them."""
        kinds: Sequence[tuple[Any, Sequence[Any]]] = (
            (TrainingSession, self.sessions),
            (PressureTrace, self.blocks),
            (SessionEvent, self.events),
            (Measurement, self.measurements),
            (HomeSession, self.home_sessions),
            (AdverseEvent, self.adverse_events),
        )
        for model, rows in kinds:
            model.objects.bulk_create(rows, batch_size=BATCH)
