"""An attacker of one system: between what values can each hidden number lie?"""

from collections.abc import Sequence

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, milp
from scipy.sparse import block_array, eye_array, vstack

from analysis.airlock.known import TOLERANCE, Hidden, Interval, safe
from analysis.airlock.systems import System
from analysis.airlock.whole import Walk
from analysis.errors import AirlockError

#: How long the solver looks for whole numbers before the cell counts as known.
SECONDS, NODES = 10.0, 2_000
#: Steps of the walk to whole numbers.
STEPS = 2_000
INSETS = (0.6, 0.3)
#: Attempts to widen many intervals by one programme before each gets its own, and which share of
#: the intervals may be left for the next attempt to be worth it.
ROUNDS, FEWER = 10, 0.95


class Attacker:
    """Attacks one system again and again, and remembers populations that fit what is shown.

    A population that was found once proves that all its values are possible, as long as it fits
    what is shown; most hidden numbers are proved safe by populations found for others.
    """

    def __init__(self, system: System) -> None:
        self.system = system
        self.walk = Walk(system.cells, system.links)
        # How far inside the rounding intervals to look for fractions, so that whole atoms near
        # them fit.
        self.insets = [*INSETS, 0.0] if system.whole else [0.0]
        # Values of all rows, per population found so far.
        self.fitting = np.zeros((0, system.cells.shape[0]))
        self.outside = np.zeros((0, system.cells.shape[0]), dtype=bool)

    def attack(
        self,
        shown: np.ndarray,
        among: Sequence[Hidden] | None = None,
        *,
        exact: bool = False,
        brief: bool = False,
    ) -> dict[Hidden, Interval]:
        """Return the interval of each hidden number when these rows are shown.

        Parameters
        ----------
        shown
            One truth value per row of the system.
        among
            The hidden numbers to look at; all when None.
        exact
            Whether to go on when an interval is wide enough.
        brief
            Whether to stop when an interval is known not to be.

        Raises
        ------
        AirlockError
            If no population fits what is shown.
        """
        targets = list(self.system.targets if among is None else among)
        unproved = targets
        if not exact:
            unproved = self.unproved(targets, shown)
            for _ in range(ROUNDS):
                before = len(unproved)
                if before < 2:
                    break
                self._widen(unproved, shown)
                unproved = self.unproved(unproved, shown)
                if len(unproved) > FEWER * before:
                    break
        found = {}
        for one in unproved:
            # A population found for an earlier one may do for this one.
            if exact or self.unproved([one], shown):
                found[one] = self._interval(one, shown, exact=exact, brief=brief)
        return {one: found.get(one) or self._proved(one, shown) for one in targets}

    def breached(self, shown: np.ndarray, among: Sequence[Hidden] | None = None) -> list[Hidden]:
        """Return the hidden numbers that are not safe when these rows are shown."""
        intervals = self.attack(shown, among, brief=True)
        return [one for one, interval in intervals.items() if not safe(interval, one)]

    def unproved(self, targets: Sequence[Hidden], shown: np.ndarray) -> list[Hidden]:
        """Return the hidden numbers that no population found so far proves safe."""
        return [one for one in targets if not safe(self._proved(one, shown), one)]

    def holds(self, shown: np.ndarray) -> bool:
        """Return whether all hidden numbers are safe; stops at the first that is not."""
        for one in self.unproved(list(self.system.targets), shown):
            if self.unproved([one], shown) and not safe(
                self._interval(one, shown, brief=True), one
            ):
                return False
        return True

    def consider(self, population: np.ndarray, shown: np.ndarray, one: Hidden, sign: float) -> None:
        """Remember a population found elsewhere, in which a number is small (-1) or large (1)."""
        if self.system.whole and not _is_whole(population):
            row = self.system.targets[one]
            goal = np.array([self._goal(one, sign, shown)])
            near = self._whole_near(population, shown, [row], sign, goal)
        else:
            near = population
        if near is not None:
            self._keep(near)

    def _proved(self, one: Hidden, shown: np.ndarray) -> Interval:
        """Return the range of a number over the populations found that still fit."""
        values = self.fitting[~self.outside[:, shown].any(axis=1), self.system.targets[one]]
        # Without any the true value is possible, and no other is known to be.
        return (float(values.min()), float(values.max())) if len(values) else (one.value, one.value)

    def _widen(self, targets: Sequence[Hidden], shown: np.ndarray) -> None:
        """Look for populations in which many hidden numbers are small, or large, at once."""
        for sign in (-1.0, 1.0):
            left = self.unproved(targets, shown)
            if left:
                goals = np.array([self._goal(one, sign, shown) for one in left])
                self._towards([self.system.targets[one] for one in left], sign, goals, shown)

    def _goal(self, one: Hidden, sign: float, shown: np.ndarray) -> float:
        """Return how small or large a number must be able to be, given what is proved of it."""
        low, high = self._proved(one, shown)
        if sign > 0:
            return max(one.value + one.above, low + one.width)
        return max(0.0, min(one.value - one.below, high - one.width))

    def _towards(self, rows: list[int], sign: float, goals: np.ndarray, shown: np.ndarray) -> None:
        """Keep a population in which these rows come as near to their goals as they can."""
        atoms, wanted = self.system.cells.shape[1], len(rows)
        # Beyond its goal a number gains nothing, so that it leaves room for the others.
        reached = block_array([[sign * self.system.cells[rows], -eye_array(wanted)]], format="csr")
        least = np.concatenate([np.zeros(atoms), np.full(wanted, -np.inf)])
        most = np.concatenate([np.full(atoms, np.inf), sign * goals])
        costs = np.concatenate([np.zeros(atoms), -np.ones(wanted)])
        more = LinearConstraint(reached, 0, np.inf)
        for inset in list(self.insets):
            done = self._solve(costs, shown, more=more, free=Bounds(least, most), inset=inset)
            if done.x is None:
                # No goal is binding, so that it is what is shown that leaves no such room.
                self.insets.remove(inset)
                continue
            near = done.x[:atoms]
            if self.system.whole and not _is_whole(near):
                ends = np.floor(sign * done.x[atoms:] + TOLERANCE)
                near = self._whole_near(near, shown, rows, sign, ends if sign > 0 else -ends)
            if near is not None and self._keep(near):
                return

    def _interval(
        self, one: Hidden, shown: np.ndarray, *, exact: bool = False, brief: bool = False
    ) -> Interval:
        """Return the optima of a number's two programmes."""
        row = self.system.targets[one]
        costs = self.system.cells[[row]].toarray().ravel()
        ends, certain = {-1.0: 0.0, 1.0: np.inf}, True
        for sign in (1.0, -1.0):
            done = self._solve(-sign * costs, shown)
            # Without a largest value the smallest tells whether there is any.
            if done.status in (3, 4) and sign > 0:
                continue
            if done.x is None:
                raise AirlockError(self._contradiction(shown))
            end = -sign * done.fun
            if not self.system.whole:
                self._keep(done.x)
            elif _is_whole(done.x):
                end = float(round(end))
                self._keep(done.x)
            else:
                certain = False
                # An attacker rounds to the inside.
                end = float(sign * np.floor(sign * end + TOLERANCE))
            ends[sign] = end
            if brief and not safe((0.0, ends[1.0]), one):
                break
        outer = (ends[-1.0], ends[1.0])
        if certain or (not exact and not safe(outer, one)):
            return outer
        if not exact:
            for sign in (-1.0, 1.0):
                goal = np.array([self._goal(one, sign, shown)])
                self._towards([row], sign, goal, shown)
            if not self.unproved([one], shown):
                return self._proved(one, shown)
        return self._whole_interval(costs, one, outer, shown)

    def _whole_interval(
        self, costs: np.ndarray, one: Hidden, outer: Interval, shown: np.ndarray
    ) -> Interval:
        """Return the optima in whole numbers, or what was found of them in time."""
        ends: list[float | None] = []
        for sign, end in zip((-1.0, 1.0), outer, strict=True):
            if np.isinf(end):
                ends.append(end)
                continue
            done = self._solve(-sign * costs, shown, whole=True)
            if done.status == 2:
                raise AirlockError(self._contradiction(shown))
            if done.x is not None and _is_whole(done.x):
                self._keep(done.x)
            ends.append(float(round(-sign * done.fun)) if done.status == 0 else None)
        low, high = (
            known if end is None else end
            for end, known in zip(ends, self._proved(one, shown), strict=True)
        )
        return low, high

    def _whole_near(
        self,
        population: np.ndarray,
        shown: np.ndarray,
        rows: list[int],
        sign: float,
        goals: np.ndarray,
    ) -> np.ndarray | None:
        """Return a population of whole numbers in which these rows are at or near their goals."""
        low = np.where(shown, self.system.low, 0.0)
        high = np.where(shown, self.system.high, np.inf)
        nearest, farthest = low.copy(), high.copy()
        if sign > 0:
            nearest[rows] = np.maximum(low[rows], goals)
        else:
            farthest[rows] = np.minimum(high[rows], goals)
        found = self.walk.near(population, nearest, farthest, STEPS)
        # Near a population that reaches the goals most are reached, or nearly so.
        return self.walk.near(population, low, high, STEPS) if found is None else found

    def _keep(self, population: np.ndarray) -> bool:
        """Remember a population; return whether it is one."""
        slack = 0.0
        if self.system.whole:
            population = np.round(population)
            # Rounding what the solver left must not break an agreement.
            if np.any(self.system.links @ population):
                return False
        rows = self.system.cells @ population
        if not self.system.whole:
            slack = TOLERANCE * np.maximum(1.0, np.abs(rows))
        outside = (rows < self.system.low - slack) | (rows > self.system.high + slack)
        self.fitting = np.vstack([self.fitting, rows])
        self.outside = np.vstack([self.outside, outside])
        return True

    def _solve(
        self,
        costs: np.ndarray,
        shown: np.ndarray,
        *,
        more: LinearConstraint | None = None,
        free: Bounds | None = None,
        inset: float = 0.0,
        whole: bool = False,
    ) -> OptimizeResult:
        if np.any(self.system.low[shown] > self.system.high[shown]):
            raise AirlockError(self._contradiction(shown))
        limits = self._limits(shown, len(costs), inset)
        if more is not None:
            limits.append(more)
        return milp(
            costs,
            constraints=limits,
            bounds=free or Bounds(0, np.inf),
            integrality=np.full(len(costs), int(whole)),
            options={"time_limit": SECONDS, "node_limit": NODES, "mip_rel_gap": 0} if whole else {},
        )

    def _limits(self, shown: np.ndarray, columns: int, inset: float) -> list[LinearConstraint]:
        """Return what everybody knows: the shown rows, and that atoms agree."""
        system = self.system
        matrix = vstack([system.cells[np.flatnonzero(shown)], system.links], format="csr")
        if not matrix.shape[0]:
            return []
        matrix.resize((matrix.shape[0], columns))
        wide = system.high - system.low > 2 * inset
        zeros = np.zeros(system.links.shape[0])
        low = np.concatenate([(system.low + inset * wide)[shown], zeros])
        high = np.concatenate([(system.high - inset * wide)[shown], zeros])
        return [LinearConstraint(matrix, low, high)]

    def _contradiction(self, shown: np.ndarray) -> str:
        """Return a message that names a smallest set of exhibits that contradict each other."""
        system = self.system
        # Fractions are quick; where they do not contradict each other, whole numbers do.
        whole = self._possible(shown, whole=False)
        wheres = sorted({where for row in np.flatnonzero(shown) for where in system.wheres[row]})
        for where in list(wheres):
            rest = set(wheres) - {where}
            kept = shown & np.array([bool(own) and own <= rest for own in system.wheres])
            if not self._possible(kept, whole=whole):
                wheres.remove(where)
        return (
            f"released counts contradict each other: {', '.join(wheres)} ({system.name}); "
            "their addresses or roundings are wrong."
        )

    def _possible(self, shown: np.ndarray, *, whole: bool) -> bool:
        if np.any(self.system.low[shown] > self.system.high[shown]):
            return False
        done = self._solve(np.zeros(self.system.cells.shape[1]), shown, whole=whole)
        return done.x is not None or done.status == 1


def _is_whole(population: np.ndarray) -> bool:
    return bool(np.all(np.abs(population - np.round(population)) < TOLERANCE))
