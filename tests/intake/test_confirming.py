"""A company confirms what was filed in its name: by link, from its case, once, and lossless."""

import datetime as dt

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation
from intake import actions, consents, links
from intake.actions import confirming
from intake.models import Case, ConfirmationDraft, Consent, Reminder, Revision
from intake.tasks.confirming import remind_companies
from intake.timeline import COMPANY, SYSTEM, secretary, submitter
from notifications.models import Notice
from tests.intake.factories import filing

pytestmark = pytest.mark.django_db


@pytest.fixture
def association(cast):
    return Organisation.objects.get(code="KBIZ")


@pytest.fixture
def filed(cast, association):
    """A case that an officer of an association filed for a member."""

    def make(**changes):
        by = submitter(cast.association_officer, association)
        return actions.submit(filing=filing(**changes), by=by)[0]

    return make


def path(case):
    return links.confirm_path(case)


def yes(**changes):
    """A whole and right answer of the page."""
    said = {f"consent_{text.kind}": "yes" for text in consents.CONSENTS}
    return {"step": "send", "visibility": "named", **said, **changes}


def kinds(case, to):
    rows = Notice.objects.filter(subject_key=case.number, to_address=to).order_by("pk")
    return [row.kind for row in rows]


def test_filing_by_an_officer_asks_the_company_and_tells_the_officer_in_other_words(cast, filed):
    case = filed()
    assert kinds(case, case.contact_email) == ["filed_for_you"]
    assert kinds(case, cast.association_officer.email) == ["filer_update"]
    row = Notice.objects.get(subject_key=case.number, kind="filed_for_you")
    assert row.context["confirm"].startswith("/confirm/")
    assert row.context["organisation"] == "중소기업중앙회"


def test_filing_for_a_company_without_mail_asks_nobody_and_the_case_stands(cast, filed):
    case = filed(contact_email="")
    assert kinds(case, cast.association_officer.email) == ["filer_update"]
    assert Notice.objects.filter(subject_key=case.number).count() == 1
    assert case.awaits_confirmation


def test_page_shows_what_was_filed_and_changes_nothing(client, filed):
    case = filed()
    before = Case.objects.values().get(pk=case.pk)
    page = client.get(path(case))
    assert page.status_code == 200
    for words in ("중소기업중앙회", case.situation, case.company_name):
        assert words in page.content.decode()
    assert Case.objects.values().get(pk=case.pk) == before
    assert not ConfirmationDraft.objects.exists()


def test_confirmation_keeps_corrections_with_before_and_after(client, filed):
    case = filed()
    was = case.title
    answer = client.post(
        path(case),
        yes(
            **{
                "title": "새 제목",
                "initial-title": was,
                "value": "50,000",
                "initial-value": "",
                "currency": "USD",
                "initial-currency": "",
            }
        ),
    )
    assert answer.status_code == 302
    case.refresh_from_db()
    assert (case.title, str(case.value), case.currency) == ("새 제목", "50000.00", "USD")
    assert case.confirmed_at is not None
    rows = {row.field: (row.before, row.after) for row in Revision.objects.filter(case=case)}
    assert rows == {"title": (was, "새 제목"), "value": ("", "50000"), "currency": ("", "USD")}
    event = case.events.get(verb="confirm")
    assert set(event.facts["fields"]) == {"title", "value", "currency"}
    assert kinds(case, case.contact_email) == ["filed_for_you", "confirmed"]


def test_companys_consents_outweigh_what_the_officer_was_told(client, filed):
    case = filed(given={"sharing": True, "private_bodies": True})
    assert Consent.objects.filter(case=case, by_officer=True, given=True).count() == 5
    # What need not be given counts from the company alone.
    assert consents.standing(case.consents.all()) == {"collection", "bodies"}
    client.post(path(case), yes(consent_sharing="no"))
    assert Consent.objects.filter(case=case, by_officer=False).count() == 5
    assert consents.standing(case.consents.all()) == {
        "collection",
        "bodies",
        "private_bodies",
        "survey",
    }


def test_refusing_a_needed_consent_is_explained_and_offers_the_end(client, filed):
    case = filed()
    page = client.post(path(case), yes(consent_collection="no"))
    assert page.status_code == 422
    assert 'value="end"' in page.content.decode()
    case.refresh_from_db()
    assert (case.state, case.confirmed_at) == ("received", None)
    ended = client.post(path(case), yes(consent_collection="no", step="end"))
    case.refresh_from_db()
    assert (ended.status_code, case.state) == (200, "withdrawn")
    assert consents.standing(case.consents.all()) == {"bodies"}


def test_end_button_alone_does_not_end_a_case_whose_consent_was_given(client, filed):
    case = filed()
    client.post(path(case), yes(step="end"))
    case.refresh_from_db()
    assert (case.state, case.confirmed_at) == ("received", None)


def test_saving_keeps_what_is_wrong_as_well_and_sends_nothing(client, filed):
    case = filed()
    client.post(path(case), {"step": "save", "hs_code": "abc", "initial-hs_code": case.hs_code})
    page = Client().get(path(case)).content.decode()
    assert 'value="abc"' in page
    wrong = client.post(path(case), yes())
    assert wrong.status_code == 422
    assert 'value="abc"' in wrong.content.decode()
    case.refresh_from_db()
    assert (case.confirmed_at, case.hs_code) == (None, "330499")


