"""Mail that came in: what became of each, and the word on those that wait for an officer."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.defaultfilters import filesizeformat
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts import roles
from intake import naming
from intake.admin import gate
from intake.models import Case
from notifications.incoming import deciding
from notifications.incoming.hooks import CannotTakeError
from notifications.models import IncomingMail
from notifications.models.incoming import INCOMING_LABELS, QUARANTINED
from privacy.noted import Noted

_WAYS = {"lmtp": _("Mail server"), "imap": _("Mailbox"), "webhook": _("Mail provider")}


class StateFilter(admin.SimpleListFilter):
    """What became of it."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Every state; those that wait for an officer first."""
        return sorted(INCOMING_LABELS.items(), key=lambda pair: pair[0] != QUARANTINED)

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[IncomingMail]
    ) -> QuerySet[IncomingMail]:
        """Those in the chosen state."""
        return queryset.filter(state=self.value()) if self.value() else queryset


@admin.register(IncomingMail)
class IncomingMailAdmin(Noted, admin.ModelAdmin):
    """Text only: no file of a mail is served before somebody has taken it."""

    noted_as = "mail"

    list_display = ("received_at", "about", "from_whom", "became", "why", "decided_by")
    list_filter = (StateFilter, "received_at")
    search_fields = ("subject_key__startswith", "message_id")
    ordering = ("-id",)
    list_per_page = 50
    list_select_related = ("decided_by",)
    show_full_result_count = False
    change_form_template = "admin/intake/incoming_mail.html"
    fields = (
        "about",
        "became",
        "why",
        "from_whom",
        "meant_for",
        "title_line",
        "words",
        "rest_of_it",
        "came_along",
        "received_at",
        "way",
        "decided_by",
        "decided_at",
    )
    readonly_fields = fields

    def get_urls(self) -> list[URLPattern]:
        """The two decisions beside the standard pages."""
        own = [
            path("<int:pk>/take/", self._step(self.take), name="notifications_incomingmail_take"),
            path(
                "<int:pk>/discard/",
                self._step(self.discard),
                name="notifications_incomingmail_discard",
            ),
        ]
        return own + super().get_urls()

    def _step(self, view: Any) -> Any:
        return self.admin_site.admin_view(require_POST(view))

    def take(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Make the mail a message of its case, under this officer's word."""
        return self._decide(request, pk, deciding.accept, gettext("The mail is on the case now."))

    def discard(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Leave it aside for good."""
        return self._decide(request, pk, deciding.discard, gettext("The mail was discarded."))

    def _decide(self, request: HttpRequest, pk: int, verb: Any, done: str) -> HttpResponse:
        person = gate.actor(request).user
        mail = get_object_or_404(IncomingMail.objects.select_related("raw"), pk=pk)
        try:
            verb(mail=mail, by=person)
        except deciding.AlreadyDecidedError:
            messages.warning(request, gettext("Somebody was first: it is decided already."))
        except CannotTakeError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, done)
        return redirect("admin:notifications_incomingmail_change", pk)

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> Any:
        """The page with its two buttons, for who may press them."""
        row = kwargs.get("obj")
        try:
            gate.actor(request)
            waits = row is not None and row.state == QUARANTINED
        except PermissionDenied:
            waits = False
        return super().render_change_form(request, {**context, "waits": waits}, *args, **kwargs)

    # --- What a reader sees ---------------------------------------------------------------------
    def get_queryset(self, request: HttpRequest) -> QuerySet[IncomingMail]:
        """All; each remembers whether its reader may know who an anonymous company is."""
        user = request.user
        whole = Value(roles.is_auditor(user) and not roles.is_secretary(user))
        rows: QuerySet[IncomingMail] = super().get_queryset(request)
        return rows.annotate(sees_names=whole)

    def _veiled(self, row: IncomingMail) -> Case | None:
        """The case that the mail is about, as this reader may read it; None without one."""
        if not row.subject_key:
            return None
        case = Case.objects.filter(number=row.subject_key).first()
        if case is None or getattr(row, "sees_names", False):
            return case
        return naming.veiled(case)

    def _shown(self, row: IncomingMail, text: str) -> str:
        case = self._veiled(row)
        return naming.words(case, text) if case is not None else text

    @admin.display(description=_("about"), ordering="subject_key")
    def about(self, row: IncomingMail) -> str:
        """The case, with the way to it."""
        case = Case.objects.filter(number=row.subject_key).only("pk").first()
        if case is None:
            return row.subject_key or "–"
        place = reverse("admin:intake_case_change", args=[case.pk])
        return format_html('<a href="{}">{}</a>', place, row.subject_key)

    @admin.display(description=_("sender"))
    def from_whom(self, row: IncomingMail) -> str:
        """Who sent it; of an anonymous company's case nobody's address."""
        case = self._veiled(row)
        if case is not None and naming.is_veiled(case):
            return gettext("not shown: the company is anonymous")
        return format_html("<bdi>{}</bdi>", row.sender or "–")

    @admin.display(description=_("the notice went to"))
    def meant_for(self, row: IncomingMail) -> str:
        """Who should have answered."""
        case = self._veiled(row)
        if row.notice is None or (case is not None and naming.is_veiled(case)):
            return "–"
        return format_html("<bdi>{}</bdi>", row.notice.to_address)

    @admin.display(description=_("state"), ordering="state")
    def became(self, row: IncomingMail) -> str:
        """What became of it."""
        return row.state_label

    @admin.display(description=_("reason"))
    def why(self, row: IncomingMail) -> str:
        """Why."""
        return row.reason_label

    @admin.display(description=_("subject"))
    def title_line(self, row: IncomingMail) -> str:
        """Its subject."""
        return format_html("<bdi>{}</bdi>", self._shown(row, row.subject))

    @admin.display(description=_("text"))
    def words(self, row: IncomingMail) -> str:
        """What was written anew."""
        said = self._shown(row, row.text)
        return format_html('<div class="mail-words"><bdi>{}</bdi></div>', said)

    @admin.display(description=_("quoted mail and signature"))
    def rest_of_it(self, row: IncomingMail) -> str:
        """The rest, folded away."""
        if not row.rest:
            return "–"
        return format_html(
            '<details><summary>{}</summary><div class="mail-words"><bdi>{}</bdi></div></details>',
            gettext("Show the rest of the mail"),
            self._shown(row, row.rest),
        )

    @admin.display(description=_("files"))
    def came_along(self, row: IncomingMail) -> str:
        """Names and sizes; the files themselves once the mail is taken."""
        named = (
            f"{self._shown(row, one['name'])} ({filesizeformat(one['size'])})" for one in row.files
        )
        return ", ".join(named) or "–"

    @admin.display(description=_("way"))
    def way(self, row: IncomingMail) -> str:
        """How it came."""
        return str(_WAYS.get(row.source, row.source))

    # --- Who may ----------------------------------------------------------------------------------
    def has_module_permission(self, request: HttpRequest) -> bool:
        """The secretariat and the auditor: a mail holds what a case holds."""
        return gate.reads(request.user)

    def has_view_permission(self, request: HttpRequest, obj: IncomingMail | None = None) -> bool:
        """The secretariat and the auditor."""
        return gate.reads(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Mails come by mail."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: IncomingMail | None = None) -> bool:
        """Nothing is edited."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: IncomingMail | None = None) -> bool:
        """Nothing is thrown away by hand."""
        return False
