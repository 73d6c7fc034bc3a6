"""Shades of a table of counts: a class per cell beside its number, never instead of it."""

from __future__ import annotations

from dataclasses import dataclass

from intake.figures.tables import Table

SHADES = 4


@dataclass(frozen=True)
class Cell:
    """A count and its shade, from 0 (nothing) to 4 (the largest of the table)."""

    count: int
    shade: int


@dataclass(frozen=True)
class Shaded:
    """A table whose last column is a sum and stays without a shade."""

    heads: list[str]
    rows: list[tuple[str, list[Cell], int]]


def shaded(table: Table) -> Shaded:
    """Each count with its shade by share of the largest."""
    largest = max((count for row in table.rows for count in row[1:-1]), default=0)
    return Shaded(
        table.heads,
        [
            (row[0], [Cell(count, shade(count, largest)) for count in row[1:-1]], row[-1])
            for row in table.rows
        ],
    )


def shade(count: int, largest: int) -> int:
    """The shade of a count: the quarter of the largest in which it lies, nothing for nought."""
    return -(-count * SHADES // largest) if largest else 0
