"""Every way in which a file or a note breaks: one message each, and no cell in it."""

import io
import json
import os
import shutil

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from analysis.cli import main
from analysis.errors import DeliveryError
from analysis.sources.check import check_deliveries
from analysis.sources.delivered_files import create_view, find_delivered
from analysis.sources.engine import open_engine
from tests.conftest import preventieplan
from tests.sources import tiny_delivery as tiny
from tests.sources.checking import CANARY, found, run_check

NAME = "vernet_absence"
FRAME = tiny.frames()[NAME]
CSV, PARQUET = "vernet/absence.csv", "vernet/absence.parquet"


def csv_bytes(separator=",", decimal=".") -> bytes:
    text = tiny.as_text(NAME, FRAME, decimal=decimal)
    return text.to_csv(index=False, sep=separator).encode()


def parquet_bytes(folder) -> bytes:
    return tiny.write_parquet(folder / "whole", NAME, FRAME).read_bytes()


@pytest.fixture
def folder(tmp_path):
    tiny.write_note(tmp_path / "d", "vernet")
    return tmp_path / "d"


def sub(old, new, times=1):
    def mutate(content: bytes) -> bytes:
        assert old.encode() in content
        return content.replace(old.encode(), new.encode(), times)

    return mutate


def cell(column, value, row=1):
    """Put a value in a cell of a CSV file, as it stands there."""

    def mutate(content: bytes) -> bytes:
        lines = content.decode().split("\n")
        cells = lines[row].split(",")
        cells[lines[0].split(",").index(column)] = value
        lines[row] = ",".join(cells)
        return "\n".join(lines).encode()

    return mutate


def in_column(column, change):
    """Change every cell of a column of a CSV file with semicolons."""

    def mutate(content: bytes) -> bytes:
        header, *lines = content.decode().split("\n")
        place = header.split(";").index(column)
        rows = [line.split(";") for line in lines if line]
        for i, row in enumerate(rows):
            row[place] = change(i, row[place])
        return "\n".join([header, *(";".join(row) for row in rows), ""]).encode()

    return mutate


_RATE = "absence_rate"
#: What is done to a CSV file with commas, and the one problem: rule, column, rows.
CSV_FAULTS = {
    "zero bytes": (lambda c: b"", "empty file", None, None),
    "spaces only": (lambda c: b"  \n \n", "empty file", None, None),
    "byte order mark only": (lambda c: b"\xef\xbb\xbf", "empty file", None, None),
    "header only": (lambda c: c.split(b"\n")[0] + b"\n", "no rows", None, None),
    "no line break at the end": (lambda c: c[:-1], "cut off", None, None),
    "cut off in a row": (lambda c: c[:-30], "cut off", None, None),
    "cut off in the header": (lambda c: c[:20], "cut off", None, None),
    "last row short": (lambda c: c + b"kanarie,2024\n", "number of cells", None, 1),
    "row too long": (cell("organisation", f"{CANARY},x", row=2), "number of cells", None, 1),
    "quote not closed": (cell("function_group", f'"{CANARY}'), "quote not closed", None, None),
    "text behind a quote": (
        cell("function_group", f'"all"{CANARY}'), "quotes or length of a cell", None, 1,
    ),
    "cell of three megabytes": (
        cell("function_group", CANARY * 500_000), "quotes or length of a cell", None, None,
    ),
    "UTF-16": (lambda c: c.decode().encode("utf-16"), "UTF-16", None, None),
    "UTF-16 without a mark": (lambda c: c.decode().encode("utf-16-le"), "UTF-16", None, None),
    "nothing but NUL": (lambda c: b"\0" * 5000, "not text", None, None),
    "a NUL inside": (sub("all,all", "all,\0all"), "not text", None, None),
    "binary junk": (lambda c: bytes(range(256)) * 40, "not text", None, None),
    "another code page": (lambda c: c.replace(b"all", b"a\x81l"), "unknown encoding", None, None),
    "Parquet named CSV": (lambda c: b"PAR1" + bytes(100) + b"PAR1", "not text", None, None),
    "a spreadsheet named CSV": (lambda c: b"PK\x03\x04" + bytes(200), "not text", None, None),
    "no header": (lambda c: c.split(b"\n", 1)[1], "no header", None, None),
    "another separator": (lambda c: c.replace(b",", b"|"), "no header", None, None),
    "column twice": (sub("frequency", _RATE), "column twice", _RATE, None),
    "column twice in other letters": (sub("frequency", "Absence_Rate"), "column twice", "Absence_Rate", None),
    "column missing": (
        lambda c: pd.read_csv(io.BytesIO(c), dtype=str).drop(columns="frequency").to_csv(index=False).encode(),
        "column missing", "frequency", None,
    ),
    "name in other letters": (sub("frequency", "Frequency"), "name in other letters", "Frequency", None),
    "words for numbers": (cell(_RATE, CANARY), "type", _RATE, 1),
    "NA is a word": (cell(_RATE, "NA"), "type", _RATE, 1),
    "infinite": (cell(_RATE, "inf"), "type", _RATE, 1),
    "not a number": (cell(_RATE, "nan"), "type", _RATE, 1),
    "beyond all numbers": (cell(_RATE, "1e999"), "type", _RATE, 1),
    "underscores": (cell(_RATE, "7_5"), "type", _RATE, 1),
    "a percent sign": (cell(_RATE, "7.25%"), "type", _RATE, 1),
    "a fraction for a whole number": (cell("year", "2023.5"), "type", "year", 1),
    "a huge whole number": (cell("year", "9" * 30), "type", "year", 1),
    "comma among points": (cell(_RATE, '"7,25"', row=2), "two decimal marks", _RATE, 1),
    "thousands among points": (cell("person_years", '"1,036.0"'), "thousands separator", "person_years", 1),
    "thousands twice": (cell("person_years", "1.234.567"), "thousands separator", "person_years", 1),
    "thousands in a year": (cell("year", "2.023"), "thousands separator", "year", 1),
    "missing key": (cell("organisation", ""), "missing", "organisation", 1),
    "spaces are empty": (cell("organisation", "   "), "missing", "organisation", 1),
    "quoted and empty": (cell("organisation", '""'), "missing", "organisation", 1),
    "capital pseudonym": (
        lambda c: c.replace(FRAME["organisation"][0].encode(), FRAME["organisation"][0].upper().encode(), 1),
        "wrong form", "organisation", 1,
    ),
}  # fmt: skip


