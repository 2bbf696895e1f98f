"""What else must be hidden: enough, and not much more than the least."""

import random

import numpy as np
import pytest
from hypothesis import given, settings

from analysis.airlock.attack import bounds
from analysis.airlock.known import Hidden, Shown, safe
from analysis.airlock.suppression import protect
from analysis.errors import AirlockError
from tests.airlock.tables import TABLES, Table
from tests.airlock.test_attack import hidden, quantity, shown


def free(release):
    """Every number costs one row."""
    return {one.quantity: 1.0 for one in release}


def after(release, gone):
    return [one for one in release if one.quantity not in gone]


def test_the_cheapest_of_two_neighbours_goes():
    few = hidden(4, sex="male")
    release = [shown(100), shown(96, sex="female")]
    assert protect(release, [few], {quantity(): 5, quantity(sex="female"): 1}) == {
        quantity(sex="female")
    }
    assert protect(release, [few], {quantity(): 1, quantity(sex="female"): 5}) == {quantity()}


def test_what_is_safe_costs_nothing():
    release = [shown(100), shown(50, branch="vvt")]
    few = hidden(4, branch="ghz")
    assert protect(release, [few], free(release)) == set()


def test_all_copies_of_a_number_vanish_together():
    few = hidden(4, sex="male")
    women = [shown(96, 2, where=where, sex="female") for where in ("a", "b", "c")]
    release = [shown(100, 2), *women]
    gone = protect(release, [few], {quantity(sex="female"): 3})
    assert gone == {quantity(sex="female")}
    assert safe(bounds(after(release, gone), [few])[few.quantity], few)


def test_a_hidden_number_that_is_shown_elsewhere_goes_there_too():
    few = hidden(4, sex="male")
    release = [shown(100), shown(4, sex="male", where="2-other/table")]
    assert protect(release, [few], free(release)) == {quantity(sex="male")}


def test_what_was_published_before_cannot_be_hidden_and_is_named():
    few = hidden(4, sex="male", where="2-new/table")
    release = [shown(100, where="1-old/all"), shown(96, where="1-old/women", sex="female")]
    with pytest.raises(AirlockError) as caught:
        protect(release, [few], {})
    said = str(caught.value)
    assert "hidden in 2-new/table, follows from 1-old/all, 1-old/women" in said
    assert "employees" in said
    assert not any(value in said for value in ("100", "96"))


def test_only_what_can_still_be_hidden_is():
    few = hidden(4, branch="vvt", sex="male")
    release = [
        shown(60, branch="vvt"),
        shown(56, branch="vvt", sex="female"),
        shown(300, sex="male"),
    ]
    assert protect(release, [few], {quantity(branch="vvt"): 9}) == {quantity(branch="vvt")}


def test_magnitudes_get_their_own_interval():
    days = Hidden(quantity("absence_days", sex="male"), 200.0, 20.0, 20.0, 0.0, "a/days")
    release = [
        shown(5000, 1, about="absence_days"),
        shown(4800, 1, about="absence_days", sex="female"),
    ]
    gone = protect(release, [days], free(release))
    assert len(gone) == 1
    assert safe(bounds(after(release, gone), [days])[days.quantity], days)


def test_numbers_of_another_population_stay():
    few = hidden(4, sex="male")
    release = [
        shown(100),
        shown(96, sex="female"),
        shown(100, year=2024),
        shown(96, year=2024, sex="female"),
    ]
    gone = protect(release, [few], free(release))
    assert gone <= {quantity(), quantity(sex="female")}


@given(TABLES)
@settings(max_examples=30, deadline=None, derandomize=True)
def test_after_protection_another_attacker_learns_too_little(table):
    try:
        gone = protect(table.shown(), table.hidden, free(table.shown()))
    except AirlockError:
        # Nothing is left to hide: fewer people than the width in the whole table.
        everything = table.addresses
        assert not all(_wide(table, everything, one) for one in table.primary)
        return
    hidden_now = [one for one in table.addresses if table.quantity(one) in gone]
    assert all(_wide(table, [*table.primary, *hidden_now], one) for one in table.primary)


def _wide(table, gone, address):
    low, high = table.attack(gone, address)
    return high - low >= 10


def some_tables(number):
    rng = np.random.default_rng(20)
    for i in range(number):
        shape = rng.integers(2, 5, size=2)
        yield Table(rng.integers(0, 45, size=shape), slack=(0, 2)[i % 2])


def test_without_protection_most_tables_leak():
    leaking = [table for table in some_tables(30) if not table.is_safe(set(table.primary))]
    assert len(leaking) > 15


def test_little_more_goes_than_must():
    ratios = []
    for table in some_tables(40):
        gone = protect(table.shown(), table.hidden, free(table.shown()))
        if gone:
            ratios.append(len(gone) / table.optimum(at_most=len(gone)))
    assert len(ratios) > 20
    assert np.mean(ratios) <= 1.5


def test_the_order_of_the_input_does_not_matter():
    table = Table(np.random.default_rng(3).integers(0, 40, size=(4, 4)), slack=0)
    release, few = table.shown(), table.hidden
    expected = protect(release, few, free(release))
    assert expected
    for seed in range(5):
        random.Random(seed).shuffle(release)
        random.Random(seed).shuffle(few)
        assert protect(release, few, dict(reversed(free(release).items()))) == expected


def test_large_tables_are_solved_a_number_at_a_time(monkeypatch):
    monkeypatch.setattr("analysis.airlock.suppression.AT_ONCE", 0)
    for table in some_tables(6):
        gone = protect(table.shown(), table.hidden, free(table.shown()))
        kept: list[Shown] = after(table.shown(), gone)
        found = bounds(kept, table.hidden)
        assert all(safe(found[one.quantity], one) for one in table.hidden)


def test_the_relaxation_chooses_where_whole_choices_take_too_long(monkeypatch):
    monkeypatch.setattr("analysis.airlock.suppression.WHOLE", 0)
    ratios = []
    for table in some_tables(20):
        gone = protect(table.shown(), table.hidden, free(table.shown()))
        found = bounds(after(table.shown(), gone), table.hidden)
        assert all(safe(found[one.quantity], one) for one in table.hidden)
        if gone:
            ratios.append(len(gone) / table.optimum(at_most=len(gone)))
    assert np.mean(ratios) <= 1.5
