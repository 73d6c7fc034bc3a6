"""Published entries beside difficulties: shown while writing, enough without filing, cited."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from intake.models.case import Case
from marketinfo.models.kept import OfEntry


class ShownEntry(OfEntry):
    """An entry that the form showed to who was writing, and whether it was opened.

    `key` is the form's key, which becomes the case's idempotency key: what was shown is with the
    case from the moment of its filing, and the filing writes nothing for it.
    """

    key = models.UUIDField(_("key of the form"), editable=False)
    # As they were then: the case page asks for nothing else.
    title = models.CharField(_("title"), max_length=200)
    path = models.CharField(_("address"), max_length=200)
    shown_at = models.DateTimeField(_("shown"), default=timezone.now)
    opened_at = models.DateTimeField(_("opened"), null=True)

    class Meta:
        verbose_name = _("entry shown before filing")
        verbose_name_plural = _("entries shown before filing")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["key", "entry_kind", "entry_id"], name="shownentry_once"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["shown_at"], name="shownentry_by_age")]

    def __str__(self) -> str:
        return self.title


class AnsweredFirst(OfEntry):
    """A difficulty that an entry settled before it was filed: where and what about, not whose."""

    # Of the form: a form counts once. It leads nowhere once its draft is deleted.
    key = models.UUIDField(_("key of the form"), unique=True, editable=False)
    country = models.CharField(_("country"), max_length=2, blank=True)
    category = models.CharField(_("category"), max_length=8, blank=True)
    day = models.DateField(_("day"))

    class Meta:
        verbose_name = _("difficulty settled without filing")
        verbose_name_plural = _("difficulties settled without filing")
        indexes: ClassVar = [
            models.Index(fields=["day"], name="answeredfirst_by_day"),
            models.Index(fields=["entry_kind", "entry_id"], name="answeredfirst_of"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.country} {self.category}"


class Citation(OfEntry):
    """An entry that the answer to a case names: if the entry changes, the answer may be wrong."""

    case = models.ForeignKey(
        Case, verbose_name=_("case"), on_delete=models.CASCADE, related_name="citations"
    )
    at = models.DateTimeField(_("answered"), default=timezone.now)

    class Meta:
        verbose_name = _("entry cited in an answer")
        verbose_name_plural = _("entries cited in answers")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "entry_kind", "entry_id"], name="citation_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["entry_kind", "entry_id", "-at"], name="citation_of")
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.entry_kind} {self.entry_id}"
