"""The pages about a patient: find, register, look, screen, clear, measure, flare. Only for clinicians (kaatsu_clinic.access)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kaatsu_clinic.accounts.models import CLINICIANS, Role
from kaatsu_clinic.http import SignedInRequest
from patients import selectors, services
from patients.domain.findings import Severity
from patients.domain.screening import Verdict
from patients.forms import (
    REASON_PREFIX,
    ClearForm,
    FlareForm,
    MeasureForm,
    ReasonForm,
    RegisterForm,
    ScreeningForm,
    refuse,
)
from patients.models import Patient, Screening

PER_PAGE = 25
PAGE = require_http_methods(["GET", "POST"])


@require_safe
def list_(request: SignedInRequest) -> HttpResponse:
    """The clinic's patients, by name, searched by name or record number."""
    words = request.GET.get("q", "").strip()
    found = (
        Patient.objects.treated_by(request.user).matching(words).order_by("family_name", "given_name", "pk")
    )
    page = Paginator(selectors.with_facts(found), PER_PAGE).get_page(request.GET.get("page"))
    today = timezone.localdate()
    rows = [(patient, selectors.flags(patient, today)) for patient in page]
    return render(request, "patients/list.html", {"page": page, "rows": rows, "words": words})


@PAGE
def register(request: SignedInRequest) -> HttpResponse:
    """A new patient, in the clinical phase."""
    clinics = list(request.user.clinics_as(*CLINICIANS))
    form = RegisterForm(
        request.POST or None, clinics=clinics, initial={"number": selectors.next_free_number(clinics[0].pk)}
    )
    if form.is_valid():
        try:
            patient = services.register_patient(**form.cleaned_data, by=request.user, now=timezone.now())
        except services.RefusedError as refusal:
            refuse(form, refusal.objections)
        else:
            messages.success(request, _("{name} is registered. Next: the screening.").format(name=patient))
            return redirect("patients:detail", patient.pk)
    return render(request, "patients/register.html", {"form": form})


@require_safe
def detail(request: SignedInRequest, patient_id: int) -> HttpResponse:
    """Where a patient stands, and what may be done next."""
    patient = _patient(request, patient_id)
    today = timezone.localdate()
    screening, decision = selectors.latest_screening(patient), selectors.latest_decision(patient)
    return _page(
        request,
        "patients/detail.html",
        patient,
        standing=selectors.standing(patient, today),
        decision=decision,
        reasons=selectors.signed_reasons(decision) if decision else [],
        screening=screening,
        verdict=selectors.verdict_of(screening) if screening else None,
        screening_reasons=selectors.reasons_of(screening) if screening else [],
        is_expired=bool(screening and screening.valid_until < today),
        trends=selectors.trends(patient),
        flare=selectors.open_flare(patient),
        phase_change=patient.phase_changes.order_by("decided_at", "pk").last(),
    )


@PAGE
def screen(request: SignedInRequest, patient_id: int) -> HttpResponse:
    """The screening questions. Nothing is chosen beforehand; each needs an answer."""
    patient = _patient(request, patient_id)
    form = ScreeningForm(request.POST or None)
    if form.is_valid():
        record = services.record_screening(
            patient=patient, answers=form.cleaned_data, by=request.user, now=timezone.now()
        )
        messages.success(request, _("The screening is saved."))
        return redirect("patients:screening", patient.pk, record.pk)
    return _page(request, "patients/screen.html", patient, form=form)


