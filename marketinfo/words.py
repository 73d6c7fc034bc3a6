"""The library's code lists: kinds of article, types of requirement, confidence, licences."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Labels = dict[str, Promise]

ARTICLE_KINDS: Labels = {
    "country-brief": _("Country brief"),
    "sector-brief": _("Sector brief"),
    "regulation": _("Regulation"),
    "certification": _("Certification"),
    "tariff-fta": _("Tariffs and FTAs"),
    "procedure": _("Procedure"),
    "success-story": _("Success story"),
    "fraud-warning": _("Fraud warning"),
    "notice": _("Notice"),
    "support-programme": _("Support programme"),
}

REQUIREMENT_TYPES: Labels = {
    "registration": _("Product registration or notification"),
    "facility": _("Registration of the manufacturing site"),
    "certification": _("Certification and conformity assessment"),
    "licence": _("Import licence or quota"),
    "labelling": _("Labelling and packaging"),
    "documents": _("Customs documents and inspection"),
    "origin": _("Proof of origin"),
    "quarantine": _("Quarantine"),
    "composition": _("Composition, additives and chemicals"),
    "religious": _("Religious certification"),
    "duty": _("Duties and taxes"),
}

CONFIDENCE: Labels = {
    "confirmed": _("Confirmed with the authority"),
    "source": _("Read in the source"),
    "reported": _("Reported from the field, not yet compared with the source"),
}

# Korea Open Government Licence (공공누리); an empty code means that no free licence was given.
LICENCES: Labels = {
    "": _("No free licence: ask the source before reuse"),
    "kogl-1": _("KOGL type 1: source named"),
    "kogl-2": _("KOGL type 2: source named, no commercial use"),
    "kogl-3": _("KOGL type 3: source named, no changes"),
    "kogl-4": _("KOGL type 4: source named, no commercial use, no changes"),
}

CONTENT_LANGUAGES: Labels = {"ko": _("Korean"), "en": _("English")}


def label(labels: Labels, code: str) -> str:
    """The label of a code in the reader's language; an unknown code speaks for itself."""
    return str(labels.get(code, code))


def choices(labels: Labels) -> list[tuple[str, str]]:
    """A code list as form choices, in the language of this moment."""
    return [(code, str(text)) for code, text in labels.items()]
