"""The few rows around a case that come along with the case and its referrals, in one query each.

Consents and released files are short lists of keys and marks; a query of their own for each would
cost the case page a tenth of its budget. The text of each statement is built once (admin.prepared).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.db.models import (
    Aggregate,
    CharField,
    Exists,
    F,
    OuterRef,
    QuerySet,
    Subquery,
    TextField,
    Value,
)
from django.db.models import Case as When
from django.db.models import When as Condition
from django.db.models.functions import Cast, Concat

from accounts.models import Organisation, User
from intake import consents
from intake.admin.prepared import Prepared
from intake.models import (
    Attachment,
    Case,
    CaseEvent,
    Consent,
    Mention,
    Message,
    Referral,
    ShownEntry,
)
from notifications import outbox
from notifications.models import Address


class Joined(Aggregate):
    """Short texts of a group, joined by a line break, on either database."""

    function = "GROUP_CONCAT"
    template = "%(function)s(%(expressions)s, CHAR(10))"
    output_field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """PostgreSQL's own name for it."""
        return super().as_sql(
            compiler,
            connection,
            function="STRING_AGG",
            template="%(function)s(%(expressions)s, CHR(10))",
            **more,
        )


GIVEN, REFUSED, WITHDRAWN, WAITS = "given", "refused", "withdrawn", "waits"
OFFICER, COMPANY = "officer", "company"
OPENED = "opened"


@dataclass(frozen=True)
class Agreed:
    """What the company said to one consent."""

    kind: str
    version: str
    state: str
    # Who said it: the company itself, or the officer who filed for it.
    teller: str = COMPANY


def _whole(pk: int, user: int) -> QuerySet[Case]:
    return whole_of(Case.objects.all(), pk, user)


def whole_of(cases: QuerySet[Case], pk: int, user: int) -> QuerySet[Case]:
    """One of these cases with company, category and consents, and whether a note calls an officer.

    Its officer, country and filer are read from what is known already (naming.named): a join
    for each name would double what the database needs to plan the statement.
    """
    state = When(
        Condition(withdrawn_at__isnull=False, then=Value(WITHDRAWN)),
        Condition(given=True, then=Value(GIVEN)),
        default=Value(REFUSED),
        output_field=CharField(),
    )
    teller = When(
        Condition(by_officer=True, then=Value(OFFICER)),
        default=Value(COMPANY),
        output_field=CharField(),
    )
    tab = Value("\t")
    line = Concat("kind", tab, "text_version", tab, state, tab, teller, output_field=TextField())
    said = (
        Consent.objects.filter(case=OuterRef("pk"))
        .order_by()
        .values("case")
        .annotate(lines=Joined(line))
        .values("lines")
    )
    calls = Mention.objects.filter(message__case=OuterRef("pk"), user=user, seen_at__isnull=True)
    proven = Subquery(Address.objects.filter(email=OuterRef("contact_address")).values("state"))
    return (
        cases.select_related("company", "category")
        .filter(pk=pk)
        .annotate(
            consent_lines=Subquery(said),
            called=Exists(calls),
            contact_state=proven,
            shown_lines=Subquery(_shown()),
        )
    )


def _shown() -> QuerySet[Any, Any]:
    """The entries that the form showed before this case was filed, opened ones marked."""
    opened = When(
        Condition(opened_at__isnull=False, then=Value(OPENED)),
        default=Value(""),
        output_field=CharField(),
    )
    tab = Value("\t")
    line = Concat(opened, tab, "path", tab, "title", output_field=TextField())
    return (
        ShownEntry.objects.filter(key=OuterRef("idempotency_key"))
        .order_by()
        .values("key")
        .annotate(lines=Joined(line))
        .values("lines")
    )


@dataclass(frozen=True)
class Shown:
    """A published entry that the form showed to who filed."""

    path: str
    title: str
    opened: bool


def shown(case: Case) -> list[Shown]:
    """What came with `whole`, opened entries first."""
    lines = (getattr(case, "shown_lines", None) or "").splitlines()
    parts = [line.split("\t", 2) for line in lines]
    rows = [Shown(part[1], part[2], part[0] == OPENED) for part in parts if len(part) == 3]
    return sorted(rows, key=lambda row: (not row.opened, row.title))


def agreed(case: Case) -> list[Agreed]:
    """The word that counts for each kind, from what came with `whole`: the company's own first.

    What a company need not give waits for its own word (intake.consents.counts).
    """
    lines = (getattr(case, "consent_lines", None) or "").splitlines()
    said = [Agreed(*line.split("\t")) for line in lines]
    said.sort(key=lambda row: (row.teller == COMPANY, row.version))
    found = {row.kind: row for row in said}
    return [
        replace(row, state=WAITS)
        if row.teller == OFFICER and row.state == GIVEN and row.kind not in consents.REQUIRED
        else row
        for row in found.values()
    ]


def _referrals(case: int) -> QuerySet[Referral]:
    """Referrals with their people and bodies, and the keys of what was released to each."""
    through = Referral.released_files.through
    keys = (
        through._default_manager.filter(referral=OuterRef("pk"))
        .order_by()
        .values("referral")
        .annotate(listed=Joined(Cast("attachment_id", TextField())))
        .values("listed")  # type: ignore[misc]
    )
    return (
        Referral.objects.filter(case=case)
        .select_related("organisation", "suggested", "asked_by", "handler")
        .defer(*_heavy("organisation"), *_heavy("suggested"), *_secret("asked_by", "handler"))
        .annotate(released_keys=Subquery(keys))
    )


def released_keys(referral: Referral) -> set[int]:
    """The keys that `referrals` brought."""
    return {int(key) for key in (getattr(referral, "released_keys", None) or "").split()}


def _events(case: int) -> QuerySet[CaseEvent]:
    """Events with the texts that each changed: one row per changed text, else one row."""
    return (
        CaseEvent.objects.filter(case=case)
        .select_related("actor", "organisation")
        .defer(*_heavy("organisation"), *_secret("actor"))
        .annotate(
            revised=F("revisions__field"),
            revised_before=F("revisions__before"),
            revised_after=F("revisions__after"),
        )
        .order_by("id", "revisions__id")
    )


def _messages(case: int) -> QuerySet[Message]:
    return (
        Message.objects.filter(case=case)
        .select_related("author", "organisation")
        .defer(*_heavy("organisation"), *_secret("author"))
    )


def _attachments(case: int) -> QuerySet[Attachment]:
    return Attachment.objects.filter(case=case).select_related("file")


def _heavy(relation: str) -> list[str]:
    """What the page shows nothing of: all of an organisation but its name, kind and code."""
    shown = {"id", "code", "kind", "name_ko", "name_en"}
    names = (field.name for field in Organisation._meta.concrete_fields)
    return [f"{relation}__{name}" for name in names if name not in shown]


def _secret(*relations: str) -> list[str]:
    """All of a person but the name and the address by which an unnamed one goes."""
    shown = {"id", "name", "email"}
    names = [field.name for field in User._meta.concrete_fields]
    return [f"{relation}__{name}" for relation in relations for name in names if name not in shown]


_BLANK, _OTHER_BLANK = -71_000_001, -71_000_002
whole = Prepared(_whole, _BLANK, _OTHER_BLANK)
referrals = Prepared(_referrals, _BLANK)
events = Prepared(_events, _BLANK)
messages = Prepared(_messages, _BLANK)
attachments = Prepared(_attachments, _BLANK)
notices = Prepared(outbox.for_subject, "no-such-subject")
