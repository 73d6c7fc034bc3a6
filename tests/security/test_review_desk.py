"""What the desk could have given away, written by a mere look, or been kept busy with."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
import time
from collections.abc import Callable
from urllib.parse import unquote

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http.response import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from accounts.models import Membership, Organisation
from files import storing
from intake import actions, links, release, workflow
from intake.actions import supplying
from intake.admin import rehearsal
from intake.figures import tables
from intake.letters import parts as letter_parts
from intake.models import Case, Referral, ReplyTemplate, SavedView
from intake.paper import composing, parts
from intake.timeline import COMPANY, body, secretary
from intake.wording import filling, markup, merging
from notifications.models import Notice
from tests.files import corpus
from tests.intake.conftest import Cast
from tests.intake.factories import CaseFactory

pytestmark = pytest.mark.django_db
QUEUE = "admin:intake_triagecase_changelist"
# Signing in and out, and what a visitor's own session holds.
# So is the log of who read what, which a look writes and nothing else (decision 0065).
OWN_ROWS = re.compile(r'"(?:django_session|axes_\w+)"|SET "last_login"|INTO privacy_reading ')
WRITES = re.compile(r"\A\s*(?:INSERT|UPDATE|DELETE|REPLACE|MERGE)\b", re.IGNORECASE)
NAMES = ("시연상사", "홍시연", "02-123-4567", "hong@company.example")


def upload(name: str = "통지서.pdf"):
    """A small good file under a name, stored."""
    return storing.store(SimpleUploadedFile(name, corpus.pdf(), "application/pdf"))


def as_user(user) -> Client:
    """A browser of a person."""
    browser = Client()
    browser.force_login(user)
    return browser


def look(browser: Client, path: str) -> tuple[HttpResponseBase, str]:
    """What a GET answers, and its text; a file that it hands out is closed again."""
    response = browser.get(path)
    content = b"".join(response) if response.streaming else response.content
    for close in response._resource_closers:
        close()
    return response, content.decode("utf-8", "replace")


def seconds(act: Callable[[], object]) -> float:
    """How long something takes."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


# --- A look never writes -----------------------------------------------------------------


def written_by_looking(browser: Client, addresses) -> dict[str, list[str]]:
    """Statements that write, by the address whose GET ran them."""
    found = {}
    for name, path in addresses:
        with CaptureQueriesContext(connection) as caught:
            look(browser, path)
        rows = [
            row["sql"][:200]
            for row in caught.captured_queries
            if WRITES.match(row["sql"]) and not OWN_ROWS.search(row["sql"])
        ]
        if rows:
            found[name] = rows
    return found


@pytest.mark.any_database
def test_no_look_at_any_page_writes(addresses, case: Case, cast: Cast):
    steps = [
        ("step", reverse("admin:intake_case_step", args=[case.pk, verb]) + tail)
        for verb in workflow.STEPS
        for tail in ("", "?part=form", "?in=who%3Dmine")
    ]
    asked = case.referrals.get().pk
    steps += [
        ("referral", reverse("admin:intake_case_referral", args=[case.pk, asked, verb]))
        for verb in ("remind", "release", "accept", "answer", "decline", "recall", "escalate")
    ]
    bulk = reverse("admin:intake_triagecase_bulk")
    steps += [
        (f"bulk {what}", f"{bulk}?do={what}&case={case.pk}")
        for what in ("claim", "assign", "classify", "remind")
    ]
    company = Client()
    company.post(links.follow_path(case))
    readers = {
        "secretary": (as_user(cast.secretary), [*addresses, *steps]),
        "auditor": (as_user(cast.auditor), [*addresses, *steps]),
        "body": (as_user(cast.customs_officer), addresses),
        "admin": (as_user(cast.platform_admin), addresses),
        "company": (company, addresses),
        "nobody": (Client(), addresses),
    }

    found = {who: written_by_looking(browser, where) for who, (browser, where) in readers.items()}

    assert {who: rows for who, rows in found.items() if rows} == {}


def test_sweep_for_writes_finds_one(case: Case, cast: Cast):
    """The positive control: a POST that writes is seen by the same capture."""
    browser = as_user(cast.secretary)
    path = reverse("admin:intake_case_presence", args=[case.pk])
    with CaptureQueriesContext(connection) as caught:
        browser.post(path, {"verb": "answer"})

    assert any(WRITES.match(row["sql"]) for row in caught.captured_queries)


# --- Who only reads, and who does not even read ------------------------------------------


