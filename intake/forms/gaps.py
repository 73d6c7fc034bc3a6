"""What a template left open may not be sent: every text field of a step refuses it."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from intake.forms.fields import LongTextField
from intake.wording import filling

# As many are named; with more, the first ones lead the way.
NAMED_AT_MOST = 3


def no_gaps(text: str) -> None:
    """Raise ValidationError where a gap or mark of a template still stands in the text."""
    found = filling.unfilled(text)
    if not found:
        return
    places = ", ".join(
        _("line %(line)d: %(mark)s") % {"line": row.line, "mark": row.mark}
        for row in found[:NAMED_AT_MOST]
    )
    words = ngettext(
        "%(count)d gap of the template is still open (%(places)s). Fill it in or delete it.",
        "%(count)d gaps of the template are still open (%(places)s). Fill them in or delete them.",
        len(found),
    )
    raise ValidationError(words % {"count": len(found), "places": places}, code="gap")


def refuse_gaps(form: forms.Form) -> None:
    """Let every long text of a form be checked for gaps."""
    for field in form.fields.values():
        if isinstance(field, LongTextField):
            field.validators.append(no_gaps)
