"""The case: one export difficulty of one company, and where it stands."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce, Left, Lower
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from intake import receipt, triage, workflow
from intake.models.gate import ACTING, DISMISSED, FOLLOWING, CaseQuerySet

# Channels, visibilities and outcomes are words that grow: no `choices=` on the columns.
WEB, PHONE, VISIT, EVENT, SPREADSHEET, MISSION, API = (
    "web",
    "phone",
    "visit",
    "event",
    "spreadsheet",
    "mission",
    "api",
)
CHANNEL_LABELS = {
    WEB: _("Web"),
    PHONE: pgettext_lazy("channel", "Phone"),
    VISIT: _("Visit"),
    EVENT: _("Event"),
    SPREADSHEET: _("Spreadsheet"),
    MISSION: _("Overseas mission"),
    API: _("API"),
}
NAMED, SECRETARIAT_ONLY, ANONYMOUS = "named", "secretariat_only", "anonymous"
VISIBILITY_LABELS = {
    NAMED: _("The bodies that are asked may see my company's name"),
    SECRETARIAT_ONLY: _("Only the secretariat may see my company's name"),
    ANONYMOUS: _("Anonymous through my association"),
}
SOLVED, PARTLY, WORKED_AROUND, NOT_SOLVED, NO_LONGER_NEEDED = (
    "solved",
    "partly",
    "worked_around",
    "not_solved",
    "no_longer_needed",
)
OUTCOME_LABELS = {
    SOLVED: _("Solved"),
    PARTLY: _("Partly solved"),
    WORKED_AROUND: _("Worked around"),
    NOT_SOLVED: _("Not solved"),
    NO_LONGER_NEEDED: _("No longer needed"),
}
# What the organisation that filed still does for the company.
PROXY_LABELS = {
    ACTING: _("Acts for the company"),
    FOLLOWING: _("Follows only: the company has taken over"),
    DISMISSED: _("Dismissed by the company"),
}
# Where a case without a due moment stands inside its lane: after every case that has one.
NO_DUE = dt.datetime(9999, 12, 31, tzinfo=dt.UTC)
# Said with the lane: SQLite takes a partial index only when the query repeats its condition
# word for word, and ended cases stand in a lane of their own (models.queue.QueueQuerySet.queued).
_OPEN = Q(lane__lt=triage.ENDED)
# What the lists filter by. Behind the place in each index of the queue, so that cases that a second
# filter leaves out are passed by in the index and never read.
_FILTERED = (
    "state",
    "assignee",
    "topic",
    "category",
    "country",
    "filer_organisation",
    "channel",
    "attention",
    "at_border",
    "received_at",
)


def _walk(name: str, lead: str = "", **only: Any) -> models.Index:
    """An index that holds the queue in its order, led by one filter or of one choice alone."""
    aside = [field for field in _FILTERED if field != lead and f"{field}__isnull" not in only]
    first = [lead] if lead else []
    return models.Index(
        fields=[*first, "lane", "queue_at", "id", *aside],
        condition=_OPEN & Q(**only),
        name=name,
    )


class ReceiptCounter(models.Model):
    """The last serial number given out in a year: the row that makes numbers unique."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("receipt counter")
        verbose_name_plural = _("receipt counters")

    def __str__(self) -> str:
        return str(self.year)


