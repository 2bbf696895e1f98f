"""Tables with margins, and an attacker who shares no code with the airlock's.

The attacker here has an unknown per cell of the table, margins included, and an equation per line;
the airlock's has an unknown per atom and an inequality per shown cell.
"""

import itertools
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import Bounds, LinearConstraint, milp

from analysis.airlock.known import Hidden, Quantity, Shown
from analysis.methods.cells import DIMENSIONS, Cell

NAMES = ("branch", "region", "age_band")
WIDTH = 10


@dataclass(frozen=True)
class Table:
    """A full table with all its margins; counts of 1 to 9 are hidden."""

    counts: np.ndarray
    slack: int  # 0: shown as they are; 2: shown in fives

    @cached_property
    def addresses(self) -> list[tuple[int, ...]]:
        """Indices of all cells; -1 is the sum over a dimension."""
        return list(itertools.product(*(range(-1, size) for size in self.counts.shape)))

    def count(self, address) -> int:
        return int(self.counts[tuple(slice(None) if i < 0 else i for i in address)].sum())

    def quantity(self, address) -> Quantity:
        levels = {}
        for name, size, i in zip(NAMES, self.counts.shape, address, strict=False):
            known = DIMENSIONS[name].levels
            # The last category takes all levels that are left, so that categories add up.
            groups = [*((level,) for level in known[: size - 1]), known[size - 1 :]]
            if i >= 0:
                levels[name] = groups[i]
        return Quantity("", Cell.of("employees", year=2025, **levels))

    def interval(self, address) -> tuple[int, int]:
        value = self.count(address)
        if self.slack:
            value = 5 * ((value + 2) // 5)
        return max(0, value - self.slack), value + self.slack

    @cached_property
    def primary(self) -> list[tuple[int, ...]]:
        return [one for one in self.addresses if 0 < self.count(one) < 10]

    def shown(self, without=frozenset()) -> list[Shown]:
        return [
            Shown(self.quantity(one), *self.interval(one), "exhibit")
            for one in self.addresses
            if one not in self.primary and self.quantity(one) not in without
        ]

    @property
    def hidden(self) -> list[Hidden]:
        return [
            Hidden(self.quantity(one), self.count(one), 0, 0, WIDTH, "exhibit")
            for one in self.primary
        ]

    @cached_property
    def lines(self) -> list[tuple[int, list[int]]]:
        """Per line: the place of its sum, and those of its parts."""
        places = {one: place for place, one in enumerate(self.addresses)}
        return [
            (
                places[one],
                [places[one[:axis] + (i,) + one[axis + 1 :]] for i in range(size)],
            )
            for one in self.addresses
            for axis, size in enumerate(self.counts.shape)
            if one[axis] < 0
        ]

    def limits(self, gone) -> tuple[np.ndarray, np.ndarray]:
        """What the attacker knows of each cell when these addresses are not shown."""
        ends = [(0, np.inf) if one in gone else self.interval(one) for one in self.addresses]
        return np.array(ends, dtype=float).T

    def attack(self, gone, address) -> tuple[float, float]:
        """Smallest and largest whole value of a cell."""
        low, high = self.limits(gone)
        equations = np.zeros((len(self.lines), len(low)))
        for row, (total, parts) in enumerate(self.lines):
            equations[row, total] = -1
            equations[row, parts] = 1
        place = self.addresses.index(address)
        ends = []
        for sign in (1, -1):
            costs = np.zeros(len(low))
            costs[place] = sign
            done = milp(
                costs,
                constraints=LinearConstraint(equations, 0, 0),
                bounds=Bounds(low, high),
                integrality=np.ones(len(low)),
            )
            ends.append(sign * round(done.fun) if done.status == 0 else sign * -np.inf)
        return tuple(ends)

    def is_safe(self, gone) -> bool:
        if not self._lines_allow(gone):
            return False
        intervals = (self.attack(gone, one) for one in self.primary)
        return all(high - low >= WIDTH for low, high in intervals)

    def _lines_allow(self, gone) -> bool:
        """Whether no single line tells too much: quick, and necessary."""
        low, high = self.limits(gone)
        places = {self.addresses.index(one) for one in self.primary}
        for total, parts in self.lines:
            for place in places & {total, *parts}:
                rest = [part for part in parts if part != place]
                if place == total:
                    least, most = low[rest].sum(), high[rest].sum()
                else:
                    least = max(0, low[total] - high[rest].sum())
                    most = high[total] - low[rest].sum()
                if most - least < WIDTH:
                    return False
        return True

    def optimum(self, at_most: int) -> int:
        """The smallest number of further cells to hide, by trying all; at most this many."""
        others = [one for one in self.addresses if one not in self.primary]
        for size in range(at_most):
            for more in itertools.combinations(others, size):
                if self.is_safe({*self.primary, *more}):
                    return size
        return at_most


#: Random tables of two or three dimensions, as they are and in fives.
TABLES = st.one_of(
    st.tuples(st.integers(2, 4), st.integers(2, 4)),
    st.tuples(st.integers(2, 3), st.integers(2, 2), st.integers(2, 3)),
).flatmap(
    lambda shape: st.builds(
        Table,
        arrays(int, shape, elements=st.one_of(st.integers(0, 12), st.integers(10, 60))),
        st.sampled_from([0, 2]),
    )
)
