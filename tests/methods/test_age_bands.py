"""Exit by age: rates, ratios, standardisation, shrinkage and decompositions."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from analysis.dataset import DataTable
from analysis.methods import age_bands, age_decomposition, age_ratios, clusters
from analysis.methods.results import Absent, Estimates, estimates
from analysis.sources.vocabulary import AGE_BANDS, BRANCHES, SEXES

YEAR = 2025
BY_BRANCH = list(BRANCHES)


def drawn(seed: int = 1, organisations: int = 60, years: tuple[int, ...] = (YEAR,)) -> pd.DataFrame:
    """Draw organisations whose rates and composition differ by branch, age, sex and student job."""
    random = np.random.default_rng(seed)
    rows = []
    for number in range(organisations):
        branch = BY_BRANCH[number % 5]
        level = np.exp(random.normal(0, 0.2))
        for year in years:
            for place, band in enumerate(AGE_BANDS):
                for sex in SEXES:
                    people = int(random.integers(20, 200) * (2.5 if sex == "female" else 1))
                    students = (
                        int(0.4 * people) if place == 0 else int(0.05 * people * (place == 1))
                    )
                    rate = np.array([0.13, 0.11, 0.07, 0.05, 0.1])[place] * level
                    rate *= 1.2 if sex == "male" else 1.0
                    left = random.binomial(people - students, min(rate, 0.9))
                    student = random.binomial(students, min(0.35 * level, 0.9))
                    rows.append(
                        {
                            "organisation": f"o{number}", "year": year, "branch": branch,
                            "age_band": band, "sex": sex, "at_risk": people,
                            "students_at_risk": students, "sector_leavers": left + student,
                            "student_leavers": student,
                        }
                    )  # fmt: skip
    return pd.DataFrame(rows)


@pytest.fixture(scope="module")
def frame():
    return drawn()


@pytest.fixture(scope="module")
def found(frame):
    return age_bands.exits(DataTable("organisation_ages", frame), last=YEAR)


def by_term(result: Estimates) -> pd.Series:
    return result.frame.set_index("term")["estimate"]


def test_rates_are_leavers_over_those_at_risk(frame, found):
    rates = by_term(age_bands.rates(found))
    totals = frame.groupby("age_band")[
        ["at_risk", "students_at_risk", "sector_leavers", "student_leavers"]
    ].sum()
    young = totals.loc["25_to_34"]
    assert rates["25_to_34.all"] == pytest.approx(100 * young.sector_leavers / young.at_risk)
    youngest = totals.loc["under_25"]
    assert rates["under_25.without_students"] == pytest.approx(
        100
        * (youngest.sector_leavers - youngest.student_leavers)
        / (youngest.at_risk - youngest.students_at_risk)
    )
    both = totals.loc[["under_25", "25_to_34"]].sum()
    assert rates["under_35.all"] == pytest.approx(100 * both.sector_leavers / both.at_risk)
    assert "55_plus.without_students" not in rates, "there are no student jobs at 55"


def test_a_ratio_is_that_of_a_poisson_model_with_organisations_as_clusters(frame, found):
    """The coefficient of a saturated log-linear model, and its sandwich of statsmodels."""
    result = age_ratios.ratio(found).frame.iloc[0]
    ages = frame[frame["age_band"].isin(["25_to_34", "35_to_44", "45_to_54"])]
    design = np.column_stack([np.ones(len(ages)), ages["age_band"] == "25_to_34"]).astype(float)
    groups = pd.factorize(ages["organisation"])[0]
    fit = sm.GLM(
        ages["sector_leavers"], design, family=sm.families.Poisson(), exposure=ages["at_risk"]
    ).fit(cov_type="cluster", cov_kwds={"groups": groups, "use_correction": False})
    assert np.log(result.estimate) == pytest.approx(np.asarray(fit.params)[1], rel=1e-8)
    reach = np.log(result.ci_high / result.ci_low) / 2
    from scipy import stats

    count = len(np.unique(groups))
    se = reach / stats.t.ppf(0.975, count - 1)
    expected = np.asarray(fit.bse)[1] * np.sqrt(count / (count - 1))
    assert se == pytest.approx(expected, rel=1e-6)


def test_one_ratio_of_totals_is_that_of_clusters(found):
    at_risk, leavers = found.counts("25_to_34")
    plain = clusters.ratio(leavers, at_risk, np.arange(len(at_risk)))
    [linearised] = clusters.of_totals(
        lambda sums: np.array([sums[1] / sums[0]]), np.stack([at_risk, leavers], axis=1)
    )
    assert linearised.estimate == pytest.approx(plain.estimate, abs=1e-12)
    assert linearised.se == pytest.approx(plain.se, rel=1e-9)
    assert linearised.df == plain.df


def test_standardised_rates_are_weighted_by_hand(frame, found):
    """Both standards: expected leavers in the standard population over its size."""
    data = frame[frame["age_band"].isin(["25_to_34", "35_to_44", "45_to_54"])]
    for standard, population in (("own", data[data["branch"] == "vvt"]), ("sector", data)):
        mine = (
            data[data["branch"] == "vvt"]
            .groupby(["sex", "age_band"])[["at_risk", "sector_leavers"]]
            .sum()
        )
        rate = mine["sector_leavers"] / mine["at_risk"]
        size = population.groupby(["sex", "age_band"])["at_risk"].sum()
        by_sex = size.groupby("sex").sum() / size.sum()
        young = sum(by_sex[sex] * rate[sex, "25_to_34"] for sex in SEXES)
        older = 0.0
        for sex in SEXES:
            of_sex = size[sex][["35_to_44", "45_to_54"]]
            older += by_sex[sex] * (of_sex / of_sex.sum() * rate[sex][of_sex.index]).sum()
        result = by_term(age_ratios.ratios(found, BY_BRANCH, standard=standard))
        assert result["vvt"] == pytest.approx(young / older, rel=1e-12)


def test_standardising_takes_out_what_composition_makes():
    """Equal rates in every cell and a different mix: the crude ratio differs from 1, not the other."""
    frame = drawn()
    ages = frame["age_band"].isin(["25_to_34", "35_to_44", "45_to_54"])
    few = frame["sex"].eq("male") & frame["age_band"].eq("25_to_34")
    frame.loc[ages, "at_risk"] = np.where(few[ages], 2000, 400)
    frame.loc[ages, "sector_leavers"] = (
        frame.loc[ages, "at_risk"] * np.where(frame.loc[ages, "sex"] == "male", 0.2, 0.1)
    ).astype(int)
    frame[["students_at_risk", "student_leavers"]] = 0
    table = DataTable("organisation_ages", frame)
    found = age_bands.exits(table, last=YEAR)
    assert (by_term(age_ratios.ratios(found, BY_BRANCH)) > 1.1).all()
    for standard in ("own", "sector"):
        result = by_term(age_ratios.ratios(found, BY_BRANCH, standard=standard))
        assert np.allclose(result, 1.0, atol=1e-12)


def test_intervals_hold_for_all_branches_together(found):
    one = age_ratios.ratios(found, ["vvt"]).frame.iloc[0]
    five = age_ratios.ratios(found, BY_BRANCH).frame.set_index("term").loc["vvt"]
    assert one.estimate == five.estimate
    assert five.ci_low < one.ci_low < one.ci_high < five.ci_high
    assert five.p_value == pytest.approx(min(1.0, 5 * one.p_value))


def ratios_of(values: list[float], low: list[float], high: list[float]) -> Estimates:
    rows = [
        {
            "term": branch, "estimate": value, "ci_low": a, "ci_high": b, "n": 100.0,
            "n_organisations": 50, "df": 49, "period": "2025JJ00",
        }
        for branch, value, a, b in zip(BY_BRANCH, values, low, high, strict=True)
    ]  # fmt: skip
    return estimates(rows, tables=("t",), method=age_bands.RATE_METHOD, unit="ratio")


def test_shrinkage_follows_the_formula_and_stays_between():
    values, sd = np.array([1.2, 1.5, 1.8, 2.2, 2.6]), np.array([0.05, 0.1, 0.2, 0.1, 0.3])
    from scipy import stats

    reach = stats.t.ppf((1 + clusters.bonferroni(5)) / 2, 49) * sd
    found = ratios_of(list(values), list(values * np.exp(-reach)), list(values * np.exp(reach)))
    result = age_ratios.shrunken(found).frame["estimate"].to_numpy()
    log = np.log(values)
    # Paule and Mandel: the variance between at which Cochran's Q is its expectation.
    from scipy.optimize import brentq

    def spare(between: float) -> float:
        weight = 1 / (sd**2 + between)
        return (weight * (log - (weight * log).sum() / weight.sum()) ** 2).sum() - 4

    between = brentq(spare, 0, 5)
    weight = 1 / (sd**2 + between)
    mean = (weight * log).sum() / weight.sum()
    expected = np.exp(mean + between / (between + sd**2) * (log - mean))
    assert np.allclose(result, expected, rtol=1e-4)
    pulled = np.abs(log - np.log(result)) / np.abs(log - mean)
    assert pulled.argmax() == sd.argmax(), "the least certain branch is pulled most"


def test_branches_that_do_not_differ_get_one_figure():
    found = ratios_of([1.50, 1.51, 1.49, 1.50, 1.50], [1.3] * 5, [1.75] * 5)
    result = age_ratios.shrunken(found).frame
    assert result["estimate"].std() < 1e-6
    assert result["estimate"].between(1.49, 1.51).all()


def test_elevated_counts_whole_and_partial_intervals():
    found = ratios_of([1.5, 1.3, 1.15, 1.0, 0.9], [1.2, 1.12, 1.0, 0.9, 0.8], [2, 1.5, 1.3, 1.2, 1])
    row = age_ratios.elevated(found, BY_BRANCH).frame.iloc[0]
    assert (row.estimate, row.ci_low, row.ci_high) == (3, 2, 4)


def test_parts_of_the_excess_add_up(found):
    parts = by_term(age_decomposition.excess(found))
    whole = parts["students_under_25"] + parts["others_under_25"] + parts["25_to_34"]
    assert whole == pytest.approx(parts["total"], abs=1e-9)
    at_risk, leavers = found.counts("under_25", "25_to_34")
    older, left = found.counts("35_to_44", "45_to_54")
    gap = leavers.sum() / at_risk.sum() - left.sum() / older.sum()
    assert parts["total"] == pytest.approx(100 * gap, abs=1e-9)
    young = parts["students_under_25"] + parts["others_under_25"] - parts["25_to_34"]
    assert parts["under_25_less_25_to_34"] == pytest.approx(young, abs=1e-9)


def test_kitagawa_parts_add_up_to_the_difference(frame, found):
    parts = by_term(age_decomposition.kitagawa(found, BY_BRANCH))
    under = frame[frame["age_band"].isin(["under_25", "25_to_34"])]
    for branch in BY_BRANCH:
        mine, others = under[under["branch"] == branch], under[under["branch"] != branch]
        gap = 100 * (
            mine["sector_leavers"].sum() / mine["at_risk"].sum()
            - others["sector_leavers"].sum() / others["at_risk"].sum()
        )
        total = parts[f"{branch}.composition"] + parts[f"{branch}.rates"]
        assert total == pytest.approx(parts[f"{branch}.difference"], abs=1e-9)
        assert total == pytest.approx(gap, abs=1e-9)


def test_kitagawa_by_hand():
    """Two groups of Kitagawa's identity, worked out: shares .5/.5 and .2/.8, rates 10/20 and 20/30."""
    sums = np.array([[50, 25, 25], [5, 5, 5], [20, 40, 40], [4, 12, 12]], dtype=float)
    composition, rates, total = age_decomposition._kitagawa(sums.ravel().reshape(4, 3))
    assert composition == pytest.approx(0.3 * 0.15 - 0.3 * 0.25, abs=1e-12)
    assert rates == pytest.approx(-0.1 * 0.35 - 0.1 * 0.65, abs=1e-12)
    assert total == pytest.approx(15 / 100 - 28 / 100, abs=1e-12)


