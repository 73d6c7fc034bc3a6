"""Judges the plan of a list's query: one walk along an index, or something that grows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

TABLE = "intake_case"
# So few rows the planner rightly sorts instead of walking an index; the page count tells if not.
FEW = 100


@dataclass(frozen=True)
class Judgement:
    """What is wrong with a plan (nothing: empty), and the pages that it touched."""

    problems: tuple[str, ...]
    buffers: int | None = None


def of_postgresql(plan: dict[str, Any], sql: str) -> Judgement:
    """`plan` is the root node of EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON)."""
    problems = _in_text(sql)
    for node in _nodes(plan):
        kind = node["Node Type"]
        if kind == "Seq Scan" and node.get("Relation Name") == TABLE:
            problems.append(f"Seq Scan on {TABLE}")
        if "Sort" in kind and any(n.get("Relation Name") == TABLE for n in _nodes(node)):
            rows = max(child.get("Actual Rows", 0) for child in node.get("Plans", [{}]))
            if rows > FEW:
                problems.append(f"{kind} of {rows} rows of {TABLE}")
    buffers = plan.get("Shared Hit Blocks", 0) + plan.get("Shared Read Blocks", 0)
    return Judgement(tuple(dict.fromkeys(problems)), buffers)


def of_sqlite(lines: list[str], sql: str) -> Judgement:
    """`lines` are the details of EXPLAIN QUERY PLAN."""
    problems = _in_text(sql)
    for line in lines:
        if re.fullmatch(rf"SCAN {TABLE}", line.strip()):
            problems.append(f"SCAN {TABLE} without an index")
        if "TEMP B-TREE FOR ORDER BY" in line:
            problems.append("sorts in a temporary b-tree")
    return Judgement(tuple(dict.fromkeys(problems)))


def _in_text(sql: str) -> list[str]:
    offset = re.search(r"\bOFFSET\s+(\d+)", sql)
    return ["OFFSET"] if offset and int(offset[1]) else []


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from _nodes(child)
