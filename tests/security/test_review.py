"""What a hostile visitor, a curious administrator or a stranger's mail could have done."""

from __future__ import annotations

import subprocess
import sys
import uuid

import pytest
from django.conf import settings as current
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from intake import actions, links, unnamed
from intake.actions import access, drafting
from intake.models import AccessAttempt, Case, Draft, OneTimeCode
from intake.views import following
from notifications.models import Notice
from tests.intake.conftest import Cast
from tests.intake.factories import CaseFactory

pytestmark = pytest.mark.django_db
ELSEWHERE = "https://elsewhere.example"


# --- Who lets themselves in --------------------------------------------------------------


def test_administrator_cannot_make_themselves_an_auditor(cast: Cast):
    browser = Client()
    browser.force_login(cast.platform_admin)
    path = reverse("admin:accounts_user_change", args=[cast.platform_admin.pk])
    form = {
        "email": cast.platform_admin.email,
        "name": "다른 이름",
        "language": "ko",
        "is_auditor": "on",
        "memberships-TOTAL_FORMS": "0",
        "memberships-INITIAL_FORMS": "0",
    }

    response = browser.post(path, form)

    changed = User.objects.get(pk=cast.platform_admin.pk)
    assert (response.status_code, changed.name) == (302, "다른 이름")
    assert changed.is_auditor is False


# --- Forms that another site sends -------------------------------------------------------


@pytest.mark.parametrize(("origin", "offered"), [(ELSEWHERE, 0), ("null", 0), (None, 1)])
def test_form_of_another_site_is_not_offered_with_our_token(origin, offered, case: Case):
    browser = Client(enforce_csrf_checks=True)
    headers = {"origin": origin} if origin else {}

    response = browser.post(
        reverse("intake:withdraw", args=[case.number]),
        {"withdraw-reason": "남이 쓴 사유"},
        headers=headers,
    )

    text = response.content.decode()
    assert response.status_code == 403
    assert text.count('name="withdraw-reason"') == offered


# --- Mails to addresses that nobody confirmed --------------------------------------------


def saved(browser: Client, to: str, key: uuid.UUID | None = None, **more):
    return browser.post(
        reverse("intake:file"),
        {"key": str(key or uuid.uuid4()), "action": "save", "contact_email": to} | more,
    )


def test_draft_links_do_not_pour_into_a_strangers_mailbox(reference_data):
    browser = Client()
    key = uuid.uuid4()

    answers = [saved(browser, "victim@company.example").status_code for _time in range(5)]
    again = saved(browser, "Victim@company.example", key, title="길게 쓴 제목")

    assert answers == [302, 302, 302, 429, 429]
    assert Notice.objects.count() == 3
    assert again.status_code == 429
    assert list(again.context["form"].errors) == ["contact_email"]
    assert Draft.objects.get(key=key).data["title"] == ["길게 쓴 제목"]


def test_one_visitor_does_not_write_to_everybody(reference_data):
    browser = Client()
    for number in range(access.WRONG_PER_ADDRESS):
        access.count_mail(to=f"clerk{number}@company.example", address="127.0.0.1")

    assert saved(browser, "one-more@company.example").status_code == 429
    assert Notice.objects.count() == 0


# --- Counting visitors -------------------------------------------------------------------


def came(**meta: str) -> HttpRequest:
    return RequestFactory().get("/", **meta)


@pytest.mark.parametrize(
    ("behind", "meta", "address"),
    [
        (False, {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "203.0.113.9"}, "10.0.0.1"),
        (True, {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "203.0.113.9"}, "203.0.113.9"),
        (True, {"HTTP_X_FORWARDED_FOR": "1.2.3.4, 203.0.113.9"}, "203.0.113.9"),
        (True, {"REMOTE_ADDR": "10.0.0.1"}, "10.0.0.1"),
        (False, {"REMOTE_ADDR": "2001:db8:1:2:3:4:5:6"}, "2001:db8:1:2::/64"),
        (False, {"REMOTE_ADDR": "::ffff:203.0.113.9"}, "203.0.113.9"),
        (False, {"REMOTE_ADDR": ""}, ""),
    ],
)
def test_visitor_is_counted_by_what_the_proxy_saw(behind, meta, address, settings):
    settings.BEHIND_PROXY = behind

    assert following.address(came(**meta)) == address


def test_strangers_wrong_codes_do_not_keep_the_owner_out(case: Case):
    for _time in range(access.WRONG_AT_MOST):
        access.open_by_code(number=case.number, code="2" * 16, address="203.0.113.9")

    with pytest.raises(access.TooManyTriesError):
        access.open_by_code(number=case.number, code=case.tracking_code, address="203.0.113.9")
    opened = access.open_by_code(
        number=case.number, code=case.tracking_code, address="198.51.100.1"
    )

    assert opened == case


def test_one_time_code_is_guessed_five_times_from_all_addresses_together(case: Case):
    access.mail_code(number=case.number, address="203.0.113.9")
    code = Notice.objects.get(kind="one_time_code").context["code"]
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    for place in range(access.WRONG_AT_MOST):
        access.open_by_one_time_code(number=case.number, code=wrong, address=f"203.0.113.{place}")

    with pytest.raises(access.TooManyTriesError):
        access.open_by_one_time_code(number=case.number, code=code, address="198.51.100.1")


