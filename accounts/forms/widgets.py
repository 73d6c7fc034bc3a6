"""A select for long lists that costs little: its options are written once, not per request."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe


def _options(groups: Iterable[Any]) -> SafeString:
    parts = []
    for value, label in groups:
        if isinstance(label, tuple | list):
            parts.append(format_html('<optgroup label="{}">{}</optgroup>', value, _options(label)))
        else:
            parts.append(format_html('<option value="{}">{}</option>', value, label))
    return mark_safe("".join(parts))  # noqa: S308 - made of escaped parts


def _frozen(choices: Iterable[Any]) -> tuple[Any, ...]:
    """Choices as a key: what was offered, whoever made the list."""
    return tuple(
        (value, _frozen(label) if isinstance(label, tuple | list) else str(label))
        for value, label in choices
    )


class LongSelect(forms.Select):
    """A select of hundreds of options whose HTML is made once per list, not per request."""

    _made: dict[tuple[Any, ...], SafeString] = {}

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The whole element; the chosen option is marked in the prepared text."""
        chosen = str(value[0] if isinstance(value, list | tuple) and value else value or "")
        final = flatatt(self.build_attrs(self.attrs, attrs))
        return format_html('<select name="{}"{}>{}</select>', name, final, self._listed(chosen))

    def _listed(self, chosen: str) -> SafeString:
        key = _frozen(self.choices)
        made = self._made.get(key)
        if made is None:
            if len(self._made) > 64:
                self._made.clear()
            made = self._made[key] = _options(key)
        # Escaped like the options themselves: what is no option of ours matches nothing.
        wanted = format_html('<option value="{}"', chosen)
        return mark_safe(made.replace(wanted + ">", wanted + " selected>", 1))  # noqa: S308
