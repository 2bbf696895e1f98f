import json

import numpy as np
import pandas as pd
import pytest

from analysis.errors import DeliveryError
from analysis.linkage.weights import (
    MarginsNotMetError,
    design_effect,
    effective_n,
    merge_without_respondents,
    rake,
    survey_weights,
)
from analysis.sources import vocabulary
from tests.conftest import SHARED

BANDS = list(vocabulary.AGE_BANDS)


# --- raking --------------------------------------------------------------------------------------


def test_reference_case_r11():
    """R: survey::rake of the California API clusters (Lumley 2010); see the case's provenance."""
    cases = SHARED / "reference_cases" / "cases.json"
    if not cases.exists():
        pytest.skip(f"{cases} is absent: the reference cases are not part of this repository")
    case = next(case for case in json.loads(cases.read_text())["cases"] if case["id"] == "R11")
    expected = {told["name"]: told for told in case["quantities"]}
    data = pd.read_csv(SHARED / "reference_cases" / case["data_file"])
    found = rake(
        data["pw"].to_numpy(),
        data[["stype", "sch.wide"]],
        {
            "stype": pd.Series({"E": 4421, "H": 755, "M": 1018}),
            "sch.wide": pd.Series({"No": 1072, "Yes": 5122}),
        },
    )
    weight = {
        (kind, wide): found[(data["stype"] == kind) & (data["sch.wide"] == wide)][0]
        for kind, wide in (("H", "Yes"), ("E", "Yes"))
    }
    computed = {
        "max|w-w_R|": np.abs(found - data["raked"]).max(),
        "w[H,Yes]": weight["H", "Yes"],
        "w[E,Yes]": weight["E", "Yes"],
        "raked_mean_api00": np.average(data["api00"], weights=found),
        "raked_total_enroll": (data["enroll"] * found).sum(),
    }
    for name, value in computed.items():
        told = expected[name]
        assert value == pytest.approx(told["reference"], abs=told["tolerance_abs"]), name


def test_two_by_two_by_hand():
    # Counts [[40, 10], [20, 30]] raked to rows (60, 40) and columns (50, 50). Raking keeps the
    # odds ratio of 6: the cell x solves x (40 - (50 - x)) / ((60 - x)(50 - x)) = 6, or
    # 5 x² - 650 x + 18000 = 0, whose root below 50 is x = 40.
    rows = ["a"] * 50 + ["b"] * 50
    columns = ["x"] * 40 + ["y"] * 10 + ["x"] * 20 + ["y"] * 30
    frame = pd.DataFrame({"row": rows, "column": columns})
    margins = {"row": pd.Series({"a": 60, "b": 40}), "column": pd.Series({"x": 50, "y": 50})}
    found = rake(np.ones(100), frame, margins)
    cells = pd.Series(found).groupby([frame["row"], frame["column"]]).sum()
    assert cells.tolist() == pytest.approx([40, 20, 10, 30])


def test_start_weights_count_and_scale_does_not():
    frame = pd.DataFrame({"sex": ["f", "f", "m"]})
    margins = {"sex": pd.Series({"f": 30, "m": 70})}
    found = rake(np.array([1.0, 2.0, 5.0]), frame, margins)
    assert found.tolist() == pytest.approx([10, 20, 70])
    assert rake(np.array([2.0, 4.0, 10.0]), frame, margins).tolist() == pytest.approx(
        found.tolist()
    )


def test_margins_that_cannot_be_used():
    frame = pd.DataFrame({"sex": ["f", "m"], "region": ["n", "z"]})
    with pytest.raises(DeliveryError, match="'sex': x has population but no respondents"):
        rake(np.ones(2), frame, {"sex": pd.Series({"f": 1, "m": 1, "x": 1})})
    with pytest.raises(DeliveryError, match="'sex': m has respondents but no population"):
        rake(np.ones(2), frame, {"sex": pd.Series({"f": 1, "m": 0})})
    sexes = {"sex": pd.Series({"f": 60, "m": 40})}
    with pytest.raises(DeliveryError, match="different totals"):
        rake(np.ones(2), frame, sexes | {"region": pd.Series({"n": 1, "z": 1})})
    with pytest.raises(MarginsNotMetError, match="not met together"):
        rake(np.ones(2), frame, sexes | {"region": pd.Series({"n": 30, "z": 70})})


