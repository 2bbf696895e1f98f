"""What goes with doing better, over eighteen organisations: correlations and their difference."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.dataset import DataTable
from analysis.methods import cross_cases
from analysis.methods.results import Absent
from analysis.sources.vocabulary import CHECKLIST, COMMITMENT, PROCESSES
from tests.methods.test_checklists import profiles

ITEMS = list(CHECKLIST)


def graded(better: np.ndarray, *, follow: tuple[str, ...], seed: int) -> np.ndarray:
    """Codes in which some items go with doing better, at several levels; the others by chance."""
    random = np.random.default_rng(seed)
    codes = (random.random((len(better), len(ITEMS))) < 0.5).astype(float)
    for place, item in enumerate(follow):
        level = np.quantile(better, (place + 1) / (len(follow) + 1))
        codes[:, ITEMS.index(item)] = better > level
    return codes


def series(found, better: np.ndarray) -> pd.Series:
    return pd.Series(better, index=found.present.index)


BETTER = np.random.default_rng(5).normal(size=18)


@pytest.mark.parametrize(
    ("follow", "sign"), [(COMMITMENT, 1), (PROCESSES, -1)], ids=["commitment", "processes"]
)
def test_the_score_that_follows_is_found(follow, sign):
    found = profiles(graded(BETTER, follow=follow, seed=6))
    told = cross_cases.difference(
        found, series(found, BETTER), COMMITMENT, PROCESSES, seed=1
    ).frame.iloc[0]
    assert sign * told["estimate"] > 0.5
    assert min(sign * told["ci_low"], sign * told["ci_high"]) > 0
    assert told["p_value"] < 0.05


def test_the_difference_is_that_of_the_two_correlations():
    found = profiles(graded(BETTER, follow=COMMITMENT, seed=7))
    doing = series(found, BETTER)
    both = cross_cases.correlations(
        found, {"absence_rate": doing}, {"commitment": COMMITMENT, "processes": PROCESSES}
    ).frame["estimate"]
    expected = [
        stats.spearmanr(found.score(items), BETTER).statistic for items in (COMMITMENT, PROCESSES)
    ]
    assert both.to_numpy() == pytest.approx(expected)
    told = cross_cases.difference(found, doing, COMMITMENT, PROCESSES, seed=1).frame.iloc[0]
    assert told["estimate"] == pytest.approx(expected[0] - expected[1])


def test_the_interval_of_a_difference_is_that_of_zou(monkeypatch):
    """Zou (2007), example 2, overlapping correlations: .396, .179 and .088 between them, n = 66.

    With the variance of Fisher's z for Pearson correlations the paper gives (-0.093, 0.517).
    """
    monkeypatch.setattr(cross_cases, "_se", lambda r, size: float(np.sqrt(1 / (size - 3))))
    found = cross_cases.difference_interval(0.396, 0.179, 0.088, 66)
    assert found == pytest.approx((-0.093, 0.517), abs=0.001)


def test_unrelated_scores_are_quiet(monkeypatch):
    monkeypatch.setattr(cross_cases, "PERMUTATIONS", 99)
    rejected = 0
    for seed in range(150):
        better = np.random.default_rng(1000 + seed).normal(size=18)
        found = profiles(graded(better, follow=(), seed=seed))
        told = cross_cases.difference(
            found, series(found, better), COMMITMENT, PROCESSES, seed=seed
        ).frame.iloc[0]
        rejected += not told["ci_low"] <= 0 <= told["ci_high"]
    assert rejected <= stats.binom.ppf(0.999, 150, 0.05)


def test_what_does_not_vary_has_no_correlation():
    found = profiles(np.ones((18, len(ITEMS))))
    doing = series(found, BETTER)
    assert isinstance(cross_cases.difference(found, doing, COMMITMENT, PROCESSES, seed=1), Absent)
    assert isinstance(
        cross_cases.correlations(found, {"a": doing}, {"commitment": COMMITMENT}), Absent
    )
    equal = series(found, np.zeros(18))
    varied = profiles(graded(BETTER, follow=COMMITMENT, seed=8))
    assert isinstance(cross_cases.difference(varied, equal, COMMITMENT, PROCESSES, seed=1), Absent)


def test_better_is_lower_than_the_branch_in_deviations_of_all():
    found = profiles(np.ones((18, len(ITEMS))))
    names = list(found.present.index)
    others = pd.DataFrame(
        {
            "organisation": [f"x{place}" for place in range(40)],
            "branch": ["vvt"] * 20 + ["ghz"] * 20,
            "absence_rate": [6.0, 8.0] * 10 + [4.0, 6.0] * 10,
            "participant": 0,
        }
    )
    own = pd.DataFrame(
        {
            "organisation": names,
            "branch": ["vvt"] * 9 + ["ghz"] * 8 + ["ggz"],
            "absence_rate": 6.0,
            "participant": 1,
        }
    )
    years = pd.concat([others, own]).assign(year=2025)
    z = cross_cases.better_than_branch(
        found, DataTable("organisation_years", years), "absence_rate", last=2025
    )
    spread = np.sqrt(40 / 39)
    assert z.iloc[:9].to_numpy() == pytest.approx(1 / spread)
    assert z.iloc[9:17].to_numpy() == pytest.approx(-1 / spread)
    assert np.isnan(z.iloc[17]), "a branch without others gives no comparison"


def test_consistency_and_coverage():
    codes = np.zeros((18, len(ITEMS)))
    codes[:12, [ITEMS.index(item) for item in COMMITMENT]] = 1
    found = profiles(codes)
    doing = series(found, np.r_[np.ones(9), -np.ones(3), np.ones(1), -np.ones(5)])
    told = cross_cases.conditions(found, doing, {"commitment": (COMMITMENT, 3)}).frame
    shares = told.set_index("term")["estimate"]
    assert shares["commitment.consistency"] == pytest.approx(75)
    assert shares["commitment.coverage"] == pytest.approx(90)
    assert (told["n_organisations"] == 18).all(), "how many meet a condition stays inside"


def test_few_organisations_find_large_differences_only():
    found = profiles(np.ones((18, len(ITEMS))))
    told = cross_cases.detectable(found).frame.iloc[0]["estimate"]
    assert told == pytest.approx((1.959964 + 0.841621) * np.sqrt(2 / 15), abs=1e-5)
