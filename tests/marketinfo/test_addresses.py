"""No entry takes the address of another page, and no kind of entry is half built."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import get_resolver

from casestudies.models import CaseStudy
from marketinfo.entry import RESERVED, Entry
from marketinfo.models import Article, Requirement

# Below these an entry's reference stands.
PLACES = ("library/", "library/requirements/", "cases/")


def addresses(patterns, before=""):
    """Every address of the portal as it is written in its patterns."""
    for one in patterns:
        whole = before + str(one.pattern)
        if hasattr(one, "url_patterns"):
            yield from addresses(one.url_patterns, whole)
        else:
            yield whole


def fixed_words(every):
    """The words that stand where a reference could stand and lead to another page."""
    found = set()
    for address in every:
        for place in PLACES:
            first, slash, _rest = address.removeprefix(place).partition("/")
            if address.startswith(place) and slash and first and "<" not in first:
                found.add(first)
    return found


def test_every_fixed_address_is_reserved():
    assert fixed_words(addresses(get_resolver().url_patterns)) == set(RESERVED)


def test_address_that_comes_new_is_seen():
    """The positive control: a page that nobody reserved is told."""
    every = [*addresses(get_resolver().url_patterns), "library/glossary/<slug:word>/"]

    assert fixed_words(every) - set(RESERVED) == {"glossary"}


@pytest.mark.parametrize("word", RESERVED)
@pytest.mark.parametrize("model", [Article, Requirement, CaseStudy])
def test_reserved_word_is_no_reference_past_the_form_either(places, model, word):
    where = {"country_id": "VN"} if model is Requirement else {}

    with pytest.raises(IntegrityError, match="reference_not_reserved"), transaction.atomic():
        model.objects.create(title="가", summary="나", reference=word, **where)


def test_kind_of_entry_that_leaves_its_page_open_cannot_be_written():
    with pytest.raises(TypeError, match="HalfBuilt declares no page"):
        type(
            "HalfBuilt", (Entry,), {"__module__": __name__, "Meta": type("Meta", (Entry.Meta,), {})}
        )


def test_every_kind_of_entry_says_its_page_and_its_sort():
    said = {
        model: model(reference="abc", **{model.sort_column: next(iter(model.sorts))})
        for model in (Article, Requirement, CaseStudy)
    }

    assert {model: (row.get_absolute_url(), row.kind_label) for model, row in said.items()} == {
        model: (address, str(model.sorts[getattr(said[model], model.sort_column)]))
        for model, address in (
            (Article, "/library/abc/"),
            (Requirement, "/library/requirements/abc/"),
            (CaseStudy, "/cases/abc/"),
        )
    }
