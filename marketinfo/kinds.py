"""Every kind of entry that there is, those of the apps above too."""

from __future__ import annotations

from django.apps import apps

from marketinfo.entry import Entry


def models() -> list[type[Entry]]:
    """Every model of entries, in the order in which the applications name them."""
    return [model for model in apps.get_models() if issubclass(model, Entry)]


def word(entry: Entry | type[Entry]) -> str:
    """The kind's word in addresses: article, requirement, casestudy."""
    return str(entry._meta.model_name)


def of_word(wanted: str) -> type[Entry] | None:
    """The model behind a word of an address; None for any other word."""
    return next((model for model in models() if word(model) == wanted), None)


def of_label(label: str) -> type[Entry] | None:
    """The model that a kept row names (`marketinfo.article`); None for any other text."""
    return next((model for model in models() if model._meta.label_lower == label), None)
