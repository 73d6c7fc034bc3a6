"""The submitter has two sides, company and filer: what one of them did, the other learns."""

from __future__ import annotations

from django.utils import translation
from django.utils.translation import gettext as _

from intake import workflow
from intake.letters.parts import filers, to_company, to_filer
from intake.models import Case
from intake.timeline import Actor
from notifications import outbox


def acted(verb: str, case: Case, *, by: Actor, text: str = "") -> None:
    """Tell the other one of the two what was done, each in words of its own.

    For steps of which the company is told nothing by itself (intake.letters.company).
    """
    if by.role != workflow.SUBMITTER or case.filer_organisation_id is None:
        return
    done = workflow.STEPS[verb].done
    if by.organisation is not None:
        with translation.override(case.language):
            happened, body = _(done), by.organisation.name
        person = by.user.name if by.user is not None else ""
        outbox.enqueue_many(
            to_company(
                "proxy_acted", case, organisation=body, person=person, happened=happened, text=text
            )
        )
        return
    notices = []
    for filer in filers(case):
        if filer.email != case.contact_email:
            with translation.override(filer.language):
                happened = _(done)
            notices += to_filer("filer_update", case, filer, happened=happened)
    outbox.enqueue_many(notices)
