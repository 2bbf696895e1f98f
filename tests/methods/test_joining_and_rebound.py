"""Who takes part, and what is expected of those who start well."""

import numpy as np
import pytest

from analysis.dataset import DataTable
from analysis.methods import joining, rebound, standing
from analysis.methods.results import Absent
from tests.methods.standings import BRANCHES, LAST, organisation_years


def absence(table):
    return standing.standing(table, "absence_rate", BRANCHES, last=LAST)


def row(result, term):
    return result.frame.set_index("term").loc[term]


def test_those_who_do_well_join():
    level = row(joining.odds(absence(organisation_years(better=1.2))), "level")
    assert level["ci_high"] < 1


def test_those_who_do_badly_join():
    level = row(joining.odds(absence(organisation_years(better=-1.2))), "level")
    assert level["ci_low"] > 1


def test_only_who_could_have_joined_is_compared():
    table = organisation_years()
    south = table.frame["organisation"].isin([f"o{i:03d}" for i in range(60, 120)])
    moved = table.frame.assign(region=np.where(south, "brabant", table.frame["region"]))
    found = joining.odds(absence(DataTable(table.name, moved)))
    assert row(found, "level")["n_organisations"] == 120


def test_few_participants_have_few_characteristics():
    found = joining.odds(absence(organisation_years(participants=(6, 6))))
    assert list(found.frame["term"]) == ["level", "size"], "five participants for each"


def test_without_differences_nothing_is_estimated():
    table = organisation_years()
    equal = table.frame.assign(absence_rate=8.0, employees=900.0)
    assert isinstance(joining.odds(absence(DataTable(table.name, equal))), Absent)
    assert isinstance(joining.odds(None), Absent)


def test_characteristics_are_compared_within_a_branch():
    found = absence(organisation_years())
    for values in joining.characteristics(found).values():
        means = np.bincount(found.branch, values) / np.bincount(found.branch)
        assert means == pytest.approx([0, 0], abs=1e-9)
        assert values.std() == pytest.approx(1)


def change(table, **options):
    options = {"last": LAST, "seed": 1, **options}
    return rebound.expected_change(table, "absence_rate", BRANCHES, **options)


def test_a_good_start_is_expected_to_get_worse():
    found = change(organisation_years(better=1.2))
    assert row(found, "one_year")["ci_low"] > 0
    assert row(found, "three_years")["estimate"] < row(found, "one_year")["estimate"], (
        "three years hold less luck than one"
    )


def test_a_bad_start_is_expected_to_get_better():
    assert row(change(organisation_years(better=-1.2)), "one_year")["ci_high"] < 0


def test_what_lasts_does_not_rebound():
    table = organisation_years(better=1.2)
    first = table.frame["year"] == LAST
    lasting = table.frame[first].set_index("organisation")["absence_rate"]
    frozen = table.frame.assign(absence_rate=table.frame["organisation"].map(lasting))
    found = change(DataTable(table.name, frozen))
    assert row(found, "one_year")["estimate"] == pytest.approx(0, abs=1e-9)


def test_the_best_quarter_of_a_year_comes_back():
    found = rebound.best_quarter(organisation_years(), "absence_rate", BRANCHES, last=LAST)
    of = {term: row(found, term)["estimate"] for term in found.frame["term"]}
    assert of["picked"] < of["after_1"] < 0
    assert of["picked"] < of["before"] < 0
    assert row(found, "picked")["n_organisations"] == pytest.approx(162 / 4, abs=1)


def test_participants_are_not_among_those_who_come_back():
    table = organisation_years(better=3.0)
    found = rebound.best_quarter(table, "absence_rate", BRANCHES, last=LAST)
    wild = table.frame.assign(
        absence_rate=table.frame["absence_rate"].where(table.frame["participant"] == 0, 0.01)
    )
    again = rebound.best_quarter(
        DataTable(table.name, wild), "absence_rate", BRANCHES, last=LAST
    )  # fmt: skip
    assert np.allclose(found.frame["estimate"], again.frame["estimate"])


def test_nothing_follows_from_nothing():
    none = DataTable("organisation_years", None)
    assert isinstance(change(none), Absent)
    assert isinstance(rebound.best_quarter(none, "absence_rate", BRANCHES, last=LAST), Absent)
    equal = organisation_years()
    equal = DataTable(equal.name, equal.frame.assign(absence_rate=8.0))
    assert isinstance(change(equal), Absent)
    assert isinstance(rebound.best_quarter(equal, "absence_rate", BRANCHES, last=LAST), Absent)
