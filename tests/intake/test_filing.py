"""The filing form from the first page to the receipt: one key, one case, nothing typed is lost."""

from __future__ import annotations

import json
import re
import threading
import unicodedata
import uuid

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from files.models import StoredFile
from intake import links
from intake.actions import drafting
from intake.models import Attachment, Case, Consent, Draft, DraftFile
from notifications.models import Notice

pytestmark = pytest.mark.usefixtures("reference_data")

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
KEY = uuid.UUID("6f2c1a52-4a27-4c1c-9d0e-0a4e2f1b7c11")
SAID = {
    "title": "베트남 통관 보류",
    "country": "VN",
    "category": "CUS-01",
    "situation": "하이퐁 항에서 화장품이 통관 보류되었습니다.",
    "problem": "추가 서류의 기준을 알 수 없습니다.",
    "request": "필요한 서류를 알려 주십시오.",
    "company_name": "시연상사",
    "business_number": "123-45-67891",
    "province": "KR-11",
    "contact_name": "홍시연",
    "contact_phone": "02-123-4567",
    "contact_email": "hong@company.example",
    "visibility": "named",
    "consent_collection": "yes",
    "consent_bodies": "yes",
    "consent_private_bodies": "no",
    "consent_sharing": "no",
    "consent_survey": "no",
}


def posted(**changes):
    return {"key": str(KEY), "action": "check"} | SAID | changes


def pdf(name="통지서.pdf", content=PDF):
    return SimpleUploadedFile(name, content, "application/pdf")


def check(client, **changes):
    return client.post(reverse("intake:file"), posted(**changes))


def confirm(client, key=KEY):
    return client.post(reverse("intake:submit"), {"key": str(key)})


def field_errors(response, name):
    """The sentences beside one field, as the page shows them."""
    part = response.content.decode().split(f'id="id_{name}_error"', 1)
    if len(part) == 1:
        return []
    return re.findall(r'<p class="form-hint-invalid">(.*?)</p>', part[1].split("</div>", 1)[0])


def writes(queries):
    return [
        query["sql"]
        for query in queries
        if re.match(r"\s*(INSERT|UPDATE|DELETE)", query["sql"], re.IGNORECASE)
    ]


# --- From the form to the receipt --------------------------------------------------------


def test_form_opens_with_key_date_and_no_consent_chosen(client):
    response = client.get(reverse("intake:file"))

    page = response.content.decode()
    assert response.status_code == 200
    assert len(re.findall(r'name="key" value="[0-9a-f-]{36}"', page)) == 1
    assert re.findall(r'name="consent_\w+"[^>]*checked', page) == []
    # The first submit button is the one that Enter presses.
    form = page.split('id="filing"', 1)[1]
    assert re.search(r'<button[^>]*value="(\w+)"', form).group(1) == "check"


def test_each_opened_form_has_its_own_key(client):
    first, second = (client.get(reverse("intake:file")).context["key"] for _ in range(2))

    assert first != second


def test_check_leads_to_answers_and_files_nothing(client):
    response = check(client)

    assert response.status_code == 302
    page = client.get(response["Location"])
    assert page.status_code == 200
    assert Case.objects.count() == 0
    first_section = page.context["sections"][0][1]
    assert first_section[0].value == "베트남 통관 보류"


def test_check_shows_every_answer_and_no_empty_one(client):
    response = check(client, value="50,000", currency="USD", more_countries_1="TH")

    sections = client.get(response["Location"]).context["sections"]
    shown = {answer.anchor: answer.value for _title, rows in sections for answer in rows}
    assert shown["id_business_number"] == "123-45-67891"
    assert shown["id_value"] == "50,000 USD"
    assert shown["id_country"] == "베트남"
    assert shown["id_more_countries_group"] == "태국"
    assert shown["id_contact_phone"] == "02-123-4567"
    assert "id_hs_code" not in shown


def test_confirmed_form_becomes_one_case_with_consents_files_and_receipt(client):
    check(client, files=[pdf(), SimpleUploadedFile("목록.txt", "송장".encode())])

    response = confirm(client)

    case = Case.objects.get()
    assert response["Location"].startswith("/file/received/")
    assert (case.title, case.country_id, case.category_id) == ("베트남 통관 보류", "VN", "CUS-01")
    assert list(case.consents.order_by("id").values_list("kind", "given")) == [
        ("collection", True),
        ("bodies", True),
        ("private_bodies", False),
        ("sharing", False),
        ("survey", False),
    ]
    assert sorted(row.file.original_name for row in case.attachments.all()) == [
        "목록.txt",
        "통지서.pdf",
    ]
    assert [notice.kind for notice in Notice.objects.about(case.number)] == ["receipt"]


