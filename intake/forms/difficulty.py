"""What everybody says who files a difficulty, company or officer: the fields and their rules."""

from __future__ import annotations

from typing import Any, Self

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from files.checking import ACCEPT
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
from intake.forms.widgets import ManyFilesInput
from reference import cached
from reference.choices import EXPORT_BANDS, SIZE_CLASSES, choices

UNKNOWN = "unknown"
CURRENCIES = ("KRW", "USD", "EUR", "JPY", "CNY", "GBP", "VND", "INR", "IDR", "THB")


def _optional(source: Any, empty: Promise, label: Promise, **kwargs: Any) -> LazyChoiceField:
    return LazyChoiceField(source=source, empty=empty, label=label, required=False, **kwargs)


class DifficultyForm(forms.Form):
    """The difficulty, the company and its contact person; who files adds what is theirs."""

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
    files = forms.FileField(  # type: ignore[assignment]
        label=_("Files"),
        required=False,
        widget=ManyFilesInput(attrs={"accept": ACCEPT}),
    )

    @classmethod
    def unchecked(cls, data: Any, **kwargs: Any) -> Self:
        """The form with what was typed, before anybody asks whether it is right."""
        form = cls(data, **kwargs)
        form._errors = ErrorDict()  # type: ignore[attr-defined]
        form.cleaned_data = {}
        return form

    @classmethod
    def names(cls) -> set[str]:
        """What a browser may send: everything else is not ours and is not kept."""
        ours = set(cls.base_fields) - {"files", "more_countries"}
        return ours | {f"more_countries_{place}" for place in (1, 2, 3)}

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
        return data
