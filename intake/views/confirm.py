"""The company confirms what was filed for it: by the link of its mail, or from its case's page.

The link is for one case and this one purpose: it never opens the case itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from files import serving
from intake import actions, consents, letters, links, workflow
from intake.actions import confirming
from intake.forms import attaching
from intake.forms.confirming import ConfirmForm
from intake.models import Case, ConfirmationDraft
from intake.models.case import NAMED, SECRETARIAT_ONLY, VISIBILITY_LABELS
from intake.timeline import COMPANY
from intake.views.following import followed
from notifications import addresses
from privacy import readings
from reference import cached

_RELATED = ("country", "category", "company", "assignee", "filer_organisation", "filed_by")
SAVE, SEND, END = "save", "send", "end"


@dataclass(frozen=True)
class Door:
    """The way by which the company came: the link of a mail, or its case in this browser."""

    case: Case
    token: str = ""

    @property
    def path(self) -> str:
        """The page itself; its forms go there too."""
        if self.token:
            return reverse("intake:confirm", args=[self.token])
        return reverse("intake:confirm-case", args=[self.case.number])

    @property
    def onward(self) -> str:
        """Where the company goes on: its case, or the ways into it."""
        if self.token:
            return reverse("intake:follow")
        return reverse("intake:case", args=[self.case.number])

    def file_path(self, public_id: object) -> str:
        """One file that was filed for the company."""
        if self.token:
            return reverse("intake:confirm-file", args=[self.token, public_id])
        return reverse("intake:attachment", args=[self.case.number, public_id])


def _case(number: str) -> Case:
    return get_object_or_404(Case.objects.select_related(*_RELATED), number=number)


def _over(request: HttpRequest, status: int, **more: Any) -> HttpResponse:
    return render(request, "intake/confirm_over.html", more, status=status)


@login_not_required
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the link of a mail. Looking changes nothing; its buttons do."""
    try:
        number = links.read(links.CONFIRM, token)
    except links.ExpiredLinkError:
        return _over(request, 410, token=token, unsent=_words(request))
    except links.BadLinkError:
        return _over(request, 404, unsent=_words(request))
    return _page(request, Door(_case(number), token))


@login_not_required
def by_case(request: HttpRequest, number: str) -> HttpResponse:
    """The same page for a company that opened its case in this browser."""
    try:
        case = followed(request, number)
    except Http404:
        context = {"purpose": "case", "unsent": _words(request)}
        return render(request, "intake/link_over.html", context, status=404)
    return _page(request, Door(_case(case.number)))


@login_not_required
@require_POST
def new_link(request: HttpRequest, token: str) -> HttpResponse:
    """Mail a link that works in place of one that is too old, to the company's own address."""
    try:
        case = _case(links.stale(links.CONFIRM, token))
    except links.BadLinkError:
        return _over(request, 404)
    confirming.send_new_link(case=case)
    return _over(request, 200, sent=True)


@login_not_required
@require_safe
def attachment(request: HttpRequest, token: str, public_id: str) -> HttpResponseBase:
    """A file that was filed for the company, while its filing waits to be confirmed."""
    try:
        case = _case(links.read(links.CONFIRM, token))
    except links.BadLinkError as error:
        raise Http404 from error
    if not case.awaits_confirmation:
        raise Http404
    rows = _filed(case)
    file = get_object_or_404(rows, file__public_id=public_id).file
    what = readings.of_file(public_id)
    readings.note_reading(case.number, request.user, readings.LINK, request=request, what=what)
    return serving.download(file)


def _filed(case: Case) -> Any:
    """The files that came with the filing."""
    rows = case.attachments.for_submitter().filter(
        role=workflow.SUBMITTER, message__isnull=True, supplement_item__isnull=True
    )
    return rows.select_related("file")


def _words(request: HttpRequest) -> str:
    """What was typed, for a page that can no longer take it."""
    if request.method != "POST":
        return ""
    return "\n\n".join(ConfirmForm.said(request.POST).values())


def _page(request: HttpRequest, door: Door) -> HttpResponse:
    if not door.case.awaits_confirmation:
        return _done(request, door)
    if not _is_open(door.case):
        return _over(request, 410, ended=door.case, unsent=_words(request))
    if request.method == "POST":
        try:
            return _taken(request, door)
        except confirming.AlreadyConfirmedError as error:
            messages.error(request, str(error))
            return redirect(door.path)
        except workflow.IllegalStepError:
            return _over(request, 410, ended=_case(door.case.number), unsent=_words(request))
    return _shown(request, door, ConfirmForm(case=door.case, draft=_draft(door.case)))


def _is_open(case: Case) -> bool:
    return case.state in workflow.STEPS["confirm"].sources


