"""The addresses of what a person was told, and of how they want to be told."""

from django.urls import path

from notifications.views import inbox, preferences

app_name = "inbox"
urlpatterns = [
    path("inbox/", inbox.listing, name="list"),
    path("inbox/read/", inbox.read_all, name="read-all"),
    path("inbox/<int:pk>/", inbox.detail, name="notice"),
    path("inbox/<int:pk>/open/", inbox.open_notice, name="open"),
    path("inbox/<int:pk>/read/", inbox.read, name="read"),
    path("my-notices/", preferences.choices, name="choices"),
]
