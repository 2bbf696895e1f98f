"""Where a profile may be written, and who may read it."""

import stat

import pytest

from analysis import files
from analysis.errors import EditionError
from analysis.profile.place import check_place


@pytest.mark.parametrize(
    "folder",
    [
        "build/2025/release", "build/2025/release/exhibits/deep", "build/site", "build/site/2025/nl",
        "build/2025/dataset/linked", "build/2025/profiles/../release",
    ],
)  # fmt: skip
def test_folders_of_the_build_that_are_published_are_refused(tmp_path, folder):
    with pytest.raises(EditionError, match="confidential"):
        check_place(tmp_path / folder, tmp_path / "build")


@pytest.mark.parametrize("mark", ["manifest.json", "index.html"])
def test_a_release_or_site_elsewhere_is_refused(tmp_path, mark):
    (tmp_path / "copy" / "below").mkdir(parents=True)
    (tmp_path / "copy" / mark).write_text("{}")
    for folder in ("copy", "copy/below", "copy/below/new"):
        with pytest.raises(EditionError, match="confidential"):
            check_place(tmp_path / folder, tmp_path / "build")


def test_a_folder_that_is_written_whole_is_refused(tmp_path):
    with files.whole_folder(tmp_path / "sealed", seal=True) as folder:
        (folder / "content").write_text("x")
    with pytest.raises(EditionError, match="confidential"):
        check_place(tmp_path / "sealed", tmp_path / "build")


def test_a_link_into_a_release_is_refused(tmp_path):
    (tmp_path / "build" / "2025" / "release").mkdir(parents=True)
    (tmp_path / "harmless").symlink_to(tmp_path / "build" / "2025" / "release")
    with pytest.raises(EditionError, match="confidential"):
        check_place(tmp_path / "harmless", tmp_path / "build")


def test_the_work_tree_of_git_is_refused_outside_its_build(tmp_path):
    (tmp_path / ".git").mkdir()
    for folder in ("src", "book/nl", "."):
        with pytest.raises(EditionError, match="git"):
            check_place(tmp_path / folder, tmp_path / "build")
    for folder in ("build/site/x", "build/2025/release"):
        with pytest.raises(EditionError):
            check_place(tmp_path / folder, tmp_path / "elsewhere")
    check_place(tmp_path / "build" / "2025" / "profiles", tmp_path / "build")


def test_other_folders_are_allowed(tmp_path):
    check_place(tmp_path / "build" / "2025" / "profiles", tmp_path / "build")
    check_place(tmp_path / "for-the-session", tmp_path / "build")


def test_files_are_whole_and_for_their_owner_alone(tmp_path):
    path = tmp_path / "new" / "profile.html"
    files.write_private(path, b"first")
    path.chmod(0o644)
    files.write_private(path, b"second")
    assert path.read_bytes() == b"second"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [one.name for one in path.parent.iterdir()] == ["profile.html"]


def test_an_interrupted_file_leaves_the_older_one(tmp_path):
    path = tmp_path / "profile.html"
    files.write_private(path, b"first")
    with pytest.raises(TypeError):
        files.write_private(path, "not bytes")
    assert path.read_bytes() == b"first"
    assert [one.name for one in tmp_path.iterdir()] == ["profile.html"]
