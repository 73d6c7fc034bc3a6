"""Registries by which `portal` shows on its own pages what the applications know.

`portal.apps` registers the providers at start; no application imports this module.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.utils.functional import Promise

Reader = AbstractBaseUser | AnonymousUser
Text = str | Promise


@dataclass(frozen=True)
class Result:
    """One line of a list: where it leads, what it is, and a few words from it."""

    title: Text
    url: str
    kind: Text
    excerpt: Text = ""
    date: dt.date | None = None


@dataclass(frozen=True)
class CountryFigures:
    """How many difficulties concern a country; None for what so few share that it names them."""

    filed: int
    solved: int | None


CountryCounter = Callable[[str], CountryFigures | None]
HomeBlock = Callable[[Reader], Sequence[Result]]

# The two lists of the home page, each filled by at most one provider.
HOME_SLOTS = ("library", "cases")
home_blocks: dict[str, HomeBlock] = {}
country_counters: list[CountryCounter] = []


def register_home_block(slot: str, provider: HomeBlock) -> None:
    """Let `provider` fill a list of the home page; registering again replaces it."""
    if slot not in HOME_SLOTS:
        raise ValueError(f"the home page has no list {slot!r}")
    home_blocks[slot] = provider


def register_country_figures(provider: CountryCounter) -> None:
    """Let `provider` count the difficulties of a country; registering again replaces it."""
    country_counters[:] = [provider]


def country_figures(code: str) -> CountryFigures | None:
    """The figures of a country by its two letters; None where they are too few to be told."""
    return next((provider(code) for provider in country_counters), None)


def home_results(slot: str, reader: Reader) -> Sequence[Result]:
    """What the home page shows in `slot`; empty while nobody provides it."""
    provider = home_blocks.get(slot)
    return provider(reader) if provider else []
