"""A template of ours that names something undefined fails the test that rendered it."""

import inspect
from pathlib import Path
from typing import Any

from django.template.base import Node, VariableDoesNotExist

TEMPLATES = Path(__file__).resolve().parent.parent


class Undefined(str):
    """Stands in for `string_if_invalid`; Django fills its "%s" with the missing name.

    Templates of Django and of libraries rely on empty text and get it.
    """

    __slots__ = ()

    def __mod__(self, missing: Any) -> str:
        """Raise when the template that is being rendered is ours."""
        for frame in inspect.stack(context=0)[1:]:
            node = frame.frame.f_locals.get("self")
            if isinstance(node, Node) and getattr(node, "origin", None):
                path = Path(node.origin.name)
                ours = path.is_relative_to(TEMPLATES) and "site-packages" not in path.parts
                if ours:
                    where = f"{path.relative_to(TEMPLATES)}:{node.token.lineno}"
                    raise VariableDoesNotExist(f"{where}: {missing} is undefined")
                return ""
        return ""
