"""What a thousand draws tell of an estimator: bias, coverage, rejection, and whether it passes.

Morris, White and Crowther (2019), Using simulation studies to evaluate statistical methods,
Statistics in Medicine 38:2074-2102, for the measures and their Monte Carlo errors.
"""

import json
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
from scipy import stats

from analysis.languages import Text
from analysis.strict import Listed, StrictModel

#: Where the results are kept.
RESULTS = Path(__file__).with_name("results")
LEVEL = 0.95
#: Bias within this many Monte Carlo standard errors is what chance gives.
LARGEST_BIAS = 3.0
#: Share of the binomial distribution within which a coverage or a rejection lies.
REGION = 0.999
#: Share of the draws that may go without an answer.
LARGEST_SILENCE = 0.01

Rule = Literal["answers", "bias", "coverage", "rejection"]


class Variant(StrictModel):
    """What the draws of one world tell.

    Attributes
    ----------
    draws, answered
        How many draws there are, and how many had an answer.
    truth
        Mean of what was planted.
    bias, bias_se
        Mean difference of estimate and truth, and its Monte Carlo standard error.
    coverage
        Share of the intervals that hold the truth.
    rejection
        Share of the draws that reject the null value; none without a test.
    broken
        Rules that do not hold.
    """

    draws: int
    answered: int
    truth: float
    bias: float
    bias_se: float
    coverage: float
    rejection: float | None
    broken: Listed[tuple[Rule, ...]]


class Summary(StrictModel):
    """What the draws tell of one estimator, with what a page needs to show it."""

    name: str
    title: Text
    claims: Listed[tuple[str, ...]]
    topic: str
    naive: bool
    conservative: Text | None
    null: float | None
    lowest: float | None
    variants: dict[str, Variant]

    @property
    def holds(self) -> bool:
        """Whether every rule holds in every world."""
        return not any(variant.broken for variant in self.variants.values())


def summarise(
    draws: pd.DataFrame,
    *,
    null: float | None,
    conservative: bool = False,
    lowest: float | None = None,
) -> Variant:
    """Summarise the draws of one world and judge them.

    Parameters
    ----------
    draws
        Columns ``estimate``, ``ci_low``, ``ci_high``, ``p_value``, ``truth``; a row per draw.
    null
        Value that the test rejects; where the truth is that value, rejections are errors.
    conservative
        Whether more coverage and fewer rejections than stated are accepted.
    lowest
        Smallest value of an estimate; a truth that lies there is missed upwards by any estimator.
    """
    found = draws.dropna(subset=["estimate", "ci_low", "ci_high"])
    count = len(found)
    if not count:
        raise ValueError("no draw has an answer; the estimator does not fit the drawn data")
    error = found["estimate"] - found["truth"]
    bias, bias_se = float(error.mean()), float(error.std(ddof=1) / np.sqrt(count))
    covered = int(
        ((found["ci_low"] <= found["truth"]) & (found["truth"] <= found["ci_high"])).sum()
    )
    rejected = None if null is None else _rejections(found, null)
    broken: list[Rule] = []
    if len(draws) - count > LARGEST_SILENCE * len(draws):
        broken.append("answers")
    if abs(bias) >= LARGEST_BIAS * bias_se and not at_edge(float(found["truth"].mean()), lowest):
        broken.append("bias")
    fewest, most = region(count, LEVEL)
    if covered < fewest or (covered > most and not conservative):
        broken.append("coverage")
    if rejected is not None and np.allclose(found["truth"], null):
        fewest, most = region(count, 1 - LEVEL)
        if rejected > most or (rejected < fewest and not conservative):
            broken.append("rejection")
    return Variant(
        draws=len(draws),
        answered=count,
        truth=float(found["truth"].mean()),
        bias=bias,
        bias_se=bias_se,
        coverage=covered / count,
        rejection=None if rejected is None else rejected / count,
        broken=tuple(broken),
    )


def at_edge(truth: float, lowest: float | None) -> bool:
    """Tell whether an estimate can only be too large."""
    return lowest is not None and bool(np.isclose(truth, lowest))


def _rejections(found: pd.DataFrame, null: float) -> int:
    by_interval = (found["ci_low"] > null) | (found["ci_high"] < null)
    by_test = found["p_value"] < 1 - LEVEL
    return int(by_interval.where(found["p_value"].isna(), by_test).sum())


def region(count: int, share: float) -> tuple[int, int]:
    """Return the fewest and the most of ``count`` that chance gives; exact, after the binomial."""
    tail = (1 - REGION) / 2
    fewest, most = stats.binom.ppf([tail, 1 - tail], count, share)
    return int(fewest), int(most)


def read_summaries(folder: Path = RESULTS) -> list[Summary]:
    """Return the kept summaries in the order of their names; nothing of the simulations is run."""
    return [
        Summary.model_validate(json.loads(path.read_text(encoding="utf-8"))["summary"])
        for path in sorted(folder.glob("*.json"))
    ]
