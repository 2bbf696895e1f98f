"""Checklists of a few organisations: exact shares, agreement, and what a blueprint would look like."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.dataset import DataTable
from analysis.methods import checklists, exact_binomial
from analysis.methods.results import Absent
from analysis.sources.vocabulary import CHECKLIST, SUCCESS_FACTORS

ITEMS = list(CHECKLIST)
EVERY = {item: ((item,), 1) for item in ITEMS}


def tables(present: np.ndarray, *, second: np.ndarray | None = None) -> tuple[DataTable, DataTable]:
    """A checklist of organisations by item (1, 0 or missing), and the organisations."""
    names = [f"o{place:02d}" for place in range(len(present))]
    words = {1.0: "yes", 0.0: "no"}
    rows = [
        {"organisation": name, "item": item, "coder": coder, "present": words.get(value)}
        for coder, codes in (("a", present), ("b", second))
        if codes is not None
        for name, values in zip(names, codes, strict=True)
        for item, value in zip(ITEMS, values, strict=True)
    ]
    years = pd.DataFrame(
        {"organisation": names, "year": 2025, "participant": 1, "employees": 1000, "branch": "vvt"}
    )
    return DataTable("checklist", pd.DataFrame(rows)), DataTable("organisation_years", years)


def profiles(present: np.ndarray, **more) -> checklists.Profiles:
    return checklists.profiles(*tables(np.asarray(present, dtype=float), **more), last=2025)


def row(result, term: str) -> pd.Series:
    return result.frame.set_index("term").loc[term]


# --- exact intervals ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    # Exact limits as in the tables of Geigy; R: binom.test(x, n)$conf.int.
    [
        (18, 18, 0.8146980, 1.0), (17, 18, 0.7270573, 0.9985945), (16, 18, 0.6528796, 0.9862474),
        (9, 18, 0.2601906, 0.7398094), (0, 15, 0.0, 0.2180194),
    ],
)  # fmt: skip
def test_exact_intervals_are_those_of_clopper_and_pearson(count, of, low, high):
    assert exact_binomial.interval(count, of) == pytest.approx((low, high), abs=2e-6)


def test_exact_intervals_invert_the_binomial_test():
    low, high = exact_binomial.interval(16, 18)
    assert stats.binom.sf(15, 18, low) == pytest.approx(0.025)
    assert stats.binom.cdf(16, 18, high) == pytest.approx(0.025)


@pytest.mark.parametrize(("count", "of"), [(-1, 5), (6, 5), (0, 0)])
def test_what_is_no_share_is_refused(count, of):
    with pytest.raises(ValueError, match="at least one unit"):
        exact_binomial.interval(count, of)


def test_none_of_fifteen_leaves_a_fifth_possible():
    """The report's unit without turnover: 0 of 15 has an upper limit of 18 to 22 percent."""
    kinds = {
        exact_binomial.TWO_SIDED: 21.80, exact_binomial.ONE_SIDED: 18.10,
        exact_binomial.OF_THREE: 20.0,
    }  # fmt: skip
    for kind, limit in kinds.items():
        found = exact_binomial.limit_without_events(15, kind=kind).frame.iloc[0]
        assert found["estimate"] == pytest.approx(limit, abs=0.01)
    limit = exact_binomial.upper_without_events(15)
    assert limit == pytest.approx(exact_binomial.interval(0, 15)[1])


def test_limits_fall_with_size_and_stay_probabilities():
    frame = exact_binomial.limits_without_events([2, 15, 100]).frame
    wide = frame.pivot(index="group", columns="measure", values="value")
    assert (wide["at_2"] > wide["at_15"]).all()
    assert (wide["at_15"] > wide["at_100"]).all()
    assert wide.to_numpy().max() <= 100


# --- shares ---------------------------------------------------------------------------------------


def test_a_factor_is_there_with_two_of_its_three_items():
    present = np.zeros((18, len(ITEMS)))
    data = [ITEMS.index(item) for item in SUCCESS_FACTORS["data_maturity"]]
    present[:17, data[:2]] = 1
    present[17, data[0]] = 1
    found = checklists.shares(
        profiles(present), {"data_maturity": (SUCCESS_FACTORS["data_maturity"], 2)}
    )
    told = row(found, "data_maturity")
    assert told["estimate"] == pytest.approx(100 * 17 / 18)
    assert (told["ci_low"], told["ci_high"]) == pytest.approx((72.70573, 99.85945), abs=1e-4)
    assert found.behind[0].numerator == 17
    assert "participant=yes" in found.behind[0].part, "the airlock must know that these are few"


