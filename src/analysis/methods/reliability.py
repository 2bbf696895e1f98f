"""How reliable a score is: how much of the differences between people it measures.

Alpha is that of Cronbach (1951, Psychometrika 16). Omega is that of McDonald (1999, Test Theory):
the variance that the factors of a fitted model give to the sum of the items, divided by the
variance of that sum *as the model implies it*. Divided by the observed variance instead, omega
comes out a little different wherever the model does not fit exactly.
"""

from collections.abc import Iterable

import numpy as np
import pandas as pd
import pingouin

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods import factor_model, moments
from analysis.methods.behind import behind
from analysis.methods.cells import Cell
from analysis.methods.distribution import aggregate
from analysis.methods.factor_model import Fit, NotIdentifiedError
from analysis.methods.measurement_models import correlated_factors
from analysis.methods.moments import Clustered
from analysis.methods.progress import follow
from analysis.methods.results import Absent, Aggregate, Estimates, absent_passes_through, estimates
from analysis.methods.years import in_latest_year
from analysis.sources.vocabulary import ITEMS_PER_PART, SCALES

CLUSTER = "organisation"
#: Bootstrap samples of organisations.
REPLICATES = 1000
#: Fewer organisations than this give no bootstrap that is worth its name.
FEWEST_ORGANISATIONS = 20
_ENDS = (0.025, 0.975)

METHOD = Text(
    nl="alleen wie alle vragen van de schaal of het onderdeel beantwoordde, nieuwste meting, "
    "ongewogen; omega: variantie door de factoren gedeeld door de variantie van de som volgens het "
    "model; 95%-interval uit een bootstrap van organisaties",
    en="only those who answered all items of the scale or part, latest wave, unweighted; omega: "
    "variance from the factors divided by the variance of the sum that the model implies; 95% "
    "interval from a bootstrap of organisations",
)


def parts_of(scale: str) -> dict[str, list[str]]:
    """Return the items of each part of a scale."""
    return {
        part: [f"{scale}_{part}_{number}" for number in range(1, ITEMS_PER_PART + 1)]
        for part in SCALES[scale]
    }


def cronbach(frame: pd.DataFrame) -> tuple[float, tuple[float, float]]:
    """Return Cronbach's alpha of complete cases, and its interval for independent people.

    Parameters
    ----------
    frame
        A column per item. People with a missing answer are left out; by default pingouin would
        take the covariances of pairs instead.

    Returns
    -------
    tuple
        Alpha, and the interval of Feldt (1987, Applied Psychological Measurement 11) as pingouin
        rounds it.
    """
    found, ends = pingouin.cronbach_alpha(data=frame, nan_policy="listwise")
    return float(found), (float(ends[0]), float(ends[1]))


def alpha(covariance: np.ndarray) -> np.ndarray:
    """Return Cronbach's alpha of covariances, shape (..., items, items)."""
    k = covariance.shape[-1]
    own = np.trace(covariance, axis1=-2, axis2=-1)
    return k / (k - 1) * (1 - own / covariance.sum(axis=(-2, -1)))


def omega(fitted: Fit, values: np.ndarray | None = None) -> np.ndarray:
    """Return McDonald's omega of the sum of all items of a factor model of one group.

    Parameters
    ----------
    fitted
        A fit of `correlated_factors` without a method factor.
    values
        Other values of its parameters, as of bootstrap samples; shape (..., parameters).
    """
    values = fitted.values if values is None else values
    held = dict(zip(fitted.model.names, np.moveaxis(values, -1, 0), strict=True))
    found = [(one, held.get(one.name, one.value)) for one in fitted.model.groups[0]]
    weight: dict[str, np.ndarray] = {}
    for one, value in found:
        if one.kind == "path":
            weight[one.source] = weight.get(one.source, 0.0) + value
    true, error = 0.0, 0.0
    for one, value in found:
        if one.kind != "covariance":
            continue
        if one.target in weight:
            twice = 1 if one.target == one.source else 2
            true += twice * weight[one.target] * weight[one.source] * value
        else:
            error += value
    return true / (true + error)


def standardised_loadings(fitted: Fit) -> dict[str, float]:
    """Return the loading of each item in a model of one group, with everything standardised."""
    held = fitted.estimates
    found = [(one, held.get(one.name, one.value)) for one in fitted.model.groups[0]]
    variance = {
        one.target: value
        for one, value in found
        if one.kind == "covariance" and one.target == one.source
    }
    return {
        one.target: value
        * np.sqrt(variance[one.source] / (value**2 * variance[one.source] + variance[one.target]))
        for one, value in found
        if one.kind == "path"
    }


