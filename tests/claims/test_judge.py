import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.claims.judge import inside, judge, reported_ends, reported_text
from analysis.claims.register import Region, read_register
from analysis.errors import EditionError
from analysis.labels import NOT_ESTIMATED
from analysis.languages import Text
from analysis.methods.results import Estimates, estimates

REGISTER = read_register()
METHOD = Text(nl="m", en="m")
WHY = Text(nl="r", en="r")


def frame(**values) -> pd.DataFrame:
    rows = []
    for term, value in values.items():
        row = value if isinstance(value, dict) else {"estimate": value}
        rows.append(
            {
                "term": term,
                "unit": "thousand",
                "period": "2025KW02",
                "n": 1,
                "half_step": 0.05,
                **row,
            }
        )
    return estimates(rows, tables=("t",), method=METHOD).frame


def judged(claim, **values):
    return judge(REGISTER[claim], frame(**values), reference_year=2025, method=METHOD)


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (1.0, 2.0, "supported"),
        (1.2, 1.8, "supported"),
        (0.9, 1.5, "inconclusive"),
        (1.5, 2.1, "inconclusive"),
        (0.0, 3.0, "inconclusive"),
        (0.0, 0.99, "contradicted"),
        (2.01, 9.0, "contradicted"),
        (0.0, 1.0, "inconclusive"),
    ],
)
def test_the_whole_interval_decides(low, high, verdict):
    assert inside(low, high, Region(low=1.0, high=2.0, reason=WHY)) == verdict


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [(0.1, 5, "supported"), (-1, 1, "inconclusive"), (-5, -0.1, "contradicted")],
)
def test_a_direction_is_an_open_region(low, high, verdict):
    assert inside(low, high, Region(low=0.0, reason=WHY)) == verdict
    mirrored = inside(-high, -low, Region(high=0.0, reason=WHY))
    assert mirrored == verdict


@given(
    st.floats(-100, 100),
    st.floats(0, 50),
    st.floats(-100, 100),
    st.floats(0.01, 50),
)
def test_wider_intervals_never_become_decided(centre, half, middle, margin):
    region = Region(low=middle - margin, high=middle + margin, reason=WHY)
    narrow = inside(centre, centre, region)
    wide = inside(centre - half, centre + half, region)
    assert wide in (narrow, "inconclusive")


def test_a_published_figure_is_judged_with_its_rounding():
    assert judged("C14", outflow=156.44).judgement.verdict == "supported"
    assert judged("C14", outflow=156.5).judgement.verdict == "inconclusive"
    assert judged("C14", outflow=156.6).judgement.verdict == "contradicted"
    assert "de bron geeft geen interval" in judged("C14", outflow=155).judgement.reason.nl


def test_an_interval_goes_before_rounding():
    wide = {"estimate": 155.0, "ci_low": 140.0, "ci_high": 170.0}
    found = judged("C14", outflow=wide)
    assert found.judgement.verdict == "inconclusive"
    assert "140.000 tot 170.000" in found.judgement.reason.nl


def test_every_verdict_has_its_own_sentence():
    for language, words in {"nl": ("past bij", "wijkt af", "niet te zeggen"),
                            "en": ("fits", "differs from", "cannot tell")}.items():  # fmt: skip
        for value, word in zip((155, 140, 156.5), words, strict=True):
            sentence = judged("C14", outflow=value).sentence(language)
            assert word in sentence
            assert "{" not in sentence


def test_an_undecided_sentence_says_why():
    sentence = judged("C14", outflow=156.5).sentence("nl")
    assert sentence.endswith("de bron geeft geen interval.")


def test_old_figures_settle_nothing():
    old = {"estimate": 1500.0, "period": "2022JJ00"}
    found = judged("C01", employees=old)
    assert found.judgement.verdict == "inconclusive"
    assert "2022" in found.judgement.reason.en
    assert "2023 or later" in found.judgement.reason.en
    assert found.headline["estimate"] == 1500.0, "the figure is still shown"
    assert judged("C01", employees={**old, "period": "2023JJ00"}).judgement.verdict == "supported"