def test_two_windows_save_different_fields_and_both_stand(client, filed):
    case = filed()
    client.post(
        path(case),
        {
            "step": "save",
            "title": "하나",
            "initial-title": case.title,
            "problem": case.problem,
            "initial-problem": case.problem,
        },
    )
    client.post(
        path(case),
        {
            "step": "save",
            "title": case.title,
            "initial-title": case.title,
            "problem": "둘",
            "initial-problem": case.problem,
        },
    )
    said = ConfirmationDraft.objects.get(case=case).data["said"]
    assert (said["title"], said["problem"]) == ("하나", "둘")


def test_papers_are_kept_once_removed_and_sent_with_the_confirmation(client, filed):
    case = filed()

    def paper(name):
        return SimpleUploadedFile(name, "본문".encode(), "text/plain")

    client.post(path(case), {"step": "save", "files": [paper("a.txt")]})
    client.post(path(case), {"step": "save", "files": [paper("a.txt"), paper("b.txt")]})
    draft = ConfirmationDraft.objects.get(case=case)
    assert [file.original_name for file in confirming.papers_of(draft)] == ["a.txt", "b.txt"]
    assert case.attachments.count() == 0
    client.post(path(case), {"remove": draft.data["papers"][0]})
    client.post(path(case), yes())
    assert [row.file.original_name for row in case.attachments.all()] == ["b.txt"]
    assert case.events.get(verb="confirm").facts["files"] == [case.attachments.get().pk]


def test_link_works_once_and_then_only_says_when_and_what(client, filed):
    case = filed()
    client.post(path(case), yes())
    page = client.get(path(case)).content.decode()
    assert case.situation not in page
    assert reverse("intake:follow") in page
    assert client.get(reverse("intake:case", args=[case.number])).status_code == 302
    again = client.post(path(case), yes(title="또", **{"initial-title": case.title}))
    assert again.status_code == 409
    assert "또" in again.content.decode()
    assert case.events.filter(verb="confirm").count() == 1


def test_link_of_another_purpose_opens_nothing(client, filed):
    case = filed()
    token = links.make(links.FOLLOW, case.number)
    assert client.get(reverse("intake:confirm", args=[token])).status_code == 404
    token = links.make(links.CONFIRM, case.number)
    assert client.get(reverse("intake:open-link", args=[token])).status_code == 404
    assert client.get(reverse("intake:confirm", args=[token[:-2]])).status_code == 404


def test_link_that_is_over_mails_a_new_one_to_the_company_alone_once_a_day(
    client, filed, monkeypatch
):
    case = filed()
    old = path(case)
    real = signing.time.time
    monkeypatch.setattr(signing.time, "time", lambda: real() + 31 * 86400)
    page = client.post(old, yes(title="쓴 말", **{"initial-title": case.title}))
    assert page.status_code == 410
    assert "쓴 말" in page.content.decode()
    token = old.split("/")[2]
    for _time in range(3):
        assert client.post(reverse("intake:confirm-new", args=[token])).status_code == 200
    assert kinds(case, case.contact_email) == ["filed_for_you", "confirm_reminder"]


def test_page_of_an_ended_case_confirms_nothing(client, filed):
    case = filed()
    actions.withdraw(case=case, by=COMPANY)
    assert client.get(path(case)).status_code == 410
    assert client.post(path(case), yes()).status_code == 410
    case.refresh_from_db()
    assert case.confirmed_at is None


def test_anonymity_is_offered_only_where_an_organisation_filed(cast, filed):
    direct = actions.submit(filing=filing(), by=COMPANY)[0]
    assert confirming.choices_of(direct) == ("named", "secretariat_only")
    assert confirming.choices_of(filed()) == ("named", "secretariat_only", "anonymous")


def test_case_without_an_organisation_has_nothing_to_confirm(client, cast):
    direct = actions.submit(filing=filing(), by=COMPANY)[0]
    with pytest.raises(actions.RefusedError):
        actions.confirm(
            case=direct, said=actions.Confirmation("named", {"collection": True}), by=COMPANY
        )
    assert client.get(path(direct)).status_code == 200


def test_company_without_mail_confirms_from_its_case_page(client, filed):
    case = filed(contact_email="")
    client.post(reverse("intake:follow"), {"number": case.number, "code": case.tracking_code})
    page = client.get(reverse("intake:case", args=[case.number])).content.decode()
    here = reverse("intake:confirm-case", args=[case.number])
    assert here in page
    assert client.post(here, yes()).status_code == 302
    case.refresh_from_db()
    assert case.confirmed_at is not None
    assert Client().get(here).status_code == 404


def test_confirmation_leaves_an_officers_case_where_it_stands(client, cast, filed):
    case = filed()
    actions.claim(case=case, by=secretary(cast.secretary))
    client.post(path(case), yes())
    case.refresh_from_db()
    assert (case.state, case.assignee) == ("reviewing", cast.secretary)


