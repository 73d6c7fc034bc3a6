"""An anonymous company is named to itself and to who filed for it: nowhere else in the portal."""

import datetime as dt
import io

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import get_resolver, reverse
from pypdf import PdfReader

from accounts.models import Company, Organisation
from files import storing
from intake import actions, consents, links, workflow
from intake.models import Attachment, Case, Referral, TriageCase
from intake.timeline import COMPANY, body, secretary, submitter
from notifications.models import Notice
from tests.intake.factories import filing

pytestmark = pytest.mark.django_db


def valid(number):
    """The same number with a right check digit."""
    weights = (1, 3, 7, 1, 3, 7, 1, 3, 5)
    body = number[:9]
    total = sum(int(d) * w for d, w in zip(body, weights, strict=True)) + int(body[8]) * 5 // 10
    return body + str((10 - total % 10) % 10)


# Unique, and also inside the company's own words and the name of a file.
NAME, PERSON, TOWN = "카나리아정밀공업", "백두산호랑", "카나리시"
PHONE, MAIL, NUMBER = "031-777-4242", "boss@canarybird.example", valid("1018100010")
PRETTY = f"{NUMBER[:3]}-{NUMBER[3:5]}-{NUMBER[5:]}"
CANARIES = (NAME, PERSON, TOWN, PHONE, "canarybird", NUMBER, PRETTY)
SAID = f"(주){NAME}의 {PERSON}입니다. {PHONE}, {MAIL}, {PRETTY}, {TOWN} 소재."


def upload(name):
    return storing.store(SimpleUploadedFile(name, b"plain", "text/plain"))


@pytest.fixture
def canary(cast):
    """A case full of canaries, filed by an association, worked on, with a body asked."""

    def make(visibility):
        association = Organisation.objects.get(code="KBIZ")
        case, _new = actions.submit(
            filing=filing(
                title=f"{NAME} 통관 보류",
                situation=SAID,
                problem=SAID,
                request=SAID,
                tried=SAID,
                product=f"{NAME} 베어링",
                counterpart=SAID[:150],
                company_name=f"(주){NAME}",
                municipality=TOWN,
                contact_name=PERSON,
                contact_position=f"{NAME} 수출팀",
                contact_phone=PHONE,
                contact_email=MAIL,
                business_number=NUMBER,
                files=[upload(f"{NAME} 사업자등록증.txt")],
            ),
            by=submitter(cast.association_officer, association),
        )
        actions.confirm(
            case=case,
            said=actions.Confirmation(
                visibility=visibility,
                consents={text.kind: True for text in consents.CONSENTS},
                corrections={"tried": SAID + " 고침", "contact_position": f"{NAME} 무역팀"},
                note=SAID,
            ),
            by=COMPANY,
        )
        by = secretary(cast.secretary)
        # From here on the secretariat writes: it repeats what it was told, as people do.
        actions.claim(case=case, by=by)
        actions.send_message(case=case, text=SAID, files=[upload(f"{NAME} 견적.txt")], by=COMPANY)
        actions.note(
            case=case,
            text=f"@{cast.secretary.name} {SAID}",
            by=by,
            called=[cast.secretary, cast.second_secretary],
        )
        actions.refer(
            case=case,
            asks=[
                actions.Ask(
                    Organisation.objects.get(code="KCS"),
                    f"{SAID} 확인 바랍니다.",
                    case.received_at + dt.timedelta(days=9),
                )
            ],
            by=by,
        )
        referral = Referral.objects.get(case=case)
        actions.ask_back_referral(
            referral=referral,
            text=f"{NAME}가 맞습니까?",
            by=body(cast.customs_officer, referral.organisation),
        )
        return Case.objects.get(pk=case.pk)

    return make


def admin_pages(case):
    """Every address of the admin that can be asked for, filled with this case's keys."""
    referral = Referral.objects.filter(case=case).first()
    file = Attachment.objects.filter(case=case).first()
    message = case.messages.first()
    fills = {
        "pk": case.pk,
        "case_pk": case.pk,
        "object_id": str(case.pk),
        "referral_pk": referral.pk,
        "public_id": file.file.public_id,
        "number": 1,
        "message": message.pk,
        "app_label": "intake",
        "content_type_id": 1,
    }
    verbs = {
        *(step.verb for step in workflow.STEPS.values()),
        *("recall", "release", "remind", "answer", "decline", "accept"),
    }
    found = set()
    for name in _names("admin"):
        for verb in verbs:
            for kwargs in _kwargs(name, fills | {"verb": verb}):
                found.add(reverse(f"admin:{name}", kwargs=kwargs))
    # Rows of other tables that tell of the case, and the ways in which a list is asked.
    for row in Notice.objects.filter(subject_key=case.number):
        found.add(reverse("admin:notifications_notice_change", args=[row.pk]))
    found.add(reverse("admin:accounts_company_change", args=[case.company_id]))
    for name in ("intake_triagecase_changelist", "intake_case_changelist"):
        base = reverse(f"admin:{name}")
        found |= {f"{base}?q={word}" for word in ("통관", "베어링", "화장품", "소재")}
    for name, word in (
        ("accounts_company_changelist", "카나리"),
        ("notifications_notice_changelist", case.number),
    ):
        found.add(f"{reverse(f'admin:{name}')}?q={word}")
    return sorted(found)


