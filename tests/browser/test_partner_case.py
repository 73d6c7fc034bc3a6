"""An officer looks after a case for a company, until the company takes it into its own hands."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser import company, desk
from tests.browser.portal import Portal
from tests.browser.words import KO

FILED = """
import datetime as dt
from django.utils import timezone
from accounts.models import Organisation, User
from intake import actions
from intake.timeline import secretary, submitter
from tests.intake.factories import filing
officer, house = User.objects.get(email="kbiz@demo.example"), Organisation.objects.get(code="KBIZ")
case = actions.submit(filing=filing(), by=submitter(officer, house))[0]
by = secretary(User.objects.get(email="secretary1@demo.example"))
actions.claim(case=case, by=by)
wanted = [actions.Wanted("통지서 사본", "모든 쪽"), actions.Wanted("일자별 경위", kind="fact")]
due = timezone.localdate() + dt.timedelta(days=7)
actions.request_supplement(case=case, items=wanted, due=due, by=by)
print(case.number)
"""
STATE = """
from intake.models import Case
case = Case.objects.get(number={number!r})
print(case.state, case.attachments.count(), case.promises.open().count(), case.proxy, sep="|")
"""
TAKE_OVER = """
from intake import actions
from intake.models import Case
from intake.timeline import COMPANY
actions.take_over(case=Case.objects.get(number={number!r}), by=COMPANY)
"""

BARRED = (
    "The company has taken this case into its own hands. You can follow it; what is to be done, "
    "the company does itself."
)


def test_officer_writes_promises_and_supplements_until_the_company_takes_over(
    trial: Portal, visit: Callable[..., Page]
) -> None:
    number = trial.python(FILED).splitlines()[-1]
    page = visit(trial)
    desk.sign_in(page, "kbiz@demo.example")
    page.goto(f"/partner/KBIZ/cases/{number}/")
    main = page.get_by_role("main")

    # A message with a file.
    main.get_by_text(KO("Write to the officer")).click()
    message = main.locator("form[action$='/message/']")
    message.locator("textarea").fill("통지서를 함께 보냅니다.")
    message.locator("input[type=file]").set_input_files(company.FILES[:1])  # type: ignore[arg-type]
    company.button(page, "Send the message").click()
    talk = main.get_by_role("region", name=KO("Conversation"))
    expect(talk).to_contain_text("통지서를 함께 보냅니다.")
    expect(talk).to_contain_text(company.PAPER)

    # A promise, noted and kept.
    promises = main.get_by_role("region", name=KO("What we promised"))
    promises.get_by_text(KO("Note a promise")).click()
    company.field(page, "What was promised").fill("금요일까지 전화드립니다.")
    company.button(page, "Note it").click()
    expect(promises.get_by_role("listitem")).to_contain_text("금요일까지 전화드립니다.")
    promises.get_by_role("button", name=KO("Kept")).click()
    expect(promises.get_by_role("listitem")).to_have_count(0)

    # The supplement, in the company's stead.
    items = main.locator(".supplement-item")
    items.nth(0).locator("input[type=file]").set_input_files(company.FILES[1:])  # type: ignore[arg-type]
    items.nth(1).locator("textarea").fill("3일에 보류되어 5일에 문의하였습니다.")
    company.button(page, "Send the supplement").click()
    expect(main.locator("#supplement")).to_have_count(0)
    assert trial.python(STATE.format(number=number)) == "reviewing|2|0|acting"

    # From now on the company acts; who filed reads along and finds no button to act with.
    trial.python(TAKE_OVER.format(number=number))
    page.reload()
    expect(main).to_contain_text(KO(BARRED))
    expect(talk).to_contain_text("통지서를 함께 보냅니다.")
    expect(main.locator("form[action*='/message/'], form[action*='/withdraw/']")).to_have_count(0)
