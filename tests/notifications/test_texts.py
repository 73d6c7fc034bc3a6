"""Every message has its words, and nothing that a person typed can change what they mean."""

import re

import nh3
import pytest
from django.conf import settings

from notifications import markup, texts

LANGUAGES = [code for code, _name in settings.LANGUAGES]


def words(text: str) -> str:
    """The letters and digits only: what a reader takes in."""
    return re.sub(r"\W+", " ", text).strip()


def visible(page: str) -> str:
    """The words of the HTML part that a reader sees."""
    body = page[page.index('<div class="sheet">') :]
    return words(
        nh3.clean(re.sub(r"<br>|</(p|li|blockquote)>", " ", body), tags=set())
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", sorted(texts.kinds()))
def test_kind_says_the_same_in_text_and_html(kind, language):
    made = texts.render(kind, language, texts.sample(kind), strict=True)

    assert made.subject != ""
    assert visible(made.html) == words(made.text)
    assert f'<html lang="{language}">' in made.html


def test_strict_rendering_refuses_a_missing_fact():
    facts = texts.sample("sample")
    del facts["company"]

    with pytest.raises(texts.BadTemplateError):
        texts.render("sample", "ko", facts, strict=True)


@pytest.mark.parametrize(
    "typed",
    [
        "<script>alert(1)</script>",
        "[돈 받기](https://evil.example)",
        "![x](https://evil.example/x.png)",
        "https://evil.example/ <https://evil.example/>",
        "[x]: https://evil.example",
        "<a href='https://evil.example'>x</a>",
        "&lt;b&gt; &#60;b>",
    ],
)
@pytest.mark.parametrize("fact", ["company", "text", "number"])
def test_typed_markup_stays_text(fact, typed):
    made = texts.render("sample", "ko", texts.sample("sample") | {fact: typed})

    assert re.findall(r'(?:href|src)="([^"]*)"', made.html) == [f"{settings.PUBLIC_URL}/status/"]
    assert "<script" not in made.html
    assert typed in made.text
    assert visible(made.html) == words(made.text)


def test_typed_line_breaks_stay_in_the_quotation():
    facts = texts.sample("sample") | {
        "company": "가나\n\n- 접수번호: 거짓",
        "text": "첫째\n\n둘째\n    셋째",
        "number": "1\nBcc: x@example.kr",
    }

    made = texts.render("sample", "ko", facts)

    assert made.subject == "[1 Bcc: x@example.kr] 알림 시험입니다"
    assert "가나  - 접수번호: 거짓 담당자님" in made.text
    assert "> 첫째\n>\n> 둘째\n> 셋째\n" in made.text
    assert "<p>둘째<br>\n셋째</p>\n</blockquote>" in made.html


def test_typed_characters_that_reorder_or_hide_are_dropped():
    facts = texts.sample("sample") | {"company": "a\u202eb\u2066c\x07d\ue020e\u200f"}

    made = texts.render("sample", "ko", facts)

    assert made.text.startswith("abcde 담당자님")


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "//evil.example/", "data:text/html,x", "status/"]
)
def test_link_of_another_kind_is_refused(address):
    with pytest.raises(ValueError, match="a link in a notice"):
        markup.absolute(address)


def test_link_is_of_the_public_site_whatever_the_request_said(settings):
    settings.PUBLIC_URL = "https://portal.example.kr"

    assert markup.absolute("/상태/?a=b<c>") == (
        "<https://portal.example.kr/%EC%83%81%ED%83%9C/?a=b%3Cc%3E>"
    )


@pytest.mark.parametrize(
    ("language", "expected"),
    [("ko", "2026년 12월 3일(목) 09:30"), ("en", "3 December 2026 (Thu) 09:30 KST")],
)
def test_moment_is_told_as_in_seoul(language, expected):
    from django.utils import translation

    with translation.override(language):
        assert markup.moment("2026-12-03T00:30:00+00:00") == expected


def test_facts_can_be_compared_in_a_template():
    assert markup.shielded({"state": "not-solved", "n": 3}) == {"state": "not-solved", "n": 3}
