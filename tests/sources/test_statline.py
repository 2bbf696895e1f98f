"""Readers of StatLine tables, on real captures where they are at hand and on the stub's else."""

import json
import shutil

import pandas as pd
import pytest

from analysis.errors import DeliveryError
from analysis.sources.delivery import read_tables
from analysis.sources.statline import read_capture
from analysis.sources.tables import TABLES

ABSENCE = TABLES["absence"].layout
VACANCIES = TABLES["vacancies"].layout
KEY = ["group", "period"]


def values(capture) -> pd.Series:
    return capture.frame.dropna(subset="value").set_index(KEY)["value"].sort_index()


@pytest.fixture
def v4(stub_copy):
    return stub_copy / "cbs" / "80072ned_odata_v4"


def as_v3(v4_folder, target):
    """Write the observations of a v4 capture as a v3 response: padded keys, null for missing."""
    observations = json.loads((v4_folder / "Observations.json").read_text())["value"]
    rows = [
        {
            "ID": place,
            ABSENCE.dimension: f"{row[ABSENCE.dimension]:<7}",
            "Perioden": row["Perioden"],
            "Ziekteverzuimpercentage_1": row["Value"],
        }
        for place, row in enumerate(observations)
    ]
    target.write_text(json.dumps({"odata.metadata": "…/$metadata#TypedDataSet", "value": rows}))
    return rows


def test_real_v4_and_v3_agree_on_all_4409_observations(real):
    """The v4 capture reaches to 2020 Q1, the v3 table to 2023."""
    v4 = values(read_capture(real / "cbs/80072ned_odata_v4", ABSENCE, file="v4"))
    v3_file = real / "cbs/80072ned_csv/80072ned_typeddataset_1996-2023.csv"
    v3 = values(read_capture(v3_file, ABSENCE, file="v3"))
    assert len(v4) == 4409
    pd.testing.assert_series_equal(v4, v3.loc[v4.index])
    periods = v3.index.get_level_values("period")
    before = v3[(periods.str[:4].astype(int) < 2020) | (periods == "2020KW01")]
    assert len(before) == len(v4), "v3 has no observation before 2020 Q2 that v4 lacks"


def test_real_quarters_agree_with_the_v3_table(real):
    v3_file = real / "cbs/80072ned_csv/80072ned_typeddataset_1996-2023.csv"
    quarters_file = real / "cbs/80072ned_csv/80072ned_quarterly_2009-2025Q3_extracted.csv"
    v3 = values(read_capture(v3_file, ABSENCE, file="v3"))
    quarters = values(read_capture(quarters_file, ABSENCE, file="quarters"))
    shared = quarters.index.intersection(v3.index)
    assert len(shared) == 2340
    pd.testing.assert_series_equal(quarters.loc[shared], v3.loc[shared])


def test_real_status_is_taken_from_v4_and_else_not_stated(real):
    tables, _ = read_tables(real)
    absence = tables["absence"].frame.set_index(KEY)["status"]
    assert absence["422400", "2019JJ00"] == "definite"
    assert absence["422400", "2023JJ00"] == "not stated"
    # Provisional in a capture of 2020: that says nothing about the figure of a later capture.
    assert absence["422400", "2020KW01"] == "not stated"


@pytest.mark.parametrize(
    ("table", "measure", "group", "period", "value"),
    [
        ("absence", "absence_rate", "422400", "2020JJ00", 6.4),
        ("absence", "absence_rate", "422400", "2022JJ00", 7.9),
        ("absence", "absence_rate", "422600", "2022JJ00", 7.2),
        ("absence", "absence_rate", "425300", "2022JJ00", 9.0),
        ("absence", "absence_rate", "422400", "2025KW03", 7.0),
        ("vacancies", "open_vacancies", "422400", "2022JJ00", 63.4),
        ("vacancies", "new_vacancies", "422400", "2022JJ00", 215.0),
        ("flows", "outflow", "sector", "2022KW04", 155.0),
        ("employment", "employees", "sector", "2022JJ00", 1370.0),
        ("absence_by_branch", "absence_rate", "vvt", "2022KW01", 10.4),
    ],
)
def test_real_figures(real, table, measure, group, period, value):
    frame = read_tables(real)[0][table].frame
    row = frame[
        (frame["measure"] == measure) & (frame["group"] == group) & (frame["period"] == period)
    ]
    assert row["value"].tolist() == [value]


