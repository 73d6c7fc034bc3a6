"""The template tags of the look."""

import pytest
from django.template import engines

from portal.templatetags import look


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("베트남 통관 지연", True),
        ("ok, but slow at the port", True),
        ("지연", True),
        ("", False),
        ("   ", False),
        ("on", False),
        ("VN", False),
        ("2026-10-01", False),
        ("0f8fad5b-d9cb-469f-a165-70867728950e", False),
        ("/library/", False),
    ],
)
def test_written_keeps_what_a_person_wrote(value, shown):
    assert look.written([("field", value)]) == ([value] if shown else [])


def test_breadcrumb_links_every_step_but_the_last(read):
    template = engines["django"].from_string(
        "{% load look %}{% breadcrumb 'Library' '/library/' 'Vietnam' '' 'Labels' %}"
    )

    page = read(template.render({}))

    assert [tag.attrs["href"] for tag in page.all("a")] == ["/", "/library/"]
    assert [tag.text for tag in page.all("span")] == ["Vietnam", "Labels"]
    assert page.one("span", aria_current="page").text == "Labels"
