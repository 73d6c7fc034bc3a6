"""An officer's open work passes to a colleague of the same organisation, at once and in whole."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import people
from accounts.models import MANAGER, Company, Member, Membership, Organisation, User
from intake import actions, workflow
from intake.actions import handing_over
from intake.actions.moving import RefusedError
from intake.models import Case, CaseEvent, Handover, LocalDifficulty, Promise, Referral
from intake.timeline import body, secretary, submitter
from intake.views.partner.handover import is_late
from marketinfo.models import Requirement
from notifications.models import Notice
from portal import wiring
from tests.intake.factories import filing

wiring.register()


def org(code):
    return Organisation.objects.get(code=code)


@pytest.fixture
def kbiz(cast):
    return org("KBIZ")


@pytest.fixture
def colleague(kbiz):
    user = User.objects.create_user("next@demo.example", "x", name="한이음")
    Membership.objects.create(user=user, organisation=kbiz)
    return user


def filed(user, organisation, **changes):
    case, _new = actions.submit(filing=filing(**changes), by=submitter(user, organisation))
    return case


def hand(cast, kbiz, colleague, **changes):
    facts = {
        "organisation": kbiz,
        "leaver": cast.association_officer,
        "successor": colleague,
        "by": cast.manager,
    }
    return handing_over.hand_over(**facts | changes)


def path(name="handover", *more, code="KBIZ"):
    return reverse(f"partner:{name}", args=[code, *more])


# --- The verb ----------------------------------------------------------------------------------
def test_cases_pass_with_an_event_each(cast, kbiz, colleague):
    case = filed(cast.association_officer, kbiz)
    version = case.version

    handover = hand(cast, kbiz, colleague, note="잘 부탁드립니다.")

    case.refresh_from_db()
    event = case.events.get(verb="hand_over")
    assert (case.keeper, case.state, case.version) == (colleague, "received", version + 1)
    assert event.facts == {"from": cast.association_officer.pk, "to": colleague.pk}
    assert (event.actor, event.organisation, event.role) == (cast.manager, kbiz, "submitter")
    assert handover.items == {"cases": [case.number]}
    told = Notice.objects.get(kind="handover")
    assert told.to_address == colleague.email
    assert told.context["note"] == "잘 부탁드립니다."


def test_only_the_leavers_open_cases_of_this_organisation_pass(cast, kbiz, colleague):
    mine = filed(cast.association_officer, kbiz)
    managers = filed(cast.manager, kbiz)
    neighbours = filed(cast.other_association_officer, org("INNOBIZ"))
    ended = filed(cast.association_officer, kbiz)
    actions.withdraw(case=ended, reason="해결", by=submitter(cast.association_officer, kbiz))
    forged = {"cases": [mine.pk, managers.pk, neighbours.pk, ended.pk]}

    handover = hand(cast, kbiz, colleague, chosen=forged)

    keepers = {case.pk: case.keeper for case in Case.objects.all()}
    assert handover.items == {"cases": [mine.number]}
    assert keepers == {
        mine.pk: colleague,
        managers.pk: cast.manager,
        neighbours.pk: cast.other_association_officer,
        ended.pk: cast.association_officer,
    }


def test_unticked_cases_stay(cast, kbiz, colleague):
    first, second = (filed(cast.association_officer, kbiz) for _each in range(2))

    hand(cast, kbiz, colleague, chosen={"cases": [first.pk]})

    second.refresh_from_db()
    assert second.keeper == cast.association_officer


def test_promises_referrals_and_local_difficulties_pass(cast, cases, colleague, reference_data):
    hanoi = org("MIS-HAN")
    follower = User.objects.create_user("hanoi2@demo.example", "x", name="하이음")
    Membership.objects.create(user=follower, organisation=hanoi)
    case = cases.at("reviewing")
    cases.refer(case, "MIS-HAN")
    referral = case.referrals.get()
    actions.forward_referral(
        referral=referral, handler=cast.mission_officer, by=body(cast.mission_officer, hanoi)
    )
    promise = Promise.objects.create(
        organisation=hanoi, case=case, user=cast.mission_officer, text="내일 전화"
    )
    local = LocalDifficulty.objects.create(
        organisation=hanoi,
        recorded_by=cast.mission_officer,
        keeper=cast.mission_officer,
        title="현지 애로",
        country_id="VN",
        company_name="현지법인",
        situation="통관 지연",
    )
    Notice.objects.all().delete()

    handover = handing_over.hand_over(
        organisation=hanoi, leaver=cast.mission_officer, successor=follower, by=cast.mission_officer
    )

    assert Referral.objects.get(pk=referral.pk).handler == follower
    assert Promise.objects.get(pk=promise.pk).user == follower
    moved = LocalDifficulty.objects.get(pk=local.pk)
    assert (moved.keeper, moved.version, moved.recorded_by) == (follower, 2, cast.mission_officer)
    assert handover.items == {
        "promises": [promise.pk],
        "referrals": [referral.pk],
        "locals": [str(local.key)],
    }
    last = CaseEvent.objects.filter(verb="forward_referral").last()
    assert (last.facts["from"], last.facts["to"]) == (cast.mission_officer.pk, follower.pk)
    assert list(Notice.objects.values_list("kind", flat=True)) == ["handover"]


def test_secretarys_cases_pass_by_assignment(cast, cases):
    case = cases.at("reviewing")

    handing_over.hand_over(
        organisation=org("SECR"),
        leaver=cast.secretary,
        successor=cast.second_secretary,
        by=cast.secretary,
    )

    case.refresh_from_db()
    assert (case.assignee, case.events.last().verb) == (cast.second_secretary, "assign")


def test_records_due_again_are_named(cast, colleague, kbiz, db):
    today = timezone.localdate()
    facts = {
        "summary": "요약",
        "country_id": "VN",
        "type": "certification",
        "authority": "기관",
        "demand": "요건",
        "owner": kbiz,
        "verified_by": cast.association_officer,
        "state": "published",
        "published_at": timezone.now(),
        "source": "출처",
        "source_url": "https://source.example/",
        "last_verified": today - dt.timedelta(days=200),
    }
    for name, days in (("overdue", -1), ("soon", 20), ("later", 90)):
        Requirement.objects.create(
            reference=name, title=name, next_check=today + dt.timedelta(days=days), **facts
        )

    handover = hand(cast, kbiz, colleague)

    assert handover.items == {"records": ["overdue", "soon"]}


@pytest.mark.parametrize("who", ["other_association_officer", "secretary", "platform_admin"])
def test_outsiders_hand_nothing_over(cast, kbiz, colleague, who):
    case = filed(cast.association_officer, kbiz)

    with pytest.raises(RefusedError):
        hand(cast, kbiz, colleague, by=getattr(cast, who))

    case.refresh_from_db()
    assert case.keeper == cast.association_officer


def test_officer_hands_over_only_their_own(cast, kbiz, colleague):
    filed(cast.association_officer, kbiz)

    with pytest.raises(RefusedError):
        hand(cast, kbiz, cast.manager, by=colleague)
    hand(cast, kbiz, colleague, by=cast.association_officer)

    assert Handover.objects.count() == 1


@pytest.mark.parametrize("who", ["other_association_officer", "secretary", "association_officer"])
def test_only_a_colleague_follows(cast, kbiz, who):
    filed(cast.association_officer, kbiz)

    with pytest.raises(RefusedError):
        hand(cast, kbiz, getattr(cast, who))

    assert Handover.objects.count() == 0


def test_colleague_who_left_does_not_follow(cast, kbiz, colleague):
    filed(cast.association_officer, kbiz)
    colleague.memberships.update(ended_at=timezone.now())

    with pytest.raises(RefusedError):
        hand(cast, kbiz, colleague)


def test_twice_finds_nothing_left(cast, kbiz, colleague):
    case = filed(cast.association_officer, kbiz)
    hand(cast, kbiz, colleague)

    with pytest.raises(RefusedError):
        hand(cast, kbiz, colleague)

    assert case.events.filter(verb="hand_over").count() == 1


@pytest.mark.parametrize("count", [2, 12])
def test_many_cases_take_the_same_number_of_statements(
    cast, kbiz, colleague, count, django_assert_num_queries
):
    for _each in range(count):
        filed(cast.association_officer, kbiz)

    with django_assert_num_queries(19):
        hand(cast, kbiz, colleague)


def test_dismissed_proxy_is_not_handed_over(cast, kbiz, colleague):
    case = filed(cast.association_officer, kbiz)
    Case.objects.filter(pk=case.pk).update(proxy="dismissed")

    with pytest.raises(RefusedError):
        hand(cast, kbiz, colleague)


# --- Removal -------------------------------------------------------------------------------------
def test_removed_officers_work_falls_to_the_manager_who_removes(client, cast, kbiz):
    case = filed(cast.association_officer, kbiz)
    row = Membership.objects.get(user=cast.association_officer)
    client.force_login(cast.manager)

    shown = client.get(path("person-remove", row.pk))
    client.post(path("person-remove", row.pk))

    case.refresh_from_db()
    handover = Handover.objects.get()
    assert [one.count for one in shown.context["left"]] == [1]
    assert case.keeper == cast.manager
    assert (handover.leaver, handover.successor) == (cast.association_officer, cast.manager)
    assert handover.acknowledged_at is not None
    assert Notice.objects.get(kind="removed").context["heir"] == cast.manager.name


def test_manager_who_leaves_leaves_it_to_the_other_manager(cast, kbiz, colleague):
    case = filed(cast.manager, kbiz)
    Membership.objects.filter(user=colleague).update(role=MANAGER)

    people.remove(membership=Membership.objects.get(user=cast.manager), by=cast.manager)

    case.refresh_from_db()
    assert case.keeper == colleague
    assert Notice.objects.filter(kind="handover", to_address=colleague.email).count() == 1


# --- The page ------------------------------------------------------------------------------------
def test_page_shows_everything_ticked(client, cast, kbiz, colleague):
    case = filed(cast.association_officer, kbiz)
    company = Company.objects.create(name="아는 회사")
    Member.objects.create(
        organisation=kbiz, company=company, name="아는 회사", updated_by=cast.association_officer
    )
    client.force_login(cast.manager)

    page = client.get(path(), {"from": cast.association_officer.pk})

    (section,) = page.context["sections"]
    assert (section.key, section.count, section.ticked) == ("cases", 1, {case.pk})
    assert page.context["members"] == 1
    assert case.number in page.content.decode()


def test_page_hands_over_what_is_ticked(client, cast, kbiz, colleague):
    first, second = (filed(cast.association_officer, kbiz) for _each in range(2))
    client.force_login(cast.association_officer)

    answer = client.post(
        path(),
        {
            "successor": colleague.pk,
            "note": "확인 부탁",
            "cases": [first.pk],
            "cases_shown": f"{first.pk},{second.pk}",
        },
    )

    handover = Handover.objects.get()
    first.refresh_from_db()
    second.refresh_from_db()
    assert answer["Location"] == path("handover-detail", handover.pk)
    assert (first.keeper, second.keeper) == (colleague, cast.association_officer)


def test_rest_without_boxes_passes_as_a_whole(client, cast, kbiz, colleague, monkeypatch):
    from intake.forms.partner import handover as form

    monkeypatch.setitem(form.BOXES, "cases", 1)
    for _each in range(3):
        filed(cast.association_officer, kbiz)
    client.force_login(cast.association_officer)
    (section,) = client.get(path()).context["sections"]

    client.post(
        path(),
        {"successor": colleague.pk, "note": "", "cases_shown": section.shown, "cases_more": "1"},
    )

    assert (len(section.rows), section.more) == (1, 2)
    assert Case.objects.filter(keeper=colleague).count() == 2


def test_nothing_typed_is_lost(client, cast, kbiz, colleague):
    first, second = (filed(cast.association_officer, kbiz) for _each in range(2))
    client.force_login(cast.association_officer)

    page = client.post(
        path(),
        {
            "successor": "",
            "note": "중요한 글",
            "cases": [second.pk],
            "cases_shown": f"{first.pk},{second.pk}",
        },
    )

    (section,) = page.context["sections"]
    assert section.ticked == {second.pk}
    assert "중요한 글" in page.content.decode()
    assert Handover.objects.count() == 0


@pytest.mark.parametrize("asked", ["manager", "other_association_officer", "0", "x", "9" * 30])
def test_officer_sees_nobody_elses_work(client, cast, kbiz, asked):
    client.force_login(cast.association_officer)
    key = getattr(cast, asked).pk if hasattr(cast, asked) else asked

    assert client.get(path(), {"from": key}).status_code == 404


def test_manager_sees_no_neighbours_work(client, cast, kbiz):
    client.force_login(cast.manager)

    page = client.get(path(), {"from": cast.other_association_officer.pk})

    assert page.status_code == 404


@pytest.mark.parametrize("who", ["other_association_officer", "secretary", "auditor"])
def test_handover_is_of_the_house(client, cast, kbiz, colleague, who):
    filed(cast.association_officer, kbiz)
    handover = hand(cast, kbiz, colleague)
    client.force_login(getattr(cast, who))

    answers = [
        client.get(path()).status_code,
        client.get(path("handover-detail", handover.pk)).status_code,
        client.post(path("handover-received", handover.pk)).status_code,
    ]

    assert answers == [404, 404, 404]


def test_neighbour_reaches_no_handover_from_their_own_desk(client, cast, kbiz, colleague):
    filed(cast.association_officer, kbiz)
    handover = hand(cast, kbiz, colleague)
    client.force_login(cast.other_association_officer)

    answer = client.get(path("handover-detail", handover.pk, code="INNOBIZ"))

    assert answer.status_code == 404


def test_uninvolved_officer_reads_no_handover(client, cast, kbiz, colleague):
    other = User.objects.create_user("third@demo.example", "x", name="셋째")
    Membership.objects.create(user=other, organisation=kbiz)
    filed(cast.association_officer, kbiz)
    handover = hand(cast, kbiz, colleague)
    client.force_login(other)

    assert client.get(path("handover-detail", handover.pk)).status_code == 404


def test_successor_acknowledges_once(client, cast, kbiz, colleague):
    case = filed(cast.association_officer, kbiz)
    handover = hand(cast, kbiz, colleague)
    client.force_login(colleague)
    waiting = client.get(path("handover-detail", handover.pk))

    client.post(path("handover-received", handover.pk))
    handover.refresh_from_db()
    first = handover.acknowledged_at
    client.post(path("handover-received", handover.pk))
    handover.refresh_from_db()

    assert waiting.context["mine"] is True
    assert case.number in waiting.content.decode()
    assert first is not None
    assert handover.acknowledged_at == first


@pytest.mark.parametrize("who", ["manager", "association_officer"])
def test_nobody_acknowledges_for_the_successor(client, cast, kbiz, colleague, who):
    filed(cast.association_officer, kbiz)
    handover = hand(cast, kbiz, colleague)
    client.force_login(getattr(cast, who))

    assert client.post(path("handover-received", handover.pk)).status_code == 404


@pytest.mark.parametrize(("days", "late"), [(0, False), (1, False), (7, True)])
def test_silence_of_two_working_days_is_shown_to_managers(
    client, cast, kbiz, colleague, days, late
):
    filed(cast.association_officer, kbiz)
    handover = hand(cast, kbiz, colleague)
    Handover.objects.update(created_at=timezone.now() - dt.timedelta(days=days))
    handover.refresh_from_db()
    client.force_login(cast.manager)

    shown = client.get(path()).context["late"]

    assert (is_late(handover), shown) == (late, [handover] if late else [])


@pytest.mark.parametrize("count", [1, 3])
def test_page_takes_the_same_number_of_statements(
    client, cast, kbiz, count, django_assert_num_queries
):
    for _each in range(count):
        filed(cast.association_officer, kbiz)
    client.force_login(cast.association_officer)
    client.get(path())

    with django_assert_num_queries(15):
        client.get(path())


def test_body_hands_its_questions_over(client, cast, cases):
    kcs = org("KCS")
    follower = User.objects.create_user("kcs2@demo.example", "x", name="세관 이음")
    Membership.objects.create(user=follower, organisation=kcs)
    case = cases.at("referred")
    actions.forward_referral(
        referral=case.referrals.get(),
        handler=cast.customs_officer,
        by=body(cast.customs_officer, kcs),
    )
    client.force_login(cast.customs_officer)

    (section,) = client.get(path(code="KCS")).context["sections"]
    client.post(
        path(code="KCS"),
        {
            "successor": follower.pk,
            "note": "",
            "referrals": [case.referrals.get().pk],
            "referrals_shown": section.shown,
        },
    )

    assert case.referrals.get().handler == follower
    assert Case.objects.get(pk=case.pk).state == workflow.REFERRED


def test_secretary_is_the_actor_of_the_assignment(cast, cases):
    case = cases.at("reviewing")
    by = secretary(cast.secretary)

    handing_over.hand_over(
        organisation=org("SECR"),
        leaver=cast.secretary,
        successor=cast.second_secretary,
        by=cast.secretary,
    )

    assert case.events.last().role == by.role
