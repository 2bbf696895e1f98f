"""Simulations of how far organisations differ: the share of variance that lies between them."""

import numpy as np

from analysis.languages import Text
from analysis.methods import between_organisations
from analysis.simulations.base import Drawn, Simulation, no_answer, planted
from analysis.simulations.people import people


def share_of_score(share: float, random: np.random.Generator) -> Drawn:
    """Estimate the share of variance between organisations of a score."""
    drawn = people(random)
    found = between_organisations.of_scores(drawn.normal(random, share), drawn.organisation)
    truth = 100 * share
    return no_answer(truth) if found is None else Drawn(*found.share(), found.p_value, truth)


_CAUTIOUS = Text(nl="een variantie is nooit negatief", en="a variance is never negative")


#: A share has no sign: the reversed world has the same one.
_SHARES = {
    world: share for world, share in planted("survey_icc", "scales").items() if world != "reversed"
}

SIMULATIONS = (
    Simulation(
        name="share-between-score",
        title=Text(
            nl="deel van de verschillen in een score dat tussen organisaties ligt",
            en="share of the differences in a score that lies between organisations",
        ),
        claims=("C43",),
        topic="individual",
        variants=_SHARES,
        draw=share_of_score,
        uses=(between_organisations,),
        lowest=0.0,
        conservative=_CAUTIOUS,
    ),
)
