"""Typed parameters of one edition of the book, read from ``editions/<name>.yml``."""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from analysis import project
from analysis.errors import EditionError
from analysis.languages import LANGUAGES, Language, Text
from analysis.strict import Listed, StrictModel
from analysis.yaml_files import read_model

#: First year for which any source of the book has figures (CBS StatLine 80072ned).
FIRST_YEAR = 1996
#: An edition's name is a folder of the site.
EDITION_NAME = r"^[0-9]{4}[a-z0-9-]*$"
#: A year after this one is a typing error rather than a plan.
LAST_YEAR = 2099


class Years(StrictModel):
    """The years that the figures of the edition show, both ends included."""

    first: int
    last: int


class PublishedCount(StrictModel):
    """A count that others published, so that the book may show it exactly.

    Attributes
    ----------
    cell
        Address of what is counted, as in ``methods/cells.py``.
    """

    cell: str
    unit: str
    value: float
    source: Text


class StructuralZero(StrictModel):
    """A share that is 0 or 100 percent by definition, so that it tells nothing about anybody."""

    dimension: str
    why: str = Field(min_length=1)


class Decision(StrictModel):
    """What somebody decided about an exhibit that a rule gave them to judge.

    Attributes
    ----------
    exhibit
        Chapter and id, as in ``1.2-reach/design-effect``.
    rule
        The rule that asked.
    until
        Name of the last edition for which it holds.
    """

    exhibit: str
    rule: str
    decided_by: Text
    why: Text
    until: str = Field(pattern=EDITION_NAME)

    @model_validator(mode="after")
    def _says_who_and_why(self) -> Self:
        for name, text, least in (("decided_by", self.decided_by, 3), ("why", self.why, 20)):
            short = [language for language in LANGUAGES if len(text[language].strip()) < least]
            if short:
                raise ValueError(
                    f"{name}.{short[0]} has fewer than {least} characters; write out who decided "
                    "and why."
                )
        return self


class Disclosure(StrictModel):
    """Thresholds of the airlock, the counts that are public already, and what people decided.

    An edition may ask more than the rules of the house, never less.
    """

    minimum_persons: int = Field(ge=10)
    minimum_organisations: int = Field(ge=5)
    minimum_organisations_as_unit: int = Field(ge=10)
    minimum_degrees_of_freedom: int = Field(ge=10)
    minimum_events: int = Field(ge=10)
    highest_share: float = Field(ge=50, le=90)
    largest_contributor: float = Field(gt=0, le=0.5)
    largest_two_contributors: float = Field(gt=0, le=0.67)
    protection_percent: float = Field(ge=10)
    rounding_base: int = Field(ge=5)
    interval_width: int = Field(ge=10)
    structural_zeros: Listed[tuple[StructuralZero, ...]] = ()
    published_counts: Listed[tuple[PublishedCount, ...]] = ()
    decisions: Listed[tuple[Decision, ...]] = ()


class Spread(StrictModel):
    """An assumed range with its source; ``mode`` makes it triangular, else it is uniform."""

    low: float = Field(ge=0, allow_inf_nan=False)
    high: float = Field(allow_inf_nan=False)
    mode: float | None = Field(default=None, allow_inf_nan=False)
    source: Text

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        middle = self.low if self.mode is None else self.mode
        if not self.low <= middle <= self.high:
            raise ValueError(
                f"low {self.low:g}, mode {middle:g}, high {self.high:g} are not in order; "
                "write low <= mode <= high."
            )
        return self


#: Readings of *unwanted* turnover, which the report does not define: everybody who leaves the
#: sector before retirement, who goes to another sector, or who leaves an employer.
Unwanted = Literal["before_pension", "other_sector", "employer"]


class Assumptions(StrictModel):
    """What the cost chapters assume, because no source measures it.

    Attributes
    ----------
    unwanted_exits
        Readings of unwanted turnover that stand side by side; scenarios start at the first.
    cover_share
        Part of the hours of absence for which cover is bought.
    cover_price
        Price of cover as a multiple of the employer's own wage costs.
    """

    cost_per_leaver_euro: Spread
    absence_cost_factor: Spread
    annual_salary_euro: Spread
    part_time_factor: Spread
    avoidable_share: Spread
    unwanted_exits: Listed[tuple[Unwanted, ...]] = Field(min_length=1)
    cover_share: Spread
    cover_price: Spread
    intervention_cost_per_employee_euro: Spread
    simulations: int = Field(ge=1_000, le=10_000_000)

    @model_validator(mode="after")
    def _shares_are_shares(self) -> Self:
        for name in ("part_time_factor", "avoidable_share", "cover_share"):
            if getattr(self, name).high > 1:
                raise ValueError(f"{name}.high is {getattr(self, name).high:g}; allowed: 0 to 1.")
        return self

    @model_validator(mode="after")
    def _absence_costs_something(self) -> Self:
        # Where it costs nothing, no fall of it ever pays for anything.
        for name in (
            "absence_cost_factor", "annual_salary_euro", "part_time_factor", "cover_share",
            "cover_price",
        ):  # fmt: skip
            if getattr(self, name).high == 0:
                raise ValueError(f"{name}.high is 0; write a number above 0.")
        return self

    @model_validator(mode="after")
    def _readings_are_unique(self) -> Self:
        if len(set(self.unwanted_exits)) != len(self.unwanted_exits):
            raise ValueError("unwanted_exits repeats a reading; name each once.")
        return self


