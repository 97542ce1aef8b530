"""The web's way in. Signed links (STOP and what the console needs) pass no middleware: no login, no database, nothing to wait for."""

import gc
import os
from collections.abc import Awaitable, Callable
from typing import Any

from django.core.asgi import get_asgi_application
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.exception import convert_exception_to_response
from django.urls import resolve

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaatsu_clinic.settings")

LINK_PREFIX = "/live/"


class LinkHandler(ASGIHandler):
    """Django's handler with an empty middleware chain."""

    def load_middleware(self, is_async: bool = False) -> None:
        """Straight to the view; its exceptions become responses as usual."""
        self._view_middleware: list[Any] = []
        self._template_response_middleware: list[Any] = []
        self._exception_middleware: list[Any] = []
        self._middleware_chain = convert_exception_to_response(self._get_response_async)  # type: ignore[attr-defined]  # not in the stubs


def _settle() -> None:
    """Import every page now and not with the first request, and let no collection of garbage look at what stays.

    A full one takes 50 to 100 ms with all of it, and a STOP would wait so long.
    """
    resolve("/")
    gc.collect()
    gc.freeze()


pages = get_asgi_application()
links = LinkHandler()
_settle()


async def application(
    scope: dict[str, Any], receive: Callable[..., Awaitable[Any]], send: Callable[..., Awaitable[Any]]
) -> None:
    """Route a signed link past everything else."""
    is_link = scope["type"] == "http" and scope["path"].startswith(LINK_PREFIX)
    await (links if is_link else pages)(scope, receive, send)
