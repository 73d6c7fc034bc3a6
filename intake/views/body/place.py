"""One question as a body sees it: the page, and the steps that its buttons take.

The same page serves officers with an account and whoever holds the link of the mail. It shows
what the body was asked and nothing else of the case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from files import serving
from files.models import StoredFile
from intake import actions, letters, release, workflow
from intake.forms.bodies import choices
from intake.forms.body import FORMS, BodyForm, colleagues
from intake.forms.following import MessageForm
from intake.lists.asked import due_in_seoul, due_there
from intake.models import Attachment, Referral
from intake.timeline import Actor
from intake.views import uploads

_DONE: dict[str, Promise] = {
    "accept": gettext_lazy("You have accepted the question."),
    "answer": gettext_lazy("Thank you. Your answer has arrived at the secretariat."),
    "ask_back": gettext_lazy("Your question was sent to the secretariat."),
    "extend": gettext_lazy("The date was moved, and the secretariat knows why."),
    "forward": gettext_lazy("The question was handed on."),
    "decline": gettext_lazy("You have declined. The secretariat will ask another body."),
}
# The step of a link that is too old, by which its body has a new one sent.
NEW_LINK = "new-link"
RELATED = ("case__country", "case__category", "case__company", "organisation", "handler")


@dataclass(frozen=True)
class Place:
    """A question, who stands before it, and by which way they came."""

    referral: Referral
    by: Actor
    token: str = ""

    def address(self, key: str = "", public_id: object = None) -> str:
        """The page, one of its steps, or one of its files."""
        name = "body-link" if self.token else "body-referral"
        where = [self.token] if self.token else [self.referral.case.number, self.referral.pk]
        if public_id is not None:
            return reverse(f"intake:{name}-file", args=[*where, public_id])
        if key:
            return reverse(f"intake:{name}-step", args=[*where, key.replace("_", "-")])
        return reverse(f"intake:{name}", args=where)

    def again(self) -> Place:
        """The same place as it is now."""
        found = Referral.objects.select_related(*RELATED).get(pk=self.referral.pk)
        return replace(self, referral=found)

    def steps(self) -> list[str]:
        """What the body can do now, without what it has used up."""
        row = self.referral
        if not row.is_open:
            return []
        allowed = {
            step.verb for step in workflow.available(state=row.case.state, role=workflow.BODY)
        }
        used_up = {
            "accept": row.state != workflow.ASKED,
            "decline": row.designated,
            "extend": row.extended_at is not None,
            # Who works at the body is told to its own officers only.
            "forward": bool(self.token) or not colleagues(row).exists(),
        }
        return [key for key in FORMS if f"{key}_referral" in allowed and not used_up.get(key)]


def _told(referral: Referral) -> dict[str, Any]:
    """When the body was reminded, and why its question was taken back."""
    verbs = ("remind_referral", "escalate_referral", "recall_referral")
    rows = referral.case.events.filter(verb__in=verbs, facts__referral=referral.pk)
    reminded, recalled = [], ""
    for event in rows:
        if event.verb == "recall_referral":
            recalled = release.without_names(referral.case, text=event.text)["text"]
        else:
            reminded.append(timezone.localtime(event.at))
    return {"reminded": reminded, "recalled": recalled}


def page(
    request: HttpRequest,
    place: Place,
    *,
    status: int = 200,
    unsent: str = "",
    refused: Mapping[str, BodyForm] | None = None,
) -> HttpResponse:
    """The question, the difficulty, the conversation, and the steps that are open."""
    referral, case = place.referral, place.referral.case
    steps = place.steps()
    forms = {
        key: (refused or {}).get(key) or FORMS[key](prefix=key, referral=referral) for key in steps
    }
    talk = release.talk(referral)
    seen = release.seen(referral)
    files = list(release.shown_files(referral))
    return render(
        request,
        "intake/body/page.html",
        {
            "referral": referral,
            "case": case,
            "seen": seen,
            "words": seen.words,
            "talk": [(row, release.without_names(case, text=row.text)["text"]) for row in talk],
            "due": due_there(referral),
            "due_in_seoul": due_in_seoul(referral),
            "told": _told(referral),
            "officer": letters.officer(case),
            "files": [_with_address(place, row) for row in files if row.referral_id is None],
            "own_files": [_with_address(place, row) for row in files if row.referral_id],
            "forms": forms,
            "addresses": {key: place.address(key) for key in steps},
            "draft": f"body-{referral.pk}",
            "bodies": choices() if "decline" in steps else [],
            "by_link": bool(place.token),
            "unsent": unsent,
            "max_files": settings.MAX_FILES_PER_MESSAGE,
            "max_megabytes": settings.MAX_FILE_BYTES // 1024 // 1024,
        },
        status=status,
    )


def _with_address(place: Place, row: Attachment) -> tuple[StoredFile, str]:
    row.file.original_name = release.file_name(place.referral.case, row.file.original_name)
    return row.file, place.address(public_id=row.file.public_id)


def download(place: Place, public_id: str) -> HttpResponseBase:
    """One file that the body may see, under the name that it may read."""
    row = get_object_or_404(release.shown_files(place.referral), file__public_id=public_id)
    return serving.download(_with_address(place, row)[0])


def over(
    request: HttpRequest,
    place: Place | None,
    *,
    status: int,
    unsent: str = "",
    token: str = "",
    sent: bool = False,
) -> HttpResponse:
    """What is said where a link no longer opens a question.

    `token` names a link that is merely too old: its body can have a new one sent.
    """
    referral = place.referral if place else None
    return render(
        request,
        "intake/body/over.html",
        {
            "referral": referral,
            "officer": letters.officer(referral.case) if referral else None,
            "cut": status == 404,
            "renew": reverse("intake:body-link-step", args=[token, NEW_LINK]) if token else "",
            "sent": sent,
            "unsent": unsent,
        },
        status=status,
    )


def written(request: HttpRequest) -> str:
    """The words that a person wrote into the form of a step."""
    return next(
        (
            value.replace("\x00", "")
            for name, value in request.POST.items()
            if name.endswith(("-text", "-reason")) and isinstance(value, str) and value.strip()
        ),
        "",
    )


def take(request: HttpRequest, place: Place, slug: str) -> HttpResponse:
    """Take a step. Whoever comes second reads who was first, with their own words kept."""
    key = slug.replace("-", "_")
    if key not in FORMS or "_" in slug or (key == "forward" and place.token):
        raise Http404
    referral = place.referral
    form = FORMS[key](request.POST, prefix=key, referral=referral)
    try:
        workflow.check(f"{key}_referral", state=referral.case.state, role=workflow.BODY)
        if not referral.is_open:
            raise actions.StaleReferralError(referral)
        more: dict[str, Any] = {}
        if isinstance(form, MessageForm):
            more["files"] = uploads.take(request, referral.case, form)
        if not form.is_valid() and key in place.steps():
            return page(request, place, status=422, refused={key: form})
        if form.is_valid():
            verb = getattr(actions, f"{key}_referral")
            verb(referral=referral, by=place.by, **form.arguments(), **more)
            messages.success(request, str(_DONE[key]))
            return redirect(place.address())
        messages.error(request, _("This step is no longer open. Nothing was written."))
    except ValidationError as error:
        form.add_error("files", error)
        return page(request, place.again(), status=422, refused={key: form})
    except actions.RefusedError as error:
        messages.error(request, str(error))
    except workflow.IllegalStepError:
        messages.error(request, _("The case has moved on meanwhile, so this was not possible."))
    now = place.again()
    if place.token and not now.referral.is_open:
        return over(request, now, status=409, unsent=written(request))
    return page(request, now, status=409, unsent=written(request))
