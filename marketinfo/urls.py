"""Addresses of the library, below /library/."""

from django.urls import include, path

from marketinfo import feeds, views

app_name = "marketinfo"
urlpatterns = [
    path("", views.article_list, name="list"),
    path("requirements/", views.requirement_list, name="requirements"),
    path("requirements/<slug:reference>/", views.requirement, name="requirement"),
    path("files/<uuid:public_id>/", views.file, name="file"),
    path("report/thanks/", views.report_thanks, name="report-thanks"),
    path("report/<slug:kind>/<slug:reference>/", views.report, name="report"),
    path("following/", include("marketinfo.following.urls")),
    path("feed/", feeds.library, name="feed"),
    path("<slug:reference>/", views.article, name="detail"),
]
