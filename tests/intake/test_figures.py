"""The desk figures from real lives of cases: counted right, read cheaply, shown to whom."""

import csv
import datetime as dt
import io
import random
import re

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation
from intake import actions, workflow
from intake.figures import counting, tally
from intake.figures.counting import RUN
from intake.figures.lives import WAITING
from intake.models import BacklogDay, Case, DeskFigure, Mention, Referral
from intake.tasks.figures import count as task
from intake.tasks.queue import advance
from intake.timeline import COMPANY, body

pytestmark = pytest.mark.django_db
PAGE = "/admin/intake/figures/"
SEOUL = dt.timezone(dt.timedelta(hours=9))
COUNTRIES = ("VN", "US", "CN", "ID", "JP", "IN", "DE", "TH", "AE", "SA", "MX", "BR", "KZ", "SG")
START = dt.datetime(2026, 6, 1, 9, 30, tzinfo=SEOUL)


@pytest.fixture
def set_now(monkeypatch):
    """Moves the portal's clock."""

    def to(moment: dt.datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)

    return to


@pytest.fixture
def desk(client, cast):
    """A browser in which a secretary has signed in, reading English."""
    client.force_login(cast.secretary)
    client.cookies["django_language"] = "en"
    return client


def row(dimension: str, key: str = "", period: str = "2026-Q2") -> DeskFigure:
    """One counted row."""
    return DeskFigure.objects.get(period=period, dimension=dimension, key=key)


def words(response) -> str:
    """A page's words without its markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


# --- Counting -------------------------------------------------------------------------------------
def random_step(cases, chance: random.Random, case: Case) -> None:  # noqa: PLR0912
    """One step that the case's state allows, as an officer, a body or a company would take it."""
    by = cases.by
    if case.state == workflow.RECEIVED:
        actions.claim(case=case, by=by)
    elif case.state == workflow.SUPPLEMENT:
        actions.withdraw(case=case, reason="그만둡니다.", by=COMPANY)
    elif case.state == workflow.REFERRED:
        for referral in case.referrals.open():
            actions.answer_referral(
                referral=referral, text="회신합니다.", by=body(None, referral.organisation)
            )
    elif case.state == workflow.ANSWERED:
        if case.disputed_at is None and chance.random() < 0.4:
            actions.dispute(case=case, text="아직 해결되지 않았습니다.", by=COMPANY)
        else:
            actions.close(case=case, by=COMPANY, outcome="solved")
    elif case.state == workflow.CLOSED:
        actions.reopen(case=case, reason="다시 봅니다.", by=by)
    elif case.state == workflow.REVIEWING:
        way = chance.choice(["refer", "answer", "answer", "classify", "supplement", "reject"])
        if way == "refer":
            cases.refer(case, "KCS")
        elif way == "answer":
            actions.answer(case=case, text="답변드립니다.", by=by)
        elif way == "classify":
            policy = chance.choice(["default", "border"])
            actions.classify(case=case, by=by, policy=policy)
        elif way == "reject":
            actions.reject(case=case, reason="소관이 아닙니다.", next_place="119", by=by)
        else:
            cases._supplement(case)


def test_backlog_is_what_each_evening_saw(cases, set_now):
    """Forty random days; each evening the plain queries are asked, in the end the figures."""
    chance, seen = random.Random(3), {}  # noqa: S311 - no secret
    for day in range(40):
        morning = START + dt.timedelta(days=day)
        set_now(morning)
        for _new in range(chance.choice([0, 1, 2])):
            cases.new(at_border=chance.random() < 0.2)
        for case in Case.objects.order_by("pk"):
            if chance.random() < 0.3:
                set_now(morning + dt.timedelta(minutes=chance.randrange(600)))
                if case.state not in (workflow.WITHDRAWN, workflow.REJECTED):
                    random_step(cases, chance, case)
        evening = morning.replace(hour=23, minute=59)
        seen[evening.date()] = (
            Case.objects.open().count(),
            Case.objects.filter(state__in=WAITING).count(),
            Case.objects.overdue(evening).count(),
        )
    set_now(evening)

    counting.count()

    found = {
        one.day: (one.open, one.waiting, one.overdue)
        for one in BacklogDay.objects.filter(day__gte=START.date())
    }
    begun = min(found)
    assert found == {day: seen[day] for day in seen if day >= begun}
    assert max(late for _open, _waiting, late in found.values()) > 3
    # The same by period: what waited on the last evening of June.
    june = seen[dt.date(2026, 6, 30)]
    assert (row(tally.ALL).waiting, row(tally.ALL).overdue) == june[1:]
    assert BacklogDay.objects.get(day=dt.date(2026, 6, 30)).waiting == june[1]


