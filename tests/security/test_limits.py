"""What strangers post is counted; whoever posts a lot is asked for something (F96)."""

import re
import threading
import time

import pytest
from django.conf import settings as configured
from django.core.cache import cache, caches
from django.core.cache.backends.db import DatabaseCache
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from intake.models import Case, Draft
from portal.limits import counting, gate, table, tickets
from tests.faults.company import ANSWERS
from tests.security.conftest import patterns

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _limits_are_held(settings):
    settings.POST_LIMIT_FACTOR = 1


@pytest.fixture
def one_post(settings, monkeypatch):
    """The mark for opening a case: two posts by one line."""
    few = table.Limit("opening", line=2)
    monkeypatch.setitem(table.LIMITS, "intake:follow", few)
    return few


def follow(browser=None, **more):
    typed = {"number": "GT-2026-000123-7", "code": "2345", **more}
    return (browser or Client()).post(reverse("intake:follow"), typed)


def hidden(response):
    html = response.content.decode()
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', html))


def work_done(text: str, bits: int) -> str:
    return next(str(n) for n in range(10**8) if tickets.has_zeros(text, str(n), bits))


# --- Every address has its row ---------------------------------------------------------------
def postable() -> set[str]:
    """The addresses to which strangers can post, read out of the resolver."""
    listed = (configured.BASE_DIR / "tests/repo/public_urls.txt").read_text().split()
    found = set()
    for name, pattern in patterns():
        view = pattern.callback
        if getattr(view, "login_required", True) and name not in listed:
            continue
        if not takes_only_reading(view):
            found.add(name)
    return found


def takes_only_reading(view) -> bool:
    """Whether a view's own decorator, or its class, turns a POST away."""
    if hasattr(view, "view_class"):
        return not hasattr(view.view_class, "post")
    while view is not None:
        for cell in getattr(view, "__closure__", None) or ():
            said = cell.cell_contents
            if isinstance(said, (list, tuple)) and set(said) in ({"GET", "HEAD"}, {"GET"}):
                return True
        view = getattr(view, "__wrapped__", None)
    return False


def test_every_address_that_strangers_post_to_has_a_limit():
    assert postable() - READ_WHATEVER_COMES - set(table.LIMITS) == set()


def test_list_of_addresses_finds_one_without_a_limit(monkeypatch):
    monkeypatch.delitem(table.LIMITS, "intake:submit")

    assert postable() - READ_WHATEVER_COMES - set(table.LIMITS) == {"intake:submit"}


def test_no_limit_is_left_of_an_address_that_is_gone():
    assert set(table.LIMITS) - {name for name, _pattern in patterns()} == set()


# They read nothing of what is posted; the row of all that is not declared counts them.
READ_WHATEVER_COMES = {
    "demo-mail",
    "demo-mail-html",
    "demo-mailbox",
}


# --- Past the mark -----------------------------------------------------------------------------
def test_past_the_mark_the_page_keeps_what_was_typed_and_asks_for_work(one_post):
    answers = [follow() for _time in range(3)]

    assert [answer.status_code for answer in answers] == [422, 422, 429]
    kept = hidden(answers[-1])
    assert (kept["number"], kept["code"]) == ("GT-2026-000123-7", "2345")
    assert int(answers[-1]["Retry-After"]) in {tickets.FIRST_WAIT - 1, tickets.FIRST_WAIT}


def test_proof_of_work_lets_through_once(one_post, monkeypatch):
    monkeypatch.setattr(tickets, "FEWEST_BITS", 8)
    asked = [follow() for _time in range(3)][-1]
    ticket = hidden(asked)["limit_ticket"]
    proof = work_done(ticket, 8)

    through = follow(limit_ticket=ticket, limit_proof=proof)
    again = follow(limit_ticket=ticket, limit_proof=proof)

    assert (through.status_code, again.status_code) == (422, 429)
    assert hidden(again)["limit_ticket"] != ticket


