"""What is planted in each world, and the published totals that hold in all of them.

Sector totals are those of the report, so that the stub looks like the sector. Everything by branch
follows the world: ``favourable`` has the effects that the report describes, ``null`` has none of
them, ``reversed`` has the opposite.
"""

from dataclasses import dataclass

from analysis.errors import EditionError


@dataclass(frozen=True)
class World:
    """The planted values of one world.

    Attributes
    ----------
    flexible_slope
        Branch → yearly change of the share of flexible work, in percentage points.
    flexible_level
        Branch → mean distance to the sector over the years, in percentage points.
    branch_absence
        Branch → absence rate in percent (plant P01 of the world's table of effects).
    """

    flexible_slope: dict[str, float]
    flexible_level: dict[str, float]
    branch_absence: dict[str, float]


#: Share of flexible work in the sector in the last year and its yearly change, in every world.
FLEXIBLE_SECTOR = (17.5, 0.2)
#: Share of flexible work in disability care in the last year: the report's, in every world.
FLEXIBLE_GHZ = 5.0

WORLDS = {
    "favourable": World(
        flexible_slope={"ghz": -0.7, "vvt": 0.0, "youth_care": 0.5, "social_work": 0.4},
        flexible_level={"vvt": 2.0, "youth_care": 3.5, "social_work": 2.8},
        branch_absence={
            "vvt": 8.6,
            "ghz": 8.1,
            "ggz": 7.0,
            "hospitals": 6.6,
            "youth_care": 7.2,
            "social_work": 7.2,
        },
    ),
    "null": World(
        flexible_slope={"ghz": 0.0, "vvt": 0.0, "youth_care": 0.0, "social_work": 0.0},
        flexible_level={"vvt": 0.0, "youth_care": 0.0, "social_work": 0.0},
        branch_absence=dict.fromkeys(
            ("vvt", "ghz", "ggz", "hospitals", "youth_care", "social_work"), 7.8
        ),
    ),
    "reversed": World(
        flexible_slope={"ghz": 0.7, "vvt": -0.8, "youth_care": -0.5, "social_work": -0.4},
        flexible_level={"vvt": -2.0, "youth_care": -3.5, "social_work": -2.8},
        branch_absence={
            "vvt": 7.0,
            "ghz": 6.6,
            "ggz": 8.6,
            "hospitals": 8.1,
            "youth_care": 7.2,
            "social_work": 7.2,
        },
    ),
}

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


def world_named(name: str) -> World:
    """Return a world.

    Raises
    ------
    EditionError
        If there is no such world.
    """
    if name not in WORLDS:
        raise EditionError(f"world '{name}' is not known; allowed: {', '.join(WORLDS)}.")
    return WORLDS[name]
