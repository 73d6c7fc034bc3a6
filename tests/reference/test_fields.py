"""Lists typed with commas."""

import pytest

from reference.fields import WordsField


@pytest.mark.parametrize(
    ("typed", "words"),
    [("미국, USA ,미국", ["미국", "USA"]), ("", []), (" , ", []), ("a", ["a"])],
)
def test_words_are_split_and_cleaned(typed, words):
    assert WordsField(required=False).clean(typed) == words


def test_words_are_shown_with_commas():
    assert WordsField().prepare_value(["미국", "USA"]) == "미국, USA"


def test_what_was_typed_is_shown_as_typed():
    assert WordsField().prepare_value("미국,,USA") == "미국,,USA"


@pytest.mark.parametrize(("typed", "changed"), [("미국,USA", False), ("미국", True)])
def test_words_changed_whatever_the_spacing(typed, changed):
    assert WordsField().has_changed(["미국", "USA"], typed) is changed
