"""What a chapter submits and what the airlock releases: JSON beside Parquet, never a pickle."""

from pathlib import Path
from typing import Literal

import pandas as pd
from pydantic import Field, ValidationError

from analysis import files
from analysis.errors import AirlockError
from analysis.languages import Text
from analysis.methods.behind import Behind
from analysis.methods.results import RESULTS, Absent, Result
from analysis.strict import Listed, StrictModel

Kind = Literal["figure", "table", "number", "finding"]

#: Which result types each kind of exhibit takes.
ACCEPTED = {
    "figure": ("Aggregate", "Estimates", "Curve"),
    "table": ("Aggregate", "Estimates"),
    "number": ("Estimates",),
    "finding": ("Estimates",),
}


class Candidate(StrictModel):
    """Everything about an exhibit but its numbers.

    Attributes
    ----------
    result
        Type of the result; ``Absent`` when there is none.
    tables
        Tables of the dataset behind the result; for ``Absent`` the missing ones.
    chart, options
        How a figure or table is drawn.
    texts
        Title, subtitle and note, each in every language; roles in them are filled at rendering.
    behind
        Per row of the result what stands behind it; for the airlock alone, never released.
    withheld
        Whether the airlock kept the whole result inside.
    """

    chapter: str = Field(pattern=r"^[a-z0-9.-]+$")
    id: str = Field(pattern=r"^[A-Za-z0-9-]+$")
    kind: Kind
    result: Literal["Aggregate", "Estimates", "Curve", "Absent"]
    tables: Listed[tuple[str, ...]]
    method: Text | None = None
    chart: str | None = None
    options: dict = {}
    texts: dict[str, Text] = {}
    behind: Listed[tuple[Behind, ...]] = ()
    withheld: bool = False


def write(folder: Path, candidate: Candidate, result: Result | Absent) -> None:
    """Write one candidate into the folder of its chapter."""
    if not isinstance(result, Absent):
        result.frame.to_parquet(folder / f"{candidate.id}.parquet", index=False)
    files.write_json(folder / f"{candidate.id}.json", candidate.model_dump(mode="json"))


def read(folder: Path) -> list[tuple[Candidate, Result | Absent]]:
    """Read the candidates of one chapter, in the order of their ids.

    Raises
    ------
    AirlockError
        If a file is not a candidate, or its frame is not what its type promises.
    """
    found = []
    for path in sorted(folder.glob("*.json")):
        try:
            candidate = Candidate.model_validate_json(path.read_text(encoding="utf-8"))
        except ValidationError as error:
            keys = ", ".join(".".join(map(str, problem["loc"])) for problem in error.errors())
            raise AirlockError(f"{path.name}: not a candidate; check the keys {keys}.") from None
        found.append((candidate, _read_result(path, candidate)))
    return found


def _read_result(path: Path, candidate: Candidate) -> Result | Absent:
    if candidate.result == "Absent":
        return Absent(candidate.tables, candidate.withheld)
    if candidate.result not in ACCEPTED[candidate.kind]:
        raise AirlockError(
            f"{candidate.id}: a {candidate.kind} cannot hold {candidate.result}; allowed: "
            f"{', '.join(ACCEPTED[candidate.kind])}."
        )
    if candidate.method is None:
        raise AirlockError(f"{candidate.id}: the result states no method; return one from methods.")
    frame = pd.read_parquet(path.with_suffix(".parquet"))
    return RESULTS[candidate.result](frame, candidate.tables, candidate.method, candidate.behind)
