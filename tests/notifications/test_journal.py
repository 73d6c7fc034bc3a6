"""A worker that dies after the server's yes and before our commit doubles no mail."""

import datetime as dt
import os

import pytest
from django.utils import timezone

from notifications import delivery, journal, lease, tasks
from notifications.models import SENT, Notice


@pytest.fixture
def own_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    return tmp_path / journal.FOLDER


def die_before_the_commit(monkeypatch):
    """What SIGKILL does in the worst millisecond: the lease stays, the row is not marked."""

    def dead(*_args, **_facts):
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(delivery, "_mark_sent", dead)
        patch.setattr(lease.Lease, "give_back", lambda self, answer="": 0)
        with pytest.raises(SystemExit):
            delivery.deliver_due()
    Notice.objects.update(lease_until=timezone.now() - dt.timedelta(seconds=1))


def test_worker_that_died_after_acceptance_sends_no_second_mail(
    enqueue, smtp, own_folder, monkeypatch
):
    row = enqueue()

    die_before_the_commit(monkeypatch)
    tasks.sweep()

    row.refresh_from_db()
    assert (row.state, row.attempts, row.answer) == (SENT, 1, delivery.NOTED)
    assert len(smtp.mails) == 1
    assert list(own_folder.glob("*")) == []


def test_without_a_journal_the_same_death_sends_a_second_mail(
    enqueue, smtp, own_folder, monkeypatch
):
    row = enqueue()
    monkeypatch.setattr(journal.Journal, "note", lambda self, pk: None)

    die_before_the_commit(monkeypatch)
    tasks.sweep()

    row.refresh_from_db()
    assert row.state == SENT
    assert [mail.message_id for mail in smtp.mails] == [row.message_id] * 2


def test_journal_of_the_living_is_left_alone(own_folder):
    marked = []

    with journal.Journal() as held:
        held.note(7)
        found = journal.settle(marked.append)

    assert (found, marked) == (0, [])
    assert list(own_folder.glob("*")) == []


def test_half_a_line_names_no_row(own_folder):
    own_folder.mkdir()
    (own_folder / "dead.log").write_bytes(b"12\n345")
    marked = []

    found = journal.settle(marked.extend)

    assert (found, marked) == (1, [12])


def test_journal_that_could_not_be_settled_stays(own_folder):
    own_folder.mkdir()
    (own_folder / "dead.log").write_bytes(b"12\n")

    def away(_rows):
        raise ConnectionError

    with pytest.raises(ConnectionError):
        journal.settle(away)

    assert [path.name for path in own_folder.glob("*")] == ["dead.log"]


def test_full_disk_does_not_stop_the_mail(own_folder, caplog):
    own_folder.write_bytes(b"not a folder")

    with journal.Journal() as held:
        held.note(7)

    assert "journal" in caplog.text


def test_journal_is_readable_by_the_portal_alone(own_folder):
    with journal.Journal() as held:
        held.note(7)
        modes = [oct(os.stat(path).st_mode & 0o777) for path in own_folder.glob("*")]

    assert modes == ["0o600"]
