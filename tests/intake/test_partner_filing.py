"""An officer files for a company: few words, one key, one case, and only what was agreed."""

from __future__ import annotations

import datetime as dt
import re
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Company, Member, Organisation
from intake.models import Case, Draft
from notifications.models import Notice

KEY = uuid.UUID("1a2b3c4d-0000-4000-8000-000000000001")
SAID = {
    "channel": "phone",
    "company_name": "시연상사",
    "business_number": "123-45-67891",
    "country": "VN",
    "situation": "하이퐁 항에서 화장품이 통관 보류되었습니다.\n서류를 더 내라고 합니다.",
    "contact_name": "홍시연",
    "contact_phone": "02-123-4567",
    "agreed": "on",
}
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def posted(**changes):
    said = {"key": str(KEY), "action": "file"} | SAID | changes
    return {name: value for name, value in said.items() if value is not None}


def url(name="file", code="EXP-SEO", *more):
    return reverse(f"partner:{name}", args=[code, *more])


@pytest.fixture
def centre(client, cast):
    client.force_login(cast.centre_officer)
    return client


@pytest.fixture
def association(cast):
    client = Client()
    client.force_login(cast.association_officer)
    return client


def errors(response):
    return set(response.context["form"].errors)


# --- Filing ------------------------------------------------------------------------------


def test_seven_answers_on_the_phone_make_a_case_with_its_filer_and_told_consents(centre, cast):
    response = centre.post(url(), posted())

    case = Case.objects.get()
    assert response["Location"] == url("receipt", "EXP-SEO", case.number)
    assert (case.filer_organisation.code, case.filed_by, case.keeper) == (
        "EXP-SEO",
        cast.centre_officer,
        cast.centre_officer,
    )
    assert (case.channel, case.proxy, case.awaits_confirmation) == ("phone", "acting", True)
    assert case.title == "하이퐁 항에서 화장품이 통관 보류되었습니다."
    assert (case.category, case.problem, case.request, case.visibility) == (
        None,
        "",
        "",
        "secretariat_only",
    )
    assert list(case.consents.order_by("id").values_list("kind", "given", "by_officer")) == [
        ("collection", True, True),
        ("bodies", True, True),
        ("private_bodies", False, True),
        ("sharing", False, True),
        ("survey", False, True),
    ]
    assert case.events.get().facts["agreed"] == "phone"


def test_company_without_mail_is_told_nothing_and_the_receipt_says_so(centre):
    page = centre.post(url(), posted(), follow=True)

    case = Case.objects.get()
    assert case.contact_email == ""
    assert case.pretty_tracking_code in page.content.decode()
    assert not Notice.objects.filter(to_address="").exists()


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"agreed": None}, {"agreed"}),
        ({"business_number": ""}, {"business_number"}),
        ({"business_number": "123-45-67890"}, {"business_number"}),
        ({"channel": "event"}, {"event_name"}),
        ({"channel": "web"}, {"channel"}),
        ({"channel": "mission"}, {"channel"}),
        ({"at_border": "on"}, {"needed_by"}),
        ({"contact_phone": "", "situation": ""}, {"contact_phone", "situation"}),
        ({"same_difficulty": "0"}, {"same_difficulty"}),
    ],
)
def test_what_is_missing_is_said_beside_its_field_and_kept(centre, changes, wrong):
    response = centre.post(url(), posted(**changes))

    assert response.status_code == 422
    assert errors(response) == wrong
    assert Case.objects.count() == 0
    assert Draft.objects.get().data["company_name"] == ["시연상사"]


def test_number_may_be_unknown_and_associations_file_members_requests(association):
    association.post(
        url(code="KBIZ"),
        posted(business_number="", no_number="on", channel="web", same_difficulty="12"),
    )

    case = Case.objects.get()
    assert (case.company.business_number, case.channel, case.same_difficulty) == (None, "web", 12)
    assert case.events.get().facts["agreed"] == "in_writing"


