"""The desk's view of the outbox: what went out, what did not and why, and "send again"."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import BooleanField, QuerySet, Value
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from notifications import outbox, texts
from notifications.models import STATE_LABELS, Notice

SEE_ADDRESS = "notifications.see_address"
RETRY = "notifications.retry_notice"


class StateFilter(admin.SimpleListFilter):
    """Where the notice stands."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Every state, in the order of its life."""
        return list(STATE_LABELS.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Notice]) -> QuerySet[Notice]:
        """Those in the chosen state."""
        return queryset.filter(state=self.value()) if self.value() else queryset


class KindFilter(admin.SimpleListFilter):
    """Which message it is: read from the templates, not by a scan of the table."""

    title = _("message")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Every message that has a text."""
        return [(kind, kind) for kind in sorted(texts.kinds())]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Notice]) -> QuerySet[Notice]:
        """Those of the chosen message."""
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(Notice)
class NoticeAdmin(admin.ModelAdmin):
    """Read only: a notice changes by delivery or by "send again", never by hand."""

    list_display = (
        "created_at",
        "kind",
        "subject_key",
        "address",
        "where",
        "attempts",
        "told",
        "sent_at",
    )
    list_filter = (StateFilter, KindFilter, "permanent", "created_at")
    search_fields = ("subject_key__startswith", "message_id")
    ordering = ("-id",)
    list_per_page = 50
    show_full_result_count = False
    actions = ("send_again",)
    fields = (
        "kind",
        "subject_key",
        "language",
        "address",
        "where",
        "told",
        "permanent",
        "attempts",
        "losses",
        "next_try_at",
        "created_at",
        "sent_at",
        "message_id",
        "retried_at",
        "retried_by",
    )
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Notice]:
        """All notices; each remembers whether this reader may see its address."""
        may = Value(request.user.has_perm(SEE_ADDRESS), output_field=BooleanField())
        return super().get_queryset(request).annotate(open_address=may)

    @admin.display(description=_("address"))
    def address(self, row: Notice) -> str:
        """The address, whole only for who deals with the case."""
        return row.to_address if getattr(row, "open_address", False) else row.masked_address

    @admin.display(description=_("state"), ordering="state")
    def where(self, row: Notice) -> str:
        """Where the notice stands, in words."""
        return row.state_label

    @admin.display(description=_("answer of the mail server"))
    def told(self, row: Notice) -> str:
        """What the server said, or our own remark in the reader's language."""
        return gettext(row.answer) if row.answer else ""

    @admin.action(description=_("Send again"), permissions=["retry"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Notice]) -> None:
        """Put failed and parked notices back into the queue."""
        done = passed = 0
        for row in queryset:
            try:
                outbox.retry(row, by=request.user)  # type: ignore[arg-type]
            except outbox.NotStuckError:
                passed += 1
            else:
                done += 1
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

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Notices come from verbs."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Notice | None = None) -> bool:
        """Nothing is edited."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Notice | None = None) -> bool:
        """Nothing is thrown away."""
        return False
