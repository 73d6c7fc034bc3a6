"""What an entry says, as plain values: kept in revisions, compared, and put back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models

from marketinfo.entry import Entry

Facts = dict[str, Any]
# An address stays what it is, whichever text is put back.
_NOT_SAID = frozenset({"reference"})


def columns(model: type[Entry]) -> list[models.Field[Any, Any]]:
    """The columns that people write; the life of the entry is not among them."""
    left_out = model.life_fields | _NOT_SAID
    return [field for field in model._meta.concrete_fields if field.name not in left_out]


def facts_of(entry: Entry) -> Facts:
    """What the entry says now, ready for JSON; lists of other rows as sorted keys."""
    found = {field.name: _plain(getattr(entry, field.attname)) for field in columns(type(entry))}
    if entry.pk:
        for field in entry._meta.many_to_many:
            rows = getattr(entry, field.name).all()
            found[field.name] = sorted(row.pk for row in rows)
    return found


def put_back(entry: Entry, facts: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Set the entry's columns to what was kept; writes nothing.

    Gives the lists of other rows, which only a saved entry can take. What the model no longer
    knows is left out; rows that are gone meanwhile make the database refuse.
    """
    for field in columns(type(entry)):
        if field.name in facts:
            setattr(entry, field.attname, _read(field, facts[field.name]))
    names = {field.name for field in entry._meta.many_to_many}
    return {name: list(keys) for name, keys in facts.items() if name in names}


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Names of what differs, in the order of `after`."""
    return [name for name, value in after.items() if before.get(name) != value]


def shown(model: type[Entry], name: str, value: Any) -> str:
    """A kept value as words for a person: the name of a row instead of its key."""
    field: Any = model._meta.get_field(name)
    if value in (None, "", []):
        return ""
    if field.many_to_many:
        rows = field.related_model._default_manager.filter(pk__in=value)
        return ", ".join(str(row) for row in rows)
    if field.is_relation:
        row = field.related_model._default_manager.filter(pk=value).first()
        return str(row) if row is not None else str(value)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value).strip()


def label(model: type[Entry], name: str) -> str:
    """What a column is called at the desk."""
    return str(getattr(model._meta.get_field(name), "verbose_name", name))


def names(model: type[Entry], given: Iterable[str]) -> list[str]:
    """The given names that the model knows as facts, in the model's own order."""
    wanted = set(given)
    known = [field.name for field in columns(model)]
    known += [field.name for field in model._meta.many_to_many]
    return [name for name in known if name in wanted]


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _read(field: Any, value: Any) -> Any:
    if value is None:
        return None
    target = field.target_field if field.is_relation else field
    return target.to_python(value)