def test_jackknife_agrees_with_the_linearised_intervals(found):
    """Leave out one organisation at a time: the same standard errors, to a few percent."""
    result = age_decomposition.excess(found).frame.set_index("term")
    count = len(found.branch)
    values = []
    for place in range(count):
        kept = np.arange(count) != place
        part = age_bands.Exits(
            found.at_risk[kept], found.leavers[kept], found.branch[kept], YEAR, "t"
        )
        values.append(by_term(age_decomposition.excess(part)))
    values = pd.DataFrame(values)
    se = np.sqrt((count - 1) / count * ((values - values.mean()) ** 2).sum())
    from scipy import stats

    reach = (result["ci_high"] - result["ci_low"]) / 2 / stats.t.ppf(0.975, count - 1)
    assert np.allclose(reach, se[reach.index], rtol=0.05)


def test_by_year_gives_a_term_per_year_that_has_data():
    table = DataTable("organisation_ages", drawn(years=(2024, 2025)))
    result = age_ratios.by_year(table, range(2020, 2026))
    assert list(result.frame["term"]) == ["2024", "2025"]
    assert result.frame["period"].tolist() == ["2024JJ00", "2025JJ00"]


# --- too little -----------------------------------------------------------------------------------


def test_without_data_everything_is_absent():
    table = DataTable("organisation_ages", None)
    nothing = age_bands.exits(table, last=YEAR)
    for result in (
        nothing,
        age_bands.rates(nothing),
        age_ratios.ratios(nothing, BY_BRANCH),
        age_ratios.shrunken(age_ratios.ratios(nothing, BY_BRANCH)),
        age_ratios.elevated(nothing, BY_BRANCH),
        age_ratios.ratio(nothing, students=False),
        age_bands.merged_parts(nothing),
        age_decomposition.excess(nothing),
        age_decomposition.kitagawa(nothing, BY_BRANCH),
        age_ratios.by_year(table, [YEAR]),
        age_ratios.side_by_side({"crude": age_ratios.ratios(nothing, BY_BRANCH)}),
    ):
        assert isinstance(result, Absent)
        assert result.tables == ("organisation_ages",)


