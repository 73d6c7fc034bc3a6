"""Atom feeds of anything that can be followed; for programs, and for who wants no mails."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from marketinfo import prose
from marketinfo.entry import Entry, EntryQuerySet
from marketinfo.following import kinds, scopes
from marketinfo.following.scopes import BadScopeError, Scope
from marketinfo.models import Article, RecordChange, Requirement

AT_MOST = 30
# Readers of feeds ask often; nothing here is younger than that for long.
_SECONDS = 600


@dataclass(frozen=True)
class Item:
    """An entry with its latest change, or as it came out."""

    entry: Entry
    updated: dt.datetime
    what: str = ""


@login_not_required
@require_safe
def library(request: HttpRequest) -> HttpResponse:
    """What came out in the library, or changed; of one country, HS code, category or record."""
    scope = scope_of(request)
    rows = [scope.of(model.objects.published()) for model in (Requirement, Article)]
    return answer(request, scope, rows, title=_("Market information"))


def scope_of(request: HttpRequest) -> Scope:
    """What the address of a feed names; nothing but 404 for what does not exist."""
    try:
        return scopes.read(request.GET)
    except BadScopeError as error:
        raise Http404 from error


def answer(
    request: HttpRequest, scope: Scope, rows: Iterable[EntryQuerySet], *, title: str
) -> HttpResponse:
    """The feed of these published rows; the newest, with what changed in them."""
    items = _items(rows)
    page = f"{settings.PUBLIC_URL}{request.get_full_path()}"
    portal = _("One-Team Export Difficulty Portal")
    feed = Atom1Feed(
        title=f"{title}: {scope.label}" if not scope.is_empty else title,
        link=settings.PUBLIC_URL + request.path.removesuffix("feed/"),
        description="",
        feed_url=page,
        feed_guid=page,
        language=get_language() or "ko",
        author_name=portal,
        author_link=settings.PUBLIC_URL,
    )
    for item in items:
        entry = item.entry
        link = f"{settings.PUBLIC_URL}{entry.get_absolute_url()}"
        changed = _("Changed: %(what)s") % {"what": item.what} if item.what else ""
        feed.add_item(
            title=_printable(entry.title),
            link=link,
            unique_id=link,
            description=_printable(" ".join((changed, prose.plain(entry.summary))).strip()),
            pubdate=entry.published_at,
            updateddate=item.updated,
            categories=[str(word) for word in (entry.kind_label, entry.country) if word],
        )
    response = HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)
    patch_vary_headers(response, ("Accept-Language", "Cookie"))
    patch_cache_control(response, public=True, max_age=_SECONDS)
    return response


def _printable(words: str) -> str:
    """Without the characters that XML cannot say at all."""
    return "".join(char if char.isprintable() else " " for char in words)


def _items(rows: Iterable[EntryQuerySet]) -> list[Item]:
    found: dict[tuple[str, int], Item] = {}
    for published in rows:
        kind = kinds.name(published.model)
        entries = published.select_related("country", "category")
        changes = list(
            RecordChange.objects.filter(entry_kind=kind, entry_id__in=entries.values("pk"))
            .order_by("-at", "-pk")
            .values_list("entry_id", "what", "at")[:AT_MOST]
        )
        latest = {pk: (what, at) for pk, what, at in reversed(changes)}
        newest = list(entries.order_by("-published_at", "-pk")[:AT_MOST])
        rest = set(latest) - {entry.pk for entry in newest}
        for entry in [*newest, *(entries.filter(pk__in=rest) if rest else ())]:
            what, at = latest.get(entry.pk, ("", entry.published_at))
            updated = max(at, entry.published_at)
            found[kind, entry.pk] = Item(entry, updated, what)
    return sorted(found.values(), key=lambda item: (item.updated, item.entry.pk), reverse=True)[
        :AT_MOST
    ]
