"""The one place that decides how text becomes tokens (`SEARCH_TOKENISER`).

Another tokeniser is another entry here. After a change of the setting the beat fills every
index again (`search.rebuilding`); until it has, rows written before are found by what both
tokenisers have in common.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from search import codes, morphemes, text
from search.concepts import PREFIX, Concept


@dataclass(frozen=True)
class Tokeniser:
    """How a document and how a query are cut.

    `at_once` says that documents cost little enough to be indexed in the request that writes
    them; otherwise they wait in a table for the worker. `load` fetches what it needs.
    """

    name: str
    document: Callable[[str], list[str]]
    query: Callable[[str], list[Concept]]
    at_once: bool
    load: Callable[[], object]


def _bigram_query(words: str) -> list[Concept]:
    """Every pair of syllables is a concept of its own; a lone syllable the beginning of one."""
    found = []
    for token in text.query_tokens(words):
        if len(token) == 1 and not token.isascii():
            found.append(Concept.of(token, token + PREFIX))
        elif token.isdecimal():
            found.append(Concept.of(token, token, codes.asked(token)))
        else:
            found.append(Concept.of(token, token))
    return found


def _nothing() -> None:
    """Bigrams need no model."""


TOKENISERS = {
    "bigram": Tokeniser(
        name="bigram", document=text.tokens, query=_bigram_query, at_once=True, load=_nothing
    ),
    "kiwi": Tokeniser(
        name="kiwi",
        document=morphemes.document,
        query=morphemes.query,
        at_once=False,
        load=morphemes.load,
    ),
}


def chosen() -> Tokeniser:
    """The tokeniser that the settings name."""
    try:
        return TOKENISERS[settings.SEARCH_TOKENISER]
    except KeyError:
        known = ", ".join(sorted(TOKENISERS))
        raise ImproperlyConfigured(
            f"SEARCH_TOKENISER is {settings.SEARCH_TOKENISER!r}: write one of {known}"
        ) from None


def load() -> None:
    """Fetch the tokeniser's model, about two seconds: before a server forks its workers."""
    chosen().load()
