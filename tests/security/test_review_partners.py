"""What the desks of partners and the company's links could have given away (issue 4)."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Company, Organisation, RightsChange
from accounts.sign_in import session as proof
from intake import actions, consents, links, timeline
from intake.actions import access, confirming, guests
from intake.models import Case
from intake.timeline import COMPANY
from notifications.models import Notice
from privacy.models import Download
from tests.intake.conftest import Cast
from tests.intake.factories import filing

pytestmark = pytest.mark.django_db


def as_user(user, **how) -> Client:
    """A browser of a person."""
    browser = Client()
    browser.force_login(user, **how)
    return browser


@pytest.fixture
def filed(cast: Cast) -> Case:
    """A case that an officer filed for a company, which was asked to confirm."""
    by = timeline.submitter(cast.association_officer, Organisation.objects.get(code="KBIZ"))
    return actions.submit(filing=filing(company_name="비밀무역"), by=by)[0]


def by_code(case: Case, code: str) -> Client:
    """A browser that typed the number and a code."""
    browser = Client()
    browser.post(reverse("intake:follow"), {"number": case.number, "code": code})
    return browser


# --- The tracking code that the officer printed ----------------------------------------------


@pytest.mark.parametrize("what", ["take-over", "dismiss-proxy"])
def test_code_that_the_officer_knows_ends_when_the_company_acts_for_itself(filed: Case, what):
    known = filed.tracking_code
    page = reverse("intake:case", args=[filed.number])
    officer, company = by_code(filed, known), Client()
    assert officer.get(page).status_code == 200
    company.post(links.follow_path(filed))

    answer = company.post(reverse(f"intake:{what}", args=[filed.number]), follow=True)

    filed.refresh_from_db()
    assert filed.pretty_tracking_code in answer.content.decode()
    assert company.get(page).status_code == 200
    # Neither the browser that was open nor the old code leads in; the new one does.
    assert officer.get(page)["Location"] == reverse("intake:follow")
    assert by_code(filed, known).get(page)["Location"] == reverse("intake:follow")
    assert by_code(filed, filed.tracking_code).get(page).status_code == 200


def test_desk_prints_no_code_once_the_company_acts_for_itself(cast: Cast, filed: Case):
    actions.take_over(case=filed, by=COMPANY)
    filed.refresh_from_db()

    sheet = as_user(cast.association_officer).get(
        reverse("partner:receipt", args=["KBIZ", filed.number])
    )

    text = sheet.content.decode()
    assert (sheet.status_code, filed.pretty_tracking_code in text) == (200, False)
    assert filed.tracking_code not in text


@pytest.mark.parametrize("verb", ["take_over", "dismiss_proxy", "confirm"])
def test_each_step_in_the_companys_name_is_told_to_its_address(filed: Case, verb):
    """The officer knows the printed code: whatever is done with it, the company reads of it."""
    Notice.objects.all().delete()
    if verb == "confirm":
        said = confirming.Confirmation("named", dict.fromkeys(consents.REQUIRED, True))
        actions.confirm(case=filed, said=said, by=COMPANY)
    else:
        getattr(actions, verb)(case=filed, by=COMPANY)

    assert filed.contact_email in Notice.objects.values_list("to_address", flat=True)
    assert filed.events.filter(verb=verb, audience="submitter").count() == 1


# --- Another contact address -----------------------------------------------------------------


def test_old_address_is_told_when_a_confirmation_names_another_one(filed: Case):
    was = filed.contact_email
    said = confirming.Confirmation(
        "named",
        dict.fromkeys(consents.REQUIRED, True),
        {"contact_email": "other@elsewhere.example"},
    )

    actions.confirm(case=filed, said=said, by=COMPANY)

    told = Notice.objects.get(kind="contact_changed")
    assert told.to_address == was
    assert "other@elsewhere.example" not in str(told.context)
    assert links.make(links.FOLLOW, filed.number)[:20] not in str(told.context)


# --- What leaves the house -------------------------------------------------------------------


def test_member_list_leaves_only_after_a_recent_proof_and_the_reason_is_kept(
    cast: Cast, monkeypatch
):
    browser = as_user(cast.association_officer)
    monkeypatch.setattr(proof, "was_recent", lambda *_args: False)
    said = {"format": "csv", "reason": "연간 회원 현황 보고를 위해 내려받습니다."}

    answer = browser.post(reverse("partner:members-export", args=["KBIZ"]), said)

    assert (answer.status_code, Download.objects.count()) == (302, 0)
    kept = browser.session["account_reauthentication_state"]["request"]
    assert "reason=" in kept


def test_filtered_export_goes_on_by_itself_after_the_proof(cast: Cast, filed: Case, monkeypatch):
    """The address with its filters must not lose the form that waits (allauth compares paths)."""
    officer = cast.association_officer
    officer.set_password("a long password 1")
    officer.save()
    browser = as_user(officer)
    recent = []
    monkeypatch.setattr(proof, "was_recent", lambda *_args: bool(recent))
    address = reverse("partner:export", args=["KBIZ", "cases"]) + "?turn=anybody"
    said = {"format": "csv", "reason": "분기 보고서를 만들기 위해 내려받습니다."}

    asked = browser.post(address, said)
    recent.append(True)
    page = reverse("account_reauthenticate") + "?" + asked["Location"].partition("?")[2]
    answer = browser.post(page, {"password": "a long password 1"})

    assert (answer.status_code, Download.objects.count()) == (200, 1)
    assert "attachment" in answer["Content-Disposition"]


# --- A business number opens and tells nothing -----------------------------------------------


def test_asking_by_number_tells_nothing_about_whether_we_know_it(django_user_model, cast: Cast):
    Company.objects.create(name="비밀무역", business_number="1234567891")
    person = django_user_model.objects.create_user("one@else.example", None, name="김하나")
    pages = []
    for number in ("1234567891", "2208162517"):
        browser = as_user(person, method=proof.MAIL_CODE)
        for _again in range(2):
            answer = browser.post(
                reverse("intake:company-ask"),
                {"business_number": number, "note": "총무팀에서 일합니다."},
                follow=True,
            )
            text = answer.content.decode()
            pages.append((answer.status_code, "비밀무역" in text, _messages(answer)))

    assert len(set(pages)) == 1, pages
    assert pages[0][:2] == (200, False)


def _messages(answer) -> tuple[str, ...]:
    return tuple(str(one) for one in answer.context["messages"])


def test_numbers_cannot_be_tried_in_a_row(django_user_model, cast: Cast):
    person = django_user_model.objects.create_user("one@else.example", None, name="김하나")
    browser = as_user(person, method=proof.MAIL_CODE)
    said = {"business_number": "2208162517", "note": "총무팀에서 일합니다."}

    codes = [browser.post(reverse("intake:company-ask"), said).status_code for _n in range(7)]

    assert codes == [302] * 5 + [409] * 2


# --- The record of rights names no company beside a case -------------------------------------


def test_record_of_a_guest_names_neither_the_case_nor_an_address(cast: Cast, filed: Case):
    by = cast.association_officer
    guest = guests.invite_guest(
        case=filed,
        email="broker@secret.example",
        name="관세사",
        kind="broker",
        may_reply=False,
        days=5,
        language="ko",
        by=by,
    )
    guests.end_guest(guest=guest, by=by)

    lines = [f"{row.before} {row.after}" for row in RightsChange.objects.all()]
    assert len(lines) == 2
    assert [line for line in lines if filed.number in line or "secret" in line] == []


# --- Numbers that no database holds ----------------------------------------------------------


@pytest.mark.parametrize("number", ["9" * 30, "9" * 4500, "²", "٣", "-1", "0x1"])
def test_numbers_out_of_range_are_no_error_of_ours(cast: Cast, filed: Case, number):
    browser = as_user(cast.association_officer)
    gets = [
        (reverse("partner:batches", args=["KBIZ"]), "before"),
        (reverse("partner:cases", args=["KBIZ"]), "after"),
        (reverse("partner:asked", args=["KBIZ"]), "after"),
        (reverse("partner:members", args=["KBIZ"]), "after"),
        (reverse("partner:file", args=["KBIZ"]), "member"),
        (reverse("partner:handover", args=["KBIZ"]), "from"),
    ]
    posts = [(reverse("partner:remind", args=["KBIZ"]), {"case": number})]

    found = {path: browser.get(path, {name: number}).status_code for path, name in gets}
    found |= {path: browser.post(path, data).status_code for path, data in posts}

    assert {path: code for path, code in found.items() if code >= 500} == {}


def test_wrong_codes_are_counted_for_a_desks_code_too(filed: Case):
    for _try in range(5):
        access.open_by_code(number=filed.number, code="X" * 16, address="198.51.100.7")
    with pytest.raises(access.TooManyTriesError):
        access.open_by_code(number=filed.number, code=filed.tracking_code, address="198.51.100.7")
