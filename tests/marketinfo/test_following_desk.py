"""Announcing a change at the desk: by who publishes, with a sentence, and only when important."""

# ruff: noqa: F811 (fixtures)

import pytest
from django.urls import reverse

from marketinfo import actions
from marketinfo.facts import facts_of
from marketinfo.following import verbs
from marketinfo.models import RecordChange
from tests.marketinfo.following import reader, record, told  # noqa: F401 (fixtures)


def test_officer_announces_at_the_desk(client, people, record, reader):
    reader.follow(country="VN")
    client.force_login(people.secretary)
    page = reverse("admin:marketinfo_recordchange_add")
    query = {"kind": "marketinfo.requirement", "key": record.pk}

    shown = client.get(page, query)
    unsure = client.post(page, {**query, "what": "바뀌었습니다."})
    done = client.post(page, {**query, "what": "바뀌었습니다.", "sure": "on"})
    told()

    assert (shown.status_code, record.title in shown.content.decode()) == (200, True)
    assert (unsure.status_code, done.status_code) == (200, 302)
    assert RecordChange.objects.get().by == people.secretary
    assert len(reader.mails(verbs.CHANGED)) == 1


def test_only_who_publishes_announces(client, people, record):
    page = reverse("admin:marketinfo_recordchange_add")
    query = {"kind": "marketinfo.requirement", "key": record.pk, "what": "가", "sure": "on"}
    answers = []

    for person in (people.auditor, people.outsider, people.admin):
        client.force_login(person)
        answers.append(client.post(page, query).status_code)

    assert (answers, RecordChange.objects.count()) == ([403, 403, 403], 0)


@pytest.fixture
def proposed(people, record):
    """The page on which a colleague's change of the record waits."""
    facts = facts_of(record) | {"demand": "성분표 영문본"}
    actions.propose(record, facts=facts, by=people.colleague)
    return reverse("admin:marketinfo_requirement_proposal", args=[record.pk])


def test_important_change_is_announced_where_it_is_put_in_its_place(
    client, people, record, reader, proposed
):
    reader.follow(country="VN")
    client.force_login(people.secretary)

    wordless = client.post(proposed, {"accept": "yes", "important": "on"})
    said = {"accept": "yes", "important": "on", "what": "성분표가 추가되었습니다."}
    done = client.post(proposed, said)
    told()

    record.refresh_from_db()
    change = RecordChange.objects.get()
    assert (wordless.status_code, record.demand, change.by) == (
        422,
        "성분표 영문본",
        people.secretary,
    )
    assert done["Location"] == reverse("admin:intake_case_relied", args=[change.pk])
    assert len(reader.mails(verbs.CHANGED)) == 1


def test_small_change_is_news_to_nobody(client, people, record, reader, proposed):
    reader.follow(country="VN")
    client.force_login(people.secretary)

    client.post(proposed, {"accept": "yes"})
    told()

    record.refresh_from_db()
    assert (record.demand, RecordChange.objects.count()) == ("성분표 영문본", 0)
    assert reader.mails(verbs.CHANGED) == []
