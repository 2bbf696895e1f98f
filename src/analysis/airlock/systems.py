"""What is said about one population under one label, as rows over its atoms."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array

from analysis.airlock.atoms import decompose, labels_of, split_of
from analysis.airlock.known import TOLERANCE, Hidden, Quantity, Shown


@dataclass(frozen=True)
class System:
    """Everything that is said about one population under one label.

    Attributes
    ----------
    name
        Population, labels and dimensions, for messages.
    cells
        Rows × atoms; quantities that count the same people are one row.
    links
        Equations × atoms, each 0.
    low, high
        What is shown of each row; rows that are not shown go from 0 to infinity.
    quantities, wheres
        Per row: what is shown in it, and in which exhibits.
    targets
        Hidden number → its row.
    whole
        Whether atoms are whole numbers.
    """

    name: str
    cells: csr_array
    links: csr_array
    low: np.ndarray
    high: np.ndarray
    quantities: tuple[frozenset[Quantity], ...]
    wheres: tuple[frozenset[str], ...]
    targets: dict[Hidden, int]
    whole: bool

    @cached_property
    def shown(self) -> np.ndarray:
        """Which rows are shown."""
        return np.array([bool(one) for one in self.quantities], dtype=bool)


def systems(shown: Iterable[Shown], hidden: Iterable[Hidden]) -> list[System]:
    """Return the independent systems in which something is hidden, in a fixed order.

    Raises
    ------
    AirlockError
        If a system has too many atoms.
    """
    groups: dict[tuple, tuple[list[Shown], list[Hidden]]] = defaultdict(lambda: ([], []))
    for place, given in enumerate((shown, hidden)):
        for one in given:
            cell = one.quantity.cell
            groups[one.quantity.about, cell.population, labels_of(cell)][place].append(one)
    return [_system(key, *groups[key]) for key in sorted(groups) if groups[key][1]]


def _system(key: tuple, shown: list[Shown], hidden: list[Hidden]) -> System:
    about, population, labels = key
    rows: dict[tuple, list[Shown | Hidden]] = defaultdict(list)
    for one in (*shown, *hidden):
        split = split_of(one.quantity.cell)
        rows[tuple(sorted((name, tuple(sorted(levels))) for name, levels in split.items()))] += [
            one
        ]
    order = sorted(rows)
    splits = [{name: frozenset(levels) for name, levels in row} for row in order]
    low, high = np.zeros(len(order)), np.full(len(order), np.inf)
    targets: list[tuple[Hidden, int]] = []
    for number, row in enumerate(order):
        for one in rows[row]:
            if isinstance(one, Hidden):
                targets.append((one, number))
            else:
                low[number] = max(low[number], one.low)
                high[number] = min(high[number], one.high)
    whole = not about
    if whole:
        low, high = np.ceil(low - TOLERANCE), np.floor(high + TOLERANCE)
    else:
        # Two sums of the same numbers differ in their last digits; that is no contradiction.
        equal = (low > high) & (low - high <= TOLERANCE * np.maximum(1.0, high))
        low = np.where(equal, high, low)
    seen = [[one for one in rows[row] if isinstance(one, Shown)] for row in order]
    labelled = [f"{name} {', '.join(levels)}" for name, levels in labels]
    dimensions = sorted({name for split in splits for name in split}) or ["nothing"]
    cells, links = decompose(population, splits)
    return System(
        name="; ".join(
            [f"population '{population}'", *([about] if about else []), *labelled]
            + [f"split by {', '.join(dimensions)}"]
        ),
        cells=cells,
        links=links,
        low=low,
        high=high,
        quantities=tuple(frozenset(one.quantity for one in row) for row in seen),
        wheres=tuple(frozenset(one.where for one in row) for row in seen),
        targets=dict(
            sorted(targets, key=lambda pair: (pair[1], str(pair[0].quantity), repr(pair)))
        ),
        whole=whole,
    )
