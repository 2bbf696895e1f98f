"""Absence by age and function: what is standardised, and what the parts of a gap are."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.dataset import DataTable
from analysis.methods import absence_composition as composition
from analysis.methods import branch_gaps
from analysis.methods.absence_composition import Composition
from analysis.methods.results import Absent
from analysis.sources.vocabulary import AGE_BANDS, FUNCTION_GROUPS

AGES, FUNCTIONS = len(AGE_BANDS), len(FUNCTION_GROUPS)
HIGH, LOW = ("vvt", "ghz"), ("hospitals", "ggz")
BRANCHES = (*HIGH, *LOW)


def drawn(rate, mix=None, *, each=12, sd=0.1, seed=3):
    """Organisations of four branches, with a rate per branch and cell, and a mix of functions."""
    random = np.random.default_rng(seed)
    branch = np.repeat(BRANCHES, each).astype(object)
    size = random.uniform(20, 60, (len(branch), AGES, FUNCTIONS))
    for name, shares in (mix or {}).items():
        size[branch == name] *= shares
    level = np.array([rate[name] for name in branch])
    own = np.exp(random.normal(0, sd, len(branch)))[:, None, None]
    lost = size * np.broadcast_to(level.reshape(len(branch), -1)[:, :1, None], size.shape) * own
    return Composition(size, lost, branch, np.full(len(branch), 900.0), (2024, 2025), "drawn")


PATTERN = np.linspace(0.5, 1.5, FUNCTIONS)
#: More of the last functions in the first two branches.
MIX = dict.fromkeys(HIGH, 1 + 2 * (PATTERN > 1))


def with_pattern(found):
    return replace(found, lost=found.lost * PATTERN)


def estimate(result, term, column="estimate"):
    return result.frame.set_index("term").loc[term, column]


EQUAL = dict.fromkeys(BRANCHES, 0.07)


def test_what_comes_from_functions_alone_is_gone_at_equal_functions():
    found = with_pattern(drawn(EQUAL, MIX, sd=0.0))
    result = branch_gaps.gaps(found, HIGH, LOW)
    assert estimate(result, "crude") > 0.5
    assert estimate(result, "standardised") == pytest.approx(0, abs=1e-9)
    parts = branch_gaps.kitagawa(found, HIGH, LOW)
    assert estimate(parts, "function") == pytest.approx(estimate(result, "crude"), rel=0.02)
    assert estimate(parts, "rates") == pytest.approx(0, abs=1e-9)


def test_what_comes_from_rates_alone_stays():
    found = drawn({"vvt": 0.08, "ghz": 0.08, "hospitals": 0.06, "ggz": 0.06}, sd=0.0)
    result = branch_gaps.gaps(found, HIGH, LOW)
    assert estimate(result, "crude") == pytest.approx(2.0, abs=1e-9)
    assert estimate(result, "standardised") == pytest.approx(2.0, abs=1e-9)
    parts = branch_gaps.kitagawa(found, HIGH, LOW)
    assert estimate(parts, "composition") == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("lacks", [False, True])
def test_the_parts_add_up_to_the_gap(lacks):
    found = with_pattern(drawn(EQUAL | {"vvt": 0.09}, MIX))
    if lacks:
        # A function that one side does not have, and a cell that the other lacks.
        found.person_years[np.isin(found.branch, LOW), :, 0] = 0
        found.person_years[np.isin(found.branch, HIGH), 0, 1] = 0
        found.lost[found.person_years == 0] = 0
    parts = branch_gaps.kitagawa(found, HIGH, LOW)
    three = sum(estimate(parts, term) for term in ("age", "function", "rates"))
    assert three == pytest.approx(estimate(parts, "gap"), abs=1e-9)
    crude = estimate(branch_gaps.gaps(found, HIGH, LOW), "crude")
    assert estimate(parts, "gap") == pytest.approx(crude, abs=1e-9)
    assert estimate(parts, "composition") == pytest.approx(
        estimate(parts, "age") + estimate(parts, "function"), abs=1e-9
    )


def test_the_two_factors_are_those_of_das_gupta():
    """One factor at a time, in both orders; two ages and two functions by hand."""
    size = np.array([[[30.0, 20.0], [10.0, 40.0]], [[25.0, 25.0], [40.0, 10.0]]])
    rate = np.array([[[0.02, 0.04], [0.06, 0.10]], [[0.01, 0.05], [0.05, 0.08]]])
    age, function, rest = branch_gaps.two_factors(np.stack([size, size * rate], axis=1))
    share, middle = size / 100, rate.mean(axis=0)
    functions = share.sum(axis=1)
    ages = share / functions[:, None]

    def expected(one, other):
        return sum(
            functions[one][f] * ages[other][a, f] * middle[a, f] for a in (0, 1) for f in (0, 1)
        )

    by_function = np.mean([expected(0, k) - expected(1, k) for k in (0, 1)])
    by_age = np.mean([expected(k, 0) - expected(k, 1) for k in (0, 1)])
    assert (age, function) == pytest.approx((by_age, by_function), abs=1e-12)
    whole = (share * rate).sum(axis=(1, 2))
    assert age + function + rest == pytest.approx(whole[0] - whole[1], abs=1e-12)


def test_standardised_rates_have_the_standard_of_all_branches():
    found = with_pattern(drawn(EQUAL, MIX, sd=0.0))
    frame = composition.rates(found).frame.set_index("term")
    standardised = frame.loc[[f"{name}.standardised" for name in BRANCHES], "estimate"]
    assert np.ptp(standardised) == pytest.approx(0, abs=1e-9)
    share = found.person_years.sum(axis=(0, 1)) / found.person_years.sum()
    assert standardised.iloc[0] == pytest.approx(100 * 0.07 * (share * PATTERN).sum(), rel=1e-6)
    assert frame.loc["vvt.crude", "estimate"] > frame.loc["ggz.crude", "estimate"]


def test_the_smallest_pair_is_above_zero_only_when_each_one_is():
    apart = branch_gaps.pairs(drawn(EQUAL | {"vvt": 0.09, "ghz": 0.085}), HIGH, LOW)
    assert estimate(apart, "smallest_pair", "ci_low") > 0
    single = apart.frame.iloc[:4]
    assert len(single) == 4
    assert estimate(apart, "smallest_pair") == single["estimate"].min()
    assert estimate(apart, "smallest_pair", "ci_high") == single["ci_high"].min()
    one_is_not = branch_gaps.pairs(drawn(EQUAL | {"vvt": 0.09, "ghz": 0.07}), HIGH, LOW)
    assert estimate(one_is_not, "smallest_pair", "ci_low") < 0
    lower = branch_gaps.pairs(drawn(EQUAL | {"ghz": 0.05}), HIGH, LOW)
    assert estimate(lower, "smallest_pair", "ci_high") < 0


def test_clear_ranks_are_certain_and_equal_branches_are_not():
    levels = {"vvt": 0.10, "ghz": 0.08, "hospitals": 0.065, "ggz": 0.05}
    clear = composition.ranks(drawn(levels), draws=200).frame.set_index("term")
    assert list(clear.loc[["ggz.crude", "vvt.crude"], "estimate"]) == [1, 4]
    assert (clear["ci_low"] == clear["ci_high"]).all()
    equal = composition.ranks(drawn(EQUAL), draws=200).frame
    assert (equal["ci_high"] - equal["ci_low"]).max() >= 2


def test_sides_that_share_no_functions_are_not_compared():
    found = drawn(EQUAL)
    found.person_years[np.isin(found.branch, HIGH), :, :5] = 0
    found.person_years[np.isin(found.branch, LOW), :, 5:] = 0
    assert isinstance(branch_gaps.gaps(found, HIGH, LOW), Absent)
    assert isinstance(branch_gaps.kitagawa(found, HIGH, LOW), Absent)
    assert isinstance(branch_gaps.gaps(found, HIGH, ("welfare",)), Absent)


# --- arranging ------------------------------------------------------------------------------------


def tables(level=(0.9, 1.1)):
    random = np.random.default_rng(5)
    rows = [
        (f"{branch}{number}", year, branch, age, "care", 50.0 + number, 7.0 * factor)
        for branch in BRANCHES
        for number in range(12)
        for year, factor in zip((2024, 2025), level, strict=True)
        for age in AGE_BANDS
    ]
    names = [
        "organisation", "year", "branch", "age_band", "function_group", "person_years",
        "absence_rate",
    ]  # fmt: skip
    parts = pd.DataFrame(rows, columns=names)
    parts["absence_rate"] *= np.exp(random.normal(0, 0.1, len(parts)))
    years = parts[["organisation", "year", "branch"]].drop_duplicates().assign(employees=800)
    return DataTable("absence_parts", parts), DataTable("organisation_years", years)


def test_years_count_at_one_level_and_nothing_is_lost():
    parts, organisations = tables()
    found = composition.composition(parts, organisations, first=2019, last=2025)
    assert found.years == (2024, 2025)
    frame = parts.frame
    assert found.person_years.sum() == pytest.approx(frame["person_years"].sum())
    lost = (frame["person_years"] * frame["absence_rate"] / 100).sum()
    assert found.lost.sum() == pytest.approx(lost)
    assert found.employees.sum() == 48 * 800
    ggz = frame["branch"].eq("ggz") & frame["year"].eq(2024)
    part = composition.composition(
        DataTable("absence_parts", frame[~ggz]), organisations, first=2019, last=2025
    )
    before, after = (estimate(composition.rates(one), "ggz.crude") for one in (found, part))
    assert after == pytest.approx(before, rel=0.05), "a bad year passed for a branch"


def test_a_branch_of_few_and_tables_that_lack_what_is_needed():
    parts, organisations = tables()
    few = parts.frame["organisation"].isin([f"ghz{number}" for number in range(5)])
    less = DataTable(parts.name, parts.frame[~few])
    found = composition.composition(less, organisations, first=2019, last=2025)
    assert found.branches == ("ggz", "hospitals", "vvt")
    assert isinstance(branch_gaps.pairs(found, HIGH, LOW), Absent)
    for one in (
        DataTable(parts.name, None),
        DataTable(parts.name, parts.frame.iloc[:0]),
        DataTable(parts.name, parts.frame.assign(absence_rate=0.0)),
        DataTable(parts.name, parts.frame.assign(function_group="all")),
    ):
        nothing = composition.composition(one, organisations, first=2019, last=2025)
        assert isinstance(nothing, Absent)
        for method in (composition.rates, composition.ranks):
            assert isinstance(method(nothing), Absent)


def test_each_year_has_its_gap():
    parts, organisations = tables()
    frame = branch_gaps.gap_by_year(parts, organisations, HIGH, LOW, first=2019, last=2025).frame
    assert list(frame["term"]) == ["2024", "2025"]
    assert list(frame["period"]) == ["2024JJ00", "2025JJ00"]


def test_people_are_counted_in_the_year_that_a_result_is_about():
    parts, organisations = tables()
    grown = organisations.frame.assign(employees=lambda all_: 800 + 100 * (all_["year"] == 2025))
    organisations = DataTable(organisations.name, grown)
    frame = branch_gaps.gap_by_year(parts, organisations, HIGH, LOW, first=2019, last=2025).frame
    assert list(frame["n"]) == [48 * 800, 48 * 900]
