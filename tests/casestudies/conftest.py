"""Reference rows, people, and studies that the real verbs made."""

import datetime as dt

import html5lib
import pytest
from django.utils import timezone

from accounts.models import SECRETARIAT, Membership, Organisation, User
from casestudies import actions
from casestudies.models import CaseStudy
from reference import cached
from reference.models import Category, Country


@pytest.fixture(autouse=True)
def fresh_choices():
    """No choices remembered from another test."""
    cached.clear()
    yield
    cached.clear()


@pytest.fixture
def body(db):
    """A body that helped."""
    return Organisation.objects.create(
        code="KCS", name_ko="관세청", name_en="Korea Customs Service", kind="agency"
    )


@pytest.fixture
def secretary(db):
    """An officer of the secretariat."""
    user = User.objects.create_user("secr@example.org", name="secr", is_staff=True)
    home = Organisation.objects.create(code="SECR", name_ko="사무국", kind=SECRETARIAT)
    Membership.objects.create(user=user, organisation=home)
    return user


@pytest.fixture
def write(db):
    """Writes a study through the verbs; published unless told otherwise."""
    Country.objects.create(
        iso2="VN", iso3="VNM", numeric="704", region="SEA", name_ko="베트남", name_en="Viet Nam"
    )
    top = Category.objects.create(code="CUS", name_ko="관세", name_en="Customs")
    Category.objects.create(
        code="CUS-01", name_ko="지연", name_en="Delay", parent=top, primary_body="KCS"
    )

    def make(*, out=True, bodies=None, **facts):
        given = {
            "title": "사례",
            "summary": "짧은 요약입니다.",
            "country_id": "VN",
            "difficulty": "막혔습니다.",
            "progress": "1. 물었습니다.",
            "result": "풀렸습니다.",
            "outcome": "solved",
            "consent_reference": "C-1",
            "last_verified": timezone.localdate() - dt.timedelta(days=10),
        }
        study = actions.save(CaseStudy(**(given | facts)), by=None, bodies=bodies)
        return actions.publish(study, by=None) if out else study

    return make


@pytest.fixture
def markup_errors():
    """What a strict reader of HTML finds wrong in a response."""

    def read(response):
        parser = html5lib.HTMLParser()
        parser.parse(response.content.decode())
        return [code for _place, code, _data in parser.errors]

    return read