def test_guesses_that_come_at_once_share_the_five_tries(case: Case, monkeypatch):
    access.mail_code(number=case.number, address="203.0.113.9")
    code = Notice.objects.get(kind="one_time_code").context["code"]
    real = access.hmac.compare_digest

    def others_first(left, right):
        # While this guess is compared, five others have used the tries up.
        OneTimeCode.objects.update(tries=OneTimeCode.MAX_TRIES)
        return real(left, right)

    monkeypatch.setattr(access.hmac, "compare_digest", others_first)
    OneTimeCode.objects.update(tries=OneTimeCode.MAX_TRIES - 1)

    fifth = access.open_by_one_time_code(number=case.number, code=code, address="203.0.113.9")
    OneTimeCode.objects.update(used_at=None)
    sixth = access.open_by_one_time_code(number=case.number, code=code, address="203.0.113.9")

    assert (fifth, sixth) == (case, None)
    assert AccessAttempt.objects.filter(kind=access.WRONG).count() == 2


def test_mailed_draft_link_shows_the_tracking_code_no_longer_than_a_receipt_link(case: Case):
    draft = Draft.objects.create(case=case)
    path = links.draft_path(draft.key)
    browser = Client()

    soon = browser.get(path)
    Case.objects.update(created_at=timezone.now() - links.LIFETIME[links.RECEIPT] * 1.01)
    later = [
        browser.get(path).status_code,
        browser.get(reverse("intake:check", args=[path.split("/")[-2]])).status_code,
    ]

    assert soon["Location"].startswith("/file/received/")
    assert later == [410, 410]


# --- A company that is not to be named ---------------------------------------------------

TELLING = {
    "company_name": "주식회사 한빛 수출",
    "contact_name": "홍길동",
    "contact_phone": "031-9137-0001",
    "contact_email": "clerk@hanbit.example",
    "situation": "저희 (주)한빛수출은 하이퐁 항에서 보류되었습니다. 담당 홍길동 0319137 0001",
    "problem": "한빛 수출 제품입니다. clerk@hanbit.example, 010-9137-0000",
    "request": "사업자번호 {number} 로 확인해 주십시오.",
    "product": "한빛수출 크림",
}
CANARIES = ("한빛", "홍길동", "9137", "clerk@hanbit")


def told_to_body(cases: CaseFactory, visibility: str) -> str:
    number = "1018100017"
    words = TELLING | {"request": TELLING["request"].format(number="101-81-00017")}
    case = cases.at("referred", business_number=number, visibility=visibility, **words)
    actions.recall_referral(
        referral=case.referrals.get(), reason="한빛수출이 취하하려 합니다.", by=cases.by
    )
    kinds = ["referral", "referral_recalled"]
    rows = Notice.objects.filter(subject_key=case.number, kind__in=kinds)
    return " ".join(str(row.context) for row in rows)


def test_bodies_do_not_learn_the_name_from_the_companys_own_words(cases: CaseFactory):
    words = told_to_body(cases, "secretariat_only")

    assert [canary for canary in (*CANARIES, "101-81-00017") if canary in words] == []
    assert "하이퐁 항에서 보류되었습니다." in words


def test_named_companys_words_reach_the_bodies_as_they_are(cases: CaseFactory):
    """The positive control: the same words, and every canary arrives."""
    words = told_to_body(cases, "named")

    assert [canary for canary in (*CANARIES, "101-81-00017") if canary not in words] == []


def test_short_names_do_not_tear_ordinary_words():
    text = "이수하여야 하는 교육"

    assert unnamed.hide(text, company="(주)가", person="이수") == text


# --- Two tabs at one draft ---------------------------------------------------------------


def test_draft_that_is_filed_meanwhile_takes_no_text(case: Case, monkeypatch):
    draft = Draft.objects.create(data={"title": ["첫 글"]}, language="ko")
    real = Draft.objects.get_or_create

    def filed_meanwhile(**given):
        found = real(**given)
        Draft.objects.filter(pk=draft.pk).update(case=case, data={})
        return found

    monkeypatch.setattr(Draft.objects, "get_or_create", filed_meanwhile)

    kept = drafting.keep_draft(key=draft.key, data={"title": ["둘째 글"]}, language="ko")

    assert (kept.case, Draft.objects.get(pk=draft.pk).data) == (case, {})


# --- A server that is open to everybody --------------------------------------------------


@pytest.mark.parametrize(
    ("address", "starts"), [("https://portal.example", False), ("http://127.0.0.1:8000", True)]
)
def test_published_key_serves_nobody_but_this_machine(address, starts, tmp_path):
    """A demonstration on the open net without a key of its own would sign with a known one."""
    done = subprocess.run(
        [sys.executable, "-c", "import portal.settings"],
        cwd=current.BASE_DIR,
        env={"DEMO": "yes", "DATA_DIR": str(tmp_path), "PUBLIC_URL": address},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode == 0) is starts
    assert ("SECRET_KEY is not set" in done.stderr) is not starts
