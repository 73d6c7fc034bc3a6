"""The scanner up, down, and finding something."""

import io

import pytest

from files import scanner, storing, sweeping
from files.models import State, StoredFile
from files.refusal import FileRefused
from tests.files import clamd, corpus

pytestmark = pytest.mark.django_db


def test_scan_without_a_scanner_is_clean():
    assert scanner.scan(io.BytesIO(corpus.eicar())) == scanner.Verdict("clean")


@pytest.mark.parametrize("by_path", [False, True])
def test_scan_finds_and_clears(settings, tmp_path, by_path):
    with clamd.running(str(tmp_path / "clamd") if by_path else None) as settings.SCANNER:
        verdicts = [
            scanner.scan(io.BytesIO(content))
            for content in (corpus.eicar(), b"x" * 200_000 + corpus.eicar(), corpus.pdf())
        ]

    found = scanner.Verdict("found", "Eicar-Test-Signature")
    assert verdicts == [found, found, scanner.Verdict("clean")]


@pytest.mark.parametrize(
    "answer", [b"", b"INSTREAM size limit exceeded. ERROR\0", b"nonsense", b"stream: \xff\0"]
)
def test_scan_takes_an_unclear_answer_for_silence(settings, answer):
    with clamd.running(answer=answer) as settings.SCANNER:
        assert scanner.scan(io.BytesIO(b"a")) == scanner.Verdict("silent")


@pytest.mark.parametrize("address", ["nonsense", "127.0.0.1:notaport", "/no/such/socket"])
def test_scan_takes_a_wrong_address_for_silence(settings, address):
    settings.SCANNER = address

    assert scanner.scan(io.BytesIO(b"a")) == scanner.Verdict("silent")


def test_store_refuses_a_virus_and_keeps_nothing(settings, upload, on_disk):
    with clamd.running() as settings.SCANNER, pytest.raises(FileRefused) as refusal:
        storing.store(upload("a.txt", corpus.eicar()))

    assert (refusal.value.code, StoredFile.objects.count(), on_disk()) == ("infected", 0, [])


def test_store_lets_a_file_wait_while_the_scanner_is_silent(settings, upload, download, on_disk):
    with clamd.nobody() as settings.SCANNER:
        stored = storing.store(upload())
        held = download(stored)
        judged = sweeping.rescan()

    stored.refresh_from_db()
    assert (stored.state, held.status_code, judged, len(on_disk())) == ("scan_pending", 409, 0, 1)


def test_rescan_frees_the_clean_and_marks_the_infected(settings, upload, download):
    with clamd.nobody() as settings.SCANNER:
        clean, infected = storing.store(upload()), storing.store(upload("a.txt", corpus.eicar()))

    with clamd.running() as settings.SCANNER:
        judged = sweeping.rescan()

    for stored in (clean, infected):
        stored.refresh_from_db()
    assert (judged, clean.state, infected.state, infected.finding) == (
        2,
        State.READY,
        State.INFECTED,
        "Eicar-Test-Signature",
    )
    assert [download(one).status_code for one in (clean, infected)] == [200, 410]


def test_store_with_a_scanner_that_says_yes_to_all_takes_the_virus(settings, upload):
    """Positive control: without the verdict the virus would be stored."""
    with clamd.running(answer=b"stream: OK\0") as settings.SCANNER:
        assert storing.store(upload("a.txt", corpus.eicar())).state == State.READY
