"""Whether the parts of a scale are as many factors: a confirmatory factor analysis per scale.

The model with a factor per part, free to correlate, is held against the best rival with one
factor fewer, in which the two parts that correlate most are one factor, and against the model with
one factor for all items. The comparative fit index judges them, because the chi-square ignores
that people of one organisation resemble each other and rejects any model of many people. Limits
are those of Hu and Bentler (1999, Structural Equation Modeling 6) for the index, and of Cheung and
Rensvold (2002, Structural Equation Modeling 9) for a difference of two indices.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods import factor_model, moments
from analysis.methods.behind import Behind, behind
from analysis.methods.cells import Cell
from analysis.methods.distribution import aggregate
from analysis.methods.factor_model import Fit, NotIdentifiedError
from analysis.methods.measurement_models import correlated_factors
from analysis.methods.model_fit import independence, indices
from analysis.methods.moments import Clustered
from analysis.methods.progress import follow
from analysis.methods.reliability import CLUSTER, FEWEST_ORGANISATIONS, parts_of
from analysis.methods.results import Absent, Aggregate, Estimates, absent_passes_through, estimates
from analysis.methods.years import in_latest_year
from analysis.sources.vocabulary import SCALES

#: The scales of which the report's glossary names the parts.
SCALES_WITH_PARTS = tuple(scale for scale, parts in SCALES.items() if len(parts) > 1)
METHOD = Text(
    nl="confirmatieve factoranalyse met maximale aannemelijkheid per schaal; antwoorden van een "
    "tot vijf als continu; alleen wie alle vragen van de schaal beantwoordde, nieuwste meting, "
    "ongewogen; CFI: hoeveel beter het model past dan een model zonder samenhang; 95%-interval "
    "met organisaties als clusters (linearisatie)",
    en="confirmatory factor analysis by maximum likelihood per scale; answers from one to five as "
    "continuous; only those who answered all items of the scale, latest wave, unweighted; CFI: how "
    "much better the model fits than one without any relation; 95% interval with organisations as "
    "clusters (linearisation)",
)


@dataclass(frozen=True)
class Structure:
    """The models of a scale.

    Attributes
    ----------
    by_part, fewer, single
        The model with a factor per part, with one factor fewer, and with one factor.
    fit, gain
        Comparative fit index of the first, and how much higher it is than that of the second;
        each with the ends of its interval.
    closest
        Largest correlation between two parts, whatever its sign.
    """

    given: Clustered
    by_part: Fit
    fewer: Fit
    single: Fit
    fit: tuple[float, float, float]
    gain: tuple[float, float, float]
    closest: float


def structure(given: Clustered, parts: dict[str, list[str]]) -> Structure:
    """Fit the models to the answers to a scale.

    Raises
    ------
    NotIdentifiedError
        If the answers do not determine a model.
    """
    whole = [given.moments()]
    items = [item for members in parts.values() for item in members]
    by_part = factor_model.fit(correlated_factors(parts, whole), whole)
    single = factor_model.fit(correlated_factors({"all": items}, whole), whole)
    one, other, closest = _closest(by_part, list(parts))
    merged = {one: parts[one] + parts[other]}
    merged |= {name: members for name, members in parts.items() if name not in (one, other)}
    order = [item for members in merged.values() for item in members]
    rival = given.part(order)
    fewer = factor_model.fit(correlated_factors(merged, [rival.moments()]), [rival.moments()])
    first, of_first, step = _noncentrality(by_part, given)
    second, of_second, _ = _noncentrality(fewer, rival)
    df, spared = by_part.model.degrees_of_freedom, fewer.model.degrees_of_freedom
    return Structure(
        given,
        by_part,
        fewer,
        single,
        _with_interval(first, of_first, step, df),
        _with_interval(first - second, of_first - of_second, step, spared - df),
        closest,
    )


def _noncentrality(fitted: Fit, given: Clustered) -> tuple[float, np.ndarray, float]:
    """Return the index before it is kept at or below one, and what its uncertainty needs.

    The index is the relative noncentrality of McDonald and Marsh (1990, Psychological Bulletin
    107). The influence follows from the derivatives of both discrepancies by the covariances: at
    its minimum a discrepancy does not change with the parameters.

    Returns
    -------
    tuple
        The index; the first-order change of it by each organisation, which sum to zero; and how
        much it changes per unit of the chi-square.
    """
    (whole,) = fitted.moments
    found, n, items = indices(fitted), whole.n, len(whole.mean)
    observed = np.linalg.inv(whole.covariance)
    model = np.linalg.inv(factor_model.implied_covariance(fitted)) - observed
    base = np.diag(1 / whole.covariance.diagonal()) - observed
    excess = found.chi_square / n - found.df / n
    base_excess = independence(fitted.moments) - items * (items - 1) / 2 / n
    index = 1 - excess / base_excess
    share = given.centred() / n - (given.count / n)[:, None, None] * whole.covariance
    of_model, of_base = (np.einsum("gij,ij->g", share, one) for one in (model, base))
    influence = -(of_model - (1 - index) * of_base) / base_excess
    return index, influence, 1 / (n * base_excess)


def _with_interval(
    estimate: float, influence: np.ndarray, step: float, df: int
) -> tuple[float, float, float]:
    """Add the ends of the interval: linearised, and the chance that a chi-square has of itself.

    Where a model fits, the first order vanishes, and the chi-square still varies by its degrees
    of freedom.
    """
    count = len(influence)
    error = np.sqrt(count / (count - 1) * (influence**2).sum() + 2 * df * step**2)
    reach = stats.t.ppf(0.975, count - 1) * error
    return min(estimate, 1.0), min(estimate - reach, 1.0), min(estimate + reach, 1.0)


def _closest(fitted: Fit, factors: list[str]) -> tuple[str, str, float]:
    held = fitted.estimates
    found = {
        (one, other): held[f"{one} ~~ {other} @0"]
        / np.sqrt(held[f"{one} ~~ {one} @0"] * held[f"{other} ~~ {other} @0"])
        for place, one in enumerate(factors)
        for other in factors[place + 1 :]
    }
    one, other = max(found, key=lambda pair: abs(found[pair]))
    return one, other, found[one, other]


def structures(
    table: DataTable, *, last: int, scales: Iterable[str] = SCALES_WITH_PARTS
) -> dict[str, Structure | Absent]:
    """Fit the models of each scale in the latest wave; Absent where they cannot be estimated."""
    rows = in_latest_year(table, last)
    nothing = Absent((table.name,))
    return {
        scale: nothing if rows is None else _of_scale(rows, scale, table.name)
        for scale in follow(list(scales), "factor structure")
    }


def _of_scale(rows: pd.DataFrame, scale: str, name: str) -> Structure | Absent:
    parts = parts_of(scale)
    items = [item for members in parts.values() for item in members]
    given = moments.clustered(rows, items, cluster=CLUSTER)
    if given.n_organisations < FEWEST_ORGANISATIONS:
        return Absent((name,))
    try:
        return structure(given, parts)
    except NotIdentifiedError:
        return Absent((name,))


def judged(
    table: DataTable, found: dict[str, Structure | Absent], *, last: int
) -> Estimates | Absent:
    """Return ``<scale>_fit`` and ``<scale>_gain`` of every scale; Absent as soon as one is."""
    if any(isinstance(one, Absent) for one in found.values()):
        return Absent((table.name,))
    year = int(in_latest_year(table, last)["year"].iloc[0])
    rows = []
    for scale, one in found.items():
        for name, (estimate, low, high) in (("fit", one.fit), ("gain", one.gain)):
            rows.append(
                {
                    "term": f"{scale}_{name}",
                    "estimate": estimate,
                    "ci_low": low,
                    "ci_high": high,
                    "n": float(one.given.n),
                    "n_organisations": float(one.given.n_organisations),
                    "df": one.given.n_organisations - 1.0,
                    "period": f"{year}JJ00",
                    "behind": _behind(scale, year),
                }
            )
    return estimates(rows, tables=(table.name,), method=METHOD, unit="index")


@absent_passes_through
def of_models(result: Estimates, found: dict[str, Structure]) -> Estimates:
    """Return the index of each model, as terms ``<scale>.by_part``, ``.fewer`` and ``.single``."""
    rows = []
    for scale, one in found.items():
        base = result[f"{scale}_fit"]
        row, known = base.frame.iloc[0].to_dict(), base.behind[0]
        rows.append({**row, "term": f"{scale}.by_part", "behind": known})
        without = dict.fromkeys(("ci_low", "ci_high"), np.nan)
        rows += [
            {**row, **without, "term": f"{scale}.{name}", "estimate": indices(model).cfi}
            | {"behind": known}
            for name, model in (("fewer", one.fewer), ("single", one.single))
        ]
    return estimates(rows, tables=result.tables, method=result.method)


def fit_table(
    table: DataTable, found: dict[str, Structure | Absent], *, last: int
) -> Aggregate | Absent:
    """Return the indices of the models per scale, as far as they could be estimated.

    Groups are scales. Measures are ``factors``, ``cfi`` with its ends, ``tli``, ``rmsea`` and
    ``chi_square_ratio`` of the model with a factor per part, ``cfi_fewer`` and ``cfi_single`` of
    the others, ``closest`` and ``n``.
    """
    known = {scale: one for scale, one in found.items() if isinstance(one, Structure)}
    rows = in_latest_year(table, last)
    if rows is None or not known:
        return Absent((table.name,))
    year = int(rows["year"].iloc[0])
    made = []
    for scale, one in known.items():
        by_part = indices(one.by_part)
        about = {
            "group": scale,
            "period": f"{year}JJ00",
            "status": "not stated",
            "n_persons": float(one.given.n),
            "n_organisations": float(one.given.n_organisations),
        }
        measured = {
            "factors": (float(len(SCALES[scale])), "factors"),
            "cfi": (one.fit[0], "index"),
            "cfi_low": (one.fit[1], "index"),
            "cfi_high": (one.fit[2], "index"),
            "tli": (by_part.tli, "index"),
            "rmsea": (by_part.rmsea, "index"),
            "chi_square_ratio": (by_part.chi_square / by_part.df, "ratio"),
            "cfi_fewer": (indices(one.fewer).cfi, "index"),
            "cfi_single": (indices(one.single).cfi, "index"),
            "closest": (one.closest, "correlation"),
        }
        made += [
            about
            | {"measure": name, "kind": "model fit", "value": float(value), "unit": unit}
            | {"behind": _behind(scale, year, df=one.given.n_organisations - 1.0)}
            for name, (value, unit) in measured.items()
        ]
        number = {"measure": "n", "kind": "count", "value": float(one.given.n), "unit": "persons"}
        cell = Cell.of("respondents", year=year, answered=scale)
        made.append(about | number | {"behind": behind("count", cell)})
    return aggregate(made, (table.name,), METHOD)


def _behind(scale: str, year: int, **more: float) -> Behind:
    return behind("model fit", Cell.of("respondents", year=year, answered=scale), **more)
