"""A supplement settled by phone: recorded item by item, the pause ended by the officer."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from intake import actions, workflow
from intake.admin.page import buttons
from intake.models import SupplementItem
from intake.timeline import COMPANY
from notifications.models import Notice
from tests.intake.test_desk import fresh, signed_in, step_of
from tests.intake.test_following import opened

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
DUE = TODAY + dt.timedelta(days=7)


@pytest.fixture
def asked(cases):
    """A case of which two things are asked."""
    case = cases.at("reviewing")
    wanted = [actions.Wanted("통지서 사본"), actions.Wanted("선적일", kind=SupplementItem.FACT)]
    actions.request_supplement(case=case, items=wanted, due=DUE, by=cases.by)
    return fresh(case)


def items(case) -> list[SupplementItem]:
    return list(case.supplement_items.order_by("position"))


def record(case, by, **words) -> None:
    rows = {item.label: item.pk for item in items(case)}
    said = {rows[label]: text for label, text in words.items()}
    actions.record_item(case=case, said=said, said_by="김대리", said_on=TODAY, by=by)


def test_officer_records_items_and_ends_the_pause_in_the_browser(asked, cast):
    desk = signed_in(cast.secretary)
    first, second = items(asked)
    form = {"version": asked.version, "said_by": "박과장", "said_on": TODAY.isoformat()}

    done = desk.post(step_of(asked, "record_item"), form | {f"item_{first.pk}": "팩스로 받음"})

    assert done.status_code == 302
    first.refresh_from_db()
    assert first.is_given
    for said in ("팩스로 받음", "박과장", TODAY.isoformat()):
        assert said in first.given_text
    case = fresh(asked)
    assert (case.state, case.due_at) == (workflow.SUPPLEMENT, None)
    refused = desk.post(step_of(case, "supplement"), {"version": case.version})
    assert refused.status_code == 409
    assert fresh(case).state == workflow.SUPPLEMENT

    form["version"] = fresh(case).version
    desk.post(step_of(case, "record_item"), form | {f"item_{second.pk}": "12월 8일"})
    case = fresh(case)
    assert desk.post(step_of(case, "supplement"), {"version": case.version}).status_code == 302
    case = fresh(case)
    assert (case.state, case.supplement_due) == (workflow.REVIEWING, None)
    assert case.due_at is not None
    page = opened(case).get(reverse("intake:case", args=[case.number])).content.decode()
    assert "팩스로 받음" in page


def test_clock_restarts_exactly_as_when_the_company_sends(asked, cases):
    twin = cases.at("reviewing")
    actions.request_supplement(case=twin, items=[actions.Wanted("통지서")], due=DUE, by=cases.by)

    actions.supplement(case=twin, text="보냅니다.", by=COMPANY)
    record(asked, cases.by, **{"통지서 사본": "받음", "선적일": "12월 8일"})
    actions.supplement(case=fresh(asked), kept=True, by=cases.by)

    twin, case = fresh(twin), fresh(asked)
    assert case.due_at == twin.due_at is not None
    assert (case.state, case.lane, case.attention) == (twin.state, twin.lane, twin.attention)


def test_company_is_told_by_mail_what_was_recorded_and_the_officer_is_not(asked, cases):
    record(asked, cases.by, **{"통지서 사본": "받음", "선적일": "12월 8일"})
    Notice.objects.all().delete()

    actions.supplement(case=fresh(asked), kept=True, by=cases.by)

    (notice,) = Notice.objects.filter(to_address=asked.contact_email)
    assert notice.kind == "supplement_recorded"
    assert [item["label"] for item in notice.context["items"]] == ["통지서 사본", "선적일"]
    assert "김대리" in notice.context["items"][0]["said"]
    assert not Notice.objects.filter(kind="supplement_arrived").exists()


def test_officer_cannot_end_the_pause_while_an_item_is_open(asked, cases):
    record(asked, cases.by, **{"통지서 사본": "받음"})

    with pytest.raises(actions.RefusedError):
        actions.supplement(case=fresh(asked), kept=True, why_open="나중에", by=cases.by)

    assert fresh(asked).state == workflow.SUPPLEMENT


def test_what_the_company_gave_itself_is_never_overwritten(asked, cases):
    first = items(asked)[0]
    seen = fresh(asked)
    reply = actions.Reply(items={first.pk: actions.Given("기업이 적은 말")})
    actions.keep_supplement(case=fresh(asked), reply=reply, by=COMPANY)

    with pytest.raises(actions.RefusedError):
        record(seen, cases.by, **{"통지서 사본": "전화로 들음"})

    first.refresh_from_db()
    assert first.given_text == "기업이 적은 말"
    assert not asked.events.filter(verb="record_item").exists()


def test_item_of_another_case_or_no_words_at_all_are_refused(asked, cases):
    other = cases.at("supplement")
    foreign = items(other)[0]
    for said in ({}, {foreign.pk: "받음"}, {items(asked)[0].pk: ""}):
        with pytest.raises(actions.RefusedError):
            actions.record_item(
                case=fresh(asked), said=said, said_by="김", said_on=TODAY, by=cases.by
            )
    foreign.refresh_from_db()
    assert not foreign.is_given


def test_second_officer_cannot_end_the_pause_of_a_case_that_moved_on(asked, cases):
    record(asked, cases.by, **{"통지서 사본": "받음", "선적일": "12월 8일"})
    mine, theirs = fresh(asked), fresh(asked)
    actions.assign(case=theirs, officer=cases.by.user, by=cases.by)

    with pytest.raises(actions.StaleCaseError):
        actions.supplement(case=mine, kept=True, by=cases.by)


def test_what_the_company_saved_and_not_sent_goes_along(asked, cases):
    actions.keep_supplement(
        case=asked,
        reply=actions.Reply(text="덧붙인 말", corrections={"title": "새 제목"}),
        by=COMPANY,
    )
    record(fresh(asked), cases.by, **{"통지서 사본": "받음", "선적일": "12월 8일"})

    message = actions.supplement(case=fresh(asked), kept=True, by=cases.by)

    assert "덧붙인 말" in message.text
    assert fresh(asked).title == "새 제목"
    assert asked.revisions.get().before == asked.title


def test_bar_offers_the_record_while_items_are_open_and_the_end_when_none_is(asked, cases):
    verbs = [button.verb for button in buttons(asked, items(asked))]
    assert "record_item" in verbs
    assert "supplement" not in verbs

    record(asked, cases.by, **{"통지서 사본": "받음", "선적일": "12월 8일"})
    settled = buttons(fresh(asked), items(asked))
    assert settled[0].verb == "supplement"
    assert "record_item" not in [button.verb for button in settled]


def test_lapsed_case_reopens_by_a_record_of_the_officer(asked, cases):
    actions.lapse(case=asked)
    record(fresh(asked), cases.by, **{"통지서 사본": "받음", "선적일": "12월 8일"})

    actions.supplement(case=fresh(asked), kept=True, by=cases.by)

    assert fresh(asked).state == workflow.REVIEWING


def test_returned_case_that_did_not_lapse_takes_no_record(cases, cast):
    case = cases.at("rejected")
    assert {"record_item", "supplement"}.isdisjoint(button.verb for button in buttons(case))
    with pytest.raises(workflow.IllegalStepError):
        actions.supplement(case=case, kept=True, by=cases.by)
    with pytest.raises(workflow.IllegalStepError):
        actions.record_item(case=case, said={1: "말"}, said_by="김", said_on=TODAY, by=cases.by)
