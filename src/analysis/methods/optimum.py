"""Whether there is a best amount: absence that falls with mobility first, and rises after.

A square that differs from zero is no optimum: it may bend a line that only rises. Lind & Mehlum
(2010), Oxford Bulletin of Economics and Statistics 72, ask for a slope that is clearly negative at
the low end and clearly positive at the high end. Their ends are the smallest and largest value;
here they are the percentiles 10 and 90, which show no organisation and lean on no outlier.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods import distribution, leverage, panel
from analysis.methods.behind import Behind
from analysis.methods.cells import Cell
from analysis.methods.drivers import percent
from analysis.methods.organisation_panel import (
    FEWEST,
    FEWEST_IN_BRANCH,
    Sample,
    centred_means,
)
from analysis.methods.results import Absent, Aggregate, Estimates, estimates
from analysis.methods.years import covering

ENDS = (0.1, 0.9)

_METHOD = Text(
    nl="toets van Lind & Mehlum op gemiddelden van organisaties over de jaren: het logaritme van "
    "het verzuim op mobiliteit en haar kwadraat, als afwijking van de branche, naast omvang en de "
    "andere kenmerken; helling bij percentiel 10 en 90 van de mobiliteit; robuust 95%-interval; "
    "het keerpunt met een interval volgens Fieller",
    en="test of Lind & Mehlum on means of organisations over the years: the logarithm of absence "
    "on mobility and its square, as deviation from the branch, beside size and the other "
    "characteristics; slope at percentiles 10 and 90 of mobility; robust 95% interval; the turning "
    "point with Fieller's interval",
)
_ENGAGEMENT = Text(
    nl="gemiddelde bevlogenheid van de respondenten van een organisatie op de gemiddelde "
    "mobiliteit, met effecten van branche maal jaar en van omvang, gewogen naar respondenten; "
    "95%-interval met organisaties als clusters; in standaarddeviaties tussen mensen; n telt "
    "ingevulde vragenlijsten",
    en="mean engagement of an organisation's respondents on mean mobility, with effects of branch "
    "by year and of size, weighted by respondents; 95% interval with organisations as clusters; "
    "in standard deviations between people; n counts questionnaires",
)


@dataclass(frozen=True)
class Bend:
    """A line with a square, seen from its two ends.

    Attributes
    ----------
    fit
        Slopes of the line and of the square come first.
    ends
        Where the slope is taken.
    """

    fit: panel.Fit
    ends: tuple[float, float]

    def slope(self, at: float) -> tuple[float, float, float]:
        """Return the slope at a value, with its 95 % interval."""
        weights = np.zeros(len(self.fit.slopes))
        weights[:2] = 1.0, 2 * at
        slope, se = self.fit.combination(weights)
        reach = stats.t.ppf(0.975, self.fit.df) * se
        return slope, slope - reach, slope + reach

    def p_value(self) -> float:
        """Return the p-value of Lind and Mehlum that there is no U: that of the weaker end."""
        values = []
        for at, sign in zip(self.ends, (-1.0, 1.0), strict=True):
            weights = np.zeros(len(self.fit.slopes))
            weights[:2] = 1.0, 2 * at
            slope, se = self.fit.combination(weights)
            values.append(stats.t.sf(sign * slope / se, self.fit.df))
        return float(max(values))

    def turning_point(self) -> tuple[float, float, float] | None:
        """Return where the slope is zero, with Fieller's interval; None where that has no end."""
        line, square = self.fit.slopes[:2]
        v = self.fit.covariance[:2, :2]
        t = stats.t.ppf(0.975, self.fit.df) ** 2
        # (line + 2 θ square)² = t² · variance, a quadratic in θ.
        a = 4 * (square**2 - t * v[1, 1])
        b = 4 * (line * square - t * v[0, 1])
        c = line**2 - t * v[0, 0]
        inner = b**2 - 4 * a * c
        if a <= 0 or inner <= 0:
            return None
        ends = sorted((-b + sign * np.sqrt(inner)) / (2 * a) for sign in (-1, 1))
        return float(-line / (2 * square)), float(ends[0]), float(ends[1])


