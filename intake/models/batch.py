"""A spreadsheet of difficulties that an organisation files at once, row by row."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts import roles
from intake.models.case import Case
from intake.models.typed import Typed

# Where a batch stands.
WAITING, CHECKING, CHECKED, FILING, FILED, UNDOING, UNDONE, REFUSED = (
    "waiting",
    "checking",
    "checked",
    "filing",
    "filed",
    "undoing",
    "undone",
    "refused",
)
AT_WORK = frozenset({WAITING, CHECKING, FILING, UNDOING})
# What a person may work on.
OPEN = frozenset({CHECKED, FILED})
BATCH_LABELS = {
    WAITING: _("Waiting to be read"),
    CHECKING: _("Being checked"),
    CHECKED: pgettext_lazy("batch", "Checked"),
    FILING: _("Being filed"),
    FILED: _("Filed"),
    UNDOING: _("Being undone"),
    UNDONE: _("Undone"),
    REFUSED: _("Could not be read"),
}
# What a row is.
GOOD, BAD, LIKELY_DUPLICATE, ROW_FILED, ROW_UNDONE, LEFT_OUT, KEPT = (
    "good",
    "bad",
    "duplicate",
    "filed",
    "undone",
    "left_out",
    "kept",
)
ROW_LABELS = {
    GOOD: _("Right"),
    BAD: _("To be mended"),
    LIKELY_DUPLICATE: _("Perhaps filed already"),
    ROW_FILED: _("Filed"),
    ROW_UNDONE: _("Undone"),
    LEFT_OUT: _("Left out"),
    KEPT: _("Stays: the secretariat has begun"),
}


class BatchQuerySet(models.QuerySet["Batch"]):
    """Vocabulary of batches."""

    def visible_to(self, user: Any) -> BatchQuerySet:
        """Those of the organisations that the person acts for."""
        return self.filter(organisation__in=list(roles.organisations_of(user)))

    def unfinished(self) -> BatchQuerySet:
        """Those on which a worker is, or should be."""
        return self.filter(state__in=AT_WORK)


class Batch(models.Model):
    """One uploaded spreadsheet, from the first look to the last undone row."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(
        "accounts.Organisation",
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="batches",
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("uploaded by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    name = models.CharField(_("file name"), max_length=255)
    sha256 = models.CharField(max_length=64, editable=False)
    # The bytes, until they have been read.
    file = models.OneToOneField(
        "files.StoredFile",
        verbose_name=_("file"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    # How the letters of a CSV file are to be read, where somebody was asked.
    encoding = models.CharField(max_length=12, blank=True, editable=False)
    # Column → its place in the file, so that a wrong cell can be named as D17.
    columns = models.JSONField(default=dict, blank=True, editable=False)
    state = models.CharField(_("state"), max_length=12, default=WAITING)
    # Why the whole file could not be read: a code and what it speaks of.
    refusal = models.JSONField(_("why it was refused"), default=dict, blank=True)
    remarks = models.JSONField(_("remarks"), default=list, blank=True)
    total = models.PositiveIntegerField(_("rows"), default=0)
    done = models.PositiveIntegerField(_("done"), default=0)
    # A worker that died is taken over once its lease is old.
    leased_until = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("uploaded"), default=timezone.now)
    updated_at = models.DateTimeField(_("changed"), default=timezone.now)
    filed_at = models.DateTimeField(_("filed"), null=True, blank=True)
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("filed by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    objects = BatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("batch")
        verbose_name_plural = _("batches")
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "-id"], name="batch_by_organisation"),
        ]
        constraints: ClassVar = [
            # Two officers who upload the same file at once get one batch.
            models.UniqueConstraint(
                fields=["organisation", "sha256"],
                condition=~Q(state__in=[UNDONE, REFUSED]),
                name="batch_once_per_file",
            ),
            models.CheckConstraint(
                condition=Q(state__in=list(BATCH_LABELS)), name="batch_state_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_at_work(self) -> bool:
        """Whether a worker is, or should be, on it."""
        return self.state in AT_WORK

    @property
    def is_open(self) -> bool:
        """Whether its rows can be mended, filed or left out."""
        return self.state in OPEN

    @property
    def state_label(self) -> str:
        """Where the batch stands, in the reader's language."""
        return str(BATCH_LABELS[self.state])


class BatchRow(models.Model):
    """One row of the spreadsheet: its cells as typed, what is wrong with them, what it became."""

    batch = models.ForeignKey(
        Batch,
        verbose_name=_("batch"),
        on_delete=models.CASCADE,
        related_name="rows",
        # The indexes below begin with it; one more would only be work for every row.
        db_index=False,
    )
    # The number of the row in the file, as the spreadsheet program shows it.
    line = models.PositiveIntegerField(_("row"))
    key = models.UUIDField(default=uuid.uuid4, editable=False)
    state = models.CharField(_("state"), max_length=12, default=GOOD)
    cells = Typed(_("cells"), default=dict)
    # [{"column": …, "code": …, …}]: words are made when somebody reads them.
    errors = models.JSONField(_("errors"), default=list)
    twin = models.ForeignKey(
        Case,
        verbose_name=_("perhaps the same as"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    twin_line = models.PositiveIntegerField(_("perhaps the same as row"), null=True, blank=True)
    case = models.OneToOneField(
        Case,
        verbose_name=_("case"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="batch_row",
    )

    class Meta:
        verbose_name = _("row of a batch")
        verbose_name_plural = _("rows of batches")
        ordering: ClassVar = ["line"]
        indexes: ClassVar = [
            models.Index(fields=["batch", "state", "line"], name="batch_row_by_state"),
            models.Index(
                fields=["twin"], condition=Q(twin__isnull=False), name="batch_row_by_twin"
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["batch", "line"], name="batch_row_once"),
            models.UniqueConstraint(fields=["key"], name="batch_row_key_once"),
            models.CheckConstraint(
                condition=Q(state__in=list(ROW_LABELS)), name="batch_row_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state=ROW_FILED) | Q(case__isnull=False),
                name="batch_row_filed_has_case",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch} · {self.line}"

    @property
    def state_label(self) -> str:
        """What the row is, in the reader's language."""
        return str(ROW_LABELS[self.state])
