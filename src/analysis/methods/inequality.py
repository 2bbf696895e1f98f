"""How an outcome runs along a ladder: slope and relative index of inequality.

People are ranked from 0 (bottom) to 1 (top) of a ladder; equals share the middle of their places
(ridits). The slope index of inequality (SII) is how much the yearly chance at the top differs from
that at the bottom, the relative index (RII) how many times as high it is; both from a binomial
model over the ranks, with an identity and a log link (Mackenbach & Kunst 1997, Soc. Sci. Med.
44:757; Moreno-Betancur et al. 2015, Epidemiology 26:518). People of one organisation are alike:
their rows are summed per organisation for the standard error. Weights of a sample are no counts of
rows.
"""

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import stats
from statsmodels.genmod.families import links
from statsmodels.tools.sm_exceptions import DomainWarning, PerfectSeparationWarning

from analysis.languages import Text
from analysis.methods import clusters, leverage
from analysis.methods.behind import Behind, behind
from analysis.methods.cells import Cell
from analysis.methods.regression import clustered
from analysis.methods.results import PAIR, Absent, Estimates, estimates
from analysis.methods.unequal_years import Years

#: Column of the ladder in a design.
RANK = 1
#: Ranks of more different people than this are taken together in hundredths.
FINEST = 100
TENTHS = 10
_LINKS = {"difference": links.Identity, "ratio": links.Log}

_INDEX = Text(
    nl="model van de kans per jaar over de plaats op de ladder (0 onderaan, 1 bovenaan; gelijken "
    "delen hun plaats), binomiaal met {link}; gewogen, 95%-interval met organisaties als clusters",
    en="model of the yearly chance over the place on the ladder (0 bottom, 1 top; equals share "
    "their place), binomial with {link}; weighted, 95% interval with organisations as clusters",
)
_LINK = {
    "difference": Text(nl="identiteit als link (SII)", en="the identity as link (SII)"),
    "ratio": Text(nl="logaritme als link (RII)", en="the logarithm as link (RII)"),
}
_TENTHS = Text(
    nl="gewogen aandeel per tiende van de ladder, per jaar dat iemand werkte; 95%-interval met "
    "organisaties als clusters, op de schaal van de log-odds",
    en="weighted share per tenth of the ladder, per year that somebody worked; 95% interval with "
    "organisations as clusters, on the scale of log odds",
)


@dataclass(frozen=True)
class Slope:
    """A binomial model over ranks.

    Attributes
    ----------
    params
        Constant, slope over the ladder, and covariates; on the scale of the link.
    se
        Standard error of the slope; organisations as clusters where these were given.
    information
        Of the coefficients, by the model: its inverse is the covariance when people are
        independent and every row counts once.
    curvature
        Weight of each row in the last step.
    df
        Number of clusters less one.
    """

    params: np.ndarray
    se: float
    information: np.ndarray
    curvature: np.ndarray
    df: int

    def row(self, scale: str) -> dict[str, float]:
        """Return the columns of ``Estimates``: points of percent, or a ratio."""
        slope = float(self.params[RANK])
        reach = stats.t.ppf(0.975, self.df) * self.se
        ends = np.array([slope, slope - reach, slope + reach])
        shown = 100 * ends if scale == "difference" else np.exp(ends)
        p_value = float(2 * stats.t.sf(abs(slope) / self.se, self.df)) if self.se > 0 else np.nan
        return dict(zip(("estimate", "ci_low", "ci_high"), map(float, shown), strict=True)) | {
            "p_value": p_value,
            "df": float(self.df),
        }


