"""What the dataset says of tables that are not there."""

from analysis.dataset import make_dataset
from tests.linkage.small_world import deliver, world


def test_a_table_that_could_not_be_made_names_what_it_lacked(tmp_path):
    tables = {name: frame for name, frame in world().items() if name != "izz_monitor_respondents"}
    manifest = make_dataset(deliver(tmp_path / "d", tables), tmp_path / "out", edition="2025")
    survey = manifest["tables"]["individuals"]
    assert not survey["present"]
    assert [title["en"] for title in survey["lacks"]] == ["Survey of employees"]
    assert "lacks" not in manifest["tables"]["codings"]
