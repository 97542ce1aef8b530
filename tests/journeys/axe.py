"""What axe has against a page."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


def violations(page: Page, part: str | None = None) -> list[str]:
    """Against WCAG 2.2 AA, in one line each; of the whole page once it has loaded, or of the part with this selector."""
    page.wait_for_load_state()
    found = Axe().run(page, context=part, options=WCAG).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found]