def test_trimming_keeps_the_margins_and_lowers_the_design_effect():
    random = np.random.default_rng(1)
    frame = pd.DataFrame({
        "a": random.choice(list("pqr"), 600, p=[0.9, 0.07, 0.03]),
        "b": random.choice(list("st"), 600),
    })  # fmt: skip
    start = random.lognormal(0, 1.2, 600)
    margins = {"a": pd.Series({"p": 500, "q": 300, "r": 200}), "b": pd.Series({"s": 400, "t": 600})}
    plain, trimmed = rake(start, frame, margins), rake(start, frame, margins, trim=5.0)
    assert design_effect(trimmed) < 0.8 * design_effect(plain)
    for name, margin in margins.items():
        sums = pd.Series(trimmed).groupby(frame[name]).sum()
        assert sums.tolist() == pytest.approx(margin.tolist())


def test_kish():
    assert design_effect(np.ones(5)) == 1.0
    # Weights 1 and 3: mean 2, variance 1, so 1 + 1/4.
    assert design_effect(np.array([1.0, 3.0] * 10)) == pytest.approx(1.25)
    assert effective_n(np.array([1.0, 3.0] * 10)) == pytest.approx(16)


def test_merging_rule():
    population = pd.Series({"a": 10, "b": 20, "c": 5, "d": 7})
    order = ["a", "b", "c", "d"]
    found = merge_without_respondents(population, {"a", "c"}, order)
    assert found == {"a": "a", "c": "c", "b": "a", "d": "c"}
    assert merge_without_respondents(population, {"a", "b"}) == {
        "a": "a", "b": "b", "c": "a", "d": "a",
    }  # fmt: skip
    assert merge_without_respondents(population[["a"]], {"a", "z"}) == {"a": "a", "z": "a"}
    with pytest.raises(DeliveryError, match="both population and respondents"):
        merge_without_respondents(population, {"z"})


# --- a survey ------------------------------------------------------------------------------------


def sector(n: int, seed: int) -> pd.DataFrame:
    """Employees with an answer that depends on their age, branch and a part of their own."""
    random = np.random.default_rng(seed)
    frame = pd.DataFrame({
        "year": 2024,
        "branch": random.choice(["vvt", "ggz", "welfare"], n, p=[0.5, 0.3, 0.2]),
        "age_band": random.choice(BANDS, n),
        "sex": random.choice(["female", "male"], n, p=[0.8, 0.2]),
        "region": random.choice(["noord", "oost"], n, p=[0.3, 0.7]),
        "function_group": random.choice(["nursing", "care", "staff"], n),
        "size_band": random.choice(["under_250", "3000_plus"], n),
    })  # fmt: skip
    own = random.normal(0, 1, n)
    age = frame["age_band"].map({band: place for place, band in enumerate(BANDS)})
    return frame.assign(own=own, answer=3 + 0.4 * age + 0.5 * (frame["branch"] == "ggz") + own)


def margins_of(frame: pd.DataFrame) -> pd.DataFrame:
    frame = frame.assign(branch_age=frame["branch"] + " | " + frame["age_band"], employees=1.0)
    parts = [
        frame.groupby(["year", "branch", margin])["employees"].sum().rename_axis(
            ["year", "branch", "category"]).reset_index().assign(margin=margin)
        for margin in ("branch_age", "sex", "region", "function_group", "size_band")
    ]  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def answering(frame: pd.DataFrame, seed: int, on_own: float) -> pd.DataFrame:
    """Draw who answers: older people and the mental-health branch more, and ``on_own`` by answer."""
    age = frame["age_band"].map({band: place for place, band in enumerate(BANDS)})
    odds = -2.5 + 0.5 * age - 0.8 * (frame["branch"] == "vvt") + on_own * frame["own"]
    chance = 1 / (1 + np.exp(-odds))
    return frame[np.random.default_rng(seed).random(len(frame)) < chance]


