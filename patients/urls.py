"""URLs of patients. Each name has a row in `kaatsu_clinic.access.TABLE`."""

from django.urls import path

from patients import views

app_name = "patients"
urlpatterns = [
    path("", views.list_, name="list"),
    path("register/", views.register, name="register"),
    path("awaiting/", views.awaiting, name="awaiting"),
    path("<int:patient_id>/", views.detail, name="detail"),
    path("<int:patient_id>/screen/", views.screen, name="screen"),
    path("<int:patient_id>/screenings/<int:screening_id>/", views.screening, name="screening"),
    path("<int:patient_id>/clear/", views.clear, name="clear"),
    path(
        "<int:patient_id>/clearances/<int:clearance_id>/withdraw/",
        views.withdraw_clearance,
        name="withdraw_clearance",
    ),
    path("<int:patient_id>/measure/", views.measure, name="measure"),
    path("<int:patient_id>/flare/", views.report_flare, name="report_flare"),
    path("<int:patient_id>/flare/end/", views.end_flare, name="end_flare"),
]
