"""URLs of sessions: live, looking back, at home, the clinic's outcomes."""

from django.urls import include, path

from sessions.views import adverse_events, console, dashboards, history, home, stop

app_name = "sessions"

live_urls = [
    path("room/", console.room, name="room"),
    path("live/<str:token>/stop", stop.stop, name="stop"),
    path("live/<str:token>/state", stop.state, name="state"),
    path("live/<str:token>/watch", stop.watch, name="watch"),
    path("live/<str:token>/telemetry", stop.telemetry, name="telemetry"),
]

clinic_urls = [
    path("", history.history, name="history"),
    path("part/", history.patient_part, name="patient_part"),
    path("new/", console.open_, name="open"),
    path("<int:session_id>/", history.detail, name="detail"),
    path("<int:session_id>/console/", console.console, name="console"),
    path("<int:session_id>/command/", console.command, name="command"),
    path("<int:session_id>/close/", history.close, name="close"),
]

home_urls = [
    path("", home.plan, name="home_plan"),
    path("log/", home.log, name="home_log"),
    path("log/<uuid:log_id>/", home.logged, name="home_logged"),
    path("history/", home.history, name="home_history"),
]

urlpatterns = [
    *live_urls,
    path("patients/<int:patient_id>/sessions/", include(clinic_urls)),
    path(
        "patients/<int:patient_id>/adverse-events/<int:event_id>/", adverse_events.grade, name="adverse_event"
    ),
    path("home/<int:patient_id>/", include(home_urls)),
    path("outcomes/", dashboards.dashboard, name="dashboard"),
]
