"""Signed links."""
from typing import Any
from django.http import HttpRequest

def live_links(request: HttpRequest) -> dict[str, Any]:
    return {}
