"""One side's page of a case: who stands before it, where its addresses are, what it offers.

The company and the organisation that filed for it look at the same case and take the same steps;
each has its own addresses, its own words and its own gate. What they share stands here.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from intake import actions, deadline, explain, letters, workflow
from intake.actions.sharing import is_shared
from intake.actions.supplying import CORRECTABLE, is_awaited
from intake.actions.texting import takes_texts
from intake.forms.contact import ContactForm, TextsForm
from intake.forms.following import (
    AgreeForm,
    DisputeForm,
    MessageForm,
    OutcomeForm,
    SolvedForm,
    WithdrawForm,
)
from intake.forms.supplying import SupplementPage
from intake.models import Attachment, Case, CaseEvent, Message
from intake.models.event import TO_SUBMITTER
from intake.timeline import Actor
from notifications import addresses
from notifications.models import TEXT, Notice

# The way of a case as the submitter's side sees it: label, and the states that stand there.
_WAY = (
    (gettext_lazy("Receipt"), (workflow.RECEIVED,)),
    (gettext_lazy("Review"), (workflow.REVIEWING, workflow.SUPPLEMENT)),
    (gettext_lazy("With bodies"), (workflow.REFERRED,)),
    (gettext_lazy("Answer"), (workflow.ANSWERED,)),
    (gettext_lazy("Closing"), workflow.ENDED),
)
# Each step's form; what the page was sent with takes its place.
_FORMS: dict[str, type[Any]] = {
    "agree_extension": AgreeForm,
    "refuse_extension": AgreeForm,
    "send_message": MessageForm,
    "withdraw": WithdrawForm,
    "close": SolvedForm,
    "dispute": DisputeForm,
    "tell_outcome": OutcomeForm,
    "correct_contact": ContactForm,
    "choose_texts": TextsForm,
}


@dataclass(frozen=True)
class Stage:
    """One step of the way: where it is now, or whether it is behind."""

    label: Any
    now: bool
    done: bool


def stages(case: Case, verbs: set[str]) -> list[Stage]:
    """The way of the case; consultation counts as behind only when somebody was asked."""
    at = next(place for place, (_label, states) in enumerate(_WAY) if case.state in states)
    behind = [True, True, "refer" in verbs, "answer" in verbs, False]
    return [
        Stage(label, now=place == at, done=place < at and behind[place])
        for place, (label, _states) in enumerate(_WAY)
    ]


@dataclass(frozen=True)
class Said:
    """One message of the conversation, as this reader sees it."""

    message: Message
    who: str
    mine: bool


@dataclass(frozen=True)
class Face(ABC):
    """A case, and the person of the submitter's side who looks at it."""

    case: Case
    by: Actor

    @property
    def by_proxy(self) -> bool:
        """Whether an organisation acts here for the company, and not the company itself."""
        return self.by.organisation is not None

    @abstractmethod
    def address(self, name: str = "case", *more: Any) -> str:
        """The page, one of its steps by its name in the addresses, or one of its files."""

    @abstractmethod
    def again(self) -> Face:
        """The same face on the case as it is now, through the same gate."""

    @abstractmethod
    def speaker(self, message: Message) -> tuple[str, bool]:
        """Who wrote a message, as this reader calls them, and whether it is their own side."""

    @abstractmethod
    def notices(self) -> QuerySet[Notice]:
        """The mails about the case that this reader may know of."""

    @abstractmethod
    def draw(self, request: HttpRequest, context: dict[str, Any], status: int) -> HttpResponse:
        """The page, of what `show` gathered."""

    @property
    def barred(self) -> str:
        """Why nothing can be done here, to the reader; empty while steps are open."""
        return ""

    def offers(self, verb: str) -> bool:
        """Whether this reader may take a step that the case allows."""
        return not self.barred

    def steps(self) -> list[str]:
        """The verbs that are open here now, without those that the case has used up."""
        case = self.case
        open_now = workflow.available(state=case.state, role=workflow.SUBMITTER)
        steps = [step.verb for step in open_now if self.offers(step.verb)]
        if "supplement" in steps and not is_awaited(case):
            steps.remove("supplement")
        if case.extension_asked_at is None:
            steps = [verb for verb in steps if not verb.endswith("_extension")]
        if "dispute" in steps and case.disputed_at is not None:
            steps.remove("dispute")
        if "choose_texts" in steps and not takes_texts(case):
            steps.remove("choose_texts")
        if "withdraw_sharing" in steps and (self.by_proxy or not is_shared(case)):
            steps.remove("withdraw_sharing")
        return steps


def to_contact(case: Case) -> Q:
    """What went to the contact person: mails, and text messages."""
    return Q(to_address=case.contact_email) | Q(channel=TEXT, recipient__isnull=True)


def show(
    request: HttpRequest,
    face: Face,
    *,
    status: int = 200,
    unsent: str = "",
    supplement: SupplementPage | None = None,
    **bound: Any,
) -> HttpResponse:
    """The case's page; a form that was refused stands in it as it was sent."""
    case = face.case
    events = list(case.events.select_related("actor", "organisation"))
    told = [event for event in events if event.audience == TO_SUBMITTER]
    steps = face.steps()
    forms = {
        verb: bound.get(verb) or form(prefix=verb) for verb, form in _FORMS.items() if verb in steps
    }
    referrals = [
        referral
        for referral in case.referrals.select_related("organisation").order_by("pk")
        if referral.state != workflow.RECALLED
    ]
    if "supplement" in steps:
        supplement = supplement or SupplementPage(case)
    asked = [event for event in told if event.verb == "request_supplement"]
    files = _files(case, told)
    context = {
        "face": face,
        "case": case,
        "plain": explain.plain(case),
        "due": explain.date(case),
        "sentence": explain.sentence(case, events),
        "stages": stages(case, {event.verb for event in events}),
        "officer": letters.officer(case),
        "events": told,
        "asked": asked[-1] if asked else None,
        "supplement": supplement if "supplement" in steps else None,
        "due_day": explain.day(case.supplement_due) if case.supplement_due else "",
        "kept": request.GET.get("kept", ""),
        "would_be": _would_be(case, told),
        "talk": _talk(face),
        "attachments": files.get("", []),
        "asked_files": files.get("request_supplement", []),
        "answer_files": files.get("answer", []),
        # One line per body: what became of its latest question.
        "referrals": list({row.organisation_id: row for row in referrals}.values()),
        "credited": list(
            {
                row.organisation_id: row.organisation
                for row in referrals
                if row.state == workflow.REFERRAL_ANSWERED
            }.values()
        ),
        "notices": [
            (explain.NOTICES.get(notice.kind, notice.kind), notice, explain.delivery(notice))
            for notice in face.notices()
        ],
        # Whether mail to the contact comes back, and why.
        "contact": addresses.state_of(case.contact_email) if "correct_contact" in steps else None,
        "steps": steps,
        "forms": forms,
        "unsent": unsent,
        "max_files": settings.MAX_FILES_PER_MESSAGE,
        "max_megabytes": settings.MAX_FILE_BYTES // 1024 // 1024,
    }
    return face.draw(request, context, status)


def _talk(face: Face) -> list[Said]:
    rows = (
        face.case.messages.for_submitter()
        .select_related("author", "organisation")
        .prefetch_related("attachments__file")
    )
    return [Said(row, *face.speaker(row)) for row in rows]


def _files(case: Case, told: Sequence[CaseEvent]) -> dict[str, list[Attachment]]:
    """The files that the submitter's side may fetch, by the step that brought them; "" for filing.

    Those of messages and of supplement items stand with theirs.
    """
    steps = {pk: event.verb for event in told for pk in event.facts.get("files", ())}
    found: dict[str, list[Attachment]] = {}
    rows = case.attachments.for_submitter().filter(supplement_item__isnull=True)
    for row in rows.select_related("file", "referral__organisation"):
        if row.message_id is None or row.pk in steps:
            found.setdefault(steps.get(row.pk, ""), []).append(row)
    return found


def _would_be(case: Case, told: Sequence[CaseEvent]) -> str:
    """The date that more time would give, while the company is asked for it."""
    asks = [event for event in told if event.verb == "ask_extension"]
    if case.extension_asked_at is None or not asks:
        return ""
    found = explain.extended_date(case, asks[-1].facts.get("units", 0))
    policy = deadline.policies()[case.policy]
    return explain.due(policy, timezone.localtime(found)) if found else ""


_CORRECTED = tuple(f"supplement-{name}" for name in CORRECTABLE)


def written(request: HttpRequest) -> str:
    """The words that a person wrote into the form of a step."""
    return "\n\n".join(
        value.replace("\x00", "")
        for name, value in request.POST.items()
        if not name.startswith("initial-")
        and (name.endswith(("-text", "-reason", "-why_open")) or name.startswith(_CORRECTED))
        and isinstance(value, str)
        and value.strip()
        and value != request.POST.get(f"initial-{name}")
    )


Step = Callable[[HttpRequest, Face], HttpResponse]


def takes(verb: str) -> Callable[[Step], Step]:
    """Name the verb that a step takes, so that whoever may not take it is refused."""

    def decorate(step: Step) -> Step:
        step.verb = verb  # type: ignore[attr-defined]
        return step

    return decorate


def take(request: HttpRequest, face: Face, step: Step) -> HttpResponse:
    """Take a step; what was first or is over is said on the case's page.

    What was written is shown again whatever happens. Raises Http404 when the reader may no
    longer see the case.
    """
    try:
        if not face.offers(step.verb):  # type: ignore[attr-defined]
            raise actions.RefusedError(face.barred or _("You may read this case, not write on it."))
        return step(request, face)
    except actions.RefusedError as error:
        messages.error(request, str(error))
    except workflow.IllegalStepError:
        messages.error(
            request,
            _("The case has moved on meanwhile, so this was not possible. This is how it stands."),
        )
    return show(request, face.again(), status=409, unsent=written(request))
