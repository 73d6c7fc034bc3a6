"""Documents that are written by the code they describe, and therefore cannot lie."""

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

# File below the repository → "module:function" that answers its text.
DOCUMENTS: dict[str, str] = {
    "docs/notices.md": "portal.notices_page:page",
    "docs/permissions.md": "portal.permission_matrix:page",
    "docs/workflow.md": "portal.workflow_page:page",
}


def provider(target: str) -> Callable[[], str] | None:
    """The function behind a "module:function"; None while that module does not exist."""
    module, _, function = target.partition(":")
    try:
        if find_spec(module) is None:
            return None
    except ModuleNotFoundError:
        return None
    found: Callable[[], str] = getattr(import_module(module), function)
    return found


def outdated(root: Path) -> dict[str, str]:
    """The documents whose file differs from what the code says now, with the right text."""
    wrong = {}
    for name, target in sorted(DOCUMENTS.items()):
        write = provider(target)
        if write is None:
            continue
        text = write().rstrip() + "\n"
        path = root / name
        if not path.is_file() or path.read_text("utf-8") != text:
            wrong[name] = text
    return wrong
