"""`docs/notices.md`: who is told what, when and how, written by the table of kinds itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from intake import workflow
from notifications import catalog, texts
from notifications.catalog import Kind

# Told by the page of the case and its queue, not by mail: (verb, side).
SEEN_ON_THE_CASE = frozenset(
    {
        ("confirm", workflow.SECRETARY),
        ("take_over", workflow.SECRETARY),
        ("dismiss_proxy", workflow.SECRETARY),
    }
)
# A mission is told as a body that was asked, or as who filed: it has no kinds of its own.
_COLUMNS = (
    ("company", (catalog.COMPANY,)),
    ("filer", (catalog.FILER,)),
    ("bodies", (catalog.BODY,)),
    ("mission", (catalog.BODY, catalog.FILER)),
    ("officer", (catalog.OFFICER,)),
    ("secretariat", (catalog.SECRETARIAT,)),
    ("people", (catalog.PERSON, catalog.ADMINISTRATOR)),
    ("followers", (catalog.FOLLOWER,)),
)
# What each job of the beat does in the table below; jobs that tell nobody anything are left out.
JOBS: dict[str, tuple[str, ...]] = {
    "intake.tasks.endings.close_silent": ("close",),
    "intake.tasks.endings.lapse_supplements": ("lapse",),
    "intake.tasks.endings.catch_up_with_calendar": ("new_deadline",),
    "intake.tasks.endings.remind_drafts": ("(draft)",),
    "intake.tasks.endings.expire_drafts": ("(draft)",),
    "intake.tasks.batches.work": ("submit",),
    "intake.tasks.dates.move_dates": ("new_deadline",),
    "intake.tasks.progress.say_progress": ("say_progress",),
    "intake.tasks.reminders.remind_bodies": ("remind_referral", "escalate_referral"),
    "intake.tasks.confirming.remind_companies": ("remind_confirmation",),
    "intake.tasks.waiting.remind_waiting": ("remind_company",),
    "intake.tasks.waiting.ask_outcomes": ("ask_outcome",),
    "intake.tasks.chasing.remind_officers": ("(due)",),
    "intake.tasks.records.remind_record_owners": ("(records)",),
    "marketinfo.following.tasks.tell": ("(change)",),
    "notifications.tasks.release_held": ("(digest)",),
    "notifications.tasks.sweep": ("(delivery)",),
    "notifications.incoming.tasks.handle": ("(reply by mail)",),
}


def page() -> str:
    """The document: kinds by step and reader, then what holds of each kind, then the beat."""
    with translation.override("ko"):
        return "\n".join([*_head(), *_by_step(), *_by_kind(), *_by_job()])


def _head() -> list[str]:
    return [
        "# Who is told what",
        "",
        "Written by `manage.py generated --write` from `notifications/catalog.py` and what the",
        "apps register there; do not edit. `tests/notifications/test_catalog.py` takes every step",
        "and compares what it really sends. Each kind can be looked at, with sample facts and in",
        "both languages, and reworded at `/admin/notifications/wording/`.",
        "",
    ]


def _kinds() -> list[Kind]:
    return [kind for kind in catalog.every() if kind.name != "sample"]


def _by_step() -> list[str]:
    steps = [*workflow.STEPS, *sorted(catalog.OCCASIONS)]
    head = " | ".join(label for label, _audiences in _COLUMNS)
    lines = [
        "## By step",
        "",
        "A mission reads what a body reads, where it was asked, and what a filer reads, where it",
        "filed. “–”: nobody is mailed. What stands in brackets is no step of a case.",
        "",
        f"| step | | {head} |",
        "|---|---|" + "---|" * len(_COLUMNS),
    ]
    for step in steps:
        cells = [_cell(step, audiences) for _label, audiences in _COLUMNS]
        lines.append(f"| `{step}` | {gettext(catalog.occasion(step))} | {' | '.join(cells)} |")
    return [*lines, ""]


def _cell(step: str, audiences: Iterable[str]) -> str:
    found = [k.name for k in _kinds() if step in k.steps and k.audience in tuple(audiences)]
    return " ".join(f"`{name}`" for name in found) or "–"


def _by_kind() -> list[str]:
    lines = [
        "## By kind",
        "",
        "Proceedings: part of them, so nobody can turn it off. Digest: its reader may have it in",
        "one. By day: it never leaves at night. Reply: an answer to the mail becomes a message on",
        "the case. Channels: `mail` always, `text` beside it where the reader asked for it; who",
        "signs in finds it in the portal’s own inbox, too.",
        "",
        "| kind | | reader | sent by | topic | channels | languages | proceedings | digest "
        "| by day | reply |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for kind in _kinds():
        steps = " ".join(f"`{step}`" for step in kind.steps) or "–"
        lines.append(
            f"| `{kind.name}` | {gettext(kind.label)} | {kind.audience} | {steps} | {kind.topic} "
            f"| {'mail, text' if kind.text else 'mail'} | {', '.join(_languages(kind))} "
            f"| {_tick(kind.proceedings)} | {_tick(kind.may_wait)} | {_tick(kind.by_day)} "
            f"| {_tick(kind.replies)} |"
        )
    return [*lines, ""]


def _languages(kind: Kind) -> list[str]:
    """The languages in which a kind has words."""
    return [
        language
        for language, _name in settings.LANGUAGES
        if any((folder / f"{kind.name}.{language}.md").exists() for folder in texts.folders())
    ]


def _tick(holds: bool) -> str:
    return "yes" if holds else "–"


def _by_job() -> list[str]:
    """What the beat tells by itself."""
    lines = ["## By the beat", "", "| job | how often | does | sends |", "|---|---|---|---|"]
    schedule: dict[str, Any] = {
        str(row["task"]): row["schedule"] for row in settings.CELERY_BEAT_SCHEDULE.values()
    }
    for task, seconds in sorted(schedule.items()):
        steps = JOBS.get(task)
        if steps is None:
            continue
        sent = sorted({k.name for k in _kinds() if set(steps) & set(k.steps)})
        lines.append(
            f"| `{task}` | {seconds:g} s | "
            f"{' '.join(f'`{step}`' for step in steps)} | "
            f"{' '.join(f'`{name}`' for name in sent) or '–'} |"
        )
    return lines
