"""The pages that every sweep of the browser tests goes through, and how one gets there."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.sync_api import Page, Response

from intake.workflow import STEPS
from tests.browser.words import Words

PUBLIC, COMPANY, OFFICER, BODY = "public", "company", "officer", "body"


@dataclass(frozen=True)
class Prepared:
    """Addresses of what was made for the sweep, and the cookies of who may see it."""

    check: str
    receipt: str
    link: str
    number: str
    pk: int
    answered: str
    at: dict[str, str]
    cookies: dict[str, list[dict[str, object]]]


@dataclass(frozen=True)
class Place:
    """A page: its address, who sees it, and the button that leads on to it.

    The button is told by its msgid (`press`), or by where it stands (`click`).
    """

    name: str
    address: Callable[[Prepared], str]
    who: str = PUBLIC
    press: str = ""
    click: str = ""
    status: int = 200
    leads_on: bool = False

    def __str__(self) -> str:
        return self.name


def _at(name: str, path: str, **more: object) -> Place:
    return Place(name, lambda _made: path, **more)  # type: ignore[arg-type]


def keyed(key: str, who: str = PUBLIC, name: str = "", tail: str = "", **more: object) -> Place:
    """A page whose address the scene tells (tests.browser.scene)."""
    return Place(name or key, lambda made: made.at[key] + tail, who, **more)  # type: ignore[arg-type]


def _desk(name: str, tail: str, **more: object) -> Place:
    return Place(
        name,
        lambda made: f"/admin/intake/case/{made.pk}/{tail}/",
        OFFICER,
        **more,  # type: ignore[arg-type]
    )


PLACES = [
    _at("home", "/"),
    _at("form", "/file/"),
    _at("form with errors", "/file/", press="Next: check your answers", status=422),
    Place("check", lambda made: made.check),
    Place("receipt", lambda made: made.receipt),
    _at("follow", "/follow/"),
    _at("follow with errors", "/follow/", press="Open the case", status=422),
    Place("mailed link", lambda made: made.link),
    _at("cut link", "/follow/link/cut/", status=404),
    Place("status", lambda made: f"/follow/{made.number}/", COMPANY),
    Place("status with an answer", lambda made: f"/follow/{made.answered}/", COMPANY),
    _at("library", "/library/"),
    _at("requirements", "/library/requirements/"),
    _at("article", "library"),
    _at("requirement", "requirements"),
    _at("countries", "/library/countries/"),
    _at("country", "/library/countries/VN/"),
    _at("report an error", "/library/report/article/demo-vn-country/"),
    _at("error reported", "/library/report/thanks/"),
    _at("follow the library", "/library/following/?country=VN&hs=33"),
    _at("look at your mail", "/library/following/sent/"),
    _at("over link of a follower", "/library/following/mine/cut/", status=410),
    _at("case studies", "/cases/"),
    _at("case study", "/cases/demo-vn-clearance-hold/"),
    _at("search", "/search/?q=통관"),
    _at("guide", "/guide/"),
    _at("privacy", "/privacy/"),
    _at("accessibility", "/accessibility/"),
    _at("sign-in", "/sign-in/"),
    _at("sign-in with errors", "/sign-in/", press="Sign in"),
    _at("nothing here", "/no-such-page/", status=404),
    _at("desk", "/admin/", who=OFFICER),
    _at("queue", "/admin/intake/triagecase/", who=OFFICER),
    _at("filtered queue", "/admin/intake/triagecase/?border=yes&counts=yes", who=OFFICER),
    _at("columns of the queue", "/admin/intake/triagecase/columns/", who=OFFICER),
    _at("saved views", "/admin/intake/triagecase/views/?in=who%3Dmine", who=OFFICER),
    _at("figures", "/admin/intake/figures/?period=90d", who=OFFICER),
    _at("all cases", "/admin/intake/case/?q=통관", who=OFFICER),
    _desk("case at the desk", "change"),
    _desk("classify", "step/classify"),
    _desk("refer", "step/refer"),
    _desk("refer with errors", "step/refer", press=STEPS["refer"].label, status=422),
    _desk("answer", "step/answer"),
    _desk("note", "step/note"),
    _desk("note with errors", "step/note", press=STEPS["note"].label, status=422),
    _desk("case paper", "paper"),
    _at("calls", "/admin/intake/case/calls/", who=OFFICER),
    _at("reported errors", "/admin/marketinfo/entryreport/", who=OFFICER),
    _at("links of entries", "/admin/marketinfo/entrylink/", who=OFFICER),
    _at("new article", "/admin/marketinfo/article/add/", who=OFFICER),
    _at("announced changes", "/admin/marketinfo/recordchange/", who=OFFICER),
    _at("body desk", "/body/", who=BODY),
    _at("question to a body", "questions", who=BODY),
]
BY_NAME = {place.name: place for place in PLACES}
# What the place shows is the first entry of a list: the list, and how its entries' links begin.
LISTS = {
    "library": ("/library/", "/library/demo"),
    "requirements": ("/library/requirements/", "/library/requirements/demo"),
    "questions": ("/body/", "/body/GT-"),
}


def unfold(page: Page) -> None:
    """Open everything that is folded: it is a part of the page too."""
    page.evaluate("document.querySelectorAll('main details').forEach(fold => { fold.open = true })")


def go(page: Page, place: Place, made: Prepared, words: Words) -> Response:
    """Open the page; the answer that brought it."""
    address = place.address(made)
    if address in LISTS:
        listed, beginning = LISTS[address]
        page.goto(listed)
        entry = page.get_by_role("main").locator(f'a[href^="{beginning}"]').first
        address = entry.get_attribute("href") or ""
    response = page.goto(address)
    if place.press or place.click:
        unfold(page)
        main = page.get_by_role("main")
        by_words = main.get_by_role("button", name=words(place.press))
        with page.expect_navigation() as arrived:
            (main.locator(place.click) if place.click else by_words).first.click()
        response = arrived.value
    else:
        # A page that only leads elsewhere would be looked at under a false name.
        there = urlsplit(page.url).path == urlsplit(address).path
        assert there or place.leads_on, f"{place}: {page.url}"
    assert response is not None
    assert response.status == place.status, f"{place}: {response.status} {response.url}"
    return response
