"""What the archive hears of from the apps below it, and what it shows on their pages."""

from __future__ import annotations

from casestudies import approving, solved
from casestudies.actions import drifting, publishing
from intake import beside, timeline
from marketinfo import changes, reading


def register() -> None:
    """Called once the applications are loaded; doing it again changes nothing."""
    changes.register(publishing.watch)
    timeline.when_written(drifting.case_moved)
    beside.register(approving.on_the_case)
    reading.show_beside(solved.beside)
