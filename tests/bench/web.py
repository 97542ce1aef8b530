"""How long a sign-in and a patient's page take, over plain HTTP as a browser asks."""

import http.client
import re
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

LOGINS = 20
PAGES = 100


@dataclass
class Browser:
    """One kept-alive connection and its cookies."""

    url: str
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._line = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=30)

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        """Status and body. Redirects are not followed."""
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Accept": "text/html",
        }
        if form is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Referer": self.url + path}
            form = form | {"csrfmiddlewaretoken": self.cookies["csrftoken"]}
        self._line.request(method, path, urlencode(form) if form is not None else None, headers)
        answer = self._line.getresponse()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, rest = cookie.partition("=")
            self.cookies[name] = rest.split(";")[0]
        return answer.status, answer.read().decode()


def sign_in(url: str, email: str) -> tuple[Browser, float]:
    """A signed-in browser, and how many ms the form took."""
    browser = Browser(url)
    browser.ask("GET", "/accounts/login/")
    began = time.perf_counter()
    status, _ = browser.ask("POST", "/accounts/login/", {"login": email, "password": "kaatsu-demo"})
    took_ms = (time.perf_counter() - began) * 1000
    assert status == 302, f"Signing in was answered with {status}."
    return browser, took_ms


def login_ms(url: str) -> list[float]:
    """Sign-ins one after another."""
    return [sign_in(url, "physio@demo.clinic")[1] for _ in range(LOGINS)]


def patient_ms(url: str) -> list[float]:
    """The pages of the demo's patients in turn."""
    browser, _ = sign_in(url, "physio@demo.clinic")
    _, listed = browser.ask("GET", "/patients/")
    found = sorted({int(number) for number in re.findall(r'href="/patients/(\d+)/', listed)})
    assert found, "The list shows no patient."
    return [_page_ms(browser, found[turn % len(found)]) for turn in range(PAGES)]


def _page_ms(browser: Browser, patient_id: int) -> float:
    began = time.perf_counter()
    status, _ = browser.ask("GET", f"/patients/{patient_id}/")
    took_ms = (time.perf_counter() - began) * 1000
    assert status == 200, f"The page of patient {patient_id} was answered with {status}."
    return took_ms
