"""Do two coders hear the same? Krippendorff's alpha, beside the plain share of equal codes.

Alpha is 1 less the disagreement observed divided by the disagreement that chance would give with
the same codes: 1 is full agreement, 0 is chance. It takes any number of coders, missing codes and
four levels of measurement: Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, and
Hayes & Krippendorff (2007), Communication Methods and Measures 1. The share of equal codes misleads
where a code is rare: two coders who seldom see it agree by chance on nearly everything.

The interval comes from drawing units again, or whole clusters of them, and computing observed and
expected disagreement anew in each draw.
"""

import warnings
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
import pingouin

from analysis.languages import Text
from analysis.methods import resampling
from analysis.methods.behind import Behind, behind
from analysis.methods.cells import Cell
from analysis.methods.resampling import Effect

Measurement = Literal["nominal", "ordinal", "interval", "ratio"]
DRAWS = 1000
#: Fewer units, or clusters of them, give intervals without any meaning.
FEWEST = 5
#: From here on, Krippendorff (2004, Content Analysis, chapter 11) draws firm and tentative
#: conclusions; below the second, codes are too unlike to build on.
FIRM, TENTATIVE = 0.8, 0.667

METHOD = Text(
    nl="alfa van Krippendorff: één min de waargenomen onenigheid, gedeeld door de onenigheid die "
    "toeval zou geven; alleen wat dubbel gecodeerd is; 95%-interval uit een bootstrap",
    en="Krippendorff's alpha: one less the disagreement observed, divided by the disagreement that "
    "chance would give; only what was coded twice; 95% interval from a bootstrap",
)
EQUAL_METHOD = Text(
    nl="aandeel van de paren codes dat gelijk is, zonder correctie voor toeval; alleen wat dubbel "
    "gecodeerd is; 95%-interval uit een bootstrap",
    en="share of the pairs of codes that are equal, not corrected for chance; only what was coded "
    "twice; 95% interval from a bootstrap",
)


@dataclass(frozen=True)
class Rated:
    """Codes of the same units by several coders.

    Attributes
    ----------
    codes
        Shape (units, coders); a missing code is NaN or None. Text is nominal.
    cluster
        Shape (units,): what is drawn again. Units of one person or organisation belong together.
    """

    codes: np.ndarray
    cluster: np.ndarray

    @property
    def twice(self) -> np.ndarray:
        """Which units have at least two codes."""
        return (~pd.isna(self.codes)).sum(axis=1) >= 2


@dataclass(frozen=True)
class Agreement:
    """How far coders agree.

    Attributes
    ----------
    alpha
        Krippendorff's alpha with its interval; not a number where all codes are equal.
    equal, by_chance
        Share of pairs of codes that are equal, with its interval, and what chance alone would
        give; from 0 to 1.
    units, clusters
        How many units have at least two codes, and how many clusters these make up.
    """

    alpha: Effect
    equal: Effect
    by_chance: float
    units: int
    clusters: int


def double_coded(
    frame: pd.DataFrame, unit: list[str], code: str, *, cluster: str | None = None
) -> Rated:
    """Set codes of the same unit beside each other.

    Parameters
    ----------
    frame
        A row per unit and coder, with the columns ``unit``, ``coder`` and ``code``.
    unit
        Columns that name a unit.
    cluster
        Column of what is drawn again; each unit is its own cluster when left out.
    """
    wide = frame.pivot_table(index=unit, columns="coder", values=code, aggfunc="first", sort=True)
    wide = wide[wide.notna().sum(axis=1) >= 2]
    if cluster is None:
        return Rated(wide.to_numpy(), np.arange(len(wide)))
    of_unit = frame.drop_duplicates(unit).set_index(unit)[cluster]
    return Rated(wide.to_numpy(), of_unit.reindex(wide.index).to_numpy())


def alpha(codes: np.ndarray, measurement: Measurement = "nominal") -> float:
    """Return Krippendorff's alpha of codes, shape (units, coders); NaN when all are equal."""
    values, counts = _counted(codes)
    return float(from_coincidences(coincidences(counts).sum(axis=0), values, measurement))


def coincidences(counts: np.ndarray) -> np.ndarray:
    """Return which codes meet in each unit, shape (units, values, values).

    Each pair of codes of a unit counts 1 / (codes of the unit - 1), so that a unit counts as often
    as it has codes. A unit with one code tells nothing.

    Parameters
    ----------
    counts
        Shape (units, values): how many coders gave a value to a unit.
    """
    given = counts.sum(axis=1)
    weight = np.where(given > 1, 1 / np.maximum(given - 1, 1), 0.0)
    pairs = counts[:, :, None] * counts[:, None, :]
    places = np.arange(counts.shape[1])
    pairs[:, places, places] -= counts
    return pairs * weight[:, None, None]


def from_coincidences(
    observed: np.ndarray, values: np.ndarray, measurement: Measurement
) -> np.ndarray:
    """Return alpha from coincidences.

    Parameters
    ----------
    observed
        Shape (..., values, values).
    values
        Shape (values,), in increasing order; their numbers matter for interval and ratio only.

    Returns
    -------
    numpy.ndarray
        Shape (...,); NaN where only one value occurs.
    """
    totals = observed.sum(axis=-1)
    everything = totals.sum(axis=-1)
    distance = _squared_distance(totals, values, measurement)
    seen = (observed * distance).sum(axis=(-2, -1))
    chance = (totals[..., :, None] * totals[..., None, :] * distance).sum(axis=(-2, -1))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(chance > 0, 1 - (everything - 1) * seen / chance, np.nan)


