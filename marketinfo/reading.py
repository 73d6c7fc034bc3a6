"""An entry's own page: who may open it, and what stands on it beside the text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from files.models import State
from marketinfo import kinds, prose
from marketinfo.entry import Entry, EntryQuerySet
from marketinfo.models import EntryFile
from marketinfo.models.kept import ATTACHMENT, PICTURE

# From so many headings on a table of contents helps.
LONG = 3
# Korean is read at some 500 signs a minute, English at some 1,100.
_A_MINUTE = {"ko": 500, "en": 1_100}


@dataclass(frozen=True)
class Part:
    """One titled text of an entry's page."""

    id: str
    heading: str
    text: prose.Text


def find(rows: EntryQuerySet, request: HttpRequest, reference: str) -> Entry | HttpResponse:
    """The entry that the reader may open, or the page that says what became of it.

    Raises Http404 for what does not exist and for what was never published; a page of status 410
    for what was taken down.
    """
    found: Entry | None = rows.readable_by(request.user).filter(reference=reference).first()
    if found is not None:
        return found
    bare = rows.select_related(None).prefetch_related(None).withdrawn()
    down = bare.filter(reference=reference).only("withdrawn_at", "state").first()
    if down is None:
        raise Http404
    response = render(request, "marketinfo/taken_down.html", {"at": down.withdrawn_at}, status=410)
    response["Cache-Control"] = "no-store"
    return response


def address_of(file: EntryFile) -> str:
    """Where a file of an entry is handed out."""
    return reverse("marketinfo:file", args=[file.stored.public_id])


def files_of(entry: Entry) -> list[EntryFile]:
    """The pictures and attachments of an entry, in the order in which they came."""
    return list(EntryFile.objects.of(entry).select_related("stored").order_by("pk"))


def pictures(files: Iterable[EntryFile]) -> dict[str, prose.Shown]:
    """What `prose` shows where a text names a picture."""
    return {
        str(file.stored.public_id): prose.Shown(
            address_of(file), file.alt, file.caption, file.width or 0, file.height or 0
        )
        for file in files
        if file.role == PICTURE
    }


def parts(
    entry: Entry, texts: Iterable[tuple[str, str, str]], files: Iterable[EntryFile]
) -> list[Part]:
    """The titled texts (id, heading, Markdown) of a page; those without words are left out."""
    shown = pictures(files)
    return [
        Part(name, heading, prose.rendered(text, 3, pictures=shown, prefix=name))
        for name, heading, text in texts
        if text.strip()
    ]


def contents(headings: Iterable[prose.Heading]) -> list[prose.Heading]:
    """A table of contents where the text is long enough to want one; else nothing."""
    found = list(headings)
    top = min((one.level for one in found), default=0)
    main = [one for one in found if one.level == top]
    return main if len(main) >= LONG else []


def minutes(entry: Entry) -> int:
    """About how long reading it takes, at least one minute."""
    signs = len(re.sub(r"\s+", "", prose.plain(entry.running_text())))
    return max(1, round(signs / _A_MINUTE.get(entry.language, 500)))


def attachments(files: Iterable[EntryFile]) -> list[dict[str, Any]]:
    """The attached files that may be handed out, as the page lists them."""
    return [
        {
            "name": file.caption,
            "url": address_of(file),
            "kind": file.stored.original_name.rpartition(".")[2].upper(),
            "size": file.stored.size,
        }
        for file in files
        if file.role == ATTACHMENT and file.stored.state == State.READY
    ]


def citation(entry: Entry) -> str:
    """One line that names the entry, for a report or a footnote."""
    day = entry.published_at or entry.updated_at
    return _("%(who)s, “%(title)s”, %(site)s, %(day)s (facts checked %(checked)s), %(address)s") % {
        "who": _who(entry),
        "title": entry.title,
        "site": _("One-Team Export Difficulty Portal"),
        "day": f"{day:%Y-%m-%d}",
        "checked": f"{entry.last_verified:%Y-%m-%d}" if entry.last_verified else "–",
        "address": address(entry),
    }


def address(entry: Entry) -> str:
    """The whole address of the entry, as people pass it on."""
    return f"{settings.PUBLIC_URL}{entry.get_absolute_url()}"


def _who(entry: Entry) -> str:
    for name in ("author_organisation", "owner"):
        body = getattr(entry, name, None)
        if body is not None:
            return str(body)
    return str(_("One-Team Council secretariat"))


# What apps above show beside an entry, such as cases that were solved with it (portal.wiring).
# A block names its own `template`; None where there is nothing to say.
Beside = Callable[[Entry], Mapping[str, Any] | None]
_beside: list[Beside] = []


def show_beside(provider: Beside) -> None:
    """Ask `provider` for every entry's page from now on; registering again changes nothing."""
    if provider not in _beside:
        _beside.append(provider)


def around(entry: Entry, files: Iterable[EntryFile]) -> Mapping[str, Any]:
    """What every entry's page says around its text."""
    kept = list(files)
    return {
        "attachments": attachments(kept),
        "beside": [block for provider in _beside if (block := provider(entry)) is not None],
        "minutes": minutes(entry),
        "citation": citation(entry),
        "address": address(entry),
        "report_url": reverse("marketinfo:report", args=[kinds.word(entry), entry.reference]),
        "pdf_url": f"{entry.get_absolute_url()}pdf/",
    }
