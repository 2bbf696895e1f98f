"""Time of the attack on a release, and of protecting it: `.venv/bin/python benchmarks/attack.py`.

Makes ten years of twenty linked tables each, with all their margins: one to three of six dimensions
with merged categories, shown in fives, counts of 1 to 9 hidden. Beside the attack a bare solve of
two linear programmes per hidden number, which knows nothing of populations found before and does
not care whether people are whole; and the attack on tables that have been protected, which is what
every later release has to pass.

Absolute seconds depend on the machine; the ratios do less. Measured once, with SciPy 1.17 on two
cores that other work shared (load 3 to 5):

    attack / bare programmes                               0.96
    attack on the protected release / bare programmes      3.53
    protection / attack                                   13.22
    further hidden / known too well                        1.13

All of it took less than a minute: 2,070 different numbers, 183 hidden, 151 of them known too well.
"""

import itertools
import time

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import vstack

from analysis.airlock.attack import bounds
from analysis.airlock.known import Hidden, Quantity, Shown, safe
from analysis.airlock.suppression import protect
from analysis.airlock.systems import systems
from analysis.methods.cells import DIMENSIONS, Cell

YEARS = range(2016, 2026)
PEOPLE = 1_200
MERGED = {"branch": 5, "region": 3, "size_band": 2, "age_band": 3, "sex": 2, "education": 2}
TABLES = [
    *itertools.combinations(MERGED, 1),
    *(("branch", other) for other in list(MERGED)[1:]),
    ("region", "sex"),
    ("region", "age_band"),
    ("size_band", "sex"),
    ("age_band", "sex"),
    ("education", "sex"),
    ("branch", "region", "sex"),
    ("branch", "size_band", "sex"),
    ("branch", "age_band", "sex"),
    ("branch", "sex", "education"),
]


def categories(name: str) -> list[tuple[str, ...]]:
    """Return the merged categories of a dimension."""
    return [tuple(part) for part in np.array_split(DIMENSIONS[name].levels, MERGED[name])]


def make_release() -> tuple[list[Shown], list[Hidden]]:
    """Return everything that is shown and hidden of random people."""
    rng = np.random.default_rng(11)
    shown: list[Shown] = []
    hidden: dict[Quantity, Hidden] = {}
    for year in YEARS:
        people = {
            name: rng.choice(size, PEOPLE, p=np.sort(rng.dirichlet(np.full(size, 2.0)))[::-1])
            for name, size in MERGED.items()
        }
        for table in TABLES:
            where = f"{year}/{'-by-'.join(table)}"
            for depth in range(len(table) + 1):
                for names in itertools.combinations(table, depth):
                    _add(year, people, names, where, shown, hidden)
    return shown, list(hidden.values())


def _add(year, people, names, where, shown, hidden) -> None:
    for places in itertools.product(*(range(MERGED[name]) for name in names)):
        inside = [people[name] == place for name, place in zip(names, places, strict=True)]
        count = int(np.all(inside, axis=0).sum()) if inside else PEOPLE
        levels = {name: categories(name)[i] for name, i in zip(names, places, strict=True)}
        quantity = Quantity("", Cell.of("employees", year=year, **levels))
        if 0 < count < 10:
            hidden[quantity] = Hidden(quantity, count, 0, 0, 10, where)
        else:
            rounded = 5 * ((count + 2) // 5)
            shown.append(Shown(quantity, max(0, rounded - 2), rounded + 2, where))


def solve_bare(shown: list[Shown], hidden: list[Hidden]) -> int:
    """Solve two linear programmes per hidden number; return how many."""
    solved = 0
    for system in systems(shown, hidden):
        seen = system.cells[np.flatnonzero(system.shown)]
        limits = np.concatenate([system.high[system.shown], -system.low[system.shown]])
        for row in system.targets.values():
            costs = system.cells[[row]].toarray().ravel()
            for sign in (1.0, -1.0):
                linprog(
                    sign * costs,
                    A_ub=vstack([seen, -seen]),
                    b_ub=limits,
                    A_eq=system.links if system.links.shape[0] else None,
                    b_eq=np.zeros(system.links.shape[0]) if system.links.shape[0] else None,
                    method="highs",
                )
                solved += 1
    return solved


def timed(work, *given):
    """Return what the work returns, and its seconds."""
    start = time.perf_counter()
    done = work(*given)
    return done, time.perf_counter() - start


def main() -> None:
    """Print the sizes and ratios."""
    shown, hidden = make_release()
    numbers = {one.quantity for one in shown}
    found, attack = timed(bounds, shown, hidden)
    breached = [one for one in hidden if not safe(found[one.quantity], one)]
    _, bare = timed(solve_bare, shown, hidden)
    gone, protection = timed(protect, shown, hidden, dict.fromkeys(numbers, 1.0))
    kept = [one for one in shown if one.quantity not in gone]
    after, again = timed(bounds, kept, hidden)
    assert all(safe(after[one.quantity], one) for one in hidden)
    print(
        f"{len(YEARS) * len(TABLES)} tables, {len(numbers) + len(hidden):,} different numbers, "
        f"{len(hidden)} hidden, {len(breached)} of them known too well, {len(gone)} more to hide; "
        f"{sum(one.cells.shape[1] for one in systems(shown, hidden)):,} atoms"
    )
    for label, value in {
        "attack / bare programmes": attack / bare,
        "attack on the protected release / bare programmes": again / bare,
        "protection / attack": protection / attack,
        "further hidden / known too well": len(gone) / max(1, len(breached)),
        "attack, seconds": attack,
        "protection, seconds": protection,
        "attack on the protected release, seconds": again,
    }.items():
        print(f"{label:<50} {value:8.2f}")


if __name__ == "__main__":
    main()
