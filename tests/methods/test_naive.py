import numpy as np
import pandas as pd
import pytest

from analysis.methods import naive, organisation_panel, survey_sample
from analysis.methods.cells import Cell
from analysis.methods.results import Absent
from analysis.simulations.people import people


def respondents(seed=1):
    """People whose odds follow something that their organisation shares, and an answer alike."""
    random = np.random.default_rng(seed)
    drawn = people(random)
    shared = drawn.normal(random, shared=1.0)
    own = drawn.normal(random)
    yes = -1.0 + 0.3 * own + drawn.logistic(random, shared=0.2) > 0
    none = pd.DataFrame(index=range(len(own)))
    return survey_sample.Sample(
        scores=pd.DataFrame({"fixed_teams": shared, "learning": own}),
        outcomes=pd.DataFrame({"intention_to_leave": yes.astype(float)}),
        controls=none,
        weights=drawn.weight / drawn.weight.mean(),
        organisation=drawn.organisation,
        persons=len(own),
        year=2025,
        years=(2025,),
        tables=("individuals",),
    )


def widths(result):
    frame = result.frame.set_index("term")
    return np.log(frame["ci_high"]) - np.log(frame["ci_low"])


def test_without_clusters_the_interval_of_what_colleagues_share_is_too_narrow():
    found = naive.odds_ratios(
        respondents(), "intention_to_leave", ("fixed_teams", "learning", "climate")
    )
    assert found.frame["term"].tolist() == [
        f"{scale}.{way}"
        for scale in ("fixed_teams", "learning")
        for way in ("right", "no_clusters", "no_weights")
    ]
    wide = widths(found)
    assert wide["fixed_teams.right"] > 1.5 * wide["fixed_teams.no_clusters"]
    estimate = found.frame.set_index("term")["estimate"]
    assert estimate["fixed_teams.right"] == pytest.approx(estimate["fixed_teams.no_clusters"])
    assert estimate["fixed_teams.right"] != pytest.approx(estimate["fixed_teams.no_weights"])


def test_counts_beside_a_wrong_estimate_are_those_of_the_right_one():
    sample = respondents()
    found = naive.odds_ratios(sample, "intention_to_leave", ("learning",)).frame
    assert found["n_organisations"].nunique() == 1
    assert found["n_organisations"].iloc[0] == sample.organisations
    assert len({one.kind for one in naive.odds_ratios(
        sample, "intention_to_leave", ("learning",)).behind}) == 1  # fmt: skip


def test_without_any_scale_there_is_nothing_to_compare():
    assert isinstance(naive.odds_ratios(respondents(), "intention_to_leave", ("climate",)), Absent)


def organisations(between, within, seed=1, count=120, years=5):
    random = np.random.default_rng(seed)
    level = random.standard_normal((count, 1))
    change = random.normal(0, 0.5, (count, years))
    change -= change.mean(axis=1, keepdims=True)
    outcome = between * level + within * change + random.normal(0, 0.16, (count, 1))
    outcome = outcome + random.normal(0, 0.05, (count, years))
    rows = pd.DataFrame(
        {
            "organisation": np.repeat([f"o{place:03}" for place in range(count)], years),
            "branch": "vvt",
            "year": np.tile(range(2021, 2021 + years), count),
            "employees": random.integers(100, 900, count * years),
            "inflow_rate": (level + change).ravel(),
            "log_outcome": outcome.ravel(),
        }
    )
    return organisation_panel.Sample(
        rows, ("inflow_rate",), {"inflow_rate": 1.0}, "organisation_years",
        Cell.of("organisations"), 1000.0, "2025JJ00",
    )  # fmt: skip


def test_a_pooled_slope_mixes_between_and_within_and_looks_too_certain():
    found = naive.slopes(organisations(0.10, -0.10)).frame.set_index("term")
    between, within, pooled = (
        found.loc[f"inflow_rate.{way}"] for way in ("between", "within", "pooled")
    )
    assert between["estimate"] > 5
    assert within["estimate"] < -5
    assert within["estimate"] < pooled["estimate"] < between["estimate"]
    width = found["ci_high"] - found["ci_low"]
    assert width["inflow_rate.between"] > 1.4 * width["inflow_rate.pooled"]


def test_what_is_absent_stays_absent():
    assert naive.slopes(Absent(("organisation_years",))) == Absent(("organisation_years",))
    gone = naive.odds_ratios(Absent(("individuals",)), "intention_to_leave", ("learning",))
    assert gone == Absent(("individuals",))
