"""How far a place in a ranking of organisations can be trusted, without showing any place.

Draws from the posterior distribution of all levels give draws of all ranks (Laird & Louis 1989, J.
Educ. Stat. 14; Goldstein & Spiegelhalter 1996, JRSS A 159). What is shown is how wide the intervals
of ranks are on average, how reliable a figure is by size, and whether who is said to be at the top
is there a year later.
"""

import warnings

import numpy as np
import pandas as pd
import pingouin
from scipy import stats

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods import calibration, shrinkage
from analysis.methods.behind import behind, contributions
from analysis.methods.distribution import aggregate
from analysis.methods.funnel import ALL, joined_bands
from analysis.methods.participants import TOP_SHARE, places_from_top
from analysis.methods.results import PAIR, Absent, Aggregate, Estimates, estimates
from analysis.methods.shrinkage import Posterior
from analysis.methods.standing import (
    YEARS,
    Standing,
    all_of,
    method_about,
    organisations_of,
    standing,
)

TABLES = ("organisation_years",)
_DRAWS = 2000
_ENDS = (0.025, 0.975)
_LEVEL = 0.95
#: Readings: name → years that are taken together.
READINGS = {"one_year": 1, "three_years": YEARS}

RELIABILITY = Text(
    nl="gemiddelde betrouwbaarheid: deel van de variantie tussen organisaties van een branche dat "
    "blijvend is; variantie tussen organisaties naar Paule en Mandel, jaarlijkse schommelingen uit "
    "de verschillen van organisaties met zichzelf",
    en="mean reliability: part of the variance between organisations of a branch that lasts; "
    "variance between organisations after Paule and Mandel, yearly swings from the differences of "
    "organisations from themselves",
)
WIDTH = Text(
    nl="gemiddelde breedte van het 95%-interval van de plaats van een organisatie, als deel van "
    "alle plaatsen in haar branche; trekkingen uit de a-posterioriverdeling (empirisch Bayes)",
    en="mean width of the 95% interval of the rank of an organisation, as a part of all ranks in "
    "its branch; draws from the posterior distribution (empirical Bayes)",
)
AGREEMENT = Text(
    nl="intraclasscorrelatie van jaren binnen organisaties, in logaritmen rond branche en jaar; "
    "ICC van een jaar en van het gemiddelde van de jaren",
    en="intraclass correlation of years within organisations, in logarithms around branch and "
    "year; ICC of one year and of the mean of the years",
)
RIGHTLY = Text(
    nl="welk deel van het beste kwart naar verwachting werkelijk bij het beste kwart van de "
    "branche hoort; 95%-interval uit trekkingen (empirisch Bayes)",
    en="which part of the best quarter is expected to belong to the best quarter of the branch "
    "indeed; 95% interval from draws (empirical Bayes)",
)
FORECAST = Text(
    nl="kans op het beste kwart van de branche in het volgende jaar, uit de jaren ervoor "
    "(empirisch Bayes, met wat een jaar eraan toevoegt), en het aandeel dat er toen bij hoorde; "
    "organisaties in groepen van oplopende kans, 95%-interval op de logitschaal",
    en="probability of the best quarter of the branch in the next year, from the years before "
    "(empirical Bayes, with what a year adds), and the share that was in it then; organisations in "
    "groups of ascending probability, 95% interval on the logit scale",
)
#: ICC1 and ICC1k of Shrout & Fleiss (1979) as pingouin names them: years count as raters that
#: differ in nothing, as the mean of each year is out already.
_ICC = ("ICC(1,1)", "ICC(1,k)")
_PREDICTED = "predicted"
#: Groups of ascending probability to begin with.
_GROUPS = 6


def reliability_by_size(found: Standing | None) -> Aggregate | Absent:
    """Return the mean reliability by band of size; measures ``one_year`` and ``three_years``."""
    if found is None:
        return Absent(TABLES)
    values = {name: 100 * found.posterior(years).reliability for name, years in READINGS.items()}
    return _means_by_size(found, values, "reliability", RELIABILITY)


