"""Finds every message that a person may see in the code and the templates, without gettext."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation.template import templatize

# Which argument holds what: (context, singular, plural); None where the call has none.
CALLS: dict[str, tuple[int | None, int, int | None]] = {
    "_": (None, 0, None),
    "gettext": (None, 0, None),
    "gettext_lazy": (None, 0, None),
    "gettext_noop": (None, 0, None),
    "ngettext": (None, 0, 1),
    "ngettext_lazy": (None, 0, 1),
    "pgettext": (0, 1, None),
    "pgettext_lazy": (0, 1, None),
    "npgettext": (0, 1, 2),
    "npgettext_lazy": (0, 1, 2),
    # The mark of modules that know no Django (intake/workflow.py).
    "msg": (None, 0, None),
}
SKIPPED = {"tests", "bench", "bin", "var", "docs", "migrations", "node_modules", "locale", "static"}
_TEXT = r"""[uU]?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_IN_TEMPLATE = re.compile(
    rf"\b(n?p?gettext|_)\(\s*({_TEXT})(?:\s*,\s*({_TEXT}))?(?:\s*,\s*({_TEXT}))?", re.DOTALL
)


@dataclass(frozen=True, order=True)
class Message:
    """One msgid with its context and plural; "" and None where it has none."""

    text: str
    context: str | None = None
    plural: str | None = None


class UnreadableMessageError(ValueError):
    """A translated call whose text is not a plain literal, so nobody can translate it."""


def messages(root: Path) -> dict[Message, list[str]]:
    """Every message under `root` with the files that use it."""
    found: dict[Message, list[str]] = {}
    for path in sources(root):
        read = _from_code if path.suffix == ".py" else _from_template
        name = path.relative_to(root).as_posix()
        for message in read(path.read_text("utf-8"), name):
            uses = found.setdefault(message, [])
            if name not in uses:
                uses.append(name)
    return found


def sources(root: Path) -> list[Path]:
    """The Python files and templates that are part of the product."""
    return sorted(
        path
        for folder in sorted(root.iterdir())
        if folder.is_dir() and folder.name not in SKIPPED and not folder.name.startswith(".")
        for path in folder.rglob("*")
        if path.suffix in {".py", ".html", ".txt", ".md", ".xml"}
        and (path.suffix == ".py" or "templates" in path.relative_to(root).parts)
        and not SKIPPED.intersection(path.relative_to(root).parts)
    )


def _from_code(source: str, name: str) -> Iterator[Message]:
    """Messages of a Python file."""
    for node in ast.walk(ast.parse(source, name)):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else node.func
        called = called.id if isinstance(called, ast.Name) else called
        if isinstance(called, str) and called in CALLS and not _is_variable(node):
            yield _message(called, [_literal(part) for part in node.args], f"{name}:{node.lineno}")


def _from_template(source: str, name: str) -> Iterator[Message]:
    """Messages of a template: Django turns it into calls, in which only literals are left."""
    for match in _IN_TEMPLATE.finditer(templatize(source, origin=name)):
        texts = [ast.literal_eval(part) if part else None for part in match.groups()[1:]]
        yield _message(match[1], texts, name)


def _is_variable(call: ast.Call) -> bool:
    """Whether the text comes from elsewhere, where its own call marks it as a message."""
    if not call.args or isinstance(call.args[0], ast.Constant | ast.BinOp | ast.JoinedStr):
        return False
    inner = call.args[0].func if isinstance(call.args[0], ast.Call) else None
    # "…".format(…) inside the call: a text that is built too early.
    return not (isinstance(inner, ast.Attribute) and isinstance(inner.value, ast.Constant))


def _literal(node: ast.expr) -> str | None:
    """The text of a literal, also one that is put together from literals."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _literal(node.left), _literal(node.right)
        return None if left is None or right is None else left + right
    return None


def _message(called: str, texts: list[str | None], where: str) -> Message:
    context, singular, plural = CALLS[called]
    picked = [
        None if place is None else texts[place] if place < len(texts) else ""
        for place in (context, singular, plural)
    ]
    if not picked[1] or (context is not None and not picked[0]) or picked[2] == "":
        raise UnreadableMessageError(
            f"{where}: {called}() needs plain text, not a variable or f-string"
        )
    return Message(picked[1], picked[0], picked[2])
