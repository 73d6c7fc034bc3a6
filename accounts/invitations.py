"""Asking somebody to act for an organisation, by a link that is good once and for some days."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.core import signing
from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import letters, roles
from accounts.models import ROLE_LABELS, Invitation, Membership, Organisation, RightsChange, User
from accounts.rights import RefusedError, give_desk, held, may_invite, only_a_manager, record
from notifications.outbox import BadAddressError

LIFETIME = dt.timedelta(days=7)
# So many mails a manager may send in an hour: a stolen session must not become a mail cannon.
AT_MOST, PER = 20, dt.timedelta(hours=1)
_SALT = "accounts.invitation"

# What may be the matter with a link.
BAD, REPLACED, USED, WITHDRAWN, EXPIRED, VOID = (
    "bad",
    "replaced",
    "used",
    "withdrawn",
    "expired",
    "void",
)


def path(invitation: Invitation) -> str:
    """The address that the mail carries; an earlier round's leads nowhere."""
    token = signing.dumps([invitation.pk, invitation.round], salt=_SALT)
    return reverse("invitation", args=[token])


@dataclass(frozen=True)
class Found:
    """What a link leads to. `fault` says why it cannot be used; "" when it can."""

    invitation: Invitation | None
    fault: str = ""


def find(token: str) -> Found:
    """The invitation behind a link, and whether it is still good."""
    try:
        pk, sent = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return Found(None, BAD)
    row = Invitation.objects.select_related("organisation", "invited_by").filter(pk=pk).first()
    return Found(None, BAD) if row is None else Found(row, _fault(row, sent))


def _fault(row: Invitation, sent: int) -> str:
    if row.accepted_at is not None:
        return USED
    if row.withdrawn_at is not None:
        return WITHDRAWN
    if row.round != sent:
        return REPLACED
    if row.expires_at <= timezone.now():
        return EXPIRED
    # An invitation carries the right of whoever sent it: when that is gone, so is the invitation.
    entitled = may_invite(row.invited_by, row.organisation)
    exists = Organisation.objects.current().filter(pk=row.organisation_id).exists()
    return "" if entitled and exists else VOID


@transaction.atomic
def invite(
    *,
    organisation: Organisation,
    name: str,
    email: str,
    role: str,
    unit: str = "",
    language: str = "ko",
    by: User,
) -> Invitation:
    """Ask somebody to act for the organisation in a role that whoever asks has."""
    organisation = held(organisation)
    if not may_invite(by, organisation):
        raise RefusedError(_("Only a manager of this organisation can do that."))
    if role not in ROLE_LABELS:
        raise RefusedError(_("There is no such role."))
    email = email.lower()
    _not_too_often(by)
    if Membership.objects.active().filter(organisation=organisation, user__email=email).exists():
        raise RefusedError(_("This person acts for the organisation already."))
    try:
        with transaction.atomic():
            row = Invitation.objects.create(
                organisation=organisation,
                name=name,
                email=email,
                role=role,
                unit=unit,
                language=language,
                invited_by=by,
                expires_at=timezone.now() + LIFETIME,
            )
    except IntegrityError as error:
        raise RefusedError(
            _("This address has been invited already. Send that invitation again from the list.")
        ) from error
    record("invited", by=by, organisation=organisation, after=f"{role} · {email}")
    _mail(row)
    return row


@transaction.atomic
def invite_again(*, invitation: Invitation, by: User) -> Invitation:
    """Send a new link that runs anew; the one before is worthless from now on."""
    organisation = held(invitation.organisation_id)
    only_a_manager(by, organisation)
    _not_too_often(by)
    written = (
        Invitation.objects.open()
        .filter(pk=invitation.pk)
        .update(round=F("round") + 1, expires_at=timezone.now() + LIFETIME, invited_by=by)
    )
    if written != 1:
        raise RefusedError(_("This invitation has been taken up or withdrawn meanwhile."))
    row = Invitation.objects.select_related("organisation", "invited_by").get(pk=invitation.pk)
    record("invited_again", by=by, organisation=organisation, after=f"{row.role} · {row.email}")
    _mail(row)
    return row


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, by: User) -> None:
    """The link leads nowhere from now on."""
    organisation = held(invitation.organisation_id)
    only_a_manager(by, organisation)
    if not Invitation.objects.open().filter(pk=invitation.pk).update(withdrawn_at=timezone.now()):
        raise RefusedError(_("This invitation has been taken up or withdrawn meanwhile."))
    record("withdrawn", by=by, organisation=organisation, before=invitation.email)