def test_real_moment_of_receipt_moves_the_clock(centre):
    day = timezone.localdate() - dt.timedelta(days=7)
    centre.post(url(), posted(received_on=day.isoformat(), received_time="10:30"))
    centre.post(url(), posted(key=str(uuid.uuid4()), country="TH"))

    old, new = Case.objects.order_by("id")
    assert timezone.localtime(old.received_at).strftime("%Y-%m-%d %H:%M") == f"{day} 10:30"
    assert old.due_at < new.due_at


@pytest.mark.parametrize("days", [1, -31])
def test_receipt_lies_neither_ahead_nor_longer_back_than_thirty_days(centre, days):
    day = timezone.localdate() + dt.timedelta(days=days)

    response = centre.post(url(), posted(received_on=day.isoformat()))

    assert errors(response) == {"received_on"}


def test_same_key_is_one_case_and_another_text_is_kept_as_a_draft(centre):
    first = centre.post(url(), posted())
    again = centre.post(url(), posted())
    other = centre.post(url(), posted(situation="다른 어려움입니다.", country="TH"))

    case = Case.objects.get()
    assert again["Location"] == first["Location"]
    assert other.status_code == 409
    assert case.number in other.content.decode()
    assert Draft.objects.unfinished().get().data["situation"] == ["다른 어려움입니다."]


def test_similar_open_case_is_shown_first_and_can_still_be_filed(centre):
    centre.post(url(), posted())
    key = str(uuid.uuid4())

    asked = centre.post(url(), posted(key=key, situation="또 보류되었습니다."))
    seen = re.search(r'name="seen" value="([^"]+)"', asked.content.decode())[1]
    filed = centre.post(url(), posted(key=key, situation="또 보류되었습니다.", seen=seen))

    assert asked.status_code == 409
    assert seen == Case.objects.order_by("id")[0].number
    assert filed.status_code == 302
    assert Case.objects.count() == 2


def test_similar_case_of_a_neighbour_stays_unknown(centre, association):
    association.post(url(code="KBIZ"), posted(channel="web"))

    response = centre.post(url(), posted(key=str(uuid.uuid4())))

    assert response.status_code == 302


@pytest.mark.parametrize(
    ("code", "who"), [("EXP-SEO", "centre_officer"), ("KBIZ", "association_officer")]
)
def test_every_field_stands_on_the_page_once(cast, code, who):
    client = Client()
    client.force_login(getattr(cast, who))
    response = client.get(url(code=code))

    page = response.content.decode()
    wanted = set(response.context["form"].fields) - {"more_countries"} | {"more_countries_1"}
    seen = {name for name in wanted if re.search(rf' name="{name}"', page)}
    assert seen == wanted


# --- Drafts ------------------------------------------------------------------------------


def test_saved_draft_waits_for_its_officer_with_its_files(centre, cast):
    upload = SimpleUploadedFile("통지서.pdf", PDF, "application/pdf")
    saved = centre.post(url(), posted(action="save", agreed=None, files=[upload]))

    listed = centre.get(url())
    page = centre.get(saved["Location"])

    assert [row.title for row in listed.context["begun"]] == ["시연상사"]
    assert "하이퐁 항에서" in page.content.decode()
    assert [row.file.original_name for row in page.context["files"]] == ["통지서.pdf"]
    assert page.context["begun"] == []

    centre.post(url(), posted())
    assert Case.objects.get().attachments.count() == 1


def test_draft_of_a_desk_is_nobody_elses(centre, association):
    centre.post(url(), posted(action="save"))

    there = association.get(f"{url(code='KBIZ')}?draft={KEY}")
    association.post(url(code="KBIZ"), posted(action="save", company_name="남의상사"))
    public = Client().post(reverse("intake:file"), {"key": str(KEY), "title": "남의 글"})
    submitted = Client().post(reverse("intake:submit"), {"key": str(KEY)})

    assert there.context["form"].is_bound is False
    assert there.context["begun"] == []
    assert Draft.objects.get(key=KEY).data["company_name"] == ["시연상사"]
    assert Draft.objects.get(key=KEY).organisation.code == "EXP-SEO"
    assert public.status_code == 422
    assert submitted["Location"] == reverse("intake:file")


