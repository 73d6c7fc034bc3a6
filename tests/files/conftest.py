"""Files of the tests lie in a folder of their own."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from files import serving
from tests.files import corpus


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.FILE_STORE = str(tmp_path / "store")
    settings.SCANNER = ""


@pytest.fixture
def upload():
    def make(name="a.pdf", content=None):
        made = SimpleUploadedFile("x", corpus.pdf() if content is None else content)
        # Past Django's own cleaning, so that ours is what is tested.
        made._name = name
        return made

    return make


@pytest.fixture
def on_disk(settings, tmp_path):
    def listing():
        return sorted(path.name for path in (tmp_path / "store").rglob("*") if path.is_file())

    return listing


@pytest.fixture
def download():
    """Downloads whose files are closed afterwards; response.close() would end the connection."""
    made = []

    def get(stored):
        made.append(serving.download(stored))
        return made[-1]

    yield get
    for response in made:
        for close in response._resource_closers:
            close()
