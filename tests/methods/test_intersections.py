"""Strata of several characteristics: what lies between them and what adds up."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import special

from analysis.methods import intersections
from analysis.methods.intersections import DIMENSIONS
from analysis.methods.results import Absent
from analysis.methods.unequal_years import ABSENCE, Years


def drawn(spread: float, *, additive: float, seed: int = 5, each: int = 150) -> Years:
    """People in all strata, with as many in each; part of the differences adds up."""
    random = np.random.default_rng(seed)
    grid = pd.MultiIndex.from_product(DIMENSIONS.values(), names=DIMENSIONS).to_frame(index=False)
    sums = sum(
        random.standard_normal(len(levels))[pd.factorize(grid[name])[0]]
        for name, levels in DIMENSIONS.items()
    )
    own = random.standard_normal(len(grid))
    effect = spread * (
        np.sqrt(additive) * (sums - sums.mean()) / sums.std()
        + np.sqrt(1 - additive) * (own - own.mean()) / own.std()
    )
    rows = grid.loc[grid.index.repeat(each)].reset_index(drop=True)
    chance = np.repeat(special.expit(-2 + effect), each)
    rows = rows.assign(
        person=[f"p{number}" for number in range(len(rows))],
        organisation=random.integers(0, 50, len(rows)),
        year=2025,
        event=(random.random(len(rows)) < chance).astype(float),
        exposure=1.0,
        weight=100.0,
    )
    return Years(rows, ABSENCE, ("employment_years",))


def variances(years: Years) -> pd.DataFrame:
    found = intersections.strata(years)
    return intersections.variances(found, seed=1, draws=40).frame.set_index("term")


@pytest.mark.parametrize("additive", [0.8, 0.3])
def test_variance_between_strata_and_its_additive_part_come_back(additive):
    frame = variances(drawn(0.5, additive=additive))
    planted = 100 * 0.25 / (0.25 + np.pi**2 / 3)
    assert frame.loc["between", "ci_low"] < planted < frame.loc["between", "ci_high"]
    assert frame.loc["additive", "ci_low"] < 100 * additive < frame.loc["additive", "ci_high"]


def test_equal_strata_have_nothing_that_adds_up():
    frame = variances(drawn(0.0, additive=0.5))
    assert frame.loc["between", "ci_low"] == 0
    assert "additive" not in frame.index, "there is nothing to divide"


def test_strata_shrink_to_what_their_characteristics_predict():
    found = intersections.strata(drawn(0.5, additive=0.3, each=20))
    mean, variance = intersections.posterior(found)
    raw = (found.frame["events"] / found.frame["mass"]).to_numpy()
    predicted = special.expit(found.design @ found.additive.slopes)
    assert np.abs(mean - predicted).mean() < np.abs(raw - predicted).mean()
    assert (variance > 0).all()


def test_averages_count_everybody_once_and_no_stratum_leaves():
    years = drawn(0.5, additive=0.8)
    found = intersections.strata(years)
    frame = intersections.shrunken(found, rows="education", series="age_group").frame
    assert frame["n"].sum() == years.rows["person"].nunique()
    assert len(frame) == 12
    shown = intersections.sizes(found).frame.set_index("term")["estimate"]
    assert shown["strata"] == intersections.POSSIBLE == 96
    assert shown["small"] == 0


@pytest.mark.parametrize(("events", "shown"), [(0, False), (9, False), (10, True)])
def test_a_chance_of_few_people_with_an_event_is_not_shown(events, shown):
    found = intersections.strata(drawn(0.5, additive=0.8))
    rows = found.years.rows.reset_index(drop=True)
    here = (rows["education"] == "low") & (rows["age_group"] == "young")
    happened = rows.index[here].to_series().groupby(rows.loc[here, "person"]).first().iloc[:events]
    rows.loc[here, "event"] = 0.0
    rows.loc[happened, "event"] = 1.0
    few = replace(found, years=replace(found.years, rows=rows))
    frame = intersections.shrunken(few, rows="education", series="age_group").frame
    assert ("low.young" in set(frame["term"])) == shown


def test_without_a_dimension_there_is_no_answer():
    years = drawn(0.5, additive=0.8, each=30)
    assert isinstance(
        intersections.strata(Years(years.rows.assign(origin=None), ABSENCE, years.tables)), Absent
    )
    assert isinstance(intersections.strata(Absent(("background",))), Absent)
    # One level only: the characteristic is left out, and the rest goes on.
    one = Years(years.rows[years.rows["sex"] == "female"], ABSENCE, years.tables)
    assert intersections.strata(one).design.shape[1] == 8
