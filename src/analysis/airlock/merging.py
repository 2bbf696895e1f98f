"""Merging neighbouring categories of a table: shows more than hiding cells does."""

import dataclasses

import pandas as pd

from analysis.methods.behind import Behind
from analysis.methods.cells import DIMENSIONS, JOIN, Cell
from analysis.methods.results import Aggregate, Result


def merged(result: Result, places: frozenset[int]) -> Aggregate | None:
    """Merge the category of one of these rows with its smaller neighbour.

    Parameters
    ----------
    result
        Any result; only tables of counts and shares by an ordered dimension can merge.
    places
        Rows that could be found out.

    Returns
    -------
    Aggregate or None
        The table with one category less, or None where nothing can be merged.
    """
    dimension = _ordered_dimension(result)
    if dimension is None:
        return None
    groups = list(dict.fromkeys(result.frame["group"]))
    order = DIMENSIONS[dimension].levels or ()
    groups.sort(key=lambda group: order.index(group.split(JOIN)[0]))
    if len(groups) < 3:
        return None
    group = result.frame["group"].iloc[min(places)]
    at = groups.index(group)
    near = [groups[other] for other in (at - 1, at + 1) if 0 <= other < len(groups)]
    sizes = _size_of(result)
    partner = min(near, key=lambda name: (sizes[name], order.index(name.split(JOIN)[0])))
    first, second = sorted((group, partner), key=groups.index)
    return _join(result, dimension, first, second)


def _ordered_dimension(result: Result) -> str | None:
    """Return the ordered dimension by which a table of counts and shares is grouped."""
    if not isinstance(result, Aggregate) or not result.behind:
        return None
    if not set(result.frame["kind"]) <= {"count", "share"}:
        return None
    found = set()
    for group, known in zip(result.frame["group"], result.behind, strict=True):
        address = Cell.parse(known.part or known.cell)
        levels = tuple(sorted(str(group).split(JOIN)))
        found.add(
            next(
                (
                    name
                    for name, own in address.levels
                    if own == levels and DIMENSIONS[name].ordered
                ),
                None,
            )
        )
    return found.pop() if len(found) == 1 else None


def _size_of(result: Aggregate) -> pd.Series:
    counts = [
        known.numerator if known.numerator is not None else n
        for known, n in zip(result.behind, result.frame["n_persons"], strict=True)
    ]
    return pd.Series(counts).groupby(result.frame["group"].to_numpy()).sum()


def _join(result: Aggregate, dimension: str, first: str, second: str) -> Aggregate | None:
    frame = result.frame.reset_index(drop=True)
    keys = ["period", "measure"]
    if set(map(tuple, frame.loc[frame["group"] == first, keys].to_numpy())) != set(
        map(tuple, frame.loc[frame["group"] == second, keys].to_numpy())
    ):
        return None
    partners = {tuple(frame.loc[at, keys]): at for at in frame.index[frame["group"] == second]}
    rows, behind = [], []
    for at, row in enumerate(frame.to_dict("records")):
        if row["group"] == second:
            continue
        known = result.behind[at]
        if row["group"] == first:
            other = partners[tuple(row[key] for key in keys)]
            row, known = _sum(
                row, known, frame.loc[other].to_dict(), result.behind[other], dimension
            )
            row["group"] = f"{first}{JOIN}{second}"
        rows.append(row)
        behind.append(known)
    return dataclasses.replace(
        result, frame=pd.DataFrame(rows)[list(Aggregate.columns)], behind=tuple(behind)
    )


def _sum(
    row: dict, known: Behind, other: dict, of_other: Behind, dimension: str
) -> tuple[dict, Behind]:
    """Add two rows up. Organisations may be the same in both, so the larger number counts."""
    cells = {
        name: _united(getattr(known, name), getattr(of_other, name), dimension)
        for name in ("cell", "part")
    }
    # A distribution has one whole; other shares have one per category.
    one_whole = known.cell == of_other.cell
    n = row["n_persons"] if one_whole else row["n_persons"] + other["n_persons"]
    organisations = max(row["n_organisations"], other["n_organisations"])
    changes: dict = {**cells}
    if known.kind == "share":
        numerator = (known.numerator or 0.0) + (of_other.numerator or 0.0)
        changes["numerator"] = numerator
        value = 100 * numerator / n
        if known.part_organisations is not None and of_other.part_organisations is not None:
            changes["part_organisations"] = max(
                known.part_organisations, of_other.part_organisations
            )
    else:
        value = row["value"] + other["value"]
    return (
        {**row, "value": value, "n_persons": n, "n_organisations": organisations},
        known.model_copy(update=changes),
    )


def _united(one: str, other: str, dimension: str) -> str:
    if not one:
        return one
    first, second = Cell.parse(one), Cell.parse(other)
    own = dict(first.levels).get(dimension, ())
    also = dict(second.levels).get(dimension, ())
    return str(first.within(**{dimension: {*own, *also}})) if own or also else one
