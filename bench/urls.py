"""The portal's addresses, and beside them the bare floors; only bench.site leads here."""

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path

from bench import floors

handler400 = "portal.errors.bad_request"
handler403 = "portal.errors.permission_denied"
handler404 = "portal.errors.page_not_found"
handler500 = "portal.errors.server_error"

urlpatterns = [
    path("bench/ok/", login_not_required(floors.nothing)),
    path("bench/file/", login_not_required(floors.file)),
    path("bench/queue/", floors.queue),
    path("bench/detail/<int:pk>/", floors.detail),
    path("", include("portal.urls")),
]
