"""The filing form: one page, few things required, the rest folded (DOMAIN 4.1)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from files.checking import ACCEPT
from files.models import StoredFile
from intake import consents
from intake.actions import Filing
from intake.forms import layout
from intake.forms.fields import (
    AmountField,
    BusinessNumberField,
    ContactEmailField,
    HSCodeField,
    LazyChoiceField,
    LongTextField,
    PhoneField,
    SeveralCountriesField,
    TextField,
    country_field,
)
from intake.forms.layout import COMPANY, CONTACT, DIFFICULTY
from intake.forms.widgets import ManyFilesInput
from intake.models.case import NAMED, SECRETARIAT_ONLY, VISIBILITY_LABELS, WEB
from reference import cached
from reference.choices import EXPORT_BANDS, SIZE_CLASSES, choices

UNKNOWN = "unknown"
YES, NO = "yes", "no"
CURRENCIES = ("KRW", "USD", "EUR", "JPY", "CNY", "GBP", "VND", "INR", "IDR", "THB")


# What goes into the case under its own name.
_OWN_WAY = {"country", "category", "business_number"}
_SAID = (
    *(name for name in (*DIFFICULTY, *COMPANY, *CONTACT) if name not in _OWN_WAY),
    "currency",
)


def _optional(source: Any, empty: Promise, label: Promise, **kwargs: Any) -> LazyChoiceField:
    return LazyChoiceField(source=source, empty=empty, label=label, required=False, **kwargs)


class FilingForm(forms.Form):
    """Everything that a company says when it files."""

    title = TextField(
        label=_("Title"),
        max_length=150,
        help_text=_("One line. For example: Cosmetics held at customs in Vietnam for a document"),
    )
    country = country_field(label=_("Country concerned"))
    category = LazyChoiceField(
        source=lambda language: [
            (UNKNOWN, str(_("I do not know – please choose for me"))),
            *cached.category_choices(language),
        ],
        empty=_("Choose a kind"),
        label=_("Kind of difficulty"),
        help_text=_("If you are unsure, choose “I do not know”. The officer sorts it out."),
    )
    situation = LongTextField(
        label=_("Situation"),
        help_text=_("What happened, where and since when?"),
    )
    problem = LongTextField(
        label=_("Problem"),
        help_text=_("What blocks your export, and what does it cost you?"),
    )
    request = LongTextField(
        label=_("Request"),
        rows=3,
        help_text=_("What do you wish from us?"),
    )
    at_border = forms.BooleanField(
        label=_("Goods are at the border now"),
        required=False,
        help_text=_("Held at customs or in port. Such cases run on an eight-working-hour clock."),
    )
    needed_by = forms.DateField(
        label=_("Needed by"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Until when must it be settled? Required when goods are at the border."),
    )
    # Folded: about the product and the damage.
    product = TextField(label=_("Product"), max_length=120, required=False)
    hs_code = HSCodeField(
        label=_("HS code"),
        max_length=20,
        required=False,
        help_text=_("2 to 10 digits, for example 3304.99. Leave it empty if you do not know."),
    )
    since = forms.DateField(
        label=_("Since when"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    value = AmountField(
        label=_("Value at stake"),
        required=False,
        min_value=0,
        max_digits=16,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        help_text=_("An estimate is enough, for example 50,000."),
    )
    currency = forms.ChoiceField(
        label=_("Currency"),
        required=False,
        choices=[("", _("Choose a currency")), *((code, code) for code in CURRENCIES)],
    )
    more_countries = SeveralCountriesField(
        label=_("Further countries"), required=False, help_text=_("Up to three more.")
    )
    tried = LongTextField(
        label=_("Already tried"),
        rows=3,
        required=False,
        help_text=_("What have you tried, and whom have you asked?"),
    )
    other_desk = TextField(
        label=_("Also filed with"),
        max_length=200,
        required=False,
        help_text=_("Another authority or desk where you have filed the same difficulty."),
    )
    counterpart = TextField(
        label=_("Counterpart"),
        max_length=200,
        required=False,
        help_text=_("The local authority or buyer concerned. Never published."),
    )
    # The company.
    company_name = TextField(
        label=_("Company name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    business_number = BusinessNumberField(
        label=_("Business registration number"),
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        help_text=_("10 digits, with or without hyphens."),
    )
    province = LazyChoiceField(
        source=cached.province_choices,
        empty=_("Choose a province"),
        label=_("Province"),
        help_text=_("Where the company has its seat."),
    )
    municipality = TextField(label=_("City, county or district"), max_length=40, required=False)
    sector = _optional(cached.sector_choices, _("Choose a sector"), _("Sector"))
    size_class = _optional(
        lambda _language: choices(SIZE_CLASSES), _("Choose a size"), _("Company size")
    )
    export_band = _optional(
        lambda _language: choices(EXPORT_BANDS),
        _("Choose a band"),
        _("Exports of the previous year"),
    )
    # The contact person.
    contact_name = TextField(
        label=_("Contact person"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    contact_position = TextField(
        label=_("Department and position"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    contact_phone = PhoneField(
        label=_("Phone"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "type": "tel"}),
    )
    contact_email = ContactEmailField(
        label=_("E-mail"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("The receipt and every notice go to this address."),
    )
    visibility = forms.ChoiceField(
        label=_("Who may see your company's name?"),
        choices=[(code, VISIBILITY_LABELS[code]) for code in (NAMED, SECRETARIAT_ONLY)],
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose one.")},
        help_text=_("The bodies that are asked can often help faster when they know the company."),
    )

    files = forms.FileField(  # type: ignore[assignment]
        label=_("Files"),
        required=False,
        widget=ManyFilesInput(attrs={"accept": ACCEPT}),
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
    def unchecked(cls, data: Any) -> FilingForm:
        """The form with what was typed, before anybody asks whether it is right."""
        form = cls(data)
        form._errors = ErrorDict()  # type: ignore[attr-defined]
        form.cleaned_data = {}
        return form

    @classmethod
    def names(cls) -> set[str]:
        """What a browser may send: everything else is not ours and is not kept."""
        ours = set(cls.base_fields) - {"files", "more_countries"}
        ours |= {f"more_countries_{place}" for place in (1, 2, 3)}
        return ours | {f"consent_{text.kind}" for text in consents.CONSENTS}

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

    def clean_since(self) -> Any:
        """The beginning of a difficulty does not lie ahead."""
        since = self.cleaned_data["since"]
        if since and since > timezone.localdate():
            raise ValidationError(_("This date lies in the future."), code="future")
        return since

    def clean_needed_by(self) -> Any:
        """What is needed by yesterday cannot be met; say by when it still helps."""
        needed_by = self.cleaned_data["needed_by"]
        if needed_by and needed_by < timezone.localdate():
            raise ValidationError(
                _("This date is over. Write until when an answer still helps."), code="past"
            )
        return needed_by

    def clean(self) -> dict[str, Any]:
        """What depends on more than one field."""
        data: dict[str, Any] = super().clean() or {}
        data["more_countries"] = [
            code for code in data.get("more_countries", []) if code != data.get("country")
        ]
        if data.get("at_border") and not data.get("needed_by") and "needed_by" not in self.errors:
            self.add_error(
                "needed_by",
                ValidationError(
                    _("Write until when the goods must be cleared."), code="border-date"
                ),
            )
        if data.get("value") and not data.get("currency") and "currency" not in self.errors:
            self.add_error(
                "currency", ValidationError(_("Choose the currency of the value."), code="currency")
            )
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


def make_filing(
    data: Mapping[str, Any],
    key: uuid.UUID,
    files: Sequence[StoredFile],
    channel: str,
    language: str = "",
) -> Filing:
    """Clean form data as the verb `submit` takes it; notices come in `language`."""
    facts = {name: data[name] for name in _SAID}
    facts["country_id"] = data["country"]
    facts["category_id"] = None if data["category"] == UNKNOWN else data["category"]
    facts["language"] = language or get_language() or "ko"
    return Filing(
        key=key,
        facts=facts,
        business_number=data["business_number"] or None,
        consents={text.kind: data[f"consent_{text.kind}"] == YES for text in consents.CONSENTS},
        files=files,
        channel=channel,
    )
