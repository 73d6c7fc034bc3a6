"""What the desks of partners and the company's links could have given away (issue 4)."""

from __future__ import annotations

import itertools

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import get_resolver, reverse

from accounts import company_accounts, invitations, members, people
from accounts.models import (
    Company,
    Invitation,
    MemberSheet,
    Membership,
    Organisation,
    RightsChange,
    User,
)
from accounts.sign_in import session as proof
from intake import actions, consents, links, timeline
from intake.actions import access, confirming, guests, handing_over, promising
from intake.models import Batch, BatchRow, Case, SavedView
from intake.timeline import COMPANY
from notifications import texts as mails
from notifications.models import Hook, HookDelivery, Notice
from privacy.models import Download, Reading
from tests.intake.conftest import Cast
from tests.intake.factories import filing
from tests.intake.test_anonymity import MAIL, NAME, NUMBER, PERSON, SAID, canary, leaks, walk  # noqa: F401
from tests.security.inert import MARK, PAYLOADS, live, shown
from tests.security.test_review_desk import written_by_looking

pytestmark = pytest.mark.django_db


def as_user(user, **how) -> Client:
    """A browser of a person."""
    browser = Client()
    browser.force_login(user, **how)
    return browser


@pytest.fixture
def filed(cast: Cast) -> Case:
    """A case that an officer filed for a company, which was asked to confirm."""
    by = timeline.submitter(cast.association_officer, Organisation.objects.get(code="KBIZ"))
    return actions.submit(filing=filing(company_name="비밀무역"), by=by)[0]


def by_code(case: Case, code: str) -> Client:
    """A browser that typed the number and a code."""
    browser = Client()
    browser.post(reverse("intake:follow"), {"number": case.number, "code": code})
    return browser


# --- The tracking code that the officer printed ----------------------------------------------


@pytest.mark.parametrize("what", ["take-over", "dismiss-proxy"])
def test_code_that_the_officer_knows_ends_when_the_company_acts_for_itself(filed: Case, what):
    known = filed.tracking_code
    page = reverse("intake:case", args=[filed.number])
    officer, company = by_code(filed, known), Client()
    assert officer.get(page).status_code == 200
    company.post(links.follow_path(filed))

    answer = company.post(reverse(f"intake:{what}", args=[filed.number]), follow=True)

    filed.refresh_from_db()
    assert filed.pretty_tracking_code in answer.content.decode()
    assert company.get(page).status_code == 200
    # Neither the browser that was open nor the old code leads in; the new one does.
    assert officer.get(page)["Location"] == reverse("intake:follow")
    assert by_code(filed, known).get(page)["Location"] == reverse("intake:follow")
    assert by_code(filed, filed.tracking_code).get(page).status_code == 200


def test_desk_prints_no_code_once_the_company_acts_for_itself(cast: Cast, filed: Case):
    actions.take_over(case=filed, by=COMPANY)
    filed.refresh_from_db()

    sheet = as_user(cast.association_officer).get(
        reverse("partner:receipt", args=["KBIZ", filed.number])
    )

    text = sheet.content.decode()
    assert (sheet.status_code, filed.pretty_tracking_code in text) == (200, False)
    assert filed.tracking_code not in text


@pytest.mark.parametrize("verb", ["take_over", "dismiss_proxy", "confirm"])
def test_each_step_in_the_companys_name_is_told_to_its_address(filed: Case, verb):
    """The officer knows the printed code: whatever is done with it, the company reads of it."""
    Notice.objects.all().delete()
    if verb == "confirm":
        said = confirming.Confirmation("named", dict.fromkeys(consents.REQUIRED, True))
        actions.confirm(case=filed, said=said, by=COMPANY)
    else:
        getattr(actions, verb)(case=filed, by=COMPANY)

    assert filed.contact_email in Notice.objects.values_list("to_address", flat=True)
    assert filed.events.filter(verb=verb, audience="submitter").count() == 1


# --- Another contact address -----------------------------------------------------------------


