"""The inbox: one's own notices and nobody else's, counted for nothing, read by a step apart."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Organisation, User
from intake import actions
from intake.models import Case
from intake.timeline import COMPANY, submitter
from notifications import catalog, inbox, outbox, texts
from notifications.models import DECLINED, TEXT, Notice
from notifications.models.preference import DAILY
from tests.intake.conftest import cast, reference_data  # noqa: F401 (fixtures)
from tests.intake.factories import filing
from tests.notifications.readers import person, tell, wants

pytestmark = pytest.mark.django_db
LIST = "/inbox/"


@pytest.fixture
def reader() -> User:
    """A company's person who signs in with a code."""
    return person()


@pytest.fixture
def browser(reader: User) -> Client:
    """Their browser."""
    client = Client()
    client.force_login(reader, method="code")
    return client


def many(user: User, count: int, kind: str = "supplement_arrived") -> list[Notice]:
    """So many notices."""
    facts = texts.sample(kind)
    with transaction.atomic():
        return outbox.enqueue_many(
            outbox.notice(
                kind, to=user.email, context=facts, subject_key=f"company/{serial}", recipient=user
            )
            for serial in range(count)
        )


def shown(browser: Client, query: str = "") -> list[int]:
    """The notices of a page of the list."""
    return [row.notice.pk for row in browser.get(LIST + query).context["rows"]]


def unread_in_header(browser: Client, page: str = LIST) -> str:
    """What the header says."""
    found = re.search(
        r'class="unread-count">(?:<[^>]*>)?([^<]*)<', browser.get(page).content.decode()
    )
    return found[1] if found else ""


# --- What stands there ------------------------------------------------------------------------
def test_list_shows_ones_own_newest_first(browser, reader):
    first, second = tell(reader), tell(reader, "disputed")
    foreign = tell(person("other"))

    assert shown(browser) == [second.pk, first.pk]
    for method, path in (
        ("get", f"{LIST}{foreign.pk}/"),
        ("post", f"{LIST}{foreign.pk}/open/"),
        ("post", f"{LIST}{foreign.pk}/read/"),
    ):
        assert getattr(browser, method)(path).status_code == 404
    browser.post(f"{LIST}read/", {"newest": foreign.pk + 1})
    foreign.refresh_from_db()
    assert foreign.read_at is None


def test_codes_links_digests_texts_and_the_declined_stay_out(browser, reader):
    for kind in ("sign_in_code", "password_link", "invitation", "one_time_code", "draft_link"):
        tell(reader, kind)
    tell(reader, "digest")
    declined, text = tell(reader), tell(reader)
    Notice.objects.filter(pk=declined.pk).update(state=DECLINED)
    Notice.objects.filter(pk=text.pk).update(channel=TEXT)

    hidden = Notice.objects.values_list("pk", flat=True)

    assert (shown(browser), unread_in_header(browser)) == ([], "")
    assert {browser.get(f"{LIST}{pk}/").status_code for pk in hidden} == {404}


def test_no_shown_kind_carries_a_code_or_a_link_that_signs_in():
    risky = {
        kind.name
        for kind in catalog.every()
        if kind.topic == catalog.ACCOUNT
        and ({"code", "token"} & set(texts.sample(kind.name)) or "code" in kind.name)
    }

    assert "sign_in_code" in risky
    assert risky <= inbox.left_out()


@pytest.mark.parametrize("count", [0, 1, 1_000])
def test_list_is_as_cheap_with_a_thousand(browser, reader, count):
    many(reader, count)

    with CaptureQueriesContext(connection) as asked:
        rows = browser.get(LIST).context["rows"]

    assert len(rows) == min(count, inbox.PAGE)
    # Session, person with the count, memberships (menu), rows; sign-in by code asks its own.
    assert len(asked) <= 8


def test_every_notice_is_on_one_page_when_walked_to_the_end_and_back(browser, reader):
    rows = {row.pk for row in many(reader, 60)}
    seen, address = [], ""
    while True:
        answer = browser.get(LIST + address)
        seen.append([row.notice.pk for row in answer.context["rows"]])
        older = answer.context["links"]["older"]
        if not older:
            break
        address = older.removeprefix(LIST)
    back = browser.get(answer.context["links"]["newer"])

    assert [len(page) for page in seen] == [25, 25, 10]
    assert {pk for page in seen for pk in page} == rows
    assert [row.notice.pk for row in back.context["rows"]] == seen[1]


@pytest.mark.parametrize(
    "place", ["before=0", "after=x", "before=99999999999999999999", "after=-1"]
)
def test_strange_place_shows_the_first_page(browser, reader, place):
    row = tell(reader)

    assert shown(browser, f"?{place}") == [row.pk]


def test_filters_find_the_unread_the_topic_and_the_number(browser, reader):
    read, case = tell(reader), tell(reader, number="GT-2026-000123-7")
    overdue = tell(reader, "referral_overdue")
    browser.post(f"{LIST}{read.pk}/read/")

    assert shown(browser, "?show=unread") == [overdue.pk, case.pk]
    assert shown(browser, "?topic=reminders") == [overdue.pk]
    assert shown(browser, "?q=gt-2026-000123") == [case.pk]
    assert shown(browser, "?q=GT-1999") == []


