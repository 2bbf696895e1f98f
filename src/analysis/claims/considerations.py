"""What the report asks of others, beside what bears on it in this book.

The report ends parts of section 2.3 to 2.5 with a consideration, and tells beside its eight good
practices what was learned from them. ``book/considerations.yml`` has them all, in the order of the
report and in the words of this book. Each is linked to the claims and chapters that bear on it, or
says why nothing does. A consideration is a call and not a finding: a verdict on a claim that bears
on it says whether the facts behind the call hold, not whether the call is right.
"""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from analysis import project
from analysis.claims.register import read_register
from analysis.errors import EditionError
from analysis.languages import Text
from analysis.strict import Listed, StrictModel
from analysis.yaml_files import read_model

Kind = Literal["consideration", "learning point"]


class Evidence(StrictModel):
    """What in this book bears on a consideration.

    Attributes
    ----------
    claims
        Claims of the register, in the order in which a reader wants them.
    chapters
        Chapters that say more than their claims.
    """

    claims: Listed[tuple[str, ...]] = ()
    chapters: Listed[tuple[str, ...]] = ()

    @model_validator(mode="after")
    def _names_something_once(self) -> Self:
        if not self.claims and not self.chapters:
            raise ValueError("give 'claims' or 'chapters', or write 'none'.")
        named = (*self.claims, *self.chapters)
        repeated = sorted({name for name in named if named.count(name) > 1})
        if repeated:
            raise ValueError(f"{repeated} stand twice; keep one of each.")
        return self


class Consideration(StrictModel):
    """A call of the report on somebody.

    Attributes
    ----------
    lines
        Of the report's text version.
    asks
        What it asks, in the words of this book.
    to
        Whom it asks.
    evidence
        What bears on it here, or ``none``.
    not_shown
        What no data of this book show: the reason where there is no evidence, and otherwise the
        part of the call that the evidence does not reach.
    """

    id: str = Field(pattern=r"^[a-z]+(-[a-z]+)*$")
    kind: Kind
    section: Text
    lines: Listed[tuple[int, ...]] = Field(min_length=1)
    title: Text
    asks: Text
    to: Text
    evidence: Evidence | Literal["none"]
    not_shown: Text

    @property
    def claims(self) -> tuple[str, ...]:
        """Claims that bear on it."""
        return () if self.evidence == "none" else self.evidence.claims

    @property
    def chapters(self) -> tuple[str, ...]:
        """Chapters that bear on it."""
        return () if self.evidence == "none" else self.evidence.chapters


class Considerations(StrictModel):
    """All considerations and learning points, in the order of the report."""

    considerations: Listed[tuple[Consideration, ...]] = Field(min_length=1)

    @model_validator(mode="after")
    def _ids_are_unique_and_lines_in_order(self) -> Self:
        ids = [one.id for one in self.considerations]
        repeated = sorted({name for name in ids if ids.count(name) > 1})
        if repeated:
            raise ValueError(f"considerations {repeated} stand twice; keep one of each.")
        for one in self.considerations:
            if list(one.lines) != sorted(set(one.lines)):
                raise ValueError(f"the lines of '{one.id}' are not in order, or one stands twice.")
        starts = [one.lines[0] for one in self.considerations]
        if starts != sorted(starts):
            raise ValueError("considerations are not in the order of the report's lines.")
        return self


def path() -> Path:
    """Return the file of the considerations."""
    return project.root() / "book" / "considerations.yml"


def read_considerations() -> tuple[Consideration, ...]:
    """Read the considerations, and check that what they link to exists.

    Raises
    ------
    EditionError
        Naming file, consideration and what is allowed.
    """
    found = read_model(path(), Considerations).considerations
    claims = read_register().by_id
    chapters = sorted(one.stem for one in (project.root() / "notebooks").glob("*.ipynb"))
    for one in found:
        for what, names, known in (
            ("claim", one.claims, claims),
            ("chapter", one.chapters, chapters),
        ):
            unknown = sorted(set(names) - set(known))
            if unknown:
                raise EditionError(
                    f"{path()}: '{one.id}' names the {what} '{unknown[0]}', which this book does "
                    f"not have; allowed: {', '.join(known)}."
                )
    return found
