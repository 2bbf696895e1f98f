"""Contracts and irregular hours of the practically educated beside others.

The ratio of two shares, with the 95 % interval from draws of organisations, on the scale of the
logarithm. At equal work, people are compared with those of the same function group and branch: the
ratio of Mantel and Haenszel weighs such groups by what they tell (Greenland & Robins 1985,
Biometrics 41:55).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods import clusters, resampling
from analysis.methods.behind import behind, contributions
from analysis.methods.cells import Cell
from analysis.methods.results import PAIR, Absent, Estimates, estimates
from analysis.methods.unequal_years import worked
from analysis.methods.years import covering
from analysis.sources.vocabulary import EDUCATION

#: Outcome → numerator and denominator of its share.
SHARES = {
    "temporary": ("temporary_months", "months"),
    "irregular": ("irregular_allowance", "wage"),
}
#: People with some of an outcome, and without all of it, of a level that is shown.
FEWEST = 10
EQUAL_WORK = ("function_group", "branch")
CRUDE, AT_EQUAL_WORK = "crude", "at_equal_work"

_RATIO = Text(
    nl="aandeel van praktisch opgeleiden gedeeld door dat van anderen; bij gelijk werk: binnen "
    "functiegroep en branche (Mantel-Haenszel); 95%-interval uit 1.000 trekkingen van organisaties",
    en="share of the practically educated divided by that of others; at equal work: within "
    "function group and branch (Mantel-Haenszel); 95% interval from 1,000 draws of organisations",
)
_LEVELS = Text(
    nl="gewogen aandeel per opleiding, over alle maanden (contract) of al het loon (toeslag); "
    "95%-interval met organisaties als clusters",
    en="weighted share by education, over all months (contract) or all wage (allowance); "
    "95% interval with organisations as clusters",
)


@dataclass(frozen=True)
class Jobs:
    """Years of work of people whose education is known."""

    rows: pd.DataFrame
    tables: tuple[str, ...]

    @property
    def cell(self) -> Cell:
        """Address of the people."""
        return Cell.of("sampled employees", answered="schooling")

    @property
    def period(self) -> str:
        """Newest year."""
        return f"{int(self.rows['year'].max())}JJ00"


def jobs(employments: DataTable, background: DataTable, *, last: int) -> Jobs | Absent:
    """Return years of work with education; Absent where nearly nobody's is known."""
    tables = (employments.name, background.name)
    rows = worked(employments, background, last=last)
    if rows is None:
        return Absent(tables)
    needed = ["practical", *EQUAL_WORK, *{name for pair in SHARES.values() for name in pair}]
    rows = rows.dropna(subset=needed)
    few = rows["organisation"].nunique() < resampling.FEWEST_CLUSTERS
    return Absent(tables) if few or rows["practical"].nunique() < 2 else Jobs(rows, tables)


def by_level(found: Jobs | Absent, outcome: str) -> Estimates | Absent:
    """Return the share of an outcome per level of education, as ``<level>``, in percent.

    A level at which fewer than ``FEWEST`` people have some of it, or lack some, is left out: a
    share near nothing or everything would tell how few they are.
    """
    if isinstance(found, Absent):
        return found
    over, under = SHARES[outcome]
    out = []
    for level in EDUCATION:
        rows = found.rows[found.rows["education"] == level]
        if rows["organisation"].nunique() < 2 or not rows[[over, under]].sum().gt(0).all():
            continue
        some, lacking = rows[over] > 0, rows[over] < rows[under]
        if min(rows.loc[who, "person"].nunique() for who in (some, lacking)) < FEWEST:
            continue
        top, base = (rows["weight"] * rows[name] for name in (over, under))
        share = clusters.ratio(
            top.to_numpy(float), base.to_numpy(float), rows["organisation"].to_numpy()
        )
        low, high = share.logit_interval()
        each = rows.assign(top=top, base=base).groupby("organisation")[["top", "base"]].sum()
        cell = found.cell.within(education=level)
        out.append(
            {
                "term": level,
                "estimate": 100 * share.estimate,
                "ci_low": 100 * low,
                "ci_high": 100 * high,
                "n": float(rows["person"].nunique()),
                "n_organisations": float(len(each)),
                "df": float(share.df),
                "period": found.period,
                "behind": behind(
                    "rate", cell, **contributions(each["top"].to_numpy()),
                    largest_value=100.0, magnitude=f"{outcome} of sampled",
                    weight=float(base.sum()),
                ),
            }
        )  # fmt: skip
    if not out:
        return Absent(found.tables)
    method = covering(_LEVELS, found.rows["year"].astype(int))
    return estimates(out, tables=found.tables, method=method, unit="percent")


