"""A form field for a list of words, typed with commas instead of as JSON."""

from __future__ import annotations

from typing import Any

from django import forms


class WordsField(forms.CharField):
    """A list of short texts, written with commas between them."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.Textarea(attrs={"rows": 2}))
        # What the model's JSON field would pass on.
        options.pop("encoder", None)
        options.pop("decoder", None)
        # The stored list is what a change is measured against, not a hidden copy in the page.
        options["show_hidden_initial"] = False
        super().__init__(**options)

    def prepare_value(self, value: Any) -> Any:
        """Show a stored list; show what was typed as it was typed."""
        return ", ".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        """Words without the spaces around them; empty ones and repetitions go."""
        words = (word.strip() for word in str(value or "").split(","))
        return list(dict.fromkeys(word for word in words if word))

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether the words differ, whatever the spacing."""
        return bool((initial or []) != self.to_python(data))
