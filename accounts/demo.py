"""The invented people of the demonstration: one per role, each marked 「시연」."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

from accounts.models import MANAGER, OFFICER, Membership, Organisation, User

# The second factor of every demonstration account, for an authenticator app and for tests.
FACTOR = "ONETEAMEXPORTPORTALDEMO234567ABC"
PERIOD = 30
DOMAIN = "demo.example"
PASSWORD = "demo-portal-2026"  # noqa: S105 - printed on purpose, refused outside the demonstration


@dataclass(frozen=True)
class Person:
    """One demonstration account. `organisation` is a code, empty for those who act for none."""

    login: str
    name: str
    role_ko: str
    role_en: str
    organisation: str = ""
    role: str = OFFICER
    is_staff: bool = False
    is_auditor: bool = False
    is_platform_admin: bool = False

    @property
    def email(self) -> str:
        """The address the person signs in with."""
        return f"{self.login}@{DOMAIN}"


PEOPLE = (
    Person(
        "secretary1", "김하나 「시연」", "사무국 담당자 1", "Secretary 1", "SECR", is_staff=True
    ),
    Person(
        "secretary2", "이두리 「시연」", "사무국 담당자 2", "Secretary 2", "SECR", is_staff=True
    ),
    Person(
        "manager", "박세찬 「시연」", "기관 관리자(중기중앙회)", "Manager, KBIZ", "KBIZ", MANAGER
    ),
    Person("kbiz", "최나래 「시연」", "협회 담당자(중기중앙회)", "Officer, KBIZ", "KBIZ"),
    Person("innobiz", "정다온 「시연」", "협회 담당자(이노비즈)", "Officer, INNOBIZ", "INNOBIZ"),
    Person("seoul", "강여름 「시연」", "수출지원센터(서울)", "Centre officer, Seoul", "EXP-SEO"),
    Person("hanoi", "조일로 「시연」", "재외공관(하노이)", "Mission officer, Hanoi", "MIS-HAN"),
    Person("customs", "윤가람 「시연」", "처리기관(관세청)", "Body officer, Customs", "KCS"),
    Person("kats", "장아라 「시연」", "처리기관(국표원)", "Body officer, KATS", "KATS"),
    Person("kotra", "임보람 「시연」", "처리기관(KOTRA)", "Body officer, KOTRA", "KOTRA"),
    Person("auditor", "한바름 「시연」", "감사 담당자", "Auditor", is_staff=True, is_auditor=True),
    Person(
        "admin",
        "오마루 「시연」",
        "플랫폼 관리자",
        "Platform administrator",
        is_staff=True,
        is_platform_admin=True,
    ),
)


def is_demo(user: Any) -> bool:
    """Whether this is one of the invented people."""
    return str(getattr(user, "email", "")).lower().endswith(f"@{DOMAIN}")


def is_shut(user: Any) -> bool:
    """Whether an invented person stands before a portal that is no demonstration."""
    return is_demo(user) and not settings.DEMO


def present_code() -> str:
    """What an authenticator app with the demonstration's factor shows now."""
    step = int(time.time()) // PERIOD
    return str(totp.format_hotp_value(totp.hotp_value(FACTOR, step)))


def code_for(user: Any) -> str:
    """The code that the page may show to everybody; empty for everybody's own factor.

    It is public, so that it may be used twice in its half minute takes nothing away: several
    people sign in as the same invented officer at once.
    """
    if not settings.DEMO or not is_demo(user):
        return ""
    app = Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.TOTP).first()
    if app is None or totp.decrypt(app.data["secret"]) != FACTOR:
        return ""
    return present_code()


def let_code_be_used_again(user: Any, code: str) -> None:
    """Forget that the demonstration's code was used; see `code_for`."""
    if code_for(user):
        app = Authenticator(user_id=user.pk, type=Authenticator.Type.TOTP)
        cache.delete(totp.TOTP(app)._get_used_cache_key(code))


def load() -> int:
    """Make the demonstration accounts that are missing; how many were made.

    Needs the organisations of `load_reference`. Refuses outside the demonstration: the
    password is public.
    """
    if not settings.DEMO:
        raise ImproperlyConfigured("Demonstration accounts exist only where DEMO is yes.")
    with transaction.atomic():
        return _load_missing()


def _load_missing() -> int:
    there = set(User.objects.filter(email__endswith=f"@{DOMAIN}").values_list("email", flat=True))
    missing = [person for person in PEOPLE if person.email not in there]
    if not missing:
        return 0
    # Hashed once for all: twelve honest hashes would hold up the start by seconds.
    password = make_password(PASSWORD)
    users = User.objects.bulk_create(
        User(
            email=person.email,
            name=person.name,
            password=password,
            is_staff=person.is_staff,
            is_auditor=person.is_auditor,
            is_platform_admin=person.is_platform_admin,
        )
        for person in missing
    )
    organisations = Organisation.objects.in_bulk(
        {person.organisation for person in missing if person.organisation}, field_name="code"
    )
    Membership.objects.bulk_create(
        Membership(user=user, organisation=organisations[person.organisation], role=person.role)
        for user, person in zip(users, missing, strict=True)
        if person.organisation
    )
    Authenticator.objects.bulk_create(
        Authenticator(
            user=user,
            type=Authenticator.Type.TOTP,
            data={"secret": totp.encrypt(FACTOR)},
        )
        for user in users
    )
    return len(missing)
