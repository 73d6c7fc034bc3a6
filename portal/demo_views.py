"""Pages of the demonstration only: the mailbox in which the trial keeps its mails."""

import base64
import functools
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from notifications import mailbox

# A link as the text of a mail writes it: its angle brackets are for programs.
_LINK = re.compile(r"<(https?://[^<>\s]+)>")
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
type_of_view = Callable[..., HttpResponse]


def demo_only(view: type_of_view) -> type_of_view:
    """Answer 404 outside the demonstration, whatever the method; reading only within it."""
    reading = require_safe(view)

    @functools.wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.DEMO:
            raise Http404
        return reading(request, *args, **kwargs)

    # Nothing here writes, so a POST may as well get the same 404 as a GET.
    public: type_of_view = login_not_required(csrf_exempt(wrapped))
    return public


@demo_only
def mailbox_list(request: HttpRequest) -> HttpResponse:
    """Show the newest mails, of one address if asked."""
    to = request.GET.get("to", "").strip()
    return render(request, "demo/mailbox.html", {"mails": mailbox.kept(to=to), "to": to})


@demo_only
def mailbox_mail(request: HttpRequest, name: str) -> HttpResponse:
    """Show one mail: its text, its headers, a way to its HTML."""
    kept = _mail(name)
    return render(request, "demo/mail.html", {"kept": kept, "parts": _parts(kept.part("plain"))})


@demo_only
def mailbox_html(request: HttpRequest, name: str) -> HttpResponse:
    """Show the HTML part by itself, in a sandbox where nothing runs and nothing is fetched."""
    html = _mail(name).part("html")
    response = HttpResponse(html)
    styles = " ".join(_hash(style) for style in _STYLE.findall(html)) or "'none'"
    response["Content-Security-Policy"] = (
        f"sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
        f"style-src {styles}; form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
    )
    return response


@dataclass(frozen=True)
class Part:
    """A paragraph of a mail; somebody's earlier words when it is quoted."""

    text: str
    quoted: bool


def _parts(text: str) -> list[Part]:
    """The text as a mail program shows it: paragraphs, and quoted lines without their mark."""
    found: list[Part] = []
    lines: list[str] = []
    quoted = False
    for line in [*_LINK.sub(r"\1", text).splitlines(), ""]:
        mark = line.startswith(">")
        if lines and (mark != quoted or not line.strip()):
            found.append(Part("\n".join(lines), quoted))
            lines = []
        quoted = mark
        if line.strip():
            lines.append(line.removeprefix(">").removeprefix(" ") if mark else line)
    return found


def _hash(style: str) -> str:
    """The source expression that allows exactly this style sheet."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"'sha256-{digest}'"


def _mail(name: str) -> mailbox.KeptMail:
    found = mailbox.find(name)
    if found is None:
        raise Http404
    return found
