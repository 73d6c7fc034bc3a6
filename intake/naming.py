"""How a company is shown to whom: the one place that knows what "anonymous" keeps from a reader.

A company that stays anonymous is known to itself and to the organisation that filed for it. Every
other page shows a veiled copy of its case: the same difficulty without anything that names it.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from accounts import roles
from accounts.models import Company
from intake import unnamed, workflow
from intake.models import Attachment, Case, Referral, Revision
from intake.models.case import ANONYMOUS
from notifications.models import Notice

# What names the company or its contact person, and is left out of a veiled case altogether.
LEFT_OUT = ("contact_name", "contact_position", "contact_phone", "contact_email", "municipality")
# Its own words and those of others about it, in which it may be named all the same.
WORDS = (
    "title",
    "situation",
    "problem",
    "request",
    "tried",
    "other_desk",
    "counterpart",
    "product",
    "answer",
    "end_reason",
    "extension_ask",
    "transferred_to",
    "outcome_note",
)
_SAID_OF_REFERRAL = ("question", "answer", "decline_reason", "extension_reason")
_NAMES = ("company_name", "contact_name")
_VEIL = "_veil"
# Paths and moments in a notice are no words.
_NO_WORDS = re.compile(r"\A(?:/\S*|\d{4}-\d{2}-\d{2}(?:T\S*)?)\Z")


class Veil:
    """Takes out of any words what names one company, now or before it corrected itself."""

    def __init__(self, case: Case) -> None:
        self._case = case

    @cached_property
    def _hidden(self) -> dict[str, set[str]]:
        case = self._case
        rows = Revision.objects.filter(case=case.pk, field__in=(*_NAMES, *LEFT_OUT))
        found: dict[str, set[str]] = {
            name: {getattr(case, name)} for name in ("company_name", *LEFT_OUT)
        }
        for row in rows:
            found[row.field] |= {row.before, row.after}
        found["company_name"].add(case.company.name)
        found["number"] = {case.company.business_number or ""}
        return {name: words - {""} for name, words in found.items()}

    def words(self, text: str) -> str:
        """The text without the company, its people, its numbers and its town."""
        if not text:
            return text
        said = self._hidden
        return unnamed.hide(
            text,
            company=sorted(said["company_name"]),
            person=sorted(said["contact_name"]),
            details=said["contact_phone"] | said["contact_email"] | said["number"],
            places=said["municipality"],
        )

    def inside(self, value: Any) -> Any:
        """The same for every text inside lists and mappings; links and moments stay."""
        if isinstance(value, str):
            return value if _NO_WORDS.match(value) else self.words(value)
        if isinstance(value, Mapping):
            return {name: self.inside(one) for name, one in value.items()}
        if isinstance(value, list | tuple):
            return [self.inside(one) for one in value]
        return value


def label(case: Case) -> str:
    """What stands in place of the company's name."""
    if case.filer_organisation is None:
        return _("Anonymous")
    return _("Anonymous (member of %(organisation)s)") % {"organisation": case.filer_organisation}


def knows(user: Any, case: Case) -> bool:
    """Whether a person may learn who an anonymous company is.

    The auditor, who sees everything and changes nothing; and the organisation that filed, for as
    long as the company lets it. Never the secretariat, whatever other office a person holds.
    """
    if roles.is_secretary(user):
        return False
    if roles.is_auditor(user):
        return True
    own = Case.objects.filter(pk=case.pk).filed_through(roles.organisations_of(user))
    return bool(own.exists())


def shown(case: Case, viewer: Any) -> Case:
    """The case as a person may read it: itself, or a veiled copy that names nobody."""
    if not case.is_anonymous or is_veiled(case) or knows(viewer, case):
        return case
    return veiled(case)


