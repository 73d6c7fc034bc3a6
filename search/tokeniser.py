"""The one place that decides how text becomes tokens (`SEARCH_TOKENISER`).

Another tokeniser is another entry here: two functions, one for documents, one for queries.
After a change of the setting the indexes must be filled again.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from search import text


@dataclass(frozen=True)
class Tokeniser:
    """How a document and how a query are cut."""

    document: Callable[[str], list[str]]
    query: Callable[[str], list[str]]


TOKENISERS = {"bigram": Tokeniser(document=text.tokens, query=text.query_tokens)}


def chosen() -> Tokeniser:
    """The tokeniser that the settings name."""
    try:
        return TOKENISERS[settings.SEARCH_TOKENISER]
    except KeyError:
        known = ", ".join(sorted(TOKENISERS))
        raise ImproperlyConfigured(
            f"SEARCH_TOKENISER is {settings.SEARCH_TOKENISER!r}: write one of {known}"
        ) from None
