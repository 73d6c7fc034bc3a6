"""Addresses that are no desk's: what a provider reports to, and where a reader leaves a topic."""

from django.urls import path

from notifications import webhooks
from notifications.views import leave

app_name = "notices"
urlpatterns = [
    path("provider/", webhooks.reports, name="provider"),
    path("provider/mail/", webhooks.mails, name="provider-mail"),
    path("leave/<str:token>/", leave.leave, name="leave"),
    path("leave/<str:token>/back/", leave.come_back, name="come-back"),
]
