"""URLs of sessions: live, looking back, at home, the clinic's outcomes."""

from django.urls import include, path

from sessions.views import (
    adverse_events,
    aftercare,
    alarms,
    console,
    dashboards,
    history,
    home,
    note,
    occlusion,
    pressure_permission,
    progress,
    progression,
    reference,
    room,
    self_test,
    stop,
    stop_bar,
    stop_rules,
)

app_name = "sessions"

live_urls = [
    path("room/", room.room, name="room"),
    path("room/cards/", room.cards, name="room_cards"),
    path("stop-bar/", stop_bar.mine, name="stop_bar"),
    path("live/<str:token>/stop", stop.stop, name="stop"),
    path("live/<str:token>/state", stop.state, name="state"),
    path("live/<str:token>/watch", stop.watch, name="watch"),
    path("live/<str:token>/telemetry", stop.telemetry, name="telemetry"),
]

clinic_urls = [
    path("", history.history, name="history"),
    path("part/", history.patient_part, name="patient_part"),
    path("new/", console.open_, name="open"),
    path("occlusion/", occlusion.measure, name="measure_occlusion"),
    path("<int:session_id>/keep/", occlusion.keep, name="keep_occlusion"),
    path("<int:session_id>/", history.detail, name="detail"),
    path("<int:session_id>/console/", console.console, name="console"),
    path("<int:session_id>/command/", console.command, name="command"),
    path("<int:session_id>/alarms/", alarms.alarm_log_of, name="alarm_log"),
    path("<int:session_id>/close/", history.close, name="close"),
    path("<int:session_id>/note/", note.note, name="note"),
    path("<int:session_id>/note/draft/", note.draft, name="note_draft"),
    path("<int:session_id>/print.css", note.printed, name="printed"),
]

self_test_urls = [
    path("", self_test.open_, name="self_test"),
    path("part/", self_test.part, name="self_test_part"),
    path("<int:session_id>/", self_test.detail, name="self_test_detail"),
    path("<int:session_id>/console/", console.console, name="self_test_console"),
    path("<int:session_id>/command/", console.command, name="self_test_command"),
    path("<int:session_id>/alarms/", alarms.alarm_log_of, name="self_test_alarm_log"),
    path("<int:session_id>/print.css", self_test.printed, name="self_test_printed"),
]

home_urls = [
    path("", home.plan, name="home_plan"),
    path("log/", home.log, name="home_log"),
    path("log/<uuid:log_id>/", home.logged, name="home_logged"),
    path("history/", home.history, name="home_history"),
    path("after/", aftercare.home_followup, name="home_followup"),
    path("flare/", home.flare, name="home_flare"),
]

urlpatterns = [
    *live_urls,
    path("patients/<int:patient_id>/sessions/", include(clinic_urls)),
    path("devices/<int:controller_id>/self-test/", include(self_test_urls)),
    path(
        "patients/<int:patient_id>/adverse-events/<int:event_id>/", adverse_events.grade, name="adverse_event"
    ),
    path("patients/<int:patient_id>/progress/", progress.progress, name="progress"),
    path("patients/<int:patient_id>/progression/", progression.progression, name="progression"),
    path(
        "patients/<int:patient_id>/progress/end-suspension/", progress.end_suspensions, name="end_suspensions"
    ),
    path("home/<int:patient_id>/", include(home_urls)),
    path("evidence/", reference.evidence, name="evidence"),
    path("patients/<int:patient_id>/pressure/", pressure_permission.permit, name="pressure_permission"),
    path("attention/", aftercare.attention, name="attention"),
    path("attention/read/", aftercare.read_notice, name="read_notice"),
    path("attention/causality/", aftercare.choose_causality, name="choose_causality"),
    path("patients/<int:patient_id>/after/", aftercare.followup, name="followup"),
    path("stop-criteria/", stop_rules.of_clinic, name="clinic_stop_rules"),
    path("patients/<int:patient_id>/stop-criteria/", stop_rules.of_patient, name="patient_stop_rules"),
    path("rules/", reference.rules, name="rules"),
    path("outcomes/", dashboards.dashboard, name="dashboard"),
]
