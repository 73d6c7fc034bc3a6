"""What the pages beside an entry's form ask."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from files.checking import KINDS

_PICTURES = ".jpg,.jpeg,.png,.gif,.webp"
_ATTACHMENTS = ",".join(f".{ending}" for ending in KINDS if f".{ending}" not in _PICTURES)


class AnswerForm(forms.Form):
    """Why a proposed change is not put in place."""

    answer = forms.CharField(
        label=gettext_lazy("Why it is not put in place"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    cleaned_data: dict[str, Any]


class PictureForm(forms.Form):
    """A picture for the text."""

    upload = forms.FileField(
        label=gettext_lazy("Picture"),
        widget=forms.FileInput(attrs={"accept": _PICTURES}),
        help_text=gettext_lazy(
            "JPG, PNG, GIF or WebP. It is encoded anew: place, time and camera are not kept."
        ),
    )
    alt = forms.CharField(
        label=gettext_lazy("Words in place of the picture"),
        max_length=500,
        help_text=gettext_lazy(
            "What is to be seen, for those who do not see it, such as: flow from filing to "
            "registration in four boxes."
        ),
    )
    caption = forms.CharField(
        label=gettext_lazy("Caption"),
        max_length=300,
        help_text=gettext_lazy("Stands under the picture; name the source here."),
    )

    cleaned_data: dict[str, Any]


class AttachmentForm(forms.Form):
    """A file to take away."""

    upload = forms.FileField(
        label=gettext_lazy("File to attach"),
        widget=forms.FileInput(attrs={"accept": _ATTACHMENTS}),
        help_text=gettext_lazy("The words in Word, Excel, HWPX and text files are searched."),
    )
    caption = forms.CharField(
        label=gettext_lazy("Name for readers"),
        max_length=300,
        help_text=gettext_lazy("Such as: application form for registration (HWP)."),
    )

    cleaned_data: dict[str, Any]
