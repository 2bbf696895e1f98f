"""Sorted estimates with the choices that made them."""

import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis import formats
from analysis.charts.look import COLOURS, together
from analysis.charts.specifications import choices_of, draw_specifications, told_choices
from analysis.languages import Text
from analysis.methods.results import Estimates
from analysis.publish.alt import alt_of
from tests.charts.frames import DRAWING, specified
from tests.charts.overlap import outside, touching

LABELS = {
    "a": "Organisaties van dezelfde branche", "b": "Organisaties van alle branches samen",
    "x": "Zonder andere kenmerken", "y": "Naast omvang en vier andere kenmerken",
}  # fmt: skip


def many():
    """Return as many estimates as six kinds of choice give."""
    kinds = [("a", "b"), ("x", "y", "z"), ("c", "d"), ("e", "f"), ("g", "h"), ("i", "j")]
    terms = ["+".join(one) for one in itertools.product(*kinds)]
    middle = np.linspace(-12, 2, len(terms))
    return pd.DataFrame(
        {"term": terms, "estimate": middle, "ci_low": middle - 4, "ci_high": middle + 4,
         "unit": "percent_change", "half_step": np.nan}
    )  # fmt: skip


def shown(figure):
    return [text.get_text() for axes in figure.axes for text in axes.texts]


@pytest.mark.parametrize("layout", ["wide", "narrow"])
@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("frame", [specified(), many(), specified().iloc[:1]])
def test_names_and_values_do_not_touch(frame, layout, language):
    drawing = replace(DRAWING, layout=layout, language=language, labels=LABELS, synthetic=True)
    figure = draw_specifications(frame, drawing)
    assert touching(figure) == []
    assert outside(figure) == []


def test_the_choices_stand_below_where_there_is_room():
    wide = draw_specifications(specified(), replace(DRAWING, labels=LABELS))
    assert len(wide.axes) == 2
    assert {text.replace("\n", " ") for text in shown(wide)} >= set(LABELS.values())
    narrow = draw_specifications(specified(), replace(DRAWING, labels=LABELS, layout="narrow"))
    assert len(narrow.axes) == 1, "a phone has no room for a matrix"
    assert len(shown(narrow)) == 3, "the ends and the middle have their value"


def test_what_is_clear_differs_in_fill_and_not_only_in_colour():
    figure = draw_specifications(specified(), DRAWING)
    open_, filled = (one for one in figure.axes[0].collections if hasattr(one, "get_offsets")
                     and len(one.get_offsets()) == 2)  # fmt: skip
    assert np.allclose(open_.get_facecolor()[0][:3], 1), "the unclear ones are not open"
    assert not np.allclose(filled.get_facecolor()[0][:3], 1)
    assert COLOURS[0] != "#FFFFFF"


def test_a_choice_that_all_make_has_no_row():
    frame = specified().assign(term=lambda one: one["term"] + "+z")
    assert choices_of(frame) == [["a", "b"], ["x", "y"]]
    assert told_choices("a+x+z", choices_of(frame), replace(DRAWING, labels=LABELS)) == (
        f"{LABELS['a']} en {LABELS['x']}"
    )


def test_terms_with_other_numbers_of_choices_and_units_are_refused():
    with pytest.raises(ValueError, match="same number of choices"):
        draw_specifications(specified().replace({"term": {"a+x": "a"}}), DRAWING)
    mixed = specified().assign(unit=["percent", *["percent_change"] * 3])
    with pytest.raises(ValueError, match="one unit"):
        draw_specifications(mixed, DRAWING)


def test_what_is_hidden_is_told_and_all_hidden_is_one_sentence():
    frame = specified()
    frame.loc[0, ["estimate", "ci_low", "ci_high"]] = np.nan
    assert "× verborgen" in draw_specifications(frame, DRAWING).get_suptitle()
    nothing = draw_specifications(frame.assign(estimate=np.nan), DRAWING)
    assert shown(nothing) == ["× verborgen"]


def test_the_text_beside_the_figure_tells_the_middle_the_ends_and_how_many_are_clear():
    frame = specified().reindex(columns=list(Estimates.columns)).assign(period="2025JJ00")
    result = Estimates(frame, ("made",), Text(nl="zo", en="so"))
    drawing = replace(DRAWING, labels=LABELS)
    text = alt_of("specifications", "Titel", result, drawing)
    assert "4 combinaties van keuzes" in text
    assert "2 combinaties hebben een interval zonder 0" in text
    assert LABELS["y"] in text, "the choices behind the highest are not told"
    hidden = Estimates(frame.assign(estimate=np.nan), ("made",), Text(nl="zo", en="so"))
    assert "verborgen" in alt_of("specifications", "Titel", hidden, drawing)


@pytest.mark.parametrize(("language", "two"), [("nl", "a en b"), ("en", "a and b")])
def test_many_choices_are_a_list_and_not_a_chain_of_ands(language, two):
    assert together(["a", "b"], language) == two
    assert together(["a", "b", "c"], language) == "a; b; c"


def test_figure_text_and_summary_name_the_same_middle():
    frame = many().reindex(columns=list(Estimates.columns)).assign(period="2025JJ00")
    frame[["estimate", "ci_low", "ci_high"]] += 20
    assert len(frame) % 2 == 0
    middle = frame["estimate"].sort_values().iloc[len(frame) // 2 - 1]
    written = formats.value(middle, "percent_change", "nl")
    assert written in shown(draw_specifications(frame, DRAWING))
    result = Estimates(frame, ("organisation_years",), Text(nl="m", en="m"))
    assert f"In het midden {written}" in alt_of("specifications", "T", result, DRAWING), (
        "of an even number the one nearest zero, as the summary has it"
    )
