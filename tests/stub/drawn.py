"""Drawn worlds that several tests look at; one is kept, as each is large."""

from functools import lru_cache

import pandas as pd

from analysis.stub.deliveries import SyntheticWorld, draw_world
from analysis.stub.organisations import Organisations
from analysis.stub.worlds import WORLDS

SEEDS = (1, 2)
#: Every world with every seed.
CASES = [(name, seed) for name in WORLDS for seed in SEEDS]


@lru_cache(maxsize=1)
def drawn(name: str, seed: int) -> SyntheticWorld:
    """Draw a world at the default scale."""
    return draw_world(WORLDS[name], seed)


def with_place(frame: pd.DataFrame, organisations: Organisations) -> pd.DataFrame:
    """Add branch and region of each organisation."""
    return frame.join(organisations.frame[["branch", "region"]], on="organisation")


def panel(values: pd.Series, organisations: Organisations):
    """Arrange yearly values by organisation and year."""
    return values.to_numpy(dtype=float).reshape(len(organisations.years), len(organisations)).T
