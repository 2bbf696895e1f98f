"""Whatever way a table is written, it gives the same rows, columns and types."""

import itertools

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analysis.sources.confidential import CONFIDENTIAL
from analysis.sources.delivered_files import create_view, find_delivered
from analysis.sources.engine import open_engine
from tests.sources import tiny_delivery as tiny
from tests.sources.checking import run_check

FRAMES = tiny.frames()
#: With dates, empty cells, decimals, whole numbers that may be empty.
NAMES = ("pfzw_payslips", "izz_monitor_respondents", "pfzw_organisation_years")


def read(folder, name):
    """The rows of a table as the view gives them, in the order of its key."""
    table = CONFIDENTIAL[name]
    with open_engine() as engine:
        view = create_view(engine, find_delivered(folder)[name])
        kinds = engine.execute(f'DESCRIBE "{view}"').fetchall()
        order = ", ".join(table.key)
        rows = engine.execute(f'SELECT * FROM "{view}" ORDER BY {order}').fetchall()
    return [(row[0], row[1]) for row in kinds], rows


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    folder = tmp_path_factory.mktemp("plain")
    tiny.write_all(folder, {name: FRAMES[name] for name in NAMES})
    return {name: read(folder, name) for name in NAMES}


def place(tmp_path, name):
    table = CONFIDENTIAL[name]
    tiny.write_note(tmp_path / "d", table.supplier)
    return tmp_path / "d" / table.supplier / f"{table.file}.csv"


SEPARATORS = {"comma": (",", "."), "semicolon": (";", ","), "semicolon and point": (";", "."),
              "tab": ("\t", ","), "comma and quoted comma": (",", ",")}  # fmt: skip
ENCODINGS = ("utf-8", "utf-8-sig", "cp1252")
BREAKS = ("\n", "\r\n", "\r")
FORMS = [
    *itertools.product(NAMES, SEPARATORS, ("utf-8",), ("\n",)),
    *itertools.product(NAMES[:1], ("semicolon",), ENCODINGS, BREAKS),
]


@pytest.mark.parametrize(("name", "separator", "encoding", "line_break"), FORMS)
def test_csv_gives_the_same_as_parquet(tmp_path, plain, name, separator, encoding, line_break):
    mark, decimal = SEPARATORS[separator]
    text = tiny.as_text(name, FRAMES[name], decimal=decimal)
    content = text.to_csv(index=False, sep=mark, lineterminator=line_break)
    path = place(tmp_path, name)
    path.write_bytes(content.encode(encoding))
    assert read(tmp_path / "d", name) == plain[name]
    assert not run_check(tmp_path / "d").refused


def test_dutch_dates(tmp_path, plain):
    name = NAMES[0]
    text = tiny.as_text(name, FRAMES[name], date="%d-%m-%Y")
    text["start_date"] = "2020-03-15"
    text.to_csv(place(tmp_path, name), index=False)
    assert read(tmp_path / "d", name) == plain[name]


def test_whole_numbers_with_a_zero_behind(tmp_path, plain):
    name = "izz_monitor_respondents"
    text = tiny.as_text(name, FRAMES[name])
    for column in ("year", "intention_to_leave", "workload_physical_1"):
        text[column] = text[column] + ".0"
    text.to_csv(place(tmp_path, name), index=False)
    assert read(tmp_path / "d", name) == plain[name]


def test_three_decimals_where_others_show_the_mark(tmp_path):
    name = "intrakoop_accounts"
    text = tiny.as_text(name, FRAMES[name], decimal=",")
    text.loc[0, "fte"] = "31,125"
    text.to_csv(place(tmp_path, name), index=False, sep=";")
    kinds, rows = read(tmp_path / "d", name)
    column = [kind[0] for kind in kinds].index("fte")
    assert 31.125 in {row[column] for row in rows}


def test_rows_and_columns_in_any_order_spaces_and_blank_lines(tmp_path, plain):
    name = NAMES[0]
    frame = FRAMES[name].sample(frac=1, random_state=3)
    text = tiny.as_text(name, frame[list(reversed(frame.columns))])
    text["wage"] = "  " + text["wage"] + " "
    lines = text.to_csv(index=False).split("\n")
    place(tmp_path, name).write_text("\n".join([*lines[:9], "", *lines[9:], ""]))
    assert read(tmp_path / "d", name) == plain[name]


def test_several_files_of_both_kinds(tmp_path, plain):
    name = NAMES[0]
    frame = FRAMES[name]
    folder = tmp_path / "d"
    first = place(tmp_path, name)
    tiny.as_text(name, frame[:300]).to_csv(first.with_name("payslips-2023.csv"), index=False)
    tiny.as_text(name, frame[300:500], decimal=",").to_csv(
        first.with_name("payslips_rest.CSV"), index=False, sep=";", encoding="utf-8-sig"
    )
    tiny.write_parquet(folder, name, frame[500:])
    assert read(folder, name) == plain[name]
    report = run_check(folder)
    assert not report.refused
    assert [file.rows for file in report.files] == [None, 300, 460, 200]


def test_cells_with_separators_quotes_and_line_breaks(tmp_path):
    """No column takes such words, but they must not shift the others."""
    name = "fwg_functions"
    text = tiny.as_text(name, FRAMES[name])
    text.loc[0, "function"] = 'kanarie, "x"\r\nvan'
    text.to_csv(place(tmp_path, name), index=False, lineterminator="\r\n")
    report = run_check(tmp_path / "d")
    assert [(p.rule, p.column, p.rows) for p in report.refused] == [("wrong form", "function", 1)]


def test_pandas_and_other_types_of_parquet(tmp_path, plain):
    """Timestamps, dictionaries, floats for whole numbers and text for dates are all read."""
    name = NAMES[0]
    frame = FRAMES[name].copy()
    frame["month"] = pd.to_datetime(frame["month"])
    frame["start_date"] = frame["start_date"].map(lambda day: day.strftime("%Y-%m-%d"))
    frame["end_date"] = pd.to_datetime(frame["end_date"])
    frame["birth_year"] = frame["birth_year"].astype(float)
    frame["sex"] = frame["sex"].astype("category")
    frame["wage"] = frame["wage"].astype(np.float64)
    folder = tmp_path / "d"
    tiny.write_note(folder, "pfzw")
    columns = {
        column: frame[column].astype(
            object if frame[column].dtype == object else frame[column].dtype
        )
        for column in frame
    }
    table = pa.table({c: pa.array(list(v) if v.dtype == object else v, from_pandas=True)
                      for c, v in columns.items()})  # fmt: skip
    pq.write_table(table, folder / "pfzw" / "payslips.parquet")
    assert read(folder, name) == plain[name]


def test_a_long_file_is_read_in_pieces(tmp_path, plain):
    """Larger than a chunk of the pass over its bytes, with marks on the borders of chunks."""
    name = "inventory_interventions"
    rows = 120_000
    frame = pd.DataFrame(
        {
            "intervention": [f"euro_{i:08d}" for i in range(rows)],
            "level": "individual",
            "aim": "source",
            "theme": "workload",
            "overlaps": "none",
            "problem_stated": "yes",
            "coder": "a",
        }
    )
    content = frame.to_csv(index=False, lineterminator="\r\n", sep=";").encode()
    assert len(content) > 4 * 2**20
    place(tmp_path, name).write_bytes(content.replace(b"\r\n", b"\n", 1))
    report = run_check(tmp_path / "d")
    assert not report.refused
    assert report.files[1].rows == rows
