"""The inbox: a list that only looks, a page for each notice, and three steps that mark as read."""

from __future__ import annotations

import logging
from dataclasses import dataclass

import nh3
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_POST, require_safe

from notifications import catalog, digests, inbox, readers, wording
from notifications.inbox import AFTER, BEFORE, Page
from notifications.models import Notice, NoticeQuerySet
from notifications.preferences import TOPIC_LABELS

log = logging.getLogger(__name__)

UNREAD = "unread"
# What an address of the list may say.
_SAID = ("q", "show", "topic", AFTER, BEFORE)
_LONGEST = 80
_BODY = '<div class="sheet">'
_TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "blockquote", "a"}


@dataclass(frozen=True)
class Row:
    """One line of the list."""

    notice: Notice
    what: str
    more: str


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """One's own notices, newest first; nothing becomes read by looking at the list."""
    asked = {name: request.GET.get(name, "").strip()[:_LONGEST] for name in _SAID}
    mine = inbox.of(request.user)
    page = inbox.page(_filtered(mine, asked), asked)
    kept = {name: asked[name] for name in ("q", "show", "topic") if asked[name]}
    topics = {kind.topic for kind in catalog.every() if kind.name not in inbox.left_out()}
    context = {
        "rows": [_row(notice) for notice in page.rows],
        "newest": page.rows[0].pk if page.rows else 0,
        "asked": asked,
        "is_filtered": bool(kept),
        "is_deeper": page.newer is not None,
        "here": _query(asked),
        "links": _links(page, kept),
        "topics": [(topic, TOPIC_LABELS[topic]) for topic in catalog.TOPICS if topic in topics],
    }
    return render(request, "inbox/list.html", context)


def _filtered(notices: NoticeQuerySet, asked: dict[str, str]) -> NoticeQuerySet:
    if asked["q"]:
        notices = notices.filter(subject_key__startswith=asked["q"].upper())
    if asked["show"] == UNREAD:
        notices = notices.unread()
    if asked["topic"] in catalog.TOPICS:
        notices = notices.filter(kind__in=inbox.kinds_of(asked["topic"]))
    return notices


def _row(notice: Notice) -> Row:
    return Row(notice, digests.subject(notice), str(notice.context.get("happened") or ""))


def _query(values: dict[str, str]) -> str:
    query = QueryDict(mutable=True)
    query.update({name: value for name, value in values.items() if value})
    return query.urlencode()


def _links(page: Page, kept: dict[str, str]) -> dict[str, str]:
    def at(**place: str) -> str:
        return f"{reverse('inbox:list')}?{_query(kept | place)}"

    return {
        "first": at() if page.newer is not None else "",
        "newer": at(**{AFTER: str(page.newer)}) if page.newer is not None else "",
        "older": at(**{BEFORE: str(page.older)}) if page.older is not None else "",
    }


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One notice in its own words, as long as its reader may read about its subject."""
    notice = get_object_or_404(inbox.of(request.user), pk=pk)
    may_read = notice.subject_key in readers.may_read(
        notice.recipient_id or 0, {notice.subject_key}
    )
    subject, body = _words(notice) if may_read else (digests.subject(notice), SafeString())
    context = {
        "notice": notice,
        "heading": subject,
        "words": body,
        "may_read": may_read,
        "back": _back(request.GET.get("in", "")),
        "here": request.GET.get("in", "")[: 5 * _LONGEST],
    }
    return render(request, "inbox/notice.html", context)


def _words(notice: Notice) -> tuple[str, SafeString]:
    """Subject and body as plain HTML: what the mail says, without its frame and footer."""
    try:
        made, _version = wording.words(notice.kind, notice.language, notice.context)
    except Exception:
        log.exception("notice %s cannot be shown", notice.pk)
        return digests.subject(notice), SafeString()
    body = made.html.partition(_BODY)[2].rpartition("<hr>")[0]
    safe = nh3.clean(
        body,
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener",
    )
    return digests.unnumbered(made.subject), mark_safe(safe)  # noqa: S308 (cleaned in the line above)


@require_POST
def open_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark as read and lead to the notice."""
    notice = get_object_or_404(inbox.of(request.user), pk=pk)
    inbox.mark_read(inbox.of(request.user).filter(pk=pk))
    said = _query(_said(request.POST.get("in", "")))
    there = reverse("inbox:notice", args=[notice.pk])
    return redirect(f"{there}?{_query({'in': said})}" if said else there)


@require_POST
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one as read without opening it."""
    get_object_or_404(inbox.of(request.user), pk=pk)
    inbox.mark_read(inbox.of(request.user).filter(pk=pk))
    return redirect(_back(request.POST.get("in", "")))


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark everything as read that had come when the list was drawn."""
    newest = request.POST.get("newest", "")
    if newest.isascii() and newest.isdecimal() and len(newest) < 19:
        inbox.mark_read(inbox.of(request.user).filter(pk__lte=int(newest)))
    return redirect("inbox:list")


def _said(text: str) -> dict[str, str]:
    """What an address of the list said, and nothing else that was sent in its place."""
    query = QueryDict(text[: 5 * _LONGEST])
    return {name: query.get(name, "")[:_LONGEST] for name in _SAID}


def _back(text: str) -> str:
    query = _query(_said(text))
    return reverse("inbox:list") + (f"?{query}" if query else "")
