"""Where one organisation stands among others: its interval at its size, and a test against them.

A figure of one organisation moves by chance, the more so the smaller it is. Three kinds of chance:

``counts``
    People who leave, out of those who could: exact binomial limits (Clopper & Pearson 1934,
    Biometrika 26), with the number of people divided by a dispersion factor where figures move more
    than people deciding by themselves would make them (quasi-binomial; McCullagh & Nelder 1989,
    section 4.5).
``years``
    Anything else of an organisation: half the mean square of changes from one year to the next
    (von Neumann et al. 1941, Ann. Math. Stat. 12), less the movement that the branch has in common,
    of organisations of about the same size. A lasting difference leaves no trace in it. An
    organisation that moves more than chance would let one in a thousand of its size counts as that
    one would (winsorised; Tukey 1962, Ann. Math. Stat. 33): a merger or a reorganisation is no
    chance, and one organisation would decide on the interval of all others.
``respondents``
    A mean over people who answered: its standard error, with their weights.

The best guess of a lasting level draws the organisation's own figure to the mean of the others, the
more so the larger chance is beside the differences between organisations (empirical Bayes; Morris
1983, JASA 78), with the variance between organisations by moments (Hedges 1983, Psychol. Bull. 93).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

LEVEL = 0.95
#: Organisations of about the same size whose changes tell what chance does.
NEAREST = 30
#: Fewer than these tell nothing about chance, or about a branch.
FEWEST = 10
#: Years back from the newest that count for chance.
YEARS_BACK = 6
#: Part of organisations that chance alone moves further than any may count for.
BEYOND_CHANCE = 0.001


@dataclass(frozen=True)
class Chance:
    """How far chance moves a figure.

    Attributes
    ----------
    variance
        Of the figure, in its own unit squared; above 0.
    df
        Degrees of freedom of the variance; infinite where it follows from the number of people.
    usual
        Mean of the same variance over the other organisations.
    rests_on
        What each other organisation adds to the variance; empty where it rests on no other.
    """

    variance: float
    df: float
    usual: float
    rests_on: tuple[float, ...] = ()

    def interval(self, value: float, level: float = LEVEL) -> tuple[float, float]:
        """Return the symmetric interval around a value."""
        reach = stats.t.ppf((1 + level) / 2, self.df) * np.sqrt(self.variance)
        return float(value - reach), float(value + reach)


def changes(values: pd.DataFrame) -> pd.DataFrame:
    """Return changes from year to year, less the median change of all organisations in that year.

    The median, because in a mean the leap of one organisation would show in the changes of all.

    Parameters
    ----------
    values
        One row per organisation, one column per year in ascending order; years that nobody has
        may be left out, and give no change.
    """
    years = np.asarray(values.columns, dtype=int)
    steps = values.diff(axis=1).loc[:, np.diff(years, prepend=years[0] - 2) == 1]
    steps = steps.iloc[:, -YEARS_BACK:]
    known = steps.notna().sum()
    # A median of few takes some of each one's own change along; this gives it back: of normal
    # changes, 2 - pi / 2 of a variance in as many.
    taken = (2 - np.pi / 2) / known.where(known > 1)
    return (steps - steps.median()) / np.sqrt(1 - taken)


def chance_of_years(values: pd.DataFrame, size: pd.Series, own: str) -> Chance | None:
    """Return what chance does to a figure of an organisation, by the changes of those of its size.

    Parameters
    ----------
    values
        As in ``changes``, for one branch; the organisation itself is among them.
    size
        Number of people by organisation.
    own
        The organisation.

    Returns
    -------
    Chance or None
        None when fewer than ten others have a change, or nothing ever changes.
    """
    steps = changes(values)
    each = (steps**2).mean(axis=1) / 2
    known = each.notna() & (size.reindex(each.index) > 0)
    each, sizes = each[known], size.reindex(each.index)[known]
    each = _winsorised(each, steps.notna().sum(axis=1)[known], sizes)
    others = each.drop(own, errors="ignore")
    if len(others) < FEWEST or not size.get(own, 0) > 0:
        return None
    # Sorted by name as well, so that equal sizes give the same neighbours in any order of the rows.
    away = (np.log(sizes) - np.log(size[own])).abs().rename("away").to_frame()
    nearest = away.assign(name=away.index).sort_values(["away", "name"]).index[:NEAREST]
    variance = float(each[nearest].mean())
    if not variance > 0:
        return None
    return Chance(
        variance,
        len(nearest) - 1,
        float(others.mean()),
        tuple(each[nearest].drop(own, errors="ignore")),
    )


def _winsorised(each: pd.Series, steps: pd.Series, sizes: pd.Series) -> pd.Series:
    """Return variances of organisations, none larger than chance makes it at their size.

    Scale is the median of the ``NEAREST`` in size, over that of chi-squared with as many degrees
    of freedom as there are changes. Of fewer organisations, or where most never change, nothing is
    known of what is usual, and variances stay as they are.

    Parameters
    ----------
    each
        Half the mean square of changes, by organisation.
    steps
        Number of changes.
    sizes
        Number of people.
    """
    if len(each) < FEWEST:
        return each
    order = sizes.rename("size").to_frame().assign(name=sizes.index).sort_values(["size", "name"])
    each, steps = each.reindex(order.index), steps.reindex(order.index)
    usual = (each * steps / stats.chi2.median(steps)).to_numpy()
    width = min(NEAREST, len(each))
    medians = np.median(np.lib.stride_tricks.sliding_window_view(usual, width), axis=1)
    scale = medians[np.clip(np.arange(len(each)) - width // 2, 0, len(medians) - 1)]
    most = scale * stats.chi2.ppf(1 - BEYOND_CHANCE, steps) / steps
    return each.clip(upper=pd.Series(most, each.index).where(scale > 0, np.inf))


def movements(counted: pd.DataFrame, among: pd.DataFrame) -> pd.Series:
    """Return how much shares move from year to year, by organisation, beside people by themselves.

    Their mean is 1 where people decide by themselves.

    Parameters
    ----------
    counted, among
        Number of people counted, and out of how many; one row per organisation, one column per
        year, at the same places.
    """
    middle = (counted.sum(axis=1) / among.sum(axis=1)).clip(1e-9, 1 - 1e-9)
    steps = changes(counted / among)
    expected = (1 / among + 1 / among.shift(axis=1)).mul(middle * (1 - middle), axis=0)
    return (steps**2 / expected[steps.columns]).mean(axis=1).dropna()


def dispersion(moved: pd.Series) -> float:
    """Return the factor of a quasi-binomial variance; at least 1.

    Parameters
    ----------
    moved
        As ``movements`` returns them.
    """
    return 1.0 if len(moved) < FEWEST else max(1.0, float(moved.mean()))


def exact_interval(
    counted: float, among: float, factor: float = 1.0, level: float = LEVEL
) -> tuple[float, float]:
    """Return the exact limits of a share, with a dispersion factor.

    Raises
    ------
    ValueError
        If more were counted than there are.
    """
    if not 0 <= counted <= among:
        raise ValueError("more people were counted than there are")
    yes, no = counted / factor, (among - counted) / factor
    tail = (1 - level) / 2
    low = 0.0 if counted == 0 else float(stats.beta.ppf(tail, yes, no + 1))
    high = 1.0 if counted == among else float(stats.beta.ppf(1 - tail, yes + 1, no))
    return low, high


def exact_p_value(
    counted: float, among: float, expected: float, factor: float = 1.0, spread: float = 0.0
) -> float:
    """Return the two-sided p-value of a share against an expected one.

    Parameters
    ----------
    expected
        Share, between 0 and 1.
    spread
        Variance of the expected share itself, which widens the test.
    """
    own = factor * expected * (1 - expected) / among
    wider = factor * (1 + spread / own)
    yes, no = counted / wider, (among - counted) / wider
    as_high = 1.0 if counted == 0 else stats.beta.cdf(expected, yes, no + 1)
    as_low = 1.0 if counted == among else stats.beta.sf(expected, yes + 1, no)
    return float(min(1.0, 2 * min(as_high, as_low)))


def p_value(value: float, expected: float, chance: Chance, spread: float = 0.0) -> float:
    """Return the two-sided p-value of a figure against an expected one with variance ``spread``."""
    t = (value - expected) / np.sqrt(chance.variance + spread)
    return float(2 * stats.t.sf(abs(t), chance.df))


def standard_error(scores: np.ndarray, weights: np.ndarray) -> float:
    """Return the standard error of a weighted mean of independent scores; missing for fewer than 2.

    Linearised, with n / (n − 1) (Särndal, Swensson & Wretman 1992, section 5.7).
    """
    n = len(scores)
    if n < 2:
        return float("nan")
    away = scores - np.average(scores, weights=weights)
    return float(np.sqrt(n / (n - 1) * np.sum((weights * away) ** 2)) / weights.sum())


def between(others: np.ndarray, usual: float) -> float:
    """Return the variance between organisations that is left when chance is taken off; 0 or more.

    Parameters
    ----------
    others
        Figures of the other organisations.
    usual
        Mean variance of these figures by chance.
    """
    return max(0.0, float(np.var(others, ddof=1)) - usual)


def shrunken(value: float, mean: float, own: float, lasting: float) -> float:
    """Return the best guess of a lasting level: the figure, drawn to the mean of the others.

    Parameters
    ----------
    own
        Variance of the figure by chance.
    lasting
        Variance between organisations.
    """
    weight = lasting / (lasting + own) if lasting + own > 0 else 0.0
    return mean + weight * (value - mean)