#: What follows unavoidably when a row of an organisation cannot be used.
FOLLOW = {
    "no row for all", "parts do not add up to the organisation", "year missing in between",
    "person-years without a rate",
}  # fmt: skip


@pytest.mark.parametrize("fault", CSV_FAULTS)
def test_a_broken_csv_gives_one_message(folder, fault):
    mutate, rule, column, rows = CSV_FAULTS[fault]
    (folder / CSV).write_bytes(mutate(csv_bytes()))
    report = run_check(folder)
    direct = [problem for problem in report.refused if problem.rule not in FOLLOW]
    assert [(p.place, p.rule, p.column) for p in direct] == [(CSV, rule, column)]
    if rows is not None:
        assert direct[0].rows == rows
    if rule not in ("type", "missing", "wrong form", "two decimal marks", "thousands separator"):
        assert direct == list(report.refused)


@pytest.mark.parametrize(
    "fault", [f for f in CSV_FAULTS if CSV_FAULTS[f][1] not in ("missing", "wrong form")]
)
def test_a_view_of_a_broken_csv_is_refused_too(folder, fault):
    """Linkage reads through the view: what does not convert must not become empty cells."""
    (folder / CSV).write_bytes(CSV_FAULTS[fault][0](csv_bytes()))
    with open_engine() as engine, pytest.raises(DeliveryError, match="vernet/absence") as error:
        create_view(engine, find_delivered(folder)[NAME])
    assert CANARY not in str(error.value)


@pytest.mark.parametrize("named", ["close", "plain", "canary", "number", "pseudonym"])
def test_an_unexpected_column_is_refused_without_repeating_data(folder, named):
    name = {
        "close": "absense_rate",
        "plain": "salary",
        "canary": f"{CANARY} 1,5",
        "number": "987654321",
        "pseudonym": "f" * 32,
    }[named]
    frame = tiny.as_text(NAME, FRAME).assign(**{name: CANARY})
    frame.to_csv(folder / CSV, index=False)
    shown = name if named == "close" else "#10"
    if named == "canary":
        report = check_deliveries(folder)
        assert found(report) == [(CSV, "unexpected column", "#10")]
    else:
        assert found(run_check(folder)) == [(CSV, "unexpected column", shown)]


#: Thousands and decimals in a file with semicolons, where nothing else says what a point means.
AMBIGUOUS = {
    "three decimals everywhere": (lambda i, v: "1.234", 60),
    "three decimals with commas elsewhere": (lambda i, v: "1.234" if i == 0 else v, 1),
}


