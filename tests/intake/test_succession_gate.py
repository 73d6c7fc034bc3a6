"""What a predecessor filed and was asked stays with its successor's officers alone."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import succession
from accounts.models import Membership, Organisation, User
from accounts.rights import RefusedError
from intake import actions
from intake.models import Case, Referral
from intake.timeline import body, submitter
from notifications.models import Notice
from portal import wiring
from tests.intake.factories import filing

wiring.register()


def org(code):
    return Organisation.objects.get(code=code)


def succeed(cast, code, into):
    return succession.succeed(
        predecessors=[org(code)],
        into=succession.New(into, "새 기관", "New body"),
        day=timezone.localdate(),
        by=cast.secretary,
    )


def fresh(user):
    return User.objects.get(pk=user.pk)


def test_filed_cases_stay_visible_to_the_successor_alone(cast):
    case, _new = actions.submit(
        filing=filing(), by=submitter(cast.association_officer, org("KBIZ"))
    )

    succeed(cast, "KBIZ", "KBIZ2")

    seen = [
        case in Case.objects.visible_to(fresh(user))
        for user in (cast.association_officer, cast.manager, cast.other_association_officer)
    ]
    case.refresh_from_db()
    assert seen == [True, True, False]
    assert case.filer_organisation.code == "KBIZ"


def test_open_referral_is_answered_by_the_successor(client, cast, cases):
    case = cases.at("referred")
    referral = case.referrals.get()

    succeed(cast, "KCS", "KCS2")

    officer = fresh(cast.customs_officer)
    assert list(Referral.objects.asked_of(officer)) == [referral]
    assert list(Referral.objects.asked_of(fresh(cast.kats_officer))) == []
    client.force_login(officer)
    address = reverse("intake:body-referral", args=[case.number, referral.pk])
    assert client.get(address).status_code == 200
    actions.answer_referral(
        referral=referral, text="답변드립니다.", by=body(officer, referral.organisation)
    )
    case.refresh_from_db()
    assert case.state == "reviewing"


def test_successors_people_get_the_mails_and_hand_on(cast, cases):
    case = cases.at("referred")
    referral = case.referrals.get()
    new = succeed(cast, "KCS", "KCS2")
    second = User.objects.create_user("kcs2@demo.example", "x", name="둘째")
    Membership.objects.create(user=second, organisation=new)
    Notice.objects.all().delete()

    actions.forward_referral(
        referral=referral, handler=second, by=body(fresh(cast.customs_officer), org("KCS"))
    )
    actions.recall_referral(referral=referral, reason="취소", by=cases.by)

    told = Notice.objects.filter(kind="referral_recalled").values_list("to_address", flat=True)
    assert sorted(told) == sorted([cast.customs_officer.email, second.email])


@pytest.mark.parametrize("what", ["case", "referral"])
def test_organisation_with_open_work_does_not_end_without_a_successor(cast, cases, what):
    code = "KBIZ" if what == "case" else "KCS"
    if what == "case":
        actions.submit(filing=filing(), by=submitter(cast.association_officer, org("KBIZ")))
    else:
        cases.at("referred")

    with pytest.raises(RefusedError):
        succession.dissolve(
            organisation=org(code),
            last_day=timezone.localdate() - dt.timedelta(days=1),
            by=cast.secretary,
        )

    assert org(code).valid_to is None
