"""A body sees exactly what was released to it, on every way by which it looks."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation
from files import storing
from intake import actions, links, release, timeline
from intake.models import Attachment, Referral
from intake.timeline import COMPANY
from notifications import texts
from notifications.models import Notice
from tests.files import corpus

pytestmark = pytest.mark.django_db

# What each fact looks like when it leaks.
MARKS = {
    "product": ("상품표지", "330499"),
    "situation": ("상황표지",),
    "problem": ("문제표지",),
    "request": ("요청표지",),
    "value": ("98,765,432",),
    "counterpart": ("상대표지",),
    "company": ("회사표지상사",),
    "contact": ("연락표지", "02-765-4321", "leak@company.example"),
}
FACTS = {
    "title": "제목표지",
    "tried": "시도표지",
    "other_desk": "타처표지",
    "product": "상품표지",
    "hs_code": "330499",
    "situation": "상황표지",
    "problem": "문제표지",
    "request": "요청표지",
    "value": Decimal("98765432"),
    "currency": "KRW",
    "counterpart": "상대표지",
    "company_name": "회사표지상사",
    "contact_name": "연락표지",
    "contact_phone": "02-765-4321",
    "contact_email": "leak@company.example",
}
NEVER = ("제목표지", "시도표지", "타처표지", "내부표지", "이웃표지", "기업대화표지")


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "files")


def paper(name: str):
    """A small good file, stored."""
    return storing.store(SimpleUploadedFile(name, corpus.pdf(), "application/pdf"))


@pytest.fixture
def case(cases):
    """A case of a named company with two files, under review, in which much was said."""
    return _busy(cases)


def _busy(cases, **changes):
    case = cases.at("reviewing", **FACTS, files=[paper("a.pdf"), paper("b.pdf")], **changes)
    actions.note(case=case, text="내부표지", by=cases.by)
    actions.send_message(case=case, text="기업대화표지", by=COMPANY)
    return case


def ask(cases, case, code: str = "KCS", **release_) -> Referral:
    """Ask one body with what is released to it."""
    [row] = actions.refer(
        case=case,
        asks=[
            actions.Ask(
                Organisation.objects.get(code=code),
                "무엇이 필요합니까?",
                timezone.now() + dt.timedelta(days=5),
                **release_,
            )
        ],
        by=cases.by,
    )
    return row


def browser(user=None) -> Client:
    """A browser of its own, in English."""
    client = Client()
    if user is not None:
        client.force_login(user)
    client.cookies["django_language"] = "en"
    return client


def surfaces(user, referral: Referral) -> dict[str, str]:
    """Everything that a body reads about a question."""
    notice = Notice.objects.filter(kind="referral").latest("pk")
    mails = [texts.render("referral", language, notice.context) for language in ("ko", "en")]
    page = reverse("intake:body-referral", args=[referral.case.number, referral.pk])
    return {
        "desk": browser(user).get(page).content.decode(),
        "list": browser(user).get("/body/").content.decode(),
        "link": browser().get(links.body_path(referral)).content.decode(),
        "mail": "".join(mail.subject + mail.text + mail.html for mail in mails),
    }


def leaks(text: str) -> set[str]:
    """The facts of which a mark stands in a text."""
    return {name for name, marks in MARKS.items() if any(mark in text for mark in marks)}


def fetchable(user, referral: Referral) -> dict[str, list[str]]:
    """The files that each way hands out."""
    page = reverse("intake:body-referral", args=[referral.case.number, referral.pk])
    ways = {"desk": (browser(user), page), "link": (browser(), links.body_path(referral))}
    found: dict[str, list[str]] = {}
    for way, (client, address) in ways.items():
        found[way] = []
        for row in Attachment.objects.filter(case=referral.case).select_related("file"):
            answer = client.get(f"{address}file/{row.file.public_id}/")
            b"".join(answer)
            if answer.status_code == 200:
                found[way].append(row.file.original_name)
    return found


# --- Facts --------------------------------------------------------------------------------
@pytest.mark.parametrize("fact", release.FACTS)
def test_body_sees_the_one_fact_that_was_released(cases, case, cast, fact):
    seen = surfaces(cast.customs_officer, ask(cases, case, facts=[fact], files=[]))

    assert leaks(seen["desk"]) == {fact}
    assert leaks(seen["link"]) == {fact}
    assert leaks(seen["list"]) == set()
    # The mail names the company; its contact stays behind the link.
    assert leaks(seen["mail"]) == {fact} - {"contact"}
    assert [word for word in NEVER for text in seen.values() if word in text] == []


@pytest.mark.parametrize("fact", release.FACTS)
def test_body_does_not_see_the_one_fact_that_was_withheld(cases, case, cast, fact):
    others = [name for name in release.FACTS if name != fact]

    seen = surfaces(cast.customs_officer, ask(cases, case, facts=others, files=[]))

    assert leaks(seen["desk"]) == set(others)
    assert leaks(seen["link"]) == set(others)
    assert leaks(seen["mail"]) == set(others) - {"contact"}


def test_releasing_nothing_shows_the_question_alone(cases, case, cast):
    seen = surfaces(cast.customs_officer, ask(cases, case, facts=[], files=[]))

    assert {way: leaks(text) for way, text in seen.items()} == {way: set() for way in seen}
    assert all("무엇이 필요합니까?" in seen[way] for way in ("desk", "link", "mail"))


def test_gate_that_shows_everything_would_be_noticed(cases, case, cast, monkeypatch):
    """The broken twin: a release that is not looked at leaks on every way at once."""
    referral = ask(cases, case, facts=[], files=[])
    monkeypatch.setattr(release, "shown", lambda _referral: list(release.FACTS))
    monkeypatch.setattr(
        release, "shown_files", lambda row: Attachment.objects.filter(case=row.case_id)
    )

    seen = surfaces(cast.customs_officer, referral)

    assert leaks(seen["desk"]) == leaks(seen["link"]) == set(release.FACTS)
    assert fetchable(cast.customs_officer, referral)["link"] == ["a.pdf", "b.pdf"]


def test_two_bodies_of_one_case_see_different_things(cases, case, cast):
    files = list(case.attachments.order_by("pk"))
    customs = ask(cases, case, facts=["situation", "company"], files=files[:1])
    kats = ask(cases, case, "KATS", facts=["product"], files=files[1:])
    by = timeline.body(cast.kats_officer, kats.organisation)
    actions.ask_back_referral(referral=kats, text="이웃표지", by=by)

    pages = {
        "KCS": surfaces(cast.customs_officer, customs)["desk"],
        "KATS": surfaces(cast.kats_officer, kats)["desk"],
    }

    assert {code: leaks(text) for code, text in pages.items()} == {
        "KCS": {"situation", "company"},
        "KATS": {"product"},
    }
    assert "이웃표지" not in pages["KCS"]
    assert fetchable(cast.customs_officer, customs) == {"desk": ["a.pdf"], "link": ["a.pdf"]}
    assert fetchable(cast.kats_officer, kats) == {"desk": ["b.pdf"], "link": ["b.pdf"]}


def test_nothing_chosen_releases_what_bodies_always_saw(cases, case, cast):
    referral = ask(cases, case)

    seen = surfaces(cast.customs_officer, referral)

    assert leaks(seen["desk"]) == set(release.FACTS) - {"value", "counterpart"}
    assert fetchable(cast.customs_officer, referral)["desk"] == ["a.pdf", "b.pdf"]


def test_papers_that_came_later_are_not_released_by_themselves(cases, case, cast):
    referral = ask(cases, case)

    actions.send_message(case=case, text="더 보냅니다.", files=[paper("later.pdf")], by=COMPANY)

    assert fetchable(cast.customs_officer, referral)["desk"] == ["a.pdf", "b.pdf"]


# --- What the company's choice forbids ----------------------------------------------------
@pytest.mark.parametrize("visibility", ["secretariat_only", "anonymous"])
@pytest.mark.parametrize("fact", sorted(release.NAMING))
def test_name_of_an_unnamed_company_cannot_be_released(cases, visibility, fact):
    case = _busy(cases, visibility=visibility)

    with pytest.raises(actions.RefusedError):
        ask(cases, case, facts=["situation", fact], files=[])

    assert case.referrals.count() == 0


def test_files_of_an_unnamed_company_cannot_be_released(cases):
    case = _busy(cases, visibility="secretariat_only")

    with pytest.raises(actions.RefusedError):
        ask(cases, case, facts=[], files=[case.attachments.first()])


def test_file_of_another_case_cannot_be_released(cases, case):
    other = _busy(cases)

    with pytest.raises(actions.RefusedError):
        ask(cases, case, facts=[], files=[other.attachments.first()])


def test_unnamed_company_stays_unnamed_even_where_the_row_says_otherwise(cases, cast):
    case = _busy(cases, visibility="secretariat_only")
    referral = ask(cases, case, files=[])
    Referral.objects.update(released=list(release.FACTS))
    referral.released_files.set(case.attachments.all())

    seen = surfaces(cast.customs_officer, Referral.objects.get())

    assert leaks(seen["desk"]) & release.NAMING == set()
    assert fetchable(cast.customs_officer, referral) == {"desk": [], "link": []}


# --- The form at the desk -----------------------------------------------------------------
def desk(cast) -> Client:
    """The officer's browser."""
    return browser(cast.secretary)