def bend(outcome: np.ndarray, x: np.ndarray, others: np.ndarray) -> tuple[Bend, np.ndarray]:
    """Fit a line and a square, with a covariance that is robust to unequal variance.

    Parameters
    ----------
    others
        Shape (rows, columns), with the constant.

    Returns
    -------
    Bend
    numpy.ndarray
        The design.
    """
    design = np.column_stack([x, x**2, others])
    fit = panel.clustered(outcome, design, np.arange(len(x)), lost=design.shape[1])
    low, high = np.quantile(x, ENDS)
    return Bend(fit, (float(low), float(high))), design


def with_mobility(table: DataTable) -> DataTable:
    """Add ``mobility``: people who came and people who left, per mean employee."""
    if table.frame is None:
        return table
    frame = table.frame
    return DataTable(
        table.name, frame.assign(mobility=frame["inflow_rate"] + frame["turnover_rate"])
    )


def of_mobility(chosen: Sample | Absent, *, beside: tuple[str, ...]) -> Estimates | Absent:
    """Test whether absence is lowest at some mobility in between.

    Terms ``low_end`` and ``high_end`` (percent difference of absence per standard deviation of
    mobility at that end), and, where it has an interval, ``turning_point`` (percentage points of
    mobility from the mean of the branch).

    Parameters
    ----------
    chosen
        Made with ``mobility`` among the drivers.
    beside
        Other drivers to hold constant; those that were left out are left out here too.

    Returns
    -------
    Estimates or Absent
        Absent where mobility cannot be told from the other drivers, or where a few organisations
        far from the others make up the curve.
    """
    if isinstance(chosen, Absent):
        return chosen
    if "mobility" not in chosen.drivers:
        return Absent((chosen.table,))
    others = [name for name in beside if name in chosen.drivers]
    middle = _means(chosen, others)
    x = middle["mobility"].to_numpy() / chosen.spread["mobility"]
    beside_it = [middle["size"], *(middle[name] / chosen.spread[name] for name in others)]
    found, design = bend(
        middle["deviation"].to_numpy(), x, np.column_stack([*beside_it, np.ones(len(x))])
    )
    if not panel.identified(design)[:2].all():
        return Absent((chosen.table,))
    rows_found = []
    for place, term in enumerate(("low_end", "high_end")):
        slope, low, high = found.slope(found.ends[place])
        rows_found.append(
            {
                "term": term,
                "estimate": percent(slope),
                "ci_low": percent(low),
                "ci_high": percent(high),
                "unit": "percent_change",
                "behind": _of_slope(design, found.ends[place], chosen.cell),
            }
        )
    turning = found.turning_point()
    if turning is not None:
        scale = 100 * chosen.spread["mobility"]
        rows_found.append(
            {
                "term": "turning_point",
                "estimate": scale * turning[0],
                "ci_low": scale * turning[1],
                "ci_high": scale * turning[2],
                "unit": "percentage_points",
                "behind": leverage.of_coefficient(design, 1, chosen.cell),
            }
        )
    if any(leverage.is_thin(row["behind"]) for row in rows_found):
        return Absent((chosen.table,))
    shared = {"df": found.fit.df, **chosen.about()}
    return estimates(
        [row | shared for row in rows_found], tables=(chosen.table,), method=chosen.told(_METHOD)
    )


def shape(chosen: Sample | Absent) -> Aggregate | Absent:
    """Return mean mobility and absence of organisations that ascend in mobility.

    Both are deviations from the branch: in percentage points, and in percent.
    """
    if isinstance(chosen, Absent):
        return chosen
    if "mobility" not in chosen.drivers:
        return Absent((chosen.table,))
    middle = _means(chosen, [])
    newest = chosen.rows.groupby(["branch", "organisation"])[["year", "employees"]].last()
    year = int(newest["year"].max())
    table = DataTable(
        chosen.table, middle.join(newest["employees"]).reset_index().assign(year=year)
    )
    return distribution.binned(
        table,
        "mobility",
        "deviation",
        among=chosen.cell,
        year=year,
        units=("percentage_points", "percent_change"),
        scales=(100.0, 100.0),
    )


