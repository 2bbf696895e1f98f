"""Effects by group and time, against which that of the programme is held in the tests.

Callaway & Sant'Anna (2021), Journal of Econometrics 225, 200-230: difference-in-differences with
groups that start in different years. The change of a group since the year before it started, less
that of units that never start. No group that already started serves as a comparison, so that
effects may differ between groups and over time; a regression with a dummy for each unit and year
gives some of those comparisons a negative weight. Standard errors come from the influence function
of each unit and count the estimated size of the groups.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.methods.monitored import NEVER


@dataclass(frozen=True)
class GroupTime:
    """Effects by group and time.

    Attributes
    ----------
    effects
        Columns ``group`` (first year with treatment), ``year``, ``estimate``.
    influence
        Influence function of each effect, shape (units, effects).
    first
        First year with treatment of each unit, ``NEVER`` for a comparison; shape (units,).
    """

    effects: pd.DataFrame
    influence: np.ndarray
    first: np.ndarray

    def overall(self, kind: str) -> tuple[float, float]:
        """Return the mean effect after the start and its standard error.

        Parameters
        ----------
        kind
            ``simple``: each effect weighs as its group is large. ``group``: the mean over years
            of each group first. ``dynamic``: the mean over groups at each distance from the start
            first.
        """
        after = self.effects["year"] >= self.effects["group"]
        if kind == "simple":
            return self._combined([np.flatnonzero(after)])
        by = {"group": "group", "dynamic": "distance"}[kind]
        rows = self.effects.assign(distance=self.effects["year"] - self.effects["group"])[after]
        sets = [part.index.to_numpy() for _, part in rows.groupby(by)]
        if kind == "dynamic":
            return self._combined(sets)
        values = [self._mean(places) for places in sets]
        sizes = np.array([self._share(self.effects["group"].iloc[one[0]]) for one in sets])
        share = sizes / sizes.sum()
        estimate = float(share @ [value for value, _ in values])
        influence = sum(s * part for s, (_, part) in zip(share, values, strict=True))
        members = np.column_stack(
            [self.first == self.effects["group"].iloc[one[0]] for one in sets]
        )
        influence = influence + self._of_sizes(members, sizes) @ [value for value, _ in values]
        return estimate, _standard_error(influence)

    def at(self, distance: int) -> tuple[float, float]:
        """Return the effect at a distance in years from the start, and its standard error."""
        found = self.effects["year"] - self.effects["group"] == distance
        return self._combined([np.flatnonzero(found)])

    def _combined(self, sets: list[np.ndarray]) -> tuple[float, float]:
        """Mean over sets of the mean within each, weighted by the size of the groups."""
        estimates, influences = [], []
        for places in sets:
            groups = self.effects["group"].to_numpy()[places]
            sizes = np.array([self._share(group) for group in groups])
            values = self.effects["estimate"].to_numpy()[places]
            share = sizes / sizes.sum()
            members = self.first[:, None] == groups[None, :]
            influence = self.influence[:, places] @ share
            influence = influence + self._of_sizes(members, sizes) @ values
            estimates.append(float(share @ values))
            influences.append(influence)
        return float(np.mean(estimates)), _standard_error(np.mean(influences, axis=0))

    def _share(self, group: int) -> float:
        return float((self.first == group).mean())

    def _mean(self, places: np.ndarray) -> tuple[float, np.ndarray]:
        values = self.effects["estimate"].to_numpy()[places]
        return float(values.mean()), self.influence[:, places].mean(axis=1)

    @staticmethod
    def _of_sizes(members: np.ndarray, sizes: np.ndarray) -> np.ndarray:
        """Influence of each unit through the weights, which are estimated sizes of groups."""
        away = members - sizes
        return away / sizes.sum() - away.sum(axis=1, keepdims=True) * sizes / sizes.sum() ** 2


def _standard_error(influence: np.ndarray) -> float:
    return float(np.sqrt((influence**2).mean() / len(influence)))


def group_time(outcome: np.ndarray, first: np.ndarray, years: np.ndarray) -> GroupTime:
    """Estimate the effect of each group in each year against units that never start.

    From the start on, the change is since the year before the start; before it, since the year
    before, so that each of these tells of one year.

    Parameters
    ----------
    outcome
        Shape (units, years).
    first
        First year with treatment of each unit, ``NEVER`` where there is none; shape (units,).
    years
        Ascending, shape (years,).

    Raises
    ------
    ValueError
        If no unit starts after the first year, or none never starts.
    """
    groups = [one for one in np.unique(first[first != NEVER]) if one > years[0]]
    others = first == NEVER
    if not groups or not others.any():
        raise ValueError("needs units that start after the first year and units that never start")
    rows, influences = [], []
    count = len(first)
    for group in groups:
        mine = first == group
        for place in range(1, len(years)):
            base = int(np.searchsorted(years, group)) - 1 if years[place] >= group else place - 1
            change = outcome[:, place] - outcome[:, base]
            own, theirs = change[mine].mean(), change[others].mean()
            rows.append({"group": int(group), "year": int(years[place]), "estimate": own - theirs})
            influences.append(
                mine / mine.sum() * count * (change - own)
                - others / others.sum() * count * (change - theirs)
            )
    return GroupTime(pd.DataFrame(rows), np.column_stack(influences), np.asarray(first))
