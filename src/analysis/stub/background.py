"""Background, long absences and training of the sampled people: the additional sources.

Long absences follow the plants on inequality: their yearly probability falls with socio-economic
rank, rises with irregular work (more so at low pay) and after an earlier case, and differs between
strata of sex, education, age, contract and origin. In the calendar year after that of their
recovery, people with low pay work more irregularly, where that is planted.
"""

import numpy as np
import pandas as pd

from analysis.sources.vocabulary import EDUCATION, ORIGINS, TRAINING_EVENTS
from analysis.stub.draws import stream
from analysis.stub.organisations import FUNCTION_OF_GROUP
from analysis.stub.population import Population
from analysis.stub.worlds import World

#: Shortest long absence, and the mean of what comes on top, in days.
SHORTEST, MEAN_REST = 42, 110
#: Below this rank pay counts as low.
LOW_PAY = 0.4
#: Function groups with a register: nursing and treatment.
_REGISTERED = (0, 3)
_PROGRAMMES = ("nursing_mbo", "nursing_hbo", "treatment_hbo", "treatment_wo")


def background_table(population: Population, seed: int) -> pd.DataFrame:
    """Return socio-economic background, a row per sampled person and year of work."""
    random = stream(seed, "background")
    rows = population.spells[["person", "year"]].drop_duplicates().sort_values(["person", "year"])
    people = population.people.loc[rows["person"]]
    rank = people["ses"].to_numpy(dtype=float)
    income = (14_000 + 62_000 * rank**1.5) * np.exp(random.normal(0, 0.2, len(rows)))
    return pd.DataFrame(
        {
            "person": rows["person"].to_numpy(),
            "year": rows["year"].to_numpy().astype(int),
            # Codes, as eleven million words would not fit.
            "education": pd.Categorical.from_codes(people["education"], list(EDUCATION)),
            "origin": pd.Categorical.from_codes(people["abroad"].astype(int), list(ORIGINS)),
            "ses_rank": rank.round(4),
            "household_income": income.round(-2),
        }
    )


def draw_long_absences(world: World, population: Population, seed: int) -> pd.DataFrame:
    """Draw long absences; irregular shares in ``population.spells`` follow recovery.

    Returns
    -------
    pandas.DataFrame
        A row per case: ``person``, ``organisation``, ``start_date``, ``end_date`` (missing where it
        lasts beyond the data), ``case``.
    """
    random = stream(seed, "long absences")
    spells = population.spells
    last = pd.Timestamp(int(spells["year"].max()), 12, 31)
    people = population.people
    position = pd.Series(np.arange(len(people)), index=people.index)
    rank = people["ses"].to_numpy(dtype=float)
    cases = np.zeros(len(people), dtype=int)
    free_from = np.full(len(people), np.datetime64("1900-01-01"))
    # The year in which somebody works more irregularly; 0 is none.
    raised_in = np.zeros(len(people), dtype=int)
    stratum_effect = _stratum_effects(world, random)
    loop = world.vicious_circle
    found = []
    for year, rows in spells.groupby("year", sort=True):
        at = position[rows["person"]].to_numpy()
        raised = np.where(raised_in[at] == year, loop["recovery"], 0.0)
        irregular = np.clip(rows["irregular"].to_numpy(dtype=float) + raised, 0, 0.6)
        spells.loc[rows.index, "irregular"] = irregular.astype(np.float32)
        standard = (irregular - irregular.mean()) / (irregular.std() or 1.0)
        own = people.iloc[at]
        stratum = _strata(own, rows, int(year))
        # At low pay the slope may be another one; over all people it stays as planted.
        low_pay = rank[at] < LOW_PAY
        slope = loop["irregular"] + world.stacking * (low_pay - low_pay.mean())
        multiplier = np.exp(slope * standard + stratum_effect[stratum])
        multiplier *= np.where(cases[at] > 0, loop["recurrence"], 1.0)
        # The gradient over rank is as planted, whatever else differs with rank, among those who
        # are not ill already.
        decile = np.minimum((rank[at] * 10).astype(int), 9)
        ill_for = (free_from[at] - np.datetime64(f"{year}-01-01")) / np.timedelta64(365, "D")
        free = 1 - np.clip(ill_for, 0, 1)
        mean = np.bincount(decile, multiplier * free, minlength=10) / np.maximum(
            np.bincount(decile, free, minlength=10), 1
        )
        plan = world.ses_long_absence
        chance = plan["bottom"] + (plan["top"] - plan["bottom"]) * rank[at]
        months = (rows["last_month"] - rows["first_month"] + 1).to_numpy()
        chance = chance * multiplier / mean[decile] * months / 12
        ill = random.random(len(rows)) < np.minimum(chance, 0.9)
        month = rows["first_month"].to_numpy() + (random.random(len(rows)) * months).astype(int)
        start = pd.to_datetime(
            pd.DataFrame(
                {"year": int(year), "month": month, "day": random.integers(1, 29, len(rows))}
            )
        ).to_numpy()
        days = SHORTEST + random.exponential(MEAN_REST, len(rows)).astype(int)
        end = start + np.minimum(days, 730).astype("timedelta64[D]")
        ill &= start > free_from[at]
        first = ~pd.Series(np.where(ill, at, -1 - np.arange(len(at)))).duplicated().to_numpy()
        ill &= first
        chosen = at[ill]
        cases[chosen] += 1
        free_from[chosen] = end[ill]
        low = ill & (rank[at] < LOW_PAY)
        raised_in[at[low]] = end[low].astype("datetime64[Y]").astype(int) + 1970 + 1
        found.append(
            pd.DataFrame(
                {
                    "person": rows["person"].to_numpy()[ill],
                    "organisation": rows["organisation"].to_numpy()[ill],
                    "start_date": start[ill],
                    "end_date": np.where(end <= last.to_datetime64(), end, np.datetime64("NaT"))[
                        ill
                    ],
                    "case": cases[chosen],
                }
            )
        )
    return pd.concat(found, ignore_index=True).sort_values(["person", "case"], ignore_index=True)


