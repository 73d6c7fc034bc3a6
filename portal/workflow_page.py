"""Writes docs/workflow.md from the table of steps: a diagram, the states, the steps."""

from __future__ import annotations

from collections import defaultdict

from django.utils import translation
from django.utils.translation import gettext

from intake import workflow


def _korean(text: str) -> str:
    with translation.override("ko"):
        return gettext(text)


def page() -> str:
    """The whole document."""
    holders = workflow.HOLDER_LABELS
    return "\n".join(
        [
            "# The way of a case",
            "",
            "Written by `manage.py generated --write` from `intake/workflow.py`; do not edit.",
            "",
            *_diagram(),
            "",
            "## States",
            "",
            "| state | Korean | whose turn |",
            "|---|---|---|",
            *(
                f"| `{state.code}` | {_korean(state.label)} | {holders[state.holder]} |"
                for state in workflow.STATES.values()
            ),
            "",
            "## Steps",
            "",
            "| step | Korean | by | from | to | told |",
            "|---|---|---|---|---|---|",
            *(_row(step) for step in workflow.STEPS.values()),
            "",
            "## Referrals",
            "",
            "| step | from | to |",
            "|---|---|---|",
            *(
                f"| `{verb}` | {_codes(sources)} | `{target}` |"
                for verb, (sources, target) in workflow.REFERRAL_MOVES.items()
            ),
            "",
            "When the last open referral of a case ends, the case returns to `reviewing`.",
        ]
    )


def _diagram() -> list[str]:
    """A Mermaid state diagram; steps between the same two states share an arrow."""
    arrows: dict[tuple[str, str], list[str]] = defaultdict(list)
    for source, target, step in workflow.edges():
        arrows[source or "[*]", target].append(step.verb)
    lines = [
        f"    {source} --> {target}: {', '.join(verbs)}"
        for (source, target), verbs in arrows.items()
    ]
    ends = [f"    {state} --> [*]" for state in workflow.ENDED]
    return ["```mermaid", "stateDiagram-v2", *lines, *ends, "```"]


def _codes(codes: tuple[str, ...]) -> str:
    return " ".join(f"`{code}`" for code in codes) or "–"


def _row(step: workflow.Step) -> str:
    targets = (step.to, *step.alternatives) if step.to else step.alternatives
    to = _codes(targets) if step.to else " or ".join(["stays", *(f"`{t}`" for t in targets)])
    return (
        f"| `{step.verb}` | {_korean(step.label)} | {', '.join(step.by)} | "
        f"{_codes(step.sources)} | {to} | {', '.join(step.told) or '–'} |"
    )
