"""What every published entry has: its place, its source, its shelf life and who may see it."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any, ClassVar, Self

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Case, F, IntegerField, Q, Value, When
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts import roles
from marketinfo import hs
from marketinfo.words import LICENCES, Labels, label
from reference.models import Category, Country
from search.query import SearchMixin

DRAFT = "draft"
REVIEW = "review"  # waits for another person
SCHEDULED = "scheduled"  # approved, comes out at `publish_at`
PUBLISHED = "published"
EXPIRED = "expired"  # past `expires_on`: its address answers, lists and search leave it out
WITHDRAWN = "withdrawn"  # taken down: its address says so and nothing else
STATE_LABELS = {
    DRAFT: _("Draft"),
    REVIEW: pgettext_lazy("state of an entry", "In review"),
    SCHEDULED: pgettext_lazy("state of an entry", "Scheduled"),
    PUBLISHED: _("Published"),
    EXPIRED: pgettext_lazy("state of an entry", "Expired"),
    WITHDRAWN: pgettext_lazy("state of an entry", "Taken down"),
}
# What everybody may read at its own address.
READABLE = (PUBLISHED, EXPIRED)

# Read aloud and typed: no 0/o, 1/l/i.
_LETTERS = "abcdefghjkmnpqrstvwxyz23456789"
# Words in the place of a reference that lead to other pages; a test reads them off the addresses.
RESERVED = ("requirements", "countries", "files", "report", "following", "feed", "approve")


def new_reference() -> str:
    """A public reference that says nothing about how many entries there are."""
    return "".join(secrets.choice(_LETTERS) for _place in range(8))


class EntryQuerySet(SearchMixin):
    """Vocabulary of published entries."""

    def published(self) -> Self:
        """Those that everybody may read."""
        return self.filter(state=PUBLISHED)

    def drafts(self) -> Self:
        """Those that somebody is still writing."""
        return self.filter(state=DRAFT)

    def in_review(self) -> Self:
        """Those that wait for another person."""
        return self.filter(state=REVIEW)

    def withdrawn(self) -> Self:
        """Those that were taken down."""
        return self.filter(state=WITHDRAWN)

    def to_publish(self, now: dt.datetime) -> Self:
        """Those that are approved and whose time to come out has come."""
        return self.filter(state=SCHEDULED, publish_at__lte=now)

    def to_expire(self, on: dt.date) -> Self:
        """Published ones whose last day was before a day."""
        return self.filter(state=PUBLISHED, expires_on__lt=on)

    def visible_to(self, user: Any) -> Self:
        """The gate: the secretariat and auditors see everything, all others what is published."""
        if roles.is_secretary(user) or roles.is_auditor(user):
            return self.all()
        return self.published()

    def readable_by(self, user: Any) -> Self:
        """The gate of an entry's own page: what is visible, and what was published but expired."""
        if roles.is_secretary(user) or roles.is_auditor(user):
            return self.all()
        return self.filter(state__in=READABLE)

    def overdue_for_check(self, on: dt.date | None = None) -> Self:
        """Those whose facts should have been checked again before a day (today in Seoul)."""
        return self.filter(next_check__lt=on or timezone.localdate())

    def for_country(self, code: str) -> Self:
        """Those on a country, and those that hold for every country."""
        return self.filter(Q(country=code) | Q(country__isnull=True))

    def for_category(self, code: str) -> Self:
        """Those on a category of difficulty or on its top category."""
        top = code.partition("-")[0]
        wanted = Q(category=code) | (Q(category=top) if top != code else Q(category__parent=code))
        return self.filter(wanted)

    def for_hs(self, code: str) -> Self:
        """Those on goods under a heading, and those on a heading that the code belongs to."""
        wanted = Q(hs_codes__contains=f" {code}")
        for heading in hs.shorter(code):
            wanted |= Q(hs_codes__contains=f" {heading} ")
        return self.filter(wanted)

    def newest_first(self) -> Self:
        """The order of lists: drafts (only officers see them) before what was published last.

        What was taken down stands at the end.
        """
        return self.order_by(
            Case(
                When(state__in=READABLE, then=Value(1)),
                When(state=WITHDRAWN, then=Value(2)),
                default=Value(0),
                output_field=IntegerField(),
            ),
            "-published_at",
            "-pk",
        )

    def related_to(self, entry: Entry) -> Self:
        """Others on the same country or category; those that share both come first."""
        near = Q(pk__in=[])
        if entry.country_id:
            near |= Q(country=entry.country_id)
        if entry.category_id:
            near |= Q(category=entry.category_id)
        found = self.filter(near)
        if isinstance(entry, self.model):
            found = found.exclude(pk=entry.pk)
        both = When(country=entry.country_id, category=entry.category_id, then=Value(0))
        same_country = When(country=entry.country_id, then=Value(1))
        return found.order_by(
            Case(both, same_country, default=Value(2), output_field=IntegerField()),
            "-published_at",
            "-pk",
        )


