"""Change the rules one comparison or number at a time, and see whether a test notices.

Run as a program: prints the mutants of ``rules`` and ``keys`` that no test catches, as JSON.
"""

import ast
import copy
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import tests.airlock.making
import tests.conftest  # noqa: F401  each child would import it again
from analysis.airlock import keys, rules

MODULES = (rules, keys)
#: What each comparison becomes: its neighbour at the limit, and its opposite.
FLIPS = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
#: Changes that change nothing: in the source as ``ast.unparse`` writes it, and why.
EQUIVALENT = {
    # A share over nobody is judged by the rule on persons.
    "not row.whole": "a whole of nobody",
}


def mutants(source: str) -> Iterator[tuple[str, str]]:
    """Yield what was changed, and the source with that one change."""
    tree = ast.parse(source)
    places = [
        (node, change)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        for change in _changes(node)
    ]
    for place, (node, _) in enumerate(places):
        twin = copy.deepcopy(tree)
        found = [
            (other, change)
            for function in ast.walk(twin)
            if isinstance(function, ast.FunctionDef)
            for other in ast.walk(function)
            for change in _changes(other)
        ]
        other, change = found[place]
        change(other)
        yield f"line {node.lineno}: {ast.unparse(node)} -> {ast.unparse(other)}", ast.unparse(twin)


def _changes(node: ast.AST):
    if isinstance(node, ast.Compare):
        for at, operator in enumerate(node.ops):
            for flipped in FLIPS[type(operator)]:
                yield lambda other, at=at, flipped=flipped: other.ops.__setitem__(at, flipped())
    elif isinstance(node, ast.BoolOp):
        swapped = ast.And if isinstance(node.op, ast.Or) else ast.Or
        yield lambda other: setattr(other, "op", swapped())
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield lambda other: setattr(other, "op", ast.UAdd())
    elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        # Each threshold is asked for by its own name, not by that of another.
        swaps = {
            "minimum_persons": "minimum_organisations",
            "minimum_organisations": "minimum_persons",
            "minimum_organisations_as_unit": "minimum_organisations",
            "minimum_degrees_of_freedom": "minimum_organisations",
            "largest_contributor": "largest_two_contributors",
            "largest_two_contributors": "largest_contributor",
        }
        if node.value.id == "limits" and node.attr in swaps:
            yield lambda other: setattr(other, "attr", swaps[other.attr])
    elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
        yield lambda other: setattr(other, "value", other.value + 1)
    elif isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("all", "any", "min"):
        swapped = {"all": "any", "any": "all", "min": "max"}
        yield lambda other: setattr(other.func, "id", swapped[other.func.id])


def caught(changed: ModuleType, source: str) -> bool:
    """Tell whether the tests of a module fail with this source in its place."""
    child = os.fork()
    if child == 0:
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        module = ModuleType(changed.__name__)
        module.__file__ = changed.__file__
        sys.modules[changed.__name__] = module
        tests = Path(__file__).with_name(f"test_{changed.__name__.rpartition('.')[2]}.py")
        try:
            exec(compile(source, changed.__file__, "exec"), module.__dict__)
            options = ["-x", "-q", "-p", "no:cacheprovider", "--assert=plain"]
            options += ["-W", "ignore", "--tb=no"]
            code = int(pytest.main([*options, str(tests)]))
        except BaseException:
            code = 1
        os._exit(0 if code == 0 else 1)
    _, status = os.waitpid(child, 0)
    return status != 0


def main() -> None:
    """Print how many mutants there were, and those that no test caught."""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    count, survivors = 0, []
    for module in MODULES:
        source = Path(module.__file__).read_text(encoding="utf-8")
        if caught(module, source):
            raise SystemExit(f"the tests of {module.__name__} fail without any change")
        found = list(mutants(source))
        count += len(found)
        survivors += [
            f"{module.__name__}, {told}"
            for told, changed in found
            if not any(known in told for known in EQUIVALENT) and not caught(module, changed)
        ]
    print(json.dumps({"mutants": count, "survivors": survivors}))


if __name__ == "__main__":
    main()
