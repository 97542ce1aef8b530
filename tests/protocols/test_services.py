"""Recording LOP, prescribing, superseding, withdrawing, publishing."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.management import call_command

from devices.domain.units import Scale
from protocols import selectors, services
from protocols.domain.catalogue import BUILT_IN
from protocols.domain.plan import IntervalKind, Plan
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


def test_the_home_target_follows_the_clinic_target_of_the_same_limb(patient):
    measured = make.occlusion(patient)
    prescribe(patient, occlusion=measured, wished=50)

    home = prescribe(patient, occlusion=measured, wished=50, setting="HOME", load_percent_1rm=35)

    assert home.target == 60
    assert cutting(home) == [("Target", "Share of the clinic target"), ("Load", "Load at home")]
    assert home.load_percent_1rm == 30


def test_home_prescriptions_end_after_four_weeks_and_clinic_ones_with_their_lop(patient):
    measured = make.occlusion(patient)

    clinic = prescribe(patient, occlusion=measured)
    home = prescribe(patient, occlusion=measured, setting="HOME")

    assert clinic.valid_until == measured.valid_until
    assert home.valid_until == TODAY + timedelta(weeks=4)


def test_a_sku_prescription_needs_no_lop_and_lasts_twelve_weeks(patient):
    band = make.cuff_model(scale=Scale.SKU, width_cm=5, rated_maximum=400)
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


@pytest.mark.parametrize("entry", BUILT_IN, ids=lambda entry: entry.slug)
def test_each_built_in_protocol_can_be_prescribed_with_its_own_usual_values(patient, entry):
    protocol = built_in(entry.slug)
    cuff = make.cuff_model(scale=entry.scale, rated_maximum=400 if entry.scale is Scale.SKU else 300)
    lop = make.occlusion(patient, limb=entry.limb, cuff_model=cuff) if entry.scale is Scale.MMHG else None

    for setting in entry.terms["settings"]:
        made = prescribe_with(patient, protocol, setting, cuff, lop)
        assert cutting(made) == []
        services.withdraw_prescription(prescription=made, reason="The next one is tried.", now=NOW)


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
