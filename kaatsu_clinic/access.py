"""Who may open which page: one table, deny by default (map D14).

The middleware asks it before any view runs. A URL name without a row is an error, and a test finds it first.
Roles are checked here, and so is the relation: whatever id stands in the URL must be visible to the person who
asks, else the answer is 404, as for an id that does not exist. Views fetch through `visible_to` again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.apps import apps
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _

from kaatsu_clinic.accounts.models import Role

PHYSIO, LEAD, ADMIN, PATIENT, CARER = Role
CLINICIANS = frozenset({PHYSIO, LEAD})
TRAINEES = frozenset({PATIENT, CARER})
EVERYONE = frozenset(Role)


class Relation(Enum):
    """The URL's id, its model, and which of the model's querysets must hold it for the person who asks."""

    TREATED = ("patient_id", "patients.Patient", "treated_by")
    PATIENT = ("patient_id", "patients.Patient", "visible_to")
    SESSION = ("session_id", "training.TrainingSession", "visible_to")
    EVENT = ("event_id", "training.AdverseEvent", "visible_to")
    CONTROLLER = ("controller_id", "devices.Controller", "visible_to")
    PROTOCOL = ("protocol_id", "protocols.Protocol", "visible_to")

    def holds(self, user: Any, ids: dict[str, Any]) -> bool:
        """Whether the id in the URL is this person's to see. True for a URL without such an id."""
        field, label, scope = self.value
        if field not in ids:
            return True
        rows: QuerySet[Any] = getattr(apps.get_model(label).objects, scope)(user)
        return rows.filter(pk=ids[field]).exists()


@dataclass(frozen=True)
class Row:
    """Who may: `roles` None means anyone, signed in or not. `why` tells the reason for such a row."""

    roles: frozenset[Role] | None
    relations: tuple[Relation, ...] = ()
    why: str = ""


ANYONE = Row(None, why="sign-in and health")
SIGNED_LINK = Row(None, why="the link itself is signed for one session (map D8)")
MEMBERS = Row(EVERYONE)
PATIENT_PAGE = Row(CLINICIANS, (Relation.TREATED,))
OWN_PAGE = Row(CLINICIANS | TRAINEES, (Relation.PATIENT,))
SESSION_PAGE = Row(CLINICIANS, (Relation.TREATED, Relation.SESSION))
SELF_TEST_PAGE = Row(CLINICIANS, (Relation.CONTROLLER, Relation.SESSION))

