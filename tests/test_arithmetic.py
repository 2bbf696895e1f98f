"""The same kernels on every processor, whoever starts."""

import platform
import subprocess
import sys

import pytest
from threadpoolctl import threadpool_info

import analysis
from analysis.arithmetic import CORE

KERNELS = (
    "from threadpoolctl import threadpool_info as i; print({b.get('architecture') for b in i()})"
)


def kernels(first: str, core: str | None, monkeypatch) -> str:
    """Return the kernels of OpenBLAS in a process that starts with an import."""
    monkeypatch.delenv("OPENBLAS_CORETYPE", raising=False)
    if core is not None:
        monkeypatch.setenv("OPENBLAS_CORETYPE", core)
    call = [sys.executable, "-c", f"{first}; import numpy, scipy.linalg; {KERNELS}"]
    return subprocess.run(call, check=True, capture_output=True, text=True).stdout


@pytest.mark.skipif(
    platform.machine() not in ("x86_64", "AMD64"), reason="OpenBLAS has other kernels here"
)
class TestKernels:
    def test_the_tests_compute_with_them(self):
        assert analysis
        used = {one["architecture"] for one in threadpool_info() if "architecture" in one}
        assert used == {CORE}

    def test_everything_that_starts_with_the_package_has_them(self, monkeypatch):
        assert CORE in kernels("import analysis.cli.commands", None, monkeypatch)

    def test_the_environment_decides_otherwise(self, monkeypatch):
        assert "Nehalem" in kernels("import analysis", "Nehalem", monkeypatch)
