"""How the filing form is laid out: fieldsets, and folds for what is optional."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Fieldset, Layout, LayoutObject, Row
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

DIFFICULTY = (
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
COMPANY = (
    "company_name",
    "business_number",
    "province",
    "municipality",
    "sector",
    "size_class",
    "export_band",
)
CONTACT = (
    "contact_name",
    "contact_position",
    "contact_phone",
    "contact_email",
    "visibility",
)


class Fold(Fieldset):
    """A group that is folded until it is needed, and open when it holds something."""

    template = "krds/layout/fold.html"

    def render(
        self, form: Any, context: Any, template_pack: Any = "krds", **more: Any
    ) -> SafeString:
        """The template opens a fold with errors; one with text must not hide it either."""
        names = [pointer.name for pointer in self.get_field_names()]
        wrong = any(form[name].errors for name in names)
        if form.is_bound and not wrong and self.holds(form, names):
            self.flat_attrs: str = f"{self.flat_attrs} open"
        html: SafeString = super().render(form, context, template_pack, **more)
        return html

    def holds(self, form: Any, names: list[str]) -> bool:
        """Whether something was written in it."""
        return any(form[name].value() for name in names)


class Part(LayoutObject):
    """A part of the page with a template of its own; it sees what the page sees."""

    def __init__(self, template: str) -> None:
        self.template = template
        self.fields: list[Any] = []

    def render(self, form: Any, context: Any, template_pack: Any = "krds", **more: Any) -> str:
        """The template, with the page's variables."""
        return render_to_string(self.template, context.flatten())


def page() -> Layout:
    """The whole form, in the order in which a person tells it."""
    return Layout(
        Fieldset(
            _("The difficulty"),
            "title",
            Row("country", "category"),
            "situation",
            "problem",
            "request",
            Row("at_border", "needed_by"),
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
            Part("intake/part_perhaps.html"),
        ),
        Part("intake/part_files.html"),
        Fieldset(
            _("The company"),
            Row("company_name", "business_number"),
            Row("province", "municipality"),
            Fold(
                _("More about the company (optional)"),
                "sector",
                Row("size_class", "export_band"),
            ),
        ),
        Fieldset(
            _("The contact person"),
            Row("contact_name", "contact_position"),
            Row("contact_phone", "contact_email"),
            "visibility",
        ),
        Part("intake/part_consents.html"),
    )
