"""The page behind an invitation's link: who asks whom to act for what, and the button."""

from __future__ import annotations

from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import invitations
from accounts.forms.invitation import NewAccountForm
from accounts.models import Invitation, User
from accounts.rights import RefusedError
from accounts.sign_in import session as proof

BACKEND = "accounts.permissions.RoleBackend"
# Whose turn it is on the page.
NEW, SIGN_IN, READY, OTHER = "new", "sign_in", "ready", "other"


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show who invites to what; the button takes it up. Opening the page changes nothing."""
    found = invitations.find(token)
    row, user = found.invitation, request.user
    if row is None or found.fault:
        # Whoever has just accepted and sends the form twice has no second factor yet.
        half_in = getattr(request, "half_in", None)
        if row is not None and row.accepted_by is not None and row.accepted_by in (user, half_in):
            return redirect("after-sign-in")
        return _dead(request, found)
    turn = _turn(row, user)
    # Who has come by mail codes so far needs a password as an officer.
    bare = turn == READY and isinstance(user, User) and not user.has_usable_password()
    form = None
    if turn == NEW or bare:
        data = request.POST if request.method == "POST" else None
        form = NewAccountForm(data, invitation=row)
        if bare:
            del form.fields["name"]
    refused = ""
    wanted = turn == READY if form is None else form.is_valid()
    if request.method == "POST" and wanted:
        mine = user if isinstance(user, User) else None
        try:
            joined = invitations.accept(
                invitation=row,
                sent=row.round,
                user=mine,
                name=form.cleaned_data.get("name", "") if form else "",
                password=form.cleaned_data["password"] if form else "",
            )
        except RefusedError as error:
            refused = str(error)
        else:
            if form is not None:
                _sign_in(request, joined.user)
            return redirect("partner:enter", joined.organisation.code)
    account = invitations.account_of(row) if turn == SIGN_IN else None
    context = {
        "invitation": row,
        "turn": turn,
        "form": form,
        "refused": refused,
        "by_code": account is not None and not account.has_usable_password(),
    }
    return render(request, "accounts/invitation.html", context, status=409 if refused else 200)


def _turn(row: Invitation, user: object) -> str:
    if isinstance(user, User):
        return READY if invitations.belongs_to(row, user) else OTHER
    return SIGN_IN if invitations.account_of(row) is not None else NEW


def _sign_in(request: HttpRequest, user: User) -> None:
    """As after a password: the guard of sessions leads on to the second factor."""
    login(request, user, backend=BACKEND)
    proof.begin(request.session)
    proof.record(request.session, proof.PASSWORD, user.pk)


def _dead(request: HttpRequest, found: invitations.Found) -> HttpResponse:
    """Why the link is not good any more, and what to do."""
    context = {"fault": found.fault, "invitation": found.invitation}
    status = 404 if found.invitation is None else 410
    return render(request, "accounts/invitation_over.html", context, status=status)
