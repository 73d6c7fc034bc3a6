"""The editable list of words that mean the same, and the queries that it makes of one query."""

import json
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

LIST = Path(__file__).parent / "data" / "synonyms.json"
MAX_VARIANTS = 8


@lru_cache(maxsize=1)
def groups() -> list[list[str]]:
    """Groups of phrases; within a group each stands for every other."""
    return json.loads(LIST.read_text(encoding="utf-8"))


def variants(query: str, cut: Callable[[str], list[str]]) -> list[list[str]]:
    """The query's tokens, then its tokens with one phrase replaced by a synonym, at most 8."""
    asked = cut(query)
    found = [asked]
    if not asked:
        return []
    for group in groups():
        for phrase in group:
            own = cut(phrase)
            if not own or not set(own) <= set(asked):
                continue
            rest = [token for token in asked if token not in own]
            for other in group:
                variant = list(dict.fromkeys(rest + cut(other)))
                if other != phrase and variant not in found:
                    found.append(variant)
                if len(found) >= MAX_VARIANTS:
                    return found
    return found
