"""Recovery of the planted trends and levels of flexible work, and the verdict that follows."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.claims.judge import judge
from analysis.claims.register import read_register
from analysis.dataset import DataTable
from analysis.methods import trend
from analysis.sources.delivery import read_tables
from analysis.stub.worlds import WORLDS

BRANCHES = ["ghz", "vvt", "youth_care", "social_work"]
SIMULATIONS = 1000
YEARS = np.arange(2019, 2026)
NOISE = 0.15


def simulate(slope: float) -> pd.DataFrame:
    """Estimate the slope of many drawn series."""
    random = np.random.default_rng(20251122)
    fits = [
        trend.slope(
            pd.DataFrame({"year": YEARS, "value": slope * YEARS + random.normal(0, NOISE, 7)}),
            level=0.95,
        )
        for _ in range(SIMULATIONS)
    ]
    return pd.DataFrame(fits)


@pytest.mark.parametrize("slope", [-0.7, 0.0, 0.5], ids=["falling", "null", "rising"])
def test_slopes_are_recovered_with_honest_intervals(slope):
    found = simulate(slope)
    bias = found["estimate"].mean() - slope
    assert abs(bias) < 3 * found["estimate"].std() / np.sqrt(SIMULATIONS)
    covered = int(found["ci_low"].le(slope).mul(found["ci_high"].ge(slope)).sum())
    low, high = stats.binom.interval(0.999, SIMULATIONS, 0.95)
    assert low <= covered <= high
    if slope == 0:
        rejected = int((found["p_value"] < 0.05).sum())
        low, high = stats.binom.interval(0.999, SIMULATIONS, 0.05)
        assert low <= rejected <= high


def finding(folder):
    frame = read_tables(folder)[0]["flexible_share"].frame
    result = trend.trends_and_levels(
        DataTable("flexible_share", frame),
        "flexible_share",
        trends=BRANCHES,
        levels=BRANCHES[1:],
        against="sector",
        first=2019,
        last=2025,
    )
    return judge(read_register()["C09"], result.frame, reference_year=2025, method=result.method)


@pytest.mark.parametrize("seed", range(1, 6))
def test_the_verdict_follows_the_world(make_world, seed):
    favourable, null, opposite = (
        finding(make_world(name, seed)) for name in ("favourable", "null", "reversed")
    )
    assert favourable.judgement.verdict == "supported"
    assert null.judgement.verdict == "contradicted", "nothing falls strongly in the null world"
    assert null.parts["trend_ghz"].verdict == "contradicted"
    assert opposite.judgement.verdict == "contradicted"
    for name, world in (("favourable", favourable), ("reversed", opposite)):
        estimates = world.estimates.set_index("term")["estimate"]
        for branch in BRANCHES:
            planted = WORLDS[name].flexible_slope[branch]
            assert estimates[f"trend_{branch}"] == pytest.approx(planted, abs=4 * NOISE / 5.3)
        for branch in BRANCHES[1:]:
            planted = WORLDS[name].flexible_level[branch]
            assert estimates[f"level_{branch}"] == pytest.approx(planted, abs=4 * NOISE / 1.8)
    signs = np.sign(favourable.estimates["estimate"]) != np.sign(opposite.estimates["estimate"])
    for term, flipped in zip(favourable.estimates["term"], signs, strict=True):
        if term != "trend_vvt":  # planted flat in the favourable world
            assert flipped, term


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_sentence_flips_with_the_world(make_world, language):
    sentences = {
        name: finding(make_world(name)).sentence(language) for name in ("favourable", "reversed")
    }
    fits = {"nl": "past bij het rapport", "en": "fits the report"}[language]
    not_fit = {"nl": "past niet in alle delen", "en": "does not fit the report"}[language]
    assert fits in sentences["favourable"]
    assert not_fit in sentences["reversed"]
