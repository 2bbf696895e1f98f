"""Do groups add up: differences between strata of several characteristics at once (MAIHDA).

People belong to one stratum: a combination of sex, education, age, contract and origin. A logit
with a random intercept per stratum says which share of the differences in chance lies between
strata (VPC, on the scale of log odds), first without characteristics and then with each of them
added up. What the second model takes away is the part that is additive (PCV); what remains is
particular to combinations (Evans et al. 2018, Soc. Sci. Med. 203:64; Evans, Leckie & Merlo 2020,
SSM Popul. Health 11). Strata are shrunken to what their characteristics predict, all alike, so that
none is picked for being extreme.

Strata hold origin and may be small: they never leave. What leaves are variances, and averages of
shrunken strata over age groups and levels of education.
"""

from dataclasses import dataclass
from math import prod

import numpy as np
import pandas as pd
from scipy import special, stats

from analysis.languages import Text
from analysis.methods import between_organisations
from analysis.methods.behind import behind
from analysis.methods.between_organisations import Between
from analysis.methods.progress import follow
from analysis.methods.results import PAIR, Absent, Estimates, estimates
from analysis.methods.unequal_years import AGE_GROUPS, Years
from analysis.sources.vocabulary import EDUCATION, ORIGINS, SEXES

#: Characteristic → its levels.
DIMENSIONS = {
    "sex": tuple(SEXES),
    "education": tuple(EDUCATION),
    "age_group": AGE_GROUPS,
    "temporary": (0.0, 1.0),
    "origin": tuple(ORIGINS),
}
#: Strata that could exist.
POSSIBLE = prod(len(levels) for levels in DIMENSIONS.values())
#: Sets of strata that are drawn for the interval of the additive part.
DRAWS = 200
#: A stratum with fewer people counts as small.
SMALL = 10
#: Smallest number of people with an event, and without, of a chance that is shown.
FEWEST_SEEN = 10
#: Standard normal intercepts; so many, as large strata have narrow distributions.
_GRID = np.linspace(-6, 6, 2001)

_VARIANCE = Text(
    nl="MAIHDA: logistisch model met een toevallig intercept per stratum van geslacht, opleiding, "
    "leeftijd, contract en herkomst, grootste aannemelijkheid met adaptieve Gauss-Hermite-"
    "kwadratuur; aandeel op de schaal van log-odds, 95%-interval uit de profielaannemelijkheid; "
    "interval van het optelbare deel uit {draws} getrokken stelsels van strata; jaren en mensen "
    "tellen binnen een stratum als onafhankelijk, zodat de intervallen eerder te smal zijn",
    en="MAIHDA: logistic model with a random intercept per stratum of sex, education, age, "
    "contract and origin, maximum likelihood with adaptive Gauss-Hermite quadrature; "
    "share on the scale of log odds, 95% interval from the profile likelihood; "
    "interval of the additive part from {draws} drawn sets of strata; years and people count as "
    "independent within a stratum, so that intervals are rather too narrow",
)
_SIZES = Text(
    nl="aantal strata en mensen per stratum, zonder gewicht",
    en="number of strata, and people per stratum, unweighted",
)
_SHRUNKEN = Text(
    nl="jaarlijkse kans, gemiddeld over strata die naar de voorspelling van hun kenmerken zijn "
    "getrokken; 95%-interval uit de verdeling van de strata en de fout van de coëfficiënten",
    en="yearly chance, averaged over strata that are shrunken to the prediction of their "
    "characteristics; 95% interval from the distribution of the strata and the error of the "
    "coefficients",
)


@dataclass(frozen=True)
class Strata:
    """Strata with their people, and both models.

    Attributes
    ----------
    frame
        A row per stratum: its levels, ``events``, ``mass`` (years at risk), ``people``.
    empty, additive
        The model without characteristics, and with all of them added up.
    design
        Of the additive model, shape (strata, k), with a constant.
    years
        What the strata were made from.
    """

    frame: pd.DataFrame
    empty: Between
    additive: Between
    design: np.ndarray
    years: Years


