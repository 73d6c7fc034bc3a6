"""Addresses that exist in demo mode only; each view answers 404 otherwise."""

from django.urls import URLPattern, path

from portal import demo_views

urlpatterns: list[URLPattern] = [
    path("mailbox/", demo_views.mailbox_list, name="demo-mailbox"),
    path("mailbox/<str:name>/", demo_views.mailbox_mail, name="demo-mail"),
    path("mailbox/<str:name>/html/", demo_views.mailbox_html, name="demo-mail-html"),
]
