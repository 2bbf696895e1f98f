"""What an attacker concludes from a release: cases by hand, and random tables."""

import time

import numpy as np
import pytest
from hypothesis import given, settings

from analysis.airlock.attack import bounds
from analysis.airlock.known import Hidden, Quantity, Shown, safe
from analysis.errors import AirlockError
from analysis.methods.cells import DIMENSIONS, Cell
from tests.airlock.tables import TABLES

INFINITE = float("inf")


def quantity(about="", **levels):
    return Quantity(about, Cell.of("employees", **{"year": 2025, **levels}))


def shown(value, slack=0, where="1-page/table", about="", **levels):
    return Shown(quantity(about, **levels), max(0, value - slack), value + slack, where)


def hidden(value, where="1-page/table", **levels):
    return Hidden(quantity(**levels), value, 0, 0, 10, where)


def interval(release, one):
    return bounds(release, [one], exact=True)[one.quantity]


def test_a_margin_minus_its_visible_cells():
    few = hidden(4, sex="male")
    release = [shown(100), shown(96, sex="female")]
    assert interval(release, few) == (4, 4)
    assert not safe((4, 4), few)


def test_rounding_leaves_an_interval():
    assert interval([shown(100, 2), shown(95, 2, sex="female")], hidden(4, sex="male")) == (1, 9)


def test_nothing_limits_a_number_without_its_margin():
    assert interval([shown(96, sex="female")], hidden(4, sex="male")) == (0, INFINITE)


def test_a_one_way_table_on_another_page():
    few = hidden(3, branch="vvt", sex="male")
    table = [shown(50, branch="vvt"), shown(40, branch="ghz", sex="male")]
    assert interval(table, few) == (0, 50)
    elsewhere = shown(47, where="2-page/one-way", branch="vvt", sex="female")
    assert interval([*table, elsewhere], few) == (3, 3)


def block(inside, margin):
    """Two branches by two sexes hidden; all margins shown."""
    release = [
        shown(margin[0], branch="vvt"),
        shown(margin[1], branch="ghz"),
        shown(margin[2], branch=("vvt", "ghz"), sex="female"),
        shown(margin[3], branch=("vvt", "ghz"), sex="male"),
    ]
    return release, hidden(inside, branch="vvt", sex="female")


def test_a_block_of_four_hides_only_as_much_as_its_margins():
    release, few = block(4, (9, 12, 11, 10))
    assert interval(release, few) == (0, 9)
    assert not safe((0, 9), few)
    release, few = block(4, (60, 60, 60, 60))
    assert interval(release, few) == (0, 60)


def test_a_whole_and_a_part_that_differ_by_few():
    few = hidden(6, vernet="no")
    assert interval([shown(1000, 2), shown(995, 2, vernet="yes")], few) == (1, 9)


def test_a_merged_category_beside_its_parts():
    few = hidden(5, age_band="under_25")
    release = [
        shown(40, age_band=("under_25", "25_to_34"), where="a/merged"),
        shown(35, age_band="25_to_34", where="b/parts"),
    ]
    assert interval(release, few) == (5, 5)


def test_all_levels_of_a_dimension_are_the_whole():
    everyone = shown(96, sex=DIMENSIONS["sex"].levels)
    few = hidden(2, sex="male")
    assert interval([everyone, shown(94, sex="female")], few) == (2, 2)


def test_a_count_behind_a_share():
    few = hidden(4, branch="vvt", vernet="no")
    denominator, numerator = shown(80, branch="vvt"), shown(76, branch="vvt", vernet="yes")
    assert interval([denominator], few) == (0, 80)
    assert interval([denominator, numerator], few) == (4, 4)


