"""What a clinician does with a suggestion: a new prescription through the usual way, or none, with a reason either way."""

from datetime import datetime

from django.db import transaction

from kaatsu_clinic.accounts.models import User
from protocols import selectors
from protocols.domain.progression import Suggestion
from protocols.models import Decision, Prescription
from protocols.services.prescribing import prescribe


class NotDecidableError(Exception):
    """The suggestion can't be taken up or declined so. Its text may be shown to people."""


@transaction.atomic
def decide(
    *,
    prescription: Prescription,
    suggestion: Suggestion,
    is_accepted: bool,
    reason: str,
    by: User,
    now: datetime,
) -> Decision:
    """Keep the decision; taken up, prescribe anew. Raises NotDecidableError or NotPrescribableError."""
    if not reason.strip():
        raise NotDecidableError("Say why, whichever way you decide.")
    if not Prescription.objects.standing().filter(pk=prescription.pk).exists():
        raise NotDecidableError("This prescription no longer stands: it was replaced or withdrawn before.")
    return Decision.objects.create(
        patient=prescription.patient,
        prescription=prescription,
        rule=suggestion.rule,
        suggestion=suggestion.to_json(),
        is_accepted=is_accepted,
        reason=reason.strip(),
        decided_at=now,
        decided_by=by,
        led_to=_taken_up(prescription, suggestion, by, now) if is_accepted else None,
    )


def _taken_up(prescription: Prescription, suggestion: Suggestion, by: User, now: datetime) -> Prescription:
    wish = selectors.wish_again(prescription, **suggestion.change)
    return prescribe(wish, instructions=prescription.instructions, by=by, now=now)
