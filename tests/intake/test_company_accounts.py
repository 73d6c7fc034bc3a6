"""Company accounts: whose cases a signed-in person sees, and who lets whom in."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse

from accounts import company_accounts
from accounts.models import CompanyMembership, Organisation, RightsChange, User
from accounts.rights import RefusedError
from intake import actions
from intake.models import Case
from intake.timeline import submitter
from notifications.models import Notice
from tests.intake.factories import filing, valid_business_number

pytestmark = pytest.mark.django_db
HOME = "intake:company-home"


def number(serial):
    return valid_business_number(910_000 + serial)


def person(email, verified=True):
    user = User.objects.create_user(email, None, name=email.partition("@")[0])
    EmailAddress.objects.create(user=user, email=email, verified=verified, primary=True)
    return user


@pytest.fixture
def hong(cast):
    return person("hong@company.example")


@pytest.fixture
def kim(cast):
    return person("kim@company.example")


@pytest.fixture
def stranger(cast):
    return person("other@elsewhere.example")


def filed(serial=1, email="hong@company.example", **changes):
    case, _new = actions.submit(
        filing=filing(business_number=number(serial), contact_email=email, **changes),
        by=submitter(),
    )
    return case


def let_in(user, case, secretary):
    row = company_accounts.ask(user=user, company=case.company, note="해외영업팀")
    company_accounts.grant(row=row, by=secretary)
    return row


def fresh(user):
    return User.objects.get(pk=user.pk)


def seen(user):
    return set(Case.objects.visible_to(fresh(user)).values_list("number", flat=True))


def test_home_shows_own_cases_and_nobody_elses(client, hong, cast):
    mine = filed()
    filed(2, "other@elsewhere.example")
    kbiz = Organisation.objects.get(code="KBIZ")
    actions.submit(
        filing=filing(business_number=number(1), contact_email="x@y.example"),
        by=submitter(cast.association_officer, kbiz),
    )
    client.force_login(hong)

    page = client.get(reverse(HOME))

    assert [case.number for case, _why in page.context["rows"]] == [mine.number]


def test_address_that_was_not_proved_opens_nothing(client, cast):
    case = filed()
    pretender = person("hong@company.example", verified=False)
    client.force_login(pretender)

    home = client.get(reverse(HOME))
    page = client.get(reverse("intake:company-case", args=[case.number]))

    assert home.context["rows"] == []
    assert page.status_code == 404


def test_anonymous_is_led_to_sign_in(client, cast):
    case = filed()

    answers = [
        client.get(reverse(HOME)),
        client.get(reverse("intake:company-case", args=[case.number])),
    ]

    assert {answer.status_code for answer in answers} == {302}


@pytest.mark.parametrize(
    "who",
    ["secretary", "auditor", "association_officer", "customs_officer", "platform_admin"],
)
def test_officers_have_desks_and_no_page_here(client, cast, who):
    case = filed()
    client.force_login(getattr(cast, who))

    statuses = [
        client.get(reverse(HOME)).status_code,
        client.get(reverse("intake:company-case", args=[case.number])).status_code,
    ]

    assert statuses == [404, 404]


def test_contact_does_every_step_and_stranger_none(client, hong, stranger):
    case = filed()
    message = reverse("intake:company-send-message", args=[case.number])
    words = {"send_message-text": "추가로 알려 드립니다."}
    client.force_login(stranger)
    refused = client.post(message, words)
    client.force_login(hong)
    page = client.get(reverse("intake:company-case", args=[case.number]))
    sent = client.post(message, words)

    assert refused.status_code == 404
    assert {"send_message", "withdraw"} <= set(page.context["steps"])
    assert sent.status_code == 302
    assert [(one.text, one.author) for one in case.messages.all()] == [
        ("추가로 알려 드립니다.", hong)
    ]


def test_business_number_opens_nothing_by_itself(client, hong, stranger):
    case = filed()
    client.force_login(stranger)

    asked = client.post(
        reverse("intake:company-ask"), {"business_number": number(1), "note": "직원입니다."}
    )

    assert asked.status_code == 302
    assert seen(stranger) == set()
    assert list(case.company.people.values_list("user", "granted_at")) == [(stranger.pk, None)]


def test_asking_tells_nobody_whether_the_number_is_known(client, stranger):
    filed(3)
    client.force_login(stranger)
    said = []
    for serial in (3, 4):
        answer = client.post(
            reverse("intake:company-ask"),
            {"business_number": number(serial), "note": "직원입니다."},
            follow=True,
        )
        said.append((answer.status_code, [str(one) for one in answer.context["messages"]]))

    assert said[0] == said[1]
    assert CompanyMembership.objects.count() == 1


def test_colleague_who_is_in_lets_another_in_and_sends_them_away(client, hong, kim, cast):
    case = filed()
    filed(5, "other@elsewhere.example")
    let_in(hong, case, cast.secretary)
    row = company_accounts.ask(user=kim, company=case.company, note="구매팀")
    before = seen(kim)
    client.force_login(fresh(hong))

    client.post(reverse("intake:company-person-grant", args=[row.pk]))
    during = seen(kim)
    client.post(reverse("intake:company-person-end", args=[row.pk]))

    assert (before, during, seen(kim)) == (set(), {case.number}, set())
    assert list(
        RightsChange.objects.filter(user=kim).order_by("pk").values_list("what", "by__name")
    ) == [("company_asked", "kim"), ("company_granted", "hong"), ("company_ended", "hong")]
    assert set(Notice.objects.filter(to_address=kim.email).values_list("kind", flat=True)) == {
        "company_access_granted",
        "company_access_ended",
    }
    assert Notice.objects.filter(to_address=hong.email, kind="company_access_asked").count() == 1


def test_person_of_another_company_decides_nothing_here(client, hong, kim, stranger, cast):
    case, other = filed(), filed(6, "other@elsewhere.example")
    let_in(stranger, other, cast.secretary)
    row = company_accounts.ask(user=kim, company=case.company, note="구매팀")
    client.force_login(fresh(stranger))

    statuses = {
        client.post(reverse(f"intake:company-person-{verb}", args=[row.pk])).status_code
        for verb in ("grant", "refuse", "end")
    }
    with pytest.raises(RefusedError):
        company_accounts.grant(row=row, by=fresh(stranger))
    with pytest.raises(RefusedError):
        company_accounts.grant(row=row, by=fresh(kim))

    row.refresh_from_db()
    assert statuses == {404}
    assert (row.granted_at, row.ended_at) == (None, None)


def test_decision_is_taken_once(hong, kim, cast):
    case = filed()
    row = company_accounts.ask(user=kim, company=case.company, note="구매팀")
    twin = CompanyMembership.objects.get(pk=row.pk)
    company_accounts.refuse(row=row, reason="모르는 분입니다.", by=cast.secretary)

    with pytest.raises(RefusedError):
        company_accounts.grant(row=twin, by=cast.second_secretary)
    again = company_accounts.ask(user=kim, company=case.company, note="다시")

    assert seen(kim) == set()
    assert again.pk != row.pk


def test_ask_is_bounded(cast, stranger):
    for serial in range(10, 15):
        company_accounts.ask(user=stranger, company=filed(serial).company, note="직원")

    with pytest.raises(RefusedError):
        company_accounts.ask(user=stranger, company=filed(15).company, note="직원")


@pytest.mark.parametrize("rows", [1, 3])
def test_home_costs_the_same_with_one_row_and_three(client, hong, rows, django_assert_num_queries):
    for serial in range(rows):
        filed(20 + serial)
    client.force_login(hong)
    client.get(reverse(HOME))

    with django_assert_num_queries(8):
        page = client.get(reverse(HOME))

    assert len(page.context["rows"]) == rows


def test_contact_opens_the_page_of_confirmation_by_one_press(client, hong, cast):
    kbiz = Organisation.objects.get(code="KBIZ")
    case, _new = actions.submit(
        filing=filing(business_number=number(30)), by=submitter(cast.association_officer, kbiz)
    )
    client.force_login(hong)
    before = client.get(reverse("intake:confirm-case", args=[case.number])).status_code

    opened = client.post(reverse("intake:company-open", args=[case.number]))
    after = client.get(reverse("intake:confirm-case", args=[case.number])).status_code

    assert (before, opened.status_code, after) == (404, 302, 200)


def test_secretariat_decides_in_the_admin_and_others_do_not(client, kim, cast):
    case = filed(40)
    row = company_accounts.ask(user=kim, company=case.company, note="구매팀 김시연")
    step = reverse("admin:accounts_companymembership_grant", args=[row.pk])
    refused = {}
    for who in ("auditor", "platform_admin", "association_officer"):
        client.force_login(getattr(cast, who))
        refused[who] = client.post(step).status_code
    client.force_login(cast.secretary)
    page = client.get(reverse("admin:accounts_companymembership_change", args=[row.pk]))
    shown = client.get(step)
    done = client.post(step)
    twice = client.post(step)

    assert refused == {"auditor": 403, "platform_admin": 403, "association_officer": 302}
    assert [verb for verb, _label in page.context["steps"]] == ["grant", "refuse"]
    assert "구매팀 김시연" in shown.content.decode()
    assert (done.status_code, twice.status_code) == (302, 409)
    assert seen(kim) == {case.number}


def test_refusing_in_the_admin_needs_a_reason_and_sends_it(client, kim, cast):
    case = filed(41)
    row = company_accounts.ask(user=kim, company=case.company, note="구매팀")
    step = reverse("admin:accounts_companymembership_refuse", args=[row.pk])
    client.force_login(cast.secretary)

    without = client.post(step, {"reason": " "})
    done = client.post(step, {"reason": "회사에서 모르는 분이라고 합니다."})

    notice = Notice.objects.get(kind="company_access_refused")
    assert (without.status_code, done.status_code) == (422, 302)
    assert notice.context["reason"] == "회사에서 모르는 분이라고 합니다."
    assert Notice.objects.get(kind="company_access_asked").to_address.startswith("help@")