def test_old_address_is_told_when_a_confirmation_names_another_one(filed: Case):
    was = filed.contact_email
    said = confirming.Confirmation(
        "named",
        dict.fromkeys(consents.REQUIRED, True),
        {"contact_email": "other@elsewhere.example"},
    )

    actions.confirm(case=filed, said=said, by=COMPANY)

    told = Notice.objects.get(kind="contact_changed")
    assert told.to_address == was
    assert "other@elsewhere.example" not in str(told.context)
    assert links.make(links.FOLLOW, filed.number)[:20] not in str(told.context)


# --- What leaves the house -------------------------------------------------------------------


def test_member_list_leaves_only_after_a_recent_proof_and_the_reason_is_kept(
    cast: Cast, monkeypatch
):
    browser = as_user(cast.association_officer)
    monkeypatch.setattr(proof, "was_recent", lambda *_args: False)
    said = {"format": "csv", "reason": "연간 회원 현황 보고를 위해 내려받습니다."}

    members.add(
        organisation=Organisation.objects.get(code="KBIZ"),
        reach=[],
        business_number="",
        facts={"name": "회원상사"},
        by=cast.association_officer,
    )
    answer = browser.post(reverse("partner:export", args=["KBIZ", "members"]), said)

    assert (answer.status_code, Download.objects.count()) == (302, 0)
    kept = browser.session["account_reauthentication_state"]["request"]
    assert "reason=" in kept


def test_filtered_export_goes_on_by_itself_after_the_proof(cast: Cast, filed: Case, monkeypatch):
    """The address with its filters must not lose the form that waits (allauth compares paths)."""
    officer = cast.association_officer
    officer.set_password("a long password 1")
    officer.save()
    browser = as_user(officer)
    recent = []
    monkeypatch.setattr(proof, "was_recent", lambda *_args: bool(recent))
    address = reverse("partner:export", args=["KBIZ", "cases"]) + "?turn=anybody"
    said = {"format": "csv", "reason": "분기 보고서를 만들기 위해 내려받습니다."}

    asked = browser.post(address, said)
    recent.append(True)
    page = reverse("account_reauthenticate") + "?" + asked["Location"].partition("?")[2]
    answer = browser.post(page, {"password": "a long password 1"})

    assert (answer.status_code, Download.objects.count()) == (200, 1)
    assert "attachment" in answer["Content-Disposition"]


# --- A business number opens and tells nothing -----------------------------------------------


def test_asking_by_number_tells_nothing_about_whether_we_know_it(django_user_model, cast: Cast):
    Company.objects.create(name="비밀무역", business_number="1234567891")
    person = django_user_model.objects.create_user("one@else.example", None, name="김하나")
    pages = []
    for number in ("1234567891", "2208162517"):
        browser = as_user(person, method=proof.MAIL_CODE)
        for _again in range(2):
            answer = browser.post(
                reverse("intake:company-ask"),
                {"business_number": number, "note": "총무팀에서 일합니다."},
                follow=True,
            )
            text = answer.content.decode()
            pages.append((answer.status_code, "비밀무역" in text, _messages(answer)))

    assert len(set(pages)) == 1, pages
    assert pages[0][:2] == (200, False)


def _messages(answer) -> tuple[str, ...]:
    return tuple(str(one) for one in answer.context["messages"])


def test_numbers_cannot_be_tried_in_a_row(django_user_model, cast: Cast):
    person = django_user_model.objects.create_user("one@else.example", None, name="김하나")
    browser = as_user(person, method=proof.MAIL_CODE)
    said = {"business_number": "2208162517", "note": "총무팀에서 일합니다."}

    codes = [browser.post(reverse("intake:company-ask"), said).status_code for _n in range(7)]

    assert codes == [302] * 5 + [409] * 2


# --- The record of rights names no company beside a case -------------------------------------


def test_record_of_a_guest_names_neither_the_case_nor_an_address(cast: Cast, filed: Case):
    by = cast.association_officer
    guest = guests.invite_guest(
        case=filed,
        email="broker@secret.example",
        name="관세사",
        kind="broker",
        may_reply=False,
        days=5,
        language="ko",
        by=by,
    )
    guests.end_guest(guest=guest, by=by)

    lines = [f"{row.before} {row.after}" for row in RightsChange.objects.all()]
    assert len(lines) == 2
    assert [line for line in lines if filed.number in line or "secret" in line] == []