def rank_width_by_size(
    found: Standing | None, *, seed: int, draws: int = _DRAWS
) -> Aggregate | Absent:
    """Return the mean width of an interval of a rank; measures as of the reliability."""
    if found is None:
        return Absent(TABLES)
    values = {
        name: rank_widths(found.posterior(years), found, seed=seed, draws=draws)
        for name, years in READINGS.items()
    }
    return _means_by_size(found, values, "width of rank", WIDTH)


def rank_widths(known: Posterior, found: Standing, *, seed: int, draws: int = _DRAWS) -> np.ndarray:
    """Return the width of each 95 % interval of a rank, in percent of the places of its branch."""
    ranks = posterior_ranks(known, found.branch, seed=seed, draws=draws)
    low, high = np.quantile(ranks, _ENDS, axis=0)
    return 100 * (high - low)


def posterior_ranks(
    known: Posterior, branch: np.ndarray, *, seed: int, draws: int = _DRAWS
) -> np.ndarray:
    """Return draws of the place in the branch, between 0 and 1, shape (draws, organisations).

    Without any variance between organisations each place is as likely as another.
    """
    if known.between > 0:
        levels = known.draws(draws, seed)
    else:
        levels = np.random.default_rng(seed).random((draws, len(branch)))
    ranks = np.empty(levels.shape)
    for one in np.unique(branch):
        mine = np.flatnonzero(branch == one)
        order = levels[:, mine].argsort(axis=1).argsort(axis=1)
        ranks[:, mine] = (order + 0.5) / len(mine)
    return ranks


def agreement(absence: Standing | None, turnover: Standing | None) -> Estimates | Absent:
    """Return the intraclass correlations, as ``<measure>.one_year`` and ``.three_years``."""
    rows = []
    given = [one for one in (absence, turnover) if one is not None]
    for found in given:
        logs = found.logs
        count = np.bincount(found.branch)
        means = np.column_stack([np.bincount(found.branch, one) for one in logs.T])
        away = logs - (means / count[:, None])[found.branch]
        if np.ptp(away) < 1e-9:
            continue
        table = intraclass(away)
        for name, kind in zip(READINGS, _ICC, strict=True):
            row = table.loc[kind]
            low, high = _ends_of(row, away.shape[1] if kind == _ICC[0] else 1)
            rows.append(
                {
                    "term": f"{found.name}{PAIR}{name}",
                    "estimate": float(row["ICC"]),
                    "ci_low": float(low),
                    "ci_high": float(high),
                    "n": float(found.employees.sum()),
                    "n_organisations": len(away),
                    "df": len(away) - len(found.branches),
                    "period": found.period,
                    "behind": behind("model fit", all_of(found)),
                }
            )
    if not rows:
        return Absent(TABLES)
    method = method_about(given[0], AGREEMENT)
    return estimates(rows, tables=TABLES, method=method, unit="correlation")


def intraclass(values: np.ndarray) -> pd.DataFrame:
    """Return the intraclass correlations of Shrout & Fleiss (1979, Psychol. Bull. 86) by type.

    Parameters
    ----------
    values
        Shape (targets, raters).
    """
    targets, raters = values.shape
    long = pd.DataFrame(
        {
            "target": np.repeat(np.arange(targets), raters),
            "rater": np.tile(np.arange(raters), targets),
            "value": values.ravel(),
        }
    )
    with warnings.catch_warnings():
        # pingouin 0.7 still changes frames in place, of which pandas 3.1 warns.
        warnings.simplefilter("ignore", DeprecationWarning)
        found = pingouin.intraclass_corr(
            data=long, targets="target", raters="rater", ratings="value"
        )
    return found.set_index("Type")


def _ends_of(row: pd.Series, years: int) -> tuple[float, float]:
    """Return the interval of an ICC from its F; pingouin rounds it to two decimals."""
    upper = (1 + _LEVEL) / 2
    ratios = (
        row["F"] / stats.f.ppf(upper, row["df1"], row["df2"]),
        row["F"] * stats.f.ppf(upper, row["df2"], row["df1"]),
    )
    low, high = ((one - 1) / (one + years - 1) for one in ratios)
    return float(low), float(high)


