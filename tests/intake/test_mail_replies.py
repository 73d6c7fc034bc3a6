"""An answer by mail becomes a message of its case, for whom and from whom it may."""

from __future__ import annotations

import datetime as dt
from email.message import EmailMessage

import pytest
from django.core import mail as django_mail
from django.utils import timezone

from accounts.models import Organisation
from files.models import StoredFile
from intake import actions, incoming
from intake.actions import mailing
from intake.models import Case, Draft, Message
from intake.timeline import submitter
from notifications import delivery, replying
from notifications.incoming import deciding, handling, take
from notifications.incoming.hooks import CannotTakeError
from notifications.models import IncomingMail, Notice
from tests.files import corpus
from tests.intake.factories import filing

pytestmark = pytest.mark.django_db
COMPANY = "hong@company.example"


@pytest.fixture(autouse=True)
def replies(settings):
    settings.REPLY_DOMAIN = "replies.example"


def notice_of(case: Case, kind: str = "receipt", **which) -> Notice:
    rows = Notice.objects.filter(subject_key=case.number, kind=kind, **which)
    return rows.order_by("-pk").first()


def answer(
    notice: Notice,
    text: str = "통지서를 보내 드립니다.",
    *,
    sender: str = COMPANY,
    files: list[tuple[str, bytes]] = [],  # noqa: B006
    to: str = "",
) -> IncomingMail:
    """What somebody sends who answers a notice, until it is handled."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = to or replying.address_of(notice)
    message["Subject"] = "Re: 안내"
    message["Message-ID"] = f"<{IncomingMail.objects.count()}@company.example>"
    message.set_content(
        f"{text}\n\n2026년 11월 23일 (월) 오전 9:12, 원팀 <r@r.example>님이 작성:\n> 앞선 안내\n"
    )
    for name, content in files:
        message.add_attachment(content, maintype="application", subtype="pdf", filename=name)
    row = take(message.as_bytes(), source="test")
    handling.handle_waiting()
    row.refresh_from_db()
    return row


def test_answer_of_the_company_is_a_message_and_tells_the_officer(cases):
    case = cases.at("reviewing")

    row = answer(notice_of(case), files=[("통지서.pdf", corpus.pdf())])

    message = case.messages.get()
    assert (row.state, row.subject_key, row.result["message"]) == ("taken", case.number, message.pk)
    assert (message.text, message.by_mail) == ("통지서를 보내 드립니다.", True)
    assert (message.role, message.audience) == ("submitter", "submitter")
    assert "앞선 안내" in message.folded
    assert [one.file.original_name for one in message.attachments.all()] == ["통지서.pdf"]
    assert notice_of(case, "message_to_officer").recipient == case.assignee


def test_answer_to_a_supplement_request_stops_no_pause_and_says_so(cases):
    case = cases.at("supplement")

    answer(notice_of(case, "supplement_request"), files=[("통지서.pdf", corpus.pdf())])

    case.refresh_from_db()
    assert (case.state, case.due_at, case.messages.count()) == ("supplement", None, 1)
    assert notice_of(case, "message_to_officer").context["awaited"] is True


def test_answer_on_a_closed_case_is_taken_and_the_officer_told(cases):
    case = cases.at("closed")

    row = answer(notice_of(case))

    case.refresh_from_db()
    assert (row.state, case.state, case.messages.count()) == ("taken", "closed", 1)
    assert notice_of(case, "message_to_officer").context["ended"] is True


def test_stranger_with_the_right_address_is_quarantined(cases):
    case = cases.at("reviewing")

    row = answer(notice_of(case), sender="other@elsewhere.example")

    assert (row.state, row.reason, case.messages.count()) == ("quarantined", "other_sender", 0)
    assert notice_of(case, "reply_held").recipient == case.assignee


def test_company_with_the_address_of_another_case_is_quarantined(cases):
    mine = cases.at("reviewing")
    other = cases.at("reviewing", contact_email="kim@other.example")

    row = answer(notice_of(other), sender=COMPANY)

    assert (row.state, row.reason) == ("quarantined", "other_sender")
    assert (mine.messages.count(), other.messages.count()) == (0, 0)


def test_body_with_the_company_address_is_quarantined(cast, cases):
    case = cases.at("referred")

    row = answer(notice_of(case), sender=cast.customs_officer.email)

    assert (row.state, row.reason, case.messages.count()) == ("quarantined", "other_side", 0)


def test_former_contact_has_no_access_any_more(cases):
    case = cases.at("reviewing")
    notice = notice_of(case)
    Case.objects.filter(pk=case.pk).update(contact_email="new@company.example")

    row = answer(notice, sender=COMPANY)

    assert (row.state, row.reason) == ("quarantined", "no_access")


def test_forged_code_is_left_aside(cases):
    case = cases.at("reviewing")
    notice = notice_of(case)
    code = replying.token(notice.pk, "GT-0", "company", COMPANY)

    row = answer(notice, to=f"reply+{code}@replies.example")

    assert (row.state, row.reason, case.messages.count()) == ("ignored", "unknown_address", 0)


def test_officer_takes_a_quarantined_mail_and_it_says_from_whom(cast, cases):
    case = cases.at("reviewing")
    row = answer(notice_of(case), sender="other@elsewhere.example", files=[("a.pdf", corpus.pdf())])

    deciding.accept(mail=row, by=cast.secretary)

    row.refresh_from_db()
    message = case.messages.get()
    assert (row.state, row.decided_by) == ("taken", cast.secretary)
    assert "other@elsewhere.example" in message.text
    assert message.attachments.count() == 1


def test_quarantined_mail_is_decided_once(cast, cases):
    case = cases.at("reviewing")
    row = answer(notice_of(case), sender="other@elsewhere.example")
    again = IncomingMail.objects.get(pk=row.pk)

    deciding.discard(mail=row, by=cast.secretary)
    with pytest.raises(deciding.AlreadyDecidedError):
        deciding.accept(mail=again, by=cast.second_secretary)

    row.refresh_from_db()
    assert (row.state, row.decided_by, case.messages.count()) == ("discarded", cast.secretary, 0)


def test_mail_about_a_case_that_is_gone_cannot_be_taken(cast, cases):
    case = cases.at("reviewing")
    notice = notice_of(case)
    row = answer(notice, sender="other@elsewhere.example")
    Notice.objects.filter(pk=notice.pk).update(subject_key="GT-2000-000001-1")

    with pytest.raises(CannotTakeError):
        deciding.accept(mail=row, by=cast.secretary)

    row.refresh_from_db()
    assert (row.state, row.decided_by) == ("quarantined", None)


def test_body_answers_to_the_desk_beside_its_question(cast, cases, customs):
    case = cases.at("referred")
    notice = notice_of(case, "referral")

    row = answer(notice, "기한을 알려 주십시오.", sender=cast.customs_officer.email)

    message = case.messages.get()
    referral = case.referrals.get()
    assert (row.state, referral.state) == ("taken", "asked")
    assert (message.role, message.organisation, message.audience) == ("body", customs, "bodies")
    assert notice_of(case, "referral_asked_back") is not None


def test_body_that_was_recalled_reaches_the_desk_only(cast, cases):
    case = cases.at("referred")
    notice = notice_of(case, "referral")
    actions.recall_referral(referral=case.referrals.get(), reason="철회합니다.", by=cases.by)

    row = answer(notice, "늦었습니다.", sender=cast.customs_officer.email)

    assert (row.state, case.messages.get().audience) == ("taken", "internal")


def test_body_loses_sight_and_voice_together(cast, cases):
    case = cases.at("referred")
    notice = notice_of(case, "referral")
    actions.withdraw(case=case, reason="해결", by=incoming.timeline.COMPANY)
    Case.objects.filter(pk=case.pk).update(ended_at=timezone.now() - dt.timedelta(days=91))

    row = answer(notice, "늦었습니다.", sender=cast.customs_officer.email)

    assert (row.state, case.messages.count()) == ("quarantined", 0)


def test_officer_answers_into_a_note_that_nobody_outside_reads(cast, cases):
    case = cases.at("reviewing")
    actions.send_message(case=case, text="언제 됩니까?", by=incoming.timeline.COMPANY)

    row = answer(notice_of(case, "message_to_officer"), "곧 답하겠음", sender=cast.secretary.email)

    assert (row.state, case.messages.last().audience) == ("taken", "internal")
    assert case.messages.for_submitter().count() == 1


def test_filer_answers_for_the_company_until_the_proxy_ends(cast, cases):
    kbiz = Organisation.objects.get(code="KBIZ")
    by = submitter(cast.association_officer, kbiz)
    case, _new = actions.submit(filing=filing(), by=by)
    actions.claim(case=case, by=cases.by)
    actions.send_message(case=case, text="확인 바랍니다.", by=cases.by)
    notice = notice_of(case, "filer_update")

    first = answer(notice, sender=cast.association_officer.email)
    Case.objects.filter(pk=case.pk).update(proxy="dismissed")
    second = answer(notice, "다시 씁니다.", sender=cast.association_officer.email)

    message = case.messages.for_submitter().last()
    assert (first.state, message.author, message.organisation) == (
        "taken",
        cast.association_officer,
        kbiz,
    )
    assert (second.state, second.reason) == ("quarantined", "no_access")


def test_mail_with_files_alone_says_so(cases):
    case = cases.at("reviewing")

    answer(notice_of(case), "", files=[("통지서.pdf", corpus.pdf())])

    assert case.messages.get().text == "(메일에 파일만 첨부되어 있습니다.)"


def test_answered_mail_really_leaves_with_its_address(cases):
    case = cases.at("received")
    mail = delivery.message(notice_of(case))

    assert mail.extra_headers["Reply-To"] == replying.address_of(notice_of(case))
    assert "그대로 회신" in mail.body
    assert django_mail.EmailMessage is not None


# --- Forwarding by a mission --------------------------------------------------------------------
FORWARDED = """\
세관에 문의했으나 답이 없습니다.

