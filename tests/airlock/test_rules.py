"""Every rule by itself: the last row that passes and the first that does not."""

import math

import pytest

from analysis.airlock.rows import rows_of
from analysis.airlock.rules import (
    RULES,
    decimals_of,
    is_published,
    judge,
    rules_for,
    states_enough,
)
from analysis.airlock.words import RULE_WORDS
from analysis.edition import PublishedCount
from analysis.methods.behind import KINDS, Behind
from analysis.methods.cells import DIMENSIONS, YES, Cell, CellError
from analysis.methods.results import estimates
from tests.airlock.making import EMPLOYEES, LIMITS, METHOD, TABLES, number, row

PASSING = ["count", "share", "weighted share", "mean", "rate", "sum", "quantile", "deviation",
           "correlation", "difference", "coefficient", "model fit"]  # fmt: skip
ORGANISATIONS = Cell.of("organisations", year=2025, eligible=YES)
SENSITIVE = Cell.of("employees", year=2025).within(vernet=YES)


def broken(one):
    return set(judge(one, LIMITS))


@pytest.mark.parametrize("kind", PASSING)
def test_a_large_even_row_passes(kind):
    assert broken(row(kind, value=0.5)) == set()


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_rules_on_persons_and_organisations(kind):
    assert {"minimum_persons", "minimum_organisations"} <= set(rules_for(kind))
    assert "minimum_persons" in broken(row(kind, n=9))
    assert "minimum_persons" not in broken(row(kind, n=10))
    assert "minimum_organisations" in broken(row(kind, organisations=4))
    assert "minimum_organisations" not in broken(row(kind, organisations=5))


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_not_known_is_too_few(kind):
    assert "minimum_persons" in broken(row(kind, n=math.nan))
    assert "minimum_organisations" in broken(row(kind, organisations=math.nan))


@pytest.mark.parametrize("kind", ["misspelt", "", "Count", "shares"])
def test_an_unknown_kind_raises_and_never_falls_back(kind):
    with pytest.raises(ValueError, match="is not known; allowed: count"):
        rules_for(kind)
    with pytest.raises(ValueError, match="kind"):
        Behind(kind=kind, cell=str(EMPLOYEES))


@pytest.mark.parametrize("kind", ["minimum", "maximum", "range", "mode", "rank"])
def test_extremes_and_ranks_are_refused(kind):
    assert judge(row(kind), LIMITS) == {"extreme_or_rank": "refuse"}


def test_a_derived_number_is_for_somebody_to_decide():
    assert judge(row("derived"), LIMITS) == {"derived_number": "review"}


@pytest.mark.parametrize("kind", ["share", "weighted share"])
@pytest.mark.parametrize(
    ("numerator", "passes"),
    [(10, True), (9, False), (990, True), (991, False), (0, True), (1000, True), (None, False)],
)
def test_numerator_and_complement_count_ten_or_nobody(kind, numerator, passes):
    found = broken(row(kind, numerator=numerator))
    assert ("numerator_and_complement" not in found) == passes


def sensitive_row(monkeypatch, **more):
    monkeypatch.setitem(DIMENSIONS, "ill", type(DIMENSIONS["sex"])())
    return row("share", part=EMPLOYEES.within(ill=YES), **more)


@pytest.mark.parametrize(
    ("numerator", "rules"),
    [
        (0, {"numerator_and_complement", "group_disclosure"}),
        (1000, {"numerator_and_complement", "group_disclosure"}),
        (900, set()),
        (901, {"group_disclosure"}),
        (10, set()),
    ],
)
def test_of_what_is_sensitive_nearly_everybody_or_nobody_is_hidden(monkeypatch, numerator, rules):
    assert broken(sensitive_row(monkeypatch, numerator=numerator)) == rules


def test_a_structural_zero_is_on_the_list(monkeypatch):
    one = sensitive_row(monkeypatch, numerator=0)
    listed = LIMITS.model_copy(
        update={"structural_zeros": (type("Z", (), {"dimension": "ill", "why": "x"}),)}
    )
    assert judge(one, listed) == {}
    assert judge(one, LIMITS) != {}


