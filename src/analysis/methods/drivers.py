"""What goes with the absence of organisations: differences between them, and changes within one.

The outcome is the logarithm of the rate, so that a slope is a percentage. Branch and year have
effects of their own, together: only organisations of one branch in one year are compared. Each
organisation counts equally, whatever its size: the question is about organisations, and weighting
by people would let a few large ones decide. Precision weights gain little, as the chance in a mean
of some years is small beside differences of the size that is planted (0.16 on the log scale).
"""

import numpy as np
import pandas as pd

from analysis.languages import Text
from analysis.methods import leverage, multiplicity, panel
from analysis.methods.behind import behind
from analysis.methods.clusters import bonferroni
from analysis.methods.organisation_panel import Sample
from analysis.methods.results import PAIR, Absent, Estimates, estimates, only

BETWEEN, WITHIN = "between", "within"
#: A difference in absence per standard deviation that is too small to guide anything, in percent.
NEGLIGIBLE = 2.0

_METHOD = Text(
    nl="model met verschillen tussen en veranderingen binnen organisaties (Mundlak) van het "
    "logaritme van het cijfer; effecten van branche maal jaar, en van omvang; elke organisatie "
    "telt even zwaar; standaardfouten met organisaties als clusters; per soort verschil houden de "
    "toetsen samen een aandeel valse vondsten van hoogstens 5 procent (Benjamini-Hochberg), en "
    "zijn de intervallen daarop verbreed (Benjamini-Yekutieli); de p-waarde is die na correctie",
    en="model of differences between and changes within organisations (Mundlak) for the "
    "logarithm of the rate; effects of branch by year, and of size; each organisation counts "
    "equally; standard errors with organisations as clusters; by kind of difference, the tests "
    "together keep the share of false discoveries at 5 percent at most (Benjamini-Hochberg), and "
    "the intervals are widened accordingly (Benjamini-Yekutieli); the p-value is the adjusted one",
)
_NAIVE = Text(
    nl="ter vergelijking: één helling over alle rijen ('pooled'), en toevallige effecten van "
    "organisaties zonder gemiddelden (Swamy-Arora); beide mengen verschillen tussen en "
    "veranderingen binnen organisaties; 95%-interval met organisaties als clusters",
    en="for comparison: one slope over all rows (pooled), and random effects of organisations "
    "without means (Swamy-Arora); both mix differences between and changes within "
    "organisations; 95% interval with organisations as clusters",
)
_GAP = Text(
    nl="verschil tussen de helling tussen en die binnen organisaties (toets van Mundlak, "
    "clusterrobuust); zonder verschil zou één helling genoeg zijn",
    en="difference between the slope between and that within organisations (Mundlak's test, "
    "robust to clusters); without a difference, one slope would do",
)
_TWICE = Text(
    nl="organisaties zijn per branche door loting in twee helften verdeeld. Gevonden: na "
    "Benjamini-Hochberg duidelijk in de eerste helft; bevestigd: in de tweede helft hetzelfde "
    "teken en een 95%-interval zonder nul. Het interval van dat aantal loopt tot en met de "
    "kenmerken "
    "waarvan over alle organisaties niet is aangetoond dat zij minder dan 2 procent uitmaken "
    "(95%-intervallen voor alle kenmerken samen, Bonferroni). Overeenkomst: gemiddelde helling "
    "in de tweede helft, "
    "met voor elk kenmerk het teken van de eerste",
    en="organisations are split at random into two halves, by branch. Found: clear in the first "
    "half after Benjamini-Hochberg; confirmed: in the second half the same sign and a 95% "
    "interval without zero. The interval of that number runs up to the characteristics not shown, "
    "over all organisations, to make less than 2 percent of difference (95% intervals for all "
    "characteristics together, Bonferroni). Agreement: mean slope in the second half, with for "
    "each "
    "characteristic the sign of the first",
)


def percent(log_change: float) -> float:
    """Return a difference of logarithms as a percentage."""
    return float(100 * np.expm1(log_change))