def rows_of_everything() -> dict[str, int]:
    """How many rows the intake has, and the versions of its cases."""
    found = {
        model._meta.label: model._default_manager.count()
        for model in apps.get_app_config("intake").get_models()
        if not model._meta.proxy
    }
    return found | {"versions": sum(Case.objects.values_list("version", flat=True))}


@pytest.mark.parametrize("who", ["auditor", "platform_admin", "customs_officer", "mission_officer"])
def test_nobody_but_officers_acts_at_the_desk(who, addresses, case: Case, cast: Cast):
    browser = as_user(getattr(cast, who))
    asked = case.referrals.get().pk
    where = [(name, path) for name, path in addresses if name.startswith("admin:intake_")]
    where += [
        (verb, reverse("admin:intake_case_step", args=[case.pk, verb])) for verb in workflow.STEPS
    ]
    where += [
        (verb, reverse("admin:intake_case_referral", args=[case.pk, asked, verb]))
        for verb in ("remind", "release", "accept", "answer", "decline", "recall")
    ]
    if who == "platform_admin":
        # The clock is theirs to set.
        where = [
            row for row in where if "clockpolicy" not in row[0] and "calendarday" not in row[0]
        ]
    data = {
        "version": case.version,
        "text": "글",
        "reason": "사유",
        "do": "claim",
        "seen": f"{case.pk}:{case.version}",
        "name": "보기",
        "query": "who=mine",
        "kind": "korean",
        "verb": "answer",
        "body": "글",
        "action": "offer",
        "_selected_action": "1",
    }
    before = rows_of_everything()

    taken = {
        name: status
        for name, path in where
        if (status := browser.post(path, data).status_code) not in {302, 403, 404, 405}
    }

    # A preview of templates is read with a POST.
    allowed = {"admin:intake_replytemplate_preview"} if who == "auditor" else set()
    # Django's own lists and histories answer a POST as they answer a GET.
    lists = {name for name in taken if name.endswith(("_changelist", "_history"))}
    assert taken.keys() - allowed - (lists if who == "auditor" else set()) == set()
    assert rows_of_everything() == before


@pytest.mark.parametrize("who", ["platform_admin", "customs_officer", "association_officer"])
def test_who_has_no_business_at_the_desk_reads_no_case_there(
    who, addresses, case: Case, cast: Cast
):
    browser = as_user(getattr(cast, who))
    where = [(name, path) for name, path in addresses if name.startswith("admin:")]
    figures = reverse("admin:intake_figures_download", args=["values"])
    where += [
        ("figures officer", f"{figures}?by=officer"),
        ("search", f"{reverse(QUEUE)}?q=화장품"),
    ]

    found = {}
    for name, path in where:
        text = look(browser, path)[1]
        # The log of notices names the case by its number, and nothing of what it says.
        number = () if name.startswith("admin:notifications_") else (case.number,)
        if told := [word for word in (*NAMES, *number, case.title, case.situation) if word in text]:
            found[name] = told

    assert found == {}


def test_reading_check_finds_the_case_where_it_may_be_read(addresses, case: Case, cast: Cast):
    """The positive control: the secretariat meets the case on many of the same pages."""
    browser = as_user(cast.secretary)

    found = [
        name
        for name, path in addresses
        if name.startswith("admin:intake") and case.number in look(browser, path)[1]
    ]

    assert len(found) > 3


def test_answers_of_the_desk_are_never_kept_by_a_browser(addresses, cast: Cast):
    browser = as_user(cast.secretary)
    kept = {
        name: control
        for name, path in addresses
        if name.startswith("admin:intake")
        and "no-store" not in (control := look(browser, path)[0].headers.get("Cache-Control", ""))
    }

    assert kept == {}


# --- Addresses that nobody typed ---------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        "to=9999-12-31",
        "from=0001-01-01",
        "from=0001-01-01&to=0001-01-01",
        "who=" + "9" * 40,
        "who=٣",
        "after=9.9.9",
        "after=" + "9" * 30,
        "before=1." + "9" * 18 + ".1",
        "after=0.251845632000000000.1",
        "q=" + "가" * 4000,
        "q=" + "%22" * 500,
        "q=GT-2026-" + "9" * 60,
        "category=" + "x" * 4000,
        "state=%F0%9F%92%A9",
    ],
)
def test_strange_filters_are_answered(query, case: Case, cast: Cast):
    browser = as_user(cast.secretary)
    lists = [reverse(QUEUE), reverse("admin:intake_case_changelist")]
    page = reverse("admin:intake_case_change", args=[case.pk])
    bulk = reverse("admin:intake_triagecase_bulk")
    where = [f"{path}?{query}" for path in lists] + [
        f"{page}?{urlencode({'in': query, 'at': '9' * 17 + '.1.1'})}",
        f"{reverse('admin:intake_triagecase_views')}?{urlencode({'in': query})}",
        f"{bulk}?{urlencode({'do': 'claim', 'all': 1, 'in': query})}",
    ]

    assert {
        path[:60]: status for path in where if (status := browser.get(path).status_code) >= 400
    } == {}


