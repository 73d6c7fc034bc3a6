"""Two counts of the figures at the same moment: one whole set of rows, and no complaint."""

import datetime as dt

import pytest
from django.db.models import Count
from django.utils import timezone

from intake.figures import counting
from intake.models import BacklogDay, DeskFigure
from tests.intake.test_concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_counting_twice_at_once_leaves_one_set_of_figures(cases):
    for state in ("received", "referred", "answered", "closed"):
        cases.at(state)
    now = timezone.now()
    moments = [now + dt.timedelta(seconds=second) for second in range(6)]

    results = at_once([lambda at=at: counting.count(at) for at in moments], threads=3)

    assert [result for result in results if isinstance(result, Exception)] == []
    whole = DeskFigure.objects.get(period="90d", dimension="all")
    assert (whole.received, whole.answered) == (4, 2)
    assert set(DeskFigure.objects.values_list("at", flat=True)) == {moments[-1]}
    twice = DeskFigure.objects.values("period", "dimension", "key").annotate(n=Count("pk"))
    assert not twice.filter(n__gt=1)
    assert BacklogDay.objects.count() == 1
