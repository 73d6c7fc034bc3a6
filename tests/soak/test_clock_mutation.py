"""The mutation runner breaks what it says, one thing at a time."""

import ast

from tests.soak import clock_mutation

SOURCE = '''\
def first(items, limit=1):
    """Not touched: 1 < 2 and not 3."""
    for item in items:
        if item < limit and not item == 0:
            continue
        return item - 1
    raise ValueError("nothing")
'''


def test_every_small_way_is_taken_once() -> None:
    found = [(mutant.line, mutant.what) for mutant in clock_mutation.mutants(SOURCE)]

    assert sorted(found) == [
        (1, "1 → 0"),
        (1, "1 → 2"),
        (4, "0 → -1"),
        (4, "0 → 1"),
        (4, "if item < limit and (not item == 0) → if not …"),
        (4, "item < limit and (not item == 0) → item < limit or not item == 0"),
        (4, "item < limit → item <= limit"),
        (4, "item == 0 → item != 0"),
        (4, "not item == 0 → item == 0"),
        (5, "continue → break"),
        (6, "1 → 0"),
        (6, "1 → 2"),
        (6, "item - 1 → item + 1"),
        (6, "return item - 1 → return None"),
        (7, "raise → pass"),
    ]


def test_each_mutant_differs_from_the_source_in_its_line_only() -> None:
    whole = ast.unparse(ast.parse(SOURCE)).splitlines()

    for mutant in clock_mutation.mutants(SOURCE):
        lines = ast.unparse(mutant.tree).splitlines()
        changed = [i + 1 for i, (a, b) in enumerate(zip(whole, lines, strict=True)) if a != b]
        assert changed == [mutant.line]
