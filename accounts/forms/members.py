"""The forms of a member directory: a row, the filter of the list, leaving, a spreadsheet."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout, Row
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import directory
from accounts.forms.fields import (
    BusinessNumberField,
    ContactEmailField,
    LazyChoiceField,
    LongTextField,
    PhoneField,
    TextField,
)
from accounts.models import Member
from files import sheets
from reference import cached
from reference.choices import EXPORT_BANDS, SIZE_CLASSES, choices

LANGUAGES = [("ko", _("Korean")), ("en", _("English"))]


def _optional(source: Any, empty: Any, label: Any) -> LazyChoiceField:
    return LazyChoiceField(source=source, empty=empty, label=label, required=False)


class MemberForm(forms.Form):
    """What an organisation writes about one of its members."""

    name = TextField(label=_("Company name"), max_length=120)
    business_number = BusinessNumberField(
        label=_("Business registration number"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        help_text=_(
            "10 digits, with or without hyphens. Leave it empty if you do not know it yet."
        ),
    )
    reference = TextField(
        label=_("Member number"),
        max_length=40,
        required=False,
        help_text=_("As your organisation numbers its members."),
    )
    joined_on = forms.DateField(
        label=_("Member since"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    province = _optional(cached.province_choices, _("Choose a province"), _("Province"))
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
    product = TextField(label=_("Product"), max_length=120, required=False)
    contact_name = TextField(label=_("Contact person"), max_length=80, required=False)
    contact_position = TextField(label=_("Department and position"), max_length=80, required=False)
    contact_phone = PhoneField(
        label=_("Phone"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel"}),
    )
    contact_email = ContactEmailField(
        label=_("E-mail"),
        required=False,
        help_text=_("Receipts and notices of cases that you file go to this address."),
    )
    language = forms.ChoiceField(label=_("Language of notices"), choices=LANGUAGES)
    note = LongTextField(
        label=_("Note"),
        rows=4,
        max_length=2000,
        required=False,
        help_text=_("Only officers of your organisation read it."),
    )

    @classmethod
    def showing(cls, member: Member) -> MemberForm:
        """The form with a row as it stands."""
        facts = {name: getattr(member, name) for name in cls.base_fields if hasattr(member, name)}
        return cls(initial=facts | {"business_number": member.company.business_number or ""})

    @property
    def helper(self) -> FormHelper:
        """How the page is laid out."""
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout(
            Fieldset(
                _("The company"),
                Row("name", "business_number"),
                Row("reference", "joined_on"),
                Row("province", "municipality"),
                Row("sector", "size_class"),
                Row("export_band", "product"),
            ),
            Fieldset(
                _("Whom to turn to"),
                Row("contact_name", "contact_position"),
                Row("contact_phone", "contact_email"),
                "language",
            ),
            Fieldset(_("Your own note"), "note"),
        )
        return helper

    def clean_joined_on(self) -> Any:
        """Nobody joined tomorrow."""
        return not_ahead(self.cleaned_data["joined_on"])

    @property
    def facts(self) -> dict[str, Any]:
        """The fields of the row itself."""
        return {
            name: value for name, value in self.cleaned_data.items() if name != "business_number"
        }


def not_ahead(day: Any) -> Any:
    """A day that is today or was before."""
    if day and day > timezone.localdate():
        raise ValidationError(_("This date lies in the future."), code="future")
    return day


class LeaveForm(forms.Form):
    """Since when a company is no longer a member."""

    left_on = forms.DateField(
        label=_("No longer a member since"),
        initial=timezone.localdate,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Please fill this in.")},
    )

    def clean_left_on(self) -> Any:
        """Nobody leaves ahead."""
        return not_ahead(self.cleaned_data["left_on"])


class FilterForm(forms.Form):
    """What the list of members shows; whatever else stands in the address is left out."""

    q = TextField(label=_("Name or number"), max_length=100, required=False)
    province = _optional(cached.province_choices, _("All"), _("Province"))
    sector = _optional(cached.sector_choices, _("All"), _("Sector"))
    cases = forms.ChoiceField(
        label=_("Open cases"),
        required=False,
        choices=[("", _("All")), ("open", _("With an open case"))],
    )
    mail = forms.ChoiceField(
        label=_("E-mail"), required=False, choices=[("", _("All")), ("none", _("Without e-mail"))]
    )
    state = forms.ChoiceField(
        label=_("Membership"),
        required=False,
        choices=[
            (directory.PRESENT, _("Members")),
            (directory.LEFT, _("Left")),
            (directory.ALL, _("All")),
        ],
    )
    sort = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[(code, label) for code, (_field, _down, label) in directory.ORDERS.items()],
    )

    def wanted(self) -> dict[str, str]:
        """What was asked for and exists; nothing that is empty."""
        self.is_valid()
        return {name: str(value) for name, value in self.cleaned_data.items() if value}


class SheetForm(forms.Form):
    """A spreadsheet of members."""

    file = forms.FileField(
        label=_("Spreadsheet file"),
        widget=forms.FileInput(attrs={"accept": sheets.ACCEPT}),
        help_text=_("XLSX, or CSV in UTF-8 or CP949 (EUC-KR)."),
        error_messages={
            "required": _("Choose a file."),
            "empty": _("The file is empty."),
        },
    )
    encoding = forms.ChoiceField(
        label=_("Letters of the file"),
        required=False,
        choices=[("", "–"), *sheets.ENCODINGS.items()],
        widget=forms.HiddenInput,
    )

    def ask_encoding(self) -> None:
        """Show the choice that is hidden until the file can be read in two ways."""
        self.fields["encoding"].widget = forms.Select(
            choices=self.fields["encoding"].choices  # type: ignore[attr-defined]
        )
