"""Scripts that a page needs, told to the browser at once instead of file by file as it reads them."""

import posixpath
import re
from functools import cache
from pathlib import Path

from django import template
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

register = template.Library()
IMPORTED = re.compile(r'^(?:import|\}) .*?"(\.[^"]+)";$', re.MULTILINE)


@register.simple_tag
def preload_modules(entry: str) -> SafeString:
    """Links that fetch what a module imports, and what that imports. `entry` is a static path. Raises LookupError."""
    links = ((static(name),) for name in imported_by(entry))
    return format_html_join("\n", '<link rel="modulepreload" href="{}">', links)


@cache
def imported_by(entry: str) -> tuple[str, ...]:
    """Static paths of all modules below an entry, each once, the nearest first. Raises LookupError for one that is not there."""
    found = [entry]
    for name in found:
        found += [one for one in _imports_of(name) if one not in found]
    return tuple(found[1:])


def _imports_of(name: str) -> list[str]:
    path = finders.find(name)
    if path is None:
        raise LookupError(f"There is no module {name}.")
    folder = posixpath.dirname(name)
    return [
        posixpath.normpath(posixpath.join(folder, one)) for one in IMPORTED.findall(Path(path).read_text())
    ]
