"""Two of everything: what belongs to each role, and the like of it at a neighbour's."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from email.utils import format_datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.mail import EmailMessage
from django.utils import timezone

from accounts.models import MANAGER, Membership, Organisation, User
from casestudies import demo as casestudies_demo
from files import storing
from intake import actions
from intake.actions import wording
from intake.models import Case, CaseGuest, SavedView
from intake.timeline import COMPANY, submitter
from marketinfo import demo as marketinfo_demo
from notifications import mailbox
from portal.permission_matrix import OWN
from tests.files import corpus
from tests.intake.factories import CaseFactory, filing

# Role → its organisation and the neighbour of the same kind.
HOMES = {
    "association": ("KBIZ", "INNOBIZ"),
    "association_manager": ("KBIZ", "INNOBIZ"),
    "centre": ("EXP-SEO", "EXP-BUS"),
    "mission": ("MIS-HAN", "MIS-SGN"),
    "body": ("KCS", "KATS"),
}
# Where a role has no organisation, the addresses of these are asked for.
_ANY = ("KBIZ", "INNOBIZ")
_CONTACT, _STRANGER = "clerk@own.example", "clerk@other.example"


@dataclass
class Place:
    """What stands at one organisation: a case that it filed, and one on which it is asked."""

    organisation: Organisation
    officer: User
    filed: Case
    asked: Case
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """The organisation as addresses name it."""
        return self.organisation.code

    @property
    def referral(self) -> Any:
        """The question that it was asked."""
        return self.asked.referrals.get(organisation=self.organisation)


class Scene:
    """Everybody, and everything that they may or may not reach. Built by the verbs."""

    def __init__(self, cast: Any, cases: CaseFactory) -> None:
        self.cases = cases
        self.secretary = cast.secretary
        self.people: dict[str, User | None] = {
            "anonymous": None,
            "association": cast.association_officer,
            "association_manager": cast.manager,
            "centre": cast.centre_officer,
            "mission": cast.mission_officer,
            "body": cast.customs_officer,
            "secretary": cast.secretary,
            "auditor": cast.auditor,
            "platform_admin": cast.platform_admin,
            "company": _person(_CONTACT),
            "guest": _person("broker@own.example"),
        }
        codes = {code for pair in HOMES.values() for code in pair}
        self.places = {code: self._place(code) for code in sorted(codes)}
        own = self.places[_ANY[0]].filed
        CaseGuest.objects.create(
            case=own,
            email="broker@own.example",
            name="한관세 「시연」",
            until=timezone.now() + dt.timedelta(days=7),
        )

        self._shared()

    def _shared(self) -> None:
        """What belongs to nobody or to the secretariat: the library, a template, a view, a mail."""
        marketinfo_demo.load()
        casestudies_demo.load()
        self.template = wording.create_template(
            body="접수번호 {number} 건에 대한 답변입니다.",
            by=self.secretary,
            name="시연 서식",
            verb="note",
            language="ko",
        )
        self.view = SavedView.objects.create(
            owner=self.secretary, name="내 보기", query="border=yes"
        )
        mail = EmailMessage("시연", "본문", "no-reply@portal.example", ["clerk@own.example"])
        mail.extra_headers["Date"] = format_datetime(timezone.now())
        mailbox.FolderBackend().send_messages([mail])

    def _place(self, code: str) -> Place:
        organisation = Organisation.objects.get(code=code)
        officer = _officer(organisation)
        contact = _CONTACT if code == _ANY[0] else _STRANGER
        filed, _new = actions.submit(
            filing=filing(contact_email=contact, files=[_file()], given={"private_bodies": True}),
            by=submitter(officer, organisation),
        )
        asked, _new = actions.submit(
            filing=filing(contact_email=contact, files=[_file()], given={"private_bodies": True}),
            by=COMPANY,
        )
        actions.claim(case=asked, by=self.cases.by)
        self.cases.refer(asked, code)
        referral = asked.referrals.get()
        referral.released_files.set(asked.attachments.all())
        return Place(organisation, officer, filed, asked)

    def place_of(self, role: str, *, own: bool) -> Place:
        """The organisation of a role, or its neighbour."""
        mine, neighbour = HOMES.get(role, _ANY)
        return self.places[mine if own else neighbour]

    def at_home(self, role: str, own: Place, line: Any) -> Place:
        """The place to ask about as one's own: the secretariat's desk files no cases."""
        if role == "secretary" and "<org:code>" in line.path and OWN in line.cells:
            secretariat = Organisation.objects.get(code="SECR")
            return replace(own, organisation=secretariat, officer=self.secretary)
        return own


def _person(email: str) -> User:
    """Somebody without an office whose address is proved."""
    user = User.objects.create_user(email, None, name="홍시연 「시연」")
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def _officer(organisation: Organisation) -> User:
    row = Membership.objects.active().filter(organisation=organisation).exclude(role=MANAGER)
    found = row.select_related("user").first()
    if found is not None:
        return found.user
    user = User.objects.create_user(
        f"{organisation.code.lower()}@neighbour.example", None, name="이웃담당 「시연」"
    )
    Membership.objects.create(user=user, organisation=organisation)
    return user


def _file() -> Any:
    return storing.store(SimpleUploadedFile("통지서.pdf", corpus.pdf(), "application/pdf"))
