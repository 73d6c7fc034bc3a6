"""What the pages of partners, companies and sign-in show to the sweeps: made inside the portal.

`trial.python("from tests.browser import scene; print(scene.told())")` says the addresses that
have a key of their own, and the session of each person.
"""

from __future__ import annotations

import datetime as dt
import json
import time
import uuid
from decimal import Decimal
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts import demo, invitations, members, people
from accounts.models import MANAGER, OFFICER, CompanyMembership, Membership, Organisation, User
from accounts.sign_in import kept
from accounts.sign_in import session as proof
from intake import actions, consents, links
from intake.actions import guests, handing_over, promising
from intake.actions.confirming import Confirmation
from intake.bulk import running
from intake.models import Batch, LocalDifficulty, SavedView
from intake.models.batch import CHECKED, REFUSED
from intake.timeline import COMPANY, submitter
from intake.views import following
from notifications import addresses, leaving, outbox, texts
from notifications.models import Hook, HookDelivery, Notice
from tests.intake.factories import CaseFactory, filing
from tests.intake.test_batch_fifty_faults import right_row, workbook

BACKEND = "accounts.permissions.RoleBackend"
DAY = dt.timedelta(days=1)


def user(login: str) -> User:
    """One of the demonstration's people."""
    return User.objects.get(email=f"{login}@{demo.DOMAIN}")


def person(login: str, **facts: Any) -> User:
    """Somebody new."""
    return User.objects.create(email=f"{login}@sweep.example", name=f"{login} 「시연」", **facts)


def browser(who: User, method: str = proof.SECOND_FACTOR) -> Client:
    """The browser of somebody who is signed in for the whole sweep."""
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(who, BACKEND)
    session: Any = client.session
    proof.begin(session)
    proof.record(session, method, who.pk)
    for record in session[proof.METHODS]:
        # However long the sweep takes, it was a moment ago.
        record["at"] += 3600
    session.save()
    return client


def _waits(client: Client) -> Client:
    """The browser of somebody half-way through the sign-in, whose step outlasts the sweep."""
    session: Any = client.session

    def later(part: Any) -> None:
        for key, value in part.items():
            if key == "at" and isinstance(value, float):
                part[key] = value + 86_400
            elif isinstance(value, dict):
                later(value)

    for key in list(session.keys()):
        if isinstance(session[key], dict):
            later(session[key])
    session.save()
    return client


