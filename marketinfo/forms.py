"""The filter above a list, and what officers type in the admin."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from marketinfo import editing, hs
from marketinfo.entry import RESERVED, Entry, EntryQuerySet
from marketinfo.words import (
    ARTICLE_KINDS,
    CONFIDENCE,
    CONTENT_LANGUAGES,
    LICENCES,
    REQUIREMENT_TYPES,
    choices,
)
from reference import cached
from reference.models import Country

MAX_QUERY = 200


def offer(form: forms.BaseForm, name: str, offered: list[Any]) -> None:
    """Set the choices of a field, in the language of this moment."""
    cast(forms.ChoiceField, form.fields[name]).choices = offered


class FilterForm(forms.Form):
    """What a reader looks for: words, country, kind, category, HS code. All may be empty.

    `kinds` are the choices of the list at hand; `within` is the list before it is filtered:
    only countries that occur in it are offered.
    """

    q = forms.CharField(
        label=gettext_lazy("Words"),
        required=False,
        max_length=MAX_QUERY,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    country = forms.ChoiceField(label=gettext_lazy("Country"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)
    category = forms.ChoiceField(label=gettext_lazy("Category"), required=False)
    hs = forms.CharField(
        label=gettext_lazy("HS code"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    cleaned_data: dict[str, Any]

    def __init__(
        self,
        data: Any,
        *,
        kinds: list[tuple[str, str]],
        kind_field: str,
        within: EntryQuerySet,
    ) -> None:
        super().__init__(data, auto_id="filter-%s")
        self.kind_field = kind_field
        self.within = within
        language = get_language() or "ko"
        everything = ("", _("All"))
        known = [pair for _group, pairs in cached.country_choices(language) for pair in pairs]
        offer(self, "country", [everything, *known])
        self.fields["country"].widget.choices = [everything, *self._occurring()]  # type: ignore[attr-defined]
        offer(self, "kind", [everything, *kinds])
        offer(self, "category", [everything, *cached.category_choices(language)])

    def _occurring(self) -> list[tuple[str, str]]:
        codes = self.within.exclude(country=None).order_by().values("country").distinct()
        # The one that was asked for stays on offer, so that the page says what it shows.
        rows = Country.objects.filter(Q(pk__in=codes) | Q(pk=self.data.get("country", "")[:2]))
        return [(row.pk, row.name) for row in rows]

    def clean_hs(self) -> str:
        """One code without dots, or nothing."""
        codes = hs.parsed(self.cleaned_data["hs"])
        if len(codes) > 1:
            raise forms.ValidationError(_("Write one HS code."))
        return codes[0] if codes else ""

    def found(self) -> EntryQuerySet:
        """The list narrowed by what is valid; best answers first where words were given."""
        self.full_clean()
        kind = self.cleaned_data.get("kind")
        within = self.within.filter(**{self.kind_field: kind}) if kind else self.within
        return self.narrowed(within)

    def narrowed(self, entries: EntryQuerySet) -> EntryQuerySet:
        """Another list narrowed in the same way, whatever the kind."""
        wanted = self.cleaned_data
        if country := wanted.get("country"):
            entries = entries.for_country(country)
        if category := wanted.get("category"):
            entries = entries.for_category(category)
        if code := wanted.get("hs"):
            entries = entries.for_hs(code)
        if query := wanted.get("q"):
            return entries.search(query)
        return entries.newest_first()

    @property
    def query(self) -> str:
        """The words that were asked for."""
        return str(self.cleaned_data.get("q", ""))

    @property
    def narrows(self) -> bool:
        """Whether anything was asked for at all."""
        return any(self.cleaned_data.values())


class EntryForm(forms.ModelForm):
    """An entry in the admin: code lists as choices, HS codes as people write them."""

    hs_longest = 10
    hs_codes = forms.CharField(
        label=gettext_lazy("HS codes"),
        required=False,
        max_length=240,
        help_text=gettext_lazy("Separated by spaces, such as: 33 3304.99"),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language of the text"))
    licence = forms.ChoiceField(label=gettext_lazy("Licence"), required=False)
    # The version that the page showed.
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        editing.give_editors(self)
        if self.instance.pk and "seen" in self.fields:
            self.initial["seen"] = self.instance.version
        for name, labels in self.code_lists().items():
            if name in self.fields:
                offer(self, name, choices(labels))
        if self.instance.pk and "hs_codes" in self.fields:
            self.initial["hs_codes"] = " ".join(self.instance.hs_list)

    def code_lists(self) -> dict[str, Any]:
        """Which field offers which code list."""
        return {"language": CONTENT_LANGUAGES, "licence": LICENCES}

    def clean_reference(self) -> str:
        """A word that leads nowhere else."""
        reference = str(self.cleaned_data["reference"])
        if reference in RESERVED:
            raise forms.ValidationError(_("Another page stands at this address."))
        return reference

    def clean_hs_codes(self) -> str:
        """The column's form of what was typed."""
        return hs.stored(hs.parsed(self.cleaned_data["hs_codes"], longest=self.hs_longest))

    def clean(self) -> dict[str, Any] | None:
        """A check cannot come due before it was made."""
        cleaned = super().clean() or self.cleaned_data
        checked, due = cleaned.get("last_verified"), cleaned.get("next_check")
        if checked and due and due <= checked:
            self.add_error("next_check", _("The next check must be later than the last one."))
        self._mind_others(cleaned.get("seen"))
        entry: Entry = self.instance
        if entry.pk and entry.is_published and not checked and "last_verified" in self.fields:
            self.add_error("last_verified", _("A published entry needs the date of its check."))
        return cleaned

    def _mind_others(self, seen: int | None) -> None:
        """What somebody else saved meanwhile is not written over unseen; a second press may."""
        now = self.instance.version
        if not self.instance.pk or seen is None or seen == now or "seen" not in self.fields:
            return
        name = str(self.instance.updated_by or _("Somebody else"))
        self.add_error(
            None,
            _(
                "%(name)s has changed this entry since you opened it. Nothing was written; your "
                "text stands below. Compare the revisions, then save again to write yours over it."
            )
            % {"name": name},
        )
        data: Any = cast(QueryDict, self.data).copy()
        data[self.add_prefix("seen")] = str(now)
        self.data = data


class ArticleForm(EntryForm):
    """An article in the admin."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"))

    def code_lists(self) -> dict[str, Any]:
        """Kinds beside the common lists."""
        return {**super().code_lists(), "kind": ARTICLE_KINDS}


class RequirementForm(EntryForm):
    """A requirement in the admin."""

    type = forms.ChoiceField(label=gettext_lazy("Type"))
    confidence = forms.ChoiceField(label=gettext_lazy("Confidence"))

    def code_lists(self) -> dict[str, Any]:
        """Types and confidence beside the common lists."""
        return {**super().code_lists(), "type": REQUIREMENT_TYPES, "confidence": CONFIDENCE}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "country" in self.fields:
            self.fields["country"].required = True


class ReportForm(forms.Form):
    """What a reader says is wrong on an entry."""

    text = forms.CharField(
        label=gettext_lazy("What is wrong?"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy(
            "For example: the fee has changed, the link leads nowhere, the form has a new name. "
            "Do not write names or telephone numbers."
        ),
        error_messages={"required": gettext_lazy("Write in a few words what is wrong.")},
    )

    cleaned_data: dict[str, Any]
