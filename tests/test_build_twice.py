"""The whole stub built twice: equal to the byte, and a third run does nothing."""

import pytest

from analysis.build import chapters
from tests.conftest import preventieplan
from tests.test_build import contents, steps

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("stub-book")]

STEPS = ["dataset", *["chapter"] * len(chapters()), "airlock", "render", "pages", "pages", "site"]


def test_builds_are_equal_to_the_byte_and_a_second_run_does_nothing(stub_book, tmp_path):
    out = tmp_path / "out"
    first = preventieplan("build", "--out", out)
    assert first.returncode == 0, first.stderr
    assert steps(first) == STEPS
    assert contents(out) == contents(stub_book.out)
    again = preventieplan("build", "--out", out)
    assert again.returncode == 0
    assert steps(again) == []
    assert f"Release: {out}/2025/release" in again.stdout
    assert f"Site:    {out}/site/index.html" in again.stdout
