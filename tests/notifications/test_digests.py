"""Notices that waited are told once: in one digest, alone, or not at all where nobody may read."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from accounts.models import Membership, Organisation, User
from intake import actions
from intake.models import Case
from intake.timeline import COMPANY, submitter
from notifications import delivery, digests, outbox, preferences, texts
from notifications.models import DECLINED, FOLDED, HELD, OPEN, QUEUED, Notice
from notifications.models.preference import AT_ONCE, DAILY, WEEKLY
from tests.intake.conftest import cases, cast, reference_data  # noqa: F401 (fixtures)
from tests.intake.factories import filing
from tests.notifications.readers import Clock, a_clock, person, states, tell, wants  # noqa: F401

pytestmark = pytest.mark.django_db


def digest_of(user: User) -> Notice:
    """The one digest that a person got."""
    return Notice.objects.get(kind="digest", recipient=user)


def subject(kind: str) -> str:
    """The English subject of a kind, without the receipt number."""
    return texts.render(kind, "en", texts.sample(kind)).subject.partition("] ")[2]


def test_what_waited_goes_in_one_mail(clock):
    reader = person()
    wants(reader, DAILY)
    rows = [tell(reader), tell(reader, "disputed"), tell(reader, "assigned")]

    clock.at("2026-12-03 08:59")
    early = digests.run()
    clock.at("2026-12-03 09:01")
    done = digests.run()

    digest = digest_of(reader)
    assert (early, done) == (0, 3)
    assert states(*rows, digest) == [FOLDED, FOLDED, FOLDED, QUEUED]
    assert set(Notice.objects.filter(state=FOLDED).values_list("folded_into", flat=True)) == {
        digest.pk
    }
    assert (digest.to_address, digest.language, digest.context["count"]) == (reader.email, "ko", 3)


def test_digest_says_first_what_asks_something_then_case_by_case_the_newest(clock):
    reader = person(language="en")
    wants(reader, DAILY)
    filer = {"happened": "Your answer was sent"}
    tell(reader, "filer_update", "GT-1", context=filer | {"link": "/partner/KBIZ/cases/GT-1/"})
    tell(reader, "referral_extended", "GT-2")
    tell(reader, "supplement_arrived", "GT-2", context={"link": "/admin/2/"})
    tell(reader, "filer_update", "GT-3", context=filer)

    said = digests.told(list(Notice.objects.filter(state=HELD)), "en")

    assert [
        (part, group["number"], [line["what"] for line in group["lines"]])
        for part in ("asked", "news")
        for group in said[part]
    ] == [
        ("asked", "GT-2", [subject("supplement_arrived"), subject("referral_extended")]),
        ("news", "GT-3", ["Your answer was sent"]),
        ("news", "GT-1", ["Your answer was sent"]),
    ]
    assert (said["count"], said["asking"], said["more"]) == (4, 1, 0)
    assert said["asked"][0]["link"] == "/admin/2/"
    assert said["news"][1]["link"] == "/partner/KBIZ/cases/GT-1/"


def test_filer_who_can_do_something_finds_it_on_top(clock):
    reader = person()
    wants(reader, DAILY)
    tell(reader, "filer_update", "GT-1", context={"asks": True})
    tell(reader, "filer_update", "GT-2")

    said = digests.told(list(Notice.objects.filter(state=HELD)), "ko")

    assert [group["number"] for group in said["asked"]] == ["GT-1"]


@pytest.mark.parametrize("language", ["ko", "en"])
def test_digest_is_a_mail_with_links_to_its_cases(clock, language):
    reader = person(language=language)
    wants(reader, DAILY)
    for number in ("GT-1", "GT-2"):
        tell(reader, "disputed", number, context={"link": f"/admin/{number}/"})
    rows = list(Notice.objects.filter(state=HELD))

    text = texts.render("digest", language, digests.told(rows, language), strict=True)

    for link in ("/admin/GT-1/", "/admin/GT-2/", "/inbox/", "/my-notices/"):
        assert f"{link}>" in text.text
    assert "GT-" not in text.subject


def test_single_notice_goes_as_the_mail_that_it_is(clock):
    reader = person()
    wants(reader, DAILY)
    row = tell(reader)
    clock.wait(days=2)

    digests.run()

    row.refresh_from_db()
    assert (row.state, row.rhythm, row.held_until, row.next_try_at) == (QUEUED, "", None, clock.now)
    assert not Notice.objects.filter(kind="digest").exists()


def test_each_reader_gets_their_own(clock):
    readers = [person(login) for login in ("one", "two")]
    for reader in readers:
        wants(reader, DAILY)
        tell(reader), tell(reader)
    clock.wait(days=2)

    digests.run()

    assert [digest_of(reader).context["count"] for reader in readers] == [2, 2]


def test_on_monday_daily_and_weekly_are_one_mail(clock):
    reader = person()
    wants(reader, WEEKLY, "cases")
    wants(reader, DAILY, "reminders")
    tell(reader)
    clock.at("2026-12-04 10:00")
    tell(reader, "referral_overdue")
    clock.at("2026-12-07 09:00")

    digests.run()

    assert digest_of(reader).context["count"] == 2


def test_running_twice_changes_nothing(clock):
    reader = person()
    wants(reader, DAILY)
    tell(reader), tell(reader)
    clock.wait(days=2)

    done = [digests.run(), digests.run()]

    assert (done, digest_of(reader).context["count"]) == ([2, 0], 2)


def test_three_silent_days_end_in_one_digest(clock):
    reader = person()
    wants(reader, DAILY)
    for day in (1, 2, 3, 4):
        clock.at(f"2026-12-0{day} 15:00")
        tell(reader), tell(reader)
    clock.at("2026-12-04 16:00")

    digests.run()

    assert digest_of(reader).context["count"] == 6
    assert Notice.objects.filter(state=HELD).count() == 2


def test_late_comer_of_the_same_day_is_not_lost(clock):
    reader = person()
    wants(reader, DAILY)
    tell(reader), tell(reader)
    clock.at("2026-12-03 09:00")
    digests.run()
    # Written before nine, committed after the run.
    late = [tell(reader), tell(reader)]
    Notice.objects.filter(pk__in=[row.pk for row in late]).update(held_until=clock.now)

    digests.run()

    assert Notice.objects.filter(kind="digest").count() == 2
    assert states(*late) == [FOLDED, FOLDED]


def test_killed_between_two_readers_the_rest_follows(clock, monkeypatch):
    readers = [person(login) for login in ("one", "two")]
    for reader in readers:
        wants(reader, DAILY)
        tell(reader), tell(reader)
    clock.wait(days=2)
    real = digests._fold

    def dies_at_the_second(pk: int, now: Any) -> int:
        if pk == readers[1].pk:
            raise SystemExit
        return real(pk, now)

    with monkeypatch.context() as patch:
        patch.setattr(digests, "_fold", dies_at_the_second)
        with pytest.raises(SystemExit):
            digests.run()
    left = Notice.objects.filter(state=HELD).count()
    digests.run()

    assert left == 2
    assert [digest_of(reader).context["count"] for reader in readers] == [2, 2]


def test_killed_after_the_digest_was_written_leaves_no_digest(clock, monkeypatch):
    reader = person()
    wants(reader, DAILY)
    rows = [tell(reader), tell(reader)]
    clock.wait(days=2)
    real = outbox.enqueue_many

    def dies(notices: Any) -> list[Notice]:
        real(notices)
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "enqueue_many", dies)
        with pytest.raises(SystemExit):
            digests.run()
    left = [Notice.objects.filter(kind="digest").count(), *states(*rows)]
    digests.run()

    assert left == [0, HELD, HELD]
    assert digest_of(reader).context["count"] == 2


def test_trouble_with_one_reader_keeps_no_other_waiting(clock, monkeypatch):
    readers = [person(login) for login in ("one", "two")]
    for reader in readers:
        wants(reader, DAILY)
        tell(reader), tell(reader)
    clock.wait(days=2)
    real = digests._fold

    def fails_at_the_first(pk: int, now: Any) -> int:
        if pk == readers[0].pk:
            raise RuntimeError
        return real(pk, now)

    monkeypatch.setattr(digests, "_fold", fails_at_the_first)
    digests.run()

    assert digest_of(readers[1]).context["count"] == 2


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_make_one_digest(clock):
    reader = person()
    wants(reader, DAILY)
    for _turn in range(40):
        tell(reader)
    clock.wait(days=2)
    start = threading.Barrier(3)

    def work() -> None:
        try:
            start.wait()
            digests.run()
        finally:
            connection.close()

    runs = [threading.Thread(target=work) for _turn in range(3)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    digests.run()

    assert digest_of(reader).context["count"] == 40
    assert Notice.objects.filter(state=FOLDED).count() == 40


def test_thousand_notices_stay_readable(clock):
    reader = person()
    wants(reader, DAILY)
    facts = texts.sample("supplement_arrived")
    with transaction.atomic():
        outbox.enqueue_many(
            outbox.notice(
                "supplement_arrived",
                to=reader.email,
                context=facts,
                subject_key=f"company/{serial}",
                recipient=reader,
            )
            for serial in range(1_000)
        )
    clock.wait(days=2)

    digests.run()

    digest = digest_of(reader)
    named = [line for group in digest.context["asked"] for line in group["lines"]]
    text = texts.render(digest.kind, "ko", digest.context, strict=True).text
    assert (len(named), digest.context["more"], digest.context["count"]) == (30, 970, 1_000)
    assert "그 밖의 알림 970건" in text
    assert len(text) < 6_000


def test_night_is_over_at_eight(enqueue, clock):
    clock.at("2026-12-02 23:00")
    row = enqueue(kind="confirm_reminder", context=texts.sample("confirm_reminder"))

    clock.at("2026-12-03 07:59")
    early = (digests.run(), *states(row))
    clock.at("2026-12-03 08:00")
    done = (digests.run(), *states(row))

    assert (early, done) == ((0, HELD), (1, QUEUED))


def test_digest_goes_to_where_its_reader_is_reached_now(clock):
    reader = person()
    wants(reader, DAILY)
    tell(reader), tell(reader)
    User.objects.filter(pk=reader.pk).update(email="moved@example.kr", language="en")
    clock.wait(days=2)

    digests.run()

    digest = digest_of(reader)
    assert (digest.to_address, digest.language) == ("moved@example.kr", "en")


def test_reader_without_a_good_address_gets_each_as_it_was_addressed(clock):
    reader = person()
    wants(reader, DAILY)
    rows = [tell(reader), tell(reader)]
    User.objects.filter(pk=reader.pk).update(email="no address")
    clock.wait(days=2)

    digests.run()

    assert states(*rows) == [QUEUED, QUEUED]


def test_sent_digest_is_read_by_its_reader(clock, smtp):
    reader = person()
    wants(reader, DAILY)
    tell(reader), tell(reader, "disputed")
    clock.wait(days=2)
    digests.run()

    delivery.deliver_due()

    assert [(mail.to, "알림 2건" in str(mail.parsed["Subject"])) for mail in smtp.mails] == [
        ([reader.email], True)
    ]


# --- Who may read -----------------------------------------------------------------------------
def test_who_left_is_told_nothing_more(clock):
    reader, other = person("leaver"), person("other")
    for one in (reader, other):
        wants(one, DAILY)
    rows = [tell(reader), tell(reader)]
    kept = [tell(other), tell(other)]
    User.objects.filter(pk=reader.pk).update(is_active=False)
    clock.wait(days=2)

    digests.run()

    assert states(*rows, *kept) == [DECLINED, DECLINED, FOLDED, FOLDED]
    assert Notice.objects.get(pk=rows[0].pk).answer == digests.NO_LONGER_READS
    assert not Notice.objects.filter(kind="digest", recipient=reader).exists()


def test_digest_leaves_out_the_case_that_its_reader_lost(clock, cast):  # noqa: F811
    officer = cast.association_officer
    kbiz = Organisation.objects.get(code="KBIZ")
    wants(officer, DAILY)
    clock.at("2026-12-02 10:00")
    by = submitter(officer, kbiz)
    lost, kept, also = (actions.submit(filing=filing(), by=by)[0] for _turn in range(3))
    before = Notice.objects.filter(recipient=officer, state=HELD).count()
    actions.dismiss_proxy(case=Case.objects.get(pk=lost.pk), by=COMPANY)
    clock.at("2026-12-03 09:00")

    digests.run()

    gone = Notice.objects.filter(state=DECLINED).values_list("subject_key", flat=True)
    said = digest_of(officer).context
    assert before == 3
    assert list(gone) == [lost.number]
    assert {group["number"] for group in said["asked"] + said["news"]} == {
        kept.number,
        also.number,
    }
    # That the proxy ended was told at once.
    assert Notice.objects.get(kind="proxy_ended_filer").state in OPEN


def test_officer_whose_membership_ended_reads_nothing_of_the_cases(clock, cast):  # noqa: F811
    officer = cast.association_officer
    kbiz = Organisation.objects.get(code="KBIZ")
    wants(officer, DAILY)
    clock.at("2026-12-02 10:00")
    for _turn in range(2):
        actions.submit(filing=filing(), by=submitter(officer, kbiz))
    Membership.objects.filter(user=officer).update(ended_at=clock.now)
    clock.at("2026-12-03 09:00")

    digests.run()

    told = Notice.objects.filter(recipient=officer)
    assert Counter(told.values_list("state", flat=True)) == {DECLINED: 2}


def test_border_case_waits_for_no_digest(clock, cast):  # noqa: F811
    officer = cast.association_officer
    kbiz = Organisation.objects.get(code="KBIZ")
    wants(officer, WEEKLY)
    clock.at("2026-12-02 23:00")

    filed = [
        actions.submit(filing=filing(at_border=border), by=submitter(officer, kbiz))[0]
        for border in (True, False)
    ]

    assert [
        Notice.objects.get(recipient=officer, subject_key=case.number).state for case in filed
    ] == [QUEUED, HELD]


# --- Whatever happens in whatever order -------------------------------------------------------
KINDS = ("supplement_arrived", "filer_update", "referral_overdue")
TURNS = st.one_of(
    st.tuples(
        st.just("choose"),
        st.sampled_from(["cases", "reminders"]),
        st.sampled_from([AT_ONCE, DAILY, WEEKLY]),
    ),
    st.tuples(st.just("tell"), st.sampled_from(KINDS), st.booleans()),
    st.tuples(st.just("run")),
    st.tuples(st.just("wait"), st.integers(1, 60)),
)
STORY = [
    ("choose", "cases", WEEKLY),
    ("tell", "supplement_arrived", False),
    ("tell", "filer_update", False),
    ("choose", "cases", DAILY),
    ("wait", 30),
    ("run",),
    ("tell", "filer_update", False),
    ("choose", "cases", AT_ONCE),
    ("tell", "referral_overdue", True),
]


def faults(turns: list[Any], clock: Clock) -> list[str]:
    """What went wrong with the notices of one reader when all this happened, a month later."""
    found: list[str] = []
    clock.at("2026-12-02 11:00")
    promised: dict[int, Any] = {}
    with transaction.atomic():
        reader = person("drawn")
        for turn in turns:
            if turn[0] == "choose":
                preferences.choose(reader, rhythms={turn[1]: turn[2]}, by=reader)
            elif turn[0] == "tell":
                row = tell(reader, turn[1], urgent=turn[2])
                promised[row.pk] = row.held_until
                if turn[2] and row.state != QUEUED:
                    found.append("an urgent one waits")
            elif turn[0] == "run":
                digests.run()
            else:
                clock.wait(hours=turn[1])
            waiting = dict(Notice.objects.filter(state=HELD).values_list("pk", "held_until"))
            found += ["put off" for pk, until in waiting.items() if promised.get(pk, until) < until]
        clock.wait(days=31)
        digests.run()
        rows = list(Notice.objects.filter(recipient=reader).exclude(kind="digest"))
        made = {row.pk: row for row in Notice.objects.filter(recipient=reader, kind="digest")}
        ends = Counter(row.state for row in rows)
        if {*ends} - {QUEUED, FOLDED, DECLINED} or len(rows) != len(promised):
            found.append(f"lost: {dict(ends)} of {len(promised)}")
        folded = Counter(row.folded_into_id for row in rows if row.state == FOLDED)
        if folded != {pk: row.context["count"] for pk, row in made.items()}:
            found.append(f"doubled: {dict(folded)}")
        transaction.set_rollback(True)
    return found


@settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(turns=st.lists(TURNS, max_size=14))
@example(  # a night on which the beat was away
    turns=[
        ("choose", "reminders", DAILY),
        ("tell", "referral_overdue", False),
        ("wait", 32),
        ("choose", "reminders", AT_ONCE),
    ]
)
def test_every_notice_is_told_once_whatever_is_chosen_when(clock, turns):
    assert faults(turns, clock) == []


def _forgets(monkeypatch: pytest.MonkeyPatch) -> None:
    """A change back to “at once” that drops the rhythm and lets nobody go."""
    monkeypatch.setattr(digests, "let_go", lambda _rows: 0)


def _doubles(monkeypatch: pytest.MonkeyPatch) -> None:
    """A digest that leaves alone what it tells."""
    real = digests._digest

    def also_alone(rows: Any, *more: Any) -> Notice | None:
        digest = real(rows, *more)
        digests.let_go(rows[:1])
        monkeypatch.setattr(digests, "RacedError", AssertionError)
        rows.pop(0)
        return digest

    monkeypatch.setattr(digests, "_digest", also_alone)


def _puts_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slower rhythm that takes along what was promised for tomorrow."""

    def moves(pk: int, topic: str, rhythm: str, now: Any, reader: Any) -> None:
        hour = preferences.arranging.digest_hour(rhythm, now, reader)
        Notice.objects.filter(recipient=pk, state=HELD).update(held_until=hour, rhythm=rhythm)

    monkeypatch.setattr(preferences, "_hasten", moves)


@pytest.mark.parametrize(
    ("broken", "story"),
    [
        (_forgets, STORY),
        (_doubles, STORY),
        (
            _puts_off,
            [("choose", "cases", DAILY), ("tell", KINDS[0], False), ("choose", "cases", WEEKLY)],
        ),
    ],
)
def test_broken_twin_is_found_out(
    clock, monkeypatch, broken: Callable[[pytest.MonkeyPatch], None], story
):
    sound = faults(story, clock)

    broken(monkeypatch)

    assert sound == []
    assert faults(story, clock) != []
