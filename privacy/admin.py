"""Who read and who took away what: to look at, never to change; the months an auditor reads."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from privacy import readings, review
from privacy.models import Download, Head, LogEvent, Reading, Review

# What each way of reading is to whoever looks after the log.
WAY_LABELS = {
    readings.DESK: _("Secretariat"),
    readings.AUDIT: _("Audit"),
    readings.PARTNER: _("The organisation that filed"),
    readings.BODY: _("A body that was asked"),
    readings.COMPANY: _("The company, signed in"),
    readings.GUEST: _("A guest of the case"),
    readings.LINK: _("By the link of a mail"),
    readings.CODE: _("By number and code"),
}


class LogAdmin(admin.ModelAdmin):
    """A log: nobody adds to it by hand, changes it or takes lines out."""

    list_per_page = 50
    show_full_result_count = False
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Lines come from what people do."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What happened stays as it happened."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Lines go when their time is over, not by hand."""
        return False


@admin.register(Download)
class DownloadAdmin(LogAdmin):
    """Lists that were taken away."""

    list_display = ("at", "user", "organisation", "what", "format", "rows", "reason")
    list_filter = ("what", "format")
    list_select_related: ClassVar = ["user"]
    search_fields: ClassVar = ["organisation", "reason", "user__name", "user__email"]
    fields = ("at", "user", "place", "organisation", "what", "query", "format", "rows", "reason")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """What was searched for may be the name of a company that stays anonymous to us."""
        if getattr(request.user, "is_auditor", False):
            return self.fields
        return tuple(name for name in self.fields if name != "query")


@admin.register(Reading)
class ReadingAdmin(LogAdmin):
    """Who opened something that shows a company."""

    list_display = ("at", "subject", "what", "reader", "way", "organisation", "place")
    list_filter = ("way",)
    list_select_related: ClassVar = ["reader"]
    search_fields: ClassVar = ["subject", "organisation", "reader__name", "reader__email"]
    fields = ("at", "day", "subject", "what", "reader", "way", "organisation", "place")


@admin.register(Head)
class HeadAdmin(LogAdmin):
    """Where the chain of the log stood, day by day."""

    list_display = ("day", "seq", "short", "whole", "finding")
    list_filter = ("whole",)
    fields = ("day", "at", "seq", "hash", "whole", "finding")

    @admin.display(description=_("seal"))
    def short(self, head: Head) -> str:
        """As much of the seal as tells two apart."""
        return head.hash[:16]


@admin.register(LogEvent)
class LogEventAdmin(LogAdmin):
    """What was done with the log itself."""

    list_display = ("at", "what", "by")
    list_filter = ("what",)
    list_select_related: ClassVar = ["by"]
    fields = ("at", "what", "by", "facts")


@admin.register(Review)
class ReviewAdmin(LogAdmin):
    """The months of the log, each to be read by an auditor."""

    list_display = ("month_shown", "at", "checked_at", "checked_by", "remark")
    list_select_related: ClassVar = ["checked_by"]

    @admin.display(description=_("month"), ordering="month")
    def month_shown(self, row: Review) -> str:
        """Year and month."""
        return f"{row.month:%Y-%m}"

    def get_urls(self) -> list[Any]:
        """The step “I have read it” beside Django's own pages."""
        view = self.admin_site.admin_view(checked)
        return [path("<int:pk>/check/", view, name="privacy_review_check"), *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """What the month looks like, with the names that belong to the keys."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = Review.objects.select_related("checked_by")
        return _page(request, get_object_or_404(rows, pk=_number(object_id)))


def _number(key: str) -> int:
    if not key.isdecimal():
        raise Http404
    return int(key)


def _page(request: HttpRequest, row: Review) -> HttpResponse:
    told = row.figures
    keys = {one["person"] for one in told["unusual"]} | {one[0] for one in told["odd_hours"]}
    keys |= {one[0] for one in told["places"]} | {one["user_id"] for one in told["exports"]}
    names = {user.pk: str(user) for user in get_user_model()._default_manager.filter(pk__in=keys)}

    def name(key: int) -> str:
        return names.get(key, f"#{key}")

    context = {
        **admin.site.each_context(request),
        "title": f"{gettext('Access log')} {row.month:%Y-%m}",
        "review": row,
        "acts": getattr(request.user, "is_auditor", False) and row.checked_at is None,
        "ways": [(WAY_LABELS.get(way, way), count) for way, count in told["ways"].items()],
        "unusual": [
            one | {"name": name(one["person"]), "way": WAY_LABELS.get(one["way"], one["way"])}
            for one in told["unusual"]
        ],
        "odd_hours": [(name(key), count) for key, count in told["odd_hours"]],
        "places": [(name(key), count) for key, count in told["places"]],
        "exports": [
            one | {"name": name(one["user_id"]), "at": parse_datetime(one["at"])}
            for one in told["exports"]
        ],
        "left_out": told["downloads"] - len(told["exports"]),
        "told": told,
        "early": review.EARLY,
        "evening": review.EVENING,
        "many": review.PLACES,
    }
    return render(request, "admin/privacy/review.html", context)


@require_POST
def checked(request: HttpRequest, pk: int) -> HttpResponse:
    """An auditor says that they have read the month."""
    if not getattr(request.user, "is_auditor", False):
        raise PermissionDenied
    row = get_object_or_404(Review, pk=pk)
    try:
        review.check(review=row, by=request.user, remark=request.POST.get("remark", ""))
    except review.AlreadyCheckedError:
        messages.warning(request, gettext("Somebody else was first. Their remark stands."))
    else:
        messages.success(request, gettext("The month is marked as read."))
    return redirect("admin:privacy_review_change", pk)