def address(case) -> str:
    """Where bodies are asked."""
    return reverse("admin:intake_case_step", args=[case.pk, "refer"])


def posted(case, *rows: dict[str, object], **common: object) -> dict[str, object]:
    """The form as a browser posts it."""
    data: dict[str, object] = {
        "version": case.version,
        "question": "무엇이 필요합니까?",
        "due": (timezone.localdate() + dt.timedelta(days=7)).isoformat(),
        "body-TOTAL_FORMS": len(rows),
        "body-INITIAL_FORMS": 0,
        **common,
    }
    for place, row in enumerate(rows):
        data |= {f"body-{place}-{name}": value for name, value in row.items()}
    return data


def test_form_ticks_what_is_usual_and_no_file(cast, case):
    form = desk(cast).get(address(case)).context["form"]

    assert form["facts"].value() == release.default(case)
    assert not form["files"].value()
    assert [key for key, _label in form.fields["facts"].choices] == list(release.FACTS)
    assert len(form.fields["files"].choices) == 2


def test_form_releases_the_common_part_and_a_bodys_own(cast, case):
    first, second = case.attachments.order_by("pk")

    answer = desk(cast).post(
        address(case),
        posted(
            case,
            {"organisation": "KCS"},
            {
                "organisation": "KATS",
                "own_release": "on",
                "facts": ["situation", "value"],
                "files": [str(second.pk)],
            },
            {"organisation": "KOTRA", "own_release": "on"},
            {"organisation": "KSURE", "facts": ["value"]},
            facts=["product", "company"],
            files=[str(first.pk)],
        ),
    )

    assert answer.status_code == 302
    found = {
        row.organisation.code: (row.released, [one.pk for one in row.released_files.all()])
        for row in case.referrals.select_related("organisation")
    }
    common = (["product", "company"], [first.pk])
    assert found == {
        "KCS": common,
        "KATS": (["situation", "value"], [second.pk]),
        "KOTRA": ([], []),
        "KSURE": common,
    }


