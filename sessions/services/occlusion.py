"""A session that looks for a limb occlusion pressure: opened like a training, and kept as a LOP once a clinician says so."""

import math
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from devices.drivers import DRIVERS
from devices.models import Channel
from kaatsu_clinic.accounts.models import User
from patients.models import Patient
from patients.services import record_measurements
from protocols.domain.plan import Search, together
from protocols.models import OcclusionMeasurement
from protocols.services import NotRecordableError, record_occlusion
from sessions.domain import preflight, searching
from sessions.models import OcclusionSearch, TrainingSession
from sessions.selectors import stop_rules
from sessions.services.live import BUSY, NotReadyError, remember, vitals

Method = OcclusionMeasurement.Method


@dataclass(frozen=True)
class Site:
    """Whose limb, in which posture, under which cuff, and how the pulse is found."""

    patient: Patient
    limb: str
    side: str
    posture: str
    method: str
    channel: Channel


class NotKeepableError(Exception):
    """There is nothing to keep, or it is kept already. Its text may be shown to people."""


def open_search(*, site: Site, supervisor: User, facts: preflight.Facts, now: datetime) -> TrainingSession:
    """Open a measurement for a live run, or raise NotReadyError with every objection."""
    objections = preflight.objections(facts, timezone.localdate(now)) + _about_the_box(site)
    if objections:
        remember(site.patient, supervisor, facts, now)
        raise NotReadyError(objections)
    try:
        with transaction.atomic():
            record_measurements(patient=site.patient, values=vitals(facts), measured_at=now, by=supervisor)
            return _create(site, supervisor, facts, now)
    except IntegrityError:
        raise NotReadyError([BUSY]) from None


def _about_the_box(site: Site) -> list[str]:
    """A box that can't be driven, or asked often enough, can't find the pulse by itself."""
    driver = DRIVERS.get(site.channel.controller.driver)
    is_able = driver is not None and driver.shows_pulse
    if site.method == Method.AUTOMATED and not is_able:
        return [_("This controller can't find the pulse by itself. Choose Doppler or by hand.")]
    return []


def _create(site: Site, supervisor: User, facts: preflight.Facts, now: datetime) -> TrainingSession:
    channel, is_automatic = site.channel, site.method == Method.AUTOMATED
    ceiling = min(channel.controller.rated_maximum, channel.cuff_model.rated_maximum, searching.HIGHEST_MMHG)
    plan = searching.plan(Search(is_automatic, float(facts.systolic_mmhg or 0)), ceiling)
    session = TrainingSession.objects.create(
        patient=site.patient,
        channel=channel,
        controller=channel.controller,
        supervisor=supervisor,
        scale=plan.scale,
        plan=together([(channel.number, "", plan)]).to_json(),
        preflight={name: None if value is None else str(value) for name, value in asdict(facts).items()},
        stop_table=[
            row.to_json() for row in stop_rules.table_for(site.patient, facts, timezone.localdate(now))
        ],
        opened_at=now,
    )
    OcclusionSearch.objects.create(
        session=session, limb=site.limb, side=site.side, posture=site.posture, method=site.method
    )
    return session


@transaction.atomic
def keep_found(*, session: TrainingSession, by: User, now: datetime) -> OcclusionMeasurement:
    """Make what a measurement found the limb's LOP, or keep that it is not determinable. Raises NotKeepableError."""
    search = OcclusionSearch.objects.select_for_update().get(session=session)
    if search.kept_id:
        raise NotKeepableError(_("This value is kept already."))
    if session.status != TrainingSession.Status.ENDED or session.outcome != "COMPLETED":
        raise NotKeepableError(
            _("The measurement did not come to its end, so it says nothing about the limb.")
        )
    try:
        search.kept = record_occlusion(
            patient=session.wearer,
            limb=search.limb,
            side=search.side,
            posture=search.posture,
            cuff_model=session.channel.cuff_model,
            method=search.method,
            value_mmhg=None if search.found_mmhg is None else round(search.found_mmhg),
            plus_minus_mmhg=None if search.plus_minus_mmhg is None else math.ceil(search.plus_minus_mmhg),
            by=by,
            now=now,
        )
    except NotRecordableError as refusal:
        raise NotKeepableError(" ".join(refusal.objections)) from refusal
    search.save(update_fields=["kept"])
    return search.kept
