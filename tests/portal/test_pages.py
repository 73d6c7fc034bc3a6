"""The public pages that belong to no single application."""

import pytest

PAGES = ["/", "/search/", "/search/?q=%3Cb%3E", "/guide/", "/privacy/", "/accessibility/"]
SIGN_IN = "/sign-in/"

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("path", [*PAGES, SIGN_IN, "/no-such-page/"])
def test_page_is_valid_and_keeps_the_content_policy(client, read, path, language):
    client.cookies["django_language"] = language

    page = read(client.get(path))

    assert page.faults() == []
    assert page.one("html").attrs["lang"] == language
    assert len(page.all("h1")) == 1
    assert page.one("title").text.strip(" |") != ""


@pytest.mark.parametrize(
    ("broken", "fault"),
    [
        ('<p style="color:red">x</p>', "style on <p>"),
        ("<script>1</script>", "script without src"),
        ('<button onclick="x()">x</button>', "onclick on <button>"),
        (
            '<img src="https://cdn.example/x.png" alt="">',
            "img from another host: https://cdn.example/x.png",
        ),
        ('<input id="a" name="a">', "no label: a"),
        ('<label for="b">b</label>', "for names no id: b"),
        ('<p id="a">a</p><p id="a">a</p>', "id twice: a"),
        ('<a href="#gone">x</a>', "link to no id: #gone"),
        ("<p><div>x</div></p>", "unexpected-end-tag"),
    ],
)
def test_reading_a_page_finds_what_is_broken(read, broken, fault):
    faults = read(broken).faults()

    assert faults == [fault]


def test_frame_stands_in_the_order_of_the_design_system(client):
    html = client.get("/guide/").content.decode()

    marks = [
        'id="krds-skip-link"',
        'class="site-bar"',
        "<header",
        "<main",
        "krds-breadcrumb-wrap",
        "<h1",
        "<footer",
    ]
    places = [html.index(mark) for mark in marks]

    assert places == sorted(places)


def test_masthead_and_identifier_are_for_official_sites_only(client, settings):
    claims = ["대한민국 공식 전자정부 누리집입니다", "에서 운영하는 누리집입니다"]

    neutral = client.get("/").content.decode()
    settings.OFFICIAL_SITE = True
    official = client.get("/").content.decode()

    assert [claim in neutral for claim in claims] == [False, False]
    assert [claim in official for claim in claims] == [True, True]
    assert ['class="site-bar"' in page for page in (neutral, official)] == [True, False]


def test_language_switch_changes_the_page_and_comes_back(client, read):
    response = client.post("/language/", {"language": "en", "next": "/guide/"}, follow=True)

    page = read(response)
    assert response.redirect_chain == [("/guide/", 302)]
    assert page.one("html").attrs["lang"] == "en"
    assert page.one("h1").text == "How it works"


def test_korean_is_shown_whatever_the_browser_prefers(client, read):
    page = read(client.get("/guide/", headers={"accept-language": "en-GB,en"}))

    assert page.one("html").attrs["lang"] == "ko"


def test_privacy_policy_is_linked_under_its_legal_name_from_every_page(client, read):
    links = [
        [tag.text for tag in read(client.get(path)).all("a", class_="point", href="/privacy/")]
        for path in PAGES
    ]

    assert links == [["개인정보 처리방침"]] * len(PAGES)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_privacy_policy_has_every_part_in_both_languages(client, read, language):
    client.cookies["django_language"] = language

    page = read(client.get("/privacy/"))

    parts = [tag.attrs["id"] for tag in page.all("h2", id=True)]
    assert parts == [
        "purpose", "items", "third", "entrust", "destroy", "rights", "safety", "cookies",
        "officer", "remedy", "change",
    ]  # fmt: skip


def test_search_shows_the_question_as_text_and_counts(client, read):
    page = read(client.get("/search/", {"q": "  <b>통관</b>   서류 "}))

    assert page.one("input", id="search-q").attrs["value"] == "<b>통관</b> 서류"
    assert page.all("b") == []
    assert len(page.all(class_="empty")) == 1


def test_search_cuts_a_question_without_end(client, read):
    page = read(client.get("/search/", {"q": "가" * 5000}))

    assert page.one("input", id="search-q").attrs["value"] == "가" * 200


def test_demo_accounts_are_shown_in_the_demonstration_only(client, settings):
    shown = []
    for demo in (False, True):
        settings.DEMO = demo
        shown.append("demo-portal-2026" in client.get(SIGN_IN).content.decode())

    assert shown == [False, True]


def test_sign_in_says_what_is_wrong_and_keeps_the_address(client, read):
    response = client.post(SIGN_IN, {"login": "nobody@example.com", "password": "wrong"})

    page = read(response)
    assert page.faults() == []
    assert page.one("input", name="login").attrs["value"] == "nobody@example.com"
    assert "value" not in page.one("input", name="password").attrs
    assert len(page.all(class_="error-summary")) == 1


def test_get_pages_write_nothing(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        for path in ("/guide/", "/privacy/", "/accessibility/", "/search/"):
            client.get(path)


def test_pages_stand_without_the_fetched_look(client, read, settings, tmp_path):
    styles = []
    for folders in ([settings.BASE_DIR / "static"], [settings.BASE_DIR / "static", tmp_path]):
        (tmp_path / "krds/css/component").mkdir(parents=True, exist_ok=True)
        (tmp_path / "krds/css/component/output.css").write_text("")
        settings.STATICFILES_DIRS = folders
        page = read(client.get("/guide/"))
        styles.append([tag.attrs["href"] for tag in page.all("link", rel="stylesheet")])

    assert styles == [["/static/portal.css"], ["/static/krds.css", "/static/portal.css"]]
