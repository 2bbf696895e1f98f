"""Whole worlds, delivered and linked once per run, and how a claim is judged in one."""

import pandas as pd
import pytest

from analysis.claims.judge import Finding, judge
from analysis.claims.register import read_register
from analysis.dataset import DataTable
from analysis.linkage.link import link
from analysis.methods.results import Estimates
from analysis.stub.deliveries import write_world
from analysis.stub.worlds import WORLDS
from tests.stub.drawn import drawn

YEAR = 2025
World = tuple[str, dict[str, DataTable]]


@pytest.fixture(
    scope="session",
    params=[pytest.param(name, marks=pytest.mark.xdist_group(f"{name}-1")) for name in WORLDS],
)
def world(request, tmp_path_factory) -> World:
    """Name of a world, and its linked tables by name; not to be changed."""
    folder = tmp_path_factory.mktemp(request.param)
    write_world(folder / "deliveries", drawn(request.param, 1))
    link(folder / "deliveries", folder / "linked", "2025")
    tables = {
        path.stem: DataTable(path.stem, pd.read_parquet(path))
        for path in (folder / "linked").glob("*.parquet")
    }
    return request.param, tables


def verdict(claim: str, result: Estimates) -> Finding:
    """Judge a claim on estimates."""
    register = read_register()
    return judge(register[claim], result.frame, reference_year=YEAR, method=result.method)
