"""What there is to tell: every kind of notice, who reads it, which step sends it, how it may go.

The apps register what they tell; `docs/notices.md`, the preferences and the desk's figures read it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

# --- Who reads it ---------------------------------------------------------------------------
COMPANY = "company"
FILER = "filer"
BODY = "body"
OFFICER = "officer"
SECRETARIAT = "secretariat"
PERSON = "person"
FOLLOWER = "follower"
ADMINISTRATOR = "administrator"
AUDITOR = "auditor"
AUDIENCES = (COMPANY, FILER, BODY, OFFICER, SECRETARIAT, PERSON, FOLLOWER, ADMINISTRATOR, AUDITOR)

# --- What a reader chooses for together -----------------------------------------------------
CASES = "cases"  # news of cases that one looks after
QUESTIONS = "questions"  # what one's body is asked
REMINDERS = "reminders"
ACCOUNT = "account"  # sign-in, rights, invitations: never chosen away, never late
LIBRARY = "library"
OPERATIONS = "operations"
TOPICS = (CASES, QUESTIONS, REMINDERS, ACCOUNT, LIBRARY, OPERATIONS)


def msg(text: str) -> str:
    """Mark a label for translation without translating it here."""
    return text


AUDIENCE_LABELS = {
    COMPANY: msg("Company"),
    FILER: msg("Who filed for the company"),
    BODY: msg("Body that was asked"),
    OFFICER: msg("Officer in charge"),
    SECRETARIAT: msg("Secretariat"),
    PERSON: msg("Person with an account"),
    FOLLOWER: msg("Follower"),
    ADMINISTRATOR: msg("Platform administrator"),
    AUDITOR: msg("Auditor"),
}
# What sends a notice besides the verbs of the case's table (`name_steps`).
OCCASIONS = {
    "(access log)": msg("The access log is sealed or counted"),
    "(access)": msg("Access to a company’s cases is asked for, given or ended"),
    "(change)": msg("Published market information changes"),
    "(delivery)": msg("Delivery of notices falters"),
    "(digest)": msg("The hour of a digest"),
    "(draft)": msg("A form is put aside, or waits"),
    "(due)": msg("A date comes near or has passed"),
    "(follow)": msg("Somebody asks to follow the library, or for their list"),
    "(guest)": msg("The company lets somebody see its case"),
    "(new link)": msg("A body asks for a new link"),
    "(one-time code)": msg("Somebody asks for a one-time code"),
    "(reply by mail)": msg("Somebody answers or forwards a mail"),
    "(records)": msg("Records of the library want to be checked again"),
    "(returned mail)": msg("Mail comes back"),
    "(rights)": msg("Rights in an organisation are given, changed or ended"),
    "(sign-in)": msg("Somebody signs in, or changes how"),
    "(study)": msg("A case study is asked about, published or taken down"),
    "(webhook)": msg("A partner’s system takes no more events"),
}


@dataclass(frozen=True)
class Kind:
    """One kind of notice.

    `steps` names the verbs of the case's table, or the jobs of the beat, that send it.
    `proceedings`: it belongs to the proceedings, and nobody can turn it off.
    `may_wait`: its reader may have it in a digest. `by_day`: it never leaves at night.
    `replies`: an answer to the mail becomes a message on the case.
    `text`: a short text message goes out beside the mail where the reader asked for one.
    `asks`: its reader is asked to do something; a digest says it first.
    `secret`: it carries a code or link that opens something by itself; the inbox leaves it out.
    """

    name: str
    label: str
    audience: str
    steps: tuple[str, ...] = ()
    topic: str = CASES
    proceedings: bool = True
    may_wait: bool = False
    by_day: bool = False
    replies: bool = False
    text: bool = False
    asks: bool = False
    secret: bool = False


class UnknownKindError(ValueError):
    """Nobody registered this kind of notice."""


_kinds: dict[str, Kind] = {}
_steps: dict[str, str] = {}


def register(kinds: Iterable[Kind]) -> None:
    """Add kinds; registering the same again changes nothing, another one of its name is refused."""
    for kind in kinds:
        if _kinds.setdefault(kind.name, kind) != kind:
            raise ValueError(f"two different kinds of notice are called {kind.name}")


def name_steps(labels: Mapping[str, str]) -> None:
    """Say how the steps are called that kinds name: msgids by verb."""
    _steps.update(labels)


def occasion(step: str) -> str:
    """What a step or other occasion is called, as a msgid; its own name where nobody said."""
    return _steps.get(step) or OCCASIONS.get(step, step)


def of(name: str) -> Kind:
    """The kind of this name."""
    try:
        return _kinds[name]
    except KeyError:
        raise UnknownKindError(f"no kind of notice is called {name!r}") from None


def label(name: str) -> str:
    """What a kind is called, as a msgid; its own name where nobody registers it any more."""
    return _kinds[name].label if name in _kinds else name


def every() -> Iterator[Kind]:
    """All kinds, by name."""
    return iter(sorted(_kinds.values(), key=lambda kind: kind.name))


register(
    [
        Kind("sample", msg("Sample for previews and tests"), COMPANY),
        Kind(
            "notice_parked",
            msg("Notices that were set aside"),
            ADMINISTRATOR,
            ("(delivery)",),
            topic=OPERATIONS,
        ),
        Kind(
            "notices_late",
            msg("Notices that go out late"),
            ADMINISTRATOR,
            ("(delivery)",),
            topic=OPERATIONS,
        ),
        Kind(
            "reply_refused",
            msg("Files of a reply could not be taken"),
            PERSON,
            ("(reply by mail)",),
        ),
        Kind("digest", msg("Digest of notices that waited"), PERSON, ("(digest)",)),
    ]
)