---------- Forwarded message ---------
보낸사람: 박현지 <park@vina.example>
Date: 2026년 11월 20일
Subject: 통관 지연
To: <hanoi@mofa.example>

하이퐁 항에서 통관이 지연되고 있습니다.
"""


@pytest.fixture
def mission(cast) -> Organisation:
    return Organisation.objects.get(code="MIS-HAN")


def forward(to: str, sender: str, files=()) -> IncomingMail:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, "Fwd: 통관 지연"
    message["Message-ID"] = f"<{IncomingMail.objects.count()}@mofa.example>"
    message.set_content(FORWARDED)
    for name, content in files:
        message.add_attachment(content, maintype="application", subtype="pdf", filename=name)
    row = take(message.as_bytes(), source="test")
    handling.handle_waiting()
    row.refresh_from_db()
    return row


def test_mission_forwards_a_mail_into_a_draft(cast, mission):
    mailing.make_local_address(organisation=mission, by=cast.mission_officer)

    row = forward(
        incoming.local_address(mission), cast.mission_officer.email, [("공문.pdf", corpus.pdf())]
    )

    draft = Draft.objects.get()
    assert (row.state, row.result["draft"]) == ("draft", str(draft.key))
    assert (draft.officer, draft.organisation, draft.purpose) == (
        cast.mission_officer,
        mission,
        "local",
    )
    assert draft.data["title"] == ["통관 지연"]
    assert draft.data["contact_name"] == ["박현지"]
    assert draft.data["contact_email"] == ["park@vina.example"]
    assert "하이퐁 항에서" in draft.data["situation"][0]
    assert "답이 없습니다" in draft.data["situation"][0]
    assert draft.files.count() == 1
    assert Notice.objects.get(kind="local_draft").recipient == cast.mission_officer


def test_draft_of_a_forwarded_mail_opens_at_the_desk(client, cast, mission):
    mailing.make_local_address(organisation=mission, by=cast.mission_officer)
    forward(incoming.local_address(mission), cast.mission_officer.email)
    client.force_login(cast.mission_officer)

    page = client.get(Notice.objects.get(kind="local_draft").context["link"])

    assert page.context["form"]["title"].value() == "통관 지연"


@pytest.mark.parametrize("who", ["hong@company.example", "kbiz@portal.example"])
def test_forwarding_is_for_officers_of_the_mission_alone(cast, mission, who):
    mailing.make_local_address(organisation=mission, by=cast.mission_officer)

    row = forward(incoming.local_address(mission), who)

    assert (row.state, row.reason, Draft.objects.count()) == ("ignored", "other_sender", 0)


def test_revoked_address_takes_nothing(cast, mission):
    mailing.make_local_address(organisation=mission, by=cast.mission_officer)
    old = incoming.local_address(mission)
    mailing.make_local_address(organisation=mission, by=cast.mission_officer)

    first = forward(old, cast.mission_officer.email)
    mailing.revoke_local_address(organisation=mission, by=cast.mission_officer)

    assert (first.state, first.reason) == ("ignored", "unknown_address")
    assert incoming.local_address(mission) == ""


def test_message_kept_apart_leaves_no_file_unclaimed(cases):
    case = cases.at("reviewing")

    answer(notice_of(case), files=[("통지서.pdf", corpus.pdf())])

    assert StoredFile.objects.unclaimed().count() == 0
    assert Message.objects.count() == 1
