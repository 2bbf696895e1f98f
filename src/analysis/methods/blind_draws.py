"""Randomisation inference: would as many organisations, drawn blindly, have changed as much?

Few took part, and standard errors of few clusters are too small. So the effect of those who took
part stands beside that of organisations drawn within the same strata: under the hypothesis that
the programme changes nothing, each of these sets could as well have been the one (Fisher 1935;
Rosenbaum 2002, Observational Studies, ch. 2; for few treated groups Conley & Taber 2011, Rev. Econ.
Stat. 93). An interval holds the effects that such a test does not reject; as the effect of a set is
linear in the outcomes, its ends are found without a search. A wild cluster bootstrap is no check
on this: with few treated units, whose residuals decide, it rejects hardly ever when the hypothesis
is imposed and far too often when it is not (MacKinnon & Webb 2017, J. Appl. Econometrics 32).
Drawing is exact when those who took part vary as much as the rest of their stratum; where they are
larger, and so vary less, the interval is too wide rather than too narrow.

The effect is an outcome regression as in Callaway & Sant'Anna (2021): the change of those who took
part less what is expected of them from how the others changed, given branch and region.
"""

import numpy as np

from analysis.methods.resampling import LEVEL, Effect

_RIDGE = 1e-9


def effects(
    changes: np.ndarray,
    sets: np.ndarray,
    group: np.ndarray,
    design: np.ndarray,
    weight: np.ndarray,
) -> np.ndarray:
    """Return the effect of each set of units, shape (sets, changes).

    Parameters
    ----------
    changes
        Shape (groups, units, changes): what a unit's change is if it starts with that group.
    sets
        Places of the units that are taken as treated, shape (sets, treated).
    group
        Group with which the unit at each place of a set starts, shape (treated,).
    design
        What the change of the others is regressed on, with the constant; shape (units, columns).
    weight
        Shape (units,).
    """
    groups, _, _ = changes.shape
    columns = design.shape[1]
    heavy = design * weight[:, None]
    outer = heavy[:, :, None] * design[:, None, :]
    within = outer.sum(axis=0) - outer[sets].sum(axis=1)
    # Columns that say the same leave the prediction as it is.
    within = within + _RIDGE * np.trace(within, axis1=1, axis2=2)[:, None, None] * np.eye(columns)
    total = np.zeros((len(sets), changes.shape[2]))
    for one in range(groups):
        cross = np.einsum("uk,uc->ukc", heavy, changes[one])
        left = cross.sum(axis=0) - cross[sets].sum(axis=1)
        slopes = np.linalg.solve(within, left)
        mine = sets[:, group == one]
        expected = np.einsum("smk,skc->smc", design[mine], slopes)
        total += (weight[mine][:, :, None] * (changes[one][mine] - expected)).sum(axis=1)
    return total / weight[sets].sum(axis=1)[:, None]


def shares(
    taking_part: np.ndarray, sets: np.ndarray, design: np.ndarray, weight: np.ndarray
) -> np.ndarray:
    """Return which part of a constant effect each set would show, shape (sets,)."""
    indicator = taking_part.astype(float)[None, :, None]
    group = np.zeros(sets.shape[1], dtype=int)
    return effects(indicator, sets, group, design, weight)[:, 0]


def by_inversion(found: float, drawn: np.ndarray, share: np.ndarray) -> Effect:
    """Return an effect with the interval of all constant effects that the draws do not reject.

    Parameters
    ----------
    found
        Effect of those who took part.
    drawn
        Effect of each blind draw, shape (draws,).
    share
        Which part of a constant effect of those who took part each draw shows, shape (draws,).
    """
    other = share < 1 - 1e-9
    # A constant effect of this size or more makes the draw lie beyond what was found.
    ends = np.sort((found - drawn[other]) / (1 - share[other]))
    count = len(ends)
    place = int(np.floor((1 - LEVEL) / 2 * (count + 1)))
    low, high = ends[max(place, 1) - 1], ends[min(count - place, count - 1)]
    below, above = (ends <= 0).sum(), (ends >= 0).sum()
    p_value = min(1.0, 2 * (min(below, above) + 1) / (count + 1))
    return Effect(float(found), float(low), float(high), float(p_value))


def together(
    found: np.ndarray, drawn: np.ndarray, share: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the ends of intervals that hold for all effects at once.

    The largest deviation in standard deviations over all effects, of each draw (the sup-t band of
    Montiel Olea & Plagborg-Moller 2019, J. Appl. Econometrics 34).

    Parameters
    ----------
    found
        Shape (effects,).
    drawn
        Shape (draws, effects).
    """
    away = (drawn - share[:, None] * found) / np.maximum(1 - share[:, None], 1e-9)
    away = away[share < 1 - 1e-9]
    spread = away.std(axis=0)
    known = spread > 0
    largest = np.max(np.abs(away[:, known]) / spread[known], axis=1)
    reach = np.quantile(largest, LEVEL, method="higher") * spread
    return found - reach, found + reach


def as_far(found: np.ndarray, drawn: np.ndarray) -> float:
    """Return how often a blind draw has a largest deviation as large; what was found counts too."""
    spread = drawn.std(axis=0)
    known = spread > 0
    if not known.any():
        return 1.0
    mine = np.max(np.abs(found[known]) / spread[known])
    theirs = np.max(np.abs(drawn[:, known]) / spread[known], axis=1)
    return float(((theirs >= mine - 1e-12).sum() + 1) / (len(drawn) + 1))
