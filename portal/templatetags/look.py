"""What the templates of the look need: form controls, breadcrumbs, error links."""

import re
from typing import Any

from django import forms, template
from django.forms import BaseForm, BoundField
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from accounts.demo import PASSWORD, PEOPLE
from accounts.sign_in import session as proof

register = template.Library()

# Values that a form carries for the machine: keys, codes, ticks. Nobody wrote them.
_MACHINE = re.compile(r"\A(?:[0-9a-fA-F-]{16,}|[\x21-\x7e]{1,12}|/\S*)\Z")


@register.simple_tag
def control(field: BoundField) -> SafeString:
    """Draw the field's own widget with the class that KRDS gives to its kind."""
    widget = field.field.widget
    own = widget.attrs.get("class", "")
    given = _kind_class(widget)
    attrs: dict[str, Any] = {"class": " ".join(part for part in (given, own) if part)}
    if isinstance(widget, forms.Textarea) and (limit := getattr(field.field, "max_length", None)):
        attrs["data-count"] = str(limit)
        # The server counts and says how much is too much; the browser must not cut pasted text.
        attrs["maxlength"] = False
    if isinstance(widget, forms.FileInput) and (described := field.aria_describedby):
        # Django expects a fieldset around a clearable file input; we draw a label.
        attrs["aria-describedby"] = described
    if not attrs["class"]:
        del attrs["class"]
    return field.as_widget(attrs=attrs)


def _kind_class(widget: forms.Widget) -> str:
    """The KRDS class of a widget, "" where the browser's own look is right."""
    if isinstance(widget, forms.RadioSelect | forms.CheckboxInput | forms.FileInput):
        return ""
    if isinstance(widget, forms.Select):
        return "krds-form-select"
    if isinstance(widget, forms.widgets.Input | forms.Textarea):
        return "krds-input"
    if isinstance(widget, forms.MultiWidget):
        return "krds-input"
    return ""


@register.filter
def is_choice_list(field: BoundField) -> bool:
    """Whether the field is a list of radio buttons or of tick boxes."""
    return isinstance(field.field.widget, forms.RadioSelect)


@register.filter
def is_group(field: BoundField) -> bool:
    """Whether the field has several controls, which need a fieldset and a legend."""
    widget = field.field.widget
    return bool(widget.use_fieldset) and not isinstance(widget, forms.FileInput)


@register.filter
def is_tick(field: BoundField) -> bool:
    """Whether the field is one tick box."""
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.filter
def errors_with_links(form: BaseForm) -> list[dict[str, str]]:
    """Every error of the form with the id of the control that mends it ("" when none does)."""
    lines = [{"target": "", "label": "", "text": str(text)} for text in form.non_field_errors()]
    for field in form:
        for text in field.errors:
            label = "" if field.is_hidden else str(field.label)
            target = "" if field.is_hidden else _first_control(field)
            lines.append({"target": target, "label": label, "text": str(text)})
    return lines


def _first_control(field: BoundField) -> str:
    """The id of the field's control, of the first one where it has several."""
    if field.id_for_label:
        return field.id_for_label
    first = next(iter(field.subwidgets), None)
    if first is not None and first.id_for_label:
        return first.id_for_label
    return field.auto_id


@register.inclusion_tag("includes/breadcrumb.html")
def breadcrumb(*parts: str) -> dict[str, Any]:
    """The way here: label, address, label, address, …, and last the label of this page.

    A label whose address is empty is shown without a link.
    """
    pairs = [(parts[i], parts[i + 1]) for i in range(0, len(parts) - 1, 2)]
    return {"crumbs": [{"label": label, "url": url} for label, url in pairs], "here": parts[-1]}


@register.filter
def written(typed: list[tuple[str, str]]) -> list[str]:
    """Of a form's values, those that a person wrote as text, in the order of the form."""
    return [value for _name, value in typed if value.strip() and not _MACHINE.match(value)]


@register.simple_tag
def idle() -> dict[str, int]:
    """How long a signed-in person may be silent, for the counter in the page head."""
    seconds = int(proof.idle_seconds())
    return {"seconds": seconds, "minutes": max(1, round(seconds / 60))}


@register.simple_tag
def demo_accounts() -> list[dict[str, str]]:
    """One account per role of the demonstration, for its sign-in page only."""
    korean = get_language() == "ko"
    return [
        {
            "role": person.role_ko if korean else person.role_en,
            "email": person.email,
            "password": PASSWORD,
        }
        for person in PEOPLE
    ]
