"""How the officers' quick forms are laid out: what a call needs in sight, the rest in folds."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Fieldset, Layout, Row
from django.utils.translation import gettext_lazy as _

from accounts.models import COUNCIL_ASSOCIATION
from intake.forms.layout import Fold, Part


class Aside(Fold):
    """A fold that opens only for what somebody changed, not for what it starts with."""

    def holds(self, form: Any, names: list[str]) -> bool:
        """Whether something in it differs from an empty form."""
        return any(
            str(form[name].value() or "")
            != str(form.get_initial_for_field(form.fields[name], name) or "")
            for name in names
        )


def filing(kind: str) -> Layout:
    """The quick form of an association or a centre, in the order of a phone call."""
    about = ["title", "category"]
    seen = [Row("title", "category")] if kind == COUNCIL_ASSOCIATION else []
    folded = [] if kind == COUNCIL_ASSOCIATION else [Row(*about)]
    return Layout(
        Fieldset(
            _("How it came in"),
            "channel",
            Aside(
                _("Received earlier, or at an event"),
                Row("received_on", "received_time"),
                "event_name",
                css_id="received",
            ),
            css_class="compact",
        ),
        Fieldset(
            _("The company"),
            Row("company_name", "business_number"),
            "no_number",
            Part("partner/file_number.html"),
            Row("contact_name", "contact_phone"),
            "contact_email",
        ),
        Fieldset(
            _("The difficulty"),
            *seen,
            "country",
            "situation",
            Aside(
                _("Goods at the border, problem, request and more"),
                Row("at_border", "needed_by"),
                *folded,
                "problem",
                "request",
                Row("product", "hs_code"),
                Row("value", "currency"),
                "since",
                "more_countries",
                "tried",
                "other_desk",
                "counterpart",
            ),
            Aside(
                _("More about the company"),
                Row("province", "municipality"),
                Row("sector", "size_class"),
                Row("export_band", "contact_position"),
                Row("same_difficulty", "language"),
                "visibility",
            ),
        ),
        Part("partner/file_files.html"),
        Fieldset(_("The company's word"), "agreed", "agreed_how"),
    )
