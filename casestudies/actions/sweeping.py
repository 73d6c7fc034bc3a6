"""Writing a study so that nothing stands in it which might identify, and settling what was found.

Whatever is saved is swept first: what the anonymiser finds stands in the row, in its revisions and
in the index only as the words proposed for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from casestudies import anonymise, known
from casestudies.anonymise import Found, Known
from casestudies.knowing import known_of
from casestudies.models import CaseStudy, Finding
from casestudies.models.finding import KEPT, OPEN, REPLACED
from casestudies.models.study import TEXTS
from marketinfo import actions
from marketinfo.actions import RefusedError
from marketinfo.entry import DRAFT


@dataclass(frozen=True)
class Decision:
    """What an officer decides about a finding: other words, or the reason why it may stand."""

    wording: str = ""
    # None where it does not stand.
    keep_because: str | None = None


class _Book:
    """The findings of one study: numbers for what is found, rows for what is new."""

    def __init__(self, study: CaseStudy) -> None:
        rows = list(study.findings.all()) if study.pk else []
        self.rows = {row.original: row for row in rows if row.original}
        self.last = max((row.number for row in rows), default=0)
        self.fresh: list[Finding] = []
        self.again: list[Finding] = []
        self.kept = [row.original for row in rows if row.state == KEPT]

    def number_of(self, found: Found) -> int:
        row = self.rows.get(found.text)
        if row is None:
            self.last += 1
            row = Finding(
                number=self.last,
                kind=found.kind,
                original=found.text,
                proposal=found.proposal[:300],
            )
            self.rows[found.text] = row
            self.fresh.append(row)
        elif row.state == REPLACED and row not in self.again:
            self.again.append(row)
        return row.number

    def write(self, study: CaseStudy, marked: set[int], by: User | None) -> None:
        """Keep what is new, open again what came back, settle what was edited away."""
        for row in self.fresh:
            row.study = study
        Finding.objects.bulk_create(self.fresh)
        study.findings.filter(pk__in=[row.pk for row in self.again]).update(
            state=OPEN, settled_by=None, settled_at=None, wording="", reason=""
        )
        study.findings.open().exclude(number__in=marked).update(
            state=REPLACED, settled_by=by, settled_at=timezone.now()
        )


def save(
    study: CaseStudy,
    *,
    by: User | None,
    fields: Iterable[str] | None = None,
    bodies: Iterable[Organisation] | None = None,
    remark: str = "",
) -> CaseStudy:
    """Write a study, or the named fields of a known one, and the bodies when they are given.

    What might identify is marked in every text, and a finding says what it was.
    """
    with transaction.atomic():
        book = _Book(study)
        swept = _swept(study, known_of(study), book)
        touched = {name for name, text in swept.items() if getattr(study, name) != text}
        for name in touched:
            setattr(study, name, swept[name])
        written = None if fields is None else {*fields, *touched}
        many = None if bodies is None else {"bodies": list(bodies)}
        actions.save(study, by=by, fields=written, many=many, remark=remark)
        marked = {number for text in swept.values() for number in anonymise.numbers(text)}
        book.write(study, marked, by)
    return study


def _swept(study: CaseStudy, about: Known, book: _Book) -> dict[str, str]:
    texts = {name: getattr(study, name) for name in TEXTS}
    swept = anonymise.sweep(texts, about, book.number_of, language=study.language, kept=book.kept)
    for name, text in swept.items():
        most = getattr(CaseStudy._meta.get_field(name), "max_length", None)
        if most is not None and len(text) > most:
            # No room for the marks: the proposed words stand, and may be edited there.
            swept[name] = anonymise.plain(text)[:most]
    return swept


def found_in(study: CaseStudy) -> list[Found]:
    """What would be found in a study's texts now, unsettled marks left aside; writes nothing."""
    kept = list(study.findings.kept().values_list("original", flat=True))
    about = known_of(study)
    return [
        found
        for name in TEXTS
        for found in anonymise.find(
            anonymise.tidy(study.said(name)), about, language=study.language, kept=kept
        )
    ]


@transaction.atomic
def settle(study: CaseStudy, decisions: Mapping[int, Decision], *, by: User) -> CaseStudy:
    """Decide about findings by their numbers: replaced by words, or kept for a reason.

    Raises RefusedError when the study is no draft, when what must never stand would be kept, and
    when nothing is said in place of a finding.
    """
    if study.state != DRAFT:
        raise RefusedError(_("Take the study back to a draft, then settle what was found."))
    rows = {
        row.number: row for row in study.findings.select_for_update() if row.number in decisions
    }
    about = known_of(study)
    for number, decision in decisions.items():
        if (row := rows.get(number)) is not None:
            _settle_one(study, row, decision, about, by)
    return save(study, by=by, fields=TEXTS, remark=_("Findings settled"))


def _settle_one(study: CaseStudy, row: Finding, decision: Decision, about: Known, by: User) -> None:
    keep = (decision.keep_because or "").strip()
    if decision.keep_because is not None and not keep:
        raise RefusedError(_("Say why “%(words)s” may stand.") % {"words": row.original})
    words = row.original if keep else decision.wording.strip()
    if keep and (not row.may_be_kept or _names_the_company(row, about)):
        raise RefusedError(
            _("“%(words)s” must not stand, whatever the reason. Write other words for it.")
            % {"words": row.original}
        )
    if not words:
        raise RefusedError(
            _("Say what is to stand in place of “%(words)s”.") % {"words": row.original}
        )
    row.state = KEPT if keep else REPLACED
    row.reason, row.wording = keep[:300], words[:300]
    row.settled_by, row.settled_at = by, timezone.now()
    row.save(update_fields=["state", "reason", "wording", "settled_by", "settled_at"])
    for name in TEXTS:
        setattr(study, name, anonymise.settle(getattr(study, name), row.number, words))


def _names_the_company(row: Finding, about: Known) -> bool:
    """Whether the words are the name, person or number of the company, or of whom it deals with."""
    own = Known(
        companies=about.companies,
        partners=about.partners,
        people=about.people,
        details=about.details,
    )
    return any(True for _span in known.find(row.original, own, "ko"))


def settle_as_proposed(study: CaseStudy, *, by: User) -> CaseStudy:
    """Take every proposal that still waits, in the words in which it stands in the text."""
    standing = {
        part.number: part.text
        for name in TEXTS
        for part in anonymise.parts(getattr(study, name))
        if part.number
    }
    decisions = {
        row.number: Decision(wording=standing.get(row.number, row.proposal))
        for row in study.findings.open()
    }
    return settle(study, decisions, by=by)