def _names(namespace):
    _path, resolver = get_resolver().namespace_dict[namespace]
    return sorted({key for key in resolver.reverse_dict if isinstance(key, str)})


def _kwargs(name, fills):
    _path, resolver = get_resolver().namespace_dict["admin"]
    for possibilities, *_more in resolver.reverse_dict.getlist(name):
        for _template, params in possibilities:
            if set(params) <= set(fills):
                yield {param: fills[param] for param in params}


def read(response):
    """What a reader gets: the text of a page, or of a PDF's pages, and the headers."""
    content = b"".join(response) if response.streaming else response.content
    for close in response._resource_closers:
        close()
    headers = str(dict(response.items()))
    if response.get("Content-Type", "").startswith("application/pdf"):
        pages = PdfReader(io.BytesIO(content)).pages
        return headers + "".join(page.extract_text() for page in pages).replace("\x00", "")
    return headers + content.decode("utf-8", "replace")


def leaks(text):
    flat = "".join(text.split())
    return [word for word in CANARIES if word in text or word in flat]


def walk(person, urls):
    """Canaries by the address on which they were read, and how many pages there were."""
    client = Client()
    client.force_login(person)
    found, pages = {}, 0
    for url in urls:
        answer = client.get(url)
        # What the address itself repeats was typed by the reader.
        if answer.status_code == 200:
            pages += 1
            if seen := leaks(read(answer)):
                found[url] = seen
    return found, pages


def papers(person, case):
    """Both papers of a case, as PDF."""
    client = Client()
    client.force_login(person)
    url = reverse("admin:intake_case_paper", args=[case.pk])
    korean = client.post(url, {"kind": "korean", "contact": "on", "story": "on", "internal": "on"})
    abroad = client.post(
        url,
        {"kind": "bilingual", "parts": ["situation", "problem", "request"], "summary": SAID},
    )
    assert (korean.status_code, abroad.status_code) == (200, 200)
    return read(korean) + read(abroad)


def mails_to_others(case):
    """Everything that left for anybody but the company and the officer who filed, as text."""
    rows = Notice.objects.filter(subject_key=case.number).exclude(to_address=MAIL)
    rows = rows.exclude(recipient=case.filed_by)
    return {row.kind: str(row.context) for row in rows}


@pytest.mark.any_database
def test_named_company_is_found_on_the_walk(cast, canary):
    """The positive control: the very same walk finds what it looks for."""
    case = canary("named")
    found, pages = walk(cast.secretary, admin_pages(case))
    seen = {word for words in found.values() for word in words}
    # The number stands with its hyphens wherever people read it.
    assert set(CANARIES) - seen == {NUMBER}
    assert pages > 40
    case_page = reverse("admin:intake_case_change", args=[case.pk])
    assert set(CANARIES) - set(found[case_page]) == {NUMBER}
    assert {NAME, PERSON} <= set(leaks(papers(cast.secretary, case)))


@pytest.mark.any_database
def test_anonymous_company_is_named_on_no_page_of_the_desk(cast, canary):
    case = canary("anonymous")
    urls = admin_pages(case)
    for person in (cast.secretary, cast.second_secretary, cast.manager, cast.platform_admin):
        found, _pages = walk(person, urls)
        assert found == {}
    page = Client()
    page.force_login(cast.secretary)
    shown = page.get(reverse("admin:intake_case_change", args=[case.pk])).content.decode()
    assert "익명" in shown
    assert "중소기업중앙회" in shown
    assert LogEntry.objects.count() == 0


@pytest.mark.any_database
def test_anonymous_company_is_named_on_neither_paper(cast, canary):
    case = canary("anonymous")
    assert leaks(papers(cast.secretary, case)) == []


def test_auditor_sees_who_it_is(cast, canary):
    case = canary("anonymous")
    found, _pages = walk(cast.auditor, [reverse("admin:intake_case_change", args=[case.pk])])
    assert found


