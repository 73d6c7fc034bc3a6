"""Addresses of following, below /library/following/."""

from django.urls import path

from marketinfo.following import views

urlpatterns = [
    path("", views.follow, name="follow"),
    path("sent/", views.sent, name="follow-sent"),
    path("find/", views.find, name="follow-find"),
    path("found/", views.found, name="follow-found"),
    path("ended/", views.ended, name="follow-ended"),
    path("confirm/<str:token>/", views.confirm, name="follow-confirm"),
    path("mine/<str:token>/", views.manage, name="follow-manage"),
]
