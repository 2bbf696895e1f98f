"""Whether organisations that already did well were likelier to take part.

Participation is regressed on the level of a rate before the start and its trend, with size; only
organisations that could have taken part are compared: those of the same branches and regions.
Few took part, so the odds ratios are those of Firth's penalised likelihood.
"""

import numpy as np

from analysis.languages import Text
from analysis.methods import firth, leverage
from analysis.methods.participants import FEWEST, TABLES
from analysis.methods.results import Absent, Estimates, estimates
from analysis.methods.standing import Standing, all_of, method_about

#: Participants for each coefficient but the constant (Vittinghoff & McCulloch 2007).
_FOR_EACH = 5

METHOD = Text(
    nl="odds ratio van deelname per standaarddeviatie van het niveau en van de trend vóór de "
    "start, binnen branches en bij gelijke omvang; logistische regressie met de correctie van "
    "Firth voor weinig deelnemers, 95%-interval uit de gepenaliseerde profielaannemelijkheid; "
    "vergeleken met organisaties in dezelfde branches en regio's",
    en="odds ratio of taking part per standard deviation of the level and of the trend before the "
    "start, within branches and at equal size; logistic regression with Firth's correction for few "
    "participants, 95% interval from the penalised profile likelihood; compared with organisations "
    "of the same branches and regions",
)


def odds(found: Standing | None) -> Estimates | Absent:
    """Return the odds ratios of taking part, as terms ``level``, ``trend`` and ``size``.

    Above 1, organisations with a higher rate (or a faster rise, or more employees) take part more
    often. What cannot be told apart from the rest is left out.
    """
    pool = None if found is None else able(found)
    if pool is None:
        return Absent(TABLES)
    columns = {
        name: values
        for name, values in characteristics(pool).items()
        if np.isfinite(values).all() and values.std() > 0
    }
    most = int(pool.participant.sum() / _FOR_EACH)
    names = list(columns)[:most]
    design = np.column_stack([np.ones(len(pool.branch)), *(columns[one] for one in names)])
    fitted = firth.fit(design, pool.participant)
    if not names or fitted is None:
        return Absent(TABLES)
    cell = all_of(pool).within(region=sorted(set(pool.region)))
    rows = []
    for place, name in enumerate(names, start=1):
        known = leverage.of_coefficient(design, place, cell, weights=fitted.weights)
        low, high = fitted.ends[place]
        if not np.isfinite([low, high]).all() or leverage.is_thin(known):
            continue
        rows.append(
            {
                "term": name,
                "estimate": float(np.exp(fitted.coefficients[place])),
                "ci_low": float(np.exp(low)),
                "ci_high": float(np.exp(high)),
                "p_value": float(fitted.p_values[place]),
                "n": float(pool.employees.sum()),
                "n_organisations": len(pool.branch),
                "df": len(pool.branch) - design.shape[1],
                "period": pool.period,
                "behind": known,
            }
        )
    if not rows:
        return Absent(TABLES)
    return estimates(rows, tables=TABLES, method=method_about(pool, METHOD), unit="odds_ratio")


def able(found: Standing) -> Standing | None:
    """Return the organisations that could have taken part, as far as the data tell."""
    mine = found.participant
    if mine.sum() < FEWEST:
        return None
    pool = found.chosen(
        np.isin(found.branch, found.branch[mine]) & np.isin(found.region, found.region[mine])
    )
    if not FEWEST <= pool.participant.sum() <= len(pool.branch) - FEWEST:
        return None
    return pool


def characteristics(pool: Standing) -> dict[str, np.ndarray]:
    """Return level, trend and size, each within the branch and in standard deviations."""
    years = np.arange(pool.rate.shape[1]) - (pool.rate.shape[1] - 1) / 2
    raw = {
        "level": pool.logs.mean(axis=1),
        "size": np.log(pool.employees),
        "trend": pool.logs @ years / max((years**2).sum(), 1.0),
    }
    found = {}
    count = np.bincount(pool.branch)
    for name, values in raw.items():
        away = values - (np.bincount(pool.branch, values) / count)[pool.branch]
        spread = away.std()
        found[name] = away / spread if spread > 1e-9 else np.zeros(len(away))
    return found
