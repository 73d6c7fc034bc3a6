"""What the secretariat writes: the one answer, messages, internal notes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.template.defaultfilters import filesizeformat
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from intake import mentions, workflow
from intake.forms.attaching import WithFiles
from intake.forms.fields import LongTextField
from intake.forms.people import officers
from intake.forms.step import StepForm
from intake.models import Attachment, Case
from intake.models.event import AUDIENCE_LABELS, TO_BODIES, TO_SUBMITTER


class WordsForm(WithFiles, StepForm):
    """Words with files; the words come first."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields([*(name for name in self.fields if name != "files"), "files"])

    def arguments(self) -> dict[str, Any]:
        """The words, and the files as they were stored."""
        return super().arguments() | {"files": list(self.kept_files)}


class BodyFilesField(forms.ModelMultipleChoiceField):
    """Files that bodies sent, each named with its body and size."""

    def label_from_instance(self, obj: Attachment) -> str:
        """The body, the file, its size, and whether it can be fetched yet."""
        referral, file = obj.referral, obj.file
        said = f"{referral.organisation.name if referral else ''}: {file.original_name}"
        said += f" ({filesizeformat(file.size)})"
        return said if file.is_ready else f"{said} – {file.get_state_display()}"


class AnswerForm(WordsForm):
    """The one answer to the company."""

    text = LongTextField(
        label=_("Answer"),
        rows=16,
        max_length=20_000,
        help_text=_("The company reads these words. Name the body behind each part."),
    )
    passed_on = BodyFilesField(
        Attachment.objects.none(),
        label=_("Files of the bodies that go to the company"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Nothing goes unless you tick it. These are the originals: pictures may carry the "
            "place where they were taken, documents their author and earlier edits. Look before "
            "you pass one on."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = self.case.attachments.of_bodies().select_related("file", "referral__organisation")
        if rows:
            self.fields["passed_on"].queryset = rows  # type: ignore[attr-defined]
        else:
            del self.fields["passed_on"]

    def arguments(self) -> dict[str, Any]:
        """The words, the officer's own files, and those of bodies that go along."""
        said = super().arguments()
        return said | {"passed_on": list(said.get("passed_on", ()))}

    def initial_for(self, case: Case) -> dict[str, Any]:
        """What the bodies answered, each under its name as the company's language writes it."""
        answered = case.referrals.filter(state=workflow.REFERRAL_ANSWERED)
        rows = answered.select_related("organisation").order_by("ended_at", "pk")
        with translation.override(case.language):
            return {"text": merged((row.organisation.name, row.answer) for row in rows)}


def merged(parts: Any) -> str:
    """The bodies' answers as one text, each under the body's name."""
    return "\n\n".join(f"■ {name}\n{text.strip()}" for name, text in parts)


class MessageForm(WordsForm):
    """A message to the company or to the bodies that were asked."""

    text = LongTextField(label=_("Message"), rows=6, max_length=10_000)
    audience = forms.ChoiceField(
        label=_("Who can read it"),
        choices=[(code, AUDIENCE_LABELS[code]) for code in (TO_SUBMITTER, TO_BODIES)],
        widget=forms.RadioSelect,
        initial=TO_SUBMITTER,
    )


class NoteForm(WordsForm):
    """An internal note, to which colleagues may be called by name."""

    goes_out = False

    text = LongTextField(
        label=_("Note"),
        rows=6,
        max_length=10_000,
        help_text=_(
            "Only the secretariat and the auditor read it. Write @ and a colleague's name to "
            "call them."
        ),
    )
    called = forms.ModelMultipleChoiceField(
        officers(),
        label=_("Call colleagues"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("They get a mail without the note's words, and a mark at the desk."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = officers()
        self.fields["called"].queryset = people  # type: ignore[attr-defined]
        self.fields["text"].widget.attrs |= {
            "data-mentions": "called",
            "data-mentions-label": self.fields["called"].label,
        }

    def clean(self) -> dict[str, Any]:
        """Whom the boxes and the words call, together."""
        cleaned = super().clean() or self.cleaned_data
        ticked = list(cleaned.get("called") or ())
        named = mentions.called(cleaned.get("text", ""), officers()) if "text" in cleaned else []
        cleaned["called"] = [*ticked, *(person for person in named if person not in ticked)]
        return cleaned