def test_a_share_that_does_not_say_of_what_is_sensitive():
    one = row("share", part=EMPLOYEES, numerator=950)
    assert one.attributes == ()
    assert "group_disclosure" in broken(one)


@pytest.mark.parametrize(("count", "passes"), [(10, True), (9, False)])
def test_organisations_as_unit_are_ten(count, passes):
    one = row("share", part=ORGANISATIONS, organisations=count, numerator=0)
    assert ("organisations_as_unit" not in broken(one)) == passes
    one = row("difference", part=ORGANISATIONS, organisations=count)
    assert ("organisations_as_unit" not in broken(one)) == passes


@pytest.mark.parametrize(
    ("numerator", "passes"), [(10, True), (9, False), (40, True), (41, False), (0, True)]
)
def test_a_share_of_organisations_counts_organisations(numerator, passes):
    one = row("share", part=ORGANISATIONS, organisations=50, n=99_999, numerator=numerator)
    assert ("numerator_and_complement" not in broken(one)) == passes


@pytest.mark.parametrize("kind", ["mean", "rate", "sum"])
@pytest.mark.parametrize(
    ("largest", "two", "passes"),
    [
        (0.5, 0.67, True),
        (0.51, 0.67, False),
        (0.4, 0.68, False),
        # Two thirds in two, and the rest hides a tenth of the largest exactly, or does not.
        (None, 0.2, False),
        (0.2, None, False),
    ],
)
def test_one_or_two_contributors_do_not_make_up_a_sum(kind, largest, two, passes):
    one = row(kind, largest=largest, largest_two=two)
    assert ("dominance" not in broken(one)) == passes


def test_a_difference_of_sums_is_judged_by_its_contributors():
    assert "dominance" not in broken(row("difference", largest=None, largest_two=None))
    assert "dominance" not in broken(row("difference", largest=0.5, largest_two=0.67))
    assert "dominance" in broken(row("difference", largest=0.6, largest_two=0.67))
    assert "dominance" in broken(row("difference", largest=0.5, largest_two=None))


def test_the_second_largest_cannot_compute_the_largest():
    loose = LIMITS.model_copy(update={"largest_contributor": 1.0, "largest_two_contributors": 1.0})
    assert "dominance" not in judge(row("mean", largest=0.8, largest_two=0.919), loose)
    assert "dominance" in judge(row("mean", largest=0.8, largest_two=0.9201), loose)


def test_the_second_largest_at_the_limit():
    # All of these are exact in binary: an eighth remains, a quarter of the largest half.
    limits = LIMITS.model_copy(
        update={
            "largest_contributor": 1.0, "largest_two_contributors": 1.0, "protection_percent": 25.0,
        }
    )  # fmt: skip
    assert judge(row("mean", largest=0.5, largest_two=0.875), limits) == {}
    assert "dominance" in judge(row("mean", largest=0.5, largest_two=0.8751), limits)


def test_persons_and_organisations_have_limits_of_their_own():
    strict = LIMITS.model_copy(update={"minimum_organisations_as_unit": 20})
    of_organisations = row("share", part=ORGANISATIONS, organisations=90, numerator=15)
    assert "numerator_and_complement" in judge(of_organisations, strict)
    assert judge(row("share", numerator=15), strict) == {}
    strict = LIMITS.model_copy(update={"minimum_persons": 20})
    assert "numerator_and_complement" not in judge(of_organisations, strict)
    assert "numerator_and_complement" in judge(row("share", numerator=15), strict)


@pytest.mark.parametrize(("different", "passes"), [(2, True), (1, False), (None, False)])
def test_equal_values_have_no_mean(different, passes):
    assert ("all_equal" not in broken(row("mean", different=different))) == passes


