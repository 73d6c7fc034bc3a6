"""The main menu."""

from portal import navigation


def test_menu_holds_every_place_in_order(request_for):
    entries = navigation.menu(request_for(path="/"))

    assert [(entry.name, entry.url) for entry in entries] == [
        ("intake:file", "/file/"),
        ("intake:follow", "/follow/"),
        ("marketinfo:list", "/library/"),
        ("casestudies:list", "/cases/"),
        ("guide", "/guide/"),
    ]


def test_menu_marks_the_place_above_the_page(request_for):
    entries = navigation.menu(request_for(path="/library/vn-cosmetics/"))

    assert [entry.name for entry in entries if entry.here] == ["marketinfo:list"]


def test_menu_leaves_out_what_nobody_answers_to(request_for, monkeypatch):
    monkeypatch.setattr(navigation, "ENTRIES", [("nobody:here", "x"), ("guide", "Guide")])

    assert [entry.name for entry in navigation.menu(request_for())] == ["guide"]
