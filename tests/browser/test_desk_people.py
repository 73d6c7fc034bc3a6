"""Several people at one case: two officers at once, three bodies, the third decline."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.browser import company, desk
from tests.browser.portal import Portal
from tests.browser.words import KO
from tests.files import corpus

FIRST, SECOND = "김하나", "이두리"
COLLEAGUE = "secretary2@demo.example"
CUSTOMS, STANDARDS, FEDERATION, TRADE = (
    "관세청",
    "국가기술표준원",
    "중소기업중앙회",
    "대한무역투자진흥공사",
)
_MAKE = """
from accounts.models import User
from tests.intake.factories import CaseFactory
made = CaseFactory(User.objects.get(email="{officer}"))
case = made.at("{state}", title="{title}")
print(case.pk, case.number, case.tracking_code)
"""
_FACTS = """
from intake.models import Case
case = Case.objects.get(pk={pk})
print(case.state, case.category_id, case.product, case.hs_code)
"""
_ASK = """
from accounts.models import User
from intake.models import Case
from tests.intake.factories import CaseFactory
made = CaseFactory(User.objects.get(email="{officer}"))
made.refer(Case.objects.get(pk={pk}), *{codes})
"""
_DECLINE = """
from accounts.models import Organisation
from intake import actions
from intake.models import Case
from intake.timeline import body
case = Case.objects.get(pk={pk})
for row in case.referrals.select_related("organisation"):
    row.case = case
    case.refresh_from_db()
    reason = "소관이 아닙니다: " + row.organisation.code
    actions.decline_referral(referral=row, by=body(None, row.organisation), reason=reason)
"""
# The due day moves back until something is to be said; then the beat's task runs by hand, at an
# hour at which the body works.
_LATE = """
import datetime as dt
from unittest import mock
from intake import reminding
from intake.actions import reminders
from intake.models import Referral
from intake.tasks import remind_bodies
from notifications import arranging
asked = Referral.objects.get(case={pk}, organisation__code="{code}")
# Whatever the hour of this run, it is day: who is reminded and whose mail may leave.
with (
    mock.patch.object(reminding, "awake", return_value=True),
    mock.patch.object(arranging, "morning", return_value=None),
):
    while not {until}:
        asked.due_at -= dt.timedelta(days=1)
    Referral.objects.filter(pk=asked.pk).update(due_at=asked.due_at)
    print(remind_bodies())
"""
_ONCE_LATE = '"after" in reminders.standing(asked).occasion'
_TOO_LATE = "reminders.standing(asked).escalation"


class Made:
    """A case by the real verbs."""

    def __init__(self, portal: Portal, title: str, state: str = "reviewing") -> None:
        code = _MAKE.format(officer=desk.SECRETARY, state=state, title=title)
        pk, number, secret = portal.python(code).splitlines()[-1].split()
        self.pk, self.title = int(pk), title
        self.receipt = company.Receipt(number, secret, "")

    @property
    def number(self) -> str:
        """The receipt number."""
        return self.receipt.number

    def page(self, verb: str = "") -> str:
        """The address of the case page or of a step."""
        return f"/admin/intake/case/{self.pk}/" + (f"step/{verb}/" if verb else "change/")


def _row(page: Page, made: Made) -> Locator:
    """The case in the queue."""
    page.goto(f"{desk.QUEUE}?q={made.title}")
    return page.locator("#result_list tbody tr", has_text=made.number)


def _lines(page: Page, made: Made) -> str:
    """What the company's page says about the bodies."""
    company.open_case(page, made.receipt)
    return page.get_by_role("region", name=KO("Who was asked")).inner_text()


