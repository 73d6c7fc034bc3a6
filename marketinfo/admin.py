"""The library at the desk."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from marketinfo.desk import EntryAdmin, officer
from marketinfo.desk.reports import EntryLinkAdmin, EntryReportAdmin
from marketinfo.following.desk import RecordChangeAdmin
from marketinfo.forms import ArticleForm, RequirementForm
from marketinfo.models import Article, EntryLink, EntryReport, Requirement

__all__ = ["ArticleAdmin", "RecordChangeAdmin", "RequirementAdmin"]

PLACE = ("country", "category", "hs_codes")
SHELF_LIFE = ("last_verified", "next_check", "expires_on")
STATE = ("state_shown", "published_at", "published_by", "updated_at")


@admin.register(Article)
class ArticleAdmin(EntryAdmin):
    """Articles."""

    form = ArticleForm
    list_display = (
        "title",
        "kind_shown",
        "country",
        "state_shown",
        "last_verified",
        "next_check",
        "is_current",
    )
    fieldsets: ClassVar = [
        (
            None,
            {
                "fields": (
                    "title",
                    "reference",
                    "kind",
                    "language",
                    "summary",
                    "body",
                )
            },
        ),
        (_("What it is about"), {"fields": PLACE}),
        (
            _("Source"),
            {
                "fields": (
                    "source",
                    "source_url",
                    "author_organisation",
                    "written_on",
                    "licence",
                )
            },
        ),
        (_("Check of the facts"), {"fields": SHELF_LIFE}),
        (_("State"), {"fields": STATE}),
    ]

    @admin.display(description=_("Kind"), ordering="kind")
    def kind_shown(self, entry: Article) -> str:
        """The kind's label."""
        return entry.kind_label


@admin.register(Requirement)
class RequirementAdmin(EntryAdmin):
    """Requirement records."""

    form = RequirementForm
    list_display = (
        "title",
        "kind_shown",
        "country",
        "hs_shown",
        "state_shown",
        "last_verified",
        "next_check",
        "is_current",
    )
    fieldsets: ClassVar = [
        (
            None,
            {
                "fields": (
                    "title",
                    "reference",
                    "type",
                    "language",
                    "summary",
                )
            },
        ),
        (_("What it is about"), {"fields": PLACE}),
        (
            _("Rule"),
            {
                "fields": (
                    "authority",
                    "legal_reference",
                    "effective_from",
                    "demand",
                    "procedure",
                    "cost",
                    "duration",
                )
            },
        ),
        (
            _("Source"),
            {
                "fields": (
                    "source",
                    "source_url",
                    "licence",
                    "owner",
                )
            },
        ),
        (
            _("Check of the facts"),
            {
                "fields": (
                    *SHELF_LIFE,
                    "confidence",
                    "checker",
                )
            },
        ),
        (_("State"), {"fields": STATE}),
    ]

    @admin.display(description=_("Type"), ordering="type")
    def kind_shown(self, entry: Requirement) -> str:
        """The type's label."""
        return entry.kind_label

    @admin.display(description=_("HS codes"))
    def hs_shown(self, entry: Requirement) -> str:
        """The codes."""
        return " ".join(entry.hs_list)

    @admin.display(description=_("checked by"))
    def checker(self, entry: Requirement) -> str:
        """Who entered the date of the last check."""
        return str(entry.verified_by or "–")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Who checked follows from who entered the date."""
        return [*super().get_readonly_fields(request, obj), "checker"]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Whoever enters a date of check has checked."""
        if "last_verified" in form.changed_data:
            obj.verified_by = officer(request) if obj.last_verified else None
            form.changed_data.append("verified_by")
        super().save_model(request, obj, form, change)


admin.site.register(EntryReport, EntryReportAdmin)
admin.site.register(EntryLink, EntryLinkAdmin)
