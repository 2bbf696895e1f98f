"""Deliveries: what belongs where, how captures join, and the one message for each way to break."""

import json
import shutil

import pandas as pd
import pytest

from analysis.errors import DeliveryError
from analysis.sources.delivery import find_files, merge, read_tables
from analysis.sources.tables import TABLES
from tests.conftest import preventieplan

FLOWS = "azw/azw_in_uitstroom_zorg_en_welzijn_breed_kwartaal.csv"
BRANCHES = "azw/azw_24015NED_ziekteverzuim_branches.csv"
VACANCIES = "cbs/80472ned_csv/80472ned.csv"
V4 = "cbs/80072ned_odata_v4"


def edit(text):
    """Return a mutation that rewrites a text file."""

    def mutate(folder, file):
        path = folder / file
        path.write_text(text(path.read_text(encoding="utf-8-sig")), encoding="utf-8")

    return mutate


def edit_json(change):
    def mutate(folder, file):
        path = folder / file
        content = json.loads(path.read_text())
        path.write_text(json.dumps(change(content) or content))

    return mutate


def remove(folder, file):
    (folder / file).unlink()


def latin(folder, file):
    path = folder / file
    path.write_bytes(path.read_text().replace("Jeugdzorg", "Jeugdzörg").encode("cp1252"))


def rows(change):
    """Change the 'value' list of a JSON response."""

    def apply(content):
        content["value"] = change(content["value"])

    return edit_json(apply)


def first_row(**changes):
    return rows(lambda value: [{**value[0], **changes}, *value[1:]])


def without(key):
    return rows(lambda value: [{k: v for k, v in row.items() if k != key} for row in value])


