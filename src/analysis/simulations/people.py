"""Drawn people in organisations: who resembles whom, and how many each stands for."""

from dataclasses import dataclass

import numpy as np
from scipy import stats
from scipy.special import logit

ORGANISATIONS, SIZE = 100, 20
#: Part of the variance of what people answer that they share with their colleagues.
SHARED = 0.10


@dataclass(frozen=True)
class People:
    """Drawn people.

    Attributes
    ----------
    organisation
        Number of the organisation of each person.
    weight
        How many people each stands for.
    """

    organisation: np.ndarray
    weight: np.ndarray

    def normal(self, random: np.random.Generator, shared: float = SHARED) -> np.ndarray:
        """Draw a value with mean 0 and variance 1, of which colleagues share a part."""
        count = int(self.organisation.max()) + 1
        common = random.standard_normal(count)[self.organisation]
        own = random.standard_normal(len(self.organisation))
        return np.sqrt(shared) * common + np.sqrt(1 - shared) * own

    def logistic(self, random: np.random.Generator, shared: float = SHARED) -> np.ndarray:
        """Draw errors of log odds that colleagues share in part.

        Each is logistic by itself, so that a slope planted beside it is exactly that of the
        logistic model of all people together.
        """
        return logit(stats.norm.cdf(self.normal(random, shared)))


def people(random: np.random.Generator, organisations: int = ORGANISATIONS) -> People:
    """Draw organisations of half to one and a half times ``SIZE`` people, with weights."""
    size = random.integers(SIZE // 2, 3 * SIZE // 2 + 1, organisations)
    organisation = np.repeat(np.arange(organisations), size)
    return People(organisation, random.uniform(0.5, 2.0, len(organisation)))
