"""Survey weights: raking to the payroll's population, and what it costs in precision.

Raking (iterative proportional fitting; Deming & Stephan 1940, Annals of Mathematical Statistics 11)
multiplies the weights of each category in turn until every margin is that of the population. It
removes bias from non-response that depends on the margins (missing at random given them), and none
that depends on the answers themselves. No raking library fits the lock, so it is written out here;
the reference case of R's ``survey::rake`` is a test.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.errors import DeliveryError
from analysis.sources import vocabulary

#: Largest relative difference from a margin at which raking has converged.
TOLERANCE = 1e-10
ROUNDS = 2_000
TRIM_ROUNDS = 10

#: Margins that the survey is raked to, and one that only tells how well that worked.
RAKED = ("branch_age", "sex", "region", "function_group")
CHECKED = ("size_band",)
#: Between the branch and the age band of a cell of ``branch_age``.
IN = " | "


class MarginsNotMetError(DeliveryError):
    """No weights meet all margins together."""


def rake(
    weights: np.ndarray,
    categories: pd.DataFrame,
    margins: dict[str, pd.Series],
    *,
    trim: float | None = None,
) -> np.ndarray:
    """Rake weights to population margins.

    Parameters
    ----------
    weights
        Weights to start from, shape (n,); all 1 for a survey without a sampling design.
    categories
        Category of each of the n respondents, a column per margin.
    margins
        Margin → population by category. All margins must have the same total.
    trim
        When given, weights above ``trim`` times the median are cut to that and raked again, up to
        ten times: less variance for some bias. The margins hold in the end, the cap nearly.

    Returns
    -------
    numpy.ndarray
        Weights of shape (n,) that add up to the population.

    Raises
    ------
    DeliveryError
        If a category has population but no respondents or the reverse, or the totals differ.
    MarginsNotMetError
        If the margins cannot be met together.
    """
    codes, targets = [], []
    for name, margin in margins.items():
        margin = margin[margin > 0]
        _check_margin(name, categories[name], margin)
        codes.append(pd.Categorical(categories[name], categories=margin.index).codes)
        targets.append(margin.to_numpy(float))
    totals = [target.sum() for target in targets]
    if max(totals) - min(totals) > 1e-9 * max(totals):
        raise DeliveryError(
            f"margins {', '.join(margins)} have different totals; expected one population. Scale "
            "them to the same total."
        )
    found = _fit(weights.astype(float), codes, targets)
    for _ in range(TRIM_ROUNDS if trim is not None else 0):
        cap = trim * np.median(found)
        if found.max() <= cap * (1 + 1e-6):
            break
        found = _fit(np.minimum(found, cap), codes, targets)
    return found


def _check_margin(name: str, given: pd.Series, margin: pd.Series) -> None:
    for known, other, told in (
        (margin.index, given, "population but no respondents"),
        (given.unique(), margin.index, "respondents but no population"),
    ):
        lonely = sorted(set(known) - set(other))
        if lonely:
            raise DeliveryError(
                f"margin '{name}': {', '.join(map(str, lonely))} has {told}; expected both. Merge "
                "it with another category first."
            )


def _fit(weights: np.ndarray, codes: list[np.ndarray], targets: list[np.ndarray]) -> np.ndarray:
    for _ in range(ROUNDS):
        off = 0.0
        for code, target in zip(codes, targets, strict=True):
            sums = np.bincount(code, weights, minlength=len(target))
            off = max(off, float(np.max(np.abs(sums / target - 1))))
            weights = weights * (target / sums)[code]
        if off <= TOLERANCE:
            return weights
    raise MarginsNotMetError(
        f"the margins are not met together after {ROUNDS} rounds (largest difference {off:.1e}); "
        "expected margins of one population with respondents in every combination that they need. "
        "Merge small categories."
    )


def design_effect(weights: np.ndarray) -> float:
    """Return what unequal weights cost: 1 + the squared coefficient of variation (Kish 1965)."""
    return float(len(weights) * np.sum(weights**2) / np.sum(weights) ** 2)


def effective_n(weights: np.ndarray) -> float:
    """Return the size of an equally weighted sample with the same precision."""
    return len(weights) / design_effect(weights)


def merge_without_respondents(
    population: pd.Series, respondents: set[str], order: list[str] | None = None
) -> dict[str, str]:
    """Map categories to ones that have respondents, for a margin to be raked.

    A category with population but no respondents, or the reverse, joins its nearest neighbour in
    ``order`` (the earlier one of two as near), or without an order the smallest category that has
    both.

    Parameters
    ----------
    population
        By category, all above 0.
    order
        The categories to look at, neighbours beside each other; all when left out.

    Returns
    -------
    dict
        Category → category that it is raked with; most map to themselves.

    Raises
    ------
    DeliveryError
        If no category has both.
    """
    looked_at = sorted(set(population.index) | respondents) if order is None else order
    both = [category for category in looked_at if category in population.index]
    both = [category for category in both if category in respondents]
    lonely = [
        category
        for category in looked_at
        if category not in both and (category in population.index or category in respondents)
    ]
    if lonely and not both:
        raise DeliveryError(
            f"no category of {', '.join(looked_at)} has both population and respondents; expected "
            "one at least. Check that survey and payroll speak of the same branches."
        )
    merged = {category: category for category in both}
    for category in lonely:
        if order is None:
            merged[category] = population[both].idxmin()
        else:
            place = order.index(category)
            merged[category] = min(both, key=lambda other: abs(order.index(other) - place))
    return merged


@dataclass(frozen=True)
class SurveyWeights:
    """Weights with an account of them.

    Attributes
    ----------
    weights
        By the index of the respondents; missing where the organisation is not in the payroll.
    years
        Per year: ``respondents``, ``population``, ``design_effect``, ``effective_n``, ``merged``
        (categories raked with another one), ``dropped`` (margins left out, the last one first,
        because too few respondents could not meet all) and ``without`` (branches without
        respondents, for which the weights do not speak).
    balance
        Per year, margin and category: shares in the population, among respondents and weighted,
        and whether the margin was raked.
    """

    weights: pd.Series
    years: pd.DataFrame
    balance: pd.DataFrame


def survey_weights(
    respondents: pd.DataFrame, population: pd.DataFrame, *, trim: float | None = None
) -> SurveyWeights:
    """Weight survey respondents to the employees of the branches that answered, year by year.

    Parameters
    ----------
    respondents
        Columns ``year``, ``branch``, ``age_band``, ``sex``, ``region``, ``function_group`` and
        ``size_band``; the branch is missing where the organisation is not in the payroll.
    population
        Employees by ``year``, ``branch``, ``margin`` and ``category``; only margins that are here
        are raked.
    trim
        As in ``rake``.
    """
    weights = pd.Series(np.nan, index=respondents.index, name="weight")
    known = respondents[respondents["branch"].notna()].assign(
        branch_age=lambda frame: frame["branch"] + IN + frame["age_band"]
    )
    years, balance = [], []
    for year, asked in known.groupby("year", sort=True):
        of_year = population[population["year"] == year]
        there = of_year["branch"].isin(asked["branch"])
        without = sorted(set(of_year.loc[~there, "branch"]))
        margins = _margins(of_year[there])
        raked = {name: margins[name] for name in RAKED if name in margins}
        if not raked:
            continue
        found, merged, dropped = _rake_what_can_be(asked, raked, trim)
        total = found.sum()
        weights.loc[asked.index] = found
        years.append(
            {
                "year": int(year),
                "respondents": len(asked),
                "population": float(total),
                "design_effect": design_effect(found),
                "effective_n": effective_n(found),
                "merged": "; ".join(merged),
                "dropped": ", ".join(dropped),
                "without": ", ".join(without),
            }
        )
        balance += _balance(int(year), asked, found, margins)
    return SurveyWeights(
        weights,
        pd.DataFrame(years, columns=_YEAR_COLUMNS),
        pd.DataFrame(balance, columns=_BALANCE_COLUMNS),
    )


_YEAR_COLUMNS = (
    "year", "respondents", "population", "design_effect", "effective_n", "merged", "dropped",
    "without",
)  # fmt: skip
_BALANCE_COLUMNS = (
    "year", "margin", "category", "respondents", "population_share", "unweighted_share",
    "weighted_share", "raked",
)  # fmt: skip


def _margins(population: pd.DataFrame) -> dict[str, pd.Series]:
    return {
        margin: cells.groupby("category")["employees"].sum().loc[lambda sums: sums > 0]
        for margin, cells in population.groupby("margin")
    }


def _rake_what_can_be(
    asked: pd.DataFrame, margins: dict[str, pd.Series], trim: float | None
) -> tuple[np.ndarray, list[str], list[str]]:
    """Rake to all margins, or to as many of the first ones as can be met together."""
    # Margins come from tables with small differences in their totals; their shares count.
    total = next(iter(margins.values())).sum()
    for count in range(len(margins), 0, -1):
        kept = dict(list(margins.items())[:count])
        categories, targets, merged = _merged(asked, kept, total)
        try:
            found = rake(np.ones(len(asked)), categories, targets, trim=trim)
        except MarginsNotMetError:
            continue
        return found, merged, list(margins)[count:]
    raise AssertionError("one margin alone is always met")


def _merged(
    asked: pd.DataFrame, margins: dict[str, pd.Series], total: float
) -> tuple[pd.DataFrame, dict[str, pd.Series], list[str]]:
    """Merge categories without respondents; scale every margin to the same total."""
    categories, targets, told = {}, {}, []
    for name, margin in margins.items():
        there = set(asked[name])
        mapping: dict[str, str] = {}
        if name == "branch_age":
            for branch in sorted(asked["branch"].unique()):
                order = [branch + IN + band for band in vocabulary.AGE_BANDS]
                mapping |= merge_without_respondents(margin, there, order)
        else:
            mapping = merge_without_respondents(margin, there)
        told += [f"{one} with {other}" for one, other in sorted(mapping.items()) if one != other]
        categories[name] = asked[name].map(mapping)
        targets[name] = margin.groupby(mapping).sum() * (total / margin.sum())
    return pd.DataFrame(categories), targets, told


def _balance(
    year: int, asked: pd.DataFrame, weights: np.ndarray, margins: dict[str, pd.Series]
) -> list[dict]:
    rows = []
    for name, margin in margins.items():
        counts = asked[name].value_counts()
        weighted = pd.Series(weights, index=asked[name]).groupby(level=0).sum() / weights.sum()
        rows += [
            {
                "year": year,
                "margin": name,
                "category": category,
                "respondents": int(counts.get(category, 0)),
                "population_share": float(margin[category] / margin.sum()),
                "unweighted_share": float(counts.get(category, 0) / len(asked)),
                "weighted_share": float(weighted.get(category, 0.0)),
                "raked": int(name in RAKED),
            }
            for category in margin.index
        ]
    return rows
