"""Two of everything: what belongs to each role, and the like of it at a neighbour's."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from email.utils import format_datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone

from accounts import members
from accounts.models import (
    MANAGER,
    MISSION,
    CompanyMembership,
    Invitation,
    MemberSheet,
    Membership,
    Organisation,
    RightsChange,
    User,
)
from casestudies import actions as archive_verbs
from casestudies import demo as casestudies_demo
from casestudies.models import Collection
from files import storing
from intake import actions
from intake.actions import promising as actions_promising
from intake.actions import wording
from intake.models import (
    Batch,
    BatchRow,
    Case,
    CaseGuest,
    Handover,
    LocalDifficulty,
    SavedView,
)
from intake.timeline import COMPANY, submitter
from marketinfo import actions as library_verbs
from marketinfo import demo as marketinfo_demo
from marketinfo.models import Requirement
from notifications import mailbox, outbox, texts
from notifications.models import Hook, HookDelivery, IncomingMail, Notice
from notifications.models.incoming import QUARANTINED
from portal.permission_matrix import OWN
from privacy import chain, review
from privacy.models import Download, Reading
from tests.casestudies import scene as archive
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
            "secretary_manager": _manager_of_secretariat(),
            "auditor": cast.auditor,
            "platform_admin": cast.platform_admin,
            "company": _person(_CONTACT),
            "guest": _person("broker@own.example"),
        }
        marketinfo_demo.load()
        self.of_managers: dict[str, dict[str, Any]] = {}
        self.notices: dict[str, Notice] = {}
        _mail_to_decide()
        codes = {code for pair in HOMES.values() for code in pair}
        self.places = {code: self._place(code) for code in sorted(codes)}
        own = self.places[_ANY[0]].filed
        for code in _ANY:
            place = self.places[code]
            if code == _ANY[1]:
                place.more["guest"] = CaseGuest.objects.create(
                    case=place.filed,
                    email="broker@other.example",
                    name="이관세 「시연」",
                    until=timezone.now() + dt.timedelta(days=7),
                )
            place.more["asks"] = CompanyMembership.objects.create(
                user=_person(f"asks@{code.lower()}.example"), company=place.filed.company
            )
        CompanyMembership.objects.create(
            user=self.people["company"],
            company=own.company,
            granted_at=timezone.now(),
            granted_by=self.secretary,
        )
        self.places[_ANY[0]].more["guest"] = CaseGuest.objects.create(
            case=own,
            email="broker@own.example",
            name="한관세 「시연」",
            until=timezone.now() + dt.timedelta(days=7),
        )

        home = Organisation.objects.get(code="SECR")
        self.secretariat = replace(
            self.places[_ANY[0]], organisation=home, officer=self.secretary, more={}
        )
        self._kept(self.secretariat)
        self._shared()

    def _shared(self) -> None:
        """What belongs to nobody or to the secretariat: the library, a template, a view, a mail."""
        casestudies_demo.load()
        archive.closed(self.cases)
        study = archive.ready(self.cases, self)
        archive_verbs.ask_approval(study, by=self.secretary)
        Collection.objects.create(name="사례집.xlsx", uploaded_by=self.secretary)
        library_verbs.report(Requirement.objects.all()[0], text="수수료가 바뀌었습니다. 「시연」")
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
        Download.objects.create(
            user=self.secretary, what="filed", format="csv", reason="월례 보고용"
        )
        Reading.objects.create(subject="GT-0", day=timezone.localdate(), way="desk")
        chain.note("sample", {})
        chain.keep_head(chain.verify(), day=timezone.localdate())
        month = review.month_of(timezone.localdate())
        review.keep(month, review.figures(month))
        RightsChange.objects.create(what="invited", by=self.secretary)
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
        place = Place(organisation, officer, filed, asked)
        self._kept(place)
        return place

    def _kept(self, place: Place) -> None:
        """What an organisation keeps beside its cases: one of each."""
        body, officer = place.organisation, place.officer
        by = submitter(officer, body)
        colleague = _second_officer(body)
        more = place.more
        more["member"] = members.add(
            organisation=body,
            reach=[body.pk],
            business_number="",
            facts={"name": f"회원상사 {body.code}"},
            by=officer,
        )
        more["sheet"] = MemberSheet.objects.create(
            organisation=body, uploaded_by=officer, file_name="회원.xlsx", rows=[], total=0
        )
        more["organisation"] = body
        if place.filed.filer_organisation_id == body.pk:
            more["promise"] = actions_promising.promise(case=place.filed, text="전화드림", by=by)
        more["notice"] = _notice(officer)
        more["leavable"] = _leavable(place.filed)
        more["key"] = Authenticator.objects.create(
            user=colleague,
            type=Authenticator.Type.WEBAUTHN,
            data={"name": "열쇠", "credential": {}},
        )
        more["handover"] = Handover.objects.create(
            organisation=body, leaver=colleague, successor=officer, by=officer
        )
        more["invitation"] = Invitation.objects.create(
            organisation=body,
            email=f"new@{body.code.lower()}.example",
            name="새담당 「시연」",
            invited_by=officer,
            expires_at=timezone.now() + dt.timedelta(days=7),
        )
        more["person"] = Membership.objects.get(organisation=body, user=colleague)
        more["view"] = SavedView.objects.create(
            owner=officer, organisation=body, desk="filed", name="우리 보기", query="state=received"
        )
        more["hook"] = Hook.objects.create(
            owner=body.code, url="https://hooks.example.kr/", families=[], created_by=officer
        )
        more["hook_delivery"] = HookDelivery.objects.create(
            hook=more["hook"], event="hook.test", payload={}
        )
        more["batch"] = Batch.objects.create(
            organisation=body,
            uploaded_by=officer,
            name="접수.xlsx",
            sha256="0" * 64,
            state="checked",
            refusal={"facts": {"previews": {"cp949": []}}},
        )
        BatchRow.objects.create(batch=more["batch"], line=2, cells={"company_name": "행상사"})
        if body.kind == MISSION:
            more["local"] = LocalDifficulty.objects.create(
                organisation=body,
                recorded_by=officer,
                keeper=officer,
                title="현지 통관 지연",
                country_id="VN",
                company_name="시연비나",
                situation="현지 세관이 추가 서류를 요구합니다.",
            )
        record = Requirement.objects.order_by("pk").first()
        record.pk, record.reference, record.owner = None, f"rec-{body.code.lower()}", body
        record._state.adding = True
        record.save(force_insert=True)
        more["record"] = record
        more["report"] = library_verbs.report(record, text=f"신고 {body.code} 「시연」")

    def place_of(self, role: str, *, own: bool) -> Place:
        """The organisation of a role, or its neighbour."""
        mine, neighbour = HOMES.get(role, _ANY)
        return self.places[mine if own else neighbour]

    def at_home(self, role: str, own: Place, line: Any) -> Place:
        """The place to ask about as one's own: the secretariat's desk files no cases."""
        person = self.people[role]
        if role.startswith("secretary") and "<org:code>" in line.path and OWN in line.cells:
            own = self.secretariat
        if role.endswith("_manager"):
            # What belongs to the person, not to the organisation, is the manager's own here.
            if role not in self.of_managers:
                home = self.secretariat if role.startswith("secretary") else own
                self.of_managers[role] = self._own_things(person, home)
            own = replace(own, officer=person, more=own.more | self.of_managers[role])
        elif person is not None:
            view = SavedView.objects.filter(owner=person, desk="queue").first()
            own = replace(own, more=own.more | ({"queue_view": view} if view else {}))
        if person is not None:
            if role not in self.notices:
                self.notices[role] = _notice(person)
            own = replace(own, more=own.more | {"notice": self.notices[role]})
        return own

    def _own_things(self, person: User, place: Place) -> dict[str, Any]:
        body = place.organisation
        return {
            "view": SavedView.objects.create(
                owner=person,
                organisation=body,
                desk="filed",
                name="내 보기",
                query="state=received",
            ),
            "queue_view": SavedView.objects.create(owner=person, name="보기", query="border=yes"),
            "sheet": MemberSheet.objects.create(
                organisation=body, uploaded_by=person, file_name="회원.xlsx", rows=[], total=0
            ),
            "handover": Handover.objects.create(
                organisation=body, leaver=place.officer, successor=person, by=person
            ),
        }


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


def _manager_of_secretariat() -> User:
    user = User.objects.create_user(
        "head@secr.example", None, name="사무국장 「시연」", is_staff=True
    )
    home = Organisation.objects.get(code="SECR")
    Membership.objects.create(user=user, organisation=home, role=MANAGER)
    return user


def _leavable(case: Case) -> Notice:
    """A mail that is no part of the proceedings."""
    with transaction.atomic():
        return outbox.enqueue(
            "outcome_ask",
            to=case.contact_email,
            context=texts.sample("outcome_ask"),
            subject_key=case.number,
        )


def _mail_to_decide() -> IncomingMail:
    """An answer from a stranger, which waits for an officer."""
    return IncomingMail.objects.create(
        fingerprint="5" * 64,
        source="lmtp",
        sender="stranger@neighbour.example",
        state=QUARANTINED,
        reason="other_sender",
        handled_at=timezone.now(),
    )


def _notice(person: User) -> Notice:
    """What stands in the inbox of a person."""
    with transaction.atomic():
        return outbox.enqueue(
            "sample",
            to=person.email,
            context=texts.sample("sample"),
            subject_key="",
            recipient=person,
        )


def _second_officer(organisation: Organisation) -> User:
    user = User.objects.create_user(
        f"second-{organisation.code.lower()}@neighbour.example", None, name="둘째담당 「시연」"
    )
    Membership.objects.create(user=user, organisation=organisation)
    return user


def _file() -> Any:
    return storing.store(SimpleUploadedFile("통지서.pdf", corpus.pdf(), "application/pdf"))
