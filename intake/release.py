"""What of a case a body sees beside its question: named facts and chosen files, nothing else.

A fact is shown when it was released to the body *and* the company's own choice allows it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import business_number
from intake import naming, unnamed, workflow
from intake.models import Attachment, Case, Message, Referral
from intake.models.case import NAMED
from intake.models.event import TO_BODIES, TO_SUBMITTER
from intake.models.talk import AttachmentQuerySet, MessageQuerySet

COMPANY, CONTACT = "company", "contact"
PRODUCT, VALUE, COUNTERPART = "product", "value", "counterpart"
SITUATION, PROBLEM, REQUEST = "situation", "problem", "request"
# In the order in which a body reads them.
FACTS: dict[str, Promise] = {
    PRODUCT: gettext_lazy("Product and HS code"),
    SITUATION: gettext_lazy("Situation"),
    PROBLEM: gettext_lazy("Problem"),
    REQUEST: gettext_lazy("Request"),
    VALUE: gettext_lazy("Value at stake"),
    COUNTERPART: gettext_lazy("Counterpart"),
    COMPANY: gettext_lazy("Company name and business number"),
    CONTACT: gettext_lazy("Contact person of the company, phone and e-mail"),
}
# They tell who the company is.
NAMING = frozenset({COMPANY, CONTACT})
# What a body needs to answer; value and counterpart are trade secrets until somebody decides.
_NEEDED = (PRODUCT, SITUATION, PROBLEM, REQUEST)


def forbidden(case: Case) -> frozenset[str]:
    """The facts that the company does not want the bodies to see."""
    return frozenset() if case.visibility == NAMED else NAMING


def default(case: Case) -> list[str]:
    """The facts that a body sees unless the officer decides otherwise."""
    named = [] if forbidden(case) else [COMPANY, CONTACT]
    return [*_NEEDED, *named]


def offered(case: Case) -> list[str]:
    """The facts that may be released and that the company gave at all."""
    empty = {
        PRODUCT: not (case.product or case.hs_code),
        VALUE: case.value is None,
        COUNTERPART: not case.counterpart,
    }
    return [name for name in FACTS if name not in forbidden(case) and not empty.get(name)]


def files_offered(case: Case) -> AttachmentQuerySet:
    """The files that may be released: a file bears its maker's name."""
    rows = Attachment.objects.filter(case=case).select_related("file", "referral__organisation")
    # What the company has only saved for a supplement was not sent to anybody yet.
    rows = rows.exclude(supplement_item__isnull=False, message__isnull=True)
    return rows.exclude(role=workflow.SUBMITTER) if forbidden(case) else rows


def default_files(case: Case) -> AttachmentQuerySet:
    """What the company sent, where it is named: what is released when nobody chose."""
    return files_offered(case).filter(role=workflow.SUBMITTER, audience=TO_SUBMITTER)


def refused(case: Case, facts: Iterable[str], files: Iterable[Attachment]) -> str:
    """Why facts and files may not be released; empty when they may."""
    if not set(facts) <= set(FACTS) or any(file.case_id != case.pk for file in files):
        return _("This is no part of the case.")
    may = set(files_offered(case).values_list("pk", flat=True))
    if forbidden(case) & set(facts) or any(file.pk not in may for file in files):
        return _(
            "The company does not wish to be named to the bodies: neither its name and contact "
            "nor the files that it sent can be released. Upload a copy that names nobody."
        )
    return ""


def without_names(case: Case, **texts: str) -> dict[str, Any]:
    """What a body reads: a company that is not to be named is not named in its own words either."""
    if case.visibility == NAMED:
        return texts
    if case.is_anonymous:
        return naming.outside(case, texts)
    details = [case.contact_phone, case.contact_email, case.company.business_number or ""]
    return {
        name: unnamed.hide(
            text, company=case.company_name, person=case.contact_name, details=details
        )
        for name, text in texts.items()
    }


# --- What a body reads ------------------------------------------------------------------
def shown(referral: Referral) -> list[str]:
    """The facts that a body sees, in order."""
    hidden = forbidden(referral.case)
    return [name for name in FACTS if name in referral.released and name not in hidden]


def shown_files(referral: Referral) -> AttachmentQuerySet:
    """The files that a body may fetch: its own, those released to it, those sent to the bodies.

    Of what was sent to the bodies after its own question ended, none.
    """
    may = (
        Q(referral=referral)
        | Q(pk__in=referral.released_files.values("pk"))
        | Q(
            Q(message__isnull=True) | ~Q(message__role=workflow.BODY),
            _while_asked(referral),
            audience=TO_BODIES,
            referral__isnull=True,
        )
    )
    rows = Attachment.objects.filter(may, case=referral.case_id)
    if forbidden(referral.case):
        rows = rows.exclude(role=workflow.SUBMITTER)
    return rows.select_related("file")


def _while_asked(referral: Referral) -> Q:
    """Until its question ends a body reads along; what is said later is for others."""
    return Q() if referral.ended_at is None else Q(at__lte=referral.ended_at)


def talk(referral: Referral) -> MessageQuerySet:
    """The messages between the secretariat and the bodies that a body reads."""
    own = Q(role=workflow.SECRETARY) | Q(organisation=referral.organisation_id)
    rows = Message.objects.filter(own, _while_asked(referral), case=referral.case_id)
    return rows.filter(audience=TO_BODIES).select_related("author", "organisation")


def file_name(case: Case, name: str) -> str:
    """A file's name as the bodies may read it: one that names the company does not."""
    return str(without_names(case, name=name)["name"])


@dataclass(frozen=True)
class Seen:
    """The difficulty as one body may read it, already without names where they stay hidden."""

    # Whether the company lets the bodies know who it is, whatever was released.
    named: bool
    facts: list[str]
    words: Mapping[str, str]
    hs_code: str = ""
    value: str = ""
    company: list[tuple[str, str]] = field(default_factory=list)


def seen(referral: Referral) -> Seen:
    """What a body reads of the case."""
    case, facts = referral.case, shown(referral)
    texts = {
        name: str(getattr(case, name))
        for name in (SITUATION, PROBLEM, REQUEST, PRODUCT, COUNTERPART)
        if name in facts
    }
    return Seen(
        named=not forbidden(case),
        facts=facts,
        words=without_names(case, question=referral.question, **texts),
        hs_code=case.hs_code if PRODUCT in facts else "",
        value=_value(case) if VALUE in facts else "",
        company=_company(case, facts),
    )


def _value(case: Case) -> str:
    if case.value is None:
        return ""
    return f"{number_format(case.value, force_grouping=True)} {case.currency}".strip()


def _company(case: Case, facts: list[str]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    if COMPANY in facts:
        number = business_number.pretty(case.company.business_number or "")
        found += [
            (_("Company name"), case.company_name),
            (_("Business registration number"), number),
        ]
    if CONTACT in facts:
        person = " ".join(part for part in (case.contact_name, case.contact_position) if part)
        found += [
            (_("Contact person"), person),
            (_("Contact"), f"{case.contact_phone} · {case.contact_email}"),
        ]
    return [(label, value) for label, value in found if value]
