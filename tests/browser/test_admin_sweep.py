"""Every page of the admin that anybody can reach by links, as it comes and with its errors.

The pages are found by walking: what a later change adds is swept without a word here.
"""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.urls import Resolver404, resolve
from playwright.sync_api import Browser, Page

from tests.browser import company, desk, sweeps
from tests.browser.conftest import TELL_POLICY, WIDTHS, Watcher
from tests.browser.portal import Portal
from tests.browser.words import Words

# Who has which pages; each page is swept for the first one who reaches it.
PEOPLE = ("secretary1@demo.example", "auditor@demo.example", "admin@demo.example")
# Leaves the desk, answers with a file, or belongs to Django's own scripts.
NOT_PAGES = {"logout", "jsi18n", "autocomplete", "view_on_site", "intake_case_file"}
# A walk that suddenly finds fewer has lost its way.
PAGES_AT_LEAST = 60
# Pages that must be among them: each stands behind a row that somebody has to make first.
MUST_BE_THERE = {
    "intake_case_readers",
    "accounts_organisation_succeed",
    "accounts_organisation_dissolve",
    "accounts_organisation_invite",
    "accounts_companymembership_grant",
    "accounts_companymembership_refuse",
    "accounts_companymembership_end",
    "accounts_rightschange_change",
    "privacy_reading_change",
    "privacy_download_change",
}
# Somebody who asks for a company, somebody who was let in, a list taken away; an organisation.
ROWS = """
from accounts import company_accounts
from accounts.models import Company, Organisation, User
from privacy import downloads
officer = User.objects.get(email="secretary1@demo.example")
company = Company.objects.order_by("pk").first()
for login, let_in in (("asking", False), ("inside", True)):
    person = User.objects.create_user(f"{login}@sweep.example", name="점검 「시연」")
    row = company_accounts.ask(user=person, company=company, note="담당자입니다.")
    if let_in:
        company_accounts.grant(row=row, by=officer)
    print(f"/admin/accounts/companymembership/{row.pk}/change/")
facts = {"organisation": "KBIZ", "what": "cases", "query": "", "kind": "xlsx", "rows": 3}
downloads.record(by=officer, reason="점검용 목록", **facts)
print(f"/admin/accounts/organisation/{Organisation.objects.get(code='KBIZ').pk}/change/")
"""
# Forms that are sent empty, to see how the page tells what is wrong.
FORMS = r"/(add|step/\w+|password|succeed|dissolve|invite|refuse)/$"


def route(path: str) -> str | None:
    """The name of a page in the admin, the same for every row; None for what is no page."""
    try:
        found = resolve(path)
    except Resolver404:
        return None
    if re.search(r"\.\w+$", path):  # a table or paper to keep
        return None
    if "admin" not in found.app_names or found.url_name in NOT_PAGES or not found.url_name:
        return None
    words = {name: value for name, value in found.kwargs.items() if name in ("verb", "app_label")}
    return found.url_name + "".join(f" {word}" for word in words.values())


def links(page: Page) -> list[str]:
    """Addresses of the pages that this page leads to, without their queries."""
    found = page.eval_on_selector_all("a[href]", "all => all.map((a) => a.href)")
    here = urlsplit(page.url)
    return [
        urlsplit(link).path
        for link in found
        if urlsplit(link).netloc == here.netloc and urlsplit(link).path.startswith("/admin/")
    ]


def resize(page: Page, width: str) -> None:
    """As a phone, a screen, or the narrowest window that must do."""
    across, down = WIDTHS[width]
    page.set_viewport_size({"width": across, "height": down})


def faults(page: Page, language: str) -> list[str]:
    """What axe finds, and whether the page scrolls sideways at the narrowest."""
    found = []
    for width in ("desktop", "phone"):
        if not sweeps.looked_at(language, width):
            continue
        resize(page, width)
        found += [f"{width} {fault}" for fault in sweeps.violations(page)]
    resize(page, "narrow")
    wide = sweeps.too_wide(page)
    resize(page, "desktop")
    return found + ([f"sideways {wide}"] if wide else [])


def with_errors(page: Page) -> str | None:
    """The page after its form was sent empty; None where there is no form to send empty."""
    form = page.locator("#content form[method=post]:has(:is(button, [type=submit]):visible)").first
    if not re.search(FORMS, page.url) or not form.count():
        return None
    form.evaluate(
        """(form) => {
          form.noValidate = true;
          form.querySelectorAll("input:not([type=hidden]), textarea").forEach((field) => {
            if (["checkbox", "radio"].includes(field.type)) field.checked = false;
            else if (!["submit", "file"].includes(field.type)) field.value = "";
          });
        }"""
    )
    with page.expect_navigation() as arrived:
        form.locator(":is([type=submit], button:not([type=button])):visible").last.click()
    answer = arrived.value
    return answer.text() if answer and answer.request.method == "POST" else None


