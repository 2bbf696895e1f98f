"""Small organisations in branches with rates of some years, for tests of standing."""

import numpy as np
import pandas as pd

from analysis.dataset import DataTable

LAST = 2023
BRANCHES = ["vvt", "hospitals"]


def organisation_years(
    *,
    better: float = 0.0,
    sd: float = 0.16,
    sizes: tuple[int, int] = (120, 60),
    participants: tuple[int, int] = (11, 7),
    years: int = 5,
    seed: int = 1,
) -> DataTable:
    """Return rates around lasting levels; participants are lower by ``better`` SD."""
    random = np.random.default_rng(seed)
    branch = np.repeat(BRANCHES, sizes)
    mine = np.concatenate([np.arange(n) < k for n, k in zip(sizes, participants, strict=True)])
    employees = np.exp(random.normal(7.2, 0.9, len(branch))).round()
    rows = []
    levels = {name: sd * (random.standard_normal(len(branch)) - better * mine) for name in "at"}
    for year in range(LAST - years + 1, LAST + 1):
        swing = np.sqrt(0.05**2 + 5 / employees)
        rows.append(
            pd.DataFrame(
                {
                    "organisation": [f"o{i:03d}" for i in range(len(branch))],
                    "year": year,
                    "branch": branch,
                    "region": np.where(np.arange(len(branch)) % 2, "noord", "limburg"),
                    "size_band": np.where(employees < 1000, "250_to_999", "1000_to_2999"),
                    "employees": employees,
                    "person_years": employees * 0.7,
                    "participant": mine.astype(int),
                    "absence_rate": 8 * np.exp(levels["a"] + swing * random.standard_normal(len(branch))),
                    "turnover_rate": 0.15 * np.exp(levels["t"] + 0.05 * random.standard_normal(len(branch))),
                }
            )
        )  # fmt: skip
    return DataTable("organisation_years", pd.concat(rows, ignore_index=True))
