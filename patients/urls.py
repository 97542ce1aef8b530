"""URLs of patients. Each name has a row in `kaatsu_clinic.access.TABLE`."""

from django.urls import path

from patients.views import candidate, course, events, measuring, record, screening

app_name = "patients"
urlpatterns = [
    path("", record.list_, name="list"),
    path("register/", record.register, name="register"),
    path("awaiting/", screening.awaiting, name="awaiting"),
    path("<int:patient_id>/", record.detail, name="detail"),
    path("<int:patient_id>/screen/", screening.screen, name="screen"),
    path("<int:patient_id>/screenings/<int:screening_id>/", screening.screening, name="screening"),
    path("<int:patient_id>/clear/", screening.clear, name="clear"),
    path(
        "<int:patient_id>/clearances/<int:clearance_id>/withdraw/",
        screening.withdraw_clearance,
        name="withdraw_clearance",
    ),
    path("overrides/", events.overrides, name="overrides"),
    path("<int:patient_id>/candidate/", candidate.candidate, name="candidate"),
    path("<int:patient_id>/consent/withdraw/", candidate.withdraw_consent, name="withdraw_consent"),
    path("<int:patient_id>/events/new/", events.report_event, name="report_event"),
    path("<int:patient_id>/swollen-leg/", events.swollen_leg, name="swollen_leg"),
    path("<int:patient_id>/swollen-leg/close/", events.close_swollen_leg, name="close_swollen_leg"),
    path("<int:patient_id>/measure/", measuring.measure, name="measure"),
    path("<int:patient_id>/joints/", measuring.joints, name="joints"),
    path("<int:patient_id>/scores/", measuring.scores, name="scores"),
    path("<int:patient_id>/flare/", course.report_flare, name="report_flare"),
    path("<int:patient_id>/flare/end/", course.end_flare, name="end_flare"),
    path("<int:patient_id>/competence/", course.competence, name="competence"),
]
