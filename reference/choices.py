"""Code lists that are part of the form rather than rows: sizes, export bands, regions, routes."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Labels = dict[str, str | Promise]
Choices = tuple[tuple[str, str], ...]

# By the Framework Act on SMEs; the ceilings differ by industry, so the company says it itself.
SIZE_CLASSES: Labels = {
    "micro": _("Micro-enterprise (fewer than 5, in manufacturing 10, regular staff)"),
    "small": _("Small enterprise"),
    "medium": _("Medium-sized enterprise"),
    "midsize": _("Mid-market enterprise"),
}

# What a company may be beside its size.
COMPANY_MARKS: Labels = {
    "venture": _("Certified venture company"),
    "innobiz": _("INNOBIZ company"),
    "mainbiz": _("MAINBIZ company"),
    "women": _("Women-owned company"),
    "startup": _("Start-up (within 7 years)"),
}

# Exports of the previous calendar year in US dollars; services and indirect exports count.
EXPORT_BANDS: Labels = {
    "B0": _("No exports yet"),
    "B1": _("Less than USD 100,000"),
    "B2": _("USD 100,000 to less than 1 million"),
    "B3": _("USD 1 million to less than 5 million"),
    "B4": _("USD 5 million to less than 10 million"),
    "B5": _("USD 10 million or more"),
}

REGIONS: Labels = {
    "NEA": _("North-East Asia"),
    "SEA": _("South-East Asia"),
    "SWA": _("South-West Asia"),
    "CIS": _("CIS"),
    "MEA": _("Middle East"),
    "EUR": _("Europe"),
    "AFR": _("Africa"),
    "NAM": _("North America"),
    "LAM": _("Latin America"),
    "OCE": _("Oceania"),
    "ANT": _("Antarctica"),
}

ROUTES: Labels = {
    "domestic": _("Bodies in Korea"),
    "mission": _("Overseas mission"),
    "both": _("Both"),
}

# Stand in a category for a body that depends on the case; routing resolves them.
PSEUDO_BODIES: Labels = {
    "MISSION": _("The mission that covers the country of the case"),
    "EXPCENTER": _("The support centre of the company's region"),
    "ASSOC": _("Any council association"),
    "BANK": _("Any council bank"),
    "LAW": _("Any council law firm"),
    "ACCT": _("Any council accounting firm"),
}


def choices(labels: Labels) -> Choices:
    """A code list as form choices, in the language of this moment."""
    return tuple((code, str(label)) for code, label in labels.items())
