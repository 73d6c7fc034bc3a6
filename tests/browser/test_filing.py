"""Filing in the ways that people really do: twice, back and forth, by keyboard, without scripts."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from intake import consents
from tests.browser import company
from tests.browser.portal import Portal
from tests.browser.words import EN, KO

CASES = """
from intake.models import Case
rows = Case.objects.filter(contact_email={email!r}).order_by("id")
print(" ".join(f"{{row.number}}/{{row.title}}" for row in rows))
"""
# Sends the page's form so often at once, each with the key that it is given.
SEND = """async (keys) => Promise.all(keys.map(async (key) => {
  const form = document.querySelector("main form");
  const data = new FormData(form);
  if (key) data.set("key", key);
  const answer = await fetch(form.action, { method: "POST", body: data });
  const page = await answer.text();
  return page.slice(page.indexOf("<main"), page.indexOf("</main>"));
}))"""
FOCUSED = """() => {
  const e = document.activeElement;
  const style = getComputedStyle(e);
  const label = e.labels && e.labels[0];
  const around = e.closest(".krds-form-check");
  return {
    id: e.id, name: e.name || "", value: e.value || "", tag: e.tagName, type: e.type || "",
    text: e.textContent.trim(),
    seen: [e, label, around].filter(Boolean).some((one) =>
      [getComputedStyle(one), getComputedStyle(one, "::before")].some((s) =>
        s.outlineStyle !== "none" || s.boxShadow !== "none")),
  };
}"""


def titles(portal: Portal, email: str) -> list[str]:
    """The titles of an address's cases, oldest first."""
    found = portal.python(CASES.format(email=email))
    return [row.partition("/")[2] for row in re.split(r" (?=GT-)", found)] if found else []


def texts(page: Page) -> list[str]:
    """What the form's required texts hold."""
    return [company.field(page, msgid).input_value() for msgid in company.TEXTS]


# --- Without scripts, by keyboard, in English -----------------------------------------------
def test_filing_and_following_need_no_scripts(trial: Portal, visit: Callable[..., Page]):
    email = "noscript@hanbit.example"
    page = visit(trial, width="phone", scripts=False)
    page.goto("/file/")
    company.fill_in(page, email)
    company.attach(page, company.FILES)
    company.to_check(page)
    receipt = company.file_it(page)

    reader = visit(trial, scripts=False)
    reader.goto("/follow/")
    form = reader.get_by_role("region", name=KO("Without the tracking code"))
    form.get_by_label(KO.label("Receipt number")).fill(receipt.number)
    form.get_by_role("button").click()
    mail = trial.mail(email, f"[{receipt.number}] 일회용 인증번호")
    code = re.search(r"\b(\d{3}) (\d{3})\b", mail.parsed.get_body(("plain",)).get_content())
    assert code
    company.field(reader, "One-time code").fill(code[1] + code[2])
    company.button(reader, "Open the case").click()

    expect(reader.get_by_role("heading", level=1)).to_have_text(company.TEXTS["Title"])
    reader.get_by_text(KO("What you filed")).click()
    with reader.expect_download() as download:
        reader.get_by_role("link", name=company.PAPER).click()
    assert download.value.suggested_filename == company.PAPER


def test_filing_needs_no_mouse(trial: Portal, visit: Callable[..., Page]):
    page = visit(trial)
    page.goto("/file/")
    names = {
        company.field(page, msgid).get_attribute("name"): text
        for msgid, text in {**company.TEXTS, "E-mail": "keys@hanbit.example"}.items()
    }
    # A date has several stops; the ring of its calendar button is the browser's own.
    seen: dict[str, bool] = {}

    for _press in range(150):
        page.keyboard.press("Tab")
        now = page.evaluate(FOCUSED)
        stop = now["id"] or now["tag"] + now["text"]
        seen[stop] = seen.get(stop, False) or now["seen"]
        if now["name"] in names:
            page.keyboard.type(names[now["name"]])
        elif now["name"] in {"country", "category", "province"}:
            page.keyboard.press("ArrowDown")
        elif now["type"] == "radio":
            page.keyboard.press("Space")
        elif now["name"] == "action" and now["value"] == "check":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(KO("Check your answers"))
    for _press in range(100):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED)["text"] == KO("File it"):
            break
    page.keyboard.press("Enter")

    company.read_receipt(page)
    assert [stop for stop, ring in seen.items() if not ring] == []


def test_filing_in_english_is_confirmed_in_english(trial: Portal, visit: Callable[..., Page]):
    page = visit(trial, language="en")

    receipt = company.filed(page, "english@hanbit.example", EN)

    mail = trial.mail("english@hanbit.example", receipt.number)
    assert re.search("[가-힣]", str(mail.parsed["Subject"])) is None


# --- Twice, back and forth ------------------------------------------------------------------
@pytest.mark.parametrize("scripts", [True, False])
def test_double_click_files_one_case(trial: Portal, visit: Callable[..., Page], scripts: bool):
    email = f"double-{scripts}@hanbit.example".lower()
    page = visit(trial, scripts=scripts)
    page.goto("/file/")
    company.fill_in(page, email)
    company.to_check(page)

    company.button(page, "File it").dblclick()
    receipt = company.read_receipt(page)
    page.reload()

    assert company.read_receipt(page) == receipt
    assert titles(trial, email) == [company.TEXTS["Title"]]


