"""How strong an unmeasured common cause must be to explain a slope away.

Cinelli & Hazlett (2020), J. R. Stat. Soc. B 82:39. The robustness value is a part of variance: a
common cause that explains that much of what is left of both the regressor and the outcome would
bring the slope to zero. It is compared with what measured causes explain.

VanderWeele & Ding (2017), Ann. Intern. Med. 167: the E-value says the same of a ratio of risks or
rates, in ratios.
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats


@dataclass(frozen=True)
class Robustness:
    """How a slope bears an unmeasured common cause; all between 0 and 1.

    Attributes
    ----------
    partial_r2
        Part of what is left of the outcome that the regressor explains. A cause that explains all
        that is left of the outcome must explain this much of the regressor.
    value
        Robustness value: a common cause that explains this part of both brings the slope to zero.
    value_of_interval
        The same for the end of the interval nearest zero; 0 where the interval includes zero.
    """

    partial_r2: float
    value: float
    value_of_interval: float


def partial_r2(t: float, df: float) -> float:
    """Return the part of the remaining variance that a regressor explains.

    Parameters
    ----------
    t
        Its slope divided by the ordinary standard error.
    df
        Residual degrees of freedom.
    """
    return t**2 / (t**2 + df)


def robustness_value(t: float, df: float, *, alpha: float | None = None) -> float:
    """Return the robustness value of a slope, or of its interval.

    Parameters
    ----------
    t
        The slope divided by its standard error. For the value of the slope itself that is the
        ordinary one; for that of the interval, one that knows of organisations makes it honest.
    df
        Residual degrees of freedom.
    alpha
        One less the level of the interval; None for the slope itself.
    """
    strength = abs(t) / np.sqrt(df)
    # One degree of freedom goes to the common cause.
    needed = 0.0 if alpha is None else stats.t.ppf(1 - alpha / 2, df - 1) / np.sqrt(df - 1)
    left = strength - needed
    if left <= 0:
        return 0.0
    if needed > 0 and left > 1 / needed:
        return float((strength**2 - needed**2) / (1 + strength**2))
    return float((np.sqrt(left**4 + 4 * left**2) - left**2) / 2)


def as_strong_as(of_driver: float, of_outcome: float) -> float:
    """Return the robustness value that a cause as strong as a measured one would overcome.

    A cause that explains little of one side can make up for it on the other: what counts is their
    product. So the measured cause is told as the equal parts of both sides that would move the
    slope as far, which is what a robustness value is. Bounds with k = 1 as in Cinelli & Hazlett
    (2020), section 4.4.

    Parameters
    ----------
    of_driver
        Part of what is left of the regressor that the measured cause explains, beside the others.
    of_outcome
        Part of what is left of the outcome that it explains, beside the regressor and the others.
    """
    if not of_driver < 0.5 or not of_outcome < 1:
        # Nothing is left that a second cause as strong could explain.
        return 1.0
    side = of_driver / (1 - of_driver)
    overlap = of_driver**2 / (1 - of_driver) ** 2
    factor = (1 + np.sqrt(overlap)) ** 2 / (1 - overlap)
    outcome = min(factor * of_outcome / (1 - of_outcome), 1.0)
    moved = outcome * side / (1 - side)
    return float((np.sqrt(moved**2 + 4 * moved) - moved) / 2)


def e_value(ratio: float) -> float:
    """Return how strongly a common cause must go with both sides to explain a ratio away.

    At least this many times likelier on either side, beside the measured causes.

    Parameters
    ----------
    ratio
        Of risks or rates, above zero; below 1 its inverse counts. For the end of an interval
        nearest 1 the E-value is that of this end, or 1 where the interval includes 1.
    """
    above = max(ratio, 1 / ratio)
    return float(above + np.sqrt(above * (above - 1)))


def of_slope(
    design: np.ndarray,
    place: int,
    outcome: np.ndarray,
    *,
    weight: np.ndarray | None = None,
    wider: float = 1.0,
    alpha: float = 0.05,
) -> Robustness | None:
    """Return how the slope of one column bears an unmeasured common cause.

    Parameters
    ----------
    design
        Shape (rows, columns), with the constant.
    place
        Column of the regressor.
    outcome
        Shape (rows,); 0 and 1 for a linear probability model.
    weight
        Of the rows.
    wider
        How many times the standard error that knows of organisations is the ordinary one.

    Returns
    -------
    Robustness or None
        None when the column follows from the others.
    """
    root = np.ones(len(design)) if weight is None else np.sqrt(np.asarray(weight, dtype=float))
    scaled = np.asarray(design, dtype=float) * root[:, None]
    others = np.delete(scaled, place, axis=1)
    left = np.column_stack([scaled[:, place], np.asarray(outcome, dtype=float) * root])
    left = left - others @ np.linalg.lstsq(others, left, rcond=None)[0]
    own, result = (left**2).sum(axis=0)
    if own <= 1e-10 * (scaled[:, place] ** 2).sum() or result <= 0:
        return None
    df = len(design) - design.shape[1]
    explained = (left[:, 0] @ left[:, 1]) ** 2 / (own * result)
    t = np.sqrt(explained / (1 - explained) * df)
    return Robustness(
        partial_r2(t, df), robustness_value(t, df), robustness_value(t / wider, df, alpha=alpha)
    )
