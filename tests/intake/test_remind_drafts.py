"""Writers who asked for the link are reminded once of their draft, and told when it is deleted."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.conf import settings
from django.utils import timezone

from intake import links
from intake.actions import drafting
from intake.models import Draft
from intake.tasks import expire_drafts, remind_drafts
from notifications import texts
from notifications.models import Notice
from tests.intake.waiting import at_once, november, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock_at(monkeypatch):
    """Sets the time that everything reads."""

    def set_to(moment: dt.datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment.astimezone(dt.UTC))

    return set_to


def drafted(address: str = "hong@company.example") -> Draft:
    """A draft whose writer asked for the link, or did not."""
    draft = drafting.keep_draft(key=uuid.uuid4(), data={"title": "비밀"}, language="ko")
    if address:
        drafting.mail_draft_link(draft=draft, to=address, address="192.0.2.7")
    now = timezone.now()
    Draft.objects.filter(pk=draft.pk).update(created_at=now, updated_at=now)
    return Draft.objects.get(pk=draft.pk)


def test_draft_lies_half_its_time_before_its_writer_is_reminded_once(clock_at):
    clock_at(november(2))
    draft, silent = drafted(), drafted("")
    found = []
    for hours in range(14 * 24):
        clock_at(november(2, 1) + dt.timedelta(hours=hours))
        found += [timezone.localtime().strftime("%d %H")] * remind_drafts()

    assert found == ["09 11"]
    assert told("draft_reminder") == [("draft_reminder", "hong@company.example")]
    notice = Notice.objects.get(kind="draft_reminder")
    assert links.read(links.DRAFT, notice.context["link"].rstrip("/").rpartition("/")[2]) == str(
        draft.key
    )
    assert "비밀" not in texts.render(notice.kind, "ko", notice.context, strict=True).text
    silent.refresh_from_db()
    assert silent.reminded_at is None


def test_who_writes_on_is_not_reminded_again(clock_at):
    clock_at(november(2))
    draft = drafted()
    clock_at(november(9, 12))
    assert remind_drafts() == 1
    drafting.keep_draft(key=draft.key, data={"title": "더"}, language="ko")

    clock_at(november(20, 12))
    assert remind_drafts() == 0


def test_deletion_is_told_with_what_was_deleted_and_where_to_begin(clock_at):
    clock_at(november(2))
    drafted(), drafted("")
    clock_at(november(16, 10, 1))

    assert [expire_drafts(), expire_drafts()] == [2, 0]
    assert told("draft_expired") == [("draft_expired", "hong@company.example")]
    notice = Notice.objects.get(kind="draft_expired")
    assert notice.context == {
        "link": "/file/",
        "begun": november(2).astimezone(dt.UTC).isoformat(),
        "days": settings.DRAFT_DAYS,
        "files": 0,
    }
    assert "비밀" not in str(notice.context)


def test_draft_is_deleted_in_time_and_told_of_in_the_morning(clock_at):
    clock_at(november(2, 22))
    drafted()
    clock_at(november(16, 23))

    expire_drafts()

    assert Draft.objects.count() == 0
    notice = Notice.objects.get(kind="draft_expired")
    assert (notice.state, timezone.localtime(notice.held_until)) == ("held", november(17, 8))


def test_bad_address_keeps_nobody_else_waiting(clock_at):
    clock_at(november(2))
    first, second = drafted(), drafted("second@company.example")
    Draft.objects.filter(pk=first.pk).update(mail_to="gone wrong")
    clock_at(november(10))

    assert [remind_drafts(), remind_drafts()] == [2, 0]
    assert told("draft_reminder") == [("draft_reminder", "second@company.example")]
    clock_at(november(17))
    assert expire_drafts() == 2
    assert second.mail_to == "second@company.example"


@pytest.mark.django_db(transaction=True)
def test_two_beats_at_once_remind_and_tell_once(clock_at):
    clock_at(november(2))
    drafted(), drafted("second@company.example")
    clock_at(november(10))
    assert sum(at_once(remind_drafts)) == 2
    assert len(told("draft_reminder")) == 2

    clock_at(november(17))
    assert sum(at_once(expire_drafts)) == 2
    assert len(told("draft_expired")) == 2
