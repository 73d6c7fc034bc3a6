"""Sign-in through an identity provider of the government (OpenID Connect), where one is set.

The code flow with PKCE, state and nonce; Authlib checks the ID token's signature, issuer,
audience and time (OpenID Connect Core 1.0, 3.1.3.7). What comes back says who somebody is at the
provider; who that is here follows from `ProviderIdentity`, or, the first time, from an e-mail
address that the provider has verified.
"""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.django_client import OAuth
from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from joserfc.errors import JoseError

from accounts import demo, roles
from accounts.models import ProviderIdentity, User

# Where the session keeps what the provider said until the person presses the button.
TOLD = "provider_told"
# … and whom it means, until the second factor was shown.
EXPECTED = "provider_expected"
# Seconds for which it is worth something.
FRESH = 300
# Seconds that the provider may take for one answer.
PATIENCE = 5


class RefusedError(Exception):
    """The provider did not say who this is, or said it badly."""


class AwayError(Exception):
    """The provider cannot be reached or does not answer as it should."""


@dataclass(frozen=True)
class Told:
    """What a provider said of a person: `factors` is the claim `amr` (RFC 8176)."""

    issuer: str
    subject: str
    email: str
    factors: tuple[str, ...]
    at: float

    @property
    def proves_two_factors(self) -> bool:
        """Whether the provider itself asked for what this portal takes for a second factor."""
        return not set(settings.OIDC_TWO_FACTORS).isdisjoint(self.factors)


def is_offered() -> bool:
    """Whether a provider is set."""
    return bool(settings.OIDC_ISSUER)


def origin() -> str:
    """Where the form of the sign-in page may lead to, for its Content-Security-Policy."""
    if settings.OIDC_ORIGIN:
        return str(settings.OIDC_ORIGIN)
    parts = urlsplit(settings.OIDC_ISSUER)
    return f"{parts.scheme}://{parts.netloc}"


def begin(request: HttpRequest, back: str) -> HttpResponse:
    """Lead to the provider; it sends the person back to the path `back`."""
    try:
        answer: HttpResponse = _client().authorize_redirect(request, settings.PUBLIC_URL + back)
    except (
        requests.RequestException,
        AuthlibBaseError,
        RuntimeError,
        ValueError,
        KeyError,
    ) as problem:
        raise AwayError(type(problem).__name__) from problem
    return answer


def hear(request: HttpRequest) -> Told:
    """Check what the provider sent back, and keep it in the session."""
    try:
        token = _client().authorize_access_token(request)
    except (requests.RequestException, RuntimeError) as problem:
        raise AwayError(type(problem).__name__) from problem
    except (AuthlibBaseError, JoseError, ValueError, KeyError, TypeError) as problem:
        raise RefusedError(type(problem).__name__) from problem
    claims = token.get("userinfo") or {}
    if not claims.get("sub"):
        raise RefusedError("no subject")
    if str(claims.get("iss")).rstrip("/") != settings.OIDC_ISSUER.rstrip("/"):
        raise RefusedError("another issuer")
    verified = claims.get("email_verified") is True
    factors = claims.get("amr")
    told = Told(
        issuer=settings.OIDC_ISSUER,
        subject=str(claims["sub"])[:255],
        email=str(claims.get("email") or "") if verified else "",
        factors=tuple(str(one) for one in factors) if isinstance(factors, list) else (),
        at=time.time(),
    )
    request.session[TOLD] = vars(told)
    return told


def last_told(request: HttpRequest) -> Told | None:
    """What the provider said a moment ago; None when nothing, or too long ago."""
    kept: dict[str, Any] | None = request.session.get(TOLD)
    if kept is None or time.time() - kept["at"] > FRESH:
        return None
    return Told(**kept | {"factors": tuple(kept["factors"])})


def forget(request: HttpRequest) -> None:
    """What was said is used up."""
    request.session.pop(TOLD, None)


def who_is(told: Told) -> User | None:
    """The officer whom the provider means; None when there is none who may sign in so."""
    known = ProviderIdentity.objects.filter(issuer=told.issuer, subject=told.subject)
    bound = known.select_related("user").first()
    if bound is not None and bound.ended_at is not None:
        return None
    user = bound.user if bound else _by_address(told)
    if user is None or not user.is_active or demo.is_shut(user):
        return None
    # Companies sign in by a code; a provider of the government knows officers.
    return user if roles.needs_second_factor(user) else None


def expect(request: HttpRequest, told: Told, user: User) -> None:
    """Note who this subject is, to be remembered once the person is wholly signed in."""
    request.session[EXPECTED] = [told.issuer, told.subject, str(user.pk)]


def bind(request: HttpRequest, user: User) -> bool:
    """Remember whom the subject means, now that the own factor was shown too; False if known."""
    issuer, subject, whose = request.session.pop(EXPECTED, None) or ("", "", "")
    if not issuer or whose != str(user.pk):
        return False
    with suppress(IntegrityError), transaction.atomic():
        _row, new = ProviderIdentity.objects.get_or_create(
            issuer=issuer, subject=subject, defaults={"user": user}
        )
        return new
    # Another subject of the same provider was first.
    return False


def _by_address(told: Told) -> User | None:
    if not told.email:
        return None
    user = User.objects.filter(email__iexact=told.email).first()
    if user is None:
        return None
    # Somebody else at the same provider: an address that was given to a successor.
    taken = ProviderIdentity.objects.filter(user=user, issuer=told.issuer).exists()
    return None if taken else user


def _client() -> Any:
    oauth = OAuth()
    return oauth.register(
        "provider",
        client_id=settings.OIDC_CLIENT_ID,
        client_secret=settings.OIDC_CLIENT_SECRET,
        server_metadata_url=f"{settings.OIDC_ISSUER.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid email",
            "code_challenge_method": "S256",
            "default_timeout": PATIENCE,
        },
    )
