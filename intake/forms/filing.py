"""The filing form: one page, few things required, the rest folded (DOMAIN 4.1)."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout, Row
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts import business_number
from files.models import StoredFile
from intake import consents
from intake.actions import Filing
from intake.forms.fields import (
    AmountField,
    BusinessNumberField,
    HSCodeField,
    LazyChoiceField,
    LongTextField,
    PhoneField,
    TextField,
    country_field,
)
from intake.models.case import NAMED, SECRETARIAT_ONLY, VISIBILITY_LABELS, WEB
from reference import cached
from reference.choices import EXPORT_BANDS, SIZE_CLASSES, choices

UNKNOWN = "unknown"
YES, NO = "yes", "no"
CURRENCIES = ("KRW", "USD", "EUR", "JPY", "CNY", "GBP", "VND", "INR", "IDR", "THB")


_DIFFICULTY = (
    "title",
    "country",
    "category",
    "situation",
    "problem",
    "request",
    "at_border",
    "needed_by",
    "product",
    "hs_code",
    "value",
    "since",
    "more_countries",
    "tried",
    "other_desk",
    "counterpart",
)
_COMPANY = (
    "company_name",
    "business_number",
    "province",
    "municipality",
    "sector",
    "size_class",
    "export_band",
)
_CONTACT = (
    "contact_name",
    "contact_position",
    "contact_phone",
    "contact_email",
    "visibility",
)


# What goes into the case under its own name; country, category and consents go their own way.
_SAID = tuple(
    name
    for name in (*_DIFFICULTY, *_COMPANY, *_CONTACT)
    if name not in {"country", "category", "business_number"}
)


def _flat(options: Any) -> list[tuple[str, Any]]:
    """Grouped choices as one list."""
    found: list[tuple[str, Any]] = []
    for value, label in options:
        if isinstance(label, list | tuple):
            found += _flat(label)
        else:
            found.append((str(value), label))
    return found


class Fold(Fieldset):
    """A group that is folded until it is needed, and open when something in it is wrong."""

    template = "krds/layout/fold.html"


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
    more_countries = forms.MultipleChoiceField(
        label=_("Further countries"),
        required=False,
        choices=lambda: list(cached.country_choices(get_language() or "ko")),
        widget=forms.SelectMultiple(attrs={"size": 6}),
        help_text=_("Up to three more."),
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
    contact_email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("The receipt and every notice go to this address."),
    )
    visibility = forms.ChoiceField(
        label=_("Who may see your company's name?"),
        choices=[(code, VISIBILITY_LABELS[code]) for code in (NAMED, SECRETARIAT_ONLY)],
        widget=forms.RadioSelect,
        help_text=_("The bodies that are asked can often help faster when they know the company."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for text in consents.CONSENTS:
            self.fields[f"consent_{text.kind}"] = forms.ChoiceField(
                label=text.title,
                choices=[(YES, _("I agree")), (NO, _("I do not agree"))],
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose whether you agree or not.")},
            )
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(
            Fieldset(
                _("The difficulty"),
                "title",
                Row("country", "category"),
                "situation",
                "problem",
                "request",
                Row("at_border", "needed_by"),
            ),
            Fold(
                _("More about the product and the damage (optional)"),
                Row("product", "hs_code"),
                Row("value", "currency"),
                "since",
                "more_countries",
                "tried",
                "other_desk",
                "counterpart",
            ),
            Fieldset(
                _("The company"),
                Row("company_name", "business_number"),
                Row("province", "municipality"),
            ),
            Fold(
                _("More about the company (optional)"),
                "sector",
                Row("size_class", "export_band"),
            ),
            Fieldset(
                _("The contact person"),
                Row("contact_name", "contact_position"),
                Row("contact_phone", "contact_email"),
                "visibility",
            ),
        )

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

    def answers(self) -> list[tuple[str, list[tuple[str, str, str]]]]:
        """What was said, for the page that asks for confirmation: title, then label and value.

        The third part is the field's id on the form, so that “change” leads there.
        """
        sections = (
            (_("The difficulty"), _DIFFICULTY),
            (_("The company"), _COMPANY),
            (_("The contact person"), _CONTACT),
            (_("Consents"), tuple(f"consent_{text.kind}" for text in consents.CONSENTS)),
        )
        return [
            (
                str(title),
                [
                    (str(self[name].label), self._shown(name), self[name].id_for_label)
                    for name in names
                    if self.cleaned_data.get(name) not in (None, "", [])
                ],
            )
            for title, names in sections
        ]

    def _shown(self, name: str) -> str:
        """A value as a person reads it."""
        value = self.cleaned_data[name]
        if name == "business_number":
            return business_number.pretty(value)
        if name == "value":
            return f"{number_format(value, force_grouping=True)} {self.cleaned_data['currency']}"
        if isinstance(value, bool):
            return str(_("Yes") if value else _("No"))
        if isinstance(value, dt.date):
            return date_format(value, "DATE_FORMAT")
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            chosen = value if isinstance(value, list) else [value]
            labels = dict(_flat(field.choices))
            return ", ".join(str(labels.get(one, one)) for one in chosen)
        return str(value)

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

    def clean_more_countries(self) -> list[str]:
        """Three at most."""
        more: list[str] = self.cleaned_data["more_countries"]
        if len(more) > 3:
            raise ValidationError(_("Choose three further countries at most."), code="many")
        return more

    def clean(self) -> dict[str, Any]:
        """What depends on more than one field."""
        data: dict[str, Any] = super().clean() or {}
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
        self, key: uuid.UUID, files: Sequence[StoredFile] = (), channel: str = WEB
    ) -> Filing:
        """What the form says, as the verb `submit` takes it."""
        return make_filing(self.cleaned_data, key, files, channel)


def make_filing(
    data: Mapping[str, Any], key: uuid.UUID, files: Sequence[StoredFile], channel: str
) -> Filing:
    """Clean form data as the verb `submit` takes it."""
    facts = {name: data[name] for name in _SAID}
    facts["country_id"] = data["country"]
    facts["category_id"] = None if data["category"] == UNKNOWN else data["category"]
    facts["language"] = get_language() or "ko"
    return Filing(
        key=key,
        facts=facts,
        business_number=data["business_number"] or None,
        consents={text.kind: data[f"consent_{text.kind}"] == YES for text in consents.CONSENTS},
        files=files,
        channel=channel,
    )
