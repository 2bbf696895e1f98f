"""Small units without turnover, beside what chance gives."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.dataset import DataTable
from analysis.methods import small_units
from analysis.methods.results import Absent


def drawn(sd: float, seed: int, *, organisations: int = 150, functions: int = 12) -> DataTable:
    """Leavers of each organisation, drawn without replacement; units differ by ``sd`` (log odds)."""
    random = np.random.default_rng(seed)
    rows = []
    for place in range(organisations):
        size = random.integers(8, 40, functions)
        weight = np.exp(random.normal(0, sd, functions)) * np.linspace(0.8, 1.2, functions)
        leavers = round(0.12 * size.sum())
        people = np.repeat(np.arange(functions), size)
        # The smallest exponential waiting times: drawing one by one, with these odds.
        order = np.argsort(random.exponential(1 / weight[people]))
        left = np.bincount(people[order[:leavers]], minlength=functions)
        rows.append(
            pd.DataFrame(
                {
                    "organisation": f"o{place}", "year": 2025,
                    "function": [f"f{one}" for one in range(functions)],
                    "at_risk": size, "leavers": left,
                }
            )
        )  # fmt: skip
    return DataTable("organisation_functions", pd.concat(rows, ignore_index=True))


def units(table: DataTable):
    return small_units.units(table, first=2025, last=2025)


def test_with_equal_odds_chance_is_hypergeometric():
    size, people, leavers = np.array([10, 15, 30]), np.array([200, 300, 90]), np.array([20, 33, 9])
    found = small_units.chance_of_none(size, people, leavers, np.ones(3))
    assert found == pytest.approx(stats.hypergeom.pmf(0, people, size, leavers))


def test_units_whose_function_leaves_more_have_none_less_often():
    chances = small_units.chance_of_none(
        np.full(3, 15), np.full(3, 300), np.full(3, 30), np.array([0.5, 1.0, 2.0])
    )
    assert (np.diff(chances) < 0).all()


def test_no_more_than_chance_where_units_are_alike():
    found = small_units.ratio(units(drawn(0.0, 1))).frame.iloc[0]
    assert found["ci_low"] < 1 < found["ci_high"]


def test_more_than_chance_where_units_differ():
    found = small_units.ratio(units(drawn(0.8, 2))).frame.iloc[0]
    assert found["ci_low"] > 1.1


def test_units_have_ten_to_thirty_people():
    found = units(drawn(0.0, 3))
    assert found.frame["at_risk"].between(10, 30).all()
    assert found.of_size(10, 14).frame["at_risk"].max() <= 14
    assert str(found.cell("small")).startswith("employees at the start|unit_size=small")


def test_by_size_shows_units_beside_chance():
    found = small_units.by_size(units(drawn(0.0, 4, organisations=400)))
    wide = found.frame.pivot(index="group", columns="measure", values="value")
    assert wide.loc["units_10_to_30", "none"] == pytest.approx(
        wide.loc["units_10_to_30", "by_chance"], rel=0.25
    )
    assert wide.loc["units_10_to_14", "upper_limit"] > wide.loc["units_10_to_30", "upper_limit"]
    assert all(known.kind == "model fit" and known.df >= 10 for known in found.behind)


def test_classes_with_hardly_any_such_unit_are_left_out():
    table = drawn(0.0, 5, organisations=30)
    assert "units_20_to_30" not in set(small_units.by_size(units(table)).frame["group"])


@pytest.mark.parametrize("damage", ["none", "empty", "nobody left", "one organisation"])
def test_without_units_there_is_no_answer(damage):
    frame = drawn(0.0, 6).frame
    changed = {
        "none": None,
        "empty": frame.iloc[:0],
        "nobody left": frame.assign(leavers=0),
        "one organisation": frame[frame["organisation"] == "o1"],
    }[damage]
    found = units(DataTable("organisation_functions", changed))
    assert isinstance(found, Absent)
    assert isinstance(small_units.ratio(found), Absent)
    assert isinstance(small_units.by_size(found), Absent)


def parts(rates: list[float]) -> DataTable:
    rows = [
        {
            "organisation": f"o{place}", "year": 2025, "age_band": "25_to_34",
            "function_group": "care", "person_years": size, "absence_rate": rate,
        }
        for place, rate in enumerate(rates)
        for size in (12.0, 25.0, 30.0)
    ]  # fmt: skip
    return DataTable("absence_parts", pd.DataFrame(rows))


def test_near_no_absence_counts_small_groups():
    found = small_units.near_no_absence(parts([0.4] * 10 + [6.0] * 30), last=2025).frame.iloc[0]
    assert found["estimate"] == pytest.approx(25)
    assert found["n"] == 40 * 37, "a group of 30 person-years is no small one"
    assert isinstance(small_units.near_no_absence(parts([6.0] * 40), last=2025), Absent)
    assert isinstance(small_units.near_no_absence(DataTable("p", None), last=2025), Absent)
