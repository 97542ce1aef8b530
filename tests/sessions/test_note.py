"""The note of a session: saved while it is written, signed once, amended for good, and nobody's words are lost."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from protocols.domain.plan import Plan, together
from sessions import services
from sessions.domain import trace
from sessions.domain.note import fingerprint
from sessions.domain.state import Outcome
from sessions.domain.trace import Point
from sessions.models import NoteDraft, NoteEntry, OcclusionSearch, TrainingSession
from sessions.selectors import note as notes
from tests import make

pytestmark = pytest.mark.django_db
LATER = make.NOW + timedelta(minutes=9)


@pytest.fixture
def physio():
    return make.physio()


@pytest.fixture
def session(physio):
    """Ended as planned, with the reason given."""
    prescription = make.prescription(make.patient(physio))
    box = make.controller(make.clinic_of(physio), physio, cuff_model=prescription.cuff_model)
    return make.training_session(
        prescription,
        box,
        status=TrainingSession.Status.ENDED,
        outcome=Outcome.COMPLETED,
        ending_reason="The plan was done.",
        vent_confirmed=True,
        ended_at=make.NOW + timedelta(minutes=5),
        closing_reason="PLANNED",
        closed_by=physio,
    )


def seen(session):
    """The record as a page that is opened now shows it."""
    return fingerprint(notes.drafted(session))


def save(session, by, text, revision):
    return services.save_draft(
        session=session, text=text, revision=revision, record=seen(session), by=by, now=LATER
    )


def keep_typing(session, by, text, revision, record):
    return services.keep_typing(
        session=session, text=text, revision=revision, record=record, by=by, now=LATER
    )


def sign(session, by, text="All went well.", revision=0):
    return services.sign_note(
        session=session, text=text, revision=revision, record=seen(session), by=by, now=LATER
    )


def amend(session, by, text="The left side.", seen=1, reason="Side was missing"):
    return services.amend_note(session=session, text=text, reason=reason, seen=seen, by=by, now=LATER)


# Drafts


def test_a_draft_is_kept_with_who_saved_it_and_what_the_record_said(physio, session):
    draft = save(session, physio, "Mine.", 0)

    assert (draft.text, draft.revision, draft.saved_by) == ("Mine.", 1, physio)
    assert draft.drafted == notes.drafted(session)


def test_the_second_of_two_who_write_is_told_and_the_firsts_words_stay(physio, session):
    other = make.physio(make.clinic_of(physio))
    save(session, physio, "First.", 0)

    with pytest.raises(services.NoteMovedError):
        save(session, other, "Second.", 0)
    with pytest.raises(services.NoteMovedError):
        sign(session, other, "Second.", 0)

    assert NoteDraft.objects.get().text == "First."


def test_the_same_draft_sent_twice_is_one(physio, session):
    assert save(session, physio, "Mine.", 0).revision == save(session, physio, "Mine.", 0).revision


def test_the_note_of_a_measurement_says_what_it_found(physio, session):
    TrainingSession.objects.update(prescription=None)
    OcclusionSearch.objects.create(
        session=session,
        limb="LEG",
        side="LEFT",
        posture="SEATED",
        method="DOPPLER",
        found_mmhg=142,
        plus_minus_mmhg=4,
    )
    session.refresh_from_db()

    assert "Limb occlusion pressure found: 142 ± 4 mmHg." in notes.drafted(session)
    session.outcome = Outcome.STOPPED
    assert "No limb occlusion pressure was found." in notes.drafted(session)


def test_what_is_new_in_the_record_is_told_until_the_draft_is_saved_beside_it(physio, session):
    record = seen(session)
    begun = keep_typing(session, physio, "Mine", 0, record)
    make.adverse_event(session.patient, session=session, words="Bruise.")

    typed = keep_typing(session, physio, "Mine.", 1, record)
    saved = save(session, physio, "Mine.", 2)

    assert typed.drafted == begun.drafted
    assert "Bruise." in saved.drafted


def test_what_came_into_the_record_before_the_first_words_were_kept_is_told_too(client, physio, session):
    record = seen(session)
    make.adverse_event(session.patient, session=session, words="Bruise.")

    keep_typing(session, physio, "Mine", 0, record)

    client.force_login(physio)
    assert "Adverse events: Bruise." in client.get(url(session)).content.decode()


# Signing


def test_a_signature_keeps_name_role_and_time_and_the_draft_is_gone(physio, session):
    save(session, physio, "Mine.", 0)

    entry = sign(session, physio, "Mine, finished.", 1)

    assert (entry.number, entry.signed_name, entry.signed_role) == (0, physio.full_name, "Physiotherapist")
    assert entry.signed_at == LATER
    assert not NoteDraft.objects.exists()
    assert [one.is_whole for one in notes.signed(session)] == [True]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"status": TrainingSession.Status.RUNNING}, "not ended"),
        ({"outcome": Outcome.NOT_STARTED}, "Nothing was inflated"),
        ({"closing_reason": ""}, "why the session ended"),
    ],
)
def test_what_is_not_finished_is_not_signed(physio, session, fields, words):
    TrainingSession.objects.update(**fields)
    session.refresh_from_db()

    with pytest.raises(services.NoteTooEarlyError, match=words):
        sign(session, physio)


def test_an_empty_note_is_not_signed(physio, session):
    with pytest.raises(services.NoteTooEarlyError, match="empty"):
        sign(session, physio, " \n ")


def test_a_note_is_signed_once(physio, session):
    sign(session, physio)

    with pytest.raises(services.SignedBeforeError):
        sign(session, physio, "Another.")
    with pytest.raises(services.SignedBeforeError):
        save(session, physio, "Another.", 0)


def test_a_clinician_of_another_clinic_signs_nothing(physio, session):
    sign(session, physio)

    with pytest.raises(services.NoSignatoryError):
        amend(session, make.physio())


@pytest.mark.django_db(transaction=True)
def test_of_two_who_sign_in_the_same_moment_one_has_signed(physio, session):
    other = make.physio(make.clinic_of(physio))
    start = Barrier(2)

    def try_to(person):
        start.wait(10)
        try:
            return sign(session, person, f"By {person.pk}.").signed_by_id
        except services.SignedBeforeError:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor() as pool:
        signed = list(pool.map(try_to, (physio, other)))

    assert [one for one in signed if one] == [NoteEntry.objects.get().signed_by_id]


# What was signed stays


def test_no_statement_changes_a_signed_entry(physio, session):
    entry = sign(session, physio)

    with pytest.raises(IntegrityError, match="stays as it is"), transaction.atomic():
        NoteEntry.objects.filter(pk=entry.pk).update(text="Something else.")
    entry.text = "Something else."
    with pytest.raises(IntegrityError, match="stays as it is"), transaction.atomic():
        entry.save()

    assert NoteEntry.objects.get().text == "All went well."


def test_a_signed_note_keeps_its_session(physio, session):
    sign(session, physio)

    with pytest.raises(Exception, match="protected"), transaction.atomic():
        session.delete()


def test_a_text_put_under_a_seal_is_found_and_nothing_after_it_is_believed(physio, session):
    entry = sign(session, physio)
    amend(session, physio)
    fields = {
        name: getattr(entry, name) for name in ("session", "number", "signed_at", "signed_by", "digest")
    }
    entry.delete()
    forged = fields | {"signed_name": entry.signed_name, "signed_role": entry.signed_role, "text": "Forged."}
    NoteEntry.objects.create(**forged)

    assert [one.is_whole for one in notes.signed(session)] == [False, False]


def test_an_amendment_stands_below_with_its_reason_and_the_note_stays_readable(physio, session):
    lead = make.lead(make.clinic_of(physio))
    sign(session, physio)

    amend(session, lead)

    note, amendment = notes.signed(session)
    assert note.entry.text == "All went well."
    assert (amendment.entry.text, amendment.entry.reason) == ("The left side.", "Side was missing")
    assert (amendment.entry.signed_by, amendment.is_whole) == (lead, True)


def test_an_amendment_sent_twice_is_one_and_of_two_the_second_is_told(physio, session):
    sign(session, physio)
    amend(session, physio)

    amend(session, physio)
    with pytest.raises(services.NoteMovedError):
        amend(session, make.lead(make.clinic_of(physio)), "Another.")

    assert NoteEntry.objects.count() == 2


def test_only_a_signed_note_is_amended(physio, session):
    with pytest.raises(services.NotSignedError):
        amend(session, physio)


# Pages


def url(session, name="note"):
    return reverse(f"sessions:{name}", args=[session.patient_id, session.pk])


def send(client, session, do, **data):
    return client.post(url(session), {"do": do, "record": seen(session)} | data, follow=True)


def test_nobody_signs_past_what_came_into_the_record_since_the_page_was_shown(client, physio, session):
    client.force_login(physio)
    record, text = seen(session), notes.drafted(session)
    make.adverse_event(session.patient, session=session, words="Bruise.")

    page = send(client, session, "sign", text=text, revision=0, record=record)

    assert "Adverse events: Bruise." in page.content.decode()
    assert notes.signed(session) == []
    assert page.context["form"]["text"].value() == text
    again = page.context["form"]["record"].value()
    send(client, session, "sign", text=f"{text} Mine.", revision=0, record=again)
    assert len(notes.signed(session)) == 1


def test_who_meets_anothers_draft_is_still_told_what_came_into_the_record(client, physio, session):
    client.force_login(physio)
    record = seen(session)
    make.adverse_event(session.patient, session=session, words="Bruise.")
    save(session, make.physio(make.clinic_of(physio)), "Theirs.", 0)

    beside = send(client, session, "sign", text="Mine.", revision=0, record=record).context["form"]
    shown = {name: beside[name].value() for name in ("text", "revision", "record")}
    page = send(client, session, "sign", **shown)

    assert "Adverse events: Bruise." in page.content.decode()
    assert notes.signed(session) == []


def test_a_reason_that_is_changed_in_the_moment_of_signing_is_told_first(physio, session):
    before = TrainingSession.objects.get(pk=session.pk)
    record = seen(before)
    TrainingSession.objects.update(closing_reason="DEVICE")

    with pytest.raises(services.NoteBehindError):
        services.sign_note(
            session=before, text=notes.drafted(before), revision=0, record=record, by=physio, now=LATER
        )


def test_the_page_opens_with_what_the_record_says_and_keeps_nothing_by_itself(client, physio, session):
    client.force_login(physio)

    page = client.get(url(session)).content.decode()

    assert "Completed: The plan was done." in page
    assert "Patients do not see notes." in page
    assert not NoteDraft.objects.exists()
    assert not NoteEntry.objects.exists()


def test_edited_saved_signed_and_amended(client, physio, session):
    client.force_login(physio)

    assert "not signed yet" in send(client, session, "save", text="One\r\ntwo", revision=0).content.decode()
    signed = send(client, session, "sign", text="One\r\ntwo three", revision=1)
    assert "One\ntwo three" in signed.content.decode()
    amended = send(client, session, "amend", reason="Forgot", text="Four.", seen=1).content.decode()

    assert amended.index("two three") < amended.index("Four.")


def test_two_at_once_see_both_texts_and_lose_none(client, physio, session):
    other = make.physio(make.clinic_of(physio))
    save(session, other, "Theirs.", 0)
    client.force_login(physio)

    page = send(client, session, "save", text="My own words.", revision=0)

    assert "while you were writing" in page.content.decode()
    assert {"Theirs.", "My own words."} <= set(
        page.content.decode().replace("<", "\n").replace(">", "\n").split("\n")
    )
    assert page.context["form"]["revision"].value() == 1


def test_what_was_written_while_another_signed_stands_ready_as_an_amendment(client, physio, session):
    sign(session, make.physio(make.clinic_of(physio)))
    client.force_login(physio)

    page = send(client, session, "sign", text="My own words.", revision=0).content.decode()

    assert "signed in the meantime" in page
    assert "My own words." in page
    assert NoteEntry.objects.count() == 1


def test_a_record_that_changed_after_the_draft_is_shown_beside_it(client, physio, session):
    save(session, physio, "Mine.", 0)
    make.adverse_event(session.patient, session=session, words="Bruise of 4 cm.")
    client.force_login(physio)

    page = client.get(url(session)).content.decode()

    assert "The record has changed since this text was written." in page
    assert "Bruise of 4 cm." in page


def test_the_draft_is_kept_while_it_is_written(client, physio, session):
    client.force_login(physio)

    kept = client.post(url(session, "note_draft"), {"text": "Mine.", "revision": 0})
    late = client.post(url(session, "note_draft"), {"text": "Other.", "revision": 0})

    assert (kept.status_code, kept.json()["revision"]) == (200, 1)
    assert (late.status_code, physio.full_name in late.json()["error"]) == (409, True)


def test_every_printed_page_says_whose_it_is_and_which_note(client, physio, session):
    client.force_login(physio)

    unsigned = client.get(url(session, "printed")).content.decode()
    sign(session, physio)
    amend(session, physio)
    signed = client.get(url(session, "printed"))

    assert session.patient.number in unsigned
    assert "note NOT signed" in unsigned
    assert 'counter(page) " / " counter(pages)' in unsigned
    assert "note%2C 1 amendment".replace("%2C", "\\2c ") in signed.content.decode()
    assert signed["Content-Type"] == "text/css"


def test_a_number_that_tries_to_end_the_style_sheets_text_stays_text(client, physio, session):
    type(session.patient).objects.update(number='P"} body{display:none}')
    client.force_login(physio)

    sheet = client.get(url(session, "printed")).content.decode()

    assert 'P"' not in sheet
    assert sheet.count("{") == 4


def test_with_two_cuffs_each_has_its_own_numbers_on_the_page_and_in_the_note(client, physio, session):
    plan = Plan.from_json(session.plan)
    both = together([(0, "Left Thigh", plan), (1, "Right Thigh", plan)])
    for cuff, pressure in enumerate((60.0, 64.0)):
        points = [Point(n / 20, pressure, 60.0, 0) for n in range(200)]
        session.trace.create(cuff=cuff, number=0, samples=200, data=trace.pack(points))
    TrainingSession.objects.update(plan=both.to_json())
    client.force_login(physio)

    page = client.get(url(session, "detail"))

    assert [one.peak for one in page.context["sets"][0].cuffs] == [60.0, 64.0]
    assert page.content.decode().count("<td>Right Thigh</td>") == 2
    session.refresh_from_db()
    assert "Left Thigh in band 100 %, peak 60 mmHg; Right Thigh in band 100 %, peak 64 mmHg" in notes.drafted(
        session
    )


# Who may not


def test_neither_a_patient_nor_a_stranger_nor_an_administrator_reads_a_note(client, physio, session):
    sign(session, physio)
    for person, status in (
        (make.trainee(session.patient), 403),
        (make.admin(make.clinic_of(physio)), 403),
        (make.physio(), 404),
    ):
        client.force_login(person)
        assert client.get(url(session)).status_code == status
        assert client.post(url(session, "note_draft"), {"text": "x", "revision": 0}).status_code == status
