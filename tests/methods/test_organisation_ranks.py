"""How far ranks can be trusted: reference case R24, and drawn organisations."""

import dataclasses

import numpy as np
import pytest

from analysis.dataset import DataTable
from analysis.methods import organisation_ranks, standing
from analysis.methods.participants import TOP_SHARE, places_from_top
from analysis.methods.results import Absent
from tests.methods.standings import BRANCHES, LAST, organisation_years

#: Six targets and four judges: Shrout & Fleiss (1979), table 2.
JUDGED = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]


@pytest.fixture(scope="module")
def found():
    return standing.standing(organisation_years(), "absence_rate", BRANCHES, last=LAST)


def test_intraclass_correlations_of_shrout_and_fleiss():
    """R24. The trap: pingouin 0.7 names them ICC(1,1) and so on, no longer ICC1."""
    table = organisation_ranks.intraclass(np.array(JUDGED, dtype=float))["ICC"]
    wanted = {"ICC(1,1)": 0.17, "ICC(A,1)": 0.29, "ICC(C,1)": 0.71,
              "ICC(1,k)": 0.44, "ICC(A,k)": 0.62, "ICC(C,k)": 0.91}  # fmt: skip
    for kind, value in wanted.items():
        assert table[kind] == pytest.approx(value, abs=0.005), kind


def test_ends_of_an_intraclass_correlation_are_those_of_pingouin():
    """It rounds them to two decimals; ours are not rounded."""
    table = organisation_ranks.intraclass(np.array(JUDGED, dtype=float))
    for kind, years in (("ICC(1,1)", 4), ("ICC(1,k)", 1)):
        ends = organisation_ranks._ends_of(table.loc[kind], years)
        assert ends == pytest.approx(tuple(table.loc[kind, "CI95"]), abs=0.006)


def test_small_organisations_and_single_years_are_less_reliable(found):
    result = organisation_ranks.reliability_by_size(found).frame
    value = result.set_index(["group", "measure"])["value"]
    bands = [one for one in value.index.get_level_values(0).unique() if one != "all_sizes"]
    small, large = bands[0], bands[-1]
    assert value[small, "one_year"] < value[large, "one_year"]
    assert value[small, "one_year"] < value[small, "three_years"]


def test_reliability_agrees_with_the_intraclass_correlation(found):
    other = dataclasses.replace(found, measure="turnover_rate")
    icc = organisation_ranks.agreement(found, other).frame.set_index("term")
    value = organisation_ranks.reliability_by_size(found).frame
    mean = value[value["group"] == "all_sizes"].set_index("measure")["value"]
    assert icc.loc["absence.one_year", "estimate"] == pytest.approx(mean["one_year"] / 100, abs=0.1)


def test_intervals_of_ranks_hold_the_true_rank():
    inside = []
    for seed in range(8):
        random = np.random.default_rng(seed)
        level = 0.16 * random.standard_normal(100)
        size = np.exp(random.normal(7, 1, 100))[:, None] * np.ones(3)
        logs = level[:, None] + np.sqrt(0.05**2 + 5 / size) * random.standard_normal((100, 3))
        branch = np.zeros(100, dtype=int)
        drawn = dataclasses.replace(
            standing.standing(organisation_years(sizes=(100, 20), participants=(5, 5)),
                              "absence_rate", ["vvt"], last=LAST),
            rate=np.exp(logs), size=size, branch=branch,
        )  # fmt: skip
        ranks = organisation_ranks.posterior_ranks(drawn.posterior(), branch, seed=seed)
        low, high = np.quantile(ranks, [0.025, 0.975], axis=0)
        true = (level.argsort().argsort() + 0.5) / 100
        inside.append(((low - 0.005 <= true) & (true <= high + 0.005)).mean())
    assert np.mean(inside) == pytest.approx(0.95, abs=0.035)


def test_without_differences_every_rank_is_as_likely():
    rates = np.full((60, 3), 7.0)
    given = standing.standing(
        organisation_years(sizes=(60, 20), participants=(5, 5)), "absence_rate", ["vvt"], last=LAST
    )
    equal = dataclasses.replace(given, rate=rates)
    widths = organisation_ranks.rank_widths(equal.posterior(), equal, seed=1)
    assert widths.mean() == pytest.approx(95, abs=3)
    assert isinstance(organisation_ranks.rightly_best(equal, seed=1), Absent)


def test_three_years_pick_the_best_more_often_than_one(found):
    result = organisation_ranks.rightly_best(found, seed=1).frame.set_index("term")
    assert result.loc["one_year", "estimate"] < result.loc["three_years", "estimate"] < 100
    room = np.round(TOP_SHARE * np.bincount(found.branch))
    top = places_from_top(found.pooled()[None, :], found, room)[0]
    assert np.bincount(found.branch, top).tolist() == room.tolist()


def test_forecast_probabilities_come_true():
    table = organisation_years(sizes=(400, 200), seed=8)
    result = organisation_ranks.forecast_of_top(table, "absence_rate", BRANCHES, last=LAST, seed=1)
    frame = result.frame.pivot(index="group", columns="measure", values="value")
    assert (frame["x"] - frame["y"]).abs().mean() < 8
    assert frame["x"].is_monotonic_increasing


def test_nothing_follows_from_nothing():
    none = DataTable("organisation_years", None)
    assert isinstance(organisation_ranks.reliability_by_size(None), Absent)
    assert isinstance(organisation_ranks.rank_width_by_size(None, seed=1), Absent)
    assert isinstance(organisation_ranks.agreement(None, None), Absent)
    assert isinstance(
        organisation_ranks.forecast_of_top(none, "absence_rate", BRANCHES, last=LAST, seed=1),
        Absent,
    )