def test_receipt_shows_number_code_date_and_holder(client):
    check(client)

    page = client.get(confirm(client)["Location"])

    case = Case.objects.get()
    text = page.content.decode()
    assert page["Cache-Control"] == "no-store"
    assert (case.number in text, case.pretty_tracking_code in text) == (True, True)
    assert page.context["due"] != ""
    assert page.context["officer"]["phone"] in text
    assert '<meta name="robots" content="noindex">' in text


def test_unknown_category_and_currency_are_kept(client):
    check(client, category="unknown", value="1200", currency="USD")

    confirm(client)

    case = Case.objects.get()
    assert (case.category_id, case.value, case.currency) == (None, 1200, "USD")


def test_english_form_makes_an_english_case(client):
    client.cookies["django_language"] = "en"
    check(client)

    confirm(client)

    assert Case.objects.get().language == "en"


# --- One key, one case -------------------------------------------------------------------


def test_second_confirmation_shows_the_same_receipt(client):
    check(client)

    first, second = confirm(client), confirm(client)

    assert (first.status_code, second.status_code) == (302, 302)
    assert Case.objects.count() == 1
    number = Case.objects.get().number
    for response in (first, second):
        token = response["Location"].split("/")[-2]
        assert links.read(links.RECEIPT, token) == number


def test_same_text_after_filing_leads_to_the_receipt(client):
    check(client)
    confirm(client)

    again = check(client)

    assert again["Location"].startswith("/file/received/")
    assert Draft.objects.count() == 1


def test_same_text_with_the_same_files_leads_to_the_receipt_and_leaves_no_draft(client):
    check(client, files=[pdf()])
    confirm(client)

    again = check(client, files=[pdf()])

    assert again["Location"].startswith("/file/received/")
    assert (Draft.objects.count(), Case.objects.count()) == (1, 1)


def test_same_text_with_another_file_is_another_text(client):
    check(client, files=[pdf()])
    confirm(client)

    again = check(client, files=[pdf("계약서.pdf", PDF + b"\n% 2")])

    assert again.status_code == 409


@pytest.mark.parametrize(
    ("changes", "asked"),
    [
        ({"category": "CUS-01"}, True),
        ({"category": "CUS-05"}, False),
        ({"category": "CUS-01", "at_border": "on", "needed_by": "2099-01-04"}, False),
    ],
)
def test_check_asks_for_the_border_where_the_kind_speaks_of_it(client, changes, asked):
    page = client.get(check(client, **changes)["Location"]).content.decode()

    assert ("물품이 지금 통관 보류 중입니까?" in page) == asked


def test_same_text_in_the_other_language_is_the_same_text(client):
    check(client)
    confirm(client)
    client.cookies["django_language"] = "en"

    again = check(client)

    assert again["Location"].startswith("/file/received/")


def test_other_text_after_filing_is_kept_as_a_draft_of_its_own(client):
    check(client)
    confirm(client)
    case = Case.objects.get()

    response = check(client, title="다른 애로", files=[pdf("추가.pdf")])

    assert response.status_code == 409
    assert case.number in response.content.decode()
    case.refresh_from_db()
    assert case.title == "베트남 통관 보류"
    second = Draft.objects.exclude(key=KEY).get()
    assert second.data["title"] == ["다른 애로"]
    assert [row.file.original_name for row in second.files.all()] == ["추가.pdf"]
    confirm(client, second.key)
    assert sorted(Case.objects.values_list("title", flat=True)) == ["다른 애로", "베트남 통관 보류"]


def test_eight_confirmations_at_once_make_one_case(transactional_db, reference_data):
    check(Client())
    barrier = threading.Barrier(8)
    answers = []

    def press():
        try:
            barrier.wait()
            answers.append(confirm(Client()).status_code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == [302] * 8
    assert Case.objects.count() == 1
    assert Notice.objects.filter(kind="receipt").count() == 1
    assert Consent.objects.count() == 5


def test_eight_keys_at_once_make_eight_cases(transactional_db, reference_data):
    """The positive control of the test above: without the shared key nothing holds them back."""
    keys = [uuid.uuid4() for _ in range(8)]
    for key in keys:
        check(Client(), key=str(key))
    barrier = threading.Barrier(8)

    def press(key):
        try:
            barrier.wait()
            confirm(Client(), key)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press, args=(key,)) for key in keys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Case.objects.values("number").distinct().count() == 8


