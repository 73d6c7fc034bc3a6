"""What templates of notices may say beside Django's own tags: quotations, addresses and dates.

Values that people typed are carried through the template with every character that means
something to Markdown swapped for a private-use character, one for one. Text and HTML are made
from the same rendered source and swap them back: as they were in the text, escaped in the HTML.
"""

import datetime as dt
import html
import re
import string
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django import template
from django.conf import settings
from django.utils import dateformat, timezone, translation
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.encoding import iri_to_uri

from notifications.filling import beside, content, linked

register = template.Library()

_BASE = 0xE000
_MARKED = string.punctuation + "\n"
_SHIELD = {ord(char): _BASE + ord(char) for char in _MARKED}
_PLAIN = {_BASE + ord(char): char for char in _MARKED} | {_BASE + ord("\n"): " "}
_ESCAPED = {code: html.escape(char) for code, char in _PLAIN.items()}
_NEWLINE = chr(_BASE + ord("\n"))
# Direction overrides can make a text read as something else (F54); controls have no meaning in
# a mail; our own private-use range must not be typed by anyone.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069"
    "\ue000-\uf8ff\ufeff]"
)
# Means nothing to Markdown wherever it stands, and `{% if state == "not-solved" %}` still works.
_HARMLESS = re.compile(r"[A-Za-z0-9]+([-_][A-Za-z0-9]+)*")


def clean(text: str) -> str:
    """The text without characters that hide, reorder or control; line ends as one newline."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")
    return _UNWANTED.sub("", text)


def shielded(value: Any) -> Any:
    """The facts of a notice with nothing left that Markdown would act on, blank ends included."""
    if isinstance(value, str):
        said = value if _HARMLESS.fullmatch(value) else clean(value).translate(_SHIELD)
        return said.strip()
    if isinstance(value, Mapping):
        return {key: shielded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [shielded(item) for item in value]
    return value


def plain(text: str) -> str:
    """Shielded text as it was typed, on one line."""
    return text.translate(_PLAIN)


def escaped(markup: str) -> str:
    """HTML in which shielded characters stand as text."""
    return markup.translate(_ESCAPED)


@register.filter
def quote(value: Any) -> str:
    """A longer text by somebody, set apart line by line."""
    lines = content(value).strip().replace(_NEWLINE, "\n").strip().split("\n")
    return "\n".join(f"> {beside(value, line.strip())}".rstrip() for line in lines)


@register.filter
def absolute(value: Any) -> str:
    """A path as an address of this site; never of a host that a request named (F89)."""
    address = plain(content(value)).strip()
    if address.startswith("/") and not address.startswith("//"):
        address = settings.PUBLIC_URL + address
    if urlsplit(address).scheme not in {"http", "https"}:
        raise ValueError("a link in a notice is a path or starts with http")
    return linked(value, iri_to_uri(address))


@register.filter
def day(value: Any) -> str:
    """An ISO date or time as a day with its weekday, as in Seoul."""
    text = plain(content(value))
    moment_ = parse_datetime(text) if len(text) > 10 else None
    found: dt.date | None = _in_seoul(moment_).date() if moment_ else parse_date(text)
    if found is None:
        raise ValueError("a date in a notice is ISO text")
    return beside(value, _written(found))


@register.filter
def moment(value: Any) -> str:
    """An ISO time as day and hour in Seoul; the English text says so."""
    found = parse_datetime(plain(content(value)))
    if found is None:
        raise ValueError("a time in a notice is ISO text")
    here = _in_seoul(found)
    said = f"{_written(here)} {here:%H:%M}" + ("" if _korean() else " KST")
    return beside(value, said)


def _written(value: dt.date) -> str:
    if _korean():
        weekday = "월화수목금토일"[value.weekday()]
        return f"{value.year}년 {value.month}월 {value.day}일({weekday})"
    return dateformat.format(value, "j F Y (D)")


def _korean() -> bool:
    return (translation.get_language() or "ko").startswith("ko")


def _in_seoul(value: dt.datetime) -> dt.datetime:
    return timezone.localtime(value) if timezone.is_aware(value) else value