# --- Numbers that no database holds ----------------------------------------------------------


@pytest.mark.parametrize("number", ["9" * 30, "9" * 4500, "²", "٣", "-1", "0x1"])
def test_numbers_out_of_range_are_no_error_of_ours(cast: Cast, filed: Case, number):
    browser = as_user(cast.association_officer)
    gets = [
        (reverse("partner:batches", args=["KBIZ"]), "before"),
        (reverse("partner:cases", args=["KBIZ"]), "after"),
        (reverse("partner:asked", args=["KBIZ"]), "after"),
        (reverse("partner:members", args=["KBIZ"]), "after"),
        (reverse("partner:file", args=["KBIZ"]), "member"),
        (reverse("partner:handover", args=["KBIZ"]), "from"),
    ]
    posts = [(reverse("partner:remind", args=["KBIZ"]), {"case": number})]

    found = {path: browser.get(path, {name: number}).status_code for path, name in gets}
    found |= {path: browser.post(path, data).status_code for path, data in posts}

    assert {path: code for path, code in found.items() if code >= 500} == {}


def test_wrong_codes_are_counted_for_a_desks_code_too(filed: Case):
    for _try in range(5):
        access.open_by_code(number=filed.number, code="X" * 16, address="198.51.100.7")
    with pytest.raises(access.TooManyTriesError):
        access.open_by_code(number=filed.number, code=filed.tracking_code, address="198.51.100.7")


# --- An anonymous company, on everybody else's pages -----------------------------------------


def fill(case: Case, by: Cast) -> dict[str, list[object]]:
    """The rest of what a desk keeps about the company, and the parts of addresses."""
    home = Organisation.objects.get(code="KBIZ")
    member = members.add(
        organisation=home,
        reach=[home.pk],
        business_number=NUMBER,
        facts={"name": f"(주){NAME}", "contact_name": PERSON, "contact_email": MAIL},
        by=by.association_officer,
    )
    promise = promising.promise(
        case=case, text=SAID[:100], by=timeline.submitter(by.association_officer, home)
    )
    guest = guests.invite_guest(
        case=case,
        email=f"guest-{MAIL}",
        name=PERSON,
        kind="broker",
        may_reply=True,
        days=9,
        language="ko",
        by=by.association_officer,
    )
    batch = Batch.objects.create(
        organisation=home,
        uploaded_by=by.association_officer,
        name=f"{NAME}.xlsx",
        sha256="0" * 64,
        state="checked",
    )
    BatchRow.objects.create(batch=batch, line=2, cells={"company_name": NAME})
    view = SavedView.objects.create(
        owner=by.association_officer, organisation=home, desk="filed", name=NAME, query=f"q={NAME}"
    )
    sheet = MemberSheet.objects.create(
        organisation=home, uploaded_by=by.association_officer, file_name=NAME, rows=[], total=0
    )
    Download.objects.create(
        user=by.association_officer,
        organisation="KBIZ",
        what="cases",
        query=f"q={NAME}",
        format="csv",
        rows=1,
        reason="분기 보고",
    )
    person = User.objects.create_user(f"two-{MAIL}", None, name="둘째")
    company_accounts.ask(user=person, company=case.company, note="총무팀에서 일합니다.")
    file = case.attachments.first()
    hook = Hook.objects.create(
        owner="KBIZ", url=f"https://hooks.example.kr/{NUMBER}", families=[], created_by=person
    )
    delivery = HookDelivery.objects.create(hook=hook, event="hook.test", payload={})
    return {
        "number": [case.number],
        "public_id": [file.file.public_id],
        "pk": sorted({member.pk, promise.pk, guest.pk, view.pk, sheet.pk, hook.pk, 1, 2}),
        "delivery": [delivery.pk],
        "key": [batch.key],
        "line": [2],
        "name": ["cases", "asked", "records", "members"],
        "kind": ["csv"],
        "reference": ["nothing"],
    }


