"""Whether drivers foretell next year's absence better than this year's absence does.

A model is fitted on earlier years and tested on a year it has not seen, again and again (rolling
origin). The benchmark knows each organisation's absence of the year before, which already tells a
lot: organisations differ and remain different. Folds for the strength of the penalty keep the rows
of one organisation together.
"""

import numpy as np
import pandas as pd
from sklearn.linear_model import ElasticNetCV, LinearRegression
from sklearn.model_selection import GroupKFold

from analysis.languages import Text
from analysis.methods.behind import behind
from analysis.methods.organisation_panel import FEWEST, Sample
from analysis.methods.progress import follow
from analysis.methods.results import Absent, Estimates, estimates

#: Years in the first fit, at least.
FIRST_YEARS = 2
DRAWS = 2000
FOLDS = 5

_METHOD = Text(
    nl="verzuim (logaritme, als afwijking van branche en jaar) voorspeld uit dat van een jaar "
    "eerder, zonder en met de kenmerken van dat jaar (elastic net, sterkte gekozen met "
    "kruisvalidatie over organisaties); steeds geschat op eerdere jaren en getoetst op het "
    "volgende; winst is de afname van de gekwadrateerde fout; 95%-interval met een bootstrap van "
    "organisaties",
    en="absence (logarithm, as deviation from branch and year) predicted from that of a year "
    "before, without and with the characteristics of that year (elastic net, strength chosen by "
    "cross-validation over organisations); each time fitted on earlier years and tested on the "
    "next; the gain is the fall in squared error; 95% interval from a bootstrap of organisations",
)


def out_of_year(chosen: Sample | Absent, *, seed: int) -> Estimates | Absent:
    """Estimate the gain over last year's value, as terms ``gain`` and ``explained`` in percent.

    ``explained`` is the part of the variance that last year's value alone foretells.
    """
    if isinstance(chosen, Absent):
        return chosen
    rows = _pairs(chosen)
    years = sorted(rows["year"].unique())
    tests = years[FIRST_YEARS:]
    if not tests or rows["organisation"].nunique() < FEWEST:
        return Absent((chosen.table,))
    parts = [_tested(rows, list(chosen.drivers), year) for year in follow(tests, "out-of-year")]
    errors = pd.concat(parts).groupby(level=0).sum()
    gain, low, high = _bootstrap(errors, "with", "without", seed)
    known, known_low, known_high = _bootstrap(errors, "without", "nothing", seed)
    shared = {
        "df": len(errors) - len(chosen.drivers) - 1,
        "behind": behind("model fit", chosen.cell),
        **chosen.about(),
    }
    found = [
        {"term": "gain", "estimate": gain, "ci_low": low, "ci_high": high, **shared},
        {
            "term": "explained", "estimate": known, "ci_low": known_low, "ci_high": known_high,
            **shared,
        },
    ]  # fmt: skip
    return estimates(found, tables=(chosen.table,), method=chosen.told(_METHOD), unit="percent")


def _pairs(chosen: Sample) -> pd.DataFrame:
    """Return rows of a year with absence and drivers of the year before, as deviations."""
    rows = chosen.rows[["organisation", "branch", "year", "log_outcome"]].copy()
    rows[list(chosen.drivers)] = chosen.standardised()
    columns = ["log_outcome", *chosen.drivers]
    rows[columns] -= rows.groupby(["branch", "year"])[columns].transform("mean")
    before = rows.assign(year=rows["year"] + 1).rename(columns={"log_outcome": "last_value"})
    return rows[["organisation", "year", "log_outcome"]].merge(
        before.drop(columns="branch"), on=["organisation", "year"]
    )


def _tested(rows: pd.DataFrame, drivers: list[str], year: int) -> pd.DataFrame:
    """Return the squared errors of each organisation in a year that the fit has not seen."""
    past, new = rows[rows["year"] < year], rows[rows["year"] == year]
    last = ["last_value"]
    simple = LinearRegression().fit(past[last].to_numpy(), past["log_outcome"].to_numpy())
    rest = past["log_outcome"].to_numpy() - simple.predict(past[last].to_numpy())
    folds = list(GroupKFold(FOLDS).split(past, groups=past["organisation"]))
    # What last year's value leaves, explained by drivers of which it tells nothing.
    slopes = LinearRegression().fit(past[last].to_numpy(), past[drivers].to_numpy())
    net = ElasticNetCV(l1_ratio=0.5, alphas=_penalties(past[drivers].to_numpy(), rest), cv=folds)
    net.fit(past[drivers].to_numpy() - slopes.predict(past[last].to_numpy()), rest)
    plain = simple.predict(new[last].to_numpy())
    more = plain + net.predict(new[drivers].to_numpy() - slopes.predict(new[last].to_numpy()))
    seen = new["log_outcome"].to_numpy()
    return pd.DataFrame(
        {"with": (seen - more) ** 2, "without": (seen - plain) ** 2, "nothing": seen**2},
        index=new["organisation"].to_numpy(),
    )


def _penalties(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    largest = np.abs(x.T @ y).max() / (len(y) * 0.5)
    return np.geomspace(max(largest, 1e-12), max(largest, 1e-12) / 1000, 40)


def _bootstrap(errors: pd.DataFrame, new: str, old: str, seed: int) -> tuple[float, float, float]:
    """Return the fall in squared error in percent, with a percentile interval."""
    random = np.random.default_rng(seed)
    a, b = errors[new].to_numpy(), errors[old].to_numpy()
    times = random.multinomial(len(a), np.full(len(a), 1 / len(a)), size=DRAWS)
    drawn = 100 * (1 - (times @ a) / (times @ b))
    low, high = np.quantile(drawn, [0.025, 0.975])
    return float(100 * (1 - a.sum() / b.sum())), float(low), float(high)