# --- Reading ----------------------------------------------------------------------------------
def test_opening_marks_as_read_and_leads_to_the_words(browser, reader):
    row = tell(reader, context={"happened": "무엇"})

    answer = browser.post(f"{LIST}{row.pk}/open/", {"in": "q=GT-1&show=unread&evil=1"}, follow=True)

    row.refresh_from_db()
    assert answer.redirect_chain == [(f"{LIST}{row.pk}/?in=q%3DGT-1%26show%3Dunread", 302)]
    assert (row.read_at is not None, answer.context["back"]) == (
        True,
        "/inbox/?q=GT-1&show=unread",
    )
    expected = texts.render("supplement_arrived", "ko", row.context)
    assert f"[GT-2026-000123-7] {answer.context['heading']}" == expected.subject
    assert f'href="{settings.PUBLIC_URL}{row.context["link"]}"' in answer.context["words"]


def test_looking_writes_nothing(browser, reader):
    row = tell(reader)
    browser.get(LIST)

    with CaptureQueriesContext(connection) as asked:
        for path in (LIST, f"{LIST}{row.pk}/", "/my-notices/", f"{LIST}?show=unread"):
            browser.get(path)
    row.refresh_from_db()

    writes = [
        query["sql"]
        for query in asked.captured_queries
        if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))
        and "django_session" not in query["sql"]
    ]
    assert (writes, row.read_at) == ([], None)
    for path in (f"{LIST}{row.pk}/open/", f"{LIST}{row.pk}/read/", f"{LIST}read/"):
        assert browser.get(path).status_code == 405


def test_all_are_read_but_what_came_while_one_looked(browser, reader):
    rows = [tell(reader), tell(reader)]
    newest = browser.get(LIST).context["newest"]
    late = tell(reader)

    browser.post(f"{LIST}read/", {"newest": newest})

    unread = Notice.objects.unread().values_list("pk", flat=True)
    assert (newest, list(unread)) == (rows[-1].pk, [late.pk])


def test_steps_lead_back_to_the_portal_only(browser, reader):
    row = tell(reader)

    answer = browser.post(f"{LIST}{row.pk}/read/", {"in": "https://evil.example/?q=1"})

    assert answer["Location"].startswith(LIST)


def test_held_notice_is_read_in_the_portal_at_once(browser, reader):
    wants(reader, DAILY)
    row = tell(reader)

    assert (row.state, shown(browser)) == ("held", [row.pk])


def test_what_people_typed_stays_text(browser, reader):
    typed = "<script>alert(1)</script><img src=x onerror=alert(1)> [a](javascript:alert(1))"
    row = tell(reader, "referral_asked_back", context={"text": typed, "happened": typed})

    page = browser.get(f"{LIST}{row.pk}/").content.decode()
    listed = browser.get(LIST).content.decode()

    for html in (page, listed):
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert 'href="javascript' not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_words_that_cannot_be_made_do_not_break_the_page(browser, reader):
    row = tell(reader)
    Notice.objects.filter(pk=row.pk).update(kind="of_long_ago")

    answers = [browser.get(path).status_code for path in (LIST, f"{LIST}{row.pk}/")]

    assert answers == [200, 200]


def test_lost_case_shows_no_words(client, cast):  # noqa: F811
    officer = cast.association_officer
    kbiz = Organisation.objects.get(code="KBIZ")
    case = actions.submit(filing=filing(company_name="가려진상사"), by=submitter(officer, kbiz))[0]
    row = Notice.objects.get(recipient=officer, kind="filer_update")
    client.force_login(officer)
    before = client.get(f"{LIST}{row.pk}/").content.decode()

    actions.dismiss_proxy(case=Case.objects.get(pk=case.pk), by=COMPANY)

    after = client.get(f"{LIST}{row.pk}/")
    assert "가려진상사" in before
    assert ("가려진상사" in after.content.decode(), after.context["may_read"]) == (False, False)


# --- The number in the header -------------------------------------------------------------------
@pytest.mark.parametrize(("count", "words"), [(0, ""), (3, "3"), (120, "99+")])
def test_header_counts_the_unread(browser, reader, count, words):
    many(reader, count)

    assert unread_in_header(browser, "/guide/") == words


def test_header_counts_at_the_desk_of_the_secretariat_too(client, cast):  # noqa: F811
    tell(cast.secretary), tell(cast.secretary)
    client.force_login(cast.secretary)

    assert unread_in_header(client, "/admin/") == "2"


def test_count_is_no_statement_of_its_own(browser, reader, client):
    many(reader, 5)

    with CaptureQueriesContext(connection) as signed_in:
        browser.get("/guide/")
    with CaptureQueriesContext(connection) as stranger:
        client.get("/guide/")

    counted = [q for q in signed_in.captured_queries if "notifications_notice" in q["sql"]]
    assert [q["sql"].count('FROM "accounts_user"') for q in counted] == [1]
    assert [q for q in stranger.captured_queries if "notifications_notice" in q["sql"]] == []


def test_count_walks_the_index_of_the_unread(reader):
    many(reader, 300)
    explained = inbox.with_unread(User.objects.all(), reader.pk).explain()

    if connection.vendor == "sqlite":
        assert "notice_unread" in explained
    assert inbox.with_unread(User.objects.all(), reader.pk).get().unread_notices == 100


def test_somebody_who_was_shut_out_has_no_session(browser, reader):
    User.objects.filter(pk=reader.pk).update(is_active=False)

    assert browser.get(LIST).status_code == 302
