"""States over time: published incidences, ties, late entry, and what a curve per end makes of it."""

import numpy as np
import pandas as pd
import pytest

from analysis.methods import multi_state
from tests.conftest import SHARED

CASES = SHARED / "reference_cases"

#: Published with R's survival and cmprsk: months → share with a plasma-cell malignancy, and dead.
MGUS2 = {
    60: (0.034103712974, 0.32036701027),
    120: (0.063722168013, 0.53181770408),
    240: (0.099813715935, 0.72402797614),
    360: (0.13404164433, 0.78420824683),
}


def incidence(
    last: np.ndarray, end: np.ndarray, first: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Return the share that has ended in each way, at each time at which somebody ended.

    Parameters
    ----------
    last
        Time of the end, or until which a person was followed.
    end
        0 where there was no end; otherwise its number, from 1.
    first
        Time after which a person was followed; from the start when left out.

    Returns
    -------
    times, shares
        Shapes (times,) and (times, ends); the rest has not ended.
    """
    last, end = np.asarray(last, dtype=float), np.asarray(end).astype(int)
    times = np.unique(last[end > 0])
    ends = end.max()
    at_risk = len(last) - np.searchsorted(np.sort(last), times)
    if first is not None:
        # At risk at a time is who was followed before it: not who enters at it.
        at_risk = at_risk - (len(last) - np.searchsorted(np.sort(first), times))
    moves = np.zeros((len(times), ends + 1, ends + 1))
    for way in range(1, ends + 1):
        place = np.searchsorted(times, last[end == way])
        moves[:, 0, way] = np.bincount(place, minlength=len(times)) / at_risk
        moves[:, way, way] = 1.0
    moves[:, 0, 0] = 1 - moves[:, 0, 1:].sum(axis=1)
    start = np.eye(ends + 1)[0]
    return times, multi_state.occupation(start, moves)[1:, 1:]


@pytest.fixture(scope="module")
def mgus2():
    path = CASES / "data" / "mgus2.csv"
    if not path.exists():
        pytest.skip("the reference cases are not here")
    rows = pd.read_csv(path)
    last = np.where(rows["pstat"] == 0, rows["futime"], rows["ptime"])
    return last, np.where(rows["pstat"] == 0, 2 * rows["death"], 1)


def test_incidences_with_ties_are_those_published(mgus2):
    times, shares = incidence(*mgus2)
    for month, wanted in MGUS2.items():
        found = shares[np.searchsorted(times, month, side="right") - 1]
        assert found == pytest.approx(wanted, abs=1e-9)


def test_one_minus_kaplan_meier_says_more_than_happens(mgus2):
    last, end = mgus2
    times, alone = incidence(last, np.where(end == 1, 1, 0))
    naive = alone[np.searchsorted(times, 120, side="right") - 1, 0]
    assert naive == pytest.approx(0.0952, abs=5e-5)
    assert naive > MGUS2[120][0]


def test_who_enters_later_counts_from_then_on():
    last, end = np.array([2.0, 3.0, 5.0, 6.0]), np.array([1, 2, 1, 0])
    first = np.array([0.0, 0.0, 3.0, 0.0])
    times, shares = incidence(last, end, first)
    # At 2 three are at risk; at 3 two, as who enters at 3 is not yet; at 5 two.
    assert list(times) == [2, 3, 5]
    assert shares[:, 0] == pytest.approx([1 / 3, 1 / 3, 1 / 3 + 1 / 3 / 2])
    assert shares[:, 1] == pytest.approx([0, 1 / 3, 1 / 3])


@pytest.fixture
def moves():
    random = np.random.default_rng(3)
    counts = random.integers(0, 9, (4, 20, 3, 3)).astype(float)
    # A time at which nobody is in a state.
    counts[:, 7, 2] = 0
    return multi_state.probabilities(counts)


def test_shares_add_up_to_one_at_every_time(moves):
    assert moves.sum(axis=-1) == pytest.approx(1, abs=1e-12)
    shares = multi_state.occupation(np.array([0.6, 0.4, 0.0]), moves)
    assert shares.shape == (4, 21, 3)
    assert abs(shares.sum(axis=-1) - 1).max() < 1e-9
    assert abs(multi_state.expected_time(shares).sum(axis=-1) - 20).max() < 1e-9


def test_counts_are_of_each_cluster_and_nobody_is_lost():
    random = np.random.default_rng(1)
    time, origin, target = random.integers(0, 3, (3, 200))
    cluster = random.integers(0, 5, 200)
    counts = multi_state.counts_of_moves(
        time, origin, target, times=3, states=3, cluster=cluster, clusters=5
    )
    assert counts.sum() == 200
    here = (cluster == 4) & (time == 2) & (origin == 1) & (target == 0)
    assert counts[4, 2, 1, 0] == here.sum()


def test_with_everybody_followed_the_shares_are_those_that_are_counted():
    random = np.random.default_rng(5)
    state = random.integers(0, 3, (300, 6))
    person, time = np.nonzero(np.ones((300, 5), dtype=bool))
    counts = multi_state.counts_of_moves(
        time, state[person, time], state[person, time + 1], times=5, states=3
    )[0]
    start = np.bincount(state[:, 0], minlength=3) / 300
    shares = multi_state.occupation(start, multi_state.probabilities(counts))
    wanted = [np.bincount(state[:, place], minlength=3) / 300 for place in range(6)]
    assert abs(shares - np.array(wanted)).max() < 1e-12


def test_ways_out_by_themselves_add_up_to_more_than_those_together():
    move = np.array([[0.7, 0.2, 0.1], [0.1, 0.9, 0.0], [0.0, 0.0, 1.0]])
    moves = np.broadcast_to(move, (10, 3, 3))
    closed = multi_state.without_return(moves, [1, 2])
    right = multi_state.occupation(np.array([1.0, 0, 0]), closed)[-1]
    naive = [
        multi_state.occupation(
            np.array([1.0, 0]), multi_state.one_minus_kaplan_meier(moves, [0], end)
        )[-1, -1]
        for end in (1, 2)
    ]
    # Of those who do not leave in the other way, 2 in 9 and 1 in 8 leave each time.
    assert naive == pytest.approx([1 - (7 / 9) ** 10, 1 - (7 / 8) ** 10])
    assert right.sum() == pytest.approx(1)
    assert naive[0] > right[1]
    assert naive[1] > right[2]
    assert sum(naive) > 1
