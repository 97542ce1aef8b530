"""What a page tells the browser to fetch at once is what its scripts import, no less and no more."""

import pytest
from django.conf import settings
from django.template import Context, Template

from sessions.templatetags.modules import imported_by

CONSOLE = "js/console/main.js"


def test_every_module_of_the_console_is_told_and_none_lies_unused():
    folder = settings.BASE_DIR / "static" / "js" / "console"
    written = {f"js/console/{path.name}" for path in folder.glob("*.js")}

    assert {CONSOLE, *imported_by(CONSOLE)} == written


def test_a_module_above_the_folder_is_followed_and_each_is_told_once():
    assert imported_by("js/room.js") == ("js/console/words.js",)
    assert len(set(imported_by(CONSOLE))) == len(imported_by(CONSOLE))


def test_the_links_are_static_addresses():
    page = Template("{% load modules %}{% preload_modules 'js/room.js' %}").render(Context())

    assert page == '<link rel="modulepreload" href="/static/js/console/words.js">'


def test_a_module_that_is_not_there_is_an_error():
    with pytest.raises(LookupError, match=r"js/none\.js"):
        imported_by("js/none.js")
