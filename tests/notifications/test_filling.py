"""A letter whose form is kept says what a letter made anew says, to the last character."""

from html import unescape

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from notifications import filling, texts

LANGUAGES = [code for code, _name in settings.LANGUAGES]
WORDS = st.text(
    st.characters(blacklist_categories=("Cs",)) | st.sampled_from("*_[]()<>&\"'`#>-+.!|\n한글"),
    max_size=40,
)


def read(made):
    """What a reader takes in: how a character is escaped makes no difference."""
    return made.subject, made.preheader, made.text, unescape(made.html)


def made_anew(kind, language, facts):
    """The letter with its facts in place before Markdown sees it: slow, and plainly right."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(filling, "placed", lambda value, places: value)
        texts._form.cache_clear()
        return texts.render(kind, language, facts)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", sorted(texts.kinds()))
def test_kept_form_says_what_the_letter_made_anew_says(kind, language):
    facts = texts.sample(kind)

    expected = made_anew(kind, language, facts)

    assert read(texts.render(kind, language, facts)) == read(expected)
    assert read(texts.render(kind, language, facts)) == read(expected)


@given(st.lists(st.tuples(WORDS, WORDS), min_size=2, max_size=4))
def test_kept_form_keeps_one_readers_words_from_the_next(letters):
    base = texts.sample("sample")
    typed = [base | {"company": name, "text": text} for name, text in letters]

    expected = [read(made_anew("sample", "ko", facts)) for facts in typed]
    texts._form.cache_clear()

    assert [read(texts.render("sample", "ko", facts)) for facts in typed] == expected


def test_form_is_made_once_for_readers_whose_letters_differ_in_facts_alone():
    texts._form.cache_clear()

    for number in range(5):
        texts.render(
            "receipt", "ko", texts.sample("receipt") | {"number": f"GT-2026-{number:06d}-7"}
        )

    assert texts._form.cache_info().misses == 1


def test_words_that_look_like_a_place_stay_words():
    typed = "\ue100 https://fact-0.invalid/ \uf8fd"

    made = texts.render("sample", "ko", texts.sample("sample") | {"company": typed})

    assert "https://fact-0.invalid/" in made.text
    assert "\uf8fd" not in made.html + made.text
