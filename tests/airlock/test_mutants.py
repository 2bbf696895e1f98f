"""The tests of the rules notice when a threshold or comparison is changed."""

import json
import os
import subprocess
import sys

import pytest

from tests.airlock import mutants
from tests.conftest import ROOT

pytestmark = pytest.mark.slow


def test_a_mutant_differs_from_its_source_in_one_place():
    source = "def f(a, limits):\n    return a < limits.minimum_persons and not a\n"
    found = dict(mutants.mutants(source))
    assert len(found) == 5
    assert all(changed != source for changed in found.values())
    assert len(set(found.values())) == 5


@pytest.mark.skipif(not hasattr(os, "fork"), reason="each mutant runs in a forked process")
def test_every_mutant_of_the_rules_is_caught():
    done = subprocess.run(
        [sys.executable, mutants.__file__],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["mutants"] > 100
    assert found["survivors"] == []
