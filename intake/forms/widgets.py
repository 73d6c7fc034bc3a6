"""Widgets of the filing form: several selects over one long list, several files at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy

from accounts.forms.widgets import LongSelect

__all__ = ["LongSelect", "ManyFilesInput", "SeveralSelects"]


class SeveralSelects(forms.Widget):
    """Some optional selects over one list: easier to see and to use than one with many marks."""

    use_fieldset = True

    def __init__(self, count: int = 3, attrs: Any = None, *, each: Any = None) -> None:
        super().__init__(attrs)
        self.count = count
        # What one of them is called; the selects are told apart by their place.
        self.each = each or gettext_lazy("Further country")
        self.choices: Any = ()

    def id_for_label(self, id_: str) -> str:
        """The group has a legend, and each select its own name."""
        return ""

    def subwidgets(self, name: str, value: Any, attrs: Any = None) -> Iterator[Any]:
        """None apart: the first select carries the field's own id."""
        return iter(())

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        """Every choice that was made, none twice."""
        chosen = [data.get(f"{name}_{place}", "") for place in range(1, self.count + 1)]
        return list(dict.fromkeys(one for one in chosen if one))

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """Selects always send something."""
        return False

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The selects, one under the other; the first carries the field's id."""
        chosen = list(value or [])[: self.count]
        chosen += [""] * (self.count - len(chosen))
        final = self.build_attrs(self.attrs, attrs)
        first = str(final.pop("id", f"id_{name}"))
        select = LongSelect(choices=self.choices)
        rendered = []
        for place, one in enumerate(chosen, start=1):
            own = {
                "id": first if place == 1 else f"{first}_{place}",
                "class": "krds-form-select",
                "aria-label": gettext("%(what)s, %(place)d of %(count)d")
                % {"what": self.each, "place": place, "count": self.count},
            }
            rendered.append((select.render(f"{name}_{place}", one, final | own),))
        return format_html('<div class="stack">{}</div>', format_html_join("", "{}", rendered))


class ManyFilesInput(forms.FileInput):
    """A file input that takes several files at once."""

    allow_multiple_selected = True
