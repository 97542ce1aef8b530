"""URLs of protocols, at the root of the site. Each name has a row in `kaatsu_clinic.access.TABLE`."""

from django.urls import path

from protocols import views

app_name = "protocols"
urlpatterns = [
    path("protocols/", views.catalogue, name="catalogue"),
    path("protocols/<int:protocol_id>/", views.detail, name="detail"),
    path("patients/<int:patient_id>/occlusion/", views.measure_occlusion, name="measure_occlusion"),
    path("patients/<int:patient_id>/prescribe/", views.prescribe, name="prescribe"),
    path("patients/<int:patient_id>/prescriptions/", views.patient_part, name="patient_part"),
    path(
        "patients/<int:patient_id>/prescriptions/<int:prescription_id>/",
        views.prescription,
        name="prescription",
    ),
    path(
        "patients/<int:patient_id>/prescriptions/<int:prescription_id>/withdraw/",
        views.withdraw_prescription,
        name="withdraw_prescription",
    ),
]
