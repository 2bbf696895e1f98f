"""The claims register: every checkable statement of the report, with what would settle it.

``book/claims`` has a file per chapter that judges. The rule of a claim is the same for every
edition and is never adapted to its figures. Statements are paraphrased; ``lines`` are the lines of
the report's text version; a claim that stands only in the frequently asked questions has none, and
its section says where. ``step`` is how the report rounds a number: half a step either way is
what rounding alone explains, and that is the margin. Where the report gives no sharp number, the
rule states a limit and why.
"""

import string
from functools import cached_property
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, ValidationError, model_validator

from analysis import project
from analysis.errors import EditionError
from analysis.languages import LANGUAGES, Text
from analysis.strict import Listed, StrictModel
from analysis.yaml_files import read_model

Verdict = Literal["supported", "contradicted", "inconclusive", "not_testable"]

#: Fields that a wording may use, beside the terms of the claim's own tests.
FIELDS = ("reported", "estimate", "period", "the_period")
#: Verdicts that there may be no estimate for.
_WITHOUT_ESTIMATE = ("inconclusive", "not_testable")


class Reported(StrictModel):
    """What the report says: one value, or a low and a high one, and the parts of a sum.

    Attributes
    ----------
    step
        How the report rounds: the true number lies within half a step of the reported one.
    """

    value: float | None = None
    low: float | None = None
    high: float | None = None
    unit: str
    step: float = Field(gt=0)
    parts: dict[str, float] = {}

    @model_validator(mode="after")
    def _one_or_two(self) -> Self:
        if (self.value is None) == (self.low is None) or (self.low is None) != (self.high is None):
            raise ValueError("give either 'value', or 'low' and 'high'.")
        return self


class Region(StrictModel):
    """Values of the estimate that fit the claim; an end that is left out is open.

    Attributes
    ----------
    label
        What the test is about, where a claim has several.
    reason
        Why the ends lie where they do.
    """

    label: Text | None = None
    low: float | None = None
    high: float | None = None
    reason: Text

    @model_validator(mode="after")
    def _has_an_end(self) -> Self:
        if self.low is None and self.high is None:
            raise ValueError("give 'low', 'high' or both.")
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise ValueError(f"low {self.low:g} is not below high {self.high:g}.")
        return self


class Claim(StrictModel):
    """A statement of the report and the rule that judges it, written before the data are seen.

    Attributes
    ----------
    tests
        Term of the estimates → region that supports the claim. The claim is supported when every
        part is, and contradicted when one part is.
    headline
        The term whose estimate stands beside what the report says.
    maximum_age
        The newest figure may be this many years older than the edition's reference year.
    untestable
        Why this project cannot test the claim; it has no tests then.
    testable_from
        First year of figures that can settle the claim, where it is about a year to come. Until
        then it is not testable; from then on its tests judge it.
    wording
        Verdict → sentence of the page.
    """

    id: str = Field(pattern=r"^C[0-9]{2,3}$")
    section: Text
    lines: Listed[tuple[int, ...]]
    chapter: str
    statement: Text
    reported: Reported | None = None
    tests: dict[str, Region] = {}
    headline: str | None = None
    maximum_age: int = Field(default=2, ge=0)
    untestable: Text | None = None
    testable_from: int | None = None
    caveat: Text | None = None
    wording: dict[Verdict, Text]

    @model_validator(mode="after")
    def _wording_fits_the_tests(self) -> Self:
        if bool(self.tests) == bool(self.untestable):
            raise ValueError("give either 'tests' or 'untestable'.")
        needed = (
            {"not_testable"} if self.untestable else {"supported", "contradicted", "inconclusive"}
        )
        if self.testable_from is not None:
            if self.untestable:
                raise ValueError("'testable_from' is for a claim with tests; leave it out.")
            needed = needed | {"not_testable"}
        if set(self.wording) != needed:
            raise ValueError(
                f"'wording' is for {', '.join(sorted(self.wording))}; expected exactly "
                f"{', '.join(sorted(needed))}."
            )
        if self.tests and self.headline not in self.tests:
            raise ValueError(
                f"'headline' {self.headline!r} is not a test; allowed: {', '.join(self.tests)}."
            )
        unnamed = sorted(term for term, region in self.tests.items() if region.label is None)
        if len(self.tests) > 1 and unnamed:
            raise ValueError(
                f"tests {unnamed} have no 'label'; a claim with several needs one each."
            )
        allowed = {*FIELDS, *self.tests}
        for verdict, text in self.wording.items():
            for language in LANGUAGES:
                fields = list(string.Formatter().parse(text[language]))
                used = {name for _, name, _, _ in fields if name}
                if any(spec or conversion for _, _, spec, conversion in fields):
                    raise ValueError(
                        f"the {language} wording for '{verdict}' formats a field; write the name "
                        "alone, as {estimate}."
                    )
                if used - allowed:
                    raise ValueError(
                        f"the {language} wording for '{verdict}' uses {sorted(used - allowed)}; "
                        f"allowed: {', '.join(sorted(allowed))}."
                    )
                if verdict in _WITHOUT_ESTIMATE and used - {"reported"}:
                    raise ValueError(
                        f"the {language} wording for '{verdict}' uses an estimate; there may "
                        "be none. Use 'reported' only; the reason is added by the judge."
                    )
        return self


class Side(StrictModel):
    """One of the places where the report disagrees with itself."""

    claim: str | None = None
    lines: Listed[tuple[int, ...]]
    says: Text


class Inconsistency(StrictModel):
    """Statements of the report that cannot all hold, side by side."""

    id: str
    chapter: str
    title: Text
    sides: Listed[tuple[Side, ...]] = Field(min_length=2)
    meaning: Text


class Register(StrictModel):
    """All claims and all places where the report disagrees with itself."""

    claims: Listed[tuple[Claim, ...]] = ()
    inconsistencies: Listed[tuple[Inconsistency, ...]] = ()

    @model_validator(mode="after")
    def _claims_are_unique(self) -> Self:
        ids = [claim.id for claim in self.claims]
        repeated = sorted({name for name in ids if ids.count(name) > 1})
        if repeated:
            raise ValueError(f"claims {repeated} stand twice; keep one of each.")
        return self

    @cached_property
    def by_id(self) -> dict[str, Claim]:
        """Claims by their id."""
        return {claim.id: claim for claim in self.claims}

    def __getitem__(self, claim_id: str) -> Claim:
        if claim_id not in self.by_id:
            raise EditionError(
                f"claim '{claim_id}' is not in the register; allowed: {', '.join(self.by_id)}."
            )
        return self.by_id[claim_id]


def folder() -> Path:
    """Return the folder of the register."""
    return project.root() / "book" / "claims"


def read_register() -> Register:
    """Read the register: the files of all chapters, in the order of their names.

    Raises
    ------
    EditionError
        Naming file, key and what is allowed.
    """
    paths = sorted(folder().glob("*.yml"))
    parts = [read_model(path, Register) for path in paths]
    for path, part in zip(paths, parts, strict=True):
        strangers = sorted(
            one.id for one in (*part.claims, *part.inconsistencies) if one.chapter != path.stem
        )
        if strangers:
            raise EditionError(
                f"{path}: {', '.join(strangers)} has another chapter than '{path.stem}'; move it "
                "to the file of its chapter."
            )
    try:
        return Register(
            claims=[claim for part in parts for claim in part.claims],
            inconsistencies=[one for part in parts for one in part.inconsistencies],
        )
    except ValidationError as error:
        told = "; ".join(str(problem["ctx"]["error"]) for problem in error.errors())
        raise EditionError(f"{folder()}: {told}") from None
