"""What stands behind a released number: what the airlock must know and nobody else may.

It goes to the airlock beside the candidate and never leaves it.
"""

from typing import Literal, Self, get_args

import numpy as np
from pydantic import Field, field_validator, model_validator

from analysis.methods.cells import Cell
from analysis.strict import Listed, StrictModel

#: What a number is. The airlock has rules for these and refuses any other.
Kind = Literal[
    "count",
    "share",
    "weighted share",
    "mean",
    "rate",
    "sum",
    "quantile",
    "deviation",
    "correlation",
    "difference",
    "coefficient",
    "model fit",
    "derived",
    "minimum",
    "maximum",
    "range",
    "mode",
    "rank",
]
KINDS: tuple[str, ...] = get_args(Kind)


class Behind(StrictModel):
    """What stands behind one row of a result.

    Attributes
    ----------
    kind
        What the number is. ``model fit`` describes a whole model and none of its rows, such as a
        reliability, an explained variance or the rank of a driver among drivers; ``derived`` is
        for what no rule knows, such as a design effect.
    cell
        Address of those whom the row's count of persons (or organisations) counts.
    part
        Address of those whom the numerator of a share counts; it lies in ``cell``.
    numerator
        Number of distinct persons or organisations in ``part``, unweighted.
    sides
        Addresses of the parts whose shares a difference compares: it is hidden with them.
    organisations
        Number of organisations behind a curve, which has no column for it; or of which a share
        of some of the participants is, in whose row the number of all of them stands.
    part_organisations
        Number of organisations in ``part``, where it counts persons of organisations.
    largest, largest_two
        Share of the largest contributor, and of the two largest, in the sum of absolute values,
        from 0 to 1. Contributors are organisations where these were summed, persons otherwise.
    largest_value
        Largest possible contribution of one person, in the unit of the number.
    different
        Number of different values among the contributions.
    magnitude, weight
        What a mean or rate is a mean of, and the sum of weights by which it is divided: sums of
        equal magnitudes add up over cells.
    quantile
        Which quantile, from 0 to 1.
    fewest_ones, fewest_zeros
        Smallest number of persons with and without an indicator or interaction in the model.
    effective
        Effective number of observations behind a coefficient, 1 / Σw².
    largest_weight
        Largest w: squared partialled-out regressor, normalised to sum to 1.
    saturated
        Whether the model has a parameter per cell, and so is a table of means.
    df
        Degrees of freedom behind a cell of an aggregate, which has no column for them.
    """

    kind: Kind
    cell: str
    part: str = ""
    numerator: float | None = Field(default=None, ge=0)
    sides: Listed[tuple[str, ...]] = ()
    organisations: float | None = Field(default=None, ge=0)
    part_organisations: float | None = Field(default=None, ge=0)
    largest: float | None = Field(default=None, ge=0, le=1)
    largest_two: float | None = Field(default=None, ge=0, le=1)
    largest_value: float | None = Field(default=None, ge=0)
    different: int | None = None
    magnitude: str = ""
    weight: float | None = None
    quantile: float | None = Field(default=None, gt=0, lt=1)
    fewest_ones: int | None = None
    fewest_zeros: int | None = None
    effective: float | None = None
    largest_weight: float | None = None
    saturated: bool = False
    df: float | None = Field(default=None, ge=0)

    @field_validator("cell", "part")
    @classmethod
    def _is_an_address(cls, text: str) -> str:
        if text:
            Cell.parse(text)
        return text

    @model_validator(mode="after")
    def _part_lies_in_cell(self) -> Self:
        if not self.part:
            return self
        inner = dict(Cell.parse(self.part).levels)
        for name, levels in Cell.parse(self.cell).levels:
            if not set(inner.get(name, ())) or set(inner[name]) - set(levels):
                raise ValueError(f"the part is not one of the cell by '{name}'")
        return self


def behind(kind: Kind, cell: Cell, part: Cell | None = None, **more: object) -> Behind:
    """Return what stands behind a row whose count is that of ``cell``."""
    return Behind(kind=kind, cell=str(cell), part="" if part is None else str(part), **more)


def contributions(values: np.ndarray | list[float]) -> dict[str, float | int]:
    """Return what the rules on dominance ask of contributions to a sum.

    Parameters
    ----------
    values
        One contribution per contributor; their signs do not matter.

    Returns
    -------
    dict
        ``largest``, ``largest_two`` and ``different``, as ``Behind`` takes them.
    """
    sizes = np.sort(np.abs(np.asarray(values, dtype=float)))[::-1]
    total = sizes.sum()
    if total == 0:
        return {"largest": 1.0, "largest_two": 1.0, "different": len(set(sizes))}
    return {
        "largest": float(min(1.0, sizes[0] / total)),
        "largest_two": float(min(1.0, sizes[:2].sum() / total)),
        "different": len(np.unique(sizes)),
    }
