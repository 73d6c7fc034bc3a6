"""Addresses of the library, below /library/."""

from django.urls import path

from marketinfo import views

app_name = "marketinfo"
urlpatterns = [
    path("", views.article_list, name="list"),
    path("requirements/", views.requirement_list, name="requirements"),
    path("requirements/<slug:reference>/", views.requirement, name="requirement"),
    path("<slug:reference>/", views.article, name="detail"),
]