class Entry(models.Model):
    """A text for the public with its source, its date of last check and its state."""

    reference = models.SlugField(
        _("public reference"),
        max_length=60,
        unique=True,
        default=new_reference,
        help_text=_("Part of the address; it stays the same for ever once published."),
    )
    title = models.CharField(_("title"), max_length=200)
    summary = models.TextField(_("summary"), max_length=600)
    country = models.ForeignKey(
        Country,
        verbose_name=_("country"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Empty: holds for every country."),
    )
    category = models.ForeignKey(
        Category,
        verbose_name=_("category"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    hs_codes = models.CharField(_("HS codes"), max_length=240, blank=True)
    language = models.CharField(_("language of the text"), max_length=5, default="ko")
    licence = models.CharField(_("licence"), max_length=10, blank=True)
    last_verified = models.DateField(_("last checked"), null=True, blank=True)
    next_check = models.DateField(_("next check"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=12, default=DRAFT, editable=False)
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)
    # Counted up by every save and step; a save from an older one is refused.
    version = models.PositiveIntegerField(default=1, editable=False)
    # Who says that it is ready; another person publishes it.
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("submitted by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True, editable=False)
    publish_at = models.DateTimeField(_("comes out"), null=True, blank=True, editable=False)
    expires_on = models.DateField(
        _("last day"),
        null=True,
        blank=True,
        help_text=_(
            "After this day the entry leaves lists and search; its address says that it is "
            "out of date. Empty: no end."
        ),
    )
    first_published_at = models.DateTimeField(
        _("first published"), null=True, blank=True, editable=False
    )
    withdrawn_at = models.DateTimeField(_("taken down"), null=True, blank=True, editable=False)
    # For the desk only.
    withdrawn_reason = models.CharField(
        _("why it was taken down"), max_length=500, blank=True, editable=False
    )
    # Who approved it. Empty where a programme published it: the entries of the demonstration.
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("published by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("last edited"), default=timezone.now, editable=False)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("last edited by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )

    objects = EntryQuerySet.as_manager()

    # Every kind of entry says these three: the view that is its public page, by name; its column
    # that tells what sort it is among its own; and the label of each sort.
    page: ClassVar[str]
    sort_column: ClassVar[str]
    sorts: ClassVar[Labels]

    # What the verbs write, not people; a model with a longer life adds to it.
    life_fields: ClassVar[frozenset[str]] = frozenset(
        {"id", "state", "version", "submitted_by", "submitted_at", "publish_at"}
        | {"published_at", "published_by", "first_published_at", "withdrawn_at"}
        | {"withdrawn_reason", "created_at", "updated_at", "updated_by"}
    )

    class Meta:
        abstract = True
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=READABLE, published_at__isnull=False)
                | Q(state=SCHEDULED, published_at__isnull=True)
                | (
                    ~Q(state__in=[*READABLE, SCHEDULED])
                    & Q(published_at__isnull=True, published_by__isnull=True)
                ),
                name="%(class)s_published_has_time",
            ),
            models.CheckConstraint(
                condition=Q(state=SCHEDULED, publish_at__isnull=False)
                | (~Q(state=SCHEDULED) & Q(publish_at__isnull=True)),
                name="%(class)s_scheduled_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state=REVIEW) | Q(submitted_at__isnull=False),
                name="%(class)s_in_review_was_submitted",
            ),
            models.CheckConstraint(
                condition=Q(published_by__isnull=True)
                | Q(submitted_by__isnull=False) & ~Q(published_by=F("submitted_by")),
                name="%(class)s_published_by_another",
            ),
            models.CheckConstraint(
                condition=Q(state=WITHDRAWN, withdrawn_at__isnull=False)
                | (~Q(state=WITHDRAWN) & Q(withdrawn_at__isnull=True, withdrawn_reason="")),
                name="%(class)s_withdrawn_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[*READABLE, SCHEDULED]) | Q(last_verified__isnull=False),
                name="%(class)s_published_was_checked",
            ),
            models.CheckConstraint(
                condition=~Q(reference__in=RESERVED), name="%(class)s_reference_not_reserved"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "-published_at"], name="%(class)s_newest"),
            models.Index(fields=["country", "state"], name="%(class)s_country"),
        ]

    def __init_subclass__(cls, **more: Any) -> None:
        """Refuse a kind that leaves one of the three open. Raises TypeError."""
        super().__init_subclass__(**more)
        for name in ("page", "sort_column", "sorts"):
            if not hasattr(cls, name):
                raise TypeError(f"{cls.__name__} declares no {name}")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The entry's public page."""
        return reverse(self.page, args=[self.reference])

    @property
    def kind_label(self) -> str:
        """What sort of entry this is among its own, in the reader's language."""
        return label(self.sorts, getattr(self, self.sort_column))

    @property
    def is_published(self) -> bool:
        """Whether everybody may read it."""
        return self.state == PUBLISHED

    @property
    def is_expired(self) -> bool:
        """Whether it was published for a time that is over."""
        return self.state == EXPIRED

    @property
    def is_withdrawn(self) -> bool:
        """Whether it was taken down."""
        return self.state == WITHDRAWN

    @property
    def is_readable(self) -> bool:
        """Whether everybody may read it at its own address."""
        return self.state in READABLE

    @property
    def is_overdue(self) -> bool:
        """Whether its facts should have been checked again by now."""
        return self.next_check is not None and self.next_check < timezone.localdate()

    @property
    def state_label(self) -> str:
        """The state in the reader's language."""
        return str(STATE_LABELS.get(self.state, self.state))

    @property
    def licence_label(self) -> str:
        """Under which terms the text may be used again."""
        return label(LICENCES, self.licence)

    @property
    def hs_list(self) -> list[str]:
        """The HS codes, each once."""
        return hs.listed(self.hs_codes)

    @property
    def is_foreign_text(self) -> bool:
        """Whether the text is in another language than the page around it."""
        return self.language != (translation.get_language() or "ko")[:2]

    def place_words(self) -> list[str]:
        """Words under which a reader may look for the entry though its text lacks them."""
        words: list[str] = []
        if self.country:
            words += [self.country.name_ko, self.country.name_en, self.country.iso2]
            words += self.country.synonyms
        if self.category:
            words += [self.category.name_ko, self.category.name_en]
        for code in self.hs_list:
            words += [*hs.shorter(code), code]
        return words

    def running_text(self) -> str:
        """The body that search and excerpts read; Markdown as it was typed."""
        return self.summary

    def files_text(self) -> str:
        """The words of the attached files, which search reads too; empty where there are none."""
        files = apps.get_model("marketinfo", "EntryFile")
        texts = files._default_manager.of(self).values_list("text", flat=True)
        return "\n".join(text for text in texts if text)