def three_ways(slack=0):
    """Three 2-way tables of eight cells; one atom of 3 is hidden."""
    counts = np.array([[[3, 9], [8, 0]], [[7, 0], [0, 0]]])
    names = {"branch": ("vvt", "ghz"), "sex": ("female", "male"), "vernet": ("yes", "no")}
    release = []
    for out in range(3):
        kept = [name for place, name in enumerate(names) if place != out]
        table = counts.sum(axis=out)
        for i, j in np.ndindex(2, 2):
            first, second = names[kept[0]][i], names[kept[1]][j]
            # Other branches do not occur.
            levels = {kept[0]: first, kept[1]: second}
            levels.setdefault("branch", names["branch"])
            release.append(shown(int(table[i, j]), slack, where=f"table-{out}", **levels))
    return release, hidden(3, branch="vvt", sex="female", vernet="yes")


def test_three_linked_tables_tell_what_no_two_of_them_do():
    release, few = three_ways()
    joint = interval(release, few)
    assert joint == (3, 3)
    for out in range(3):
        low, high = interval([one for one in release if one.where != f"table-{out}"], few)
        assert high - low >= 7


def test_magnitudes_are_attacked_apart_from_counts_and_by_their_own_rule():
    days = Hidden(quantity("absence_days", sex="male"), 200.0, 20.0, 20.0, 0.0, "a/days")
    counts = [shown(100), shown(96, sex="female")]
    total = shown(5000, 5, about="absence_days")
    assert bounds([*counts, total], [days], exact=True)[days.quantity] == (0, 5005)
    rest = shown(4800, 5, about="absence_days", sex="female")
    found = bounds([*counts, total, rest], [days])[days.quantity]
    assert found == pytest.approx((190, 210))
    assert not safe(found, days)
    rest = shown(4800, 50, about="absence_days", sex="female")
    found = bounds([total, rest], [days])[days.quantity]
    assert found == pytest.approx((145, 255))
    assert safe(found, days)


def test_years_and_populations_do_not_add_up():
    few = hidden(4, sex="male")
    other_year = [shown(100, year=2024), shown(96, year=2024, sex="female")]
    assert interval([shown(100), *other_year], few) == (0, 100)


def test_intervals_of_one_number_on_two_pages_are_intersected():
    few = hidden(4, sex="male")
    release = [
        shown(100, 2, where="a"),
        shown(103, 2, where="b"),
        shown(96, sex="female"),
    ]
    assert interval(release, few) == (5, 6)


def test_whole_people_are_bounded_more_tightly_than_fractions():
    """Pairwise margins of 1 in eight atoms: half a person in each is no population."""
    names = {"branch": ("vvt", "ghz"), "sex": ("female", "male"), "vernet": ("yes", "no")}
    release = []
    for branch, sex in (("vvt", "female"), ("ghz", "male")):
        release.append(shown(1, branch=branch, sex=sex))
    for branch, sex in (("vvt", "male"), ("ghz", "female")):
        release.append(shown(1, branch=branch, sex=sex))
    for branch, vernet in (("vvt", "yes"), ("vvt", "no"), ("ghz", "yes"), ("ghz", "no")):
        release.append(shown(1, branch=branch, vernet=vernet))
    for sex in names["sex"]:
        release.append(shown(1, branch=names["branch"], sex=sex, vernet="yes"))
    few = hidden(1, branch="vvt", sex="female", vernet="yes")
    assert interval(release, few) == (0, 1)


def test_a_contradiction_names_the_exhibits_and_no_values():
    release = [
        shown(731, where="1-page/all"),
        shown(977, where="2-page/women", sex="female"),
        shown(50, where="3-page/vernet", vernet="yes"),
    ]
    with pytest.raises(AirlockError) as caught:
        bounds(release, [hidden(8, sex="male")])
    said = str(caught.value)
    assert "contradict each other: 1-page/all, 2-page/women (" in said
    assert "employees" in said
    assert "sex" in said
    assert not any(value in said for value in ("731", "977", "50", "8"))


def test_too_many_atoms_name_what_to_merge():
    names = ("branch", "region", "size_band", "age_band", "sex", "education", "function_group")
    many = [*names, "unit_year", "vernet", "fwg"]
    levels = [DIMENSIONS[name].levels for name in many]
    release = [
        shown(100, **{name: one[i % len(one)] for name, one in zip(many, levels, strict=True)})
        for i in range(8)
    ]
    with pytest.raises(AirlockError, match=r"'employees' is split by .*region.* Merge categories"):
        bounds(release, [hidden(4, branch="vvt")])


