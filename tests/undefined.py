"""A template of ours that names something undefined fails the test that rendered it."""

import sys
from pathlib import Path
from typing import Any

from django.template.base import Node, VariableDoesNotExist

ROOT = Path(__file__).resolve().parent.parent


class Undefined(str):
    """Stands in for `string_if_invalid`; Django fills its "%s" with the missing name.

    Templates of Django and of libraries rely on empty text and get it.
    """

    __slots__ = ()

    def __mod__(self, missing: Any) -> str:
        """Raise when the template that is being rendered is ours."""
        frame = sys._getframe(1)
        while frame is not None:
            node = frame.f_locals.get("self")
            if isinstance(node, Node) and getattr(node, "origin", None):
                path = Path(node.origin.name)
                if path.is_relative_to(ROOT) and "site-packages" not in path.parts:
                    where = f"{path.relative_to(ROOT)}:{node.token.lineno}"
                    raise VariableDoesNotExist(f"{where}: {missing} is undefined")
                return ""
            frame = frame.f_back
        return ""
