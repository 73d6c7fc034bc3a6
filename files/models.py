"""Stored files: what came, where it lies, and whether it may be handed out."""

import uuid
from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Whether a stored file may be handed out."""

    READY = "ready", _("Ready")
    SCAN_PENDING = "scan_pending", _("Waiting for the virus check")
    INFECTED = "infected", _("Virus found")
    MISSING = "missing", _("Missing or damaged")


class StoredFileQuerySet(models.QuerySet["StoredFile"]):
    """Who may see a file is decided by what it is attached to, not here."""

    def ready(self) -> "StoredFileQuerySet":
        """Files that may be handed out."""
        return self.filter(state=State.READY)

    def waiting(self) -> "StoredFileQuerySet":
        """Files that the scanner has not judged yet."""
        return self.filter(state=State.SCAN_PENDING)

    def unclaimed(self) -> "StoredFileQuerySet":
        """Files that nothing refers to yet."""
        return self.filter(claimed_at=None)

    def uploaded_before(self, moment: datetime) -> "StoredFileQuerySet":
        """Files that came before a moment."""
        return self.filter(uploaded_at__lt=moment)


class StoredFile(models.Model):
    """One uploaded file; its bytes lie under a name of our own making."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    storage_name = models.CharField(max_length=100, unique=True, editable=False)
    original_name = models.CharField(_("name"), max_length=255)
    content_type = models.CharField(_("kind"), max_length=100)
    size = models.PositiveBigIntegerField(_("size"))
    sha256 = models.CharField(max_length=64, editable=False)
    state = models.CharField(_("state"), max_length=20, default=State.READY)
    # What the scanner called the virus.
    finding = models.CharField(max_length=200, blank=True)
    uploaded_at = models.DateTimeField(_("uploaded"), auto_now_add=True)
    claimed_at = models.DateTimeField(null=True, blank=True)

    objects: Any = StoredFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("stored file")
        verbose_name_plural = _("stored files")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(size__gt=0) & models.Q(sha256__gt=""), name="file_has_content"
            ),
            models.CheckConstraint(
                condition=~models.Q(state=State.INFECTED) | ~models.Q(finding=""),
                name="infected_file_names_finding",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["uploaded_at"],
                condition=models.Q(claimed_at=None),
                name="file_unclaimed",
            ),
            models.Index(
                fields=["uploaded_at"],
                condition=models.Q(state=State.SCAN_PENDING),
                name="file_waiting",
            ),
        ]

    def __str__(self) -> str:
        return self.original_name

    @property
    def is_ready(self) -> bool:
        """Whether it may be handed out."""
        return self.state == State.READY

    def get_state_display(self) -> str:
        """The state in the reader's language."""
        return str(State(self.state).label)
