"""The company's side of a supplement on a phone, with scripts and without them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import company, desk
from tests.browser.portal import Portal
from tests.browser.sweeps import markup_faults, too_wide, violations
from tests.browser.words import EN, KO, Words

ASK = """
import datetime as dt, uuid
from django.utils import timezone
from accounts.models import User
from intake import actions
from intake.timeline import COMPANY, secretary
from tests.intake.factories import filing
by = secretary(User.objects.get(email="secretary1@demo.example"))
case, _new = actions.submit(filing=filing(language={language!r}), by=COMPANY)
actions.claim(case=case, by=by)
wanted = [actions.Wanted("통지서 사본", "모든 쪽"), actions.Wanted("일자별 경위", kind="fact")]
due = timezone.localdate() + dt.timedelta(days=7)
actions.request_supplement(case=case, items=wanted, due=due, by=by)
print(case.number, case.tracking_code)
"""
STATE = """
from intake.models import Case
case = Case.objects.get(number={number!r})
event = case.events.filter(verb="supplement").last()
print(case.state, case.problem, event.text if event else "-", case.attachments.count(), sep="|")
"""


def follow(page: Page, number: str, code: str) -> None:
    """Open a case with its number and code."""
    page.goto("/follow/")
    page.locator("#id_number").fill(number)
    page.locator("#id_code").fill(code)
    page.locator("main form button.primary").first.click()
    page.wait_for_url(f"**/{number}/")


@pytest.mark.parametrize(("scripts", "words"), [(True, KO), (False, EN)], ids=["ko", "en"])
def test_papers_come_one_by_one_and_go_with_one_button(
    trial: Portal, visit: Callable[..., Page], scripts: bool, words: Words
) -> None:
    number, code = trial.python(ASK.format(language=words.language)).split()
    page = visit(trial, width="phone", scripts=scripts, language=words.language)
    follow(page, number, code)
    main = page.get_by_role("main")
    items = main.locator(".supplement-item")

    # The first paper, kept alone.
    items.nth(0).locator("input[type=file]").set_input_files(company.FILES[:1])
    items.nth(0).get_by_role("button", name=words("Save this item")).click()
    expect(main.locator(".supplement-progress strong")).to_contain_text("1")
    expect(items.nth(0).get_by_role("link", name=company.PAPER)).to_be_visible()

    # Sent too early: the page says what is open, and nothing was sent.
    main.get_by_text(words("Correct what you filed")).click()
    main.locator("#id_supplement-problem").fill("기준이 바뀌었습니다.")
    company.button(page, "Send the supplement", words).click()
    summary = main.locator(".error-summary")
    expect(summary).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    before = trial.python(STATE.format(number=number))

    # With a reason it goes.
    main.locator("#id_supplement-why_open").fill("경위는 전화로 말씀드렸습니다.")
    company.button(page, "Send the supplement", words).click()
    expect(main.locator("#supplement")).to_have_count(0)

    assert before.startswith("supplement|")
    assert trial.python(STATE.format(number=number)) == (
        "reviewing|기준이 바뀌었습니다.|경위는 전화로 말씀드렸습니다.|1"
    )


def test_words_that_were_not_sent_are_there_after_a_reload(
    trial: Portal, visit: Callable[..., Page]
) -> None:
    number, code = trial.python(ASK.format(language="ko")).split()
    page = visit(trial, width="phone")
    follow(page, number, code)
    text = page.locator(".supplement-item textarea").nth(1)
    text.fill("세 번 전화하였습니다.")
    page.wait_for_timeout(600)

    page.reload()

    expect(page.locator(".supplement-item textarea").nth(1)).to_have_value("세 번 전화하였습니다.")


CASES = """
from intake import actions
from intake.models import Case
from intake.timeline import secretary
from accounts.models import User
from tests.intake.factories import filing
from intake.timeline import COMPANY
by = secretary(User.objects.get(email="secretary1@demo.example"))
case, _new = actions.submit(filing=filing(), by=COMPANY)
actions.claim(case=case, by=by)
actions.extend(case=case, reason="협의", by=by)
actions.ask_extension(case=case, reason="현지 회신이 늦습니다.", by=by)
print(case.number, case.tracking_code, case.pk)
"""


@pytest.mark.parametrize("words", [KO, EN], ids=["ko", "en"])
def test_axe_and_the_validator_find_nothing(
    trial: Portal, chromium: Browser, tmp_path: Path, words: Words
) -> None:
    # axe itself writes styles that the policy refuses: these pages are not watched.
    def visit(width: int) -> Page:
        context = chromium.new_context(base_url=trial.url, viewport={"width": width, "height": 800})
        context.set_default_timeout(15_000)
        return context.new_page()

    def speak(where: Page) -> None:
        cookie = {"name": "django_language", "value": words.language, "url": trial.url}
        where.context.add_cookies([cookie])

    number, code = trial.python(ASK.format(language=words.language)).split()
    other, other_code, pk = trial.python(CASES).split()
    page = visit(320)
    speak(page)
    shown: dict[str, str] = {}
    found: dict[str, list[str]] = {}

    def judge(name: str, where: Page) -> None:
        faults = [*violations(where), *filter(None, [too_wide(where)])]
        found.update({name: faults} if faults else {})

    def answer_of(press: Callable[[], None], where: Page) -> str:
        with where.expect_navigation() as arrived:
            press()
        assert arrived.value is not None
        return arrived.value.text()

    follow(page, number, code)
    judge("asked", page)
    page.locator(".supplement-item input[type=checkbox]").first.check()
    send = company.button(page, "Send the supplement", words)
    shown["refused"] = answer_of(send.click, page)
    judge("refused", page)
    follow(page, other, other_code)
    judge("more time", page)
    shown["more-time"] = page.request.get(f"/follow/{other}/").text()

    officer = visit(1280)
    desk.sign_in(officer)
    speak(officer)
    for step in ("request_supplement", "ask_extension", "agree_extension", "say_progress"):
        address = f"/admin/intake/case/{pk}/step/{step}/"
        shown[step] = officer.goto(address).text()
        judge(step, officer)
    officer.goto(f"/admin/intake/case/{pk}/step/request_supplement/")
    press = officer.get_by_role("button", name=words("Request a supplement"), exact=True)
    shown["request-refused"] = answer_of(press.click, officer)
    judge("request refused", officer)

    page.context.close()
    officer.context.close()
    assert found == {}
    assert markup_faults(shown, tmp_path) == []
