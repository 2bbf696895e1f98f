import pandas as pd
import pytest

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods import series
from analysis.methods.results import Absent, estimates

ABSENT = DataTable("flows", None)


def table(rows, name="absence"):
    frame = pd.DataFrame(rows, columns=["measure", "group", "period", "value"])
    kinds = {"JJ": "year", "KW": "quarter"}
    return DataTable(
        name,
        frame.assign(
            frequency=frame["period"].str[4:6].map(kinds),
            year=frame["period"].str[:4].astype(int),
            unit="percent" if name == "absence" else "thousand",
            status="definite",
            reference="r",
        ),
    )


QUARTERS = table(
    [("absence_rate", "q", f"{year}KW0{quarter}", value)
     for (year, quarter), value in {
         (2023, 1): 9.0, (2023, 2): 6.0, (2023, 3): 5.0, (2023, 4): 8.0, (2024, 1): 7.0,
         (2024, 2): 6.5}.items()]
    + [("absence_rate", "q", "2023JJ00", 7.1), ("absence_rate", "q", "2022JJ00", 8.2),
       ("absence_rate", "other", "2023JJ00", 3.0)]
)  # fmt: skip


def only(result):
    assert len(result.frame) == 1
    return result.frame.iloc[0]


def test_the_latest_figure_is_the_newest_up_to_the_last_year():
    call = {"frequency": "quarter", "group": "q"}
    assert only(series.latest(QUARTERS, "absence_rate", last=2024, **call))["estimate"] == 6.5
    row = only(series.latest(QUARTERS, "absence_rate", last=2023, **call))
    assert (row["estimate"], row["period"], row["n"]) == (8.0, "2023KW04", 1)
    assert pd.isna(row["ci_low"]), "the source gives no interval, so neither do we"
    assert isinstance(series.latest(QUARTERS, "absence_rate", last=2020, **call), Absent)


def test_the_highest_figure_and_the_extremes():
    span = {"frequency": "year", "group": "q", "first": 2022, "last": 2024}
    assert only(series.highest(QUARTERS, "absence_rate", **span))["period"] == "2022JJ00"
    found = series.extremes(QUARTERS, "absence_rate", **span).frame.set_index("term")["estimate"]
    assert found.to_dict() == {"lowest": 7.1, "highest": 8.2}


def test_the_mean_of_the_last_four_quarters():
    row = only(series.mean_of_last_four_quarters(QUARTERS, "absence_rate", group="q", last=2024))
    assert row["estimate"] == pytest.approx((5.0 + 8.0 + 7.0 + 6.5) / 4)
    assert row["period"] == "2024KW02"
    assert row["n"] == 4


def test_four_quarters_with_a_gap_are_no_year():
    gap = DataTable("absence", QUARTERS.frame[QUARTERS.frame["period"] != "2023KW04"])
    result = series.mean_of_last_four_quarters(gap, "absence_rate", group="q", last=2024)
    assert isinstance(result, Absent)


def test_a_real_year_lies_close_to_the_mean_of_its_quarters(real):
    """CBS publishes both: the plain mean never misses the annual figure by more than 0.1."""
    from analysis.sources.delivery import read_tables

    frame = read_tables(real)[0]["absence"].frame
    absence = DataTable("absence", frame)
    for year in range(2010, 2024):
        mean = only(
            series.mean_of_last_four_quarters(absence, "absence_rate", group="422400", last=year)
        )
        annual = only(
            series.latest(absence, "absence_rate", frequency="year", group="422400", last=year)
        )
        assert annual["period"] == f"{year}JJ00"
        assert mean["estimate"] == pytest.approx(annual["estimate"], abs=0.1 + 1e-9)


def test_selection_keeps_the_asked_order_and_leaves_out_the_empty():
    result = series.select(
        QUARTERS, ["absence_rate"], frequency="year", groups=["other", "q", "none"],
        first=2022, last=2024,
    )  # fmt: skip
    assert result.frame["group"].tolist() == ["other", "q", "q"]
    assert set(result.frame["kind"]) == {"rate"}
    assert result.tables == ("absence",)