@pytest.mark.parametrize(
    ("n", "largest", "decimals"),
    [
        # n × half a step is a tenth of the largest contribution: 200 × 0.05 = 10 % of 100.
        (200, 100.0, 1),
        (199, 100.0, 0),
        (20, 100.0, 0),
        (19, 100.0, -1),
        (10, 100.0, -1),
        (10, 5000.0, None),
        (1000, None, None),
    ],
)
def test_a_mean_is_rounded_until_it_gives_nobody_away(n, largest, decimals):
    one = row("mean", n=n, largest_value=largest)
    assert decimals_of(one, LIMITS) == decimals
    assert ("precision" in broken(one)) == (decimals is None)


@pytest.mark.parametrize(
    ("numerator", "organisations", "decimals"),
    [
        (500_000, 50, 1),
        # Outside are 2 organisations: half a step of a million people hides their size, or not.
        (995_000, 98, 1),
        (994_000, 98, 0),
        (995_000, 95, 1),
        # Inside are 3.
        (6_000, 3, 0),
        (6_000, 5, 1),
        (400_000, 3, -1),
        (6_000, 1, 0),
        (None, 3, None),
        # Nobody outside, and nobody inside.
        (1_000_000, 100, 1),
        (0, 0, 1),
    ],
)
def test_a_share_of_few_organisations_is_rounded_until_it_hides_their_size(
    numerator, organisations, decimals
):
    one = row(
        "share", n=1_000_000, organisations=100, numerator=numerator,
        part_organisations=organisations,
    )  # fmt: skip
    assert decimals_of(one, LIMITS) == decimals


@pytest.mark.parametrize(
    ("n", "q", "passes"),
    [(100, 0.1, True), (99, 0.1, False), (100, 0.9, True), (99, 0.9, False), (20, 0.5, True),
     (19, 0.5, False), (1000, None, False)],
)  # fmt: skip
def test_a_quantile_has_ten_beyond_it(n, q, passes):
    assert ("quantile" not in broken(row("quantile", n=n, quantile=q))) == passes


def test_a_share_by_age_within_organisations_has_no_organisations_outside():
    """An organisation has people of all ages: the rest is not that of two organisations."""
    part = EMPLOYEES.within(vernet=YES, age_band="under_25")
    about = {"n": 1_000_000, "organisations": 100, "numerator": 994_000, "part_organisations": 98}
    assert decimals_of(row("share", part=part, **about), LIMITS) == 1
    assert decimals_of(row("share", **about), LIMITS) == 0


@pytest.mark.parametrize(("organisations", "passes"), [(20, True), (19, False)])
def test_a_quantile_of_organisations_counts_organisations(organisations, passes):
    one = row("quantile", cell=Cell.of("organisations", year=2025), organisations=organisations)
    assert ("quantile" not in broken(one)) == passes
    one = row("quantile", part=ORGANISATIONS, organisations=organisations)
    assert ("quantile" not in broken(one)) == passes
    assert "quantile" in broken(row("quantile", n=19, organisations=organisations))


@pytest.mark.parametrize(
    "kind", ["deviation", "correlation", "difference", "coefficient", "model fit"]
)
@pytest.mark.parametrize(("df", "passes"), [(10, True), (9, False), (math.nan, False)])
def test_degrees_of_freedom(kind, df, passes):
    assert ("degrees_of_freedom" not in broken(row(kind, value=0.5, df=df))) == passes


@pytest.mark.parametrize(
    ("kind", "value", "passes"),
    [("correlation", 1.0, False), ("correlation", -1.0, False), ("correlation", 0.0, False),
     ("correlation", 0.99, True), ("deviation", 0.0, False), ("deviation", 1.0, True)],
)  # fmt: skip
def test_exact_relations_are_hidden(kind, value, passes):
    assert ("exact_relation" not in broken(row(kind, value=value))) == passes


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"fewest_ones": 9}, "thin_indicator"),
        ({"fewest_zeros": 9}, "thin_indicator"),
        ({"fewest_ones": None}, "thin_indicator"),
        ({"effective": 9.99}, "leverage"),
        ({"effective": None}, "leverage"),
        ({"largest_weight": 0.51}, "leverage"),
        ({"largest_weight": None}, "leverage"),
        ({"saturated": True}, "saturated_model"),
    ],
)
def test_a_model_that_tells_of_a_few_is_refused(change, rule):
    assert judge(row("coefficient", **change), LIMITS) == {rule: "refuse"}


