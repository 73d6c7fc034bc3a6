"""The desk sees what became of each notice; only some see whom it was for or may send again."""

import datetime as dt
import io

import pytest
from django.contrib import admin
from django.contrib.messages import get_messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from notifications import alarms, figures
from notifications.admin import NoticeAdmin
from notifications.models import FAILED, HELD, QUEUED, RELAY, SENT, TEXT, MailDomain, Notice


@pytest.fixture
def desk() -> NoticeAdmin:
    """The admin of notices."""
    return NoticeAdmin(Notice, admin.site)


@pytest.fixture
def boss(db) -> User:
    """May do everything."""
    return User.objects.create_user(
        "boss@example.kr", name="사무국", is_staff=True, is_superuser=True
    )


@pytest.fixture
def operator(db) -> User:
    """Configures the portal and sees no case: a platform administrator."""
    return User.objects.create_superuser("operator@example.kr", name="운영자")


def asked_by(rf, user: User):
    """A request of somebody."""
    request = rf.post("/admin/notifications/notice/")
    request.user = user
    request.session = {}
    request._messages = FallbackStorage(request)
    return request


def test_address_is_whole_for_who_deals_with_the_case(rf, desk, enqueue, boss):
    enqueue("exporter@example.kr")

    (row,) = desk.get_queryset(asked_by(rf, boss))

    assert desk.address(row) == "exporter@example.kr"


def test_address_is_masked_for_the_operator(rf, desk, enqueue, operator):
    enqueue("exporter@example.kr")

    (row,) = desk.get_queryset(asked_by(rf, operator))

    assert desk.address(row) == "ex******@example.kr"


def test_nothing_is_added_changed_or_deleted_by_hand(rf, desk, boss):
    request = asked_by(rf, boss)

    assert desk.has_add_permission(request) is False
    assert desk.has_change_permission(request) is False
    assert desk.has_delete_permission(request) is False


def test_send_again_moves_only_stuck_notices(rf, desk, enqueue, boss):
    stuck, waiting = enqueue(), enqueue()
    Notice.objects.filter(pk=stuck.pk).update(state=FAILED, permanent=True)
    request = asked_by(rf, boss)

    desk.send_again(request, Notice.objects.all())

    stuck.refresh_from_db()
    waiting.refresh_from_db()
    assert (stuck.state, stuck.retried_by) == (QUEUED, boss)
    assert waiting.retried_by is None
    assert len(get_messages(request)) == 2


@pytest.mark.parametrize("rows", [1, 30])
def test_send_again_costs_the_same_for_one_and_for_many(
    rf, desk, enqueue, boss, rows, django_assert_num_queries
):
    for number in range(rows):
        enqueue(subject_key=str(number))
    Notice.objects.update(state=FAILED)
    request = asked_by(rf, boss)

    # The choice, and one UPDATE in its own transaction.
    with django_assert_num_queries(4):
        desk.send_again(request, Notice.objects.all())

    assert Notice.objects.filter(state=QUEUED).count() == rows


def test_list_and_detail_open_at_the_desk_and_hide_the_facts(client, enqueue, boss):
    row = enqueue(context={"text": "a secret of the company"})
    client.force_login(boss)

    pages = [
        client.get(reverse("admin:notifications_notice_changelist"), {"state": QUEUED}),
        client.get(reverse("admin:notifications_notice_change", args=[row.pk])),
    ]

    assert [page.status_code for page in pages] == [200, 200]
    assert all("reader@example.kr" in page.content.decode() for page in pages)
    assert not any("a secret" in page.content.decode() for page in pages)


# --- The list -------------------------------------------------------------------------------------
LIST = "admin:notifications_notice_changelist"


def shown(client, **query) -> list[str]:
    """Receipt numbers on the list."""
    page = client.get(reverse(LIST), query)
    assert page.status_code == 200
    return [row.subject_key for row in page.context["cl"].result_list]


@pytest.fixture
def lot(enqueue) -> None:
    """One notice of each sort."""
    now = timezone.now()
    for name, facts in {
        "SENT": {"state": SENT, "sent_at": now},
        "FAILED": {"state": FAILED},
        "HELD": {"state": HELD, "held_until": now},
        "BACK": {"state": SENT, "sent_at": now, "bounced_at": now, "bounce": "550 unknown"},
        "OLD": {"state": SENT, "sent_at": now, "created_at": now - dt.timedelta(days=20)},
        "TEXT": {"channel": TEXT, "to_address": "+821012345678"},
        "BODY": {"kind": "referral"},
    }.items():
        row = enqueue(subject_key=name)
        Notice.objects.filter(pk=row.pk).update(**facts)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"state": HELD}, ["HELD"]),
        ({"state": SENT, "since": "week"}, ["BACK", "SENT"]),
        ({"since": "month", "state": SENT}, ["OLD", "BACK", "SENT"]),
        ({"returned": "yes"}, ["BACK"]),
        ({"channel": TEXT}, ["TEXT"]),
        ({"audience": "body"}, ["BODY"]),
        ({"topic": "questions"}, ["BODY"]),
        ({"kind": "referral"}, ["BODY"]),
        ({"q": " sent "}, ["SENT"]),
        ({"q": "B"}, ["BODY", "BACK"]),
        ({"state": "nonsense", "kind": "referral"}, ["BODY"]),
    ],
)
def test_list_is_narrowed(client, lot, boss, query, found):
    client.force_login(boss)

    assert shown(client, **query) == found


