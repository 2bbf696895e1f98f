"""What the airlock must know of a coefficient: on how many observations it rests.

A coefficient of a regression is a weighted sum of outcomes; the weights follow from the regressor
after the other regressors are partialled out. Where one observation carries most of that weight,
the coefficient tells its outcome. The rule is this project's own.
"""

import numpy as np

from analysis.methods.behind import Behind, behind
from analysis.methods.cells import Cell

_NOTHING = 1e-12
#: A coefficient needs as many observations as this, and none with more of the weight; these are
#: the limits of the house, which an edition may only tighten.
FEWEST, HEAVIEST = 10, 0.5


def of_coefficient(
    design: np.ndarray, place: int, cell: Cell, *, weights: np.ndarray | None = None, **more: object
) -> Behind:
    """Return what stands behind the coefficient of one column of a design.

    Parameters
    ----------
    design
        Shape (rows, columns), with the constant; a row per person or, for models of organisations,
        per organisation and year.
    place
        Column of the coefficient.
    cell
        Address of those whom the result's count counts.
    weights
        Of the rows: those of the survey, or of the last step of a generalised linear model.
    **more
        Further fields of ``Behind``, such as ``saturated``.
    """
    design = np.asarray(design, dtype=float)
    root = np.ones(len(design)) if weights is None else np.sqrt(np.asarray(weights, dtype=float))
    scaled = design * root[:, None]
    others = np.delete(scaled, place, axis=1)
    own = scaled[:, place]
    if others.shape[1]:
        own = own - others @ np.linalg.lstsq(others, own, rcond=None)[0]
    square = own**2
    # What the others explain but for rounding rests on nothing.
    nothing = square.sum() <= _NOTHING * (scaled[:, place] ** 2).sum()
    share = np.ones(1) if nothing else square / square.sum()
    ones = [
        int(column.sum())
        for column in design.T
        if np.isin(column, (0.0, 1.0)).all() and 0 < column.sum() < len(column)
    ]
    return behind(
        "coefficient",
        cell,
        fewest_ones=min(ones, default=len(design)),
        fewest_zeros=min((len(design) - count for count in ones), default=len(design)),
        effective=float(1 / (share**2).sum()),
        largest_weight=float(share.max()),
        **more,
    )


def is_thin(known: Behind) -> bool:
    """Tell whether a coefficient rests on so few observations that no airlock lets it pass."""
    return (known.effective or 0.0) < FEWEST or (known.largest_weight or 1.0) > HEAVIEST
