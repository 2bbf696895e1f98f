"""What is planted is there: totals in every world, the rest as that world's plants say."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from analysis.sources.vocabulary import (
    AGE_BANDS,
    BRANCHES,
    CHECKLIST,
    COMMITMENT,
    FOUR_BRANCHES,
    MEANINGS,
    PROCESSES,
    SCALES,
    THEMES,
    items,
)
from analysis.stub.absence import (
    PARTICIPANT_REGIONS,
    PROGRAMME_YEAR,
    YEAR_LEVELS,
    vernet_table,
)
from analysis.stub.organisations import EMPLOYEES, OVERHEAD_SD
from analysis.stub.people import AGE_SHARES, band_of
from analysis.stub.sessions import SENSITIVITY, SPECIFICITY, interventions_table
from analysis.stub.survey import ABSENT, LEAVING, RESPONDENTS, WORK_RELATED
from analysis.stub.worlds import WORLDS
from tests.stub.drawn import CASES, drawn, panel, with_place

LAST = 2025


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(case, marks=pytest.mark.xdist_group(f"{case[0]}-{case[1]}")) for case in CASES
    ],
    ids=[f"{name}-{seed}" for name, seed in CASES],
)
def world(request):
    return drawn(*request.param)


def last_year(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["year"] == LAST]


def sign(world, plant: float) -> int:
    return int(np.sign(plant))


# --- totals that hold in every world ----------------------------------------------------------


def test_stock_and_flows_of_the_last_year_are_those_of_the_report(world):
    years = last_year(world.population.years)
    outside = years["joiners"].sum() - years["joiners_from_sector"].sum()
    exits = years[["to_pension", "to_other_sector", "to_inactive"]].sum().sum()
    assert years["employees"].sum() == pytest.approx(1_500_000, rel=0.005)
    assert outside == pytest.approx(175_000, rel=0.02)
    assert exits == pytest.approx(155_000, rel=0.01)
    assert years["to_same_branch"].sum() == pytest.approx(75_000, rel=0.02)
    assert years["to_other_branch"].sum() == pytest.approx(70_000, rel=0.02)


def test_branches_have_their_size(world):
    sizes = last_year(with_place(world.population.years, world.organisations))
    for branch, employees in sizes.groupby("branch")["employees"].sum().items():
        assert employees == pytest.approx(EMPLOYEES[branch], rel=0.05)
    assert 450 < len(world.organisations) < 1000
    assert sizes["employees"].between(40, 10_000).all()


def test_the_four_branches_together_keep_their_absence(world):
    fte = panel(world.population.years["fte"], world.organisations)
    four = world.organisations.frame["branch"].isin(FOUR_BRANCHES).to_numpy()
    for place, year in enumerate(world.organisations.years):
        rate = np.average(world.absence.rate[four, place], weights=fte[four, place])
        assert 100 * rate == pytest.approx(7.78 * YEAR_LEVELS[year], abs=0.04)


def test_the_programme_has_its_size(world):
    tables = world.programme
    assert len(tables["participants"]) == 18
    voices = tables["attendees"].merge(tables["sessions"][["session", "kind"]])
    heard = voices[voices["kind"] == "listening"]
    assert len(heard) == heard["attendee"].nunique() == 706
    assert set(heard["role"]) == {"professional", "team_leader"}
    assert not set(voices.loc[voices["kind"] == "reflection", "attendee"]) & set(heard["attendee"])
    assert tables["sessions"]["facilitator"].nunique() == 15
    joined = world.organisations.frame.iloc[tables["participants"]["organisation"]]
    assert "welfare" not in set(joined["branch"])
    regions = set(joined["region"])
    if world.world.participant_regions == len(PARTICIPANT_REGIONS):
        assert regions == set(PARTICIPANT_REGIONS)
    else:
        assert len(regions) > len(PARTICIPANT_REGIONS)
    assert set(tables["participants"]["start_date"].dt.year) == {PROGRAMME_YEAR - 1}
    assert set(tables["checklist"]["item"]) == set(CHECKLIST)
    assert (tables["hr_offer"]["used"] <= tables["hr_offer"]["offered"]).all()


# --- sources agree ------------------------------------------------------------------------------


def test_flows_balance(world):
    years = world.population.years
    destinations = years[
        ["to_same_branch", "to_other_branch", "to_pension", "to_other_sector", "to_inactive"]
    ].sum(axis=1)
    assert (years["leavers"] == destinations).all()
    moves = years.groupby("year")[["to_same_branch", "to_other_branch", "joiners_from_sector"]]
    totals = moves.sum()
    assert (
        totals["to_same_branch"] + totals["to_other_branch"] == totals["joiners_from_sector"]
    ).all()
    stock = panel(years["employees"], world.organisations)
    change = panel(years["joiners"] - years["leavers"], world.organisations)
    assert (np.diff(stock, axis=1) == change[:, 1:]).all()


def test_heads_add_up(world):
    whole = world.population.years.set_index(["organisation", "year"])["employees"]
    for part in (world.population.ages, world.population.functions):
        heads = part.groupby(["organisation", "year"])["employees"].sum()
        assert heads.reindex(whole.index).equals(whole)
    fte = world.population.fte_cells.groupby(["organisation", "year"])["fte"].sum()
    told = world.population.years.set_index(["organisation", "year"])["fte"]
    assert np.allclose(fte.reindex(told.index), told, atol=0.06)


def test_the_sample_of_people_stands_for_the_whole(world):
    spells = last_year(world.population.spells)
    present = spells[~spells["ended"]]
    assert len(present) / world.scale == pytest.approx(1_500_000, rel=0.03)
    branch = world.organisations.frame["branch"].to_numpy()[present["organisation"]]
    for name, count in pd.Series(branch).value_counts().items():
        wanted = EMPLOYEES[name] * world.scale
        assert abs(count - wanted) < 4 * np.sqrt(wanted) + 0.05 * wanted
    assert not present["person"].duplicated().any()


# --- absence of organisations -------------------------------------------------------------------


def test_branches_have_their_planted_absence_and_vernet_sees_it(world):
    planted = world.world.branch_absence
    table = vernet_table(world.organisations, world.population, world.absence, world.seed)
    seen = last_year(with_place(table[table["age_band"] == "all"], world.organisations))
    for branch in BRANCHES:
        rows = seen[seen["branch"] == branch]
        weight = rows["person_years"]
        mean = np.average(rows["absence_rate"], weights=weight)
        spread = (weight / weight.sum() * (rows["absence_rate"] - mean)).pow(2).sum()
        assert abs(mean - planted[branch]) < 3.3 * np.sqrt(spread) + 0.02


def test_parts_of_vernet_add_up(world):
    table = vernet_table(world.organisations, world.population, world.absence, world.seed)
    table["days"] = table["person_years"] * table["absence_rate"]
    keys = ["organisation", "year"]
    whole = table[table["age_band"] == "all"].set_index(keys)["days"]
    parts = table[table["age_band"] != "all"].groupby(keys)["days"].sum()
    assert np.allclose(parts, whole.reindex(parts.index), rtol=0.01, atol=5)
    assert table["absence_rate"].between(0, 100).all()


def standardised(values: np.ndarray, branch: np.ndarray) -> np.ndarray:
    means = values.mean(axis=1)
    deviation = means - pd.Series(means).groupby(branch).transform("mean").to_numpy()
    return deviation / deviation.std()


def test_drivers_of_absence_are_recovered(world):
    """Between organisations, on the true rates: every planted effect within 3.3 SE."""
    branch = world.organisations.branch_code
    before = [year < 2025 for year in world.organisations.years]
    level = np.log(world.absence.rate)[:, before].mean(axis=1)
    drivers = list(world.world.drivers)
    columns = {
        name: standardised(world.absence.features[name], branch)
        for name in [*drivers, "overhead", "streams"]
    }
    columns |= {f"branch {code}": (branch == code).astype(float) for code in range(5)}
    # What overhead says of inflow and mobility, which follow from it, is planted with these.
    moved = np.column_stack(
        [
            columns["inflow"],
            standardised(world.absence.features["mobility"], branch),
            np.ones(len(branch)),
        ]
    )
    columns["overhead"] = sm.OLS(columns["overhead"], moved).fit().resid
    fit = sm.OLS(level, pd.DataFrame(columns)).fit(cov_type="HC1")
    for name in drivers:
        planted = world.world.drivers[name]
        # Manager churn and its share of team churn are left out: they are drawn independently.
        assert abs(fit.params[name] - planted) < 3.3 * fit.bse[name] + 0.002, name
    slope = fit.params["overhead"] / (OVERHEAD_SD or 1)
    planted = world.absence.truth["overhead_slope"]
    assert abs(slope - planted) < 3.5 * fit.bse["overhead"] / OVERHEAD_SD + 0.05 * abs(planted)


def mobility(world) -> np.ndarray:
    """Comings and goings over the mean stock, in SD between organisations of a branch."""
    years = world.population.years
    stock = years["employees"] + (years["leavers"] - years["joiners"]) / 2
    moved = panel((years["joiners"] + years["leavers"]) / stock, world.organisations)
    return standardised(moved, world.organisations.branch_code)


def test_absence_bends_with_mobility_as_planted(world):
    """The curve is recovered with the drivers beside it, and the drivers without the curve."""
    branch = world.organisations.branch_code
    before = [year < 2025 for year in world.organisations.years]
    level = np.log(world.absence.rate)[:, before].mean(axis=1)
    columns = {
        name: standardised(world.absence.features[name], branch)
        for name in [*world.world.drivers, "overhead", "streams", "team_churn"]
    }
    columns |= {"mobility": mobility(world), "squared": mobility(world) ** 2}
    columns |= {f"branch {code}": (branch == code).astype(float) for code in range(5)}
    fit = sm.OLS(level, pd.DataFrame(columns)).fit(cov_type="HC1")
    planted = world.world.mobility_optimum
    assert abs(fit.params["squared"] - planted) < 3.3 * fit.bse["squared"] + 0.001
    line = fit.params["mobility"] + fit.params["inflow"]
    if planted:
        assert abs(line / (2 * planted)) < 1.5, "the curve turns among the organisations"


def test_organisations_differ_as_planted(world):
    branch = world.organisations.branch_code
    level = np.log(world.absence.rate)
    means = level.mean(axis=1)
    deviation = means - pd.Series(means).groupby(branch).transform("mean").to_numpy()
    planted = world.world.organisation_sd
    # The yearly shocks leave a little in a mean of seven years.
    assert deviation.std() == pytest.approx(planted, abs=0.02)


def test_team_churn_carries_its_share(world):
    branch = world.organisations.branch_code
    churn = standardised(world.absence.features["team_churn"], branch)
    allowance = standardised(world.absence.features["irregular_allowance"], branch)
    inflow = standardised(world.absence.features["inflow"], branch)
    fit = sm.OLS(churn, np.column_stack([allowance, inflow])).fit()
    planted = world.world.unrest_share * world.world.drivers["irregular_allowance"] / 0.05
    assert fit.params[0] == pytest.approx(planted, abs=0.13)


def test_participants_are_chosen_as_planted():
    """Over seeds, good performers take part where that is planted, bad ones where reversed."""
    from analysis.stub.absence import _participants
    from analysis.stub.draws import stream
    from analysis.stub.organisations import draw_organisations

    years = tuple(range(2019, 2026))
    means = {}
    for name, planted in WORLDS.items():
        found = []
        for seed in range(40):
            organisations = draw_organisations(planted, seed, years)
            level = np.repeat(organisations.frame[["residual"]].to_numpy(), len(years), axis=1)
            chosen = _participants(planted, organisations, level, stream(seed, "participants"))
            found.append(level[chosen, 0].mean())
        means[name] = (np.mean(found), np.std(found) / np.sqrt(len(found)))
    for name, (mean, error) in means.items():
        # Drawing by exp(a z) shifts a standard normal by about a, less as few are able.
        wanted = WORLDS[name].participation
        assert abs(mean - wanted) < 3 * error + 0.15 * abs(wanted), name


# --- leaving ------------------------------------------------------------------------------------


def test_leaving_by_age_is_as_planted(world):
    ages = world.population.ages.groupby("band")[["at_risk", "sector_leavers"]].sum()
    rate = ages["sector_leavers"] / ages["at_risk"]
    planted = pd.Series([world.world.exit_by_age[band] for band in AGE_BANDS])
    # The totals govern, so all bands move together by a few percent.
    common = ages["sector_leavers"].sum() / (ages["at_risk"] * planted).sum()
    assert common == pytest.approx(1.0, abs=0.08)
    assert np.allclose(rate / planted, common, rtol=0.03)


def test_destinations_are_as_planted(world):
    years = world.population.years[["to_pension", "to_other_sector", "to_inactive"]].sum()
    shares = (years / years.sum()).to_numpy()
    assert np.allclose(shares, list(world.world.destinations.values()), atol=0.005)


def test_the_first_years_are_as_planted(world):
    """People who entered less than two years ago leave as much likelier as planted."""
    spells = world.population.spells[world.population.spells["year"] >= 2021]
    people = world.population.people.loc[spells["person"]]
    gone = spells["ended"].to_numpy() & (spells["destination"].to_numpy() >= 0)
    started = spells["start_year"].to_numpy() < spells["year"].to_numpy()
    band = band_of(spells["year"].to_numpy() - people["birth_year"].to_numpy())
    new = spells["year"].to_numpy() - people["entry_year"].to_numpy() < 2
    ratios, weights = [], []
    for code in (1, 2, 3):
        cell = started & (band == code)
        ratios.append(gone[cell & new].mean() / gone[cell & ~new].mean())
        weights.append(gone[cell & new].sum())
    planted = world.world.early_exit
    error = 1 / np.sqrt(sum(weights))
    assert np.log(np.average(ratios, weights=weights) / planted) == pytest.approx(
        0, abs=3.5 * error + 0.05
    )


# --- coverage, survey ---------------------------------------------------------------------------


def test_coverage_by_age_is_as_planted(world):
    planted = np.array([world.world.coverage[band] for band in AGE_BANDS])
    ages = last_year(world.population.ages).groupby("band")["employees"].sum()
    # Ages of the sector drift a little over the years; coverage is planted relative to them.
    wanted = planted / AGE_SHARES * ages / ages.sum()
    wanted /= wanted.sum()
    wave = last_year(world.survey)
    respondents = wave["age_band"].value_counts(normalize=True).reindex(list(AGE_BANDS))
    assert np.allclose(respondents, wanted, atol=0.02)
    care = last_year(world.population.care).groupby("band")["insured"].sum()
    assert np.allclose(care / care.sum(), wanted, atol=0.012)
    assert len(world.survey) == pytest.approx(2 * RESPONDENTS, rel=0.03)


def scores(world) -> pd.DataFrame:
    return pd.DataFrame(
        {scale: world.survey[items(scale)].astype(float).mean(axis=1) for scale in SCALES}
    )


def test_survey_paths_have_the_planted_sign(world):
    found = scores(world)
    usable = found.notna().all(axis=1)
    found = found[usable] / found[usable].std()
    # The marker takes what the shared method adds to everything.
    exhaustion = sm.OLS(
        found["exhaustion"], sm.add_constant(found[["workload", "work_life", "marker"]])
    ).fit()
    engagement = sm.OLS(
        found["engagement"],
        sm.add_constant(found[["learning", "leadership", "autonomy", "climate", "marker"]]),
    ).fit()
    plants = world.world
    for fit, name, planted in (
        (exhaustion, "workload", plants.exhaustion["workload"]),
        (engagement, "learning", plants.motivation["learning"]),
        (engagement, "leadership", plants.motivation["leadership"]),
        (engagement, "autonomy", plants.motivation["autonomy"]),
        (engagement, "climate", plants.motivation["climate"]),
    ):
        assert fit.params[name] == pytest.approx(0.75 * planted, abs=0.3 * abs(planted) + 0.05)


def test_engagement_follows_churn_and_mobility_of_the_organisation(world):
    """Between organisations, given each other, on mean scores that say 0.8 of what is latent."""
    found = scores(world)[["engagement", "learning", "leadership", "autonomy", "climate"]]
    found = found / found.std()
    by_organisation = found.groupby(world.survey["organisation"]).agg(["mean", "count"])
    engagement = by_organisation["engagement"]
    branch = world.organisations.branch_code
    churn = standardised(world.absence.features["team_churn"], branch)
    resources = by_organisation.drop(columns="engagement", level=0).xs("mean", axis=1, level=1)
    columns = resources.assign(
        churn=churn[resources.index], mobility=mobility(world)[resources.index], constant=1.0
    )
    usable = engagement["count"] >= 5
    fit = sm.WLS(
        engagement["mean"][usable], columns[usable], weights=engagement["count"][usable]
    ).fit(cov_type="HC1")
    for name, planted in (
        ("churn", world.world.stable_team),
        ("mobility", world.world.mobility_engagement),
    ):
        assert abs(fit.params[name] - 0.8 * planted) < 3.3 * fit.bse[name] + 0.005, name


def test_engagement_keeps_what_people_of_an_organisation_share(world):
    found = scores(world)["engagement"].dropna()
    organisation = world.survey.loc[found.index, "organisation"]
    sizes = organisation.value_counts()
    groups = found.groupby(organisation)
    within = (groups.var() * (sizes - 1)).sum() / (sizes - 1).sum()
    mean = (found.groupby(organisation).mean() - found.mean()).pow(2) * sizes
    between = mean.sum() / (len(sizes) - 1)
    size = (sizes.sum() - (sizes**2).sum() / sizes.sum()) / (len(sizes) - 1)
    icc = (between - within) / (between + (size - 1) * within)
    # Measurement takes about a third off; the resources bring a little of their own.
    assert icc == pytest.approx(0.7 * world.world.survey_icc["scales"], abs=0.008)


def test_age_goes_with_the_outcomes_as_planted(world):
    survey, planted = world.survey, world.world.personal
    band = survey["age_band"].map({name: code for code, name in enumerate(AGE_BANDS)})
    age = ((band - band.mean()) / band.std()).to_numpy()
    found = scores(world)
    for outcome, score in (
        (survey["intention_to_leave"].astype(float), "engagement"),
        (survey["work_related"].isin(["partly", "wholly"]).astype(float), "exhaustion"),
    ):
        usable = found[score].notna()
        columns = sm.add_constant(pd.DataFrame({"age": age, "score": found[score]}))
        fit = sm.Logit(outcome[usable], columns[usable]).fit(disp=False)
        # What is not measured takes a few percent off a log odds ratio.
        assert abs(fit.params["age"] - planted) < 3.3 * fit.bse["age"] + 0.06 * abs(planted), score


def test_outcomes_have_their_prevalence_and_planted_association(world):
    survey = world.survey
    related = survey["work_related"].isin(["partly", "wholly"])
    assert survey["intention_to_leave"].astype(float).mean() == pytest.approx(LEAVING, abs=0.01)
    assert related.mean() == pytest.approx(WORK_RELATED, abs=0.01)
    assert survey["self_reported_absence"].astype(float).mean() == pytest.approx(ABSENT, abs=0.012)
    found = scores(world)
    usable = found.notna().all(axis=1)
    leaving = sm.Logit(
        survey.loc[usable, "intention_to_leave"].astype(float),
        sm.add_constant(found.loc[usable, ["engagement"]] / found["engagement"].std()),
    ).fit(disp=False)
    planted = world.world.motivation["to_leaving"]
    assert leaving.params["engagement"] == pytest.approx(planted, abs=0.35 * abs(planted) + 0.05)
    assert sign(world, round(leaving.params["engagement"], 1)) == sign(world, planted)


def test_items_measure_their_part(world):
    """Items of a part correlate as their loadings and the method factor say."""
    answers = world.survey[[f"engagement_vigour_{i}" for i in (1, 2, 3)]].astype(float)
    method = world.world.method_factor**2
    found = answers.corr().to_numpy()
    for i, j, product in ((0, 1, 0.85 * 0.75), (0, 2, 0.85 * 0.62), (1, 2, 0.75 * 0.62)):
        # Five answer categories take a tenth off a correlation.
        assert found[i, j] == pytest.approx(0.9 * (product + method), abs=0.04)
    missing = world.survey[items("workload")].isna().to_numpy().mean()
    assert missing == pytest.approx(0.10, abs=0.005)


# --- inequality ---------------------------------------------------------------------------------


def test_long_absence_follows_rank_as_planted(world):
    spells = world.population.spells
    years = spells.groupby(["person", "year"]).size().reset_index()[["person", "year"]]
    cases = world.long_absences.assign(year=world.long_absences["start_date"].dt.year)
    rank = world.population.people["ses"]
    population = pd.cut(rank.loc[years["person"]], [0, 0.2, 0.8, 1.0], labels=False)
    ill = pd.cut(rank.loc[cases["person"]], [0, 0.2, 0.8, 1.0], labels=False)
    rate = np.bincount(ill) / np.bincount(population)
    plan = world.world.ses_long_absence
    bottom = plan["bottom"] + 0.1 * (plan["top"] - plan["bottom"])
    top = plan["bottom"] + 0.9 * (plan["top"] - plan["bottom"])
    # Not every year is worked in full, and one case keeps out another.
    for found, planted, count in (
        (rate[0], bottom, (ill == 0).sum()),
        (rate[2], top, (ill == 2).sum()),
    ):
        assert found == pytest.approx(0.91 * planted, rel=3.5 / np.sqrt(count) + 0.04)


def test_the_practically_educated_work_as_planted(world):
    spells = last_year(world.population.spells)
    spells = spells[~spells["ended"]]
    practical = world.population.people.loc[spells["person"], "education"].to_numpy() <= 1
    new = (spells["start_year"] >= LAST - 1).to_numpy()
    gap = (
        spells["temporary"][practical & ~new].mean() - spells["temporary"][~practical & ~new].mean()
    )
    planted = world.world.practical_work["temporary"]
    if planted:
        assert np.sign(gap) == np.sign(planted)
    else:
        assert abs(gap) < 0.03


# --- programme ----------------------------------------------------------------------------------


def test_themes_are_heard_as_planted(world):
    codings = world.programme["codings"].query("coder == 'a'")
    heard = codings.groupby("theme")["mentioned"].mean()
    for theme in THEMES:
        share = world.world.themes[theme]
        expected = share * SENSITIVITY + (1 - share) * (1 - SPECIFICITY)
        # Eighteen organisations with a correlation of 0.05: a design effect of about 3.
        error = np.sqrt(expected * (1 - expected) / 706 * 3)
        assert abs(heard[theme] - expected) < 3.5 * error, theme


def test_themes_mean_to_voices_what_is_planted(world):
    codings = world.programme["codings"].query("coder == 'a'")
    meant = codings.groupby("theme")[list(MEANINGS)].mean()
    for theme in (theme for theme in THEMES if theme != "board_agenda"):
        said = world.world.themes[theme]
        for meaning in MEANINGS:
            share = getattr(world.world, f"as_{meaning}").get(theme, 0.2)
            # Whoever hears a theme hears what it means just as well.
            true = share * SENSITIVITY + (1 - share) * (1 - SPECIFICITY)
            expected = said * SENSITIVITY * true + (1 - said) * (1 - SPECIFICITY) ** 2
            error = np.sqrt(expected * (1 - expected) / 706 * 3)
            assert abs(meant.loc[theme, meaning] - expected) < 4 * error, (theme, meaning)


def test_hr_finds_the_agenda_hard_to_reach_as_planted(world):
    people = world.programme["attendees"][["attendee", "session", "role"]]
    codings = world.programme["codings"].query("coder == 'a' and theme == 'board_agenda'")
    of_hr = codings.merge(people.query("role == 'hr'"))
    share = world.world.hr_agenda * SENSITIVITY**2
    assert abs(of_hr["stressor"].mean() - share) < 0.2


def test_the_inventory_is_as_planted(world):
    inventory = interventions_table(world.world, world.seed).query("coder == 'a'")
    planted = world.world.inventory
    assert len(inventory) == 170
    assert (inventory["level"] == "individual").mean() == pytest.approx(
        planted["individual"], abs=0.005
    )
    for aim in ("recovery", "source"):
        error = np.sqrt(planted[aim] * (1 - planted[aim]) / len(inventory))
        assert abs((inventory["aim"] == aim).mean() - planted[aim]) < 3.5 * error
    repeats = (inventory["overlaps"] != "none").mean()
    assert repeats == pytest.approx(planted["overlap"], abs=0.01)
    earlier = inventory.query("overlaps != 'none'")
    assert (earlier["overlaps"] < earlier["intervention"]).all()


def test_checklists_are_as_planted(world):
    checklist = world.programme["checklist"].query("coder == 'a'")
    has = (checklist["present"] == "yes").groupby(checklist["item"]).mean()
    plain = [item for item in CHECKLIST if item not in (*PROCESSES, *COMMITMENT)]
    expected = np.mean([world.world.checklist[item] for item in plain])
    error = np.sqrt(expected * (1 - expected) / (18 * len(plain)))
    assert abs(has[plain].mean() - expected) < 4 * error


def test_the_hr_offer_is_used_as_planted(world):
    offer = world.programme["hr_offer"]
    share = offer["used"].sum() / offer["offered"].sum()
    planted = world.world.offer_use
    assert abs(share - planted) < 4 * np.sqrt(planted * (1 - planted) / offer["offered"].sum())


def test_spans_follow_time_and_results_as_planted(world):
    planted, organisations = world.world.span, world.organisations
    span, result = organisations.within["span"], organisations.within["result"]
    years = np.arange(span.shape[1])
    centred = span - span.mean(axis=1, keepdims=True)
    before = np.zeros_like(result)
    before[:, 1:] = (result[:, :-1] - result.mean()) / result.std()
    before -= before.mean(axis=1, keepdims=True)
    design = sm.add_constant(
        np.column_stack([np.tile(years, len(span)), before.ravel()]).astype(float)
    )
    fitted = sm.OLS(centred.ravel(), design).fit().params
    # Those who go against the trend go twice as fast.
    mean = planted["trend"] * (1 - 3 * planted["counter"])
    assert fitted[1] == pytest.approx(mean, abs=0.004)
    assert fitted[2] == pytest.approx(planted["budget"], abs=0.004)


def test_units_differ_as_planted(world):
    """Turnover differs more between the functions of an organisation than chance alone gives."""
    functions = world.population.functions.query("at_risk >= 30")
    whole = functions.groupby(["organisation", "year"])[["leavers", "at_risk"]].transform("sum")
    rate = whole["leavers"] / whole["at_risk"]
    # Secretaries leave by a plant of their own.
    care = ~functions["function"].between(15, 17)
    expected = functions["at_risk"] * rate
    z = (functions["leavers"] - expected) / np.sqrt(expected * (1 - rate))
    assert (z[care].var() > 1.6) == (world.world.unit_sd > 0)


def test_unrest_comes_before_leaving_as_planted(world):
    years = world.population.years.sort_values(["organisation", "year"])
    churn = years.groupby("organisation")["team_churn"].shift()
    out = years["to_other_sector"] + years["to_inactive"] + years["to_pension"]
    rows = pd.DataFrame(
        {
            "log_exit": np.log(
                out.where(out > 0) / (years["employees"] + years["leavers"] - years["joiners"])
            ),
            "churn": churn,
            "branch": world.organisations.branch_code[years["organisation"]],
            "year": years["year"],
        }
    )
    rows = rows.dropna()
    grouped = rows.groupby(["branch", "year"])
    within = rows[["log_exit", "churn"]] - grouped[["log_exit", "churn"]].transform("mean")
    slope = np.polyfit(within["churn"] / within["churn"].std(), within["log_exit"], 1)[0]
    assert slope == pytest.approx(world.world.team_exit, abs=0.03)


def test_voices_are_heard_as_planted(world):
    voices = world.programme["attendees"].dropna(subset=["age_band"])
    ages = last_year(world.population.ages)
    joined = ages[ages["organisation"].isin(world.absence.participants)]
    workforce = joined.groupby("band")["employees"].sum()
    young = voices["age_band"].isin(["under_25", "25_to_34"]).mean()
    ratio = young / (workforce[:2].sum() / workforce.sum())
    planted = world.world.voices["young"]
    wanted = {0.0: (0.8, 1.2), -0.6: (0.5, 0.9), 0.6: (1.1, 1.7)}[planted]
    assert wanted[0] < ratio < wanted[1]
