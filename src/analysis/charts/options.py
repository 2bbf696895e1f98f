"""What a chapter may say about how its exhibit is drawn, checked before anything runs long."""

from typing import Literal

from pydantic import Field, ValidationError

from analysis.charts.look import (
    BETWEEN_PAIR,
    COLOURS,
    Counted,
    Drawing,
    Layout,
    Reference,
    together,
)
from analysis.claims.judge import reported_ends, reported_text
from analysis.claims.register import Register
from analysis.errors import EditionError
from analysis.labels import standard_label
from analysis.languages import Language, Text
from analysis.methods.results import PAIR
from analysis.strict import Listed, StrictModel


class Options(StrictModel):
    """Options of figures and tables.

    Attributes
    ----------
    labels
        Group, measure or term → label.
    references
        What the report says there: a term of dots → claim, or any name → claim for a line
        across the figure. ``C15.to_pension`` is a part of claim C15.
    series
        What tells the lines of an ``Aggregate`` apart.
    from_zero
        Whether the axis starts at zero.
    axis
        Name of the axis of numbers along which profiles run.
    highlight
        Groups of profiles that are coloured and named, the others being grey; or terms of
        contributions that are totals.
    counted
        What ``n`` counts, where that is not people; ``observations`` where rows count several.
    """

    labels: dict[str, Text] = {}
    references: dict[str, str] = {}
    series: Literal["group", "measure"] = "group"
    from_zero: bool = False
    axis: Text | None = None
    highlight: Listed[tuple[str, ...]] = Field(default=(), max_length=len(COLOURS))
    counted: Counted = "people"


def read_options(exhibit: str, given: dict) -> Options:
    """Check options.

    Raises
    ------
    EditionError
        Naming the exhibit, the option and what is allowed.
    """
    try:
        return Options.model_validate(given)
    except ValidationError as error:
        keys = ", ".join(".".join(map(str, problem["loc"])) for problem in error.errors())
        raise EditionError(
            f"exhibit '{exhibit}' has options that do not fit: {keys}; allowed: "
            f"{', '.join(Options.model_fields)}."
        ) from None


def drawing_of(
    options: Options, register: Register, *, language: Language, layout: Layout, synthetic: bool
) -> Drawing:
    """Fill in the language, and what the report says from the register."""
    return Drawing(
        language=language,
        layout=layout,
        synthetic=synthetic,
        labels={key: text[language] for key, text in options.labels.items()},
        references={
            key: _reference(register, claim, language, named=key not in options.labels)
            for key, claim in options.references.items()
        },
        series=options.series,
        from_zero=options.from_zero,
        axis=options.axis[language] if options.axis else "",
        highlight=options.highlight,
        counted=options.counted,
    )


_REPORT = {"nl": "Rapport: ", "en": "Report: "}


def _reference(register: Register, key: str, language: Language, *, named: bool) -> Reference:
    """``C15`` is the whole claim, ``C15.to_pension`` one part of it."""
    claim_id, _, part = key.partition(".")
    claim = register[claim_id]
    low, high = reported_ends(claim, part or None)
    prefix = _REPORT[language] if named else ""
    return Reference(low, high, prefix + reported_text(claim, language, part or None))


def label(options: Options, key: str, language: Language) -> str:
    """Return the label of a series or term, or its key; ``+`` joins keys and a dot pairs them."""
    if key not in options.labels and "+" in key:
        return together([label(options, part, language) for part in key.split("+")], language)
    if key not in options.labels and PAIR in key:
        return BETWEEN_PAIR.join(label(options, part, language) for part in key.split(PAIR))
    return options.labels[key][language] if key in options.labels else standard_label(key, language)
