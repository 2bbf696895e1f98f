"""How well a factor model fits: chi-square and the indices that the field reports."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from analysis.methods.factor_model import Fit
from analysis.methods.moments import Moments


@dataclass(frozen=True)
class Indices:
    """Chi-square and fit indices.

    Attributes
    ----------
    chi_square, df, p_value
        Of the model; people are taken as independent.
    cfi
        Comparative fit index (Bentler 1990, Psychological Bulletin 107).
    tli
        Tucker-Lewis index, the non-normed fit index.
    rmsea
        Root mean square error of approximation (Steiger 1990); for several groups times the root
        of their number (Steiger 1998).
    """

    chi_square: float
    df: int
    p_value: float
    cfi: float
    tli: float
    rmsea: float


def indices(fitted: Fit) -> Indices:
    """Return the indices of a fitted model against independence of all items in each group."""
    n, groups = fitted.n, len(fitted.moments)
    items = len(fitted.model.observed)
    chi_square, df = n * max(fitted.discrepancy, 0.0), fitted.model.degrees_of_freedom
    base = n * independence(fitted.moments)
    base_df = groups * items * (items - 1) // 2
    excess, base_excess = max(chi_square - df, 0.0), max(base - base_df, chi_square - df, 0.0)
    return Indices(
        chi_square=chi_square,
        df=df,
        p_value=float(stats.chi2.sf(chi_square, df)) if df else float("nan"),
        cfi=1 - excess / base_excess if base_excess else 1.0,
        tli=(base / base_df - chi_square / df) / (base / base_df - 1) if df else 1.0,
        rmsea=float(np.sqrt(excess / (n * df) * groups)) if df else 0.0,
    )


def independence(moments: tuple[Moments, ...]) -> float:
    """Return the discrepancy of the model in which all items are independent."""
    n = sum(one.n for one in moments)
    return sum(
        one.n
        / n
        * (np.log(np.diag(one.covariance)).sum() - np.linalg.slogdet(one.covariance).logabsdet)
        for one in moments
    )
