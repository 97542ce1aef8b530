"""What a view is given: a request whose user is one of ours."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from kaatsu_clinic.accounts.models import User


class SignedInRequest(HttpRequest):
    """A request that the access table has let through to a signed-in person."""

    user: User
    htmx: HtmxDetails
