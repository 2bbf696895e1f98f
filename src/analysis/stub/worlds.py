"""What is planted in each world, and the published totals that hold in all of them.

``plants.yml`` is the list, with the claims that each plant is about. A world is one column of it,
or a file that overrides single plants of one.
"""

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from analysis.errors import EditionError
from analysis.strict import StrictModel

PLANTS = Path(__file__).with_name("plants.yml")
#: No plant is larger: effects are logarithms, odds, shares or percentages.
_LARGEST = 100
#: The key of an override file that names the world it starts from.
BASE = "base"


class World(StrictModel):
    """The planted values of one world; ``plants.yml`` says what each is and in which unit."""

    flexible_slope: dict[str, float]
    flexible_level: dict[str, float]
    branch_absence: dict[str, float]
    drivers: dict[str, float]
    temporary_within: float
    feedback: dict[str, float]
    unrest_share: float
    manager_churn: float
    organisation_sd: float
    mobility_optimum: float
    branch_gap: dict[str, float]
    programme_effect: float
    participation: float
    participant_regions: float
    exit_by_age: dict[str, float]
    student_exit: float
    destinations: dict[str, float]
    returning: float
    early_exit: float
    early_warning: dict[str, float]
    secretarial_exit: float
    unit_sd: float
    steady_exit: dict[str, float]
    team_exit: float
    span: dict[str, float]
    ses_long_absence: dict[str, float]
    ses_exit: float
    vicious_circle: dict[str, float]
    stacking: float
    intersection: dict[str, float]
    practical_work: dict[str, float]
    exhaustion: dict[str, float]
    motivation: dict[str, float]
    stable_team: float
    mobility_engagement: float
    personal: float
    buffer: float
    method_factor: float
    non_invariance: float
    scale_structure: float
    survey_icc: dict[str, float]
    coverage: dict[str, float]
    themes: dict[str, float]
    hr_agenda: float
    as_stressor: dict[str, float]
    as_energy: dict[str, float]
    as_need: dict[str, float]
    as_keep: dict[str, float]
    as_stop: dict[str, float]
    inventory: dict[str, float]
    supply: dict[str, float]
    checklist: dict[str, float]
    performance: dict[str, float]
    offer_use: float
    voices: dict[str, float]
    welfare_size: float


#: Share of flexible work in the sector in the last year and its yearly change, in every world.
FLEXIBLE_SECTOR = (17.5, 0.2)
#: Share of flexible work in disability care in the last year: the report's, in every world.
FLEXIBLE_GHZ = 5.0

#: Figures of the report that the last period meets, in thousands or percent.
TOTALS = {
    "employees": 1500.0,
    "self_employed": 260.0,
    "open_vacancies": 56.0,
    "inflow": 175.0,
    "outflow": 155.0,
    "within_branch": 75.0,
    "between_branches": 70.0,
    "to_pension": 19.0,
    "to_other_sector": 65.0,
    "to_inactivity": 71.0,
    "absence_rate": 7.5,
}


@cache
def _plants() -> dict[str, dict[str, Any]]:
    return yaml.safe_load(PLANTS.read_text(encoding="utf-8"))


#: Names of the worlds that need no file.
NAMES = ("favourable", "null", "reversed")


@cache
def named(name: str) -> World:
    """Return one of the three worlds."""
    return World(**{plant: variants[name] for plant, variants in _plants().items()})


WORLDS = {name: named(name) for name in NAMES}


def world_named(name: str) -> World:
    """Return a world by its name, or by the path of a YAML file of overrides.

    Raises
    ------
    EditionError
        If there is no such world or file, or the file holds anything but plants.
    """
    if name in WORLDS:
        return WORLDS[name]
    path = Path(name)
    if path.suffix.lower() not in (".yml", ".yaml"):
        raise EditionError(
            f"world '{name}' is not known; allowed: {', '.join(WORLDS)}, or a YAML file of "
            "overrides."
        )
    try:
        given = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise EditionError(
            f"{path}: no such file; name a YAML file that holds plants to override."
        ) from None
    except (yaml.YAMLError, UnicodeDecodeError):
        raise EditionError(f"{path}: not YAML; expected plants as in {PLANTS.name}.") from None
    return override(given, where=str(path))


def override(given: Any, *, where: str) -> World:
    """Return a world with single plants replaced.

    Parameters
    ----------
    given
        ``base`` (a world; favourable when left out) and plants; a plant with parts may give some.
    where
        How messages name the source.

    Raises
    ------
    EditionError
        For an unknown plant or part, or a value that is not a number.
    """
    if not isinstance(given, dict):
        raise EditionError(f"{where}: not a list of plants; expected 'plant: value' lines.")
    base = given.get(BASE, NAMES[0])
    if base not in WORLDS:
        raise EditionError(f"{where}: base '{base}' is not known; allowed: {', '.join(WORLDS)}.")
    values = WORLDS[base].model_dump()
    for plant, value in given.items():
        if plant == BASE:
            continue
        if plant not in values:
            raise EditionError(
                f"{where}: plant '{plant}' is not known; allowed: {', '.join(values)}."
            )
        values[plant] = _replaced(plant, values[plant], value, where)
    return World(**values)


def _replaced(plant: str, old: Any, new: Any, where: str) -> Any:
    parts = new if isinstance(old, dict) else {plant: new}
    known = old if isinstance(old, dict) else {plant: old}
    if not isinstance(parts, dict) or not set(parts) <= set(known):
        raise EditionError(
            f"{where}: plant '{plant}' takes {', '.join(known)}; write {plant}: "
            f"{{{next(iter(known))}: 0.0}}."
        )
    try:
        merged = World.model_validate(
            WORLDS[NAMES[0]].model_dump()
            | {
                plant: {**known, **{k: _number(v) for k, v in parts.items()}}
                if isinstance(old, dict)
                else _number(new)
            }
        )
    except (ValidationError, TypeError, ValueError):
        raise EditionError(
            f"{where}: plant '{plant}' is not a number between -{_LARGEST} and {_LARGEST}; write "
            "one."
        ) from None
    return getattr(merged, plant)


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(value)
    if not abs(value) <= _LARGEST:
        raise ValueError(value)
    return float(value)