def test_figures_divide_the_cases(cases, set_now, cast):
    set_now(START)
    cases.new()
    cases.new(country_id="US", category_id=None, channel="phone")
    case = cases.at("answered")
    Case.objects.filter(pk=case.pk).update(first_response_at=START)
    set_now(START + dt.timedelta(days=1))
    actions.close(case=case, by=COMPANY, outcome="partly")

    counting.count()

    def counts(dimension: str) -> dict[str, tuple[int, int]]:
        rows = DeskFigure.objects.filter(period="2026-Q2", dimension=dimension)
        return {one.key: (one.received, one.answered) for one in rows}

    assert counts(tally.ALL) == {"": (3, 1)}
    assert counts(tally.COUNTRY) == {"VN": (2, 1), "US": (1, 0)}
    assert counts(tally.CATEGORY) == {"CUS": (2, 1), "": (1, 0)}
    assert counts(tally.CHANNEL) == {"web": (2, 1), "phone": (1, 0)}
    assert counts(tally.OFFICER) == {"": (2, 0), str(cast.secretary.pk): (1, 1)}
    assert counts(tally.OUTCOME) == {"partly": (0, 1)}
    whole = row(tally.ALL)
    assert (whole.told, whole.solved, whole.waiting) == (1, 0, 2)


def test_times_are_working_hours_without_the_supplement(cases, set_now):
    """Received Monday 09:30, asked Tuesday, arrived Thursday, answered Friday 09:30."""
    set_now(START)
    case = cases.at("reviewing")
    set_now(START + dt.timedelta(days=1))
    cases._supplement(case)
    set_now(START + dt.timedelta(days=3))
    actions.supplement(case=case, text="보내 드립니다.", by=COMPANY)
    set_now(START + dt.timedelta(days=4))
    case.refresh_from_db()
    actions.answer(case=case, text="답변드립니다.", by=cases.by)

    counting.count()

    # Monday 7.5 of 8 hours; Tuesday to Thursday stand still (2 June to 4 June); Friday half an
    # hour. Wednesday 3 June 2026 is a local election besides.
    assert row(tally.ALL).answer_median == pytest.approx(8.0)
    assert row(tally.ALL).answer_p90 == pytest.approx(8.0)


def test_bodies_are_counted_by_their_questions(cases, set_now, cast):
    set_now(START)
    case = cases.at("reviewing")
    cases.refer(case, "KCS", "KATS")
    customs, kats = case.referrals.order_by("organisation__code").reverse()
    set_now(START + dt.timedelta(hours=2))
    actions.answer_referral(referral=customs, text="회신", by=body(None, customs.organisation))
    actions.decline_referral(referral=kats, reason="소관 아님", by=body(None, kats.organisation))
    set_now(START + dt.timedelta(hours=4))
    case.refresh_from_db()
    cases.refer(case, "KOTRA")
    set_now(START + dt.timedelta(days=20))

    counting.count()

    def of(code: str) -> tuple:
        found = row(tally.BODY, code)
        return (found.received, found.answered, found.declined, found.waiting, found.overdue)

    assert (of("KCS"), of("KATS"), of("KOTRA")) == (
        (1, 1, 0, 0, 0),
        (1, 0, 1, 0, 0),
        (1, 0, 0, 1, 1),
    )
    assert row(tally.BODY, "KCS").answer_median == pytest.approx(2.0)
    handed = DeskFigure.objects.filter(period="2026-Q2", dimension=tally.TRANSFER)
    assert [(one.key, one.received) for one in handed] == [("KATS>KOTRA", 1)]


