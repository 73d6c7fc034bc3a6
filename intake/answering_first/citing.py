"""Which published entries an answer names: found in its words when it is sent."""

from __future__ import annotations

import re

from intake.models import Case, Citation
from marketinfo import solved
from marketinfo.entry import Entry
from marketinfo.following import kinds

# An answer that names more is a list, and relies on none of them.
AT_MOST = 20
_REFERENCE = re.compile(r"/([a-z0-9_-]{1,60})/", re.IGNORECASE)


def cited(text: str) -> list[Entry]:
    """The published entries whose address stands in a text, relative or whole; no query without."""
    found: list[Entry] = []
    if "/" not in text:
        return found
    words = list(dict.fromkeys(_REFERENCE.findall(text.replace("/", "//"))))[: 5 * AT_MOST]
    if not words:
        return found
    for model in kinds.every():
        for entry in model.objects.published().filter(reference__in=words)[:AT_MOST]:
            if entry.get_absolute_url() in text:
                found.append(entry)
    return found


def note(case: Case, text: str) -> None:
    """Keep which entries the answer to a case relies on, and count them for it once."""
    for entry in cited(text):
        _row, fresh = Citation.objects.get_or_create(case=case, **Citation.naming(entry))
        if fresh:
            solved.add([(kinds.name(entry), entry.pk)])