TABLE: dict[str, Row] = {
    "home": MEMBERS,
    "healthz": ANYONE,
    "account_login": ANYONE,
    "account_logout": ANYONE,
    "account_inactive": ANYONE,
    "account_signup": ANYONE,
    "account_reset_password": ANYONE,
    "account_reset_password_done": ANYONE,
    "account_reset_password_from_key": ANYONE,
    "account_reset_password_from_key_done": ANYONE,
    "account_email_verification_sent": ANYONE,
    "account_confirm_email": ANYONE,
    "account_confirm_login_code": ANYONE,
    "account_reauthenticate": MEMBERS,
    "account_email": MEMBERS,
    "account_change_password": MEMBERS,
    "account_set_password": MEMBERS,
    # patients
    "patients:list": Row(CLINICIANS),
    "patients:register": Row(CLINICIANS),
    "patients:detail": PATIENT_PAGE,
    "patients:screen": PATIENT_PAGE,
    "patients:screening": PATIENT_PAGE,
    "patients:clear": Row(frozenset({LEAD}), (Relation.TREATED,)),
    "patients:withdraw_clearance": Row(frozenset({LEAD}), (Relation.TREATED,)),
    "patients:overrides": Row(frozenset({LEAD})),
    "patients:candidate": PATIENT_PAGE,
    "patients:withdraw_consent": PATIENT_PAGE,
    "patients:report_event": PATIENT_PAGE,
    "patients:swollen_leg": PATIENT_PAGE,
    "patients:close_swollen_leg": Row(frozenset({LEAD}), (Relation.TREATED,)),
    "patients:measure": PATIENT_PAGE,
    "patients:joints": PATIENT_PAGE,
    "patients:scores": PATIENT_PAGE,
    "patients:awaiting": Row(frozenset({LEAD})),
    "patients:report_flare": PATIENT_PAGE,
    "patients:end_flare": PATIENT_PAGE,
    "patients:competence": PATIENT_PAGE,
    # protocols
    "protocols:catalogue": Row(CLINICIANS),
    "protocols:detail": Row(CLINICIANS, (Relation.PROTOCOL,)),
    "protocols:write": Row(CLINICIANS),
    "protocols:retire": Row(CLINICIANS, (Relation.PROTOCOL,)),
    "protocols:patient_part": PATIENT_PAGE,
    "protocols:measure_occlusion": PATIENT_PAGE,
    "protocols:record_ramp": PATIENT_PAGE,
    "protocols:clinic_limits": Row(frozenset({LEAD})),
    "protocols:patient_limits": PATIENT_PAGE,
    "protocols:wider_plan": PATIENT_PAGE,
    "protocols:prescribe": PATIENT_PAGE,
    "protocols:prescription": PATIENT_PAGE,
    "protocols:withdraw_prescription": PATIENT_PAGE,
    # devices
    "devices:fleet": Row(CLINICIANS | {ADMIN}),
    "devices:controller": Row(CLINICIANS | {ADMIN}, (Relation.CONTROLLER,)),
    "devices:register": Row(frozenset({ADMIN, LEAD})),
    "devices:check": Row(CLINICIANS | {ADMIN}, (Relation.CONTROLLER,)),
    "devices:clear_fault": Row(CLINICIANS | {ADMIN}, (Relation.CONTROLLER,)),
    "devices:quarantine": Row(CLINICIANS | {ADMIN}, (Relation.CONTROLLER,)),
    "devices:calibrate": Row(CLINICIANS | {ADMIN}, (Relation.CONTROLLER,)),
    "devices:return_to_use": Row(frozenset({ADMIN, LEAD}), (Relation.CONTROLLER,)),
    # sessions
    "sessions:room": Row(CLINICIANS),
    "sessions:room_cards": Row(CLINICIANS),
    "sessions:stop_bar": Row(CLINICIANS),
    "sessions:open": PATIENT_PAGE,
    "sessions:measure_occlusion": PATIENT_PAGE,
    "sessions:keep_occlusion": SESSION_PAGE,
    "sessions:history": PATIENT_PAGE,
    "sessions:patient_part": PATIENT_PAGE,
    "sessions:progress": PATIENT_PAGE,
    "sessions:progression": PATIENT_PAGE,
    "sessions:end_suspensions": Row(frozenset({LEAD}), (Relation.TREATED,)),
    "sessions:console": SESSION_PAGE,
    "sessions:command": SESSION_PAGE,
    "sessions:alarm_log": SESSION_PAGE,
    "sessions:detail": SESSION_PAGE,
    "sessions:close": SESSION_PAGE,
    "sessions:note": SESSION_PAGE,
    "sessions:note_draft": SESSION_PAGE,
    "sessions:printed": SESSION_PAGE,
    "sessions:self_test": Row(CLINICIANS, (Relation.CONTROLLER,)),
    "sessions:self_test_part": Row(CLINICIANS | {ADMIN}, (Relation.CONTROLLER,)),
    "sessions:self_test_detail": SELF_TEST_PAGE,
    "sessions:self_test_console": SELF_TEST_PAGE,
    "sessions:self_test_command": SELF_TEST_PAGE,
    "sessions:self_test_alarm_log": SELF_TEST_PAGE,
    "sessions:self_test_printed": SELF_TEST_PAGE,
    "sessions:adverse_event": Row(CLINICIANS, (Relation.TREATED, Relation.EVENT)),
    "sessions:stop": SIGNED_LINK,
    "sessions:state": SIGNED_LINK,
    "sessions:watch": SIGNED_LINK,
    "sessions:telemetry": SIGNED_LINK,
    "sessions:home_plan": Row(TRAINEES, (Relation.PATIENT,)),
    "sessions:home_log": Row(TRAINEES, (Relation.PATIENT,)),
    "sessions:home_logged": Row(TRAINEES, (Relation.PATIENT,)),
    "sessions:home_history": OWN_PAGE,
    "sessions:home_flare": Row(TRAINEES, (Relation.PATIENT,)),
    "sessions:evidence": Row(CLINICIANS | {ADMIN}),
    "sessions:pressure_permission": Row(frozenset({LEAD}), (Relation.TREATED,)),
    "sessions:attention": Row(CLINICIANS),
    "sessions:read_notice": Row(CLINICIANS),
    "sessions:choose_causality": Row(frozenset({LEAD})),
    "sessions:followup": PATIENT_PAGE,
    "sessions:home_followup": Row(TRAINEES, (Relation.PATIENT,)),
    "sessions:clinic_stop_rules": Row(frozenset({LEAD})),
    "sessions:patient_stop_rules": PATIENT_PAGE,
    "sessions:rules": Row(frozenset({ADMIN, LEAD})),
    "sessions:dashboard": Row(frozenset({ADMIN, LEAD})),
}


def row_for(url_name: str) -> Row:
    """The row of a URL name. Raises ImproperlyConfigured where there is none."""
    try:
        return TABLE[url_name]
    except KeyError:
        raise ImproperlyConfigured(f"{url_name!r} has no row in the access table.") from None


def check(row: Row, user: Any, ids: dict[str, Any]) -> None:
    """Raise PermissionDenied for a wrong role, Http404 for an id that is not this person's to see."""
    if row.roles is None:
        return
    if not row.roles & user.role_names:
        raise PermissionDenied(_("Your role does not open this page."))
    if not all(relation.holds(user, ids) for relation in row.relations):
        raise Http404


def _way_back(request: HttpRequest) -> str:
    """Where to go after signing in: the page that was asked for; for a form that was sent, the page it stands on."""
    page = urlsplit(request.headers.get("Referer", ""))
    if request.method == "POST" and page.netloc == request.get_host():
        return urlunsplit(("", "", page.path, page.query, ""))
    return request.get_full_path()


class AccessMiddleware(MiddlewareMixin):
    """Asks the table before each view, and keeps clinical pages out of every cache."""

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """None to go on; a redirect to sign in, or 401 for a script, where nobody is signed in."""
        assert request.resolver_match
        row = row_for(request.resolver_match.view_name)
        if row.roles is None:
            return None
        if not request.user.is_authenticated:
            if "text/html" not in request.headers.get("Accept", ""):
                return JsonResponse(
                    {"error": _("Your sign-in has ended. Sign in again in another tab.")}, status=401
                )
            return redirect_to_login(_way_back(request), settings.LOGIN_URL)
        check(row, request.user, kwargs)
        return None

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Every page may show a person: none is stored by a browser or a proxy."""
        response.headers.setdefault("Cache-Control", "no-store")
        return response
