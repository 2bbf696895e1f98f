"""Each chart passes the reader beside its own CSV, and one more mark than rows does not."""

import json
from dataclasses import replace

import pandas as pd
import pytest

from analysis.airlock.reader.check import check_folder
from analysis.airlock.reader.pictures import _WORDS, _is_explained, _words, check_svg
from analysis.charts import CHARTS
from analysis.charts.look import to_svg
from analysis.charts.options import read_options
from analysis.formats import UNIT_LABELS
from analysis.languages import LANGUAGES, Text
from analysis.methods.results import Aggregate, Curve, Estimates
from analysis.publish.alt import alt_of
from analysis.publish.grids import grid_of
from analysis.publish.render import _csv
from tests.airlock.reader import small
from tests.charts.frames import DRAWING, FRAMES, OPTIONS

METHOD = Text(nl="m", en="m")
PLACE = "exhibits/1.2-reach"


def result_of(frame):
    kind = Curve if "time" in frame else Estimates if "term" in frame else Aggregate
    filled = {"n": 100.0, "n_organisations": 20.0, "n_persons": 100.0, "half_step": 0.05}
    filled |= {"kind": "share", "period": "2025JJ00"}
    missing = {column: filled.get(column) for column in kind.columns if column not in frame}
    return kind(frame.assign(**missing)[list(kind.columns)], ("absence",), METHOD)


def publish(folder, chart, frame):
    """Write a figure in the place of the one in the small release, in all its pictures."""
    small.make_release(folder)
    result = result_of(frame)
    labels = {key: {"nl": name, "en": name} for key, name in DRAWING.labels.items()}
    options = read_options("reach", {"labels": labels, **OPTIONS.get(chart, {}).get("given", {})})
    drawn = OPTIONS.get(chart, {}).get("drawn", {})
    drawings = {
        language: replace(DRAWING, language=language, synthetic=True, **drawn)
        for language in LANGUAGES
    }
    small.write(folder / PLACE / "reach.csv", _csv(result, options, synthetic=True))
    about = small.exhibit(
        "reach", "figure", title=small.both("Titel"), method=small.both("m"),
        grid={language: grid_of(result, drawing, chart).model_dump(mode="json")
              for language, drawing in drawings.items()},
        alt={language: alt_of(chart, "Titel", result, drawing)
             for language, drawing in drawings.items()},
    )  # fmt: skip
    small.write_json(folder / PLACE / "reach.json", about)
    for language, drawing in drawings.items():
        for layout, end in (("wide", ""), ("narrow", ".narrow")):
            svg = to_svg(CHARTS[chart](frame, replace(drawing, layout=layout)))
            small.write(folder / PLACE / f"reach.{language}{end}.svg", svg)
    path = folder / "disclosure.json"
    entries = json.loads(path.read_text())["exhibits"]
    entries[0] = small.entry("reach", "figure", ["absence"], public=True)
    small.write_json(path, {"exhibits": entries})
    small.declare(folder)


def told(folder):
    return "\n".join(map(str, check_folder(folder)))


@pytest.mark.parametrize("chart", CHARTS)
def test_a_figure_passes_beside_its_csv(tmp_path, chart):
    publish(tmp_path / "r", chart, FRAMES[chart])
    assert told(tmp_path / "r") == ""


@pytest.mark.parametrize("chart", [one for one in CHARTS if one not in ("matrix", "boxes")])
def test_a_figure_with_more_marks_than_rows_does_not_pass(tmp_path, chart):
    publish(tmp_path / "r", chart, FRAMES[chart])
    path = tmp_path / "r" / PLACE / "reach.nl.svg"
    svg = path.read_text()
    extra = '<use xlink:href="#C0_0_0123456789" x="1" y="2"/>' * 3 * len(FRAMES[chart])
    path.write_text(svg.replace("</svg>", f'<g id="PathCollection_9">{extra}</g></svg>'))
    small.declare(tmp_path / "r")
    assert "more marks than there are rows" in told(tmp_path / "r")


LINE = "M 0 0 " + " ".join(f"L {step} {step % 7}" for step in range(1500))
USES = '<use xlink:href="#m0123456789" x="1" y="2"/>' * 200
#: Where somebody could hide the points of people beside the marks of a chart.
HIDING = {
    "an area": (f'<g id="patch_90"><path d="{LINE}"/></g>', "areas with more corners"),
    "a definition": (f'<defs><path id="m0123456789" d="{LINE}"/></defs>', "definitions that no"),
    "a letter": (f'<defs><path id="DejaVuSans-41" d="{LINE}"/></defs>', "definitions that no"),
    "letters": (
        "<defs>"
        + "".join(f'<path id="DejaVuSans-{code:x}" d="M 1 2"/>' for code in range(300, 450))
        + "</defs>",
        "definitions that no",
    ),
    "a tick": (f'<g id="xtick_90"><path d="{LINE}"/></g>', "marks on an axis that are no ticks"),
    "marks of a tick": (f'<g id="ytick_90">{USES}</g>', "marks on an axis that are no ticks"),
    "ticks": ("".join(f'<g id="xtick_{n}"/>' for n in range(90, 160)), "more ticks than axes have"),
    "a rectangle": ('<rect x="1" y="2" width="3" height="4"/>', "a rectangle that cuts nothing"),
    "cuts": ('<defs><clipPath id="p0123456789">' + '<rect x="1" y="2"/>' * 9 + "</clipPath></defs>",
             "definitions that no"),
}  # fmt: skip
#: Charts of areas, of marks, of bars and of choices.
HIDDEN_IN = ("stacked", "alluvial", "contributions", "events", "specifications", "tornado")


@pytest.mark.parametrize("chart", HIDDEN_IN)
def test_points_hidden_beside_the_marks_are_found(tmp_path, chart):
    publish(tmp_path / "r", chart, FRAMES[chart])
    name = f"{PLACE}/reach.en.svg"
    svg = (tmp_path / "r" / name).read_text()
    for place, (hidden, expected) in HIDING.items():
        content = svg.replace("</svg>", f"{hidden}</svg>").encode()
        found = check_svg(name, content, rows=len(FRAMES[chart]), texts="", explains=lambda _: True)
        assert expected in "\n".join(map(str, found)), f"points in {place}"


@pytest.mark.parametrize("chart", HIDDEN_IN)
def test_a_value_that_the_table_does_not_show_is_found(tmp_path, chart):
    publish(tmp_path / "r", chart, FRAMES[chart])
    path = tmp_path / "r" / PLACE / "reach.csv"
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    column = "estimate" if "estimate" in table else "value"
    table.loc[1, column] = "71.6"
    table.to_csv(path, index=False, lineterminator="\n")
    small.declare(tmp_path / "r")
    assert "1 values that its texts do not show" in told(tmp_path / "r")


def test_words_of_a_legend_are_taken_out_whole():
    words = {"zonder", "overnachting"}
    assert _is_explained("Zonder overnachting", words, lambda _: True)
    assert _is_explained("Grijze lijn: alle samen, 6,5%.", words, lambda text: "6,5" in text)
    assert _is_explained("is het 95%-interval.", words, lambda _: False)
    assert not _is_explained("Jan onder", words, lambda _: True)


def test_axes_may_name_every_unit():
    for labels in UNIT_LABELS.values():
        for label in labels.values():
            assert set(_words(label)) <= _WORDS, label
