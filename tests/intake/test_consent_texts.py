"""The full texts of the consents: what the law wants said, in both languages, as plain markup."""

import re

import pytest
from django.template.loader import render_to_string

from intake import consents

LANGUAGES = ("ko", "en")
_HANGUL = re.compile("[가-힣]")
# Personal Information Protection Act: four statements (15②), five where data go to others (17②).
ROWS = {
    consents.COLLECTION: 4,
    consents.BODIES: 5,
    consents.PRIVATE_BODIES: 5,
    consents.SHARING: 5,
    consents.SURVEY: 4,
}
_NO_DISADVANTAGE = {"ko": "접수와 처리에 불이익이 없습니다", "en": "no disadvantage for receiving"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("consent", consents.CONSENTS, ids=lambda consent: consent.kind)
def test_consent_states_what_the_law_asks(consent: consents.ConsentText, language: str) -> None:
    text = render_to_string(consent.templates[language])

    assert text.count('<th scope="row">') == text.count("<th") == ROWS[consent.kind]
    assert text.count("<caption") == text.count("<table") == 1
    assert text.count(_NO_DISADVANTAGE[language]) == (0 if consent.required else 1)
    assert bool(_HANGUL.search(text)) == (language == "ko")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("consent", consents.CONSENTS, ids=lambda consent: consent.kind)
def test_consent_is_plain_markup(consent: consents.ConsentText, language: str) -> None:
    text = render_to_string(consent.templates[language])
    tags = set(re.findall(r"<(\w+)", text))
    attributes = set(re.findall(r'\s(\w+)="', text))

    assert tags <= {"p", "table", "caption", "tbody", "tr", "th", "td", "ul", "li", "strong"}
    assert attributes <= {"class", "scope"}


@pytest.mark.parametrize("kind", [text.kind for text in consents.CONSENTS])
def test_korean_and_english_consent_have_the_same_shape(kind: str) -> None:
    shapes = [
        re.findall(r"</?\w+", render_to_string(f"intake/consents/{kind}.{language}.html"))
        for language in LANGUAGES
    ]

    assert shapes[0] == shapes[1]
