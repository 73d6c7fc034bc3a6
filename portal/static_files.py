"""Static files under names that change with their content, packed, once they were collected."""

from __future__ import annotations

import hashlib
from typing import Any

from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from whitenoise.storage import CompressedManifestStaticFilesStorage

STAMP = "collected.sha256"


class StaticFiles(CompressedManifestStaticFilesStorage):
    """Hashed names, which a browser may keep for ever; plain ones for what was not collected."""

    manifest_strict = False

    def stored_name(self, name: str) -> str:
        """The name under which a file is served."""
        if self.hash_key(self.clean_name(name)) not in self.hashed_files:
            return name
        stored: str = super().stored_name(name)
        return stored

    def hashed_name(self, name: str, content: Any = None, filename: str | None = None) -> str:
        """The name with its hash; the plain one of a KRDS part that could not be fetched."""
        try:
            hashed: str = super().hashed_name(name, content, filename)
        except ValueError:
            return name
        return hashed


def collect() -> bool:
    """Collect what has changed since the last time; False when nothing has."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            facts = storage.get_modified_time(path).timestamp(), storage.size(path)
            digest.update(f"{path} {facts}\n".encode())
    stamp = digest.hexdigest()
    if staticfiles_storage.exists(STAMP):
        with staticfiles_storage.open(STAMP) as kept:
            if kept.read().decode() == stamp:
                return False
    call_command("collectstatic", interactive=False, verbosity=0)
    with open(staticfiles_storage.path(STAMP), "w", encoding="ascii") as kept:
        kept.write(stamp)
    return True
