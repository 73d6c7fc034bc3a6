"""Puts a case paper together: the secretariat's own in Korean, or one for an authority abroad."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from intake import naming
from intake.models import Case, CaseEvent, Message, Referral
from intake.models.event import INTERNAL
from intake.paper import parts
from intake.paper.parts import Part
from intake.paper.sheet import Paper, Passage

_LONG = (parts.SITUATION, parts.PROBLEM, parts.REQUEST, parts.TRIED)


def korean(case: Case, *, contact: bool, story: bool, internal: bool, at: dt.datetime) -> Paper:
    """The whole case in Korean: facts, the company's words, bodies, answer and, if wanted, story.

    `internal` takes the secretariat's own notes along.
    """
    with translation.override("ko"):
        found = parts.korean(case, contact=contact)
        long = {str(parts.LABELS[name]) for name in _LONG}
        facts = [
            Part((_("State"),), case.state_label),
            Part((_("Received"),), _moment(case.received_at)),
            Part((_("Country concerned"),), case.country.name_in("ko")),
            *(part for part in found if part.labels[0] not in long),
        ]
        passages = [
            Passage(_("What the company wrote"), [part for part in found if part.labels[0] in long])
        ]
        asked = [_referral(case, row) for row in case.referrals.select_related("organisation")]
        if asked:
            passages.append(Passage(_("Bodies that were asked"), asked))
        if case.answer:
            passages.append(Passage(_("Answer"), [Part((), case.answer)]))
        if story:
            lines = _story(case, internal=internal)
            passages.append(Passage(_("What happened so far"), lines=lines))
        return Paper(
            number=case.number,
            title=case.title,
            heading=pgettext("paper", "Case paper"),
            confidential=_("Confidential · for official use only"),
            facts=facts,
            passages=passages,
            gaps_words=_gaps(),
            closing=[_("Printed on %(day)s.") % {"day": _moment(at)}],
        )


def _gaps() -> str:
    return _("□ stands for a character that this paper's typeface does not have.")


def _moment(when: dt.datetime) -> str:
    return timezone.localtime(when).strftime("%Y-%m-%d %H:%M")


def _referral(case: Case, row: Referral) -> Part:
    head = (
        f"{row.organisation.name_ko} ({row.state_label}, {_moment(row.ended_at or row.asked_at)})"
    )
    said = row.answer or row.decline_reason
    words = f"{row.question}\n→ {said}" if said else row.question
    return Part((head,), naming.words(case, words))


def _story(case: Case, *, internal: bool) -> list[str]:
    """The timeline in lines, oldest first; words of messages in full."""
    rows: list[tuple[dt.datetime, str]] = []
    events: Iterable[CaseEvent] = case.events.select_related("actor", "organisation")
    for event in events:
        if event.verb in ("note", "send_message"):
            continue
        who = event.actor.name if event.actor else event.role_label
        if event.organisation is not None:
            who += f" · {event.organisation.name_ko}"
        rows.append((event.at, f"{event.sentence} ({who})"))
    talk: Iterable[Message] = case.messages.select_related("author")
    for message in talk:
        if message.audience == INTERNAL and not internal:
            continue
        who = message.author.name if message.author else message.role_label
        label = _("Internal note") if message.audience == INTERNAL else _("Message")
        rows.append((message.at, f"{label} ({who}): {naming.words(case, message.text)}"))
    return [f"{_moment(at)}  {words}" for at, words in sorted(rows, key=lambda row: row[0])]


def abroad(
    case: Case,
    *,
    chosen: Collection[str],
    kinds: Collection[str],
    summary: str,
    at: dt.datetime,
) -> Paper:
    """A paper for a foreign authority: Korean and English labels, and only what was released.

    `kinds` are the consents that stand; `summary` is the officer's own English.
    """
    found = parts.bilingual(case, chosen, kinds)
    named = parts.COMPANY in chosen and not parts.why_unnamed(case, kinds)
    title = case.title if named else parts.unnamed_words(case, case.title)
    long = {_both(str(name)) for name in _LONG}
    facts = [
        Part(("접수번호", "Receipt number"), case.number),
        Part(("접수일", "Received"), timezone.localdate(case.received_at).isoformat()),
        Part(("관련국", "Country concerned"), _country(case)),
        *(part for part in found if part.labels not in long),
    ]
    passages = []
    if summary:
        words = summary if named else parts.unnamed_words(case, summary)
        passages.append(Passage("요약 Summary", [Part((), words)]))
    told = [part for part in found if part.labels in long]
    if told:
        passages.append(Passage("애로 내용 What the company reports", told))
    return Paper(
        number=case.number,
        title=title,
        heading="수출 애로사항 개요 · Export difficulty: summary of the case",
        confidential="대외비 · Confidential, for the addressee only",
        facts=facts,
        passages=passages,
        closing=[
            "원팀 협의체 사무국 · Secretariat of the One-Team Export Council",
            f"작성일 Printed on {timezone.localdate(at).isoformat()}. "
            "신청 기업이 공개에 동의한 내용만 담았습니다. "
            "Contains only what the company agreed to release.",
        ],
        gaps_words="□: 이 문서의 글꼴에 없는 글자입니다. "
        "A character that this paper's typeface does not have.",
    )


def _both(name: str) -> tuple[str, ...]:
    labels = []
    for language in ("ko", "en"):
        with translation.override(language):
            labels.append(str(parts.LABELS[name]))
    return tuple(labels)


def _country(case: Case) -> str:
    return f"{case.country.name_in('ko')} / {case.country.name_in('en')}"
