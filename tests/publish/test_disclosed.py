"""What the airlock told is read strictly, and the public part of it says no reason by exhibit."""

import json

import pytest
from pydantic import ValidationError

from analysis.publish.disclosed import Disclosed
from tests.publish.told import DECISION, disclosed, judged, told

HIDDEN = judged(
    suppressed=4, why={"minimum_persons": 1, "minimum_organisations": 2, "secondary": 1}
)


def test_what_the_gate_writes_reads_back():
    content = told(HIDDEN, judged("two", decisions=[DECISION]))
    assert (
        Disclosed.model_validate_json(json.dumps(content)).exhibits[1].decisions[0].until == "2025"
    )


def change(**changes):
    return lambda content: content.update(changes)


def change_exhibit(**changes):
    return lambda content: content["exhibits"][0].update(changes)


def change_threshold(**changes):
    return lambda content: content["thresholds"].update(changes)


@pytest.mark.parametrize(
    "spoil",
    [
        change(extra=1),
        change(data="invented"),
        change(edition="../2025"),
        change(changes={"new": 1}),
        lambda content: content.pop("attack"),
        change_exhibit(why={"no_such_rule": 1}),
        change_exhibit(rules=["no_such_rule"]),
        change_exhibit(suppressed=6),
        change_exhibit(cells="5"),
        change_exhibit(status="fine"),
        change_exhibit(decisions=[{**DECISION, "why": "in one language"}]),
        change_threshold(minimum_persons=3),
        change_threshold(highest_share=99.0),
        change_threshold(p=1),
    ],
)
def test_what_does_not_fit_is_refused(spoil):
    content = json.loads(json.dumps(told(HIDDEN)))
    spoil(content)
    with pytest.raises(ValidationError):
        Disclosed.model_validate_json(json.dumps(content))


def test_totals_count_each_hidden_row_once():
    totals = disclosed(
        HIDDEN,
        judged("gone", status="withheld", suppressed=5, why={"dominance": 5, "all_equal": 5}),
        judged("open", public=True, cells=0),
        judged("joined", merges=2, decisions=[DECISION]),
    ).totals
    assert (totals.exhibits, totals.confidential, totals.cells) == (4, 3, 15)
    assert (totals.hidden, totals.own, totals.others) == (9, 8, 1)
    assert (totals.withheld, totals.merges, totals.decisions) == (1, 2, 1)


def test_the_public_part_has_no_reason_by_exhibit():
    public = disclosed(judged(suppressed=1, why={"group_disclosure": 1})).for_everybody()
    assert "why" not in public["exhibits"][0]
    assert public["exhibits"][0]["suppressed"] == 1
    text = json.dumps(public)
    assert "group_disclosure" not in text
    assert "decided" not in json.dumps(public["thresholds"])
    Disclosed.model_validate_json(text)
