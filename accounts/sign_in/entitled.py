"""Who may come in by a code from a mail without having been here before: asked of providers.

Higher apps know which addresses stand in their rows; `portal.wiring` registers them.
"""

from __future__ import annotations

from collections.abc import Callable

# Is something filed under this address (in lower case)?
Provider = Callable[[str], bool]
providers: list[Provider] = []


def register(provider: Provider) -> None:
    """Let a provider vouch for addresses, once."""
    if provider not in providers:
        providers.append(provider)


def is_entitled(email: str) -> bool:
    """Whether anybody knows the address."""
    # All are asked, so that the answer takes the same time whoever knows it.
    answers = [provider(email.lower()) for provider in providers]
    return any(answers)
