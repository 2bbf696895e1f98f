"""Grades of evidence: what counts as heard, as seen, and that nothing is tested."""

import numpy as np
import pandas as pd
import pytest

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods import clusters, evidence_grades, themes
from analysis.methods.behind import behind
from analysis.methods.cells import Cell
from analysis.methods.evidence_grades import PRACTICES
from analysis.methods.results import Absent, estimates
from analysis.methods.themes import Voices
from analysis.sources.vocabulary import MEANINGS, SCALES, THEMES

RESPONDENTS = Cell.of("respondents", answered="factors")


def codings(chance: dict[str, float], *, meaning: str = "need", voices: int = 400) -> DataTable:
    """Voices of twenty organisations that mention themes with some chance."""
    random = np.random.default_rng(1)
    frames = []
    for theme in THEMES:
        said = (random.random(voices) < chance.get(theme, 0.0)).astype(int)
        frames.append(
            pd.DataFrame(
                {
                    "attendee": [f"v{i}" for i in range(voices)],
                    "organisation": [f"o{i % 20}" for i in range(voices)],
                    "kind": "listening", "coder": "a", "theme": theme, "mentioned": said,
                    **{name: said * (name == meaning) for name in MEANINGS},
                }
            )
        )  # fmt: skip
    return DataTable("codings", pd.concat(frames, ignore_index=True))


def voices_of(table: DataTable) -> Voices | Absent:
    attendees = pd.DataFrame({"kind": ["listening"], "date": ["2025-03-01"]})
    return themes.voices_of(table, DataTable("attendees", attendees))


def associations(**ratios: tuple[float, float]):
    """Odds ratios with their upper ends, by practice."""
    rows = [
        {
            "term": name, "estimate": ratio, "ci_low": ratio / 1.1, "ci_high": high, "n": 5000.0,
            "n_organisations": 300.0, "df": 299.0, "period": "2025JJ00",
            "behind": behind("coefficient", RESPONDENTS, fewest_ones=50, fewest_zeros=50,
                             effective=500.0, largest_weight=0.01),
        }
        for name, (ratio, high) in ratios.items()
    ]  # fmt: skip
    method = Text(nl="model", en="model")
    return estimates(rows, tables=("individuals",), method=method, unit="odds_ratio")


def test_the_eight_practices_are_about_themes_and_factors():
    assert len(PRACTICES) == 8
    for practice in PRACTICES.values():
        assert set(practice.themes) <= set(THEMES)
        assert practice.factor is None or practice.factor in SCALES


def test_heard_is_a_share_of_voices_with_organisations_as_clusters():
    table = codings({"leadership": 0.4, "rosters": 0.3, "fixed_team": 0.3})
    found = evidence_grades.heard(voices_of(table))
    shares = found.frame.set_index("term")
    rows = table.frame.query("theme == 'leadership'")
    level = clusters.bonferroni(7)
    honest = clusters.mean(rows["mentioned"], rows["organisation"])
    assert shares.loc["leadership_programme", "estimate"] == pytest.approx(100 * honest.estimate)
    low = 100 * honest.logit_interval(level)[0]
    assert shares.loc["leadership_programme", "ci_low"] == pytest.approx(low)
    either = table.frame[table.frame["theme"].isin(["rosters", "fixed_team"])]
    once = either.groupby("attendee")["mentioned"].max().mean()
    assert shares.loc["own_control", "estimate"] == pytest.approx(100 * once)
    assert evidence_grades.number_heard(found).frame["estimate"].iloc[0] == 2


def test_what_costs_energy_does_not_speak_for_a_practice():
    table = codings({"leadership": 0.6}, meaning="stressor")
    assert isinstance(evidence_grades.heard(voices_of(table)), Absent)


def test_a_rare_theme_is_not_heard():
    found = evidence_grades.heard(voices_of(codings({"learning": 0.1, "leadership": 0.5})))
    row = evidence_grades.number_heard(found).frame.iloc[0]
    assert row["ci_low"] == 1, "only leadership is surely above one in ten"
    assert row["ci_high"] == 3, "learning may be, and so may what has no theme"


def test_grades_count_the_steps_that_were_taken():
    shares = evidence_grades.heard(voices_of(codings({"leadership": 0.4, "learning": 0.4})))
    leaving = associations(leadership_programme=(0.8, 0.9), board_role=(0.95, 1.05))
    absence = associations(leadership_programme=(1.0, 1.1), board_role=(0.8, 0.95))
    found = evidence_grades.grades(shares, leaving, absence)
    steps = found.frame.query("measure == 'steps'").set_index("group")["value"]
    assert steps.to_dict() == {
        **dict.fromkeys(PRACTICES, 0), "leadership_programme": 2, "talent": 1, "board_role": 1,
    }  # fmt: skip
    assert steps.max() == 2, "no practice was tested"
    kinds = {known.kind for known in found.behind}
    assert kinds == {"share", "coefficient", "model fit"}


def test_a_raised_risk_is_no_step():
    leaving = associations(leadership_programme=(1.4, 1.6))
    found = evidence_grades.grades(Absent(("codings",)), leaving, Absent(("individuals",)))
    assert found.frame.query("measure == 'steps'")["value"].max() == 0


def test_both_outcomes_stand_side_by_side():
    leaving = associations(board_role=(0.9, 1.0), own_control=(0.8, 0.9))
    absence = associations(own_control=(0.9, 1.0))
    found = evidence_grades.both_outcomes(leaving, absence)
    assert found.frame["term"].tolist() == [
        "own_control.intention_to_leave", "own_control.work_related_absence",
    ]  # fmt: skip


@pytest.mark.parametrize("frame", [None, codings({}).frame.iloc[:0], codings({}, voices=20).frame])
def test_without_voices_nothing_is_heard(frame):
    shares = evidence_grades.heard(voices_of(DataTable("codings", frame)))
    assert isinstance(shares, Absent)
    nothing = Absent(("individuals",))
    assert isinstance(evidence_grades.grades(shares, nothing, nothing), Absent)
    assert isinstance(evidence_grades.number_heard(shares), Absent)
