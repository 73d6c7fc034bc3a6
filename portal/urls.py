"""Every address of the portal on one page."""

from django.contrib import admin
from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from portal import views

handler400 = "portal.errors.bad_request"
handler403 = "portal.errors.permission_denied"
handler404 = "portal.errors.page_not_found"
handler500 = "portal.errors.server_error"

urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("guide/", views.guide, name="guide"),
    path("privacy/", views.privacy, name="privacy"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("language/", login_not_required(set_language), name="set-language"),
    path("healthz", views.healthz, name="healthz"),
    path("sign-in/", auth.LoginView.as_view(template_name="accounts/sign_in.html"), name="sign-in"),
    path("sign-out/", auth.LogoutView.as_view(), name="sign-out"),
    path("after-sign-in/", views.after_sign_in, name="after-sign-in"),
    path("", include("intake.urls")),
    path("library/", include("marketinfo.urls")),
    path("cases/", include("casestudies.urls")),
    path("partner/", include("portal.partner_urls")),
    path("demo/", include("portal.demo_urls")),
    path("admin/", admin.site.urls),
]
