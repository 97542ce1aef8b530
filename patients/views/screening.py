"""Screen, read what it found, sign or refuse, withdraw. Only for clinicians (kaatsu_clinic.access)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kaatsu_clinic.accounts.models import Role
from kaatsu_clinic.http import SignedInRequest
from patients import selectors, services
from patients.domain import readings
from patients.domain.findings import Severity
from patients.domain.questions import QUESTIONS, Group
from patients.domain.screening import Verdict, barred_limbs
from patients.forms import REASON_PREFIX, ClearForm, ReasonForm, ScreeningForm, answer_words, refuse
from patients.models import Patient, Screening
from patients.views.page import PAGE, patient_of, patient_page


@PAGE
def screen(request: SignedInRequest, patient_id: int) -> HttpResponse:
    """The screening questions. Nothing is chosen beforehand; each needs an answer."""
    patient = patient_of(request, patient_id)
    last = selectors.latest_screening(patient)
    kept = {} if "all" in request.GET else selectors.answers_kept(patient)
    form = ScreeningForm(request.POST or None, last=last, kept=kept)
    if form.is_valid():
        try:
            now = timezone.now()
            record = services.record_screening(patient=patient, **form.terms(), by=request.user, now=now)
        except services.RefusedError as refusal:
            refuse(form, refusal.objections)
        else:
            if record.screened_at == now:
                messages.success(request, _("The screening is saved."))
            else:
                messages.info(request, _("It was sent twice. The screening is saved once."))
            return redirect("patients:screening", patient.pk, record.pk)
    return patient_page(
        request,
        "patients/screen.html",
        patient,
        form=form,
        last=last,
        due=selectors.due_reasons(patient),
        kept=[
            (question.text, answer_words(last, question.name))
            for question in QUESTIONS
            if question.name in kept
        ]
        if last
        else [],
    )


@require_safe
def screening(request: SignedInRequest, patient_id: int, screening_id: int) -> HttpResponse:
    """What one screening found, with reasons and sources, fit to print for the referrer."""
    patient = patient_of(request, patient_id)
    record = get_object_or_404(patient.screenings.select_related("screened_by"), pk=screening_id)
    latest, sheet = selectors.latest_screening(patient), selectors.sheet_of(record)
    decision = record.clearances.select_related("signed_by").order_by("signed_at", "pk").last()
    return patient_page(
        request,
        "patients/screening.html",
        patient,
        screening=record,
        verdict=selectors.verdict_of(record),
        chapters=_by_severity(record),
        barred=barred_limbs(selectors.findings_of(record)),
        answers=_all_answers(record),
        body_mass_index=readings.body_mass_index(record.readings),
        points=sheet,
        is_swelling=selectors.open_swollen_leg(patient) is not None,
        is_latest=latest is not None and latest.pk == record.pk,
        decision=decision,
        signed_reasons=selectors.signed_reasons(decision) if decision else [],
    )


@require_safe
def awaiting(request: SignedInRequest) -> HttpResponse:
    """The medical lead's home: who waits for a signature, oldest first."""
    waiting = selectors.awaiting_clearance(request.user)
    rows = [(record, selectors.verdict_of(record), selectors.reasons_of(record)) for record in waiting]
    return render(request, "patients/awaiting.html", {"rows": rows})


@PAGE
def clear(request: SignedInRequest, patient_id: int) -> HttpResponse:
    """The physician's decision on the screening that is shown: sign, or refuse."""
    patient = patient_of(request, patient_id)
    record = _screening_to_sign(request, patient)
    if record is None:
        messages.error(request, _("There is no screening to sign for. Screen first."))
        return redirect("patients:detail", patient.pk)
    found = selectors.findings_of(record)
    form = ClearForm(request.POST or None, record=record, found=found)
    if form.is_valid() and _decide(request, form, record):
        return redirect("patients:detail", patient.pk)
    return patient_page(
        request,
        "patients/clear.html",
        patient,
        form=form,
        screening=record,
        verdict=selectors.verdict_of(record),
        barring=[one for one in found if one.severity is Severity.ABSOLUTE],
        barred=barred_limbs(found),
        notes=[one for one in found if not one.decides],
        is_barred=selectors.verdict_of(record) is Verdict.BARRED,
    )


@PAGE
def withdraw_clearance(request: SignedInRequest, patient_id: int, clearance_id: int) -> HttpResponse:
    """Take a clearance back, with a reason. It ends at once."""
    patient = patient_of(request, patient_id)
    clearance = get_object_or_404(patient.clearances.select_related("signed_by"), pk=clearance_id)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            services.withdraw_clearance(
                clearance=clearance, reason=reason, by=request.user, now=timezone.now()
            )
        except services.RefusedError as refusal:
            refuse(form, refusal.objections)
        else:
            messages.success(request, _("The clearance is withdrawn. No session can start."))
            return redirect("patients:detail", patient.pk)
    return patient_page(request, "patients/withdraw_clearance.html", patient, form=form, clearance=clearance)


def _screening_to_sign(request: SignedInRequest, patient: Patient) -> Screening | None:
    """The latest screening; in an answer the one that was on the screen, so that nobody signs unseen findings."""
    if not request.user.clinics_as(Role.MEDICAL_LEAD).filter(pk=patient.clinic_id).exists():
        raise PermissionDenied(_("Only a medical lead of this patient's clinic may sign."))
    shown = request.POST.get("screening", "")
    if shown.isdecimal():
        return get_object_or_404(patient.screenings, pk=shown)
    return selectors.latest_screening(patient)


def _decide(request: SignedInRequest, form: ClearForm, record: Screening) -> bool:
    """True if the decision is signed. Else the form says why not, next to each field."""
    decide = {"sign": _sign, "refuse": _refuse}.get(request.POST.get("decision", ""))
    if decide is None:
        form.add_error(None, _("Choose one of the two buttons: sign, or do not clear."))
        return False
    try:
        decide(request, form, record)
    except services.RefusedError as refusal:
        refuse(form, refusal.objections, REASON_PREFIX)
        return False
    return True


def _sign(request: SignedInRequest, form: ClearForm, record: Screening) -> None:
    services.sign_clearance(
        screening=record,
        reasons=form.reasons(),
        conditions=form.cleaned_data["conditions"],
        limbs_left_out=form.cleaned_data["limbs_left_out"],
        valid_until=form.cleaned_data["valid_until"],
        by=request.user,
        now=timezone.now(),
    )
    messages.success(request, _("Signed: cleared to train."))


def _refuse(request: SignedInRequest, form: ClearForm, record: Screening) -> None:
    reason = form.cleaned_data["conditions"]
    services.refuse_clearance(screening=record, reason=reason, by=request.user, now=timezone.now())
    messages.success(request, _("Signed: not cleared."))


def _all_answers(record: Screening) -> list[tuple[Group, list[tuple[str, str]]]]:
    """Every question that was asked, with its answer, by chapter."""
    rows = [(one.group, one.text, answer_words(record, one.name)) for one in QUESTIONS]
    return [
        (group, [(text, said) for of, text, said in rows if of is group and said])
        for group in Group
        if any(of is group and said for of, _text, said in rows)
    ]


def _by_severity(record: Screening) -> list[tuple[Severity, list[Any]]]:
    """The findings in chapters, the gravest first, without empty ones."""
    found = selectors.findings_of(record)
    chapters = ((severity, [one for one in found if one.severity is severity]) for severity in Severity)
    return [(severity, rows) for severity, rows in chapters if rows]
