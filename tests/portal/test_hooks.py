"""The registry behind the home page."""

import datetime as dt

import pytest

from portal import hooks

RESULT = hooks.Result("인증 면제", "/library/x/", "규제", "베트남 화장품", dt.date(2026, 1, 2))


@pytest.fixture
def empty_registries(monkeypatch):
    monkeypatch.setattr(hooks, "home_blocks", {})


@pytest.mark.usefixtures("empty_registries")
def test_home_shows_what_the_providers_give_and_says_so_when_nothing(client, read):
    hooks.register_home_block("library", lambda reader: [RESULT])

    page = read(client.get("/"))

    assert [tag.text for tag in page.all("a", href="/library/x/")] == ["인증 면제"]
    assert page.one("time").attrs["datetime"] == "2026-01-02"
    assert len(page.all(class_="empty")) == 1


def test_home_has_only_its_two_lists():
    with pytest.raises(ValueError, match="no list 'news'"):
        hooks.register_home_block("news", lambda reader: [])
