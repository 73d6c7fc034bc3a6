"""The list of reply templates, and the addresses of their pages."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from intake import workflow
from intake.actions import wording as actions
from intake.admin import picking
from intake.admin.wording.filters import CategoryFilter, CountryFilter, LanguageFilter, VerbFilter
from intake.admin.wording.versions import Versions
from intake.admin.wording.writing import Writing
from intake.models import ReplyTemplate


@admin.register(ReplyTemplate)
class ReplyTemplateAdmin(Writing, Versions):
    """The secretariat writes them; the auditor reads them; nobody deletes one."""

    list_display = (
        "name",
        "step",
        "language_name",
        "category",
        "country",
        "version",
        "active",
    )
    list_filter = (VerbFilter, LanguageFilter, CategoryFilter, CountryFilter, "active")
    list_select_related = ("category", "country")
    list_per_page = 50
    search_fields = ("name", "versions__body")
    search_help_text = _("Name, or words of the text")
    actions = ("offer", "withhold")

    class Media:
        """The list's own columns."""

        css = {"all": ["desk-wording.css"]}

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """The list by its name."""
        more = {"title": gettext("Reply templates"), **(extra_context or {})}
        return super().changelist_view(request, more)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Each with its newest words."""
        return super().get_queryset(request).with_words()  # type: ignore[attr-defined]

    @admin.display(description=_("step"), ordering="verb")
    def step(self, row: ReplyTemplate) -> str:
        """The step by its label."""
        return gettext(workflow.STEPS[row.verb].label) if row.verb in workflow.STEPS else row.verb

    @admin.display(description=_("language"), ordering="language")
    def language_name(self, row: ReplyTemplate) -> str:
        """The language by its name."""
        return gettext("English") if row.language == "en" else gettext("Korean")

    @admin.display(description=_("version"))
    def version(self, row: Any) -> str:
        """The number of the newest words."""
        return f"v{row.number}"

    @admin.action(description=_("Offer at the desk"), permissions=["change"])
    def offer(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Put the chosen ones on offer."""
        self._offer(request, queryset, True)

    @admin.action(description=_("Offer no longer"), permissions=["change"])
    def withhold(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Take the chosen ones off offer."""
        self._offer(request, queryset, False)

    def _offer(self, request: HttpRequest, queryset: QuerySet[Any], active: bool) -> None:
        said = gettext("Offered at the desk") if active else gettext("Offered no longer")
        for row in queryset.exclude(active=active):
            actions.offer_template(template=row, active=active)
            self.log_change(request, row, said)
            messages.success(request, f"{row.name}: {said}.")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody: events name the versions that were used."""
        return False

    def get_urls(self) -> list[URLPattern]:
        """List, editing, versions, and what the desk's picker asks."""
        wrap = self.admin_site.admin_view
        return [
            path("", wrap(self.changelist_view), name="intake_replytemplate_changelist"),
            path("add/", wrap(self.edit), name="intake_replytemplate_add"),
            path("preview/", wrap(require_POST(self.preview)), name="intake_replytemplate_preview"),
            path(
                "use/<int:case_pk>/<str:verb>/<int:pk>/",
                wrap(require_POST(picking.words)),
                name="intake_replytemplate_use",
            ),
            path("<int:pk>/change/", wrap(self.edit), name="intake_replytemplate_change"),
            path(
                "<int:pk>/versions/",
                wrap(require_safe(self.versions)),
                name="intake_replytemplate_versions",
            ),
            path(
                "<int:pk>/restore/<int:number>/",
                wrap(require_POST(self.restore)),
                name="intake_replytemplate_restore",
            ),
        ]
