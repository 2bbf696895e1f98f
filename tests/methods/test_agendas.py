"""Agendas beside what voices say they need, by hand."""

import numpy as np
import pandas as pd
import pytest

from analysis.dataset import DataTable
from analysis.methods import agendas, themes
from analysis.methods.results import Absent


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


def points(themes: list[str], organisations: int = 6) -> DataTable:
    rows = [
        {"organisation": f"o{place}", "theme": theme, "level": "individual", "owner": "board"}
        for place in range(organisations)
        for theme in themes
    ]
    return DataTable("action_points", pd.DataFrame(rows))


def test_an_agenda_is_compared_with_what_is_needed_theme_by_theme():
    said = pd.concat([people(), people().assign(theme="rosters")])
    own = np.where(said.index % 2, "rosters", "span") == said["theme"]
    said = said.assign(mentioned=own.astype(int), need=own.astype(int))
    voices = themes.voices_of(*tables(said))
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
