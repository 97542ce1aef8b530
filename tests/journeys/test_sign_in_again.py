"""A sign-in that ended while a form was filled in: nothing typed is lost, and nobody else ever sees it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PASSWORD
from tests.journeys.live import fill_preflight, open_patient
from tests.make import FIT_READINGS

pytestmark = pytest.mark.browser

SignIn = Callable[[str], Page]


def end_sign_in(page: Page) -> None:
    page.context.clear_cookies(name="sessionid")


def enter(page: Page, email: str) -> None:
    page.wait_for_url("**/accounts/login/**")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "/accounts/login" not in url)


def kept(page: Page) -> str | None:
    page.wait_for_load_state("load")
    found: str | None = page.evaluate("sessionStorage.getItem('unsent-form')")
    return found


def screened_until_the_sign_in_ended(page: Page) -> None:
    patient = open_patient(page, "Nguyen, Linh")
    page.goto(f"/patients/{patient}/screen/?all=1")
    for name, value in FIT_READINGS.items():
        page.fill(f"[name={name}]", f"{value:g}")
    page.check("[name=smoking][value=YES]")
    page.check("[name=covid][value=NOT_KNOWN]")
    end_sign_in(page)
    page.click("text=Save the screening")


def test_a_screening_is_back_after_signing_in_again(sign_in: SignIn):
    page = sign_in("physio@demo.clinic")
    screened_until_the_sign_in_ended(page)
    enter(page, "physio@demo.clinic")

    expect(page.locator("#form-is-back")).to_be_visible()
    expect(page.locator("[name=smoking][value=YES]")).to_be_checked()
    expect(page.locator("[name=covid][value=NOT_KNOWN]")).to_be_checked()
    assert page.input_value("[name=systolic_mmhg]") == "124"
    assert kept(page) is None


def test_another_person_who_signs_in_gets_nothing_of_it(sign_in: SignIn):
    page = sign_in("physio@demo.clinic")
    screened_until_the_sign_in_ended(page)
    enter(page, "lead@demo.clinic")

    expect(page.locator("#form-is-back")).to_be_hidden()
    assert not page.locator("[name=smoking]:checked").count()
    assert kept(page) is None


def test_a_preflight_is_back_and_signing_out_leaves_nothing(sign_in: SignIn):
    page = sign_in("physio@demo.clinic")
    patient = open_patient(page, "Nguyen, Linh")
    page.goto(f"/patients/{patient}/sessions/new/")
    fill_preflight(page, patient)
    page.fill("[name=pain_nrs]", "8")
    end_sign_in(page)
    page.click("button:has-text('Check and open the console')")
    enter(page, "physio@demo.clinic")
    expect(page.locator("#form-is-back")).to_be_visible()
    assert page.input_value("[name=pain_nrs]") == "8"

    page.click("button:has-text('Check and open the console')")
    expect(page.locator(".verdict-bad")).to_contain_text("Joint pain is 8")
    assert kept(page) is None

    page.click(".sign-out button")
    page.wait_for_url(lambda url: "/sessions/new" not in url)
    assert kept(page) is None