def within_between(chosen: Sample | Absent) -> Estimates | Absent:
    """Estimate each driver's slope between and within organisations.

    Terms ``<driver>.between`` and ``<driver>.within``, in percent difference of the rate per
    standard deviation between organisations of a branch.
    """
    if isinstance(chosen, Absent):
        return chosen
    fit, design = _fit(chosen)
    count = len(chosen.drivers)
    places = {BETWEEN: range(count), WITHIN: range(count, 2 * count)}
    known = panel.identified(design)
    rows = []
    for kind, where in places.items():
        moves = [place for place in where if known[place]]
        if not moves:
            continue
        p_values = fit.p_values[moves]
        level, corrected = multiplicity.interval_level(p_values), multiplicity.adjusted(p_values)
        rows += [
            _row(fit, design, place, f"{chosen.drivers[place % count]}{PAIR}{kind}", chosen, level)
            | {"p_value": p_value}
            for place, p_value in zip(moves, corrected, strict=True)
        ]
    return _or_absent(rows, chosen, _METHOD)


def naive(chosen: Sample | Absent) -> Estimates | Absent:
    """Estimate each driver's slope without telling between from within.

    Terms ``<driver>.pooled`` and ``<driver>.random``.
    """
    if isinstance(chosen, Absent):
        return chosen
    size = np.log(chosen.rows["employees"].to_numpy(float))
    design = np.column_stack([chosen.standardised(), size, panel.indicators(chosen.level)])
    fits = {
        "pooled": panel.clustered(
            chosen.outcome, design, chosen.organisation, lost=1 + len(chosen.drivers)
        )
    }
    if len(design) > chosen.rows["organisation"].nunique() + design.shape[1]:
        fits["random"] = panel.random_effects(
            chosen.outcome, design, chosen.organisation, robust=True
        ).fit
    known = panel.identified(design)
    rows = [
        _row(fit, design, place, f"{name}{PAIR}{kind}", chosen)
        for kind, fit in fits.items()
        for place, name in enumerate(chosen.drivers)
        if known[place]
    ]
    return _or_absent(rows, chosen, _NAIVE)


def gaps(chosen: Sample | Absent) -> Estimates | Absent:
    """Estimate by how much each driver's slope between differs from that within, by driver."""
    if isinstance(chosen, Absent):
        return chosen
    fit, design = _fit(chosen)
    count = len(chosen.drivers)
    known = panel.identified(design)
    rows = []
    for place, name in enumerate(chosen.drivers):
        if not (known[place] and known[place + count]):
            continue
        weights = np.zeros(design.shape[1])
        weights[place], weights[place + count] = 1.0, -1.0
        both = panel.Fit(
            np.array([weights @ fit.slopes]),
            np.array([[weights @ fit.covariance @ weights]]),
            fit.df,
        )
        # The slope of the mean beside the plain driver is this difference (Mundlak 1978).
        contextual = design.copy()
        contextual[:, place + count] += contextual[:, place]
        rows.append(
            numbers(both, 0)
            | {
                "term": name,
                "behind": leverage.of_coefficient(contextual, place, chosen.cell),
                **chosen.about(),
            }
        )
    return _or_absent(rows, chosen, _GAP)


