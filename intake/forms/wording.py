"""Writing a reply template: its facts, its words, and what is wrong with them, line by line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet
from django.forms.utils import ErrorDict, ErrorList
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from intake import workflow
from intake.forms.fields import LazyChoiceField, LongTextField, TextField
from intake.forms.step import StepForm
from intake.models import ReplyTemplate
from intake.wording import markup, names
from reference import cached
from reference.models import Category

BODY_AT_MOST = 20_000
# Where a step's words stand, in the order in which they are looked for.
_TARGETS = ("text", "question", "reason")

FAULTS: Mapping[str, Any] = {
    markup.EMPTY: _("Write the text of the template."),
    markup.BRACES: _(
        "Line %(line)d: a placeholder begins with {{ and ends with }}. One of the two is missing."
    ),
    markup.UNKNOWN: _(
        "Line %(line)d: there is no placeholder “%(found)s”. Choose one from the list."
    ),
    markup.NAMELESS: _(
        "Line %(line)d: a placeholder has no name. Choose one from the list, or say after "
        "“fill in:” what the officer is to write."
    ),
    markup.MARK: _(
        "Line %(line)d: “%(found)s” is not quite a mark. An optional paragraph begins with "
        "[optional: its name] and ends with [/optional], each alone on its line."
    ),
    markup.NOT_ALONE: _(
        "Line %(line)d: the mark of an optional paragraph stands alone on its line."
    ),
    markup.NESTED: _(
        "Line %(line)d: “%(found)s” begins inside another optional paragraph. End that one with "
        "[/optional] first."
    ),
    markup.NEVER_OPENED: _(
        "Line %(line)d: “%(found)s” ends an optional paragraph that never began. Put "
        "[optional: its name] where it begins, or delete this line."
    ),
    markup.NEVER_CLOSED: _(
        "Line %(line)d: the optional paragraph “%(found)s” never ends. Put [/optional] alone on "
        "the line after it."
    ),
    markup.NOTHING_INSIDE: _(
        "Line %(line)d: the optional paragraph “%(found)s” is empty. Write its text or delete its "
        "marks."
    ),
    markup.LONG: _("Line %(line)d: this name is too long. Shorten it to 80 characters."),
    markup.MERGE: _(
        "Line %(line)d: two editions meet here. Keep the text that is right and delete the marks."
    ),
}
_MEANT = _("Line %(line)d: there is no placeholder “%(found)s”. Do you mean {{%(meant)s}}?")


def sentence(fault: markup.Fault) -> str:
    """What is wrong and how to mend it, in the reader's language."""
    words = _MEANT if fault.code == markup.UNKNOWN and fault.meant else FAULTS[fault.code]
    return str(words % {"line": fault.line, "found": fault.found, "meant": fault.meant})


def verb_choices(_language: str) -> list[tuple[str, str]]:
    """The steps that templates are for."""
    return [
        (verb, gettext(workflow.STEPS[verb].label))
        for verb in names.VERBS
        if verb in workflow.STEPS
    ]


def category_choices(language: str) -> list[Any]:
    """Top categories, each with all of it first and its sub-categories after."""
    subs = dict(cached.category_choices(language))
    found = []
    for top in Category.objects.current().tops():
        name = top.name_in(language)
        whole = (top.pk, gettext("%(category)s: all of it") % {"category": name})
        found.append((name, (whole, *subs.get(name, ()))))
    return found


def language_choices(_language: str) -> list[tuple[str, str]]:
    """The languages that letters are written in."""
    return [("ko", gettext("Korean")), ("en", gettext("English"))]


class TemplateForm(forms.Form):
    """A reply template as an editor sees it; `seen` is the version that they started from."""

    name = TextField(
        label=_("Name"),
        max_length=80,
        help_text=_("How officers find it, for example: Clearance hold – first guidance."),
    )
    verb = LazyChoiceField(source=verb_choices, empty=_("Choose a step"), label=_("Step"))
    language = LazyChoiceField(source=language_choices, empty=None, label=_("Language"))
    category = LazyChoiceField(
        source=category_choices,
        empty=_("All kinds"),
        label=_("Kind of difficulty"),
        required=False,
        help_text=_("Cases of this kind are offered the template first."),
    )
    country = LazyChoiceField(
        source=cached.country_choices,
        empty=_("All countries"),
        label=_("Country concerned"),
        required=False,
        help_text=_("Cases of this country are offered the template first."),
    )
    active = forms.BooleanField(label=_("Offered at the desk"), required=False)
    body = LongTextField(label=_("Text"), rows=22, max_length=BODY_AT_MOST)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, initial=0)

    def __init__(
        self, data: Any = None, *, template: ReplyTemplate | None = None, **more: Any
    ) -> None:
        self.template = template
        super().__init__(data, **more)

    def clean_name(self) -> str:
        """A name that no other template has."""
        name: str = self.cleaned_data["name"]
        others = ReplyTemplate.objects.filter(name=name)
        if self.template is not None:
            others = others.exclude(pk=self.template.pk)
        if others.exists():
            raise ValidationError(_("Another template has this name already."), code="taken")
        return name

    def clean_body(self) -> str:
        """Words that can be read; every fault is told with its line."""
        body = markup.tidy(self.cleaned_data["body"])
        try:
            markup.parse(body)
        except markup.WordingError as error:
            raise ValidationError(
                [ValidationError(sentence(fault), code=fault.code) for fault in error.faults]
            ) from error
        return body

    def facts(self) -> dict[str, Any]:
        """The template's columns as they were typed."""
        said = self.cleaned_data
        return {
            "name": said["name"],
            "verb": said["verb"],
            "language": said["language"],
            "category_id": said["category"] or None,
            "country_id": said["country"] or None,
            "active": said["active"],
        }


def target(form: StepForm) -> str:
    """The field of a step in which the words land; "" when the step has none."""
    for name in _TARGETS:
        if isinstance(form.fields.get(name), LongTextField):
            return name
    return ""


def unjudged(form: StepForm) -> StepForm:
    """A form with what was typed so far, of which nothing is said to be wrong yet.

    A file that was refused when it came stays named: it is not on the page any more.
    """
    files = (getattr(form, "_errors", None) or {}).get("files")
    form._errors = ErrorDict({"files": files} if files else {})  # type: ignore[attr-defined]
    form.cleaned_data = {}
    for rows in vars(form).values():
        if isinstance(rows, BaseFormSet):
            rows._errors = [{} for _row in rows.forms]  # type: ignore[attr-defined]
            rows._non_form_errors = ErrorList()  # type: ignore[attr-defined]
            for row in rows.forms:
                row._errors = ErrorDict()
                row.cleaned_data = {}
    form.is_valid = lambda: True  # type: ignore[method-assign]
    return form


def palette() -> list[tuple[str, str]]:
    """Every placeholder as it is inserted, with what it says."""
    language = get_language()
    rows = [("{{" + row.name(language) + "}}", gettext(row.meaning)) for row in names.PLACEHOLDERS]
    hand = names.BY_HAND["en" if language == "en" else "ko"]
    sample = gettext("what to write")
    return [
        *rows,
        ("{{" + f"{hand}: {sample}" + "}}", gettext("A gap that the officer fills by hand")),
    ]


def optional_marks() -> str:
    """The marks around an optional paragraph, as the palette inserts them."""
    word, name = ("optional", "its name") if get_language() == "en" else ("선택", "단락 이름")
    return f"[{word}: {name}]\n\n[/{word}]"
