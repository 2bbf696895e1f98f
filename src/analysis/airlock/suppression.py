"""Secondary suppression: which shown numbers must go so that the hidden ones stay hidden.

Hiding more gives the attacker's programmes room. For hidden numbers that are known too well, a
mixed-integer programme finds the cheapest rows whose freedom lets each of them be as small and as
large as it must be: two populations per number, in which a row may leave its rounding interval only
when it is hidden (the model of Fischetti and Salazar-González, *Management Science* 47, 2001, with
the attacker's two populations as variables instead of their duals). Small tables are solved for all
numbers at once, larger ones a number at a time with what is already hidden at no cost, as in the
network heuristic of Kelly, Golden and Assad (*Networks* 22, 1992). Then each row that was hidden is
shown again if the attack allows it.
"""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, milp
from scipy.sparse import block_array, csr_array

from analysis.airlock.attacker import Attacker
from analysis.airlock.known import TOLERANCE, Hidden, Quantity, Shown
from analysis.airlock.systems import System, systems
from analysis.errors import AirlockError

#: Limits of one programme; beyond them the linear relaxation chooses.
SECONDS, NODES = 20.0, 2_000
#: Atoms × hidden numbers that are solved at once.
AT_ONCE = 400
#: Atoms for which whole choices end in time.
WHOLE = 1_500
#: Rounds in which the linear relaxation gathers its freedom in few rows.
ROUNDS = 4

#: Per target: a population in which it is small, and one in which it is large.
Populations = list[tuple[np.ndarray, np.ndarray]]


def protect(
    shown: Iterable[Shown], hidden: Iterable[Hidden], cost: Mapping[Quantity, float]
) -> set[Quantity]:
    """Return which shown quantities must also be hidden so that all hidden ones are safe.

    Only ``hidden`` becomes safe; what is returned may be known again more narrowly.

    Parameters
    ----------
    shown
        Everything that is or was released; all copies of a quantity vanish together.
    hidden
        What must not be known.
    cost
        What is lost with a quantity, such as rows; one that is missing cannot be hidden.

    Returns
    -------
    set of Quantity
        The same for the same input in any order, as long as no programme meets its time limit.

    Raises
    ------
    AirlockError
        If hiding everything that may be hidden is not enough, or what is shown contradicts itself.
    """
    secondary: set[Quantity] = set()
    for system in systems(shown, hidden):
        for row in _protect(system, _prices(system, cost)):
            secondary |= system.quantities[row]
    return secondary


def _prices(system: System, cost: Mapping[Quantity, float]) -> np.ndarray:
    """Return what each row costs, infinite where it must stay."""
    return np.array(
        [
            sum(cost.get(one, np.inf) for one in sorted(row, key=str)) if row else np.inf
            for row in system.quantities
        ]
    )


def _protect(system: System, prices: np.ndarray) -> list[int]:
    attacker = Attacker(system)
    shown = system.shown.copy()
    breached = attacker.breached(shown)
    if not breached:
        return []
    hideable = shown & np.isfinite(prices)
    lost = attacker.breached(shown & ~hideable, breached)
    if lost:
        raise AirlockError(_blame(attacker, shown & ~hideable, lost[0]))
    while breached:
        for group in _groups(system, breached):
            # Populations that protect an earlier one may prove it safe by now.
            still = attacker.unproved(group, shown)
            if not still:
                continue
            chosen, populations = _cheapest(system, shown, prices, still)
            shown[chosen] = False
            for one, (small, large) in zip(still, populations, strict=False):
                attacker.consider(large, shown, one, 1.0)
                attacker.consider(small, shown, one, -1.0)
            if not chosen and attacker.breached(shown, still):
                shown[_first(shown, prices)] = False
        breached = attacker.breached(shown, breached)
    return _show_again(attacker, shown, prices)


def _groups(system: System, breached: Sequence[Hidden]) -> list[list[Hidden]]:
    """Return what is solved at once: everything in a small system, one by one in a large one."""
    if system.cells.shape[1] * len(breached) <= AT_ONCE:
        return [list(breached)]
    return [[one] for one in breached]


def _show_again(attacker: Attacker, shown: np.ndarray, prices: np.ndarray) -> list[int]:
    """Show every row again that the attack allows, the dearest first; return the others."""
    system = attacker.system
    rows = np.flatnonzero(system.shown & ~shown)
    for row in sorted(rows, key=lambda row: (-prices[row], row)):
        shown[row] = True
        shown[row] = attacker.holds(shown)
    return [int(row) for row in rows if not shown[row]]


def _cheapest(
    system: System, shown: np.ndarray, prices: np.ndarray, targets: Sequence[Hidden]
) -> tuple[list[int], Populations]:
    """Return rows that make room for these numbers, if any must, and what fits in the room."""
    rows = np.flatnonzero(shown)
    hideable = rows[np.isfinite(prices[rows])]
    reach = max(TOLERANCE, *(max(one.width, one.below + one.above) for one in targets))
    # Little reach beyond the interval is enough in most tables and makes a tight programme.
    for factor in (1.0, 4.0, 64.0) if system.cells.shape[1] <= WHOLE else ():
        done = _programme(system, rows, prices, targets, factor * reach, whole=True)
        if done.x is not None and done.status == 0:
            chosen = hideable[done.x[: len(hideable)] > 0.5]
            return list(chosen), _populations(done.x[len(hideable) :], len(targets))
        if done.status != 2:
            break
    return _by_relaxation(system, rows, prices, targets, reach)


