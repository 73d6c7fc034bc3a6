"""The chain over the access log: one changed, removed or slipped-in line is found, and where."""

from __future__ import annotations

import datetime as dt
import threading
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.test import RequestFactory
from django.utils import timezone

from accounts import audit_letters
from notifications.models import Notice
from privacy import chain, downloads, places, readings, tasks
from privacy.models import Chain, Download, Head, LogEvent, Reading, Seal
from tests.intake.conftest import *  # noqa: F403 # the fixed cast

pytestmark = pytest.mark.django_db


def read(number: int, way: str = readings.DESK) -> None:
    Reading.objects.create(subject=f"GT-{number}", day=timezone.localdate(), way=way)


@pytest.fixture
def log(cast):
    """Five readings and a download, sealed in two runs."""
    for number in range(3):
        read(number)
    assert chain.seal() == 3
    downloads.record(
        by=cast.association_officer,
        organisation="KBIZ",
        what="cases",
        query="",
        kind="xlsx",
        rows=3,
        reason="이사회 보고",
    )
    for number in range(3, 5):
        read(number)
    assert chain.seal() == 3
    assert chain.verify().whole
    return list(Reading.objects.order_by("pk"))


def faults():
    return [(fault.what, fault.kind, fault.row) for fault in chain.verify().faults]


def test_chain_holds_every_line_once_and_sealing_again_changes_nothing(log):
    found = chain.verify()

    assert chain.seal() == 0
    assert (found.seals, found.seq, found.waiting, found.late) == (6, 6, 0, 0)
    assert found.hash == Chain.objects.get().hash == Seal.objects.get(seq=6).hash
    assert len(set(Seal.objects.values_list("hash", flat=True))) == 6


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("subject", "GT-9"),
        ("way", "audit"),
        ("organisation", "KCS"),
        ("what", "paper"),
        ("place", "10.0.0.9"),
        ("day", dt.date(2026, 1, 1)),
        ("at", dt.datetime(2026, 1, 1, tzinfo=dt.UTC)),
    ],
)
def test_every_changed_fact_of_a_reading_names_its_line(log, column, value):
    Reading.objects.filter(pk=log[1].pk).update(**{column: value})

    assert faults() == [("changed", "reading", log[1].pk)]


def test_another_reader_or_reason_names_its_line(log, cast):
    Reading.objects.filter(pk=log[4].pk).update(reader=cast.secretary)
    taken = Download.objects.get()
    Download.objects.filter(pk=taken.pk).update(reason="이사회 보고.", rows=2)

    assert faults() == [("changed", "download", taken.pk), ("changed", "reading", log[4].pk)]


def test_twin_that_seals_fewer_facts_does_not_see_the_change(log, monkeypatch):
    # The broken twin: a chain over every fact but the reader's address.
    fewer = tuple(name for name in chain._COLUMNS["reading"] if name != "place")
    monkeypatch.setitem(chain._COLUMNS, "reading", fewer)
    Seal.objects.all().delete()
    Chain.objects.all().delete()
    Reading.objects.update(sealed=False)
    Download.objects.update(sealed=False)
    chain.seal()

    Reading.objects.filter(pk=log[1].pk).update(place="10.0.0.9")

    assert faults() == []


def test_removed_line_is_named(log):
    Reading.objects.filter(pk=log[2].pk).delete()

    assert faults() == [("removed", "reading", log[2].pk)]


def test_removed_line_with_its_seal_leaves_a_gap(log):
    Reading.objects.filter(pk=log[1].pk).delete()
    Seal.objects.filter(kind="reading", row=log[1].pk).delete()

    assert faults() == [("gap", "reading", log[2].pk)]


def test_line_with_a_mark_but_no_seal_is_named(log):
    slipped = Reading.objects.create(subject="GT-7", day="2026-01-01", way="desk", sealed=True)

    assert faults() == [("slipped in", "reading", slipped.pk)]


def test_seal_made_to_fit_the_changed_line_breaks_the_chain(log):
    Reading.objects.filter(pk=log[1].pk).update(subject="GT-9")
    Seal.objects.filter(kind="reading", row=log[1].pk).update(
        digest=chain.digest("reading", Reading.objects.get(pk=log[1].pk))
    )

    assert faults() == [("broken", "reading", log[1].pk)]


def forge(key: int) -> None:
    """Change a line and set every later seal anew, as whoever owns the whole database can."""
    Reading.objects.filter(pk=key).update(subject="GT-9")
    before = ""
    for one in Seal.objects.order_by("seq"):
        row = chain.MODELS[one.kind].objects.get(pk=one.row)
        own = chain.digest(one.kind, row)
        before = chain.link(before, one.seq, one.kind, one.row, own)
        Seal.objects.filter(seq=one.seq).update(digest=own, hash=before)
    Chain.objects.update(hash=before)


def test_whole_chain_set_anew_does_not_meet_the_head_that_was_mailed(log):
    mailed = chain.verify()
    forge(log[1].pk)

    # Inside the database all agrees: this is what the mailed head is for.
    assert chain.verify().whole
    found = chain.verify(head=(mailed.seq, mailed.hash))
    assert [fault.what for fault in found.faults] == ["another head"]
    with pytest.raises(SystemExit):
        call_command("readings", "verify", head=f"{mailed.seq}:{mailed.hash}", stdout=StringIO())


