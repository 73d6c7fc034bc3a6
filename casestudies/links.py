"""The signed link by which a company approves a study: one question, this one purpose.

It opens a page; only the page's buttons change anything, and it never opens the case.
"""

from __future__ import annotations

import datetime as dt

from django.core import signing
from django.urls import reverse

from casestudies.models import Approval

_SALT = "casestudies.links.approve"
LIFETIME = dt.timedelta(days=60)


class BadLinkError(Exception):
    """The link was cut off or changed on its way."""


def approve_path(approval: Approval) -> str:
    """The path of the page on which the company reads the text and says yes or no."""
    token = signing.dumps(str(approval.key), salt=_SALT)
    return reverse("casestudies:approve", args=[token])


def read(token: str) -> tuple[str, bool]:
    """The key of the question behind a token, and whether the link is too old to approve.

    An old link still takes a study down: saying no never runs out. Raises BadLinkError.
    """
    try:
        return str(signing.loads(token, salt=_SALT, max_age=LIFETIME)), False
    except signing.SignatureExpired:
        return str(signing.loads(token, salt=_SALT)), True
    except (signing.BadSignature, ValueError) as error:
        raise BadLinkError from error
