"""Reply templates in the admin: list, editing with a preview on a real case, versions."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from intake import workflow
from intake.actions import wording as actions
from intake.admin import gate, picking
from intake.forms.wording import TemplateForm, optional_marks, palette, sentence, verb_choices
from intake.models import Case, ReplyTemplate, ReplyTemplateVersion
from intake.wording import filling, markup, merging, values
from reference.models import Category, Country

CASES_TO_TRY = 20
TAKE_MERGED, TAKE_THEIRS, TAKE_MINE = "merged", "theirs", "mine"


class _VerbFilter(admin.SimpleListFilter):
    """For which step."""

    title = _("step")
    parameter_name = "verb"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Every step that templates are for."""
        return verb_choices(get_language())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The templates of one step."""
        return queryset.filter(verb=self.value()) if self.value() else queryset


class _RowFilter(admin.SimpleListFilter):
    """By a reference row that some template names, or by none."""

    model: Any = None
    column = ""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The rows that templates name."""
        named = ReplyTemplate.objects.values(self.column)
        language = get_language()
        rows = [(row.pk, row.name_in(language)) for row in self.model.objects.filter(pk__in=named)]
        return [("-", gettext("For all")), *rows]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The templates of one row, or those for all."""
        if not self.value():
            return queryset
        return queryset.filter(**{self.column: None if self.value() == "-" else self.value()})


class _CategoryFilter(_RowFilter):
    """For which kind of difficulty."""

    title, parameter_name, column, model = _("category"), "category", "category", Category


class _CountryFilter(_RowFilter):
    """For which country."""

    title, parameter_name, column, model = _("country"), "country", "country", Country


class _LanguageFilter(admin.SimpleListFilter):
    """In which language."""

    title = _("language")
    parameter_name = "language"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The languages of letters."""
        return [("ko", gettext("Korean")), ("en", gettext("English"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The templates of one language."""
        return queryset.filter(language=self.value()) if self.value() else queryset


@admin.register(ReplyTemplate)
class ReplyTemplateAdmin(admin.ModelAdmin):
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
    list_filter = (_VerbFilter, _LanguageFilter, _CategoryFilter, _CountryFilter, "active")
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

    # --- Editing ------------------------------------------------------------------------------
    def edit(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """Write a new template, or new words for one; a reader sees the form and no button."""
        template = self._template(request, pk)
        if request.method != "POST":
            return self._edit_page(request, template, self._form(template))
        self._writes(request, template)
        form = TemplateForm(request.POST, template=template)
        if "preview" in request.POST or "take" in request.POST:
            taken = request.POST.get("take", "")
            return self._edit_page(request, template, self._again(request, template, taken))
        if not form.is_valid():
            return self._edit_page(request, template, form, status=422)
        return self._write(request, template, form)

    def _write(
        self, request: HttpRequest, template: ReplyTemplate | None, form: TemplateForm
    ) -> HttpResponse:
        body, by = form.cleaned_data["body"], _person(request)
        facts = form.facts()
        if template is None:
            new = actions.create_template(body=body, by=by, **facts)
            self.log_addition(request, new, gettext("Version 1"))
            messages.success(request, gettext("The template “%s” was saved.") % new.name)
            return redirect("admin:intake_replytemplate_changelist")
        changed = {name: value for name, value in facts.items() if getattr(template, name) != value}
        # Only what this editor changed: a fact that somebody else set meanwhile stays.
        before = request.POST
        changed = {
            name: value
            for name, value in changed.items()
            if before.get(f"was-{name}", "") != _plain(value)
        }
        seen = form.cleaned_data["seen"] or 0
        try:
            version = actions.save_template(
                template=template, seen=seen, body=body, by=by, **changed
            )
        except actions.OvertakenError as error:
            return self._overtaken(request, template, form, error.latest)
        words = gettext("Version %d") % version.number
        self.log_change(request, template, words)
        messages.success(
            request,
            gettext("The template “%(name)s” was saved: version %(number)d.")
            % {"name": template.name, "number": version.number},
        )
        return redirect("admin:intake_replytemplate_changelist")

    def _overtaken(
        self,
        request: HttpRequest,
        template: ReplyTemplate,
        form: TemplateForm,
        latest: ReplyTemplateVersion,
    ) -> HttpResponse:
        """Both editions beside what they started from, and both changes in one."""
        seen, mine = form.cleaned_data["seen"] or 0, form.cleaned_data["body"]
        base = _body(template, seen)
        both = merging.merge(base, mine, latest.body)
        clash = {
            "latest": latest,
            "theirs": merging.words(base, latest.body),
            "mine": merging.words(base, mine),
            "merged": both,
        }
        return self._edit_page(request, template, form, status=409, clash=clash)

    def _again(
        self, request: HttpRequest, template: ReplyTemplate | None, taken: str
    ) -> TemplateForm:
        """The form with what was typed, or with the edition that the editor took."""
        initial: dict[str, Any] = {
            name: request.POST.get(name, "") for name in TemplateForm.base_fields
        }
        initial["active"] = "active" in request.POST
        if template is not None and taken in (TAKE_MERGED, TAKE_THEIRS, TAKE_MINE):
            latest = template.versions.order_by("-number")[0]
            seen = int(initial["seen"]) if str(initial["seen"]).isdigit() else 0
            mine = markup.tidy(initial["body"])
            if taken == TAKE_MERGED:
                initial["body"] = merging.merge(_body(template, seen), mine, latest.body).text
            elif taken == TAKE_THEIRS:
                initial["body"] = latest.body
            initial["seen"] = latest.number
        return TemplateForm(initial=initial, template=template)

    def _form(self, template: ReplyTemplate | None) -> TemplateForm:
        if template is None:
            return TemplateForm(initial={"language": "ko", "active": True})
        names = ("name", "verb", "language", "active")
        initial = {name: getattr(template, name) for name in names}
        more = {
            "category": template.category_id or "",
            "country": template.country_id or "",
            "body": template.body,  # type: ignore[attr-defined]
            "seen": template.number,  # type: ignore[attr-defined]
        }
        return TemplateForm(initial=initial | more, template=template)

    def _edit_page(
        self,
        request: HttpRequest,
        template: ReplyTemplate | None,
        form: TemplateForm,
        *,
        status: int = 200,
        clash: dict[str, Any] | None = None,
    ) -> HttpResponse:
        body = str(form["body"].value() or "")
        case, cases = _case_to_try(request)
        context = {
            **self.admin_site.each_context(request),
            "title": template.name if template else gettext("New reply template"),
            "opts": self.opts,
            "template": template,
            "form": form,
            # The preview wants the width.
            "is_nav_sidebar_enabled": False,
            "writes": self._may_write(request, template),
            "was": _was(template, request),
            "palette": palette(),
            "optional_marks": optional_marks(),
            "case": case,
            "cases": cases,
            "clash": clash,
            "preview": tried(
                body,
                case,
                str(form["language"].value() or "ko"),
                str(form["verb"].value() or ""),
            ),
        }
        page = "admin/intake/wording/edit.html"
        return render(request, page, context, status=status)

    def preview(self, request: HttpRequest) -> HttpResponse:
        """The words as they would read for a case: the part of the page that follows typing."""
        self._reads(request)
        case, _cases = _case_to_try(request)
        language = request.POST.get("language", "ko")
        verb = request.POST.get("verb", "")
        shown = tried(request.POST.get("body", ""), case, language, verb)
        return render(request, "admin/intake/wording/preview.html", {"preview": shown})

    # --- Versions -----------------------------------------------------------------------------
    def versions(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Every edition, newest first, each with what it changed."""
        template = self._template(request, pk)
        rows = list(template.versions.select_related("author")) if template else []
        older = [row.body for row in rows[1:]] + [""]
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Versions of “%s”") % template,
            "opts": self.opts,
            "template": template,
            "writes": self._may_write(request, template),
            "rows": [
                (row, merging.words(before, row.body))
                for row, before in zip(rows, older, strict=True)
            ],
        }
        return render(request, "admin/intake/wording/versions.html", context)

    def restore(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        """An old edition becomes the newest one."""
        template = self._template(request, pk)
        self._writes(request, template)
        if template is None:
            raise Http404
        version = get_object_or_404(template.versions, number=number)
        seen = request.POST.get("seen", "")
        back = redirect("admin:intake_replytemplate_versions", template.pk)
        try:
            markup.parse(version.body)
            done = actions.restore_version(
                template=template,
                number=number,
                seen=int(seen) if seen.isdigit() else 0,
                by=_person(request),
            )
        except markup.WordingError as error:
            messages.error(request, " ".join(sentence(fault) for fault in error.faults))
            return back
        except actions.OvertakenError as error:
            messages.error(
                request,
                gettext(
                    "Nothing was restored: %(who)s saved version %(number)d meanwhile. Look at it "
                    "and decide again."
                )
                % {"who": error.latest.author or "–", "number": error.latest.number},
            )
            return back
        said = gettext("Version %(number)d: the words of version %(old)d again") % {
            "number": done.number,
            "old": number,
        }
        self.log_change(request, template, said)
        messages.success(request, f"{template.name}: {said}.")
        return back

    # --- Who ----------------------------------------------------------------------------------
    def _template(self, request: HttpRequest, pk: int | None) -> ReplyTemplate | None:
        self._reads(request)
        if pk is None:
            if not self.has_add_permission(request):
                raise PermissionDenied
            return None
        rows = ReplyTemplate.objects.with_words().select_related("category", "country")
        return get_object_or_404(rows, pk=pk)

    def _reads(self, request: HttpRequest) -> None:
        """Who reads cases: the preview shows one."""
        if not (gate.reads(request.user) and self.has_view_permission(request)):
            raise PermissionDenied

    def _may_write(self, request: HttpRequest, template: ReplyTemplate | None) -> bool:
        if template is None:
            return self.has_add_permission(request)
        return self.has_change_permission(request, template)

    def _writes(self, request: HttpRequest, template: ReplyTemplate | None) -> None:
        if not self._may_write(request, template):
            raise PermissionDenied


def _person(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def _plain(value: Any) -> str:
    return "" if value is None else str(value)


def _was(template: ReplyTemplate | None, request: HttpRequest) -> list[tuple[str, str]]:
    """The facts as the editor saw them, carried along; a page that comes back keeps the first."""
    if template is None:
        return []
    names = ("name", "verb", "language", "category_id", "country_id", "active")
    return [
        (f"was-{name}", request.POST.get(f"was-{name}", _plain(getattr(template, name))))
        for name in names
    ]


def _body(template: ReplyTemplate, number: int) -> str:
    version = template.versions.filter(number=number).first()
    return version.body if version else ""


def _case_to_try(request: HttpRequest) -> tuple[Case | None, list[Case]]:
    """The case that a preview is filled from, and the recent ones to choose from."""
    rows = Case.objects.visible_to(request.user).select_related("country", "category", "assignee")
    cases = list(rows.order_by("-id")[:CASES_TO_TRY])
    asked = request.POST.get("case") or request.GET.get("case") or ""
    chosen = next((case for case in cases if str(case.pk) == asked), None)
    return chosen or (cases[0] if cases else None), cases


def tried(body: str, case: Case | None, language: str, verb: str) -> dict[str, Any]:
    """A text filled from a case as the preview shows it, or what is wrong with it."""
    language = language if language in ("ko", "en") else "ko"
    if not body.strip():
        return {"faults": [], "chunks": [], "gaps": 0}
    try:
        parsed = markup.parse(body)
    except markup.WordingError as error:
        return {"faults": [sentence(row) for row in error.faults], "chunks": [], "gaps": 0}
    to_bodies = verb in values.TO_BODIES
    known = values.for_case(case, language, to_bodies=to_bodies) if case else {}
    shown = filling.chunks(parsed, known)
    gaps = sum(part.kind == filling.GAP for chunk in shown for part in chunk.segments)
    return {"faults": [], "chunks": shown, "gaps": gaps}
