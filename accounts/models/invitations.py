"""How people come to act for an organisation, and the record of every right given and taken."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.organisations import OFFICER, ROLE_LABELS, Organisation


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Vocabulary of invitations."""

    def open(self) -> InvitationQuerySet:
        """Neither taken up nor withdrawn; they may have expired."""
        return self.filter(accepted_at__isnull=True, withdrawn_at__isnull=True)

    def usable(self) -> InvitationQuerySet:
        """Open and not expired."""
        return self.open().filter(expires_at__gt=timezone.now())


class Invitation(models.Model):
    """A manager asks somebody, by e-mail, to act for the organisation. Good once, for some days."""

    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="invitations",
    )
    email = models.EmailField(_("e-mail"))
    name = models.CharField(_("name"), max_length=80)
    role = models.CharField(_("role"), max_length=20, default=OFFICER)
    unit = models.CharField(_("unit"), max_length=80, blank=True)
    language = models.CharField(_("language"), max_length=5, default="ko")
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("invited by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    # Part of the link: a link that was sent anew makes the one before it worthless.
    round = models.PositiveSmallIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("invited"), default=timezone.now)
    expires_at = models.DateTimeField(_("expires"))
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("accepted by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                "organisation",
                Lower("email"),
                condition=Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="invitation_one_open_per_address",
            ),
            models.CheckConstraint(
                condition=(Q(accepted_at__isnull=True) & Q(accepted_by__isnull=True))
                | (Q(accepted_at__isnull=False) & Q(accepted_by__isnull=False)),
                name="invitation_accepted_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(withdrawn_at__isnull=True),
                name="invitation_accepted_or_withdrawn",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} · {self.created_at:%Y-%m-%d}"

    @property
    def role_label(self) -> str:
        """What the person is to be there, in the reader's language."""
        return str(ROLE_LABELS.get(self.role, self.role))


class RightsChange(models.Model):
    """Who gave or took which right, when: kept for at least three years (DOMAIN 3.4). Append-only.

    `what` is a word of accounts.people: invited, joined, role, unit, removed, withdrawn …
    """

    at = models.DateTimeField(_("time"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="rights_changes",
    )
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    what = models.CharField(_("what"), max_length=24)
    before = models.CharField(_("before"), max_length=200, blank=True)
    after = models.CharField(_("after"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("change of rights")
        verbose_name_plural = _("changes of rights")
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "-id"], name="rights_change_by_body"),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.at:%Y-%m-%d %H:%M}"

    @property
    def shown(self) -> str:
        """What it was and what it is, where the change has that."""
        return " → ".join(_word(part) for part in (self.before, self.after) if part)


def _word(part: str) -> str:
    """A role by its name; anything else as it was written."""
    role, dot, rest = part.partition(" · ")
    return f"{ROLE_LABELS.get(role, role)}{dot}{rest}"
