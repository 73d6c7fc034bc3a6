"""Following without an account: confirmed by mail, told once, left with one click."""

# ruff: noqa: F811 (fixtures)

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from marketinfo import actions
from marketinfo.following import announcing, scopes, tokens, verbs
from marketinfo.models import Article, Follow, FollowAttempt, Follower, RecordChange, Requirement
from notifications import headers, leaving
from notifications.models import DECLINED, QUEUED, Notice
from tests.marketinfo.following import (  # noqa: F401 (fixtures)
    READER,
    many_followers,
    reader,
    record,
    told,
)


def test_from_asking_to_leaving(reader, record, settings):
    settings.PUBLIC_URL = "https://portal.example"
    sent = reader.ask(country="VN", hs="33")
    before = Follow.objects.confirmed().count()
    page = reader.browser.get(reader.link())

    listed = reader.browser.post(reader.link())
    announcing.announce_change(record, what="영문 성분표가 추가되었습니다.", by=None)
    told()
    [(row, body)] = reader.mails(verbs.CHANGED)
    left = reader.browser.post(leaving.path(row), {"List-Unsubscribe": "One-Click"})
    announcing.announce_change(record, what="다시 바뀌었습니다.", by=None)
    told()

    assert (sent.status_code, sent["Location"]) == (302, reverse("marketinfo:follow-sent"))
    assert (before, page.status_code, "베트남 · HS 33" in page.content.decode()) == (0, 200, True)
    assert "베트남 · HS 33" in reader.browser.get(listed["Location"]).content.decode()
    for words in ("영문 성분표가 추가되었습니다.", "베트남 화장품 등록", record.get_absolute_url()):
        assert words in body
    assert headers.of(row)["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (left.status_code, left.content) == (200, b"")
    assert [row.state for row, _body in reader.mails(verbs.CHANGED)] == [QUEUED, DECLINED]


def test_looking_writes_nothing(reader, record):
    reader.ask(country="VN")
    Follow.objects.update(confirmed_at=None)
    manage = tokens.manage_path(Follower.objects.get())

    with CaptureQueriesContext(
        connection,
    ) as seen:
        for path in (reverse("marketinfo:follow"), reader.link(), manage):
            assert reader.browser.get(path).status_code == 200

    assert [sql["sql"] for sql in seen if not sql["sql"].lstrip("(").startswith("SELECT")] == []
    assert Follow.objects.confirmed().count() == 0


def test_looking_check_finds_a_page_that_writes(reader):
    """The positive control: the same sweep sees what the button writes."""
    reader.ask(country="VN")

    with CaptureQueriesContext(connection) as seen:
        reader.browser.post(reader.link())

    assert any(sql["sql"].startswith("UPDATE") for sql in seen)


def test_every_address_gets_the_same_answer(client, reader, record):
    reader.follow(country="VN")
    stranger, known, form = "stranger@example.org", READER, reverse("marketinfo:follow")
    find = reverse("marketinfo:follow-find")

    answers = [
        (response.status_code, response["Location"])
        for address in (stranger, known)
        for response in (
            Client().post(form, {"email": address, "country": "VN"}),
            Client().post(find, {"email": address}),
        )
    ]

    assert answers[:2] == answers[2:]
    # To whom nothing belongs, nothing more than the question itself is mailed.
    assert set(Notice.objects.filter(to_address=stranger).values_list("kind", flat=True)) == {
        verbs.CONFIRM
    }


def test_links_that_were_changed_open_nothing(reader, record):
    reader.follow(country="VN")
    own = Follow.objects.get()
    other = Follower.objects.create(email="other@example.org")
    theirs = Follow.objects.create(
        follower=other, scope="hs=33", hs="33", confirmed_at=timezone.now()
    )
    good = tokens.manage_path(own.follower)
    cut = [good[:-4] + "/", good.replace("mine/", "mine/x"), tokens.confirm_path(own)[:-3] + "/"]
    crossed = reverse("marketinfo:follow-manage", args=[tokens.confirm_path(own).split("/")[-2]])

    statuses = [reader.browser.post(path, {"drop": "all"}).status_code for path in [*cut, crossed]]
    reader.browser.post(good, {"drop": str(theirs.pk)})

    assert statuses == [410, 410, 410, 410]
    assert set(Follow.objects.values_list("pk", flat=True)) == {own.pk, theirs.pk}
    # The good link does end what is one's own: the refusals above are no accident.
    reader.browser.post(good, {"drop": str(own.pk)})
    assert list(Follow.objects.all()) == [theirs]
    assert list(Follower.objects.all()) == [other]


def test_ending_everything_deletes_the_address_and_the_link(reader):
    path = reader.follow(country="VN")
    reader.follow(hs="33")

    reader.browser.post(path, {"drop": "all"})

    assert (Follower.objects.count(), Follow.objects.count()) == (0, 0)
    assert reader.browser.get(path).status_code == 410


def test_confirming_twice_follows_once(reader):
    reader.ask(country="VN")
    link = reader.link()

    answers = [reader.browser.post(link).status_code for _turn in range(2)]
    reader.ask(country="VN")

    assert (answers, Follow.objects.confirmed().count()) == ([302, 302], 1)


def test_who_left_and_follows_again_hears_again(reader, record):
    reader.follow(country="VN")
    leaving.leave(READER, "library")

    reader.follow(hs="3304")
    announcing.announce_change(record, what="바뀌었습니다.", by=None)
    told()

    assert [row.state for row, _body in reader.mails(verbs.CHANGED)] == [QUEUED]


@pytest.mark.parametrize(
    ("scope", "hears"),
    [
        ({"country": "VN"}, True),
        ({"country": "US"}, False),
        ({"hs": "33"}, True),
        ({"hs": "330499"}, True),
        ({"hs": "34"}, False),
        ({"category": "CUS"}, True),
        ({"category": "CUS-01"}, True),
        ({"category": "PAY-01"}, False),
        ({"country": "VN", "hs": "33", "category": "CUS-01"}, True),
        ({"country": "VN", "hs": "34"}, False),
    ],
)
def test_who_hears_of_a_change_is_who_finds_it_in_the_feed(client, record, scope, hears):
    wanted = scopes.read(scope)
    follower = Follower.objects.create(email="one@example.org")
    Follow.objects.create(follower=follower, confirmed_at=timezone.now(), **wanted.columns())
    change = announcing.announce_change(record, what="바뀌었습니다.", by=None)

    heard = Follow.objects.confirmed().touched_by(change).exists()
    feed = client.get(reverse("marketinfo:feed"), scope).content.decode()

    assert (heard, record.get_absolute_url() in feed) == (hears, hears)


def test_follower_of_three_things_is_told_once(reader, record):
    reader.follow(country="VN")
    reader.follow(hs="33")
    FollowAttempt.objects.all().delete()
    reader.follow(kind="marketinfo.requirement", reference=record.reference)

    announcing.announce_change(record, what="바뀌었습니다.", by=None)
    announcing.announce_change(record, what=" 바뀌었습니다. ", by=None)
    told()
    told()

    assert (len(reader.mails(verbs.CHANGED)), RecordChange.objects.count()) == (1, 1)


def test_unpublished_is_neither_announced_nor_told_nor_followed(reader, record, write):
    draft = write(Requirement, title="아직 비밀", out=False)
    with pytest.raises(announcing.NothingToTellError):
        announcing.announce_change(draft, what="바뀌었습니다.", by=None)
    reader.follow(country="VN")
    change = announcing.announce_change(record, what="바뀌었습니다.", by=None)
    actions.unpublish(record, by=None)

    told()
    asked = reader.ask(kind="marketinfo.requirement", reference=draft.reference)

    change.refresh_from_db()
    assert (reader.mails(verbs.CHANGED), change.finished_at is not None) == ([], True)
    assert (asked.status_code, "아직 비밀" in asked.content.decode()) == (422, False)


@pytest.mark.parametrize("what", ["", "   ", "가" * 301])
def test_change_without_a_sentence_is_refused(record, what):
    with pytest.raises(announcing.NothingToTellError):
        announcing.announce_change(record, what=what, by=None)


def test_mails_of_a_stranger_are_counted(client, places):
    form = reverse("marketinfo:follow")

    statuses = [
        client.post(form, {"email": READER, "hs": str(30 + turn)}).status_code for turn in range(4)
    ]

    assert statuses == [302, 302, 302, 429]
    # Another address from the same line is not held up by that.
    assert client.post(form, {"email": "b@example.org", "hs": "33"}).status_code == 302


@pytest.mark.parametrize(
    "said",
    [
        {"hs": "abc"},
        {"country": "ZZ"},
        {"category": "XXX-99"},
        {},
        {"kind": "accounts.user", "reference": "1"},
        {"country": "<script>alert(1)</script>"},
        {"hs": "3" * 300},
    ],
)
def test_nonsense_is_refused_beside_the_field(client, places, said):
    response = client.post(reverse("marketinfo:follow"), {"email": READER, **said})

    assert (response.status_code, Follower.objects.count()) == (422, 0)
    assert "<script>alert" not in response.content.decode()


def test_what_nobody_confirmed_is_forgotten(reader):
    reader.ask(country="VN")
    now = timezone.now()

    kept = verbs.forget(now=now + tokens.CONFIRM_FOR / 2)
    gone = verbs.forget(now=now + 2 * tokens.CONFIRM_FOR)

    assert (kept, gone, Follower.objects.count()) == (0, 1, 0)


def test_a_thousand_followers_cost_few_statements(record):
    many_followers(1_000)
    announcing.announce_change(record, what="바뀌었습니다.", by=None)

    with CaptureQueriesContext(connection) as seen:
        batches = told()

    addresses = Notice.objects.filter(kind=verbs.CHANGED).values_list("to_address", flat=True)
    assert (len(addresses), len(set(addresses))) == (1_000, 1_000)
    # Two circles, 200 readers a batch; each batch a fixed handful, the rows in bulk.
    assert batches <= 8
    assert len(seen) <= 8 * 30


def test_batch_that_dies_is_told_whole_again(record, monkeypatch):
    many_followers(300)
    announcing.announce_change(record, what="바뀌었습니다.", by=None)
    announcing.tell_some()
    with monkeypatch.context() as broken:
        broken.setattr(announcing.RecordChange.objects, "filter", _die_on_write())
        with pytest.raises(RuntimeError):
            announcing.tell_some()

    told()

    addresses = list(Notice.objects.filter(kind=verbs.CHANGED).values_list("to_address", flat=True))
    assert (len(addresses), len(set(addresses))) == (300, 300)


def _die_on_write():
    real = RecordChange.objects.get_queryset

    def filtered(**wanted):
        if "pk" in wanted:
            raise RuntimeError("the worker died")
        return real().filter(**wanted)

    return filtered


@pytest.mark.django_db(transaction=True)
def test_two_workers_tell_nobody_twice(places, write):
    record = write(Requirement, hs_codes=" 3304 ")
    many_followers(400)
    announcing.announce_change(record, what="바뀌었습니다.", by=None)

    def work(_turn):
        try:
            return told()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, range(2)))

    addresses = list(Notice.objects.filter(kind=verbs.CHANGED).values_list("to_address", flat=True))
    assert (len(addresses), len(set(addresses))) == (400, 400)


def test_article_is_told_of_too(reader, write):
    entry = write(Article, title="통관 안내", country_id="VN")
    reader.follow(country="VN")

    announcing.announce_change(entry, what="절차가 바뀌었습니다.", by=None)
    told()

    assert len(reader.mails(verbs.CHANGED)) == 1
