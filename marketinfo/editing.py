"""The field in which officers write Markdown: a plain text area, with tools where scripts run."""

from __future__ import annotations

from typing import Any

from django import forms

# A column that takes at least so much is running text.
RUNNING_TEXT = 10_000


class MarkdownArea(forms.Textarea):
    """A text area with a bar of tools and a preview; without scripts a button shows the preview."""

    template_name = "admin/marketinfo/entry/markdown.html"
    # Where the preview is asked for; the admin of the entry says so.
    preview_url = ""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"rows": 22, "cols": 80, **(attrs or {})})

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """With the address that shows the preview."""
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["widget"]["preview_url"] = self.preview_url
        return context


def give_editors(form: forms.ModelForm[Any]) -> None:
    """Put the editor in the place of every text area for running text."""
    for name, field in form.fields.items():
        longest = getattr(field, "max_length", None) or 0
        if isinstance(field.widget, forms.Textarea) and longest >= RUNNING_TEXT:
            rows = 22 if name == "body" else 10
            field.widget = MarkdownArea({"rows": rows, **_kept(field.widget.attrs)})


def _kept(attrs: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in attrs.items() if key in {"maxlength", "required"}}


def point(form: forms.BaseForm, preview_url: str) -> None:
    """Tell every editor of a form where its preview is asked for."""
    for field in form.fields.values():
        if isinstance(field.widget, MarkdownArea):
            field.widget.preview_url = preview_url
