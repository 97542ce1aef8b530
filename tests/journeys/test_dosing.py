"""Dosing in a browser: limits shown before anything is prescribed, a clinic's own protocol, a suggestion declined with a reason."""

import uuid
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.axe import violations
from tests.journeys.chart import measure_occlusion, register
from tests.journeys.live import open_patient

pytestmark = pytest.mark.browser

SignIn = Callable[[str], Page]


def write_protocol(page: Page, name: str) -> None:
    """Three sets with the cuff open in the rests: first too much, then within the limits."""
    page.goto("/protocols/")
    page.click("text=Write a protocol of this clinic")
    assert violations(page) == []
    for field, value in {
        "name": name,
        "exercise": "Knee extension",
        "description": "Three sets with the cuff open between them.",
        "instructions": "Up in two seconds, down in two seconds.",
        "repetitions": "20-10-10",
        "rest_s": "60",
        "pressure": "95",
        "load_percent_1rm": "20",
        "load_rule": "20 % 1RM.",
        "origin": "Our own.",
    }.items():
        page.fill(f"[name={field}]", value)
    for field, value in {"kind": "BFR_SETS", "scale": "MMHG", "limb": "LEG", "posture": "SEATED"}.items():
        page.select_option(f"[name={field}]", value)
    page.check("[name=settings][value=CLINIC]")
    page.click("button[value=preview]")
    expect(page.locator("main")).to_contain_text("20 to 80 % LOP")
    expect(page.locator("[name=name]")).to_have_value(name)
    page.fill("[name=pressure]", "60")
    page.click("button[value=preview]")
    expect(page.locator("main")).to_contain_text("20 repetitions at 90 mmHg")
    page.click("button[value=publish]")
    expect(page.locator("main")).to_contain_text("Published")


def test_a_limit_is_set_a_protocol_is_written_and_prescribed_with_every_cut_shown(sign_in: SignIn) -> None:
    physio, lead = sign_in("physio@demo.clinic"), sign_in("lead@demo.clinic")
    patient, name = register(physio), f"Ours {uuid.uuid4().hex[:6]}"
    write_protocol(physio, name)
    measure_occlusion(physio, patient)

    lead.goto(f"/patients/{patient}/limits/")
    lead.select_option("[name=unit]", "PERCENT_LOP")
    lead.fill("[name=value]", "45")
    lead.fill("[name=reason]", "Bruises easily.")
    lead.click("text=Set this limit")
    expect(lead.locator("main")).to_contain_text("Bruises easily.")

    physio.goto(f"/patients/{patient}/prescribe/")
    physio.click(f"a.choice:has-text('{name}')")
    physio.check("[name=side][value=RIGHT]")
    physio.check("[name=posture][value=SEATED]")
    physio.click("button:has-text('Check the limits')")
    expect(physio.locator("main")).to_contain_text("You asked for 96 mmHg. The limit “Patient” cut it.")
    expect(physio.locator("tr.cut")).to_contain_text(["Bruises easily."])
    assert violations(physio) == []
    physio.click("button[value=confirm]")
    expect(physio.locator(".target")).to_contain_text("72 mmHg")


def test_a_suggestion_names_its_rule_and_is_declined_with_a_reason(sign_in: SignIn) -> None:
    page = sign_in("physio@demo.clinic")
    patient = suggested(page)
    assert violations(page) == []

    page.click("button[value=decline]")
    expect(page.locator("[role=alert]")).to_contain_text("Say why")
    page.fill("textarea[name=reason]", "Her thigh is bruised.")
    page.click("button[value=decline]")
    expect(page.locator("main")).to_contain_text("Reason: Her thigh is bruised.")
    page.goto(f"/patients/{patient}/progression/")
    expect(page.locator("table")).to_contain_text("Declined")


def suggested(page: Page) -> int:
    """A person of the demo to whom one cycle more is suggested, their page of the next dose open."""
    page.goto("/patients/")
    names = page.locator("main a[href^='/patients/']").all_inner_texts()
    for name in names:
        if "," not in name:
            continue
        patient = open_patient(page, name)
        page.goto(f"/patients/{patient}/progression/")
        if page.locator("button[value=decline]").count() == 1:
            return patient
    pytest.fail("To nobody in the demo a change is suggested.")