# --- Files -------------------------------------------------------------------------------


def test_upload_button_keeps_file_and_text_without_checking(client):
    response = client.post(
        reverse("intake:file"),
        {"key": str(KEY), "action": "upload", "title": "반쯤 쓴 글", "files": [pdf()]},
    )

    page = client.get(response["Location"].partition("#")[0])
    assert page.context["form"]["title"].value() == "반쯤 쓴 글"
    assert page.context["form"].errors == {}
    assert [row.file.original_name for row in page.context["files"]] == ["통지서.pdf"]


def test_decomposed_file_name_is_shown_composed(client):
    check(client, files=[pdf(unicodedata.normalize("NFD", "하이퐁 세관 통지서.pdf"))])

    assert StoredFile.objects.get().original_name == "하이퐁 세관 통지서.pdf"


def test_wrong_file_is_named_and_everything_else_is_kept(client):
    response = check(client, files=[pdf(), SimpleUploadedFile("나쁜.exe", b"MZ")])

    assert response.status_code == 422
    assert len(field_errors(response, "files")) == 1
    assert "나쁜.exe" in field_errors(response, "files")[0]
    assert [row.file.original_name for row in response.context["files"]] == ["통지서.pdf"]
    assert response.context["form"]["title"].value() == "베트남 통관 보류"


def test_renamed_program_is_refused_by_its_content(client):
    response = check(client, files=[pdf("통지서.pdf", b"MZ\x90\x00" * 50)])

    assert response.status_code == 422
    assert StoredFile.objects.count() == 0


def test_sixth_file_is_left_out_and_named(client):
    files = [pdf(f"{n}.pdf", PDF + b"\n" * n) for n in range(6)]

    response = check(client, files=files)

    assert response.status_code == 422
    assert DraftFile.objects.count() == 5
    assert "5.pdf" in field_errors(response, "files")[0]


def test_too_large_file_is_named(client, settings):
    settings.MAX_FILE_BYTES = 100

    response = check(client, files=[pdf("큰.pdf", PDF + b" " * 200)])

    assert "큰.pdf" in field_errors(response, "files")[0]


def test_same_file_sent_twice_is_kept_once(client):
    check(client, files=[pdf()])
    check(client, files=[pdf()])

    assert DraftFile.objects.count() == 1


def test_file_is_removed_by_its_button_only_from_the_own_draft(client):
    check(client, files=[pdf()])
    row = DraftFile.objects.get()
    other = client.post(reverse("intake:file"), posted(key=str(uuid.uuid4()), remove=str(row.pk)))
    assert (other.status_code, DraftFile.objects.count()) == (302, 1)

    client.post(reverse("intake:file"), posted(remove=str(row.pk)))

    assert DraftFile.objects.count() == 0
    assert StoredFile.objects.unclaimed().count() == 1


# --- Drafts ------------------------------------------------------------------------------


def test_save_mails_a_link_that_resumes_the_draft(client):
    client.post(
        reverse("intake:file"),
        {
            "key": str(KEY),
            "action": "save",
            "situation": "쓰다 만 글 👩‍🔧",
            "contact_email": "hong@company.example",
            "files": [pdf()],
        },
    )

    notice = Notice.objects.get()
    assert (notice.kind, notice.to_address) == ("draft_link", "hong@company.example")
    page = Client().get(notice.context["link"])
    assert page.context["form"]["situation"].value() == "쓰다 만 글 👩‍🔧"
    assert len(page.context["files"]) == 1
    assert page["Cache-Control"] == "no-store"


def test_save_without_address_says_so_and_keeps_the_text(client):
    response = client.post(
        reverse("intake:file"), {"key": str(KEY), "action": "save", "title": "제목만"}
    )

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["contact_email"]
    assert response.context["form"]["title"].value() == "제목만"
    assert Draft.objects.get().data["title"] == ["제목만"]


def test_clear_deletes_text_and_releases_files(client):
    check(client, files=[pdf()])

    client.post(reverse("intake:file"), {"key": str(KEY), "action": "clear"})

    assert Draft.objects.count() == 0
    assert StoredFile.objects.unclaimed().count() == 1


def test_clear_leaves_a_filed_draft_alone(client):
    check(client)
    confirm(client)

    client.post(reverse("intake:file"), {"key": str(KEY), "action": "clear"})

    assert Draft.objects.get().case == Case.objects.get()


def test_link_of_a_filed_draft_shows_the_receipt(client):
    check(client)
    path = links.draft_path(KEY)
    confirm(client)

    assert client.get(path)["Location"].startswith("/file/received/")


