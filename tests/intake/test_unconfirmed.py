"""Nothing of a case is published before its company has confirmed it and agreed itself."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import Organisation
from casestudies import actions
from casestudies.models import CaseStudy
from intake import actions as cases
from intake import consents
from intake.timeline import COMPANY, submitter
from tests.intake.factories import filing

pytestmark = pytest.mark.django_db


def write(reference):
    """A study whose facts were checked and that waits to be published."""
    study = CaseStudy(
        title="사례",
        summary="짧은 요약입니다.",
        country_id="VN",
        difficulty="막혔습니다.",
        progress="1. 물었습니다.",
        result="풀렸습니다.",
        outcome="solved",
        consent_reference=reference,
        last_verified=timezone.localdate() - dt.timedelta(days=10),
    )
    return actions.save(study, by=None)


@pytest.fixture
def filed(cast):
    by = submitter(cast.association_officer, Organisation.objects.get(code="KBIZ"))
    return cases.submit(filing=filing(given={"sharing": True}), by=by)[0]


def confirm(case, *, sharing):
    given = {text.kind: True for text in consents.CONSENTS} | {"sharing": sharing}
    cases.confirm(case=case, said=cases.Confirmation("named", given), by=COMPANY)


def test_unconfirmed_case_is_not_published(filed):
    study = write(f"{filed.number} 공유 동의")
    with pytest.raises(actions.RefusedError, match=filed.number):
        actions.publish(study, by=None)


def test_confirmed_case_is_published_only_with_the_companys_own_consent(filed):
    confirm(filed, sharing=False)
    study = write(filed.number)
    with pytest.raises(actions.RefusedError, match=filed.number):
        actions.publish(study, by=None)


def test_confirmed_and_agreed_case_is_published(filed):
    confirm(filed, sharing=True)
    study = write(filed.number)
    assert actions.publish(study, by=None).is_published
