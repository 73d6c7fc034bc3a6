"""The webhooks of an organisation, for its managers: list, one with its log, and the steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.desk import ANY, Desk, at_desk, render
from accounts.forms.hooks import HookForm
from notifications.hooks import events, signing, verbs
from notifications.models import ENDED, FAILED, PARKED, SENT, Hook, HookDelivery

LOG = 50


@at_desk(ANY, manager=True)
@require_http_methods(["GET", "HEAD", "POST"])
def listing(request: HttpRequest, desk: Desk) -> HttpResponse:
    """All webhooks, and a new one."""
    form = HookForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            hook = verbs.add(owner=desk.code, by=desk.user, **form.cleaned_data)
        except verbs.RefusedError as refused:
            form.add_error("url", str(refused))
        else:
            return _secret(request, desk, hook)
    rows = Hook.objects.of(desk.code).order_by("pk")
    context = {
        "rows": [row for row in rows if row.state != ENDED],
        "ended": [row for row in rows if row.state == ENDED],
        "form": form,
    }
    status = 422 if form.is_bound else 200
    return render(request, desk, "partner/hooks.html", context, status=status)


def _secret(request: HttpRequest, desk: Desk, hook: Hook) -> HttpResponse:
    """The one page that shows a secret; it goes into no session and no history."""
    context = {"hook": hook, "secret": signing.secret(hook)}
    response = render(request, desk, "partner/hook_secret.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _hook(desk: Desk, pk: int) -> Hook:
    return get_object_or_404(Hook.objects.of(desk.code), pk=pk)


@at_desk(ANY, manager=True)
@require_safe
def page(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """One webhook with the newest of its log; `before` goes on with older ones."""
    hook = _hook(desk, pk)
    log = hook.deliveries.order_by("-id")
    before = request.GET.get("before", "")
    if before.isascii() and before.isdecimal() and len(before) < 16:
        log = log.filter(pk__lt=int(before))
    rows = list(log[: LOG + 1])
    context: dict[str, Any] = {
        "hook": hook,
        "rows": rows[:LOG],
        "older": rows[LOG - 1].pk if len(rows) > LOG else None,
        "is_first": not before,
        "chosen": [_(family.label) for family in events.families() if family.name in hook.families],
        "settled": (SENT, FAILED, PARKED),
    }
    return render(request, desk, "partner/hook.html", context)


def _step(verb: Callable[..., Any], done: str) -> Callable[..., HttpResponse]:
    """A POST-only view that takes one step with a webhook of this desk."""

    @at_desk(ANY, manager=True)
    @require_POST
    def view(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
        hook = _hook(desk, pk)
        try:
            verb(hook=hook, by=desk.user)
        except verbs.RefusedError as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _(done))
        return redirect(desk.path("hook", hook.pk))

    return view


trial = _step(
    verbs.send_test,
    gettext_noop("The test event is on its way. Its answer stands in the log in a moment."),
)
pause = _step(verbs.pause, gettext_noop("The webhook is paused."))
resume = _step(verbs.resume, gettext_noop("The webhook is on."))
end = _step(verbs.end, gettext_noop("The webhook has ended. Its log stays."))


@at_desk(ANY, manager=True)
@require_POST
def renew(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """A new secret, shown once."""
    hook = _hook(desk, pk)
    try:
        hook = verbs.renew_secret(hook=hook, by=desk.user)
    except verbs.RefusedError as refused:
        messages.error(request, str(refused))
        return redirect(desk.path("hook", hook.pk))
    return _secret(request, desk, hook)


@at_desk(ANY, manager=True)
@require_POST
def again(request: HttpRequest, desk: Desk, pk: int, delivery: int) -> HttpResponse:
    """Send an event of the log again."""
    hook = _hook(desk, pk)
    rows = HookDelivery.objects.select_related("hook")
    row = get_object_or_404(rows, pk=delivery, hook=hook)
    try:
        verbs.send_again(delivery=row, by=desk.user)
    except verbs.RefusedError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The event is sent again under the id that it had."))
    return redirect(desk.path("hook", hook.pk))