@pytest.mark.parametrize(
    "change",
    [{"fewest_ones": 10}, {"fewest_zeros": 10}, {"effective": 10.0}, {"largest_weight": 0.5}],
)
def test_a_model_at_the_limits_passes(change):
    assert judge(row("coefficient", **change), LIMITS) == {}


def test_a_dummy_for_one_person_is_refused():
    assert "thin_indicator" in broken(row("coefficient", fewest_ones=1))


def test_480_dummies_for_500_observations_leave_too_few_or_thin_indicators():
    assert "thin_indicator" in broken(row("coefficient", n=500, df=20, fewest_ones=1))


def test_twelve_payslips_of_three_people_are_three_people():
    assert "minimum_persons" in broken(row("mean", n=3))


def test_500_people_of_one_organisation_are_hidden():
    assert broken(row("count", n=500, organisations=1)) == {"minimum_organisations"}


def test_rows_say_what_stands_behind_them_or_are_refused():
    bare = estimates(
        [{"term": "a", "estimate": 1.0, "unit": "percent"}], tables=TABLES, method=METHOD
    )
    with pytest.raises(ValueError, match="stands behind"):
        rows_of(bare)

    class Novel:
        frame = bare.frame
        behind = number().behind

    with pytest.raises(ValueError, match="type Novel has no rule"):
        rows_of(Novel())


@pytest.mark.parametrize("given", [True, 1.5, None, "2025-01-01"])
def test_odd_grouping_keys_have_no_address(given):
    with pytest.raises((CellError, TypeError)):
        Cell(population="employees", levels=(("sex", (str(given),)),))
    with pytest.raises((CellError, TypeError)):
        EMPLOYEES.within(sex=str(given))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("clients|sex=male", "population 'clients' is not known"),
        ("employees|shoe_size=44", "dimension 'shoe_size' is not known"),
        ("employees|sex=unknown", "a level that is not known; allowed: female, male"),
        ("employees|sex=", "a level that is not known"),
    ],
)
def test_addresses_are_checked(text, told):
    with pytest.raises(CellError, match=told):
        Cell.parse(text)


def test_addresses_read_as_they_are_written():
    cell = Cell.of("employees", year=2025, age_band=["under_25", "25_to_34"])
    assert str(cell) == "employees|age_band=25_to_34+under_25|year=2025"
    assert Cell.parse(str(cell)) == cell
    assert Cell.of("employees", year=None) == Cell.of("employees")


OF_THE_PROGRAMME = Cell.of("organisations", year=2025, participant=YES)


@pytest.mark.parametrize("kind", ["share", "weighted share"])
@pytest.mark.parametrize(("numerator", "passes"), [(3, True), (18, True), (None, False)])
def test_a_share_of_the_eighteen_leaves_as_a_band_whatever_it_is(kind, numerator, passes):
    cell = EMPLOYEES.within(participant=YES)
    part = OF_THE_PROGRAMME.within(eligible=YES)
    one = row(kind, cell=cell, part=part, organisations=18, numerator=numerator)
    assert ("numerator_and_complement" not in broken(one)) == passes
    assert "group_disclosure" not in broken(one)


@pytest.mark.parametrize(
    ("part", "numerator", "unit", "value", "passes"),
    [
        (ORGANISATIONS, 10, "organisations", 10, True),
        (ORGANISATIONS, 9, "organisations", 9, False),
        (ORGANISATIONS, None, "organisations", 9, False),
        (EMPLOYEES.within(vernet=YES), 10, "persons", 10, True),
        (EMPLOYEES.within(vernet=YES), 9, "persons", 9, False),
        (None, None, "branches", 4, True),
    ],
)
def test_a_count_of_something_else_counts_enough_of_it(part, numerator, unit, value, passes):
    one = row("count", part=part, numerator=numerator, unit=unit, value=value)
    assert ("small_count" not in broken(one)) == passes


