"""What the airlock did for a release, as ``disclosure.json`` tells it; never a hidden value."""

from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from analysis.airlock.words import RULE_WORDS
from analysis.edition import EDITION_NAME, Disclosure
from analysis.languages import Text
from analysis.strict import Listed, StrictModel

DISCLOSURE = "disclosure.json"
_CHANGES = ("new", "gone", "same", "changed", "newly_hidden")


class Decided(StrictModel):
    """What somebody decided on an exhibit."""

    rule: str
    decided_by: Text
    why: Text
    until: str = Field(pattern=EDITION_NAME)


class Judged(StrictModel):
    """How one exhibit was judged.

    Attributes
    ----------
    tables
        On which its result rests.
    public
        Whether no rule applies to it.
    rules
        Names of the rules that apply.
    cells, suppressed
        Number of rows, and how many of them are hidden.
    why
        Rule → number of rows that it hides; several can hide one. Tells more about single cells
        than a page may: see ``Disclosed.for_everybody``.
    merges
        How many times categories were merged.
    """

    chapter: str
    exhibit: str
    kind: Literal["figure", "table", "number", "finding"]
    tables: Listed[tuple[str, ...]]
    status: Literal["pass", "withheld", "absent"]
    public: bool
    rules: Listed[tuple[str, ...]] = ()
    cells: int = Field(ge=0)
    suppressed: int = Field(ge=0)
    why: dict[str, int] = {}
    merges: int = Field(ge=0)
    decisions: Listed[tuple[Decided, ...]]

    @model_validator(mode="after")
    def _is_possible(self) -> Self:
        named = {*self.rules, *self.why, *(one.rule for one in self.decisions)}
        unknown = sorted(named - set(RULE_WORDS))
        if unknown:
            raise ValueError(f"the rule '{unknown[0]}' is not known")
        if self.suppressed > self.cells:
            raise ValueError("more rows are hidden than there are")
        return self


class Attack(StrictModel):
    """What the attack on all exhibits together found.

    Attributes
    ----------
    hidden
        Hidden numbers that were attacked.
    found_out_at_first, found_out_in_the_end
        How many an attacker would have found out before more was hidden, and after.
    numbers_joined
        Shown numbers that the attacker had, those of earlier releases included.
    """

    hidden: int = Field(ge=0)
    found_out_at_first: int = Field(ge=0)
    found_out_in_the_end: int = Field(ge=0)
    numbers_joined: int = Field(ge=0)
    earlier_releases: int = Field(ge=0)


class Disclosed(StrictModel):
    """All of it.

    Attributes
    ----------
    data
        Of the confidential tables.
    thresholds
        Of the edition, without decisions; never below the rules of the house.
    changes
        Numbers of cells compared with the last recorded release; empty where there is none.
    """

    edition: str = Field(pattern=EDITION_NAME)
    data: Literal["real", "partly synthetic", "synthetic"]
    thresholds: Disclosure
    attack: Attack
    changes: dict[str, int]
    exhibits: Listed[tuple[Judged, ...]]

    @model_validator(mode="after")
    def _compares_all_or_nothing(self) -> Self:
        if self.changes and set(self.changes) != set(_CHANGES):
            raise ValueError(f"'changes' has other keys than {', '.join(_CHANGES)}")
        return self

    @property
    def totals(self) -> "Totals":
        """Sums over the exhibits."""
        return totals_of(self)

    def for_everybody(self) -> dict[str, Any]:
        """Return what the site may hold: without the reasons by exhibit.

        That a figure is hidden because nearly everybody has something tells what it hides.
        """
        return self.model_dump(
            mode="json",
            exclude={
                "exhibits": {"__all__": {"why", "rules"}},
                "thresholds": {"decisions"},
            },
        )


class Totals(StrictModel):
    """Sums over the exhibits of a release.

    Attributes
    ----------
    own, others
        Hidden rows that break a rule themselves, and that are hidden for what stands elsewhere.
    """

    exhibits: int
    confidential: int
    cells: int
    hidden: int
    own: int
    others: int
    withheld: int
    merges: int
    decisions: int


def totals_of(disclosed: Disclosed) -> Totals:
    """Add up the exhibits."""
    judged = [one for one in disclosed.exhibits if not one.public]
    # A row that is hidden for others broke no rule before, so that it counts once.
    others = sum(
        count
        for one in judged
        for rule, count in one.why.items()
        if RULE_WORDS[rule].group == "hides together"
    )
    hidden = sum(one.suppressed for one in judged)
    return Totals(
        exhibits=len(disclosed.exhibits),
        confidential=len(judged),
        cells=sum(one.cells for one in judged),
        hidden=hidden,
        own=hidden - others,
        others=others,
        withheld=sum(one.status == "withheld" for one in judged),
        merges=sum(one.merges for one in judged),
        decisions=sum(len(one.decisions) for one in judged),
    )


def read_disclosed(folder: Path) -> Disclosed:
    """Read what a folder of a release or of released frames tells.

    Raises
    ------
    pydantic.ValidationError
        If it does not fit.
    """
    return Disclosed.model_validate_json((folder / DISCLOSURE).read_bytes())
