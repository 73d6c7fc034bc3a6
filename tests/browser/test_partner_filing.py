"""Officers file: without a mouse, on a phone abroad, and with a receipt on paper."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import desk
from tests.browser.conftest import Watcher
from tests.browser.desk import Keyboard
from tests.browser.portal import Portal
from tests.browser.sweeps import axe, markup_faults, too_wide
from tests.browser.words import EN, KO, Words

CENTRE, ASSOCIATION, MISSION = "seoul@demo.example", "kbiz@demo.example", "hanoi@demo.example"
FILED = """
from intake.models import Case
case = Case.objects.get(number={number!r})
print(case.company_name, case.channel, case.filer_organisation.code, case.proxy, sep="|")
"""
MEMBER = """
from accounts.models import Company, Member, Organisation
company, _new = Company.objects.get_or_create(
    business_number="1234567891", defaults={"name": "시연물산"}
)
Member.objects.get_or_create(
    organisation=Organisation.objects.get(code="KBIZ"), company=company,
    defaults={"name": "시연물산", "contact_name": "김회원", "contact_phone": "02-123-4567"},
)
"""


def number_of(page: Page) -> str:
    """The receipt number on the sheet."""
    return page.locator("#receipt-number").inner_text()


def fill_call(page: Page, company: str) -> None:
    """What a call tells."""
    page.locator("#id_company_name").fill(company)
    page.locator("#id_no_number").check()
    page.locator("#id_contact_name").fill("홍시연")
    page.locator("#id_contact_phone").fill("02-123-4567")
    page.locator("#id_country").select_option("VN")
    page.locator("#id_situation").fill("하이퐁 항에서 화장품이 보류되었습니다.")
    page.locator("#id_agreed").check()


def test_an_officer_files_a_case_without_touching_a_mouse(
    trial: Portal, visit: Callable[..., Page]
) -> None:
    page = visit(trial)
    # The page need not glide to what has the focus: it is there at once.
    page.emulate_media(reduced_motion="reduce")
    keys = Keyboard(page)
    desk.sign_in(page, CENTRE)
    keys.pointers.clear()
    page.goto("/partner/EXP-SEO/file/")
    expect(page.locator("#id_company_name")).to_be_focused()

    answers = 0
    for field, said in (
        ("company_name", "키보드상사"),
        ("business_number", "123-45-67891"),
        ("contact_name", "홍시연"),
        ("contact_phone", "02-123-4567"),
        ("country", None),
        ("situation", "하이퐁 항에서 화장품이 보류되었습니다."),
        ("agreed", None),
    ):
        keys.reach(page.locator(f"#id_{field}"))
        if said is not None:
            keys.type(said)
        elif field == "country":
            keys.press("ArrowDown")
        else:
            keys.press("Space")
        answers += 1
        if field == "company_name":
            # Enter in a line files nothing.
            keys.press("Enter")
    expect(page.locator("#id_country")).not_to_have_value("")
    keys.press("Control+Enter")

    page.wait_for_url(re.compile(r"/receipt/$"))
    assert answers <= 8
    assert keys.pointers == []
    assert trial.python(FILED.format(number=number_of(page))) == "키보드상사|phone|EXP-SEO|acting"


def test_eight_things_are_in_sight_and_the_rest_is_folded(
    trial: Portal, visit: Callable[..., Page]
) -> None:
    page = visit(trial)
    desk.sign_in(page, CENTRE)
    page.goto("/partner/EXP-SEO/file/")

    seen = page.locator("#officer-filing").evaluate(
        """form => [...new Set([...form.elements]
          .filter(e => e.name && e.checkVisibility() && e.type !== "submit" && e.name !== "channel")
          .map(e => e.name))]"""
    )

    assert seen == [
        "company_name",
        "business_number",
        "no_number",
        "contact_name",
        "contact_phone",
        "contact_email",
        "country",
        "situation",
        "agreed",
        "agreed_how",
    ]


def test_typing_a_number_fills_the_form_from_the_own_directory(
    trial: Portal,
    visit: Callable[..., Page],
    watcher: Watcher,
) -> None:
    trial.python(MEMBER)
    page = visit(trial)
    desk.sign_in(page, ASSOCIATION)
    page.goto("/partner/KBIZ/file/")

    page.locator("#id_business_number").press_sequentially("123-45-67891")
    expect(page.get_by_role("option").first).to_contain_text("시연물산")
    assert axe(page, watcher) == []
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(page.locator("#id_company_name")).to_have_value("시연물산")
    expect(page.locator("#id_contact_name")).to_have_value("김회원")
    expect(page.get_by_role("listbox")).to_have_count(0)


@pytest.mark.parametrize("words", [KO, EN], ids=["ko", "en"])
def test_a_centre_prints_a_receipt_whose_code_opens_the_case(
    trial: Portal,
    visit: Callable[..., Page],
    words: Words,
    tmp_path: Path,
    watcher: Watcher,
) -> None:
    page = visit(trial, language=words.language)
    desk.sign_in(page, CENTRE, words)
    page.goto("/partner/EXP-SEO/file/")
    form = page.content()
    assert axe(page, watcher) == []
    fill_call(page, f"인쇄상사 {words.language}")
    page.locator("[data-file-now]").click()
    page.wait_for_url(re.compile(r"/receipt/$"))
    assert axe(page, watcher) == []
    number, code = number_of(page), page.locator("#tracking-code").inner_text()

    page.emulate_media(media="print")
    expect(page.locator(".receipt-follow img")).to_be_visible()
    expect(page.locator(".desk-side")).to_be_hidden()
    assert page.pdf(format="A4").startswith(b"%PDF")
    page.emulate_media(media="screen")
    assert markup_faults({"file": form, "receipt": page.content()}, tmp_path) == []

    # What the phone of the company opens; nothing of the code stays in the address.
    phone = visit(trial, width="phone", language=words.language)
    phone.goto(f"/follow/?number={number}#code={code.replace('-', '')}")
    expect(phone.locator("#id_code")).to_have_value(code.replace("-", ""))
    assert "#" not in phone.url
    phone.locator("main form button.primary").first.click()
    phone.wait_for_url(f"**/{number}/")


@pytest.mark.parametrize(("scripts", "words"), [(True, KO), (False, EN)], ids=["ko", "en"])
def test_a_mission_officer_files_from_a_phone(
    trial: Portal,
    visit: Callable[..., Page],
    scripts: bool,
    words: Words,
    tmp_path: Path,
    watcher: Watcher,
) -> None:
    page = visit(trial, width="phone", language=words.language, scripts=scripts)
    desk.sign_in(page, MISSION, words)
    page.goto("/partner/MIS-HAN/local/new/")
    form = page.content()
    assert too_wide(page) == ""
    page.locator("#id_company_name").fill("시연 비나")
    page.locator("#id_situation").fill("하노이시 공상국이 허가를 미룹니다.")
    page.locator("#id_contact_name").fill("응우옌 반 안")
    page.locator("#id_contact_phone").fill("024 3831 5111")
    page.locator("#id_help_needed").check()
    if not scripts:
        page.locator("#help > summary").click()
    page.locator("#id_help_text").fill("공동위원회에서 다루어 주십시오.")
    page.locator("#id_agreed").check()
    if scripts:
        assert axe(page, watcher) == []
    page.locator("button[value=home]").click()

    page.wait_for_url(re.compile(r"/receipt/$"))
    assert too_wide(page) == ""
    assert trial.python(FILED.format(number=number_of(page))) == (
        "시연 비나|mission|MIS-HAN|acting"
    )
    page.goto("/partner/MIS-HAN/local/")
    page.get_by_role("main").get_by_role("rowheader").get_by_role("link").first.click()
    page.wait_for_url(re.compile(r"/local/\d+/"))
    assert too_wide(page) == ""
    if scripts:
        assert axe(page, watcher) == []
    assert markup_faults({"new": form, "page": page.content()}, tmp_path) == []
