"""What another server asks in a Retry-After header, as seconds to wait."""

from __future__ import annotations

import datetime as dt
import math
from email.utils import parsedate_to_datetime

from django.utils import timezone


def seconds(said: str | None, *, most: float) -> float:
    """A number of seconds or a moment (RFC 9110 10.2.3), within 0 and `most`; 0 for nonsense."""
    if not said:
        return 0.0
    try:
        found = float(said)
    except ValueError:
        try:
            moment = parsedate_to_datetime(said)
        except ValueError:
            return 0.0
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=dt.UTC)
        found = (moment - timezone.now()).total_seconds()
    return 0.0 if math.isnan(found) else min(max(found, 0.0), most)
