"""Two lists of cases: the queue (what to do next) and all cases; both lead to the case page."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from accounts import roles
from intake.admin import gate, mentions, page, paper, presence, relied, steps
from intake.admin.bulk import choosing, telling
from intake.admin.queue import counts, own, pages
from intake.models import Case, TriageCase


class CaseList(admin.ModelAdmin):
    """What both lists share: who may look. The lists themselves are pages of their own."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        """The desk is the secretariat's; the auditor looks on."""
        return gate.reads(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The same."""
        return gate.reads(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Cases are filed, never typed in here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Cases move by steps, never by an edited field."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is thrown away."""
        return False

    def has_act_permission(self, request: HttpRequest) -> bool:
        """Who may take steps."""
        return roles.is_secretary(request.user)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Only what this reader may see, whatever any permission says."""
        return self.model._default_manager.visible_to(request.user)  # type: ignore[attr-defined]


@admin.register(TriageCase)
class TriageCaseAdmin(CaseList):
    """The queue: open cases, what to do next first."""

    def get_urls(self) -> list[URLPattern]:
        """The list, steps of many cases, and who is on them; a case opens on its one page."""
        wrap = self.admin_site.admin_view
        return [
            path("", wrap(pages.queue), name="intake_triagecase_changelist"),
            path("counts/", wrap(counts.counts), name="intake_triagecase_counts"),
            path("views/", wrap(own.views), name="intake_triagecase_views"),
            path("views/<int:pk>/", wrap(own.view), name="intake_triagecase_view"),
            path("columns/", wrap(own.own_columns), name="intake_triagecase_columns"),
            path("bulk/", wrap(choosing.confirm), name="intake_triagecase_bulk"),
            path("bulk/done/", wrap(telling.done), name="intake_triagecase_bulk_done"),
            path("presence/", wrap(presence.of_rows), name="intake_triagecase_presence"),
        ]


@admin.register(Case)
class CaseAdmin(CaseList):
    """All cases, ended ones too, and the case page with its steps."""

    def get_urls(self) -> list[URLPattern]:
        """List, page, steps and files: no add, no delete, no edit."""
        wrap = self.admin_site.admin_view
        return [
            path("", wrap(pages.everything), name="intake_case_changelist"),
            path("<int:pk>/change/", wrap(page.case_page), name="intake_case_change"),
            path("<int:pk>/step/<str:verb>/", wrap(steps.step), name="intake_case_step"),
            path(
                "<int:pk>/referral/<int:referral_pk>/<str:verb>/",
                wrap(steps.referral_step),
                name="intake_case_referral",
            ),
            path("<int:pk>/presence/", wrap(presence.sign), name="intake_case_presence"),
            path("calls/", wrap(mentions.listing), name="intake_case_calls"),
            path("relied/<int:pk>/", wrap(relied.relied), name="intake_case_relied"),
            path("<int:pk>/seen/", wrap(mentions.seen), name="intake_case_seen"),
            path("<int:pk>/paper/", wrap(paper.paper), name="intake_case_paper"),
            path("<int:pk>/readers/", wrap(page.readers_page), name="intake_case_readers"),
            path("<int:pk>/file/<uuid:public_id>/", wrap(page.attachment), name="intake_case_file"),
        ]


admin.site.site_header = _("One-Team desk")
admin.site.site_title = _("One-Team desk")
admin.site.index_title = _("Desk")
