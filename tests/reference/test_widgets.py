"""The select for long lists writes what Django's own would."""

import pytest
from django import forms
from django.test.html import parse_html

from reference.widgets import LongSelect

CHOICES = [
    ("", "고르십시오"),
    ("자주 <찾는> 국가", [("US", "미국"), ("CI", 'Côte d\'Ivoire & "x"')]),
    ("그 밖", [("VN", "베트남"), ("US", "다시 미국")]),
]


@pytest.mark.parametrize("value", ["", None, "US", "CI", "VN", "XX", '"><script>'])
def test_select_writes_what_django_writes(value):
    attrs = {"id": "id_country", "aria-describedby": "a b", "required": True}
    ours = LongSelect(attrs={"class": "krds"}, choices=CHOICES)
    theirs = forms.Select(attrs={"class": "krds"}, choices=CHOICES)

    written = ours.render("country", value, attrs)

    assert parse_html(written) == parse_html(theirs.render("country", value, attrs))


def test_select_can_be_written_twice():
    select = LongSelect(choices=CHOICES)

    first = select.render("country", "US")

    assert (first.count(" selected"), select.render("country", "US")) == (1, first)
