"""What a simulation is: how data are drawn, which truth they hold, and what the estimator said.

An estimator is tried on data that are drawn anew each time, small and with the features that make
the real data hard: people in organisations, weights, few organisations. What is planted follows
the worlds of ``analysis.stub.worlds``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Literal

import numpy as np

from analysis.languages import Text
from analysis.stub.worlds import NAMES, WORLDS

Topic = Literal["description", "individual", "organisation", "warning", "ages"]


@dataclass(frozen=True)
class Drawn:
    """What an estimator said of one set of drawn data.

    Attributes
    ----------
    estimate, ci_low, ci_high
        The estimate with its 95 % interval, in one unit; missing when there was no answer.
    p_value
        Against the null value; missing when the estimator has none, and then the interval decides.
    truth
        What was planted, in the unit of the estimate.
    """

    estimate: float
    ci_low: float
    ci_high: float
    p_value: float
    truth: float


@dataclass(frozen=True)
class Simulation:
    """An estimator on drawn data.

    Attributes
    ----------
    name
        Of the results file: small letters, digits and hyphens.
    title
        What is estimated and how, for a reader who is no statistician.
    claims
        Claims that rest on the estimator.
    topic
        Part of the table where it stands.
    variants
        World → planted truth as ``draw`` takes it; see ``planted``.
    draw
        Draws data that hold the truth and estimates it. A function of a module, so that another
        process finds it. Takes no other numbers from the worlds than its truth.
    uses
        Modules of ``analysis.methods`` that hold the estimator.
    null
        Value that the test rejects; nothing where there is no test, as with a reliability.
    naive
        Whether it shows a variant that is wrong; such a one is shown, not accepted.
    conservative
        Why the interval may cover more and reject less often than it says; nothing else may.
    lowest
        Smallest value that the estimate can take, as of a variance. Where the truth lies there, no
        estimator is unbiased, and bias is not judged.
    draws
        How often; fewer where a draw takes long.
    """

    name: str
    title: Text
    claims: tuple[str, ...]
    topic: Topic
    variants: Mapping[str, float]
    draw: Callable[[float, np.random.Generator], Drawn]
    uses: tuple[ModuleType, ...]
    null: float | None = 0.0
    naive: bool = False
    conservative: Text | None = None
    lowest: float | None = None
    draws: int = 1000


def planted(plant: str, part: str | None = None) -> dict[str, float]:
    """Return a planted value in each of the three worlds.

    Parameters
    ----------
    plant, part
        Name in ``plants.yml``, and of one of its parts where it has some.
    """
    values = {name: getattr(WORLDS[name], plant) for name in NAMES}
    return values if part is None else {name: value[part] for name, value in values.items()}


def drawn_from(row: Mapping[str, float], truth: float) -> Drawn:
    """Take the estimate, interval and p-value of a row of ``Estimates``."""
    columns = ("estimate", "ci_low", "ci_high", "p_value")
    return Drawn(*(float(row[column]) for column in columns), truth)


def no_answer(truth: float) -> Drawn:
    """Return what is noted when the estimator is Absent."""
    return Drawn(np.nan, np.nan, np.nan, np.nan, truth)
