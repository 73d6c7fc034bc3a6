"""The registries behind the home page and the combined search."""

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser

from portal import hooks

RESULT = hooks.Result("인증 면제", "/library/x/", "규제", "베트남 화장품", dt.date(2026, 1, 2))


@pytest.fixture
def empty_registries(monkeypatch):
    monkeypatch.setattr(hooks, "home_blocks", {})
    monkeypatch.setattr(hooks, "search_providers", [])


@pytest.mark.usefixtures("empty_registries")
def test_home_shows_what_the_providers_give_and_says_so_when_nothing(client, read):
    hooks.register_home_block("library", lambda reader: [RESULT])

    page = read(client.get("/"))

    assert [tag.text for tag in page.all("a", href="/library/x/")] == ["인증 면제"]
    assert page.one("time").attrs["datetime"] == "2026-01-02"
    assert len(page.all(class_="empty")) == 1


@pytest.mark.usefixtures("empty_registries")
def test_search_asks_each_provider_once_and_keeps_their_order():
    asked = []

    def first(query, reader):
        asked.append((query, reader.is_anonymous))
        return [RESULT]

    def second(query, reader):
        return [hooks.Result("사례", "/cases/y/", "사례")]

    for provider in (first, second, first):
        hooks.register_search_provider(provider)
    found = hooks.search("화장품", AnonymousUser())

    assert [result.url for result in found] == ["/library/x/", "/cases/y/"]
    assert asked == [("화장품", True)]


def test_home_has_only_its_two_lists():
    with pytest.raises(ValueError, match="no list 'news'"):
        hooks.register_home_block("news", lambda reader: [])
