"""What an officer fills in around a spreadsheet: the file itself, and why it is taken back."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from files import sheets
from intake.forms.fields import TextField


class UploadForm(forms.Form):
    """One file."""

    file = forms.FileField(
        label=_("Spreadsheet (XLSX or CSV)"),
        widget=forms.FileInput(attrs={"accept": sheets.ACCEPT}),
        help_text=_("Up to 2,000 rows and 20 MB. Nothing is filed before you have seen the rows."),
        error_messages={
            "required": _("Choose a file."),
            "empty": _("The file is empty. Choose the file that you filled in."),
        },
    )


class UndoForm(forms.Form):
    """Why a batch is taken back; the companies read it."""

    reason = TextField(
        label=_("Why it is taken back"),
        max_length=400,
        help_text=_("The companies concerned read this."),
    )