def test_counts_of_persons_and_organisations_have_limits_of_their_own():
    strict = LIMITS.model_copy(update={"minimum_organisations_as_unit": 20})
    assert "small_count" in judge(row("count", part=ORGANISATIONS, numerator=15), strict)
    assert "small_count" not in judge(
        row("count", part=EMPLOYEES.within(vernet=YES), numerator=15), strict
    )


@pytest.mark.parametrize(
    ("change", "passes"),
    [
        ({}, True),
        ({"value": 7.0}, False),
        ({"unit": "persons"}, False),
        ({"part": OF_THE_PROGRAMME.within(eligible=YES)}, False),
    ],
)
def test_a_published_count_is_of_these_very_organisations(change, passes):
    listed = PublishedCount(
        cell=str(OF_THE_PROGRAMME), unit="organisations", value=8.0, source=METHOD
    )
    other = listed.model_copy(update={"value": 99.0})
    limits = LIMITS.model_copy(update={"published_counts": (other, listed)})
    about = {
        "cell": EMPLOYEES.within(participant=YES), "part": OF_THE_PROGRAMME, "numerator": 8,
        "value": 8.0, "unit": "organisations", **change,
    }  # fmt: skip
    one = row("count", **about)
    assert is_published(one, limits) == passes
    assert ("small_count" not in judge(one, limits)) == passes


@pytest.mark.parametrize(
    ("kind", "about", "passes"),
    [
        *((kind, {}, True) for kind in ("mean", "rate", "sum", "weighted share", "share")),
        *((kind, {"magnitude": ""}, False) for kind in ("mean", "rate", "sum", "weighted share")),
        *((kind, {"weight": None}, False) for kind in ("mean", "rate", "sum", "weighted share")),
        ("share", {"magnitude": ""}, True),
        ("count", {"unit": "persons", "value": 1000.0}, True),
        ("count", {"unit": "persons", "value": 999.5}, False),
        ("count", {"unit": "thousand", "value": 1.0}, True),
        ("count", {"unit": "thousand", "value": 1.1}, False),
        ("count", {"unit": "branches", "value": 4.0}, True),
        ("count", {"unit": "persons", "value": 4.0, "part": EMPLOYEES}, True),
        ("mean", {"unit": "persons", "value": 4.0}, True),
    ],
)
def test_a_row_says_what_the_attack_must_know(kind, about, passes):
    assert states_enough(row(kind, **about)) == passes


@pytest.mark.parametrize(
    ("kind", "n", "organisations", "largest", "decimals"),
    [
        # Half a step of a sum is half a step; of a mean it is as many as there are units.
        ("sum", 1000, 50, 0.5, 1),
        ("sum", 1000, 50, 0.51, 0),
        ("mean", 200, 50, 100.0, 1),
    ],
)
def test_a_sum_is_rounded_as_a_sum(kind, n, organisations, largest, decimals):
    one = row(kind, n=n, organisations=organisations, largest_value=largest)
    assert decimals_of(one, LIMITS) == decimals


def test_a_mean_over_organisations_has_as_many_units():
    cell = Cell.of("organisations", year=2025)
    assert decimals_of(row("mean", cell=cell, organisations=200), LIMITS) == 1
    assert decimals_of(row("mean", cell=cell, organisations=199), LIMITS) == 0


def test_numbers_of_persons_are_coarser_than_their_base():
    """Half a step of persons is half of five at least."""
    one = row("mean", unit="persons", n=20, largest_value=500.0)
    assert decimals_of(one, LIMITS) == 0
    assert one.half_step(0, 5) == 2.5
    assert row("mean").half_step(1, 5) == 0.05


def test_every_rule_has_kinds_and_words():
    for name, rule in RULES.items():
        assert rule.kinds, name
        assert name in RULE_WORDS