@pytest.mark.parametrize(
    "seen",
    [
        "9" * 30 + ":1",
        "1:" + "9" * 30,
        "-1:-1",
        "1:1:1",
        "²:1",
        "1_0:1",
        "x",
        " ".join(f"{pk}:1" for pk in range(1, 1_500)),
    ],
)
def test_strange_choice_of_many_cases_is_refused(seen, cases: CaseFactory, cast: Cast):
    case = cases.new()
    browser = as_user(cast.secretary)

    for what in ("claim", "classify", "assign", "remind"):
        data = {"do": what, "seen": seen, "officer": cast.secretary.pk, "country": "VN"}
        response = browser.post(reverse("admin:intake_triagecase_bulk"), data, follow=True)
        assert response.status_code in {200, 422}

    case.refresh_from_db()
    assert case.assignee is None


@pytest.mark.parametrize("seen", ["²", "9" * 5000, "-1", "9" * 30])
def test_strange_version_of_a_template_is_answered(seen, addresses, cast: Cast):
    browser = as_user(cast.secretary)
    template = ReplyTemplate.objects.create(name="시험", verb="answer", language="ko")
    template.versions.create(number=1, body="글")
    edit = reverse("admin:intake_replytemplate_change", args=[template.pk])
    restore = reverse("admin:intake_replytemplate_restore", args=[template.pk, 1])

    for take in ("merged", "mine", ""):
        data = {"name": "시험", "verb": "answer", "language": "ko", "body": "새 글", "seen": seen}
        assert browser.post(edit, data | ({"take": take} if take else {})).status_code < 500
    assert browser.post(restore, {"seen": seen}).status_code < 500


def test_invisible_zero_in_a_view_name_is_left_out(cast: Cast):
    browser = as_user(cast.secretary)
    path = reverse("admin:intake_triagecase_views")

    response = browser.post(path, {"name": "보\x00기", "query": "who=mine"})

    assert response.status_code < 500
    assert list(SavedView.objects.values_list("name", flat=True)) == ["보기"]


@pytest.mark.parametrize(
    "query",
    [
        "//elsewhere.example",
        "javascript:alert(1)",
        "next=https://elsewhere.example&who=mine",
        '"><script>alert(1)</script>',
        "q=<script>alert(1)</script>",
    ],
)
def test_saved_view_leads_nowhere_but_to_the_queue(query, cast: Cast):
    browser = as_user(cast.secretary)
    path = reverse("admin:intake_triagecase_views")

    response = browser.post(path, {"name": "<b>보기", "query": query, "shared": "yes"})
    shown = as_user(cast.second_secretary).get(reverse(QUEUE)).content.decode()

    assert response["Location"].startswith(("/admin/intake/triagecase/",))
    assert "elsewhere.example" not in SavedView.objects.values_list("query", flat=True)
    assert "<script>alert" not in shown
    assert "<b>보기" not in shown
    assert 'href="javascript' not in shown


# --- What takes long ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "[선택:" + " " * 20_000 + "가",
        "[" + " " * 20_000 + "가",
        "[선택" + "］" * 20_000,
        "가" + " " * 20_000 + "나",
        "{{" * 10_000,
        "[선택: " + "가 " * 10_000 + "[",
    ],
)
def test_no_text_keeps_the_templates_busy(text):
    def read() -> None:
        filling.unfilled(text)
        with contextlib.suppress(markup.WordingError):
            markup.parse(text)
        filling.fill(
            markup.parse("{{answers of bodies}} {{title}}"), {"answers": text, "title": text}
        )

    assert seconds(read) < 2