def ridits(value: np.ndarray, mass: np.ndarray, stratum: np.ndarray | None = None) -> np.ndarray:
    """Return the places on the ladder, from 0 to 1, within each stratum.

    Parameters
    ----------
    value
        Higher is further up; equals share the middle of their places.
    mass
        What a row counts for.
    stratum
        Such as the year, in which everybody has a place of its own.
    """
    frame = pd.DataFrame({"value": value, "mass": mass})
    frame["stratum"] = 0 if stratum is None else stratum
    sums = frame.groupby(["stratum", "value"])["mass"].sum()
    upto = sums.groupby(level=0).cumsum()
    middle = ((upto - sums / 2) / sums.groupby(level=0).transform("sum")).rename("ridit")
    return frame.join(middle, on=["stratum", "value"])["ridit"].to_numpy(float)


def coarsened(rank: np.ndarray, mass: np.ndarray) -> np.ndarray:
    """Return ranks in hundredths, each with its mean, where there are more different ones."""
    if len(np.unique(rank)) <= FINEST:
        return rank
    place = np.minimum((rank * FINEST).astype(int), FINEST - 1)
    weight = np.bincount(place, mass, FINEST)
    return (np.bincount(place, mass * rank, FINEST) / np.where(weight > 0, weight, 1))[place]


def fit(
    event: np.ndarray,
    mass: np.ndarray,
    design: np.ndarray,
    scale: str,
    *,
    cluster: np.ndarray | None = None,
) -> Slope | None:
    """Fit the chance of an event over a design; None when it has no answer.

    Parameters
    ----------
    event
        Weighted number of events of a row.
    mass
        Weighted time at risk of a row.
    design
        Shape (rows, k): a constant, the rank, and covariates.
    scale
        ``difference`` for the identity as link, ``ratio`` for the logarithm.
    cluster
        Organisation of each row; None treats rows as independent.
    """
    place = pd.DataFrame(design).groupby(list(range(design.shape[1])), sort=False).ngroup()
    place = place.to_numpy()
    unique = design[np.unique(place, return_index=True)[1]]
    events, at_risk = np.bincount(place, event), np.bincount(place, mass)
    if not 0 < events.sum() < at_risk.sum() or np.linalg.matrix_rank(unique) < unique.shape[1]:
        return None
    family = sm.families.Binomial(_LINKS[scale]())
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore", DomainWarning)
        # Chances that lie on the line, as with two steps; a chance of 0 or 1 is refused below.
        warnings.simplefilter("ignore", PerfectSeparationWarning)
        start = np.zeros(unique.shape[1])
        start[0] = family.link(events.sum() / at_risk.sum())
        try:
            # Cells without anybody at risk do not exist; chances above 1 are no chances.
            params = (
                sm.GLM(
                    np.minimum(events / at_risk, 1.0), unique, family=family, var_weights=at_risk
                )
                .fit(start_params=start, maxiter=100, tol=1e-12)
                .params
            )
        except (ValueError, np.linalg.LinAlgError):
            return None
        chance = family.link.inverse(unique @ params)
    if not (np.isfinite(chance).all() and ((chance > 0) & (chance < 1)).all()):
        return None
    slope = 1 / family.link.deriv(chance)
    each = slope / (chance * (1 - chance))
    bend = each * slope
    information = (unique * (at_risk * bend)[:, None]).T @ unique
    influence = design * ((event - mass * chance[place]) * each[place])[:, None]
    covariance, df = clustered(influence @ np.linalg.inv(information), cluster)
    se = float(np.sqrt(covariance[RANK, RANK]))
    return Slope(params, se, information, mass * bend[place], df) if se > 0 else None


def indices(
    years: Years | Absent,
    ladders: dict[str, str],
    scale: str,
    *,
    covariates: tuple[str, ...] = (),
    cluster: str = "organisation",
) -> Estimates | Absent:
    """Return the slope or relative index over several ladders, as ``<outcome>.<ladder>``.

    Parameters
    ----------
    ladders
        Name of the ladder → column of the rows by which people are ranked, within each year.
    scale
        ``difference`` (percentage points) or ``ratio``: top against bottom.
    covariates
        Columns whose levels are held equal.
    cluster
        Column of the clusters.
    """
    if isinstance(years, Absent):
        return years
    rows = [
        row
        for name, column in ladders.items()
        if (
            row := _index(years, f"{years.outcome}{PAIR}{name}", column, scale, covariates, cluster)
        )
    ]
    if not rows:
        return Absent(years.tables)
    words = _LINK[scale]
    method = Text(**{lang: _INDEX[lang].format(link=words[lang]) for lang in ("nl", "en")})
    unit = "percentage_points" if scale == "difference" else "ratio"
    return estimates(rows, tables=years.tables, method=years.told(method), unit=unit)


