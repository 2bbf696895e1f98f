"""Small confidential results for tests of the airlock."""

import json
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from analysis.airlock import candidates
from analysis.airlock.candidates import Candidate
from analysis.airlock.gate import NOTEBOOK
from analysis.airlock.rows import Row
from analysis.edition import read_edition
from analysis.languages import Text
from analysis.methods.behind import Behind, behind
from analysis.methods.cells import YES, Cell
from analysis.methods.results import Absent, Aggregate, Curve, estimates

METHOD = Text(nl="m", en="m")
TABLES = ("payslips",)
LIMITS = read_edition().disclosure
MANIFEST = {
    "tables": {
        "absence": {"public": True, "synthetic": True},
        "payslips": {"public": False, "synthetic": True},
    }
}
EMPLOYEES = Cell.of("employees", year=2025)


def row(
    kind="count",
    *,
    value=50.0,
    unit="percent",
    n=1000.0,
    organisations=50.0,
    df=100.0,
    cell=EMPLOYEES,
    part=None,
    **more,
) -> Row:
    """A row that every rule lets pass, unless the arguments say otherwise."""
    if kind in ("share", "weighted share"):
        part = part or cell.within(vernet=YES)
        more.setdefault("numerator", 500.0)
    if kind in ("mean", "rate", "sum", "weighted share"):
        more = {"magnitude": "days", "weight": 1000.0, **more}
    if kind == "sum":
        more.setdefault("largest_value", 0.4)
    if kind in ("mean", "rate", "sum"):
        more = {"largest": 0.1, "largest_two": 0.2, "different": 40, "largest_value": 100.0, **more}
    if kind == "coefficient":
        more = {
            "fewest_ones": 100,
            "fewest_zeros": 100,
            "effective": 500.0,
            "largest_weight": 0.01,
            **more,
        }
    if kind == "quantile":
        more.setdefault("quantile", 0.5)
    return Row(value, unit, n, organisations, df, behind(kind, cell, part, **more))  # fmt: skip


def counts(
    levels: dict[str, float], *, by="branch", cell=EMPLOYEES, organisations=20.0, tables=TABLES
) -> Aggregate:
    """A table of counts by one dimension; ``+`` joins levels."""
    return cells(
        [
            {
                "group": level,
                "value": count,
                "n_persons": count,
                "behind": behind("count", cell.within(**{by: level.split("+")})),
            }
            for level, count in levels.items()
        ],
        organisations=organisations,
        tables=tables,
    )


def cells(rows: Iterable[dict], *, organisations=20.0, tables=TABLES) -> Aggregate:
    """A table of cells; what a row leaves out is filled in."""
    filled = [
        {
            "period": "2025JJ00", "measure": "people", "kind": one["behind"].kind,
            "unit": "persons", "status": "not stated", "n_organisations": organisations, **one,
        }
        for one in rows
    ]  # fmt: skip
    frame = pd.DataFrame(filled)[list(Aggregate.columns)]
    return Aggregate(frame, tables, METHOD, tuple(one["behind"] for one in filled))


def number(n=1000.0, *, tables=TABLES, organisations=50.0, known: Behind | None = None, **more):
    """One estimate: by default a rate that passes."""
    found = {
        "term": "value", "estimate": 7.5, "unit": "percent", "n": n, "period": "2025JJ00",
        "n_organisations": organisations,
        "behind": known or row("rate").behind,
        **more,
    }  # fmt: skip
    return estimates([found], tables=tables, method=METHOD)


def curve(steps: Iterable[tuple], tables=TABLES, known: Behind | None = None) -> Curve:
    frame = pd.DataFrame(list(steps), columns=list(Curve.columns)).astype(float)
    return Curve(
        frame,
        tables,
        METHOD,
        (known or behind("count", EMPLOYEES, organisations=20.0),) * len(frame),
    )


def submit_to(
    folder: Path, results: dict, *, kinds: dict | None = None, labels: dict | None = None
):
    """Put candidates of one chapter where the gate looks for them."""
    (folder / "exhibits").mkdir(parents=True, exist_ok=True)
    for name, result in results.items():
        usual = "table" if isinstance(result, Aggregate) else "number"
        usual = "figure" if isinstance(result, Curve) else usual
        candidate = Candidate(
            chapter=folder.name,
            id=name,
            kind=(kinds or {}).get(name, usual),
            result=type(result).__name__,
            tables=result.tables,
            method=None if isinstance(result, Absent) else result.method,
            behind=() if isinstance(result, Absent) else result.behind,
            options={"labels": {"people": {"nl": "mensen", "en": "people"}, **(labels or {})}},
        )
        candidates.write(folder / "exhibits", candidate, result)
    notebook = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (folder / NOTEBOOK).write_text(json.dumps(notebook))
    return folder
