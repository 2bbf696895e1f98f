"""The synthetic world as suppliers would deliver it."""

import json
import shutil

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from analysis.errors import EditionError
from analysis.sources.confidential import CONFIDENTIAL
from analysis.sources.delivered_files import find_delivered
from analysis.sources.schema import about
from analysis.stub.deliveries import SCALE, STUB_KEY, UNKNOWN, draw_world, write_world
from analysis.stub.worlds import WORLDS, override
from tests.conftest import ROOT, copy_project, preventieplan
from tests.stub.drawn import drawn

CASE = ("favourable", 1)
pytestmark = pytest.mark.xdist_group("favourable-1")


@pytest.fixture(scope="module")
def world():
    return drawn(*CASE)


@pytest.fixture(scope="module")
def written(world, tmp_path_factory):
    folder = tmp_path_factory.mktemp("world")
    write_world(folder, world)
    return folder


def frames(folder):
    return {
        name: pd.concat([pd.read_parquet(path) for path in found.paths])
        for name, found in find_delivered(folder).items()
    }


def test_every_table_is_there_and_fits_its_schema(written):
    found = frames(written)
    assert list(found) == list(CONFIDENTIAL)
    for name, frame in found.items():
        CONFIDENTIAL[name].schema.validate(frame, lazy=True)


def test_notes_say_what_the_files_are(written):
    for found in find_delivered(written).values():
        assert found.note.synthetic
        assert found.note.supplier == found.table.supplier
        assert found.note.edition == "2025"
        nobody = found.table.supplier in ("fwg", "inventory")
        expected = None if nobody else STUB_KEY.fingerprint
        assert found.note.key_fingerprint == expected
        sampled = found.table.sampled and found.table.supplier != "izz_monitor"
        assert found.fraction == (SCALE if sampled else 1.0)


def test_there_is_a_glimpse_of_every_table(written):
    for name, table in CONFIDENTIAL.items():
        glimpse = pd.read_csv(written / "glimpse" / f"{name}.csv")
        assert list(glimpse) == list(table.columns)
        assert 0 < len(glimpse) <= 12


def test_only_the_planted_share_is_unknown(written):
    found = frames(written)
    known = {
        "organisation": set(found["pfzw_organisation_years"]["organisation"]),
        "person": set(found["pfzw_payslips"]["person"]),
        "facilitator": None,
    }
    for name, frame in found.items():
        for column, described in CONFIDENTIAL[name].columns.items():
            parents = known.get(about(described).domain)
            if parents is None or column not in ("organisation", "person"):
                continue
            distinct = frame[column].drop_duplicates()
            unknown = 1 - distinct.isin(parents).mean()
            planted = name in ("vernet_absence", "izz_care_use_care_use", "intrakoop_accounts")
            # Each organisation is drawn by itself: four standard deviations of such a draw.
            most = UNKNOWN + 4 * (UNKNOWN * (1 - UNKNOWN) / len(distinct)) ** 0.5
            assert unknown <= (most if planted else 0.0), (name, column)
            assert planted == (unknown > 0) or name == "vernet_absence"


def test_data_stub_is_what_the_command_writes(tmp_path):
    done = preventieplan("stub", tmp_path / "stub")
    assert done.returncode == 0, done.stderr
    made = sorted(path.relative_to(tmp_path / "stub") for path in (tmp_path / "stub").rglob("*.*"))
    kept = [
        path.relative_to(ROOT / "data_stub")
        for path in sorted((ROOT / "data_stub").rglob("*.*"))
        if path.name != "README.md"
    ]
    assert sorted(made) == sorted(kept)
    for path in kept:
        one, other = tmp_path / "stub" / path, ROOT / "data_stub" / path
        if path.suffix == ".parquet":
            assert pq.read_table(one).equals(pq.read_table(other)), path
        else:
            assert one.read_bytes() == other.read_bytes(), path
    size = sum(path.stat().st_size for path in (ROOT / "data_stub").rglob("*.*"))
    assert size < 25e6


