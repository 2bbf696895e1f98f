import json

import numpy as np
import pandas as pd
import pytest
from statsmodels.duration.survfunc import SurvfuncRight

from analysis.dataset import DataTable
from analysis.methods.cells import Cell
from analysis.methods.results import Absent
from analysis.methods.survival import kaplan_meier
from tests.conftest import SHARED

#: Weeks in remission with 6-MP, and whether it ended: Freireich et al. (1963), Blood 21, 699-716.
WEEKS = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
ENDED = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
#: Time → estimate with its log-log interval, as Kleinbaum & Klein (2012), Survival Analysis, and
#: the manual of Stata's ``sts list`` print it.
PUBLISHED = {
    6: (0.8571, 0.6197, 0.9516),
    7: (0.8067, 0.5631, 0.9228),
    10: (0.7529, 0.5032, 0.8894),
    13: (0.6902, 0.4316, 0.8491),
    16: (0.6275, 0.3675, 0.8049),
    22: (0.5378, 0.2678, 0.7468),
    23: (0.4482, 0.1881, 0.6801),
}


def of(frame, **more):
    table = DataTable(
        "careers",
        None if frame is None else frame.assign(person=[f"p{n}" for n in range(len(frame))]),
    )
    return kaplan_meier(
        table, **{"duration": "time", "event": "ended", "person": "person",
                  "among": Cell.of("employees"), **more}
    )  # fmt: skip


def leukaemia():
    return pd.DataFrame({"time": WEEKS, "ended": ENDED})


def test_published_curve_with_its_interval():
    frame = of(leukaemia()).frame.set_index("time")
    assert list(frame.index) == [0, *PUBLISHED]
    for time, published in PUBLISHED.items():
        found = frame.loc[time, ["value", "ci_low", "ci_high"]] / 100
        assert found.tolist() == pytest.approx(published, abs=0.00006)
    assert frame.loc[0, ["value", "at_risk", "events"]].tolist() == [100, 21, 0]
    assert frame["at_risk"].tolist() == [21, 21, 17, 15, 12, 11, 7, 6]
    assert frame["events"].sum() == sum(ENDED)


def test_all_ways_to_end_together_are_what_the_reference_case_leaves():
    """With every way to end as the event, the curve is one minus the incidences of all ways."""
    data = SHARED / "reference_cases" / "data" / "mgus2.csv"
    if not data.exists():
        pytest.skip("the reference cases are not on this machine")
    cases = json.loads((SHARED / "reference_cases" / "cases.json").read_text())["cases"]
    case = next(case for case in cases if case["id"] == "R27")
    published = {one["name"]: one["reference"] for one in case["quantities"]}
    raw = pd.read_csv(data)
    progressed = raw["pstat"].eq(1)
    frame = pd.DataFrame(
        {
            "time": np.where(progressed, raw["ptime"], raw["futime"]),
            "ended": (progressed | raw["death"].eq(1)).astype(int),
        }
    )
    found = of(frame).frame
    for time in (60, 120, 240, 360):
        left = found[found["time"] <= time]["value"].iloc[-1]
        expected = 100 * (1 - published[f"pcm_{time}"] - published[f"death_{time}"])
        assert left == pytest.approx(expected, abs=1e-7)


def late_entry(count=2000, seed=5):
    """People leave at a constant rate and are seen only if still there at their entry."""
    rng = np.random.default_rng(seed)
    leaves, entry = rng.exponential(24, 4 * count), rng.uniform(0, 30, 4 * count)
    seen = leaves > entry
    leaves, entry = leaves[seen][:count], entry[seen][:count]
    lost = entry + rng.exponential(40, count)
    return pd.DataFrame(
        {"time": np.minimum(leaves, lost), "ended": (leaves <= lost).astype(int), "entry": entry}
    )


def test_late_entry_is_that_of_statsmodels():
    frame = late_entry(300)
    frame = frame.round({"time": 0, "entry": 0})
    frame = frame[frame["entry"] < frame["time"]]
    found = of(frame, entry="entry").frame.iloc[1:]
    other = SurvfuncRight(frame["time"], frame["ended"], entry=frame["entry"])
    assert found["time"].tolist() == other.surv_times.tolist()
    assert (found["value"] / 100).tolist() == pytest.approx(other.surv_prob.tolist())
    assert found["at_risk"].tolist() == other.n_risk.tolist()
    assert found["events"].tolist() == other.n_events.tolist()


def test_without_late_entry_those_who_left_early_are_missed():
    frame = late_entry()
    right = of(frame, entry="entry", start=1.0).frame
    wrong = of(frame, start=1.0).frame
    truth = 100 * np.exp(-23 / 24)
    for result, holds in ((right, True), (wrong, False)):
        row = result[result["time"] <= 24].iloc[-1]
        assert (row["ci_low"] < truth < row["ci_high"]) == holds


def test_intervals_hold_the_truth_about_as_often_as_they_say():
    truth, held = 100 * np.exp(-12 / 24), []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        leaves, lost = rng.exponential(24, 150), rng.uniform(0, 60, 150)
        frame = pd.DataFrame({"time": np.minimum(leaves, lost), "ended": (leaves <= lost) * 1})
        row = of(frame).frame.query("time <= 12").iloc[-1]
        held.append(row["ci_low"] < truth < row["ci_high"])
    assert 0.90 < np.mean(held) < 0.99


def test_the_curve_says_whom_it_counts_and_ends_without_an_interval_when_nobody_is_left():
    result = of(pd.DataFrame({"time": [1.0, 2.0, 3.0], "ended": [1, 1, 1]}))
    assert {one.cell for one in result.behind} == {"employees"}
    last = result.frame.iloc[-1]
    assert last["value"] == 0
    assert np.isnan(last["ci_low"])
    assert result.frame["ci_low"].between(0, 100).sum() == 3


def test_what_cannot_be_a_curve():
    assert of(None) == Absent(("careers",))
    assert of(leukaemia().assign(ended=0)) == Absent(("careers",))
    with pytest.raises(ValueError, match="twice"):
        of(leukaemia(), person="ended")
    with pytest.raises(ValueError, match="seen first when it had ended"):
        of(leukaemia().assign(entry=40), entry="entry")
