"""Calling a colleague to a note: whom the words name, who is told, and when it is settled."""

from dataclasses import dataclass

import pytest
from django.urls import reverse

from intake import actions, mentions
from intake.models import Mention
from intake.timeline import secretary
from notifications.models import Notice
from tests.intake.factories import CaseFactory
from tests.intake.test_desk import everything, fresh, page_of, signed_in, step_of
from tests.intake.test_queue import text


@dataclass(frozen=True)
class Person:
    """Somebody with a name."""

    name: str


KIM, WOO, LEE, ANN = (Person(name) for name in ("김시연", "김시연우", "이두리 「시연」", "Ann Lee"))
PEOPLE = [KIM, WOO, LEE, ANN]


@pytest.mark.parametrize(
    ("words", "called"),
    [
        ("@김시연 확인 부탁드립니다.", [KIM]),
        ("@김시연님께", [KIM]),
        ("@김시연에게, @이두리 과장님", [KIM, LEE]),
        ("@김시연우", [WOO]),
        ("@이두리 「시연」 님", [LEE]),
        ("＠김시연", [KIM]),
        ("(@ann lee) please", [ANN]),
        ("@김시연 @김시연", [KIM]),
        ("kim@김시연.kr", []),
        ("김시연 님", []),
        ("@", []),
        ("@아무개", []),
        ("@" * 5000, []),
    ],
)
def test_words_call_whom_they_name(words, called):
    assert mentions.called(words, PEOPLE) == called


def test_people_of_one_name_are_all_called():
    other = Person("김시연 (2팀)")

    assert mentions.called("@김시연", [KIM, other]) == [KIM, other]


@pytest.fixture
def desk(cast):
    """A secretary's browser."""
    return signed_in(cast.secretary)


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["words", "box", "both"])
def test_note_calls_a_colleague_once_by_mail_that_keeps_its_words(desk, cases, cast, way):
    case = cases.at("reviewing")
    data = {"version": case.version, "text": "세관 담당과 통화 요망"}
    if way != "box":
        data["text"] = f"@{cast.second_secretary.name} 세관 담당과 통화 요망"
    if way != "words":
        data["called"] = str(cast.second_secretary.pk)

    desk.post(step_of(case, "note"), data)

    row = Mention.objects.get()
    assert (row.user, row.message.text, row.seen_at) == (cast.second_secretary, data["text"], None)
    notice = Notice.objects.get(kind="mentioned")
    assert notice.recipient == cast.second_secretary
    assert "통화" not in str(notice.context)


@pytest.mark.django_db
def test_nobody_is_called_to_their_own_note_or_from_outside_the_secretariat(desk, cases, cast):
    case = cases.at("reviewing")
    words = f"@{cast.secretary.name} @{cast.customs_officer.name} @{cast.auditor.name}"

    sent = desk.post(step_of(case, "note"), {"version": case.version, "text": words})
    refused = desk.post(
        step_of(case, "note"),
        {"version": case.version, "text": "글", "called": str(cast.customs_officer.pk)},
    )

    assert (sent.status_code, refused.status_code) == (302, 422)
    assert not Mention.objects.exists()


@pytest.mark.django_db
def test_call_shows_on_page_and_list_until_a_post_settles_it(cases, cast):
    case = cases.at("reviewing")
    actions.note(case=case, text="확인 요망", called=[cast.second_secretary], by=cases.by)
    me, other = signed_in(cast.second_secretary), signed_in(cast.secretary)
    calls, seen = (
        reverse("admin:intake_case_calls"),
        reverse("admin:intake_case_seen", args=[case.pk]),
    )
    before = everything()

    page, listed = text(me.get(page_of(case))), text(me.get(calls))
    refused = me.get(seen)

    assert "A colleague calls you to this case." in page
    assert "확인 요망" in listed
    assert refused.status_code == 405
    assert "A colleague calls you" not in text(other.get(page_of(case)))
    assert "Nobody calls you at the moment." in text(other.get(calls))
    assert everything() == before
    other.post(seen)
    assert Mention.objects.get().seen_at is None
    assert me.post(seen)["Location"] == page_of(case)
    assert Mention.objects.get().seen_at is not None
    assert "A colleague calls you" not in text(me.get(page_of(case)))


@pytest.mark.django_db
def test_own_note_on_the_case_settles_the_call_and_no_other(cases, cast):
    case, other = cases.at("reviewing"), cases.at("reviewing")
    for one in (case, other):
        actions.note(case=one, text="확인", called=[cast.second_secretary], by=cases.by)

    actions.note(case=fresh(case), text="통화하였음", by=secretary(cast.second_secretary))

    open_calls = Mention.objects.filter(seen_at__isnull=True)
    assert [row.message.case for row in open_calls] == [other]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("who", "status"), [("auditor", 403), ("customs_officer", 302), ("platform_admin", 403)]
)
def test_calls_are_the_secretariats_own(cases, cast, who, status):
    case = CaseFactory(cast.secretary).at("reviewing")
    client = signed_in(getattr(cast, who))

    assert client.get(reverse("admin:intake_case_calls")).status_code == status
    gone = client.post(reverse("admin:intake_case_seen", args=[case.pk])).status_code
    assert gone == (404 if who == "platform_admin" else status)


@pytest.mark.django_db
def test_queue_leads_to_the_calls_and_counts_them_after_the_page(cases, cast):
    case = cases.at("reviewing")
    actions.note(case=case, text="확인", called=[cast.second_secretary], by=cases.by)
    counts = reverse("admin:intake_triagecase_counts")
    queue = reverse("admin:intake_triagecase_changelist")

    found = [
        signed_in(person).get(counts).json()["calls"]
        for person in (cast.second_secretary, cast.secretary)
    ]

    assert found == [1, 0]
    page = signed_in(cast.second_secretary).get(queue).content.decode()
    assert f'href="{reverse("admin:intake_case_calls")}"' in page