def test_two_officers_who_classify_lose_nothing(trial: Portal, visit: Callable[..., Page]):
    made = Made(trial, "두사람분류")
    one, two = visit(trial), visit(trial)
    desk.sign_in(one)
    desk.sign_in(two, COLLEAGUE)
    for page in (one, two):
        page.goto(made.page("classify"))
        page.wait_for_load_state("networkidle")

    desk.label(one, "Kind of difficulty").select_option("CUS-02")
    desk.finish(one, "classify")
    desk.label(two, "Kind of difficulty").select_option("CUS-03")
    desk.label(two, "Product").fill("마스크팩")
    two.locator("form#step button.primary[type=submit]").click()

    # Nothing is written before the second officer has chosen.
    both = two.locator("table.case-merge")
    expect(both).to_be_visible()
    kinds = two.locator("select[name=category] option")
    seen, theirs, mine = (
        kinds.locator(f"xpath=self::*[@value='{code}']").first.inner_text()
        for code in ("CUS-01", "CUS-02", "CUS-03")
    )
    row = both.locator("tr.conflict")
    expect(row).to_have_count(1)
    assert [
        cell.inner_text().strip().endswith(words)
        for cell, words in zip(row.locator("td").all(), (seen, theirs, mine), strict=True)
    ] == [True, True, True]
    expect(two.locator(".desk-now, .desk-refused").first).to_contain_text(FIRST)
    assert trial.python(_FACTS.format(pk=made.pk)) == "reviewing CUS-02 화장품 330499"

    row.get_by_role("radio", name=re.compile(re.escape(KO("Take mine")))).check()
    two.locator("form#step button.primary[type=submit]").click()
    desk.told(two, "classify")
    assert trial.python(_FACTS.format(pk=made.pk)) == "reviewing CUS-03 마스크팩 330499"
    story = two.locator("#story ~ .desk-story > li", has_text=KO("The case was classified"))
    expect(story).to_have_count(2)
    expect(story.nth(0)).to_contain_text(SECOND)
    expect(story.nth(0)).to_contain_text("마스크팩")
    expect(story.nth(1)).to_contain_text(FIRST)


def test_second_answer_is_kept_and_can_still_be_used(trial: Portal, visit: Callable[..., Page]):
    made = Made(trial, "두사람답변")
    one, two = visit(trial), visit(trial)
    desk.sign_in(one)
    desk.sign_in(two, COLLEAGUE)
    for page in (one, two):
        page.goto(made.page("answer"))
        page.wait_for_load_state("networkidle")
    # Who comes back to the form is told that somebody else writes.
    one.reload()
    expect(one.locator("form#step .desk-same")).to_contain_text(SECOND)
    words = "원산지증명서 원본을 하이퐁 세관 2과에 내시기 바랍니다."
    desk.label(two, "Answer").fill(words)

    desk.label(one, "Answer").fill("필요한 서류는 세 가지입니다.")
    desk.finish(one, "answer")
    two.locator("form#step button.primary[type=submit]").first.click()

    expect(two.get_by_role("alert")).to_contain_text(KO("Nothing was written"))
    expect(two.get_by_role("alert")).to_contain_text(FIRST)
    expect(desk.label(two, "Answer")).to_have_value(words)
    versions = two.locator(".desk-now .case-two > div")
    expect(versions.nth(0)).to_contain_text("필요한 서류는 세 가지입니다.")
    expect(versions.nth(1)).to_contain_text(words)
    expect(two.get_by_role("button", name=KO("Keep my words as an internal note"))).to_be_visible()
    two.get_by_role("button", name=KO("Send my words as a message instead")).click()

    desk.told(two, "send_message")
    reader = visit(trial, width="phone")
    company.open_case(reader, made.receipt)
    expect(reader.get_by_role("region", name=KO("Our answer"))).to_contain_text("세 가지")
    expect(reader.get_by_role("region", name=KO("Conversation"))).to_contain_text(words)


