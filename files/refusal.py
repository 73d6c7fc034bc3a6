"""Why a file is not taken, in sentences that say how to mend it."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

REASONS = {
    "empty": _("“%(name)s” is empty. Attach a file that has something in it."),
    "too_big": _(
        "“%(name)s” is larger than %(limit)s MB. Make it smaller or split it, then attach it again."
    ),
    "name": _("The file name has control characters in it. Rename the file and attach it again."),
    "type": _(
        "“%(name)s” is of a kind that cannot be attached. Attach PDF, HWP, HWPX, Word, Excel, "
        "PowerPoint, JPG, PNG, GIF, WebP, TXT or CSV."
    ),
    "mismatch": _(
        "The content of “%(name)s” is not what the ending of its name says. Open it, save it in "
        "the right format and attach the new file."
    ),
    "damaged": _(
        "“%(name)s” cannot be read; it may be damaged or cut off. Open it, save it again and "
        "attach the new file."
    ),
    "protected": _(
        "“%(name)s” is locked with a password, so it cannot be checked or read. Remove the "
        "password and attach it again."
    ),
    "macros": _(
        "“%(name)s” contains macros. Save it without macros, for example as DOCX, XLSX or PDF, "
        "and attach the new file."
    ),
    "packed": _("“%(name)s” is a compressed archive. Attach the files in it one by one."),
    "heic": _(
        "“%(name)s” is an HEIC picture, which many offices cannot open. Save it as JPG and attach "
        "the new file."
    ),
    "bomb": _(
        "“%(name)s” unpacks to far more than its size allows. Save it as PDF, or split it, and "
        "attach the new file."
    ),
    "pixels": _("The picture “%(name)s” has too many pixels. Make it smaller and attach it again."),
    "unsafe": _(
        "“%(name)s” contains parts that could do harm and that such files do not need. Open it, "
        "save it as a new file and attach that one."
    ),
    "infected": _(
        "A virus was found in “%(name)s”, so it was not stored. Check your computer and attach a "
        "clean file."
    ),
    "store_full": _(
        "Files cannot be stored at the moment. Your text is kept: send it without the file now "
        "and add the file later."
    ),
    "gone": _("An attached file is no longer there because it waited too long. Attach it again."),
}


class FileRefused(ValidationError):  # noqa: N818 - a refusal, said to a person
    """A file that is not taken; `code` is one of REASONS, the message says how to mend it."""

    def __init__(self, code: str, *, name: str = "", **facts: Any) -> None:
        super().__init__(REASONS[code], code=code, params={"name": name, **facts})


class FileStoreFull(FileRefused):
    """There is no room for files; the case itself can still be filed (FAULTS F26)."""

    def __init__(self, *, name: str = "") -> None:
        super().__init__("store_full", name=name)


class FileGone(FileRefused):
    """A file was not claimed in time and has been swept away."""

    def __init__(self) -> None:
        super().__init__("gone")
