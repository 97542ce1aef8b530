"""The note as drafted from the record: what is known is said, what is not known says so, and no judgement is added."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from devices.domain.units import Scale
from protocols.domain.plan import Plan, cycles_at, sets_at, together
from sessions.domain import note
from sessions.domain.dose import summary
from sessions.domain.note import Facts, OnLimb, draft
from sessions.domain.note_response import Before
from sessions.domain.sets import sets_done
from sessions.domain.state import Outcome
from sessions.domain.told import Told
from sessions.domain.trace import Point

PLAN = Plan(Scale.MMHG, sets_at(80.0, (30, 15), rest_s=30), 110.0, 600.0, 1200.0, lop_mmhg=200.0)
NOTHING_KNOWN = Facts(
    what="Knee extension (version 1)",
    posture="seated",
    scale=Scale.MMHG,
    supervisor="Pia Berger",
    opened_at=datetime(2026, 3, 2, 10, 0, tzinfo=UTC),
    ended_at=None,
    limbs=(OnLimb("Left Thigh", "Cuff 1, 11.5 cm", 80.0, 110.0, None, None),),
    eased=(),
    before=Before(),
    sets=sets_done(PLAN, [], [[]]),
    told=(),
    outcome=Outcome.INTERRUPTED,
    ending="",
    reason="",
    vent_confirmed=None,
    adverse_events=(),
    followups=(),
)


def held(interval, t_s, seconds, pressure=80.0):
    """So many seconds at a pressure, twenty samples a second, in one interval of the plan."""
    return [Point(t_s + n / 20, pressure, 80.0, interval) for n in range(seconds * 20)]


TRACE = [*held(0, 0, 60), *held(1, 60, 30), *held(2, 90, 20, pressure=95.0)]


def entry(t_s, signal, value, **more):
    return Told("ENTER", t_s, signal=signal, value=value, **more)


def section(text, title):
    """The lines of a section."""
    return text.split(f"{title}\n", 1)[1].split("\n\n", 1)[0].splitlines()


def test_what_nobody_knows_is_written_as_not_known():
    text = draft(NOTHING_KNOWN)

    assert "Dose not known" in text
    assert "Joint pain (0-10): during the session not known." in text
    assert "before not known/not known, during the session not known." in text
    assert "end not known" in text
    assert "Cuff open at the end: NOT known." in text
    assert "Reason: not given yet." in text
    assert "None" not in section(text, "RESPONSE")


def test_a_cuff_that_was_not_seen_open_is_said_so():
    assert "NOT confirmed: still under pressure" in draft(replace(NOTHING_KNOWN, vent_confirmed=False))
    assert "confirmed below 20 mmHg" in draft(replace(NOTHING_KNOWN, vent_confirmed=True))


def test_the_target_is_a_share_of_the_lop_only_where_one_was_measured():
    limb = NOTHING_KNOWN.limbs[0]

    assert "LOP" not in draft(NOTHING_KNOWN)
    assert "40 % of a LOP of 200 mmHg" in draft(
        replace(NOTHING_KNOWN, limbs=(replace(limb, lop_mmhg=200.0),))
    )


def test_the_worst_and_the_last_of_what_was_entered_are_told_with_their_time():
    told = (entry(60, "PAIN", 3), entry(125, "PAIN", 6), entry(200, "PAIN", 2))

    lines = section(draft(replace(NOTHING_KNOWN, told=told, before=Before(pain=1))), "RESPONSE")

    assert lines[0] == "Joint pain (0-10): before 1, highest 6 at 2 min 05 s, last 2 at 3 min 20 s."


def test_what_was_refused_or_never_answered_counts_as_nothing():
    told = (entry(60, "PAIN", 9, is_refused=True), entry(None, "PAIN", 8))

    assert "Joint pain (0-10): during the session not known." in draft(replace(NOTHING_KNOWN, told=told))


def test_symptoms_pauses_and_criteria_stand_with_their_words_in_order():
    told = (
        entry(70, "DIZZINESS", 1),
        Told("CRITERION_PAUSE", 70, "Dizzy or sick.", signal="DIZZINESS"),
        Told("RESUME", 130, "Better after a glass of water."),
        Told("PAUSE", 30, "Paused by a person."),
    )

    text = draft(replace(NOTHING_KNOWN, told=told))

    assert "Symptoms entered: Dizzy or sick (at 1 min 10 s)." in text
    assert section(text, "PAUSES AND STOP CRITERIA") == [
        "At 30 s: paused by a person: Paused by a person.",
        "At 1 min 10 s: stop criterion, paused: Dizzy or sick.",
        "At 2 min 10 s: inflated again: Better after a glass of water.",
    ]


def test_what_was_asked_for_and_not_answered_is_told_and_who_took_over():
    told = (
        Told("UNANSWERED", 60, "Joint pain, set 1."),
        Told("UNANSWERED", 120, "Effort, set 2."),
        Told("NOT_POSSIBLE", 90, "Nail varnish.", signal="CRT"),
        Told("TAKE", 80, "From Pia Berger.", by="Leo Lindqvist"),
    )

    text = draft(replace(NOTHING_KNOWN, told=told))

    assert "Asked for and not answered: Joint pain, set 1; Effort, set 2." in text
    assert "Not possible at 1 min 30 s: capillary refill. Nail varnish." in text
    assert "At 1 min 20 s Leo Lindqvist took over. From Pia Berger." in text


def test_alarms_about_the_equipment_are_told_once_each_the_gravest_first():
    told = (
        Told("ALARM_RAISED", 20, "Late.", signal="LATE", value=1.0),
        Told("ALARM_RAISED", 30, "Leak.", signal="LEAK", value=2.0),
        Told("ALARM_RAISED", 70, "Leak.", signal="LEAK", value=2.0),
        Told("ALARM_OVER", 75, signal="LEAK", value=2.0),
        Told("ALARM_SEEN", 80, "No live data.", signal="HERE_STALE", value=3.0),
        Told("ALARM_RAISED", 90, "Paused.", signal="PAUSED", value=0.0),
        Told("ALARM_RAISED", 95, "Pain.", signal="PAIN_PAUSE", value=2.0),
        Told("ALARM_RAISED", 99, "Does not empty.", signal="BLOCKED_0", value=3.0),
    )

    assert section(draft(replace(NOTHING_KNOWN, told=told)), "ALARMS") == [
        "High: No live data, first at 1 min 20 s.",
        "High: Does not empty (Left Thigh), first at 1 min 39 s.",
        "Medium: Leak, first at 30 s, 2 times.",
        "Low: Computer late, first at 20 s.",
    ]


def test_an_alarm_that_became_graver_is_told_as_grave_as_it_became_and_from_when():
    told = (
        Told("ALARM_RAISED", 30, "Leak.", signal="LEAK", value=2.0),
        Told("ALARM_RAISED", 85, "Nobody.", signal="UNTOUCHED", value=2.0),
        Told("ALARM_ESCALATED", 146, "Nobody.", signal="UNTOUCHED", value=3.0),
    )

    assert section(draft(replace(NOTHING_KNOWN, told=told)), "ALARMS") == [
        "High: Nobody at the console, first at 1 min 25 s, high from 2 min 26 s.",
        "Medium: Leak, first at 30 s.",
    ]


def test_alarms_of_one_name_are_one_line_on_each_limb():
    left, right = NOTHING_KNOWN.limbs[0], replace(NOTHING_KNOWN.limbs[0], limb="Right Thigh")
    told = (
        Told("ALARM_RAISED", 47, signal="UNWATCHED_SOON", value=3.0),
        Told("ALARM_RAISED", 52, signal="UNWATCHED", value=3.0),
        Told("ALARM_RAISED", 60, signal="PUMPS_ON_0"),
        Told("ALARM_RAISED", 61, signal="LEAK_1", value=2.0),
        Told("ALARM_RAISED", 70, signal="LEAK_0", value=2.0),
    )

    assert section(draft(replace(NOTHING_KNOWN, told=told, limbs=(left, right))), "ALARMS") == [
        "High: Nobody watches, first at 47 s, 2 times.",
        "Medium: Leak (Left Thigh), first at 1 min 00 s, 2 times.",
        "Medium: Leak (Right Thigh), first at 1 min 01 s.",
    ]


# Plan against deed


def test_each_set_tells_what_was_done_of_what_was_planned():
    told = [
        Told("INTERVAL", 0.0, value=0),
        *[Told("REPETITION", float(n)) for n in range(1, 29)],
        Told("REPETITION", 29.0, is_refused=True),
        Told("INTERVAL", 60.0, value=1),
        Told("INTERVAL", 90.0, value=2),
        Told("REPETITION", 95.0),
    ]

    first, second = sets_done(PLAN, told, [TRACE])

    assert (first.repetitions, first.planned_repetitions) == (28, 30)
    assert [first.worked_s, first.rested_s] == pytest.approx([60, 30])
    assert (first.cuffs[0].in_band, first.cuffs[0].peak) == (1.0, 80.0)
    assert (second.repetitions, second.cuffs[0].peak) == (1, 95.0)
    assert second.cuffs[0].in_band is None


def test_where_nobody_counted_the_repetitions_are_not_known_and_never_none():
    told = [Told("INTERVAL", 0.0, value=0), Told("INTERVAL", 60.0, value=1)]

    first, second = sets_done(PLAN, told, [TRACE])

    assert (first.repetitions, second.repetitions) == (None, None)
    assert "none were counted" in draft(replace(NOTHING_KNOWN, sets=(first,)))


def test_a_count_that_was_corrected_counts_as_corrected():
    told = [
        Told("INTERVAL", 0.0, value=0, signal="WORK"),
        Told("REPETITION", 1.0),
        Told("INTERVAL", 60.0, value=1, signal="REST"),
        Told("COUNT", 62.0, value=29),
        Told("INTERVAL", 90.0, value=2, signal="WORK"),
    ]

    first, second = sets_done(PLAN, told, [TRACE])

    assert (first.repetitions, second.repetitions) == (29, 0)


def test_a_set_that_was_not_reached_says_so():
    _first, second = sets_done(PLAN, [], [TRACE[:100]])

    assert not second.was_reached
    assert "Set 2: not reached." in draft(replace(NOTHING_KNOWN, sets=(second,)))


def test_a_pause_is_no_work():
    trace = [
        *held(0, 0, 20),
        *[replace(one, target=0.0, pressure=3.0) for one in held(0, 20, 60)],
        *held(0, 80, 10),
    ]

    first, _second = sets_done(PLAN, [], [trace])

    assert first.worked_s == pytest.approx(30, abs=0.1)
    assert first.cuffs[0].targets == (80.0, 80.0), "no target was applied in it"


def test_a_cycle_has_seconds_and_no_repetitions():
    plan = Plan(Scale.SKU, cycles_at((100.0, 120.0), 20, 5), 200.0, 60.0, 600.0)

    first, _second = sets_done(plan, [], [held(0, 0, 20)])

    assert (first.planned_repetitions, first.planned_s) == (None, 20)
    assert "of 20 s planned" in draft(replace(NOTHING_KNOWN, scale=Scale.SKU, sets=(first,)))


def test_the_target_of_a_set_is_what_was_applied_and_nothing_is_claimed_of_the_rest():
    cycle = tuple(replace(one, set_number=1) for one in cycles_at((60.0, 80.0, 100.0, 120.0), 20, 5))
    plan = Plan(Scale.SKU, cycle, 200.0, 60.0, 600.0)
    numbers = [index for index, one in enumerate(plan.intervals) if one.target > 0]
    trace = [
        replace(point, target=target, pressure=target)
        for place, target in enumerate((60.0, 80.0))
        for point in held(numbers[place], 20 * place, 20)
    ]

    sets = sets_done(plan, [], [trace])
    limb = replace(NOTHING_KNOWN.limbs[0], target=120.0)
    text = draft(replace(NOTHING_KNOWN, scale=Scale.SKU, sets=sets, limbs=(limb,)))

    assert "Target 60 to 80 SKU applied, highest planned 120 SKU, ceiling" in text
    assert "at 60 to 80 SKU in band 100 %, peak 80 SKU" in text
    assert sets_done(plan, [], [[]])[0].cuffs[0].targets is None


def test_each_of_two_cuffs_has_its_own_numbers():
    both = together([(0, "Left Thigh", PLAN), (1, "Right Thigh", PLAN)])
    other = [replace(one, pressure=82.0) for one in TRACE]

    first, _second = sets_done(both, [], [TRACE, other])

    assert [one.peak for one in first.cuffs] == [80.0, 82.0]


def dose_of(trace, vent_confirmed=True):
    """The section about the dose of a session that was sampled so."""
    limb = replace(NOTHING_KNOWN.limbs[0], dose=summary(trace, PLAN))
    return section(draft(replace(NOTHING_KNOWN, limbs=(limb,), vent_confirmed=vent_confirmed)), "DOSE")[0]


def test_the_sums_are_those_of_the_record():
    text = dose_of(TRACE)

    assert "Peak 95 mmHg" in text
    assert "above the ceiling 0 s" in text
    assert "at least" not in text


def test_sums_of_what_nobody_saw_are_told_as_the_least_there_was():
    unseen = [replace(one, pressure=None) for one in held(0, 15, 15)]

    text = dose_of([*held(0, 0, 15), *unseen])

    assert "Time in band at least 50 % of the time held." in text
    assert "Peak at least 80 mmHg, lowest while held at most 80 mmHg, above the ceiling at least 0 s." in text
    assert "Inflated at least 15 s (30 s with what was without a reading) in all" in text
    assert "Pressure x time at least 20 mmHg min." in text
    assert text.endswith("There may have been more than was seen: readings are missing.")


@pytest.mark.parametrize("confirmed", [None, False])
def test_sums_of_a_cuff_that_was_not_seen_open_are_the_least_there_was(confirmed):
    text = dose_of(held(0, 0, 15), vent_confirmed=confirmed)

    assert "Inflated at least 15 s in all, longest at least 15 s." in text
    assert text.endswith("There may have been more than was seen: the cuff was not seen open at the end.")


def test_a_set_with_a_gap_says_what_was_seen_of_it():
    first, second = sets_done(PLAN, [], [[*held(0, 0, 15), *held(0, 20, 5), *held(2, 25, 5)]])

    text = draft(replace(NOTHING_KNOWN, sets=(first, second)))

    assert "in band at least 80 %, peak at least 80 mmHg." in text
    assert "in band 100 %, peak 80 mmHg." in text


# Sections


def test_a_note_is_read_by_its_headings_and_nothing_of_it_is_left_out():
    text = "My own first line.\n\nDONE\nSet 1.\nSet 2.\n\nPLAN\n"

    assert note.sections(text) == (("", "My own first line."), ("DONE", "Set 1.\nSet 2."), ("PLAN", ""))


def test_what_is_new_in_the_record_is_told_line_by_line_with_its_section():
    later = replace(NOTHING_KNOWN, adverse_events=("Bruise of 4 cm. Not graded yet.",), vent_confirmed=True)

    assert note.news(draft(NOTHING_KNOWN), draft(later)) == (
        "Ending: Cuff open at the end: confirmed below 20 mmHg.",
        "Adverse events: Bruise of 4 cm. Not graded yet.",
    )
    assert note.news(draft(later), draft(later)) == ()


# The seal


def test_a_seal_changes_with_every_part_and_with_their_order():
    seals = {note.seal(parts) for parts in (("a", "b"), ("b", "a"), ("ab", ""), ("a", "b", ""))}

    assert len(seals) == 4
