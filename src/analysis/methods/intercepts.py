"""Which questions differ most between groups in how high people answer at an equal score.

The follow-up of measurement invariance: the intercepts of which the score test is largest, each
freed in the model that holds them equal.
"""

import numpy as np
import pandas as pd
from scipy import stats

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods import factor_model, invariance, moments
from analysis.methods.behind import behind
from analysis.methods.clusters import bonferroni
from analysis.methods.factor_model import NotIdentifiedError
from analysis.methods.invariance import Tested
from analysis.methods.measurement_models import correlated_factors
from analysis.methods.moments import Moments
from analysis.methods.reliability import CLUSTER
from analysis.methods.results import Absent, Estimates, estimates
from analysis.methods.years import in_latest_year

#: Deviations that are shown, and groups of organisations left out for their intervals.
SHOWN, JACKKNIFE = 5, 40

METHOD = Text(
    nl="grootste afwijkingen van gelijke intercepten volgens de scoretoets, elk vrijgelaten in het "
    "model met gelijke intercepten; verschil in punten, gedeeld door de standaarddeviatie van de "
    "vraag; interval door groepen organisaties om de beurt weg te laten (jackknife), dat voor alle "
    "vragen en groepen samen geldt (Bonferroni)",
    en="largest departures from equal intercepts by the score test, each freed in the model with "
    "equal intercepts; difference in points, divided by the standard deviation of the item; "
    "interval by leaving out groups of organisations in turn (jackknife), that holds for all items "
    "and groups together (Bonferroni)",
)


def deviations(
    table: DataTable, tested: dict[tuple[str, str], Tested], *, last: int, seed: int
) -> Estimates | Absent:
    """Return the intercepts that differ most, as terms ``<item>.<level>``, largest first.

    At most one per part and grouping: the other items of a part mirror the one that differs. The
    difference from the other groups, at an equal score on the part, in standard deviations of the
    item.
    """
    rows = in_latest_year(table, last)
    if rows is None or not tested:
        return Absent((table.name,))
    best, count = [], 0
    for one in tested.values():
        if not one.is_part or one.n_organisations < 2 * JACKKNIFE:
            continue
        try:
            tests = invariance.score_tests(_factors_of(one), list(one.scalar.moments), one.scalar)
        except NotIdentifiedError:
            continue
        item, place = max(tests, key=lambda which: (tests[which], which))
        best.append((tests[item, place], one.name, one.grouping, item, place))
        count += len(tests)
    level = bonferroni(count)
    made = []
    for _, name, grouping, item, place in sorted(best, reverse=True)[:SHOWN]:
        one = tested[name, grouping]
        try:
            estimate, error, spread = _deviation(rows, one, item, place, seed)
        except NotIdentifiedError:
            continue
        reach = stats.t.ppf((1 + level) / 2, JACKKNIFE - 1) * error
        made.append(
            one.row
            | {
                "term": f"{item}.{one.levels[place]}",
                "estimate": estimate / spread,
                "ci_low": (estimate - reach) / spread,
                "ci_high": (estimate + reach) / spread,
                "df": JACKKNIFE - 1.0,
                "behind": behind("difference", one.cell),
            }
        )
    if not made:
        return Absent((table.name,))
    made.sort(key=lambda row: -abs(row["estimate"]))
    return estimates(made, tables=(table.name,), method=METHOD, unit="standard_deviations")


def _factors_of(tested: Tested) -> dict[str, list[str]]:
    (factor,) = tested.scalar.model.latent
    return {factor: list(tested.scalar.model.observed)}


def _deviation(
    rows: pd.DataFrame, tested: Tested, item: str, place: int, seed: int
) -> tuple[float, float, float]:
    """Return how far an intercept differs, its jackknife error, and the item's deviation."""
    factors = _factors_of(tested)
    (items,) = factors.values()
    complete = rows.dropna(subset=items)
    complete = complete[complete[tested.grouping].isin(tested.levels)]
    names, of_row = np.unique(complete[CLUSTER].to_numpy(), return_inverse=True)
    weights = moments.left_out(len(names), JACKKNIFE, seed)
    # Summed by which organisations are left out together, not by organisation.
    complete = complete.assign(**{CLUSTER: (1 - weights).argmax(axis=0)[of_row]})
    by_level = [
        moments.clustered(complete[complete[tested.grouping] == level], items, cluster=CLUSTER)
        for level in tested.levels
    ]

    def shift(given: list[Moments], start: dict[str, float]) -> tuple[float, dict[str, float]]:
        model = correlated_factors(factors, given, equal="scalar", freed=[(item, place)])
        held = factor_model.fit(model.started_at(start), given).estimates
        return held[f"{item} @{place}"] - held[item], held

    estimate, start = shift([one.moments() for one in by_level], tested.scalar.estimates)
    replicates = []
    for group in range(JACKKNIFE):
        kept = [one.samples((one.names != group)[None, :].astype(float))[0] for one in by_level]
        replicates.append(shift(kept, start)[0])
    error = np.sqrt((JACKKNIFE - 1) / JACKKNIFE * ((np.array(replicates) - estimate) ** 2).sum())
    return estimate, float(error), float(complete[item].std())
