"""The cells of a row as text that is safe in a page: formatted once, not by a template."""

from __future__ import annotations

from html import escape
from typing import Any

from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from intake import clock, triage, workflow
from intake.lists.now import WORDS, Now
from intake.models.case import CHANNEL_LABELS
from intake.models.queue import RUNNING
from search import marking as searched

TITLE_LENGTH = 60
PIECE_LENGTH = 140
QUIET = '<span class="quiet">{}</span>'


def own(text: str) -> str:
    """Words of a company, isolated so that they cannot turn the page around (F54)."""
    return f"<bdi>{escape(text)}</bdi>"


def short(text: str, length: int) -> str:
    """The text, cut where it would take too much of a row."""
    return text if len(text) <= length else Truncator(text).chars(length)


def marked(text: str, words: str) -> str:
    """The text with what the search found in it."""
    return "".join(
        f"<mark>{escape(piece)}</mark>" if hit else escape(piece)
        for piece, hit in searched.highlight(text, words)
    )


def title(row: Any, now: Now) -> str:
    """The title; in a search with what was found, and the piece of the case that answers best."""
    border = ""
    if row.at_border and now.lane(row) != triage.BORDER:
        border = f' <span class="mark mark-border">{escape(_("Held at the border"))}</span>'
    if not now.words:
        return f"{own(short(row.title, TITLE_LENGTH))}{border}"
    whole = " ".join(filter(None, (getattr(row, name) for name in WORDS)))
    piece = searched.excerpt(f"{row.company_name} {row.product} {whole}", now.words, PIECE_LENGTH)
    return (
        f"<bdi>{marked(row.title, now.words)}</bdi>{border}"
        f'<span class="found"><bdi>{marked(piece, now.words)}</bdi></span>'
    )


def state(row: Any, _now: Now) -> str:
    """The state in a box."""
    label = escape(_(workflow.STATES[row.state].label))
    return f'<span class="mark mark-state state-{row.state}">{label}</span>'


def turn(row: Any, _now: Now) -> str:
    """Whose turn it is; nobody's once the case has ended."""
    holder = workflow.holder(row.state)
    return "–" if holder == workflow.NOBODY else escape(_(workflow.HOLDER_LABELS[holder]))


def waiting(row: Any, now: Now) -> str:
    """Working days since the case was received."""
    if row.state in workflow.ENDED:
        return "–"
    days = now.working_days(timezone.localdate(row.received_at), now.today)
    return ngettext("%(days)d working day", "%(days)d working days", days) % {"days": days}


def due(row: Any, _now: Now) -> str:
    """The day, with the hour where the day does not end at the closing of the offices."""
    if row.state == workflow.SUPPLEMENT:
        return f'<span class="mark mark-paused">{escape(_("Clock stopped"))}</span>'
    if row.due_at is None or row.state not in RUNNING:
        return QUIET.format("–")
    here = timezone.localtime(row.due_at)
    return f"{here:%Y-%m-%d}" if here.time() == clock.CLOSES else f"{here:%Y-%m-%d %H:%M}"


def received(row: Any, _now: Now) -> str:
    """The day of receipt in the Seoul calendar."""
    return f"{timezone.localtime(row.received_at):%Y-%m-%d}"


def country(row: Any, now: Now) -> str:
    """The country in the reader's language."""
    return escape(now.names.countries.get(row.country_id, row.country_id))


def category(row: Any, now: Now) -> str:
    """The category, or that nobody knows it yet."""
    if row.category_id is None:
        return QUIET.format(escape(_("Not known")))
    return escape(now.names.categories.get(row.category_id, row.category_id))


def company(row: Any, _now: Now) -> str:
    """The company as it named itself."""
    return own(short(row.company_name, TITLE_LENGTH))


def product(row: Any, _now: Now) -> str:
    """What is exported, and its HS code."""
    return " ".join(filter(None, [own(short(row.product, 40)), escape(row.hs_code)]))


def filed(row: Any, now: Now) -> str:
    """The organisation that filed, and the channel."""
    channel = escape(str(CHANNEL_LABELS.get(row.channel, row.channel)))
    if row.filer_organisation_id is None:
        return channel
    return f"{own(now.names.bodies.get(row.filer_organisation_id, '?'))} · {channel}"


def officer(row: Any, now: Now) -> str:
    """Who has it in hand."""
    if row.assignee_id is None:
        return QUIET.format(escape(_("Nobody yet")))
    return own(now.names.officers.get(row.assignee_id, "?"))


def needed(row: Any, _now: Now) -> str:
    """The day by which the company needs an answer."""
    return row.needed_by.isoformat() if row.needed_by else QUIET.format("–")