def veiled(case: Case) -> Case:
    """A copy of an anonymous case for reading; a step takes the case itself (`itself`)."""
    if not case.is_anonymous or is_veiled(case):
        return case
    veil = Veil(case)
    found = copy.copy(case)
    for name in WORDS:
        setattr(found, name, veil.words(getattr(case, name)))
    for name in LEFT_OUT:
        setattr(found, name, "")
    found.company_name = label(case)
    found.company = Company(pk=case.company_id, name=found.company_name)
    setattr(found, _VEIL, veil)
    return found


def is_veiled(case: Case) -> bool:
    """Whether this is a copy that names nobody."""
    return hasattr(case, _VEIL)


def itself(case: Case) -> Case:
    """The case behind a veiled copy, as of the moment at which the copy was read."""
    if not is_veiled(case):
        return case
    found = Case.objects.select_related(
        "country", "category", "company", "assignee", "filer_organisation"
    ).get(pk=case.pk)
    # Somebody else's step meanwhile must be noticed as it would be with the case as it was read.
    found.version, found.state = case.version, case.state
    return found


def words(case: Case, text: str) -> str:
    """Words that stand beside a case, as whoever reads this copy of it may read them."""
    veil: Veil | None = getattr(case, _VEIL, None)
    return veil.words(text) if veil else text


def kept_out(case: Case, text: str) -> str:
    """A value that is nothing but the company's name or contact: a mark in its place."""
    return unnamed.HIDDEN if text and is_veiled(case) else text


def outside(case: Case, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of a notice that leaves for the secretariat or a body."""
    return dict(Veil(case).inside(facts)) if case.is_anonymous else dict(facts)


def is_withheld(case: Case, row: Attachment) -> bool:
    """Whether a file is kept back: a paper bears its maker's name.

    What an officer of the organisation that filed sends in a message is meant to be read.
    """
    if not is_veiled(case) or row.role != workflow.SUBMITTER:
        return False
    return row.message_id is None or row.uploaded_by_id is None


def files(case: Case, rows: Iterable[Attachment]) -> list[Attachment]:
    """Files of a case as they are listed: under a veil, by names that name nobody."""
    found = list(rows)
    if is_veiled(case):
        for row in found:
            row.file.original_name = words(case, row.file.original_name)
            row.withheld = is_withheld(case, row)  # type: ignore[attr-defined]
    return found


def referral(case: Case, row: Referral) -> Referral:
    """A question to a body as it is read beside this copy of the case; a step takes the row."""
    if is_veiled(case):
        row = copy.copy(row)
        for name in _SAID_OF_REFERRAL:
            setattr(row, name, words(case, getattr(row, name)))
    row.case = case
    return row


def veil_all(cases: Iterable[Case], viewer: Any) -> list[Case]:
    """Several cases as a person of the desk may read them."""
    return [shown(case, viewer) for case in cases]


# --- Notices and companies: whose address or name belongs to an anonymous case ------------
def is_to_company(notice: Notice) -> bool:
    """Whether a notice about a case went to the company, and not to an officer or a body."""
    return notice.recipient_id is None and "/" not in notice.thread


def address(case: Case, notice: Notice) -> str:
    """To whom a notice went, as the reader of this copy of the case may know it."""
    if is_veiled(case) and is_to_company(notice):
        return _("the company")
    return notice.masked_address


def with_anonymity(notices: QuerySet[Notice]) -> QuerySet[Notice]:
    """Each notice with whether it is about an anonymous case (`about_anonymous`)."""
    about = Case.objects.filter(number=OuterRef("subject_key"), visibility=ANONYMOUS)
    return notices.annotate(about_anonymous=Exists(about))


def known_companies(companies: QuerySet[Company]) -> QuerySet[Company]:
    """The companies that show themselves: not those that only ever filed anonymously."""
    cases = Case.objects.filter(company=OuterRef("pk"))
    return companies.filter(
        ~Q(Exists(cases.filter(visibility=ANONYMOUS))) | Exists(cases.exclude(visibility=ANONYMOUS))
    )
