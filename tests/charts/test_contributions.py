"""Parts that add up to a total, each starting where the one before it ends."""

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.patches import Rectangle

from analysis.charts.contributions import bars_of, draw_contributions
from tests.charts.frames import DRAWING, contributions
from tests.charts.overlap import outside, touching

LONG = {
    "a": "Verschil in verzuim tussen de twee groepen branches, ongecorrigeerd",
    "b": "Overhead: bestuur, staf en ondersteuning, als deel van de lasten",
    "c": "Spreiding over geldstromen",
    "d": "Wat geen van deze kenmerken verklaart",
}
TOTAL = replace(DRAWING, labels=LONG, highlight=("a",))


def written(figure):
    return [text.get_text() for text in figure.axes[0].texts]


@pytest.mark.parametrize("layout", ["wide", "narrow"])
@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("sign", [1, -1])
def test_long_names_and_values_do_not_touch(layout, language, sign):
    frame = contributions(sign * np.array([1.7, 1.0, -0.1, 0.8]))
    drawing = replace(TOTAL, layout=layout, language=language, synthetic=True)
    figure = draw_contributions(frame, drawing)
    assert touching(figure) == []
    assert outside(figure) == []


def test_parts_start_where_the_one_before_ends_and_reach_the_total():
    bars = bars_of(contributions(), ("a",))
    assert list(bars.total) == [True, False, False, False]
    assert bars.starts == pytest.approx([0, 0, 1.0, 0.9])
    assert bars.ends == pytest.approx([1.7, 1.0, 0.9, 1.7])


def test_a_total_below_its_parts_changes_nothing_of_them():
    frame = contributions().iloc[[1, 2, 3, 0]]
    assert bars_of(frame, ("a",)).ends == pytest.approx([1.0, 0.9, 1.7, 1.7])


def test_after_a_hidden_part_all_bars_start_at_zero_and_the_figure_says_so():
    frame = contributions()
    frame.loc[2, ["estimate", "ci_low", "ci_high"]] = np.nan
    assert bars_of(frame, ("a",)).starts == pytest.approx([0, 0, 0, 0])
    figure = draw_contributions(frame, TOTAL)
    assert "×" in written(figure)
    assert "begint elke balk bij nul" in figure.get_suptitle().replace("\n", " ")


def test_what_takes_away_differs_in_more_than_colour():
    figure = draw_contributions(contributions(), TOTAL)
    bars = [one for one in figure.axes[0].patches if isinstance(one, Rectangle)]
    assert [tuple(bar.get_facecolor()[:3]) == (1, 1, 1) for bar in bars] == [
        False,
        False,
        True,
        False,
    ]
    assert "−0,1" in written(figure)
    assert "trekt eraf" in figure.get_suptitle()
    only_adding = contributions((1.7, 1.0, 0.1, 0.6))
    assert "trekt eraf" not in draw_contributions(only_adding, TOTAL).get_suptitle()


def test_the_interval_stands_at_the_end_of_its_bar():
    figure = draw_contributions(contributions(), TOTAL)
    segments = next(
        one.get_segments() for one in figure.axes[0].collections if len(one.get_segments()) == 4
    )
    assert [list(one[:, 0]) for one in segments] == [
        pytest.approx(ends) for ends in ([1.4, 2.0], [0.7, 1.3], [0.6, 1.2], [1.4, 2.0])
    ]
    without = contributions().assign(ci_low=np.nan, ci_high=np.nan)
    assert "interval" not in draw_contributions(without, TOTAL).get_suptitle()


def test_several_units_and_totals_without_parts_are_refused():
    frame = contributions()
    frame.loc[0, "unit"] = "percent"
    with pytest.raises(ValueError, match="contributions have one unit; these have 2"):
        draw_contributions(frame, TOTAL)
    with pytest.raises(ValueError, match="need a part beside the totals"):
        draw_contributions(contributions().iloc[:1], TOTAL)


def test_all_hidden_is_one_sentence():
    frame = contributions().assign(estimate=np.nan)
    assert written(draw_contributions(frame, TOTAL)) == ["× verborgen"]