def test_the_latest_common_period():
    chosen = series.select(
        QUARTERS, ["absence_rate"], frequency="year", groups=["other", "q"], first=2020, last=2024
    )
    common = series.at_latest_common_period(chosen, groups=["other", "q"])
    assert set(common.frame["period"]) == {"2023JJ00"}
    assert series.at_latest_common_period(Absent(("x",)), groups=["q"]) == Absent(("x",))
    more = ["other", "q", "without figures"]
    assert series.at_latest_common_period(chosen, groups=more) == Absent(("absence",))


def test_vacancy_rate_takes_the_newest_year_that_both_have():
    vacancies = table(
        [
            ("open_vacancies", "422400", "2022JJ00", 63.4),
            ("open_vacancies", "422400", "2023JJ00", 60),
        ],
        "vacancies",
    )
    employment = table(
        [("employees", "sector", "2021JJ00", 1350), ("employees", "sector", "2022JJ00", 1370)],
        "employment",
    )
    result = series.vacancy_rate(vacancies, employment, group="422400", last=2025)
    row = only(result)
    assert row["estimate"] == pytest.approx(100 * 63.4 / (63.4 + 1370))
    assert row["period"] == "2022JJ00"
    assert result.tables == ("employment", "vacancies")
    low = 100 * 63.35 / (63.35 + 1370.5)
    assert row["estimate"] - row["half_step"] <= low
    gap = series.vacancy_rate(vacancies, DataTable("employment", None), group="422400", last=2025)
    assert gap == Absent(("employment",))


def test_people_ill_are_rate_times_count():
    employment = table([("employees", "sector", "2023JJ00", 1000)], "employment")
    row = only(series.people_ill(QUARTERS, employment, group="q", last=2025))
    assert row["estimate"] == pytest.approx(71.0)
    worst = max(abs(0.0705 * 999.5 - 71), abs(0.0715 * 1000.5 - 71))
    assert row["half_step"] == pytest.approx(worst, rel=0.01)


def test_a_figure_of_the_same_period_is_not_a_newer_one():
    employment = table(
        [("employees", "sector", "2023JJ00", 1000), ("employees", "sector", "2025JJ00", 1100)],
        "employment",
    )
    call = {"frequency": "year", "group": "sector"}
    ill = series.people_ill(QUARTERS, employment, group="q", last=2025)
    row = only(series.of_same_period(ill, employment, "employees", **call))
    assert (row["estimate"], row["period"]) == (1000, "2023JJ00")
    older = table([("employees", "sector", "2022JJ00", 900)], "employment")
    assert series.of_same_period(ill, older, "employees", **call) == Absent(("employment",))
    nothing = Absent(("absence",))
    assert series.of_same_period(nothing, employment, "employees", **call) == nothing


def test_every_function_says_which_table_is_absent():
    call = {"frequency": "year", "group": "g", "last": 2025}
    assert series.latest(ABSENT, "inflow", **call) == Absent(("flows",))
    assert series.highest(ABSENT, "inflow", first=1, **call) == Absent(("flows",))
    assert series.extremes(ABSENT, "inflow", first=1, **call) == Absent(("flows",))
    assert series.mean_of_last_four_quarters(ABSENT, "m", group="g", last=1) == Absent(("flows",))
    assert series.collect(a=Absent(("flows",))) == Absent(("flows",))


def single(value, half_step=0.05):
    row = {"term": "value", "estimate": value, "unit": "percent", "half_step": half_step,
           "period": "2025JJ00"}  # fmt: skip
    return estimates([row], tables=(f"t{value}",), method=Text(nl="m", en="m"))


def test_a_difference_carries_both_roundings():
    row = only(series.difference(single(7.5), single(5.0, 0.5)))
    assert (row["estimate"], row["half_step"]) == (2.5, 0.55)
    assert series.difference(single(1), Absent(("x",))) == Absent(("x",))


def test_the_figure_of_one_group():
    chosen = series.select(
        QUARTERS, ["absence_rate"], frequency="year", groups=["other", "q"], first=2023, last=2023
    )
    assert only(series.of_group(chosen, "other"))["estimate"] == 3.0
    assert series.of_group(chosen, "nobody") == Absent(("absence",))
    assert series.of_group(Absent(("x",)), "q") == Absent(("x",))


def test_collecting_names_the_terms():
    result = series.collect(a=single(1), b=single(2))
    assert result.frame.set_index("term")["estimate"].to_dict() == {"a": 1, "b": 2}
    assert result.tables == ("t1", "t2")
