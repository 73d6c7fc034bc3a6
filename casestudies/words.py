"""The archive's code lists: how a case ended and what was done about it."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from marketinfo.words import Labels

OUTCOMES: Labels = {
    "solved": _("Solved"),
    "partly": _("Partly solved"),
    "unsolved": _("Not solved"),
}

# What a body can do about a difficulty (the case books' own list).
ACTION_TYPES: Labels = {
    "enquiry": _("Answer to an enquiry"),
    "information": _("Information provided"),
    "expert": _("Expert consultation"),
    "letter": _("Letter to the authority"),
    "meeting": _("Meeting in person"),
    "consultation": _("Consultation with the authorities"),
    "briefing": _("Briefing for companies"),
    "testing": _("Link to certification or testing"),
    "finance": _("Link to funds or guarantees"),
    "dispute": _("Link to litigation or arbitration"),
    "programme": _("Link to a support programme"),
    "reform": _("Proposal to change a rule"),
}

# What happened to a case after its study was drafted.
CONSENT = "consent"
DRIFTS: Labels = {
    "reopened": pgettext_lazy("drift", "The case was reopened"),
    "disputed": _("The company disputes the answer"),
    "outcome": _("The company tells another outcome"),
    CONSENT: _("The company took its consent back"),
}

# What the anonymiser finds (casestudies.kinds), and why it might tell who it was.
FINDING_KINDS: Labels = {
    "company": _("Name of a company"),
    "person": _("Name of a person"),
    "resident_number": _("Resident registration number"),
    "passport": _("Passport number"),
    "driver_licence": _("Driving licence number"),
    "card": _("Card number"),
    "account": _("Account number"),
    "phone": pgettext_lazy("finding", "Phone number"),
    "email": pgettext_lazy("finding", "E-mail address"),
    "messenger": _("Messenger name"),
    "business_number": _("Business registration number"),
    "corporate_number": _("Corporate registration number"),
    "web": _("Web address"),
    "ip": _("Network address"),
    "address": pgettext_lazy("finding", "Address"),
    "place": _("Place of the company"),
    "date": _("Exact date"),
    "amount": _("Exact amount"),
    "quantity": _("Exact quantity"),
    "receipt": pgettext_lazy("finding", "Receipt number"),
    "tracking": pgettext_lazy("finding", "Tracking code"),
    "shipment": _("Number of a shipment"),
    "document": _("Number of a document"),
    "vessel": _("Ship, voyage or flight"),
    "brand": _("Brand"),
    "product": _("Name of a product"),
    "model": _("Model or lot number"),
    "exhibition": _("Trade fair or booth"),
    "port": _("Port or customs house beside a date"),
    "plate": _("Number plate"),
    "file": _("Name of a file"),
}
_NAMES_WHO = _("It names who it was.")
_LEADS_TO = _("Whoever looks it up finds the company or the person.")
_FORBIDDEN = _("The law does not let us keep it; it cannot stand.")
_OPENS = _("It opens or identifies; it cannot stand.")
_ONE_AMONG_MANY = _("So exact, it singles out one consignment or one company.")
FINDING_REASONS: Labels = {
    **dict.fromkeys(("company", "person", "brand", "product", "file"), _NAMES_WHO),
    **dict.fromkeys(("phone", "email", "messenger", "web", "ip", "address", "place"), _LEADS_TO),
    **dict.fromkeys(("business_number", "corporate_number", "document"), _LEADS_TO),
    **dict.fromkeys(("shipment", "vessel", "model", "exhibition", "plate"), _LEADS_TO),
    **dict.fromkeys(("resident_number", "passport", "driver_licence", "card"), _FORBIDDEN),
    **dict.fromkeys(("account", "receipt", "tracking"), _OPENS),
    **dict.fromkeys(("date", "amount", "quantity", "port"), _ONE_AMONG_MANY),
}
