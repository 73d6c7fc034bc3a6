"""Numbers of companies as people write them."""

from django import template

from accounts.business_number import pretty

register = template.Library()


@register.filter
def business_number(digits: str) -> str:
    """Ten digits as 3-2-5; anything else unchanged."""
    return pretty(digits)