def test_head_kept_in_the_table_is_met_too(log):
    chain.keep_head(chain.verify(), day=timezone.localdate())
    forge(log[0].pk)

    assert [fault.what for fault in chain.verify().faults] == ["another head"]


def test_tail_that_is_gone_is_found(log):
    last = Seal.objects.order_by("-seq").first()
    Reading.objects.filter(pk=last.row).delete()
    Seal.objects.filter(pk=last.pk).delete()

    assert [fault.what for fault in chain.verify().faults] == ["cut off"]


def test_command_names_the_line_and_ends_with_one(log):
    said = StringIO()
    call_command("readings", "verify", stdout=said)
    assert said.getvalue().splitlines()[-1] == "whole"
    Reading.objects.filter(pk=log[1].pk).update(subject="GT-9")

    said = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("readings", "verify", stdout=said)

    assert ended.value.code == 1
    assert f"changed: seal 2 reading {log[1].pk}" in said.getvalue()
    with pytest.raises(CommandError):
        call_command("readings", "verify", head="sieben", stdout=StringIO())


def age(days: int, *keys: int) -> None:
    """Lines of long ago, sealed then."""
    Reading.objects.filter(pk__in=keys).update(at=timezone.now() - dt.timedelta(days=days))
    Seal.objects.all().delete()
    Chain.objects.all().delete()
    for model in (Reading, Download, LogEvent):
        model.objects.update(sealed=False)
    chain.seal()


def test_lines_go_after_two_years_and_the_chain_stays_one(log):
    age(740, log[0].pk, log[1].pk)

    # A second before its time a line stays.
    soon = Reading.objects.get(pk=log[0].pk).at + chain.KEPT
    assert chain.purge(now=soon - dt.timedelta(seconds=1)) == 0
    assert chain.purge(now=soon + dt.timedelta(days=1)) == 2

    assert list(Reading.objects.order_by("pk")) == log[2:]
    assert chain.purge() == 0
    chain.seal()
    found = chain.verify()
    assert (found.whole, found.seals, found.seq) == (True, 5, 7)
    Reading.objects.filter(pk=log[3].pk).update(subject="GT-9")
    assert faults() == [("changed", "reading", log[3].pk)]


def test_nothing_younger_than_the_first_line_that_stays_is_taken(log):
    age(740, log[2].pk)
    Reading.objects.filter(pk=log[0].pk).delete()

    # The old line is sealed first; behind it the gap of a removed one is no reason to tidy up.
    assert chain.purge() == 1
    chain.seal()
    assert faults() == [("removed", "reading", log[0].pk)]


def test_purge_that_came_too_early_is_found(log):
    age(740, log[0].pk)
    chain.purge()
    chain.seal()
    assert chain.verify().whole
    event = LogEvent.objects.get()
    event.facts["through"] = timezone.now().isoformat()
    LogEvent.objects.filter(pk=event.pk).update(facts=event.facts)

    assert "purged too early" in [fault.what for fault in chain.verify().faults]


def test_head_is_mailed_once_a_day_to_every_auditor(log, cast):
    assert tasks.look_after() is True
    assert tasks.look_after() is False

    head = Head.objects.get()
    told = Notice.objects.filter(kind="access_log_head")
    assert [row.to_address for row in told] == [cast.auditor.email]
    assert told[0].context["head"] == f"{head.seq}:{head.hash}"
    assert (head.whole, told[0].urgent, told[0].subject_key) == (True, False, audit_letters.ABOUT)


def test_broken_chain_is_told_at_once(log, cast):
    Reading.objects.filter(pk=log[1].pk).update(subject="GT-9")

    tasks.look_after()

    told = Notice.objects.get(kind="access_log_broken")
    assert told.urgent is True
    assert not Notice.objects.filter(kind="access_log_head").exists()
    assert told.context["finding"] == f"changed: seal 2 reading {log[1].pk}"


@pytest.mark.parametrize(
    ("meta", "behind", "place"),
    [
        ({"REMOTE_ADDR": "203.0.113.7"}, False, "203.0.113.7"),
        ({"REMOTE_ADDR": "::ffff:203.0.113.7"}, False, "203.0.113.7"),
        ({"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "1.1.1.1"}, False, "10.0.0.1"),
        (
            {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "1.1.1.1, 2.2.2.2"},
            True,
            "2.2.2.2",
        ),
        ({"REMOTE_ADDR": ""}, False, ""),
    ],
)
def test_place_is_never_what_a_visitor_says(settings, meta, behind, place):
    settings.BEHIND_PROXY = behind

    assert places.of(RequestFactory().get("/", **meta)) == place


@pytest.mark.django_db(transaction=True)
def test_sealing_at_once_while_lines_arrive_makes_one_chain():
    refused: list[Exception] = []

    def write(number: int) -> None:
        try:
            for turn in range(15):
                read(number * 100 + turn, way=f"w{number}")
                chain.seal(most=4)
        except Exception as error:
            refused.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    while chain.seal():
        pass

    found = chain.verify()
    assert refused == []
    assert (found.whole, found.seals, found.seq) == (True, 60, 60)
