"""Cells as sums of the smallest parts that they can tell apart: what links released numbers.

Every cell of a population is a sum over atoms: combinations of one level per dimension, where
levels that no cell tells apart are one. Dimensions that never meet in a cell need no common atoms:
ten attributes that are each crossed with branch and age, never with one another, are ten tables
that share branch by age. So the dimensions are the nodes of a graph in which two are joined when a
cell mentions both; the graph is filled until it is chordal, each of its maximal cliques gets a
table of atoms, and tables that are neighbours in the junction tree agree on what they share. This
loses nothing: tables with equal margins on what they share always have a common refinement,
also in whole numbers (Lauritzen, *Graphical Models*, 1996, chapter 3; Dobra and Fienberg, PNAS
97, 2000, on bounds for cells given marginal tables).
"""

from collections.abc import Sequence
from math import prod

import numpy as np
from scipy.sparse import csc_array, csr_array

from analysis.errors import AirlockError
from analysis.methods.cells import DIMENSIONS, Cell

#: Atoms of one problem that the solver handles on an ordinary machine.
LARGEST = 200_000

#: Dimension → the levels that a cell is restricted to.
Split = dict[str, frozenset[str]]


def labels_of(cell: Cell) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the levels over which nothing adds up, such as a year."""
    return tuple(pair for pair in cell.levels if not DIMENSIONS[pair[0]].splits)


def split_of(cell: Cell) -> Split:
    """Return by what a cell is split; a dimension with all its levels splits nothing."""
    return {
        name: frozenset(levels)
        for name, levels in cell.levels
        if DIMENSIONS[name].splits and set(levels) != set(DIMENSIONS[name].levels)
    }


def decompose(population: str, splits: Sequence[Split]) -> tuple[csr_array, csr_array]:
    """Return which atoms each cell is the sum of.

    Parameters
    ----------
    population
        For the message.
    splits
        One per cell.

    Returns
    -------
    cells
        Cells × atoms, 1 where the cell contains the atom.
    links
        Agreements × atoms; each row times the atoms is 0.

    Raises
    ------
    AirlockError
        If there are more than ``LARGEST`` atoms.
    """
    atoms = {name: _atoms_of(name, splits) for name in sorted({n for one in splits for n in one})}
    sizes = {name: len(next(iter(members.values()))) for name, members in atoms.items()}
    cliques = _cliques([frozenset(one) for one in splits], sizes)
    counts = [prod(sizes[name] for name in clique) for clique in cliques]
    if sum(counts) > LARGEST:
        worst = cliques[int(np.argmax(counts))]
        raise AirlockError(
            f"population '{population}' is split by {', '.join(worst)} at once, which makes "
            f"{sum(counts):,} atoms; the attack handles {LARGEST:,}. Merge categories, or leave "
            "out a table that crosses them."
        )
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(int)
    rows = []
    for one in splits:
        home = min(
            (number for number, clique in enumerate(cliques) if set(one) <= set(clique)),
            key=lambda number: (counts[number], number),
        )
        grid = np.ones(1, dtype=bool)
        for name in cliques[home]:
            inside = atoms[name][one[name]] if name in one else np.ones(sizes[name], dtype=bool)
            grid = np.outer(grid, inside).ravel()
        rows.append(starts[home] + np.flatnonzero(grid))
    cells = _matrix([(row, np.ones(len(row))) for row in rows], starts[-1])
    links = _matrix(_agreements(cliques, sizes, starts), starts[-1])
    return _without_twins(cells, links)


def _atoms_of(name: str, splits: Sequence[Split]) -> dict[frozenset[str], np.ndarray]:
    """Return category → which atoms of the dimension lie in it."""
    categories = sorted({one[name] for one in splits if name in one}, key=sorted)
    signatures = sorted(
        {tuple(level in one for one in categories) for level in DIMENSIONS[name].levels}
    )
    return {one: np.array([mark[i] for mark in signatures]) for i, one in enumerate(categories)}


def _cliques(meetings: Sequence[frozenset[str]], sizes: dict[str, int]) -> list[tuple[str, ...]]:
    """Return the maximal cliques of the filled graph, fewest new atoms first."""
    near: dict[str, set[str]] = {name: set() for name in sizes}
    for names in set(meetings):
        for name in names:
            near[name] |= names - {name}
    left, found = dict(near), []
    while left:
        name = min(left, key=lambda one: (prod(sizes[n] for n in left[one]) * sizes[one], one))
        around = left.pop(name)
        found.append(frozenset(around | {name}))
        for other in around:
            left[other] = (left[other] | around) - {name, other}
    maximal = [one for one in found if not any(one < other for other in found)]
    return sorted(tuple(sorted(one)) for one in set(maximal)) or [()]


def _agreements(
    cliques: list[tuple[str, ...]], sizes: dict[str, int], starts: np.ndarray
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return the equations by which neighbours in the junction tree share their margins."""
    equations = []
    tree = {0}
    while len(tree) < len(cliques):
        # A spanning tree of largest intersections is a junction tree.
        old, new = max(
            ((one, other) for one in tree for other in range(len(cliques)) if other not in tree),
            key=lambda pair: (len(set(cliques[pair[0]]) & set(cliques[pair[1]])), -pair[1]),
        )
        tree.add(new)
        shared = sorted(set(cliques[old]) & set(cliques[new]))
        sides = []
        for number in (old, new):
            shape = [sizes[name] for name in cliques[number]]
            places = np.indices(shape).reshape(len(shape), -1)
            own = [places[cliques[number].index(name)] for name in shared]
            label = np.zeros(prod(shape), dtype=int)
            for name, place in zip(shared, own, strict=True):
                label = label * sizes[name] + place
            sides.append(label)
        for margin in range(prod(sizes[name] for name in shared)):
            plus, minus = (np.flatnonzero(side == margin) for side in sides)
            columns = np.concatenate([starts[old] + plus, starts[new] + minus])
            equations.append((columns, np.repeat([1.0, -1.0], [len(plus), len(minus)])))
    return equations


def _matrix(rows: list[tuple[np.ndarray, np.ndarray]], width: int) -> csr_array:
    pointer = np.concatenate([[0], np.cumsum([len(columns) for columns, _ in rows])]).astype(int)
    columns = np.concatenate([[], *(columns for columns, _ in rows)]).astype(int)
    values = np.concatenate([[], *(values for _, values in rows)])
    return csr_array((values, columns, pointer), shape=(len(rows), width))


def _without_twins(cells: csr_array, links: csr_array) -> tuple[csr_array, csr_array]:
    """Keep one of the atoms that every cell contains together: only their sum matters."""
    seen: dict[tuple[bytes, ...], int] = {}
    both = (csc_array(cells), csc_array(links))
    for atom in range(cells.shape[1]):
        parts = []
        for matrix in both:
            here = slice(matrix.indptr[atom], matrix.indptr[atom + 1])
            parts += [matrix.indices[here].tobytes(), matrix.data[here].tobytes()]
        seen.setdefault(tuple(parts), atom)
    kept = sorted(seen.values())
    return csr_array(both[0][:, kept]), csr_array(both[1][:, kept])
