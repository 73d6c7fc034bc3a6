"""One window with the filing form in it, and entries that fit what is written there."""

import datetime as dt
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from intake.models import Draft
from marketinfo import actions as library
from marketinfo.models import Requirement
from tests.faults.company import ANSWERS

TITLE = "베트남 하이퐁항 화장품 통관 보류"


@pytest.fixture
def write(reference_data):
    """Entries that the library's own verbs wrote; published unless told otherwise."""

    def make(model=Requirement, *, out=True, **facts):
        given = {
            "title": "베트남 화장품 통관 서류",
            "summary": "하이퐁항에서 화장품이 보류될 때 확인할 서류입니다.",
            "last_verified": timezone.localdate() - dt.timedelta(days=10),
            "country_id": "VN",
            "category_id": "CUS-01",
            "hs_codes": " 3304 ",
        }
        own = {"kind": "procedure", "body": "본문입니다."}
        if model is Requirement:
            own = {"type": "documents", "authority": "베트남 세관", "demand": "서류 원본"}
        entry = library.save(model(**(given | own | facts)), by=None)
        return library.publish(entry, by=None) if out else entry

    return make


@pytest.fixture
def entry(write):
    return write()


def value(entry):
    return f"{entry._meta.label_lower}/{entry.reference}"


def answers(**changes):
    said = {"title": TITLE, "country": "VN", "category": "CUS-01", "hs_code": "330499"}
    return {**ANSWERS, **said, "needed_by": "", "at_border": "", **changes}


@pytest.fixture
def form(client, reference_data):
    return Form(client)


class Form:
    """One window with the form in it."""

    def __init__(self, client):
        self.browser, self.key = client, str(uuid.uuid4())

    def post(self, name, **data):
        return self.browser.post(reverse(f"intake:{name}"), {"key": self.key, **data})

    def shown(self, **said):
        return self.post("perhaps", **{**answers(), **said}).content.decode()

    def check(self, **changes):
        answer = self.post("send", **answers(**changes))
        assert answer.status_code == 302
        return answer["Location"]

    @property
    def draft(self):
        return Draft.objects.get(key=self.key)
