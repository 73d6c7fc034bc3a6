"""Charts as SVG in text: no script, no styles of their own, legible from 320 px up and in print.

Lengths along the page are percentages, letters keep their size: a chart grows with its column
and never shrinks its words. What a colour says, a pattern and a word say too (KWCAG 6). Every
chart has a title and a description; the page gives the same figures as a table.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from unicodedata import east_asian_width

from django.utils.safestring import SafeString, mark_safe

_ROW = 46
_BAR = 14
_LABEL_UNITS = 46  # Latin letters; a Hangul syllable counts two
_BARS_WIDE, _RANGES_WIDE = 58.0, 46.0  # per cent; the rest is for the words behind the bar
_PLOT_HIGH, _PLOT_TOP, _PLOT_FOOT = 180, 48, 26
_CURVES_WIDE = 99.0  # per cent; the rest is for the width of the pen
_SAMPLE = 28  # px of a line beside its name
_STEPS = (1, 2, 5)


@dataclass(frozen=True)
class Bar:
    """A whole, the part of it that is marked, and the words behind the bar."""

    label: str
    value: int
    part: int = 0
    words: str = ""


@dataclass(frozen=True)
class Range:
    """From nought over the median to the 90th percentile."""

    label: str
    median: float
    p90: float
    words: str = ""


@dataclass(frozen=True)
class Series:
    """A line over days; `kind` is its class: how it is drawn."""

    label: str
    values: Sequence[int]
    kind: str


def _tag(name: str, *inside: str, text: str = "", **attributes: object) -> str:
    said = "".join(
        f' {key.rstrip("_").replace("_", "-") if key != "viewBox" else key}="{escape(str(value))}"'
        for key, value in attributes.items()
    )
    return f"<{name}{said}>{escape(text)}{''.join(inside)}</{name}>"


def _chart(kind: str, slug: str, title: str, description: str, high: float, *parts: str) -> str:
    return _tag(
        "svg",
        _tag("title", text=title, id=f"{slug}-title"),
        _tag("desc", text=description, id=f"{slug}-desc"),
        *parts,
        class_=f"chart chart-{kind}",
        role="img",
        aria_labelledby=f"{slug}-title {slug}-desc",
        width="100%",
        height=_px(high),
    )


def _px(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _share(value: float, largest: float, wide: float) -> str:
    return f"{wide * value / largest if largest else 0:.2f}%"


def shortened(label: str, units: int = _LABEL_UNITS) -> str:
    """A label that fits over a bar on a phone; the table has it whole."""
    used = 0
    for place, letter in enumerate(label):
        used += 2 if east_asian_width(letter) in "WF" else 1
        if used > units:
            return label[: max(place - 1, 1)].rstrip() + "…"
    return label


def _hatching(slug: str) -> str:
    return _tag(
        "defs",
        _tag(
            "pattern",
            _tag("rect", class_="hatch-ground", width=6, height=6),
            _tag("line", class_="hatch-line", x1=0, y1=0, x2=0, y2=6),
            id=f"{slug}-hatch",
            width=6,
            height=6,
            patternUnits="userSpaceOnUse",
            patternTransform="rotate(45)",
        ),
    )


def bars(slug: str, title: str, description: str, rows: Iterable[Bar]) -> SafeString:
    """Horizontal bars, one above the other; the marked part is hatched."""
    rows = list(rows)
    largest = max((row.value for row in rows), default=0)
    parts = [_hatching(slug)]
    for place, row in enumerate(rows):
        top = place * _ROW
        wide = _share(row.value, largest, _BARS_WIDE)
        parts += [
            _tag("text", text=shortened(row.label), class_="chart-label", x=0, y=top + 15),
            _tag("rect", class_="bar", x=0, y=top + 22, width=wide, height=_BAR),
        ]
        if row.part:
            part = _share(row.part, largest, _BARS_WIDE)
            parts.append(
                _tag(
                    "rect",
                    class_="bar-part",
                    fill=f"url(#{slug}-hatch)",
                    x=0,
                    y=top + 22,
                    width=part,
                    height=_BAR,
                )
            )
        words = row.words or str(row.value)
        parts.append(_tag("text", text=words, class_="chart-value", x=wide, dx=8, y=top + 34))
    return mark_safe(_chart("bars", slug, title, description, len(rows) * _ROW, *parts))  # noqa: S308


def ranges(slug: str, title: str, description: str, rows: Iterable[Range]) -> SafeString:
    """A bar up to the median and a whisker from there to the 90th percentile."""
    rows = list(rows)
    largest = max((row.p90 for row in rows), default=0.0)
    parts = []
    for place, row in enumerate(rows):
        top = place * _ROW
        median = _share(row.median, largest, _RANGES_WIDE)
        p90 = _share(row.p90, largest, _RANGES_WIDE)
        middle = top + 22 + _BAR // 2
        parts += [
            _tag("text", text=shortened(row.label), class_="chart-label", x=0, y=top + 15),
            _tag("rect", class_="bar-median", x=0, y=top + 22, width=median, height=_BAR),
            _tag("line", class_="whisker", x1=median, x2=p90, y1=middle, y2=middle),
            _tag("line", class_="whisker", x1=p90, x2=p90, y1=top + 22, y2=top + 22 + _BAR),
            _tag("text", text=row.words, class_="chart-value", x=p90, dx=8, y=top + 34),
        ]
    return mark_safe(_chart("ranges", slug, title, description, len(rows) * _ROW, *parts))  # noqa: S308


def scale(largest: int, lines: int = 4) -> list[int]:
    """Round numbers from nought to at least the largest: the lines across a chart."""
    step, power = 1, 1
    while step * lines < largest:
        for factor in _STEPS:
            step = factor * power
            if step * lines >= largest:
                break
        power *= 10
    count = max(1, -(-largest // step))
    return [step * place for place in range(count + 1)]


def lines(
    slug: str, title: str, description: str, series: Sequence[Series], days: Sequence[str]
) -> SafeString:
    """Lines over days, each named above the plot; `days` are the labels of the days."""
    marks = scale(max((max(one.values, default=0) for one in series), default=0))
    points = max(len(days), 2)
    curves = _tag(
        "svg",
        *(_curve(one, marks[-1]) for one in series),
        width="100%",
        height=_PLOT_HIGH,
        y=_PLOT_TOP,
        viewBox=f"0 0 {_px((points - 1) * 100 / _CURVES_WIDE)} {_PLOT_HIGH}",
        preserveAspectRatio="none",
        class_="curves",
    )
    rules, numbers = _across(marks)
    parts = [rules, curves, numbers, _along(days), *_legend(series)]
    high = _PLOT_TOP + _PLOT_HIGH + _PLOT_FOOT
    return mark_safe(_chart("lines", slug, title, description, high, *parts))  # noqa: S308


def _height(value: float, largest: int) -> float:
    return _PLOT_HIGH * (1 - value / largest) if largest else _PLOT_HIGH


def _across(marks: Sequence[int]) -> tuple[str, str]:
    """The horizontal lines, and their numbers, which stand on them at the left edge."""
    rules, numbers = [], []
    for mark in marks:
        y = _px(_PLOT_TOP + _height(mark, marks[-1]))
        rules.append(_tag("line", class_="grid", x1=0, x2="100%", y1=y, y2=y))
        numbers.append(_tag("text", text=f"{mark:,}", class_="tick", x=0, y=y, dy=-4))
    return "".join(rules), "".join(numbers)


def _along(days: Sequence[str]) -> str:
    """The first, the middle and the last day under the plot."""
    y = _PLOT_TOP + _PLOT_HIGH + 18
    shown = [(0, "start")]
    if len(days) > 2:
        shown.append((len(days) // 2, "middle"))
    if len(days) > 1:
        shown.append((len(days) - 1, "end"))
    return "".join(
        _tag(
            "text",
            text=days[place],
            class_=f"day day-{anchor}",
            x=_share(place, max(len(days) - 1, 1), _CURVES_WIDE),
            y=y,
        )
        for place, anchor in shown[: len(days)]
    )


def _curve(one: Series, largest: int) -> str:
    values = list(one.values) or [0]
    if len(values) == 1:
        values *= 2
    path = " ".join(f"{x},{_px(_height(value, largest))}" for x, value in enumerate(values))
    return _tag("polyline", class_=f"line line-{one.kind}", points=path)


def _legend(series: Sequence[Series]) -> list[str]:
    """A piece of each line with its name, side by side above the plot: they cover no line."""
    parts = []
    for place, one in enumerate(series):
        left = f"{100 * place / len(series):.2f}%"
        sample = _tag("line", class_=f"line line-{one.kind}", x1=0, x2=_SAMPLE, y1=10, y2=10)
        name = _tag("text", text=one.label, class_="legend", x=_SAMPLE + 8, y=15)
        parts.append(_tag("svg", sample, name, x=left, overflow="visible"))
    return parts
