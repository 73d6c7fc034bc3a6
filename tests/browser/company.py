"""What a company does on the public pages, by what it sees: roles, labels and words."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Locator, Page, expect

from intake import consents
from intake.models.case import NAMED, VISIBILITY_LABELS
from tests.browser.words import KO, Words
from tests.files import corpus

NUMBER = re.compile(r"GT-\d{4}-\d{6,9}-\d")
CODE = re.compile(r"\b[2-9A-HJKMNP-Z]{4}(?:-[2-9A-HJKMNP-Z]{4}){3}\b")
PAPER = "통관 보류 통지서.pdf"
PICTURE = "현장 사진.png"
FILES = [
    # As macOS sends it: every syllable taken apart.
    {
        "name": unicodedata.normalize("NFD", PAPER),
        "mimeType": "application/pdf",
        "buffer": corpus.pdf(),
    },
    {"name": PICTURE, "mimeType": "image/png", "buffer": corpus.png()},
]
TEXTS = {
    "Title": "하이퐁 항에서 화장품이 보류되었습니다",
    "Situation": "하이퐁 항에 도착한 화장품이 서류 요구로 9일째 보류되어 있습니다.",
    "Problem": "세관과 통관사의 설명이 다르고 보관료가 늘고 있습니다.",
    "Request": "필요한 서류와 제출처를 확인하여 주시기 바랍니다.",
    "Company name": "한빛수출",
    "Business registration number": "999-81-00000",
    "Contact person": "홍길동",
    "Phone": "010-9137-0000",
}


@dataclass(frozen=True)
class Receipt:
    """What the completion page says."""

    number: str
    code: str
    url: str


def field(page: Page, msgid: Any, words: Words = KO) -> Locator:
    """A field of the page's main part by its label."""
    return page.get_by_role("main").get_by_label(words.label(msgid)).first


def button(page: Page, msgid: Any, words: Words = KO) -> Locator:
    """A button that people see, by its words."""
    return page.get_by_role("main").get_by_role("button", name=words(msgid), exact=True)


def fill_in(page: Page, email: str, words: Words = KO, **other: str) -> None:
    """Type and choose everything that is required."""
    for msgid, text in {**TEXTS, **other}.items():
        field(page, msgid, words).fill(text)
    field(page, "E-mail", words).fill(email)
    field(page, "Country concerned", words).select_option("VN")
    field(page, "Kind of difficulty", words).select_option("unknown")
    field(page, "Province", words).select_option(index=1)
    choose(page, words(VISIBILITY_LABELS[NAMED]))
    for text in consents.CONSENTS:
        choose(page, f"{words('I agree')} – {words(text.title)}")


def choose(page: Page, name: str) -> None:
    """Tick a radio by its words, where a thumb would press."""
    page.get_by_role("radio", name=name, exact=True).check()


def attach(page: Page, files: list[dict[str, Any]], words: Words = KO) -> None:
    """Choose files."""
    field(page, "Files", words).set_input_files(files)  # type: ignore[arg-type]


def to_check(page: Page, words: Words = KO) -> None:
    """On to the answers that are to be confirmed."""
    button(page, "Next: check your answers", words).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(words("Check your answers"))


def file_it(page: Page, words: Words = KO) -> Receipt:
    """Confirm, and read the completion page."""
    button(page, "File it", words).click()
    return read_receipt(page, words)


def read_receipt(page: Page, words: Words = KO) -> Receipt:
    """Number, code and address of the completion page."""
    expect(page.get_by_role("heading", level=1)).to_have_text(words("Your difficulty was received"))
    text = page.get_by_role("main").inner_text()
    number, code = NUMBER.search(text), CODE.search(text)
    assert number, text
    assert code, text
    return Receipt(number[0], code[0], page.url)


def filed(page: Page, email: str, words: Words = KO, files: Any = ()) -> Receipt:
    """The whole way from the empty form to the receipt."""
    page.goto("/file/")
    fill_in(page, email, words)
    if files:
        attach(page, list(files), words)
    to_check(page, words)
    return file_it(page, words)


def open_case(page: Page, receipt: Receipt, words: Words = KO) -> None:
    """Into the case with number and tracking code."""
    page.goto("/follow/")
    form = page.get_by_role("region", name=words("With the tracking code"))
    form.get_by_label(words.label("Receipt number")).fill(receipt.number)
    form.get_by_label(words.label("Tracking code")).fill(receipt.code)
    form.get_by_role("button", name=words("Open the case"), exact=True).click()
    expect(page).to_have_url(re.compile(rf"/follow/{receipt.number}/$"))