def test_expired_drafts_give_their_files_back(client):
    check(client, files=[pdf()])
    Draft.objects.update(updated_at="2020-01-01T00:00:00+09:00")

    assert drafting.expire_drafts() == 1
    assert StoredFile.objects.unclaimed().count() == 1


def test_files_of_a_filed_case_stay_when_its_draft_expires(client):
    check(client, files=[pdf()])
    confirm(client)
    Draft.objects.update(updated_at="2020-01-01T00:00:00+09:00")

    drafting.expire_drafts()

    assert Attachment.objects.count() == 1
    assert StoredFile.objects.unclaimed().count() == 0


@pytest.mark.parametrize("name", ["resume", "check", "receipt"])
def test_cut_or_expired_links_end_on_a_page_with_a_way_on(client, name):
    response = client.get(reverse(f"intake:{name}", args=["gibberish"]))

    assert response.status_code == 410
    assert response.templates[0].name == "intake/link_over.html"


def test_draft_link_opens_no_receipt(client):
    check(client)
    confirm(client)
    token = links.make(links.DRAFT, Case.objects.get().number)

    assert client.get(reverse("intake:receipt", args=[token])).status_code == 410


def test_receipt_link_ends_after_half_a_day(client, monkeypatch):
    check(client)
    path = confirm(client)["Location"]
    real = signing.time.time
    monkeypatch.setattr(signing.time, "time", lambda: real() + 12 * 3600 + 60)

    assert client.get(path).status_code == 410


# --- Nothing typed is lost ---------------------------------------------------------------


def test_lost_cookie_offers_the_typed_form_again(reference_data):
    client = Client(enforce_csrf_checks=True)

    response = client.post(reverse("intake:file"), posted(situation="두 시간 동안 쓴 글"))

    text = response.content.decode()
    assert response.status_code == 403
    assert 'name="situation" value="두 시간 동안 쓴 글"' in text
    assert f'name="key" value="{KEY}"' in text
    assert 'name="action" value="check"' in text


def test_hundred_thousand_characters_are_refused_and_kept(client):
    text = "가" * 100_000

    response = check(client, situation=text)

    assert response.status_code == 422
    assert response.context["form"]["situation"].value() == text
    assert Draft.objects.get().data["situation"] == [text]


def test_stranger_fields_are_not_kept(client):
    check(client, state="closed", is_staff="1", answer="x")

    assert sorted(set(Draft.objects.get().data) & {"state", "is_staff", "answer"}) == []


def test_nul_and_nonsense_key_make_no_server_error(client):
    response = check(client, key="\x00nonsense", title="가\x00나")

    assert response.status_code == 422
    assert json.dumps(Draft.objects.get().data).count("\\u0000") == 0


def test_hostile_text_is_shown_as_text(client):
    response = check(client, title="<script>alert(1)</script>", country='"><script>')

    text = response.content.decode()
    assert response.status_code == 422
    assert "<script>alert(1)" not in text
    assert '"><script>' not in text


def test_direction_override_in_a_name_is_dropped(client):
    check(client, company_name="시연\u202egnp.exe")

    confirm(client)

    assert Case.objects.get().company_name == "시연gnp.exe"


# --- GET never writes --------------------------------------------------------------------


def test_get_pages_write_nothing(client):
    check(client, files=[pdf()])
    draft = links.draft_path(KEY)
    checked = reverse("intake:check", args=[links.make(links.DRAFT, str(KEY))])
    paths = [reverse("intake:file"), draft, checked]
    with CaptureQueriesContext(connection) as before:
        codes = [client.get(path).status_code for path in paths]
    receipt = confirm(client)["Location"]
    with CaptureQueriesContext(connection) as after:
        codes.append(client.get(receipt).status_code)

    assert codes == [200, 200, 200, 200]
    assert writes([*before.captured_queries, *after.captured_queries]) == []


def test_a_post_does_write(client):
    """The positive control of the test above."""
    with CaptureQueriesContext(connection) as queries:
        check(client)

    assert writes(queries.captured_queries) != []


def test_form_is_sent_elsewhere_than_it_is_read(client):
    """A POST to the address of the form would make browsers forget its key on the way back."""
    page = client.get(reverse("intake:file"))

    action = re.search(r'id="filing" method="post" action="([^"]+)"', page.content.decode())
    assert action.group(1) == reverse("intake:send") != reverse("intake:file")
    assert page["Cache-Control"] == "private, no-cache"
    assert client.post(action.group(1), posted()).status_code == 302
