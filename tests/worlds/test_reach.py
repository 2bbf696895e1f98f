"""Recovery of what chapter 1.2 estimates, and the verdicts that follow from each world."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods import absence_rate, eligibility, reach, representation
from analysis.methods.cells import Cell
from analysis.methods.results import joined, only
from analysis.sources.vocabulary import FOUR_BRANCHES, PRACTICAL
from analysis.stub.organisations import VERNET, draw_organisations
from analysis.stub.worlds import WORLDS
from tests.stub.drawn import drawn
from tests.worlds.conftest import verdict

RESPONDENTS = Cell.of("respondents", year=2025)
EVERYBODY = Text(nl="alle werknemers", en="all employees")
FOUR = list(FOUR_BRANCHES)
YEAR = 2025
SIMULATIONS = 1000
#: Where the number of successes of 1,000 intervals must lie (99.9 % binomial).
COVERED = stats.binom.interval(0.999, SIMULATIONS, 0.95)


# --- light simulations ----------------------------------------------------------------------------


def test_absence_of_four_branches_is_recovered_with_honest_intervals():
    """Vernet follows organisations at random; the truth is that of all organisations."""
    random = np.random.default_rng(20251122)
    frame = draw_organisations(WORLDS["favourable"], 1, (2024, 2025)).frame
    frame = frame[frame["branch"].isin(FOUR)].reset_index(drop=True)
    level = frame["branch"].map(WORLDS["favourable"].branch_absence).to_numpy()
    rows = pd.DataFrame(
        {
            "organisation": frame.index.astype(str),
            "year": YEAR,
            "branch": frame["branch"],
            "employees": frame["employees"],
            "fte": frame["employees"] * 0.7,
            "person_years": frame["employees"] * 0.7,
        }
    )
    errors, covered = [], 0
    for _ in range(SIMULATIONS):
        rate = level * np.exp(random.normal(0, 0.16, len(frame)))
        truth = np.average(rate, weights=rows["fte"])
        followed = np.zeros(len(frame), dtype=bool)
        for branch in FOUR:
            places = np.flatnonzero(frame["branch"] == branch)
            followed[random.choice(places, VERNET[branch], replace=False)] = True
        table = DataTable(
            "organisation_years", rows.assign(absence_rate=np.where(followed, rate, np.nan))
        )
        found = absence_rate.of_branches(table, FOUR, year=YEAR).frame.iloc[0]
        errors.append(found["estimate"] - truth)
        covered += found["ci_low"] <= truth <= found["ci_high"]
    assert abs(np.mean(errors)) < 3 * np.std(errors) / np.sqrt(SIMULATIONS)
    assert COVERED[0] <= covered <= COVERED[1]


@pytest.mark.parametrize("ratio", [0.4, 1.0, 1.6])
def test_representation_is_recovered_with_honest_intervals(ratio):
    random = np.random.default_rng(20251122)
    population = pd.Series({"under_25": 360.0, "55_plus": 640.0})
    share = 0.36 * ratio
    errors, covered, rejected = [], 0, 0
    organisations = np.repeat([f"o{i}" for i in range(60)], 20)
    for _ in range(SIMULATIONS):
        own = random.beta(share * 30, (1 - share) * 30, 60)
        young = random.random(1200) < np.repeat(own, 20)
        sample = pd.DataFrame(
            {
                "organisation": organisations,
                "age_band": np.where(young, "under_25", "55_plus"),
            }
        )
        found = representation.representation(
            sample,
            population,
            group="age_band",
            terms={"y": ["under_25"]},
            year=YEAR,
            tables=("t",),
            compared_with=EVERYBODY,
            cell=RESPONDENTS,
        ).frame.iloc[0]
        errors.append(found["estimate"] - ratio)
        covered += found["ci_low"] <= ratio <= found["ci_high"]
        rejected += not found["ci_low"] <= 1 <= found["ci_high"]
    assert abs(np.mean(errors)) < 3 * np.std(errors) / np.sqrt(SIMULATIONS)
    assert COVERED[0] <= covered <= COVERED[1]
    if ratio != 1:
        assert rejected > 0.95 * SIMULATIONS


def ages(sizes: np.ndarray, branch: str, random: np.random.Generator) -> pd.DataFrame:
    """Organisations whose smallest cell is four percent of their size, give or take."""
    smallest = random.poisson(0.04 * sizes)
    names = [f"{branch}{i}" for i in range(len(sizes))]
    frames = [
        pd.DataFrame(
            {
                "organisation": names, "year": YEAR, "branch": branch, "region": "noord",
                "participant": 0, "employees": employees,
            }
        )
        for employees in (smallest, *[(sizes - smallest) // 9 + 10] * 9)
    ]  # fmt: skip
    return pd.concat(frames, ignore_index=True)


@pytest.mark.parametrize("smaller", [False, True], ids=["null", "smaller"])
def test_size_and_anonymity(smaller):
    """The null world is quiet; smaller organisations pass less often, but not at equal size."""
    random = np.random.default_rng(20251122)
    below = quiet = 0
    simulations = 300
    for _ in range(simulations):
        mine = np.exp(random.normal(6.3 if smaller else 7.1, 0.8, 200)).astype(int) + 50
        others = np.exp(random.normal(7.1, 0.8, 300)).astype(int) + 50
        table = DataTable(
            "organisation_ages",
            pd.concat([ages(mine, "welfare", random), ages(others, "vvt", random)]),
        )
        found = eligibility.compare_branch(table, "welfare", minimum=10, year=YEAR)
        rows = found.frame.set_index("term")
        below += rows.loc["difference", "ci_high"] < 0
        same = rows.loc["difference_same_size"]
        quiet += same["ci_low"] <= 0 <= same["ci_high"]
    if smaller:
        assert below > 0.95 * simulations
    else:
        # One side of an interval of 95 %.
        assert below <= stats.binom.ppf(0.999, simulations, 0.025)
    assert quiet >= stats.binom.ppf(0.001, simulations, 0.95)


@pytest.mark.parametrize("shift", [0.0, -0.5])
def test_standardised_differences_of_few_participants_cover(shift):
    random = np.random.default_rng(20251122)
    covered = 0
    for _ in range(SIMULATIONS):
        count = 380
        joined_in = np.arange(count) < 18
        frame = pd.DataFrame(
            {
                "organisation": np.arange(count).astype(str), "year": 2024, "branch": "vvt",
                "participant": joined_in.astype(int), "employees": 1000,
                "absence_rate": random.normal(0, 1, count) + shift * joined_in,
            }
        )  # fmt: skip
        found = reach.standardised_differences(
            DataTable("organisation_years", frame), ["absence_rate"], branches=["vvt"],
            first=2024, last=2024,
        ).frame.iloc[0]  # fmt: skip
        covered += found["ci_low"] <= shift <= found["ci_high"]
    assert COVERED[0] <= covered <= COVERED[1]


# --- whole worlds ---------------------------------------------------------------------------------


def test_counts_of_the_programme_hold_in_every_world(world):
    _, tables = world
    assert verdict("C04", reach.voices(tables["attendees"])).judgement.verdict == "supported"
    assert verdict("C95", reach.facilitators(tables["attendees"])).judgement.verdict == "supported"
    found = verdict("C02", reach.participants(tables["participants"]))
    assert found.judgement.verdict == "contradicted", "no welfare organisation took part"
    assert found.parts["participants"].verdict == "supported"
    portals = reach.fillable(
        tables["organisation_years"], {"portals": ["turnover_rate", "absence_rate"]}, last=YEAR
    )
    assert verdict("C96", portals).judgement.verdict == "supported"


def test_the_four_branches_keep_their_absence_in_every_world(world):
    _, tables = world
    rate = absence_rate.of_branches(tables["organisation_years"], FOUR, year=YEAR)
    row = rate.frame.iloc[0]
    error = (row["ci_high"] - row["ci_low"]) / 2 / stats.t.ppf(0.975, row["df"])
    assert abs(row["estimate"] - 7.78) < 3.3 * error + 0.03
    assert verdict("C22", rate).judgement.verdict != "contradicted"
    ill = absence_rate.people_ill(rate, tables["organisation_years"], FOUR, year=YEAR)
    assert verdict("C23", ill).judgement.verdict != "contradicted"


def test_branches_differ_as_planted(world):
    name, tables = world
    found = absence_rate.by_branch(tables["organisation_years"], FOUR, year=YEAR)
    rates = found.frame.set_index("term")["estimate"]
    gap = rates[["vvt", "ghz"]].mean() - rates[["ggz", "hospitals"]].mean()
    assert {"favourable": gap > 1, "null": abs(gap) < 0.4, "reversed": gap < -1}[name]


def test_the_verdict_on_size_follows_the_world(world):
    name, tables = world
    found = eligibility.compare_branch(
        tables["organisation_ages"], "welfare", minimum=10, year=YEAR
    )
    result = verdict("C03", only(found, "difference", "difference_same_size"))
    expected = {
        "favourable": {"supported"},
        "null": {"inconclusive", "contradicted"},
        "reversed": {"contradicted"},
    }
    assert result.judgement.verdict in expected[name]
    sentence = result.sentence("nl")
    assert ("maakt het dus moeilijker" in sentence) == (name == "favourable")


def missed(tables):
    wave = tables["individuals"].frame.query(f"year == {YEAR}")
    listeners = representation.of_voices(tables["attendees"])
    everybody = representation.population_by(tables["organisation_ages"], "age_band", year=YEAR)
    joined_in = representation.population_of_participants(tables["organisation_ages"], year=YEAR)
    educated = representation.educated(
        tables["background"], tables["employment_years"], tables["organisation_years"], last=YEAR
    )
    young, practical = ["under_25", "25_to_34"], list(PRACTICAL)
    cases = {
        "young_voices": (listeners, joined_in, "age_band", young),
        "practical_voices": (listeners, educated.query("participant == 1"), "education", practical),
        "young_respondents": (wave, everybody, "age_band", young),
        "practical_respondents": (wave, educated, "education", practical),
    }
    return joined(
        *(
            representation.representation(
                sample, population, group=group, terms={term: values}, year=YEAR, tables=("t",),
                compared_with=EVERYBODY, comparisons=4, cell=RESPONDENTS,
            )
            for term, (sample, population, group, values) in cases.items()
        )
    )  # fmt: skip


def test_the_verdict_on_missed_groups_follows_the_world(world):
    name, tables = world
    result = verdict("C79", missed(tables))
    verdicts = {
        "favourable": {"supported"},
        "null": {"inconclusive", "contradicted"},
        "reversed": {"contradicted"},
    }
    assert result.judgement.verdict in verdicts[name]
    if name == "null":
        # Selection by age is planted in the null world too; all else is drawn evenly.
        assert result.parts["young_respondents"].verdict == "supported"
        for term in ("young_voices", "practical_voices", "practical_respondents"):
            assert result.parts[term].verdict != "supported", term


def test_the_verdict_on_care_use_follows_the_world(world):
    name, tables = world
    found = representation.representation(
        representation.of_insured(tables["care_use"], last=YEAR),
        representation.population_by(tables["organisation_ages"], "age_band", year=YEAR),
        group="age_band",
        terms={"young_insured": ["25_to_34"]},
        year=YEAR,
        tables=("t",),
        compared_with=EVERYBODY,
        cell=RESPONDENTS,
        complete=True,
    )
    # In the reversed world all ages are insured alike; the other two plant the same coverage.
    expected = "contradicted" if name == "reversed" else "supported"
    assert verdict("C86", found).judgement.verdict == expected


def test_weights_repair_ages_and_sizes(world):
    _, tables = world
    for column, everybody in (
        ("age_band", "organisation_ages"),
        ("size_band", "organisation_years"),
    ):
        levels = sorted(tables["individuals"].frame[column].dropna().unique())
        found = representation.shares(
            tables["individuals"], tables[everybody], column, levels, last=YEAR
        )
        cells = found.frame.pivot(index="group", columns="measure", values="value")
        # Age is raked exactly; size comes along within two points.
        assert np.allclose(
            cells["weighted"], cells["population"], atol=0.01 if column == "age_band" else 2.0
        )


def test_a_year_without_a_source_says_nothing_about_whom_it_knows(world):
    _, tables = world
    found = (
        tables["linkage_differences"]
        .frame.query(
            "source == 'izz_monitor_respondents' and unit == 'organisation-years' "
            "and characteristic == 'employees'"
        )
        .iloc[0]
    )
    waves = tables["organisation_years"].frame.query("year >= 2024")
    assert found["n_linked"] + found["n_unlinked"] == len(waves)
    assert found["n_linked"] == waves["linked_izz_monitor"].sum()


def test_the_sample_of_people_links_to_organisations(world):
    _, tables = world
    counts = tables["linkage_counts"].frame
    assert (counts["delivered"] == counts["linked"] + counts["not_linked"]).all()
    whole = counts[counts["dimension"] == "all"].set_index("source")
    assert whole.loc["pfzw_payslips", "not_linked"] == 0
    assert 0 < whole["not_linked"].sum() < 0.05 * whole["delivered"].sum()
    careers = tables["careers"].frame
    gone = careers[careers["destination"].notna()]
    planted = drawn(world[0], 1).world.destinations
    share = gone["destination"].eq("pension").mean()
    assert share == pytest.approx(planted["pension"], abs=0.02)