def test_of_three_bodies_one_answers_one_declines_and_one_is_late(
    trial: Portal, visit: Callable[..., Page]
):
    made = Made(trial, "세기관")
    trial.python(_ASK.format(officer=desk.SECRETARY, pk=made.pk, codes=("KCS", "KATS", "KBIZ")))
    officer, reader = visit(trial), visit(trial, width="phone")
    desk.sign_in(officer)

    _answers_at_the_body_desk(visit(trial), made)
    _declines_by_the_link(
        visit(trial), trial.link(trial.mail("kats@demo.example", f"[{made.number}]"))
    )

    # The queue says who declined and shows that it wants attention.
    expect(_row(officer, made)).to_contain_text(f"{KO('A body declined')}: {STANDARDS}")
    officer.goto(made.page())
    asked = officer.locator("article.desk-referral")
    expect(asked).to_have_count(3)
    answered, declined, late = (
        asked.filter(has=officer.get_by_role("heading", name=re.compile(f"^{name}")))
        for name in (CUSTOMS, STANDARDS, FEDERATION)
    )
    expect(answered).to_contain_text("원산지증명서 원본을 내면 통관됩니다.")
    expect(answered.get_by_role("link", name="회신 공문.pdf")).to_be_visible()
    expect(declined).to_contain_text("표준과 관련된 사항이 아닙니다.")
    expect(declined).to_contain_text(TRADE)

    # The third is late: it is reminded, then its head and the officer are told.
    assert trial.python(_LATE.format(pk=made.pk, code="KBIZ", until=_ONCE_LATE))[-1] == "1"
    reminder = trial.mail("kbiz@demo.example", f"[{made.number}] 의견 회신을 기다리고")
    assert "기한" in reminder.parsed.get_body(("plain",)).get_content()
    assert trial.python(_LATE.format(pk=made.pk, code="KBIZ", until=_TOO_LATE))[-1] == "1"
    trial.mail("manager@demo.example", f"[{made.number}] 회신 기한이 지난")
    trial.mail(desk.SECRETARY, f"[{made.number}] 협의 기관의 회신이 늦어지고")
    officer.reload()
    expect(late.locator(".mark-overdue")).to_be_visible()
    expect(late).to_contain_text(KO("The head of a body was told that its answer is overdue"))

    # The company sees one line for each body, and not what they said.
    said = _lines(reader, made)
    lines = [re.sub(r"\(.*\)", "", line) for line in said.splitlines()]
    assert [line for line in lines if "·" in line] == [
        f"{CUSTOMS} · {KO('Answered by the body')}",
        f"{STANDARDS} · {KO('Declined')}",
        f"{FEDERATION} · {KO('Asked')}",
    ]
    company_reads = reader.get_by_role("main").inner_text()
    for of_a_body in ("표준과 관련된", "원산지증명서 원본을 내면", "회신 공문.pdf"):
        assert of_a_body not in company_reads

    # The officer waits no longer: the question is taken back, the answer credits the body.
    desk.of_body(officer, "recall_referral", FEDERATION)
    officer.locator("form#step textarea").first.fill("회신을 기다리지 않고 처리합니다.")
    desk.finish(officer, "recall_referral")
    desk.start(officer, "answer")
    answer = officer.locator("form#step textarea[name=text]")
    expect(answer).to_have_value(f"■ {CUSTOMS}\n원산지증명서 원본을 내면 통관됩니다.")
    desk.finish(officer, "answer")
    reader.reload()
    ours = reader.get_by_role("region", name=KO("Our answer"))
    expect(ours).to_contain_text(f"{KO('Answered with the help of')} {CUSTOMS}")
    expect(ours).not_to_contain_text(FEDERATION)
    # Taking a question back is the secretariat's own matter.
    expect(reader.get_by_role("region", name=KO("Who was asked"))).not_to_contain_text(FEDERATION)


def _answers_at_the_body_desk(page: Page, made: Made) -> None:
    desk.sign_in(page, "customs@demo.example")
    page.goto("/body/")
    page.get_by_role("main").get_by_role("link", name=made.number).click()
    form = page.get_by_role("region", name=KO("Answer"), exact=True)
    form.locator("textarea").first.fill("원산지증명서 원본을 내면 통관됩니다.")
    paper = {"name": "회신 공문.pdf", "mimeType": "application/pdf", "buffer": corpus.pdf()}
    form.locator("input[type=file]").set_input_files(paper)  # type: ignore[arg-type]
    form.get_by_role("button", name=KO("Send the answer")).click()
    expect(page.get_by_role("region", name=KO("The answer of your body"))).to_contain_text(
        "회신 공문.pdf"
    )


