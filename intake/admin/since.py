"""What others did to a case since an officer opened a form, and whose words meet whose."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.http import QueryDict

from intake import workflow
from intake.actions.moving import LEAVES_AS_IT_IS
from intake.admin import story
from intake.models import Case, CaseEvent
from intake.wording import merging

# The field of a step in which its words are typed.
WORDS = ("text", "reason", "question")


@dataclass(frozen=True)
class News:
    """What happened meanwhile, oldest first; and the same step's words of somebody else."""

    items: list[story.Item] = field(default_factory=list)
    # Words that another officer sent with the very step that this one was about to take.
    theirs: CaseEvent | None = None
    mine: str = ""
    changes: list[merging.Change] = field(default_factory=list)


def news(case: Case, verb: str, posted: QueryDict, *, seen: int) -> News:
    """The timeline after the moment at which the form was opened."""
    events = list(_events(case, posted, seen))
    talked = [event.facts["message"] for event in events if "message" in event.facts]
    messages = case.messages.filter(pk__in=talked).select_related("author", "organisation")
    files = case.attachments.filter(message__in=talked).select_related("file") if talked else ()
    items = story.tell(case, events, messages, files, ())
    spoke = [event for event in events if event.verb == verb and event.text]
    mine = next(filter(None, (str(posted.get(name, "")).strip() for name in WORDS)), "")
    theirs = spoke[-1] if spoke else None
    changes = merging.words(theirs.text, mine) if theirs and mine else []
    return News(items[::-1], theirs, mine, changes)


def _events(case: Case, posted: QueryDict, seen: int) -> list[CaseEvent]:
    rows = case.events.select_related("actor", "organisation")
    since = posted.get("since", "")
    if since.isdecimal() and len(since) < 18:
        return list(rows.filter(pk__gt=int(since)))
    # A button of the case page carries the version alone: each move counts one.
    moves = [row for row in rows if row.verb not in LEAVES_AS_IT_IS]
    count = max(0, case.version - seen)
    return moves[-count:] if count else []


def ways_out(case: Case, verb: str) -> list[str]:
    """What can still become of words whose step is not possible any more."""
    open_now = {step.verb for step in workflow.available(state=case.state, role=workflow.SECRETARY)}
    return [way for way in ("send_message", "note") if way in open_now and way != verb]
