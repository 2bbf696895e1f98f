"""What is planted of overhead, funding streams, contracts and tight budgets, in whole worlds."""

import numpy as np
import pytest

from analysis.methods import accounts_levels, specifications, supported, tight_budgets, unmeasured
from analysis.methods.accounts_levels import OVERHEAD, STEPS, STREAMS, TEMPORARY
from analysis.methods.early_warning import renamed
from analysis.methods.results import joined, only
from analysis.stub.organisations import OVERHEAD_SD
from analysis.stub.worlds import WORLDS
from tests.stub.drawn import drawn
from tests.worlds.conftest import YEAR, verdict

YEARS = {"first": 2019, "last": YEAR}
SUPPORTED, NOT, WRONG = {"supported"}, {"inconclusive", "contradicted"}, {"contradicted"}


@pytest.fixture(scope="module")
def panels(world):
    """Name of the world, its organisations, and its samples of absence and of turnover."""
    name, tables = world
    organisations = accounts_levels.with_shapes(tables["organisation_years"])
    return (
        name,
        organisations,
        *(
            accounts_levels.sample(organisations, outcome, **YEARS)
            for outcome in ("absence_rate", "turnover_rate")
        ),
    )


def near(row, log_slope, errors=3.5, beside=0.0):
    """Tell whether a slope of the logarithm lies within some standard errors of what was drawn."""
    low, high, found = (np.log1p(row[name] / 100) for name in ("ci_low", "ci_high", "estimate"))
    return abs(found - log_slope) < errors * (high - low) / 3.92 + beside


def test_planted_slopes_of_overhead_and_streams_are_recovered(panels):
    name, _, absence, turnover = panels
    planted = drawn(name, 1).absence.truth
    overhead = accounts_levels.levels(absence, OVERHEAD).frame.set_index("term")
    for level in ("between", "within"):
        truth = STEPS[OVERHEAD] * planted["overhead_slope"]
        assert near(overhead.loc[f"{OVERHEAD}.{level}"], truth), f"overhead {level} is off"
    streams = accounts_levels.levels(absence, STREAMS).frame.set_index("term")
    assert near(streams.loc[f"{STREAMS}.between"], planted["streams_slope"])
    leaving = accounts_levels.levels(turnover, OVERHEAD).frame.set_index("term")
    truth = STEPS[OVERHEAD] / OVERHEAD_SD * WORLDS[name].steady_exit["overhead"]
    # Leaving adds up people with different chances, which flattens a planted ratio a little.
    assert near(leaving.loc[f"{OVERHEAD}.between"], truth, beside=0.1 * abs(truth))


def test_the_question_of_overhead_follows_the_world(panels):
    name, _, absence, turnover = panels
    found = joined(
        renamed(accounts_levels.levels(absence, OVERHEAD), {f"{OVERHEAD}.between": "absence"}),
        renamed(accounts_levels.levels(turnover, OVERHEAD), {f"{OVERHEAD}.between": "turnover"}),
    )
    finding = verdict("C93", found)
    expected = {"favourable": SUPPORTED, "null": NOT, "reversed": WRONG}
    assert finding.judgement.verdict in expected[name]
    told = "hebben een substantieel lager verzuim" in finding.sentence("nl")
    assert told == (name == "favourable")


def test_the_question_of_funding_streams_follows_the_world(panels):
    """Streams are planted to matter in the reversed world only: there more go with more absence."""
    name, _, absence, _ = panels
    found = renamed(accounts_levels.levels(absence, STREAMS), {f"{STREAMS}.between": "streams"})
    finding = verdict("C92", found)
    assert finding.judgement.verdict in (SUPPORTED if name == "reversed" else NOT)
    assert ("hebben een duidelijk hoger verzuim" in finding.sentence("nl")) == (name == "reversed")


def test_branches_alone_never_settle_it(panels):
    """Four or five points give an interval that holds the truth and much else."""
    _, _, absence, _ = panels
    for driver in (OVERHEAD, STREAMS):
        frame = accounts_levels.points(absence, driver).frame.set_index("term")["estimate"]
        assert frame["effective_branches"] <= 5
        assert frame["between_branches"] > 30
        assert frame["by_chance"] >= frame["least_chance"] > 5
    rows = accounts_levels.levels(absence, OVERHEAD).frame.set_index("term")
    widths = rows["ci_high"] - rows["ci_low"]
    assert widths[f"{OVERHEAD}.branches"] > widths[f"{OVERHEAD}.between"]
    assert rows.loc[f"{OVERHEAD}.branches", "df"] <= 3


def test_all_specifications_see_the_planted_sign_of_overhead(panels):
    name, _, absence, _ = panels
    summed = specifications.summary(specifications.curve(absence, OVERHEAD)).frame
    summed = summed.set_index("term")["estimate"]
    if name == "null":
        assert abs(summed["median"]) < 2
        assert summed["clear"] < 40
    else:
        assert np.sign(summed["median"]) == (-1 if name == "favourable" else 1)
        assert summed["same_sign"] > 80
    needed = unmeasured.needed(absence, OVERHEAD).frame.set_index("term")["estimate"]
    assert (needed["robustness_of_interval"] > 0) == (name != "null")


def test_nothing_is_planted_through_managers_or_teams(panels):
    _, _, absence, _ = panels
    parts = supported.by_support(absence, seed=1).frame.set_index("term")
    for mediator in supported.SPAN, supported.CHURN:
        assert near(parts.loc[f"{mediator}.indirect"], 0.0, errors=4)


def test_contracts_of_a_year_before_follow_the_world(panels):
    name, organisations, _, _ = panels
    chosen = accounts_levels.sample(
        organisations, "turnover_rate", (TEMPORARY,), beside=(), accounts=False, **YEARS
    )
    found = renamed(accounts_levels.levels(chosen, TEMPORARY), {f"{TEMPORARY}.within": "turnover"})
    planted = WORLDS[name].steady_exit["temporary"]
    assert near(found.frame.iloc[0], planted, beside=0.15 * abs(planted))
    finding = verdict("C75", found)
    expected = {"favourable": SUPPORTED, "null": NOT, "reversed": WRONG}
    assert finding.judgement.verdict in expected[name]
    assert ("gaan dus samen met meer behoud" in finding.sentence("nl")) == (name == "favourable")


def test_tight_budgets_follow_the_world(world):
    name, tables = world
    people = tight_budgets.respondents(
        tables["individuals"], tables["organisation_years"], last=YEAR
    )
    found = tight_budgets.span_by_result(people)
    row = found.frame.set_index("term").loc["difference"]
    planted = WORLDS[name].span["tight"]
    # The items measure the climate with error: what is planted comes out smaller.
    if planted:
        assert np.sign(row["estimate"]) == np.sign(planted)
        assert abs(row["estimate"]) < 1.2 * abs(planted) + 0.01
    finding = verdict("C70", only(found, "tight", "difference"))
    expected = {"favourable": SUPPORTED, "null": NOT, "reversed": WRONG}
    assert finding.judgement.verdict in expected[name]
    assert ("Dat verband is sterker" in finding.sentence("nl")) == (name == "favourable")