def _declines_by_the_link(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_text(KO("Decline: it is not our matter")).click()
    page.get_by_label(KO.label("Why is it not your matter?")).fill("표준과 관련된 사항이 아닙니다.")
    offered = page.locator(f'datalist option[value^="{TRADE}"]').first
    page.get_by_label(KO.label("Which body should be asked instead?")).fill(
        offered.get_attribute("value") or ""
    )
    company.button(page, "Decline the question").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    # The link is over and asks nobody to sign in.
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_have_text(
        KO("Your body declined this question")
    )


def test_after_a_third_decline_the_next_body_is_designated(
    trial: Portal, visit: Callable[..., Page]
):
    made = Made(trial, "세번째반송")
    codes = ("KCS", "KATS", "KOTRA")
    trial.python(_ASK.format(officer=desk.SECRETARY, pk=made.pk, codes=codes))
    trial.python(_DECLINE.format(pk=made.pk))
    officer = visit(trial)
    desk.sign_in(officer)

    officer.goto(made.page("refer"))
    note = officer.get_by_role("note")
    expect(note).to_contain_text(KO("This is a designation"))
    for code in codes:
        expect(note).to_contain_text(f"소관이 아닙니다: {code}")
    officer.locator("form#step textarea[name=question]").fill("지정하오니 회신 바랍니다.")
    officer.get_by_role("checkbox", name=re.compile(f"^{CUSTOMS}")).first.check()
    officer.locator("form#step button.primary[type=submit]").last.click()
    # Without the reason nobody is designated.
    expect(officer.get_by_role("alert").first).to_contain_text(
        KO("Please mend what is marked. What you typed is kept.")
    )
    reason = officer.locator("form#step textarea[name=designation]")
    reason.fill("통관은 관세청 소관입니다.")
    expect(officer.locator("form#step textarea[name=question]")).to_have_value(
        "지정하오니 회신 바랍니다."
    )
    officer.locator("form#step button.primary[type=submit]").last.click()
    desk.told(officer, "refer")
    expect(officer.locator("article.desk-referral").first).to_be_visible()
    designated = officer.locator("article.desk-referral", has_text=KO("Designation"))
    expect(designated).to_contain_text("통관은 관세청 소관입니다.")

    body = visit(trial)
    desk.sign_in(body, "customs@demo.example")
    body.goto("/body/?show=open")
    rows = body.locator("tr", has_text=made.number).filter(has_text=KO("Designation"))
    rows.get_by_role("link").first.click()
    main = body.get_by_role("main")
    expect(main).to_contain_text(
        KO(
            "Several bodies found that this is not their matter, so the secretariat has "
            "designated yours. It cannot be declined."
        )
    )
    expect(body.get_by_role("region", name=KO("Answer"), exact=True)).to_be_visible()
    expect(body.get_by_text(KO("Decline: it is not our matter"))).to_have_count(0)

    # Whoever posts it nevertheless reads why not, with their words kept.
    body.evaluate(
        """() => {
          const form = document.createElement("form");
          form.method = "post";
          form.action = location.pathname.replace(/\\/?$/, "/decline/");
          const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
          const said = { csrfmiddlewaretoken: token, "decline-reason": "그래도 아닙니다." };
          for (const [name, value] of Object.entries(said)) {
            const field = document.createElement("input");
            field.name = name;
            field.value = value;
            form.append(field);
          }
          document.body.append(form);
          form.submit();
        }"""
    )
    expect(body.get_by_role("region", name=KO("What you wrote was not sent"))).to_contain_text(
        "그래도 아닙니다."
    )
    assert trial.python(_FACTS.format(pk=made.pk)).startswith("referred ")
    body.goto("/body/?show=open")
    expect(body.locator("tr", has_text=made.number)).to_be_visible()
