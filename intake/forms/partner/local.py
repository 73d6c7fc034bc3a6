"""The mission's minute: what it hears in its country, and what is asked of home."""

from __future__ import annotations

import datetime as dt
from typing import Any, Self
from zoneinfo import ZoneInfo

import phonenumbers
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout, Row
from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from intake.forms.bodies import OrganisationField
from intake.forms.difficulty import UNKNOWN
from intake.forms.fields import ContactEmailField, LazyChoiceField, LongTextField, TextField
from intake.forms.partner.filing import AGREED_HOW, IN_PERSON, ReceivedFields, first_line
from intake.forms.partner.layout import Aside
from intake.models import LocalDifficulty
from intake.models.local import CONFIDENTIAL, PLAIN, RESTRICTED
from reference import cached

CONSEQUENCES = {
    PLAIN: _("Plain – Seoul may ask any body, and a solved case may be told without names."),
    RESTRICTED: _("Restricted – Seoul may ask bodies, who see the grade; nothing is published."),
    CONFIDENTIAL: _("Confidential – the secretariat alone reads it; it asks nobody without you."),
}
_BODIES = ("help_body_1", "help_body_2", "help_body_3")
# What a record and its form call by the same name.
_SAME = (
    "company_name",
    "is_subsidiary",
    "local_registration",
    "parent_name",
    "local_authority",
    "title",
    "situation",
    "actions",
    "grade",
    "help_needed",
    "help_text",
)
# Kept beside the record for the case that it may become.
_FOR_CASE = ("contact_name", "contact_phone", "contact_email", "product", "agreed_how", "language")


def _countries(own: list[str]) -> Any:
    """The mission's own countries first, then everything."""

    def listed(language: str) -> list[Any]:
        everything = cached.country_choices(language)
        flat: dict[str, Any] = {}
        for value, label in everything:
            pairs = label if isinstance(label, list | tuple) else [(value, label)]
            flat.update({str(code): name for code, name in pairs})
        mine = [(code, flat[code]) for code in own if code in flat]
        rest = sorted(
            (pair for pair in flat.items() if pair[0] not in own), key=lambda p: str(p[1])
        )
        return (
            [(str(_("Our countries")), mine), (str(_("Other countries")), rest)] if mine else rest
        )

    return listed