def test_a_branch_that_is_too_small_is_left_out_and_then_not_counted(frame):
    one = frame[(frame["branch"] != "ggz") | (frame["organisation"] == "o2")]
    found = age_bands.exits(DataTable("organisation_ages", one), last=YEAR)
    result = age_ratios.ratios(found, BY_BRANCH, standard="sector")
    assert set(result.frame["term"]) == set(BY_BRANCH) - {"ggz"}
    assert isinstance(age_ratios.elevated(result, BY_BRANCH), Absent)
    assert "ggz.rates" not in set(age_decomposition.kitagawa(found, BY_BRANCH).frame["term"])


def test_one_sex_and_no_student_jobs_still_give_an_answer(frame):
    plain = frame[frame["sex"] == "female"].assign(students_at_risk=0, student_leavers=0)
    found = age_bands.exits(DataTable("organisation_ages", plain), last=YEAR)
    assert len(age_ratios.ratios(found, BY_BRANCH, standard="sector").frame) == 5
    assert not age_bands.rates(found).frame["term"].str.endswith("without_students").any()
    assert isinstance(age_decomposition.excess(found), Absent), "a part with nobody has no rate"
    assert list(age_bands.merged_parts(found).frame["term"]) == ["others_under_25", "25_to_34"]


def test_nobody_left():
    frame = drawn().assign(sector_leavers=0, student_leavers=0)
    found = age_bands.exits(DataTable("organisation_ages", frame), last=YEAR)
    assert isinstance(found, Absent)
