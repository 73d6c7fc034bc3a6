"""The columns of a partner's cases: what each cell says, on the page and in a file."""

from __future__ import annotations

from html import escape
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from intake import workflow
from intake.lists import cells
from intake.lists.columns import Column
from intake.lists.now import WORDS, Now
from intake.models.case import ACTING, CHANNEL_LABELS, FOLLOWING
from intake.models.queue import RUNNING
from search import marking as searched

CONFIRMED, UNCONFIRMED, FOLLOWS, NOT_ASKED = "confirmed", "unconfirmed", "follows", "not_asked"
CONFIRMATION = {
    CONFIRMED: gettext_lazy("Confirmed"),
    UNCONFIRMED: gettext_lazy("Not confirmed"),
    FOLLOWS: gettext_lazy("The company goes on itself"),
    NOT_ASKED: gettext_lazy("Could not be asked"),
}
_KINDS = {CONFIRMED: "success", UNCONFIRMED: "warning", FOLLOWS: "info", NOT_ASKED: "neutral"}


def _badge(kind: str, text: Any) -> str:
    return f'<span class="badge {kind}">{escape(str(text))}</span>'


def is_overdue(row: Any, now: Now) -> bool:
    """Past its due moment, with the clock running."""
    return row.state in RUNNING and row.due_at is not None and row.due_at < now.at


def turn_of(state: str, proxy: str) -> str:
    """Whose turn it is, as the organisation that filed says it."""
    holder = workflow.holder(state)
    if holder == workflow.SUBMITTER and proxy == ACTING:
        return _("us")
    return "–" if holder == workflow.NOBODY else _(workflow.HOLDER_LABELS[holder])


def confirmation_of(row: Any) -> str:
    """What the company has said to being filed for."""
    if row.proxy == FOLLOWING:
        return FOLLOWS
    if row.confirmed_at:
        return CONFIRMED
    return UNCONFIRMED if row.confirm_asked_at else NOT_ASKED


def may_be_reminded(row: Any) -> bool:
    """The company was asked, has not answered, and the case goes on."""
    return (
        row.confirm_asked_at is not None and row.confirmed_at is None and row.state in workflow.OPEN
    )


def _title(row: Any, now: Now) -> str:
    border = ""
    if row.at_border and row.state in workflow.OPEN:
        border = f" {_badge('border', _('Held at the border'))}"
    if not now.words:
        return f"{cells.own(cells.short(row.title, cells.TITLE_LENGTH))}{border}"
    whole = " ".join(filter(None, (getattr(row, name) for name in WORDS)))
    piece = searched.excerpt(
        f"{row.company_name} {row.product} {whole}", now.words, cells.PIECE_LENGTH
    )
    return (
        f"<bdi>{cells.marked(row.title, now.words)}</bdi>{border}"
        f'<span class="found"><bdi>{cells.marked(piece, now.words)}</bdi></span>'
    )


def _state(row: Any, _now: Now) -> str:
    return _badge(row.state, _(workflow.STATES[row.state].label))


def _turn(row: Any, _now: Now) -> str:
    text = escape(turn_of(row.state, row.proxy))
    ours = workflow.holder(row.state) == workflow.SUBMITTER and row.proxy == ACTING
    return f"<strong>{text}</strong>" if ours else text


def _due(row: Any, now: Now) -> str:
    if row.state == workflow.SUPPLEMENT and row.supplement_due:
        said = _("Supplement by %(date)s") % {"date": row.supplement_due.isoformat()}
        late = row.supplement_due < now.today
    else:
        said, late = cells.due(row, now), is_overdue(row, now)
    mark = f" {_badge('overdue', _('Overdue'))}" if late else ""
    return f"{said}{mark}"


def _confirmation(row: Any, _now: Now) -> str:
    kind = confirmation_of(row)
    text = _badge(_KINDS[kind], CONFIRMATION[kind])
    if kind == UNCONFIRMED and row.confirm_reminded_at:
        day = f"{timezone.localtime(row.confirm_reminded_at):%Y-%m-%d}"
        text += f' <span class="meta">{escape(_("reminded %(date)s") % {"date": day})}</span>'
    return text


def _company(row: Any, now: Now) -> str:
    """The company: the organisation that filed for it knows it, whatever others may see."""
    if not now.words:
        return cells.company(row, now)
    return f"<bdi>{cells.marked(row.company_name, now.words)}</bdi>"


def _keeper(row: Any, _now: Now) -> str:
    if row.keeper_id is None:
        return cells.QUIET.format(escape(_("Nobody")))
    return cells.own(row.keeper_name)


def _channel(row: Any, _now: Now) -> str:
    return escape(str(CHANNEL_LABELS.get(row.channel, row.channel)))


def _batch(row: Any, _now: Now) -> str:
    return cells.own(cells.short(row.batch, 40)) if row.batch else cells.QUIET.format("–")


COLUMNS: dict[str, Column] = {
    "number": Column(gettext_lazy("receipt number"), lambda row, _now: escape(row.number)),
    "title": Column(gettext_lazy("title"), _title),
    "company": Column(gettext_lazy("company"), _company, sort="company"),
    "state": Column(gettext_lazy("state"), _state, sort="state"),
    "turn": Column(gettext_lazy("whose turn"), _turn),
    "due": Column(gettext_lazy("due"), _due, sort="due"),
    "confirmation": Column(gettext_lazy("company's confirmation"), _confirmation),
    "keeper": Column(gettext_lazy("looked after by"), _keeper),
    "received": Column(gettext_lazy("received"), cells.received, sort="received"),
    "country": Column(gettext_lazy("country"), cells.country, sort="country"),
    "category": Column(gettext_lazy("category"), cells.category),
    "channel": Column(gettext_lazy("channel"), _channel),
    "product": Column(gettext_lazy("product"), cells.product),
    "waiting": Column(gettext_lazy("waiting"), cells.waiting),
    "needed": Column(gettext_lazy("answer needed by"), cells.needed),
    "batch": Column(gettext_lazy("spreadsheet"), _batch),
}
USUAL = (
    "number",
    "title",
    "company",
    "state",
    "turn",
    "due",
    "confirmation",
    "keeper",
    "country",
)
