"""Organisations with annual accounts, drawn with known slopes, for tests."""

import numpy as np
import pandas as pd

from analysis.dataset import DataTable

BRANCHES = {"vvt": 0.15, "ghz": 0.155, "ggz": 0.21, "hospitals": 0.215, "welfare": 0.165}
YEARS = range(2019, 2026)


def drawn(
    *, between: float = 0.0, within: float = 0.0, branch: float = 0.0, streams: float = 0.0,
    noise: float = 0.05, each: int = 24, seed: int = 1,
) -> DataTable:  # fmt: skip
    """Return organisations by year.

    Parameters
    ----------
    between, within, branch
        Log absence per unit of overhead: between organisations, over the years, between branches.
    streams
        Log absence per effective funding stream, between organisations.
    """
    random = np.random.default_rng(seed)
    rows = []
    for name, mean in BRANCHES.items():
        for number in range(each):
            own, many = random.normal(0, 0.028), random.normal(2, 0.35)
            level = between * own + branch * mean + streams * many + random.normal(0, noise)
            size = int(np.exp(random.normal(7, 0.6)))
            for year in YEARS:
                change = random.normal(0, 0.006)
                rows.append(
                    {
                        "organisation": f"{name}{number:02d}", "year": year, "branch": name,
                        "employees": size, "overhead_share": mean + own + change,
                        "effective_streams": many + random.normal(0, 0.05),
                        "share_zvw": random.uniform(0.3, 0.9), "share_wlz": 0.1,
                        "temporary_share": random.normal(0.2, 0.03),
                        "injury_risk": random.normal(40, 3), "mental_load": random.normal(50, 3),
                        "irregular_allowance_share": random.normal(0.05, 0.01),
                        "span_of_control": np.exp(random.normal(3, 0.2)),
                        "team_churn": random.normal(0.2, 0.02),
                        "absence_rate": 8 * np.exp(
                            level + within * change + random.normal(0, noise / 2)
                        ),
                    }
                )  # fmt: skip
    frame = pd.DataFrame(rows)
    return DataTable("organisation_years", frame.assign(turnover_rate=frame["absence_rate"] * 2))
