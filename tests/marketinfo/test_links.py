"""The links of entries: found in the text, asked carefully, private addresses never."""

import datetime as dt
import http.server
import threading

import pytest
from django.utils import timezone

from marketinfo.linking import asking, keeping
from marketinfo.linking.asking import Found, ask, checked
from marketinfo.models import Article, EntryLink
from marketinfo.models.kept import BROKEN, NOT_ASKED, SILENT, WORKS
from marketinfo.tasks import links

PUBLIC = "93.184.215.14"


def known(host, port):
    """A name service that finds a public address for every name but some."""
    inside = {"inside.example": ["10.0.0.8"], "both.example": [PUBLIC, "127.0.0.1"]}
    if host == "nowhere.example":
        raise OSError
    return inside.get(host, [host if host[0].isdigit() or ":" in host else PUBLIC])


class Server(http.server.BaseHTTPRequestHandler):
    """Answers by the path."""

    asked: list[tuple[str, str]] = []

    def _answer(self):
        self.asked.append((self.command, self.path))
        code = {
            "/gone": 404,
            "/shy": 405 if self.command == "HEAD" else 200,
            "/moved": 301,
            "/round": 302,
            "/inward": 302,
            "/ill": 500,
        }.get(self.path, 200)
        self.send_response(code)
        if self.path == "/moved":
            self.send_header("Location", "/here")
        if self.path == "/round":
            self.send_header("Location", "/round")
        if self.path == "/inward":
            self.send_header("Location", "http://inside.example/admin")
        self.send_header("Content-Length", "2")
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(b"ok")

    do_GET = do_HEAD = _answer  # noqa: N815 (the library's names)

    def log_message(self, *_args):
        """Say nothing."""


@pytest.fixture
def opener():
    """Asks a server of our own instead of the public address that was looked at."""
    Server.asked = []
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    port = server.server_port

    def open_there(method, url, ip):
        assert ip == PUBLIC
        path = "/" + url.split("/", 3)[3]
        return asking.fetch(method, f"http://site.example:{port}{path}", "127.0.0.1")

    yield open_there
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("path", "found", "methods"),
    [
        ("here", Found(WORKS, 200), ["HEAD"]),
        ("gone", Found(BROKEN, 404), ["HEAD", "GET"]),
        ("shy", Found(WORKS, 200), ["HEAD", "GET"]),
        ("moved", Found(WORKS, 200), ["HEAD", "HEAD"]),
        ("round", Found(SILENT), ["HEAD"] * 5),
        ("inward", Found(NOT_ASKED), ["HEAD"]),
        ("ill", Found(SILENT, 500), ["HEAD", "GET"]),
    ],
)
def test_answer_tells_what_became_of_a_link(opener, path, found, methods):
    answer = ask(f"http://site.example/{path}", opener=opener, resolver=known)

    assert answer == found
    assert [method for method, _path in Server.asked] == methods


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://169.254.169.254/latest/",
        "http://10.1.2.3/",
        "http://192.168.0.1/",
        "http://inside.example/",
        "http://both.example/",
        "http://site.example:8080/",
        "http://user:secret@site.example/",
        "ftp://site.example/",
        "http://",
        "http://site.example:99999/",
    ],
)
def test_private_and_odd_addresses_are_never_asked(url):
    asked = []

    answer = ask(url, opener=lambda *args: asked.append(args), resolver=known)

    assert (answer, asked) == (Found(NOT_ASKED), [])


def test_public_address_would_be_asked():
    """The positive control: the same question lets a public address through."""
    assert checked("https://site.example/a", known) == PUBLIC


def test_unknown_name_and_dead_line_are_silent():
    def dead(*_args):
        raise TimeoutError

    assert ask("http://nowhere.example/", resolver=known) == Found(SILENT)
    assert ask("http://site.example/", opener=dead, resolver=known) == Found(SILENT)


def test_links_of_text_and_source_are_noted_and_dropped(write):
    entry = write(
        body="[가](https://a.example/) [나](mailto:x@y.example) [다](https://a.example/)",
        source_url="https://law.example/1",
    )
    draft = write(body="[가](https://draft.example/)", out=False)

    keeping.note_all(since=entry.created_at - dt.timedelta(days=1))
    first = sorted(EntryLink.objects.values_list("url", flat=True))
    entry.body = "글"
    keeping.note(entry)

    assert first == ["https://a.example/", "https://law.example/1"]
    assert list(EntryLink.objects.values_list("url", flat=True)) == ["https://law.example/1"]
    assert EntryLink.objects.of(draft).count() == 0


def test_beat_asks_what_is_due_and_keeps_since_when_it_fails(write, monkeypatch):
    write(body="[가](https://a.example/x) [나](https://b.example/)")
    answers = {"https://a.example/x": Found(BROKEN, 404), "https://b.example/": Found(WORKS, 200)}
    monkeypatch.setattr(asking, "ask", answers.__getitem__)

    asked = (links.check_links(), links.check_links())

    broken, works = EntryLink.objects.order_by("url")
    assert asked == (2, 0)
    assert (broken.state, broken.code, broken.failing_since is None) == (BROKEN, 404, False)
    assert (works.state, works.failing_since) == (WORKS, None)
    since = broken.failing_since
    EntryLink.objects.update(checked_at=timezone.now() - dt.timedelta(days=2))
    assert links.check_links() == 1
    assert EntryLink.objects.get(url=broken.url).failing_since == since


def test_desk_shows_entries_with_broken_links(write, people, client):
    entry = write(title="끊어진 글", body="[가](https://a.example/)")
    write(title="성한 글")
    keeping.note(entry)
    keeping.take(EntryLink.objects.get(), Found(BROKEN, 404))
    client.force_login(people.secretary)

    rows = client.get("/admin/marketinfo/article/", {"waits": "links"}).context["cl"].result_list
    listing = client.get("/admin/marketinfo/entrylink/").content.decode()

    assert list(rows) == [Article.objects.get(title="끊어진 글")]
    assert "끊어진 글" in listing
