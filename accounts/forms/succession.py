"""What follows an organisation, from which day; or its last day, when nothing does."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import TextField
from accounts.forms.people import InviteForm
from accounts.models import MANAGER, PARTNERS, SECRETARIAT, Organisation
from accounts.succession import New

NEW, EXISTING = "new", "existing"
_FIXED = (*PARTNERS, SECRETARIAT)


class _Day(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class SuccessionForm(forms.Form):
    """A new organisation, or one that exists, and who else ends with this one."""

    how = forms.ChoiceField(
        label=_("What follows"),
        choices=[
            (NEW, _("A new organisation: renamed, or put together with others")),
            (EXISTING, _("An organisation that exists takes everything over")),
        ],
        widget=forms.RadioSelect,
        initial=NEW,
    )
    code = TextField(
        label=_("New code"),
        max_length=20,
        required=False,
        validators=[
            RegexValidator(
                r"\A[A-Z][A-Z0-9_-]{1,19}\Z",
                _("Two to twenty capital letters, digits, - or _, beginning with a letter."),
            )
        ],
        help_text=_("Part of the addresses; it stays for ever. The code of before stays with it."),
    )
    name_ko = TextField(label=_("Korean name"), max_length=120, required=False)
    name_en = TextField(label=_("English name"), max_length=160, required=False)
    into = forms.ModelChoiceField(
        label=_("Taken over by"), queryset=Organisation.objects.none(), required=False
    )
    also = forms.ModelMultipleChoiceField(
        label=_("Others that end with it"),
        queryset=Organisation.objects.none(),
        required=False,
        help_text=_("Where several become one. Only organisations of the same kind."),
    )
    day = forms.DateField(
        label=_("From which day"),
        widget=_Day,
        help_text=_("The first day of what follows; today at the latest."),
    )

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        self.organisation = organisation
        super().__init__(*args, **kwargs)
        others = Organisation.objects.current().filter(successor__isnull=True)
        others = others.exclude(pk=organisation.pk).order_by("kind", "name_ko")
        same = others.filter(kind=organisation.kind)
        takers = same if organisation.kind in _FIXED else others.exclude(kind__in=_FIXED)
        self.fields["into"].queryset = takers  # type: ignore[attr-defined]
        self.fields["also"].queryset = same  # type: ignore[attr-defined]
        self.fields["day"].initial = timezone.localdate()
        for name in ("code", "name_ko", "name_en", "into"):
            # One or the other is needed: the page does not call them optional.
            self.fields[name].wanted = True  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A new one has a code and names; an existing one is chosen."""
        found = super().clean() or {}
        wanted = ("code", "name_ko", "name_en") if found.get("how") == NEW else ("into",)
        for name in wanted:
            if not found.get(name) and name not in self.errors:
                self.add_error(name, gettext("Please fill this in."))
        return found

    def into_what(self) -> New | Organisation:
        """What the verb takes."""
        data = self.cleaned_data
        if data["how"] == NEW:
            return New(data["code"], data["name_ko"], data["name_en"])
        target: Organisation = data["into"]
        return target


class DissolutionForm(forms.Form):
    """The last day of an organisation that nobody follows."""

    last_day = forms.DateField(
        label=_("Last day"),
        widget=_Day,
        help_text=_("The last day on which it exists; yesterday at the latest."),
    )


class FirstManagerForm(InviteForm):
    """Whom the platform administrator asks to look after an organisation."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].initial = MANAGER
