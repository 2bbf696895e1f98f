"""What is planted about age and exit comes back, and the verdicts follow each world."""

import numpy as np
import pytest

from analysis.methods import age_bands, age_decomposition, age_ratios
from analysis.methods.results import joined, only
from analysis.sources.vocabulary import AGE_BANDS, BRANCHES
from analysis.stub.worlds import WORLDS
from tests.worlds.conftest import YEAR, verdict

BY_BRANCH = list(BRANCHES)
EXPECTED = {"favourable": "supported", "null": "contradicted", "reversed": "contradicted"}


@pytest.fixture(scope="module")
def exits(world):
    return age_bands.exits(world[1]["organisation_ages"], last=YEAR)


def planted_ratio(name: str, exits) -> float:
    planted = WORLDS[name].exit_by_age
    older = [exits.counts(band)[0].sum() for band in age_bands.OLDER]
    return planted["25_to_34"] / np.average(
        [planted[band] for band in age_bands.OLDER], weights=older
    )


def test_exit_by_age_is_recovered(world, exits):
    name, _ = world
    planted = WORLDS[name]
    frame = age_bands.rates(exits).frame.set_index("term")
    wanted = {f"{band}.all": rate for band, rate in planted.exit_by_age.items()}
    assert set(wanted) < set(frame.index)
    # The totals govern, so that all bands move together by a few percent.
    common = np.mean([frame.loc[f"{band}.all", "estimate"] / planted.exit_by_age[band]
                      for band in AGE_BANDS])  # fmt: skip
    for term, rate in wanted.items():
        assert frame.loc[term, "estimate"] == pytest.approx(rate * common, rel=0.04), term
    students = age_bands.merged_parts(exits).frame.set_index("term")
    assert students.loc["students_under_25", "estimate"] == pytest.approx(
        planted.student_exit * common, rel=0.04
    )


def test_the_ratio_is_recovered_in_every_branch(world, exits):
    name, _ = world
    truth = planted_ratio(name, exits)
    frame = age_ratios.ratios(exits, BY_BRANCH).frame
    assert ((frame["ci_low"] < truth) & (truth < frame["ci_high"])).all()
    drawn_in = age_ratios.shrunken(age_ratios.ratios(exits, BY_BRANCH)).frame
    assert ((drawn_in["ci_low"] < truth) & (truth < drawn_in["ci_high"])).all()


def test_claims_are_judged_as_planted(world, exits):
    name, _ = world
    sector = age_ratios.ratio(exits)
    by_branch = age_ratios.ratios(exits, BY_BRANCH, standard="sector")
    elevated = verdict("C83", joined(age_ratios.elevated(by_branch, BY_BRANCH), sector))
    assert elevated.judgement.verdict == EXPECTED[name]
    hidden = verdict(
        "C84",
        joined(
            age_ratios.ratio(exits, term="without_students", students=False),
            only(age_decomposition.excess(exits), "under_25_less_25_to_34"),
        ),
    )
    assert hidden.judgement.verdict == EXPECTED[name]
    for finding, supported in ((elevated, "vaker dan"), (hidden, "nog steeds")):
        assert (supported in finding.sentence("nl")) == (name == "favourable")


def test_in_the_null_world_nothing_is_claimed_of_ages(world, exits):
    name, _ = world
    if name != "null":
        pytest.skip("only the null world plants no difference")
    assert (age_ratios.ratios(exits, BY_BRANCH).frame["p_value"] > 0.001).all()
    excess = age_decomposition.excess(exits).frame
    assert (excess["p_value"] > 0.001).all()
