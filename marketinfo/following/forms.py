"""What a reader types to follow something: where, which goods, what about, and the address."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.forms.fields import ContactEmailField
from marketinfo.following import scopes
from marketinfo.following.scopes import BadScopeError, Scope
from marketinfo.forms import offer
from marketinfo.models.follow import LONGEST_CHANGE
from reference import cached


def email_field() -> ContactEmailField:
    """The address that mails go to."""
    return ContactEmailField(
        label=gettext_lazy("E-mail"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class FollowForm(forms.Form):
    """A country, goods, a category or several of them together, or one record that was chosen."""

    country = forms.ChoiceField(label=gettext_lazy("Country"), required=False)
    hs = forms.CharField(
        label=gettext_lazy("HS code"),
        required=False,
        max_length=20,
        help_text=gettext_lazy("2 to 10 digits. 33 follows everything that begins with 33."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    category = forms.ChoiceField(label=gettext_lazy("Category"), required=False)
    kind = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    reference = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    email = email_field()

    cleaned_data: dict[str, Any]

    def __init__(self, data: Any = None, *, scope: Scope | None = None) -> None:
        super().__init__(data, auto_id="follow-%s", initial=scope.parts() if scope else None)
        language = get_language() or "ko"
        anything = ("", _("All"))
        offer(self, "country", [anything, *cached.country_choices(language)])
        offer(self, "category", [anything, *cached.category_choices(language)])
        if scope is not None and scope.category is not None and scope.category.parent_id is None:
            # Lists are narrowed by top categories, too.
            top = (scope.category.pk, str(scope.category))
            offer(self, "category", [anything, top, *cached.category_choices(language)])
        self.record = scope.record if scope else None
        if self.record is not None:
            for name in ("country", "hs", "category"):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """Something must be chosen, and it must exist."""
        cleaned = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        try:
            scope = scopes.read(cleaned)
        except BadScopeError:
            if cleaned.get("hs"):
                raise ValidationError(
                    {"hs": _("Write one HS code of 2, 4 or 6 to 10 digits, such as 3304.99.")}
                ) from None
            raise ValidationError(_("What you want to follow is no longer published.")) from None
        if scope.is_empty:
            raise ValidationError(_("Choose a country, an HS code or a category."))
        return cleaned | {"scope": scope}


class ImportanceForm(forms.Form):
    """Beside the button that puts a change in its place: whether readers must hear of it."""

    important = forms.BooleanField(
        label=gettext_lazy("Important change"),
        required=False,
        help_text=gettext_lazy("Followers and companies with an open case on it are mailed."),
    )
    what = forms.CharField(
        label=gettext_lazy("What changed"),
        required=False,
        max_length=LONGEST_CHANGE,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("One sentence for readers. Only for an important change."),
    )

    cleaned_data: dict[str, Any]

    def clean(self) -> dict[str, Any]:
        """What is important is said in a sentence, and a sentence goes out only when it is."""
        cleaned = super().clean() or self.cleaned_data
        what = " ".join(cleaned.get("what", "").split())
        if cleaned.get("important") and not what and "what" not in self.errors:
            self.add_error("what", _("Write in one sentence what changed."))
        if what and not cleaned.get("important"):
            self.add_error("important", _("Tick this, or leave the sentence out."))
        return cleaned | {"what": what}


class FindForm(forms.Form):
    """The address to which the link to what one follows is mailed."""

    email = email_field()

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="find-%s")
