"""Styles and scripts under names that a browser may keep, with and without the KRDS parts."""

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.templatetags.static import static

from portal import static_files


@pytest.fixture
def storage(settings, tmp_path):
    """The portal's storage on a folder of its own, without the parts that npm brings."""
    settings.STATIC_ROOT = str(tmp_path / "static")
    settings.STATICFILES_DIRS = [settings.BASE_DIR / "static"]
    kept = staticfiles_storage._wrapped
    staticfiles_storage._wrapped = static_files.StaticFiles()
    yield staticfiles_storage
    staticfiles_storage._wrapped = kept


def test_files_have_plain_names_until_they_are_collected(storage):
    assert static("portal.css") == "/static/portal.css"


def test_collected_files_are_packed_and_named_for_their_content(storage, tmp_path):
    assert static_files.collect() is True
    storage._wrapped = static_files.StaticFiles()

    url = static("portal.css")
    assert url != "/static/portal.css"
    there = tmp_path / "static" / url.removeprefix("/static/")
    assert (there.is_file(), there.with_name(f"{there.name}.gz").is_file()) == (True, True)
    # What was not collected keeps its name; nothing that did not change is collected again.
    assert static("krds/fonts/missing.woff2") == "/static/krds/fonts/missing.woff2"
    assert static_files.collect() is False
