"""A branch of made-up organisations that differ in nothing but chance, and what is done to one."""

import numpy as np
import pandas as pd

from analysis.dataset import DataTable
from analysis.sources.vocabulary import AGE_BANDS

YEARS = tuple(range(2019, 2026))
SCALES = ("climate", "learning", "leadership", "workload", "engagement")


def pseudonym(number: int) -> str:
    return f"{number:032x}"


#: The organisation that profiles are made of.
OWN = pseudonym(0xABC)


def made_branch(
    organisations: int = 60,
    *,
    seed: int = 1,
    branch: str = "vvt",
    respondents: int = 25,
    years=YEARS,
) -> dict[str, pd.DataFrame]:
    """Draw tables of a branch in which all organisations have the same long-run figures."""
    random = np.random.default_rng(seed)
    names = [OWN, *(pseudonym(0x1000 + number) for number in range(organisations - 1))]
    sizes = random.integers(900, 6000, organisations)
    rows, ages, answers = [], [], []
    for name, size in zip(names, sizes, strict=True):
        for year in years:
            gone = random.binomial(size, [0.01, 0.04, 0.05, 0.05, 0.05])
            rows.append(
                {
                    "organisation": name, "year": year, "branch": branch, "participant": 1,
                    "size_band": "1000_to_2999", "employees": size, "employees_at_start": size,
                    "leavers": gone.sum(), "to_pension": gone[0], "to_other_sector": gone[1],
                    "to_inactive": gone[2], "turnover_rate": gone.sum() / size,
                    "sector_exit_rate": gone[:3].sum() / size,
                    "inflow_rate": random.normal(0.2, 0.6 / np.sqrt(size)),
                    "temporary_share": random.normal(0.2, 0.5 / np.sqrt(size)),
                    "irregular_allowance_share": random.normal(0.06, 0.2 / np.sqrt(size)),
                    "team_churn": random.normal(0.35, 0.5 / np.sqrt(size)),
                    "manager_churn": random.normal(0.2, 1.0 / np.sqrt(size)),
                    "overhead_share": random.normal(0.15, 0.004),
                    "person_years": 0.7 * size,
                    "absence_rate": random.normal(7 + 0.2 * (year - 2019), 30 / np.sqrt(size)),
                    "frequency": random.normal(1.25, 0.04),
                    "mean_duration": random.normal(22, 60 / np.sqrt(size)),
                    "long_term_share": random.normal(66, 1.5),
                }
            )  # fmt: skip
            # Whoever leaves the sector is of one of the bands.
            of_bands = random.multinomial(gone[:3].sum(), [1 / len(AGE_BANDS)] * len(AGE_BANDS))
            for band, leaving in zip(AGE_BANDS, of_bands, strict=True):
                at_risk = int(size / 5)
                ages.append(
                    {
                        "organisation": name, "year": year, "age_band": band, "sex": "female",
                        "at_risk": at_risk, "students_at_risk": 0, "student_leavers": 0,
                        "sector_leavers": leaving,
                    }
                )  # fmt: skip
        answers.append(
            pd.DataFrame(
                np.clip(random.normal(3, 0.7, (respondents, len(SCALES))), 1, 5), columns=SCALES
            ).assign(organisation=name, year=years[-1], weight=1.0)
        )
    return {
        "organisation_years": pd.DataFrame(rows),
        "organisation_ages": pd.DataFrame(ages),
        "individuals": pd.concat(answers, ignore_index=True),
    }


def as_tables(frames: dict[str, pd.DataFrame | None]) -> dict[str, DataTable]:
    return {name: DataTable(name, frame) for name, frame in frames.items()}


def changed(
    frames: dict[str, pd.DataFrame], organisation: str = OWN, **values: object
) -> dict[str, pd.DataFrame]:
    """Give one organisation other values in ``organisation_years``, in all years."""
    rows = frames["organisation_years"].copy()
    for name, value in values.items():
        rows.loc[rows["organisation"] == organisation, name] = value
    return frames | {"organisation_years": rows}
