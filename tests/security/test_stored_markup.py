"""What a company, an officer or a file's name brings stays text on every page (F54, F61, F88)."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from accounts.models import Organisation
from intake import actions, links
from intake.forms.filing import FilingForm
from intake.models import Case
from intake.timeline import COMPANY, secretary
from tests.faults.company import ANSWERS
from tests.files import corpus
from tests.security.inert import MARK, PAYLOADS, SHORT, live, shown

pytestmark = pytest.mark.django_db

NAME = f'"><img src=x onerror={MARK}()>.pdf'
# Free texts of the form; the others are numbers, addresses or choices.
TEXTS = [
    *("title", "situation", "problem", "request", "product", "tried", "other_desk"),
    *("counterpart", "company_name", "municipality", "contact_name", "contact_position"),
]


def file_with(client: Client, payload: str) -> Case:
    """A case whose every free text is the payload, and whose file bears a hostile name."""
    texts = {}
    for name in TEXTS:
        room = FilingForm.base_fields[name].max_length
        texts[name] = payload if len(payload) <= room else SHORT[0]
    file = SimpleUploadedFile("x.pdf", corpus.pdf(), "application/pdf")
    file.name = NAME
    said = ANSWERS | texts | {"key": "7b0c1f60-6a52-4f7e-9a3b-0d4f2f1b6a11", "files": file}
    sent = client.post(reverse("intake:file"), said)
    assert sent.status_code == 302, sent.content.decode()
    check = client.get(sent["Location"]).content.decode()
    assert MARK in shown(check)
    assert live(check) == []
    client.post(reverse("intake:submit"), {"key": said["key"]})
    return Case.objects.get()


def talk(case: Case, cast, payload: str) -> None:
    """Every verb with a text, with the payload as its text."""
    by = secretary(cast.secretary)
    body = Organisation.objects.get(code="KCS")
    other = Organisation.objects.get(code="KATS")
    due = timezone.now() + dt.timedelta(days=5)
    actions.send_message(case=case, text=payload, by=COMPANY)
    actions.claim(case=case, by=by)
    actions.note(case=case, text=payload, by=by)
    first, second = actions.refer(
        case=case,
        asks=[actions.Ask(body, payload, due), actions.Ask(other, payload, due)],
        by=by,
    )
    actions.answer_referral(referral=first, text=payload, by=by)
    actions.decline_referral(referral=second, reason=payload, by=by)
    case.refresh_from_db()
    actions.answer(case=case, text=payload, by=by)
    actions.dispute(case=case, text=payload, by=COMPANY)
    actions.answer(case=case, text=payload, by=by)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_stored_markup_is_inert_everywhere(client, cast, payload):
    case = file_with(client, payload)
    talk(case, cast, payload)
    officer = Client()
    officer.force_login(cast.secretary)
    client.post(links.follow_path(case))
    desk = reverse("admin:intake_case_change", args=[case.pk])
    pages = {
        "status": client.get(reverse("intake:case", args=[case.number])),
        "receipt": client.get(links.receipt_path(case)),
        "queue": officer.get(reverse("admin:intake_triagecase_changelist")),
        "all cases": officer.get(reverse("admin:intake_case_changelist"), {"q": payload}),
        "desk": officer.get(desk),
        "close": officer.get(reverse("admin:intake_case_step", args=[case.pk, "close"])),
        "notices": officer.get(reverse("admin:index")),
    }

    texts = {name: page.content.decode() for name, page in pages.items()}

    assert {name: live(text) for name, text in texts.items() if live(text)} == {}
    for name in ("status", "receipt", "queue", "desk"):
        assert MARK in shown(texts[name]), name


def test_refused_form_shows_markup_as_text(client, reference_data):
    said = ANSWERS | {"title": PAYLOADS[1], "situation": PAYLOADS[3], "country": PAYLOADS[0]}

    response = client.post(reverse("intake:file"), said)

    text = response.content.decode()
    assert (response.status_code, live(text), MARK in shown(text)) == (422, [], True)


@pytest.mark.parametrize("payload", [text for text in PAYLOADS if "<" in text and "&" not in text])
def test_markup_that_is_not_escaped_is_found(payload):
    """The positive control: the same words, trusted as no template should trust them."""
    trusted = format_html('<html><p title="{}">{}</p></html>', "x", mark_safe(payload))  # noqa: S308

    assert live(str(trusted)) != []
