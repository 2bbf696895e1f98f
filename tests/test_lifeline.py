import json
import os
import subprocess
import sys

import psutil
import pytest

from analysis.lifeline import LIFELINE_VARIABLE, identity

PROGRAM = (
    "import subprocess, sys, time; from analysis.lifeline import hold; hold()\n"
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
    "print(child.pid, flush=True); time.sleep(60)"
)


def start(build):
    environment = {**os.environ}
    environment.pop(LIFELINE_VARIABLE, None)
    if build is not None:
        environment[LIFELINE_VARIABLE] = json.dumps(build)
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, text=True, env=environment
    )


def test_a_step_and_its_children_end_with_the_build_that_started_it():
    build = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    step = start(identity(build.pid))
    child = psutil.Process(int(step.stdout.readline()))
    assert child.is_running()
    build.kill()
    build.wait()
    assert step.wait(timeout=10) == 5
    step.stdout.close()
    assert psutil.wait_procs([child], timeout=10)[1] == []


@pytest.mark.parametrize("created", [0.0, None])
def test_a_step_of_a_build_that_is_gone_does_not_start(created):
    number = os.getpid() if created == 0.0 else 2**22 + 1
    step = start([number, created or 0.0])
    assert step.wait(timeout=10) == 5
    assert step.stdout.read() == ""
    step.stdout.close()


def test_a_process_that_no_build_started_is_left_alone():
    step = start(None)
    child = psutil.Process(int(step.stdout.readline()))
    assert step.poll() is None
    for process in (child, step):
        process.kill()
    step.wait()
    step.stdout.close()