def _index(
    years: Years, term: str, column: str, scale: str, covariates: tuple[str, ...], cluster: str
) -> dict | None:
    known = years.known(column, *covariates)
    if known is None:
        return None
    rows, mass = known.rows, known.mass
    rank = coarsened(ridits(rows[column].to_numpy(), mass, rows["year"].to_numpy()), mass)
    levels = [
        pd.get_dummies(rows[name], drop_first=True, dtype=float).to_numpy() for name in covariates
    ]
    design = np.column_stack([np.ones(len(rows)), rank, *levels])
    # In units of the mean weight, so that counts stay counts.
    unit = rows["weight"].mean()
    found = fit(
        (rows["weight"] * rows["event"]).to_numpy(float) / unit, mass / unit, design, scale,
        cluster=rows[cluster].to_numpy(),
    )  # fmt: skip
    if found is None:
        return None
    cell = known.cell
    rests_on = leverage.of_coefficient(design, RANK, cell, weights=found.curvature)
    if leverage.is_thin(rests_on):
        return None
    return {**known.about, "term": term, **found.row(scale), "behind": rests_on}


def by_tenth(years: Years | Absent, column: str) -> Estimates | Absent:
    """Return the yearly share with the outcome per tenth of a ladder, in percent.

    Terms ``tenth_1.<outcome>`` (bottom) to ``tenth_10.<outcome>``; a tenth in which nobody or
    everybody has the outcome is left out.
    """
    if isinstance(years, Absent):
        return years
    known = years.known(column)
    if known is None:
        return Absent(years.tables)
    rank = ridits(known.rows[column].to_numpy(), known.mass, known.rows["year"].to_numpy())
    tenth = np.minimum((rank * TENTHS).astype(int), TENTHS - 1)
    rows = [
        row for place in range(TENTHS) if (row := _share(known, tenth == place, place + 1, column))
    ]
    if not rows:
        return Absent(years.tables)
    return estimates(rows, tables=years.tables, method=years.told(_TENTHS), unit="percent")


def _share(years: Years, inside: np.ndarray, number: int, column: str) -> dict | None:
    rows, mass = years.rows[inside], years.mass[inside]
    ill = rows[rows["event"] > 0]
    if ill.empty or rows["organisation"].nunique() < 2:
        return None
    share = clusters.ratio(
        (rows["weight"] * rows["event"]).to_numpy(float), mass, rows["organisation"].to_numpy()
    )
    if not 0 < share.estimate < 1:
        return None
    low, high = share.logit_interval()
    cell = years.cell.within(bin=f"{column} {number} of {TENTHS}")
    return {
        **years.about,
        "term": f"tenth_{number}{PAIR}{years.outcome}",
        "estimate": 100 * share.estimate,
        "ci_low": 100 * low,
        "ci_high": 100 * high,
        "n": float(rows["person"].nunique()),
        "n_organisations": float(rows["organisation"].nunique()),
        "df": float(share.df),
        "behind": _behind_share(years, cell, ill, mass),
    }


def _behind_share(years: Years, cell: Cell, ill: pd.DataFrame, mass: np.ndarray) -> Behind:
    return behind(
        "weighted share", cell, cell.within(**years.part),
        numerator=float(ill["person"].nunique()),
        part_organisations=float(ill["organisation"].nunique()),
        magnitude=f"weighted years {years.outcome}",
        weight=float(mass.sum()),
    )  # fmt: skip
