"""Nothing that was planted in a case is read again: on its page, by search, or on paper."""

from __future__ import annotations

import datetime as dt
import io
import re

import pytest
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from casestudies import actions, anonymise
from casestudies.composing import compose
from casestudies.models import CaseStudy
from reference.models import Country
from search import index
from tests.casestudies import scene
from tests.security.planted import Planted, generate

pytestmark = pytest.mark.django_db

CASES = 300
KINDS = 20
# Drawing one costs a second of the machine.
ON_PAPER = 4


# Drawn by the machine, anew for each page or each version of a style sheet: any four digits may
# stand in them by chance.
DRAWN = re.compile(r'nonce="[^"]*"|"/static/[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"')


def told(planted: Planted) -> dict[str, str]:
    """The texts of its study, every proposal taken."""
    numbers: dict[str, int] = {}
    fields = anonymise.sweep(
        compose(planted.material),
        planted.known,
        lambda found: numbers.setdefault(found.text, len(numbers) + 1),
    )
    return {name: anonymise.plain(text) for name, text in fields.items()}


def publish(cases: list[Planted]) -> list[CaseStudy]:
    """Studies of generated cases as readers would find them, written in bulk."""
    now = timezone.now()
    country = Country.objects.get(pk="VN")
    studies = CaseStudy.objects.bulk_create(
        CaseStudy(
            **told(planted),
            country=country,
            outcome="solved",
            consent_reference="C-1",
            last_verified=now.date() - dt.timedelta(days=1),
            state="published",
            published_at=now,
        )
        for planted in cases
    )
    return list(studies)


def survivors(cases, studies, monkeypatch, *, on_paper: int) -> dict[str, set[str]]:
    """By where it was read: the kinds of what can still be told."""
    indexed: dict[int, str] = {}

    def put(_of, pk, *, title, body="", facts=(), codes=(), **_more):
        indexed[pk] = " ".join((title, body, *facts, *codes))

    monkeypatch.setattr(index, "put", put)
    found: dict[str, set[str]] = {"page": set(), "index": set(), "paper": set()}
    browser = Client()
    for place, (planted, study) in enumerate(zip(cases, studies, strict=True)):
        actions.reindex(study)
        page = browser.get(study.get_absolute_url())
        assert page.status_code == 200
        found["page"] |= set(planted.survivors(DRAWN.sub("", page.content.decode())))
        found["index"] |= set(planted.survivors(indexed[study.pk]))
        if place < on_paper:
            paper = browser.get(f"{study.get_absolute_url()}pdf/")
            assert (paper.status_code, paper["Content-Type"]) == (200, "application/pdf")
            text = " ".join(p.extract_text() for p in PdfReader(io.BytesIO(paper.content)).pages)
            found["paper"] |= set(planted.survivors(text))
    return found


def test_no_planted_identifier_is_read_again(reference_data, monkeypatch):
    cases = list(generate(CASES))

    found = survivors(cases, publish(cases), monkeypatch, on_paper=ON_PAPER)

    assert found == {"page": set(), "index": set(), "paper": set()}


def test_every_kind_is_read_again_when_the_anonymiser_is_off(reference_data, monkeypatch):
    monkeypatch.setattr(anonymise, "find", lambda *given, **more: [])
    cases = list(generate(3))

    found = survivors(cases, publish(cases), monkeypatch, on_paper=1)

    planted = {plant.kind for case in cases for plant in case.plants}
    assert len(planted) >= KINDS
    assert found["page"] == found["index"] == planted
    assert found["paper"] == {plant.kind for plant in cases[0].plants}


def test_the_verbs_let_nothing_through_either(cases, cast):
    study = scene.published(cases, cast)

    page = Client().get(study.get_absolute_url()).content.decode()
    rows = list(type(study).objects.filter(pk=study.pk).values())
    kept = [row.facts for row in _revisions(study)]

    assert scene.secrets_in(page) == []
    # The number of the case names the consent, at the desk alone.
    private = {"consent_reference"}
    said = {name: value for name, value in rows[0].items() if name not in private}
    assert scene.secrets_in(str(said)) == []
    assert [
        scene.secrets_in(str({n: v for n, v in fact.items() if n not in private})) for fact in kept
    ] == [[] for _fact in kept]


def _revisions(study):
    from marketinfo.models import EntryRevision

    return EntryRevision.objects.of(study)
