"""Weighted correlations with organisations as clusters."""

import numpy as np
import pandas as pd
import pingouin as pg
from scipy import stats

from analysis.languages import Text
from analysis.methods.behind import behind
from analysis.methods.clusters import bonferroni
from analysis.methods.regression import clustered
from analysis.methods.results import PAIR, Absent, Estimates, absent_passes_through, estimates
from analysis.methods.survey_sample import Sample

METHOD = Text(
    nl="gewogen correlatie van Pearson; 95%-intervallen langs Fishers z, met organisaties als "
    "clusters, die voor alle correlaties samen gelden (Bonferroni)",
    en="weighted Pearson correlation; 95% intervals through Fisher's z, with organisations as "
    "clusters, that hold for all correlations together (Bonferroni)",
)


def correlation(
    first: np.ndarray,
    second: np.ndarray,
    *,
    weights: np.ndarray | None = None,
    clusters: np.ndarray | None = None,
    level: float = 0.95,
) -> dict[str, float]:
    """Correlate two columns.

    The standard error linearises the correlation in its means, variances and covariance, on the
    scale of Fisher's z, where it is nearly symmetric. Without weights and clusters this is the
    textbook interval, from pingouin.

    Returns
    -------
    dict
        ``estimate``, ``ci_low``, ``ci_high``, ``p_value`` and ``df``.

    Raises
    ------
    ValueError
        If a column does not vary.
    """
    first, second = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        raise ValueError("a column does not vary; it has no correlation")
    if weights is None and clusters is None:
        found = pg.corr(first, second)
        estimate = float(found["r"].iloc[0])
        # pingouin rounds its interval to two decimals.
        low, high = pg.compute_esci(
            estimate, nx=len(first), ny=len(first), eftype="r", confidence=level, decimals=12
        )
        p_value, df = float(found["p_val"].iloc[0]), len(first) - 2
    else:
        mass = np.ones(len(first)) if weights is None else np.asarray(weights, dtype=float)
        one, two = _scaled(first, mass), _scaled(second, mass)
        estimate = float(np.average(one * two, weights=mass))
        # Influence of a row on r (Devlin et al. 1975), per unit of Fisher's z.
        pull = mass / mass.sum() * (one * two - estimate * (one**2 + two**2) / 2)
        covariance, df = clustered((pull / (1 - estimate**2))[:, None], clusters)
        se = float(np.sqrt(covariance[0, 0]))
        reach = stats.t.ppf((1 + level) / 2, df) * se
        low, high = np.tanh(np.arctanh(estimate) + np.array([-reach, reach]))
        p_value = float(2 * stats.t.sf(abs(np.arctanh(estimate)) / se, df))
    return {
        "estimate": estimate, "ci_low": float(low), "ci_high": float(high), "p_value": p_value,
        "df": float(df),
    }  # fmt: skip


@absent_passes_through
def correlations(sample: Sample, scales: tuple[str, ...], outcomes: tuple[str, ...]) -> Estimates:
    """Correlate scales with outcomes, as terms ``<scale>.<outcome>``, strongest scale first.

    A scale that the sample lacks is left out.
    """
    there = [name for name in scales if name in sample.scores]
    columns = pd.concat([sample.scores, sample.outcomes], axis=1)
    level = bonferroni(len(there) * len(outcomes))
    found = {
        (scale, outcome): correlation(
            columns[scale], columns[outcome], weights=sample.weights,
            clusters=sample.organisation, level=level,
        )
        for scale in there
        for outcome in outcomes
        if scale != outcome
    }  # fmt: skip
    if not found:
        return Absent(sample.tables)
    strongest = {
        scale: max(abs(one["estimate"]) for (name, _), one in found.items() if name == scale)
        for scale in there
    }
    rows = [
        {**sample.about, "term": f"{scale}{PAIR}{outcome}", **one,
         "behind": behind("correlation", sample.cell)}
        for (scale, outcome), one in sorted(
            found.items(), key=lambda pair: -strongest[pair[0][0]]
        )
    ]  # fmt: skip
    return estimates(rows, tables=sample.tables, method=sample.told(METHOD), unit="correlation")


def _scaled(values: np.ndarray, mass: np.ndarray) -> np.ndarray:
    centred = values - np.average(values, weights=mass)
    return centred / np.sqrt(np.average(centred**2, weights=mass))