@pytest.mark.parametrize("case", AMBIGUOUS)
def test_what_may_be_thousands_is_not_guessed(folder, case):
    change, rows = AMBIGUOUS[case]
    content = csv_bytes(";", ",")
    if rows == 60:
        text = tiny.as_text(NAME, FRAME).replace({r"\.\d+$": ""}, regex=True)
        content = text.to_csv(index=False, sep=";").encode()
    (folder / CSV).write_bytes(in_column("mean_duration", change)(content))
    report = run_check(folder)
    assert found(report) == [(CSV, "thousands separator", "mean_duration")]
    assert report.refused[0].rows == rows


#: What is done to a Parquet file, and the rule.
PARQUET_FAULTS = {
    "zero bytes": (lambda c: b"", "empty file"),
    "text": (lambda c: csv_bytes(), "not Parquet"),
    "cut off": (lambda c: c[: len(c) // 2], "cut off"),
    "last byte lost": (lambda c: c[:-1], "cut off"),
    "four bytes": (lambda c: b"PAR1", "cut off"),
    "footer broken": (lambda c: c[:-40] + b"\xff" * 32 + c[-8:], "damaged"),
    "pages broken": (lambda c: c[:4] + b"\xff" * 3000 + c[3004:], "damaged"),
}


@pytest.mark.parametrize("fault", PARQUET_FAULTS)
def test_a_broken_parquet_gives_one_message(folder, tmp_path, fault):
    mutate, rule = PARQUET_FAULTS[fault]
    (folder / PARQUET).write_bytes(mutate(parquet_bytes(tmp_path)))
    assert found(run_check(folder)) == [(PARQUET, rule, None)]


def test_a_parquet_without_rows(folder):
    tiny.write_parquet(folder, NAME, FRAME.iloc[:0])
    assert found(run_check(folder)) == [(PARQUET, "no rows", None)]


def test_a_parquet_with_a_column_twice(folder):
    path = tiny.write_parquet(folder, NAME, FRAME)
    table = pq.read_table(path)
    pq.write_table(table.append_column("frequency", table["frequency"]), path)
    assert found(run_check(folder)) == [(PARQUET, "column twice", "frequency")]


#: Column of a Parquet file with another type: values, type, and whether it is refused.
PARQUET_TYPES = {
    "years as decimals": ("year", lambda v: float(v), pa.float64(), None),
    "years as small integers": ("year", int, pa.uint16(), None),
    "years with halves": ("year", lambda v: v + 0.5, pa.float64(), "type"),
    "years as words": ("year", lambda v: CANARY, pa.string(), "type"),
    "rates not a number": ("absence_rate", lambda v: float("nan"), pa.float64(), "type"),
    "rates infinite": ("absence_rate", lambda v: float("inf"), pa.float64(), "type"),
    "rates as integers": ("absence_rate", lambda v: 7, pa.int32(), None),
    "rates as text": ("absence_rate", lambda v: "7,25", pa.string(), None),
    "groups as bytes": ("function_group", lambda v: v.encode(), pa.binary(), "type"),
    "groups as a dictionary": ("function_group", str, pa.dictionary(pa.int8(), pa.string()), None),
    "years as dates": ("year", lambda v: None, pa.date32(), "missing"),
    "groups as lists": ("function_group", lambda v: [v], pa.list_(pa.string()), "type"),
}


@pytest.mark.parametrize("case", PARQUET_TYPES)
def test_types_of_a_parquet(folder, case):
    column, change, kind, rule = PARQUET_TYPES[case]
    path = tiny.write_parquet(folder, NAME, FRAME)
    table = pq.read_table(path)
    array = pa.array([change(value) for value in FRAME[column]], kind, from_pandas=False)
    place = table.column_names.index(column)
    pq.write_table(table.set_column(place, column, array), path)
    report = run_check(folder)
    if rule is None:
        assert not report.refused
    else:
        direct = [p for p in report.refused if p.rule not in FOLLOW | {"row repeated"}]
        assert [(p.place, p.rule, p.column) for p in direct] == [(PARQUET, rule, column)]
        assert direct[0].rows == len(FRAME)


DATES = {
    "a month thirteen": ("2024-13-01", "type"),
    "the thirtieth of February": ("2024-02-30", "type"),
    "American": ("12-31-2024", "type"),
    "slashes": ("31/12/2024", "type"),
    "two digits of a year": ("31-12-24", "type"),
    "with a time": ("2024-12-31 13:00:00", "type"),
    "a word": (CANARY, "type"),
    "Dutch among others": ("31-12-2024", "two forms of dates"),
}


@pytest.mark.parametrize("case", DATES)
def test_dates_that_are_none(tmp_path, case):
    value, rule = DATES[case]
    name = "programme_participants"
    text = tiny.as_text(name, tiny.frames()[name])
    text.loc[0, "start_date"] = value
    tiny.write_note(tmp_path / "d", "programme")
    text.to_csv(tmp_path / "d" / "programme" / "participants.csv", index=False)
    report = run_check(tmp_path / "d")
    assert found(report) == [("programme/participants.csv", rule, "start_date")]
    assert (report.refused[0].rows, report.refused[0].of) == (1, 5)


def written(change):
    return json.dumps(change)


_NOTE = "vernet/delivery.json"
#: What stands in delivery.json, and the problem: rule and key.
NOTES = {
    "missing": (None, "note missing", None),
    "empty": ("", "note is not JSON", None),
    "cut off": ('{"supplier": "kanarie', "note is not JSON", None),
    "not UTF-8": (b'{"supplier": "\xff"}', "note is not JSON", None),
    "nested without end": ("[" * 100_000, "note is not JSON", None),
    "a list": ("[]", "note does not fit", None),
    "unknown key": (written(tiny.note("vernet", key_fingerprints=CANARY)), "unknown key", "key_fingerprints"),
    "unknown key that is data": (
        written({**tiny.note("vernet"), "kanarie 98765": 1}), "unknown key", "#5",
    ),
    "other supplier": (written(tiny.note("pfzw")), "other supplier", "supplier"),
    "fingerprint too short": (
        written(tiny.note("vernet", key_fingerprint="abc")), "note does not fit", "key_fingerprint",
    ),
    "no fingerprint": (written(tiny.note("vernet", key_fingerprint=None)), "no fingerprint", "key_fingerprint"),
    "edition a number": (written(tiny.note("vernet", edition=2025)), "note does not fit", "edition"),
    "edition missing": (
        written({k: v for k, v in tiny.note("vernet").items() if k != "edition"}),
        "note does not fit", "edition",
    ),
    "other pseudonyms": (written(tiny.note("vernet", pseudonyms="v2")), "note does not fit", "pseudonyms"),
    "a fraction where none may be": (
        written(tiny.note("vernet", fractions={"absence": 0.5})), "fraction", "fractions",
    ),
    "fraction a word": (written(tiny.note("vernet", fractions={"absence": CANARY})), "note does not fit", "fractions"),
}  # fmt: skip


@pytest.mark.parametrize("fault", NOTES)
def test_a_broken_note_gives_one_message(folder, fault):
    content, rule, column = NOTES[fault]
    tiny.write_parquet(folder, NAME, FRAME)
    if content is None:
        (folder / _NOTE).unlink()
    else:
        (folder / _NOTE).write_bytes(content if isinstance(content, bytes) else content.encode())
    assert found(run_check(folder)) == [(_NOTE, rule, column)]


@pytest.mark.parametrize("fraction", [0.0, -0.5, 1.5, 40.0])
def test_a_fraction_is_above_zero_and_at_most_one(tmp_path, fraction):
    frames = tiny.frames()
    names = ("pfzw_payslips", "pfzw_organisation_years")
    folder = tiny.write_all(tmp_path / "d", {name: frames[name] for name in names})
    tiny.write_note(folder, "pfzw", fractions={"payslips": fraction})
    report = run_check(folder)
    assert found(report) == [("pfzw/delivery.json", "fraction", "fractions")]
    assert [n.rule for n in report.not_checked] == ["branch totals do not add up"]


def test_a_wrong_fraction_shows_in_the_totals(tmp_path):
    frames = tiny.frames()
    names = ("pfzw_payslips", "pfzw_organisation_years")
    folder = tiny.write_all(tmp_path / "d", {name: frames[name] for name in names})
    tiny.write_note(folder, "pfzw", fractions={"payslips": 0.25})
    assert found(run_check(folder)) == [
        ("pfzw/payslips.parquet", "branch totals do not add up", "person")
    ]


BETWEEN = {
    "keys differ": ({"key_fingerprint": "f" * 16}, "keys differ", "key_fingerprint"),
    "editions differ": ({"edition": "2026"}, "editions differ", "edition"),
    "synthetic beside real": ({"source": "the supplier"}, "synthetic beside real", "source"),
}


@pytest.mark.parametrize("fault", BETWEEN)
def test_suppliers_that_do_not_belong_together(tmp_path, fault):
    changes, rule, column = BETWEEN[fault]
    frames = tiny.frames()
    names = ("vernet_absence", "intrakoop_accounts", "pfzw_organisation_years")
    folder = tiny.write_all(tmp_path / "d", {name: frames[name] for name in names})
    tiny.write_note(folder, "intrakoop", **changes)
    report = run_check(folder)
    notes = "intrakoop/delivery.json, pfzw/delivery.json, vernet/delivery.json"
    assert found(report) == [(notes, rule, column)]


def test_an_edition_that_is_not_the_notes(folder):
    tiny.write_parquet(folder, NAME, FRAME)
    tiny.write_note(folder, "vernet", edition="2024")
    assert found(run_check(folder, "--edition", "2025")) == [(_NOTE, "other edition", "edition")]
    assert not run_check(folder).problems
    done = CliRunner().invoke(main, ["check", str(folder), "--edition", "1900"])
    assert done.exit_code == 2


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_a_note_in_another_encoding_of_json_is_read(folder, encoding):
    tiny.write_parquet(folder, NAME, FRAME)
    place = folder / _NOTE
    place.write_bytes(place.read_text().encode(encoding))
    assert not run_check(folder).problems


def test_a_file_that_no_table_takes_is_noted(folder):
    tiny.write_parquet(folder, NAME, FRAME)
    (folder / "vernet" / "absences of 2024.xlsx").write_bytes(b"PK")
    (folder / "notes.txt").write_text(CANARY)
    report = run_check(folder)
    assert not report.refused
    assert [(n.place, n.rule) for n in report.notes] == [
        ("notes.txt", "not used"), ("vernet/absences of 2024.xlsx", "not used"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "name", [b"absence-\xff.csv", b"absence-[a].csv", b"absence-'a'.csv", b"absence-a\nb.csv"]
)
def test_odd_names_of_files(folder, name):
    path = os.path.join(os.fsencode(folder / "vernet"), name)  # noqa: PTH118
    with open(path, "wb") as stream:  # noqa: PTH123
        stream.write(csv_bytes())
    report = run_check(folder)
    assert not report.problems
    assert len(report.files) == 2
    assert all(file.file.isprintable() for file in report.files)


def test_published_series_are_checked_along(stub_copy):
    for path in stub_copy.iterdir():
        if path.is_dir() and path.name not in ("azw", "cbs"):
            shutil.rmtree(path)
    assert not run_check(stub_copy).refused
    (stub_copy / "azw" / "azw_in_uitstroom_zorg_en_welzijn_breed_kwartaal.csv").write_text("")
    (stub_copy / "cbs" / "80472ned_csv" / "80472ned.csv").write_text("")
    tiny.write_note(stub_copy, "vernet")
    tiny.write_parquet(stub_copy, NAME, FRAME.iloc[1:])
    report = run_check(stub_copy)
    assert [place for place, *_ in found(report)] == [
        "azw/azw_in_uitstroom_zorg_en_welzijn_breed_kwartaal.csv",
        "cbs/80472ned_csv/80472ned.csv",
        PARQUET,
    ]


@pytest.mark.parametrize("kind", ["absent", "empty", "a file", "other files only"])
def test_no_deliveries_at_all(tmp_path, kind):
    place = tmp_path / "d"
    if kind in ("empty", "other files only"):
        place.mkdir()
    if kind == "other files only":
        (place / "readme.txt").write_text("x")
    if kind == "a file":
        place.write_text("x")
    done = preventieplan("check", place)
    assert done.returncode in (2, 3)
    assert "Traceback" not in done.stderr
    assert str(place) in done.stderr


def test_the_report_is_written_whole_or_not_at_all(folder, tmp_path):
    (folder / CSV).write_bytes(b"")
    place = tmp_path / "report.json"
    done = preventieplan("check", folder, "--report", place, "--language", "nl")
    assert done.returncode == 3
    assert done.stderr == ""
    assert "Geweigerd: 1 " in done.stdout
    assert json.loads(place.read_text())["problems"][0]["rule"] == "empty file"
    place.unlink()
    done = preventieplan("check", folder / "nothing", "--report", place)
    assert done.returncode in (2, 3)
    assert not place.exists()


def test_a_build_can_refuse_with_the_same_words(folder):
    (folder / CSV).write_bytes(cell(_RATE, CANARY)(csv_bytes()))
    with pytest.raises(
        DeliveryError, match=f"{CSV}: type, column 'absence_rate': 1 of 60 rows"
    ) as e:
        check_deliveries(folder).raise_if_refused()
    assert CANARY not in str(e.value)


def test_scratch_is_left_empty(folder, tmp_path):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    (folder / CSV).write_bytes(csv_bytes(";", ",").decode().encode("cp1252"))
    check_deliveries(folder, scratch=scratch)
    assert not list(scratch.iterdir())
