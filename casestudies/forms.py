"""What officers type of a case study in the admin."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from casestudies.models import HS_LONGEST
from casestudies.words import ACTION_TYPES, OUTCOMES
from marketinfo.forms import EntryForm
from reference.choices import SIZE_CLASSES


class CaseStudyForm(EntryForm):
    """A case study in the admin."""

    hs_longest = HS_LONGEST
    outcome = forms.ChoiceField(label=_("Outcome"))
    company_size = forms.ChoiceField(label=_("Size of the company"), required=False)
    action_types = forms.MultipleChoiceField(
        label=_("Actions taken"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def code_lists(self) -> dict[str, Any]:
        """Outcomes, sizes and actions beside the common lists."""
        return {
            **super().code_lists(),
            "outcome": OUTCOMES,
            "company_size": {"": _("Not told"), **SIZE_CLASSES},
            "action_types": ACTION_TYPES,
        }
