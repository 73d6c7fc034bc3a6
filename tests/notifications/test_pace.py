"""A domain that asks us to slow down rests, a paced one has a line, and the others flow."""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.utils import timezone

from notifications import delivery, lease, pace, tasks
from notifications.models import QUEUED, RELAY, SENT, MailDomain, Notice
from notifications.transport import means_pace

TOO_FAST = "451 4.7.1 too many messages, slow down"


class Clock:
    """A clock that stands still until somebody waits."""

    def __init__(self) -> None:
        # Ahead of the real one, by which rows are stamped as they are written.
        self.now = timezone.now() + dt.timedelta(hours=1)

    def pass_by(self, seconds: float) -> None:
        """Let time go by."""
        self.now += dt.timedelta(seconds=seconds)


@pytest.fixture
def clock(monkeypatch) -> Iterator[Clock]:
    """Time is ours: nobody waits, and the clock says that somebody did."""
    found = Clock()
    monkeypatch.setattr(timezone, "now", lambda: found.now)

    def wait(seconds: float) -> bool:
        found.pass_by(seconds)
        return False

    monkeypatch.setattr(delivery.stopping, "wait", wait)
    return found


def fill(
    enqueue, count: int, domain: str = "slow.example", start: int = 0, **facts
) -> list[Notice]:
    """Notices about different cases to one domain."""
    return [
        enqueue(f"r{number}@{domain}", subject_key=f"{domain}-{number}", **facts)
        for number in range(start, start + count)
    ]


def states(domain: str) -> list[str]:
    return list(Notice.objects.filter(domain=domain).order_by("pk").values_list("state", flat=True))


# --- Which refusals name the pace ---------------------------------------------------------------
@pytest.mark.parametrize(
    "answer",
    [
        "421 4.7.0 Temporary System Problem. Try again later (10).",
        "450 4.2.1 The user you are trying to contact is receiving mail at a rate that prevents",
        "451 4.7.500 Server busy. Please try again later",
        "452 4.3.1 too many recipients this hour",
        "421 4.7.28 Our system has detected an unusual rate of unsolicited mail",
        "450 Requested action aborted: rate limit exceeded",
        "421 Too many concurrent connections",
    ],
)
def test_refusals_that_name_the_pace_are_known(answer):
    assert means_pace(answer) is True


@pytest.mark.parametrize(
    "answer",
    [
        "451 4.7.1 Greylisting in action, please come back later",
        "450 4.2.0 <a@b.example>: Recipient address rejected: Greylisted",
        "452 4.2.2 The mailbox is full: quota exceeded",
        "451 4.3.0 temporary local problem",
        "550 5.7.1 rate limit is what you think it is",
        "ConnectionRefusedError: too many",
        "",
    ],
)
def test_other_refusals_are_about_the_mail(answer):
    assert means_pace(answer) is False


# --- Rests ----------------------------------------------------------------------------------------
def test_domain_that_asks_to_slow_down_rests_and_the_others_flow(enqueue, smtp, clock):
    smtp.refuse = {f"r{number}@slow.example": TOO_FAST for number in range(5)}
    fill(enqueue, 5)
    fill(enqueue, 5, "fine.example")

    delivery.deliver_due()

    domain = MailDomain.objects.get(name="slow.example")
    rest = (domain.rests_until - clock.now).total_seconds()
    assert states("fine.example") == [SENT] * 5
    assert states("slow.example") == [QUEUED] * 5
    assert (domain.strikes, domain.answer, 60 <= rest <= 72) == (1, TOO_FAST, True)
    # One was refused; the others were not even asked, and none of them counts an attempt.
    assert sorted(Notice.objects.filter(domain="slow.example").values_list("attempts")) == [
        (0,),
        (0,),
        (0,),
        (0,),
        (1,),
    ]


def test_resting_domain_is_not_stepped_over_by_each_claim(enqueue, smtp, clock):
    fill(enqueue, 20)
    until = pace.rest("slow.example", TOO_FAST)

    found = lease.claim(100)

    assert (found.rows, set(Notice.objects.values_list("next_try_at"))) == ([], {(until,)})


def test_new_notice_for_a_resting_domain_waits_for_its_end(enqueue, smtp, clock):
    until = pace.rest("slow.example", TOO_FAST)
    (row,) = fill(enqueue, 1)

    delivery.deliver_due()

    row.refresh_from_db()
    assert (row.state, row.next_try_at, row.attempts) == (QUEUED, until, 0)
    assert len(smtp.mails) == 0


def test_rest_grows_while_the_domain_goes_on_refusing(enqueue, smtp, clock):
    smtp.refuse = {"r0@slow.example": TOO_FAST}
    fill(enqueue, 1)
    rests = []

    for _turn in range(8):
        delivery.deliver_due()
        domain = MailDomain.objects.get(name="slow.example")
        rests.append((domain.rests_until - clock.now).total_seconds())
        clock.pass_by(rests[-1] + 1)

    least = [60, 120, 240, 480, 960, 1920, 3600, 3600]
    assert all(place <= wait <= place * 1.2 for wait, place in zip(rests, least, strict=True)), (
        rests
    )


