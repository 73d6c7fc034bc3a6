"""An answer before filing: entries beside the form, enough of an answer, and the way back."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from intake import links
from intake.actions import drafting
from intake.answering_first import offering, verbs
from intake.forms.filing import FilingForm
from intake.models import Draft
from intake.views.drafted import key_of, take_files, typed

# Any field of the form: with it the whole form came along, and is kept before anything else.
_WHOLE = "title"


def _draft_of(token: str) -> Draft | None:
    """The draft of a link; None when the link is over, cut, or its draft is gone."""
    try:
        key = links.read(links.DRAFT, token)
    except links.BadLinkError:
        return None
    return Draft.objects.of_companies().select_related("case").filter(key=key).first()


def path(draft: Draft) -> str:
    """The token of the page on which a settled draft can be opened again."""
    return links.make(links.DRAFT, str(draft.key))


@login_not_required
@never_cache
@require_POST
def perhaps(request: HttpRequest) -> HttpResponse:
    """What fits the words so far, as a part of the form; it keeps only which entries were shown."""
    offers = offering.fitting(offering.read(request.POST.dict()))
    if offers and request.POST.get("key"):
        verbs.show(key_of(request), [offer.entry for offer in offers])
    return render(request, "intake/perhaps_list.html", {"offers": offers, "live": True})


@login_not_required
@require_POST
def open_entry(request: HttpRequest) -> HttpResponse:
    """Keep that an entry was opened, and lead to it."""
    entry = offering.read_value(request.POST.get("entry", "")[:200])
    if entry is None:
        messages.info(request, _("This entry is no longer published."))
        return redirect("marketinfo:list")
    if request.POST.get("key"):
        verbs.open_entry(key_of(request), entry)
    return redirect(entry)


@login_not_required
@require_POST
def enough(request: HttpRequest) -> HttpResponse:
    """An entry is answer enough: keep the draft, close it, and say so."""
    entry = offering.read_value(request.POST.get("enough", "")[:200])
    draft = _sent(request)
    if draft is None:
        messages.error(
            request,
            _("This draft is no longer here; it may have been too old. Please fill in anew."),
        )
        return redirect("intake:file")
    if draft.case is not None:
        return redirect(links.receipt_path(draft.case))
    if entry is None:
        messages.error(request, _("This entry is no longer published. Nothing was closed."))
        return redirect(links.draft_path(draft.key))
    try:
        verbs.settle(draft, entry)
    except verbs.OverError:
        # Filed a moment ago in another tab: the check leads to its receipt.
        return redirect("intake:check", path(draft))
    return redirect("intake:settled", path(draft))


def _sent(request: HttpRequest) -> Draft | None:
    """The draft of the form's key, with what was typed where the whole form came along."""
    key = key_of(request)
    if _WHOLE not in request.POST:
        return Draft.objects.of_companies().select_related("case").filter(key=key).first()
    data: dict[str, Any] = typed(request, FilingForm.names())
    try:
        language = get_language() or settings.LANGUAGE_CODE
        draft = drafting.keep_draft(key=key, data=data, language=language)
    except drafting.OthersDraftError:
        return None
    if draft.case is None:
        take_files(request, draft)
    return draft


@login_not_required
@never_cache
@require_safe
def settled(request: HttpRequest, token: str) -> HttpResponse:
    """What was enough, and the button that opens the draft again."""
    draft = _draft_of(token)
    if draft is None:
        return render(request, "intake/link_over.html", {"purpose": "draft"}, status=410)
    if draft.settled_at is None:
        return redirect("intake:check", token)
    context = {
        "token": token,
        "entry": verbs.entry_of(draft),
        "draft_days": settings.DRAFT_DAYS,
    }
    return render(request, "intake/perhaps_settled.html", context)


@login_not_required
@require_POST
def back(request: HttpRequest, token: str) -> HttpResponse:
    """Open the draft again; it is no longer counted as settled."""
    draft = _draft_of(token)
    if draft is None:
        return render(request, "intake/link_over.html", {"purpose": "draft"}, status=410)
    verbs.take_back(draft)
    return redirect(links.draft_path(draft.key))
