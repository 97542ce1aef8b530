"""One line per app. Each URL name has a row in `access.TABLE`."""

from django.urls import include, path

from kaatsu_clinic.accounts.views import home
from kaatsu_clinic.health import healthz

urlpatterns = [
    path("", home, name="home"),
    path("healthz", healthz, name="healthz"),
    path("accounts/", include("allauth.account.urls")),
    path("patients/", include("patients.urls")),
    path("devices/", include("devices.urls")),
    path("", include("protocols.urls")),
    path("", include("sessions.urls")),
]