def _first(shown: np.ndarray, prices: np.ndarray) -> int:
    """Return the cheapest row that is left, for when no programme knows a better one."""
    return min(np.flatnonzero(shown & np.isfinite(prices)), key=lambda row: (prices[row], row))


def _by_relaxation(
    system: System, rows: np.ndarray, prices: np.ndarray, targets: Sequence[Hidden], reach: float
) -> tuple[list[int], Populations]:
    """Return the rows that leave their interval when leaving costs by the unit.

    Prices are divided by what each row used in the round before, so that few rows use much
    (Candès, Wakin and Boyd, *Journal of Fourier Analysis and Applications* 14, 2008).
    """
    hideable = rows[np.isfinite(prices[rows])]
    now, used, populations = prices.copy(), np.zeros(len(hideable)), []
    for _ in range(ROUNDS):
        done = _programme(system, rows, now, targets, reach, whole=False)
        if done.x is None:
            return [], []
        used = done.x[: len(hideable)]
        populations = _populations(done.x[len(hideable) :], len(targets))
        now[hideable] = prices[hideable] / (used + 0.01)
    return [row for row, y in zip(hideable, used, strict=True) if y > TOLERANCE], populations


def _populations(atoms: np.ndarray, targets: int) -> Populations:
    """Return the small and the large population of each target."""
    return [(small, large) for large, small in atoms.reshape(targets, 2, -1)]


def _programme(
    system: System,
    rows: np.ndarray,
    prices: np.ndarray,
    targets: Sequence[Hidden],
    reach: float,
    *,
    whole: bool,
) -> OptimizeResult:
    """Solve for the cheapest rows to hide.

    The unknowns are, for each row that may be hidden, whether it is (or by how many times
    ``reach`` it leaves its interval), and the atoms of two populations per target.
    """
    count, atoms = len(rows), system.cells.shape[1]
    may = np.flatnonzero(np.isfinite(prices[rows]))
    limit = reach if whole else 1.0
    leave = csr_array((np.full(len(may), limit), (may, np.arange(len(may)))), (count, len(may)))
    seen = system.cells[rows]
    low, high = system.low[rows], system.high[rows]
    columns = 1 + 2 * len(targets)
    blocks, lows, highs = [], [], []

    def add(parts: dict[int, csr_array], least: np.ndarray, most: np.ndarray) -> None:
        blocks.append([parts.get(place) for place in range(columns)])
        lows.append(least)
        highs.append(most)

    for number, one in enumerate(targets):
        up, down = 1 + 2 * number, 2 + 2 * number
        for place in (up, down):
            add({0: -leave, place: seen}, np.full(count, -np.inf), high)
            add({0: leave, place: seen}, low, np.full(count, np.inf))
            if system.links.shape[0]:
                zeros = np.zeros(system.links.shape[0])
                add({place: system.links}, zeros, zeros)
        own = system.cells[[system.targets[one]]]
        # A little more than safe asks, so that what the solver leaves does not matter.
        more = 0.0 if system.whole else TOLERANCE * max(1.0, abs(one.value))
        infinite = np.array([np.inf])
        add({up: own, down: -own}, np.array([one.width + more]), infinite)
        add({up: own}, np.array([one.value + one.above + more]), infinite)
        least = max(0.0, one.value - one.below - more)
        add({down: own}, -infinite, np.array([least]))
    choices, total = len(may), len(may) + 2 * len(targets) * atoms
    # The first column must exist in every block row for the shapes to be known.
    blocks[0][0] = blocks[0][0] if blocks[0][0] is not None else csr_array((count, choices))
    costs = np.concatenate([prices[rows][may], np.zeros(total - choices)])
    ceiling = np.concatenate(
        [np.full(choices, 1.0 if whole else np.inf), np.full(total - choices, np.inf)]
    )
    integrality = np.zeros(total, dtype=int)
    if whole:
        integrality[:choices] = 1
    return milp(
        costs,
        constraints=LinearConstraint(
            block_array(blocks, format="csr"), np.concatenate(lows), np.concatenate(highs)
        ),
        bounds=Bounds(0, ceiling),
        integrality=integrality,
        options={"time_limit": SECONDS, "node_limit": NODES} if whole else {},
    )


def _blame(attacker: Attacker, shown: np.ndarray, one: Hidden) -> str:
    """Return a message that names the exhibits by which a number is known and must stay."""
    system = attacker.system
    wheres = sorted({where for row in np.flatnonzero(shown) for where in system.wheres[row]})
    for where in list(wheres):
        rest = set(wheres) - {where}
        kept = shown & np.array([bool(own) and own <= rest for own in system.wheres])
        if attacker.breached(kept, [one]):
            wheres.remove(where)
    return (
        f"'{one.quantity}', hidden in {one.where}, follows from {', '.join(wheres) or one.where}, "
        f"which cannot be hidden ({system.name}). Merge categories in {one.where}."
    )