#: file, mutation, what the message must say beside the file: column and expectation.
BROKEN = {
    "csv cut off in a row": (FLOWS, edit(lambda t: t[: len(t) // 2]), ["'source'", "without a line break", "cut off"]),
    "csv row too short": (
        FLOWS,
        edit(lambda t: t.replace("175.0,155.0,", "175.0,")),
        ["1 rows", "'source'", "expected 5 cells"],
    ),
    "csv cut off in a quote": (VACANCIES, edit(lambda t: t[:-8]), ["VervuldeVacatures_3", "quote"]),
    "csv cut off between rows": (
        VACANCIES,
        edit(lambda t: "\n".join(t.splitlines()[:-5]) + "\n"),
        ["'Perioden'", "fewer periods", "expected"],
    ),
    "csv empty": (FLOWS, edit(lambda t: ""), ["empty", "instroom_x1000"]),
    "csv header only": (FLOWS, edit(lambda t: t.splitlines()[0] + "\n"), ["empty", "at least one row"]),
    "csv column renamed": (
        FLOWS,
        edit(lambda t: t.replace("instroom_x1000", "instroom")),
        ["column 'instroom_x1000' is missing", "found Perioden, instroom"],
    ),
    "csv column twice": (
        FLOWS,
        edit(lambda t: t.replace("uitstroom_x1000", "instroom_x1000", 1)),
        ["'instroom_x1000'", "twice"],
    ),
    "csv words for numbers": (
        FLOWS,
        edit(lambda t: t.replace("175.0", "veel")),
        ["'instroom_x1000'", "1 cells that are not numbers"],
    ),
    "csv decimal commas": (
        FLOWS,
        edit(lambda t: t.replace(",", ";").replace(".", ",")),
        ["'instroom_x1000'", "decimal point"],
    ),
    "csv infinite number": (
        FLOWS,
        edit(lambda t: t.replace("175.0", "inf")),
        ["'instroom_x1000'", "not numbers"],
    ),
    "csv periods of another kind": (
        FLOWS,
        edit(lambda t: t.replace("KW01", "Q1")),
        ["'Perioden'", "2022KW03"],
    ),
    "csv row repeated": (
        FLOWS,
        edit(lambda t: t + t.splitlines()[-1] + "\n"),
        ["'Perioden'", "repeats"],
    ),
    "csv balance off": (
        FLOWS,
        edit(lambda t: t.replace("155.0,20.0", "155.0,30.0")),
        ["'saldo_x1000'", "inflow less outflow in 1 rows"],
    ),
    "csv unknown branch": (
        BRANCHES,
        edit(lambda t: t.replace("Jeugdzorg", "Jeugd")),
        ["'azw_branche'", "1 unknown branches", "Jeugdzorg"],
    ),
    "csv unknown status": (
        BRANCHES,
        edit(lambda t: t.replace("voorlopig", "ongeveer")),
        ["'status'", "definitief"],
    ),
    "csv percentage above 100": (
        BRANCHES,
        edit(lambda t: t.replace(",8.4,", ",84.0,").replace(",8.5,", ",850,")),
        ["'ziekteverzuimpercentage'", "out of range", "between 0 and 100"],
    ),
    "csv count below zero": (
        "azw/azw_mobiliteit_zorg_en_welzijn.csv",
        edit(lambda t: t.replace(",19.0,", ",-19.0,")),
        ["'pensioen_x1000'", "out of range", "zero to a hundred million"],
    ),
    "csv partly synthetic": (
        FLOWS,
        edit(lambda t: t.replace("synthetic: made by preventieplan stub", "CBS", 1)),
        ["'source'", "synthetic", "all or none"],
    ),
    "csv not utf-8": (BRANCHES, latin, ["not UTF-8", "azw_branche"]),
    "csv is binary": (FLOWS, edit(lambda t: "\0" * 200), ["characters that no text has", "Perioden"]),
    "json cut off": (
        f"{V4}/Observations.json",
        edit(lambda t: t[:-100]),
        ["not whole JSON", "'value'", "cut off"],
    ),
    "json empty": (f"{V4}/Observations.json", edit(lambda t: ""), ["empty", "'value'"]),
    "json without rows": (f"{V4}/Observations.json", rows(lambda value: []), ["empty", "Measure"]),
    "json a list": (
        f"{V4}/Observations.json",
        edit_json(lambda content: content["value"]),
        ["'value' is not a list of rows"],
    ),
    "json column renamed": (f"{V4}/Observations.json", without("Perioden"), ["'Perioden' is missing"]),
    "json words for numbers": (
        f"{V4}/Observations.json",
        first_row(Value="veel"),
        ["'Value'", "1 cells that are not numbers"],
    ),
    "json not a number": (
        f"{V4}/Observations.json",
        first_row(Value=float("nan")),
        ["'Value'", "not numbers"],
    ),
    "json true for a number": (f"{V4}/Observations.json", first_row(Value=True), ["'Value'"]),
    "json period a number": (f"{V4}/Observations.json", first_row(Perioden=2022), ["'Perioden'"]),
    "json period of another kind": (
        f"{V4}/Observations.json",
        first_row(Perioden="2022X000"),
        ["'Perioden'", "2022KW03"],
    ),
    "json observation repeated": (
        f"{V4}/Observations.json",
        rows(lambda value: [*value, value[0]]),
        ["repeats 1 figures"],
    ),
    "json unknown measure": (
        f"{V4}/Observations.json",
        first_row(Measure="M000000"),
        ["'Measure'", "MeasureCodes.json"],
    ),
    "json unknown code": (
        f"{V4}/Observations.json",
        first_row(BedrijfskenmerkenSBI2008="999999"),
        ["'BedrijfskenmerkenSBI2008'", "does not list"],
    ),
    "json more pages": (
        f"{V4}/Observations.json",
        edit_json(lambda content: {**content, "@odata.nextLink": "next"}),
        ["@odata.nextLink", "more pages"],
    ),
    "json observations absent": (f"{V4}/Observations.json", remove, ["no such file"]),
    "json codes absent": (f"{V4}/MeasureCodes.json", remove, ["no such file"]),
    "json periods cut off": (f"{V4}/PeriodenCodes.json", edit(lambda t: t[:50]), ["not whole JSON"]),
    "json measure renamed": (
        f"{V4}/MeasureCodes.json",
        first_row(Title="Verzuim"),
        ["'Title'", "Ziekteverzuimpercentage"],
    ),
    "json unknown status": (
        f"{V4}/PeriodenCodes.json",
        first_row(Status="Misschien"),
        ["'Status'", "definitief"],
    ),
    "csv count beyond all": (
        FLOWS,
        edit(lambda t: t.replace("175.0,155.0,20.0", "1e300,155.0,20.0")),
        ["'instroom_x1000'", "out of range"],
    ),
    "json integer without end": (
        f"{V4}/Observations.json",
        edit(lambda t: t.replace('"Id": 0', '"Id": ' + "9" * 5000)),
        ["not whole JSON"],
    ),
    "json code that is no text": (
        f"{V4}/Observations.json",
        first_row(BedrijfskenmerkenSBI2008="\ud800"),
        ["'BedrijfskenmerkenSBI2008'", "not text"],
    ),
    "json number beyond all": (f"{V4}/Observations.json", first_row(Value=10**400), ["'Value'"]),
    "json measure a list": (f"{V4}/Observations.json", first_row(Measure=[]), ["'Measure'", "not text"]),
    "json code without title": (f"{V4}/MeasureCodes.json", first_row(Title=None), ["'Title'", "not text"]),
    "json nested without end": (f"{V4}/Observations.json", edit(lambda t: "[" * 100_000), ["not whole"]),
    "json count of another kind": (
        f"{V4}/Observations.json",
        lambda folder, file: (folder / V4 / "Observations_count_top1.json").write_text("[]"),
        ["expected None", "Observations_count_top1.json"],
    ),
    "json groups cut off": (
        f"{V4}",
        lambda folder, file: rows(
            lambda value: [row for row in value if row["BedrijfskenmerkenSBI2008"] != "426600"]
        )(folder, f"{V4}/Observations.json"),
        ["'BedrijfskenmerkenSBI2008'", "lacks the code 426600"],
    ),
    "csv without header": (
        FLOWS,
        edit(lambda t: "\n".join(t.splitlines()[1:]) + "\n"),
        ["'Perioden' is missing", "found none of them"],
    ),
    "csv source empty": (
        FLOWS,
        edit(lambda t: t.replace("synthetic: made by preventieplan stub", "")),
        ["'source'", "is empty in 62 rows"],
    ),
    "csv period of another kind in statline": (
        VACANCIES,
        edit(lambda t: t.replace("2020KW01", "1 januari 2020")),
        ["'Perioden'", "2022KW03"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", BROKEN, ids=list(BROKEN))
def test_a_broken_delivery_gives_one_clear_message(stub_copy, fault):
    file, mutate, told = BROKEN[fault]
    mutate(stub_copy, file)
    with pytest.raises(DeliveryError) as error:
        read_tables(stub_copy)
    message = str(error.value)
    assert "\n" not in message
    assert file in message
    for words in told:
        assert words in message
    assert message.rstrip(".").split(". ")[-1].split()[0] in {
        "Download", "Rename", "Correct", "Capture", "Use", "Keep", "Remove", "Save", "The", "Add",
        "download", "capture",
    } or "again" in message, f"no remedy in: {message}"  # fmt: skip


@pytest.mark.parametrize("fault", ["csv column renamed", "json cut off", "csv empty"])
def test_the_command_line_ends_with_3_and_leaves_an_earlier_build_alone(stub_copy, tmp_path, fault):
    out = tmp_path / "build"
    done = preventieplan("build", "--deliveries", stub_copy, "--out", out, "--until", "dataset")
    assert done.returncode == 0, done.stderr
    before = {path: path.read_bytes() for path in out.rglob("*.parquet")}
    assert len(before) == len(TABLES)
    file, mutate, _ = BROKEN[fault]
    mutate(stub_copy, file)
    done = preventieplan("build", "--deliveries", stub_copy, "--out", out, "--until", "dataset")
    assert done.returncode == 3
    assert len(done.stderr.strip().splitlines()) == 1
    assert file in done.stderr
    assert {path: path.read_bytes() for path in out.rglob("*.parquet")} == before


def test_a_broken_delivery_leaves_nothing_behind(stub_copy, tmp_path):
    (stub_copy / FLOWS).write_text("")
    done = preventieplan("build", "--deliveries", stub_copy, "--out", tmp_path / "build")
    assert done.returncode == 3
    assert not (tmp_path / "build").exists()


@pytest.mark.parametrize("kind", ["absent", "empty", "a file"])
def test_a_folder_without_deliveries(tmp_path, kind):
    folder = tmp_path / "deliveries"
    if kind == "empty":
        folder.mkdir()
    elif kind == "a file":
        folder.write_text("x")
    with pytest.raises(DeliveryError, match="no such folder|empty") as error:
        find_files(folder)
    assert str(folder) in str(error.value)


def test_folders_inside_a_delivery_are_free(stub_copy, tmp_path):
    flat = tmp_path / "flat"
    flat.mkdir()
    for path in (stub_copy / "azw").iterdir():
        shutil.copy2(path, flat)
    shutil.copytree(stub_copy / V4, flat / "2026" / "deep" / "80072ned")
    found, unused = find_files(flat)
    assert set(found) == {
        "absence", "absence_by_branch", "employment", "flexible_share", "flows", "moves",
    }  # fmt: skip
    assert unused == []


def test_other_files_are_named_as_unused(stub_copy):
    (stub_copy / "notes.txt").write_text("x")
    _, unused = find_files(stub_copy)
    assert unused == ["README.md", "notes.txt"]


def test_real_and_synthetic_files_of_one_table_do_not_mix(stub_copy):
    shutil.copytree(stub_copy / V4, stub_copy / "cbs" / "80072ned_odata_v4_real")
    path = stub_copy / "cbs" / "80072ned_odata_v4_real" / "Observations.json"
    content = json.loads(path.read_text())
    del content["source"]
    path.write_text(json.dumps(content))
    with pytest.raises(DeliveryError, match="real and synthetic files for one table"):
        read_tables(stub_copy)


def frame(*rows):
    return pd.DataFrame(
        [
            {"measure": "m", "group": "g", "period": period, "value": value, "status": status}
            for period, value, status in rows
        ]
    )


def test_the_capture_that_reaches_furthest_wins():
    older = frame(("2020JJ00", 1.0, "definite"), ("2021JJ00", 2.0, "provisional"))
    newer = frame(("2021JJ00", 2.5, "not stated"), ("2022JJ00", 3.0, "not stated"))
    for frames in ({"a": older, "b": newer}, {"b": older, "a": newer}):
        merged, revised = merge(frames)
        assert merged["value"].tolist() == [1.0, 2.5, 3.0]
        assert merged["status"].tolist() == ["definite", "not stated", "not stated"]
        assert revised == 1


def test_a_definite_figure_stays_definite_only_while_it_is_the_same():
    older = frame(("2020JJ00", 1.0, "definite"), ("2021JJ00", 2.0, "definite"))
    newer = frame(("2020JJ00", 1.0, "not stated"), ("2021JJ00", 2.1, "not stated"),
                  ("2022JJ00", 3.0, "not stated"))  # fmt: skip
    merged, revised = merge({"older": older, "newer": newer})
    assert merged["status"].tolist() == ["definite", "not stated", "not stated"]
    assert revised == 1


@pytest.mark.parametrize(
    ("short", "long"),
    [("2023JJ00", "2024KW01"), ("2023KW03", "2023JJ00"), ("2023KW03", "2023MM10")],
)
def test_years_quarters_and_months_are_compared_by_their_end(short, long):
    shared = ("2000JJ00", 1.0, "not stated")
    merged, _ = merge(
        {
            "a": frame(("2000JJ00", 2.0, "not stated"), (long, 1.0, "not stated")),
            "b": frame(shared, (short, 1.0, "not stated")),
        }
    )
    assert merged.set_index("period").loc["2000JJ00", "value"] == 2.0


def test_the_order_of_rows_does_not_matter(stub_copy):
    before, _ = read_tables(stub_copy)
    path = stub_copy / FLOWS
    header, *lines = path.read_text().splitlines()
    path.write_text("\n".join([header, *reversed(lines)]) + "\n")
    after, _ = read_tables(stub_copy)
    pd.testing.assert_frame_equal(before["flows"].frame, after["flows"].frame)


def test_blank_lines_and_other_endings_do_no_harm(stub_copy):
    before, _ = read_tables(stub_copy)
    path = stub_copy / FLOWS
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n") + b"\r\n\r\n")
    path.rename(path.with_suffix(".CSV"))
    after, _ = read_tables(stub_copy)
    pd.testing.assert_frame_equal(before["flows"].frame, after["flows"].frame)


def test_what_comes_with_a_v3_table_is_left_aside(stub_copy):
    folder = stub_copy / "cbs" / "80472ned_csv"
    for name in ("TableInfos", "DataProperties", "Perioden", "Bedrijfskenmerken"):
        (folder / f"{name}.json").write_text("{}")
    assert "vacancies" in read_tables(stub_copy)[0]


def test_links_are_followed_and_circles_are_not(stub_copy, tmp_path):
    linked = tmp_path / "linked"
    linked.mkdir()
    (linked / "cbs").symlink_to(stub_copy / "cbs")
    (linked / "self").symlink_to(linked)
    assert set(read_tables(linked)[0]) == {"absence", "vacancies"}


@pytest.mark.parametrize("kind", ["csv", "v4"])
def test_no_synthetic_file_passes_for_real_without_its_companions(stub_copy, tmp_path, kind):
    """Whatever is copied along or not, the file itself says what it is."""
    source = stub_copy / (VACANCIES if kind == "csv" else V4)
    target = tmp_path / "alone" / source.name
    target.parent.mkdir()
    (shutil.copytree if source.is_dir() else shutil.copy2)(source, target)
    tables, _ = read_tables(tmp_path / "alone")
    assert [table.synthetic for table in tables.values()] == [True]


@pytest.mark.parametrize("column", [1, 3])
def test_a_flow_without_any_figure_is_left_out(stub_copy, column):
    path = stub_copy / FLOWS
    header, *lines = path.read_text().splitlines()
    rows = [line.split(",") for line in lines]
    for row in rows:
        row[column] = "."
    path.write_text("\n".join([header, *(",".join(row) for row in rows)]) + "\n")
    assert len(set(read_tables(stub_copy)[0]["flows"].frame["measure"])) == 2
