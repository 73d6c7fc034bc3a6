"""Atom feeds of what can be followed: well-formed whatever is in an entry, published ones only."""

import pytest
from defusedxml import ElementTree
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from marketinfo.following import announcing
from marketinfo.models import Article, Requirement

ATOM = "{http://www.w3.org/2005/Atom}"


def entries(client, **query):
    response = client.get(reverse("marketinfo:feed"), query)
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(response.content).findall(f"{ATOM}entry")


def titles(client, **query):
    return [entry.findtext(f"{ATOM}title") for entry in entries(client, **query)]


def test_feed_is_narrowed_as_the_lists_are(client, write):
    write(Requirement, title="베트남 화장품", hs_codes=" 3304 ", category_id="CUS-01")
    write(Requirement, title="미국 화장품", country_id="US", hs_codes=" 33 ")
    write(Article, title="어디서나")
    write(Article, title="초안", out=False)

    found = {
        "": titles(client),
        "VN": titles(client, country="VN"),
        "VN 33": titles(client, country="vn", hs="33"),
        "CUS": titles(client, category="CUS"),
    }

    assert found == {
        "": ["어디서나", "미국 화장품", "베트남 화장품"],
        "VN": ["어디서나", "베트남 화장품"],
        "VN 33": ["베트남 화장품"],
        "CUS": ["베트남 화장품"],
    }


def test_changed_entry_comes_first_and_says_what_changed(client, write, settings):
    settings.PUBLIC_URL = "https://portal.example"
    old = write(Requirement, title="먼저")
    write(Requirement, title="나중")

    announcing.announce_change(old, what="수수료가 올랐습니다.", by=None)

    first = entries(client)[0]
    link = f"https://portal.example{old.get_absolute_url()}"
    assert (first.findtext(f"{ATOM}title"), first.findtext(f"{ATOM}id")) == ("먼저", link)
    assert "수수료가 올랐습니다." in first.findtext(f"{ATOM}summary")
    assert first.findtext(f"{ATOM}updated") > first.findtext(f"{ATOM}published")


def test_hostile_words_leave_the_feed_well_formed(client, write):
    title = "<script>alert(1)</script> & ]]> \x01\x0b\u202e"
    write(Article, title=title, summary='" onload="x" <b>')

    [entry] = entries(client)

    assert entry.findtext(f"{ATOM}title").startswith("<script>alert(1)</script> & ]]>")


@pytest.mark.parametrize("query", [{"country": "ZZ"}, {"hs": "x"}, {"reference": "none"}])
def test_feed_of_what_does_not_exist_is_not_there(client, places, query):
    assert client.get(reverse("marketinfo:feed"), query).status_code == 404


def test_feed_costs_the_same_for_one_and_for_many(client, write):
    def statements():
        with CaptureQueriesContext(connection) as seen:
            entries(client)
        return len(seen)

    write(Article)
    one = statements()
    for _turn in range(5):
        write(Requirement)

    assert statements() == one


def test_archive_has_a_feed_of_its_own(client, write):
    write(Article, title="자료")

    response = client.get(reverse("casestudies:feed"))

    assert ElementTree.fromstring(response.content).findall(f"{ATOM}entry") == []


def test_lists_name_their_feed(client, write):
    write(Requirement, country_id="VN")

    page = client.get(reverse("marketinfo:requirements"), {"country": "VN", "q": "화장품"})

    assert f'href="{reverse("marketinfo:feed")}?country=VN"' in page.content.decode()
