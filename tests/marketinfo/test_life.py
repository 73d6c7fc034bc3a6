"""The life of an entry: two persons, a time to come out, a last day, a way down."""

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.utils import timezone

from marketinfo import actions, changes
from marketinfo.entry import DRAFT, EXPIRED, PUBLISHED, REVIEW, SCHEDULED, WITHDRAWN
from marketinfo.models import Article, EntryRevision
from marketinfo.tasks.life import come_and_go
from portal import search_page


@pytest.fixture
def draft(write):
    """A draft of which readers know nothing."""
    return write(out=False, title="비밀 초안", summary="통관 지연")


@pytest.fixture
def told(monkeypatch):
    """What listeners hear."""
    heard = []
    monkeypatch.setattr(changes, "_listeners", [heard.append])
    return heard


def seen_by_public(client, entry):
    """On how many of list, search, home and its own page readers find the entry's title."""
    pages = ["/library/", "/library/?q=통관", "/search/?q=통관", "/", entry.get_absolute_url()]
    return [entry.title in client.get(page).content.decode() for page in pages]


def test_another_person_publishes(draft, people):
    actions.submit(draft, by=people.secretary)

    with pytest.raises(actions.RefusedError):
        actions.publish(draft, by=people.secretary)
    actions.publish(draft, by=people.colleague)

    assert (draft.state, draft.submitted_by, draft.published_by) == (
        PUBLISHED,
        people.secretary,
        people.colleague,
    )


def test_nobody_publishes_a_draft_alone(draft, people):
    with pytest.raises(actions.RefusedError):
        actions.publish(draft, by=people.secretary)

    assert Article.objects.get().state == DRAFT


def test_reviewer_who_changes_the_text_needs_another_person(draft, people):
    actions.submit(draft, by=people.secretary)
    draft.title = "고친 제목"
    actions.save(draft, by=people.colleague, fields=["title"])

    with pytest.raises(actions.RefusedError):
        actions.publish(draft, by=people.colleague)
    actions.publish(draft, by=people.secretary)

    assert (draft.submitted_by, draft.published_by) == (people.colleague, people.secretary)


def test_database_refuses_one_person(draft, people):
    actions.submit(draft, by=people.secretary)

    with pytest.raises(IntegrityError), transaction.atomic():
        Article.objects.update(
            state=PUBLISHED, published_at=timezone.now(), published_by=people.secretary
        )


def test_database_takes_two_persons(draft, people):
    """The positive control: the same update with another person passes."""
    actions.submit(draft, by=people.secretary)

    Article.objects.update(
        state=PUBLISHED, published_at=timezone.now(), published_by=people.colleague
    )

    assert Article.objects.get().is_published


def test_sent_back_with_a_remark(draft, people):
    actions.submit(draft, by=people.secretary)

    with pytest.raises(actions.RefusedError):
        actions.send_back(draft, remark=" ", by=people.colleague)
    actions.send_back(draft, remark="근거 법령을 적어 주십시오.", by=people.colleague)

    last = EntryRevision.objects.of(draft).order_by("number").last()
    assert (draft.state, last.verb, last.remark) == (
        DRAFT,
        "send_back",
        "근거 법령을 적어 주십시오.",
    )


def test_scheduled_entry_comes_out_at_its_time(draft, people, client):
    actions.submit(draft, by=people.secretary)
    actions.publish(draft, by=people.colleague, at=timezone.now() + dt.timedelta(hours=1))
    early = (come_and_go(), Article.objects.get().state, seen_by_public(client, draft))
    Article.objects.update(publish_at=timezone.now() - dt.timedelta(minutes=1))

    moved = come_and_go()

    out = Article.objects.get()
    assert early == (0, SCHEDULED, [False] * 5)
    assert (moved, out.state, out.published_by) == (1, PUBLISHED, people.colleague)
    assert come_and_go() == 0


def test_change_of_a_scheduled_entry_voids_the_approval(draft, people):
    actions.submit(draft, by=people.secretary)
    actions.publish(draft, by=people.colleague, at=timezone.now() + dt.timedelta(hours=1))
    draft.title = "나중에 고친 제목"

    actions.save(draft, by=people.secretary, fields=["title"])

    stands = Article.objects.get()
    assert (stands.state, stands.publish_at, stands.published_by) == (REVIEW, None, None)


