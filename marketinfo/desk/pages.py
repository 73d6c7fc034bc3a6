"""The pages beside an entry's form: steps, revisions, a proposed change, files, preview."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
    JsonResponse,
)
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from files.refusal import FileRefused
from marketinfo import actions, prose, reading
from marketinfo.actions.proposing import open_proposal
from marketinfo.desk import comparing, steps
from marketinfo.desk.forms import AnswerForm, AttachmentForm, PictureForm
from marketinfo.desk.people import officer
from marketinfo.entry import Entry
from marketinfo.facts import facts_of
from marketinfo.following.announcing import put_in_place
from marketinfo.following.forms import ImportanceForm
from marketinfo.models import EntryFile, EntryReport, EntryRevision
from marketinfo.models.kept import PICTURE

# What a preview takes; the longest text column takes 60,000 characters.
_LONGEST = 200_000


class EntryPages(admin.ModelAdmin):
    """Pages of one entry; each verb is POST only."""

    def get_urls(self) -> list[URLPattern]:
        """`<pk>/step/<verb>/` and its neighbours, before Django's own."""
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        views: tuple[tuple[str, Callable[..., HttpResponse], str], ...] = (
            ("preview/", self.preview, "preview"),
            ("<int:pk>/step/<slug:step>/", self.step, "step"),
            ("<int:pk>/revisions/", self.revisions, "revisions"),
            ("<int:pk>/revisions/<int:number>/restore/", self.restore, "restore"),
            ("<int:pk>/proposal/", self.proposal, "proposal"),
            ("<int:pk>/files/", self.files, "files"),
            ("<int:pk>/files/<int:file>/remove/", self.remove_file, "remove_file"),
        )
        own = [
            path(where, self.admin_site.admin_view(view), name=f"{name}_{page}")
            for where, view, page in views
        ]
        return [*own, *super().get_urls()]

    # --- What every page knows ------------------------------------------------------------------
    def beside(self, request: HttpRequest, entry: Entry) -> dict[str, Any]:
        """The steps that this person may take, and what waits for somebody."""
        may = self.has_change_permission(request, entry)
        last = EntryRevision.objects.of(entry).order_by("-number").first()
        sent_back = last is not None and last.verb == "send_back"
        files = reading.files_of(entry)
        return {
            "steps": steps.offered(entry, officer(request)) if may else [],
            "waiting": open_proposal(entry) if entry.is_readable else None,
            "remark": last if sent_back else None,
            "open_reports": EntryReport.objects.of(entry).filter(settled_at__isnull=True).count(),
            "pictures": [file for file in files if file.role == PICTURE],
            "addresses": {
                page: steps.address(entry, page)
                for page in ("change", "revisions", "files", "proposal")
            },
        }

    def preview_url(self, entry: Entry | None) -> str:
        """Where the editor asks what a text looks like."""
        meta = self.opts
        url = reverse(f"admin:{meta.app_label}_{meta.model_name}_preview")
        return f"{url}?entry={entry.pk}" if entry is not None else url

    def _entry(self, request: HttpRequest, pk: int, *, to_change: bool) -> Any:
        entry = self.get_object(request, str(pk))
        allowed = self.has_change_permission if to_change else self.has_view_permission
        if not allowed(request, entry):
            raise PermissionDenied
        if entry is None:
            raise Http404
        return entry

    def _page(
        self, request: HttpRequest, template: str, entry: Any, more: Mapping[str, Any], status: int
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "entry": entry,
            "addresses": {
                page: steps.address(entry, page)
                for page in ("change", "revisions", "files", "proposal")
            },
            **more,
        }
        return render(request, f"admin/marketinfo/entry/{template}.html", context, status=status)

    def _try(self, request: HttpRequest, verb: Callable[[], Any], done: str) -> bool:
        try:
            verb()
        except actions.RefusedError as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return False
        self.message_user(request, done, messages.SUCCESS)
        return True

    # --- Pages ----------------------------------------------------------------------------------
    def step(self, request: HttpRequest, pk: int, step: str) -> HttpResponse:
        """A step with what it means, what it asks, and its button."""
        entry = self._entry(request, pk, to_change=True)
        found = steps.STEPS.get(step)
        if found is None:
            raise Http404
        form = found.form(request.POST if request.method == "POST" else None)
        refused, status = "", 200
        if request.method == "POST":
            status = 422
            if form.is_valid():
                try:
                    steps.take(
                        entry,
                        found,
                        form.cleaned_data,
                        by=officer(request),
                        publish=self.publish_one,
                    )
                except actions.RefusedError as refusal:
                    refused, status = str(refusal), 409
                else:
                    self.log_change(request, entry, str(found.label))
                    self.message_user(
                        request,
                        _("“%(title)s”: %(state)s")
                        % {"title": entry.title, "state": entry.state_label},
                        messages.SUCCESS,
                    )
                    return redirect(steps.address(entry, "change"))
        context = {"title": found.label, "step": found, "form": form, "refused": refused}
        return self._page(request, "step", entry, context, status)

    def revisions(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Every revision, and the difference of two of them."""
        entry = self._entry(request, pk, to_change=False)
        rows = list(EntryRevision.objects.of(entry).select_related("by").order_by("-number"))
        older, newer = comparing.chosen(rows, request.GET)
        context = {
            "title": _("Revisions"),
            "rows": [(row, comparing.verb_label(row.verb)) for row in rows],
            "older": older,
            "newer": newer,
            "differences": (
                comparing.differences(type(entry), older.facts, newer.facts)
                if older is not None and newer is not None
                else None
            ),
            "may_change": self.has_change_permission(request, entry),
        }
        return self._page(request, "revisions", entry, context, 200)

    def restore(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        """Put a revision back, as a new one; of a published entry, as a proposed change."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        entry = self._entry(request, pk, to_change=True)
        was_out = entry.is_readable
        done = self._try(
            request,
            lambda: actions.restore(entry, number=number, by=officer(request)),
            _("The change waits for another person. Readers see the old text.")
            if was_out
            else _("Revision %(number)d was put back.") % {"number": number},
        )
        return redirect(steps.address(entry, "proposal" if was_out and done else "revisions"))

    def proposal(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The change that waits: what would differ, and its two answers."""
        entry = self._entry(request, pk, to_change=request.method == "POST")
        waiting = open_proposal(entry)
        form = AnswerForm(request.POST if request.method == "POST" else None)
        importance = ImportanceForm(request.POST if "accept" in request.POST else None)
        by = officer(request)
        if request.method == "POST" and waiting is not None:
            if "accept" in request.POST:
                form = AnswerForm()
                if importance.is_valid():
                    what: str = importance.cleaned_data["what"]
                    announced: list[Any] = []
                    self._try(
                        request,
                        lambda: announced.append(put_in_place(entry, waiting, what, by)),
                        _("The change stands in its place."),
                    )
                    if any(announced):
                        # On to the answers that may rely on what stood there before.
                        return redirect("admin:intake_case_relied", announced[0].pk)
                    return redirect(steps.address(entry, "change"))
            elif form.is_valid() and self._try(
                request,
                lambda: actions.decline(entry, proposal=waiting, by=by, **form.cleaned_data),
                _("The change was given back."),
            ):
                return redirect(steps.address(entry, "change"))
        context: dict[str, Any] = {
            "title": _("Proposed change"),
            "waiting": waiting,
            "form": form,
            "importance": importance,
        }
        if waiting is not None:
            context["differences"] = comparing.differences(
                type(entry), facts_of(entry), waiting.facts
            )
            context["is_own"] = waiting.by_id == by.pk
            context["is_stale"] = waiting.version != entry.version
            context["may_change"] = self.has_change_permission(request, entry)
        wrong = form.errors or importance.errors
        return self._page(request, "proposal", entry, context, 422 if wrong else 200)

    def files(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Pictures and attachments, and the forms that add one."""
        entry = self._entry(request, pk, to_change=request.method == "POST")
        is_picture = request.POST.get("what") == "picture"
        posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
        nothing = (None, None)
        data, upload = posted if is_picture else nothing
        picture = PictureForm(data, upload, prefix="picture")
        data, upload = nothing if is_picture else posted
        attachment = AttachmentForm(data, upload, prefix="attachment")
        status = 200
        if request.method == "POST":
            form = picture if is_picture else attachment
            verb = actions.add_picture if is_picture else actions.attach
            added = self._add(form, verb, entry, request)
            if wants_json(request):
                return _told(form, added)
            if added is not None:
                self.message_user(request, _("“%(name)s” was added.") % {"name": added.caption})
                return redirect(steps.address(entry, "files"))
            status = 422
        context = {
            "title": _("Pictures and files"),
            "kept": [(file, reading.address_of(file)) for file in reading.files_of(entry)],
            "picture": picture,
            "attachment": attachment,
            "may_change": self.has_change_permission(request, entry),
        }
        return self._page(request, "files", entry, context, status)

    def _add(self, form: Any, verb: Any, entry: Any, request: HttpRequest) -> EntryFile | None:
        if not form.is_valid():
            return None
        try:
            added: EntryFile = verb(entry, by=officer(request), **form.cleaned_data)
        except (actions.RefusedError, FileRefused) as refusal:
            form.add_error("upload", refusal if isinstance(refusal, FileRefused) else str(refusal))
            return None
        return added

    def remove_file(self, request: HttpRequest, pk: int, file: int) -> HttpResponse:
        """Take a file off."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        entry = self._entry(request, pk, to_change=True)
        row = EntryFile.objects.of(entry).filter(pk=file).select_related("stored").first()
        if row is not None:
            self._try(
                request,
                lambda: actions.remove_file(row, by=officer(request)),
                _("“%(name)s” was taken off.") % {"name": row.caption},
            )
        return HttpResponseRedirect(steps.address(entry, "files"))

    def preview(self, request: HttpRequest) -> HttpResponse:
        """A text as readers would see it: alone for the editor, else as a page."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_view_permission(request):
            raise PermissionDenied
        key = request.GET.get("entry", "")
        entry = self.get_object(request, key) if key.isdecimal() and len(key) < 19 else None
        text = request.POST.get(request.POST.get("preview", "text"), "")[:_LONGEST]
        pictures = reading.pictures(reading.files_of(entry)) if entry is not None else {}
        context = {
            "html": prose.rendered(text, 3, pictures=pictures).html,
            "alone": "preview" not in request.POST,
        }
        return render(request, "admin/marketinfo/entry/preview.html", context)

    def publish_one(self, entry: Any, *, by: Any, **more: Any) -> Any:
        """The verb that publishes this kind of entry."""
        return actions.publish(entry, by=by, **more)


def wants_json(request: HttpRequest) -> bool:
    """Whether the editor asks, rather than a person's form."""
    return request.headers.get("Accept", "") == "application/json"


def _told(form: Any, added: EntryFile | None) -> JsonResponse:
    if added is None:
        errors = [str(text) for texts in form.errors.values() for text in texts]
        return JsonResponse({"errors": errors}, status=422)
    return JsonResponse(
        {"id": str(added.stored.public_id), "alt": added.alt, "caption": added.caption}
    )