def test_answer_of_a_body_does_not_keep_the_desk_busy(case: Case, cast: Cast):
    """It came by a link, from whoever holds the mail."""
    referral = case.referrals.get()
    actions.answer_referral(
        referral=referral, text="[선택:" + " " * 3_000 + "가", by=secretary(cast.secretary)
    )
    template = ReplyTemplate.objects.create(name="시험", verb="answer", language="ko")
    template.versions.create(number=1, body="{{answers of bodies}}")
    browser = as_user(cast.secretary)

    assert (
        seconds(lambda: browser.get(reverse("admin:intake_case_step", args=[case.pk, "answer"])))
        < 5
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("가 " * 2_500, "나 " * 2_500),
        ("가 나 " * 2_500, "나 가 다 " * 2_500),
        (
            " ".join(str(at % 97) for at in range(5_000)),
            " ".join(str(at % 89) for at in range(5_000)),
        ),
        ("가\n" * 10_000, "나\n가\n" * 5_000),
    ],
)
def test_difference_of_long_texts_is_told_in_time(before, after):
    found: list[merging.Change] = []

    taken = seconds(lambda: found.extend(merging.words(before, after)))

    assert taken < 2
    assert "".join(run.text for run in found if run.kind != merging.NEW) == before
    assert "".join(run.text for run in found if run.kind != merging.GONE) == after


def test_merge_of_long_texts_is_told_in_time():
    base = "가\n" * 5_000

    assert seconds(lambda: merging.merge(base, "가\n나\n" * 2_500, "나\n가\n" * 2_500)) < 4


def test_preview_of_mails_reads_any_words_in_time():
    value = "/" + "link/" * 4_000 + " x"

    assert seconds(lambda: rehearsal._sealed({"text": value})) < 1


# --- A company that is not to be named ---------------------------------------------------


@pytest.mark.parametrize("visibility", ["secretariat_only", "anonymous"])
def test_names_of_released_files_do_not_name_the_company(
    visibility, cases: CaseFactory, cast: Cast
):
    case = cases.at("reviewing", visibility=visibility)
    by = secretary(cast.secretary)
    actions.send_message(
        case=case,
        text="시연상사 홍시연 님의 자료입니다.",
        files=[upload("시연상사_홍시연_통지서.pdf")],
        audience="bodies",
        by=by,
    )
    cases.refer(case, "KCS")
    referral = case.referrals.get()
    browser, address = Client(), links.body_path(referral)

    page = browser.get(address).content.decode()
    row = release.shown_files(referral).get()
    fetched = look(browser, f"{address}file/{row.file.public_id}/")[0]

    assert fetched.status_code == 200
    assert [name for name in NAMES if name in page] == []
    assert [name for name in NAMES if name in unquote(fetched["Content-Disposition"])] == []
    assert "통지서.pdf" in page


@pytest.mark.parametrize("visibility", ["secretariat_only", "anonymous"])
def test_summary_for_abroad_does_not_name_the_company(visibility, cases: CaseFactory):
    case = cases.at("reviewing", visibility=visibility)

    sheet = composing.abroad(
        case,
        chosen=["situation"],
        kinds=parts.standing(case),
        summary="시연상사 (Hong, hong@company.example) asks for the list of papers.",
        at=timezone.now(),
    )

    said = " ".join(part.words for passage in sheet.passages for part in passage.parts)
    assert [name for name in NAMES if name in said] == []
    assert "asks for the list of papers" in said


@pytest.mark.parametrize("visibility", ["secretariat_only", "anonymous"])
def test_no_mail_to_a_body_names_the_company(visibility, cases: CaseFactory, cast: Cast):
    words = "시연상사 홍시연(02-123-4567, hong@company.example)의 건입니다."
    case = cases.at("reviewing", visibility=visibility, title=words, situation=words)
    by = secretary(cast.secretary)
    due = timezone.now() + dt.timedelta(days=5)
    ask = actions.Ask(Organisation.objects.get(code="KCS"), words, due)
    (referral,) = actions.refer(case=case, asks=[ask], by=by)
    actions.send_message(case=case, text=words, audience="bodies", by=by)
    actions.remind_referral(referral=referral, by=by, text=words)
    actions.recall_referral(referral=referral, reason=words, by=by)

    told = Notice.objects.filter(
        kind__in=["referral", "message_to_body", "referral_reminder", "referral_recalled"]
    )
    assert told.count() >= 4
    assert [row.kind for row in told if any(name in str(row.context) for name in NAMES)] == []


# --- Files and words that were never sent ------------------------------------------------


def test_file_that_the_company_has_only_saved_is_released_to_nobody(cases: CaseFactory, cast: Cast):
    """The page says that nothing was sent; the case came back to the desk without it."""
    case = cases.at("supplement")
    (item,) = supplying.current_items(case)
    reply = supplying.Reply({item.pk: supplying.Given(files=[upload("초안.pdf")])})
    supplying.keep_supplement(case=case, reply=reply, by=COMPANY)
    kept = case.attachments.get(supplement_item=item)

    assert kept not in release.files_offered(case)
    assert kept not in release.default_files(case)
    assert release.refused(case, [], [kept])


