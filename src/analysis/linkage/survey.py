"""Survey respondents: scale scores and what is known of their organisation."""

from analysis.linkage.columns import Column, column
from analysis.sources import vocabulary
from analysis.sources.izz_monitor import RESPONDENTS, SCALE_WORDS

#: Share of a scale's items that must be answered for a score.
ANSWERED_AT_LEAST = 0.5

#: A score per scale.
SCORES: tuple[Column, ...] = tuple(
    column(
        scale,
        "DOUBLE",
        f"{SCALE_WORDS[scale].nl}: gemiddelde van de vragen (1-5), als de helft is beantwoord",
        f"{SCALE_WORDS[scale].en}: mean of the items (1-5), if half of them were answered",
        unit="score",
        source=RESPONDENTS.name,
    )
    for scale in vocabulary.SCALES
)


def score(scale: str) -> str:
    """Return the SQL of a respondent's score: the mean of the answered items of a scale."""
    items = vocabulary.items(scale)
    total = " + ".join(f"coalesce({item}, 0)" for item in items)
    answered = " + ".join(f"CAST({item} IS NOT NULL AS INTEGER)" for item in items)
    enough = ANSWERED_AT_LEAST * len(items)
    return f"CASE WHEN {answered} >= {enough} THEN ({total}) / ({answered}) END"