def test_form_does_not_offer_what_the_company_forbids_and_says_so(cast, cases):
    case = _busy(cases, visibility="secretariat_only")
    page = desk(cast).get(address(case))
    form = page.context["form"]

    assert {key for key, _label in form.fields["facts"].choices} & release.NAMING == set()
    assert form.fields["files"].choices == []
    text = page.content.decode()
    assert "does not wish to be named" in text
    assert "2 files of the company" in text

    for forbidden in ({"facts": ["company"]}, {"files": [str(case.attachments.first().pk)]}):
        answer = desk(cast).post(address(case), posted(case, {"organisation": "KCS"}, **forbidden))
        assert answer.status_code == 422
    assert case.referrals.count() == 0


def test_one_more_body_keeps_what_was_ticked(cast, case):
    first = case.attachments.order_by("pk").first()
    answer = desk(cast).post(
        address(case),
        posted(
            case,
            {"organisation": "KCS", "own_release": "on", "files": [str(first.pk)]},
            facts=["value"],
            more="1",
        ),
    )

    form = answer.context["form"]
    assert form["facts"].value() == ["value"]
    assert form.rows[0]["files"].value() == [str(first.pk)]
    assert form.rows[0].opened is True
    assert len(form.rows.forms) == 2


def test_proposed_bodies_have_number_keys_from_one(cast, case):
    form = desk(cast).get(address(case)).context["form"]
    rows = [row for row in form.proposed_rows() if not row.barred]

    assert [row.key for row in rows[:9]] == list(range(1, len(rows[:9]) + 1))
    assert all(f'data-key="{row.key}"' in str(row["chosen"]) for row in rows[:9])


