"""Bytes of a mail as text: Korean mail programs name their letters wrongly in many ways."""

from __future__ import annotations

import codecs
import re
import unicodedata

from notifications.markup import clean

_KOREAN = "cp949"
# What programs write where they mean CP949, which EUC-KR is a part of.
_ALIASES = dict.fromkeys(
    [
        "ks_c_5601",
        "ks_c_5601-1987",
        "ks_c_5601-1989",
        "ks_c_5601_1987",
        "ksc5601",
        "ksc5601-1987",
        "ksc_5601",
        "euc-kr",
        "euckr",
        "euc_kr",
        "korean",
        "ms949",
        "cp949",
        "windows-949",
        "x-windows-949",
        "uhc",
    ],
    _KOREAN,
)
# Programs that do not know better call everything so.
_MEANINGLESS: tuple[str, ...] = (
    "",
    "us-ascii",
    "ascii",
    "iso-8859-1",
    "latin-1",
    "latin1",
    "windows-1252",
    "8bit",
)
_MEANINGLESS += ("unknown-8bit", "x-unknown", "default", "default_charset")
_ISO_2022_KR = b"\x1b$)C"
_HANGUL = re.compile("[가-힣]")
# Letters that wrongly decoded Korean turns into.
_STRANGE = re.compile("[\x80-\x9f¿-ÿ\ufffd]")


def decode(raw: bytes, charset: str = "") -> str:
    """The text of bytes: by the name given if it fits, else by what they are; never raises."""
    name = _named(charset)
    for candidate in _candidates(raw, name):
        try:
            return raw.decode(candidate)
        except (UnicodeDecodeError, LookupError):
            continue
    return raw.decode(_KOREAN if name == _KOREAN else "utf-8", "replace")


def tidy(text: str) -> str:
    """Composed letters (NFC), one kind of line end, nothing that hides, reorders or controls."""
    text = clean(text).replace("\xa0", " ").replace("\u200b", "").replace("\x1b", "")
    return unicodedata.normalize("NFC", text)


def _named(charset: str) -> str:
    name = charset.strip().strip("\"'").lower()
    name = _ALIASES.get(name, name)
    if name in _MEANINGLESS:
        return ""
    try:
        codec = codecs.lookup(name)
    except (LookupError, ValueError):
        return ""
    # Codecs such as "hex" or "zlib" are none of letters.
    return name if getattr(codec, "_is_text_encoding", True) else ""


def _candidates(raw: bytes, name: str) -> list[str]:
    if _ISO_2022_KR in raw[:4096]:
        return ["iso2022_kr"]
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ["utf-16"]
    guessed = ["utf-8-sig", _KOREAN, "latin-1"]
    if not name:
        return guessed
    if name == _KOREAN and _is_utf8_korean(raw):
        # Declared as EUC-KR, written as UTF-8: rarely does CP949 fail to read it, as nonsense.
        return ["utf-8-sig", _KOREAN]
    return [name, *guessed]


def _is_utf8_korean(raw: bytes) -> bool:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return bool(_HANGUL.search(text)) and not _STRANGE.search(text)
