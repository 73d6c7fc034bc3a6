"""The second factor of a person: whether there is one, and whether it may be taken away."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from accounts import roles
from accounts.sign_in import session as proof

# Recovery codes help out when one of these is not at hand; alone they are none.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def of(user: Any) -> int:
    """How many second factors a person has set up."""
    return Authenticator.objects.filter(user_id=user.pk, type__in=FACTORS).count()


def is_set_up(user: Any) -> bool:
    """Whether the person must show a second factor after the password."""
    return Authenticator.objects.filter(user_id=user.pk, type__in=FACTORS).exists()


def kinds(user: Any) -> frozenset[str]:
    """Which kinds of factors a person has, recovery codes among them."""
    rows = Authenticator.objects.filter(user_id=user.pk).values_list("type", flat=True)
    return frozenset(rows)


def is_last(factor: Authenticator) -> bool:
    """Whether without this one an officer would have none."""
    return roles.needs_second_factor(factor.user) and of(factor.user) < 2


def shown(request: HttpRequest) -> None:
    """Open a session that stood half open; its key changes, as at every sign-in."""
    proof.record(request.session, proof.SECOND_FACTOR, request.user.pk)
    request.session.cycle_key()
