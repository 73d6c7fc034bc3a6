"""The company's word on what was filed for it: corrections, papers, visibility, consents."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from intake import consents
from intake.actions.confirming import (
    COMPANY,
    CONTACT,
    CORRECTABLE,
    GOODS,
    TEXTS,
    Confirmation,
    as_text,
    choices_of,
)
from intake.forms.attaching import WithFiles
from intake.forms.fields import LongTextField
from intake.forms.filing import NO, YES, FilingForm
from intake.models import Case, ConfirmationDraft
from intake.models.case import ANONYMOUS, NAMED, SECRETARIAT_ONLY, VISIBILITY_LABELS
from notifications import gateway
from notifications.gateway import phones
from privacy import warning

# What a person may type into one field before it is kept: more than any field takes.
_KEPT_AT_MOST = 12_000
_DECIDED = ("visibility", "texts", *(f"consent_{text.kind}" for text in consents.CONSENTS))
# A company without these was filed for all the same; it need not give what it has not.
_MAY_BE_EMPTY = ("contact_email", "contact_phone")
_VISIBILITY = {
    NAMED: VISIBILITY_LABELS[NAMED],
    SECRETARIAT_ONLY: VISIBILITY_LABELS[SECRETARIAT_ONLY],
    ANONYMOUS: _("Nobody but the organisation that filed for us may know who we are"),
}


class ConfirmForm(WithFiles):
    """Everything on the page. It starts from the case and from what was saved before."""

    note = LongTextField(label=_("A word to the officer"), rows=3, max_length=2000, required=False)
    visibility = forms.ChoiceField(
        label=_("Who may see your company's name?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose one.")},
    )

    def __init__(self, data: Any = None, *, case: Case, draft: ConfirmationDraft | None) -> None:
        self.case = case
        self.saved: Mapping[str, str] = draft.data.get("said", {}) if draft else {}
        filed = {name: as_text(getattr(case, name)) for name in CORRECTABLE}
        super().__init__(data, initial=filed | dict(self.saved))
        self.filed = filed
        for name in CORRECTABLE:
            field = copy.deepcopy(FilingForm.base_fields[name])
            field.required = field.required and bool(filed[name])
            if name in _MAY_BE_EMPTY and not filed[name]:
                field.required = False
            self.fields[name] = field
        self.fields["visibility"].choices = [  # type: ignore[attr-defined]
            (code, _VISIBILITY[code]) for code in choices_of(case)
        ]
        if gateway.is_on() and not case.by_text:
            self.fields["texts"] = forms.ChoiceField(
                label=_("Short text messages beside the mail?"),
                choices=[
                    ("", _("No, by mail alone")),
                    (YES, _("Yes, to the phone of the contact person")),
                ],
                required=False,
                help_text=_("When you have to do something, and when we have answered."),
            )
        for text in consents.CONSENTS:
            self.fields[f"consent_{text.kind}"] = forms.ChoiceField(
                label=str(text.title),
                choices=[(YES, _("I agree")), (NO, _("I do not agree"))],
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose whether you agree or not.")},
            )

    # --- What a post brings -------------------------------------------------------------
    @staticmethod
    def said(posted: QueryDict) -> dict[str, str]:
        """What this page changed, word for word: of a text, only what differs from what it showed.

        So two windows spoil nothing for each other, and nothing that is wrong is lost.
        """
        found = {}
        for name in (*CORRECTABLE, "note", *_DECIDED):
            value = posted.get(name)
            if value is None:
                continue
            value = value.replace("\x00", "").replace("\r\n", "\n")
            value = warning.decided(value, posted, name)[:_KEPT_AT_MOST]
            was = posted.get(f"initial-{name}")
            if name in _DECIDED or was is None or value != was.replace("\r\n", "\n"):
                found[name] = value
        return found

    @classmethod
    def judged(cls, case: Case, draft: ConfirmationDraft) -> ConfirmForm:
        """The form with everything that was saved, asked whether it is right."""
        filed = {name: as_text(getattr(case, name)) for name in CORRECTABLE}
        data = QueryDict(mutable=True)
        data.update(filed | dict(draft.data.get("said", {})))
        return cls(data, case=case, draft=draft)

    def clean(self) -> dict[str, Any]:
        """What depends on more than one field; what stands as it was filed is not judged anew."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        for name in [*self.errors]:
            if name in CORRECTABLE and not self._is_changed(name):
                del self.errors[name]
        if data.get("value") and not data.get("currency") and self._is_changed("value"):
            self.add_error(
                "currency", ValidationError(_("Choose the currency of the value."), code="currency")
            )
        needed_by = data.get("needed_by")
        if needed_by and self._is_changed("needed_by") and needed_by < timezone.localdate():
            self.add_error(
                "needed_by",
                ValidationError(
                    _("This date is over. Write until when an answer still helps."), code="past"
                ),
            )
        if data.get("texts") == YES and not phones.mobile(data.get("contact_phone", "")):
            self.add_error(
                "texts",
                ValidationError(
                    _("Text messages need a mobile number. Correct the phone above, or choose no."),
                    code="mobile",
                ),
            )
        for text in consents.CONSENTS:
            name = f"consent_{text.kind}"
            if text.required and data.get(name) == NO:
                self.add_error(
                    name,
                    ValidationError(
                        _(
                            "Without this consent nobody may work on the case. Agree, or end it "
                            "below."
                        ),
                        code="needed",
                    ),
                )
        return data

    def _is_changed(self, name: str) -> bool:
        return self.saved.get(name, self.filed[name]) != self.filed[name]

    def confirmation(self) -> Confirmation:
        """What the company says, as the verb `confirm` takes it."""
        data = self.cleaned_data
        return Confirmation(
            visibility=data["visibility"],
            consents={text.kind: data[f"consent_{text.kind}"] == YES for text in consents.CONSENTS},
            corrections={
                name: data[name] for name in CORRECTABLE if name in data and self._is_changed(name)
            },
            note=data.get("note", ""),
        )

    @property
    def wants_texts(self) -> bool:
        """Whether the contact person asked for text messages too."""
        return bool(self.cleaned_data.get("texts") == YES)

    def text_field(self) -> Any:
        """The choice of text messages, where there is one."""
        return self["texts"] if "texts" in self.fields else None

    # --- What the page draws ------------------------------------------------------------
    def consent_fields(self) -> list[tuple[consents.ConsentText, Any, str]]:
        """Each consent with its bound field and the template of its text in this language."""
        language = get_language() or "ko"
        return [
            (text, self[f"consent_{text.kind}"], text.templates.get(language, text.templates["ko"]))
            for text in consents.CONSENTS
        ]

    def groups(self) -> list[tuple[Any, list[Any]]]:
        """The fields that may be corrected, group by group."""
        return [
            (_("The difficulty"), [self[name] for name in TEXTS]),
            (_("Product and value"), [self[name] for name in GOODS]),
            (_("The company"), [self[name] for name in COMPANY]),
            (_("The contact person"), [self[name] for name in CONTACT]),
        ]

    @property
    def correcting(self) -> bool:
        """Whether the fold of the corrections stands open."""
        return any(self._is_changed(name) or name in self.errors for name in CORRECTABLE)

    @property
    def refuses(self) -> list[str]:
        """The consents that are refused and without which nobody may handle the case."""
        return [kind for kind in consents.REQUIRED if self.saved.get(f"consent_{kind}") == NO]

    def shown(self) -> SafeString:
        """Hidden fields with what the page shows, so that only what changes is written."""
        return format_html_join(
            "",
            '<input type="hidden" name="initial-{}" value="{}">',
            ((name, self[name].value() or "") for name in (*CORRECTABLE, "note")),
        )
