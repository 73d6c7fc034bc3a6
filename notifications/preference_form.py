"""The form in which a person says how often, and in which language, to be told."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from notifications import preferences
from notifications.models.preference import AT_ONCE, RHYTHM_LABELS

_FIELD = "topic_"


class ChoicesForm(forms.Form):
    """A rhythm for each topic of which something may wait, and the language of notices."""

    def __init__(self, person: Any, data: Any = None) -> None:
        super().__init__(data)
        chosen = preferences.chosen(person)
        self.topics = preferences.topics_of(person)
        for topic in self.topics:
            self.fields[f"{_FIELD}{topic}"] = forms.ChoiceField(
                label=preferences.TOPIC_LABELS[topic],
                help_text=preferences.TOPIC_HINTS.get(topic, ""),
                choices=list(RHYTHM_LABELS.items()),
                initial=chosen.get(topic, AT_ONCE),
                widget=forms.RadioSelect,
            )
        self.fields["language"] = forms.ChoiceField(
            label=_("Language of notices"),
            choices=list(settings.LANGUAGES),
            initial=person.language,
            widget=forms.RadioSelect,
        )

    @property
    def rhythms(self) -> dict[str, str]:
        """The chosen rhythm of each topic."""
        return {topic: self.cleaned_data[f"{_FIELD}{topic}"] for topic in self.topics}
