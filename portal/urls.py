"""Every address of the portal on one page."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from accounts.views import invitation
from portal import countries, entry_paper, views

handler400 = "portal.errors.bad_request"
handler403 = "portal.errors.permission_denied"
handler404 = "portal.errors.page_not_found"
handler429 = "portal.errors.too_many"
handler500 = "portal.errors.server_error"

# One door: the admin's own form knows no second factor.
admin.site.login = login_not_required(secure_admin_login(admin.site.login))  # type: ignore[method-assign]

urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("search/suggest/", views.suggest, name="search-suggest"),
    path("guide/", views.guide, name="guide"),
    path("privacy/", views.privacy, name="privacy"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("language/", login_not_required(set_language), name="set-language"),
    path("healthz", views.healthz, name="healthz"),
    path("", include("portal.sign_in_urls")),
    path("", include("portal.inbox_urls")),
    path("notices/", include("notifications.urls")),
    path("invitation/<str:token>/", invitation.invitation, name="invitation"),
    path("after-sign-in/", views.after_sign_in, name="after-sign-in"),
    path("", include("intake.urls")),
    path("library/countries/", countries.countries, name="countries"),
    path("library/countries/<str:code>/", countries.country, name="country"),
    path("library/", include("marketinfo.urls")),
    path("library/requirements/<slug:reference>/pdf/", entry_paper.requirement, name="record-pdf"),
    path("library/<slug:reference>/pdf/", entry_paper.article, name="article-pdf"),
    path("cases/", include("casestudies.urls")),
    path("cases/<slug:reference>/pdf/", entry_paper.case_study, name="case-study-pdf"),
    path("partner/", include("portal.partner_urls")),
    path("demo/", include("portal.demo_urls")),
    path("admin/", admin.site.urls),
]
