"""For whom a person acts, wherever a page must say it."""

from __future__ import annotations

from typing import Any

from django import template

from accounts import roles

register = template.Library()


@register.filter
def acts_for(user: Any) -> list[roles.Acting]:
    """The organisations of the running memberships, by name; no query of its own."""
    return roles.acts_for(user)
