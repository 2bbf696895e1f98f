"""Whether predicted probabilities hold: recalibration, groups of organisations, net benefit.

Cox (1958), Two further applications of a model for binary regression: regress the outcome on the
logit of the predicted probability. A slope below 1 says that predictions are too extreme, an
intercept away from 0 (with the slope held at 1) that they are too high or too low on the whole:
the hierarchy of Van Calster et al. (2019), Calibration: the Achilles heel of predictive analytics.
Net benefit after Vickers & Elkin (2006), Decision curve analysis.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import stats

from analysis.languages import Text
from analysis.methods import clusters
from analysis.methods.behind import behind, contributions
from analysis.methods.cells import YES, Cell
from analysis.methods.distribution import aggregate
from analysis.methods.forecasts import MODELS, Forecast
from analysis.methods.results import Absent, Aggregate, Estimates, estimates

#: Organisations with and without the outcome in a group, and flagged and not flagged by a
#: threshold: with fewer, a number would tell about single ones.
FEWEST = 10
#: Thresholds of the decision curve, in percent.
THRESHOLDS = tuple(range(5, 65, 5))
#: Probabilities of 0 and 1 have no logit.
_EDGE = 1e-9

RECALIBRATION = Text(
    nl="logistische herijking (Cox): de uitkomst op de logit van de voorspelde kans; "
    "95%-intervallen",
    en="logistic recalibration (Cox): the outcome on the logit of the predicted probability; 95% "
    "intervals",
)
GROUPED = Text(
    nl="organisaties in groepen van gelijke grootte naar voorspelde kans, samengevoegd tot elke "
    "groep er genoeg met en zonder de uitkomst heeft; 95%-interval van het aandeel",
    en="organisations in groups of equal size by predicted probability, merged until each has "
    "enough with and without the outcome; 95% interval of the share",
)
NET_BENEFIT = Text(
    nl="netto opbrengst (Vickers en Elkin): terecht gesignaleerd, min ten onrechte gesignaleerd "
    "maal de odds van de drempel, als deel van alle organisaties; geen interval",
    en="net benefit (Vickers and Elkin): rightly flagged, less wrongly flagged times the odds of "
    "the threshold, as a share of all organisations; no interval",
)


@dataclass(frozen=True)
class Line:
    """A coefficient of recalibration, and what it is when predictions hold."""

    estimate: float
    se: float
    expected: float

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return the interval with normal quantiles."""
        reach = stats.norm.ppf((1 + level) / 2) * self.se
        return self.estimate - reach, self.estimate + reach

    @property
    def p_value(self) -> float:
        """Two-sided p-value against what is expected."""
        return float(2 * stats.norm.sf(abs(self.estimate - self.expected) / self.se))


def logit(probability: np.ndarray) -> np.ndarray:
    """Return the log odds of probabilities, those of 0 and 1 pulled in by a billionth."""
    inside = np.clip(np.asarray(probability, dtype=float), _EDGE, 1 - _EDGE)
    return np.log(inside / (1 - inside))


def recalibrate(outcome: np.ndarray, probability: np.ndarray) -> dict[str, Line]:
    """Return ``intercept`` and ``slope`` together, and ``in_the_large``: the intercept at slope 1.

    In the rows on which a logit was fitted they are 0, 1 and 0: a free test of the code.

    Parameters
    ----------
    outcome
        Shape (rows,): 0 or 1, one row per organisation.
    probability
        Shape (rows,), from 0 to 1.

    Raises
    ------
    ValueError
        If all probabilities, or all outcomes, are equal.
    """
    outcome, line = np.asarray(outcome, dtype=float), logit(probability)
    if np.ptp(line) < 1e-9 or np.ptp(outcome) == 0:
        raise ValueError("probabilities or outcomes do not differ")
    family = sm.families.Binomial()
    both = sm.GLM(outcome, sm.add_constant(line), family=family).fit(tol=1e-12)
    large = sm.GLM(outcome, np.ones(len(outcome)), family=family, offset=line).fit(tol=1e-12)
    return {
        "intercept": Line(both.params[0], both.bse[0], 0.0),
        "slope": Line(both.params[1], both.bse[1], 1.0),
        "in_the_large": Line(large.params[0], large.bse[0], 0.0),
    }


def recalibrated(made: Forecast | Absent, model: str) -> Estimates | Absent:
    """Return intercept, slope and calibration in the large of a model, as terms of these names.

    Parameters
    ----------
    made
        One row per organisation.
    model
        One of ``forecasts.MODELS``.
    """
    if isinstance(made, Absent):
        return made
    try:
        lines = recalibrate(made.frame["top"].to_numpy(), made.frame[model].to_numpy())
    except ValueError:
        return Absent((made.data.table,))
    rows = []
    for term, line in lines.items():
        low, high = line.interval()
        rows.append(
            made.about()
            | {
                "term": term,
                "estimate": line.estimate,
                "ci_low": low,
                "ci_high": high,
                "p_value": line.p_value,
                "behind": behind("model fit", made.cell),
            }
        )
    return estimates(rows, tables=(made.data.table,), method=RECALIBRATION, unit="ratio")


