"""Two counts of the figures at the same moment: one whole set of rows, and no complaint."""

import datetime as dt
import threading

import pytest
from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from intake.figures import counting
from intake.figures.counting import RUN
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


@transaction.atomic
def keep_without_looking(figures, days, at, began):
    """The broken twin of `counting._keep`: neither holds the run's row nor asks who was faster."""
    DeskFigure.objects.update_or_create(period="", dimension=RUN, key="", defaults={"at": at})
    DeskFigure.objects.exclude(dimension=RUN).delete()
    DeskFigure.objects.bulk_create(figures)
    return True


@pytest.mark.parametrize("broken", [False, True], ids=["as it is", "broken twin"])
def test_slow_count_that_began_earlier_does_not_win(cases, monkeypatch, broken):
    """The earlier of two counts comes last to its writing; the twin lets it overwrite."""
    cases.at("answered")
    earlier = timezone.now()
    later = earlier + dt.timedelta(seconds=5)
    keep, written = keep_without_looking if broken else counting._keep, threading.Event()

    def in_the_wrong_order(figures, days, at, began):
        if at == earlier:
            assert written.wait(timeout=20)
        try:
            return keep(figures, days, at, began)
        finally:
            written.set()

    monkeypatch.setattr(counting, "_keep", in_the_wrong_order)

    results = at_once([lambda at=at: counting.count(at) for at in (earlier, later)], threads=2)

    assert [result for result in results if isinstance(result, Exception)] == []
    stands = earlier if broken else later
    assert set(DeskFigure.objects.values_list("at", flat=True)) == {stands}
