"""How the desk sets what was done apart from what was mailed, and a preview from the deed."""

import re

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, cast):
    """A browser in which a secretary has signed in, reading English."""
    client.force_login(cast.secretary)
    client.cookies["django_language"] = "en"
    return client


def words(markup: str) -> str:
    """Markup without its tags, blanks folded."""
    return " ".join(re.sub(r"<[^>]+>", "", markup).split())


def test_story_shows_a_mail_as_one_line_with_its_receiver(desk, cases):
    case = cases.at("received", contact_email="someone@demo.example")

    page = desk.get(reverse("admin:intake_case_change", args=[case.pk])).content.decode()

    (mail,) = re.findall(r'<li class="story-notice">(.*?)</li>', page, re.DOTALL)
    _when, what, to, delivery = words(mail).split(" · ")
    assert (what, to) == ("✉ Mail: Receipt", "To so*****@demo.example")
    assert delivery.startswith("Delivery: ")
    assert mail.count("<h3>") == 0


def test_consent_names_the_edition_of_its_text(desk, cases):
    case = cases.at("received")

    page = desk.get(reverse("admin:intake_case_change", args=[case.pk])).content.decode()

    editions = re.findall(r"text of (\S+?)</span>", page)
    assert editions == [row.text_version for row in case.consents.order_by("id")]


def test_preview_says_first_that_nothing_was_sent_and_has_the_button_beside_it(desk, cases):
    case = cases.at("reviewing")
    data = {"version": str(case.version), "text": "An answer.", "preview": "1"}

    page = desk.post(reverse("admin:intake_case_step", args=[case.pk, "answer"]), data)

    box = page.content.decode().split('class="desk-mails"')[1].split("</section>")[0]
    parts = ("Nothing has been sent", 'class="desk-mail"', 'form="step"')
    assert [box.count(part) for part in parts] == [1, 1, 1]
    assert sorted(parts, key=box.index) == list(parts)
