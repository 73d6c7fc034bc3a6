"""A form from elsewhere changes nothing, and an honest one that lost its token loses no text."""

import pytest
from django.test import Client
from django.urls import reverse

from intake.models import Case, Draft
from tests.faults.company import ANSWERS

pytestmark = pytest.mark.django_db

# Reading only, whatever the method; 404 outside the demonstration.
HARMLESS = {"demo-mailbox", "demo-mail", "demo-mail-html"}
# A program posts here, without a browser's token: its own secret or the signature in the address
# is what counts (notifications/test_webhooks.py, test_leaving.py); without it nothing is there.
SIGNED = {"notices:leave", "notices:provider", "notices:provider-mail"}


def taken(browser: Client, addresses) -> dict[str, int]:
    """Addresses that answer a POST without a token with anything but a refusal."""
    answers = {name: browser.post(path).status_code for name, path in addresses}
    return {
        name: status
        for name, status in answers.items()
        if status != 403
        and not (name in HARMLESS and status in {404, 405})
        and not (name in SIGNED and status == 404)
    }


def test_every_post_without_a_token_is_refused(addresses, cast):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.secretary)

    assert taken(browser, addresses) == {}


def test_refusal_check_finds_pages_that_ask_for_no_token(addresses, officer):
    """The positive control: the same sweep, with the check for tokens switched off."""
    assert len(taken(officer, addresses)) > 20


def test_lost_token_offers_the_typed_form_again():
    browser = Client(enforce_csrf_checks=True)

    response = browser.post(reverse("intake:file"), ANSWERS)

    text = response.content.decode()
    hidden = [name for name in ANSWERS if f'<input type="hidden" name="{name}"' not in text]
    assert (response.status_code, hidden) == (403, [])
    assert (Case.objects.count(), Draft.objects.count()) == (0, 0)
