import numpy as np
import pandas as pd
import pytest

from analysis.airlock.rules import RULES, Context, is_public
from analysis.edition import read_edition
from analysis.languages import Text
from analysis.methods.results import Aggregate, Curve, Estimates, estimates

METHOD = Text(nl="m", en="m")
CONTEXT = Context({"absence": True, "payslips": False}, read_edition().disclosure)


def aggregate(persons, organisations=10, tables=("payslips",)):
    persons = np.atleast_1d(persons).astype(float)
    frame = pd.DataFrame(
        {
            "group": [f"g{i}" for i in range(len(persons))],
            "period": "2025JJ00",
            "measure": "m",
            "kind": "count",
            "value": persons,
            "unit": "thousand",
            "status": "definite",
            "n_persons": persons,
            "n_organisations": float(organisations),
        }
    )
    return Aggregate(frame[list(Aggregate.columns)], tables, METHOD)


def estimate(n, organisations=10, tables=("payslips",)):
    row = {
        "term": "a",
        "estimate": 1.0,
        "unit": "percent",
        "n": n,
        "n_organisations": organisations,
    }
    return estimates([row], tables=tables, method=METHOD)


def problems(result):
    return [problem for rule in RULES.values() for problem in rule(result, CONTEXT)]


@pytest.mark.parametrize("make", [aggregate, estimate])
def test_ten_persons_pass_and_nine_do_not(make):
    assert problems(make(10)) == []
    assert problems(make(9)) == ["1 cells count fewer than 10 persons; merge categories"]


@pytest.mark.parametrize("make", [aggregate, estimate])
def test_five_organisations_pass_and_four_do_not(make):
    assert problems(make(100, 5)) == []
    assert problems(make(100, 4)) == ["1 cells count fewer than 5 organisations; merge categories"]


def test_one_small_cell_refuses_the_whole_exhibit():
    assert problems(aggregate([100, 100, 3])) != []


@pytest.mark.parametrize("make", [aggregate, estimate])
def test_a_confidential_cell_without_a_count_is_refused(make):
    assert problems(make(np.nan)) == ["1 cells do not say how many persons they count"]
    assert problems(make(100, np.nan)) == ["1 cells do not say how many organisations they count"]


@pytest.mark.parametrize("make", [aggregate, estimate])
def test_public_figures_need_no_counts(make):
    assert problems(make(np.nan, np.nan, tables=("absence",))) == []
    assert problems(make(np.nan, np.nan, tables=("absence", "assumptions", "report"))) == []


@pytest.mark.parametrize("make", [aggregate, estimate])
def test_one_confidential_table_makes_the_result_confidential(make):
    result = make(np.nan, np.nan, tables=("absence", "payslips"))
    assert not is_public(result, CONTEXT)
    assert len(problems(result)) == 2


def test_a_result_that_hides_its_tables_is_refused():
    assert problems(estimate(100, tables=())) == [
        "the result names no table; only methods may make results"
    ]
    assert problems(estimate(100, tables=("unheard",))) == ["table 'unheard' is not in the dataset"]


def test_an_unknown_table_is_never_public():
    assert not is_public(estimate(100, tables=("unheard",)), CONTEXT)


def test_curves_count_who_is_at_risk():
    def curve(at_risk):
        frame = pd.DataFrame([[1, 0.5, 0.4, 0.6, at_risk, 10]], columns=list(Curve.columns))
        return Curve(frame, ("payslips",), METHOD)

    assert problems(curve(10)) == []
    assert problems(curve(9)) != []


def test_a_type_without_a_rule_is_refused():
    class Novel:
        tables = ("payslips",)
        frame = pd.DataFrame({"n_organisations": [10]})

    assert problems(Novel()) == ["type Novel has no rule"]


def test_no_message_holds_a_value():
    told = problems(aggregate([1234567, 3]))
    assert "1234567" not in " ".join(told)
    assert isinstance(estimate(10), Estimates)
