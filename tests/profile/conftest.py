"""A profile of a made-up organisation, made once."""

import pandas as pd
import pytest

from analysis.edition import Edition, read_edition
from analysis.profile.figures import profile_of
from analysis.profile.frame import Profile
from tests.profile.made import OWN, as_tables, changed, made_branch


@pytest.fixture(scope="session")
def edition() -> Edition:
    return read_edition("2025")


@pytest.fixture(scope="session")
def alike() -> dict[str, pd.DataFrame]:
    """Sixty organisations that differ in nothing but chance; not to be changed."""
    return made_branch()


@pytest.fixture(scope="session")
def different(alike, edition) -> Profile:
    """The profile of an organisation with more absence and turnover, and quieter teams."""
    frames = changed(alike, absence_rate=12.0, mean_duration=35.0, team_churn=0.2)
    rows = frames["organisation_years"]
    own = rows["organisation"] == OWN
    rows.loc[own, "leavers"] = (0.35 * rows.loc[own, "employees"]).round()
    rows.loc[own, "turnover_rate"] = rows.loc[own, "leavers"] / rows.loc[own, "employees"]
    return profile_of(as_tables(frames), OWN, edition, synthetic=True)
