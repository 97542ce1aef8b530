"""A self-test of a controller: opened like a training, for nobody."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from devices.domain.units import Scale
from devices.models import Channel, Controller
from devices.selectors import channels_of
from kaatsu_clinic.accounts.models import User
from protocols.domain.plan import Plan
from sessions.domain import self_test
from sessions.models import TrainingSession
from sessions.services.live import NotReadyError


def open_self_test(
    *, controller: Controller, supervisor: User, facts: self_test.Facts, now: datetime
) -> TrainingSession:
    """Open a self-test of all cuffs of a box, or raise NotReadyError with every objection."""
    channels = channels_of(controller)
    objections = [*self_test.objections(facts), *_without_cuffs(channels)]
    if objections:
        raise NotReadyError(objections)
    try:
        with transaction.atomic():
            return TrainingSession.objects.create(
                patient=None,
                channel=channels[0],
                controller=controller,
                supervisor=supervisor,
                scale=controller.scale,
                plan=_plan(controller, channels).to_json(),
                preflight={
                    name: None if value is None else str(value) for name, value in asdict(facts).items()
                },
                opened_at=now,
            )
    except IntegrityError:
        raise NotReadyError(
            [_("A session is already running on this controller. It stands under “Live”.")]
        ) from None


def _without_cuffs(channels: Sequence[Channel]) -> list[str]:
    return [] if channels else [_("The controller has no cuff.")]


def _plan(controller: Controller, channels: Sequence[Channel]) -> Plan:
    """Each cuff up to what it and its box are rated for."""
    rated = [
        self_test.OnChannel(one.number, min(controller.rated_maximum, one.cuff_model.rated_maximum))
        for one in channels
    ]
    return self_test.plan(Scale(controller.scale), rated)
