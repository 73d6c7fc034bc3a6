"""Announced changes at the desk: a new one for a published entry, and how far each was told."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from marketinfo.entry import Entry
from marketinfo.following import announcing, kinds
from marketinfo.models import RecordChange
from marketinfo.models.follow import LONGEST_CHANGE

SHOWN = ("title", "what", "at", "by", "told_shown", "cases")


class AnnounceForm(forms.ModelForm):
    """One sentence on what changed; the entry comes with the address of the page."""

    what = forms.CharField(
        label=gettext_lazy("What changed"),
        max_length=LONGEST_CHANGE,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "One sentence. It goes to every follower and to every company with an open case on "
            "this country and these goods, and cannot be taken back."
        ),
    )
    sure = forms.BooleanField(
        label=gettext_lazy("Important change"),
        help_text=gettext_lazy("Readers must act on it, or could make a mistake without it."),
    )

    class Meta:
        model = RecordChange
        fields = ("what",)

    kind = forms.CharField(max_length=60, widget=forms.HiddenInput)
    key = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """The entry is published: nobody is told of what nobody can read."""
        cleaned = super().clean() or self.cleaned_data
        found = kinds.find(cleaned.get("kind", ""), pk=cleaned.get("key"))
        if found is None:
            raise forms.ValidationError(_("Begin at the page of a published entry."))
        self.record: Entry = found
        self.instance.title = found.title
        return cleaned

    def clean_what(self) -> str:
        """On one line."""
        return " ".join(str(self.cleaned_data["what"]).split())


@admin.register(RecordChange)
class RecordChangeAdmin(admin.ModelAdmin):
    """What was announced, to how many, and the cases that may rely on what is no longer so."""

    form = AnnounceForm
    list_display = ("title", "what", "at", "by", "told_shown", "cases")
    list_display_links = None
    list_select_related: ClassVar = ["by"]
    ordering: ClassVar = ["-at", "-pk"]
    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Whoever publishes announces."""
        return request.user.has_perm("marketinfo.add_recordchange")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was told was told."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is thrown away."""
        return False

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """A form for a new one, facts of an old one."""
        fields = ("what", "sure", "kind", "key") if obj is None else SHOWN
        return [(None, {"fields": fields})]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Nothing of an old one is written."""
        return () if obj is None else SHOWN

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The entry that the address names."""
        return {name: request.GET.get(name, "")[:60] for name in ("kind", "key")}

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The page names the entry; without one there is nothing to announce."""
        said = request.POST if request.method == "POST" else request.GET
        number = said.get("key", "")
        pk = int(number) if number.isascii() and number.isdecimal() and len(number) < 19 else None
        record = kinds.find(said.get("kind", ""), pk=pk)
        if record is None and request.method != "POST" and self.has_add_permission(request):
            self.message_user(request, _("Begin at the page of a published entry."))
            return redirect("admin:marketinfo_requirement_changelist")
        name = record.title if record else _("no entry chosen")
        title = _("Announce a change: %(entry)s") % {"entry": name}
        context = {**(extra_context or {}), "title": title, "show_save_and_add_another": False}
        return super().add_view(request, form_url, {**context, "show_save_and_continue": False})

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Announce through the verb; the same sentence twice on a day is one announcement."""
        told = announcing.announce_change(
            form.record, what=form.cleaned_data["what"], by=cast(User, request.user)
        )
        obj.pk, obj._state.adding = told.pk, False

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: Any = None
    ) -> HttpResponse:
        """On to the cases that were answered before it changed."""
        self.message_user(request, _("The change is announced; mails are on their way."))
        return redirect("admin:intake_case_relied", obj.pk)

    @admin.display(description=gettext_lazy("told"))
    def told_shown(self, row: RecordChange) -> str:
        """How many notices went out so far, and whether that is all."""
        return str(row.count) if row.finished_at else _("%(n)d so far") % {"n": row.count}

    @admin.display(description=gettext_lazy("answered cases"))
    def cases(self, row: RecordChange) -> SafeString:
        """The way to the cases whose answer may rely on it."""
        return format_html(
            '<a href="{}">{}</a>',
            reverse("admin:intake_case_relied", args=[row.pk]),
            _("Look through them"),
        )
