import numpy as np
import pandas as pd
import pytest

from analysis.dataset import DataTable
from analysis.methods import trend
from analysis.methods.results import Absent

#: NIST Statistical Reference Datasets, Norris: linear regression with certified values.
NORRIS_X = [
    0.2, 337.4, 118.2, 884.6, 10.1, 226.5, 666.3, 996.3, 448.6, 777.0, 558.2, 0.4, 0.6, 775.5,
    666.9, 338.0, 447.5, 11.6, 556.0, 228.1, 995.8, 887.6, 120.2, 0.3, 0.3, 556.8, 339.1, 887.2,
    999.0, 779.0, 11.1, 118.3, 229.2, 669.1, 448.9, 0.5,
]  # fmt: skip
NORRIS_Y = [
    0.1, 338.8, 118.1, 888.0, 9.2, 228.1, 668.5, 998.5, 449.1, 778.9, 559.2, 0.3, 0.1, 778.1,
    668.8, 339.3, 448.9, 10.8, 557.7, 228.3, 998.0, 888.8, 119.6, 0.3, 0.6, 557.6, 339.3, 888.0,
    998.5, 778.9, 10.2, 117.6, 228.9, 668.4, 449.2, 0.2,
]  # fmt: skip
CERTIFIED_SLOPE = 1.00211681802045
CERTIFIED_SLOPE_SD = 0.429796848199937e-03


def test_norris_slope_and_its_standard_deviation():
    fit = trend.slope(pd.DataFrame({"year": NORRIS_X, "value": NORRIS_Y}), level=0.95)
    assert fit["estimate"] == pytest.approx(CERTIFIED_SLOPE, rel=1e-9)
    from scipy import stats

    half = stats.t.ppf(0.975, 34) * CERTIFIED_SLOPE_SD
    assert fit["ci_high"] - fit["estimate"] == pytest.approx(half, rel=1e-7)
    assert fit["estimate"] - fit["ci_low"] == pytest.approx(half, rel=1e-7)
    assert fit["df"] == 34
    assert fit["n"] == 36


def table(lines, years=range(2019, 2026)):
    rows = [
        {
            "measure": "flexible_share", "group": group, "period": f"{year}JJ00",
            "frequency": "year", "year": year, "value": value(year),
        }
        for group, value in lines.items()
        for year in years
    ]  # fmt: skip
    return DataTable("flexible_share", pd.DataFrame(rows))


CALL = {"trends": ["a", "b"], "levels": ["a"], "against": "sector", "first": 2019, "last": 2025}


def noisy(intercept, slope, seed):
    noise = np.random.default_rng(seed).normal(0, 0.1, 3000)
    return lambda year: intercept + slope * (year - 2019) + noise[year]


def test_trends_and_levels():
    data = table({"a": noisy(10, 0.5, 1), "b": noisy(5, -0.5, 2), "sector": noisy(8, 0, 3)})
    found = trend.trends_and_levels(data, "flexible_share", **CALL).frame.set_index("term")
    assert found.loc["trend_a", "estimate"] == pytest.approx(0.5, abs=0.06)
    assert found.loc["trend_b", "estimate"] == pytest.approx(-0.5, abs=0.06)
    assert found.loc["level_a", "estimate"] == pytest.approx(3.5, abs=0.15)
    assert found.loc["level_a", ["ci_low", "ci_high"]].isna().all()


def test_intervals_widen_with_the_number_of_trends():
    data = table({"a": noisy(10, 0.5, 1), "b": noisy(5, -0.5, 2), "sector": noisy(8, 0, 3)})
    one = trend.trends_and_levels(data, "flexible_share", **{**CALL, "trends": ["a"]})
    two = trend.trends_and_levels(data, "flexible_share", **CALL)

    def width(result):
        row = result["trend_a"].frame.iloc[0]
        return row["ci_high"] - row["ci_low"]

    assert width(two) > width(one)


def test_too_few_years_or_an_absent_table_give_no_trend():
    data = table({"a": lambda y: y, "b": lambda y: y, "sector": lambda y: y}, range(2022, 2026))
    assert trend.trends_and_levels(data, "flexible_share", **CALL) == Absent(("flexible_share",))
    gone = DataTable("flexible_share", None)
    assert trend.trends_and_levels(gone, "flexible_share", **CALL) == Absent(("flexible_share",))