#: Whose figures the target may be about, and which departures may be unwanted. The names are those
#: of ``methods/target_change.py``.
TargetPopulation = Literal["participants", "branches", "sector"]
UnwantedTurnover = Literal["turnover", "without_pension", "sector_exit"]


class Monitoring(StrictModel):
    """The target of the programme, and what its source leaves open.

    The source names no base year, no population and no definition of unwanted turnover, so the
    book shows what an edition lists of each. On which of them a claim is judged is in its rule,
    which no edition changes; how far a quarter is, is in the register as well.

    Attributes
    ----------
    target_year
        Year by which the ambition of the programme is meant to be reached.
    first_year
        First year that counts as before the start, for the comparison with other organisations.
    base_years
        Years with which the year of the target may be compared.
    """

    target_year: int
    first_year: int
    base_years: Listed[tuple[int, ...]] = Field(min_length=1)
    populations: Listed[tuple[TargetPopulation, ...]] = Field(min_length=1)
    unwanted_turnover: Listed[tuple[UnwantedTurnover, ...]] = Field(min_length=1)
    source: Text

    @model_validator(mode="after")
    def _years_in_order(self) -> Self:
        late = [year for year in self.base_years if not FIRST_YEAR <= year < self.target_year]
        if late or not FIRST_YEAR <= self.first_year < self.target_year <= LAST_YEAR:
            raise ValueError(
                f"base_years {list(self.base_years)}, first_year {self.first_year} and "
                f"target_year {self.target_year} are not in order; write years from {FIRST_YEAR} "
                f"on, before the target, and a target up to {LAST_YEAR}."
            )
        for name in ("base_years", "populations", "unwanted_turnover"):
            listed = getattr(self, name)
            if len(set(listed)) < len(listed):
                raise ValueError(f"{name} {list(listed)} repeats an entry; give each once.")
        return self


class Edition(StrictModel):
    """One publication of the book."""

    name: str = Field(pattern=EDITION_NAME)
    reference_year: int
    years: Years
    languages: Listed[tuple[Language, ...]]
    seed: int = Field(ge=0, lt=2**32)
    disclosure: Disclosure
    assumptions: Assumptions
    monitoring: Monitoring

    @model_validator(mode="after")
    def _years_are_covered(self) -> Self:
        first, last = self.years.first, self.years.last
        if not FIRST_YEAR <= first <= last <= LAST_YEAR:
            raise ValueError(
                f"years {first} to {last} are out of coverage; "
                f"write first <= last, between {FIRST_YEAR} and {LAST_YEAR}."
            )
        if not first <= self.reference_year <= last:
            raise ValueError(
                f"reference_year {self.reference_year} is out of coverage; "
                f"allowed: {first} to {last}, the years of this edition."
            )
        before = (*self.monitoring.base_years, self.monitoring.first_year)
        outside = [year for year in before if not first <= year < last]
        if outside:
            raise ValueError(
                f"monitoring.base_years or monitoring.first_year has {outside[0]}; allowed: "
                f"{first} to {last - 1}, years of this edition before its last."
            )
        if tuple(sorted(self.languages)) != tuple(sorted(LANGUAGES)):
            raise ValueError(
                f"languages {list(self.languages)} do not fit; allowed: {list(LANGUAGES)}, each "
                "once."
            )
        return self


def folder() -> Path:
    """Return the folder that holds the editions."""
    return project.root() / "editions"


def ledger_path() -> Path:
    """Return the file in which releases are recorded."""
    return folder() / "ledger.json"


def names() -> list[str]:
    """Return the names of all editions, oldest first."""
    return sorted(path.stem for path in folder().glob("*.yml") if path.is_file())


def read_edition(name: str | int | None = None) -> Edition:
    """Read one edition, the newest when no name is given.

    Parameters
    ----------
    name
        Name of the edition; papermill passes ``2025`` as an integer.

    Raises
    ------
    EditionError
        If there is no such edition, or its file does not fit the model.
    """
    known = names()
    if not known:
        raise EditionError(f"{folder()}: no editions; add one as <name>.yml.")
    wanted = known[-1] if name is None else str(name)
    if isinstance(name, bool) or wanted not in known:
        raise EditionError(
            f"edition '{wanted}' is not known; allowed: {', '.join(known)} "
            f"(the files in {folder()}). Choose one of them or add {wanted}.yml."
        )
    path = folder() / f"{wanted}.yml"
    edition = read_model(path, Edition)
    if edition.name != wanted:
        raise EditionError(
            f"{path}: key 'name' has the value '{edition.name}'; allowed: '{wanted}', as the file."
        )
    return edition