def of_scales(
    table: DataTable, *, last: int, seed: int, scales: Iterable[str] = tuple(SCALES)
) -> Aggregate | Absent:
    """Return alpha and omega of each scale and of each of its parts.

    Groups are ``<scale>`` and, for scales of several parts, ``<scale>_<part>``; measures are
    ``alpha`` and ``omega`` with their ends, ``loading`` (the lowest standardised loading) and
    ``n``. The model of a scale has its parts as correlated factors; that of a part has one. A scale
    that cannot be estimated is left out.
    """
    rows = in_latest_year(table, last)
    if rows is None:
        return Absent((table.name,))
    found: list[dict] = []
    for scale in follow(list(scales), "reliability"):
        parts = parts_of(scale)
        wanted = {scale: parts}
        if len(parts) > 1:
            wanted |= {f"{scale}_{part}": {part: members} for part, members in parts.items()}
        for group, factors in wanted.items():
            found += _of_group(rows, group, factors, seed)
    return aggregate(found, (table.name,), METHOD) if found else Absent((table.name,))


def _of_group(
    rows: pd.DataFrame, group: str, factors: dict[str, list[str]], seed: int
) -> list[dict]:
    members = [item for one in factors.values() for item in one]
    given = moments.clustered(rows, members, cluster=CLUSTER)
    if given.n_organisations < FEWEST_ORGANISATIONS:
        return []
    try:
        fitted = factor_model.fit(correlated_factors(factors, [given.moments()]), [given.moments()])
    except NotIdentifiedError:
        return []
    first, second = bootstrap(given, fitted, seed)
    point, _ = cronbach(rows[members])
    year = int(rows["year"].iloc[0])
    cell = Cell.of("respondents", year=year, answered=group)
    about = {
        "group": group,
        "period": f"{year}JJ00",
        "status": "not stated",
        "n_persons": float(given.n),
        "n_organisations": float(given.n_organisations),
    }
    measured = {
        "alpha": point,
        "alpha_low": first[0],
        "alpha_high": first[1],
        "omega": omega(fitted),
        "omega_low": second[0],
        "omega_high": second[1],
        "loading": min(standardised_loadings(fitted).values()),
    }
    known = behind("model fit", cell, df=given.n_organisations - 1)
    found = [
        about
        | {"measure": name, "kind": "model fit", "value": float(value), "unit": "index"}
        | {"behind": known}
        for name, value in measured.items()
    ]
    number = {"measure": "n", "kind": "count", "value": float(given.n), "unit": "persons"}
    return [*found, about | number | {"behind": behind("count", cell)}]


def bootstrap(
    given: Clustered, fitted: Fit, seed: int, *, replicates: int = REPLICATES
) -> tuple[np.ndarray, np.ndarray]:
    """Return the 95 % percentile intervals of alpha and omega, redrawing organisations.

    Each sample takes one step of scoring from the estimates instead of a whole search.
    """
    samples = given.samples(moments.redrawn(given.n_organisations, replicates, seed))
    alphas = alpha(np.stack([one.covariance for one in samples]))
    omegas = omega(fitted, factor_model.one_step(fitted, samples))
    return np.quantile(alphas, _ENDS), np.quantile(omegas, _ENDS)


@absent_passes_through
def omegas(reliability: Aggregate, scales: Iterable[str] = tuple(SCALES)) -> Estimates | Absent:
    """Return the omega of whole scales as estimates, from high to low."""
    frame = reliability.frame
    rows = []
    for scale in scales:
        mine = frame["group"] == scale
        if not mine.any():
            continue
        values = frame[mine].set_index("measure")["value"]
        place = int(np.flatnonzero(mine & (frame["measure"] == "omega"))[0])
        known = reliability.behind[place]
        rows.append(
            {
                "term": scale,
                "estimate": values["omega"],
                "ci_low": values["omega_low"],
                "ci_high": values["omega_high"],
                "n": frame["n_persons"].iloc[place],
                "n_organisations": frame["n_organisations"].iloc[place],
                "df": known.df,
                "period": frame["period"].iloc[place],
                "behind": known,
            }
        )
    if not rows:
        return Absent(reliability.tables)
    rows.sort(key=lambda row: -row["estimate"])
    return estimates(rows, tables=reliability.tables, method=reliability.method, unit="index")
