"""The archive at the desk."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from casestudies import actions
from casestudies.forms import CaseStudyForm
from casestudies.models import CaseStudy
from marketinfo.desk import EntryAdmin


@admin.register(CaseStudy)
class CaseStudyAdmin(EntryAdmin):
    """Case studies."""

    form = CaseStudyForm
    list_display = (
        "title",
        "outcome_shown",
        "country",
        "category",
        "state_shown",
        "last_verified",
        "is_current",
    )
    fieldsets: ClassVar = [
        (
            None,
            {
                "fields": (
                    "title",
                    "reference",
                    "language",
                    "summary",
                )
            },
        ),
        (
            _("The story"),
            {
                "fields": (
                    "difficulty",
                    "progress",
                    "result",
                    "effect",
                    "lessons",
                    "outcome",
                    "action_types",
                    "bodies",
                )
            },
        ),
        (
            _("What it is about"),
            {
                "fields": (
                    "country",
                    "category",
                    "hs_codes",
                    "sector",
                )
            },
        ),
        (
            _("The company, coarsely"),
            {
                "fields": (
                    "province",
                    "company_size",
                    "period",
                )
            },
        ),
        (
            _("Publication"),
            {
                "fields": (
                    "consent_reference",
                    "licence",
                    "last_verified",
                    "next_check",
                    "state_shown",
                    "published_at",
                    "published_by",
                    "updated_at",
                )
            },
        ),
    ]

    @admin.display(description=_("Outcome"), ordering="outcome")
    def formfield_for_manytomany(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Boxes to tick: Django's two-box chooser needs a mouse and names nothing to a reader."""
        return super().formfield_for_manytomany(
            db_field, request, **{**kwargs, "widget": forms.CheckboxSelectMultiple}
        )

    def outcome_shown(self, entry: CaseStudy) -> str:
        """How the case ended."""
        return entry.kind_label

    def publish_one(self, entry: CaseStudy, *, by: Any) -> CaseStudy:
        """Publishing a study asks for consent."""
        return actions.publish(entry, by=by)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The credited bodies are found too, and the admin writes them after the row."""
        super().save_related(request, form, formsets, change)
        actions.reindex(form.instance)
