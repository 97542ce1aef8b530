"""URLs of devices."""

from django.urls import path

from devices import views

app_name = "devices"
urlpatterns = [
    path("", views.fleet, name="fleet"),
    path("register/", views.register, name="register"),
    path("<int:controller_id>/", views.controller, name="controller"),
    path("<int:controller_id>/check/", views.check, name="check"),
    path("<int:controller_id>/clear-fault/", views.clear_fault, name="clear_fault"),
    path("<int:controller_id>/quarantine/", views.quarantine, name="quarantine"),
    path("<int:controller_id>/calibrate/<int:channel_id>/", views.calibrate, name="calibrate"),
    path("<int:controller_id>/return/", views.return_to_use, name="return_to_use"),
]
