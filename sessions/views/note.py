"""The note of a session: read, saved, signed, amended, and what stands at the foot of each printed page."""

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kaatsu_clinic import VERSION
from kaatsu_clinic.http import SignedInRequest
from sessions import services
from sessions.domain import note as drafting
from sessions.forms import AmendmentForm, NoteForm
from sessions.models import NoteDraft, TrainingSession
from sessions.selectors import note as notes
from sessions.views.history import about, session_for


@require_http_methods(["GET", "POST"])
def note(request: SignedInRequest, patient_id: int, session_id: int) -> HttpResponse:
    """The note as it stands: a draft to edit and sign, or what was signed, to amend."""
    session = session_for(request, session_id, patient_id=patient_id)
    if session.status != TrainingSession.Status.ENDED:
        messages.info(request, _("The note is written when the session has ended."))
        return redirect("sessions:detail", patient_id, session_id)
    if request.POST.get("do") == "amend":
        return _amend(request, session)
    if request.method == "POST":
        return _write(request, session)
    return _show(request, session)


@require_POST
def draft(request: SignedInRequest, patient_id: int, session_id: int) -> JsonResponse:
    """What is being written, kept while it is written. 409: somebody else has saved or signed in the meantime."""
    session, form = session_for(request, session_id, patient_id=patient_id), NoteForm(request.POST)
    if not form.is_valid() or session.status != TrainingSession.Status.ENDED:
        return JsonResponse({"error": _("This can't be kept.")}, status=400)
    try:
        kept = services.keep_typing(session=session, by=request.user, now=timezone.now(), **form.cleaned_data)
    except services.NoteMovedError:
        return JsonResponse({"error": _moved(session)}, status=409)
    except services.SignedBeforeError:
        return JsonResponse({"error": _("The note was signed in the meantime.")}, status=409)
    return JsonResponse({"revision": kept.revision, "words": _saved(kept)})


@require_GET
def printed(request: SignedInRequest, patient_id: int, session_id: int) -> HttpResponse:
    """The foot of every printed page: whose it is, of which session and version, when it was made, which page of how many."""
    session = session_for(request, session_id, patient_id=patient_id)
    return foot_of_the_page(
        request, f"{session.wearer.number} · {_('session')} {session.pk} · {_version(session)}"
    )


def foot_of_the_page(request: SignedInRequest, left: str) -> HttpResponse:
    """A style sheet that writes it under each printed page."""
    at = timezone.localtime()
    shown = {
        "left": _quoted(left),
        "centre": _quoted(f"KAATSU Clinic {VERSION} · {_('made')} {at:%Y-%m-%d %H:%M}"),
        "page": _quoted(_("page")),
    }
    return render(request, "sessions/print.css", shown, content_type="text/css")


def _version(session: TrainingSession) -> str:
    """Which note stands on the paper."""
    entries = session.note_entries.count()
    if not entries:
        return _("note NOT signed")
    return ngettext("note, {n} amendment", "note, {n} amendments", entries - 1).format(n=entries - 1)


def _quoted(text: str) -> SafeString:
    """Text inside the quotes of a style sheet: whatever could end them is written as its number."""
    return mark_safe("".join(one if one.isalnum() or one in " -:./·" else f"\\{ord(one):x} " for one in text))


def _write(request: SignedInRequest, session: TrainingSession) -> HttpResponse:
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _show(request, session, form)
    act = services.sign_note if request.POST.get("do") == "sign" else services.save_draft
    try:
        act(session=session, by=request.user, now=timezone.now(), **form.cleaned_data)
    except services.NoteBehindError as behind:
        return _show(request, session, form, unseen=behind.news)
    except services.NoteMovedError:
        return _show(request, session, form, theirs=notes.draft_of(session))
    except services.SignedBeforeError:
        return _signed_before(request, session, form)
    except services.NoteTooEarlyError as refusal:
        form.add_error(None, str(refusal))
        return _show(request, session, form)
    if act is services.save_draft:
        messages.success(request, _("The draft is kept. It is not signed yet."))
        return redirect("sessions:note", session.patient_id, session.pk)
    messages.success(request, _("Signed. It stays as it is; what has to be added is an amendment."))
    return redirect("sessions:detail", session.patient_id, session.pk)


def _signed_before(request: SignedInRequest, session: TrainingSession, form: NoteForm) -> HttpResponse:
    """The same text was signed: the button was pressed twice. Another one is shown beside what was signed."""
    note_entry = session.note_entries.get(number=0)
    if note_entry.text == form.cleaned_data["text"]:
        return redirect("sessions:detail", session.patient_id, session.pk)
    words = _("The note was signed in the meantime by {who}. What you wrote stands below as an amendment.")
    messages.error(request, words.format(who=note_entry.signed_name))
    amendment = AmendmentForm(
        initial={"text": form.cleaned_data["text"], "seen": session.note_entries.count()}
    )
    return _show(request, session, amendment=amendment)


def _amend(request: SignedInRequest, session: TrainingSession) -> HttpResponse:
    form = AmendmentForm(request.POST)
    if not form.is_valid():
        return _show(request, session, amendment=form)
    try:
        services.amend_note(session=session, by=request.user, now=timezone.now(), **form.cleaned_data)
    except services.NoteMovedError:
        messages.error(
            request, _("Somebody has amended the note in the meantime. Read it, then sign yours again.")
        )
        again = form.cleaned_data | {"seen": session.note_entries.count()}
        return _show(request, session, amendment=AmendmentForm(initial=again))
    except services.NotSignedError:
        messages.error(request, _("The note is not signed yet: edit the draft."))
    else:
        messages.success(request, _("Signed and added."))
    return redirect("sessions:note", session.patient_id, session.pk)


def _show(
    request: SignedInRequest,
    session: TrainingSession,
    form: NoteForm | None = None,
    *,
    theirs: NoteDraft | None = None,
    amendment: AmendmentForm | None = None,
    unseen: tuple[str, ...] = (),
) -> HttpResponse:
    kept, entries = notes.draft_of(session), notes.signed(session)
    from_record = notes.drafted(session)
    shown = {
        "session": session,
        "entries": entries,
        "kept": kept,
        "theirs": theirs,
        "form": _form(kept, from_record, form, theirs),
        "amendment": amendment or AmendmentForm(initial={"seen": len(entries)}),
        "news": unseen or (drafting.news(kept.drafted, from_record) if kept else ()),
    }
    return render(request, "sessions/note.html", about(session.wearer) | shown)


def _form(
    kept: NoteDraft | None, from_record: str, sent: NoteForm | None, theirs: NoteDraft | None
) -> NoteForm:
    """What was sent, with what now is seen; else what was kept; else what the record says.

    Beside another's text the record counts as seen only as far as it was: what came into it since is still to be told.
    """
    seen = {"record": drafting.fingerprint(from_record)}
    if sent and not sent.is_valid():
        return sent
    if sent:
        return NoteForm(initial=sent.cleaned_data | ({"revision": theirs.revision} if theirs else seen))
    return NoteForm(
        initial=seen | {"text": kept.text if kept else from_record, "revision": kept.revision if kept else 0}
    )


def _moved(session: TrainingSession) -> str:
    theirs = notes.draft_of(session)
    words = _("{who} has saved this note in the meantime. Yours is not kept yet: press Save to see both.")
    return words.format(who=theirs.saved_by if theirs else _("Somebody"))


def _saved(kept: NoteDraft) -> str:
    at = timezone.localtime(kept.saved_at)
    return _("Draft kept at {time}.").format(time=f"{at:%H:%M:%S}")