def ratios(found: Jobs | Absent, *, seed: int) -> Estimates | Absent:
    """Return practical against other education, as ``<outcome>.crude`` and ``.at_equal_work``."""
    if isinstance(found, Absent):
        return found
    out = []
    for outcome in SHARES:
        for way, columns in ((CRUDE, ()), (AT_EQUAL_WORK, EQUAL_WORK)):
            effect = ratio(found.rows, outcome, columns, seed=seed)
            if effect is not None:
                out.append(
                    {
                        "term": f"{outcome}{PAIR}{way}",
                        **effect,
                        "n": float(found.rows["person"].nunique()),
                        "n_organisations": float(found.rows["organisation"].nunique()),
                        "df": float(found.rows["organisation"].nunique() - 1),
                        "period": found.period,
                        "behind": behind("difference", found.cell),
                    }
                )
    if not out:
        return Absent(found.tables)
    method = covering(_RATIO, found.rows["year"].astype(int))
    return estimates(out, tables=found.tables, method=method, unit="ratio")


def ratio(
    rows: pd.DataFrame, outcome: str, stratum: Sequence[str], *, seed: int
) -> dict[str, float] | None:
    """Return the ratio of practical to other education with its interval; None without one.

    Parameters
    ----------
    rows
        With ``organisation``, ``practical`` (0 or 1), ``weight`` and both columns of the share.
    stratum
        Columns within whose combinations people are compared.
    """
    over, under = SHARES[outcome]
    place, count = resampling.codes(rows["organisation"].to_numpy())
    group = rows.groupby([*stratum], sort=False).ngroup().to_numpy() if stratum else 0 * place
    groups = int(group.max()) + 1
    cell = (place * groups + group) * 2 + rows["practical"].to_numpy().astype(int)
    sums = [
        np.bincount(cell, rows["weight"] * rows[name], count * groups * 2).reshape(count, -1)
        for name in (over, under)
    ]
    drawn = resampling.counts(count, resampling.DRAWS, seed)
    shape = (-1, groups, 2)
    point = _mantel_haenszel(*(one.sum(axis=0).reshape(shape) for one in sums))[0]
    draws = _mantel_haenszel(*((drawn @ one).reshape(shape) for one in sums))
    if not (np.isfinite(point) and point > 0 and np.isfinite(draws).mean() > 0.9):
        return None
    effect = resampling.by_percentiles(float(np.log(point)), np.log(draws[draws > 0]))
    ends = np.exp([effect.estimate, effect.ci_low, effect.ci_high])
    return dict(zip(("estimate", "ci_low", "ci_high"), map(float, ends), strict=True)) | {
        "p_value": effect.p_value
    }


def _mantel_haenszel(over: np.ndarray, under: np.ndarray) -> np.ndarray:
    """Return the ratio of each draw; arrays have shape (draws, strata, 2), practical last."""
    whole = under.sum(axis=2)
    weight = np.divide(1.0, whole, out=np.zeros_like(whole), where=whole > 0)
    practical = (over[:, :, 1] * under[:, :, 0] * weight).sum(axis=1)
    others = (over[:, :, 0] * under[:, :, 1] * weight).sum(axis=1)
    return np.divide(practical, others, out=np.full(len(others), np.nan), where=others > 0)
