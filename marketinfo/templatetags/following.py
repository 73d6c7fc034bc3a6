"""What pages say about following: an entry's counter, and addresses that carry a filter over."""

from typing import Any
from urllib.parse import urlencode

from django import template
from django.http import HttpRequest

from marketinfo import solved
from marketinfo.entry import Entry
from marketinfo.following import kinds

register = template.Library()


@register.simple_tag
def solved_with(entry: Entry) -> int:
    """How many difficulties an entry has settled; one query."""
    return solved.of_one(entry)


@register.simple_tag
def record_query(entry: Entry) -> str:
    """The query that names one entry on the page for following."""
    return urlencode({"kind": kinds.name(entry), "reference": entry.reference})


@register.simple_tag
def record_key(entry: Entry) -> str:
    """The query that names one entry at the desk, where a change is announced."""
    return urlencode({"kind": kinds.name(entry), "key": entry.pk})


@register.simple_tag(takes_context=True)
def followed_filter(context: dict[str, Any]) -> str:
    """Of a list's filter, what can be followed: country, HS code, category."""
    request: HttpRequest = context["request"]
    said = {name: request.GET.get(name, "")[:20] for name in ("country", "hs", "category")}
    return urlencode({name: value for name, value in said.items() if value})