def test_search_finds_no_anonymous_company_by_its_name(cast, canary):
    case = canary("anonymous")
    assert not TriageCase.objects.search(NAME).filter(pk=case.pk).exists()
    assert not TriageCase.objects.search(PERSON).filter(pk=case.pk).exists()
    assert TriageCase.objects.search("통관").filter(pk=case.pk).exists()


def test_named_company_is_found_by_its_name(cast, canary):
    case = canary("named")
    assert TriageCase.objects.search(NAME).filter(pk=case.pk).exists()


def test_preview_of_a_mail_to_the_company_names_nobody(cast, canary):
    case = canary("anonymous")
    client = Client()
    client.force_login(cast.secretary)
    for verb, said in (
        ("say_progress", {"text": f"{NAME} 귀중. 확인 중입니다."}),
        ("extend", {"units": "3", "reason": "확인이 길어집니다."}),
    ):
        url = reverse("admin:intake_case_step", args=[case.pk, verb])
        fresh = Case.objects.get(pk=case.pk)
        page = client.post(url, {"version": fresh.version, "preview": "1", **said})
        text = read(page).replace(f"{NAME} 귀중", "")
        assert 'class="mail' in text or "확인" in text
        assert leaks(text) == []


def test_files_of_an_anonymous_company_are_held_back_at_the_desk(cast, canary):
    client = Client()
    client.force_login(cast.secretary)
    for visibility, status in (("anonymous", 404), ("named", 200)):
        case = canary(visibility) if visibility == "anonymous" else None
        if case is None:
            Case.objects.all().update(visibility="named")
            case = Case.objects.get()
        for row in case.attachments.all():
            url = reverse("admin:intake_case_file", args=[case.pk, row.file.public_id])
            answer = client.get(url)
            assert answer.status_code == status
            read(answer)


def test_steps_at_the_desk_leave_the_case_itself_whole(cast, canary):
    """What a veiled page sends back writes nothing veiled into the case."""
    case = canary("anonymous")
    client = Client()
    client.force_login(cast.secretary)
    url = reverse("admin:intake_case_step", args=[case.pk, "say_progress"])
    client.post(url, {"version": case.version, "text": "확인 중입니다."})
    url = reverse("admin:intake_case_step", args=[case.pk, "classify"])
    form = client.get(url).context["form"]
    said = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    client.post(url, {**said, "version": case.version, "hs_code": "848210"})
    now = Case.objects.get(pk=case.pk)
    for name in ("title", "situation", "company_name", "contact_email", "municipality"):
        assert getattr(now, name) == getattr(case, name)
    assert Company.objects.get(pk=case.company_id).business_number == NUMBER
    last = Notice.objects.filter(subject_key=case.number, kind="progress").get()
    assert last.to_address == MAIL


def test_no_mail_to_anybody_else_names_an_anonymous_company(cast, canary):
    case = canary("anonymous")
    told = mails_to_others(case)
    assert {"referral", "mentioned", "referral_asked_back", "message_to_officer"} <= set(told)
    assert {kind: leaks(text) for kind, text in told.items() if leaks(text)} == {}


def test_mails_to_others_name_a_named_company(cast, canary):
    told = mails_to_others(canary("named"))
    assert {NAME, PERSON} <= {word for text in told.values() for word in leaks(text)}


def body_pages(case):
    referral = Referral.objects.get(case=case)
    return [
        reverse("intake:body-desk"),
        links.body_desk_path(referral),
        links.body_path(referral),
    ]


def test_body_reads_no_name_of_an_anonymous_company(cast, canary):
    case = canary("anonymous")
    found, pages = walk(cast.customs_officer, body_pages(case))
    assert (found, pages) == ({}, 2)
    answer = Client().get(links.body_path(Referral.objects.get(case=case)))
    assert (answer.status_code, leaks(read(answer))) == (200, [])


def test_body_reads_the_name_of_a_named_company(cast, canary):
    case = canary("named")
    found, _pages = walk(cast.customs_officer, body_pages(case))
    assert {word for words in found.values() for word in words} >= {NAME, PERSON, PRETTY}


def test_neighbouring_organisation_sees_nothing_of_it(cast, canary):
    case = canary("anonymous")
    found, _pages = walk(
        cast.other_association_officer,
        [
            reverse("partner:start", args=["INNOBIZ"]),
            reverse("partner:start", args=["KBIZ"]),
            *admin_pages(case),
        ],
    )
    assert found == {}


def test_later_anonymity_hides_from_that_day_on(cast, canary):
    """Filed by name, confirmed as anonymous: bodies that are asked afterwards read no name."""
    case = canary("anonymous")
    assert case.events.get(verb="confirm").facts["visibility_was"] == "named"
    assert Case.objects.get(pk=case.pk).company_name == f"(주){NAME}"
