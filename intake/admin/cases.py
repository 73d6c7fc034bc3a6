"""Two lists of cases: the queue (what to do next) and all cases; both lead to the case page."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts import roles
from intake import actions, receipt, workflow
from intake.admin import cells, filters, gate, page, presence, steps
from intake.admin.bulk import choosing, telling
from intake.models import Case, TriageCase


class CaseList(admin.ModelAdmin):
    """What both lists share: read only, searched by our own index, gated by the queryset."""

    list_display_links = None
    list_per_page = 50
    list_max_show_all = 50
    show_full_result_count = False
    list_select_related = (
        "country",
        "category",
        "filer_organisation",
        "assignee",
    )
    sortable_by = ()
    # Shows the search box; `get_search_results` does the work.
    search_fields = ("number",)
    search_help_text = _("Receipt number, company, product or any words of the case")
    actions_selection_counter = True
    change_list_template = "admin/intake/list.html"

    number_cell = staticmethod(admin.display(description=_("receipt number"))(cells.number))
    title_cell = staticmethod(admin.display(description=_("title"))(cells.title))
    state_cell = staticmethod(admin.display(description=_("state"))(cells.state))
    due = staticmethod(cells.column(_("due"), cells.due))
    turn = staticmethod(cells.column(_("whose turn"), cells.turn))
    waiting = staticmethod(cells.column(_("waiting"), cells.waiting))
    received = staticmethod(cells.column(_("received"), cells.received))
    country_cell = staticmethod(cells.column(_("country"), cells.country))
    category_cell = staticmethod(cells.column(_("category"), cells.category))
    company_cell = staticmethod(cells.column(_("company"), cells.company))
    filed = staticmethod(cells.column(_("filed through"), cells.filed))
    officer = staticmethod(cells.column(_("officer in charge"), cells.officer))

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

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """The list takes the whole width: the way to the other lists is the page before."""
        more = {
            "title": capfirst(self.opts.verbose_name_plural),
            "is_nav_sidebar_enabled": False,
            **(extra_context or {}),
        }
        return super().changelist_view(request, more)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """A receipt number however it is typed finds its case; other words ask the index."""
        if not search_term.strip():
            return queryset, False
        try:
            return queryset.filter(number=receipt.read_number(search_term)), False
        except receipt.ReceiptNumberError:
            return queryset.search(search_term), False  # type: ignore[attr-defined]


@admin.register(TriageCase)
class TriageCaseAdmin(CaseList):
    """The queue: open cases, what to do next first."""

    list_display = (
        "number_cell",
        "title_cell",
        "state_cell",
        "turn",
        "waiting",
        "due",
        "country_cell",
        "category_cell",
        "filed",
        "officer",
    )
    list_filter = (
        filters.OfficerFilter,
        filters.OverdueFilter,
        filters.BorderFilter,
        filters.StateFilter,
        filters.CategoryFilter,
        filters.CountryFilter,
        filters.FilerFilter,
        filters.BodyFilter,
    )
    actions = ("claim",)

    def get_urls(self) -> list[URLPattern]:
        """The list, steps of many cases, and who is on them; a case opens on its one page."""
        wrap = self.admin_site.admin_view
        return [
            path("", wrap(self.changelist_view), name="intake_triagecase_changelist"),
            path("bulk/", wrap(choosing.confirm), name="intake_triagecase_bulk"),
            path("bulk/done/", wrap(telling.done), name="intake_triagecase_bulk_done"),
            path("presence/", wrap(presence.of_rows), name="intake_triagecase_presence"),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Open cases in working order."""
        return super().get_queryset(request).open().next_first()  # type: ignore[attr-defined]

    @admin.action(description=_("Take up"), permissions=["act"])
    def claim(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Take the chosen cases up, each by the verb; say who was first on the others."""
        by = gate.actor(request)
        done = 0
        # Plain cases: the verbs know nothing of the queue.
        for case in Case.objects.filter(pk__in=queryset.values_list("pk", flat=True)).order_by(
            "id"
        ):
            try:
                actions.claim(case=case, by=by)
            except (actions.RefusedError, workflow.IllegalStepError) as error:
                text = steps.refusal(error, Case.objects.get(pk=case.pk), seen=None)
                self.message_user(request, f"{case.number}: {text}", messages.WARNING)
            else:
                done += 1
        if done:
            text = ngettext("You took up %d case.", "You took up %d cases.", done)
            self.message_user(request, text % done, messages.SUCCESS)


@admin.register(Case)
class CaseAdmin(CaseList):
    """All cases, ended ones too, and the case page with its steps."""

    list_display = (
        "number_cell",
        "title_cell",
        "state_cell",
        "turn",
        "received",
        "due",
        "country_cell",
        "category_cell",
        "company_cell",
        "filed",
        "officer",
    )
    list_filter = (
        filters.StateFilter,
        filters.OfficerFilter,
        filters.CategoryFilter,
        filters.CountryFilter,
        filters.FilerFilter,
    )
    actions = ()

    def get_urls(self) -> list[URLPattern]:
        """List, page, steps and files: no add, no delete, no edit."""
        wrap = self.admin_site.admin_view
        return [
            path("", wrap(self.changelist_view), name="intake_case_changelist"),
            path("<int:pk>/change/", wrap(page.case_page), name="intake_case_change"),
            path("<int:pk>/step/<str:verb>/", wrap(steps.step), name="intake_case_step"),
            path(
                "<int:pk>/referral/<int:referral_pk>/<str:verb>/",
                wrap(steps.referral_step),
                name="intake_case_referral",
            ),
            path("<int:pk>/presence/", wrap(presence.sign), name="intake_case_presence"),
            path("<int:pk>/file/<uuid:public_id>/", wrap(page.attachment), name="intake_case_file"),
        ]


admin.site.site_header = _("One-Team desk")
admin.site.site_title = _("One-Team desk")
admin.site.index_title = _("Desk")
