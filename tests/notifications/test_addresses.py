"""Addresses: proven, struck, given up, good again; and what happens to notices meanwhile."""

import datetime as dt
from dataclasses import replace

import pytest
from django.db import transaction
from django.utils import timezone

from notifications import addresses, catalog, delivery, outbox, texts
from notifications.models import FAILED, QUEUED, SENT, Address, Notice
from notifications.models.address import BAD, GOOD, UNKNOWN

CLERK = "clerk@company.example"


@pytest.fixture
def told(monkeypatch) -> list[int]:
    """The notices about which somebody was told."""
    found: list[int] = []
    monkeypatch.setattr(addresses, "_when_failed", [lambda row: found.append(row.pk)])
    return found


@pytest.fixture
def sent(enqueue):
    """A notice that a server accepted."""

    def make(to: str = CLERK, **facts) -> Notice:
        row = enqueue(to=to, **facts)
        Notice.objects.filter(pk=row.pk).update(state=SENT, sent_at=timezone.now(), permanent=False)
        row.refresh_from_db()
        return row

    return make


def known(email: str = CLERK) -> tuple[str, int]:
    row = addresses.state_of(email)
    return row.state, row.strikes


def test_permanent_return_gives_up_at_once_and_tells_once(sent, told) -> None:
    row = sent(to="Clerk@Company.Example")

    first = addresses.returned(row, permanent=True, reason="550 no such user clerk@company.example")
    again = addresses.returned(row, permanent=True, reason="the same once more")

    assert (first, again, known(), told) == (True, False, (BAD, 1), [row.pk])
    assert addresses.state_of(CLERK).reason == "550 no such user …"


def test_temporary_returns_give_up_only_in_a_row(sent, told, settings) -> None:
    settings.NOTICE_STRIKES = 3

    seen = [addresses.returned(sent(), permanent=False, reason="full") for _turn in range(3)]

    assert (seen, known(), len(told)) == ([False, False, True], (BAD, 3), 1)


def test_old_returns_are_forgotten(sent, told, settings) -> None:
    settings.NOTICE_STRIKES = 2
    addresses.returned(sent(), permanent=False, reason="full")
    Address.objects.update(bounced_at=timezone.now() - dt.timedelta(days=40))

    addresses.returned(sent(), permanent=False, reason="full")

    assert (known(), told) == ((UNKNOWN, 1), [])


def test_arrival_clears_what_came_back_before_it(sent, told) -> None:
    addresses.returned(sent(), permanent=True, reason="550")
    late = sent()

    addresses.arrived(late, at=timezone.now() + dt.timedelta(seconds=1))

    assert known() == (UNKNOWN, 0)


def test_report_of_an_older_arrival_clears_nothing(sent, told) -> None:
    early = sent()
    addresses.returned(sent(), permanent=True, reason="550")

    addresses.arrived(early, at=early.sent_at)

    assert known() == (BAD, 1)


def test_proof_is_one_statement_and_makes_good(sent, told, django_assert_num_queries) -> None:
    addresses.returned(sent(), permanent=True, reason="550")

    with django_assert_num_queries(1):
        addresses.prove("CLERK@company.example")

    row = addresses.state_of(CLERK)
    assert (row.state, row.strikes, row.reason, row.verified_at is None) == (GOOD, 0, "", False)


def test_notice_to_a_dead_address_is_kept_as_not_delivered(sent, enqueue, told) -> None:
    addresses.returned(sent(), permanent=True, reason="550")

    row = enqueue(to="Clerk@company.example")

    row.refresh_from_db()
    assert (row.state, row.permanent, row.answer) == (FAILED, True, addresses.COMES_BACK)


def test_notice_goes_out_again_once_the_address_is_good(sent, enqueue, told) -> None:
    addresses.returned(sent(), permanent=True, reason="550")
    addresses.prove(CLERK)

    assert enqueue(to=CLERK).state == QUEUED


def test_what_opens_a_door_is_tried_all_the_same(sent, enqueue, told, monkeypatch) -> None:
    addresses.returned(sent(), permanent=True, reason="550")
    door = replace(catalog.of("sample"), topic=catalog.ACCOUNT)
    monkeypatch.setitem(catalog._kinds, "sample", door)

    assert enqueue(to=CLERK).state == QUEUED


def test_many_notices_cost_one_question(db, django_assert_num_queries) -> None:
    rows = [
        outbox.notice("sample", to=f"{n}@example.kr", context={}, subject_key="") for n in range(9)
    ]

    with django_assert_num_queries(1):
        addresses.refuse(rows)


def test_lost_notices_are_the_last_of_each_kind(sent, enqueue, told) -> None:
    first, second = sent(), sent()
    addresses.returned(first, permanent=True, reason="550")
    addresses.returned(second, permanent=True, reason="550")
    sent(to="other@company.example")

    lost = addresses.lost("GT-1", "CLERK@company.example")

    with transaction.atomic():
        [new] = outbox.enqueue_many(addresses.again(lost, to="new@company.example"))
    assert [row.pk for row in lost] == [second.pk]
    assert (new.state, new.kind, new.context) == (QUEUED, "sample", texts.sample("sample"))
    assert new.message_id != second.message_id


def test_refusal_at_the_door_counts_like_a_return(enqueue, smtp, told) -> None:
    smtp.refuse = {CLERK: "550 5.1.1 no such user"}
    row = enqueue(to=CLERK)

    delivery.deliver_due()

    assert (known(), told) == ((BAD, 1), [row.pk])


def test_refusal_that_is_not_about_the_address_leaves_it(enqueue, smtp, told) -> None:
    smtp.refuse = {CLERK: "550 5.7.1 message looks like spam"}
    row = enqueue(to=CLERK)

    delivery.deliver_due()

    row.refresh_from_db()
    assert (row.state, known(), told) == (FAILED, (UNKNOWN, 0), [])


def test_fault_while_telling_does_not_stop_the_delivery(enqueue, smtp, monkeypatch) -> None:
    def fails(_row: Notice) -> None:
        raise RuntimeError("the officer's mail could not be written")

    monkeypatch.setattr(addresses, "_when_failed", [fails])
    smtp.refuse = {CLERK: "550 5.1.1 no such user"}
    rows = [enqueue(to=CLERK), enqueue(to="other@example.kr")]

    delivery.deliver_due()

    assert [Notice.objects.get(pk=row.pk).state for row in rows] == [FAILED, SENT]
