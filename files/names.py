"""The name that a file came with, made fit to keep and to show; it is never a path here."""

import unicodedata

from files.refusal import FileRefused

MAX_LENGTH = 255
_DEVICES = {"con", "prn", "aux", "nul"} | {
    f"{port}{n}" for port in ("com", "lpt") for n in "123456789"
}
_INVISIBLE = {"Cf", "Cs", "Co", "Zl", "Zp"}


def clean(raw: str) -> str:
    """The base name, composed (NFC), without invisible characters, at most 255 characters.

    Direction marks and zero-width characters are dropped, so the ending that is checked is
    the ending that is seen. Raises FileRefused for control characters, which nobody types.
    """
    name = unicodedata.normalize("NFC", raw).replace("\\", "/").rsplit("/", 1)[-1]
    if any(unicodedata.category(character) == "Cc" for character in name):
        raise FileRefused("name")
    name = "".join(one for one in name if unicodedata.category(one) not in _INVISIBLE)
    name = " ".join(name.split()).strip(". ")
    if name.split(".", 1)[0].strip().lower() in _DEVICES:
        # Windows cannot save a file of this name, whatever follows the dot.
        name = "_" + name
    stem, dot, last = name.rpartition(".")
    if len(name) > MAX_LENGTH and dot and len(last) < 20:
        return stem[: MAX_LENGTH - len(last) - 1] + dot + last
    return name[:MAX_LENGTH]


def ending(name: str) -> str:
    """What stands after the last dot, in small letters; empty without a dot."""
    return name.rpartition(".")[2].strip().lower() if "." in name else ""


def inner_endings(name: str) -> list[str]:
    """The endings before the last one: `a.php.pdf` has `php`."""
    return [part.strip().lower() for part in name.split(".")[1:-1]]
