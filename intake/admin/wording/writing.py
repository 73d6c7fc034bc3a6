"""Writing a reply template: its page, the preview on a real case, and two editors at once."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from intake.actions import wording as actions
from intake.admin.wording.access import Gate, number_of, person
from intake.admin.wording.trying import case_to_try, tried
from intake.forms.wording import TemplateForm, optional_marks, palette
from intake.models import ReplyTemplate, ReplyTemplateVersion
from intake.wording import markup, merging

TAKE_MERGED, TAKE_THEIRS, TAKE_MINE = "merged", "theirs", "mine"


class Writing(Gate):
    """The pages on which templates are written."""

    def edit(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """Write a new template, or new words for one; a reader sees the form and no button."""
        template = self.template(request, pk)
        if request.method != "POST":
            return self._edit_page(request, template, self._form(template))
        self.must_write(request, template)
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
        body, by = form.cleaned_data["body"], person(request)
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
            seen = number_of(str(initial["seen"]))
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
        case, cases = case_to_try(request)
        context = {
            **self.admin_site.each_context(request),
            "title": template.name if template else gettext("New reply template"),
            "opts": self.opts,
            "template": template,
            "form": form,
            # The preview wants the width.
            "is_nav_sidebar_enabled": False,
            "writes": self.may_write(request, template),
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
        self.must_read(request)
        case, _cases = case_to_try(request)
        language = request.POST.get("language", "ko")
        verb = request.POST.get("verb", "")
        shown = tried(request.POST.get("body", ""), case, language, verb)
        return render(request, "admin/intake/wording/preview.html", {"preview": shown})


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
