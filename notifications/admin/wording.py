"""Every notice as its reader gets it, and the words that the secretariat puts in their place."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from notifications import catalog, texts, wording
from notifications.admin import showing
from notifications.admin.access import LANGUAGES, Gate, WordingForm, person, seen_of
from notifications.admin.faults import sentence
from notifications.models import Wording


@admin.register(Wording)
class WordingAdmin(Gate):
    """The list of all notices, each with its preview, its words and their versions."""

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Every kind of notice by who reads it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        asked = request.GET.get("q", "").strip()
        groups = showing.groups(asked)
        context = {
            "title": gettext("Words of the notices"),
            "asked": asked,
            "groups": groups,
            "count": sum(len(group.lines) for group in groups),
        }
        return self.page(request, "list", context)

    def kind(self, request: HttpRequest, kind: str) -> HttpResponse:
        """A notice as it is sent now, in both languages."""
        found = self.must_read(request, kind)
        context = {
            "title": gettext(found.label),
            "kind": found,
            "facts": showing.facts_of(found),
            "previews": [showing.in_use(kind, language) for language in LANGUAGES],
            "text_messages": showing.text_messages(found),
        }
        return self.page(request, "kind", context)

    def html(self, request: HttpRequest, kind: str, language: str, number: int) -> HttpResponse:
        """The HTML part by itself, in a sandbox where nothing runs and nothing is fetched."""
        self.must_read(request, kind, language)
        row = self.version(kind, language, number) if number else None
        preview = showing.preview(kind, language, row)
        if preview.made is None:
            raise Http404
        return showing.sandboxed(preview.made.html)

    def write(self, request: HttpRequest, kind: str, language: str) -> HttpResponse:
        """Write new words: looked through while nobody gets them, kept as a version."""
        if request.method != "POST":
            self.must_read(request, kind, language)
            return self._write_page(request, kind, language, self._form(kind, language))
        self.must_write(request, kind, language)
        form = WordingForm(request.POST)
        if not form.is_valid():
            return self._write_page(request, kind, language, form, status=422)
        if "check" in request.POST:
            return self._write_page(request, kind, language, form)
        try:
            row = wording.draft(
                kind=kind, language=language, by=person(request), **form.cleaned_data
            )
        except wording.OvertakenError as error:
            return self._overtaken(request, kind, language, form, error)
        self.log_addition(request, row, str(row))
        messages.success(
            request,
            gettext("Version %(number)d is kept as a draft. Nobody gets it yet.")
            % {"number": row.version},
        )
        return self._back(kind, language)

    def _overtaken(
        self,
        request: HttpRequest,
        kind: str,
        language: str,
        form: WordingForm,
        error: wording.OvertakenError,
    ) -> HttpResponse:
        """What was typed stays; the version that came first stands below with the others."""
        latest = error.latest
        form.add_error(
            None,
            gettext(
                "Nothing was kept: %(who)s wrote version %(number)d meanwhile. Look at it below, "
                "then keep yours again."
            )
            % {
                "who": latest.author if latest else "–",
                "number": latest.version if latest else 0,
            },
        )
        form.data = form.data.copy()  # type: ignore[attr-defined]
        form.data["seen"] = str(latest.version if latest else 0)  # type: ignore[index]
        return self._write_page(request, kind, language, form, status=409)

    def _form(self, kind: str, language: str) -> WordingForm:
        rows = wording.versions(kind, language)
        newest = rows[0] if rows and rows[0].state == "draft" else wording.current(kind, language)
        if newest is not None:
            subject, body = newest.subject, newest.body
        else:
            subject, body = texts.parted(texts.shipped(kind, language))
        seen = rows[0].version if rows else 0
        return WordingForm(initial={"subject": subject, "body": body, "seen": seen})

    def _write_page(
        self, request: HttpRequest, kind: str, language: str, form: WordingForm, status: int = 200
    ) -> HttpResponse:
        found = catalog.of(kind)
        in_use = wording.current(kind, language)
        typed = (str(form["subject"].value() or ""), str(form["body"].value() or ""))
        context = {
            "title": gettext("Words of “%s”") % gettext(found.label),
            "kind": found,
            "language": language,
            "form": form,
            "preview": showing.of_words(kind, language, *typed),
            "names": showing.names(kind, language),
            "history": showing.history(kind, language),
            "in_use": in_use,
            "in_use_version": in_use.version if in_use else "",
        }
        return self.page(request, "write", context, status)

    def use(self, request: HttpRequest, kind: str, language: str, number: int) -> HttpResponse:
        """Put a draft into use."""
        self.must_write(request, kind, language)
        row = self.version(kind, language, number)
        try:
            wording.put_into_use(wording=row, seen=seen_of(request), by=person(request))
        except (wording.UnfitError, wording.OvertakenError) as error:
            return self._refused(request, kind, language, error)
        self.log_change(request, row, gettext("Put into use"))
        messages.success(
            request,
            gettext("Version %(number)d is in use: notices of this kind go out with it.")
            % {"number": number},
        )
        return self._back(kind, language)

    def restore(self, request: HttpRequest, kind: str, language: str, number: int) -> HttpResponse:
        """Use the words of an earlier version again."""
        self.must_write(request, kind, language)
        row = self.version(kind, language, number)
        newest = int("0" + "".join(c for c in request.POST.get("newest", "") if c in "0123456789"))
        try:
            again = wording.restore(
                wording=row, seen=newest, in_use=seen_of(request), by=person(request)
            )
        except (wording.UnfitError, wording.OvertakenError) as error:
            return self._refused(request, kind, language, error)
        self.log_addition(request, again, str(again))
        messages.success(
            request,
            gettext("Version %(number)d is in use, with the words of version %(old)d.")
            % {"number": again.version, "old": number},
        )
        return self._back(kind, language)

    def shipped(self, request: HttpRequest, kind: str, language: str) -> HttpResponse:
        """Use the words again that came with the portal."""
        self.must_write(request, kind, language)
        seen = seen_of(request)
        try:
            if seen is None:
                raise wording.OvertakenError(wording.current(kind, language))
            wording.back_to_shipped(kind=kind, language=language, seen=seen, by=person(request))
        except wording.OvertakenError as error:
            return self._refused(request, kind, language, error)
        row = self.version(kind, language, seen)
        self.log_change(request, row, gettext("The shipped words again"))
        messages.success(request, gettext("The shipped words are in use again."))
        return self._back(kind, language)

    def _refused(
        self,
        request: HttpRequest,
        kind: str,
        language: str,
        error: wording.UnfitError | wording.OvertakenError,
    ) -> HttpResponse:
        if isinstance(error, wording.UnfitError):
            said = " ".join(sentence(fault) for fault in error.faults)
            messages.error(request, gettext("Not put into use. %s") % said)
        else:
            messages.error(
                request,
                gettext("Somebody was first: other words are in use. Look and decide again."),
            )
        return self._back(kind, language)

    def _back(self, kind: str, language: str) -> HttpResponseRedirect:
        return redirect("admin:notifications_wording_write", kind, language)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Wording]:
        """Every version."""
        return super().get_queryset(request)

    def get_urls(self) -> list[URLPattern]:
        """The list, a notice, its HTML, and the steps of its words."""
        wrap = self.admin_site.admin_view
        name = "notifications_wording"
        step = "<str:kind>/<str:language>/"
        return [
            path("", wrap(require_safe(self.changelist_view)), name=f"{name}_changelist"),
            path("<str:kind>/", wrap(require_safe(self.kind)), name=f"{name}_kind"),
            path(step, wrap(self.write), name=f"{name}_write"),
            path(f"{step}html/<int:number>/", wrap(require_safe(self.html)), name=f"{name}_html"),
            path(f"{step}use/<int:number>/", wrap(require_POST(self.use)), name=f"{name}_use"),
            path(
                f"{step}restore/<int:number>/",
                wrap(require_POST(self.restore)),
                name=f"{name}_restore",
            ),
            path(f"{step}shipped/", wrap(require_POST(self.shipped)), name=f"{name}_shipped"),
        ]