def test_file_of_a_supplement_that_was_sent_can_be_released(cases: CaseFactory):
    """The positive control."""
    case = cases.at("supplement")
    (item,) = supplying.current_items(case)
    reply = supplying.Reply({item.pk: supplying.Given(files=[upload("사본.pdf")])})
    supplying.keep_supplement(case=case, reply=reply, by=COMPANY)
    actions.supplement(case=case, kept=True, by=COMPANY)

    assert case.attachments.get(supplement_item=item) in release.default_files(case)


def test_body_reads_nothing_that_was_said_after_its_question_ended(cases: CaseFactory, cast: Cast):
    case = cases.at("reviewing")
    by = secretary(cast.secretary)
    cases.refer(case, "KCS", "KATS")
    ended = case.referrals.get(organisation__code="KCS")
    actions.send_message(case=case, text="모두에게 먼저 한 말", audience="bodies", by=by)
    case.refresh_from_db()
    ended.refresh_from_db()
    ended.case = case
    actions.recall_referral(referral=ended, reason="소관이 다릅니다.", by=by)
    case.refresh_from_db()
    actions.send_message(
        case=case, text="나중에 한 말", audience="bodies", files=[upload("나중.pdf")], by=by
    )
    mine = links.body_desk_path(ended)

    page = as_user(cast.customs_officer).get(mine).content.decode()
    other = (
        as_user(cast.kats_officer)
        .get(links.body_desk_path(case.referrals.get(organisation__code="KATS")))
        .content.decode()
    )

    assert "모두에게 먼저 한 말" in page
    assert ("나중에 한 말" in other, "나중.pdf" in other) == (True, True)
    assert ("나중에 한 말" in page, "나중.pdf" in page) == (False, False)


# --- Mails to the right people -----------------------------------------------------------


def leave(user) -> None:
    """A person acts for nobody any more, and keeps the account."""
    Membership.objects.filter(user=user).update(ended_at=timezone.now())


@pytest.mark.parametrize(("left", "told"), [(True, False), (False, True)])
def test_officer_who_left_a_body_is_not_reminded(left, told, case: Case, cast: Cast):
    referral = case.referrals.get()
    Organisation.objects.filter(pk=referral.organisation_id).update(email="desk@body.example")
    Referral.objects.filter(pk=referral.pk).update(handler=cast.customs_officer)
    referral = Referral.objects.get(pk=referral.pk)
    if left:
        leave(cast.customs_officer)

    actions.remind_referral(referral=referral, by=secretary(cast.secretary))

    reached = set(
        Notice.objects.filter(kind="referral_reminder").values_list("to_address", flat=True)
    )
    assert "desk@body.example" in reached
    assert (cast.customs_officer.email in reached) is told


def test_officer_who_left_the_secretariat_is_not_told_of_overdue_answers(case: Case, cast: Cast):
    leave(cast.secretary)
    case.refresh_from_db()

    people = letter_parts.in_charge(case)

    assert people
    assert cast.secretary not in people


def test_answer_of_a_body_is_not_mailed_to_who_left_the_secretariat(case: Case, cast: Cast):
    leave(cast.secretary)
    referral = Referral.objects.get(case=case)

    actions.answer_referral(referral=referral, text="회신", by=body(None, referral.organisation))

    reached = set(Notice.objects.filter(kind="referral_ended").values_list("to_address", flat=True))
    assert reached
    assert cast.secretary.email not in reached


@pytest.mark.parametrize("who", ["customs_officer", "auditor", "platform_admin"])
def test_note_calls_nobody_outside_the_secretariat(who, case: Case, cast: Cast):
    person = getattr(cast, who)
    browser = as_user(cast.secretary)
    path = reverse("admin:intake_case_step", args=[case.pk, "note"])

    browser.post(
        path,
        {
            "version": case.version,
            "text": f"@{person.name} 시연상사 건입니다.",
            "called": person.pk,
        },
    )

    assert not person.mentions.exists()
    assert not Notice.objects.filter(kind="mentioned").exists()


# --- Tables that a spreadsheet opens -----------------------------------------------------


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"])
def test_no_cell_is_a_formula(start):
    table = tables.Table([f"{start}1"], [[f"{start}cmd|' /C calc'!A0", 3]])

    rows = [list(row) for row in tables.for_download(table)]

    assert all(not str(cell).startswith(start) for row in rows for cell in row)