class LocalForm(ReceivedFields):
    """One local difficulty, in a minute on a phone."""

    country = LazyChoiceField(source=lambda _language: [], label=_("Country"), empty=None)
    company_name = TextField(label=_("Company name"), max_length=120)
    is_subsidiary = forms.BooleanField(
        label=_("It is a local subsidiary of a Korean company"), required=False
    )
    parent_name = TextField(label=_("Parent company in Korea"), max_length=120, required=False)
    local_registration = TextField(
        label=_("Local registration number"), max_length=60, required=False
    )
    contact_name = TextField(label=_("Contact person"), max_length=80, required=False)
    contact_phone = TextField(
        label=_("Phone"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel"}),
    )
    contact_email = ContactEmailField(label=_("E-mail"), required=False)
    local_authority = TextField(
        label=_("Local authority concerned"), max_length=200, required=False
    )
    title = TextField(
        label=_("Title"),
        max_length=150,
        required=False,
        help_text=_("Left empty, the first line of the situation."),
    )
    situation = LongTextField(
        label=_("Situation"), rows=4, help_text=_("What happened, and where?")
    )
    actions = LongTextField(label=_("What we have done here"), rows=3, required=False)
    product = TextField(label=_("Product"), max_length=120, required=False)
    grade = forms.ChoiceField(
        label=_("Confidentiality"),
        choices=list(CONSEQUENCES.items()),
        widget=forms.RadioSelect,
        initial=PLAIN,
    )
    help_needed = forms.BooleanField(
        label=_("Help is needed at home"),
        required=False,
        widget=forms.CheckboxInput(attrs={"data-opens": "help"}),
    )
    help_text = LongTextField(
        label=_("What help is needed at home"),
        rows=3,
        required=False,
        help_text=_("It becomes the request of the case."),
    )
    help_body_1 = OrganisationField(
        label=_("Whom we would ask"),
        required=False,
        help_text=_("A part of the name is enough. The secretariat decides."),
    )
    help_body_2 = OrganisationField(label=_("Second body"), required=False)
    help_body_3 = OrganisationField(label=_("Third body"), required=False)
    category = LazyChoiceField(
        source=lambda language: [
            (UNKNOWN, str(_("I do not know – please choose for me"))),
            *cached.category_choices(language),
        ],
        label=_("Kind of difficulty"),
        empty=None,
        required=False,
    )
    at_border = forms.BooleanField(label=_("Goods are at the border now"), required=False)
    needed_by = forms.DateField(
        label=_("Needed by"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    language = forms.ChoiceField(
        label=_("Language of the notices to the company"),
        choices=[("ko", _("Korean")), ("en", _("English"))],
        required=False,
    )
    agreed = forms.BooleanField(
        label=_("The company agrees that its name and this are passed to Seoul"), required=False
    )
    agreed_how = forms.ChoiceField(
        label=_("How it agreed"),
        required=False,
        choices=list(AGREED_HOW.items()),
        initial=IN_PERSON,
    )

    def __init__(self, *args: Any, mission: Organisation, **kwargs: Any) -> None:
        self.mission = mission
        own = [mission.country, *(code for code in mission.jurisdiction if code != mission.country)]
        kwargs["initial"] = {"country": mission.country} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        source = _countries([code for code in own if code])
        self.fields["country"] = LazyChoiceField(
            source=source, label=_("Country"), empty=_("Choose a country")
        )
        place = {"place": mission.city or mission.time_zone}
        self.fields["received_on"].help_text = (
            _("Local time of %(place)s. Empty: now. Up to 30 days back.") % place
        )
        for name in ("company_name", "contact_name", "contact_phone", "contact_email"):
            self.fields[name].widget.attrs["autocomplete"] = "off"

    @classmethod
    def names(cls) -> set[str]:
        """What a browser may send."""
        return set(cls.base_fields)

    @classmethod
    def unchecked(cls, data: Any, **kwargs: Any) -> Self:
        """The form with what was typed, before anybody asks whether it is right."""
        form = cls(data, **kwargs)
        form._errors = ErrorDict()  # type: ignore[attr-defined]
        form.cleaned_data = {}
        return form

    @property
    def helper(self) -> FormHelper:
        """How the page is laid out: what a talk needs in sight."""
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout(
            Fieldset(
                _("The company"),
                "company_name",
                "country",
                Row("contact_name", "contact_phone"),
                Aside(
                    _("Local subsidiary, registration, e-mail"),
                    "is_subsidiary",
                    Row("parent_name", "local_registration"),
                    Row("contact_email", "language"),
                ),
            ),
            Fieldset(
                _("The difficulty"),
                "situation",
                "local_authority",
                "actions",
                Aside(
                    _("Title, product, earlier receipt"),
                    "title",
                    "product",
                    Row("received_on", "received_time"),
                ),
            ),
            Fieldset(
                _("Confidentiality and help"),
                "grade",
                "help_needed",
                Aside(
                    _("What is asked of home"),
                    "help_text",
                    "help_body_1",
                    Row("help_body_2", "help_body_3"),
                    "category",
                    Row("at_border", "needed_by"),
                    "agreed",
                    "agreed_how",
                    css_id="help",
                ),
            ),
        )
        return helper

    def clean_contact_phone(self) -> str:
        """As it is dialled from abroad; a number without + is one of the mission's country."""
        text: str = self.cleaned_data["contact_phone"]
        if not text:
            return text
        try:
            number = phonenumbers.parse(text, self.data.get("country") or self.mission.country)
        except phonenumbers.NumberParseException:
            number = None
        if number is None or not phonenumbers.is_possible_number(number):
            raise ValidationError(
                _("Write the phone number with + and country code, for example +84 24 3831 5111."),
                code="phone",
            )
        form = phonenumbers.PhoneNumberFormat.INTERNATIONAL
        return str(phonenumbers.format_number(number, form))

    def clean_needed_by(self) -> dt.date | None:
        """What is needed by yesterday cannot be met."""
        day: dt.date | None = self.cleaned_data["needed_by"]
        if day and day < timezone.localdate():
            raise ValidationError(
                _("This date is over. Write until when an answer still helps."), code="past"
            )
        return day

    def clean(self) -> dict[str, Any]:
        """What depends on more than one field."""
        data: dict[str, Any] = super().clean() or {}
        typed = {"received_on", "received_time"} & set(self.changed_data)
        data["received_at"] = self.take_received(self.mission.time_zone) if typed else None
        if not data.get("title") and data.get("situation"):
            data["title"] = first_line(data["situation"])
        if data.get("help_needed") and not data.get("help_text") and "help_text" not in self.errors:
            self.add_error(
                "help_text", ValidationError(_("Write what you ask of home."), code="help")
            )
        if data.get("at_border") and not data.get("needed_by") and "needed_by" not in self.errors:
            self.add_error(
                "needed_by",
                ValidationError(_("Write until when the goods must be cleared."), code="border"),
            )
        return data

    def require_for_home(self) -> None:
        """What Seoul needs to act at once: a wish, somebody to ask, and the company's word."""
        needed = {
            "help_text": _("Write what you ask of home."),
            "contact_name": _("Seoul needs somebody to ask."),
            "contact_phone": _("Seoul needs somebody to ask."),
            "agreed": _(
                "Ask the company and tick this: without its word nothing can be passed on."
            ),
        }
        for name, words in needed.items():
            if not self.cleaned_data.get(name) and name not in self.errors:
                self.add_error(name, ValidationError(words, code="home"))

    def facts(self) -> dict[str, Any]:
        """What the verbs of a local difficulty take."""
        data = self.cleaned_data
        category = data.get("category") or UNKNOWN
        bodies = [data[name].code for name in _BODIES if data.get(name)]
        return {
            "country_id": data["country"],
            "company_name": data["company_name"],
            "is_subsidiary": data["is_subsidiary"],
            "local_registration": data["local_registration"],
            "parent_name": data["parent_name"],
            "contact": " · ".join(
                filter(None, (data[n] for n in ("contact_name", "contact_phone", "contact_email")))
            )[:200],
            "local_authority": data["local_authority"],
            "title": data["title"],
            "situation": data["situation"],
            "actions": data["actions"],
            "grade": data["grade"],
            "help_needed": data["help_needed"] or bool(data["help_text"]),
            "help_text": data["help_text"],
            "help_bodies": list(dict.fromkeys(bodies)),
            "received_at": data["received_at"],
            "data": {name: data[name] for name in _FOR_CASE if data.get(name)}
            | ({"category": category} if category != UNKNOWN else {})
            | ({"at_border": True} if data["at_border"] else {})
            | ({"needed_by": data["needed_by"].isoformat()} if data["needed_by"] else {})
            | ({"agreed": True} if data["agreed"] else {}),
        }

    @staticmethod
    def initial_of(local: LocalDifficulty) -> dict[str, Any]:
        """A record as the form shows it for correction."""
        there = timezone.localtime(local.received_at, ZoneInfo(local.organisation.time_zone))
        bodies = dict(zip(_BODIES, local.help_bodies, strict=False))
        return {
            **{name: getattr(local, name) for name in _SAME},
            **local.data,
            **bodies,
            "country": local.country_id,
            "received_on": there.date(),
            "received_time": there.time().replace(second=0, microsecond=0),
        }