def test_bodies_that_need_a_consent_cannot_be_ticked_without_it(cast, cases):
    case = cases.at("reviewing", given={"private_bodies": False})

    page = desk(cast).get(address(case))

    barred = [row for row in page.context["form"].rows if row.barred]
    assert {row.proposed.kind for row in barred} & {"mission"} == {"mission"}
    assert all("disabled" in str(row["chosen"]) for row in barred)
    posting = posted(case, {"code": barred[0].proposed.code, "chosen": "on"})
    answer = desk(cast).post(address(case), posting)
    assert (answer.status_code, case.referrals.count()) == (302, 0) or answer.status_code in (
        409,
        422,
    )
    assert case.referrals.count() == 0


# --- Dates by the body's own calendar -----------------------------------------------------
@pytest.fixture
def before_thanksgiving(monkeypatch):
    """Monday 23 November 2026; Thursday the 26th is a day off in the United States."""
    moment = dt.datetime(2026, 11, 23, 1, tzinfo=dt.UTC)
    monkeypatch.setattr(timezone, "now", lambda: moment)


def test_mission_with_a_day_off_is_given_its_own_date(before_thanksgiving, cast, cases):
    case = cases.at("reviewing", country_id="US", due_at=None)
    form = desk(cast).get(address(case)).context["form"]
    missions = {
        row.proposed.code: (row["due"].value(), bool(row.calendar))
        for row in form.rows
        if row.proposed and row.proposed.kind == "mission"
    }

    assert form["due"].value() == dt.date(2026, 11, 27)
    assert missions
    assert set(missions.values()) == {(dt.date(2026, 11, 30), True)}


def test_common_date_is_moved_off_a_missions_day_off_and_ends_at_its_own_six(
    before_thanksgiving, cast, cases
):
    case = cases.at("reviewing", country_id="US")
    rows = [{"organisation": "MIS-LAX"}, {"organisation": "KCS"}]

    answer = desk(cast).post(address(case), posted(case, *rows, due="2026-11-26"))

    assert answer.status_code == 302
    due = {
        row.organisation.code: row.due_at.isoformat()
        for row in case.referrals.select_related("organisation")
    }
    assert due == {
        "MIS-LAX": "2026-11-28T02:00:00+00:00",  # Friday 18:00 in Los Angeles
        "KCS": "2026-11-26T09:00:00+00:00",
    }


# --- Designation --------------------------------------------------------------------------
@pytest.fixture
def thrice_declined(cases):
    """A case that three bodies gave back."""
    case = cases.at("reviewing")
    for code in ("KCS", "KATS", "KOTRA"):
        cases.refer(case, code)
        row = case.referrals.get(organisation__code=code)
        by = timeline.body(None, row.organisation)
        actions.decline_referral(referral=row, reason=f"{code} 소관 아님", by=by)
        case.refresh_from_db()
    return case


def test_designation_needs_a_reason_that_stays_inside(cast, thrice_declined):
    case = thrice_declined
    page = desk(cast).get(address(case)).content.decode()
    for word in ("This is a designation", "KCS 소관 아님", "KOTRA 소관 아님"):
        assert word in page

    refused = desk(cast).post(address(case), posted(case, {"organisation": "KSURE"}))
    taken = desk(cast).post(
        address(case), posted(case, {"organisation": "KSURE"}, designation="지정사유표지")
    )

    assert (refused.status_code, taken.status_code) == (422, 302)
    row = case.referrals.get(organisation__code="KSURE")
    assert (row.designated, row.designation_reason) == (True, "지정사유표지")
    assert row.asked_by == cast.secretary
    for text in surfaces(cast.customs_officer, row).values():
        assert "지정사유표지" not in text
    story = [event.text for event in case.events.filter(audience="submitter")]
    assert "지정사유표지" not in "".join(story)


def test_verb_refuses_a_designation_without_a_reason(cases, thrice_declined):
    with pytest.raises(actions.RefusedError):
        ask(cases, thrice_declined, "KSURE")


def test_reason_for_a_designation_is_not_asked_before_the_third_decline(cast, case):
    assert "designation" not in desk(cast).get(address(case)).context["form"].fields


