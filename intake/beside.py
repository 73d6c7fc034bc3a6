"""What apps above show on the company's page of its case, such as a study that was drafted from it.

They register a provider (portal.wiring); nothing here imports them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from intake.models import Case

# A block names its own `template`; None where there is nothing to say.
Provider = Callable[[Case], Mapping[str, Any] | None]
_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """Show what `provider` says from now on; registering again changes nothing."""
    if provider not in _providers:
        _providers.append(provider)


def of(case: Case) -> list[Mapping[str, Any]]:
    """The blocks of a case, in the order of registration."""
    return [block for provider in _providers if (block := provider(case)) is not None]