@pytest.mark.parametrize(
    "made",
    [
        lambda ticket: {"limit_ticket": ticket, "limit_proof": ""},
        lambda ticket: {"limit_ticket": ticket, "limit_proof": "١٢"},
        lambda ticket: {"limit_ticket": ticket[:-1] + "A", "limit_proof": "1"},
        lambda ticket: {"limit_ticket": "", "limit_proof": "1"},
        lambda ticket: {
            "limit_ticket": tickets.issue("filing", times=1, before=0).text,
            "limit_proof": "1",
        },
    ],
    ids=["no work", "other digits", "forged", "none", "of another group"],
)
def test_nothing_else_lets_through(one_post, made):
    ticket = hidden([follow() for _time in range(3)][-1])["limit_ticket"]

    assert follow(**made(ticket)).status_code == 429


def test_work_that_is_not_checked_lets_anything_through(one_post, monkeypatch):
    """The positive control of the test above."""
    ticket = hidden([follow() for _time in range(3)][-1])["limit_ticket"]
    monkeypatch.setattr(tickets, "has_zeros", lambda *_given: True)

    assert follow(limit_ticket=ticket, limit_proof="").status_code == 422


def test_without_scripts_the_same_ticket_lets_through_after_its_wait(one_post, monkeypatch):
    asked = [follow() for _time in range(3)][-1]
    ticket = hidden(asked)["limit_ticket"]

    early = follow(limit_ticket=ticket)
    later = time.time() + tickets.FIRST_WAIT + 1
    monkeypatch.setattr(tickets.time, "time", lambda: later)
    through = follow(limit_ticket=ticket)

    assert (early.status_code, hidden(early)["limit_ticket"]) == (429, ticket)
    assert through.status_code == 422


def test_work_rises_with_what_comes_in_and_so_does_the_wait():
    assert [tickets.bits_for(times) for times in (1, 2, 5, 9, 10**6)] == [16, 17, 18, 19, 20]
    waits = [tickets.issue("filing", times=1, before=n).wait for n in (0, 10, 10**6)]
    assert waits == [20, 50, 600]


def test_field_that_people_do_not_see_asks_for_work_and_refuses_nobody():
    asked = follow(home_page="https://spam.example/")

    assert asked.status_code == 429
    assert "home_page" not in hidden(asked)
    ticket = hidden(asked)["limit_ticket"]
    proof = work_done(ticket, tickets.FEWEST_BITS)
    assert follow(limit_ticket=ticket, limit_proof=proof).status_code == 422


def test_password_is_typed_again_and_never_stands_in_the_page(monkeypatch):
    monkeypatch.setitem(table.LIMITS, "account_login", table.Limit("signing-in", line=0))
    monkeypatch.setitem(table.LIMITS, "sign-in", table.Limit("signing-in", line=0))

    page = (
        Client()
        .post(reverse("sign-in"), {"login": "a@b.example", "password": "Kept-Secret-7"})
        .content.decode()
    )

    assert 'type="password" name="password"' in page
    assert "Kept-Secret-7" not in page


def test_officers_are_not_counted(one_post, cast):
    browser = Client()
    browser.force_login(cast.secretary)

    assert {follow(browser).status_code for _time in range(4)} == {422}


def test_password_alone_does_not_take_the_limits_away(one_post, cast):
    browser = Client()
    browser.force_login(cast.secretary, method="password")

    assert [follow(browser).status_code for _time in range(3)][-1] == 429


# --- Whose posts count together ------------------------------------------------------------------
FAR_APART = ["192.0.2.1", "198.51.100.1", "203.0.113.1"]


def times(addresses, **limit):
    few = table.Limit("opening", **limit)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(table.LIMITS, "intake:follow", few)
        return [
            Client(REMOTE_ADDR=address)
            .post(reverse("intake:follow"), {"number": "GT-2026-000123-7", "code": "2"})
            .status_code
            for address in addresses
        ]


@pytest.mark.parametrize(
    ("addresses", "limit", "answers"),
    [
        (["192.0.2.1", "192.0.2.2", "192.0.2.1"], {"line": 1}, [422, 422, 429]),
        ([f"192.0.2.{n}" for n in range(1, 5)], {"line": 1, "block": 3}, [422, 422, 422, 429]),
        (["2001:db8::1", "2001:db8::2", "2001:db8:0:1::1"], {"line": 1}, [422, 429, 422]),
        (
            FAR_APART,
            {"line": 9, "everybody": 2},
            [422, 422, 429],
        ),
        (
            FAR_APART,
            {"line": 9, "target": 2, "fields": ("number",)},
            [422, 422, 429],
        ),
    ],
    ids=["line", "block of 24 bits", "line of 64 bits", "everybody", "target"],
)
def test_posts_count_by_line_block_target_and_altogether(addresses, limit, answers):
    assert times(addresses, **limit) == answers


