"""A row of a directory in words: the labels of its codes, the state at the tax office."""

from __future__ import annotations

from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from reference import cached
from reference.choices import EXPORT_BANDS, SIZE_CLASSES

# What the tax office's service answers (DOMAIN 5); an unregistered number has a word of our own.
OPERATING, SUSPENDED, CLOSED, UNREGISTERED = "01", "02", "03", "00"
TAX_STATES = {
    OPERATING: pgettext_lazy("tax office", "Operating"),
    SUSPENDED: pgettext_lazy("tax office", "Business suspended"),
    CLOSED: pgettext_lazy("tax office", "Closed down"),
    UNREGISTERED: pgettext_lazy("tax office", "Not registered"),
}
TAX_MARKS = {OPERATING: "success", SUSPENDED: "warning", CLOSED: "danger", UNREGISTERED: "danger"}


def _flat(groups: cached.Grouped) -> dict[str, str]:
    return {code: label for _group, pairs in groups for code, label in pairs}


def describe(member: Member) -> dict[str, str]:
    """The coded facts of a row in the reader's language."""
    language = get_language() or "ko"
    return {
        "province": dict(cached.province_choices(language)).get(member.province, ""),
        "sector": _flat(cached.sector_choices(language)).get(member.sector, ""),
        "size_class": str(SIZE_CLASSES.get(member.size_class, "")),
        "export_band": str(EXPORT_BANDS.get(member.export_band, "")),
        "language": str(_("English") if member.language == "en" else _("Korean")),
        "tax": str(TAX_STATES.get(member.tax_state, "")),
        "tax_mark": TAX_MARKS.get(member.tax_state, "neutral"),
    }