def desk_pages(code: str, parts: dict[str, list[object]]) -> list[str]:
    """Every address of a desk, with the keys of somebody else's things."""
    _path, resolver = get_resolver().namespace_dict["partner"]
    found = set()
    for name in {key for key in resolver.reverse_dict if isinstance(key, str)} - {"choose"}:
        for possibilities, *_more in resolver.reverse_dict.getlist(name):
            for _template, names in possibilities:
                rest = [one for one in names if one != "code"]
                for values in itertools.product(*(parts[one] for one in rest)):
                    kwargs = dict(zip(rest, values, strict=True)) | {"code": code}
                    found.add(reverse(f"partner:{name}", kwargs=kwargs))
    words = [f"q={NAME}", f"q={NUMBER}", f"q={PERSON}", f"q={MAIL}"]
    for name in ("cases", "asked", "records", "members", "member-lookup"):
        found |= {f"{reverse(f'partner:{name}', args=[code])}?{word}" for word in words}
    for name in ("cases", "members"):
        found |= {f"{reverse('partner:export', args=[code, name])}?{word}" for word in words}
    pks = [f"member={pk}" for pk in parts["pk"]]
    found |= {f"{reverse('partner:file', args=[code])}?{one}" for one in pks}
    return sorted(found)


def typed(url: str) -> bool:
    """Whether the reader typed a canary: an address that repeats it tells nothing."""
    return "q=" in url


def test_own_desk_finds_the_canaries_on_the_same_walk(cast: Cast, canary):  # noqa: F811
    """The positive control."""
    case = canary("anonymous")
    found, pages = walk(cast.association_officer, desk_pages("KBIZ", fill(case, cast)))

    assert {word for words in found.values() for word in words} >= {NAME, PERSON, MAIL[5:15]}
    assert (pages > 20, len(found) > 5) == (True, True)


@pytest.mark.any_database
def test_no_other_desk_names_an_anonymous_company(cast: Cast, canary):  # noqa: F811
    case = canary("anonymous")
    parts = fill(case, cast)
    cases_of = {
        "INNOBIZ": cast.other_association_officer,
        "MIS-HAN": cast.mission_officer,
        "KCS": cast.customs_officer,
        "SECR": cast.secretary,
    }
    found = {}
    for code, person in cases_of.items():
        for desk in (code, "KBIZ"):
            urls = desk_pages(desk, parts)
            seen, _pages = walk(person, [url for url in urls if not typed(url)])
            found |= {(code, url): words for url, words in seen.items()}
            answers, _pages = walk(person, [url for url in urls if typed(url)])
            # A search repeats its own word and finds nobody: no other canary beside it.
            found |= {(code, url): w for url, w in answers.items() if len(w) > 2}

    assert found == {}


def test_no_log_names_an_anonymous_company_to_the_secretariat(cast: Cast, canary):  # noqa: F811
    case = canary("anonymous")
    fill(case, cast)
    urls = [
        reverse(f"admin:{app}_{model}_change", args=[row.pk])
        for app, model, rows in (
            ("privacy", "download", Download.objects.all()),
            ("privacy", "reading", Reading.objects.all()),
            ("accounts", "rightschange", RightsChange.objects.all()),
        )
        for row in rows
    ]
    urls += [
        reverse(f"admin:{name}_changelist")
        for name in ("privacy_download", "privacy_reading", "accounts_rightschange")
    ]

    found = {}
    for person in (cast.secretary, cast.manager, cast.platform_admin, cast.customs_officer):
        found |= walk(person, urls)[0]

    assert found == {}
    # The auditor reads it all.
    assert walk(cast.auditor, urls)[0] != {}


# --- A look never writes ----------------------------------------------------------------------