def test_a_draft_can_be_deleted_and_a_file_taken_out(centre):
    upload = SimpleUploadedFile("통지서.pdf", PDF, "application/pdf")
    centre.post(url(), posted(action="upload", files=[upload]))
    file = Draft.objects.get().files.get()

    centre.post(url(), posted(action=None, remove=str(file.pk)))
    assert Draft.objects.get().files.count() == 0

    centre.post(url(), posted(action="clear"))
    assert Draft.objects.count() == 0


def test_opening_the_form_writes_nothing(centre, django_assert_num_queries):
    centre.get(url())
    assert Draft.objects.count() == 0


# --- Who and what is known ---------------------------------------------------------------


@pytest.fixture
def member(cast):
    organisation = Organisation.objects.get(code="KBIZ")
    company = Company.objects.create(name="㈜시연", business_number="1234567891")
    return Member.objects.create(
        organisation=organisation,
        company=company,
        name="주식회사 시연",
        province="KR-26",
        contact_name="김회원",
        contact_phone="051-123-4567",
        contact_email="kim@member.example",
    )


def test_member_of_the_directory_fills_the_form(association, member):
    page = association.get(f"{url(code='KBIZ')}?member={member.pk}")

    form = page.context["form"]
    assert form["company_name"].value() == "주식회사 시연"
    assert form["business_number"].value() == "123-45-67891"
    assert form["contact_email"].value() == "kim@member.example"
    assert form["province"].value() == "KR-26"


def test_neighbours_member_fills_nothing(centre, member):
    page = centre.get(f"{url()}?member={member.pk}")
    looked = centre.post(
        url(), {"key": str(KEY), "action": "fill", "business_number": "123-45-67891"}
    )

    assert page.context["form"]["company_name"].value() is None
    assert looked.context["candidates"] == []


def test_without_scripts_a_button_fills_in_what_is_known(association, member):
    response = association.post(
        url(code="KBIZ"),
        {
            "key": str(KEY),
            "action": "fill",
            "business_number": "123-45-67891",
            "situation": "보류",
            "channel": "web",
        },
    )

    form = association.get(response["Location"]).context["form"]
    assert form["contact_name"].value() == "김회원"
    assert form["situation"].value() == "보류"


def test_next_filing_comes_in_the_same_way(centre):
    day = timezone.localdate() - dt.timedelta(days=2)
    event = {"channel": "event", "event_name": "광주 수출상담회", "received_on": day.isoformat()}
    centre.post(url(), posted(**event))

    form = centre.get(f"{url()}?after={Case.objects.get().number}").context["form"]

    assert form["channel"].value() == "event"
    assert form["event_name"].value() == "광주 수출상담회"
    assert form["received_on"].value() == day
    assert form["company_name"].value() is None


@pytest.mark.parametrize("who", ["association_officer", "mission_officer", "customs_officer"])
def test_neighbours_find_no_form_and_no_receipt(centre, cast, who):
    centre.post(url(), posted())
    case = Case.objects.get()
    outsider = Client()
    outsider.force_login(getattr(cast, who))

    assert outsider.get(url()).status_code == 404
    assert outsider.post(url(), posted()).status_code == 404
    assert outsider.get(url("receipt", "EXP-SEO", case.number)).status_code == 404


def test_a_mission_has_no_company_form(cast):
    client = Client()
    client.force_login(cast.mission_officer)

    assert client.get(url(code="MIS-HAN")).status_code == 404


def test_hostile_text_is_shown_as_text(centre):
    page = centre.post(url(), posted(company_name="<script>alert(1)</script>\x00", agreed=None))

    assert "<script>alert(1)" not in page.content.decode()
