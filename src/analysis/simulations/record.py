"""The results that are kept: every draw of every simulation, and what they tell.

They are part of the package: they describe code, not people, and come from drawn numbers alone.
Both files of a simulation are small text with fixed rounding, so that equal draws give equal files.
"""

import gzip
import json
import zlib
from pathlib import Path

import numpy as np
import pandas as pd

from analysis import files
from analysis.simulations.base import Simulation
from analysis.simulations.key import key
from analysis.simulations.run import COLUMNS, one_draw
from analysis.simulations.summary import RESULTS, Summary, summarise

#: Significant digits that are kept.
_DIGITS = 6
#: How far a recomputed number may lie from the kept one: rounding, and other processors.
_TOLERANCE = 1e-5


def is_current(simulation: Simulation, folder: Path = RESULTS) -> bool:
    """Tell whether the kept results were made by this code, with these plants and packages."""
    try:
        noted = json.loads((folder / f"{simulation.name}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    made_by = noted.get("key") if isinstance(noted, dict) else None
    return made_by == key(simulation) and _are_whole(simulation, folder)


def _are_whole(simulation: Simulation, folder: Path) -> bool:
    """Tell whether every draw of every world is kept; a copy may have stopped half way."""
    try:
        places = read_draws(simulation.name, folder)[["variant", "draw"]]
    except (OSError, EOFError, ValueError, KeyError, zlib.error):
        return False
    expected = {(name, place) for name in simulation.variants for place in range(simulation.draws)}
    return len(places) == len(expected) and set(map(tuple, places.to_numpy())) == expected


def keep(simulation: Simulation, draws: pd.DataFrame, folder: Path = RESULTS) -> Summary:
    """Write the draws and their summary."""
    folder.mkdir(parents=True, exist_ok=True)
    text = draws.to_csv(index=False, float_format=f"%.{_DIGITS}g", lineterminator="\n")
    path = folder / f"{simulation.name}.csv.gz"
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(gzip.compress(text.encode(), mtime=0))
    part.replace(path)
    return keep_summary(simulation, folder)


def keep_summary(simulation: Simulation, folder: Path = RESULTS) -> Summary:
    """Write what the kept draws tell by the rules as they are now."""
    summary = summary_of(simulation, read_draws(simulation.name, folder))
    content = {"key": key(simulation), "summary": summary.model_dump(mode="json")}
    files.write_json(folder / f"{simulation.name}.json", content)
    return summary


def read_draws(name: str, folder: Path = RESULTS) -> pd.DataFrame:
    """Return the kept draws of a simulation."""
    # A world is called null; that is a name, not a missing value.
    return pd.read_csv(
        folder / f"{name}.csv.gz",
        keep_default_na=False,
        na_values=[""],
    )


def summary_of(simulation: Simulation, draws: pd.DataFrame) -> Summary:
    """Summarise draws, with the texts of their simulation."""
    return Summary(
        name=simulation.name,
        title=simulation.title,
        claims=simulation.claims,
        topic=simulation.topic,
        naive=simulation.naive,
        conservative=simulation.conservative,
        null=simulation.null,
        lowest=simulation.lowest,
        variants={
            variant: summarise(
                draws[draws["variant"] == variant],
                null=simulation.null,
                conservative=simulation.conservative is not None,
                lowest=simulation.lowest,
            )
            for variant in simulation.variants
        },
    )


def remove_others(names: list[str], folder: Path = RESULTS) -> list[str]:
    """Remove results of simulations that are no more, and return their names."""
    others = [path for path in folder.glob("*.json") if path.stem not in names]
    for path in others:
        path.unlink()
        path.with_name(f"{path.stem}.csv.gz").unlink(missing_ok=True)
    return sorted(path.stem for path in others)


def recomputed_wrongly(
    simulation: Simulation, count: int, random: np.random.Generator, folder: Path = RESULTS
) -> list[str]:
    """Do some draws again, chosen at random, and return those that differ from the kept ones."""
    kept = read_draws(simulation.name, folder)
    wrong = []
    for place in random.choice(len(kept), size=min(count, len(kept)), replace=False):
        row = kept.iloc[place]
        again = one_draw(simulation, row["variant"], int(row["draw"]))
        pairs = np.array([(getattr(again, column), row[column]) for column in COLUMNS], dtype=float)
        if not np.allclose(*pairs.T, rtol=_TOLERANCE, atol=_TOLERANCE**2, equal_nan=True):
            wrong.append(f"{row['variant']} {row['draw']}")
    return wrong
