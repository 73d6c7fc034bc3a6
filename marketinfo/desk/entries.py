"""The admin of an entry: its list and its form. Rows change through the verbs only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, cast

from django.contrib import admin, messages
from django.db import models
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from marketinfo import actions, editing
from marketinfo.actions.writing import SHELF_LIFE
from marketinfo.desk import steps
from marketinfo.desk.filters import CheckFilter, StateFilter, WaitingFilter
from marketinfo.desk.pages import EntryPages
from marketinfo.desk.people import officer
from marketinfo.entry import Entry, EntryQuerySet
from marketinfo.facts import changed, facts_of, put_back

__all__ = ["EntryAdmin", "officer"]


class EntryAdmin(EntryPages):
    """Common to articles, requirements and case studies."""

    change_form_template = "admin/marketinfo/entry/change_form.html"
    list_filter: ClassVar = [StateFilter, CheckFilter, WaitingFilter]
    list_select_related: ClassVar = ["country", "category"]
    list_per_page = 50
    show_full_result_count = False
    # Shows the search box; what it finds is decided in get_search_results.
    search_fields: ClassVar = ["title"]
    search_help_text = gettext_lazy("Words in Korean or English, a country, an HS code")
    readonly_fields: ClassVar = ["state_shown", "published_at", "published_by", "updated_at"]
    actions = ("submit", "publish", "unpublish")
    ordering: ClassVar = ["-updated_at", "-pk"]
    formfield_overrides: ClassVar = {models.URLField: {"assume_scheme": "https"}}

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def state_shown(self, entry: Entry) -> str:
        """The state's label."""
        return entry.state_label

    @admin.display(description=gettext_lazy("check overdue"), boolean=True, ordering="next_check")
    def is_current(self, entry: Entry) -> bool:
        """A tick while the facts count as checked."""
        return not entry.is_overdue

    def view_on_site(self, entry: Entry) -> str:
        """The preview: the gate shows drafts to officers."""
        return entry.get_absolute_url()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """An address that was public once never changes."""
        was_out = obj is not None and obj.first_published_at is not None
        return [*self.readonly_fields, *(["reference"] if was_out else [])]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """With the version that the page showed, and the last day, which every kind has."""
        given = super().get_fieldsets(request, obj)
        named = {name for _title, options in given for name in options["fields"]}
        more = [name for name in ("expires_on",) if name not in named]
        found = [*given, *([(_("Last day"), {"fields": more})] if more else [])]
        if self.has_change_permission(request, obj):
            found.append((None, {"fields": ["seen"], "classes": ["entry-seen"]}))
        return found

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Search as the public pages do; what was taken down is found by its title alone."""
        if not search_term.strip():
            return queryset, False
        found = cast(EntryQuerySet, queryset).search(search_term)
        down = queryset.filter(Q(title__icontains=search_term.strip()), state="withdrawn")
        return (down if not found.exists() else found), False

    # --- Writing ------------------------------------------------------------------------------
    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        """The entry; on its form with the change that this person has proposed already."""
        entry: Entry | None = super().get_object(request, object_id, from_field)
        match = request.resolver_match
        if entry is None or match is None or not str(match.url_name).endswith("_change"):
            return entry
        waiting = actions.open_proposal(entry) if entry.is_readable else None
        if waiting is not None and waiting.by_id == request.user.pk:
            put_back(entry, waiting.facts)
        return entry

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The form; a refusal that comes as late as the writing is told on the page."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except actions.RefusedError as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kw: Any) -> Any:
        """With the steps that this person may take and what waits for an answer."""
        entry: Entry | None = kw.get("obj")
        context |= {"entry": entry, "waiting": None, "steps": [], "remark": None}
        context |= {"pictures": [], "open_reports": 0, "preview_url": self.preview_url(entry)}
        editing.point(context["adminform"].form, context["preview_url"])
        if entry is not None:
            context |= self.beside(request, entry)
        return super().render_change_form(request, context, *args, **kw)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Write through the verb; a change of what readers see is proposed instead."""
        many = {
            field.name: form.cleaned_data[field.name]
            for field in obj._meta.many_to_many
            if field.name in form.cleaned_data
        }
        by = officer(request)
        if not change:
            actions.save(obj, by=by, many=many)
            return
        stands = type(obj)._default_manager.get(pk=obj.pk)
        now = facts_of(obj) | {name: sorted(row.pk for row in many[name]) for name in many}
        names = changed(facts_of(stands), now)
        if stands.is_readable and not set(names) <= SHELF_LIFE:
            actions.propose(stands, facts=now, by=by)
            request.was_proposed = True  # type: ignore[attr-defined]
            return
        own = [*names, "reference"] if not stands.is_readable else names
        actions.save(obj, by=by, fields=own, many=many)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Lists of other rows went through the verb; of a proposed change they wait with it."""
        if not getattr(request, "was_proposed", False):
            super().save_related(request, form, formsets, change)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Say that a change waits where it does."""
        if not getattr(request, "was_proposed", False):
            return super().response_change(request, obj)
        text = _("Your change of “%(title)s” waits for another person. Readers see the old text.")
        self.message_user(request, text % {"title": obj.title}, messages.SUCCESS)
        return HttpResponseRedirect(steps.address(obj, "proposal"))

    # --- The list -----------------------------------------------------------------------------
    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only drafts go; the list's own bulk deletion goes past the index, so it is off."""
        if obj is None or obj.state != "draft" or obj.first_published_at is not None:
            return False
        return super().has_delete_permission(request)

    def delete_model(self, request: HttpRequest, obj: Entry) -> None:
        """Remove a draft through the verb."""
        actions.delete(obj, by=officer(request))

    @admin.action(description=gettext_lazy("Submit the chosen drafts"), permissions=["change"])
    def submit(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Lay each draft before another person."""
        done = self._each(request, queryset, actions.submit)
        if done:
            text = ngettext("%(n)d draft was submitted.", "%(n)d drafts were submitted.", done)
            self.message_user(request, text % {"n": done}, messages.SUCCESS)

    @admin.action(description=gettext_lazy("Publish the chosen entries"), permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Publish each; those that cannot be are named with the reason."""
        done = self._each(request, queryset, self.publish_one)
        if done:
            text = ngettext("%(n)d entry was published.", "%(n)d entries were published.", done)
            self.message_user(request, text % {"n": done}, messages.SUCCESS)

    @admin.action(description=gettext_lazy("Take the chosen entries back"), permissions=["change"])
    def unpublish(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Take each back to a draft."""
        done = self._each(request, queryset, actions.unpublish)
        if done:
            text = ngettext("%(n)d entry was taken back.", "%(n)d entries were taken back.", done)
            self.message_user(request, text % {"n": done}, messages.SUCCESS)

    def _each(self, request: HttpRequest, rows: QuerySet[Any], verb: Callable[..., Any]) -> int:
        done = 0
        for entry in rows:
            try:
                verb(entry, by=officer(request))
            except actions.RefusedError as refusal:
                self.message_user(request, f"{entry}: {refusal}", messages.ERROR)
            else:
                done += 1
        return done
