"""Profiles in whole worlds: silent where organisations are alike, and not where they differ."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.edition import read_edition
from analysis.profile.context import context_of
from analysis.profile.figures import figure_of, profile_of
from analysis.profile.measures import BY_NAME
from analysis.profile.page import write_page

#: What organisations of the null world differ in by chance alone.
BY_CHANCE = ("absence_rate", "mean_duration", "climate")
ORGANISATIONS = 120


@pytest.fixture(scope="module")
def context(world):
    """An organisation for nursing and home care that Vernet follows, in its branch."""
    _, tables = world
    rows = tables["organisation_years"].frame
    followed = rows[
        (rows["year"] == 2025) & (rows["branch"] == "vvt") & rows["absence_rate"].notna()
    ]
    return context_of(tables, sorted(followed["organisation"])[0], read_edition("2025"))


def test_absence_differs_by_chance_alone_in_the_null_world_only(world, context):
    name, _ = world
    names = context.panels["absence_rate"].values[2025].dropna().index[:ORGANISATIONS]
    below = {
        measure: np.mean(
            [
                figure_of(BY_NAME[measure], replace(context, organisation=one)).p_value < 0.05
                for one in names
            ]
        )
        for measure in BY_CHANCE
    }
    if name == "null":
        # 5 % is nominal; 120 organisations give up to 12 % by chance, with 99.9 %.
        assert all(share <= 0.12 for share in below.values()), below
    else:
        assert below["absence_rate"] > 0.15, "drivers of absence differ between organisations"


def test_a_profile_of_the_stub_names_no_other_organisation(world, context):
    _, tables = world
    edition = read_edition("2025")
    profile = profile_of(tables, context.organisation, edition, synthetic=True)
    page = write_page(profile, "nl", edition.disclosure)
    others = set(tables["organisation_years"].frame["organisation"]) - {context.organisation}
    assert not [one for one in others if one in page]
    assert len(profile.compared) >= 10, "most sources know this organisation"
