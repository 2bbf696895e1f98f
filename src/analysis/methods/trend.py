"""Linear trends of yearly series, with intervals that hold for all series at once."""

import pandas as pd
import statsmodels.formula.api as smf

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods.results import HALF_STEP, Absent, Estimates, estimates

#: Fewer years than this give a trend without any meaning.
MINIMUM_YEARS = 5
LEVEL = 0.95

METHOD = Text(
    nl=(
        "verandering: rechte lijn door de jaarcijfers (kleinste kwadraten), met 95%-intervallen "
        "die voor alle branches samen gelden (Bonferroni); dat veronderstelt dat jaren los van "
        "elkaar om de lijn liggen en laat de steekproeffout van de bron buiten beeld; "
        "niveau: gemiddeld verschil met de hele sector"
    ),
    en=(
        "change: straight line through the yearly figures (least squares), with 95% intervals that "
        "hold for all branches together (Bonferroni); this assumes that years scatter "
        "independently around the line, and leaves out the source's sampling error; level: "
        "mean difference from the whole sector"
    ),
)


def slope(frame: pd.DataFrame, *, level: float) -> dict[str, float]:
    """Fit ``value`` on ``year`` by ordinary least squares.

    Parameters
    ----------
    frame
        Columns ``year`` and ``value``, one row per year.
    level
        Coverage of the interval.

    Returns
    -------
    dict
        ``estimate``, ``ci_low``, ``ci_high``, ``p_value``, ``n``, ``df``; the unit is that of
        ``value`` per year.
    """
    centred = frame.assign(year=frame["year"] - frame["year"].mean())
    fit = smf.ols("value ~ year", data=centred).fit()
    low, high = fit.conf_int(alpha=1 - level).loc["year"]
    return {
        "estimate": fit.params["year"],
        "ci_low": low,
        "ci_high": high,
        "p_value": fit.pvalues["year"],
        "n": len(frame),
        "df": fit.df_resid,
    }


def trends_and_levels(
    table: DataTable,
    measure: str,
    *,
    trends: list[str],
    levels: list[str],
    against: str,
    first: int,
    last: int,
) -> Estimates | Absent:
    """Estimate the yearly change of ``measure`` in some groups, and how far some lie above another.

    The intervals of the changes are widened after Bonferroni, so that all of them hold together
    with 95 %. They describe how far the yearly figures scatter around a straight line. They do not
    hold the sampling error of the figures, which the source does not give.

    Parameters
    ----------
    trends
        Groups whose change is estimated, as terms ``trend_<group>`` in percentage points per year.
    levels
        Groups whose mean distance to ``against`` is computed, as terms ``level_<group>`` in
        percentage points; a difference of published figures, without an interval.

    Returns
    -------
    Estimates or Absent
        Absent when the table is, or when a group has fewer than ``MINIMUM_YEARS`` years.
    """
    if table.frame is None:
        return Absent((table.name,))
    frame = table.frame
    wide = frame[
        (frame["measure"] == measure)
        & (frame["frequency"] == "year")
        & frame["year"].between(first, last)
    ].pivot(index="year", columns="group", values="value")
    needed = [*trends, *levels, against]
    if any(group not in wide or wide[group].count() < MINIMUM_YEARS for group in needed):
        return Absent((table.name,))
    # The age of the result is that of the series that ends first.
    period = f"{min(wide[group].last_valid_index() for group in needed)}JJ00"
    level = 1 - (1 - LEVEL) / len(trends)
    rows = [
        {
            "term": f"trend_{group}",
            "unit": "percentage_points_per_year",
            "period": period,
            **slope(wide[group].dropna().rename("value").reset_index(), level=level),
        }
        for group in trends
    ]
    gaps = {group: (wide[group] - wide[against]).dropna() for group in levels}
    rows += [
        {
            "term": f"level_{group}",
            "unit": "percentage_points",
            "period": period,
            "estimate": gap.mean(),
            "n": len(gap),
            "half_step": 2 * HALF_STEP,
        }
        for group, gap in gaps.items()
    ]
    return estimates(rows, tables=(table.name,), method=METHOD)
