"""Addresses of counts: who a number counts, so that sums between tables can be recognised.

An attacker subtracts what one table shows from what another shows. The airlock can only do the same
when every count says which population it is of and by what it was split.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, Self

from analysis.errors import BookError
from analysis.sources import vocabulary

#: What a count is a count of.
Unit = Literal["persons", "organisations"]
YES, NO = "yes", "no"
#: Joins the levels of a merged category.
JOIN = "+"


class CellError(BookError):
    """An address names a population, a dimension or a level that nobody knows."""

    exit_code = 2


@dataclass(frozen=True)
class Dimension:
    """Something by which people or organisations are split.

    Attributes
    ----------
    levels
        All levels, or None for a label such as a year, over which counts do not add up.
    sensitive
        Whether knowing the level of somebody harms them: health, absence, answers to a survey.
    ordered
        Whether neighbouring levels may be merged into a wider one.
    of_organisations
        Whether all people of an organisation have the same level.
    """

    levels: tuple[str, ...] | None = (YES, NO)
    sensitive: bool = True
    ordered: bool = False
    of_organisations: bool = False

    @property
    def splits(self) -> bool:
        """Whether everybody has exactly one level, so that the levels add up to the whole."""
        return self.levels is not None


def _known(
    levels: Iterable[str], *, ordered: bool = False, of_organisations: bool = False
) -> Dimension:
    return Dimension(tuple(levels), False, ordered, of_organisations)


_LABEL = Dimension(None, sensitive=False)
_PLAIN = Dimension(sensitive=False)
_PLAIN_OF_ORGANISATIONS = Dimension(sensitive=False, of_organisations=True)

#: Classes of the size of an organisation, by number of employees.
SIZE_BANDS = ("under_250", "250_to_999", "1000_to_2999", "3000_plus")

#: Everything by which a released count may be split. What is not here cannot be released.
DIMENSIONS: dict[str, Dimension] = {
    "year": _LABEL,
    "source": _LABEL,
    # Parts of a population in the order of a characteristic; those of two do not add up.
    "bin": Dimension(None),
    "branch": _known(vocabulary.BRANCHES, of_organisations=True),
    "region": _known(vocabulary.REGIONS, of_organisations=True),
    "size_band": _known(SIZE_BANDS, ordered=True, of_organisations=True),
    "age_band": _known(vocabulary.AGE_BANDS, ordered=True),
    "sex": _known(vocabulary.SEXES),
    "education": _known(vocabulary.EDUCATION, ordered=True),
    "function_group": _known(vocabulary.FUNCTION_GROUPS),
    # Who comes to two kinds of session counts in both.
    "session_kind": _LABEL,
    # Who answered all questions of a scale, of part of it, or that an analysis needs; most people
    # count in several.
    "answered": _LABEL,
    # A theme that somebody mentions, and what it is to the speaker: both may be several.
    "theme": Dimension(None),
    "meaning": Dimension(None),
    "role": _known(vocabulary.ROLES),
    # Something that a participant has or does; an organisation has several.
    "item": Dimension(None),
    # Whose work, illness or part of a career an analysis follows; most people count in several.
    "followed": _LABEL,
    # Instruments on offer that somebody used in the year.
    "used": _PLAIN,
    # Size of a unit within an organisation, by those who work there at the start of the year.
    "unit_size": _LABEL,
    # What an action point is aimed at.
    "level": _known(vocabulary.LEVELS),
    # Building block of an action point; a theme belongs to one of them.
    "block": _LABEL,
    # Contract of somebody at the end of a year, and where that person is five years later.
    "contract": _known(("temporary", "permanent")),
    "five_years_on": _known(
        ("same_organisation", "same_branch", "other_branch", "other_sector", "inactive", "retired")
    ),
    # Where somebody went who left the sector, and whether after two years or more at the employer.
    "way_out": _known(("other_sector", "inactive", "retired")),
    "experienced": _PLAIN,
    # Absence in the past year and, of the absent, whether it came from work.
    "absence_cause": Dimension(("not_absent", "none", "partly", "wholly")),
    # Of units that each belong to one year, which add up over years, unlike people.
    "unit_year": _known(str(year) for year in range(1996, 2100)),
    # Where a rate lies, seen from the limits within which chance would keep it.
    "limits": Dimension(("below", "within", "above")),
    # Whether somebody had a new long absence in a year.
    "long_absence": Dimension(),
    # Whether a job is the side job of a pupil or student, and whether its holder left the sector.
    "student_job": _PLAIN,
    "left_sector": _PLAIN,
    # Whether an organisation now has clearly fewer people per manager than before.
    "span_fell": _PLAIN_OF_ORGANISATIONS,
    # A characteristic on which an organisation has values that those with which it is compared
    # have as well; several hold.
    "common_support": Dimension(None, sensitive=False, of_organisations=True),
    # Whether an organisation is in the top quarter of its branch in a year, as in exit or absence.
    "top_quarter": Dimension(of_organisations=True),
    # On what an organisation does better than its branch, or is among the best of it; several hold.
    "standing": Dimension(None, of_organisations=True),
    # Whether a source knows the organisation or person.
    "linked": _PLAIN,
    "loss": _LABEL,
    "one_to_many": _PLAIN,
    "implausible": _PLAIN,
    "vernet": _PLAIN_OF_ORGANISATIONS,
    "izz_care_use": _PLAIN_OF_ORGANISATIONS,
    "izz_monitor": _PLAIN_OF_ORGANISATIONS,
    "fwg": _PLAIN_OF_ORGANISATIONS,
    "intrakoop": _PLAIN_OF_ORGANISATIONS,
    "additional": _PLAIN_OF_ORGANISATIONS,
    "programme": _PLAIN_OF_ORGANISATIONS,
    "participant": _PLAIN_OF_ORGANISATIONS,
    "eligible": _PLAIN_OF_ORGANISATIONS,
}

#: Whom a released number may count, and in which unit.
POPULATIONS: dict[str, Unit] = {
    "employees": "persons",
    # Those of 1 January, of whom some have left by the end of the year.
    "employees at the start": "persons",
    "organisations": "organisations",
    "insured": "persons",
    "respondents": "persons",
    "questionnaires": "persons",
    "attendees": "persons",
    "facilitators": "persons",
    # Statements, action points and instruments are of people and organisations: they count as many.
    "statements": "persons",
    "action points": "persons",
    "instruments": "persons",
    "sampled employees": "persons",
    "delivered": "persons",
    "delivered organisations": "organisations",
}


@dataclass(frozen=True)
class Cell:
    """Who a count counts: a population, and the levels that its members have.

    Attributes
    ----------
    population
        A key of ``POPULATIONS``.
    levels
        Dimension → levels; several levels are a merged category. Sorted, so that equal cells have
        equal text.
    """

    population: str
    levels: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def __post_init__(self) -> None:
        if self.population not in POPULATIONS:
            raise CellError(
                f"population '{self.population}' is not known; allowed: {', '.join(POPULATIONS)}. "
                "Add it to methods/cells.py."
            )
        for name, levels in self.levels:
            if name not in DIMENSIONS:
                raise CellError(
                    f"dimension '{name}' is not known; allowed: {', '.join(DIMENSIONS)}. Add it to "
                    "methods/cells.py, and say whether it is sensitive."
                )
            known = DIMENSIONS[name].levels
            if not levels or (known is not None and set(levels) - set(known)):
                raise CellError(
                    f"dimension '{name}' got a level that is not known; allowed: "
                    f"{', '.join(known or ('any one',))}."
                )

    @classmethod
    def of(cls, population: str, **levels: str | int | Iterable[str] | None) -> Self:
        """Return the cell with these levels; several of a dimension are a merged category.

        A dimension that is None is left out, as a year that no source knows.
        """
        given = {name: one for name, one in levels.items() if one is not None}
        return cls(population, _sorted({name: _as_levels(one) for name, one in given.items()}))

    def within(self, **levels: str | int | Iterable[str]) -> "Cell":
        """Return the part of this cell that also has these levels."""
        given = {name: _as_levels(one) for name, one in levels.items()}
        return Cell(self.population, _sorted({**dict(self.levels), **given}))

    @property
    def unit(self) -> Unit:
        """What is counted."""
        return POPULATIONS[self.population]

    def __str__(self) -> str:
        return "|".join(
            [self.population, *(f"{name}={JOIN.join(levels)}" for name, levels in self.levels)]
        )

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what ``str`` wrote.

        Raises
        ------
        CellError
            If it is not an address.
        """
        population, *parts = text.split("|")
        pairs = [part.partition("=") for part in parts]
        return cls(
            population,
            _sorted({name: tuple(sorted(levels.split(JOIN))) for name, _, levels in pairs}),
        )


def _as_levels(given: str | int | Iterable[str]) -> tuple[str, ...]:
    if isinstance(given, (str, int)):
        return (str(given),)
    return tuple(sorted({str(one) for one in given}))


def _sorted(levels: dict[str, tuple[str, ...]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple(sorted(levels.items()))
