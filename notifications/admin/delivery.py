"""The desk's view of the outbox: what went out, what did not and why, and "send again"."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.db.models import BooleanField, QuerySet, Value
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from notifications import figures, outbox
from notifications.admin.filters import FILTERS, kind_label
from notifications.admin.read_only import ReadOnly
from notifications.models import CHANNEL_LABELS, FAILED, PARKED, RELAY, MailDomain, Notice
from privacy.noted import Noted

SEE_ADDRESS = "notifications.see_address"
RETRY = "notifications.retry_notice"


class CappedPaginator(Paginator):
    """Counts no further than a person pages."""

    @cached_property
    def count(self) -> int:
        """How many rows there are, at most one more than are ever counted."""
        return figures.count(self.object_list)  # type: ignore[arg-type]


@admin.register(Notice)
class NoticeAdmin(Noted, ReadOnly):
    """Read only: a notice changes by delivery or by "send again", never by hand."""

    noted_as = "notice"

    list_display = ("written", "what", "address", "where", "told")
    list_filter: ClassVar = FILTERS
    # What is typed is read as a receipt number, or as a Message-ID.
    search_fields = ("subject_key",)
    search_help_text = _("Receipt number, or its beginning")
    ordering = ("-id",)
    sortable_by = ()
    list_per_page = 50
    list_max_show_all = 50
    paginator = CappedPaginator
    show_full_result_count = False
    # Counts beside the filters would read the whole table.
    show_facets = admin.ShowFacets.NEVER
    actions = ("send_again",)
    change_list_template = "admin/notifications/notice_list.html"
    change_form_template = "admin/notifications/notice_page.html"
    fields = (
        "label",
        "subject_key",
        "channel_label",
        "language",
        "address",
        "where",
        "told",
        "permanent",
        "attempts",
        "losses",
        "next_try_at",
        "held_until",
        "created_at",
        "sent_at",
        "returned",
        "message_id",
        "retried_at",
        "retried_by",
    )
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Notice]:
        """All notices; each remembers whether this reader may see its address."""
        may = Value(request.user.has_perm(SEE_ADDRESS), output_field=BooleanField())
        return super().get_queryset(request).annotate(open_address=may)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Notice], search_term: str
    ) -> tuple[QuerySet[Notice], bool]:
        """By receipt number, whole or from its start, or by Message-ID: each over an index."""
        words = search_term.strip()
        if not words:
            return queryset, False
        if words.startswith("<"):
            return queryset.filter(message_id=words), False
        number = "".join(words.upper().split())
        found = queryset.filter(subject_key__gte=number, subject_key__lt=number + "\U0010ffff")
        return found, False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list below its figures."""
        shown = {
            "title": gettext("Notices that were sent, and those that wait"),
            "figures": figures.now(),
            "counted_to": figures.COUNTED_TO,
        }
        return super().changelist_view(request, {**shown, **(extra_context or {})})

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """The page of one notice, with the button that sends it again where that is possible."""
        row = kwargs.get("obj")
        if row is not None:
            context["title"] = self.label(row)
            context["subtitle"] = row.subject_key
        context["may_send_again"] = (
            row is not None and row.state in (FAILED, PARKED) and self.has_retry_permission(request)
        )
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description=_("message"))
    def label(self, row: Notice) -> str:
        """Which message it is, in words."""
        return kind_label(row.kind)

    @admin.display(description=_("written"))
    def written(self, row: Notice) -> str:
        """When it was written, short."""
        return _short(row.created_at)

    @admin.display(description=_("message"))
    def what(self, row: Notice) -> str:
        """Which message it is and about what, on two lines."""
        return format_html(
            '{}<br><span class="delivery-number">{}</span>', kind_label(row.kind), row.subject_key
        )

    @admin.display(description=_("way of sending"))
    def channel_label(self, row: Notice) -> str:
        """By which way it goes."""
        return str(CHANNEL_LABELS.get(row.channel, row.channel))

    @admin.display(description=_("address"))
    def address(self, row: Notice) -> str:
        """The address, whole only for who deals with the case."""
        return row.to_address if getattr(row, "open_address", False) else row.masked_address

    @admin.display(description=_("state"))
    def where(self, row: Notice) -> str:
        """Where the notice stands, in words."""
        words = [row.state_label]
        if row.bounced_at:
            words.append(gettext("Came back"))
        if row.sent_at:
            words.append(_short(row.sent_at))
        return " · ".join(words)

    @admin.display(description=_("answer of the mail server"))
    def told(self, row: Notice) -> str:
        """What the server said, or our own remark in the reader's language."""
        return gettext(row.answer) if row.answer else ""

    @admin.display(description=_("returned"))
    def returned(self, row: Notice) -> str:
        """When it came back. What the other server wrote may repeat the address."""
        if row.bounced_at is None:
            return "–"
        when = _short(row.bounced_at)
        return f"{when} · {row.bounce}" if getattr(row, "open_address", False) else when

    @admin.action(description=_("Send again"), permissions=["retry"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Notice]) -> None:
        """Put failed and parked notices back into the queue."""
        keys = list(queryset.order_by("pk").values_list("pk", flat=True))
        done = outbox.retry_many(keys, by=request.user)  # type: ignore[arg-type]
        passed = len(keys) - done
        if done:
            words = ngettext(
                "%(count)d notice is sent again.", "%(count)d notices are sent again.", done
            )
            self.message_user(request, words % {"count": done}, messages.SUCCESS)
        if passed:
            words = ngettext(
                "%(count)d notice was left alone: it is sent or on its way.",
                "%(count)d notices were left alone: they are sent or on their way.",
                passed,
            )
            self.message_user(request, words % {"count": passed}, messages.WARNING)

    def has_retry_permission(self, request: HttpRequest) -> bool:
        """Who may send again."""
        return request.user.has_perm(RETRY)


def _short(moment: dt.datetime | None) -> str:
    return "–" if moment is None else f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"


@admin.register(MailDomain)
class MailDomainAdmin(admin.ModelAdmin):
    """How fast each mail domain is served; what it said is read, the pace is set."""

    list_display = ("name", "per_minute", "rests", "strikes", "answer")
    search_fields = ("name",)
    ordering = ("name",)
    fields = ("name", "per_minute", "rests", "strikes", "answer")
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[MailDomain]:
        """Domains; our own server's turns are no domain."""
        return super().get_queryset(request).exclude(name=RELAY)

    def get_readonly_fields(
        self, request: HttpRequest, obj: MailDomain | None = None
    ) -> tuple[str, ...]:
        """The name is fixed once it is there."""
        fixed = ("rests", "strikes", "answer")
        return fixed if obj is None else ("name", *fixed)

    @admin.display(description=_("rests until"))
    def rests(self, row: MailDomain) -> dt.datetime | None:
        """The end of its rest, while it lasts."""
        return row.rests_until if row.rests_until and row.rests_until > timezone.now() else None

    def has_delete_permission(self, request: HttpRequest, obj: MailDomain | None = None) -> bool:
        """A domain without a pace of its own is as if it were not there."""
        return False
