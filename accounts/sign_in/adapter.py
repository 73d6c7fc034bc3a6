"""What allauth asks the portal about: mails, addresses of visitors, secrets, what may go."""

from __future__ import annotations

import base64
import functools
import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import demo
from accounts.models import User
from accounts.sign_in import browsers, device, identity_provider, letters, second_factor
from accounts.sign_in import session as proof
from notifications import addresses
from privacy import places


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in as this portal has it: no sign-up, every mail through the outbox."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _(
            "The e-mail address and the password do not go together. Check both; "
            "small and capital letters matter in the password."
        ),
        "too_many_login_attempts": _(
            "Too many attempts. Please try again in an hour, or ask for a new password."
        ),
        "rate_limited": _("Too many attempts. Please wait five minutes and try again."),
        "incorrect_code": _("This code is not right, or its time is over. Check it and try again."),
        "incorrect_password": _("This is not your password."),
        "enter_current_password": _("Please type your present password."),
        "invalid_password_reset": _("This link has been used or its time is over."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: officers are invited, companies come by mail code."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Through the outbox, like every other mail."""
        letters.send(template_prefix, email, context)

    def send_password_reset_mail(
        self, user: AbstractBaseUser, email: str, context: dict[str, Any]
    ) -> None:
        """To the address of the person, never to the text that was typed."""
        super().send_password_reset_mail(user, str(getattr(user, "email", email)), context)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The path alone: mails know by which name people call the portal, requests do not."""
        uid, _dash, token = key.partition("-")
        return reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """Accounts whose password is public open nothing outside the demonstration."""
        user = super().authenticate(request, **credentials)
        return None if user is not None and demo.is_shut(user) else user

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Who types a code from a mail reads the mail of that address."""
        is_first = user.last_login is None
        super().login(request, user)
        browsers.note(request)
        by_code = proof.MAIL_CODE in proof.methods(request.session)
        if not (is_first or by_code or demo.is_demo(user) or device.of(request, _email(user))):
            letters.new_browser(_email(user), browsers.name_of(request))
        device.know(request, _email(user))
        if isinstance(user, User) and identity_provider.bind(request, user):
            letters.account_changed(user.email, "provider_added", by="")
        if by_code:
            addresses.prove(_email(user))

    def get_login_stages(self) -> list[str]:
        """allauth's, with the second factor asked as this portal asks it."""
        ours = {"allauth.mfa.stages.AuthenticateStage": "accounts.sign_in.stages.SecondFactorStage"}
        return [ours.get(stage, stage) for stage in super().get_login_stages()]

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whoever proved a moment ago who they are need not do so again."""
        recent = proof.was_recent(
            context.request.session, settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
        )
        return not recent

    def get_client_ip(self, request: HttpRequest) -> str:
        """Where a request came from, for counting attempts; never a header that a visitor sets."""
        return places.of(request) or "unknown"

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # With the place, or anybody could lock the owner of an address out from anywhere.
        key = super()._get_login_attempts_cache_key(request, **credentials)
        known = device.of(request, credentials.get("email", ""))
        return f"{key}:{known or device.place(self.get_client_ip(request))}"


class FactorAdapter(DefaultMFAAdapter):
    """Second factors: secrets encrypted, and never less than one for an officer."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": AccountAdapter.error_messages["incorrect_code"],
        "cannot_delete_authenticator": _(
            "This is your only second factor, and your work needs one. "
            "Set up another one first; then this one can be removed."
        ),
    }

    def encrypt(self, text: str) -> str:
        """The secret as the database keeps it."""
        return _box(settings.FACTOR_KEY).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret as the clock needs it."""
        return _box(settings.FACTOR_KEY).decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """The last factor of an officer stays."""
        return not second_factor.is_last(authenticator)

    def _get_site_name(self) -> str:
        return str(settings.MFA_TOTP_ISSUER)


def _email(user: AbstractBaseUser) -> str:
    return str(getattr(user, "email", ""))


@functools.cache
def _box(key: str) -> Fernet:
    digest = hashlib.scrypt(key.encode(), salt=b"second factor", n=2**12, r=8, p=1, dklen=32)
    return Fernet(base64.urlsafe_b64encode(digest))