@transaction.atomic
def accept(
    *,
    invitation: Invitation,
    sent: int,
    user: User | None = None,
    name: str = "",
    password: str = "",
) -> Membership:
    """Take an invitation up: as the account that has its address, or as a new one.

    `sent` is the round of the link. Raises RefusedError when the link is no longer good.
    """
    organisation = held(invitation.organisation_id)
    row = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("organisation", "invited_by")
        .get(pk=invitation.pk)
    )
    if _fault(row, sent):
        raise RefusedError(_("This invitation can no longer be used."))
    if user is None:
        user = _new(row, name=name, password=password)
    if not belongs_to(row, user) or not user.is_active:
        raise RefusedError(_("This invitation is for another person."))
    if user.is_auditor or user.is_platform_admin:
        raise RefusedError(
            _(
                "Who audits or administers the platform cannot act for an organisation as well. "
                "Ask to be invited with another address."
            )
        )
    if user.memberships.active().filter(organisation=organisation).exists():
        raise RefusedError(_("You act for this organisation already."))
    if password and not user.has_usable_password():
        user.set_password(password)
        user.save(update_fields=["password"])
    Invitation.objects.filter(pk=row.pk).update(accepted_at=timezone.now(), accepted_by=user)
    joined = Membership.objects.create(
        user=user, organisation=organisation, role=row.role, unit=row.unit
    )
    _prove(user, row.email)
    record("joined", by=row.invited_by, user=user, organisation=organisation, after=row.role)
    give_desk(user, organisation, by=row.invited_by)
    return joined


def account_of(invitation: Invitation) -> User | None:
    """The account that signs in with the invited address."""
    proved = EmailAddress.objects.filter(email__iexact=invitation.email, verified=True)
    return (
        User.objects.filter(email__iexact=invitation.email).first()
        or User.objects.filter(pk__in=proved.values("user")).first()
    )


def belongs_to(invitation: Invitation, user: User) -> bool:
    """Whether the invited address is this person's."""
    address = invitation.email.lower()
    return address == user.email.lower() or address in roles.addresses_of(user)


def _new(row: Invitation, *, name: str, password: str) -> User:
    if account_of(row) is not None:
        raise RefusedError(_("This address has an account already. Sign in with it, then accept."))
    return User.objects.create_user(
        row.email, password, name=name or row.name, language=row.language
    )


def _prove(user: User, address: str) -> None:
    """Who opened the link reads the mail of the address."""
    known = EmailAddress.objects.filter(email__iexact=address)
    if known.filter(user=user).update(verified=True) or known.filter(verified=True).exists():
        return
    EmailAddress.objects.create(
        user=user,
        email=address.lower(),
        verified=True,
        primary=not EmailAddress.objects.filter(user=user, primary=True).exists(),
    )


def _not_too_often(by: User) -> None:
    sent = RightsChange.objects.filter(
        by=by, what__in=("invited", "invited_again"), at__gt=timezone.now() - PER
    )
    if sent.count() >= AT_MOST:
        raise RefusedError(
            _("At most %(count)d invitations go out in an hour. Please go on later.")
            % {"count": AT_MOST}
        )


def _mail(row: Invitation) -> None:
    try:
        letters.invitation(row, link=path(row))
    except BadAddressError as error:
        raise RefusedError(_("No mail can be sent to this address. Please check it.")) from error
