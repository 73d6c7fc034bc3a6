"""The Korean catalogue: what it lacks, how it is brought up to date, how it is compiled."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import polib

from portal.extraction import Message

HEADER = {
    "Project-Id-Version": "one-team-portal",
    "Language": "ko",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=1; plural=0;",
}
_PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}")


def key(entry: polib.POEntry) -> Message:
    """What makes an entry unique, in the extraction's terms."""
    return Message(entry.msgid, entry.msgctxt, entry.msgid_plural or None)


def read(path: Path) -> dict[Message, polib.POEntry]:
    """The entries of a catalogue or fragment; nothing when there is no such file."""
    if not path.exists():
        return {}
    text = path.read_text("utf-8")
    if not text.strip():
        return {}
    return {key(entry): entry for entry in polib.pofile(text) if not entry.obsolete}


def write(path: Path, entries: Iterable[polib.POEntry]) -> None:
    """Store entries by msgid, without places and times, so that differences stay small."""
    book = polib.POFile(wrapwidth=100)
    book.metadata = HEADER
    for entry in sorted(entries, key=lambda entry: (entry.msgid, entry.msgctxt or "")):
        entry.occurrences, entry.comment, entry.tcomment = [], "", ""
        book.append(entry)
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(str(path))


def translation(entry: polib.POEntry) -> str:
    """The Korean text; Korean has one form for any number."""
    return str(entry.msgstr_plural.get(0, "")) if entry.msgid_plural else str(entry.msgstr)


def blank(message: Message) -> polib.POEntry:
    """An entry that waits for its translation."""
    if message.plural:
        return polib.POEntry(
            msgid=message.text,
            msgid_plural=message.plural,
            msgctxt=message.context,
            msgstr_plural={0: ""},
        )
    return polib.POEntry(msgid=message.text, msgctxt=message.context)


def updated(used: Iterable[Message], known: dict[Message, polib.POEntry]) -> list[polib.POEntry]:
    """Exactly the entries that are in use, with the translations that are known."""
    return [known.get(message) or blank(message) for message in used]


def merged(
    known: dict[Message, polib.POEntry], fragment: dict[Message, polib.POEntry]
) -> tuple[dict[Message, polib.POEntry], list[str]]:
    """The catalogue with a fragment's translations, and where the two disagreed."""
    result, disagreements = dict(known), []
    for message, entry in fragment.items():
        if not translation(entry):
            continue
        old = translation(known[message]) if message in known else ""
        if old and old != translation(entry):
            disagreements.append(f"{message.text!r}: {old!r} became {translation(entry)!r}")
        result[message] = entry
    return result, disagreements


def faults(used: dict[Message, list[str]], known: dict[Message, polib.POEntry]) -> Iterator[str]:
    """Everything that keeps the catalogue from being complete, one line each."""
    for message in sorted(used, key=lambda message: (message.text, message.context or "")):
        entry = known.get(message)
        where = ", ".join(used[message][:3])
        if entry is None or not translation(entry):
            yield f"missing: {message.text!r} ({where})"
        elif entry.fuzzy:
            yield f"fuzzy: {message.text!r} ({where})"
        else:
            wanted = set(_PLACEHOLDER.findall(message.plural or message.text))
            given = set(_PLACEHOLDER.findall(translation(entry)))
            if wanted != given:
                yield f"placeholders: {message.text!r}: {sorted(wanted)} became {sorted(given)}"
    for message in sorted(set(known) - set(used), key=lambda message: message.text):
        yield f"obsolete: {message.text!r}"


def compile_all(locale: Path) -> int:
    """Write the binary form beside every catalogue; answers how many."""
    paths = sorted(locale.glob("*/LC_MESSAGES/*.po"))
    for path in paths:
        book = polib.pofile(str(path), encoding="utf-8")
        partly = path.with_suffix(".mo.new")
        book.save_as_mofile(str(partly))
        partly.rename(path.with_suffix(".mo"))
    return len(paths)
