"""Files that go to the company: with a supplement request, and those of bodies with the answer."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from files import storing
from intake import actions, timeline
from intake.models import Attachment
from notifications.models import Notice
from tests.intake.test_desk import fresh, signed_in, step_of
from tests.intake.test_following import opened

pytestmark = pytest.mark.django_db
DUE = timezone.localdate() + dt.timedelta(days=7)


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


def upload(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, f"내용 {name}".encode(), "text/plain")


@pytest.fixture
def answered(cases):
    """A case whose body answered with two files."""
    case = cases.at("referred")
    referral = case.referrals.get()
    files = [storing.store(upload("고시.txt")), storing.store(upload("내부검토.txt"))]
    by = timeline.body(None, referral.organisation)
    actions.answer_referral(referral=referral, text="둘입니다.", files=files, by=by)
    return fresh(case)


def page(client, case) -> str:
    return client.get(reverse("intake:case", args=[case.number])).content.decode()


def fetched(client, case, row) -> int:
    address = reverse("intake:attachment", args=[case.number, row.file.public_id])
    answer = client.get(address)
    if answer.streaming:
        b"".join(answer.streaming_content)
    return answer.status_code


def ready(case) -> list[Attachment]:
    """The files of the case, found harmless."""
    rows = list(case.attachments.select_related("file"))
    for row in rows:
        type(row.file).objects.filter(pk=row.file_id).update(state="ready")
    return rows


# --- With a supplement request ----------------------------------------------------------------
def test_file_of_a_supplement_request_waits_on_the_company_page_and_its_mail_says_so(cases, cast):
    case = cases.at("reviewing")
    data = {
        "version": case.version,
        "due": DUE.isoformat(),
        "text": "서식을 채워 주십시오.",
        "item-TOTAL_FORMS": "1",
        "item-INITIAL_FORMS": "0",
        "item-0-label": "위임장",
        "item-0-kind": "paper",
        "files": [upload("위임장서식.txt")],
    }

    assert (
        signed_in(cast.secretary).post(step_of(case, "request_supplement"), data).status_code == 302
    )

    case = fresh(case)
    (row,) = ready(case)
    assert case.events.get(verb="request_supplement").facts["files"] == [row.pk]
    company = opened(case)
    shown = page(company, case)
    assert shown.index("위임장서식.txt") < shown.index("supplement-progress")
    assert shown.count("위임장서식.txt") == 1
    assert fetched(company, case, row) == 200
    assert Notice.objects.get(kind="supplement_request").context["files"] == 1


def test_file_of_a_supplement_request_stays_over_one_more_row_and_over_a_mistake(cases, cast):
    case = cases.at("reviewing")
    desk = signed_in(cast.secretary)
    data = {
        "version": case.version,
        "due": DUE.isoformat(),
        "item-TOTAL_FORMS": "1",
        "item-INITIAL_FORMS": "0",
        "item-0-label": "위임장",
        "item-0-kind": "paper",
    }
    first = desk.post(
        step_of(case, "request_supplement"), data | {"more": "1", "files": [upload("서식.txt")]}
    )
    form = first.context["form"]
    assert [file.original_name for file in form.kept_files] == ["서식.txt"]
    second = desk.post(
        step_of(case, "request_supplement"), data | {"due": "", "kept": form.kept_token}
    )
    assert second.status_code == 422

    kept = second.context["form"].kept_token
    assert desk.post(step_of(case, "request_supplement"), data | {"kept": kept}).status_code == 302
    assert [row.file.original_name for row in case.attachments.all()] == ["서식.txt"]


# --- Of bodies, with the answer ---------------------------------------------------------------
def test_nothing_of_the_bodies_is_ticked_before_the_officer_ticks_it(answered, cast):
    shown = signed_in(cast.secretary).get(step_of(answered, "answer"))

    form = shown.context["form"]
    assert len(form.fields["passed_on"].choices) == 2
    assert not form["passed_on"].value()
    assert "These are the originals" in shown.content.decode()


def test_ticked_file_of_a_body_goes_to_the_company_and_the_others_stay_hidden(answered, cast):
    rows = ready(answered)
    gone, stays = rows
    company = opened(answered)
    assert [fetched(company, answered, row) for row in rows] == [404, 404]

    data = {"version": answered.version, "text": "답변입니다.", "passed_on": [gone.pk]}
    assert signed_in(cast.secretary).post(step_of(answered, "answer"), data).status_code == 302

    case = fresh(answered)
    assert [fetched(company, case, row) for row in (gone, stays)] == [200, 404]
    shown = page(company, case)
    assert "고시.txt" in shown
    assert "내부검토.txt" not in shown
    answer = shown[shown.index('id="answer"') : shown.index('id="talk"')]
    assert "고시.txt" in answer
    assert gone.referral.organisation.name_ko in answer
    assert case.events.get(verb="answer").facts["files"] == [gone.pk]
    assert Notice.objects.get(kind="answer").context["files"] == 1


def test_answer_passes_nothing_on_that_no_body_of_this_case_sent(answered, cases):
    other = cases.at("referred")
    referral = other.referrals.get()
    stored = storing.store(upload("남의것.txt"))
    by = timeline.body(None, referral.organisation)
    actions.answer_referral(referral=referral, text="답", files=[stored], by=by)
    foreign = other.attachments.get()

    with pytest.raises(actions.RefusedError):
        actions.answer(case=answered, text="답변", passed_on=[foreign], by=cases.by)

    note = actions.note(
        case=answered, text="메모", files=[storing.store(upload("메모.txt"))], by=cases.by
    )
    with pytest.raises(actions.RefusedError):
        actions.answer(
            case=fresh(answered), text="답변", passed_on=list(note.attachments.all()), by=cases.by
        )
    hidden = Attachment.objects.exclude(audience="submitter")
    assert hidden.filter(pk=foreign.pk).exists()
    assert hidden.filter(message=note).exists()


def test_refused_answer_shows_nothing_of_the_bodies_to_the_company(answered, cases, cast):
    """The tick and the answer are one transaction: who comes second releases nothing."""
    gone = ready(answered)[0]
    seen = answered.version
    actions.classify(case=fresh(answered), product="다른 제품", by=cases.by)

    data = {"version": seen, "text": "답변입니다.", "passed_on": [gone.pk]}
    assert signed_in(cast.secretary).post(step_of(answered, "answer"), data).status_code == 409

    assert fetched(opened(answered), answered, gone) == 404


def test_preview_of_an_answer_releases_nothing(answered, cast):
    gone = ready(answered)[0]
    data = {"version": answered.version, "text": "답변", "passed_on": [gone.pk], "preview": "1"}

    shown = signed_in(cast.secretary).post(step_of(answered, "answer"), data)

    assert [str(pk) for pk in shown.context["form"]["passed_on"].value()] == [str(gone.pk)]
    assert fetched(opened(answered), answered, gone) == 404


def test_broken_twin_that_passes_everything_on_would_be_seen(answered, cases):
    """What the tests above look for is there to be seen when the rule is broken."""
    gone, stays = ready(answered)
    actions.answer(case=answered, text="답변", passed_on=[gone], by=cases.by)
    answered.attachments.of_bodies().update(audience="submitter")

    assert fetched(opened(fresh(answered)), answered, stays) == 200
