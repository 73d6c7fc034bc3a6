"""The company's side of a supplement: an answer to each item, corrections, and the last word."""

from __future__ import annotations

import copy
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from files.models import StoredFile
from intake.actions.supplying import CORRECTABLE, Given, Reply, current_items, mark
from intake.forms import attaching
from intake.forms.attaching import WithFiles
from intake.forms.fields import LongTextField
from intake.forms.filing import FilingForm
from intake.models import Case, SupplementDraft, SupplementItem

PREFIX = "supplement"


class ItemReplyForm(WithFiles):
    """What the company gives for one item: words, files, or why it cannot."""

    text = LongTextField(label=_("Your words"), rows=3, max_length=5000, required=False)
    cannot = forms.BooleanField(
        label=_("We cannot give this; the reason is in the words above"), required=False
    )
    seen = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)

    def __init__(self, *args: Any, item: SupplementItem, **kwargs: Any) -> None:
        self.item = item
        self.overtaken = False
        kwargs["prefix"] = f"{PREFIX}-{item.pk}"
        kwargs["initial"] = {"text": item.given_text, "cannot": item.cannot, "seen": mark(item)}
        super().__init__(*args, **kwargs)
        if item.kind == SupplementItem.FACT:
            self.fields["text"].label = _("Your answer")

    def clean(self) -> dict[str, Any]:
        """Whoever cannot give it says why."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("cannot") and not cleaned.get("text") and "text" not in self.errors:
            self.add_error("text", ValidationError(_("Say why you cannot give it."), code="why"))
        return cleaned

    @property
    def was_posted(self) -> bool:
        """Whether the page that was sent held this item at all."""
        return self.add_prefix("text") in self.data

    @property
    def wrong(self) -> bool:
        """Whether the page must show this item as it was typed."""
        return bool(self.errors) or self.overtaken

    def again(self) -> ItemReplyForm:
        """The form after what was fine has been kept: as stored, or as typed where it is wrong."""
        fresh = SupplementItem.objects.prefetch_related("attachments__file").get(pk=self.item.pk)
        if not self.wrong:
            return ItemReplyForm(item=fresh)
        # Not `{**data}`: of a posted form that would take the lists behind the values.
        data = {name: self.data[name] for name in self.data} | {
            self.add_prefix("seen"): mark(fresh)
        }
        form = ItemReplyForm(data, item=fresh)
        form.overtaken = self.overtaken
        for name, errors in self.errors.items():
            for error in errors.as_data():
                if not form.has_error(name, error.code):
                    form.add_error(name, error)
        return form


def _correction(name: str) -> forms.Field:
    field = copy.deepcopy(FilingForm.base_fields[name])
    field.show_hidden_initial = True
    return field


class RestForm(forms.Form):
    """What goes with the items: words to the officer, corrections, why something stays open."""

    text = LongTextField(
        label=_("Words to the officer"),
        rows=3,
        max_length=5000,
        required=False,
        show_hidden_initial=True,
    )
    why_open = LongTextField(
        label=_("Why items stay open"),
        rows=2,
        max_length=2000,
        required=False,
        help_text=_("Only if you send without them. The officer then decides how to go on."),
    )

    def __init__(self, data: Any = None, *, case: Case) -> None:
        draft = SupplementDraft.objects.filter(case=case).first()
        begun = draft.corrections if draft else {}
        initial = {name: begun.get(name, getattr(case, name)) for name in CORRECTABLE}
        initial["text"] = draft.text if draft else ""
        if data is not None:
            # What a page did not hold was not emptied by it.
            data = data.copy()
            for name, value in initial.items():
                if f"{PREFIX}-{name}" not in data:
                    data[f"{PREFIX}-{name}"] = data[f"initial-{PREFIX}-{name}"] = value
        super().__init__(data, prefix=PREFIX, initial=initial)
        self.begun = bool(begun)
        for name in CORRECTABLE:
            self.fields[name] = _correction(name)

    def clean(self) -> dict[str, Any]:
        """Texts of its own that the company leaves as they stand are not judged anew."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        for name in [*self.errors]:
            if name in CORRECTABLE and name not in self.changed_data:
                del self.errors[name]
        return data

    def corrections(self) -> list[Any]:
        """The fields of the company's own texts, for the page."""
        return [self[name] for name in CORRECTABLE]

    def seen(self) -> SafeString:
        """Hidden fields with what the page showed, so that only what changed is written."""
        return format_html_join(
            "",
            "{}",
            ((self[name].as_hidden(only_initial=True),) for name in ("text", *CORRECTABLE)),
        )

    @property
    def correcting(self) -> bool:
        """Whether the fold of the corrections stands open."""
        return self.begun or any(name in self.errors for name in CORRECTABLE)

    def changed(self) -> dict[str, str]:
        """The texts that this page changed and that are fine, by the field's name."""
        return {
            name: self.cleaned_data[name]
            for name in self.changed_data
            if name in CORRECTABLE and name in self.cleaned_data
        }


