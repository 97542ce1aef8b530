"""Where each role lands after signing in. Pages of the apps are named by URL, never imported."""

from django.apps import apps
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from kaatsu_clinic.accounts.models import Role
from kaatsu_clinic.http import SignedInRequest

LANDINGS = {
    Role.MEDICAL_LEAD: "patients:awaiting",
    Role.PHYSIOTHERAPIST: "patients:list",
    Role.ADMIN: "sessions:dashboard",
}
"""Role -> page, the first that a person has."""


@require_safe
def home(request: SignedInRequest) -> HttpResponse:
    """Staff go to their work; patients and carers to the home plan."""
    for role, page in LANDINGS.items():
        if role in request.user.role_names:
            return redirect(page)
    return _plans(request)


def _plans(request: SignedInRequest) -> HttpResponse:
    """The one plan, a choice between several, or plain words where no record is linked yet."""
    everyone = apps.get_model("patients", "Patient").objects
    patients = list(everyone.visible_to(request.user).order_by("family_name", "given_name", "pk"))
    if len(patients) == 1:
        return redirect("sessions:home_plan", patients[0].pk)
    return render(request, "account/choose_patient.html", {"patients": patients})
