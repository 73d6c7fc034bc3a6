"""What an officer of the secretariat does at the desk, by what the page says."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from accounts.demo import present_code
from intake.workflow import STEPS
from tests.browser.portal import PASSWORD
from tests.browser.words import KO, Words

SECRETARY = "secretary1@demo.example"
QUEUE = "/admin/intake/triagecase/"
# Tells every use of a mouse, a pen or a finger; what the keyboard clicks has no pointer.
TELL_POINTER = """
for (const kind of ["pointerdown", "mousedown", "touchstart", "wheel", "mousemove"]) {
  addEventListener(kind, (event) => { if (event.isTrusted) window.tellPointer(kind); }, true);
}
"""
# What has the focus, when it is not seen; empty when it is.
_UNSEEN_FOCUS = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return "nothing has the focus";
  const box = at.getBoundingClientRect(), look = getComputedStyle(at);
  const inside = box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth;
  const ring = look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2;
  return box.width && box.height && inside && ring ? "" : at.outerHTML.slice(0, 200);
}"""


def sign_in(page: Page, email: str = SECRETARY, words: Words = KO) -> None:
    """Sign in as one of the demonstration's people: password, then the code of the app."""
    page.goto("/sign-in/")
    main = page.get_by_role("main")
    main.get_by_role("textbox").first.fill(email)
    main.locator("input[type=password]").fill(PASSWORD)
    main.get_by_role("button", name=words("Sign in"), exact=True).click()
    expect(page).to_have_url(re.compile("second-factor"))
    page.locator("input[name=code]").fill(present_code())
    main.get_by_role("button", name=words("Sign in"), exact=True).click()
    expect(page).not_to_have_url(re.compile("sign-in"))


def open_from_queue(page: Page, number: str) -> None:
    """Find the case in the queue and open it."""
    # A whole receipt number leads straight to its case, on whichever page of the queue it stands.
    page.goto("/admin/intake/triagecase/")
    page.locator("input[name=q]").fill(number)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(number)


def steps(page: Page, words: Words = KO) -> Locator:
    """The bar of next steps."""
    return page.get_by_role("navigation", name=words("Next steps"))


def claim(page: Page, words: Words = KO) -> None:
    """Take the case up with one press."""
    steps(page, words).get_by_role("button", name=words(STEPS["claim"].label)).click()
    told(page, "claim", words)


def start(page: Page, verb: str, words: Words = KO) -> None:
    """Open the page of a step."""
    steps(page, words).get_by_role("link", name=words(STEPS[verb].label), exact=True).click()


def finish(page: Page, verb: str, words: Words = KO) -> None:
    """Press the step's button; the case page says that it is done."""
    page.get_by_role("button", name=words(STEPS[verb].label), exact=True).click()
    told(page, verb, words)


def told(page: Page, verb: str, words: Words = KO) -> None:
    """The case page confirms the step."""
    expect(page.locator(".messagelist")).to_contain_text(words(STEPS[verb].done))


def of_body(page: Page, verb: str, body: str, words: Words = KO) -> None:
    """Open the page on which a body's reaction is recorded."""
    name = re.compile(rf"^{re.escape(words(STEPS[verb].label))}\s*: {re.escape(body)}")
    page.get_by_role("link", name=name).click()


def label(page: Page, msgid: str, words: Words = KO) -> Locator:
    """A field of a step by its label."""
    return page.get_by_label(words.label(msgid)).first


class Keyboard:
    """An officer without a mouse: only keys, and the focus is seen wherever one acts."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.pointers: list[str] = []
        page.expose_function("tellPointer", self._told)
        page.add_init_script(TELL_POINTER)

    def _told(self, kind: str) -> None:
        self.pointers.append(kind)

    def press(self, *keys: str) -> None:
        """Keys one after the other, wherever the focus is."""
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        """Words into what has the focus, which must be seen."""
        self.sees_focus()
        self.page.keyboard.insert_text(text)

    def sees_focus(self) -> None:
        """The focus stands on something on the screen, with a ring of two pixels or more."""
        assert self.page.evaluate(_UNSEEN_FOCUS) == ""

    def reach(self, what: Locator, key: str = "Tab") -> None:
        """Press Tab until this has the focus; every stop on the way is seen."""
        expect(what).to_be_visible()
        here = what.element_handle()
        for _stop in range(150):
            if here.evaluate("(element) => element === document.activeElement"):
                return
            self.press(key)
            self.sees_focus()
        raise AssertionError(f"Tab does not lead to {what}")

    def push(self, what: Locator, key: str = "Enter") -> None:
        """Go to a link or a button by Tab, and press it."""
        self.reach(what)
        self.press(key)

    def arrives(self, key: str, there: Callable[[], None]) -> None:
        """Press a key that leads on, and wait until its page listens."""
        self.press(key)
        there()
        listening(self.page)


def listening(page: Page) -> None:
    """The scripts of the page have begun: its keys work."""
    expect(page.locator("[data-keys-help]")).to_be_visible()
