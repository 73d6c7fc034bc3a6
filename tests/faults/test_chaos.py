"""No notice is lost in a storm of kills (FAULTS rules 1-2, F21-F23, F36)."""

from pathlib import Path

import pytest

from tests.faults import chaos

pytestmark = pytest.mark.faults

NOTICES, KILLS, SECONDS = 900, 18, 30.0


def rage(folder: Path, *, naive: bool) -> chaos.Result:
    try:
        with chaos.storm(folder, naive=naive) as here:
            return chaos.rage(
                here,
                seed=7,
                notices=NOTICES,
                kills=KILLS,
                seconds=SECONDS,
                patience=5 if naive else 60,
            )
    except chaos.NotHereError as missing:
        pytest.skip(str(missing))


def test_storm_of_kills_loses_no_notice_and_keeps_their_order(tmp_path: Path):
    result = rage(tmp_path, naive=False)

    # One mail of so few may fall into the window between acceptance and commit.
    assert result.wrong(drain=30, doubled=1 / NOTICES) == [], str(result)
    assert result.states == {"sent": NOTICES}
    assert result.kills.total() == KILLS


def test_storm_of_kills_makes_the_naive_twin_lose_notices(tmp_path: Path):
    result = rage(tmp_path, naive=True)

    assert result.lost > 0, str(result)
