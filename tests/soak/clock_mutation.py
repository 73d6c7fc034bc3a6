"""Breaks intake/clock.py in every small way there is, and counts what its tests notice.

`bin/soak clock-mutation [LINE …]`. One fork per mutant: the mutated module takes the place of
intake.clock before the tests of the pure clock are imported. A mutant that runs for longer than
a minute counts as noticed (it hangs where the clock must not).
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import copy
import os
import signal
import sys
import time
import types
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import holidays
import hypothesis
import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCE = ROOT / "intake" / "clock.py"
# The quick ones first: the first test that fails is enough.
TESTS = tuple(f"tests/intake/test_clock{part}.py" for part in ("_edges", "", "_simulation"))
GOAL = 0.90
SECONDS = 60
KILLED, SURVIVED, EQUIVALENT = "killed", "survived", "equivalent"

_COMPARE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
}
_CALLS = {"min": "max", "max": "min", "any": "all", "all": "any"}

# Mutants that change nothing that anybody could see: (the code's line, what was done) → why.
SAME: dict[tuple[str, str], str] = {
    ("if start >= closes:", "start >= closes → start > closes"): (
        "at the very end of a span nothing is left of it to count, skipped or not"
    ),
}


@dataclass
class Mutant:
    """One small change: where, what, and the module that it gives."""

    line: int
    code: str
    what: str
    tree: ast.Module


def _operations(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Another comparison, connective, operator or call in a node's place."""
    if isinstance(node, ast.Compare):
        for place, op in enumerate(node.ops):
            other = copy.deepcopy(node)
            other.ops[place] = _COMPARE[type(op)]()
            yield f"{ast.unparse(node)} → {ast.unparse(other)}", other
    elif isinstance(node, ast.BoolOp):
        other = copy.deepcopy(node)
        other.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield f"{ast.unparse(node)} → {ast.unparse(other)}", other
    elif isinstance(node, ast.BinOp | ast.AugAssign) and type(node.op) in _ARITHMETIC:
        other = copy.deepcopy(node)
        other.op = _ARITHMETIC[type(node.op)]()
        yield f"{ast.unparse(node)} → {ast.unparse(other)}", other
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _CALLS:
        other = copy.deepcopy(node)
        other.func = ast.Name(_CALLS[node.func.id], ast.Load())
        yield f"{node.func.id}(…) → {_CALLS[node.func.id]}(…)", other


def _values(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Another constant, nothing instead of an answer, a step or a branch taken otherwise."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
        yield f"{ast.unparse(node)} → {ast.unparse(node.operand)}", node.operand
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield f"{node.value} → {not node.value}", ast.Constant(not node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int):
        for value in (node.value + 1, node.value - 1):
            yield f"{node.value} → {value}", ast.Constant(value)
    elif isinstance(node, ast.Return) and node.value is not None:
        nothing = ast.Return(ast.Constant(None))
        if ast.unparse(node) != ast.unparse(nothing):
            yield f"{ast.unparse(node)} → return None", nothing
    elif isinstance(node, ast.Continue):
        yield "continue → break", ast.Break()
    elif isinstance(node, ast.Raise):
        yield "raise → pass", ast.Pass()
    elif isinstance(node, ast.If | ast.IfExp):
        other = copy.deepcopy(node)
        other.test = ast.UnaryOp(ast.Not(), node.test)
        yield f"if {ast.unparse(node.test)} → if not …", other


class _Put(ast.NodeTransformer):
    """Puts one node in the place of another."""

    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        if node is self.old:
            return ast.copy_location(self.new, node)
        return self.generic_visit(node)


def mutants(source: str) -> list[Mutant]:
    """Every mutant of a module, in the order of its lines."""
    lines, found = source.splitlines(), []
    for place, node in enumerate(ast.walk(ast.parse(source))):
        for what, other in (*_operations(node), *_values(node)):
            # A tree of its own per mutant: the same walk finds the same node in it.
            tree = ast.parse(source)
            same = next(n for i, n in enumerate(ast.walk(tree)) if i == place)
            tree = ast.fix_missing_locations(_Put(same, other).visit(tree))
            found.append(Mutant(node.lineno, lines[node.lineno - 1].strip(), what, tree))
    return sorted(found, key=lambda mutant: mutant.line)


def _pytest() -> int:
    options = ["-q", "-x", "--noconftest", "-c", os.devnull, f"--rootdir={ROOT}"]
    # The twins that are broken on purpose test the simulation, not the clock.
    options += [
        "-k",
        "not broken_clock",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:django",
        "-p",
        "no:xdist",
    ]
    return pytest.main([*options, "--import-mode=importlib", *TESTS])


def run(tree: ast.Module) -> bool:
    """Whether the tests notice a tree of the clock."""
    child = os.fork()
    if child == 0:
        code = 1
        signal.alarm(SECONDS)
        with open(os.devnull, "w") as nowhere:
            os.dup2(nowhere.fileno(), 1)
            os.dup2(nowhere.fileno(), 2)
            with contextlib.suppress(BaseException):
                module = types.ModuleType("intake.clock")
                module.__file__ = str(SOURCE)
                sys.modules["intake.clock"] = module
                import intake

                exec(compile(tree, str(SOURCE), "exec"), module.__dict__)  # noqa: S102
                intake.clock = module  # type: ignore[attr-defined]
                code = int(_pytest())
        os._exit(code)
    _pid, status = os.waitpid(child, 0)
    return status != 0


def say(line: str = "") -> None:
    """One line, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    """Run every mutant, say of each what became of it, and the score."""
    parser = argparse.ArgumentParser(prog="bin/soak clock-mutation", description=__doc__)
    parser.add_argument("lines", nargs="*", type=int, help="only mutants of these lines")
    only = set(parser.parse_args().lines)
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    os.environ["CLOCK_LIVES"] = "600"
    hypothesis.settings.register_profile("soak", derandomize=True, database=None, deadline=None)
    hypothesis.settings.load_profile("soak")
    # Read once here; every fork has it then.
    holidays.country_holidays("KR", years=range(2024, 2037))
    source = SOURCE.read_text(encoding="utf-8")
    if run(ast.parse(source)):
        sys.exit("The tests fail on the clock as it is: mend that first.")
    count = {KILLED: 0, SURVIVED: 0, EQUIVALENT: 0}
    began = time.monotonic()
    for mutant in mutants(source):
        if only and mutant.line not in only:
            continue
        reason = SAME.get((mutant.code, mutant.what), "")
        noticed = run(mutant.tree)
        verdict = KILLED if noticed else EQUIVALENT if reason else SURVIVED
        count[verdict] += 1
        note = f"  ({reason})" if verdict == EQUIVALENT else ""
        say(f"{verdict:<10} {mutant.line:>4}  {mutant.what}{note}")
    total = sum(count.values())
    # Of all mutants, the equivalent ones included: the stricter of the two ways to count.
    score = count[KILLED] / total if total else 0.0
    say()
    say(f"mutants    {total}")
    for name, value in count.items():
        say(f"{name:<10} {value}")
    say(f"score      {score:.1%} of all, goal {GOAL:.0%}: {'ok' if score >= GOAL else 'short'}")
    say(f"{time.monotonic() - began:.0f} s")
    return 0 if score >= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