# --- Releasing more later -----------------------------------------------------------------
def test_more_is_released_to_one_body_and_it_is_told(cases, case, cast):
    first = case.attachments.order_by("pk").first()
    customs = ask(cases, case, facts=["situation"], files=[])
    ask(cases, case, "KATS", facts=["situation"], files=[])

    actions.release_referral(
        referral=customs, facts=["situation", "value"], files=[first], by=cases.by
    )

    assert leaks(surfaces(cast.customs_officer, customs)["desk"]) == {"situation", "value"}
    assert fetchable(cast.customs_officer, customs)["link"] == ["a.pdf"]
    kats = case.referrals.get(organisation__code="KATS")
    assert leaks(surfaces(cast.kats_officer, kats)["desk"]) == {"situation"}
    told = Notice.objects.filter(kind="referral_released")
    assert list(told.values_list("to_address", flat=True)) == [cast.customs_officer.email]
    event = case.events.get(verb="release_referral")
    assert event.facts == {
        "body": "KCS",
        "referral": customs.pk,
        "shown": ["value"],
        "files_shown": 1,
    }


def test_release_is_taken_back_without_a_mail(cases, case, cast):
    referral = ask(cases, case)

    actions.release_referral(referral=referral, facts=["problem"], files=[], by=cases.by)

    assert leaks(surfaces(cast.customs_officer, referral)["link"]) == {"problem"}
    assert fetchable(cast.customs_officer, referral) == {"desk": [], "link": []}
    assert Notice.objects.filter(kind="referral_released").count() == 0


def test_release_of_what_is_forbidden_unchanged_or_over_is_refused(cases):
    case = _busy(cases, visibility="secretariat_only")
    referral = ask(cases, case, facts=["situation"], files=[])

    for facts, files in (
        (["situation", "company"], []),
        (["situation"], [case.attachments.first()]),
        (["situation"], []),
    ):
        with pytest.raises(actions.RefusedError):
            actions.release_referral(referral=referral, facts=facts, files=files, by=cases.by)
    actions.recall_referral(referral=referral, reason="해결", by=cases.by)
    case.refresh_from_db()
    cases.refer(case, "KATS")  # the case is open at another body
    with pytest.raises(actions.StaleReferralError):
        actions.release_referral(referral=referral, facts=["problem"], files=[], by=cases.by)
    assert Referral.objects.get(pk=referral.pk).released == ["situation"]


def test_form_of_the_release_starts_from_what_the_body_sees(cases, case, cast):
    first = case.attachments.order_by("pk").first()
    referral = ask(cases, case, facts=["situation"], files=[first])
    where = reverse("admin:intake_case_referral", args=[case.pk, referral.pk, "release"])

    form = desk(cast).get(where).context["form"]
    unchanged = {"version": case.version, "facts": ["situation"], "files": [str(first.pk)]}
    statuses = [
        desk(cast).post(where, unchanged | changes).status_code
        for changes in ({}, {"facts": ["situation", "no such fact"]}, {"facts": ["value"]})
    ]

    assert (form["facts"].value(), form["files"].value()) == (["situation"], [str(first.pk)])
    assert statuses == [422, 422, 302]
    row = Referral.objects.get(pk=referral.pk)
    assert (row.released, row.released_files.count()) == (["value"], 1)


# --- What the decliners said --------------------------------------------------------------
def test_suggested_body_leads_the_proposals_and_who_gave_back_is_marked(cast, cases):
    case = cases.at("referred")
    row = case.referrals.get()
    actions.decline_referral(
        referral=row,
        reason="소관이 아닙니다.",
        suggested=Organisation.objects.get(code="KSURE"),
        by=timeline.body(None, row.organisation),
    )

    form = desk(cast).get(address(case)).context["form"]

    first = form.proposed_rows()[0]
    assert (first.proposed.code, first.key) == ("KSURE", 1)
    assert "Korea Customs Service" in first.reason
    marked = [row.proposed.code for row in form.rows if row.gave_back]
    assert marked == ["KCS"]


# --- The mail's language --------------------------------------------------------------------
def test_mail_to_a_body_does_not_follow_the_officers_language(cast, cases):
    case = cases.at("reviewing")

    answer = desk(cast).post(address(case), posted(case, {"organisation": "KCS"}))

    assert answer.status_code == 302
    assert Notice.objects.get(kind="referral").context["country"] == "베트남"