# --- Counting ------------------------------------------------------------------------------------
def at_once(counted, threads=8, each=25):
    seen = []

    def run():
        seen.extend(counted() for _time in range(each))

    started = [threading.Thread(target=run) for _one in range(threads)]
    for thread in started:
        thread.start()
    for thread in started:
        thread.join()
    return sorted(seen)


def test_two_at_once_are_two():
    assert at_once(lambda: counting.count("a", now=0.0)) == list(range(1, 201))


def test_two_at_once_are_two_where_the_cache_does_not_add_atomically():
    assert at_once(lambda: counting._by_places("limit:a", 600)) == list(range(1, 201))


def test_reading_and_writing_back_loses_posts():
    """The positive control: the count that both of the above would find wanting."""

    def naive():
        seen = cache.get("naive", 0)
        time.sleep(0)
        time.sleep(0.0001)
        cache.set("naive", seen + 1)
        return seen + 1

    assert at_once(naive) != list(range(1, 201))


def test_counts_stand_in_a_table_as_well(monkeypatch):
    monkeypatch.setattr(counting, "cache", DatabaseCache("limit_counts", {}))
    call_command("createcachetable", "limit_counts", verbosity=0)

    assert [counting.count("b", now=0.0) for _time in range(3)] == [1, 2, 3]


def test_cache_that_is_away_keeps_nobody_from_filing(one_post, monkeypatch):
    def away(*_args, **_kwargs):
        raise ConnectionError

    for name in ("incr", "add", "get"):
        monkeypatch.setattr(type(caches["default"]), name, away)

    assert [follow().status_code for _time in range(4)] == [422] * 4


# --- Under a flood -----------------------------------------------------------------------------
def test_flood_from_many_lines_leaves_the_company_its_case(monkeypatch, reference_data):
    """Spam from a thousand lines: strangers are asked, and the honest form still gets through."""
    monkeypatch.setattr(tickets, "FEWEST_BITS", 6)
    few = table.Limit("filing", line=20, everybody=20)
    monkeypatch.setitem(table.LIMITS, "intake:submit", few)
    company = Client(REMOTE_ADDR="203.0.113.9")
    checked = company.post(reverse("intake:send"), ANSWERS)
    key = {"key": ANSWERS["key"]} if "key" in ANSWERS else {"key": str(Draft.objects.get().key)}
    flood = [
        Client(REMOTE_ADDR=f"10.0.{n}.7").post(reverse("intake:submit"), {"key": "no"}).status_code
        for n in range(60)
    ]

    asked = company.post(reverse("intake:submit"), key)
    ticket = hidden(asked)["limit_ticket"]
    bits = int(re.search(r'data-bits="(\d+)"', asked.content.decode())[1])
    filed = company.post(
        reverse("intake:submit"),
        hidden(asked) | {"limit_proof": work_done(ticket, bits)},
    )

    assert checked.status_code == 302
    assert (set(flood[:20]) & {429}, set(flood[20:])) == (set(), {429})
    assert (filed.status_code, Case.objects.count()) == (302, 1)


def test_programs_are_told_when_to_come_again(monkeypatch):
    monkeypatch.setitem(
        table.LIMITS, "notices:leave", table.Limit("program", line=0, who=table.PROGRAMS)
    )

    answer = Client().post(reverse("notices:leave", args=["x"]))

    assert (answer.status_code, answer["Retry-After"]) == (429, str(counting.WINDOW))


def test_answers_that_could_tell_by_their_time_take_whole_steps(settings):
    settings.EVEN_SECONDS = 0.05
    begun = time.perf_counter()

    follow()

    taken = time.perf_counter() - begun
    assert taken >= 0.05
    assert set(gate.EVEN) <= {name for name, _pattern in patterns()}
