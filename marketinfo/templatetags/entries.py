"""What the pages of library and archive need: found words, running text, page links."""

from typing import Any

from django import template
from django.http import HttpRequest
from django.utils.safestring import SafeString

from marketinfo import marking, prose
from marketinfo.entry import Entry

register = template.Library()


@register.filter
def marked(words: str, query: str) -> SafeString:
    """The words with what the query found marked."""
    return marking.marked(words, query)


@register.filter
def excerpt(entry: Entry, query: str) -> SafeString:
    """A few words of the entry, those that answer the query where there is one."""
    return marking.excerpt(entry, query)


@register.filter
def markdown(text: str, first_level: int = prose.FIRST_LEVEL) -> SafeString:
    """Running text as safe HTML, its headings from the given level down."""
    return prose.html(text, first_level)


@register.simple_tag(takes_context=True)
def this_list(context: dict[str, Any], page: int) -> str:
    """The query string of the same filtered list at another page."""
    request: HttpRequest = context["request"]
    query = request.GET.copy()
    query.pop("page", None)
    if page > 1:
        query["page"] = str(page)
    return f"?{query.urlencode()}" if query else "?"


@register.simple_tag(takes_context=True)
def this_filter(context: dict[str, Any]) -> str:
    """The query string that carries the filter over to a list of other entries."""
    request: HttpRequest = context["request"]
    query = request.GET.copy()
    for name in ("page", "kind"):
        query.pop(name, None)
    return f"?{query.urlencode()}" if query else ""
