"""What is planted about the gap between branches comes back, and the verdicts follow each world."""

import numpy as np
import pytest

from analysis.methods import absence_composition, branch_gaps, gap_sample, oaxaca_blinder
from analysis.methods.results import joined, only
from analysis.sources.vocabulary import BRANCHES
from analysis.stub.absence import YEAR_LEVELS
from analysis.stub.worlds import WORLDS
from tests.worlds.conftest import YEAR, verdict

HIGH, LOW = ("vvt", "ghz", "welfare"), ("hospitals", "ggz")
DRIVERS = (
    "overhead_share", "effective_streams", "irregular_allowance_share", "temporary_share",
    "mental_load", "injury_risk", "size", "burdensome_conditions",
)  # fmt: skip
EXPECTED = {"favourable": "supported", "null": "inconclusive", "reversed": "contradicted"}
#: What goes with characteristics has a wide interval: one world may leave it open.
POSSIBLE = {
    "favourable": {"supported", "inconclusive"},
    "null": {"contradicted", "inconclusive"},
    "reversed": {"contradicted"},
}


@pytest.fixture(scope="module")
def composition(world):
    tables = world[1]
    return absence_composition.composition(
        tables["absence_parts"], tables["organisation_years"], first=2019, last=YEAR
    )


@pytest.fixture(scope="module")
def sample(world):
    table = world[1]["organisation_years"]
    return gap_sample.gap_sample(table, DRIVERS, HIGH, LOW, first=2019, last=YEAR)


@pytest.fixture(scope="module")
def comparable(sample):
    return gap_sample.comparable(sample)


@pytest.fixture(scope="module")
def divided(comparable):
    return oaxaca_blinder.two_fold(comparable)


def standard_error(row):
    return (row["ci_high"] - row["ci_low"]) / 3.92


def test_the_absence_of_each_branch_is_recovered(world, composition):
    name, _ = world
    planted = WORLDS[name].branch_absence
    level = np.mean([YEAR_LEVELS[year] for year in range(2019, YEAR + 1)])
    frame = absence_composition.rates(composition).frame.set_index("term")
    for branch in BRANCHES:
        row = frame.loc[f"{branch}.crude"]
        # The intervals hold for five branches; the years are weighted by person-years.
        away = abs(row["estimate"] - planted[branch] * level)
        assert away < 3 * (row["ci_high"] - row["ci_low"]) / 5.16 + 0.05, branch


def test_equal_absence_with_other_functions_is_unequal_at_equal_functions(world, composition):
    """Functions differ in absence in every world; where branches do not, the two parts cancel.

    So a world without a gap is silent on the crude one, which the claim is about, and not on the
    standardised one.
    """
    name, _ = world
    parts = branch_gaps.kitagawa(composition, HIGH, LOW).frame.set_index("term")
    assert parts.loc["function", "ci_low"] > 0, "functions differ in absence in every world"
    if name == "null":
        assert parts.loc["gap", "ci_low"] < 0.05, "no gap is planted"
        assert parts.loc["rates", "ci_high"] < 0, "at equal functions absence is lower there"
        gaps = branch_gaps.gaps(composition, HIGH, LOW).frame.set_index("term")
        assert gaps.loc["standardised", "ci_high"] < 0


def test_the_parts_add_up_to_the_gap(composition, comparable, divided):
    parts = branch_gaps.kitagawa(composition, HIGH, LOW).frame.set_index("term")["estimate"]
    assert parts[["age", "function", "rates"]].sum() == pytest.approx(parts["gap"], abs=1e-9)
    found = divided.frame.set_index("term")["estimate"]
    assert found[[*comparable.names, "unexplained"]].sum() == pytest.approx(found["gap"], abs=1e-9)
    moments = oaxaca_blinder.moments_of(comparable, 1)
    three = oaxaca_blinder.three_parts(moments, comparable)
    assert sum(three[term][0] for term in ("endowments", "coefficients", "interaction")) == (
        pytest.approx(found["gap"], abs=1e-9)
    )


@pytest.mark.parametrize(
    ("term", "part"), [("overhead_share", "overhead"), ("effective_streams", "streams")]
)
def test_the_planted_parts_of_the_gap_are_recovered(world, divided, term, part):
    name, _ = world
    world_ = WORLDS[name]
    frame = divided.frame.set_index("term")
    planted = world_.branch_gap[part] * frame.loc["gap", "estimate"]
    row = frame.loc[term]
    assert abs(row["estimate"] - planted) < 3 * standard_error(row), (
        f"{term}: {row['estimate']:.2f} of a planted {planted:.2f} percentage points"
    )
    if name == "null":
        assert row["ci_low"] < 0 < row["ci_high"], "nothing was planted"


def test_overhead_goes_with_most_of_the_gap_where_that_is_planted(world, divided):
    name, _ = world
    row = divided.frame.set_index("term").loc["overhead_share"]
    clear = {"favourable": row["ci_low"] > 0, "reversed": row["ci_high"] < 0}
    assert clear.get(name, True)


def test_a_characteristic_in_which_nobody_is_alike_stays_out(sample, comparable):
    assert "injury_risk" in sample.names
    assert comparable.left_out["injury_risk"] == "not comparable"


def test_few_hospitals_and_ggz_organisations_are_like_the_others(sample, comparable):
    frame = gap_sample.support(sample).frame.set_index("term")
    row = frame.loc["together"]
    # About a quarter is planted.
    assert row["ci_low"] < 30
    assert row["estimate"] > 8
    alike = oaxaca_blinder.on_common_support(comparable, draws=50).frame.set_index("term")[
        "estimate"
    ]
    assert abs(alike["overhead_share.alike"]) < abs(alike["overhead_share.everybody"]) + 0.05


def test_claims_are_judged_as_planted(world, composition, divided):
    name, _ = world
    gaps = branch_gaps.gaps(composition, ("vvt", "ghz"), LOW)
    pairs = branch_gaps.pairs(composition, ("vvt", "ghz"), LOW)
    order = verdict("C24", joined(only(gaps, "crude"), only(pairs, "smallest_pair")))
    assert order.judgement.verdict == EXPECTED[name]
    question = verdict("C91", oaxaca_blinder.judged(divided))
    said = question.judgement.verdict
    assert said in POSSIBLE[name]
    explained = divided.frame.set_index("term").loc["explained"]
    assert (explained["ci_low"] > 0) == (name == "favourable")
    assert ("Elk van de twee ligt hoger" in order.sentence("nl")) == (name == "favourable")
    assert ("niet in vvt en ghz hoger" in order.sentence("nl")) == (name == "reversed")
    assert ("Daarvan gaat" in question.sentence("nl")) == (said == "supported")
    assert ("past niet" in question.sentence("nl")) == (said == "contradicted")