def test_without_data_the_missing_tables_are_named():
    found = judge(
        REGISTER["C12"], None, reference_year=2025, method=METHOD,
        missing=(Text(nl="stromen", en="flows"),),
    )  # fmt: skip
    assert found.judgement.verdict == "inconclusive"
    assert found.judgement.reason == Text(
        nl="niet in deze levering, of niet volledig: stromen",
        en="not in this delivery, or not completely: flows",
    )
    assert found.headline is None


def test_without_an_estimate_the_reason_is_that_of_the_data():
    found = judge(
        REGISTER["C18"], None, reference_year=2025, method=METHOD, missing=(NOT_ESTIMATED,)
    )
    assert found.judgement.verdict == "inconclusive"
    assert found.judgement.reason == NOT_ESTIMATED
    assert "niet te schatten" in found.sentence("nl")


@pytest.mark.parametrize("claim", ["C07", "C20", "C25", "C26", "C27"])
def test_what_cannot_be_tested_is_never_tested(claim):
    for data in (None, frame(anything=1.0)):
        found = judge(REGISTER[claim], data, reference_year=2025, method=METHOD)
        assert found.judgement.verdict == "not_testable"
        assert found.judgement.reason == REGISTER[claim].untestable
        assert found.sentence("nl")


def test_a_claim_about_a_year_to_come_waits_for_its_figures():
    for period, verdict in (("2025JJ00", "not_testable"), ("2026JJ00", "supported")):
        data = frame(effect={"estimate": -9.0, "ci_low": -14.0, "ci_high": -4.0,
                             "unit": "percent_change", "period": period})  # fmt: skip
        found = judge(REGISTER["C42"], data, reference_year=2026, method=METHOD)
        assert found.judgement.verdict == verdict
        assert (found.estimates is None) == (verdict == "not_testable")
    early = judge(REGISTER["C42"], None, reference_year=2025, method=METHOD, missing=(WHY,))
    assert early.judgement.verdict == "not_testable"
    assert "2026" in early.judgement.reason.nl
    assert "2025" in early.judgement.reason.nl
    late = judge(REGISTER["C42"], None, reference_year=2026, method=METHOD, missing=(WHY,))
    assert late.judgement.verdict == "inconclusive"


def test_one_part_that_does_not_fit_contradicts_the_whole():
    parts = {"to_pension": 19.0, "to_other_sector": 65.0, "to_inactivity": 71.0}
    assert judged("C15", **parts).judgement.verdict == "supported"
    off = judged("C15", **{**parts, "to_pension": 25.0})
    assert off.judgement.verdict == "contradicted"
    assert off.judgement.reason.en.startswith("pension: ")
    assert "other sector" not in off.judgement.reason.en, "only what decides is told"
    edge = judged("C15", **{**parts, "to_pension": 19.5})
    assert edge.judgement.verdict == "inconclusive"


def test_estimates_must_be_those_of_the_register():
    with pytest.raises(
        EditionError, match="got estimates for employees, other; expected employees"
    ):
        judged("C01", employees=1500.0, other=1.0)


def test_what_the_report_says():
    assert reported_text(REGISTER["C08"], "nl") == "15% tot 20%"
    assert reported_text(REGISTER["C15"], "en", "to_pension") == "19,000"
    assert reported_text(REGISTER["C07"], "nl") == "–"
    assert reported_ends(REGISTER["C08"]) == (15.0, 20.0)
    with pytest.raises(EditionError, match="no number for nobody"):
        reported_ends(REGISTER["C15"], "nobody")


def test_estimates_hold_what_the_judge_reads():
    assert {"ci_low", "ci_high", "half_step", "period"} <= set(Estimates.columns)
    assert math.isnan(frame(a=1.0)["ci_low"].iloc[0])


def test_a_band_is_judged_as_a_band():
    band = {"estimate": 83.3, "ci_low": 66.7, "ci_high": 100.0, "half_step": 0.0, "unit": "percent"}
    parts = dict.fromkeys(("data_maturity", "strategic_hr", "connection"), band)
    found = judged("C60", **{term: {**row, "period": "2025JJ00"} for term, row in parts.items()})
    assert found.judgement.verdict == "supported"
    assert "band" in found.judgement.reason.nl
    assert "interval" not in found.judgement.reason.nl