@require_safe
def screening(request: SignedInRequest, patient_id: int, screening_id: int) -> HttpResponse:
    """What one screening found, with reasons and sources, fit to print for the referrer."""
    patient = _patient(request, patient_id)
    record = get_object_or_404(patient.screenings.select_related("screened_by"), pk=screening_id)
    latest = selectors.latest_screening(patient)
    return _page(
        request,
        "patients/screening.html",
        patient,
        screening=record,
        verdict=selectors.verdict_of(record),
        chapters=_by_severity(record),
        is_latest=latest is not None and latest.pk == record.pk,
        decision=record.clearances.order_by("signed_at", "pk").last(),
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
    patient = _patient(request, patient_id)
    record = _screening_to_sign(request, patient)
    if record is None:
        messages.error(request, _("There is no screening to sign for. Screen first."))
        return redirect("patients:detail", patient.pk)
    found = selectors.findings_of(record)
    form = ClearForm(request.POST or None, record=record, found=found)
    if form.is_valid() and _decide(request, form, record):
        return redirect("patients:detail", patient.pk)
    return _page(
        request,
        "patients/clear.html",
        patient,
        form=form,
        screening=record,
        verdict=selectors.verdict_of(record),
        barring=[one for one in found if one.severity is Severity.ABSOLUTE],
        notes=[one for one in found if not one.decides],
        is_barred=selectors.verdict_of(record) is Verdict.BARRED,
    )


@PAGE
def withdraw_clearance(request: SignedInRequest, patient_id: int, clearance_id: int) -> HttpResponse:
    """Take a clearance back, with a reason. It ends at once."""
    patient = _patient(request, patient_id)
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
    return _page(request, "patients/withdraw_clearance.html", patient, form=form, clearance=clearance)


@PAGE
def measure(request: SignedInRequest, patient_id: int) -> HttpResponse:
    """Numbers taken now or earlier: pain, blood pressure, heart rate, CRP, chair stands."""
    patient = _patient(request, patient_id)
    form = MeasureForm(request.POST or None, now=timezone.now())
    if form.is_valid():
        try:
            services.record_measurements(
                patient=patient,
                values=form.values(),
                measured_at=form.cleaned_data["measured_at"],
                note=form.cleaned_data["note"],
                by=request.user,
            )
        except services.RefusedError as refusal:
            refuse(form, refusal.objections)
        else:
            messages.success(request, _("The measurements are saved."))
            return redirect("patients:detail", patient.pk)
    return _page(request, "patients/measure.html", patient, form=form, trends=selectors.trends(patient))


@PAGE
def report_flare(request: SignedInRequest, patient_id: int) -> HttpResponse:
    """A flare has begun: it is on the banner of every page until it has ended."""
    patient = _patient(request, patient_id)
    form = FlareForm(request.POST or None, today=timezone.localdate())
    if form.is_valid():
        try:
            services.report_flare(patient=patient, **form.cleaned_data, by=request.user)
        except services.RefusedError as refusal:
            refuse(form, refusal.objections)
        else:
            messages.success(request, _("The flare is recorded. Training waits until it has ended."))
            return redirect("patients:detail", patient.pk)
    return _page(request, "patients/report_flare.html", patient, form=form)


@require_POST
def end_flare(request: SignedInRequest, patient_id: int) -> HttpResponse:
    """The flare is over as of today."""
    patient = _patient(request, patient_id)
    if flare := selectors.open_flare(patient):
        services.end_flare(flare=flare, ended_on=timezone.localdate())
        messages.success(request, _("The flare has ended."))
    return redirect("patients:detail", patient.pk)


def _patient(request: SignedInRequest, patient_id: int) -> Patient:
    return get_object_or_404(Patient.objects.treated_by(request.user), pk=patient_id)


def _page(request: SignedInRequest, template: str, patient: Patient, **context: Any) -> HttpResponse:
    """A page about one patient, with the banner's flags."""
    flags = selectors.flags(patient, timezone.localdate())
    return render(request, template, {"patient": patient, "flags": flags, **context})


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
        valid_until=form.cleaned_data["valid_until"],
        by=request.user,
        now=timezone.now(),
    )
    messages.success(request, _("Signed: cleared to train."))


def _refuse(request: SignedInRequest, form: ClearForm, record: Screening) -> None:
    reason = form.cleaned_data["conditions"]
    services.refuse_clearance(screening=record, reason=reason, by=request.user, now=timezone.now())
    messages.success(request, _("Signed: not cleared."))


def _by_severity(record: Screening) -> list[tuple[Severity, list[Any]]]:
    """The findings in chapters, the gravest first, without empty ones."""
    found = selectors.findings_of(record)
    chapters = ((severity, [one for one in found if one.severity is severity]) for severity in Severity)
    return [(severity, rows) for severity, rows in chapters if rows]