def test_expired_entry_answers_at_its_address_only(write, client, told):
    entry = write(title="여름 공고", summary="통관 지연", expires_on=timezone.localdate())
    before = seen_by_public(client, entry)
    Article.objects.update(expires_on=timezone.localdate() - dt.timedelta(days=1))

    moved = come_and_go()

    page = client.get(entry.get_absolute_url())
    assert before == [True] * 5
    assert (moved, Article.objects.get().state) == (1, EXPIRED)
    assert seen_by_public(client, entry) == [False] * 4 + [True]
    assert page.status_code == 200
    assert "기간이 지난 정보입니다" in page.content.decode()
    assert [change.what for change in told] == ["publish", "expire"]


def test_last_day_itself_is_still_good(write):
    write(expires_on=timezone.localdate())

    assert (come_and_go(), Article.objects.get().state) == (0, PUBLISHED)


def test_withdrawn_entry_is_gone_at_once(write, people, client, told):
    entry = write(title="내려간 안내", summary="통관 지연")

    actions.withdraw(entry, reason="기업의 요청", by=people.secretary)

    page = client.get(entry.get_absolute_url())
    assert page.status_code == 410
    assert "게시가 중단된 자료입니다" in page.content.decode()
    assert "기업의 요청" not in page.content.decode()
    assert seen_by_public(client, entry) == [False] * 5
    assert list(Article.objects.search("통관")) == []
    assert list(search_page.asked({"q": "통관"}, AnonymousUser()).rows) == []
    assert told[-1].what == "withdraw"


def test_withdrawing_needs_a_reason_and_can_be_undone(write, people):
    entry = write(title="안내")

    with pytest.raises(actions.RefusedError):
        actions.withdraw(entry, reason="", by=people.secretary)
    actions.withdraw(entry, reason="잘못된 사실", by=people.secretary)
    actions.unpublish(entry, by=people.secretary)

    stands = Article.objects.get()
    assert (stands.state, stands.withdrawn_at, stands.withdrawn_reason) == (DRAFT, None, "")
    assert list(Article.objects.search("안내")) == [entry]


def test_entry_that_was_out_is_never_deleted(write, people):
    entry = actions.unpublish(write(), by=people.secretary)

    with pytest.raises(actions.RefusedError):
        actions.delete(entry, by=people.secretary)

    assert Article.objects.count() == 1


def test_withdrawn_is_not_searched_by_officers_either(write, people, client):
    entry = write(title="내려간 안내")
    actions.withdraw(entry, reason="잘못된 사실", by=people.secretary)
    client.force_login(people.secretary)

    found = client.get("/library/", {"q": "내려간"}).content.decode()

    assert entry.title not in found


def test_second_of_two_savers_is_told(write, people):
    first = write(out=False)
    second = Article.objects.get()
    first.title, second.title = "먼저", "나중"
    actions.save(first, by=people.secretary, fields=["title"])

    with pytest.raises(actions.OvertakenError):
        actions.save(second, by=people.colleague, fields=["title"])

    assert Article.objects.get().title == "먼저"


def test_every_step_counts_the_version_and_keeps_a_revision(draft, people):
    actions.submit(draft, by=people.secretary)
    actions.publish(draft, by=people.colleague)
    actions.withdraw(draft, reason="오류", by=people.secretary)

    kept = EntryRevision.objects.of(draft).order_by("number").values_list("number", "verb", "state")
    assert list(kept) == [
        (1, "write", DRAFT),
        (2, "submit", REVIEW),
        (3, "publish", PUBLISHED),
        (4, "withdraw", WITHDRAWN),
    ]
    assert Article.objects.get().version == 4


def test_listener_that_fails_undoes_the_step(draft, monkeypatch):
    monkeypatch.setattr(changes, "_listeners", [lambda change: 1 / 0])

    with pytest.raises(ZeroDivisionError):
        actions.publish(draft, by=None)

    stands = Article.objects.get()
    assert (stands.state, stands.version) == (DRAFT, 1)
