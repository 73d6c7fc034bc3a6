"""The archive's own pages at the desk: candidates, a study's way to its readers, collections."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import roles
from accounts.models import User
from casestudies import actions, anonymise, candidates, collecting, rarity
from casestudies.actions import readiness
from casestudies.forms import CollectionForm, RarityForm, SettleForm
from casestudies.models import CaseStudy, Collection, Finding
from casestudies.models.study import TEXTS
from intake import naming
from marketinfo.actions import RefusedError
from marketinfo.desk import EntryAdmin, officer
from marketinfo.desk import steps as entry_steps

_A_PAGE = 50


@dataclass(frozen=True)
class Passage:
    """One text of a study in pieces; a piece with a number is a finding that waits."""

    label: str
    parts: list[anonymise.Part]


class ArchivePages(EntryAdmin):
    """Pages beside those that every entry has; each verb is POST only."""

    def get_urls(self) -> list[URLPattern]:
        """`candidates/`, `collections/…` and `<pk>/way/…`, before Django's own."""
        name = "casestudies_casestudy"
        views: tuple[tuple[str, Callable[..., HttpResponse], str], ...] = (
            ("candidates/", self.candidates, "candidates"),
            ("candidates/<int:pk>/draft/", require_POST(self.draft), "draft"),
            ("collections/", self.collections, "collections"),
            ("collections/<int:pk>/", self.collection, "collection"),
            ("collections/<int:pk>/take/", require_POST(self.take), "take"),
            ("<int:pk>/way/", self.way, "way"),
            ("<int:pk>/way/settle/", require_POST(self.settle), "settle"),
            ("<int:pk>/way/rarity/", require_POST(self.acknowledge), "rarity"),
            ("<int:pk>/way/ask/", require_POST(self.ask), "ask"),
            ("<int:pk>/way/checked/", require_POST(self.checked), "checked"),
        )
        own = [
            path(where, self.admin_site.admin_view(view), name=f"{name}_{page}")
            for where, view, page in views
        ]
        return [*own, *super().get_urls()]

    # --- Candidates ------------------------------------------------------------------------
    def candidates(self, request: HttpRequest) -> HttpResponse:
        """Closed cases that may be told and are not told yet."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = candidates.waiting(request.user).select_related(
            "country", "category", "company", "filer_organisation"
        )
        page = Paginator(rows, _A_PAGE).get_page(request.GET.get("p"))
        return self._own(
            request,
            "candidates",
            title=_("Cases that may be told"),
            page=page,
            cases=naming.veil_all(page.object_list, request.user),
            may_draft=roles.is_secretary(request.user) and self.has_add_permission(request),
        )

    def draft(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Draft a study from a case, and go on to what was found in it."""
        if not (roles.is_secretary(request.user) and self.has_add_permission(request)):
            raise PermissionDenied
        case = get_object_or_404(candidates.waiting(request.user), pk=pk)
        try:
            study = actions.draft_from_case(case, by=officer(request))
        except RefusedError as refusal:
            messages.error(request, str(refusal))
            return redirect("admin:casestudies_casestudy_candidates")
        self.log_addition(request, study, [{"added": {}}])
        messages.success(request, _("The draft stands. Settle what might identify the company."))
        return redirect(_way(study))

    # --- The way of a study ------------------------------------------------------------------
    def way(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What was found, what stands between the study and its readers, and what comes next."""
        study: CaseStudy = self._entry(request, pk, to_change=False)
        return self._way(request, study, RarityForm())

    def _way(
        self, request: HttpRequest, study: CaseStudy, form: RarityForm, status: int = 200
    ) -> HttpResponse:
        findings = list(study.findings.select_related("settled_by"))
        told = rarity.of(study) if study.case_id else None
        approvals = list(study.approvals.select_related("asked_by"))
        may = self.has_change_permission(request, study)
        problems = readiness.problems(study) if not study.is_readable else []
        return self._own(
            request,
            "way",
            title=_("The way to its readers"),
            entry=study,
            addresses={
                page: entry_steps.address(study, page)
                for page in ("change", "revisions", "files", "proposal")
            },
            passages=[_passage(study, name) for name in TEXTS],
            open_findings=[row for row in findings if row.is_open],
            settled=[row for row in findings if not row.is_open],
            rarity=told,
            k=rarity.K,
            coarser=[(_fact(one.fact), one) for one in told.coarser] if told else [],
            acknowledged=bool(told) and rarity.is_acknowledged(study, told) if told else False,
            rarity_form=form,
            approvals=approvals,
            approved=readiness.approval_of(study),
            waiting=next((row for row in approvals if row.is_waiting), None),
            problems=problems,
            may=may,
            steps=_offered(study, officer(request), bool(problems)) if may else [],
            is_draft=study.state == "draft",
            status=status,
        )

    def settle(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Decide about findings: as chosen for each, or every proposal at once."""
        study: CaseStudy = self._entry(request, pk, to_change=True)
        by = officer(request)
        rows = list(Finding.objects.filter(study=study))
        if "all" in request.POST:
            return self._verb(request, study, lambda: actions.settle_as_proposed(study, by=by))
        chosen = SettleForm(request.POST, rows).decisions()
        if not chosen:
            messages.warning(request, _("Nothing was chosen, so nothing was settled."))
            return redirect(_way(study))
        return self._verb(request, study, lambda: actions.settle(study, chosen, by=by))

    def acknowledge(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Say why few companies of this kind are no danger."""
        study: CaseStudy = self._entry(request, pk, to_change=True)
        form = RarityForm(request.POST)
        if not form.is_valid():
            return self._way(request, study, form, status=422)
        reason, by = form.cleaned_data["reason"], officer(request)
        return self._verb(
            request, study, lambda: actions.acknowledge_rarity(study, reason=reason, by=by)
        )

    def ask(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Send the company the link on which it says yes or no."""
        study: CaseStudy = self._entry(request, pk, to_change=True)
        by = officer(request)
        return self._verb(request, study, lambda: actions.ask_approval(study, by=by))

    def checked(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The officer has looked at the case that changed: the study still says what is true."""
        study: CaseStudy = self._entry(request, pk, to_change=True)
        return self._verb(request, study, lambda: actions.clear(study))

    def _verb(
        self, request: HttpRequest, study: CaseStudy, verb: Callable[[], Any]
    ) -> HttpResponse:
        try:
            verb()
        except RefusedError as refusal:
            messages.error(request, str(refusal))
        else:
            self.log_change(request, study, str(request.resolver_match.url_name))  # type: ignore[union-attr]
            messages.success(request, _("Done."))
        return redirect(_way(study))

    # --- Collections -------------------------------------------------------------------------
    def collections(self, request: HttpRequest) -> HttpResponse:
        """Bring a spreadsheet of cases; what was brought before."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = CollectionForm(request.POST or None, request.FILES or None)
        status = 200
        if request.method == "POST":
            status = 422
            if form.is_valid():
                try:
                    read = collecting.read(
                        form.cleaned_data["file"],
                        form.cleaned_data["file"].name,
                        encoding=form.cleaned_data["encoding"],
                        by=officer(request),
                    )
                except RefusedError as refusal:
                    form.add_error("file", str(refusal))
                else:
                    return redirect("admin:casestudies_casestudy_collection", read.pk)
        before = Collection.objects.select_related("uploaded_by").defer("rows")[:20]
        return self._own(
            request,
            "collections",
            title=_("Bring a collection of cases"),
            form=form,
            before=before,
            columns=collecting.described(),
            status=status,
        )

    def collection(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A dry run: what each row would become, and what is wrong with it."""
        found = self._collection(request, pk)
        rows = collecting.shown(found)
        return self._own(
            request,
            "collection",
            title=found.name,
            collection=found,
            rows=rows,
            good=sum(row.is_good for row in rows),
            studies=found.studies.order_by("pk")[:500],
        )

    def take(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Make drafts of the rows that are right; nothing is published."""
        found = self._collection(request, pk)
        try:
            count = collecting.take(found, by=officer(request))
        except RefusedError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("%(n)d drafts were made.") % {"n": count})
        return redirect("admin:casestudies_casestudy_collection", pk)

    def _collection(self, request: HttpRequest, pk: int) -> Collection:
        if not self.has_add_permission(request):
            raise PermissionDenied
        found = Collection.objects.select_related("uploaded_by").filter(pk=pk).first()
        if found is None:
            raise Http404
        return found

    def _own(
        self, request: HttpRequest, template: str, *, status: int = 200, **more: Any
    ) -> HttpResponse:
        entry: CaseStudy | None = more.get("entry")
        context = {
            **admin.site.each_context(request),
            "opts": self.opts,
            "entry": entry,
            "entry_title": entry.said("title") if entry is not None else "",
            **more,
        }
        return render(request, f"admin/casestudies/{template}.html", context, status=status)


def _offered(study: CaseStudy, by: User, held_up: bool) -> list[entry_steps.Step]:
    """The steps of any entry; what the company approves goes to review by itself."""
    early = held_up or study.case_id is not None
    found = entry_steps.offered(study, by)
    return [step for step in found if not (step.verb == "submit" and early)]


def _way(study: CaseStudy) -> str:
    return reverse("admin:casestudies_casestudy_way", args=[study.pk])


def _passage(study: CaseStudy, name: str) -> Passage:
    field = CaseStudy._meta.get_field(name)
    label = str(getattr(field, "verbose_name", name)).partition("(")[0].strip()
    return Passage(label, anonymise.parts(getattr(study, name)))


def _fact(name: str) -> str:
    return str(getattr(CaseStudy._meta.get_field(name), "verbose_name", name))
