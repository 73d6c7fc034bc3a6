"""Addresses of the archive, below /cases/."""

from django.urls import path

from casestudies import approving, feed, views

app_name = "casestudies"
urlpatterns = [
    path("", views.case_list, name="list"),
    path("feed/", feed.archive, name="feed"),
    path("approve/<str:token>/", approving.approve, name="approve"),
    path("approve/<str:token>/down/", approving.take_down, name="take-down"),
    path("<slug:reference>/", views.case, name="detail"),
]
