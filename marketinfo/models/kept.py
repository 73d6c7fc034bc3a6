"""What is kept about an entry of any kind: revisions, proposals, files, reports, links.

A case study stands in an app above this one, so these rows name their entry by its model and key
instead of a foreign key; the verbs write and remove them together with it (decision 0083).
"""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar, Self

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketinfo import attached

PICTURE = "picture"
ATTACHMENT = "attachment"

UNCHECKED = "unchecked"
WORKS = "works"
BROKEN = "broken"
SILENT = "silent"  # no answer, or an answer that says nothing about the page
NOT_ASKED = "not-asked"  # an address that this portal must not ask
LINK_STATES = {
    UNCHECKED: _("Not checked yet"),
    WORKS: _("Works"),
    BROKEN: _("Broken"),
    SILENT: _("No answer"),
    NOT_ASKED: _("Not an address of the public internet"),
}


class OfEntryQuerySet(models.QuerySet[Any]):
    """Rows that belong to an entry."""

    def of(self, entry: models.Model) -> Self:
        """Those of one entry."""
        return self.filter(entry_kind=entry._meta.label_lower, entry_id=entry.pk)


class OfEntry(models.Model):
    """Names the entry that a row belongs to."""

    entry_kind = models.CharField(max_length=60, editable=False)
    entry_id = models.BigIntegerField(editable=False)

    objects = OfEntryQuerySet.as_manager()

    class Meta:
        abstract = True

    @staticmethod
    def naming(entry: models.Model) -> dict[str, Any]:
        """The two columns that name an entry, for a new row."""
        return {"entry_kind": entry._meta.label_lower, "entry_id": entry.pk}

    @property
    def entry(self) -> Any:
        """The entry; None when it is gone. One query."""
        model = apps.get_model(self.entry_kind)
        return model._default_manager.filter(pk=self.entry_id).first()


class EntryRevision(OfEntry):
    """What an entry said after one save or step; never changed, never removed before it."""

    number = models.PositiveIntegerField(_("revision"))
    verb = models.CharField(_("step"), max_length=20)
    state = models.CharField(_("state"), max_length=12)
    facts = models.JSONField(_("facts"))
    remark = models.TextField(_("remark"), blank=True)
    at = models.DateTimeField(_("when"), default=timezone.now)
    # Empty where a programme wrote.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["entry_kind", "entry_id", "number"], name="entryrevision_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.number}"


class EntryProposal(OfEntry):
    """A change of a published entry that waits for another person; readers see the old text."""

    facts = models.JSONField(_("facts"))
    remark = models.TextField(_("remark"), blank=True)
    # The entry's version that the change started from.
    version = models.PositiveIntegerField()
    at = models.DateTimeField(_("proposed"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("proposed by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("settled by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    accepted = models.BooleanField(_("accepted"), default=False)
    answer = models.TextField(_("answer"), blank=True)

    class Meta:
        verbose_name = _("proposed change")
        verbose_name_plural = _("proposed changes")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["entry_kind", "entry_id"],
                condition=Q(settled_at__isnull=True),
                name="entryproposal_one_open",
            ),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True, settled_by__isnull=True, accepted=False)
                | Q(settled_at__isnull=False, settled_by__isnull=False),
                name="entryproposal_settled_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(accepted=False) | ~Q(settled_by=models.F("by")),
                name="entryproposal_accepted_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}"


class EntryFile(OfEntry):
    """A picture inside an entry's text, or a file attached to it."""

    role = models.CharField(_("role"), max_length=12)
    stored = models.OneToOneField(
        "files.StoredFile", verbose_name=_("file"), on_delete=models.PROTECT, related_name="+"
    )
    # Under a picture, or the name under which an attachment is offered.
    caption = models.CharField(_("caption"), max_length=300)
    # What a picture shows, for those who do not see it.
    alt = models.CharField(_("text in place of the picture"), max_length=500, blank=True)
    # A picture's size in pixels.
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    # The words of an attachment, for search.
    text = models.TextField(blank=True, editable=False)
    # Why these are not all the words there are (files.reading.PROBLEMS); empty when they are.
    text_problem = models.CharField(max_length=12, blank=True, editable=False)
    text_read_at = models.DateTimeField(null=True, blank=True, editable=False)
    added_at = models.DateTimeField(_("added"), default=timezone.now)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("added by"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )

    class Meta:
        verbose_name = _("file of an entry")
        verbose_name_plural = _("files of entries")
        indexes: ClassVar = [
            models.Index(fields=["entry_kind", "entry_id"], name="entryfile_of"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(caption=""), name="entryfile_has_caption"),
            models.CheckConstraint(
                condition=Q(role=ATTACHMENT)
                | (Q(role=PICTURE, width__gt=0, height__gt=0) & ~Q(alt="")),
                name="entryfile_picture_is_described",
            ),
        ]

    def __str__(self) -> str:
        return self.caption

    @property
    def text_remark(self) -> str:
        """What its editor should know of how its words were read; "" where all is well."""
        return attached.remark(self.text_problem, self.text)


class EntryReport(OfEntry):
    """An error that a reader reported; nobody asks who the reader is."""

    text = models.TextField(_("what is wrong"), max_length=2_000)
    language = models.CharField(max_length=5, default="ko", editable=False)
    # The entry's version that the reader saw.
    version = models.PositiveIntegerField(editable=False)
    at = models.DateTimeField(_("reported"), default=timezone.now)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("settled by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    settlement = models.CharField(_("what was done"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("reported error")
        verbose_name_plural = _("reported errors")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True, settled_by__isnull=True, settlement="")
                | (Q(settled_at__isnull=False, settled_by__isnull=False) & ~Q(settlement="")),
                name="entryreport_settled_who_and_how",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["entry_kind", "entry_id"], name="entryreport_of"),
            models.Index(
                fields=["at"], condition=Q(settled_at__isnull=True), name="entryreport_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}"


class EntryLink(OfEntry):
    """An address that an entry leads to, and what became of it when it was asked last."""

    url = models.URLField(_("address"), max_length=500)
    state = models.CharField(_("result"), max_length=12, default=UNCHECKED)
    # The answer's number, where there was one.
    code = models.PositiveSmallIntegerField(_("answer"), null=True, blank=True)
    checked_at = models.DateTimeField(_("checked"), null=True, blank=True)
    # Since when it has not worked.
    failing_since = models.DateTimeField(_("failing since"), null=True, blank=True)

    class Meta:
        verbose_name = _("link of an entry")
        verbose_name_plural = _("links of entries")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["entry_kind", "entry_id", "url"], name="entrylink_once")
        ]
        indexes: ClassVar = [models.Index(fields=["checked_at"], name="entrylink_next")]

    def __str__(self) -> str:
        return self.url

    @property
    def state_label(self) -> str:
        """What became of it, in the reader's language."""
        return str(LINK_STATES.get(self.state, self.state))

    def is_failing_for(self, days: int, now: dt.datetime) -> bool:
        """Whether it has not worked for so many days."""
        return self.failing_since is not None and now - self.failing_since >= dt.timedelta(days)
