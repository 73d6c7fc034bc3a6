"""The lines of the table: what was measured, beside what, and whether it is enough."""

from __future__ import annotations

from dataclasses import dataclass, field

OK, SHORT, NOT_RUN = "ok", "short", "not run"
NO_PEER = "no peer of this size was given (--peer)"


@dataclass
class Line:
    """One figure. `holds` is None where nothing could be measured; `why` then says so."""

    goal: str
    name: str
    parts: dict[str, str] = field(default_factory=dict)
    bound: str = ""
    holds: bool | None = None
    why: str = ""

    @property
    def verdict(self) -> str:
        """`ok`, `short` or `not run`, which is never taken for `ok`."""
        return NOT_RUN if self.holds is None else OK if self.holds else SHORT

    def __str__(self) -> str:
        shown = "  ".join(f"{name} {value}" for name, value in self.parts.items())
        words = [self.goal, self.name, shown, f"goal{self.bound}" if self.bound else ""]
        text = "  ".join(word for word in (" ".join(words[:2]), *words[2:]) if word)
        return f"{text}  {self.verdict}" + (f" ({self.why})" if self.why else "")

    def as_json(self) -> dict[str, object]:
        """The line for `--json`."""
        return {
            "goal": self.goal,
            "name": self.name,
            **self.parts,
            "bound": self.bound,
            "verdict": self.verdict,
            "why": self.why,
        }


def short(size: int) -> str:
    """A number of cases as people say it: 1k, 20k, 1M."""
    for unit, letter in ((1_000_000, "M"), (1_000, "k")):
        if size >= unit and size % unit == 0:
            return f"{size // unit}{letter}"
    return str(size)


def code(lines: list[Line]) -> int:
    """The exit code: 1 when a figure falls short."""
    return int(any(line.holds is False for line in lines))
