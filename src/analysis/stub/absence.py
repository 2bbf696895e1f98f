"""Sickness absence of the organisations: the planted model, and what Vernet sees of it.

The logarithm of an organisation's rate is its branch's level, plus the planted effects of what the
other sources show of the same organisation, plus its own residual and shocks. Rates are scaled so
that each branch has its planted rate over all its organisations. Vernet sees the rate with the
chance of a finite number of person-years.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.sources.vernet import ALL
from analysis.sources.vocabulary import AGE_BANDS, BRANCHES, FUNCTION_GROUPS, REGIONS
from analysis.stub.draws import stream
from analysis.stub.organisations import SCORES, Organisations
from analysis.stub.population import CHURN_EFFECT, Population
from analysis.stub.worlds import World

#: Level of each year relative to the reference year; 7.75 percent in 2023 and 7.81 in 2024 (press
#: releases of Vernet) where the reference year has 7.78.
YEAR_LEVELS = {
    2019: 0.80,
    2020: 0.88,
    2021: 0.92,
    2022: 1.07,
    2023: 0.996,
    2024: 1.004,
    2025: 1.0,
}
#: From this year on the programme may have an effect.
PROGRAMME_YEAR = 2025
#: SD of the absence of one person-year: the chance in a rate is this over the root of person-years.
PERSON_YEAR_SD = 0.19
PARTICIPANTS = 18
PARTICIPANT_REGIONS = ("noord", "noord_holland", "limburg")
_AGE = np.array([0.70, 0.90, 0.95, 1.03, 1.22])
_GROUP = np.array([1.00, 1.14, 1.03, 0.82, 1.12, 0.92, 0.72, 0.80])


@dataclass(frozen=True)
class Absence:
    """What is true of the organisations' absence.

    Attributes
    ----------
    rate
        True rate as a share, shape (organisations, years).
    features
        Driver → what the sources show, shape (organisations, years).
    participants
        Places of the organisations that take part, in order.
    truth
        Numbers that a test compares estimates with.
    """

    rate: np.ndarray
    features: dict[str, np.ndarray]
    participants: np.ndarray
    truth: dict[str, object]


def draw_absence(
    world: World, organisations: Organisations, population: Population, seed: int
) -> Absence:
    """Draw the true rates of all organisations and who takes part in the programme."""
    branch = organisations.branch_code
    years = organisations.years
    features = observed_features(organisations, population)
    between, within, spread = {}, {}, {}
    for name, values in features.items():
        means = values.mean(axis=1)
        deviation = means - _branch_means(means, branch)[branch]
        spread[name] = float(deviation.std()) or 1.0
        between[name] = deviation / spread[name]
        within[name] = (values - means[:, None]) / spread[name]
    overhead, streams, truth = _gap_slopes(world, organisations, features)
    through_churn = {
        name: world.unrest_share * world.drivers[name]
        if name in ("irregular_allowance", "inflow")
        else 0.0
        for name in world.drivers
    }
    churn = CHURN_EFFECT if any(through_churn.values()) or world.manager_churn else 0.0
    level = np.zeros((len(organisations), len(years)))
    for name, effect in world.drivers.items():
        direct = effect - through_churn[name]
        slope = world.temporary_within if name == "temporary" else direct
        level += direct * between[name][:, None] + slope * within[name]
    # Mobility is skewed, so its square rises with it.
    level += world.mobility_optimum * _beside(between["mobility"] ** 2, *between.values())[:, None]
    level += churn * (between["team_churn"][:, None] + within["team_churn"])
    lag = np.zeros_like(level)
    lag[:, 1:] = within["inflow"][:, :-1]
    level += world.feedback["inflow_to_absence"] * lag
    # Overhead also goes with leaving; what inflow does is planted apart.
    moved = between["overhead"] - _beside(
        between["overhead"], between["inflow"], between["mobility"]
    )
    own = {
        "overhead": features["overhead"] - spread["overhead"] * moved[:, None],
        "streams": features["streams"],
    }
    for slope, name in ((overhead, "overhead"), (streams, "streams")):
        values = own[name]
        level += slope * (values - _branch_means(values.mean(axis=1), branch)[branch][:, None])
    planned = level.mean(axis=1)
    residual = np.sqrt(max(world.organisation_sd**2 - planned.var(), 0.0))
    level += residual * organisations.frame["residual"].to_numpy()[:, None]
    level += organisations.within["absence"]
    participants = _participants(world, organisations, level, stream(seed, "participants"))
    for place, year in enumerate(years):
        if year >= PROGRAMME_YEAR:
            level[participants, place] += world.programme_effect
    rate = _at_branch_level(world, organisations, population, level)
    truth |= {
        "spread": spread,
        "organisation_sd": float(
            (level - _branch_means(level.mean(axis=1), branch)[branch][:, None]).mean(axis=1).std()
        ),
        "drivers": dict(world.drivers),
        "churn_effect": churn,
    }
    return Absence(rate, features, participants, truth)


def observed_features(
    organisations: Organisations, population: Population
) -> dict[str, np.ndarray]:
    """Return what the sources show of each organisation and year, shape (organisations, years)."""
    shape = (len(organisations), len(organisations.years))

    def panel(values: pd.Series) -> np.ndarray:
        return values.to_numpy(dtype=float).reshape(shape[::-1]).T

    yearly = population.years
    stock = yearly["employees"]
    before = stock + yearly["leavers"] - yearly["joiners"]
    features = {
        "irregular_allowance": panel(yearly["irregular_allowance_share"]),
        "temporary": panel(yearly["temporary_share"]),
        "inflow": panel(yearly["joiners"] / ((stock + before) / 2)),
        "mobility": panel((yearly["joiners"] + yearly["leavers"]) / ((stock + before) / 2)),
        "team_churn": panel(yearly["team_churn"]),
        "overhead": organisations.overhead,
        "streams": 1 / (organisations.streams**2).sum(axis=2),
    }
    functions = population.functions
    places = pd.MultiIndex.from_product(
        [organisations.years, range(len(organisations))], names=["year", "organisation"]
    )
    for column, name in enumerate(("injury_risk", "mental_load", "burdensome")):
        score = functions["employees"] * SCORES[functions["function"], column]
        sums = score.groupby([functions["year"], functions["organisation"]]).sum()
        features[name] = panel(sums.reindex(places) / stock.to_numpy())
    return features


def _branch_means(values: np.ndarray, branch: np.ndarray) -> np.ndarray:
    return np.bincount(branch, values) / np.bincount(branch)


def _beside(values: np.ndarray, *features: np.ndarray) -> np.ndarray:
    """Return values less what a line through the features says of them.

    Without that part, the planted slopes of these features, inflow among them, stay what they are
    where nobody looks at the values.
    """
    lines = np.column_stack([np.ones(len(values)), *features])
    return values - lines @ np.linalg.lstsq(lines, values, rcond=None)[0]


def _gap_slopes(
    world: World, organisations: Organisations, features: dict[str, np.ndarray]
) -> tuple[float, float, dict]:
    """Slopes of overhead and of funding streams that divide the planted gap as planned."""
    weight = organisations.frame["employees"].to_numpy(dtype=float)
    low = organisations.frame["branch"].isin(["hospitals", "ggz"]).to_numpy()
    levels = np.log(organisations.frame["branch"].map(world.branch_absence).to_numpy())

    def gap(values: np.ndarray) -> float:
        return np.average(values[low], weights=weight[low]) - np.average(
            values[~low], weights=weight[~low]
        )

    planted = gap(levels)
    slopes = [
        world.branch_gap[part] * planted / gap(features[part].mean(axis=1))
        for part in ("overhead", "streams")
    ]
    truth = {
        "gap": float(planted),
        "overhead_slope": float(slopes[0]),
        "streams_slope": float(slopes[1]),
    }
    return slopes[0], slopes[1], truth


def _participants(
    world: World, organisations: Organisations, level: np.ndarray, random: np.random.Generator
) -> np.ndarray:
    """Eighteen organisations outside welfare, in the planted regions; good performers volunteer.

    They know their figures, so all of them are among those that Vernet follows.
    """
    before = level[:, [year < PROGRAMME_YEAR for year in organisations.years]].mean(axis=1)
    branch = organisations.branch_code
    deviation = before - _branch_means(before, branch)[branch]
    standard = deviation / deviation.std() if deviation.std() > 0 else deviation
    frame = organisations.frame
    able = np.flatnonzero(
        frame["region"].isin(_regions(world))
        & (frame["branch"] != "welfare")
        & (frame["employees"] >= 250)
        & frame["in_vernet"]
    )
    chance = np.exp(world.participation * standard[able])
    chosen = random.choice(able, size=PARTICIPANTS, replace=False, p=chance / chance.sum())
    return np.sort(chosen)


def _regions(world: World) -> list[str]:
    """Return as many regions as are planted: those of the programme first."""
    others = [region for region in REGIONS if region not in PARTICIPANT_REGIONS]
    return [*PARTICIPANT_REGIONS, *others][: int(world.participant_regions)]


def _at_branch_level(
    world: World, organisations: Organisations, population: Population, level: np.ndarray
) -> np.ndarray:
    """Scale so that each branch and year has its planted rate, weighted by person-years."""
    branch = organisations.branch_code
    planted = np.array([world.branch_absence[key] for key in BRANCHES]) / 100
    fte = population.years["fte"].to_numpy().reshape(level.shape[::-1]).T
    raw = np.exp(level)
    rate = np.empty_like(raw)
    for place, year in enumerate(organisations.years):
        mean = np.bincount(branch, raw[:, place] * fte[:, place]) / np.bincount(
            branch, fte[:, place]
        )
        wanted = planted * YEAR_LEVELS.get(year, 1.0)
        rate[:, place] = raw[:, place] * (wanted / mean)[branch]
    return rate


def vernet_table(
    organisations: Organisations, population: Population, absence: Absence, seed: int
) -> pd.DataFrame:
    """Return the table of Vernet, with places for organisations.

    Cells are age band by function group. Their rates differ by age and function, and are scaled so
    that an organisation has its true rate. The chance in a cell follows a gamma distribution
    with the mean of its rate and the variance of its person-years; the row for all is their sum.
    """
    random = stream(seed, "vernet")
    followed = organisations.frame["in_vernet"].to_numpy()
    cells = population.fte_cells
    cells = cells[followed[cells["organisation"]]].reset_index(drop=True)
    place = cells["year"].map({year: i for i, year in enumerate(organisations.years)})
    organisation = cells["organisation"].to_numpy()
    pattern = _AGE[cells["band"]] * _GROUP[cells["group"]]
    size = cells["fte"].to_numpy()
    unit = organisation * len(organisations.years) + place.to_numpy()
    mean = np.bincount(unit, pattern * size) / np.maximum(np.bincount(unit, size), 1e-9)
    rate = absence.rate[organisation, place] * pattern / mean[unit]
    shape = size * rate**2 / PERSON_YEAR_SD**2
    seen = np.minimum(random.gamma(shape) * rate / shape, 0.95)
    frequency = 1.25 * np.exp(random.normal(0, 0.15, len(cells)))
    long_ = 1 / (1 + np.exp(-(0.7 + random.normal(0, 0.3, len(cells)))))
    parts = pd.DataFrame(
        {
            "organisation": organisation,
            "year": cells["year"],
            "age_band": np.array(list(AGE_BANDS))[cells["band"]],
            "function_group": np.array(list(FUNCTION_GROUPS))[cells["group"]],
            "person_years": size,
            "days": seen * size,
            "cases": frequency * size,
            "long": seen * size * long_,
        }
    )
    whole = parts.groupby(["organisation", "year"], as_index=False)[
        ["person_years", "days", "cases", "long"]
    ].sum()
    whole["age_band"] = whole["function_group"] = ALL
    table = pd.concat([whole, parts], ignore_index=True)
    table["absence_rate"] = (100 * table["days"] / table["person_years"]).round(4)
    table["frequency"] = (table["cases"] / table["person_years"]).round(3)
    table["mean_duration"] = (365 * table["days"] / table["cases"]).clip(upper=730).round(1)
    table["long_term_share"] = (100 * table["long"] / table["days"].clip(lower=1e-9)).round(1)
    table["person_years"] = table["person_years"].round(2)
    return table.drop(columns=["days", "cases", "long"])
