"""Following without an account: ask, confirm by the mail's link, see and end what one follows.

Every page says the same whatever is known of an address. Looking changes nothing.
"""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.sign_in.adapter import AccountAdapter
from marketinfo.following import kinds, scopes, tokens, verbs
from marketinfo.following.forms import FindForm, FollowForm
from marketinfo.following.scopes import BadScopeError, Scope
from marketinfo.models import Follow
from notifications import leaving, outbox
from notifications.catalog import LIBRARY


def _line(request: HttpRequest) -> str:
    return str(AccountAdapter(request).get_client_ip(request))


def _language() -> str:
    return get_language() or "ko"


def _page(
    request: HttpRequest, form: FollowForm, scope: Scope, *, find: FindForm, status: int = 200
) -> HttpResponse:
    context = {"form": form, "scope": scope, "find": find}
    return render(request, "marketinfo/follow.html", context, status=status)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest) -> HttpResponse:
    """What to follow, and the address; posted, a mail goes out that asks to confirm."""
    said = request.POST if request.method == "POST" else request.GET
    try:
        scope = scopes.read(said)
    except BadScopeError:
        scope = Scope()
    if request.method != "POST":
        return _page(request, FollowForm(scope=scope), scope, find=FindForm())
    form = FollowForm(request.POST, scope=scope)
    status = 422
    if form.is_valid():
        try:
            verbs.ask(
                email=form.cleaned_data["email"],
                scope=form.cleaned_data["scope"],
                language=_language(),
                line=_line(request),
            )
        except verbs.TooManyError as error:
            form.add_error(None, str(error))
            status = 429
        except outbox.BadAddressError:
            form.add_error("email", _("Write an e-mail address, such as name@company.co.kr."))
        else:
            return redirect("marketinfo:follow-sent")
    return _page(request, form, scope, find=FindForm(), status=status)


@login_not_required
@require_POST
def find(request: HttpRequest) -> HttpResponse:
    """Mail the link to what an address follows, where it follows something."""
    form = FindForm(request.POST)
    status = 422
    if form.is_valid():
        try:
            verbs.mail_link(
                email=form.cleaned_data["email"], language=_language(), line=_line(request)
            )
        except verbs.TooManyError as error:
            form.add_error(None, str(error))
            status = 429
        else:
            return redirect("marketinfo:follow-found")
    scope = Scope()
    return _page(request, FollowForm(scope=scope), scope, find=form, status=status)


@login_not_required
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """What to do next; the same for every address."""
    days = tokens.CONFIRM_FOR.days
    return render(request, "marketinfo/follow_sent.html", {"asked": True, "days": days})


@login_not_required
@require_safe
def found(request: HttpRequest) -> HttpResponse:
    """Where the link to what one follows went; the same for every address."""
    return render(request, "marketinfo/follow_sent.html", {"asked": False})


def _over(request: HttpRequest) -> HttpResponse:
    return render(request, "marketinfo/follow_over.html", status=410)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The mail's link: says what would be followed; its button follows it."""
    try:
        row = tokens.read_confirm(token)
    except tokens.BadTokenError:
        return _over(request)
    scope = scopes.of_follow(row, _records([row]))
    if scope is None:
        return _over(request)
    if request.method == "POST":
        verbs.confirm(row)
        messages.success(request, _("From now on we mail you when something of this changes."))
        return redirect(tokens.manage_path(row.follower))
    context = {"token": token, "scope": scope, "address": row.follower.masked_email}
    return render(request, "marketinfo/follow_confirm.html", context)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def manage(request: HttpRequest, token: str) -> HttpResponse:
    """Everything that one address follows; each can be ended, and all at once."""
    try:
        follower = tokens.read_manage(token)
    except tokens.BadTokenError:
        return _over(request)
    if request.method == "POST":
        number = request.POST.get("drop", "")
        if number == "all":
            verbs.drop_all(follower)
            return redirect("marketinfo:follow-ended")
        if number.isascii() and number.isdecimal() and len(number) < 19:
            verbs.drop(follower, int(number))
        if not Follow.objects.filter(follower=follower.pk).exists():
            return redirect("marketinfo:follow-ended")
        return redirect("marketinfo:follow-manage", token)
    rows = list(
        Follow.objects.confirmed()
        .filter(follower=follower)
        .select_related("country", "category")
        .order_by("-confirmed_at", "-pk")
    )
    records = _records(rows)
    context = {
        "token": token,
        "address": follower.masked_email,
        "rows": [(row, scopes.of_follow(row, records)) for row in rows],
        "left": leaving.has_left(follower.email, LIBRARY),
    }
    return render(request, "marketinfo/follow_manage.html", context)


@login_not_required
@require_safe
def ended(request: HttpRequest) -> HttpResponse:
    """Nothing is followed any more, and the address is deleted."""
    return render(request, "marketinfo/follow_ended.html")


def _records(rows: list[Follow]) -> dict[tuple[str, int], kinds.Entry]:
    return kinds.by_keys((row.entry_kind, row.entry_id or 0) for row in rows if row.entry_kind)
