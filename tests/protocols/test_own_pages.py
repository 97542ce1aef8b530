"""Pages of a clinic's own: protocols, limits, the wider plan, ramps. Bad input loses nothing."""

import pytest
from django.urls import reverse

from devices.domain.units import Scale
from protocols import services
from protocols.models import Protocol
from tests import make
from tests.make import NOW

pytestmark = pytest.mark.django_db

WRITTEN = {
    "name": "Our knee extension",
    "kind": "BFR_SETS",
    "scale": "MMHG",
    "limb": "LEG",
    "posture": "SEATED",
    "exercise": "Knee extension",
    "description": "Three sets.",
    "instructions": "Slowly.",
    "repetitions": "20-10-10",
    "rest_s": "60",
    "pressure": "40",
    "load_rule": "20 % 1RM.",
    "settings": ["CLINIC"],
    "origin": "Our own.",
    "step": "preview",
}


@pytest.fixture
def physio():
    return make.physio()


@pytest.fixture
def patient(physio):
    return make.patient(physio)


def post(client, person, url, data):
    client.force_login(person)
    answer = client.post(url, data, follow=True)
    return answer.content.decode()


@pytest.mark.parametrize("name", ["protocols:clinic_limits", "protocols:write"])
def test_a_page_that_was_just_opened_complains_of_nothing(client, physio, name):
    client.force_login(make.lead(make.clinic_of(physio)))

    assert "This field is required" not in client.get(reverse(name)).content.decode()


def test_a_protocol_is_written_looked_at_and_published(client, physio):
    url = reverse("protocols:write")

    assert "20 repetitions" in " ".join(
        post(client, physio, url, WRITTEN).replace("<strong>", "").replace("</strong>", "").split()
    )
    assert not Protocol.objects.filter(clinic=make.clinic_of(physio)).exists()
    assert "Published" in post(client, physio, url, WRITTEN | {"step": "publish"})
    assert Protocol.objects.get(clinic=make.clinic_of(physio)).terms["repetitions"] == [20, 10, 10]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"repetitions": "thirty"}, "as 30-15-15-15"),
        ({"repetitions": ""}, "needs it"),
        ({"pressure": "95"}, "20 to 80 % LOP"),
        ({"kind": "NO_CUFF"}, "without a cuff"),
        ({"kind": "KAATSU_CYCLE"}, "needs it"),
        ({"load_percent_1rm": "90"}, "0 to 40"),
    ],
)
def test_a_protocol_outside_of_the_limits_says_why_and_loses_nothing(client, physio, changes, words):
    for step in ("preview", "publish"):
        html = post(client, physio, reverse("protocols:write"), WRITTEN | changes | {"step": step})
        assert words in html
        assert "Our knee extension" in html
    assert not Protocol.objects.filter(clinic=make.clinic_of(physio)).exists()


def test_every_built_in_protocol_can_be_taken_as_a_start_and_published_as_it_is(client, physio):
    services.publish_built_in(now=NOW)
    client.force_login(physio)
    for source in Protocol.objects.filter(clinic=None):
        url = f"{reverse('protocols:write')}?from={source.pk}"
        form = client.get(url).context["form"]
        data = {name: form[name].value() for name in form.fields}
        sent = {name: "" if value is None else value for name, value in data.items()} | {"step": "publish"}
        assert "Published" in client.post(url, sent, follow=True).content.decode(), source.slug


def test_a_lead_sets_and_ends_a_limit_and_a_physiotherapist_only_sees_it(client, physio, patient):
    url, lead = reverse("protocols:patient_limits", args=[patient.pk]), make.lead(patient.clinic)
    terms = {"unit": "PERCENT_LOP", "value": "50", "reason": "Bruises easily."}

    assert "Only a medical lead" in post(client, physio, url, terms)
    assert "only tighten" in post(client, lead, url, terms | {"value": "90"})
    assert "Bruises easily." in post(client, lead, url, terms)
    client.force_login(physio)
    assert "Set this limit" not in client.get(url).content.decode()
    post(client, lead, url, {"end": patient.own_limits.get().pk})
    assert patient.own_limits.get().ended_by == lead


def test_a_limit_of_another_clinic_can_not_be_ended(client, physio, patient):
    lead = make.lead(patient.clinic)
    other = make.lead()
    limit = services.set_limit(
        clinic=make.clinic_of(other),
        patient=None,
        terms={"unit": "CYCLES", "limb": "", "setting": "", "value": 3, "reason": "Ours."},
        by=other,
        now=NOW,
    )
    client.force_login(lead)

    for end in (limit.pk, "nonsense"):
        assert client.post(reverse("protocols:clinic_limits"), {"end": end}).status_code == 404


def test_the_patient_reads_the_wider_plan_at_home(client, physio, patient):
    url = reverse("protocols:wider_plan", args=[patient.pk])
    said = {"kind": "AEROBIC", "words": "Walk to the park.", "times_per_week": "3"}

    assert "How many times" in post(client, physio, url, said | {"times_per_week": ""})
    post(client, physio, url, said)
    client.force_login(make.trainee(patient))
    assert (
        "Walk to the park." in client.get(reverse("sessions:home_plan", args=[patient.pk])).content.decode()
    )
    post(client, physio, url, {"end": patient.plan_items.get().pk})
    client.force_login(patient.user)
    assert "Walk to" not in client.get(reverse("sessions:home_plan", args=[patient.pk])).content.decode()


def test_a_ramp_needs_the_capillary_refill_of_each_step(client, physio, patient):
    band = make.cuff_model(scale=Scale.SKU, width_cm=5, rated_maximum=400)
    url = reverse("protocols:record_ramp", args=[patient.pk])
    said = {"limb": "LEG", "side": "LEFT", "cuff_model": band.pk, "base_sku": "40", "sku_1": "100"}

    assert "until the colour came back" in post(client, physio, url, said)
    assert "Optimal SKU: 100" in post(client, physio, url, said | {"crt_s_1": "2"})


def test_what_is_asked_for_and_the_pace_are_the_protocols_own_or_what_is_usual(client, physio):
    url = reverse("protocols:write")
    chosen = WRITTEN | {"ask_crt": "EACH_PAUSE", "up_s": "1", "down_s": "3"}

    assert "Capillary refill in the pause after each set" in post(client, physio, url, chosen)
    post(client, physio, url, chosen | {"step": "publish"})
    terms = Protocol.objects.get(name="Our knee extension").terms

    assert terms["asks"] == {
        "PAIN": "EACH_PAUSE",
        "RPE": "EACH_PAUSE",
        "CRT": "EACH_PAUSE",
        "BLOOD_PRESSURE": "EVEN_PAUSES",
    }
    assert terms["tempo_s"] == [1.0, 3.0]


def test_a_pace_that_nobody_can_follow_is_refused(client, physio):
    page = post(client, physio, reverse("protocols:write"), WRITTEN | {"up_s": "0.2", "down_s": "2"})
    assert "greater than or equal to 1" in page
