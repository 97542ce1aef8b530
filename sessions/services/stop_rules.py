"""A stop criterion's number made stricter, for a clinic by its medical lead, for one patient by a clinician."""

from datetime import datetime

from django.utils.translation import gettext as _

from kaatsu_clinic.accounts.models import Clinic, Role, User
from patients.models import Patient
from sessions.domain.stop_table import BY_KEY, Rule, Tightened, strictest
from sessions.models import StopLimit
from sessions.selectors.stop_rules import current_limits


class NotStricterError(Exception):
    """The number may not be set so. Its text may be shown to people."""


def set_stop_limit(
    *,
    clinic: Clinic,
    patient: Patient | None,
    key: str,
    number: float | None,
    reason: str,
    by: User,
    now: datetime,
) -> StopLimit:
    """Keep a stricter number; None takes one back. Raises NotStricterError.

    Only a medical lead sets the clinic's numbers, and only a medical lead goes back towards the built-in one.
    """
    rule, is_lead = BY_KEY[key], by.clinics_as(Role.MEDICAL_LEAD).filter(pk=clinic.pk).exists()
    if not is_lead and (patient is None or _is_laxer(rule, number, _present(rule, clinic, patient))):
        raise NotStricterError(_("Only a medical lead goes back to a less strict number."))
    if number is not None:
        _check(rule, number, _present(rule, clinic, None) if patient else rule.number)
    return StopLimit.objects.create(
        clinic=clinic, patient=patient, key=key, number=number, reason=reason, set_at=now, set_by=by
    )


def _present(rule: Rule, clinic: Clinic, patient: Patient | None) -> float:
    """The number that counts now."""
    each = [current_limits(clinic)] + ([current_limits(clinic, patient)] if patient else [])
    asked = tuple(
        {key: Tightened(one.number, "") for key, one in limits.items() if one.number is not None}
        for limits in each
    )
    return strictest(rule, asked).number


def _is_laxer(rule: Rule, number: float | None, than: float) -> bool:
    return number is None or (number < than if rule.tightens_up else number > than)


def _check(rule: Rule, number: float, than: float) -> None:
    """Raises NotStricterError for a number that is not stricter, or beyond the rule's bound."""
    if rule.bound is None:
        raise NotStricterError(_("This row has no number to tighten."))
    if _is_laxer(rule, number, than):
        words = _("This is less strict than {number:g}, which counts already.")
        raise NotStricterError(words.format(number=than))
    if rule.tightened(number) != number:
        raise NotStricterError(_("It can't be tightened further than {bound:g}.").format(bound=rule.bound))
