"""Who is at the desk."""

from typing import cast

from django.http import HttpRequest

from accounts.models import User


def officer(request: HttpRequest) -> User:
    """Who is at the desk; the admin lets nobody else in."""
    return cast(User, request.user)
