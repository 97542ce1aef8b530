"""Accounts are made by the clinic, never by a visitor."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """allauth with its sign-up page shut."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: staff and patients are invited by the clinic."""
        return False
