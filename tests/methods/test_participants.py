"""Places, bands and tops of participants, beside what chance gives."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from analysis.airlock.rounding import released
from analysis.airlock.rows import rows_of
from analysis.airlock.rules import judge
from analysis.dataset import DataTable
from analysis.edition import read_edition
from analysis.methods import participants, standing
from analysis.methods.results import Absent, only
from tests.methods.standings import BRANCHES, LAST, organisation_years

SEED = {"seed": 1}


def pair(table, **options):
    return tuple(
        standing.standing(table, measure, BRANCHES, last=LAST, **options)
        for measure in standing.SIZES
    )


@pytest.fixture(scope="module")
def better():
    return pair(organisation_years(better=1.2))


@pytest.fixture(scope="module")
def usual():
    return pair(organisation_years())


def row(result, term):
    return result.frame.set_index("term").loc[term]


def test_a_place_is_the_share_of_others_that_are_beaten(usual):
    found = usual[0]
    own = participants.places(found)
    rate = found.pooled()
    for one in (0, 5, 130):
        others = (found.branch == found.branch[one]) & (np.arange(len(rate)) != one)
        assert own[one] == pytest.approx((rate[others] > rate[one]).mean())


def test_equal_organisations_are_at_a_half(usual):
    found = dataclasses.replace(usual[0], rate=np.full_like(usual[0].rate, 7.0))
    assert participants.places(found) == pytest.approx(np.full(len(found.branch), 0.5))


def test_better_participants_are_seen_and_usual_ones_are_not(better, usual):
    lead = row(participants.mean_places(*better, **SEED), "absence")
    assert lead["ci_low"] > 50
    assert lead["p_value"] < 0.01
    none = row(participants.mean_places(*usual, **SEED), "absence")
    assert none["ci_low"] < 50 < none["ci_high"]


def test_and_or_is_true_of_most_organisations_by_chance(usual):
    found = participants.better_than_branch(*usual, **SEED)
    assert 65 < row(found, "either.chance")["estimate"] < 85
    assert row(found, "both.chance")["estimate"] < 40


def test_shares_of_participants_leave_as_bands_of_a_third(better):
    limits = read_edition("2025").disclosure
    for result in (
        participants.better_than_branch(*better, **SEED),
        participants.among_the_best(*better, **SEED),
    ):
        for one in rows_of(result):
            assert not judge(one, limits), "every row may leave"
        shown = released(result, frozenset(), limits, lambda cell, count: count).frame
        bands = shown[shown["term"].str.endswith(".found")]
        ends = {(round(low), round(high)) for low, high in zip(bands["ci_low"], bands["ci_high"], strict=True)}  # fmt: skip
        assert ends <= {(0, 33), (33, 67), (67, 100)}
        assert set(bands["estimate"].round()) <= {17, 50, 83}, "nothing but the middle of a band"


def test_top_by_chance_follows_from_the_size_of_a_branch(usual):
    found = participants.among_the_best(*usual, **SEED)
    wanted = 100 * (11 * 25 / 120 + 7 * 25 / 60) / 18
    assert row(found, "absence_number.chance")["estimate"] == pytest.approx(wanted)
    assert row(found, "absence_quarter.chance")["estimate"] == pytest.approx(25)


def test_excess_of_the_best(better, usual):
    assert row(participants.excess_of_the_best(better[0], **SEED), "quarter")["ci_low"] > 10
    none = row(participants.excess_of_the_best(usual[0], **SEED), "quarter")
    assert none["ci_low"] < 0 < none["ci_high"]


def test_where_nobody_differs_there_is_no_top():
    found, other = pair(organisation_years(sd=0.0, seed=3))
    if found.posterior().between == 0:
        assert isinstance(participants.excess_of_the_best(found, **SEED), Absent)
    level = dataclasses.replace(found, rate=np.full_like(found.rate, 7.0))
    assert isinstance(participants.excess_of_the_best(level, **SEED), Absent)
    terms = set(participants.among_the_best(level, other, **SEED).frame["term"])
    assert "absence_quarter.shrunken" not in terms
    assert "absence_quarter.found" in terms


def test_shrinking_brings_the_group_closer_to_its_branch(better):
    found = participants.leads(*better, **SEED)
    raw, shrunk = (row(found, f"absence.{one}")["estimate"] for one in ("three_years", "shrunken"))
    assert raw < shrunk < 0


def test_a_lead_that_could_be_seen_is_three_standard_errors_or_so(usual):
    found = row(participants.detectable(*usual), "absence")["estimate"]
    interval = row(participants.mean_places(*usual, **SEED), "absence")
    half = (interval["ci_high"] - interval["ci_low"]) / 2
    assert found == pytest.approx(half / 1.96 * 2.80, rel=0.05)


def test_few_participants_give_nothing():
    found = pair(organisation_years(participants=(5, 4)))
    assert isinstance(participants.mean_places(*found, **SEED), Absent)
    assert isinstance(participants.better_than_branch(*found, **SEED), Absent)
    assert isinstance(participants.among_the_best(*found, **SEED), Absent)
    assert isinstance(participants.leads(*found, **SEED), Absent)
    assert isinstance(participants.detectable(None, None), Absent)


def test_only_years_before_the_start_count():
    starts = DataTable("participants", pd.DataFrame({"start_date": ["2024-09-03", "2024-10-30"]}))
    assert standing.year_before(starts, last=2025) == 2023
    assert standing.year_before(DataTable("participants", None), last=2025) == 2025
    table = organisation_years(better=1.0)
    later = table.frame[table.frame["year"] == LAST].assign(year=LAST + 1, absence_rate=99.0)
    more = DataTable(table.name, pd.concat([table.frame, later]))
    one, other = pair(table)[0], pair(more)[0]
    assert np.array_equal(one.rate, other.rate)


def test_a_branch_with_few_organisations_is_left_out():
    found = pair(organisation_years(sizes=(120, 9), participants=(11, 0)))[0]
    assert found.branches == ("vvt",)
    assert len(found.branch) == 120


def test_organisations_without_a_year_are_left_out():
    table = organisation_years()
    gaps = table.frame.copy()
    gaps.loc[(gaps["organisation"] == "o050") & (gaps["year"] == LAST - 1), "absence_rate"] = np.nan
    gaps.loc[(gaps["organisation"] == "o051") & (gaps["year"] == LAST), "absence_rate"] = 0.0
    found = pair(DataTable(table.name, gaps))[0]
    assert not {"o050", "o051"} & set(found.organisation)
    assert len(found.branch) == 178
    assert only(participants.leads(*pair(table), **SEED), "absence.one_year").frame["n"].iloc[0] > 0
