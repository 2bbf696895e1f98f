import numpy as np
import pytest

from analysis.airlock.rules import judge
from analysis.methods.cells import Cell
from analysis.methods.leverage import is_thin, of_coefficient
from tests.airlock.making import LIMITS, row

CELL = Cell.of("respondents", year=2025)


def test_a_balanced_regressor_rests_on_all_its_rows():
    design = np.column_stack([np.ones(100), np.tile([-1.0, 1.0], 50)])
    known = of_coefficient(design, 1, CELL)
    assert known.kind == "coefficient"
    assert known.effective == pytest.approx(100)
    assert known.largest_weight == pytest.approx(0.01)
    assert (known.fewest_ones, known.fewest_zeros) == (100, 100), "there is no indicator"


def test_a_dummy_for_one_person_is_seen():
    design = np.column_stack([np.ones(50), np.arange(50), np.eye(50)[0]])
    known = of_coefficient(design, 2, CELL)
    assert (known.fewest_ones, known.fewest_zeros) == (1, 49)
    assert known.largest_weight > 0.9
    # The dummy counts for every coefficient of the model, not only for its own.
    assert of_coefficient(design, 1, CELL).fewest_ones == 1


def test_leverage_is_that_of_the_regressor_without_the_others():
    random = np.random.default_rng(1)
    x = random.normal(size=200)
    nearly = x + np.r_[5.0, np.zeros(199)]
    known = of_coefficient(np.column_stack([np.ones(200), x, nearly]), 2, CELL)
    assert known.largest_weight > 0.9


def test_weights_count():
    design = np.column_stack([np.ones(40), np.tile([-1.0, 1.0], 20)])
    weights = np.r_[np.full(20, 1e-9), np.ones(20)]
    assert of_coefficient(design, 1, CELL, weights=weights).effective == pytest.approx(20, rel=0.01)


def test_a_regressor_that_the_others_explain_rests_on_nothing():
    x = np.arange(30.0)
    known = of_coefficient(np.column_stack([np.ones(30), x, 2 * x + 1]), 2, CELL)
    assert (known.effective, known.largest_weight) == (1.0, 1.0)


@pytest.mark.parametrize(
    ("effective", "largest", "thin"),
    [(10.0, 0.5, False), (9.9, 0.1, True), (50.0, 0.51, True)],
)
def test_what_rests_on_a_few_is_thin_as_the_airlock_sees_it(effective, largest, thin):
    known = row("coefficient", effective=effective, largest_weight=largest)
    assert is_thin(known.behind) == thin
    assert ("leverage" in judge(known, LIMITS)) == thin