def test_switching_one_plant_off_leaves_all_else_as_it_was(world):
    without = override({"buffer": 0.0, "drivers": {"temporary": 0.0}}, where="here")
    other = draw_world(without, CASE[1])
    pd.testing.assert_frame_equal(other.population.years, world.population.years)
    pd.testing.assert_frame_equal(other.population.care, world.population.care)
    assert not np.array_equal(other.absence.rate, world.absence.rate)
    base = ["respondent", "organisation", "age_band"]
    assert other.survey["exhaustion_emotional_1"].mean() != pytest.approx(
        world.survey["exhaustion_emotional_1"].mean(), abs=1e-9
    )
    same = other.survey[base].merge(world.survey[base], on="respondent")
    # Exhausted people answer less, so a few respondents change.
    assert len(same) > 0.9 * len(world.survey)


def test_the_truth_is_no_delivery(world, tmp_path):
    world.write_truth(tmp_path / "truth.json")
    told = pd.read_json(tmp_path / "truth.json", typ="series")
    assert told["world"]["drivers"] == WORLDS["favourable"].drivers
    assert len(told["organisations"]) == len(told["absence_rate"]) == len(world.organisations)
    for name in CONFIDENTIAL:
        assert "truth" not in name


def test_the_scale_is_the_share_of_people(tmp_path):
    small = draw_world(WORLDS["null"], 3, scale=0.002, years=(2023, 2025))
    write_world(tmp_path, small)
    note = find_delivered(tmp_path)["pfzw_payslips"]
    slips = frames(tmp_path)["pfzw_payslips"]
    december = slips[pd.to_datetime(slips["month"]) == "2025-12-01"]
    assert note.fraction == 0.002
    assert len(december) / 0.002 == pytest.approx(1_500_000, rel=0.1)
    years = frames(tmp_path)["pfzw_organisation_years"]
    assert set(years["year"]) == {2023, 2024, 2025}
    assert years.query("year == 2025")["employees"].sum() == pytest.approx(1_500_000, rel=0.005)


def test_writing_again_replaces_the_stub_and_nothing_else(written, world, tmp_path):
    folder = tmp_path / "deliveries"
    shutil.copytree(written / "fwg", folder / "fwg")
    (folder / "mine.txt").write_text("mine")
    write_world(folder, world)
    assert (folder / "mine.txt").read_text() == "mine"
    assert not list(folder.glob(".*"))


@pytest.mark.parametrize("note", ['{"supplier": "vernet", "edition": "2025"}', None])
def test_real_deliveries_are_never_overwritten(world, tmp_path, note):
    place = tmp_path / "vernet"
    place.mkdir()
    (place / "absence.csv").write_text("real")
    if note:
        (place / "delivery.json").write_text(note)
    with pytest.raises(EditionError, match="holds files that the stub did not make"):
        write_world(tmp_path, world)
    assert (place / "absence.csv").read_text() == "real"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["vernet"]


def test_a_new_edition_can_be_rehearsed(tmp_path):
    project = copy_project(tmp_path / "project")
    text = (project / "editions" / "2025.yml").read_text(encoding="utf-8")
    for key in ('name: "{}"', "reference_year: {}", "  last: {}"):
        assert key.format(2025) in text
        text = text.replace(key.format(2025), key.format(2026))
    (project / "editions" / "2026.yml").write_text(text, encoding="utf-8")
    arguments = ("--edition", "2026", "--scale", "0.0005")
    done = preventieplan("stub", tmp_path / "stub", *arguments, project=project)
    assert done.returncode == 0, done.stderr
    notes = [json.loads(path.read_text()) for path in (tmp_path / "stub").rglob("delivery.json")]
    assert {note["edition"] for note in notes} == {"2026"}
    years = pq.read_table(tmp_path / "stub" / "pfzw" / "organisation_years.parquet")["year"]
    assert max(years.to_pylist()) == 2026, "up to the last year of the edition"


def test_a_world_out_of_reason_leaves_nothing_behind(tmp_path):
    file = tmp_path / "mine.yml"
    file.write_text("survey_icc: {scales: -5.0}\n")
    done = preventieplan("stub", tmp_path / "stub", "--world", file, "--scale", "0.001")
    assert done.returncode == 2
    assert "this world cannot be drawn" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "stub").exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--scale", "0"], "0"),
        (["--scale", "2"], "2"),
        (["--years", "2025"], "write them as 2019-2025"),
        (["--years", "2025-2019"], "years 2025-2019 do not fit"),
        (["--world", "rosy"], "world 'rosy' is not known"),
        (["--edition", "1850"], "edition '1850' is not known; allowed: 2025"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, list) else "",
)
def test_wrong_calls_end_with_2(tmp_path, arguments, told):
    done = preventieplan("stub", tmp_path / "stub", *arguments)
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr
