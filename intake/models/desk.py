"""What an officer arranges at the desk: saved views, columns; and who is on which case now."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from intake.models.case import Case

# The list of the secretariat (`SavedView.desk`); a partner's lists have names of their own.
QUEUE = "queue"


class SavedView(models.Model):
    """A named filter of a list; a shared one is everybody's at that desk."""

    name = models.CharField(_("name"), max_length=60)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        on_delete=models.CASCADE,
        related_name="saved_views",
    )
    # Which list: the secretariat's queue, or one of a partner's lists.
    desk = models.CharField(_("list"), max_length=16, default=QUEUE)
    # A partner's view belongs to its organisation; the secretariat's to none.
    organisation = models.ForeignKey(
        "accounts.Organisation",
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    shared = models.BooleanField(_("shared with colleagues"), default=False)
    query = models.CharField(_("filters"), max_length=1000, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering: ClassVar = ["position", "name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["owner", "desk", "name"],
                condition=Q(organisation__isnull=True),
                name="saved_view_once_per_owner",
            ),
            models.UniqueConstraint(
                fields=["owner", "organisation", "desk", "name"],
                condition=Q(organisation__isnull=False),
                name="saved_view_once_per_desk",
            ),
            models.CheckConstraint(
                condition=(Q(desk=QUEUE) & Q(organisation__isnull=True))
                | (~Q(desk=QUEUE) & Q(organisation__isnull=False)),
                name="saved_view_of_one_desk",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="saved_view_has_name"),
        ]

    def __str__(self) -> str:
        return self.name


class DeskLayout(models.Model):
    """The columns of a list as one officer wants them."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("officer"),
        on_delete=models.CASCADE,
        related_name="desk_layouts",
    )
    desk = models.CharField(_("list"), max_length=16, default=QUEUE)
    columns = models.JSONField(_("columns"), default=list, blank=True)

    class Meta:
        verbose_name = _("desk layout")
        verbose_name_plural = _("desk layouts")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "desk"], name="desk_layout_once"),
        ]

    def __str__(self) -> str:
        return str(self.user)


class Presence(models.Model):
    """An officer has a case open on the screen now; forgotten minutes after the last sign."""

    case = models.ForeignKey(
        Case, verbose_name=_("case"), on_delete=models.CASCADE, related_name="presences"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("officer"),
        on_delete=models.CASCADE,
        related_name="+",
    )
    seen_at = models.DateTimeField(_("last sign"), default=timezone.now)
    # The step whose form is open; empty on the case page.
    verb = models.CharField(_("step"), max_length=32, blank=True)

    class Meta:
        verbose_name = _("presence")
        verbose_name_plural = _("presences")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "user"], name="presence_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} @ {self.case_id}"


class QueueCount(models.Model):
    """How many open cases a choice of a filter has; kept by the beat, read beside the filter."""

    filter = models.CharField(_("filter"), max_length=16)
    choice = models.CharField(_("choice"), max_length=40, blank=True)
    count = models.PositiveIntegerField(_("cases"), default=0)
    at = models.DateTimeField(_("counted"), default=timezone.now)

    class Meta:
        verbose_name = _("queue counter")
        verbose_name_plural = _("queue counters")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["filter", "choice"], name="queue_count_once"),
        ]

    def __str__(self) -> str:
        return f"{self.filter}={self.choice}: {self.count}"
