"""Samples for tests of the individual model."""

import numpy as np
import pandas as pd

from analysis.methods.survey_sample import Sample


def sample_of(
    scores: dict[str, np.ndarray],
    organisation: np.ndarray,
    weights: np.ndarray | None = None,
    outcomes: dict[str, np.ndarray] | None = None,
) -> Sample:
    """Make a sample without controls."""
    rows = range(len(organisation))
    return Sample(
        scores=pd.DataFrame(scores),
        outcomes=pd.DataFrame(outcomes, index=rows),
        controls=pd.DataFrame(index=rows),
        weights=None if weights is None else weights / weights.mean(),
        organisation=organisation,
        persons=len(organisation),
        year=2025,
        years=(2025,),
        tables=("individuals",),
    )
