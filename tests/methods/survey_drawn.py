"""A small survey in one table, drawn from a factor model that the tests know."""

import numpy as np
import pandas as pd

from analysis.dataset import DataTable
from analysis.methods.reliability import parts_of
from analysis.sources.vocabulary import AGE_BANDS, BRANCHES, SCALES

LOADINGS = (0.85, 0.75, 0.62)


def drawn(
    people: int,
    organisations: int,
    *,
    seed: int = 1,
    scales: tuple[str, ...] = tuple(SCALES),
    common: float = 0.7,
    method: float = 0.0,
    shift: float = 0.0,
    missing: float = 0.0,
) -> DataTable:
    """Draw standardised answers; ``shift`` raises one item of safety in disability care."""
    random = np.random.default_rng(seed)
    organisation = random.integers(organisations, size=people)
    branch = np.array(list(BRANCHES))[organisation % len(BRANCHES)]
    columns = {
        "respondent": np.arange(people).astype(str),
        "organisation": organisation.astype(str),
        "year": 2025,
        "branch": branch,
        "age_band": random.choice(list(AGE_BANDS), people),
    }
    habit = random.standard_normal(people)
    for scale in scales:
        level = random.standard_normal(organisations)[organisation]
        general = np.sqrt(0.03) * level + np.sqrt(0.97) * random.standard_normal(people)
        parts = parts_of(scale)
        share = common if len(parts) > 1 else 1.0
        for items in parts.values():
            own = random.standard_normal(people)
            latent = np.sqrt(share) * general + np.sqrt(1 - share) * own
            for loading, item in zip(LOADINGS, items, strict=True):
                error = np.sqrt(1 - loading**2 - method**2)
                answer = loading * latent + method * habit + error * random.standard_normal(people)
                if item == "learning_safety_1":
                    answer = answer + shift * (branch == "ghz")
                columns[item] = np.where(random.random(people) < missing, np.nan, answer)
        answers = pd.DataFrame({item: columns[item] for items in parts.values() for item in items})
        columns[scale] = answers.mean(axis=1)
    return DataTable("individuals", pd.DataFrame(columns))
