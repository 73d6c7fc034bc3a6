"""Who follows what by e-mail, which changes were announced, and how far each was told."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketinfo import hs
from marketinfo.models.kept import OfEntry
from reference.models import Category, Country

# A sentence, not an essay: it stands in a mail and in a feed.
LONGEST_CHANGE = 300


def new_nonce() -> str:
    """What the links of one follower are bound to."""
    return secrets.token_urlsafe(12)


class Follower(models.Model):
    """An address that follows something; without an account, and gone with what it follows."""

    email = models.EmailField(_("e-mail"), unique=True)
    language = models.CharField(_("language"), max_length=5, default="ko")
    nonce = models.CharField(max_length=24, default=new_nonce, editable=False)
    created_at = models.DateTimeField(_("since"), default=timezone.now)

    class Meta:
        verbose_name = _("follower")
        verbose_name_plural = _("followers")

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def masked_email(self) -> str:
        """The address with enough left to recognise it and too little to write to it."""
        local, _at, domain = self.email.rpartition("@")
        return f"{local[:2]}{'*' * max(len(local) - 2, 3)}@{domain}"


class FollowQuerySet(models.QuerySet["Follow"]):
    """Vocabulary of what is followed."""

    def confirmed(self) -> FollowQuerySet:
        """Those whose reader pressed the button of the mail."""
        return self.filter(confirmed_at__isnull=False)

    def unconfirmed_since(self, moment: dt.datetime) -> FollowQuerySet:
        """Those that were asked for before a moment and never confirmed."""
        return self.filter(confirmed_at__isnull=True, asked_at__lt=moment)

    def touched_by(self, change: RecordChange) -> FollowQuerySet:
        """Those that a change concerns: its record itself, or every part of what is followed."""
        itself = Q(entry_kind=change.entry_kind, entry_id=change.entry_id)
        place = Q(entry_kind="")
        if change.country_id:
            place &= Q(country=change.country_id) | Q(country__isnull=True)
        place &= _category_of(change.category_id or "")
        place &= _goods_of(change.hs_list)
        return self.filter(itself | place)


def _category_of(code: str) -> Q:
    """Followed categories that an entry's category belongs to, as lists understand it."""
    if not code:
        return Q(category__isnull=True)
    top, dash, _rest = code.partition("-")
    wanted = Q(category__isnull=True) | Q(category=code) | Q(category=top)
    return wanted if dash else wanted | Q(category__startswith=f"{code}-")


def _goods_of(codes: Iterable[str]) -> Q:
    """Followed HS codes above or below one of an entry's codes."""
    wanted = Q(hs="")
    for code in codes:
        above = [code[:length] for length in range(2, len(code) + 1)]
        wanted |= Q(hs__in=above) | Q(hs__startswith=code)
    return wanted


class Follow(models.Model):
    """One thing that somebody follows: a country, goods, a category, all of them, or a record."""

    follower = models.ForeignKey(
        Follower, verbose_name=_("follower"), on_delete=models.CASCADE, related_name="follows"
    )
    # The whole of what is followed in one word, so that nobody follows the same twice.
    scope = models.CharField(max_length=120, editable=False)
    country = models.ForeignKey(
        Country, verbose_name=_("country"), on_delete=models.PROTECT, null=True, related_name="+"
    )
    category = models.ForeignKey(
        Category, verbose_name=_("category"), on_delete=models.PROTECT, null=True, related_name="+"
    )
    hs = models.CharField(_("HS code"), max_length=10, blank=True)
    entry_kind = models.CharField(max_length=60, blank=True, editable=False)
    entry_id = models.BigIntegerField(null=True, editable=False)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)

    objects = FollowQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow")
        verbose_name_plural = _("follows")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["follower", "scope"], name="follow_once"),
            models.CheckConstraint(
                condition=Q(entry_kind="", entry_id__isnull=True)
                & (Q(country__isnull=False) | Q(category__isnull=False) | ~Q(hs=""))
                | ~Q(entry_kind="")
                & Q(entry_id__isnull=False, country__isnull=True, category__isnull=True, hs=""),
                name="follow_names_something",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["entry_kind", "entry_id"], condition=~Q(entry_kind=""), name="follow_record"
            ),
            models.Index(
                fields=["asked_at"], condition=Q(confirmed_at__isnull=True), name="follow_waiting"
            ),
        ]

    def __str__(self) -> str:
        return self.scope


class FollowAttempt(models.Model):
    """A mail that somebody had sent without an account, counted per address and per line.

    `subject` is a keyed hash: the table tells nothing about people.
    """

    subject = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("request to follow")
        verbose_name_plural = _("requests to follow")
        indexes: ClassVar = [models.Index(fields=["subject", "at"], name="followattempt_subject")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"


class RecordChange(OfEntry):
    """A change of an entry's facts that readers are told of; where it stood is kept with it."""

    title = models.CharField(_("title"), max_length=200)
    country = models.ForeignKey(
        Country, verbose_name=_("country"), on_delete=models.PROTECT, null=True, related_name="+"
    )
    category = models.ForeignKey(
        Category, verbose_name=_("category"), on_delete=models.PROTECT, null=True, related_name="+"
    )
    hs_codes = models.CharField(_("HS codes"), max_length=240, blank=True)
    what = models.CharField(_("what changed"), max_length=LONGEST_CHANGE)
    day = models.DateField(_("day"))
    at = models.DateTimeField(_("announced"), default=timezone.now)
    # Empty where a programme published it.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("announced by"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    # Circle of readers → the key of the last one who was told; null: all of them were.
    told = models.JSONField(default=dict, editable=False)
    count = models.PositiveIntegerField(_("notices"), default=0, editable=False)
    finished_at = models.DateTimeField(_("everybody told"), null=True)

    class Meta:
        verbose_name = _("announced change")
        verbose_name_plural = _("announced changes")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["entry_kind", "entry_id", "day", "what"], name="recordchange_once"
            ),
            models.CheckConstraint(condition=~Q(what=""), name="recordchange_says_what"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["entry_kind", "entry_id", "-at"], name="recordchange_of"),
            models.Index(fields=["-at"], name="recordchange_latest"),
            models.Index(
                fields=["id"], condition=Q(finished_at__isnull=True), name="recordchange_untold"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def hs_list(self) -> list[str]:
        """The HS codes of the record when it changed."""
        return hs.listed(self.hs_codes)


class SolvedCount(OfEntry):
    """How many difficulties an entry has settled: a counter, so that no page counts."""

    solved = models.PositiveIntegerField(_("settled difficulties"), default=0)

    class Meta:
        verbose_name = _("count of settled difficulties")
        verbose_name_plural = _("counts of settled difficulties")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["entry_kind", "entry_id"], name="solvedcount_once")
        ]

    def __str__(self) -> str:
        return f"{self.solved}"
