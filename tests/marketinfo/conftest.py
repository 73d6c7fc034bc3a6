"""Reference rows, people, and entries that the real verbs made."""

import datetime as dt
from dataclasses import dataclass

import html5lib
import pytest
from django.utils import timezone

from accounts.models import SECRETARIAT, Membership, Organisation, User
from marketinfo import actions
from marketinfo.models import Article, Requirement
from reference import cached
from reference.models import Category, Country


@pytest.fixture(autouse=True)
def fresh_choices():
    """No choices remembered from another test."""
    cached.clear()
    yield
    cached.clear()


@pytest.fixture
def places(db):
    """Two countries and a top category with its sub-category."""
    for iso2, iso3, number, ko, en, synonyms in (
        ("VN", "VNM", "704", "베트남", "Viet Nam", ["Vietnam"]),
        ("US", "USA", "840", "미국", "United States", ["미합중국"]),
    ):
        Country.objects.create(
            iso2=iso2,
            iso3=iso3,
            numeric=number,
            region="SEA",
            name_ko=ko,
            name_en=en,
            synonyms=synonyms,
            weight=9,
        )
    top = Category.objects.create(code="CUS", name_ko="통관·FTA", name_en="Customs")
    Category.objects.create(
        code="CUS-01", name_ko="통관 지연·보류", name_en="Delay", parent=top, primary_body="KCS"
    )
    pay = Category.objects.create(code="PAY", name_ko="대금", name_en="Payment")
    Category.objects.create(
        code="PAY-01", name_ko="미회수", name_en="Unpaid", parent=pay, primary_body="KSURE"
    )


@dataclass
class People:
    """Who reads and who writes."""

    secretary: User
    colleague: User
    auditor: User
    outsider: User
    admin: User


@pytest.fixture
def people(db):
    """A secretary, an auditor, a body's officer who may enter the desk, an administrator."""

    def make(login, kind="", **fields):
        user = User.objects.create_user(f"{login}@example.org", name=login, **fields)
        if kind:
            body = Organisation.objects.create(
                code=login.upper(), name_ko=login, name_en=login, kind=kind
            )
            Membership.objects.create(user=user, organisation=body)
        return user

    return People(
        secretary=make("secr", SECRETARIAT, is_staff=True),
        colleague=make("colleague", SECRETARIAT, is_staff=True),
        auditor=make("auditor", is_staff=True, is_auditor=True),
        outsider=make("customs", "agency", is_staff=True),
        admin=make("admin", is_staff=True, is_platform_admin=True),
    )


@pytest.fixture
def write(places):
    """Writes an entry through the verbs; published unless told otherwise."""

    def make(model=Article, *, out=True, by=None, **facts):
        given = {
            "title": "수출 안내",
            "summary": "짧은 요약입니다.",
            "last_verified": timezone.localdate() - dt.timedelta(days=10),
        }
        own = {"kind": "procedure", "body": "본문입니다."}
        if model is Requirement:
            own = {"type": "labelling", "authority": "기관", "demand": "요건", "country_id": "VN"}
        entry = actions.save(model(**(given | own | facts)), by=by)
        return actions.publish(entry, by=None) if out else entry

    return make


@pytest.fixture
def markup_errors():
    """What a strict reader of HTML finds wrong in a response."""

    def read(response):
        parser = html5lib.HTMLParser()
        parser.parse(response.content.decode())
        return [code for _place, code, _data in parser.errors]

    return read
