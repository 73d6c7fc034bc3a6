"""Signing in by a code from a mail: for people of companies, never for officers."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.db import transaction

from accounts import roles
from accounts.models import User
from accounts.sign_in import entitled, letters


def who_asks(email: str) -> User | None:
    """The person to whom a code is sent; everybody else gets a mail that says why not.

    A row is made for an address that is entitled and comes for the first time.
    """
    known = entitled.is_entitled(email)
    user = User.objects.filter(email__iexact=email).first()
    if user is not None and user.is_active and roles.needs_second_factor(user):
        letters.other_door(user.email)
        return None
    if user is None and known:
        user = _made(email)
    if user is None or not user.is_active:
        letters.nothing_here(email)
        return None
    EmailAddress.objects.get_or_create(
        user=user, email=user.email.lower(), defaults={"primary": True, "verified": False}
    )
    return user


def _made(email: str) -> User:
    with transaction.atomic():
        user, made = User.objects.get_or_create(
            email=email.lower(), defaults={"name": email.partition("@")[0][:80]}
        )
        if made:
            user.set_unusable_password()
            user.save(update_fields=["password"])
    return user