def rightly_best(found: Standing | None, *, seed: int, draws: int = _DRAWS) -> Estimates | Absent:
    """Return which part of the best quarter belongs there; ``one_year`` and ``three_years``.

    Absent where chance explains all differences: there is no best quarter then.
    """
    if found is None or found.posterior().between == 0:
        return Absent(TABLES)
    room = np.maximum(np.round(TOP_SHARE * np.bincount(found.branch)), 1)
    rows = []
    for name, years in READINGS.items():
        known = found.posterior(years)
        apparent = places_from_top(known.deviation[None, :], found, room)[0]
        true = places_from_top(known.draws(draws, seed), found, room)
        shares = 100 * true[:, apparent].mean(axis=1)
        low, high = np.quantile(shares, _ENDS)
        rows.append(
            {
                "term": name,
                "estimate": float(shares.mean()),
                "ci_low": float(low),
                "ci_high": float(high),
                "n": float(found.employees.sum()),
                "n_organisations": len(found.branch),
                "df": len(found.branch) - len(found.branches),
                "period": found.period,
                "behind": behind("model fit", all_of(found)),
            }
        )
    return estimates(rows, tables=TABLES, method=method_about(found, RIGHTLY), unit="percent")


def forecast_of_top(
    table: DataTable,
    measure: str,
    branches: list[str],
    *,
    last: int,
    seed: int,
    draws: int = _DRAWS,
) -> Aggregate | Absent:
    """Compare the probability of being in the best quarter next year with what came.

    As ``calibration`` returns it: predicted from three years, observed in the year after, in
    groups with enough organisations in and outside the best quarter.
    """
    found = standing(table, measure, branches, last=last, years=YEARS + 1)
    if found is None:
        return Absent(TABLES)
    noise = found.noise
    rate, size = found.rate[:, :YEARS], found.size[:, :YEARS]
    known = shrinkage.posterior(np.log(rate).mean(axis=1), noise.variance(size), found.branch)
    random = np.random.default_rng(seed + 1)
    year = noise.variance(found.size[:, YEARS:])
    swings = np.sqrt(year) * random.standard_normal((draws, len(year)))
    room = np.maximum(np.round(TOP_SHARE * np.bincount(found.branch)), 1)
    predicted = places_from_top(known.draws(draws, seed) + swings, found, room).mean(axis=0)
    came = places_from_top(found.logs[:, -1][None, :], found, room)[0]
    members = pd.DataFrame(
        {
            "organisation": found.organisation,
            "year": found.last,
            "employees": found.employees,
            "top": came.astype(float),
            _PREDICTED: predicted,
        }
    ).sort_values([_PREDICTED, "organisation"], kind="stable", ignore_index=True)
    place = calibration.merged(members["top"].to_numpy(), _GROUPS)
    count = int(place.max()) + 1
    if count < 2:
        return Absent(TABLES)
    cell = organisations_of(all_of(found))
    rows = []
    for number in range(count):
        rows += calibration.group_rows(
            members[place == number],
            _PREDICTED,
            f"bin_{number + 1}",
            cell.within(bin=f"{measure} {number + 1} of {count}"),
        )
    return aggregate(rows, TABLES, method_about(found, FORECAST))


def _means_by_size(
    found: Standing, values: dict[str, np.ndarray], magnitude: str, method: Text
) -> Aggregate:
    bands = pd.Series(found.size_band)
    whole = all_of(found)
    groups = [("+".join(one), bands.isin(one).to_numpy(), one) for one in joined_bands(bands)]
    groups.append((ALL, np.ones(len(bands), dtype=bool), None))
    rows = []
    for name, mine, levels in groups:
        cell = organisations_of(whole if levels is None else whole.within(size_band=levels))
        if not mine.any():
            continue
        for measure, all_values in values.items():
            own = all_values[mine]
            rows.append(
                {
                    "group": name,
                    "period": found.period,
                    "measure": measure,
                    "kind": "mean",
                    "value": float(own.mean()),
                    "unit": "percent",
                    "status": "not stated",
                    "n_persons": float(found.employees[mine].sum()),
                    "n_organisations": float(mine.sum()),
                    "behind": behind(
                        "mean",
                        cell,
                        **contributions(own),
                        largest_value=float(np.abs(own).max()),
                        magnitude=f"{magnitude} {measure}",
                        weight=float(len(own)),
                    ),
                }
            )
    return aggregate(rows, TABLES, method_about(found, method))