def test_v3_json_gives_the_same_series_as_v4(v4, tmp_path):
    path = tmp_path / "80072ned.json"
    as_v3(v4, path)
    pd.testing.assert_series_equal(
        values(read_capture(v4, ABSENCE, file="v4")), values(read_capture(path, ABSENCE, file="v3"))
    )


def test_missing_is_null_in_v3_and_left_out_of_v4(v4, tmp_path):
    path = tmp_path / "80072ned.json"
    rows = as_v3(v4, path)
    rows[0]["Ziekteverzuimpercentage_1"] = None
    path.write_text(json.dumps({"value": rows}))
    capture = read_capture(path, ABSENCE, file="v3")
    assert len(values(capture)) == len(rows) - 1
    content = json.loads((v4 / "Observations.json").read_text())
    content["value"] = content["value"][1:]
    (v4 / "Observations.json").write_text(json.dumps(content))
    pd.testing.assert_series_equal(values(capture), values(read_capture(v4, ABSENCE, file="v4")))


def test_untyped_csv_with_mark_padding_and_points(stub_folder):
    capture = read_capture(
        stub_folder / "cbs/80472ned_csv/80472ned.csv", VACANCIES, file="80472ned.csv"
    )
    frame = capture.frame
    assert set(frame["group"]) == {"T001081", "422400"}
    assert set(frame["measure"]) == {"open_vacancies", "new_vacancies", "filled_vacancies"}
    missing = frame[frame["value"].isna()]
    assert set(missing["period"]) == {"2025JJ00"}
    assert capture.synthetic


def test_v4_status(v4):
    frame = read_capture(v4, ABSENCE, file="v4").frame
    status = frame.set_index(KEY)["status"]
    assert status["422400", "2024JJ00"] == "definite"
    assert status["422400", "2025KW01"] == "provisional"


def test_a_period_without_status_is_not_stated(v4):
    path = v4 / "PeriodenCodes.json"
    content = json.loads(path.read_text())
    content["value"] = [row for row in content["value"] if row["Identifier"] != "2024JJ00"]
    path.write_text(json.dumps(content))
    frame = read_capture(v4, ABSENCE, file="v4").frame
    assert set(frame[frame["period"] == "2024JJ00"]["status"]) == {"not stated"}


def test_a_real_capture_is_not_synthetic(real):
    assert not read_capture(real / "cbs/80072ned_odata_v4", ABSENCE, file="v4").synthetic


def test_a_shortened_real_capture_is_refused_by_its_own_count(real, tmp_path):
    folder = tmp_path / "80072ned_odata_v4"
    shutil.copytree(real / "cbs/80072ned_odata_v4", folder)
    folder.chmod(0o755)
    for path in folder.iterdir():
        path.chmod(0o644)
    path = folder / "Observations.json"
    content = json.loads(path.read_text())
    content["value"] = content["value"][:-1]
    path.write_text(json.dumps(content))
    with pytest.raises(DeliveryError, match="4408 observations; expected 4409"):
        read_capture(folder, ABSENCE, file="80072ned_odata_v4")


def test_months_quarters_and_years(tmp_path):
    lines = [
        "ID,Bedrijfskenmerken,Perioden,OpenstaandeVacatures_1,OntstaneVacatures_2,VervuldeVacatures_3"
    ]
    for place, period in enumerate(("2022JJ00", "2022KW03", "2022MM07", "2022MM12")):
        lines.append(f"{place},422400 ,{period},1.0,2,.")
    path = tmp_path / "80472ned.csv"
    path.write_text("\n".join(lines) + "\n")
    frame = read_tables(tmp_path)[0]["vacancies"].frame
    chosen = frame[frame["measure"] == "open_vacancies"].set_index("period")
    assert chosen["frequency"].to_dict() == {
        "2022JJ00": "year", "2022KW03": "quarter", "2022MM07": "month", "2022MM12": "month",
    }  # fmt: skip
    assert set(chosen["year"]) == {2022}
    assert "filled_vacancies" not in set(frame["measure"]), "a point is a missing figure"