def test_no_look_at_any_desk_writes(cast: Cast, canary):  # noqa: F811
    case = canary("anonymous")
    parts = fill(case, cast)
    company = Client()
    company.post(links.follow_path(case))
    own = User.objects.create_user(MAIL, None, name=PERSON)
    EmailAddress.objects.create(user=own, email=MAIL, verified=True, primary=True)
    of_company = [
        reverse("intake:company-home"),
        reverse("intake:company-case", args=[case.number]),
        links.confirm_path(case),
        reverse("intake:take-over", args=[case.number]),
        reverse("intake:dismiss-proxy", args=[case.number]),
        reverse("intake:case", args=[case.number]),
        reverse("mfa_index"),
        reverse("account_change_password"),
    ]
    readers = {
        "officer": (as_user(cast.association_officer), desk_pages("KBIZ", parts)),
        "company": (company, of_company),
        "account": (as_user(own, method=proof.MAIL_CODE), of_company),
    }

    found = {who: written_by_looking(one, enumerate(urls)) for who, (one, urls) in readers.items()}

    assert {who: rows for who, rows in found.items() if rows} == {}
    # The log of readings is let by (OWN_ROWS), and was written.
    assert Reading.objects.filter(subject=case.number).exists()


# --- Stored markup ----------------------------------------------------------------------------


@pytest.mark.parametrize("payload", [PAYLOADS[0], PAYLOADS[1], PAYLOADS[6], PAYLOADS[8]])
def test_markup_stored_at_a_desk_stays_text_everywhere(cast: Cast, payload):
    home = Organisation.objects.get(code="KBIZ")
    Organisation.objects.filter(pk=home.pk).update(name_ko=payload[:80], name_en=payload[:80])
    boss = User.objects.create_user("boss@kbiz.example", None, name=payload[:80])
    Membership.objects.create(user=boss, organisation=home, role="manager", unit=payload[:60])
    by = timeline.submitter(boss, Organisation.objects.get(pk=home.pk))
    case = actions.submit(
        filing=filing(company_name=payload[:80], contact_name=payload[:60], title=payload), by=by
    )[0]
    member = members.add(
        organisation=home,
        reach=[home.pk],
        business_number="",
        facts={"name": payload[:80], "note": payload, "contact_name": payload[:60]},
        by=boss,
    )
    promising.promise(case=case, text=payload, by=by)
    people.invite(
        organisation=home, name=payload[:60], email="new@kbiz.example", role="officer", by=boss
    )
    batch = Batch.objects.create(
        organisation=home,
        uploaded_by=boss,
        name=payload[:90],
        sha256="0" * 64,
        state="checked",
        remarks=[],
    )
    wrong = [{"column": "company_name", "cell": "B2", "code": "unknown", "facts": {}}]
    BatchRow.objects.create(
        batch=batch,
        line=2,
        state="bad",
        cells={"company_name": payload, "title": payload},
        errors=wrong,
    )
    invitation = Invitation.objects.get()
    browser, desk = as_user(boss), as_user(cast.secretary)
    company = Client()
    company.post(links.follow_path(case))

    def at(name: str, *more: object) -> str:
        return reverse(f"partner:{name}", args=["KBIZ", *more])

    pages = {
        name: browser.get(at(name))
        for name in ("start", "cases", "file", "members", "people", "handover", "batches")
    }
    pages |= {
        "case": browser.get(at("case", case.number)),
        "receipt": browser.get(at("receipt", case.number)),
        "member": browser.get(at("member", member.pk)),
        "edit": browser.get(at("member-edit", member.pk)),
        "batch": browser.get(at("batch", batch.key)),
        "row": browser.get(at("batch-row", batch.key, 2)),
        "person": browser.get(at("person", Membership.objects.get(user=boss).pk)),
        "company": company.get(reverse("intake:case", args=[case.number])),
        "confirm": Client().get(links.confirm_path(case)),
        "take over": company.get(reverse("intake:take-over", args=[case.number])),
        "invitation": Client().get(invitations.path(invitation)),
        "desk": desk.get(reverse("admin:intake_case_change", args=[case.pk])),
        "user": as_user(cast.platform_admin).get(
            reverse("admin:accounts_user_change", args=[boss.pk])
        ),
        "log": as_user(cast.auditor).get(reverse("admin:accounts_rightschange_changelist")),
    }
    texts = {name: page.content.decode() for name, page in pages.items()}
    texts |= {
        f"mail {row.kind} {row.pk}": mails.render(row.kind, row.language, row.context).html
        for row in Notice.objects.all()
    }

    assert {name: page.status_code for name, page in pages.items() if page.status_code != 200} == {}
    assert {name: live(text) for name, text in texts.items() if live(text)} == {}
    for name in ("case", "member", "people", "batch", "confirm"):
        assert MARK in shown(texts[name]), name
    look = at("member-lookup") + "?q=" + payload[:8]
    answer = browser.get(look)
    assert answer["Content-Type"] == "application/json"
    assert answer["X-Content-Type-Options"] == "nosniff"


