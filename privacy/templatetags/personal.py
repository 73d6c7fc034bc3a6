"""What a form needs to let a person hide a number, or say why it has to stay."""

from __future__ import annotations

from django import template
from django.forms import BoundField

from privacy import warning

register = template.Library()


@register.inclusion_tag("privacy/numbers.html")
def numbers(field: BoundField) -> dict[str, object]:
    """A tick and a reason beside the error of a field; nothing where the error is another one.

    No buttons of their own: the form's own ones go on, whatever they do.
    """
    codes = {error.code for error in field.errors.as_data()}
    return {
        "offered": bool(codes & {warning.FORBIDDEN, warning.SENSITIVE}),
        "may_keep": warning.SENSITIVE in codes and getattr(field.field.widget, "may_keep", False),
        "id": f"{field.auto_id}_{warning.REASON}",
        "hide": f"{warning.CHOICE}-{field.html_name}",
        "reason": f"{warning.REASON}-{field.html_name}",
    }
