"""The part of the HR offer that is used, with organisations as clusters."""

import numpy as np
import pandas as pd
import pytest

from analysis.dataset import DataTable
from analysis.methods import clusters, offer_use
from analysis.methods.results import Absent

PERIOD = "2025JJ00"


def offer(use: float, *, organisations: int = 18, seed: int = 1) -> DataTable:
    random = np.random.default_rng(seed)
    size = organisations * 3
    offered = 1 + random.poisson(5, size)
    return DataTable(
        "hr_offer",
        pd.DataFrame(
            {
                "organisation": np.repeat([f"o{i}" for i in range(organisations)], 3),
                "theme": ["leadership", "learning", "health"] * organisations,
                "offered": offered,
                "used": random.binomial(offered, use),
            }
        ),
    )


def years(organisations: int = 18) -> DataTable:
    names = [f"o{i}" for i in range(organisations)]
    return DataTable(
        "organisation_years",
        pd.DataFrame({"organisation": names, "year": 2025, "participant": 1, "employees": 1000}),
    )


def test_the_ratio_is_that_of_the_totals_with_clusters():
    table = offer(0.35)
    found = offer_use.use(table, period=PERIOD).frame.iloc[0]
    frame = table.frame
    assert found["estimate"] == pytest.approx(100 * frame["used"].sum() / frame["offered"].sum())
    honest = clusters.ratio(frame["used"], frame["offered"], frame["organisation"])
    assert found["ci_low"] == pytest.approx(100 * honest.logit_interval()[0])
    assert (found["df"], found["n"]) == (17, frame["offered"].sum())


def test_organisations_that_resemble_themselves_widen_the_interval():
    table = offer(0.35)
    frame = table.frame.copy()
    first = frame["organisation"].isin([f"o{i}" for i in range(9)])
    frame["used"] = np.where(first, 0, frame["offered"] * 7 // 10)
    alike = offer_use.use(DataTable("hr_offer", frame), period=PERIOD).frame.iloc[0]
    spread = offer_use.use(table, period=PERIOD).frame.iloc[0]
    assert alike["ci_high"] - alike["ci_low"] > 2 * (spread["ci_high"] - spread["ci_low"])


def test_themes_stand_in_the_order_of_their_use():
    table = offer(0.4)
    table.frame.loc[table.frame["theme"] == "health", "used"] = 0
    found = offer_use.use(table, period=PERIOD, by_theme=True).frame
    assert "health" not in set(found["term"]), "of nothing used there is no interval"
    assert found["estimate"].is_monotonic_decreasing


def test_participants_with_much_unused():
    table = offer(0.35)
    table.frame["offered"] = 10
    table.frame["used"] = np.where(table.frame["organisation"].isin(["o1", "o2", "o3"]), 9, 2)
    found = offer_use.organisations_with_much_unused(table, years(), last=2025)
    assert found.frame["estimate"].iloc[0] == pytest.approx(100 * 15 / 18)
    assert "participant=yes" in found.behind[0].part


@pytest.mark.parametrize("frame", [None, offer(0.35).frame.iloc[:0], offer(0.35).frame.iloc[:6]])
def test_without_an_offer_there_is_no_answer(frame):
    table = DataTable("hr_offer", frame)
    assert isinstance(offer_use.use(table, period=PERIOD), Absent)
    assert isinstance(offer_use.organisations_with_much_unused(table, years(), last=2025), Absent)