def _squared_distance(
    totals: np.ndarray, values: np.ndarray, measurement: Measurement
) -> np.ndarray:
    """Return how far values lie apart, shape (..., values, values)."""
    size = len(values)
    if measurement == "nominal":
        return 1 - np.eye(size)
    if measurement == "interval":
        return (values[:, None] - values[None, :]) ** 2
    if measurement == "ratio":
        total = values[:, None] + values[None, :]
        difference = values[:, None] - values[None, :]
        return (difference / np.where(total == 0, 1, total)) ** 2
    if measurement == "ordinal":
        # Midpoint of each value in the order of all codes: what lies between, and half of each end.
        middle = np.cumsum(totals, axis=-1) - totals / 2
        return (middle[..., :, None] - middle[..., None, :]) ** 2
    raise ValueError("the measurement is not known; allowed: nominal, ordinal, interval, ratio")


def _counted(codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the values that occur, and how often each occurs in a unit."""
    codes = np.asarray(codes)
    place, values = pd.factorize(codes.ravel(), sort=True)
    unit = np.repeat(np.arange(len(codes)), codes.shape[1])
    there = place >= 0
    counts = np.zeros((len(codes), len(values)))
    np.add.at(counts, (unit[there], place[there]), 1.0)
    return np.asarray(values), counts


def agreement(
    rated: Rated, measurement: Measurement = "nominal", *, seed: int, draws: int = DRAWS
) -> Agreement | None:
    """Compute alpha and the share of equal codes with their intervals.

    Returns
    -------
    Agreement or None
        None when fewer than ``FEWEST`` units or clusters were coded twice, or when all codes are
        equal: there is then nothing to tell apart.
    """
    twice = rated.twice
    if twice.sum() < FEWEST:
        return None
    values, counts = _counted(rated.codes[twice])
    place, clusters = resampling.codes(rated.cluster[twice])
    if clusters < FEWEST or len(values) < 2:
        return None
    met = np.zeros((clusters, len(values), len(values)))
    np.add.at(met, place, coincidences(counts))
    drawn = resampling.resummed(met, resampling.counts(clusters, draws, seed))
    whole = met.sum(axis=0)
    estimate = float(from_coincidences(whole, values, measurement))
    again = from_coincidences(drawn, values, measurement)
    again = again[np.isfinite(again)]
    if len(again) < draws / 2:
        return None
    equal = np.trace(whole) / whole.sum()
    equal_drawn = np.einsum("dii->d", drawn) / drawn.sum(axis=(1, 2))
    totals, everything = whole.sum(axis=0), whole.sum()
    by_chance = (totals * (totals - 1)).sum() / (everything * (everything - 1))
    return Agreement(
        _bounded(estimate, again, clusters - 1),
        _bounded(float(equal), equal_drawn, clusters - 1),
        float(by_chance),
        int(twice.sum()),
        clusters,
    )


def _bounded(estimate: float, drawn: np.ndarray, df: int) -> Effect:
    """Return the t interval from the spread of the draws; nothing lies above full agreement.

    Percentiles of few clusters are too narrow; the t quantile makes up for that.
    """
    if np.ptp(drawn) == 0:
        return Effect(estimate, estimate, estimate, 0.0)
    # Draws of few clusters spread too little, by the share of one of them.
    middle = drawn.mean()
    found = resampling.by_spread(estimate, middle + (drawn - middle) * np.sqrt((df + 1) / df), df)
    return Effect(found.estimate, found.ci_low, min(found.ci_high, 1.0), found.p_value)


def row(term: str, found: Agreement, *, share: bool = False, **about: object) -> dict:
    """Return a row of ``Estimates``: alpha as an index, or the share of equal codes in percent.

    Parameters
    ----------
    about
        Further columns, such as ``n``, ``n_organisations``, ``period`` and ``behind``.
    """
    effect = found.equal.times(100) if share else found.alpha
    return {
        "term": term,
        **effect.row(),
        "p_value": np.nan if share else effect.p_value,
        "df": float(found.clusters - 1),
        "unit": "percent" if share else "index",
        **about,
    }


def behind_agreement(cell: Cell) -> Behind:
    """Return what stands behind a row of ``row``: a statistic of all codes together."""
    return behind("model fit", cell)


def intraclass(scores: np.ndarray) -> tuple[float, float, float]:
    """Return how far coders agree on a score: ICC(2,1) of Shrout & Fleiss (1979), and its interval.

    Coders are a sample of possible coders and each codes every unit once.

    Parameters
    ----------
    scores
        Shape (units, coders), without missing scores.

    Returns
    -------
    tuple
        Estimate and ends of the 95% interval.
    """
    units, coders = scores.shape
    long = pd.DataFrame(
        {
            "unit": np.repeat(np.arange(units), coders),
            "coder": np.tile(np.arange(coders), units),
            "score": scores.ravel(),
        }
    )
    with warnings.catch_warnings():
        # pingouin drops missing rows in a way that pandas will give up.
        warnings.simplefilter("ignore", DeprecationWarning)
        found = pingouin.intraclass_corr(long, targets="unit", raters="coder", ratings="score")
    single = found.iloc[1]
    low, high = single["CI95"]
    return float(single["ICC"]), float(low), float(high)
