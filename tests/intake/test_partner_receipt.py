"""The sheet that a company takes home: what stands on it, and what its QR code gives away."""

from __future__ import annotations

import base64
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation
from intake import actions, qr
from intake.models import Case
from intake.timeline import submitter
from intake.views.partner.receipt import follow_address
from tests.intake.factories import filing


@pytest.fixture
def case(cast):
    by = submitter(cast.centre_officer, Organisation.objects.get(code="EXP-SEO"))
    return actions.submit(filing=filing(channel="visit", contact_email=""), by=by)[0]


@pytest.fixture
def centre(client, cast):
    client.force_login(cast.centre_officer)
    return client


def sheet(client, case):
    page = client.get(reverse("partner:receipt", args=["EXP-SEO", case.number]))
    assert page.status_code == 200
    return page.content.decode()


def dark(picture):
    """The dark modules of a QR picture, read back from its path."""
    text = base64.b64decode(picture.partition("base64,")[2]).decode()
    side = int(re.search(r'viewBox="0 0 (\d+)', text)[1])
    rows = [[False] * side for _row in range(side)]
    for x, y, run in re.findall(r"M(\d+) (\d+)h(\d+)v1", text):
        for step in range(int(run)):
            rows[int(y)][int(x) + step] = True
    quiet = qr.QUIET
    return [row[quiet:-quiet] for row in rows[quiet:-quiet]]


def test_sheet_says_number_code_date_filer_and_how_to_follow(centre, case):
    page = sheet(centre, case)

    for words in (
        case.number,
        case.pretty_tracking_code,
        case.filer_organisation.name_ko,
        case.keeper.name,
        f"{settings.PUBLIC_URL}/follow/",
    ):
        assert words in page


def test_picture_holds_the_follow_address_and_no_other(centre, case):
    picture = re.search(r'src="(data:image/svg\+xml;base64,[^"]+)"', sheet(centre, case))[1]

    assert dark(picture) == qr.matrix(follow_address(case, code=True))
    assert dark(picture) != qr.matrix(follow_address(case, code=False))


def test_address_gives_a_server_the_number_and_nothing_else(case):
    address = urlsplit(follow_address(case, code=True))

    assert (address.path, parse_qs(address.query)) == (
        reverse("intake:follow"),
        {"number": [case.number]},
    )
    assert address.fragment == f"code={case.tracking_code}"


def test_follow_page_takes_the_number_from_the_address(case):
    page = Client().get(f"{reverse('intake:follow')}?number={case.number}")

    assert f'value="{case.number}"' in page.content.decode()


def test_code_is_printed_until_the_company_has_confirmed(centre, case):
    Case.objects.filter(pk=case.pk).update(confirmed_at=timezone.now())

    page = sheet(centre, case)
    picture = re.search(r'src="(data:image/svg\+xml;base64,[^"]+)"', page)[1]

    assert case.pretty_tracking_code not in page
    assert dark(picture) == qr.matrix(follow_address(case, code=False))


def test_sheet_is_in_the_companys_language(centre, cast):
    by = submitter(cast.centre_officer, Organisation.objects.get(code="EXP-SEO"))
    case = actions.submit(filing=filing(language="en"), by=by)[0]

    page = sheet(centre, case)

    assert '<article class="receipt-sheet" lang="en"' in page
    assert "How to follow your case" in page


def test_nothing_on_the_page_is_inline(centre, case):
    page = sheet(centre, case)

    assert re.findall(r"\sstyle=|\son\w+=|<style", page) == []


@pytest.mark.parametrize("who", ["association_officer", "mission_officer", "customs_officer"])
def test_neighbours_get_no_receipt(case, cast, who):
    client = Client()
    client.force_login(getattr(cast, who))

    for code in ("EXP-SEO", "KBIZ", "MIS-HAN"):
        address = reverse("partner:receipt", args=[code, case.number])
        assert client.get(address).status_code == 404


def test_dismissed_filer_gets_no_receipt(centre, case):
    Case.objects.filter(pk=case.pk).update(proxy="dismissed")

    address = reverse("partner:receipt", args=["EXP-SEO", case.number])
    assert centre.get(address).status_code == 404
