import math

import numpy as np
import pandas as pd
import pytest

from analysis.linkage import differences
from analysis.linkage.differences import standardised_difference
from analysis.linkage.link import link
from analysis.sources import vocabulary
from analysis.sources.engine import open_engine
from tests.linkage import small_world
from tests.linkage.small_world import CLINIC, NURSING, STRANGER, WELFARE, deliver, person, world


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    place = tmp_path_factory.mktemp("report")
    told = world()
    strangers = small_world.respondents(1).head(3).assign(
        organisation=[STRANGER, STRANGER, WELFARE], year=[2024, 2024, 2020],
        respondent=[person(1001), person(1002), person(1003)],
    )  # fmt: skip
    told["izz_monitor_respondents"] = pd.concat([told["izz_monitor_respondents"], strangers])
    told["intrakoop_accounts"] = pd.concat(
        [told["intrakoop_accounts"], told["intrakoop_accounts"].assign(organisation=CLINIC)]
    )
    link(deliver(place / "deliveries", told), place / "dataset", "2025")
    return {path.stem: pd.read_parquet(path) for path in (place / "dataset").glob("*.parquet")}


def cell(counts, source, dimension="all", level="all"):
    found = counts[
        (counts["source"] == source)
        & (counts["dimension"] == dimension)
        & (counts["level"] == level)
    ]
    assert len(found) == 1
    return found.iloc[0]


def test_accounts_close_in_every_dimension(tables):
    counts = tables["linkage_counts"]
    assert (counts["delivered"] == counts["linked"] + counts["not_linked"]).all()
    whole = counts[counts["dimension"] == "all"].set_index("source")
    sums = counts[counts["dimension"] != "all"].groupby(["source", "dimension"])
    for (source, _), parts in sums:
        for column in ("delivered", "linked", "not_linked", "one_to_many", "implausible"):
            assert parts[column].sum() == whole.loc[source, column]
    losses = tables["linkage_losses"].groupby("source")["not_linked"].sum()
    lost = whole.loc[whole["not_linked"] > 0, "not_linked"]
    assert losses.to_dict() == lost.to_dict()


def test_counts_by_hand(tables):
    counts = tables["linkage_counts"]
    vernet = cell(counts, "vernet_absence")
    assert (vernet["delivered"], vernet["linked"], vernet["not_linked"]) == (4, 2, 2)
    assert vernet["implausible"] == 1, "200 person-years at an organisation of 2500 fte"
    assert vernet["n_organisations"] == 4
    assert vernet["n_persons"] == 165 + 200 + 50 + 50
    assert cell(counts, "vernet_absence", "branch", "unknown")["delivered"] == 1
    assert cell(counts, "vernet_absence", "branch", "welfare")["not_linked"] == 1
    assert cell(counts, "vernet_absence", "year", "2023")["delivered"] == 1
    survey = cell(counts, "izz_monitor_respondents")
    assert survey["not_linked"] == 3
    assert survey["delivered"] == len(small_world.respondents()) + 3
    assert "age_band" in set(counts.query("source == 'izz_monitor_respondents'")["dimension"])
    assert "age_band" not in set(counts.query("source == 'vernet_absence'")["dimension"])
    assert cell(counts, "intrakoop_accounts")["implausible"] == 1
    people = cell(counts, "additional_background")
    assert (people["delivered"], people["linked"]) == (3, 2)
    functions = cell(counts, "fwg_functions")
    assert (functions["delivered"], functions["not_linked"], functions["n_persons"]) == (3, 1, 250)
    slips = cell(counts, "pfzw_payslips")
    assert (slips["delivered"], slips["linked"]) == (9, 9)


def test_reasons(tables):
    losses = tables["linkage_losses"].set_index(["source", "reason"])["not_linked"]
    assert losses["vernet_absence", "unknown organisation"] == 1
    assert losses["vernet_absence", "organisation-year not in payroll"] == 1
    assert losses["izz_monitor_respondents", "unknown organisation"] == 2
    reason = "person not in the payslips, or outside their declared sample"
    assert losses["additional_background", reason] == 1
    assert losses["fwg_functions", "unknown function"] == 1


def test_ages_are_those_of_the_vocabulary(tables):
    counts = tables["linkage_counts"]
    levels = set(counts.loc[counts["dimension"] == "age_band", "level"])
    assert levels <= {*vocabulary.AGE_BANDS, "unknown"}
    # The one of 1957 is 66 and 67; those of 1980 are 43 and 44.
    slips = counts[(counts["source"] == "pfzw_payslips") & (counts["dimension"] == "age_band")]
    assert dict(zip(slips["level"], slips["delivered"], strict=True)) == {
        "55_plus": 2, "35_to_44": 4, "under_25": 2, "25_to_34": 1,
    }  # fmt: skip


def test_standardised_difference_of_austin():
    # Austin 2009: for shares p1 = 0.6 and p0 = 0.5, 0.1 / sqrt((0.24 + 0.25) / 2).
    assert standardised_difference(0.6, 0.5, 0.24, 0.25) == pytest.approx(0.1 / math.sqrt(0.245))
    assert math.isnan(standardised_difference(1.0, 0.0, 0.0, 0.0))


def test_differences_by_hand():
    with open_engine() as engine:
        engine.execute("""
            CREATE TABLE units AS SELECT * FROM (VALUES
                (true, 10, 'vvt', 'a'), (true, 20, 'ghz', 'b'),
                (false, 30, 'vvt', 'c'), (false, 50, 'ggz', 'd'), (false, 10, 'ghz', 'e')
            ) AS given(linked, employees, branch, organisation)
        """)
        measured = {"employees": "employees", "branch=vvt": "CAST(branch = 'vvt' AS INTEGER)"}
        found = {
            row["characteristic"]: row
            for row in differences._compare(engine, "source", "unit", "units", measured)
        }
    one, other = pd.Series([10, 20]), pd.Series([30, 50, 10])
    told = found["employees"]
    assert told["standardised_difference"] == pytest.approx(
        (one.mean() - other.mean()) / np.sqrt((one.var() + other.var()) / 2)
    )
    assert (told["n_linked"], told["n_unlinked"], told["n_organisations"]) == (2, 3, 5)
    share = found["branch=vvt"]
    assert (share["linked_mean"], share["unlinked_mean"]) == (0.5, pytest.approx(1 / 3))
    assert share["standardised_difference"] == pytest.approx(
        (1 / 2 - 1 / 3) / math.sqrt((1 / 4 + 2 / 9) / 2)
    )


def test_small_world_is_used(tables):
    assert set(tables["organisation_years"]["organisation"]) == {NURSING, CLINIC, WELFARE}
