"""The desk sees what became of each notice; only some see whom it was for or may send again."""

import pytest
from django.contrib import admin
from django.contrib.messages import get_messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.urls import reverse

from accounts.models import User
from notifications.admin import NoticeAdmin
from notifications.models import FAILED, QUEUED, Notice


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
