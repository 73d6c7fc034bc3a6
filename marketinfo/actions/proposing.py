"""Changing what readers see: one person proposes, another accepts; readers see the old text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from marketinfo import changes
from marketinfo.actions import keeping
from marketinfo.actions.refusal import OvertakenError, RefusedError
from marketinfo.entry import READABLE, STATE_LABELS, Entry
from marketinfo.facts import changed, facts_of, put_back
from marketinfo.models import EntryProposal

AnyEntry = TypeVar("AnyEntry", bound=Entry)


def open_proposal(entry: Entry) -> EntryProposal | None:
    """The change of this entry that waits for another person; at most one."""
    return (
        EntryProposal.objects.of(entry)
        .filter(settled_at__isnull=True)
        .select_related("by")
        .order_by("pk")
        .first()
    )


def propose(entry: Entry, *, facts: Mapping[str, Any], by: User, remark: str = "") -> EntryProposal:
    """Lay a change of a published entry before another person.

    `facts` is everything that the entry would say (`marketinfo.facts`). The person who proposed
    the open change writes over it. Raises RefusedError when the entry is not published, when
    nothing would change, when somebody else's change waits, and when the entry changed meanwhile.
    """
    if entry.state not in READABLE:
        raise RefusedError(_("Nobody reads this entry yet: change it as it stands."))
    with transaction.atomic():
        stands = type(entry)._default_manager.get(pk=entry.pk)
        if stands.version != entry.version:
            raise OvertakenError
        if not changed(facts_of(stands), facts):
            raise RefusedError(_("Nothing would change."))
        waiting = open_proposal(entry)
        if waiting is not None and waiting.by_id != by.pk:
            raise RefusedError(
                _("A change by %(name)s waits for an answer. Answer it first.")
                % {"name": waiting.by.name}
            )
        if waiting is not None:
            waiting.facts, waiting.remark = dict(facts), remark
            waiting.version, waiting.at = stands.version, timezone.now()
            waiting.save(update_fields=["facts", "remark", "version", "at"])
            return waiting
        try:
            with transaction.atomic():
                return EntryProposal.objects.create(
                    **EntryProposal.naming(entry),
                    facts=dict(facts),
                    remark=remark,
                    version=stands.version,
                    by=by,
                )
        except IntegrityError as error:
            raise OvertakenError from error


def accept(entry: AnyEntry, *, proposal: EntryProposal, by: User) -> AnyEntry:
    """Put a proposed change in its place; readers see it at once.

    Raises RefusedError for who proposed it, when the entry changed since, and when it names rows
    that are gone.
    """
    if proposal.by_id == by.pk:
        raise RefusedError(_("You proposed this change. Another person reads and accepts it."))
    try:
        with transaction.atomic():
            before = facts_of(entry)
            keeping.keep_first(entry, before)
            if proposal.version != entry.version:
                raise OvertakenError
            _settle(proposal, by=by, accepted=True, answer="")
            many = put_back(entry, proposal.facts)
            columns = {
                field.attname: getattr(entry, field.attname)
                for field in entry._meta.concrete_fields
                if field.name in proposal.facts
            }
            if entry.last_verified is None:
                raise RefusedError(_("A published entry needs the date of its check."))
            keeping.swap(entry, by=by, seen=STATE_LABELS, **columns)
            for name, rows in many.items():
                getattr(entry, name).set(rows)
            remark = proposal.remark or _("Proposed by %(name)s") % {"name": proposal.by.name}
            keeping.keep(entry, verb="accept", by=by, remark=remark)
            keeping.reindex(entry)
            after = facts_of(entry)
            changes.tell(changes.Change(entry, changes.CHANGED, before, after, by))
    except IntegrityError as error:
        raise RefusedError(_("The change names something that is no longer there.")) from error
    return entry


def decline(entry: Entry, *, proposal: EntryProposal, answer: str, by: User) -> EntryProposal:
    """Give a proposed change back with the reason; whoever proposed it may take it back so too."""
    if not answer.strip():
        raise RefusedError(_("Write why it is not put in place."))
    with transaction.atomic():
        _settle(proposal, by=by, accepted=False, answer=answer.strip())
    return proposal


def _settle(proposal: EntryProposal, *, by: User, accepted: bool, answer: str) -> None:
    facts = {
        "settled_at": timezone.now(),
        "settled_by": by,
        "accepted": accepted,
        "answer": answer,
    }
    rows = EntryProposal.objects.filter(pk=proposal.pk, settled_at__isnull=True)
    if rows.update(**facts) != 1:
        raise OvertakenError
    for name, value in facts.items():
        setattr(proposal, name, value)
