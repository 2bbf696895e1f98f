"""Running simulations: each draw from its own seed, in as many processes as there are cores."""

import warnings
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context

import pandas as pd
from threadpoolctl import threadpool_limits

from analysis.methods.progress import follow, quietly
from analysis.simulations.base import Drawn, Simulation
from analysis.simulations.seeds import generator

#: Draws that a process does before it reports.
_CHUNK = 50
COLUMNS = ("estimate", "ci_low", "ci_high", "p_value", "truth")


def one_draw(simulation: Simulation, variant: str, place: int) -> Drawn:
    """Do one draw; a warning of the estimator is an error, as in the tests of the methods."""
    with quietly(), warnings.catch_warnings():
        warnings.simplefilter("error")
        random = generator(simulation.name, variant, place)
        return simulation.draw(simulation.variants[variant], random)


def run(simulations: list[Simulation], *, cores: int) -> Iterator[tuple[str, pd.DataFrame]]:
    """Do all draws of some simulations.

    Parameters
    ----------
    simulations
        Registered simulations.
    cores
        Processes; with one, everything happens in this one.

    Yields
    ------
    tuple
        As soon as a simulation is complete: its name, and a row per draw with ``variant``,
        ``draw`` and ``COLUMNS``.
    """
    named = {one.name: one for one in simulations}
    tasks = [
        (one.name, variant, start, min(start + _CHUNK, one.draws))
        for one in simulations
        for variant in one.variants
        for start in range(0, one.draws, _CHUNK)
    ]
    waiting = Counter(name for name, *_ in tasks)
    rows: dict[str, list[dict]] = {name: [] for name in named}
    for name, done in follow(_done(tasks, named, cores), "simulations", total=len(tasks)):
        rows[name] += done
        waiting[name] -= 1
        if not waiting[name]:
            yield name, _in_order(rows.pop(name), named[name])


def _done(
    tasks: list[tuple], named: dict[str, Simulation], cores: int
) -> Iterator[tuple[str, list[dict]]]:
    if cores == 1:
        for name, *part in tasks:
            yield name, _chunk(named[name], *part)
        return
    # Forking a process that has threads may hang; a fresh one costs a few seconds.
    pool = ProcessPoolExecutor(cores, mp_context=get_context("spawn"))
    try:
        names = {pool.submit(_registered_chunk, *task): task[0] for task in tasks}
        for done in as_completed(names):
            yield names[done], done.result()
    finally:
        pool.shutdown(cancel_futures=True)


def _registered_chunk(name: str, variant: str, start: int, stop: int) -> list[dict]:
    from analysis.simulations.registry import registered

    return _chunk(registered()[name], variant, start, stop)


def _chunk(simulation: Simulation, variant: str, start: int, stop: int) -> list[dict]:
    with threadpool_limits(1):
        return [
            {"variant": variant, "draw": place, **vars(one_draw(simulation, variant, place))}
            for place in range(start, stop)
        ]


def _in_order(rows: list[dict], simulation: Simulation) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["variant", "draw", *COLUMNS])
    frame["variant"] = pd.Categorical(frame["variant"], list(simulation.variants))
    frame = frame.sort_values(["variant", "draw"], ignore_index=True)
    return frame.astype({"variant": str})
