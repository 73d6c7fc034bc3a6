"""Signed links in mails to followers: they open a page, and only its button changes anything.

They name rows, never the address; a confirmation ends after some days, the link to what one
follows lasts for as long as its follower does.
"""

from __future__ import annotations

import datetime as dt
import hmac

from django.core import signing
from django.urls import reverse

from marketinfo.models import Follow, Follower

CONFIRM_FOR = dt.timedelta(days=3)
_CONFIRM = "marketinfo.following.confirm"
_MANAGE = "marketinfo.following.manage"


class BadTokenError(Exception):
    """The link was cut off, changed on its way, is over, or what it names is gone."""


def confirm_path(follow: Follow) -> str:
    """The page on which a reader confirms that they want to follow something."""
    token = signing.dumps([follow.pk, follow.follower.nonce], salt=_CONFIRM)
    return reverse("marketinfo:follow-confirm", args=[token])


def read_confirm(token: str) -> Follow:
    """What a confirmation is about; raises BadTokenError."""
    pk, nonce = _read(token, _CONFIRM, CONFIRM_FOR)
    rows = Follow.objects.select_related("follower", "country", "category")
    follow = rows.filter(pk=pk).first()
    if follow is None or not hmac.compare_digest(follow.follower.nonce, nonce):
        raise BadTokenError
    return follow


def manage_token(follower: Follower) -> str:
    """Opens the list of what a follower follows; the same whenever it is made."""
    return signing.Signer(salt=_MANAGE).sign_object([follower.pk, follower.nonce])


def manage_path(follower: Follower) -> str:
    """The page of what a follower follows."""
    return reverse("marketinfo:follow-manage", args=[manage_token(follower)])


def read_manage(token: str) -> Follower:
    """Whose list a link opens; raises BadTokenError."""
    pk, nonce = _read(token, _MANAGE, None)
    follower = Follower.objects.filter(pk=pk).first()
    if follower is None or not hmac.compare_digest(follower.nonce, nonce):
        raise BadTokenError
    return follower


def _read(token: str, salt: str, lasts: dt.timedelta | None) -> tuple[int, str]:
    try:
        if lasts is None:
            said = signing.Signer(salt=salt).unsign_object(token)
        else:
            said = signing.loads(token, salt=salt, max_age=lasts)
        pk, nonce = said
        return int(pk), str(nonce)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise BadTokenError from error
