"""What comes first: drawn panels in which the order is known."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.dataset import DataTable
from analysis.methods import organisation_panel, timing

SIMULATIONS = 30
COVERED = stats.binom.ppf([0.0005, 0.9995], SIMULATIONS, 0.95)
REJECTED = stats.binom.ppf(0.9995, SIMULATIONS, 0.05)


def drawn(back: float, forth: float, random: np.random.Generator, count: int = 150, years: int = 7):
    """Absence moves inflow a year later (``back``), and inflow moves absence (``forth``)."""
    shock = np.zeros((count, years))
    for year in range(years):
        before = shock[:, year - 1] if year else 0.0
        shock[:, year] = 0.5 * before + random.normal(0, 0.06, count)
    inflow = random.normal(0, 0.1, (count, years)) + random.normal(0, 0.15, (count, 1))
    inflow[:, 1:] += back * shock[:, :-1]
    absence = shock + random.normal(0, 0.15, (count, 1))
    absence[:, 1:] += forth * (inflow - inflow.mean(axis=1, keepdims=True))[:, :-1]
    frame = pd.DataFrame(
        {
            "organisation": np.repeat(np.arange(count).astype(str), years),
            "year": np.tile(np.arange(2019, 2019 + years), count),
            "branch": "vvt",
            "employees": 1000,
            "inflow_rate": 0.2 * np.exp(inflow.ravel()),
            "absence_rate": 7 * np.exp(absence.ravel()),
        }
    )
    return organisation_panel.sample(
        DataTable("organisation_years", frame),
        "absence_rate",
        ["inflow_rate"],
        first=2019,
        last=2025,
    )


@pytest.mark.parametrize(("back", "forth"), [(0.0, 0.0), (0.5, 0.0), (0.0, 0.2)])
def test_the_order_in_time(back, forth):
    """The lead fires when absence comes first, and only then; the lag when inflow does."""
    random = np.random.default_rng(20251122)
    clear = {"lead": 0, "lag": 0, "absence_first": 0, "driver_first": 0}
    for _ in range(SIMULATIONS):
        chosen = drawn(back, forth, random)
        for result in (timing.around(chosen, "inflow_rate"), timing.crossed(chosen, "inflow_rate")):
            for row in result.frame.itertuples():
                if row.term in clear:
                    clear[row.term] += row.ci_low > 0
    for term in ("lead", "absence_first"):
        if back:
            assert clear[term] > 0.8 * SIMULATIONS, term
        else:
            assert clear[term] <= REJECTED, term
    for term in ("lag", "driver_first"):
        if forth:
            assert clear[term] > 0.9 * SIMULATIONS, term
        else:
            assert clear[term] <= REJECTED, term
