"""What may be posted without signing in, and how often before something is asked in return.

One row for each address that strangers can post to; a test derives the addresses from the
resolver and fails when one has no row. A mark is no wall: past it the page asks for a proof of
work or a wait, and what was typed goes through (docs/decisions/0093).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

# Who posts there: people, who can be asked for something, or programs, which come again.
PEOPLE: Literal["people"] = "people"
PROGRAMS: Literal["programs"] = "programs"


@dataclass(frozen=True)
class Limit:
    """Marks for ten minutes: posts by one line; for one target; by everybody together."""

    group: str
    line: int
    # Of the block around the line: many lines, many honest offices.
    block: int = 0
    target: int = 0
    # The form's fields or the address's parts that name whom it is about; the first that is there.
    fields: tuple[str, ...] = ()
    everybody: int = 0
    who: Literal["people", "programs"] = PEOPLE

    @property
    def of_block(self) -> int:
        """The mark of the block: four lines' worth where nothing else is said."""
        return self.block or 4 * self.line


# Leads to a new row or a mail; a hundred an hour is a busy day of the whole country.
_FILING = Limit("filing", line=20, everybody=120)
# Drafts, with their files: never asked for more than once an honest office has filed a lot.
_WRITING = Limit("writing", line=200, everybody=3000)
_OPENING = Limit("opening", line=30, target=10, fields=("number", "ask-number"), everybody=600)
_MAILING = Limit("mailing", line=10, target=5, fields=("email", "ask-number"), everybody=120)
_SIGNING_IN = Limit("signing-in", line=30, target=10, fields=("login", "username"), everybody=600)
_CODES = Limit("codes", line=30, everybody=600)
# Whoever got here has shown a code or a signed link.
_BY_KEY = Limit("by-key", line=120, target=60, fields=("number", "token"), everybody=6000)
_LIBRARY = Limit("library", line=10, everybody=120)
_QUIET = Limit("quiet", line=120, everybody=6000)
_PROGRAM = Limit("program", line=3000, everybody=30000, who=PROGRAMS)

LIMITS: dict[str, Limit] = {
    "intake:submit": _FILING,
    **dict.fromkeys(("intake:file", "intake:send", "intake:settled-back"), _WRITING),
    **dict.fromkeys(("intake:check", "intake:resume", "intake:settled"), _WRITING),
    **dict.fromkeys(
        ("intake:perhaps", "intake:perhaps-open", "intake:perhaps-enough"),
        Limit("suggesting", line=400, everybody=6000),
    ),
    **dict.fromkeys(("intake:follow", "intake:enter-code"), _OPENING),
    "intake:ask-code": _MAILING,
    **dict.fromkeys(
        (
            "intake:open-link",
            "intake:case",
            "intake:supplement",
            "intake:supplement-save",
            "intake:agree",
            "intake:refuse",
            "intake:send-message",
            "intake:withdraw",
            "intake:solved",
            "intake:not-solved",
            "intake:outcome",
            "intake:contact",
            "intake:texts",
            "intake:sharing",
            "intake:confirm-case",
            "intake:take-over",
            "intake:dismiss-proxy",
            "intake:tell-outcome",
            "intake:confirm",
            "intake:body-link",
            "intake:body-link-step",
            "casestudies:approve",
            "casestudies:take-down",
            "invitation",
        ),
        _BY_KEY,
    ),
    "intake:confirm-new": Limit("mailing", line=10, target=5, fields=("token",), everybody=120),
    **dict.fromkeys(("sign-in", "account_login", "admin:login"), _SIGNING_IN),
    **dict.fromkeys(
        ("mfa_authenticate", "account_confirm_login_code", "account_reset_password_from_key"),
        _CODES,
    ),
    **dict.fromkeys(
        ("company-sign-in", "account_request_login_code", "account_reset_password"), _MAILING
    ),
    **dict.fromkeys(("marketinfo:report", "marketinfo:follow", "marketinfo:follow-find"), _LIBRARY),
    **dict.fromkeys(("marketinfo:follow-confirm", "marketinfo:follow-manage"), _BY_KEY),
    # Nothing is written for anybody else: a language, a farewell, a subscription ended.
    **dict.fromkeys(
        (
            "set-language",
            "sign-out",
            "account_logout",
            "intake:leave",
            "notices:come-back",
        ),
        _QUIET,
    ),
    **dict.fromkeys(("provider-begin", "provider-go-on", "provider-back"), _CODES),
    **dict.fromkeys(("notices:leave", "notices:provider", "notices:provider-mail"), _PROGRAM),
}
# An address that somebody forgot is counted too; the test names it.
UNDECLARED = Limit("undeclared", line=60, everybody=600)


def limit_of(name: str) -> Limit:
    """The row of an address."""
    return LIMITS.get(name, UNDECLARED)
