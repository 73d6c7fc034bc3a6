"""Addresses of a case's page, for templates that serve more than one side."""

from __future__ import annotations

from typing import Any

from django import template

register = template.Library()


@register.simple_tag(takes_context=True)
def to(context: template.Context, name: str = "case", *more: Any) -> str:
    """The address of a step or file on the page that is being drawn (intake.views.face)."""
    address: str = context["face"].address(name, *more)
    return address
