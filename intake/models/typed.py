"""Values that are kept as they were typed and that nobody searches in."""

from __future__ import annotations

import json
from typing import Any

from django.db import models


class Typed(models.TextField):
    """A value as JSON in a column of text.

    The database need not take it apart and put it together again, which is a third of what keeping
    a row of a spreadsheet costs it.
    """

    # What may be set and what is got, for the type checker.
    _pyi_private_set_type: Any
    _pyi_private_get_type: Any
    _pyi_lookup_exact_type: Any

    def from_db_value(self, value: str | None, *_about: Any) -> Any:
        """What was written."""
        return value if value is None else json.loads(value)

    def get_prep_value(self, value: Any) -> Any:
        """As it is written; what is asked for too."""
        if value is None or hasattr(value, "resolve_expression"):
            return value
        return json.dumps(value, ensure_ascii=False)
