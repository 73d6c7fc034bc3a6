"""The table of steps against the agreed grid, and against itself."""

from pathlib import Path

import pytest

from intake import workflow

GRID = Path(__file__).parent / "workflow.txt"


def agreed() -> dict[tuple[str, str], set[str]]:
    """(state, role) → verbs, as a person wrote them down."""
    cells: dict[tuple[str, str], set[str]] = {}
    state = ""
    for line in GRID.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if not line.startswith(" "):
            state = line.strip()
            continue
        role, _colon, verbs = line.partition(":")
        cells[state, role.strip()] = set(verbs.split())
    return cells


def test_table_matches_the_agreed_grid() -> None:
    table = {
        (state, role): {step.verb for step in workflow.available(state=state, role=role)}
        for state in workflow.STATES
        for role in workflow.ROLES
    }

    assert {cell: verbs for cell, verbs in table.items() if verbs} == agreed()


@pytest.mark.parametrize("verb", workflow.STEPS)
def test_check_refuses_what_available_does_not_offer(verb: str) -> None:
    for state in workflow.STATES:
        for role in workflow.ROLES:
            offered = verb in {s.verb for s in workflow.available(state=state, role=role)}
            try:
                workflow.check(verb, state=state, role=role)
                allowed = True
            except workflow.IllegalStepError:
                allowed = False
            assert allowed == offered


def test_every_state_can_be_reached_and_every_open_state_can_be_left() -> None:
    edges = [(source, target) for source, target, _step in workflow.edges()]

    reached = {target for _source, target in edges}
    left = {source for source, _target in edges}
    assert reached == set(workflow.STATES)
    assert set(workflow.OPEN) - left == set()


def test_every_state_is_open_or_ended_and_ended_ones_are_nobodys_turn() -> None:
    assert set(workflow.OPEN) | set(workflow.ENDED) == set(workflow.STATES)
    assert set(workflow.OPEN) & set(workflow.ENDED) == set()
    assert {workflow.holder(state) for state in workflow.ENDED} == {workflow.NOBODY}
    assert workflow.NOBODY not in {workflow.holder(state) for state in workflow.OPEN}


def test_every_step_says_what_happened() -> None:
    assert [step.verb for step in workflow.STEPS.values() if not (step.done and step.label)] == []
