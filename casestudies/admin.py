"""The archive at the desk."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms, shortcuts
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from casestudies import actions
from casestudies.actions import readiness
from casestudies.desk import ArchivePages
from casestudies.forms import CaseStudyForm
from casestudies.models import CaseStudy
from marketinfo.actions.writing import SHELF_LIFE
from marketinfo.desk import EntryAdmin, officer


class DriftFilter(admin.SimpleListFilter):
    """Studies whose case has moved on."""

    title = _("the case changed")
    parameter_name = "drift"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Only one question is worth a click."""
        return [("yes", _t("The case changed since"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Rows with a flag."""
        return queryset.exclude(drift="") if self.value() == "yes" else queryset


@admin.register(CaseStudy)
class CaseStudyAdmin(ArchivePages):
    """Case studies."""

    form = CaseStudyForm
    change_form_template = "admin/casestudies/change_form.html"
    change_list_template = "admin/casestudies/change_list.html"
    list_display = (
        "title_shown",
        "outcome_shown",
        "country",
        "category",
        "state_shown",
        "drift_shown",
        "last_verified",
        "is_current",
    )
    list_filter: ClassVar = [*EntryAdmin.list_filter, DriftFilter]
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
                    "not_before",
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

    def formfield_for_manytomany(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Boxes to tick: Django's two-box chooser needs a mouse and names nothing to a reader."""
        return super().formfield_for_manytomany(
            db_field, request, **{**kwargs, "widget": forms.CheckboxSelectMultiple}
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """What readers see stands: the company approved these very words."""
        fixed = super().get_readonly_fields(request, obj)
        if obj is None or not obj.is_readable:
            return fixed
        named = [str(name) for _title, said in self.fieldsets for name in said["fields"]]
        return [*fixed, *(name for name in named if name not in SHELF_LIFE and name not in fixed)]

    @admin.display(description=_("title"), ordering="title")
    def title_shown(self, entry: CaseStudy) -> str:
        """The title as readers would see it."""
        return entry.said("title")

    @admin.display(description=_("Outcome"), ordering="outcome")
    def outcome_shown(self, entry: CaseStudy) -> str:
        """How the case ended."""
        return entry.kind_label

    @admin.display(description=_("the case changed"), ordering="drift_at", empty_value="–")
    def drift_shown(self, entry: CaseStudy) -> str | None:
        """What happened to the case since the study came out."""
        return entry.drift_label or None

    def beside(self, request: HttpRequest, entry: Any) -> dict[str, Any]:
        """With what waits to be settled, and where."""
        return {
            **super().beside(request, entry),
            "way": reverse("admin:casestudies_casestudy_way", args=[entry.pk]),
            "unsettled": entry.findings.open().count(),
        }

    # --- The verbs of a study, not those of any entry ------------------------------------------
    def publish_one(self, entry: CaseStudy, *, by: Any, **more: Any) -> CaseStudy:
        """Publishing a study asks for consent, approval and a second person."""
        return actions.publish(entry, by=by, **more)

    def step(self, request: HttpRequest, pk: int, step: str) -> HttpResponse:
        """A step of every entry; nothing is submitted while something might identify."""
        if step == "submit" and request.method == "POST":
            study: CaseStudy = self._entry(request, pk, to_change=True)
            if found := readiness.problems(study):
                messages.error(request, found[0])
                return shortcuts.redirect("admin:casestudies_casestudy_way", pk)
        return super().step(request, pk, step)

    @admin.action(description=_("Submit the chosen drafts"), permissions=["change"])
    def submit(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Lay each draft before another person; those that are not ready are named."""
        done = self._each(request, queryset, actions.submit)
        if done:
            messages.success(request, _t("%(n)d drafts were submitted.") % {"n": done})

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Write through the verb, which marks what might identify."""
        by = officer(request)
        bodies = form.cleaned_data.get("bodies")
        if not change:
            obj.drafted_by = by
            actions.save(obj, by=by, bodies=bodies)
        else:
            names = [name for name in form.changed_data if name not in ("bodies", "seen")]
            actions.save(obj, by=by, fields=names, bodies=bodies)
        waiting = obj.findings.open().count()
        if waiting:
            messages.warning(
                request,
                _t("%(n)d places might identify the company. Settle them before you go on.")
                % {"n": waiting},
            )