def test_domain_that_takes_a_mail_again_starts_anew(enqueue, smtp, clock):
    pace.rest("slow.example", TOO_FAST)
    fill(enqueue, 3)
    clock.pass_by(100)

    delivery.deliver_due()

    domain = MailDomain.objects.get(name="slow.example")
    assert states("slow.example") == [SENT] * 3
    assert (domain.strikes, domain.rests_until, domain.answer) == (0, None, "")


def test_strangers_that_say_the_same_mean_our_own_server(enqueue, smtp, clock):
    for name in "abcde":
        smtp.refuse |= {f"r0@{name}.example": TOO_FAST}
        fill(enqueue, 1, f"{name}.example")

    delivery.deliver_due()

    assert MailDomain.objects.filter(strikes=1).count() == 3
    assert delivery.rest.over() is False


def test_rest_in_a_false_future_is_no_rest(enqueue, smtp, clock):
    pace.rest("slow.example", TOO_FAST)
    MailDomain.objects.update(rests_until=clock.now + dt.timedelta(hours=9))
    fill(enqueue, 1)

    delivery.deliver_due()

    assert states("slow.example") == [SENT]


# --- Lines ----------------------------------------------------------------------------------------
def drain(smtp, clock, seconds: int, wanted: int) -> list[int]:
    """The sweep comes every five seconds; how many mails arrived in each of them."""
    found = []
    for _turn in range(0, seconds, 5):
        before = len(smtp.mails)
        tasks.sweep()
        found.append(len(smtp.mails) - before)
        clock.pass_by(5)
        if len(smtp.mails) == wanted:
            break
    return found


def test_paced_domain_gets_no_more_than_its_pace(enqueue, smtp, clock):
    MailDomain.objects.create(name="slow.example", per_minute=12)
    fill(enqueue, 30)
    fill(enqueue, 10, "fine.example")

    delivery.deliver_due()
    arrived = drain(smtp, clock, 240, 40)

    assert states("fine.example") == [SENT] * 10
    assert states("slow.example") == [SENT] * 30
    assert max(arrived) <= 2
    assert max(sum(arrived[at : at + 12]) for at in range(len(arrived))) <= 13


def test_without_its_line_the_domain_is_flooded(enqueue, smtp, clock, monkeypatch):
    MailDomain.objects.create(name="slow.example", per_minute=12)
    monkeypatch.setattr(pace, "_line_up", lambda rows, found, now: found.now.extend(rows))
    fill(enqueue, 30)

    arrived = drain(smtp, clock, 240, 30)

    assert (max(arrived) <= 2) is False


def test_pace_from_the_settings_holds_for_every_domain(enqueue, smtp, clock, settings):
    settings.NOTICE_DOMAIN_PACE = 60
    fill(enqueue, 10, "a.example")
    fill(enqueue, 10, "b.example")

    delivery.deliver_due()

    assert (states("a.example").count(SENT), states("b.example").count(SENT)) == (2, 2)


def test_places_missed_while_no_worker_ran_do_not_leave_in_one_burst(enqueue, smtp, clock):
    MailDomain.objects.create(name="slow.example", per_minute=12)
    fill(enqueue, 30)
    delivery.deliver_due()
    clock.pass_by(3600)

    before = len(smtp.mails)
    tasks.sweep()

    assert len(smtp.mails) - before == 1


def test_urgent_notice_does_not_stand_in_line(enqueue, smtp, clock):
    MailDomain.objects.create(name="slow.example", per_minute=1)
    fill(enqueue, 5)
    delivery.deliver_due()

    (code,) = fill(enqueue, 1, start=9, urgent=True)
    delivery.deliver_due()

    code.refresh_from_db()
    assert code.state == SENT


def test_line_keeps_the_order_of_a_case(enqueue, smtp, clock):
    MailDomain.objects.create(name="slow.example", per_minute=30)
    rows = [enqueue("r@slow.example", subject_key="GT-1") for _turn in range(4)]

    drain(smtp, clock, 60, 4)

    assert [mail.message_id for mail in smtp.mails] == [row.message_id for row in rows]


# --- Our own server -------------------------------------------------------------------------------
def test_rate_spreads_the_mails_of_all_workers(enqueue, smtp, clock, settings):
    settings.NOTICE_RATE = 10
    began = clock.now
    fill(enqueue, 120, "fine.example")

    while delivery.deliver_due():
        pass

    seconds = (clock.now - began).total_seconds()
    assert (len(smtp.mails), 11.8 < seconds < 12.1) == (120, True)


def test_rate_is_shared_by_workers(enqueue, clock, settings):
    settings.NOTICE_RATE = 10
    first, second = pace.turns(50), pace.turns(50)

    assert (first.wait(), second.wait()) == (0.0, 5.0)


def test_turn_that_was_late_is_not_made_up_for(db, clock, settings):
    settings.NOTICE_RATE = 10
    turns = pace.turns(50)
    turns.wait()

    clock.pass_by(3)

    assert (turns.wait(), round(turns.wait(), 3)) == (0.0, 0.1)


def test_turns_in_a_false_future_are_forgotten(db, clock, settings):
    settings.NOTICE_RATE = 10
    MailDomain.objects.create(name=RELAY, free_at=clock.now + dt.timedelta(hours=1))

    assert pace.turns(1).wait() == 0.0


def test_no_limit_costs_no_statement(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert pace.turns(100) is None
    assert pace.most_at_once(100) == 100