def test_running_period_is_counted_as_of_now_and_compared_with_its_like(cases, set_now):
    set_now(dt.datetime(2026, 5, 4, 10, tzinfo=SEOUL))
    cases.new()
    set_now(dt.datetime(2026, 6, 20, 10, tzinfo=SEOUL))
    cases.new()
    set_now(dt.datetime(2026, 8, 5, 10, tzinfo=SEOUL))
    cases.new()

    counting.count()

    assert row(tally.ALL, period="2026-Q3").received == 1
    assert row(tally.ALL, period="2026-Q3").waiting == 3
    # From 1 April as far as 5 August is from 1 July: the first case alone.
    assert row(tally.ALL, period="2026-Q3:was").received == 1
    assert row(tally.ALL, period="2026-Q3:was").waiting == 1
    assert not DeskFigure.objects.filter(period__endswith=":was").exclude(dimension=tally.ALL)


def test_later_count_is_never_overwritten_by_an_earlier_one(cases):
    now = timezone.now()
    cases.new()

    assert counting.count(now) > 0
    before = sorted(DeskFigure.objects.values_list("pk", flat=True))
    assert counting.count(now - dt.timedelta(minutes=1)) == 0

    assert sorted(DeskFigure.objects.values_list("pk", flat=True)) == before


def test_count_again_replaces_everything_and_forgets_days_without_cases(cases):
    cases.new()
    counting.count()
    BacklogDay.objects.create(day=dt.date(1999, 1, 1), open=5)
    DeskFigure.objects.create(period="1999", dimension="all", received=7)

    call_command("count_figures", stdout=io.StringIO())

    assert not BacklogDay.objects.filter(day__year=1999).exists()
    assert not DeskFigure.objects.filter(period="1999").exists()
    assert DeskFigure.objects.filter(dimension=RUN).count() == 1


def run_took(seconds: float, ended: dt.datetime) -> None:
    """The last count took so long and ended then."""
    DeskFigure.objects.filter(dimension=RUN).update(
        at=ended - dt.timedelta(seconds=seconds), took=seconds
    )


@pytest.mark.parametrize(("minutes", "counts"), [(39, False), (41, True)])
def test_schedule_rests_twenty_times_as_long_as_it_counted(cases, minutes, counts):
    """Two minutes of counting, forty of rest: never more than a twentieth of the machine."""
    cases.new()
    counting.count()
    run_took(120, timezone.now() - dt.timedelta(minutes=minutes))

    assert (task() > 0) is counts
    assert (DeskFigure.objects.get(dimension=RUN).took < 60) is counts


def test_count_at_once_does_not_rest(cases):
    cases.new()
    counting.count()
    run_took(120, timezone.now())

    assert task() == 0
    assert counting.count() > 0


def test_schedule_counts_alone_and_takes_over_what_was_lost(cases):
    cases.new()
    assert task() > 0
    run = DeskFigure.objects.filter(dimension=RUN)
    run_took(1, timezone.now() - dt.timedelta(hours=2))

    run.update(begun_at=timezone.now() - dt.timedelta(minutes=50))
    assert task() == 0

    run.update(begun_at=timezone.now() - dt.timedelta(minutes=70))
    assert task() > 0
    assert run.get().begun_at is None