def _draft(case: Case) -> ConfirmationDraft | None:
    return ConfirmationDraft.objects.filter(case=case).first()


def _taken(request: HttpRequest, door: Door) -> HttpResponse:
    """Keep everything that was typed; then save, send or end, as the button said."""
    case = door.case
    carrier = attaching.WithFiles(request.POST)
    carrier.is_valid()
    files = attaching.take(request.POST, request.FILES, case, carrier)
    refused = [str(error) for error in carrier.errors.get("files", [])]
    try:
        draft = actions.keep_confirmation(
            case=case, said=ConfirmForm.said(request.POST), files=files, by=COMPANY
        )
    except confirming.AlreadyConfirmedError:
        raise
    except actions.RefusedError as error:
        refused.append(str(error))
        draft = actions.keep_confirmation(
            case=case, said=ConfirmForm.said(request.POST), by=COMPANY
        )
    if paper := request.POST.get("remove", ""):
        confirming.remove_paper(case=case, paper=paper, by=COMPANY)
        return redirect(f"{door.path}#papers")
    wanted = request.POST.get("step", SAVE)
    if refused:
        form = ConfirmForm(case=case, draft=draft)
        return _shown(request, door, form, status=422, refused=refused)
    if wanted == SEND:
        form = ConfirmForm.judged(case, draft)
        if not form.is_valid():
            return _shown(request, door, form, status=422)
        if door.token and links.came_through(links.CONFIRM, door.token, case.contact_email):
            addresses.prove(case.contact_email)
        actions.confirm(case=case, said=form.confirmation(), by=COMPANY)
        if form.wants_texts:
            actions.choose_texts(case=case, wanted=True, by=COMPANY)
        messages.success(request, _("Thank you. What was filed for you is confirmed."))
        return redirect(door.path)
    if wanted == END and (kinds := ConfirmForm(case=case, draft=draft).refuses):
        actions.refuse_consent(case=case, kinds=kinds, by=COMPANY)
        return _over(request, 200, ended=_case(case.number))
    messages.success(request, _("Saved. Nothing has been sent yet."))
    return redirect(door.path)


def _shown(
    request: HttpRequest,
    door: Door,
    form: ConfirmForm,
    *,
    status: int = 200,
    refused: list[str] | None = None,
) -> HttpResponse:
    case = door.case
    draft = _draft(case)
    papers = confirming.papers_of(draft)
    language = request.LANGUAGE_CODE  # type: ignore[attr-defined]
    context = {
        "door": door,
        "case": case,
        "form": form,
        "draft": draft,
        "papers": papers,
        "room": confirming.PAPERS_AT_MOST - len(papers),
        "refused": refused or [],
        "filed": [(row, door.file_path(row.file.public_id)) for row in _filed(case)],
        "province": dict(cached.province_choices(language)).get(case.province, case.province),
        "told_already": _told_already(case),
        "officer": letters.officer(case),
        "max_files": settings.MAX_FILES_PER_MESSAGE,
        "max_megabytes": settings.MAX_FILE_BYTES // 1024 // 1024,
    }
    return render(request, "intake/confirm.html", context, status=status)


def _told_already(case: Case) -> list[str]:
    """Who knows the company by now: hiding it from today on takes nothing back."""
    found = []
    if case.visibility in (NAMED, SECRETARIAT_ONLY):
        found.append(_("The secretariat could read your company's name until now."))
    if case.visibility == NAMED:
        bodies = dict.fromkeys(
            str(row.organisation) for row in case.referrals.select_related("organisation")
        )
        if bodies:
            found.append(
                _("These bodies were told your company's name: %(bodies)s.")
                % {"bodies": ", ".join(bodies)}
            )
    return found


def _done(request: HttpRequest, door: Door) -> HttpResponse:
    """When and what was confirmed; the words themselves are read in the case."""
    case = door.case
    event = confirming.confirmation_of(case)
    facts = event.facts if event else {}
    fields = [case._meta.get_field(name) for name in facts.get("fields", [])]
    given = facts.get("consents", {})
    context = {
        "door": door,
        "number": case.number,
        "at": case.confirmed_at,
        "organisation": case.filer_organisation,
        "fields": [str(getattr(field, "verbose_name", "")) for field in fields],
        "files": len(facts.get("files", [])),
        "visibility": str(VISIBILITY_LABELS.get(facts.get("visibility", ""), "")),
        "consents": [
            (text.title, given[text.kind]) for text in consents.CONSENTS if text.kind in given
        ],
        "unsent": _words(request),
    }
    status = 409 if request.method == "POST" else 200
    return render(request, "intake/confirm_done.html", context, status=status)