def grouped(made: Forecast | Absent, model: str, *, groups: int = 8) -> Aggregate | Absent:
    """Return the mean forecast and the share with the outcome, in groups of organisations.

    Groups are ``bin_1``, ``bin_2`` and so on, from the least to the most likely; measures ``x``,
    ``y``, ``y_low`` and ``y_high``, in percent.

    Parameters
    ----------
    groups
        Number of groups of equal size to begin with; neighbours are merged until each holds enough
        organisations with and without the outcome. Absent when fewer than two are left.
    """
    if isinstance(made, Absent):
        return made
    frame = made.frame.sort_values([model, "organisation"], kind="stable").reset_index(drop=True)
    place = merged(frame["top"].to_numpy(), groups)
    count = place.max() + 1
    if count < 2:
        return Absent((made.data.table,))
    rows: list[dict] = []
    for number in range(count):
        rows += group_rows(
            frame[place == number],
            model,
            f"bin_{number + 1}",
            made.cell.within(bin=f"{made.data.outcome} {model} {number + 1} of {count}"),
        )
    return aggregate(rows, (made.data.table,), GROUPED)


def merged(outcome: np.ndarray, groups: int) -> np.ndarray:
    """Return the group of each row: even ones, merged upwards; what is left joins the last."""
    even = np.arange(len(outcome)) * groups // len(outcome)
    place, number = np.zeros(len(outcome), dtype=int), 0
    waiting = np.zeros(len(outcome), dtype=bool)
    for one in range(groups):
        waiting |= even == one
        place[waiting] = number
        with_ = outcome[waiting].sum()
        if min(with_, waiting.sum() - with_) >= FEWEST:
            number += 1
            waiting[:] = False
    if waiting.any():
        place[waiting] = max(number - 1, 0)
    return place


def group_rows(members: pd.DataFrame, model: str, group: str, cell: Cell) -> list[dict]:
    """Return the rows of a group: mean probability, and share with the outcome and its interval.

    Parameters
    ----------
    members
        With ``organisation``, ``year``, ``employees``, ``top`` (0 or 1) and the probability.
    model
        Column of the probability, from 0 to 1.
    cell
        Address of the group; of organisations.
    """
    came = members["top"].to_numpy(dtype=float)
    mean = clusters.mean(came, members["organisation"].to_numpy())
    low, high = mean.logit_interval()
    about = _about(members, group)
    kept = {
        "weight": float(len(members)),
        "largest_value": 100.0,
    }
    cells = [
        about
        | {
            "measure": "x",
            "kind": "mean",
            "value": 100 * float(members[model].mean()),
            "behind": behind(
                "mean",
                cell,
                **contributions(members[model].to_numpy()),
                **kept,
                magnitude=f"probability {model}",
            ),
        },
        about
        | {
            "measure": "y",
            "kind": "share",
            "value": 100 * mean.estimate,
            "behind": behind(
                "share", cell, cell.within(top_quarter=YES), numerator=float(came.sum())
            ),
        },
    ]
    cells += [
        about
        | {
            "measure": measure,
            "kind": "mean",
            "value": 100 * end,
            "behind": behind(
                "mean", cell, **contributions(came), **kept, magnitude=f"outcome {measure}"
            ),
        }
        for measure, end in (("y_low", low), ("y_high", high))
    ]
    return cells


def _about(members: pd.DataFrame, group: str) -> dict:
    return {
        "group": group,
        "period": f"{int(members['year'].max())}JJ00",
        "unit": "percent",
        "status": "not stated",
        "n_persons": float(members["employees"].sum()),
        "n_organisations": float(members["organisation"].nunique()),
    }


def net_benefit(outcome: np.ndarray, flagged: np.ndarray, threshold: float) -> np.ndarray:
    """Return what each row adds to net benefit: 1, 0, or minus the odds of the threshold.

    Parameters
    ----------
    outcome, flagged
        Shape (rows,): 0 or 1.
    threshold
        Probability from which one would act, between 0 and 1.
    """
    wrong = threshold / (1 - threshold)
    return np.where(np.asarray(flagged, dtype=bool), np.where(outcome == 1, 1.0, -wrong), 0.0)


def decision_curve(made: Forecast | Absent) -> Aggregate | Absent:
    """Return net benefit per threshold of both models and of flagging everybody, in percent.

    Groups ``with_signals``, ``last_value`` and ``everybody``; measures ``at_5``, ``at_10`` and so
    on. Flagging nobody has a net benefit of zero: flagging everybody is left out where it has
    less. A model's line leaves out thresholds at which it flags, or does not flag, too few
    organisations.
    """
    if isinstance(made, Absent):
        return made
    frame, outcome = made.frame, made.frame["top"].to_numpy()
    rows = []
    for percent in THRESHOLDS:
        flags = {model: frame[model].to_numpy() >= percent / 100 for model in MODELS}
        flags = {
            model: flag
            for model, flag in flags.items()
            if FEWEST <= flag.sum() <= len(flag) - FEWEST
        }
        if not flags:
            continue
        for model, flag in {**flags, "everybody": np.ones(len(frame), dtype=bool)}.items():
            parts = net_benefit(outcome, flag, percent / 100)
            if model == "everybody" and parts.mean() < 0:
                continue
            rows.append(
                _about(frame, model)
                | {
                    "measure": f"at_{percent}",
                    "kind": "mean",
                    "value": 100 * float(parts.mean()),
                    "behind": behind(
                        "mean",
                        made.cell,
                        # At a threshold of a half, right and wrong differ in their sign only.
                        **{**contributions(parts), "different": len(np.unique(parts))},
                        largest_value=100 * float(np.abs(parts).max()),
                        magnitude=f"net benefit {made.data.outcome} {model} {percent}",
                        weight=float(len(parts)),
                    ),
                }
            )
    if not rows:
        return Absent((made.data.table,))
    order = {model: at for at, model in enumerate((*MODELS, "everybody"))}
    rows.sort(key=lambda row: order[row["group"]])
    return aggregate(rows, (made.data.table,), NET_BENEFIT)