def test_count_that_fails_does_not_keep_the_next_one_waiting(cases, monkeypatch):
    cases.new()
    counting.count()
    run_took(1, timezone.now() - dt.timedelta(hours=2))
    with monkeypatch.context() as broken:
        broken.setattr(counting, "_keep", lambda *_all: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            task()

    assert task() > 0


def test_figures_that_rest_are_not_called_old(desk, cases):
    cases.new()
    counting.count()
    run_took(600, timezone.now() - dt.timedelta(hours=3))
    assert "These figures are old" not in words(desk.get(PAGE))

    run_took(600, timezone.now() - dt.timedelta(hours=5))
    assert "These figures are old" in words(desk.get(PAGE))


def test_count_takes_as_many_queries_for_many_cases_as_for_one(cases, django_assert_num_queries):
    cases.at("referred")
    counting.count()
    with django_assert_num_queries(QUERIES_OF_A_COUNT):
        counting.count()
    for _more in range(3):
        cases.at("answered")
    counting.count()

    with django_assert_num_queries(QUERIES_OF_A_COUNT):
        counting.count()


QUERIES_OF_A_COUNT = 17


# --- The page -------------------------------------------------------------------------------------
def test_page_before_any_count_says_so(desk):
    page = desk.get(PAGE)

    assert page.status_code == 200
    assert "Nothing has been counted yet." in words(page)


def test_page_of_an_empty_portal_stands(desk):
    counting.count()

    page = desk.get(PAGE)

    assert "Nothing is waiting." in words(page)
    assert 'class="chart' not in page.content.decode()


@pytest.mark.parametrize("by", tally.CHOICES)
def test_page_stands_by_every_division(desk, cases, by):
    cases.at("referred")
    cases.at("closed")
    counting.count()

    page = desk.get(PAGE, {"by": by, "period": "90d"})

    assert page.status_code == 200
    assert page.context["report"].dimension == by
    assert len(page.context["report"].lines) >= 1
    assert 'style="' not in page.content.decode()


@pytest.mark.parametrize(
    "query", [{"period": "nonsense", "by": "all"}, {"period": "9999-Q4"}, {"by": "transfer"}, {}]
)
def test_nonsense_falls_back_to_this_quarter_by_category(desk, cases, query):
    page = desk.get(PAGE, query)

    form = page.context["form"]
    today = timezone.localdate()
    assert form.asked_by == tally.CATEGORY
    assert form.asked_period.code == f"{today.year}-Q{(today.month + 2) // 3}"


def test_page_reads_few_rows_and_no_case(desk, cases, django_assert_max_num_queries):
    for state in ("received", "referred", "answered"):
        cases.at(state)
    counting.count()
    desk.get(PAGE)

    for by in tally.CHOICES:
        with django_assert_max_num_queries(8) as asked:
            desk.get(PAGE, {"by": by})

        sql = " ".join(query["sql"] for query in asked.captured_queries)
        assert 'FROM "intake_case"' not in sql
        assert 'FROM "intake_referral"' not in sql


def test_old_figures_say_that_they_are_old(desk, cases):
    cases.new()
    counting.count()
    assert "These figures are old" not in words(desk.get(PAGE))

    DeskFigure.objects.filter(dimension=RUN).update(at=timezone.now() - dt.timedelta(hours=2))

    assert "These figures are old" in words(desk.get(PAGE))


def test_numbers_are_written_as_readers_write_them(desk, cases):
    cases.new()
    counting.count()
    DeskFigure.objects.filter(dimension=tally.ALL).update(
        received=12345, answer_median=42.0, answer_p90=1000.0
    )

    english = words(desk.get(PAGE))
    desk.cookies["django_language"] = "ko"
    korean = words(desk.get(PAGE))

    assert "12,345" in english
    assert "9 of 10 within 125.0 working days" in english
    assert "12,345" in korean
    assert "125.0근무일" in korean


def test_skewed_values_leave_the_rest_to_the_table(desk, cases):
    counting.count()
    DeskFigure.objects.bulk_create(
        DeskFigure(period="90d", dimension="country", key=code, waiting=count, received=count)
        for code, count in zip(
            COUNTRIES,
            [90000, *[1] * 13],
            strict=True,
        )
    )

    page = desk.get(PAGE, {"period": "90d", "by": "country"})

    assert "4 more are in the table below." in words(page)
    assert len(page.context["values_table"].rows) == 15
    assert page.content.decode().count('class="chart-label"') == 10


@pytest.mark.parametrize(
    ("who", "status"),
    [("secretary", 200), ("auditor", 200), ("platform_admin", 403), ("customs_officer", 302)],
)
def test_figures_are_for_the_secretariat_and_the_auditor(client, cast, who, status):
    client.force_login(getattr(cast, who))

    addresses = [PAGE, reverse("admin:intake_figures_download", args=["values"])]
    assert [client.get(address).status_code for address in addresses] == [status, status]


def test_page_is_only_read(desk):
    assert desk.post(PAGE).status_code == 405


# --- Downloads ------------------------------------------------------------------------------------
def rows_of(response) -> list[list[str]]:
    """A streamed table."""
    content = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(content)))


def test_download_has_the_rows_of_the_table_in_hours(desk, cases):
    cases.at("answered")
    cases.new(country_id="US")
    counting.count()

    response = desk.get(PAGE + "values.csv", {"period": "90d", "by": "country"})

    assert response["Content-Disposition"] == (
        'attachment; filename="figures-90d-country-values.csv"'
    )
    heads, *found = rows_of(response)
    assert heads[:3] == ["Country", "Received", "Answered"]
    assert sorted(line[1:3] for line in found[:-1]) == [["1", "0"], ["1", "1"]]
    assert found[-1][:3] == ["All cases", "2", "1"]


