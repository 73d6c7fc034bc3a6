"""Two editors save the same template in the same moment: one version, and one who is told."""

import pytest

from intake.actions import wording
from intake.models import ReplyTemplateVersion
from tests.intake.test_concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_eight_editors_at_once_one_is_first(cast):
    template = wording.create_template(
        body="처음", by=cast.secretary, name="답변", verb="answer", language="ko"
    )

    results = at_once(
        [
            lambda place=place: wording.save_template(
                template=template, seen=1, body=f"글 {place}", by=cast.secretary
            )
            for place in range(8)
        ],
        threads=8,
    )

    saved = [row for row in results if isinstance(row, ReplyTemplateVersion)]
    told = [row for row in results if isinstance(row, wording.OvertakenError)]
    assert (len(saved), len(told)) == (1, 7)
    assert {row.latest.body for row in told} == {saved[0].body}
    assert template.versions.count() == 2