class Scene:
    """Addresses by name, sessions by who they belong to."""

    def __init__(self) -> None:
        self.at: dict[str, str] = {}
        self.sessions: dict[str, str] = {}
        self.association = Organisation.objects.get(code="KBIZ")
        self.officer = user("kbiz")
        self.by = submitter(self.officer, self.association)
        self.browsers = {
            "association": browser(self.officer),
            "manager": browser(user("manager")),
            "centre": browser(user("seoul")),
            "mission": browser(user("hanoi")),
        }
        for make in (
            self._cases,
            self._company,
            self._files,
            self._local,
            self._people,
            self._hooks,
            self._confirmations,
            self._outcomes,
            self._sign_in,
            self._passwords,
            self._inbox,
            self._returned,
        ):
            make()
        for who, client in self.browsers.items():
            self.sessions[who] = client.cookies[settings.SESSION_COOKIE_NAME].value

    def _filed(self, **changes: Any) -> Any:
        return actions.submit(filing=filing(**changes), by=self.by)[0]

    def _cases(self) -> None:
        case = self._filed(company_name="가나다라마바사아자차카타파하 국제무역 주식회사")
        actions.send_message(case=case, text="통지서를 곧 보냅니다.", by=self.by)
        promising.promise(case=case, text="금요일까지 전화드립니다.", by=self.by)
        asked = self._filed()
        factory = CaseFactory(user("secretary1"))
        actions.claim(case=asked, by=factory.by)
        factory._supplement(asked)
        answered = self._filed()
        actions.claim(case=answered, by=factory.by)
        factory._answered(answered)
        following_ = self._filed()
        actions.take_over(case=following_, by=COMPANY)
        for name, one in (
            ("case", case),
            ("case supplement", asked),
            ("case answered", answered),
            ("case following", following_),
        ):
            self.at[name] = f"/partner/KBIZ/cases/{one.number}/"
        self.at["receipt"] = f"/partner/KBIZ/cases/{case.number}/receipt/"
        SavedView.objects.create(
            owner=self.officer,
            organisation=self.association,
            desk="filed",
            name="우리가 기다리는 것",
            query="state=received",
        )
        # What a mission and a body are asked.
        question = factory.at("reviewing")
        factory.refer(question, "MIS-HAN")

    def _returned(self) -> None:
        """A case whose mail comes back, at the desk, at the filer's and at the company's page."""
        case = self._filed(contact_email="gone@sweep.example")
        factory = CaseFactory(user("secretary1"))
        actions.claim(case=case, by=factory.by)
        for kind in ("filed_for_you", "receipt"):
            for row in Notice.objects.filter(subject_key=case.number, kind=kind):
                reason = "550 5.1.1 존재하지 않는 사용자입니다"
                addresses.returned(row, permanent=True, reason=reason)
        self.at["returned"] = f"/admin/intake/case/{case.pk}/"
        self.at["returned filed"] = f"/partner/KBIZ/cases/{case.number}/"
        self.at["returned case"] = f"/follow/{case.number}/"
        client = Client(SERVER_NAME="127.0.0.1")
        client.post(links.follow_path(case))
        self.browsers["returned"] = client
        facts = {"context": texts.sample("outcome_ask"), "subject_key": case.number}
        with transaction.atomic():
            stays, goes = (
                outbox.enqueue("outcome_ask", to=f"{name}@sweep.example", **facts)
                for name in ("stays", "goes")
            )
        leaving.leave(goes.to_address, "reminders")
        self.at["leave"], self.at["left"] = leaving.path(stays), leaving.path(goes)

    def _inbox(self) -> None:
        """A notice that is read, and one about a case that the officer no longer sees."""
        mine = Notice.objects.filter(recipient=self.officer, kind="filer_update").order_by("pk")
        self.at["notice"] = f"/inbox/{mine[0].pk}/?in=show%3Dunread"
        mine.filter(pk=mine[0].pk).update(read_at=timezone.now())
        lost = self._filed()
        actions.dismiss_proxy(case=lost, by=COMPANY)
        told = Notice.objects.filter(recipient=self.officer, subject_key=lost.number)
        self.at["notice lost"] = f"/inbox/{told.earliest('pk').pk}/"

    def _company(self) -> None:
        contact, broker, asks = person("contact"), person("broker"), person("asks")
        for one in (contact, broker, asks):
            EmailAddress.objects.create(user=one, email=one.email, verified=True, primary=True)
        case = self._filed(contact_email=contact.email)
        now = timezone.now()
        CompanyMembership.objects.create(
            user=contact, company=case.company, granted_at=now, granted_by=user("secretary1")
        )
        CompanyMembership.objects.create(
            user=asks, company=case.company, asked_note="해외영업팀에서 일합니다."
        )
        guests.invite_guest(
            case=case,
            email=broker.email,
            name="한관세",
            kind="broker",
            may_reply=False,
            days=7,
            language="ko",
            by=contact,
        )
        self.at["company case"] = f"/company/{case.number}/"
        self.browsers["contact"] = browser(contact, proof.MAIL_CODE)
        self.browsers["guest"] = browser(broker, proof.MAIL_CODE)

    def _files(self) -> None:
        association = self.browsers["association"]
        serial = 70_000 + Membership.objects.count()
        rows = [right_row(serial), right_row(serial + 1) | {"country": "베트낭"}, right_row(serial)]
        for name, content in (("batch", workbook(rows)), ("batch refused", b"\xff\xfe,1\r\n")):
            suffix = "xlsx" if name == "batch" else "csv"
            answer = association.post(
                "/partner/KBIZ/batches/upload/",
                {"file": SimpleUploadedFile(f"접수.{suffix}", content)},
            )
            self.at[name] = answer["Location"] if answer.status_code == 302 else ""
        for _turn in range(50):
            running.run_unfinished()
            batch = Batch.objects.get(key=self.at["batch"].rstrip("/").rpartition("/")[2])
            if batch.state in {CHECKED, REFUSED}:
                break
            time.sleep(0.2)
        wrong = batch.rows.filter(state="bad").first()
        self.at["batch row"] = f"{self.at['batch']}rows/{wrong.line}/"
        sheet = "기업명,시도\r\n새벽무역,서울\r\n틀린 곳,화성\r\n".encode("cp949")
        answer = association.post(
            "/partner/KBIZ/members/import/", {"file": SimpleUploadedFile("회원.csv", sheet)}
        )
        self.at["member sheet"] = answer["Location"]
        member = members.add(
            organisation=self.association,
            reach=[self.association.pk],
            business_number="",
            facts={"name": f"쓸기상사 {serial}"},
            by=self.officer,
        )
        self.at["member"] = f"/partner/KBIZ/members/{member.pk}/"

    def _local(self) -> None:
        said = {
            "country": "VN",
            "company_name": "시연 비나",
            "situation": "하노이시 공상국이 허가 갱신을 미루고 있습니다.",
            "grade": "plain",
            "help_needed": "on",
            "help_text": "공동위원회에서 다루어 주십시오.",
            "contact_name": "응우옌 반 안",
            "contact_phone": "024 3831 5111",
            "agreed": "on",
            "agreed_how": "in_person",
        }
        for name, action in (("local", "record"), ("local passed", "home")):
            self.browsers["mission"].post(
                "/partner/MIS-HAN/local/new/", said | {"key": str(uuid.uuid4()), "action": action}
            )
            newest = LocalDifficulty.objects.latest("pk")
            self.at[name] = f"/partner/MIS-HAN/local/{newest.pk}/"

    def _hooks(self) -> None:
        hook = Hook.objects.create(
            owner=self.association.code,
            url="https://members.association.example/portal/webhooks/incoming?system=case-desk",
            families=["receipt", "answer"],
            created_by=user("manager"),
        )
        said = {"status": 500, "answer": "Internal Server Error", "milliseconds": 1204}
        for state, facts in (("failed", said), ("queued", said | {"attempts": 3})):
            HookDelivery.objects.create(
                hook=hook,
                event="case.answer",
                subject="GT-2026-000123-7",
                payload={},
                state=state,
                **facts,
            )
        self.at["webhook"] = f"/partner/KBIZ/hooks/{hook.pk}/"

    def _people(self) -> None:
        manager = user("manager")
        several = person("several")
        for code in ("KBIZ", "INNOBIZ"):
            Membership.objects.create(
                user=several, organisation=Organisation.objects.get(code=code), role=OFFICER
            )
        row = Membership.objects.get(user=several, organisation=self.association)
        self.at["person"] = f"/partner/KBIZ/people/{row.pk}/"
        self.at["handover from"] = f"/partner/KBIZ/handover/?from={self.officer.pk}"
        made = handing_over.hand_over(
            organisation=self.association,
            leaver=manager,
            successor=self.officer,
            chosen={},
            note="금요일마다 회원사에 전화합니다.",
            by=manager,
        )
        self.at["handover"] = f"/partner/KBIZ/handover/{made.pk}/"

        def invited(name: str, **changes: Any) -> Any:
            row = people.invite(
                organisation=self.association,
                name="새담당",
                email=f"{name.replace(' ', '.')}@sweep.example",
                role=OFFICER,
                by=manager,
            )
            self.at[f"invitation {name}"] = invitations.path(row)
            if changes:
                type(row).objects.filter(pk=row.pk).update(**changes)
            return row

        invited("new")
        known, ready = person("known", password=make_password(None)), person("ready")
        ready.set_password(demo.PASSWORD)
        ready.save()
        invited("known")
        invited("ready")
        assert known.email.startswith("known@")
        invited("expired", expires_at=timezone.now() - DAY)
        invited("withdrawn", withdrawn_at=timezone.now())
        again = invited("replaced")
        type(again).objects.filter(pk=again.pk).update(round=2)
        invited("used", accepted_at=timezone.now(), accepted_by=several)
        self.browsers["ready"] = browser(ready)
        self.browsers["several"] = browser(several)
        assert manager.memberships.filter(role=MANAGER).exists()

    def _confirmations(self) -> None:
        case, done = self._filed(), self._filed()
        agreed = {text.kind: True for text in consents.CONSENTS}
        actions.confirm(case=done, said=Confirmation("anonymous", agreed), by=COMPANY)
        self.at["confirm"] = links.confirm_path(case)
        self.at["confirm done"] = links.confirm_path(done)
        withdrawn = self._filed()
        actions.withdraw(case=withdrawn, by=COMPANY)
        self.at["confirm over"] = links.confirm_path(withdrawn)
        for name, tail in (
            ("confirm case", "confirm/"),
            ("take over", "proxy/take-over/"),
            ("dismiss", "proxy/dismiss/"),
        ):
            self.at[name] = f"/follow/{case.number}/{tail}"
        follower = Client(SERVER_NAME="127.0.0.1")
        session: Any = follower.session
        session[following._GRANTS] = {case.number: time.time() + 3600}
        session.save()
        follower.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
        self.browsers["follower"] = follower

    def _outcomes(self) -> None:
        """A closed case whose company is asked how it ended, one that told, one taken up again."""
        factory = CaseFactory(user("secretary1"))
        worth = {"value": Decimal(50000), "currency": "USD"}
        asked, told, again = (factory.at("answered", **worth) for _round in range(3))
        for case in (asked, told, again):
            actions.close(case=case, by=factory.by)
        actions.tell_outcome(
            case=told, outcome="partly", saved=Decimal(12000), currency="USD", by=COMPANY
        )
        actions.reopen(case=again, reason="다시 살펴봅니다.", by=factory.by)
        self.at["outcome"] = links.outcome_path(asked)
        self.at["outcome told"] = links.outcome_path(told)
        self.at["outcome over"] = links.outcome_path(again)

    def _sign_in(self) -> None:
        several = User.objects.get(email="several@sweep.example")
        several.set_password(demo.PASSWORD)
        several.save()
        app = Authenticator.Type.TOTP
        Authenticator.objects.create(
            user=several, type=app, data={"secret": totp.encrypt(demo.FACTOR)}
        )
        key = Authenticator.objects.create(
            user=several,
            type=Authenticator.Type.WEBAUTHN,
            data={"name": "사무실 열쇠", "credential": {}},
        )
        RecoveryCodes.activate(several)
        self.browsers["several"] = browser(several)
        self.at["key name"] = f"/my-sign-in/passkeys/{key.pk}/name/"
        self.at["key remove"] = f"/my-sign-in/passkeys/{key.pk}/remove/"
        newcomer = person("newcomer")
        Membership.objects.create(user=newcomer, organisation=self.association, role=OFFICER)
        self.browsers["newcomer"] = browser(newcomer, proof.PASSWORD)
        half = Client(SERVER_NAME="127.0.0.1")
        half.post("/sign-in/", {"login": self.officer.email, "password": demo.PASSWORD})
        code = Client(SERVER_NAME="127.0.0.1")
        code.post("/company/sign-in/", {"email": "contact@sweep.example"})
        self.browsers |= {"half": _waits(half), "code": _waits(code)}
        keeper = browser(self.officer)
        session: Any = keeper.session
        session[kept.KEY] = {
            "user": str(self.officer.pk),
            "until": time.time() + 3600,
            "path": self.at["case"] + "message/",
            "fields": [["text", "길게 적어 둔 말입니다. " * 20]],
            "files": True,
        }
        session.save()
        self.browsers["keeper"] = keeper

    def _passwords(self) -> None:
        from allauth.account.forms import default_token_generator
        from allauth.account.utils import user_pk_to_url_str

        ready = User.objects.get(email="ready@sweep.example")
        token = default_token_generator.make_token(ready)
        self.at["new password"] = f"/password/new/{user_pk_to_url_str(ready)}-{token}/"


def told() -> str:
    """Make the scene; where everything is."""
    made = Scene()
    return json.dumps({"at": made.at, "sessions": made.sessions})
