"""Shares of what people say, and agendas beside them, against published numbers and by hand."""

import json

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

from analysis.dataset import DataTable
from analysis.methods import agendas, clusters, spoken
from analysis.methods.results import Absent
from analysis.methods.spoken import Said
from tests.conftest import SHARED


def tables(said: pd.DataFrame) -> tuple[DataTable, DataTable]:
    """Make codings and attendees from rows with organisation, theme and meanings."""
    meanings = ("stressor", "energy", "need", "keep", "stop")
    codings = said.assign(
        session="s", coder="a", kind="listening", role="professional",
        **{name: said.get(name, 0) for name in meanings},
    )  # fmt: skip
    attendees = pd.DataFrame({"kind": ["listening"], "date": ["2025-03-01"]})
    return DataTable("codings", codings), DataTable("attendees", attendees)


def people(organisations: int = 6, each: int = 10) -> pd.DataFrame:
    count = organisations * each
    return pd.DataFrame(
        {
            "attendee": [f"p{place}" for place in range(count)],
            "organisation": np.repeat([f"o{place}" for place in range(organisations)], each),
            "theme": "span",
            "mentioned": 0,
        }
    )


def test_the_interval_holds_that_of_the_published_cluster_sample():
    """R's ``svyciprop`` of the same data: case R09."""
    path = SHARED / "reference_cases" / "data" / "apiclus1.csv"
    if not path.exists():
        pytest.skip("the reference cases are not here")
    schools = pd.read_csv(path)
    cases = json.loads((SHARED / "reference_cases" / "cases.json").read_text())
    cases = cases if isinstance(cases, list) else cases["cases"]
    case = next(case for case in cases if case["id"] == "R09")
    published = {one["name"]: one["reference"] for one in case["quantities"]}
    yes = (schools["awards"] == "Yes").to_numpy(float)
    found = clusters.mean(yes, schools["dnum"].to_numpy(), population={None: 757.0})
    assert found.estimate == pytest.approx(published["prop_awards"], abs=1e-6)
    low, high = spoken.korn_graubard(found.estimate, found.se, len(schools), found.df)
    # That of the log odds is another interval of the same share; the exact one is a bit wider.
    assert published["prop_logit_ci_low"] - 0.02 < low < published["prop_logit_ci_low"] + 0.005
    assert published["prop_logit_ci_high"] - 0.005 < high < published["prop_logit_ci_high"] + 0.02


def test_the_interval_of_independent_people_is_that_of_clopper_and_pearson():
    share, count = 6 / 72, 72
    se = np.sqrt(share * (1 - share) / (count - 1))
    exact = proportion_confint(6, count, method="beta")
    # With as many clusters as people nothing is lost but one part in n of the variance.
    found = spoken.korn_graubard(share, se, count, count - 1)
    assert np.allclose(found, exact, atol=0.002)


def test_a_theme_that_nobody_names_still_has_an_interval():
    low, high = spoken.korn_graubard(0.0, 0.0, 30, 5)
    assert low == 0
    assert 0.05 < high < 0.15


def test_who_is_heard_twice_counts_once_and_the_second_coder_not():
    said = people()
    said.loc[:5, ["mentioned", "stressor"]] = 1
    codings, attendees = tables(said.fillna(0))
    again = codings.frame.assign(session="t")
    other = codings.frame.assign(coder="b", mentioned=1, stressor=1)
    codings = DataTable("codings", pd.concat([codings.frame, again, other]))
    heard = spoken.heard(codings, attendees, kinds=("listening",))
    row = spoken.shares(heard, {"x": Said(("span",), ("stressor",))}).frame.iloc[0]
    assert row["estimate"] == pytest.approx(10.0)
    assert row["n"] == 60


def test_a_difference_is_within_the_same_people():
    said = people()
    both = pd.concat([said.assign(mentioned=1, need=1), said.assign(theme="channels")])
    both.loc[(both["theme"] == "channels") & (both["attendee"] < "p3"), "mentioned"] = 1
    heard = spoken.heard(*tables(both.fillna(0)), kinds=("listening",))
    more, less = Said(("span",)), Said(("channels",))
    row = spoken.difference(heard, "gap", more, less).frame.iloc[0]
    shares = spoken.shares(heard, {"more": more, "less": less}).frame["estimate"]
    assert row["estimate"] == pytest.approx(shares[0] - shares[1])
    assert isinstance(spoken.difference(heard, "none", more, more), Absent)


@pytest.mark.parametrize("organisations", [0, 4])
def test_few_organisations_say_nothing(organisations):
    heard = spoken.heard(*tables(people(organisations)), kinds=("listening",))
    assert isinstance(heard, Absent)
    assert spoken.shares(heard, {"x": Said(("span",))}) == heard


# --- agendas --------------------------------------------------------------------------------------


def points(themes: list[str], organisations: int = 6) -> DataTable:
    rows = [
        {"organisation": f"o{place}", "theme": theme, "level": "individual", "owner": "board"}
        for place in range(organisations)
        for theme in themes
    ]
    return DataTable("action_points", pd.DataFrame(rows))


def test_an_agenda_is_compared_with_what_is_needed_theme_by_theme():
    said = people().assign(mentioned=1, need=1)
    said["theme"] = np.where(said.index % 2, "rosters", "span")
    voices = spoken.heard(*tables(said), kinds=("listening",))
    given = points(["rosters", "rosters", "board", "craft"])
    beside = agendas.beside_need(given, voices).frame.set_index("term")["estimate"]
    assert beside["calm.agenda"] == pytest.approx(50)
    assert beside["calm.needed"] == pytest.approx(50)
    assert beside["leadership.agenda"] == 0
    gap = agendas.less_than_needed(given, voices).frame.set_index("term")["estimate"]
    assert gap["leadership"] == pytest.approx(-50)
    assert gap["board_agenda"] == pytest.approx(25)


def test_a_block_without_enough_organisations_is_left_out():
    _, attendees = tables(people())
    given = points(["rosters"])
    given.frame.loc[0, "theme"] = "board"
    terms = set(agendas.of_blocks(given, attendees).frame["term"])
    assert terms == {"calm.individual", "calm.leaders"}


def test_without_a_table_agendas_are_absent():
    _, attendees = tables(people())
    nothing = DataTable("action_points", None)
    for function in (agendas.by_owner, agendas.at_individuals, agendas.of_blocks):
        assert isinstance(function(nothing, attendees), Absent)
    assert isinstance(
        agendas.has_item(DataTable("checklist", None), attendees, "hr_on_agenda"), Absent
    )