class Case(models.Model):
    """One export difficulty, from receipt to outcome. Changed by intake.actions only."""

    # What identifies it.
    number = models.CharField(_("receipt number"), max_length=24, unique=True)
    idempotency_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    fingerprint = models.CharField(max_length=64, editable=False)

    # Where it stands.
    state = models.CharField(_("state"), max_length=16, default=workflow.RECEIVED)
    state_since = models.DateTimeField(_("in this state since"), default=timezone.now)
    version = models.PositiveIntegerField(default=1, editable=False)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("officer in charge"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="assigned_cases",
    )
    claimed_at = models.DateTimeField(_("taken up"), null=True, blank=True)

    # Its place in the queue (intake.triage): set by the verbs, moved on by the beat.
    attention = models.CharField(_("wants attention"), max_length=16, blank=True)
    lane = models.PositiveSmallIntegerField(_("place in the queue"), default=triage.NEW)
    queue_at = models.GeneratedField(
        expression=Coalesce("due_at", models.Value(NO_DUE, models.DateTimeField())),
        output_field=models.DateTimeField(),
        db_persist=True,
        verbose_name=_("place in its lane"),
    )

    # The clock (recomputed from the events, never edited).
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    created_at = models.DateTimeField(_("entered"), default=timezone.now)
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    policy = models.CharField(_("kind of case"), max_length=24)

    # The company and its contact person, as they were when it filed.
    company = models.ForeignKey(
        "accounts.Company",
        verbose_name=_("company"),
        on_delete=models.PROTECT,
        related_name="cases",
    )
    company_name = models.CharField(_("company name"), max_length=120)
    province = models.CharField(_("province"), max_length=5)
    municipality = models.CharField(_("city, county or district"), max_length=40, blank=True)
    sector = models.CharField(_("sector"), max_length=8, blank=True)
    size_class = models.CharField(_("size class"), max_length=16, blank=True)
    export_band = models.CharField(_("export band"), max_length=4, blank=True)
    contact_name = models.CharField(_("contact person"), max_length=80)
    contact_position = models.CharField(_("department and position"), max_length=80, blank=True)
    contact_phone = models.CharField(_("phone"), max_length=40)
    # Empty only where somebody filed for a company that has none.
    contact_email = models.EmailField(_("e-mail"), blank=True)
    contact_address = models.GeneratedField(
        expression=Lower("contact_email"),
        output_field=models.CharField(max_length=254),
        db_persist=True,
        verbose_name=_("e-mail in lower case"),
    )
    # The contact person asked for short text messages beside the mail.
    by_text = models.BooleanField(_("text messages wanted"), default=False)
    language = models.CharField(_("language"), max_length=5, default="ko")
    visibility = models.CharField(_("who may see the company"), max_length=20, default=NAMED)

    # Who filed it, for whom, how.
    channel = models.CharField(_("channel"), max_length=16, default=WEB)
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("filed by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="filed_cases",
    )
    filer_organisation = models.ForeignKey(
        "accounts.Organisation",
        verbose_name=_("filed through"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="filed_cases",
    )

    # Filed for the company: who looks after it there, and what the company said to that.
    keeper = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("looked after by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="kept_cases",
    )
    proxy = models.CharField(_("proxy"), max_length=12, blank=True)
    confirm_asked_at = models.DateTimeField(_("confirmation asked"), null=True, blank=True)
    confirm_reminded_at = models.DateTimeField(_("confirmation reminded"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed by the company"), null=True, blank=True)
    same_difficulty = models.PositiveIntegerField(
        _("companies with the same difficulty"), null=True, blank=True
    )

    # The difficulty.
    title = models.CharField(_("title"), max_length=150)
    country = models.ForeignKey(
        "reference.Country",
        verbose_name=_("country"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    more_countries = models.JSONField(_("further countries"), default=list, blank=True)
    category = models.ForeignKey(
        "reference.Category",
        verbose_name=_("category"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    # The top category: its code leads the codes of what stands below it.
    topic = models.GeneratedField(
        expression=Left("category", 3),
        output_field=models.CharField(max_length=3, null=True),
        db_persist=True,
        verbose_name=_("top category"),
    )
    more_categories = models.JSONField(_("further categories"), default=list, blank=True)
    product = models.CharField(_("product"), max_length=120, blank=True)
    hs_code = models.CharField(_("HS code"), max_length=10, blank=True)
    hs_version = models.PositiveSmallIntegerField(_("HS version"), default=2022)
    situation = models.TextField(_("situation"))
    problem = models.TextField(_("problem"))
    request = models.TextField(_("request"))
    tried = models.TextField(_("already tried"), blank=True)
    other_desk = models.CharField(_("also filed with"), max_length=200, blank=True)
    counterpart = models.CharField(_("counterpart"), max_length=200, blank=True)
    since = models.DateField(_("since when"), null=True, blank=True)
    at_border = models.BooleanField(_("goods are at the border now"), default=False)
    needed_by = models.DateField(_("answer needed by"), null=True, blank=True)
    value = models.DecimalField(
        _("value at stake"), max_digits=16, decimal_places=2, null=True, blank=True
    )
    currency = models.CharField(_("currency"), max_length=3, blank=True)

    # What became of it.
    answer = models.TextField(_("answer"), blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    first_response_at = models.DateTimeField(_("first response"), null=True, blank=True)
    disputed_at = models.DateTimeField(_("disputed"), null=True, blank=True)
    extended_at = models.DateTimeField(_("extended"), null=True, blank=True)
    # A second extension waits for the company's word.
    extension_asked_at = models.DateTimeField(_("extension asked"), null=True, blank=True)
    extension_ask = models.TextField(_("why more time is asked"), blank=True)
    supplements = models.PositiveSmallIntegerField(_("supplement requests"), default=0)
    supplement_due = models.DateField(_("supplement due"), null=True, blank=True)
    declines = models.PositiveSmallIntegerField(_("declines"), default=0)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    end_reason = models.TextField(_("reason"), blank=True)
    lapsed = models.BooleanField(_("returned for want of the supplement"), default=False)
    duplicate_of = models.ForeignKey(
        "self",
        verbose_name=_("duplicate of"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="duplicates",
    )
    transferred_to = models.CharField(_("transferred to"), max_length=120, blank=True)
    outcome = models.CharField(_("outcome"), max_length=20, blank=True)
    outcome_at = models.DateTimeField(_("outcome told"), null=True, blank=True)
    outcome_note = models.TextField(_("what became of it"), blank=True)
    # What the help was worth, as the company tells it; and that it need not be asked again.
    saved = models.DecimalField(
        _("value saved"), max_digits=16, decimal_places=2, null=True, blank=True
    )
    saved_currency = models.CharField(_("currency of the value saved"), max_length=3, blank=True)
    outcome_settled = models.BooleanField(_("outcome told for good"), default=False)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(
                fields=["due_at", "id"],
                condition=Q(state__in=workflow.OPEN),
                name="case_open_by_due",
            ),
            # The queue is one walk along one of these, whatever it is filtered by (0043).
            _walk("case_queue"),
            _walk("case_queue_state", "state"),
            _walk("case_queue_officer", "assignee"),
            _walk("case_queue_nobody", assignee__isnull=True),
            _walk("case_queue_country", "country"),
            _walk("case_queue_topic", "topic"),
            _walk("case_queue_category", "category"),
            _walk("case_queue_unclassified", category__isnull=True),
            _walk("case_queue_filer", "filer_organisation"),
            _walk("case_queue_direct", filer_organisation__isnull=True),
            _walk("case_queue_channel", "channel"),
            _walk("case_queue_border", at_border=True),
            _walk("case_queue_attention", "attention", attention__gt=""),
            # All cases, the newest first.
            models.Index(fields=["state", "-id"], name="case_by_state"),
            models.Index(fields=["assignee", "-id"], name="case_by_officer"),
            models.Index(fields=["country", "-id"], name="case_by_country"),
            models.Index(fields=["topic", "-id"], name="case_by_topic"),
            models.Index(fields=["filer_organisation", "-id"], name="case_by_filer"),
            models.Index(fields=["company", "-id"], name="case_by_company"),
            models.Index(fields=["contact_address", "-id"], name="case_by_contact"),
            models.Index(
                fields=["filer_organisation", "confirm_asked_at"],
                condition=Q(confirm_asked_at__isnull=False, confirmed_at__isnull=True),
                name="case_unconfirmed",
            ),
            models.Index(
                fields=["assignee", "answered_at"],
                condition=Q(answered_at__isnull=False),
                name="case_answered_by",
            ),
            # Whose turn it is to be asked how it ended.
            models.Index(
                fields=["ended_at", "id"],
                condition=Q(state=workflow.CLOSED),
                name="case_closed_by_day",
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=list(workflow.STATES)), name="case_state_known"
            ),
            models.CheckConstraint(
                condition=(Q(state__in=workflow.ENDED) & Q(ended_at__isnull=False))
                | (Q(state__in=workflow.OPEN) & Q(ended_at__isnull=True)),
                name="case_ended_has_time",
            ),
            models.CheckConstraint(
                condition=(Q(state=workflow.DUPLICATE) & Q(duplicate_of__isnull=False))
                | (~Q(state=workflow.DUPLICATE) & Q(duplicate_of__isnull=True)),
                name="case_duplicate_names_original",
            ),
            models.CheckConstraint(
                condition=~Q(state=workflow.TRANSFERRED) | ~Q(transferred_to=""),
                name="case_transferred_names_place",
            ),
            models.CheckConstraint(
                condition=~Q(state=workflow.ANSWERED)
                | (Q(answered_at__isnull=False) & ~Q(answer="")),
                name="case_answered_has_answer",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[workflow.REJECTED, workflow.TRANSFERRED])
                | ~Q(end_reason=""),
                name="case_refusal_has_reason",
            ),
            models.CheckConstraint(
                condition=(Q(outcome="") & Q(outcome_at__isnull=True))
                | (~Q(outcome="") & Q(outcome_at__isnull=False)),
                name="case_outcome_has_time",
            ),
            models.CheckConstraint(
                condition=(Q(saved__isnull=True) & Q(saved_currency=""))
                | (Q(saved__isnull=False) & ~Q(saved_currency="")),
                name="case_saved_has_currency",
            ),
            models.CheckConstraint(
                condition=Q(claimed_at__isnull=True) | Q(assignee__isnull=False),
                name="case_claimed_has_officer",
            ),
            models.CheckConstraint(
                condition=~Q(state=workflow.SUPPLEMENT) | Q(supplement_due__isnull=False),
                name="case_supplement_has_date",
            ),
            models.CheckConstraint(
                condition=(Q(extension_asked_at__isnull=True) & Q(extension_ask=""))
                | (Q(extension_asked_at__isnull=False) & ~Q(extension_ask="")),
                name="case_extension_ask_says_why",
            ),
            models.CheckConstraint(
                condition=(Q(filer_organisation__isnull=True) & Q(proxy="", keeper__isnull=True))
                | (Q(filer_organisation__isnull=False) & Q(proxy__in=list(PROXY_LABELS))),
                name="case_proxy_of_filer",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True) | Q(confirm_asked_at__isnull=False),
                name="case_confirmed_was_asked",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def state_label(self) -> str:
        """The state in the reader's language."""
        return gettext(workflow.STATES[self.state].label)

    @property
    def state_plain(self) -> str:
        """One sentence for the company: what this state means."""
        return gettext(workflow.STATES[self.state].plain)

    @property
    def holder(self) -> str:
        """Whose turn it is."""
        return workflow.holder(self.state)

    @property
    def holder_label(self) -> str:
        """Whose turn it is, in the reader's language."""
        return gettext(workflow.HOLDER_LABELS[self.holder])

    @property
    def is_open(self) -> bool:
        """Whether the case has not ended."""
        return self.state in workflow.OPEN

    @property
    def paused(self) -> bool:
        """Whether the clock stands still because a supplement is awaited."""
        return self.state == workflow.SUPPLEMENT

    @property
    def is_overdue(self) -> bool:
        """Past its due moment, with the clock running and no answer yet."""
        return (
            self.state in (workflow.RECEIVED, workflow.REVIEWING, workflow.REFERRED)
            and self.due_at is not None
            and self.due_at < timezone.now()
        )

    @property
    def channel_label(self) -> str:
        """How the case came in, in the reader's language."""
        return str(CHANNEL_LABELS.get(self.channel, self.channel))

    @property
    def awaits_confirmation(self) -> bool:
        """Filed for a company that has not confirmed it yet."""
        return self.confirm_asked_at is not None and self.confirmed_at is None

    @property
    def is_anonymous(self) -> bool:
        """The company is known to the organisation that filed, and to nobody else."""
        return self.visibility == ANONYMOUS

    @property
    def proxy_label(self) -> str:
        """What the filing organisation does for the company, in the reader's language."""
        return str(PROXY_LABELS.get(self.proxy, self.proxy))

    @property
    def visibility_label(self) -> str:
        """Who may see the company, in the reader's language."""
        return str(VISIBILITY_LABELS.get(self.visibility, self.visibility))

    @property
    def outcome_label(self) -> str:
        """How it ended according to the company, in the reader's language."""
        return str(OUTCOME_LABELS.get(self.outcome, self.outcome))

    @property
    def in_own_hands(self) -> bool:
        """Whether the company has taken over from whoever filed, or ended the proxy."""
        return self.proxy in (FOLLOWING, DISMISSED)

    @property
    def tracking_code(self) -> str:
        """The code that opens this case without an account; derived, never stored.

        Who filed for the company printed it; once the company acts for itself, it is another one.
        """
        return receipt.tracking_code(
            self.idempotency_key, settings.TRACKING_KEY, own=self.in_own_hands
        )

    @property
    def pretty_tracking_code(self) -> str:
        """The tracking code in groups of four."""
        return receipt.pretty_code(self.tracking_code)


class Consent(models.Model):
    """What the company agreed to or refused: which text, when, by which channel."""

    case = models.ForeignKey(
        Case, verbose_name=_("case"), on_delete=models.CASCADE, related_name="consents"
    )
    kind = models.CharField(_("consent"), max_length=24)
    text_version = models.CharField(_("text version"), max_length=16)
    text_hash = models.CharField(_("text hash"), max_length=64)
    given = models.BooleanField(_("given"))
    at = models.DateTimeField(_("time"), default=timezone.now)
    channel = models.CharField(_("channel"), max_length=16, default=WEB)
    # What the officer who filed was told; the company's own word comes beside it and outweighs it.
    by_officer = models.BooleanField(_("told to the officer who filed"), default=False)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "kind", "text_version", "by_officer"], name="consent_once_per_text"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(given=True),
                name="consent_withdrawn_was_given",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.text_version}"
