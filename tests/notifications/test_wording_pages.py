"""The pages of the wordings: list, previews in a sandbox, writing, putting into use, going back."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import MANAGER, Membership
from notifications import texts, wording
from notifications.models import Wording
from tests.intake.conftest import cast, reference_data  # noqa: F401 (fixtures)

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
SUBJECT, BODY = texts.parted(texts.shipped("receipt", "ko"))
NEW = BODY + "\n\n새로 쓴 글입니다."


@pytest.fixture(autouse=True)
def _nothing_known():
    """What a process knows of the words in use starts anew."""
    wording.known.forget()
    yield
    wording.known.forget()


@pytest.fixture
def desk(cast) -> Client:  # noqa: F811
    """A browser of somebody who may write."""
    return signed_in(cast.platform_admin)


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def at(step: str, *more) -> str:
    return reverse(f"admin:notifications_wording_{step}", args=["receipt", *more])


WRITE = ("write", "ko")


def keep(desk: Client, body: str = NEW, seen: int = 0, **more):
    return desk.post(at(*WRITE), {"subject": SUBJECT, "body": body, "seen": seen, **more})


def test_list_shows_every_kind_and_finds_by_words(desk: Client) -> None:
    page = desk.get(reverse("admin:notifications_wording_changelist"))
    found = desk.get(reverse("admin:notifications_wording_changelist"), {"q": "조회번호는"})

    links = re.findall(r"/admin/notifications/wording/(\w+)/\"", page.content.decode())
    assert set(links) == set(texts.kinds())
    hits = set(re.findall(r"/admin/notifications/wording/(\w+)/\"", found.content.decode()))
    assert hits == {"receipt"}


def test_kind_shows_both_languages_in_frames_that_run_nothing(desk: Client) -> None:
    page = desk.get(at("kind"))
    html = desk.get(at("html", "ko", 0))

    frames = re.findall(r'<iframe[^>]*sandbox=""[^>]*src="([^"]+)"', page.content.decode())
    assert frames == [at("html", language, 0) for language in ("ko", "ko", "en", "en")]
    assert "frame-src 'self'" in page["Content-Security-Policy"]
    policy = html["Content-Security-Policy"]
    assert policy.startswith("sandbox; default-src 'none'; style-src 'sha256-")
    assert "frame-ancestors 'self'" in policy
    assert html["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.parametrize("kind", sorted(texts.kinds()))
def test_every_kind_has_a_page(desk: Client, kind: str) -> None:
    page = desk.get(reverse("admin:notifications_wording_kind", args=[kind]))

    assert (page.status_code, page.content.decode().count("<iframe")) == (200, 4)


def test_words_are_kept_looked_through_and_put_into_use(desk: Client) -> None:
    kept = keep(desk)
    before = wording.words("receipt", "ko", texts.sample("receipt"))[1]
    done = desk.post(at("use", "ko", 1), {"in_use": ""})
    wording.known.forget()

    assert (kept.status_code, done.status_code) == (302, 302)
    row = Wording.objects.get()
    assert (row.version, row.state, before) == (1, "published", None)
    assert "새로 쓴 글입니다." in wording.words("receipt", "ko", texts.sample("receipt"))[0].text
    assert "새로 쓴 글입니다." in desk.get(at("html", "ko", 1)).content.decode()


def test_fault_is_told_with_its_line_and_nothing_is_put_into_use(desk: Client) -> None:
    keep(desk, "첫 문장입니다.\n\n{{ nobody }}")
    page = desk.get(at(*WRITE)).content.decode()

    refused = desk.post(at("use", "ko", 1), {"in_use": ""}, follow=True).content.decode()

    for shown in (page, refused):
        assert "3번째 줄: 이 알림에는 ‘nobody’ 자리표시가 없습니다." in shown
    assert Wording.objects.published().count() == 0


def test_looking_through_keeps_nothing(desk: Client) -> None:
    page = keep(desk, NEW, check="1")

    assert page.status_code == 200
    assert "문제가 없는 문구입니다." in page.content.decode()
    assert Wording.objects.count() == 0


def test_second_writer_keeps_what_was_typed(desk: Client) -> None:
    keep(desk)

    late = keep(desk, BODY + "\n\n늦게 쓴 글입니다.", seen=0)

    page = late.content.decode()
    assert late.status_code == 409
    assert "늦게 쓴 글입니다." in page
    assert 'name="seen" value="1"' in page
    assert Wording.objects.count() == 1


def test_earlier_words_and_the_shipped_ones_come_back(desk: Client) -> None:
    keep(desk)
    desk.post(at("use", "ko", 1), {"in_use": ""})
    keep(desk, BODY + "\n\n둘째 글입니다.", seen=1)
    desk.post(at("use", "ko", 2), {"in_use": "1"})
    desk.post(at("restore", "ko", 1), {"in_use": "2", "newest": "2"})
    states = {row.version: row.state for row in wording.versions("receipt", "ko")}

    desk.post(at("shipped", "ko"), {"in_use": "3"})

    assert states == {1: "retired", 2: "retired", 3: "published"}
    assert wording.current("receipt", "ko") is None


def test_who_only_reads_sees_the_words_and_changes_nothing(cast) -> None:  # noqa: F811
    for person in (cast.secretary, cast.auditor):
        desk = signed_in(person)
        page = desk.get(at(*WRITE))

        assert page.status_code == 200
        form = page.content.decode().partition('class="wording-form"')[2].partition("</form>")[0]
        assert "<button" not in form
        assert [
            keep(desk).status_code,
            desk.post(at("use", "ko", 1)).status_code,
            desk.post(at("shipped", "ko")).status_code,
        ] == [403, 403, 403]
    assert Wording.objects.count() == 0


def test_manager_of_the_secretariat_writes(cast) -> None:  # noqa: F811
    Membership.objects.filter(user=cast.secretary).update(role=MANAGER)

    assert keep(signed_in(cast.secretary)).status_code == 302
    assert Wording.objects.get().author == cast.secretary


def test_kind_that_does_not_exist_is_not_found(desk: Client) -> None:
    for path in (
        "/admin/notifications/wording/nothing/",
        "/admin/notifications/wording/receipt/fr/",
    ):
        assert desk.get(path).status_code == 404