def strata(years: Years | Absent) -> Strata | Absent:
    """Put people into strata and fit both models; Absent where these have no answer."""
    if isinstance(years, Absent):
        return years
    known = years.known(*DIMENSIONS)
    if known is None:
        return Absent(years.tables)
    rows = known.rows
    unit = rows["weight"].mean()
    counted = rows[[*DIMENSIONS, "person"]].assign(
        events=rows["weight"] * rows["event"] / unit, mass=known.mass / unit
    )
    frame = counted.groupby([*DIMENSIONS], observed=True).agg(
        events=("events", "sum"), mass=("mass", "sum"), people=("person", "nunique")
    )
    frame = frame.reset_index()
    frame["events"] = np.minimum(frame["events"], frame["mass"])
    columns = [
        (frame[name] == level).to_numpy(float)
        for name, levels in DIMENSIONS.items()
        for level in levels[1:]
    ]
    design = np.column_stack([np.ones(len(frame)), *columns])
    design = design[:, [True, *(np.ptp(design[:, 1:], axis=0) > 0)]]
    # More strata than characteristics, or there is nothing to tell apart.
    if np.linalg.matrix_rank(design) < design.shape[1] or len(frame) <= design.shape[1] + 1:
        return Absent(years.tables)
    empty = _fitted(frame["events"], frame["mass"], None)
    additive = _fitted(frame["events"], frame["mass"], design)
    if empty is None or additive is None:
        return Absent(years.tables)
    return Strata(frame, empty, additive, design, known)


def _fitted(
    events: np.ndarray, mass: np.ndarray, design: np.ndarray | None, *, profiled: bool = True
) -> Between | None:
    return between_organisations.of_yes_or_no(
        events,
        np.arange(len(events)),
        times=mass,
        covariates=None if design is None else design[:, 1:],
        profiled=profiled,
    )


def variances(found: Strata | Absent, *, seed: int, draws: int = DRAWS) -> Estimates | Absent:
    """Return ``between`` and ``beyond`` (percent of variance) and ``additive`` (percent of those).

    ``between`` is the share between strata, ``beyond`` what is left of it when characteristics only
    add up. ``additive`` is left out where no difference between strata fits as well, and where
    most drawn sets of strata cannot be fitted.
    """
    if isinstance(found, Absent):
        return found
    rows = [
        _row(found, name, *model.share(), p_value=model.p_value)
        for name, model in (("between", found.empty), ("beyond", found.additive))
    ]
    part = between_organisations.explained(found.empty, found.additive)
    if part is not None:
        interval = additive_interval(found, seed=seed, draws=draws)
        if interval is not None:
            rows.insert(1, _row(found, "additive", part, *interval))
    method = Text(**{lang: _VARIANCE[lang].format(draws=draws) for lang in ("nl", "en")})
    return estimates(
        rows, tables=found.years.tables, method=found.years.told(method), unit="percent"
    )


def additive_interval(found: Strata, *, seed: int, draws: int) -> tuple[float, float] | None:
    """Return the interval of the additive part, from sets of strata that the model draws.

    None where most of these sets cannot be fitted, or do not differ.
    """
    random = np.random.default_rng(seed)
    mass = found.frame["mass"].to_numpy(float)
    fixed = found.design @ found.additive.slopes
    spread = np.sqrt(found.additive.variance)
    parts = []
    for _ in follow(range(draws), "drawing strata"):
        chance = special.expit(fixed + spread * random.standard_normal(len(fixed)))
        events = random.binomial(np.round(mass).astype(int), chance).astype(float)
        events = np.minimum(events, mass)
        before = _fitted(events, mass, None, profiled=False)
        after = _fitted(events, mass, found.design, profiled=False)
        if before is not None and after is not None and before.variance > 0:
            parts.append(100 * (1 - after.variance / before.variance))
    if len(parts) < draws / 2:
        return None
    low, high = np.quantile(parts, [0.025, 0.975], method="weibull")
    return float(low), float(high)