def test_two_presses_at_the_same_moment_show_one_receipt(trial: Portal, visit: Callable[..., Page]):
    page = visit(trial)
    page.goto("/file/")
    company.fill_in(page, "parallel@hanbit.example")
    company.to_check(page)

    answers = page.evaluate(SEND, [None, None])

    numbers = {company.NUMBER.search(text)[0] for text in answers}
    assert len(numbers) == 1
    assert titles(trial, "parallel@hanbit.example") == [company.TEXTS["Title"]]


def test_two_forms_with_keys_of_their_own_file_two_cases(trial: Portal, visit: Callable[..., Page]):
    """The positive control: it is the key, and nothing else, that makes two presses one case."""
    keys = []
    for _window in range(2):
        page = visit(trial)
        page.goto("/file/")
        company.fill_in(page, "control@hanbit.example")
        company.to_check(page)
        keys.append(page.locator("main input[name=key]").input_value())

    answers = page.evaluate(SEND, keys)

    assert len({company.NUMBER.search(text)[0] for text in answers}) == 2
    assert titles(trial, "control@hanbit.example") == [company.TEXTS["Title"]] * 2


def test_back_edit_and_resubmit_overwrites_nothing(trial: Portal, visit: Callable[..., Page]):
    email = "back@hanbit.example"
    page = visit(trial)
    receipt = company.filed(page, email)

    page.go_back()
    page.go_back()
    company.field(page, "Title").fill("고쳐 쓴 제목")
    company.button(page, "Next: check your answers").click()

    expect(page.get_by_role("heading", level=1)).to_have_text(
        KO("Already received as %(number)s", number=receipt.number)
    )
    page.get_by_role("link", name=KO("Open the new draft")).click()
    expect(company.field(page, "Title")).to_have_value("고쳐 쓴 제목")
    assert titles(trial, email) == [company.TEXTS["Title"]]


def test_receipt_opens_in_another_browser(trial: Portal, visit: Callable[..., Page]):
    receipt = company.filed(visit(trial), "bookmark@hanbit.example")
    other = visit(trial)

    other.goto(receipt.url)

    assert company.read_receipt(other) == receipt


# --- Nothing typed is lost ------------------------------------------------------------------
def test_errors_keep_texts_and_files(trial: Portal, visit: Callable[..., Page]):
    page = visit(trial, width="phone")
    page.goto("/file/")
    company.fill_in(page, "errors@hanbit.example", **{"Business registration number": "123"})
    company.attach(page, company.FILES)

    company.button(page, "Next: check your answers").click()
    summary = page.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    summary.get_by_role("link").first.click()
    expect(company.field(page, "Business registration number")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type(company.TEXTS["Business registration number"])
    company.to_check(page)

    main = page.get_by_role("main").inner_text()
    wanted = [*company.TEXTS.values(), company.PAPER, company.PICTURE]
    assert [text for text in wanted if text not in main] == []


def test_lost_session_keeps_the_text(trial: Portal, visit: Callable[..., Page]):
    page = visit(trial)
    page.goto("/file/")
    company.fill_in(page, "cookie@hanbit.example")
    page.context.clear_cookies()

    company.button(page, "Next: check your answers").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(KO("Please send the form once more"))
    page.get_by_text(KO("Show what you wrote")).click()
    expect(page.get_by_role("main")).to_contain_text(company.TEXTS["Situation"])
    company.button(page, "Send again").click()

    expect(page.get_by_role("heading", level=1)).to_have_text(KO("Check your answers"))
    company.file_it(page)
    assert titles(trial, "cookie@hanbit.example") == [company.TEXTS["Title"]]


def test_closed_window_keeps_the_text_on_this_device(trial: Portal, visit: Callable[..., Page]):
    page = visit(trial)
    page.goto("/file/")
    company.fill_in(page, "device@hanbit.example")
    page.wait_for_timeout(600)

    page.goto("/guide/")
    page.goto("/file/")

    assert texts(page) == list(company.TEXTS.values())


def test_saved_draft_goes_on_elsewhere(trial: Portal, visit: Callable[..., Page]):
    email = "draft@hanbit.example"
    page = visit(trial)
    page.goto("/file/")
    company.field(page, "Title").fill(company.TEXTS["Title"])
    company.field(page, "E-mail").fill(email)
    company.attach(page, company.FILES[:1])
    company.button(page, "Save the draft").click()
    expect(page.get_by_role("main")).to_contain_text(company.PAPER)

    other = visit(trial, width="phone")
    other.goto(trial.link(trial.mail(email, "")))

    assert company.field(other, "Title").input_value() == company.TEXTS["Title"]
    expect(other.get_by_role("main")).to_contain_text(company.PAPER)


def test_nothing_is_agreed_beforehand(desktop: Page):
    desktop.goto("/file/")

    ticked = desktop.get_by_role("group", name=KO("Consents")).get_by_role("radio", checked=True)

    assert (ticked.count(), len(consents.CONSENTS)) == (0, 5)
