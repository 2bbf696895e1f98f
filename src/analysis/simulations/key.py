"""Which code, plants and packages a result rests on, as one number that changes when they do."""

import ast
import hashlib
import importlib.util
import io
import json
import re
import tokenize
from functools import cache
from pathlib import Path

from analysis import project
from analysis.simulations.base import Simulation

#: Packages whose version may move a number.
PACKAGES = ("numpy", "pandas", "scipy", "statsmodels", "scikit-learn", "pingouin")
#: Code is followed within these.
_WITHIN = ("analysis.methods", "analysis.simulations")
#: Hold the shape of results, addresses and progress, and compute no number of a draw. They change
#: with every new kind of result; a random part of the draws is done again in the tests all the
#: same.
WITHOUT_NUMBERS = frozenset(
    {
        "analysis.methods.behind",
        "analysis.methods.cells",
        "analysis.methods.leverage",
        "analysis.methods.progress",
        "analysis.methods.results",
        "analysis.simulations.base",
    }
)
_SEEDS = "analysis.simulations.seeds"


def key(simulation: Simulation) -> str:
    """Return a hash of everything that a result rests on.

    That is: the code of the estimators and of the draw, followed through their imports, what is
    planted, and the locked versions of the packages. Comments and docstrings are left out, so
    that a better explanation asks for no new draws.
    """
    modules = {_SEEDS, simulation.draw.__module__, *(one.__name__ for one in simulation.uses)}
    parts = {
        "code": {name: _code_hash(name) for name in sorted(_followed(frozenset(modules)))},
        "planted": dict(simulation.variants),
        "null": simulation.null,
        "draws": simulation.draws,
        "packages": locked_versions((project.root() / "requirements.lock").read_text()),
    }
    text = json.dumps(parts, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def locked_versions(lock: str) -> list[str]:
    """Return the lines of the lock that pin ``PACKAGES``; a package may have several."""
    names = "|".join(map(re.escape, PACKAGES))
    return [line.rstrip(" \\") for line in re.findall(rf"^(?:{names})==.*$", lock, re.M)]


@cache
def _followed(modules: frozenset[str]) -> frozenset[str]:
    """Return these modules and all that they import, of our own."""
    found: set[str] = set()
    waiting = set(modules)
    while waiting:
        name = waiting.pop()
        found.add(name)
        waiting |= _imports(name) - found
    return frozenset(found)


@cache
def _imports(module: str) -> frozenset[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(_path(module).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    inside = {name for name in names if name.startswith(tuple(f"{one}." for one in _WITHIN))}
    return frozenset(name for name in inside - WITHOUT_NUMBERS if _is_module(name))


def _is_module(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def _path(module: str) -> Path:
    spec = importlib.util.find_spec(module)
    if spec is None or spec.origin is None:
        raise ValueError(f"module {module} has no source file")
    return Path(spec.origin)


@cache
def _code_hash(module: str) -> str:
    text = without_explanations(_path(module).read_text(encoding="utf-8"))
    return hashlib.sha256(text.encode()).hexdigest()


def without_explanations(source: str) -> str:
    """Return Python source without comments, docstrings and empty lines."""
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        body = getattr(node, "body", None)
        if (
            isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
            and body
            and isinstance(body[0], ast.Expr)
            and isinstance(body[0].value, ast.Constant)
            and isinstance(body[0].value.value, str)
        ):
            for number in range(body[0].lineno, body[0].end_lineno + 1):
                lines[number - 1] = ""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column]
    return "\n".join(line.rstrip() for line in lines if line.strip())