def sizes(found: Strata | Absent) -> Estimates | Absent:
    """Return the number of strata, of ``small`` ones, and the ``median`` number of people."""
    if isinstance(found, Absent):
        return found
    people = found.frame["people"]
    rows = [
        _row(found, "strata", float(len(people)), unit="groups"),
        _row(found, "small", float((people < SMALL).sum()), unit="groups"),
        _row(found, "median", float(people.median()), unit="persons"),
    ]
    return estimates(rows, tables=found.years.tables, method=found.years.told(_SIZES))


def shrunken(found: Strata | Absent, *, rows: str, series: str) -> Estimates | Absent:
    """Return mean chances of shrunken strata in percent, as ``<row>.<series>``.

    Those of which fewer than ``FEWEST_SEEN`` people had the event, or had it not, are left out.
    """
    if isinstance(found, Absent):
        return found
    chance, variance = posterior(found)
    moved, covariance = _moved(found, chance)
    out = []
    for left in DIMENSIONS[rows]:
        for right in DIMENSIONS[series]:
            inside = ((found.frame[rows] == left) & (found.frame[series] == right)).to_numpy()
            people = found.years.rows[
                (found.years.rows[rows] == left) & (found.years.rows[series] == right)
            ]
            if not inside.any() or people["organisation"].nunique() < 2:
                continue
            # A mean of many people hardly shrinks: it tells how few it happened to.
            seen = people["event"].to_numpy(dtype=bool)
            if min(people.loc[one, "person"].nunique() for one in (seen, ~seen)) < FEWEST_SEEN:
                continue
            weight = found.frame["mass"].to_numpy()[inside]
            weight = weight / weight.sum()
            mean = float(weight @ chance[inside])
            along = weight @ moved[inside]
            error = float(np.sqrt(weight**2 @ variance[inside] + along @ covariance @ along))
            reach = stats.norm.ppf(0.975) * error
            cell = found.years.cell.within(bin=f"{rows} {left} {series} {right}")
            out.append(
                {
                    **found.years.about,
                    "term": f"{left}{PAIR}{right}",
                    "estimate": 100 * mean,
                    "ci_low": 100 * (mean - reach),
                    "ci_high": 100 * (mean + reach),
                    "n": float(people["person"].nunique()),
                    "n_organisations": float(people["organisation"].nunique()),
                    "df": float(len(found.frame) - found.design.shape[1]),
                    "behind": behind("model fit", cell),
                }
            )
    if not out:
        return Absent(found.years.tables)
    return estimates(
        out, tables=found.years.tables, method=found.years.told(_SHRUNKEN), unit="percent"
    )


def posterior(found: Strata) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and variance of each stratum's chance, given its people and the coefficients."""
    fixed = found.design @ found.additive.slopes
    spread = np.sqrt(found.additive.variance)
    events, mass = (found.frame[name].to_numpy(float)[:, None] for name in ("events", "mass"))
    predictor = fixed[:, None] + spread * _GRID
    logs = events * predictor - mass * np.logaddexp(0, predictor) - _GRID**2 / 2
    belief = np.exp(logs - special.logsumexp(logs, axis=1, keepdims=True))
    chance = special.expit(predictor)
    mean = (belief * chance).sum(axis=1)
    return mean, np.maximum((belief * chance**2).sum(axis=1) - mean**2, 0.0)


def _moved(found: Strata, chance: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return how coefficients move each chance, shape (strata, k), and their covariance.

    A stratum with many people stays where its people put it; a small one moves with the
    coefficients (prediction error of Henderson's best linear predictor, on the scale of log odds).
    """
    told = found.frame["mass"].to_numpy(float) * chance * (1 - chance)
    alone = 1 / (1 + found.additive.variance * told)
    information = (found.design * (told * alone)[:, None]).T @ found.design
    moved = found.design * (chance * (1 - chance) * alone)[:, None]
    return moved, np.linalg.inv(information)


def _row(
    found: Strata,
    term: str,
    estimate: float,
    low: float = np.nan,
    high: float = np.nan,
    **more: object,
) -> dict:
    return {
        **found.years.about,
        "term": term,
        "estimate": estimate,
        "ci_low": low,
        "ci_high": high,
        "df": float(len(found.frame) - 1),
        "behind": behind("model fit", found.years.cell),
        **more,
    }