def replicated(chosen: Sample | Absent, *, seed: int) -> Estimates | Absent:
    """Look for relations in a random half of the organisations, and again in the other half.

    Terms ``found_once``, ``found_twice`` (numbers of drivers) and ``agreement`` (percent
    difference per standard deviation).

    Parameters
    ----------
    seed
        Of the edition; it decides the split, once.
    """
    if isinstance(chosen, Absent):
        return chosen
    first, second = _halves(chosen.rows, seed)
    one, other = chosen.of(first), chosen.of(second)
    if min(one.rows["organisation"].nunique(), other.rows["organisation"].nunique()) < 20:
        return Absent((chosen.table,))
    count = len(chosen.drivers)
    (fit_one, design_one), (fit_other, design) = _fit(one), _fit(other)
    if not (panel.identified(design_one)[:count] & panel.identified(design)[:count]).all():
        return Absent((chosen.table,))
    sign = np.sign(fit_one.slopes[:count])
    found = multiplicity.discovered(fit_one.p_values[:count])
    clear = (fit_other.p_values[:count] < multiplicity.LEVEL) & (
        np.sign(fit_other.slopes[:count]) == sign
    )
    weights = np.zeros(design.shape[1])
    weights[:count] = sign / count
    mean, se = fit_other.combination(weights)
    agreement = panel.Fit(np.array([mean]), np.array([[se**2]]), fit_other.df)
    shared = {"df": fit_other.df, "behind": behind("model fit", chosen.cell), **chosen.about()}
    twice = float((found & clear).sum())
    counted = {
        "found_once": {"estimate": float(found.sum()), "half_step": 0.0},
        "found_twice": {
            "estimate": twice,
            "ci_low": twice,
            "ci_high": max(twice, float(_not_ruled_out(chosen))),
        },
    }
    rows = [
        {"term": term, "unit": "factors", **number, **shared} for term, number in counted.items()
    ]
    rows.append(shared | numbers(agreement, 0) | {"term": "agreement", "unit": "percent_change"})
    return estimates(rows, tables=(chosen.table,), method=chosen.told(_TWICE))


def _not_ruled_out(chosen: Sample) -> int:
    """Count the drivers of which the whole sample does not show that they are negligible.

    That a relation was not found twice does not show that there is none: small samples find
    nothing. Only intervals within the negligible show it (Schuirmann 1987).
    """
    fit, _ = _fit(chosen)
    count = len(chosen.drivers)
    level = bonferroni(count)
    ends = [[percent(end) for end in fit.interval(place, level)] for place in range(count)]
    return sum(low < -NEGLIGIBLE or high > NEGLIGIBLE for low, high in ends)


def ranked(result: Estimates | Absent, kind: str) -> Estimates | Absent:
    """Return the slopes of one kind, from the highest to the lowest."""
    if isinstance(result, Absent):
        return result
    of_kind = result.frame["term"].str.endswith(f"{PAIR}{kind}")
    order = result.frame[of_kind].sort_values("estimate", ascending=False, kind="stable")
    return only(result, *order["term"]) if len(order) else Absent(result.tables)


def chosen_terms(result: Estimates | Absent, *terms: str) -> Estimates | Absent:
    """Return the estimates with these terms; Absent where a driver had to be left out."""
    if isinstance(result, Absent):
        return result
    if set(terms) - set(result.frame["term"]):
        return Absent(result.tables)
    return only(result, *terms)


def _or_absent(rows: list[dict], chosen: Sample, method: Text) -> Estimates | Absent:
    if not rows:
        return Absent((chosen.table,))
    return estimates(
        rows, tables=(chosen.table,), method=chosen.told(method), unit="percent_change"
    )


def _fit(chosen: Sample) -> tuple[panel.Fit, np.ndarray]:
    return panel.within_between(
        chosen.outcome, chosen.standardised(), chosen.organisation, controls=chosen.controls()
    )


def _row(
    fit: panel.Fit,
    design: np.ndarray,
    place: int,
    term: str,
    chosen: Sample,
    level: float = 0.95,
) -> dict:
    return (
        numbers(fit, place, level)
        | {"term": term, "behind": leverage.of_coefficient(design, place, chosen.cell)}
        | chosen.about()
    )


def numbers(fit: panel.Fit, place: int, level: float = 0.95) -> dict:
    """Return a slope of a logarithm with its interval, as percent difference."""
    low, high = fit.interval(place, level)
    return {
        "estimate": percent(fit.slopes[place]),
        "ci_low": percent(low),
        "ci_high": percent(high),
        "p_value": float(fit.p_values[place]),
        "df": fit.df,
    }


def _halves(rows: pd.DataFrame, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Split the organisations of each branch at random; order by name, so that it repeats."""
    random = np.random.default_rng(seed)
    members = rows[["branch", "organisation"]].drop_duplicates().sort_values("organisation")
    first = []
    for _, group in members.groupby("branch"):
        names = random.permutation(group["organisation"].to_numpy())
        first += list(names[: len(names) // 2])
    return np.array(first), np.setdiff1d(members["organisation"], first)
