"""The verbs: row and index move together, and who was late is told."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from marketinfo import actions, demo
from marketinfo.actions import keeping
from marketinfo.entry import DRAFT, EXPIRED, PUBLISHED
from marketinfo.models import Article, EntryReport, Requirement
from reference import loading as reference_loading


def found(query):
    return [entry.title for entry in Article.objects.search(query)]


def test_save_makes_new_words_findable_and_old_ones_not(write):
    entry = write(title="할랄인증 안내")
    before = found("할랄인증")
    entry.title = "검역 안내"

    actions.save(entry, by=None, fields=["title"])

    assert (before, found("할랄인증"), found("검역")) == (["할랄인증 안내"], [], ["검역 안내"])


def test_save_writes_only_the_named_fields(write, people):
    entry = write(title="가", summary="처음", out=False)
    Article.objects.update(summary="그사이")
    entry.title, entry.summary, entry.state = "나", "옛것", PUBLISHED

    actions.save(entry, by=people.secretary, fields=["title", "state"])

    assert Article.objects.values_list("title", "summary", "state").get() == ("나", "그사이", DRAFT)
    assert Article.objects.get().updated_by == people.secretary


def test_failed_save_leaves_row_and_index(write, monkeypatch):
    entry = write(title="가나")
    monkeypatch.setattr(keeping, "reindex", lambda entry: 1 / 0)
    entry.title = "다라"

    with pytest.raises(ZeroDivisionError):
        actions.save(entry, by=None)

    assert Article.objects.get().title == "가나"


def test_publish_needs_the_date_of_a_check(write):
    entry = write(out=False, last_verified=None)

    with pytest.raises(actions.RefusedError):
        actions.publish(entry, by=None)

    assert Article.objects.get().state == DRAFT


def test_second_to_publish_is_told(write, people):
    entry = actions.submit(write(out=False), by=people.colleague)
    stale = Article.objects.get()
    actions.publish(entry, by=people.secretary)

    with pytest.raises(actions.OvertakenError):
        actions.publish(stale, by=people.auditor)

    assert Article.objects.get().published_by == people.secretary


def test_published_entry_is_not_deleted_and_a_draft_leaves_the_index(write):
    out, draft = write(title="공개 안내"), write(title="초안 안내", out=False)

    with pytest.raises(actions.RefusedError):
        actions.delete(out, by=None)
    actions.delete(draft, by=None)

    assert found("안내") == ["공개 안내"]


@pytest.mark.parametrize(
    "facts",
    [
        {"state": PUBLISHED},
        {"published_at": timezone.now()},
        {"last_verified": None, "state": PUBLISHED, "published_at": timezone.now()},
        {"reference": "requirements"},
    ],
)
def test_database_refuses_what_the_verbs_would(write, facts):
    write(out=False)

    with pytest.raises(IntegrityError), transaction.atomic():
        Article.objects.update(**facts)


def test_requirement_without_country_is_refused(write):
    write(Requirement)

    with pytest.raises(IntegrityError), transaction.atomic():
        Requirement.objects.update(country=None)


def test_overdue_begins_the_day_after(write):
    today = timezone.localdate()
    write(title="오늘", next_check=today)
    write(title="어제", next_check=today - dt.timedelta(days=1))

    assert [entry.title for entry in Article.objects.overdue_for_check()] == ["어제"]


def test_demo_entries_load_once_and_say_what_they_are(db):
    from accounts import loading as accounts_loading

    reference_loading.load()
    accounts_loading.load()

    first, second = demo.load(), demo.load()

    entries = [*Article.objects.published(), *Requirement.objects.published()]
    assert (first, second) == (20, 0)
    assert [entry.title for entry in entries if not entry.title.endswith(("」", "]"))] == []
    assert Article.objects.published().overdue_for_check().count() == 1
    assert Article.objects.filter(state=EXPIRED).count() == 1
    assert EntryReport.objects.filter(settled_at__isnull=True).count() == 1