def _means(chosen: Sample, others: list[str]) -> pd.DataFrame:
    """Return each organisation's means over the years, as deviation from the branch."""
    rows = chosen.rows.assign(size=np.log(chosen.rows["employees"].to_numpy(float)))
    rows["deviation"] = rows["log_outcome"]
    return centred_means(rows, ["deviation", "size", "mobility", *others])


def _of_slope(design: np.ndarray, at: float, cell: Cell) -> Behind:
    """Return what stands behind the slope at a value: that of the line after moving zero there."""
    moved = design.copy()
    moved[:, 1] = (design[:, 0] - at) ** 2
    return leverage.of_coefficient(moved, 0, cell)


def of_engagement(
    table: DataTable, people: DataTable, *, first: int, last: int
) -> Estimates | Absent:
    """Estimate how engagement goes with mobility.

    Terms ``mobility`` and, where team churn is known, ``given_churn``: the same at equal team
    churn. Standard deviations of engagement between people, per standard deviation of mobility
    between organisations of a branch.

    Parameters
    ----------
    table
        Organisations by year, with ``mobility``.
    people
        Respondents, for the standard deviation of engagement.
    """
    both = (table.name, people.name)
    if table.frame is None or people.frame is None or "engagement" not in table.frame:
        return Absent(both)
    frame = table.frame[table.frame["year"].between(first, last)]
    centred = centred_means(frame, ["mobility", "team_churn"])
    z = (centred / centred.std(ddof=0)).reset_index(level="branch", drop=True)
    rows = frame.dropna(subset=["engagement", "respondents"])
    counts = rows.groupby(["branch", "year"])["organisation"].transform("nunique")
    rows = rows[(counts >= FEWEST_IN_BRANCH) & (rows["respondents"] > 0)].reset_index(drop=True)
    sd = float(people.frame["engagement"].std())
    x = z.reindex(rows["organisation"]).to_numpy()
    if rows["organisation"].nunique() < FEWEST or not sd > 0 or not np.isfinite(x[:, 0]).all():
        return Absent(both)
    controls = np.column_stack(
        [np.log(rows["employees"].to_numpy(float)), panel.indicators(_level(rows))]
    )
    weights = rows["respondents"].to_numpy(float)
    designs = {"mobility": np.column_stack([x[:, 0], controls])}
    if np.isfinite(x[:, 1]).all():
        designs["given_churn"] = np.column_stack([x, controls])
    # People who answered are counted, per wave, and not all who work at their organisations.
    cell = Cell.of(
        "questionnaires",
        answered="engagement and mobility",
        branch=sorted(set(rows["branch"])),
    )
    found = []
    for term, design in designs.items():
        if not panel.identified(design)[0]:
            continue
        fit = panel.clustered(
            rows["engagement"].to_numpy(float) / sd,
            design,
            rows["organisation"].to_numpy(),
            weights=weights,
            lost=design.shape[1] - panel.indicators(_level(rows)).shape[1] + 1,
        )
        low, high = fit.interval(0)
        found.append(
            {
                "term": term,
                "estimate": float(fit.slopes[0]),
                "ci_low": low,
                "ci_high": high,
                "p_value": float(fit.p_values[0]),
                "df": fit.df,
                "n": float(weights.sum()),
                "n_organisations": rows["organisation"].nunique(),
                "period": f"{int(rows['year'].max())}JJ00",
                "behind": leverage.of_coefficient(design, 0, cell, weights=weights),
            }
        )
    if not found:
        return Absent(both)
    return estimates(
        found,
        tables=both,
        method=covering(_ENGAGEMENT, set(rows["year"])),
        unit="standard_deviations",
    )


def _level(rows: pd.DataFrame) -> np.ndarray:
    return (rows["branch"] + rows["year"].astype(str)).to_numpy()
