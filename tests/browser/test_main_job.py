"""The main job from end to end: a company files, the secretariat answers, the company is told."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from intake.models.case import SOLVED
from intake.workflow import STEPS
from tests.browser import company, desk
from tests.browser.portal import Portal
from tests.browser.words import KO

CUSTOMS, STANDARDS = "관세청", "국가기술표준원"


def test_case_goes_from_a_phone_to_an_answer_and_is_closed(
    portal: Portal, visit: Callable[..., Page]
):
    email = "walk@hanbit.example"
    phone = visit(portal, width="phone")

    # The company files with two papers.
    phone.goto("/")
    phone.get_by_role("main").get_by_role("link", name=KO("File a difficulty")).first.click()
    company.fill_in(phone, email)
    company.attach(phone, company.FILES)
    company.to_check(phone)
    checked = phone.get_by_role("main").inner_text()
    assert [name for name in (company.PAPER, company.PICTURE) if name not in checked] == []
    receipt = company.file_it(phone)

    # The receipt is mailed: its subject tells nobody what it is about.
    mail = portal.mail(email, receipt.number)
    subject = str(mail.parsed["Subject"])
    assert [text for text in company.TEXTS.values() if text in subject] == []
    assert receipt.code not in mail.content.decode()
    types = [part.get_content_type() for part in mail.parsed.walk()]
    assert types == ["multipart/alternative", "text/plain", "text/html"]

    # The secretariat takes it up, classifies it and asks two bodies.
    officer = visit(portal)
    desk.sign_in(officer)
    desk.open_from_queue(officer, receipt.number)
    page_text = officer.get_by_role("main").inner_text()
    assert [name for name in (company.PAPER, company.PICTURE) if name not in page_text] == []
    desk.claim(officer)
    desk.start(officer, "classify")
    desk.label(officer, "Kind of difficulty").select_option("CUS-01")
    desk.label(officer, "HS code").fill("3304.99")
    desk.finish(officer, "classify")
    desk.start(officer, "refer")
    desk.label(officer, "Question for all").fill("필요한 서류와 제출처를 알려 주시기 바랍니다.")
    _ask(officer, (CUSTOMS, STANDARDS))
    desk.finish(officer, "refer")

    # One body answers, the other declines; the officer puts one reply together.
    desk.of_body(officer, "answer_referral", CUSTOMS)
    desk.label(officer, "Answer of the body").fill("원산지증명서 원본을 내면 통관됩니다.")
    desk.finish(officer, "answer_referral")
    desk.of_body(officer, "decline_referral", STANDARDS)
    desk.label(officer, "Reason").fill("표준과 관련된 사항이 아닙니다.")
    desk.finish(officer, "decline_referral")
    desk.start(officer, "answer")
    answer = desk.label(officer, "Answer")
    assert CUSTOMS in answer.input_value()
    answer.fill(answer.input_value() + "\n\n제출처는 하이퐁 세관 2과입니다.")
    desk.finish(officer, "answer")

    # The company follows the mailed link in another browser, and says that it is solved.
    link = portal.link(portal.mail(email, f"[{receipt.number}] 처리결과를"))
    reader = visit(portal, width="phone")
    reader.goto(link)
    expect(reader.get_by_role("heading", level=1)).to_have_text(KO("Answered"))
    assert "하이퐁 세관 2과" not in reader.get_by_role("main").inner_text()
    company.button(reader, "Read the answer and tell whether it is solved").click()
    expect(reader.get_by_role("region", name=KO("Our answer"))).to_contain_text("하이퐁 세관 2과")
    reader.get_by_role("radio", name=KO("It is solved"), exact=True).check()
    company.button(reader, "Say so and close the case").click()
    expect(reader.get_by_role("main")).to_contain_text(KO("This case is closed."))
    portal.mail(email, f"[{receipt.number}] 접수하신 건이 종결되었습니다")
    assert _facts(portal, receipt.number) == f"closed {SOLVED} 2"


def test_second_officer_is_told_who_was_first(trial: Portal, visit: Callable[..., Page]):
    receipt = company.filed(visit(trial), "race@hanbit.example")
    first, second = visit(trial), visit(trial)
    for officer, email in ((first, desk.SECRETARY), (second, "secretary2@demo.example")):
        desk.sign_in(officer, email)
        desk.open_from_queue(officer, receipt.number)

    desk.claim(first)
    desk.steps(second).get_by_role("button", name=KO(STEPS["claim"].label)).click()

    refused = second.get_by_role("alert")
    expect(refused).to_contain_text(KO("Nothing was written"))
    expect(refused).to_contain_text("김하나")


def _ask(officer: Page, bodies: tuple[str, ...]) -> None:
    """Tick bodies that are proposed, and name the others."""
    free = officer.get_by_label(KO.label("Body"))
    rows = 0
    for body in bodies:
        proposed = officer.get_by_role("checkbox", name=re.compile(rf"^{body}(\s|$)"))
        if proposed.count():
            proposed.check()
        else:
            offered = officer.locator(f'datalist option[value^="{body}"]')
            free.nth(rows).fill(offered.first.get_attribute("value") or "")
            rows += 1


def _facts(portal: Portal, number: str) -> str:
    """State, outcome and number of attachments, as the database has them."""
    return portal.python(
        "from intake.models import Case\n"
        f"case = Case.objects.get(number={number!r})\n"
        "print(case.state, case.outcome, case.attachments.count())"
    )
