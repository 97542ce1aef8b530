"""Both arms or both legs in one session: what the opposite limb would get."""

from django.db.models import QuerySet

from devices.models import Channel
from protocols.models import Prescription


def other_side(
    prescription: Prescription,
    channel: Channel,
    prescriptions: QuerySet[Prescription],
    channels: QuerySet[Channel],
) -> tuple[Prescription, Channel] | None:
    """The same training for the opposite limb, with a fitting cuff on another channel of the same box."""
    same = prescriptions.filter(protocol=prescription.protocol, limb=prescription.limb)
    second = same.exclude(side=prescription.side).first()
    if second is None:
        return None
    fitting = channels.filter(controller=channel.controller, cuff_model=second.cuff_model)
    free = fitting.exclude(pk=channel.pk).first()
    return (second, free) if free else None