# --- Personal pages are kept nowhere ----------------------------------------------------------


def test_no_page_of_a_desk_or_a_company_is_kept_by_a_cache(cast: Cast, canary):  # noqa: F811
    case = canary("anonymous")
    parts = fill(case, cast)
    browser = as_user(cast.association_officer)
    kept = {}
    for url in desk_pages("KBIZ", parts):
        answer = browser.get(url)
        for close in answer._resource_closers:
            close()
        if answer.status_code == 200 and "no-store" not in answer.get("Cache-Control", ""):
            kept[url] = answer.get("Cache-Control", "")

    assert kept == {}


def test_handover_names_no_anonymous_company_to_the_secretariat_nor_a_hidden_one_to_a_body(
    cast: Cast,
    canary,  # noqa: F811
):
    case = canary("anonymous")
    secretary, colleague = cast.secretary, cast.second_secretary
    secr = Organisation.objects.get(code="SECR")
    Membership.objects.filter(user=secretary, organisation=secr).update(role="manager")
    case.referrals.update(handler=cast.customs_officer)
    made = handing_over.hand_over(
        organisation=secr, leaver=secretary, successor=colleague, note="", by=secretary
    )
    pages = [
        (colleague, reverse("partner:handover", args=["SECR"])),
        (colleague, reverse("partner:handover-detail", args=["SECR", made.pk])),
        (secretary, reverse("partner:handover-detail", args=["SECR", made.pk])),
        (cast.customs_officer, reverse("partner:handover", args=["KCS"])),
    ]

    found = {}
    for person, url in pages:
        text = as_user(person).get(url).content.decode()
        assert case.number in text, (person, url)
        found |= {url: leaks(text)} if leaks(text) else {}

    assert found == {}


# --- What a company's person could do to others -----------------------------------------------


def test_filing_under_somebody_elses_number_does_not_tell_their_name(cast: Cast):
    Company.objects.create(name="비밀무역", business_number=NUMBER)
    filed_by = filing(
        business_number=NUMBER, company_name="가짜상사", contact_email="one@else.example"
    )
    actions.submit(filing=filed_by, by=COMPANY)
    person = User.objects.create_user("one@else.example", None, name="김하나")
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    browser = as_user(person, method=proof.MAIL_CODE)
    company = Company.objects.get(business_number=NUMBER)

    texts = [browser.get(reverse("intake:company-home")).content.decode()]
    browser.post(
        reverse("intake:company-ask"), {"company": company.pk, "note": "총무팀에서 일합니다."}
    )
    texts.append(browser.get(reverse("intake:company-home")).content.decode())

    assert [("비밀무역" in text, "가짜상사" in text) for text in texts] == [(False, True)] * 2
    assert person.companies.asked().count() == 1


def test_guests_cannot_be_invited_without_end(cast: Cast, filed: Case):
    by = cast.association_officer
    said = {"name": "관세사", "kind": "broker", "may_reply": False, "days": 5, "language": "ko"}
    for number in range(20):
        guest = guests.invite_guest(case=filed, email=f"a{number}@x.example", by=by, **said)
        guests.end_guest(guest=guest, by=by)

    with pytest.raises(actions.RefusedError):
        guests.invite_guest(case=filed, email="last@x.example", by=by, **said)
