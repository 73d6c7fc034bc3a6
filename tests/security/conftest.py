"""The cast, the cases and one sample of every address, for sweeps over the whole portal."""

import re
from collections.abc import Iterator

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.converters import IntConverter

from casestudies import demo as archive_demo
from files import storing
from intake import links
from intake.models import Case, Draft
from marketinfo import demo as library_demo
from marketinfo.models import Article, Requirement
from tests.files import corpus
from tests.intake.conftest import Cast, cases, cast, reference_data
from tests.intake.factories import CaseFactory

__all__ = ["cases", "cast", "reference_data"]


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    """Files of these tests lie in a folder of their own."""
    settings.MEDIA_ROOT = str(tmp_path / "files")
    settings.MAILBOX_DIR = tmp_path / "mailbox"


def patterns(resolver=None, space="") -> Iterator[tuple[str, URLPattern]]:
    """Every address of the portal under its full name."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from patterns(entry, inner)
        else:
            yield f"{space}{entry.name or ''}", entry


@pytest.fixture
def paper():
    """A small good file, stored."""
    return storing.store(SimpleUploadedFile("통지서.pdf", corpus.pdf(), "application/pdf"))


@pytest.fixture
def case(cases: CaseFactory, paper) -> Case:
    """A case with a file that bodies were asked about."""
    return cases.at("referred", files=[paper])


@pytest.fixture
def addresses(case: Case, paper, cast: Cast) -> list[tuple[str, str]]:
    """Every address of the portal with something behind it, by name.

    An address whose parts are not known here fails: nothing new escapes the sweeps.
    """
    library_demo.load()
    archive_demo.load()
    draft = Draft.objects.create(data={"title": ["초안"]}, language="ko")
    tokens = {
        "intake:check": links.make(links.DRAFT, str(draft.key)),
        "intake:resume": links.make(links.DRAFT, str(draft.key)),
        "intake:receipt": links.make(links.RECEIPT, case.number),
        "intake:open-link": links.make(links.FOLLOW, case.number),
        **dict.fromkeys(
            ("intake:body-link", "intake:body-link-step", "intake:body-link-file"),
            links.make(links.BODY, f"{case.number}/{case.referrals.get().pk}"),
        ),
    }
    known = {
        "number": case.number,
        "public_id": str(paper.public_id),
        "pk": case.pk,
        "case_pk": case.pk,
        "verb": "answer",
        "referral_pk": case.referrals.get().pk,
        "name": "no-such-mail",
        "object_id": 1,
        "content_type_id": ContentType.objects.get_for_model(Case).pk,
        "app_label": "intake",
        "url": "nothing",
        "id": 1,
    }
    references = {
        "marketinfo:detail": Article.objects.first().reference,
        "marketinfo:requirement": Requirement.objects.first().reference,
        "casestudies:detail": "demo-vn-clearance-hold",
        "article-pdf": Article.objects.first().reference,
        "record-pdf": Requirement.objects.first().reference,
        "case-study-pdf": "demo-vn-clearance-hold",
    }
    found = []
    for name, pattern in patterns():
        if name in {"", "admin:"} or name.startswith("admin:None"):
            continue
        parts = list(pattern.pattern.converters) or re.findall(r"\?P<(\w+)>", str(pattern.pattern))
        values = known | {"token": tokens.get(name), "reference": references.get(name)}
        # A version of a template is a plain number.
        numbered = isinstance(pattern.pattern.converters.get("number"), IntConverter)
        values |= {"number": 1} if numbered else {}
        if not set(parts) <= set(values):
            # Of other things than this case: tests/security/test_permission_matrix.py asks them.
            continue
        arguments = {part: values[part] for part in parts}
        found.append((name, reverse(name, kwargs=arguments)))
    return found


@pytest.fixture
def company(client: Client, case: Case) -> Client:
    """A browser that has opened the case."""
    client.post(links.follow_path(case))
    return client


@pytest.fixture
def officer(cast: Cast) -> Client:
    """The secretariat's browser."""
    browser = Client()
    browser.force_login(cast.secretary)
    return browser
