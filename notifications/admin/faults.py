"""What proof-reading found, in sentences: which line, what stands there, what may be meant."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications import manuscript, proofing
from notifications.manuscript import Fault

_SENTENCES = {
    manuscript.EMPTY: gettext_lazy("There is no text."),
    manuscript.LONG: gettext_lazy("The text is too long: %(found)s; at most %(meant)s."),
    manuscript.TAG: gettext_lazy(
        "“%(found)s” cannot be used here. There are only if, elif, else, endif, for, empty and "
        "endfor."
    ),
    manuscript.FILTER: gettext_lazy("“%(found)s”: there is no filter “%(meant)s” here."),
    manuscript.SYNTAX: gettext_lazy(
        "“%(found)s” cannot be read. Look whether every if and for has its end, and every "
        "placeholder its two braces."
    ),
    manuscript.LOOPS: gettext_lazy("“%(found)s”: two loops inside each other are the most."),
    proofing.UNKNOWN: gettext_lazy("This notice knows no “%(found)s”."),
    proofing.LOST: gettext_lazy(
        "“%(found)s” must stay: the shipped text tells it, and its reader cannot do without."
    ),
    proofing.FAILS: gettext_lazy(
        "“%(found)s” cannot be filled in every case. Put it between if and endif, or look at its "
        "filter."
    ),
    proofing.IN_SUBJECT: gettext_lazy(
        "“%(found)s” does not belong into a subject, which others can see: only the receipt "
        "number, a code or a count may stand there."
    ),
    proofing.NOT_A_LIST: gettext_lazy(
        "“%(found)s” cannot be used in this way: mind what is a list."
    ),
    proofing.MARKS: gettext_lazy(
        "“%(found)s” would be shown as signs in the plain text. Use lists with -, **bold** and "
        "addresses written out."
    ),
    proofing.GREETING: gettext_lazy(
        "Begin with what matters: a phone shows “%(found)s” instead of it."
    ),
    proofing.SAME: gettext_lazy("The first sentence says the same as the subject: “%(found)s”"),
    proofing.TWO_WORDINGS: gettext_lazy("The HTML part and the plain text do not say the same."),
    proofing.LANGUAGE: gettext_lazy("The subject is not in the language of the notice."),
    proofing.LONG_SUBJECT: gettext_lazy(
        "The subject is too long: %(found)s characters; at most %(meant)s."
    ),
    proofing.LONG_FIRST: gettext_lazy(
        "The first sentence is too long for the preview of a phone: %(found)s characters; at most "
        "%(meant)s."
    ),
    proofing.NO_FIRST: gettext_lazy("The text must begin with a sentence."),
}


def sentence(fault: Fault) -> str:
    """A fault as a sentence with its place."""
    words = str(_SENTENCES[fault.code]) % {"found": fault.found, "meant": fault.meant}
    if fault.code == proofing.UNKNOWN and fault.meant:
        words += " " + _("Perhaps “%(name)s” is meant.") % {"name": fault.meant}
    if fault.code in (proofing.LOST, proofing.TWO_WORDINGS):
        return words
    if fault.line == 0:
        return _("Subject: %(words)s") % {"words": words}
    return _("Line %(line)d: %(words)s") % {"line": fault.line, "words": words}
