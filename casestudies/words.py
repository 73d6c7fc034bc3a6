"""The archive's code lists: how a case ended and what was done about it."""

from django.utils.translation import gettext_lazy as _

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