def test_download_runs_no_formula_that_an_officer_is_named_after(desk, cases, cast):
    cases.at("answered")
    type(cast.secretary).objects.filter(pk=cast.secretary.pk).update(name='=HYPERLINK("http://x")')
    counting.count()

    found = rows_of(desk.get(PAGE + "values.csv", {"period": "90d", "by": "officer"}))

    assert found[1][0] == '\'=HYPERLINK("http://x")'


@pytest.mark.parametrize("name", ["backlog", "outcomes", "transfers"])
def test_every_table_can_be_downloaded(desk, cases, name):
    cases.at("closed")
    counting.count()

    assert len(rows_of(desk.get(PAGE + f"{name}.csv"))) >= 1


def test_download_of_nothing_is_not_found(desk):
    assert desk.get(PAGE + "secrets.csv").status_code == 404


# --- The start of the desk ------------------------------------------------------------------------
def counts_of(page) -> dict[str, str]:
    """The counts of the start page by their labels, the queue's and the officer's own."""
    found = page.context["start"]
    return {
        f"{where} {one.label}": one.value
        for where in ("queue", "own")
        for one in getattr(found, where)
    }


def test_start_shows_the_queue_and_own_cases(desk, cases, cast):
    cases.new()
    cases.new(at_border=True)
    cases.at("reviewing")
    cases.at("answered")

    page = desk.get("/admin/")

    shown = counts_of(page)
    assert shown["queue Goods at the border"] == "1"
    assert shown["queue Nobody has taken it up"] == "2"
    assert shown["own Answered this week"] == "1"
    for one in [*page.context["start"].queue, *page.context["start"].own]:
        if one.url:
            assert desk.get(one.url).status_code == 200


def test_start_is_not_for_who_sees_no_case(client, cast):
    client.force_login(cast.platform_admin)

    page = client.get("/admin/")

    assert page.status_code == 200
    assert page.context.get("start") is None


def test_referral_of_a_mission_counts_by_its_own_calendar(cases, set_now, cast):
    """Asked on a Korean working day that Hanoi rests on: no hour passes there."""
    mission = Organisation.objects.filter(kind="mission", holiday_country="VN").first()
    rests = dt.datetime(2026, 9, 2, 10, tzinfo=SEOUL)  # Vietnam's national day
    set_now(rests)
    case = cases.at("reviewing")
    cases.refer(case, mission.code)
    set_now(rests + dt.timedelta(hours=5))
    referral = Referral.objects.get()
    actions.answer_referral(referral=referral, text="회신", by=body(None, mission))

    counting.count()

    assert row(tally.BODY, mission.code, "2026-Q3").answer_median == 0


def test_start_names_who_calls(desk, cases, cast):
    case = cases.at("reviewing")
    actions.note(case=case, text="확인 부탁드립니다.", by=cases.by)
    note = case.messages.get()
    Mention.objects.create(message=note, user=cast.secretary)
    Mention.objects.create(message=note, user=cast.second_secretary)

    page = desk.get("/admin/")

    assert page.context["start"].called == 1
    assert f"{case.number} {case.title}" in words(page)
    Mention.objects.update(seen_at=timezone.now())
    assert "Where you were called" not in words(desk.get("/admin/"))


def test_start_asks_as_much_with_many_cases(desk, cases, django_assert_num_queries):
    cases.at("reviewing")
    desk.get("/admin/")
    with django_assert_num_queries(QUERIES_OF_THE_START):
        desk.get("/admin/")
    for state in ("received", "answered", "referred"):
        cases.at(state)

    with django_assert_num_queries(QUERIES_OF_THE_START):
        desk.get("/admin/")


QUERIES_OF_THE_START = 17


@pytest.mark.parametrize("by", ["category", "country", "organisation", "officer", "channel"])
def test_overdue_ones_open_in_the_queue(desk, cases, cast, by):
    late = cases.at("reviewing", category_id=None)
    other = cases.new(country_id="US", category_id="PAY-01", channel="phone")
    Case.objects.filter(pk=late.pk).update(due_at=timezone.now() - dt.timedelta(days=1))
    advance()
    counting.count()

    ((_name, count, address),) = desk.get(PAGE, {"by": by}).context["late"]

    queue = desk.get(address).content.decode()
    assert count == "1"
    assert late.number in queue
    assert other.number not in queue
