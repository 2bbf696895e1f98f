"""The kept results are those of this code, and every estimator of the book passes."""

import importlib
import pkgutil
import secrets

import numpy as np
import pytest

from analysis import simulations
from analysis.simulations import record
from analysis.simulations.registry import _PARTS, registered
from analysis.simulations.summary import read_summaries

SIMULATIONS = list(registered().values())
SOUND = [one for one in SIMULATIONS if not one.naive]
#: How many draws of each simulation are done again; CI does more with --check.
AGAIN = 2


def names(simulations):
    return [one.name for one in simulations]


@pytest.mark.parametrize("simulation", SIMULATIONS, ids=names(SIMULATIONS))
def test_results_are_current(simulation):
    assert record.is_current(simulation), (
        f"the code, plants or packages of {simulation.name} changed; run `preventieplan simulate` "
        "and commit the results"
    )


@pytest.mark.parametrize("simulation", SIMULATIONS, ids=names(SIMULATIONS))
def test_summary_follows_from_the_draws(simulation):
    kept = {one.name: one for one in read_summaries()}[simulation.name]
    draws = record.read_draws(simulation.name)
    again = record.summary_of(simulation, draws)
    assert kept.model_dump(exclude={"variants"}) == again.model_dump(exclude={"variants"})
    assert set(kept.variants) == set(again.variants)
    for world, found in again.variants.items():
        assert kept.variants[world].broken == found.broken
        # Other versions of numpy add in another order.
        numbers = found.model_dump(exclude={"broken"})
        told = kept.variants[world].model_dump(exclude={"broken"})
        assert told == pytest.approx(numbers, rel=1e-9)
    assert draws.groupby("variant").size().to_dict() == dict.fromkeys(
        simulation.variants, simulation.draws
    )


@pytest.mark.parametrize("simulation", SOUND, ids=names(SOUND))
def test_estimator_passes(simulation):
    summary = record.summary_of(simulation, record.read_draws(simulation.name))
    broken = {world: found.broken for world, found in summary.variants.items() if found.broken}
    assert not broken, f"{simulation.name} does not pass: {broken}"


@pytest.mark.parametrize("simulation", SIMULATIONS, ids=names(SIMULATIONS))
def test_draws_chosen_at_random_give_the_same_numbers(simulation):
    seed = secrets.randbits(32)
    wrong = record.recomputed_wrongly(simulation, AGAIN, np.random.default_rng(seed))
    assert not wrong, f"{wrong} differ; see `preventieplan simulate --check --seed {seed}`"


def test_registry_and_results_hold_the_same_simulations():
    assert {one.name for one in read_summaries()} == set(registered())
    assert sum(len(part.SIMULATIONS) for part in _PARTS) == len(registered()), (
        "a name is used twice"
    )


def test_every_module_with_simulations_is_registered():
    names = [
        one.name for one in pkgutil.iter_modules(simulations.__path__, "analysis.simulations.")
    ]
    found = [
        module for module in map(importlib.import_module, names) if hasattr(module, "SIMULATIONS")
    ]
    assert {one.__name__ for one in found} == {one.__name__ for one in _PARTS}


def test_a_wrong_variant_stands_beside_a_right_one_and_breaks_a_rule():
    """Otherwise it shows nothing."""
    kept = {one.name: one for one in read_summaries()}
    for one in SIMULATIONS:
        if one.naive:
            assert not kept[one.name].holds, f"{one.name} is called naive and passes"


@pytest.mark.parametrize("simulation", SIMULATIONS, ids=names(SIMULATIONS))
def test_every_simulation_has_worlds_that_differ(simulation):
    assert set(simulation.variants) <= {"favourable", "null", "reversed"}
    assert len(set(simulation.variants.values())) == len(simulation.variants)
    if simulation.null is not None:
        assert simulation.variants.get("null") == simulation.null