ATTRIBUTES = ("linked", "vernet", "izz_care_use", "fwg", "intrakoop", "additional")
ATTRIBUTES += ("programme", "participant", "eligible", "implausible")


def test_attributes_that_never_meet_stay_fast_and_share_their_denominators():
    branches, regions, ages = (DIMENSIONS[name].levels for name in ("branch", "region", "age_band"))
    rng = np.random.default_rng(5)
    release, few = [], []
    for branch in branches:
        for region in regions:
            for age in ages:
                at = {"branch": branch, "region": region, "age_band": age}
                people = int(rng.integers(30, 200))
                release.append(shown(people, 2, where="denominators", **at))
                for name in ATTRIBUTES:
                    yes = int(rng.integers(1, people))
                    one = {**at, name: "yes"}
                    if yes < 10:
                        few.append(hidden(yes, **one))
                    else:
                        release.append(shown(yes, 2, where=name, **one))
    start = time.perf_counter()
    found = bounds(release, few)
    assert time.perf_counter() - start < 10
    assert len(found) == len(few) > 50
    assert all(safe(found[one.quantity], one) for one in few)


def test_one_attribute_bounds_another_through_their_denominator():
    """Of a branch whose size is not shown at least 40 are linked; so at least 35 are not in fwg."""
    release = [
        shown(40, branch="vvt", linked="yes"),
        shown(5, branch="vvt", fwg="yes"),
        shown(45),
    ]
    assert interval(release, hidden(38, branch="vvt", fwg="no")) == (35, 40)


@given(TABLES)
@settings(max_examples=40, deadline=None, derandomize=True)
def test_bounds_are_those_of_another_attacker(table):
    found = bounds(table.shown(), table.hidden, exact=True)
    for address in table.primary:
        assert found[table.quantity(address)] == table.attack(table.primary, address)


@given(TABLES)
@settings(max_examples=40, deadline=None, derandomize=True)
def test_safe_means_safe_without_looking_for_the_ends(table):
    found = bounds(table.shown(), table.hidden)
    for address, one in zip(table.primary, table.hidden, strict=True):
        low, high = table.attack(table.primary, address)
        assert safe(found[one.quantity], one) == (high - low >= 10)


def test_a_number_shown_twice_with_intervals_apart_is_a_contradiction_of_both_pages():
    release = [shown(100, 2, where="a"), shown(110, 2, where="b"), shown(50, where="c", sex="male")]
    with pytest.raises(AirlockError, match=r"each other: a, b \("):
        bounds(release, [hidden(50, sex="female")])


def test_tables_that_share_margins_tell_as_much_as_one_table_of_everything(monkeypatch):
    rng = np.random.default_rng(8)
    names = ("sex", "vernet", "linked", "fwg", "intrakoop")
    compared = 0
    for _ in range(25):
        people = rng.integers(0, 9, size=(2,) * 5) * (rng.random((2,) * 5) < 0.5)
        cells = {}
        for _ in range(4):
            table = sorted(rng.choice(5, size=rng.integers(1, 3), replace=False))
            for places in np.ndindex(*(2,) * len(table)):
                at = dict(zip(table, places, strict=True))
                count = int(people[tuple(at.get(axis, slice(None)) for axis in range(5))].sum())
                levels = {names[axis]: DIMENSIONS[names[axis]].levels[i] for axis, i in at.items()}
                cells[quantity(**levels)] = count
        few = [Hidden(one, cells[one], 0, 0, 10, "a") for one in cells if rng.random() < 0.3]
        kept = set(cells) - {one.quantity for one in few}
        release = [Shown(one, max(0, cells[one] - 1), cells[one] + 1, "a") for one in kept]
        with monkeypatch.context() as patch:
            patch.setattr("analysis.airlock.atoms._cliques", lambda _, sizes: [tuple(sizes)])
            together = bounds(release, few, exact=True)
        assert bounds(release, few, exact=True) == together
        compared += len(few)
    assert compared > 25