def bias(seed: int, on_own: float) -> tuple[float, float]:
    frame = sector(20_000, seed)
    asked = answering(frame, seed + 1000, on_own)
    found = survey_weights(asked, margins_of(frame)).weights
    truth = frame["answer"].mean()
    return asked["answer"].mean() - truth, np.average(asked["answer"], weights=found) - truth


def test_selection_on_the_margins_is_undone():
    naive, weighted = np.array([bias(seed, on_own=0.0) for seed in range(12)]).T
    assert naive.mean() > 0.15, "the selection matters without weights"
    assert abs(weighted.mean()) < 3 * weighted.std(ddof=1) / np.sqrt(len(weighted)) + 1e-3
    assert abs(weighted.mean()) < 0.02


def test_selection_on_the_answer_is_not_undone():
    weighted = np.array([bias(seed, on_own=0.6)[1] for seed in range(6)])
    assert weighted.mean() > 0.2, "weights cannot remove what depends on the answer itself"


def test_account_of_the_weights():
    frame = sector(20_000, 1)
    asked = answering(frame, 2, 0.0)
    found = survey_weights(asked, margins_of(frame))
    year = found.years.iloc[0]
    assert (year["respondents"], year["population"]) == (len(asked), pytest.approx(20_000))
    assert year["effective_n"] == pytest.approx(len(asked) / year["design_effect"])
    assert year["design_effect"] > 1.2
    balance = found.balance
    raked = balance[balance["raked"] == 1]
    assert np.abs(raked["weighted_share"] - raked["population_share"]).max() < 1e-9
    assert np.abs(raked["unweighted_share"] - raked["population_share"]).max() > 0.02
    checked = balance[balance["margin"] == "size_band"]
    assert set(checked["raked"]) == {0}
    assert np.abs(checked["weighted_share"] - checked["population_share"]).max() < 0.05
    for column in ("population_share", "unweighted_share", "weighted_share"):
        sums = balance.groupby(["year", "margin"])[column].sum()
        assert sums.tolist() == pytest.approx([1.0] * len(sums))


def test_gaps_in_the_answers_are_said():
    frame = sector(5_000, 3)
    asked = answering(frame, 4, 0.0)
    asked = asked[(asked["branch"] != "welfare") & ~(
        (asked["branch"] == "ggz") & (asked["age_band"] == BANDS[0])
    ) & (asked["function_group"] != "staff")]  # fmt: skip
    stranger = asked.iloc[[0]].assign(branch=None, region=None, size_band=None)
    stranger.index = [len(frame) + 1]
    found = survey_weights(pd.concat([asked, stranger]), margins_of(frame))
    year = found.years.iloc[0]
    assert year["without"] == "welfare"
    assert f"ggz | {BANDS[0]} with ggz | {BANDS[1]}" in year["merged"]
    assert "staff with" in year["merged"]
    assert year["dropped"] == ""
    assert found.weights.isna().sum() == 1
    kept = frame[frame["branch"] != "welfare"]
    assert found.weights.sum() == pytest.approx(len(kept))


def test_margins_that_few_respondents_cannot_meet_are_dropped_and_said():
    asked = pd.DataFrame({
        "year": 2024, "branch": "vvt", "age_band": BANDS[:2], "sex": ["female", "male"],
        "region": "noord", "function_group": "care", "size_band": "under_250",
    })  # fmt: skip
    population = pd.DataFrame(
        [("branch_age", f"vvt | {BANDS[0]}", 60.0), ("branch_age", f"vvt | {BANDS[1]}", 40.0),
         ("sex", "female", 20.0), ("sex", "male", 80.0)],
        columns=["margin", "category", "employees"],
    ).assign(year=2024, branch="vvt")  # fmt: skip
    found = survey_weights(asked, population)
    assert found.years.iloc[0]["dropped"] == "sex"
    assert found.weights.tolist() == pytest.approx([60.0, 40.0])


def test_without_a_payroll_there_are_no_weights():
    asked = sector(10, 1)
    empty = pd.DataFrame(columns=["year", "branch", "margin", "category", "employees"])
    found = survey_weights(asked, empty)
    assert found.weights.isna().all()
    assert found.years.empty
