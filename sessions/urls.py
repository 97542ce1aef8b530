"""URLs of sessions, from the site's root: live, looking back, at home, outcomes."""

from django.urls import path

from sessions.views import dashboards, history, home

app_name = "sessions"
urlpatterns = [
    path("patients/<int:patient_id>/sessions/", history.history, name="history"),
    path("patients/<int:patient_id>/sessions/part/", history.patient_part, name="patient_part"),
    path("patients/<int:patient_id>/sessions/<int:session_id>/", history.detail, name="detail"),
    path("patients/<int:patient_id>/sessions/<int:session_id>/close/", history.close, name="close"),
    path("home/<int:patient_id>/", home.plan, name="home_plan"),
    path("home/<int:patient_id>/log/", home.log, name="home_log"),
    path("home/<int:patient_id>/log/<uuid:log_id>/", home.logged, name="home_logged"),
    path("home/<int:patient_id>/sessions/", home.history, name="home_history"),
    path("outcomes/", dashboards.dashboard, name="dashboard"),
]
