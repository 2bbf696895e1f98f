"""Tables and alt texts: the numbers of the CSV, and a mark for what the airlock kept."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from analysis.charts.look import Drawing
from analysis.charts.options import Options
from analysis.languages import Text
from analysis.methods.results import Aggregate, Curve, Estimates
from analysis.publish import interface
from analysis.publish.alt import alt_of
from analysis.publish.grids import grid_of
from analysis.publish.render import _count, _csv, _span
from tests.charts.frames import (
    bins,
    cells,
    curve,
    pairs,
    paths,
    percentiles,
    profiles,
    series,
    trumpet,
)

METHOD = Text(nl="m", en="m")
NL = Drawing("nl", "wide", synthetic=False, labels={"a": "Alfa", "b": "Bèta"})
EN = Drawing("en", "wide", synthetic=False, labels={"a": "Alfa", "b": "Bèta"})


def aggregate(frame):
    frame = frame.assign(kind="share", n_persons=100.0, n_organisations=20.0)
    return Aggregate(frame[list(Aggregate.columns)], ("t",), METHOD)


def hidden(frame, place=-1):
    frame = frame.reset_index(drop=True)
    frame.loc[frame.index[place], ["value", "status"]] = [np.nan, "suppressed"]
    return frame


def test_percentiles_are_a_row_per_group_with_a_cross_for_what_is_suppressed():
    grid = grid_of(aggregate(percentiles()), NL)
    assert grid.head == ["Onderdeel", "P10", "P25", "Mediaan", "P75", "P90"]
    assert grid.rows[0] == ["Alfa", "4,1%", "5,2%", "6,0%", "7,3%", "9,4%"]
    assert grid.rows[1] == ["Bèta", "×", "5,2%", "6,0%", "7,3%", "×"]
    assert grid.note == "× verborgen om mensen en organisaties te beschermen"
    assert grid_of(aggregate(percentiles()), EN).note == (
        "× hidden to protect people and organisations"
    )


def test_one_group_with_several_measures_keeps_them_all():
    frame = percentiles()
    grid = grid_of(aggregate(frame[frame["group"] == "a"]), NL)
    assert grid.rows == [["Alfa", "4,1%", "5,2%", "6,0%", "7,3%", "9,4%"]]


def test_the_ends_of_an_interval_are_one_column():
    grid = grid_of(aggregate(bins()), EN)
    assert grid.head == ["Item", "x", "y", "y: interval"]
    assert grid.rows[0] == ["Alfa", "10%", "5%", "4% to 6%"]
    assert grid_of(aggregate(hidden(bins())), EN).rows[-1][-1] == "×"


def test_many_measures_stand_below_each_other():
    grid = grid_of(aggregate(trumpet()), NL)
    assert grid.head == ["Onderdeel", "Alfa", "Bèta", "Alle klassen"]
    assert len(grid.rows) == 14
    assert ["P10", "4,1%", "4,1%", "–"] in grid.rows


@pytest.mark.parametrize("frame", [series(), cells()])
def test_every_layout_marks_what_is_suppressed(frame):
    grid = grid_of(aggregate(hidden(frame)), NL)
    assert sum(row.count("×") for row in grid.rows) == 1
    assert interface.SUPPRESSED["nl"] in grid.note


def test_notes_on_provisional_and_suppressed_figures_stand_together():
    frame = hidden(series().assign(status="provisional"))
    assert grid_of(aggregate(frame), EN).note == (
        "* provisional figure; × hidden to protect people and organisations"
    )


def test_a_curve_is_a_row_per_time():
    result = Curve(curve(), ("t",), METHOD)
    grid = grid_of(result, NL)
    assert grid.head[0] == "Tijd"
    assert grid.rows[2] == ["12", "72,0%", "69% tot 75%", "300", "80"]


@pytest.mark.parametrize(
    ("chart", "frame"),
    [("boxes", percentiles()), ("binned", bins()), ("funnel", trumpet()), ("calibration", bins())],
)
def test_alt_text_has_every_number_that_was_released(chart, frame):
    alt = alt_of(chart, "Titel", aggregate(frame), EN)
    for value in frame["value"].dropna():
        assert f"{round(value, 1):g}" in alt.replace(",", "")
    assert alt.startswith(f"{interface.CHART_KINDS[chart]['en']}: Titel. Alfa: ")


def test_alt_text_says_what_was_suppressed_once():
    alt = alt_of("boxes", "Titel", aggregate(percentiles()), NL)
    assert "Bèta: P25 5,2%, Mediaan 6%, P75 7,3%, verborgen: P10, P90." in alt
    assert alt.count("om mensen en organisaties te beschermen") == 1
    lines = alt_of("lines", "Titel", aggregate(hidden(series())), NL)
    assert "nan" not in lines
    dots = aggregate(hidden(pd.concat([cells()[:1], cells()[2:3]])))
    assert "Bèta: verborgen." in alt_of("dots", "Titel", dots, NL)


def test_alt_text_of_a_curve_has_its_ends_and_those_still_followed():
    alt = alt_of("steps", "Titel", Curve(curve(), ("t",), METHOD), EN)
    assert "Time 0: 100.0% (100% to 100%), 500 still followed." in alt
    assert "Time 30: 61.0% (55% to 66%), 40 still followed." in alt


def test_a_curve_has_no_period_and_says_how_many_were_followed():
    result = Curve(curve(), ("t",), METHOD)
    assert _span(result.frame) is None
    assert _count(result.frame).en == "at most 500 people followed at the same time (rounded)"
    written = _csv(result, Options(), synthetic=True).splitlines()
    assert written[0] == "time,value,ci_low,ci_high,at_risk,events,data"
    assert written[2] == "6,90,88,92,420,50,synthetic"


def test_measures_that_methods_name_have_labels_in_the_csv():
    head, first = _csv(aggregate(percentiles()), Options(), synthetic=False).splitlines()[:2]
    assert head.endswith("measure_nl,measure_en,data")
    assert first.endswith("P10,P10,real")


def estimated(frame):
    known = {"p_value": 0.01, "df": 20.0, "period": "2025JJ00", "half_step": np.nan}
    frame = frame.assign(n=frame.get("n", 500.0), n_organisations=60.0, **known)
    return Estimates(frame[list(Estimates.columns)], ("t",), METHOD)


def test_pairs_are_a_row_per_left_name_and_a_column_per_right_name():
    drawing = Drawing("nl", "wide", synthetic=False, labels={**NL.labels, "x": "Binnen"})
    grid = grid_of(estimated(pairs()), drawing, "pairs")
    assert grid.head == [
        "Onderdeel", "Binnen (standaarddeviaties)", "y (standaarddeviaties)", "Personen (afgerond)"
    ]  # fmt: skip
    assert grid.rows[0] == ["Alfa", "0,31 (0,23 tot 0,39)", "0,10 (0,02 tot 0,18)", "500"]
    assert grid.note == "tussen haakjes het 95%-interval"


def test_what_is_counted_stands_in_the_head_and_below_the_figure():
    frame = estimated(pairs()).frame
    points = dataclasses.replace(NL, counted="action_points")
    assert grid_of(estimated(pairs()), points, "pairs").head[-1] == "Actiepunten (afgerond)"
    assert _count(frame, "action_points").en == "500 action points in 60 organisations (rounded)"
    listed = frame.assign(n_organisations=np.nan).head(1)
    assert _count(listed, "interventions").nl == "500 interventies"
    assert _count(listed).nl == "500 gepubliceerde cijfers"


def banded(frame):
    """The first row as a band of a third, as the airlock releases it."""
    row = {"estimate": 83.3, "ci_low": 66.7, "ci_high": 100.0, "half_step": 0.0, "unit": "percent"}
    frame = frame.copy()
    frame.loc[0, list(row)] = list(row.values())
    return frame


def test_a_band_in_brackets_is_not_called_an_interval():
    found = estimated(pairs("percent"))
    found = Estimates(banded(found.frame), found.tables, found.method)
    note = grid_of(found, NL, "pairs").note
    assert "band" in note
    assert "interval" not in note


def test_a_table_of_bands_shows_the_bands_and_not_only_their_middle():
    found = estimated(pairs("percent"))
    found = Estimates(banded(found.frame).iloc[:1], found.tables, found.method)
    grid = grid_of(found, NL, "dots")
    assert "Band" in grid.head
    assert "Interval" not in grid.head
    assert "66,7% tot 100,0%" in grid.rows[0]
    assert "83,3%" not in grid.rows[0]
    assert "–" not in grid.rows[0], "where nothing is estimated there is no column for it"
    assert len(grid.head) == len(grid.rows[0])


def test_beside_an_estimate_a_band_has_none():
    found = estimated(pairs("percent"))
    found = Estimates(banded(found.frame), found.tables, found.method)
    grid = grid_of(found, NL, "dots")
    assert grid.rows[0][grid.head.index("Uitkomst")] == "–"
    assert grid.rows[1][grid.head.index("Uitkomst")] != "–"


def test_pairs_on_different_people_say_how_many_per_column():
    frame = pairs("percentage_points").assign(n=[500.0, 300.0, 500.0, np.nan]).iloc[:3]
    grid = grid_of(estimated(frame), EN, "pairs")
    assert grid.head == ["Item", "x", "y", "People (rounded): x", "People (rounded): y"]
    assert grid.rows[0][-2:] == ["500", "300"]
    assert grid.rows[1][2:] == ["–", "500", "–"]


def test_pairs_of_several_periods_and_those_in_a_table_are_a_row_per_term():
    result = estimated(pairs())
    assert len(grid_of(result, NL).rows) == 4
    result.frame["period"] = ["2024JJ00", "2025JJ00"] * 2
    assert len(grid_of(result, NL, "pairs").rows) == 4


def test_a_missing_estimate_was_hidden():
    frame = pairs()
    frame.loc[0, ["estimate", "ci_low", "ci_high"]] = np.nan
    result = estimated(frame)
    assert grid_of(result, NL).rows[0][1:3] == ["×", "×"]
    assert grid_of(result, NL, "pairs").rows[0][1] == "×"
    assert "Alfa: x: verborgen." in alt_of("pairs", "Titel", result, NL)


def test_alt_text_of_pairs_has_every_estimate_with_its_interval():
    alt = alt_of("pairs", "Titel", estimated(pairs()), EN)
    assert alt.startswith("Dot chart side by side: Titel. Alfa: x: 0.31 (0.23 to 0.39).")
    assert "Bèta: x: −0.20 (−0.28 to −0.12)." in alt


OVER = dataclasses.replace(NL, axis="Drempel", highlight=("a",))


def test_profiles_are_a_row_per_place_in_the_order_of_the_axis():
    grid = grid_of(aggregate(profiles()[::-1]), OVER, "profiles")
    assert grid.head == ["Drempel", "c", "Bèta", "Alfa"]
    assert grid.rows[0] == ["0,5", "10,0%", "30,0%", "60,5%"]
    assert grid.rows[1] == ["5", "11,0%", "×", "42,0%"]
    assert grid.note == "× verborgen om mensen en organisaties te beschermen"


def test_many_profiles_are_a_row_per_group():
    frame = pd.concat([profiles().query("group == 'a'").assign(group=f"g{n}") for n in range(8)])
    grid = grid_of(aggregate(frame.assign(unit="index")), OVER, "profiles")
    assert grid.head == ["Onderdeel / Drempel", "0,5", "5", "10", "20"]
    assert grid.rows[0] == ["g0 (index)", "60,500", "42,000", "31,000", "12,000"]


def test_alt_text_of_profiles_tells_those_that_stand_out_and_the_top_of_the_others():
    alt = alt_of("profiles", "Titel", aggregate(profiles()), OVER)
    assert "As: Drempel." in alt
    assert "Alfa: 60,5% bij 0,5, 12% bij 20; hoogste 60,5% bij 0,5, laagste 12% bij 20." in alt
    assert "Bèta: hoogste 30% bij 0,5." in alt
    assert "Verborgen om mensen en organisaties te beschermen." in alt
    nothing = profiles().assign(value=np.nan, status="suppressed")
    assert "Alfa: verborgen." in alt_of("profiles", "Titel", aggregate(nothing), OVER)


def test_a_measure_at_a_place_is_named_by_the_number():
    written = _csv(aggregate(profiles()), Options(), synthetic=True).splitlines()[1]
    assert '"bij 0,5",at 0.5' in written


def test_paths_say_from_where_to_where():
    grid = grid_of(estimated(paths()), NL, "paths")
    assert grid.head == ["Van", "Naar", "Uitkomst", "Interval", "Personen (afgerond)"]
    assert grid.rows[0] == ["Alfa", "m", "0,31", "0,23 tot 0,39", "500"]
    alt = alt_of("paths", "Titel", estimated(paths()), NL)
    assert alt.startswith("Padendiagram: Titel. Alfa naar m: 0,31 (0,23 tot 0,39).")
    assert "Bèta to m: −0.20 (−0.28 to −0.12)." in alt_of("paths", "T", estimated(paths()), EN)


def test_a_head_does_not_repeat_a_unit_that_its_cells_have():
    frame = pd.DataFrame(
        {
            "group": ["a", "a", "b", "b"], "measure": ["cost", "ill"] * 2, "period": "2024JJ00",
            "value": [281.0, 5560.0, 563.0, 11100.0], "unit": ["million_euro", "people"] * 2,
            "status": "final",
        }
    )  # fmt: skip
    labels = {**NL.labels, "cost": "Kosten", "ill": "Minder zieken"}
    grid = grid_of(aggregate(frame), dataclasses.replace(NL, labels=labels))
    assert grid.head == ["Onderdeel", "Kosten", "Minder zieken (mensen)"]
    assert grid.rows[0] == ["Alfa", "€\xa0281 miljoen", "5.560"]


def test_a_table_by_period_never_drops_a_figure():
    twice = pd.concat([series(), series().assign(measure="other")])
    with pytest.raises(ValueError, match="one figure of each"):
        grid_of(aggregate(twice), NL)


def test_what_is_calculated_is_not_called_a_count():
    found = estimated(pairs("percent"))
    frame = found.frame.copy()
    frame.loc[0, ["ci_low", "ci_high", "half_step"]] = [np.nan, np.nan, 0.0]
    counted = grid_of(Estimates(frame, found.tables, found.method), NL, "dots")
    assert interface.COMPLETE_COUNT.nl in counted.rows[0]
    derived = frame.assign(n_organisations=np.nan)
    calculated = grid_of(Estimates(derived, found.tables, found.method), NL, "dots")
    assert interface.CALCULATED.nl in calculated.rows[0]
