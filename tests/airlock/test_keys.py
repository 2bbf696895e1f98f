"""Every word that may leave comes from a closed list or has a label, and none is an identifier."""

import pytest

from analysis.airlock.candidates import Candidate
from analysis.airlock.keys import keys_are_known, tells_an_identifier
from analysis.languages import Text
from tests.airlock.making import TABLES, counts


def candidate(kind="table", labels=(), **texts):
    label = {"nl": "x", "en": "x"}
    return Candidate(
        chapter="c", id="x", kind=kind, result="Aggregate", tables=TABLES, texts=texts,
        options={"labels": dict.fromkeys(labels, label)},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("group", "labels", "kind", "known"),
    [
        ("vvt", (), "table", True),
        ("2025", (), "table", True),
        ("vvt+ghz", (), "table", True),
        ("vvt+De Kanarie", (), "table", False),
        ("vvt.ghz", (), "table", True),
        ("vvt.De Kanarie", (), "table", False),
        ("at_5", (), "table", True),
        ("start_minus_2", (), "figure", True),
        ("start_minus_2 De Kanarie", (), "figure", False),
        ("at_0_25", (), "table", True),
        ("at_5_", (), "table", False),
        ("at_12345", (), "table", False),
        ("at_5 De Kanarie", (), "table", False),
        ("canary_at_5", (), "table", False),
        ("Zorggroep De Kanarie", (), "table", False),
        ("Zorggroep De Kanarie", (), "finding", False),
        ("canary", (), "table", False),
        ("canary", ("canary",), "table", True),
        ("a_test", (), "finding", True),
        ("a_test", (), "number", True),
        ("25_to_34.all", (), "number", True),
        ("25_to_34.all", (), "table", False),
        ("25_to_34.De Kanarie", (), "number", False),
        ("one.two.three", (), "number", False),
    ],
)
def test_keys_come_from_closed_lists_or_have_a_label(group, labels, kind, known):
    result = counts({"vvt": 100.0})
    result.frame["group"] = group
    assert keys_are_known(candidate(kind, ("people", *labels)), result) == known


@pytest.mark.parametrize(
    ("group", "found"), [("0123456789abcdef" * 2, True), ("123456782", True), ("vvt", False)]
)
def test_pseudonyms_and_service_numbers_are_found(group, found):
    result = counts({"vvt": 100.0})
    result.frame["group"] = group
    assert tells_an_identifier(candidate(), result) == found


@pytest.mark.parametrize(
    ("column", "value", "known"),
    [
        ("period", "2025JJ00", True),
        ("period", "2025KW03", True),
        ("period", "", True),
        ("period", "De Kanarie", False),
        ("status", "provisional", True),
        ("status", "n=7 in De Kanarie", False),
    ],
)
def test_periods_and_statuses_are_from_lists(column, value, known):
    result = counts({"vvt": 100.0})
    result.frame[column] = value
    assert keys_are_known(candidate(labels=("people",)), result) == known


def test_one_period_of_free_text_among_others_is_one_too_many():
    result = counts({"vvt": 100.0, "ghz": 100.0})
    result.frame["period"] = ["2025JJ00", "De Kanarie"]
    assert not keys_are_known(candidate(labels=("people",)), result)


def test_labels_and_methods_are_searched_for_identifiers():
    result = counts({"vvt": 100.0})
    one = candidate()
    assert not tells_an_identifier(one, result)
    label = {"nl": "x", "en": "123456782"}
    assert tells_an_identifier(
        one.model_copy(update={"options": {"labels": {"vvt": label}}}), result
    )
    assert tells_an_identifier(one.model_copy(update={"options": {"axis": label}}), result)
    method = Text(nl="0123456789abcdef" * 2, en="x")
    assert tells_an_identifier(one.model_copy(update={"method": method}), result)
    method = Text(nl="x", en="0123456789abcdef" * 2)
    assert tells_an_identifier(one.model_copy(update={"method": method}), result)
