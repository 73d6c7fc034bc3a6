"""What a verb says when it cannot be."""

from django.utils.translation import gettext as _


class RefusedError(Exception):
    """The step cannot be taken now; the message says why, for the person who tried."""


class OvertakenError(RefusedError):
    """Somebody else was first; nothing was written."""

    def __init__(self) -> None:
        super().__init__(_("Somebody else has changed this entry in the meantime. Load it again."))
