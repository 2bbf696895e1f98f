"""The chapters on interventions and the system run to their end on data that tell hardly anything."""

import pandas as pd
import pytest

from analysis.linkage.link import link
from analysis.methods.results import Absent
from analysis.stub.deliveries import write_world
from tests.stub.drawn import drawn
from tests.test_chapters_on_poor_data import few_draws, run  # noqa: F401

# Beside the tests that draw the same world.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("favourable-1")]

CHAPTERS = {
    "1.1a-interventions": ("C28", "C29", "C30", "C31", "C32", "C33"),
    "2.5-system": ("C76", "C77"),
}
READ = ("interventions", "codings", "attendees", "organisation_ages")
OF_SESSIONS = ("codings", "attendees")


def without(*names):
    return lambda tables: tables | dict.fromkeys(names)


def rows(keep, *names):
    return lambda tables: tables | {name: keep(tables[name]) for name in names}


def column(name, value, *columns):
    return lambda tables: tables | {name: tables[name].assign(**dict.fromkeys(columns, value))}


def few_organisations(frame):
    return frame[frame["organisation"].isin(sorted(set(frame["organisation"]))[:3])]


DAMAGES = {
    "nothing delivered": without(*READ),
    "no sessions": without(*OF_SESSIONS),
    "no inventory": without("interventions"),
    "no rows": rows(lambda frame: frame.iloc[:0], *READ),
    "three organisations": rows(few_organisations, *OF_SESSIONS),
    "one coder": rows(lambda frame: frame[frame["coder"] == "a"], "codings", "interventions"),
    "one theme": rows(lambda frame: frame[frame["theme"] == "health"], "codings"),
    "one intervention": rows(lambda frame: frame.iloc[:1], "interventions"),
    "no theme of interventions": column("interventions", None, "theme"),
    "interventions alike": column("interventions", "individual", "level"),
    "nobody said anything": column(
        "codings", 0, "mentioned", "stressor", "energy", "need", "keep", "stop"
    ),
    "everybody said everything": column("codings", 1, "mentioned", "need", "keep", "stop"),
    "no meanings": column("codings", float("nan"), "stressor", "energy", "need", "keep", "stop"),
    "age and education not asked": column("codings", None, "age_band", "education"),
    "no ages at all": column("attendees", None, "age_band"),
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> dict[str, pd.DataFrame]:
    """What the chapters read, in the favourable world; not to be changed."""
    folder = tmp_path_factory.mktemp("favourable")
    write_world(folder / "deliveries", drawn("favourable", 1))
    link(folder / "deliveries", folder / "linked", "2025")
    return {name: pd.read_parquet(folder / "linked" / f"{name}.parquet") for name in READ}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("damage", DAMAGES.values(), ids=list(DAMAGES))
@pytest.mark.parametrize("name", CHAPTERS)
def test_the_chapter_says_what_it_could_not_estimate(run, whole, name, damage):  # noqa: F811
    submitted = run(name, damage(dict(whole)))
    assert {id for kind, id in submitted if kind == "finding"} >= set(CHAPTERS[name])
    if damage is DAMAGES["nothing delivered"]:
        assert all(isinstance(result, Absent) for result in submitted.values())