#: Strata: sex, education, age (under 35, 35 to 54, over), contract, origin.
STRATA = 2 * 4 * 3 * 2 * 2


def _strata(people: pd.DataFrame, rows: pd.DataFrame, year: int) -> np.ndarray:
    age = np.digitize(year - people["birth_year"].to_numpy(), [35, 55])
    code = people["female"].to_numpy().astype(int)
    code = code * 4 + people["education"].to_numpy()
    code = code * 3 + age
    code = code * 2 + rows["temporary"].to_numpy()
    return code * 2 + people["abroad"].to_numpy()


def _stratum_effects(world: World, random: np.random.Generator) -> np.ndarray:
    """Effects on the log odds with the planted variance, partly not additive."""
    vpc = world.intersection["vpc"]
    variance = vpc / (1 - vpc) * np.pi**2 / 3
    sizes = (2, 4, 3, 2, 2)
    grid = np.indices(sizes).reshape(len(sizes), -1)
    additive = sum(random.standard_normal(size)[grid[i]] for i, size in enumerate(sizes))
    own = random.standard_normal(STRATA)
    share = world.intersection["interaction"]
    effect = (
        np.sqrt(1 - share) * (additive - additive.mean()) / additive.std()
        + np.sqrt(share) * (own - own.mean()) / own.std()
    )
    return np.sqrt(variance) * effect


def training_table(population: Population, seed: int) -> pd.DataFrame:
    """Return events of training and registration of nurses and those who treat."""
    random = stream(seed, "training")
    people = population.people
    group = FUNCTION_OF_GROUP[people["function"].to_numpy()]
    able = np.isin(group, _REGISTERED)
    people, group = people[able], group[able]
    entry = people["entry_year"].to_numpy().astype(int)
    last = int(population.spells["year"].max())
    programme = np.where(
        group == 0, (people["education"] >= 2).astype(int), 2 + (people["education"] >= 3)
    )
    kinds = list(TRAINING_EVENTS)
    frames = []
    events = {"training_start": -4, "diploma": 0, "registration": 0, "reregistration": 5}
    for event, after in events.items():
        year = entry + after
        happens = (year >= 2000) & (year <= last)
        if event == "reregistration":
            happens &= random.random(len(people)) < 0.85
        month = 9 if event == "training_start" else 7
        date = pd.to_datetime(
            pd.DataFrame({"year": np.clip(year, 2000, last), "month": month, "day": 1})
        ) + pd.to_timedelta(random.integers(0, 28, len(people)), unit="D")
        frames.append(
            pd.DataFrame(
                {
                    "person": people.index,
                    "date": date.to_numpy(),
                    "event": pd.Categorical.from_codes(
                        np.full(len(people), kinds.index(event)), kinds
                    ),
                    "programme": pd.Categorical.from_codes(programme, list(_PROGRAMMES)),
                }
            )[happens]
        )
    return pd.concat(frames, ignore_index=True).sort_values(["person", "date"], ignore_index=True)
