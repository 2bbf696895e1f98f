"""Steps end when the build that started them is gone, however it went."""

import json
import os
import threading
import time

import psutil

#: Holds the identity of the build, for every process below it.
LIFELINE_VARIABLE = "PREVENTIEPLAN_BUILD"
_SECONDS = 0.2
_CLOCK_SECONDS = 60


def identity(pid: int) -> list[float]:
    """Return what tells a process from a later one with the same number."""
    return [pid, psutil.Process(pid).create_time()]


def hold() -> None:
    """Watch the build that started this process, and end with it.

    Does nothing in a process that no build started.
    """
    told = os.environ.get(LIFELINE_VARIABLE)
    if not told:
        return
    build = json.loads(told)
    _end_if_gone(build)
    threading.Thread(target=_watch, args=(build,), daemon=True).start()


def _watch(build: list[float]) -> None:
    while True:
        time.sleep(_SECONDS)
        _end_if_gone(build)


def _end_if_gone(build: list[float]) -> None:
    try:
        pid, created = identity(int(build[0]))
        # The clock may be set meanwhile; a number is not given out again that soon.
        alive = pid == build[0] and abs(created - build[1]) < _CLOCK_SECONDS
    except psutil.Error:
        alive = False
    if not alive:
        for child in psutil.Process().children(recursive=True):
            child.kill()
        os._exit(5)
