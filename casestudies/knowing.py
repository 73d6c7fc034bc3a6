"""What the database knows that could identify the company of a study; read, never written."""

from __future__ import annotations

import re

from accounts.models import Organisation
from casestudies.known import Known, folded
from casestudies.models import CaseStudy
from intake.models import Case, Revision
from reference.models import HSChapter, Sector

# What companies correct in a supplement and may have been named by before.
_NAMES, _PEOPLE, _NUMBERS, _PLACES = (
    ("company_name",),
    ("contact_name",),
    ("contact_phone", "contact_email"),
    ("municipality",),
)
_FREE_MAIL = re.compile(
    r"(?:gmail|naver|daum|hanmail|nate|kakao|hotmail|outlook|yahoo|icloud|live|msn|qq|163|126"
    r"|proton(?:mail)?|example|test|company|invalid)\Z",
    re.IGNORECASE,
)
_SHORTEST_BODY = 3


def known_of(study: CaseStudy) -> Known:
    """Names, numbers and words around a study: of its case where it has one, and of no company."""
    if study.case is None:
        return Known(generic=_generic(), safe=_bodies())
    return of_case(study.case)


def of_case(case: Case) -> Known:
    """The same of a case that no study was drafted from yet."""
    said = _said(case)
    counterparts = [part for part in re.split(r"[,/;·\n]", case.counterpart) if part.strip()]
    files = case.attachments.select_related("file").values_list("file__original_name", flat=True)
    return Known(
        companies=_all(case.company.name, *said["company_name"], *_hosts(said["contact_email"])),
        partners=_all(*counterparts),
        people=_all(*said["contact_name"], *_people(case)),
        places=_all(*said["municipality"]),
        details=_all(
            *said["contact_phone"],
            *said["contact_email"],
            case.company.business_number or "",
            case.number,
            case.tracking_code,
        ),
        products=_all(*re.split(r"[,/;·\n]", case.product)),
        files=_all(*files),
        generic=_generic(),
        safe=_bodies(),
    )


def _all(*words: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.strip() for word in words if word and word.strip()))


def _said(case: Case) -> dict[str, set[str]]:
    """What the case says of the company now, and said before a supplement corrected it."""
    names = (*_NAMES, *_PEOPLE, *_NUMBERS, *_PLACES)
    found = {name: {str(getattr(case, name))} for name in names}
    for row in Revision.objects.filter(case=case.pk, field__in=names):
        found[row.field] |= {row.before, row.after}
    return found


def _people(case: Case) -> list[str]:
    """Everybody with a name around the case: officers are persons too."""
    found = list(case.guests.values_list("name", flat=True))
    found += [user.name for user in (case.assignee, case.filed_by, case.keeper) if user]
    found += case.referrals.exclude(handler=None).values_list("handler__name", flat=True)
    return found


def _hosts(addresses: set[str]) -> list[str]:
    """The name that a company's own mail domain carries."""
    found = []
    for address in addresses:
        host = address.rpartition("@")[2].partition(".")[0]
        if len(host) >= 4 and not _FREE_MAIL.match(host):
            found.append(host)
    return found


def _bodies() -> frozenset[str]:
    """Public bodies and associations: naming them names no company."""
    rows = Organisation.objects.values_list("name_ko", "name_en")
    names = {folded(name) for row in rows for name in row if name}
    return frozenset(name for name in names if len(name) >= _SHORTEST_BODY)


def _generic() -> frozenset[str]:
    """Words for goods and trades that everybody uses."""
    found: set[str] = set()
    for model in (HSChapter, Sector):
        for row in model.objects.values_list("name_ko", "name_en"):
            found |= {folded(word) for name in row for word in re.split(r"[^\w]+", name)}
            found |= {folded(re.sub(r"(?:과|와|의)$", "", word)) for word in row[0].split()}
    return frozenset(found - {""})
