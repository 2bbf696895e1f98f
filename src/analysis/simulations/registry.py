"""All simulations of the book. A part of the book adds its module to ``_PARTS``."""

from functools import cache

from analysis.errors import EditionError
from analysis.simulations import (
    accounts,
    ages,
    associations,
    careers,
    circles,
    composition,
    description,
    differing,
    factors,
    forecasting,
    gaps,
    hearing,
    inequality,
    measurement,
    mediating,
    monitoring,
    offering,
    organisations,
    panels,
    practices,
    preconditions,
    processes,
    standing_out,
    supposing,
    warning,
)
from analysis.simulations.base import Simulation

_PARTS = (
    accounts,
    ages,
    associations,
    careers,
    circles,
    composition,
    description,
    differing,
    factors,
    forecasting,
    gaps,
    hearing,
    inequality,
    measurement,
    mediating,
    monitoring,
    offering,
    organisations,
    panels,
    practices,
    preconditions,
    processes,
    standing_out,
    supposing,
    warning,
)


@cache
def registered() -> dict[str, Simulation]:
    """Return the simulations by name, in the order of the book."""
    found = [one for part in _PARTS for one in part.SIMULATIONS]
    return {one.name: one for one in found}


def chosen(names: tuple[str, ...]) -> list[Simulation]:
    """Return the simulations with these names, or all of them without names.

    Raises
    ------
    EditionError
        If there is no such simulation.
    """
    known = registered()
    unknown = [name for name in names if name not in known]
    if unknown:
        raise EditionError(f"simulation '{unknown[0]}' is not known; allowed: {', '.join(known)}.")
    return [known[name] for name in names] if names else list(known.values())
