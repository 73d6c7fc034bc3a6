"""The mails of sign-in, each through the outbox: codes, links, and what was changed."""

from __future__ import annotations

import hashlib
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from accounts.models import User
from notifications import outbox

SEOUL = ZoneInfo("Asia/Seoul")
# What allauth calls a change of somebody's sign-in, and what our letter calls it.
CHANGES = {
    "account/email/password_changed": "password_changed",
    "account/email/password_reset": "password_changed",
    "mfa/email/totp_activated": "app_added",
    "mfa/email/totp_deactivated": "app_removed",
    "mfa/email/webauthn_added": "key_added",
    "mfa/email/webauthn_removed": "key_removed",
    "mfa/email/recovery_codes_generated": "codes_made",
}


class UnknownLetterError(ValueError):
    """allauth wants to send what the portal has no text for."""


def send(template_prefix: str, email: str, facts: dict[str, Any]) -> None:
    """Write what allauth wants to mail."""
    if template_prefix == "account/email/login_code":
        _write("sign_in_code", email, {"code": facts["code"], "minutes": _minutes()})
    elif template_prefix == "account/email/password_reset_key":
        _write("password_link", email, {"link": facts["password_reset_url"], "hours": _hours()})
    elif template_prefix in CHANGES:
        changed = {
            "change": CHANGES[template_prefix],
            "at": timezone.localtime(facts["timestamp"], SEOUL).strftime("%Y-%m-%d %H:%M"),
        }
        _write("sign_in_changed", email, changed | {"link": reverse("account_reset_password")})
    else:
        raise UnknownLetterError(template_prefix)


def factor_reset(user: User, *, by: str) -> None:
    """Tell somebody that their second factor was taken away, and by whom."""
    _changed(user.email, "factor_reset", by=by)


def account_changed(email: str, change: str, *, by: str) -> None:
    """Tell somebody that an administrator changed how they sign in: at the address they had."""
    _changed(email, change, by=by)


def _changed(email: str, change: str, *, by: str) -> None:
    at = timezone.localtime(timezone.now(), SEOUL).strftime("%Y-%m-%d %H:%M")
    facts = {"change": change, "at": at, "link": reverse("account_reset_password"), "by": by}
    _write("sign_in_changed", email, facts)


def new_browser(email: str, name: str) -> None:
    """Tell somebody that a browser signed in as them that had not done so before."""
    at = timezone.localtime(timezone.now(), SEOUL).strftime("%Y-%m-%d %H:%M")
    _write("sign_in_new", email, {"browser": name, "at": at, "link": reverse("mfa_index")})


def nothing_here(email: str) -> None:
    """Tell an address that asked for a code that nothing is filed under it; once a day at most."""
    _write("sign_in_unknown", email, {"link": reverse("home")}, once_a_day=True)


def other_door(email: str) -> None:
    """Tell an officer who asked for a code where officers sign in; once a day at most."""
    _write("sign_in_officer", email, {"link": reverse("sign-in")}, once_a_day=True)


def _write(kind: str, email: str, facts: dict[str, Any], *, once_a_day: bool = False) -> None:
    user = User.objects.filter(email__iexact=email).first()
    language = user.language if user else get_language() or settings.LANGUAGE_CODE
    key = _key(email)
    with transaction.atomic():
        outbox.enqueue(
            kind,
            to=email,
            context=facts,
            subject_key=f"sign-in:{key}",
            language=language,
            recipient=user,
            dedupe=f"{key}:{timezone.localdate()}" if once_a_day else "",
        )


def _key(email: str) -> str:
    """Tells addresses apart without naming them."""
    return hashlib.sha256(email.lower().encode()).hexdigest()[:32]


def _minutes() -> int:
    return int(settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60)


def _hours() -> int:
    return int(settings.PASSWORD_RESET_TIMEOUT // 3600)
