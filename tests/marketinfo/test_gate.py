"""Who sees what: drafts reach nobody but the secretariat and auditors, on no page."""

import pytest
from django.contrib.auth.models import AnonymousUser

from marketinfo.models import Article, Requirement
from portal import hooks, search_page

MODELS = [Article, Requirement]


def pages_of(entry):
    listing = "/library/" if isinstance(entry, Article) else "/library/requirements/"
    return [listing, f"{listing}?q=비공개계획", "/search/?q=비공개계획", "/"]


def seen_on(client, entry):
    """On which of its pages the entry's title stands, and whether its own page opens."""
    found = [entry.title in client.get(page).content.decode() for page in pages_of(entry)]
    return [*found, client.get(entry.get_absolute_url()).status_code == 200]


@pytest.mark.parametrize("model", MODELS)
def test_draft_is_seen_by_no_stranger(client, write, people, monkeypatch, model):
    draft = write(model, out=False, title="나라별 소식")
    # Without highlights in the title the test can look for it.
    monkeypatch.setattr(model, "running_text", lambda entry: "비공개계획")
    from marketinfo import actions

    actions.reindex(draft)

    anonymous = seen_on(client, draft)
    client.force_login(people.outsider)
    outsider = seen_on(client, draft)

    assert (anonymous, outsider) == ([False] * 5, [False] * 5)


@pytest.mark.parametrize("model", MODELS)
def test_draft_is_seen_when_the_gate_is_broken(client, write, monkeypatch, model):
    draft = write(model, out=False, title="나라별 소식", summary="비공개계획")
    for gate in ("visible_to", "readable_by"):
        monkeypatch.setattr(type(model.objects.all()), gate, lambda rows, user: rows.all())

    assert seen_on(client, draft) == [True, True, True, False, True]


@pytest.mark.parametrize("model", MODELS)
def test_published_entry_is_seen_everywhere_and_taken_back_nowhere(client, write, model):
    from marketinfo import actions

    entry = write(model, title="나라별 소식", summary="비공개계획")

    out = seen_on(client, entry)
    actions.unpublish(entry, by=None)
    back = seen_on(client, entry)

    assert (out, back) == ([True] * 5, [False] * 5)


@pytest.mark.parametrize("role", ["secretary", "auditor"])
def test_officers_preview_drafts_marked_as_such(client, write, people, role):
    draft = write(out=False, title="나라별 소식")
    client.force_login(getattr(people, role))

    page = client.get(draft.get_absolute_url()).content.decode()
    listing = client.get("/library/").content.decode()

    assert page.count('class="badge neutral"') == 1
    assert listing.count('class="badge neutral"') == 1


def test_list_and_detail_agree_for_every_reader(client, write, people):
    entries = [write(title="가"), write(title="나", out=False)]
    readers = [AnonymousUser(), people.secretary, people.auditor, people.outsider, people.admin]

    for reader in readers:
        if reader.is_authenticated:
            client.force_login(reader)
        listed = set(Article.objects.visible_to(reader))
        opened = {
            entry for entry in entries if client.get(entry.get_absolute_url()).status_code == 200
        }
        assert listed == opened


def test_home_and_search_give_what_was_published(write):
    write(title="통관 안내", summary="수출통관이 막혔을 때")
    write(Requirement, title="베트남 표시")

    latest = hooks.home_results("library", AnonymousUser())
    found = search_page.asked({"q": "통관"}, AnonymousUser()).rows

    assert [result.title for result in latest] == ["베트남 표시", "통관 안내"]
    assert [(result.title, result.excerpt) for result in found] == [
        ("<mark>통관</mark> 안내", "수출<mark>통관</mark>이 막혔을 때")
    ]


@pytest.mark.parametrize(
    "path", ["/library/", "/library/requirements/", "/library/x/", "/library/requirements/x/"]
)
def test_library_pages_take_no_post(client, db, path):
    assert client.post(path).status_code == 405
