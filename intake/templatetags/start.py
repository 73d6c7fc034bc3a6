"""The upper part of the desk's index, for its template."""

from __future__ import annotations

from typing import Any

from django import template

from intake.admin.start import Start, start

register = template.Library()


@register.simple_tag
def desk_start(user: Any) -> Start | None:
    """What a person sees on opening the desk; None for who has no business with cases."""
    return start(user)