class SupplementPage:
    """The whole of the company's supplement as one page posts it: items, words, corrections."""

    def __init__(
        self,
        case: Case,
        data: QueryDict | None = None,
        files: MultiValueDict[str, Any] | None = None,
    ) -> None:
        self.case = case
        items = current_items(case)
        self.items = [ItemReplyForm(data, item=item) for item in items]
        self.rest = RestForm(data, case=case)
        self.open_items: list[SupplementItem] = []
        self._data, self._files = data, files

    @property
    def is_bound(self) -> bool:
        """Whether it shows what was sent."""
        return self.rest.is_bound

    @property
    def count(self) -> int:
        """How many items are asked for."""
        return len(self.items)

    @property
    def given(self) -> int:
        """How many of them have something."""
        return sum(form.item.is_given for form in self.items)

    @property
    def still_open(self) -> list[SupplementItem]:
        """The items that have nothing yet."""
        return [form.item for form in self.items if not form.item.is_given]

    @property
    def fine(self) -> bool:
        """Whether everything that was sent could be kept."""
        return not self.rest.errors and not any(form.wrong for form in self.items)

    @property
    def problems(self) -> list[tuple[str, str, str]]:
        """What is to be mended: where on the page, of which item or field, and what."""
        found: list[tuple[str, str, Any]] = []
        for form in self.items:
            label = form.item.label
            if form.overtaken:
                found.append((f"item-{form.item.pk}", label, _("Changed in another window")))
            for name, errors in form.errors.items():
                found += [(form[name].id_for_label, label, error) for error in errors]
        for name, errors in self.rest.errors.items():
            field = self.rest[name]
            found += [(field.id_for_label, str(field.label), error) for error in errors]
        return [(place, label, str(text)) for place, label, text in found]

    def reply(self) -> Reply:
        """What can be kept of what was sent; files are stored on the way, refused ones told."""
        given: dict[int, Given] = {}
        for form in self.items:
            valid = form.is_valid()
            files: tuple[StoredFile, ...] = ()
            if self._data is not None and self._files is not None:
                files = tuple(attaching.take(self._data, self._files, self.case, form))
            said = form.cleaned_data
            item = form.item
            if valid and form.was_posted:
                seen = said["seen"] or None
                given[item.pk] = Given(said["text"], said["cannot"], files, seen)
            elif files:
                # The words are refused and stay on the page; the files are kept all the same.
                given[item.pk] = Given(item.given_text, item.cannot, files)
        self.rest.is_valid()
        text = self.rest.cleaned_data.get("text") if "text" in self.rest.changed_data else None
        return Reply(given, text, self.rest.changed())

    def overtaken(self, items: list[SupplementItem]) -> None:
        """Mark the items that another window changed meanwhile."""
        keys = {item.pk for item in items}
        for form in self.items:
            form.overtaken = form.item.pk in keys

    def refresh(self) -> SupplementPage:
        """The page after what was fine has been kept; what was wrong stands as it was typed."""
        fresh = SupplementPage(self.case)
        fresh.items = [form.again() for form in self.items]
        if self.rest.errors or self.open_items:
            fresh.rest = self.rest
        fresh.open_items = self.open_items
        return fresh
