"""Recording LOP, prescribing, superseding, withdrawing, publishing."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.management import call_command

from devices.domain.units import Scale
from patients.models import Patient
from patients.services import report_swollen_leg
from protocols import selectors, services
from protocols.domain import sku_ramp
from protocols.domain.catalogue import BUILT_IN
from protocols.domain.envelope import Origin
from protocols.domain.plan import IntervalKind, Plan
from protocols.domain.progression import Rule, Suggestion
from protocols.models import Limb, OcclusionMeasurement, Posture, Protocol, Side
from protocols.services import NotPrescribableError, NotRecordableError, NotWithdrawableError, Wish
from tests import make
from tests.make import NOW, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def patient():
    return make.patient(make.physio())


def wish(patient, **changes):
    """A sound wish: knee extension at 40 % of a LOP of 150 mmHg."""
    measured = changes.pop("occlusion", None) or make.occlusion(patient)
    usual = Wish(
        patient=patient,
        protocol=changes.pop("protocol", None) or make.protocol(),
        setting="CLINIC",
        side=Side.LEFT,
        posture=Posture.SEATED,
        cuff_model=measured.cuff_model,
        occlusion=measured,
        wished=40,
        load_percent_1rm=30,
    )
    return replace(usual, **changes)


def prescribe(patient, now=NOW, **changes):
    return services.prescribe(wish(patient, **changes), by=patient.registered_by, now=now)


def cutting(made):
    """What cut, and what it cut."""
    return [(limit["of"], limit["name"]) for limit in made.limits if limit["cut"]]


def built_in(slug):
    services.publish_built_in(now=NOW)
    return Protocol.objects.get(slug=slug, retired_at=None)


def test_nothing_is_prescribed_while_training_is_held(patient):
    wanted = wish(patient)
    report_swollen_leg(patient=patient, leg="LEFT", by=patient.registered_by, now=NOW)

    with pytest.raises(NotPrescribableError, match="a clot is not ruled out"):
        services.prescribe(replace(wanted, patient=fresh(patient)), by=patient.registered_by, now=NOW)

    assert not patient.prescriptions.exists()


def test_a_flare_holds_prescribing_until_it_has_ended(patient):
    wanted = wish(patient)
    flare = patient.flares.create(began_on=TODAY, reported_by=patient.registered_by)

    with pytest.raises(NotPrescribableError, match="flare is open"):
        services.propose(replace(wanted, patient=fresh(patient)), NOW)

    flare.ended_on = TODAY
    flare.save()
    assert services.propose(replace(wanted, patient=fresh(patient)), NOW)


def fresh(patient):
    return Patient.objects.get(pk=patient.pk)


def test_a_wish_within_every_limit_is_prescribed_as_it_is(patient):
    made = prescribe(patient)

    assert (made.target, made.wished_target, made.scale) == (60, 60, "MMHG")
    assert cutting(made) == []
    plan = Plan.from_json(made.plan)
    assert (plan.ceiling, plan.lop_mmhg, plan.max_inflated_s, plan.max_total_s) == (90, 150, 600, 1200)
    assert [one.repetitions for one in plan.intervals if one.kind is IntervalKind.WORK] == [30, 15, 15, 15]


def test_a_wish_above_the_share_of_lop_is_cut_and_the_record_says_by_what(patient):
    made = prescribe(patient, wished=95)

    made.refresh_from_db()
    assert made.target == 120
    assert made.wished_target == 142.5
    assert cutting(made) == [("Target", "Share of LOP"), ("Ceiling", "Below LOP")]


def test_the_home_target_follows_what_was_tolerated_on_the_same_limb(patient):
    measured = make.occlusion(patient)
    services.keep_tolerated(prescribe(patient, occlusion=measured, wished=50), NOW)

    home = prescribe(patient, occlusion=measured, wished=50, setting="HOME", load_percent_1rm=35)

    assert home.target == 60
    assert cutting(home) == [("Target", "Share of the tolerated pressure"), ("Load", "Load at home")]
    assert home.load_percent_1rm == 30


def test_home_prescriptions_end_after_four_weeks_and_clinic_ones_with_their_lop(patient):
    measured = make.occlusion(patient)

    clinic = prescribe(patient, occlusion=measured)
    services.keep_tolerated(clinic, NOW)
    home = prescribe(patient, occlusion=measured, setting="HOME")

    assert clinic.valid_until == measured.valid_until
    assert home.valid_until == TODAY + timedelta(weeks=4)


def test_a_sku_prescription_needs_no_lop_and_lasts_twelve_weeks(patient):
    band = make.cuff_model(scale=Scale.SKU, width_cm=5, rated_maximum=400)
    make.sku_ramp(patient, cuff_model=band)
    made = services.prescribe(
        Wish(
            patient=patient,
            protocol=built_in("kaatsu-cycle-leg-sku"),
            setting="CLINIC",
            side=Side.LEFT,
            posture=Posture.SEATED,
            cuff_model=band,
            occlusion=None,
            wished=160,
            cycles=2,
        ),
        by=patient.registered_by,
        now=NOW,
    )

    assert (made.scale, made.target, made.occlusion) == ("SKU", 160, None)
    assert made.valid_until == TODAY + timedelta(weeks=12)
    assert Plan.from_json(made.plan).lop_mmhg is None


def test_an_mmhg_protocol_without_a_lop_is_refused(patient):
    unmeasured = replace(wish(patient), occlusion=None)

    with pytest.raises(NotPrescribableError, match="No LOP was measured"):
        services.prescribe(unmeasured, by=patient.registered_by, now=NOW)


def test_every_objection_is_told_at_once(patient):
    measured = make.occlusion(patient, measured_at=NOW - timedelta(days=40))

    with pytest.raises(NotPrescribableError) as refusal:
        prescribe(patient, occlusion=measured, side=Side.RIGHT, wished=0)

    assert len(refusal.value.objections) == 3


def test_a_lop_that_a_newer_one_replaced_is_refused(patient):
    measured = make.occlusion(patient)
    make.occlusion(
        patient, cuff_model=measured.cuff_model, value_mmhg=None, measured_at=NOW + timedelta(minutes=1)
    )

    with pytest.raises(NotPrescribableError, match="newer LOP"):
        prescribe(patient, occlusion=measured)


def test_another_patients_lop_is_refused(patient):
    other = make.patient(patient.registered_by)

    with pytest.raises(NotPrescribableError, match="another patient"):
        prescribe(patient, occlusion=make.occlusion(other))


def test_a_retired_protocol_and_another_clinics_are_refused(patient):
    foreign = make.protocol(retired_at=NOW, clinic=make.clinic())

    with pytest.raises(NotPrescribableError) as refusal:
        prescribe(patient, protocol=foreign)

    assert len(refusal.value.objections) == 2


def test_a_new_prescription_supersedes_the_standing_one_of_that_limb_and_setting_only(patient):
    first = prescribe(patient)
    right = prescribe(patient, occlusion=make.occlusion(patient, side=Side.RIGHT), side=Side.RIGHT)

    second = prescribe(patient)

    first.refresh_from_db()
    right.refresh_from_db()
    assert first.superseded_at == NOW
    assert right.superseded_at is None
    assert set(selectors.current_prescriptions(patient, TODAY)) == {right, second}


def test_a_refused_prescription_leaves_the_standing_one_alone(patient):
    first = prescribe(patient)

    with pytest.raises(NotPrescribableError):
        prescribe(patient, wished=-1)

    first.refresh_from_db()
    assert first.superseded_at is None


def test_what_has_passed_its_end_is_not_current(patient):
    made = make.prescription(patient)

    assert selectors.current_prescription(patient, "CLINIC", made.valid_until) == made
    assert selectors.current_prescription(patient, "CLINIC", made.valid_until + timedelta(days=1)) is None
    assert selectors.current_prescription(patient, "HOME", TODAY) is None


def test_a_withdrawn_prescription_is_not_current_and_keeps_its_reason(patient):
    made = make.prescription(patient)

    withdrawn = services.withdraw_prescription(prescription=made, reason=" Knee pain. ", now=NOW)

    assert withdrawn.withdrawal_reason == "Knee pain."
    assert selectors.current_prescription(patient, "CLINIC", TODAY) is None


def test_withdrawing_twice_or_without_a_reason_is_refused(patient):
    made = make.prescription(patient)

    with pytest.raises(NotWithdrawableError, match="reason"):
        services.withdraw_prescription(prescription=made, reason=" ", now=NOW)
    services.withdraw_prescription(prescription=made, reason="Pain.", now=NOW)
    with pytest.raises(NotWithdrawableError, match="no longer stands"):
        services.withdraw_prescription(prescription=made, reason="Pain.", now=NOW)


def record(patient, **changes):
    return services.record_occlusion(
        **{
            "patient": patient,
            "limb": Limb.LEG,
            "side": Side.LEFT,
            "posture": Posture.SEATED,
            "cuff_model": changes.pop("cuff_model", None) or make.cuff_model(),
            "method": OcclusionMeasurement.Method.DOPPLER,
            "value_mmhg": 180,
            "by": patient.registered_by,
            "now": NOW,
        }
        | changes
    )


def test_a_lop_holds_for_thirty_days(patient):
    assert record(patient).valid_until == TODAY + timedelta(days=30)


def test_not_determinable_is_recorded_and_takes_the_place_of_the_older_value(patient):
    older = make.occlusion(patient)
    newer = record(patient, cuff_model=older.cuff_model, value_mmhg=None, now=NOW + timedelta(hours=1))

    assert selectors.latest_occlusions(patient) == [newer]
    with pytest.raises(NotPrescribableError, match="could not be determined"):
        prescribe(patient, occlusion=newer, now=NOW + timedelta(hours=2))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"value_mmhg": 301}, "not plausible"),
        ({"value_mmhg": 59}, "not plausible"),
    ],
)
def test_an_implausible_lop_is_not_recorded(patient, changes, words):
    with pytest.raises(NotRecordableError, match=words):
        record(patient, **changes)


def test_no_lop_is_recorded_on_a_sku_band_or_a_narrow_leg_cuff(patient):
    with pytest.raises(NotRecordableError, match="SKU"):
        record(patient, cuff_model=make.cuff_model(scale=Scale.SKU))
    with pytest.raises(NotRecordableError, match="Spitz"):
        record(patient, cuff_model=make.cuff_model(width_cm=5))


def test_publishing_twice_changes_nothing(patient):
    assert len(services.publish_built_in(now=NOW)) == len(BUILT_IN)
    assert services.publish_built_in(now=NOW) == []


def test_the_command_publishes_and_says_what(capsys):
    call_command("publish_catalogue")

    assert "Published Low-load BFR, knee extension (version 1)" in capsys.readouterr().out


def test_a_changed_text_becomes_a_new_version_and_the_old_one_is_retired():
    services.publish_built_in(now=NOW)
    Protocol.objects.filter(slug="bfr-knee-extension").update(description="As it was.")

    (new,) = services.publish_built_in(now=NOW)

    assert (new.slug, new.version) == ("bfr-knee-extension", 2)
    assert Protocol.objects.get(slug="bfr-knee-extension", version=1).retired_at == NOW


def test_what_left_the_catalogue_is_retired_and_a_clinics_own_protocol_stays():
    gone, own = make.protocol(), make.protocol(clinic=make.clinic())

    services.publish_built_in(now=NOW)

    gone.refresh_from_db()
    own.refresh_from_db()
    assert gone.retired_at == NOW
    assert own.retired_at is None


@pytest.mark.parametrize("entry", [one for one in BUILT_IN if one.scale], ids=lambda entry: entry.slug)
def test_each_built_in_protocol_can_be_prescribed_with_its_own_usual_values(patient, entry):
    protocol = built_in(entry.slug)
    cuff = make.cuff_model(scale=entry.scale, rated_maximum=400 if entry.scale is Scale.SKU else 300)
    lop = make.occlusion(patient, limb=entry.limb, cuff_model=cuff) if entry.scale is Scale.MMHG else None

    if entry.scale is Scale.SKU:
        make.sku_ramp(patient, limb=entry.limb, cuff_model=cuff)
    for setting in sorted(entry.terms["settings"]):
        made = prescribe_with(patient, protocol, setting, cuff, lop)
        share = [] if setting == "CLINIC" else [("Target", "Share of the tolerated pressure")]
        assert cutting(made) == share
        services.keep_tolerated(made, NOW)
        services.withdraw_prescription(prescription=made, reason="The next one is tried.", now=NOW)


@pytest.fixture
def band():
    return make.cuff_model(scale=Scale.SKU, width_cm=5, rated_maximum=400)


def cycles(patient, band, now=NOW, **changes):
    protocol = Protocol.objects.filter(slug="kaatsu-cycle-leg-sku", retired_at=None).first()
    site = {"side": Side.LEFT, "posture": Posture.SEATED, "cuff_model": band, "occlusion": None}
    asked = {"patient": patient, "protocol": protocol, "setting": "CLINIC", "wished": 160, **site, **changes}
    return services.prescribe(Wish(**asked), by=patient.registered_by, now=now)


def test_without_a_ramp_a_band_stays_at_the_first_step_and_after_a_failed_one_it_stays_open(patient, band):
    built_in("kaatsu-cycle-leg-sku")
    assert cycles(patient, band).target == 100

    make.sku_ramp(patient, cuff_model=band, optimal_sku=None, valid_until=TODAY - timedelta(days=1))
    with pytest.raises(NotPrescribableError, match="counts as open"):
        cycles(patient, band)


def test_an_old_ramp_that_found_little_is_no_reason_for_more(patient, band):
    built_in("kaatsu-cycle-leg-sku")
    make.sku_ramp(patient, cuff_model=band, optimal_sku=60, valid_until=TODAY - timedelta(days=1))

    assert cycles(patient, band).target == 60


def test_cycles_grow_by_one_a_week_once_they_were_tolerated(patient, band):
    built_in("kaatsu-cycle-leg-sku")

    def made(weeks):
        row = cycles(patient, band, now=NOW + timedelta(weeks=weeks), cycles=6)
        return row, max(one["set_number"] for one in row.plan["intervals"])

    first, count = made(0)
    assert count == 1
    assert made(3)[1] == 1, "nothing was trained"
    services.keep_tolerated(first, NOW + timedelta(days=2))
    assert made(0)[1] == 1, "the week is not over"
    assert made(1)[1] == 2


def test_a_ramp_is_kept_with_the_highest_step_before_the_first_bad_one(patient, band):
    def ramp(*steps, base=40):
        made = [sku_ramp.Step(*step) for step in steps]
        return services.record_ramp(
            patient=patient,
            limb="LEG",
            side="LEFT",
            cuff_model=band,
            base_sku=base,
            steps=made,
            by=patient.registered_by,
            now=NOW,
        )

    assert ramp((80, 2, False), (120, 3.5, False)).optimal_sku == 80
    assert ramp((80, None, False)).optimal_sku is None
    with pytest.raises(NotRecordableError, match="ends the ramp"):
        ramp((80, 2, True), (120, 2, False))
    with pytest.raises(NotRecordableError, match=r"above 250 SKU|at most 100"):
        ramp((260, 2, False))


def estimate(patient, **changes):
    site = {"limb": "LEG", "side": "LEFT", "posture": "SEATED"} | changes
    wide = site.pop("cuff_model", None) or make.cuff_model(width_cm=18)
    return services.record_estimate(
        patient=patient, cuff_model=wide, **site, by=patient.registered_by, now=NOW
    )


def young(**fields):
    """Someone like the sample of the equation, with what it asks for measured today."""
    patient = make.patient(make.physio(), birth_date=date(1996, 1, 1), sex="MALE", **fields)
    for kind, value in (("THIGH_LEFT_CM", 55), ("SYSTOLIC_MMHG", 130)):
        patient.measurements.create(
            kind=kind, value=value, measured_at=NOW, recorded_by=patient.registered_by
        )
    return patient


def test_an_estimate_is_marked_may_be_half_used_and_only_in_the_clinic():
    patient = young()
    row = estimate(patient)
    assert (row.value_mmhg, row.method, row.plus_minus_mmhg) == (176, "ESTIMATED", 31)
    assert "RBME 2019" in row.basis

    made = prescribe(patient, occlusion=row, wished=80)
    assert made.target <= 0.5 * row.value_mmhg
    assert ("Target", "Estimated LOP") in cutting(made)
    with pytest.raises(NotPrescribableError, match="supervised sessions only"):
        prescribe(patient, occlusion=row, setting="HOME")


def test_an_estimate_is_refused_with_why_it_should_be_measured(patient):
    with pytest.raises(NotRecordableError, match="118 to 281") as refused:
        estimate(patient)
    assert "extrapolated" in str(refused.value)
    with pytest.raises(NotRecordableError, match="never entered"):
        services.record_occlusion(
            patient=patient,
            limb="LEG",
            side="LEFT",
            posture="SEATED",
            cuff_model=make.cuff_model(width_cm=18),
            method="ESTIMATED",
            value_mmhg=180,
            by=patient.registered_by,
            now=NOW,
        )


def test_an_estimate_never_takes_the_place_of_a_measurement_that_found_nothing():
    patient, wide = young(), make.cuff_model(width_cm=18)
    make.occlusion(patient, cuff_model=wide, value_mmhg=None)

    with pytest.raises(NotRecordableError, match="does not take its place"):
        estimate(patient, cuff_model=wide)


def test_a_lop_of_another_posture_needs_a_reason_and_counts_for_half(patient):
    measured = make.occlusion(patient, posture=Posture.SUPINE)

    with pytest.raises(NotPrescribableError, match="another posture"):
        prescribe(patient, occlusion=measured)
    made = prescribe(patient, occlusion=measured, wished=70, posture_reason="Can't sit for long.")
    assert (made.target, made.posture_reason) == (75, "Can't sit for long.")
    assert cutting(made) == [("Target", "LOP of another posture")]

    make.occlusion(patient, cuff_model=measured.cuff_model, value_mmhg=None)
    with pytest.raises(NotPrescribableError, match="of this posture on record"):
        prescribe(patient, occlusion=measured, posture_reason="Can't sit for long.")


def prescribe_with(patient, protocol, setting, cuff, measured):
    return services.prescribe(
        Wish(
            patient=patient,
            protocol=protocol,
            setting=setting,
            side=Side.LEFT,
            posture=Posture.SEATED,
            cuff_model=cuff,
            occlusion=measured,
            wished=protocol.terms.get("percent_lop") or protocol.terms["target_sku"],
        ),
        by=patient.registered_by,
        now=NOW,
    )


OWN = {
    "name": "Our knee extension",
    "kind": "BFR_SETS",
    "scale": "MMHG",
    "limb": "LEG",
    "posture": "SEATED",
    "exercise": "Knee extension",
    "description": "Three sets.",
    "instructions": "Slowly.",
    "load_rule": "20 % 1RM.",
    "origin": "Our own.",
    "terms": {"repetitions": [20, 10, 10], "rest_s": 60, "percent_lop": 40, "settings": ["CLINIC"]},
}


def publish(by, replaces=None, **changes):
    return services.publish_own(
        clinic=make.clinic_of(by), terms=OWN | changes, replaces=replaces, by=by, now=NOW
    )


def test_an_edit_makes_the_next_version_and_retires_the_one_before():
    physio = make.physio()
    first = publish(physio)
    second = publish(physio, replaces=first, name="Our knee extension, slower")

    first.refresh_from_db()
    assert (first.version, first.retired_at, second.version, second.slug) == (1, NOW, 2, first.slug)
    assert publish(physio).slug != first.slug


def test_a_published_protocol_can_not_be_edited():
    protocol = publish(make.physio())
    protocol.terms = {}

    with pytest.raises(ValueError, match="never edited"):
        protocol.save()


def test_what_is_made_from_a_built_in_protocol_leaves_it_alone():
    source = built_in("bfr-knee-extension")
    own = publish(make.physio(), replaces=source)

    source.refresh_from_db()
    assert source.retired_at is None
    assert own.version == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"percent_lop": 90}, "pressure"),
        ({"percent_lop": None}, "pressure"),
        ({"load_percent_1rm": 60}, "load_percent_1rm"),
        ({"repetitions": [60, 60, 60]}, "repetitions"),
        ({"rest_s": 5}, "rest_s"),
        ({"settings": []}, "settings"),
        ({"percent_lop": 60, "settings": ["HOME"]}, "pressure"),
    ],
)
def test_a_protocol_outside_of_the_limits_is_not_published(changes, field):
    with pytest.raises(services.NotPublishableError) as refused:
        publish(make.physio(), terms=OWN["terms"] | changes)

    assert field in refused.value.objections


def test_only_clinicians_of_the_clinic_publish_and_retire_its_protocols():
    physio, stranger = make.physio(), make.physio()
    protocol = publish(physio)

    with pytest.raises(services.NotPublishableError):
        services.publish_own(clinic=make.clinic_of(physio), terms=OWN, replaces=None, by=stranger, now=NOW)
    with pytest.raises(services.NotPublishableError):
        services.retire_own(protocol=protocol, by=stranger, now=NOW)
    with pytest.raises(services.NotPublishableError):
        services.retire_own(protocol=built_in("bfr-knee-extension"), by=physio, now=NOW)
    services.retire_own(protocol=protocol, by=physio, now=NOW)
    assert protocol.retired_at == NOW


def own_limit(by, patient=None, **changes):
    terms = {"unit": "PERCENT_LOP", "limb": "", "setting": "", "value": 35, "reason": "Frail skin."} | changes
    return services.set_limit(clinic=make.clinic_of(by), patient=patient, terms=terms, by=by, now=NOW)


def test_limits_of_clinic_and_patient_cut_what_is_prescribed_until_they_are_ended(patient):
    lead = make.lead(patient.clinic)
    limit = own_limit(lead, patient)
    own_limit(lead, unit="PERCENT_1RM", value=25)

    made = prescribe(patient)
    assert (made.target, made.load_percent_1rm) == (52, 25)
    assert cutting(made) == [("Target", "Patient"), ("Load", "Clinic")]

    services.end_limit(limit=limit, by=lead, now=NOW)
    assert prescribe(patient).target == 60


def test_a_new_limit_takes_the_place_of_the_one_for_the_same_thing(patient):
    lead = make.lead(patient.clinic)
    first, second = own_limit(lead, patient), own_limit(lead, patient, value=30)

    first.refresh_from_db()
    assert (first.ended_at, second.ended_at) == (NOW, None)


@pytest.mark.parametrize(
    ("value", "words"), [(80, "only tighten"), (0, "at least"), (float("nan"), "at least")]
)
def test_a_limit_that_does_not_tighten_is_refused(patient, value, words):
    with pytest.raises(services.RefusedError, match=words):
        own_limit(make.lead(patient.clinic), patient, value=value)


def test_only_a_medical_lead_of_the_clinic_sets_limits(patient):
    with pytest.raises(services.RefusedError, match="medical lead"):
        own_limit(patient.registered_by, patient)


def suggestion(**change):
    return Suggestion(
        Rule.LOAD, "One step.", "16 in set 4.", "EXKnee", Origin.PUBLISHED, change or {"load_percent_1rm": 35}
    )


def decide(prescription, is_accepted, reason="Fine.", **change):
    return services.decide(
        prescription=prescription,
        suggestion=suggestion(**change),
        is_accepted=is_accepted,
        reason=reason,
        by=prescription.prescribed_by,
        now=NOW,
    )


def test_a_suggestion_taken_up_is_a_new_prescription_with_one_change(patient):
    before = prescribe(patient)
    decision = decide(before, is_accepted=True)

    after, _old = decision.led_to, before.refresh_from_db()
    assert before.superseded_at == NOW
    assert (after.load_percent_1rm, after.target) == (35, before.target)
    assert decision.suggestion["source"] == "EXKnee"


def test_a_declined_suggestion_changes_nothing_and_both_need_a_reason(patient):
    row = prescribe(patient)
    assert decide(row, is_accepted=False, reason="Her knee is sore.").led_to is None
    row.refresh_from_db()
    assert row.superseded_at is None
    for is_accepted in (True, False):
        with pytest.raises(services.NotDecidableError):
            decide(row, is_accepted=is_accepted, reason=" ")


def test_after_a_flare_the_sets_are_shorter(patient):
    after = decide(prescribe(patient, wished=60), is_accepted=True, volume_percent=65, wished=40).led_to

    plan = Plan.from_json(after.plan)
    assert [one.repetitions for one in plan.intervals if one.kind is IntervalKind.WORK] == [19, 9, 9, 9]
    assert (after.volume_percent, after.target) == (65, 60)