# --- Asking again -------------------------------------------------------------------------
def remind_url(code="KBIZ"):
    return reverse("partner:remind", args=[code])


def long_ago(case, days):
    Case.objects.filter(pk=case.pk).update(
        confirm_asked_at=timezone.now() - dt.timedelta(days=days)
    )


def test_officer_asks_again_once_in_a_working_day(client, cast, filed):
    one, three = filed(), [filed(contact_email=f"c{n}@a.example") for n in range(3)]
    client.force_login(cast.association_officer)
    client.post(remind_url(), {"case": [one.pk]})
    assert kinds(one, one.contact_email) == ["filed_for_you"]  # asked today already
    for case in [one, *three]:
        long_ago(case, 10)
    client.post(remind_url(), {"case": [one.pk, *(case.pk for case in three)]})
    client.post(remind_url(), {"case": [one.pk]})
    for case in [one, *three]:
        assert kinds(case, case.contact_email) == ["filed_for_you", "confirm_reminder"]
        assert case.events.filter(verb="remind_confirmation").count() == 1


@pytest.mark.parametrize(
    ("person", "code"),
    [
        ("other_association_officer", "KBIZ"),
        ("other_association_officer", "INNOBIZ"),
        ("secretary", "KBIZ"),
        ("customs_officer", "KBIZ"),
    ],
)
def test_nobody_else_asks_a_company_to_confirm(client, cast, filed, person, code):
    case = filed()
    long_ago(case, 10)
    client.force_login(getattr(cast, person))
    assert client.post(remind_url(code), {"case": [case.pk]}).status_code == 404
    assert kinds(case, case.contact_email) == ["filed_for_you"]


def test_portal_asks_again_after_three_and_seven_working_days_and_never_more(filed, monkeypatch):
    monkeypatch.setattr("intake.tasks.confirming.reminding.awake", lambda *_: True)
    case = filed()
    assert remind_companies() == 0
    for days, times in ((5, 1), (5, 1), (12, 2), (13, 2), (25, 2)):
        long_ago(case, days)
        Case.objects.filter(pk=case.pk).update(
            confirm_reminded_at=timezone.now() - dt.timedelta(days=4) if times == 2 else None
        )
        remind_companies()
        remind_companies()
        found = kinds(case, case.contact_email).count("confirm_reminder")
        assert found <= times
    assert found == 2
    assert Reminder.objects.filter(case=case, subject="confirmation").count() == 2


def test_portal_does_not_ask_on_the_day_on_which_an_officer_did(filed):
    case = filed()
    long_ago(case, 10)
    Case.objects.filter(pk=case.pk).update(confirm_reminded_at=timezone.now())
    assert actions.remind_confirmation(case=case, by=SYSTEM) is False
    assert not Reminder.objects.exists()


# --- Who acts -----------------------------------------------------------------------------
def opened(case):
    client = Client()
    client.post(reverse("intake:follow"), {"number": case.number, "code": case.tracking_code})
    return client


def test_company_takes_over_and_the_organisation_only_reads(cast, association, filed):
    case = filed()
    client = opened(case)
    url = reverse("intake:take-over", args=[case.number])
    assert client.get(url).status_code == 200
    case.refresh_from_db()
    assert case.proxy == "acting"
    client.post(url)
    case.refresh_from_db()
    assert case.proxy == "following"
    officer = cast.association_officer
    assert Case.objects.visible_to(officer).filter(pk=case.pk).exists()
    by = submitter(officer, association)
    with pytest.raises(actions.RefusedError):
        actions.withdraw(case=case, by=by)
    with pytest.raises(actions.RefusedError):
        actions.send_message(case=case, text="대신 씁니다.", by=by)
    assert kinds(case, case.contact_email)[-1] == "taken_over"
    assert kinds(case, officer.email)[-1] == "taken_over_filer"
    client.post(url)
    assert case.events.filter(verb="take_over").count() == 1


def test_dismissed_organisation_sees_nothing_and_is_told_without_content(cast, filed):
    case = filed()
    client = opened(case)
    client.post(reverse("intake:dismiss-proxy", args=[case.number]))
    case.refresh_from_db()
    officer = cast.association_officer
    assert case.proxy == "dismissed"
    assert not Case.objects.visible_to(officer).filter(pk=case.pk).exists()
    told = Notice.objects.filter(to_address=officer.email).latest("pk")
    assert told.kind == "proxy_ended_filer"
    assert case.company_name not in str(told.context)
    assert case.title not in str(told.context)
    actions.claim(case=case, by=secretary(cast.secretary))
    actions.answer(case=case, text="답변입니다.", by=secretary(cast.secretary))
    assert Notice.objects.filter(to_address=officer.email).latest("pk") == told
    assert kinds(case, case.contact_email)[-1] == "answer"


def test_stranger_decides_nothing_about_the_proxy(client, filed):
    case = filed()
    for name in ("take-over", "dismiss-proxy", "confirm-case"):
        url = reverse(f"intake:{name}", args=[case.number])
        assert (client.get(url).status_code, client.post(url).status_code) == (404, 404)
    case.refresh_from_db()
    assert case.proxy == "acting"