def test_what_was_not_discussed_counts_as_neither():
    present = np.ones((18, len(ITEMS)))
    place = ITEMS.index("academy")
    present[:4, place], present[4:6, place] = np.nan, 0
    told = row(checklists.shares(profiles(present), EVERY, exact=False), "academy")
    assert told["estimate"] == pytest.approx(100 * 12 / 14)
    assert told["n_organisations"] == 18, "with how many it was discussed stays inside"
    assert told["n"] == 18_000, "fewer people would show the size of those who were left out"
    assert np.isnan(told["ci_low"]), "a complete count has no interval"


def test_an_item_that_few_discussed_is_left_out():
    present = np.ones((18, len(ITEMS)))
    present[:9, 0] = np.nan
    found = checklists.shares(profiles(present), EVERY)
    assert ITEMS[0] not in set(found.frame["term"])
    nothing = np.full((18, len(ITEMS)), np.nan)
    assert isinstance(checklists.shares(profiles(nothing), EVERY), Absent)


@pytest.mark.parametrize("empty", ["checklist", "years", "few"])
def test_without_checklist_or_participants_there_are_no_profiles(empty):
    checklist, years = tables(np.ones((18 if empty != "few" else 9, len(ITEMS))))
    if empty == "checklist":
        checklist = DataTable("checklist", None)
    if empty == "years":
        years = DataTable("organisation_years", years.frame.iloc[:0])
    found = checklists.profiles(checklist, years, last=2025)
    assert isinstance(found, Absent)
    assert isinstance(checklists.same_profile(found), Absent)


# --- coders ---------------------------------------------------------------------------------------


def test_agreement_is_one_for_equal_coders_and_near_nothing_for_chance():
    random = np.random.default_rng(1)
    codes = (random.random((18, len(ITEMS))) < 0.5).astype(float)
    other = (random.random((18, len(ITEMS))) < 0.5).astype(float)
    same = checklists.coder_agreement(profiles(codes, second=codes), seed=1)
    assert row(same, "alpha")["estimate"] == 1
    chance = row(checklists.coder_agreement(profiles(codes, second=other), seed=1), "alpha")
    assert chance["ci_low"] < 0 < chance["ci_high"]


def test_codes_of_one_coder_say_nothing_about_agreement():
    assert isinstance(checklists.coder_agreement(profiles(np.ones((18, 15))), seed=1), Absent)


# --- blueprint ------------------------------------------------------------------------------------


def test_mean_likeness_follows_from_frequencies_alone():
    """The trap: shuffling items changes no mean agreement of pairs, so it shows no blueprint."""
    random = np.random.default_rng(2)
    codes = (random.random((18, 15)) < 0.6).astype(int)
    shuffled = random.permuted(codes, axis=0)

    def likeness(some):
        pairs = (some[:, None] == some[None]).mean(axis=2)
        return pairs[np.triu_indices(18, 1)].mean()

    assert likeness(codes) == pytest.approx(likeness(shuffled))


def test_a_blueprint_is_one_combination_of_most():
    random = np.random.default_rng(3)
    codes = (random.random((18, 15)) < 0.5).astype(float)
    assert row(checklists.same_profile(profiles(codes)), "same_profile")["estimate"] < 12
    codes[:15] = codes[0]
    alike = row(checklists.same_profile(profiles(codes)), "same_profile")
    assert alike["estimate"] == pytest.approx(100 * 15 / 18)


def test_items_that_come_together_spread_the_scores():
    random = np.random.default_rng(4)
    apart = (random.random((18, 15)) < 0.5).astype(float)
    found = row(checklists.coherence(profiles(apart), seed=1), "coherence")
    assert found["ci_low"] < 1 < found["ci_high"]
    level = random.random((18, 1))
    together = (random.random((18, 15)) < np.where(level > 0.5, 0.9, 0.1)).astype(float)
    found = row(checklists.coherence(profiles(together), seed=1), "coherence")
    assert found["ci_low"] > 1
    assert found["p_value"] < 0.01


def test_items_that_do_not_vary_have_no_coherence():
    assert isinstance(checklists.coherence(profiles(np.ones((18, 15))), seed=1), Absent)