def bulk_choice(page: Page) -> str:
    """What would happen to the chosen cases of the queue; no link leads there, a form does."""
    page.goto("/admin/intake/triagecase/")
    page.locator("input[name=case]").first.check()
    with page.expect_navigation() as arrived:
        page.locator("button[name=do][value=assign]").click()
    return arrived.value.text()


def calendar_preview(page: Page) -> str:
    """The dates that a day off would move, before anything is written."""
    page.goto("/admin/intake/calendarday/add/")
    page.locator("#id_day").fill("2031-03-04")
    page.locator("#id_reason").fill("점검용 임시공휴일")
    with page.expect_navigation() as arrived:
        page.locator("[name=_save]").click()
    return arrived.value.text()


# Pages that only a form leads to, and who gets there.
SCENES = {PEOPLE[0]: [bulk_choice], PEOPLE[2]: [calendar_preview]}


@pytest.fixture(scope="module")
def filed(trial: Portal, chromium: Browser) -> list[str]:
    """Pages with something to show: a case with files that was taken up, and made rows."""
    context = chromium.new_context(base_url=trial.url)
    context.set_default_timeout(15_000)
    receipt = company.filed(context.new_page(), "admin@sweep.example", files=company.FILES)
    officer = chromium.new_context(base_url=trial.url)
    page = officer.new_page()
    desk.sign_in(page)
    desk.open_from_queue(page, receipt.number)
    desk.claim(page)
    path = urlsplit(page.url).path
    context.close()
    officer.close()
    return [path, *trial.python(ROWS).split()]


Swept = tuple[dict[str, list[str]], dict[str, str], Watcher]
# By language: pytest may come back to a language for another test of it.
_swept: dict[str, Swept] = {}


@pytest.fixture(scope="module", params=["ko", "en"])
def swept(
    request: pytest.FixtureRequest, trial: Portal, chromium: Browser, filed: list[str]
) -> Swept:
    """Every page in one language: what is wrong with it, its HTML, and what the browser said."""
    sweeps.axe_script()
    if request.param not in _swept:
        _swept[request.param] = sweep(request.param, trial, chromium, filed)
    return _swept[request.param]


def sweep(language: str, trial: Portal, chromium: Browser, filed: list[str]) -> Swept:
    """Walk the desk as each person, and look at every kind of page once."""
    wrong: dict[str, list[str]] = {}
    texts: dict[str, str] = {}
    watcher = Watcher()
    for person in PEOPLE:
        context = chromium.new_context(base_url=trial.url)
        context.set_default_timeout(15_000)
        context.add_init_script(TELL_POLICY)
        context.add_cookies([{"name": "django_language", "value": language, "url": trial.url}])
        page = context.new_page()
        desk.sign_in(page, person, Words(language))
        # Where each person begins is looked through for links even if its kind was seen before.
        waiting = [*filed, "/admin/"]
        made = set(waiting)
        while waiting:
            path = waiting.pop(0)
            name = route(path)
            if name is None or (name in texts and path not in made):
                continue
            watcher.watch(page)
            answer = page.goto(path)
            watcher.leave(page)
            if answer is None or answer.status == 403:
                continue
            if "text/html" not in answer.headers.get("content-type", ""):
                texts[name] = ""
                continue
            made.discard(path)
            waiting += links(page)
            if name in texts:
                continue
            texts[name] = answer.text()
            wrong[name] = faults(page, language)
            page.goto(path)
            mistaken = with_errors(page)
            if mistaken:
                texts[f"{name} with errors"] = mistaken
                wrong[f"{name} with errors"] = faults(page, language)
        for scene in SCENES.get(person, []):
            texts[scene.__name__] = scene(page)
            wrong[scene.__name__] = faults(page, language)
        context.close()
    return wrong, {name: text for name, text in texts.items() if text}, watcher


def test_admin_pages_have_nothing_for_axe_and_fit_the_screen(swept) -> None:
    wrong, _texts, _watcher = swept

    assert set() == MUST_BE_THERE - set(wrong)
    assert len(wrong) >= PAGES_AT_LEAST
    told = [f"{name}: {fault}" for name, found in wrong.items() for fault in found]
    assert told == [], "\n".join(told)


def test_admin_pages_are_valid_html(swept, tmp_path: Path) -> None:
    _wrong, texts, _watcher = swept
    named = {re.sub(r"\W+", "-", name): text for name, text in texts.items()}

    assert sweeps.markup_faults(named, tmp_path) == []


def test_admin_pages_keep_the_policy(swept) -> None:
    _wrong, _texts, watcher = swept

    assert watcher.faults == []
