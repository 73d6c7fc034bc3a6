"""App configuration."""

from django.apps import AppConfig
from django.http import multipartparser
from django.utils.translation import gettext_lazy as _


class FilesConfig(AppConfig):
    """Checking, storing and serving files."""

    name = "files"
    verbose_name = _("Files")

    def ready(self) -> None:
        """Let long Hangul file names through.

        Decomposed (macOS), 200 syllables are 1,800 bytes of the part's header; Django stops at
        1,024 and answers 400 to the whole form (FAULTS F50). It has no setting for this.
        """
        multipartparser.MAX_TOTAL_HEADER_SIZE = 4096  # type: ignore[attr-defined]