def test_search_finds_a_mail_by_its_name(client, enqueue, boss):
    row = enqueue(subject_key="GT-9")
    enqueue(subject_key="GT-8")
    client.force_login(boss)

    assert shown(client, q=row.message_id) == ["GT-9"]


@pytest.mark.parametrize("rows", [1, 30])
def test_list_costs_the_same_however_long_it_is(
    client, enqueue, boss, rows, django_assert_num_queries
):
    for number in range(rows):
        enqueue(subject_key=str(number))
    MailDomain.objects.create(
        name="slow.example", rests_until=timezone.now() + dt.timedelta(hours=1), strikes=1
    )
    client.force_login(boss)
    client.get(reverse(LIST))

    with django_assert_num_queries(16):
        client.get(reverse(LIST))


def test_figures_say_how_delivery_stands(client, lot, boss):
    MailDomain.objects.create(
        name="slow.example", rests_until=timezone.now() + dt.timedelta(hours=1), strikes=1
    )
    alarms.beat()

    found = figures.now()

    assert (found.waiting, found.hour, found.day) == (2, 3, 3)
    assert (found.failed, found.parked, found.held, found.returned) == (1, 0, 1, 1)
    assert [domain.name for domain in found.resting] == ["slow.example"]
    assert (found.late, found.sweep_is_silent, found.well) == (False, False, True)


def test_figures_are_counted_no_further_than_anybody_reads(enqueue, monkeypatch):
    monkeypatch.setattr(figures, "COUNTED_TO", 3)
    for number in range(9):
        enqueue(subject_key=str(number))

    assert figures.now().waiting == 4


def test_list_says_that_nobody_sweeps(client, enqueue, boss):
    client.force_login(boss)
    client.cookies["django_language"] = "en"

    never = client.get(reverse(LIST)).content.decode()
    alarms.beat()
    well = client.get(reverse(LIST)).content.decode()

    words = "Nobody looks after the outbox."
    assert (words in never, words in well) == (True, False)


def test_page_of_a_stuck_notice_sends_it_again(client, enqueue, boss):
    row = enqueue()
    Notice.objects.filter(pk=row.pk).update(state=FAILED, permanent=True)
    client.force_login(boss)

    page = client.get(reverse("admin:notifications_notice_change", args=[row.pk]))
    sent = client.post(
        reverse(LIST), {"action": "send_again", "_selected_action": str(row.pk)}, follow=True
    )

    row.refresh_from_db()
    assert f'name="_selected_action" value="{row.pk}"' in page.content.decode()
    assert (sent.status_code, row.state, row.retried_by) == (200, QUEUED, boss)


def test_page_of_a_notice_on_its_way_has_no_button(client, enqueue, boss):
    row = enqueue()
    client.force_login(boss)

    page = client.get(reverse("admin:notifications_notice_change", args=[row.pk]))

    assert "_selected_action" not in page.content.decode()


def test_words_of_a_returned_mail_are_for_who_sees_the_address(rf, desk, lot, boss, operator):
    def told(user: User) -> str:
        (row,) = desk.get_queryset(asked_by(rf, user)).filter(subject_key="BACK")
        return desk.returned(row)

    assert ("550 unknown" in told(boss), "550 unknown" in told(operator)) == (True, False)


# --- Domains, command -----------------------------------------------------------------------------
def test_operator_sets_the_pace_of_a_domain(client, operator):
    client.force_login(operator)

    client.post(
        reverse("admin:notifications_maildomain_add"), {"name": "naver.com", "per_minute": "60"}
    )

    assert list(MailDomain.objects.values_list("name", "per_minute")) == [("naver.com", 60)]


def test_our_own_server_is_no_domain(client, boss):
    MailDomain.objects.create(name=RELAY)
    client.force_login(boss)

    page = client.get(reverse("admin:notifications_maildomain_changelist"))

    assert list(page.context["cl"].result_list) == []


def test_command_ends_with_one_when_somebody_has_to_look(enqueue):
    with pytest.raises(SystemExit) as silent:
        call_command("outbox", stdout=io.StringIO())
    alarms.beat()
    out = io.StringIO()
    call_command("outbox", stdout=out)

    assert silent.value.code == 1
    assert "waiting 0" in out.getvalue().splitlines()
