"""The filing form: one page, few things required, the rest folded (DOMAIN 4.1)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from files.models import StoredFile
from intake import consents
from intake.actions import Filing
from intake.forms import layout
from intake.forms.difficulty import UNKNOWN, DifficultyForm
from intake.forms.layout import COMPANY, CONTACT, DIFFICULTY
from intake.models.case import NAMED, SECRETARIAT_ONLY, VISIBILITY_LABELS, WEB

YES, NO = "yes", "no"

# What goes into the case under its own name.
_OWN_WAY = {"country", "category", "business_number"}
SAID = (
    *(name for name in (*DIFFICULTY, *COMPANY, *CONTACT) if name not in _OWN_WAY),
    "currency",
)


class FilingForm(DifficultyForm):
    """Everything that a company says when it files."""

    visibility = forms.ChoiceField(
        label=_("Who may see your company's name?"),
        choices=[(code, VISIBILITY_LABELS[code]) for code in (NAMED, SECRETARIAT_ONLY)],
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose one.")},
        help_text=_("The bodies that are asked can often help faster when they know the company."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for text in consents.CONSENTS:
            self.fields[f"consent_{text.kind}"] = forms.ChoiceField(
                label=str(text.title),
                choices=[(YES, _("I agree")), (NO, _("I do not agree"))],
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose whether you agree or not.")},
            )

    @classmethod
    def names(cls) -> set[str]:
        """What a browser may send: everything else is not ours and is not kept."""
        return super().names() | {f"consent_{text.kind}" for text in consents.CONSENTS}

    @property
    def helper(self) -> FormHelper:
        """How the page is laid out."""
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = layout.page()
        return helper

    def consent_fields(self) -> list[tuple[consents.ConsentText, Any, str]]:
        """Each consent with its bound field and the template of its text in this language."""
        language = get_language() or "ko"
        return [
            (
                text,
                self[f"consent_{text.kind}"],
                text.templates.get(language, text.templates["ko"]),
            )
            for text in consents.CONSENTS
        ]

    def clean(self) -> dict[str, Any]:
        """Without the required consents nothing can be handled."""
        data = super().clean()
        for text in consents.CONSENTS:
            name = f"consent_{text.kind}"
            if text.required and data.get(name) == NO:
                self.add_error(
                    name,
                    ValidationError(
                        _(
                            "Without this consent we cannot handle the case. If you do not wish "
                            "to give it, please call us."
                        ),
                        code="needed",
                    ),
                )
        return data

    def filing(
        self,
        key: uuid.UUID,
        files: Sequence[StoredFile] = (),
        *,
        channel: str = WEB,
        language: str = "",
    ) -> Filing:
        """What the form says, as the verb `submit` takes it."""
        return make_filing(self.cleaned_data, key, files, channel, language)


def facts_of(data: Mapping[str, Any], language: str = "") -> dict[str, Any]:
    """Clean form data as fields of a case."""
    facts = {name: data[name] for name in SAID}
    facts["country_id"] = data["country"]
    facts["category_id"] = None if data["category"] == UNKNOWN else data["category"]
    facts["language"] = language or get_language() or "ko"
    return facts


def make_filing(
    data: Mapping[str, Any],
    key: uuid.UUID,
    files: Sequence[StoredFile],
    channel: str,
    language: str = "",
) -> Filing:
    """Clean form data as the verb `submit` takes it; notices come in `language`."""
    return Filing(
        key=key,
        facts=facts_of(data, language),
        business_number=data["business_number"] or None,
        consents={text.kind: data[f"consent_{text.kind}"] == YES for text in consents.CONSENTS},
        files=files,
        channel=channel,
    )
