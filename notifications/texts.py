"""The words of a notice: finds the templates and renders subject, text and HTML from one source."""

import functools
from pathlib import Path

from django.conf import settings

FOLDER = "notices"


def folders() -> list[Path]:
    """Where templates of notices may lie."""
    return [Path(place) / FOLDER for place in settings.TEMPLATES[0]["DIRS"]]


@functools.cache
def kinds() -> frozenset[str]:
    """Every message that has a text in the default language."""
    ending = f".{settings.LANGUAGE_CODE}.md"
    return frozenset(
        path.name.removesuffix(ending) for folder in folders() for path in folder.glob(f"*{ending}")
    )
