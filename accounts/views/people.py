"""The people of an organisation: colleagues see each other, managers change who is there."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import leaving, lost_factor, people
from accounts.desk import ANY, Desk, at_desk, render
from accounts.forms.people import InviteForm, PersonForm
from accounts.models import Invitation, Membership, RightsChange
from accounts.rights import WHAT_LABELS
from accounts.sign_in import again, second_factor

# The last changes of rights that the page shows to managers.
CHANGES = 20


@at_desk(ANY)
@require_safe
def people_list(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Who acts for the organisation; for managers also who has been invited, and what changed."""
    rows = (
        Membership.objects.active()
        .filter(organisation=desk.organisation)
        .select_related("user")
        .order_by("-role", "user__name", "pk")
    )
    context: dict[str, Any] = {
        "rows": sorted(rows, key=lambda row: (row.role != "manager", row.user.name))
    }
    if desk.is_manager:
        invited = Invitation.objects.open().filter(organisation=desk.organisation)
        changes = RightsChange.objects.filter(organisation=desk.organisation).select_related(
            "by", "user"
        )[:CHANGES]
        context |= {
            "invited": invited.select_related("invited_by"),
            "now": timezone.now(),
            "changes": [(row, WHAT_LABELS.get(row.what, row.what)) for row in changes],
        }
    return render(request, desk, "partner/people.html", context)


@at_desk(ANY, manager=True)
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Ask somebody by e-mail."""
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            people.invite(organisation=desk.organisation, by=desk.user, **form.cleaned_data)
        except people.RefusedError as refused:
            form.add_error("email", str(refused))
        else:
            messages.success(
                request,
                _("%(name)s has been invited. The link in the mail is good for 7 days.")
                % {"name": form.cleaned_data["name"]},
            )
            return redirect(desk.path("people"))
    return render(request, desk, "partner/people_invite.html", {"form": form})


@at_desk(ANY, manager=True)
@require_POST
def invite_again(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Send a new link; the one before is worthless."""
    row = get_object_or_404(Invitation, pk=pk, organisation=desk.organisation)
    try:
        people.invite_again(invitation=row, by=desk.user)
    except people.RefusedError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(
            request,
            _("A new link has been sent to %(name)s. The one before no longer works.")
            % {"name": row.name},
        )
    return redirect(desk.path("people"))


@at_desk(ANY, manager=True)
@require_POST
def withdraw_invitation(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """The link leads nowhere from now on."""
    row = get_object_or_404(Invitation, pk=pk, organisation=desk.organisation)
    try:
        people.withdraw_invitation(invitation=row, by=desk.user)
    except people.RefusedError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(
            request, _("The invitation of %(name)s has been withdrawn.") % {"name": row.name}
        )
    return redirect(desk.path("people"))


def _somebody(desk: Desk, pk: int) -> Membership:
    """Somebody who acts for this very organisation now; 404 for everybody else's people."""
    rows = Membership.objects.active().select_related("user", "organisation")
    return get_object_or_404(rows, pk=pk, organisation=desk.organisation)


@at_desk(ANY, manager=True)
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Somebody's role and unit; and the way back in for who has lost the second factor."""
    row = _somebody(desk, pk)
    if "reset_factor" in request.POST:
        return _reset_factor(request, desk, row)
    form = PersonForm(request.POST) if request.method == "POST" else PersonForm.of(row)
    if request.method == "POST" and form.is_valid():
        try:
            people.change_unit(membership=row, unit=form.cleaned_data["unit"], by=desk.user)
            people.change_role(membership=row, role=form.cleaned_data["role"], by=desk.user)
        except people.RefusedError as refused:
            form.add_error("role", str(refused))
        else:
            messages.success(request, _("Saved. %(name)s is told.") % {"name": row.user.name})
            return redirect(desk.path("people"))
    context = {
        "row": row,
        "form": form,
        "may_reset": lost_factor.may_reset(desk.user, row.user),
        "has_factor": second_factor.is_set_up(row.user),
    }
    return render(request, desk, "partner/people_person.html", context)


def _reset_factor(request: HttpRequest, desk: Desk, row: Membership) -> HttpResponse:
    """Take the lost second factor away, by a manager who has just shown their own."""
    again.ask(request)
    try:
        lost_factor.reset(person=row.user, by=desk.user, organisation=desk.organisation)
    except people.RefusedError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(
            request,
            _("%(name)s sets up a new second factor at the next sign-in, and has been told.")
            % {"name": row.user.name},
        )
    return redirect(desk.path("person", row.pk))


@at_desk(ANY, manager=True)
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """What somebody leaves behind, and the button that ends their rights at once."""
    row = _somebody(desk, pk)
    refused = ""
    if request.method == "POST":
        try:
            done = people.remove(membership=row, by=desk.user)
        except people.RefusedError as error:
            refused = str(error)
        else:
            _say(request, row, done)
            return redirect("after-sign-in" if row.user == desk.user else desk.path("people"))
    left = leaving.of_person(row.user, desk.organisation)
    context = {"row": row, "left": left, "refused": refused}
    return render(
        request, desk, "partner/people_remove.html", context, status=409 if refused else 200
    )


def _say(request: HttpRequest, row: Membership, done: people.Removal) -> None:
    """What became of somebody's rights, work and invitations."""
    messages.success(
        request,
        _("%(name)s no longer acts for %(organisation)s.")
        % {"name": row.user.name, "organisation": row.organisation.name},
    )
    if done.heir is not None:
        count = sum(left.count for left in done.left)
        messages.warning(
            request,
            ngettext(
                "%(count)d piece of open work has passed to %(heir)s. Pass it on on the "
                "handover page.",
                "%(count)d pieces of open work have passed to %(heir)s. Pass them on on the "
                "handover page.",
                count,
            )
            % {"count": count, "heir": done.heir.name},
        )
    if done.withdrawn:
        messages.warning(
            request,
            _("Invitations that this person had sent were withdrawn: %(names)s.")
            % {"names": ", ".join(done.withdrawn)},
        )
