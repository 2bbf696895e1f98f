import numpy as np
import pytest

from analysis.errors import EditionError
from analysis.sources.delivery import read_tables
from analysis.stub.published import write_published
from analysis.stub.worlds import TOTALS, WORLDS

SEEDS = (1, 2, 3)


def contents(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "README.md"
    }


def test_writing_again_leaves_other_files_alone(tmp_path):
    (tmp_path / "README.md").write_text("mine")
    for _ in range(2):
        write_published(tmp_path, WORLDS["null"], 1)
    assert (tmp_path / "README.md").read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["README.md", "azw", "cbs"]


def test_real_deliveries_are_never_overwritten(tmp_path):
    write_published(tmp_path, WORLDS["null"], 1)
    mine = tmp_path / "azw" / "mine.csv"
    mine.write_text("real")
    with pytest.raises(EditionError, match="that the stub did not make; allowed: a new folder"):
        write_published(tmp_path, WORLDS["null"], 1)
    mine.unlink()
    flows = next((tmp_path / "azw").glob("azw_in_uitstroom*"))
    flows.write_text(
        flows.read_text().replace("synthetic: made by preventieplan stub", "https://x")
    )
    with pytest.raises(EditionError, match="Name another folder"):
        write_published(tmp_path, WORLDS["null"], 1)
    assert "https://x" in flows.read_text()


def test_seeds_and_worlds_differ(tmp_path):
    for name, seed in (("null", 1), ("null", 2), ("reversed", 1)):
        write_published(tmp_path / f"{name}{seed}", WORLDS[name], seed)
    one, two, other = (contents(tmp_path / name) for name in ("null1", "null2", "reversed1"))
    assert one != two
    assert (
        one["azw/azw_flexibele_schil_branches.csv"] != other["azw/azw_flexibele_schil_branches.csv"]
    )
    same = "azw/azw_in_uitstroom_zorg_en_welzijn_breed_kwartaal.csv"
    assert one[same] == other[same], "sector totals do not depend on the world"


@pytest.mark.parametrize("name", WORLDS)
@pytest.mark.parametrize("seed", SEEDS)
def test_sector_totals_hold_in_every_world(make_world, name, seed):
    tables, unused = read_tables(make_world(name, seed))
    assert unused == []
    assert all(table.synthetic for table in tables.values())
    for measure, total in TOTALS.items():
        if measure == "absence_rate":
            continue
        frame = next(t.frame for t in tables.values() if measure in set(t.frame["measure"]))
        rows = frame[(frame["measure"] == measure) & frame["group"].isin(["sector", "422400"])]
        newest = rows[rows["frequency"] != "year"] if (rows["frequency"] != "year").any() else rows
        assert newest.loc[newest["period"].idxmax(), "value"] == total, measure
    absence = tables["absence"].frame
    quarters = absence[(absence["group"] == "422400") & (absence["frequency"] == "quarter")]
    assert np.isclose(quarters["value"].tail(4).mean(), TOTALS["absence_rate"])


@pytest.mark.parametrize("name", WORLDS)
def test_sources_agree(make_world, name):
    tables, _ = read_tables(make_world(name))
    moves = tables["moves"].frame.pivot(index="period", columns="measure", values="value").iloc[-1]
    leavers = moves[["to_pension", "to_other_sector", "to_inactivity"]].sum()
    flows = tables["flows"].frame
    outflow = flows[flows["measure"] == "outflow"].iloc[-1]["value"]
    assert leavers == pytest.approx(outflow)


@pytest.mark.parametrize("name", WORLDS)
@pytest.mark.parametrize("seed", SEEDS)
def test_branch_absence_is_as_planted(make_world, name, seed):
    tables, _ = read_tables(make_world(name, seed))
    frame = tables["absence_by_branch"].frame
    last_year = frame[frame["period"].between("2024KW03", "2025KW02")]
    means = last_year.groupby("group")["value"].mean()
    parts = {"youth_care": "welfare", "social_work": "welfare"}
    for branch in means.index:
        planted = WORLDS[name].branch_absence[parts.get(branch, branch)]
        # Four quarters, each off by noise of sd 0.05 and rounding of at most 0.05.
        assert means[branch] == pytest.approx(planted, abs=3 * 0.05 / 2 + 0.05)
