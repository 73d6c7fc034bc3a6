"""The steps of a demonstration case, each taken by the real verb of whoever takes it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from accounts.models import Organisation, User
from files.models import StoredFile
from intake import actions, consents, timeline
from intake.actions import promising
from intake.actions.supplying import current_items
from intake.models import Case, Referral
from portal.demo_papers import paper

Facts = dict[str, Any]
MARK = "「시연」"


@dataclass(frozen=True)
class Scene:
    """A case, and who stands around it; `others` are the cases made before, by key."""

    case: Case
    officers: list[User]
    officer: timeline.Actor
    company: timeline.Actor
    others: dict[str, Case]

    def referral(self, code: str) -> Referral:
        """The latest question to a body."""
        found = self.case.referrals.filter(organisation__code=code).last()
        if found is None:
            raise LookupError(f"{code} was not asked")
        return found


def take(scene: Scene, verb: str, said: Facts) -> None:
    """Take one step. KeyError for a step that is not known here."""
    scene.case.refresh_from_db()
    _STEPS[verb](scene, said)


def _files(said: Facts) -> list[StoredFile]:
    return [paper(name) for name in said.get("files", [said["file"]] if "file" in said else [])]


def _body(code: str) -> timeline.Actor:
    """An officer of a body, when the demonstration has one."""
    organisation = Organisation.objects.get(code=code)
    user = User.objects.filter(memberships__organisation=organisation).order_by("pk").first()
    return timeline.body(user, organisation)


def _invented(said: Facts) -> str:
    """Words of a body that exists: what it never said is marked as such."""
    return f"{said['text']} {MARK}"


def _refer(scene: Scene, said: Facts) -> None:
    # Days of the calendar: settled to the ends of working days once the moment stands.
    due = timezone.now() + dt.timedelta(days=said["days"])
    bodies = Organisation.objects.in_bulk(said["bodies"], field_name="code")
    actions.refer(
        case=scene.case,
        asks=[actions.Ask(bodies[code], said["text"], due) for code in said["bodies"]],
        by=scene.officer,
        designation=said.get("designation", ""),
    )


def _accept(scene: Scene, said: Facts) -> None:
    actions.accept_referral(referral=scene.referral(said["body"]), by=_body(said["body"]))


def _decline(scene: Scene, said: Facts) -> None:
    suggested = Organisation.objects.filter(code=said.get("suggested")).first()
    actions.decline_referral(
        referral=scene.referral(said["body"]),
        reason=_invented(said),
        suggested=suggested,
        by=_body(said["body"]),
    )


def _reply(scene: Scene, said: Facts) -> None:
    actions.answer_referral(
        referral=scene.referral(said["body"]),
        text=_invented(said),
        files=_files(said),
        by=_body(said["body"]),
    )


def _back(scene: Scene, said: Facts) -> None:
    actions.ask_back_referral(
        referral=scene.referral(said["body"]), text=_invented(said), by=_body(said["body"])
    )


def _message(scene: Scene, said: Facts) -> None:
    by = scene.company if said["from"] == "company" else scene.officer
    actions.send_message(case=scene.case, text=said["text"], files=_files(said), by=by)


def _note(scene: Scene, said: Facts) -> None:
    called = [scene.officers[said["to"] - 1]] if "to" in said else []
    actions.note(case=scene.case, text=said["text"], called=called, by=scene.officer)


def _ask_supplement(scene: Scene, said: Facts) -> None:
    actions.request_supplement(
        case=scene.case,
        text=said["text"],
        due=timezone.localdate() + dt.timedelta(days=said["days"]),
        items=[actions.Wanted(label) for label in said["items"]],
        by=scene.officer,
    )


def _keep(scene: Scene, said: Facts) -> None:
    """What the company has so far: words to each item in turn, all papers to the first."""
    items = {}
    for place, (item, words) in enumerate(
        zip(current_items(scene.case), said["given"], strict=True), start=1
    ):
        cannot = place in said.get("cannot", [])
        items[item.pk] = actions.Given(
            text=said["why"] if cannot else words,
            cannot=cannot,
            files=_files(said) if place == 1 else [],
        )
    actions.keep_supplement(case=scene.case, reply=actions.Reply(items=items), by=scene.company)


def _supplement(scene: Scene, said: Facts) -> None:
    _keep(scene, said)
    scene.case.refresh_from_db()
    actions.supplement(case=scene.case, kept=True, by=scene.company)


def _answer(scene: Scene, said: Facts) -> None:
    actions.answer(case=scene.case, text=said["text"], files=_files(said), by=scene.officer)


def _close(scene: Scene, said: Facts) -> None:
    actions.close(case=scene.case, outcome=said["outcome"], text=said["text"], by=scene.company)


def _reject(scene: Scene, said: Facts) -> None:
    actions.reject(case=scene.case, reason=said["text"], next_place=said["place"], by=scene.officer)


def _transfer(scene: Scene, said: Facts) -> None:
    actions.transfer_out(
        case=scene.case, reason=said["text"], place=said["place"], by=scene.officer
    )


def _duplicate(scene: Scene, said: Facts) -> None:
    actions.mark_duplicate(case=scene.case, original=scene.others[said["of"]], by=scene.officer)


def _confirm(scene: Scene, said: Facts) -> None:
    """The company itself, by its link; it agrees to everything but what the file says."""
    given = {text.kind: True for text in consents.CONSENTS} | said
    actions.confirm(
        case=scene.case,
        said=actions.Confirmation(visibility=scene.case.visibility, consents=given),
        by=timeline.COMPANY,
    )


def _promise(scene: Scene, said: Facts) -> None:
    """A promise of the officer who filed; its day counts from the day of loading."""
    promising.promise(
        case=scene.case,
        text=said["text"],
        due_on=timezone.localdate() + dt.timedelta(days=said["days"]),
        by=scene.company,
    )


_STEPS: dict[str, Callable[[Scene, Facts], object]] = {
    "confirm": _confirm,
    "promise": _promise,
    "remind": lambda scene, _said: actions.remind_confirmation(case=scene.case, by=timeline.SYSTEM),
    "take_over": lambda scene, _said: actions.take_over(case=scene.case, by=timeline.COMPANY),
    "dismiss": lambda scene, _said: actions.dismiss_proxy(case=scene.case, by=timeline.COMPANY),
    "claim": lambda scene, _said: actions.claim(case=scene.case, by=scene.officer),
    "refer": _refer,
    "accept": _accept,
    "decline": _decline,
    "reply": _reply,
    "back": _back,
    "message": _message,
    "note": _note,
    "supplement_ask": _ask_supplement,
    "keep": _keep,
    "supplement": _supplement,
    "lapse": lambda scene, _said: actions.lapse(case=scene.case),
    "extend": lambda scene, said: actions.extend(
        case=scene.case, reason=said["text"], by=scene.officer
    ),
    "ask_extension": lambda scene, said: actions.ask_extension(
        case=scene.case, reason=said["text"], by=scene.officer
    ),
    "answer": _answer,
    "close": _close,
    "dispute": lambda scene, said: actions.dispute(
        case=scene.case, text=said["text"], by=scene.company
    ),
    "reopen": lambda scene, said: actions.reopen(
        case=scene.case, reason=said["text"], by=scene.officer
    ),
    "reject": _reject,
    "transfer": _transfer,
    "duplicate": _duplicate,
    "withdraw": lambda scene, said: actions.withdraw(
        case=scene.case, reason=said["text"], by=scene.company
    ),
}
