"""What every template knows of the person who asks."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from kaatsu_clinic.accounts.models import CLINICIANS, Role


def who_asks(request: HttpRequest) -> dict[str, Any]:
    """`roles`, `is_clinician` and `is_admin` of the signed-in person; `demo` for the banner."""
    roles = (
        request.user.role_names
        if getattr(request, "user", None) and request.user.is_authenticated
        else frozenset()
    )
    return {
        "roles": roles,
        "is_clinician": bool(roles & set(CLINICIANS)),
        "is_medical_lead": Role.MEDICAL_LEAD in roles,
        "is_admin": Role.ADMIN in roles,
        "is_patient": bool(roles & {Role.PATIENT, Role.CARER}),
        "demo": settings.DEMO,
    }
