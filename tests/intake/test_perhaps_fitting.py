"""Which entries fit: the best first, at a cost that does not grow with the library."""

# ruff: noqa: F811 (fixtures)

from django.db import connection
from django.test.utils import CaptureQueriesContext

from intake.answering_first import offering
from tests.intake.perhaps import TITLE, form, write  # noqa: F401 (fixtures)


def test_live_search_costs_a_bounded_number_of_statements(form, write):
    def statements():
        with CaptureQueriesContext(connection) as seen:
            form.shown()
        return len(seen)

    write()
    statements()
    one = statements()
    for number in range(6):
        write(title=f"베트남 화장품 통관 서류 {number}")
    statements()

    assert statements() <= one + 1
    assert one <= 25


def test_best_fit_comes_first(write):
    near = write(title="베트남 화장품 통관 보류 해결 절차")
    write(title="베트남 통관 일반", hs_codes="")
    asked = offering.Asked(title=TITLE, country="VN", category="CUS-01", hs="330499")

    assert offering.fitting(asked)[0].entry == near
