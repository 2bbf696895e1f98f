"""Forecasts of next year's outcome, fitted on earlier years and tested on a later one.

Whoever has the outcome is in the top quarter of the branch in that year. Two models compete: a
logit of last year's value of the outcome alone, and one with last year's signals beside it. Neither
has more terms than were chosen beforehand, and nothing is tuned. They are tested on a year that
they have not seen (Steyerberg 2019, Clinical prediction models; TRIPOD+AI, Collins et al. 2024).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import stats

from analysis.languages import Text
from analysis.methods import clusters, discrimination
from analysis.methods.behind import behind
from analysis.methods.cells import Cell
from analysis.methods.early_warning import LAST_VALUE, Panel
from analysis.methods.results import Absent, Estimates, estimates

#: Organisations with and without the outcome that a fit or a test must have.
FEWEST = 20
#: Share of organisation-years, or of organisations, that a random split tests on.
TEST_SHARE = 0.25
#: The model with signals, and the one without.
MODELS = ("with_signals", LAST_VALUE)

DISCRIMINATION = Text(
    nl="logit op eerdere jaren geschat en op het laatste jaar getoetst, waarin elke organisatie "
    "één keer voorkomt; AUC met 95%-interval volgens DeLong, winst met de gepaarde toets van "
    "DeLong; Brier-score met 95%-interval; het interval geldt voor het geschatte model",
    en="logit fitted on earlier years and tested on the last, in which each organisation occurs "
    "once; AUC with 95% interval after DeLong, gain with DeLong's paired test; Brier score with "
    "95% interval; the interval holds for the model as fitted",
)
EXPLAINED = Text(
    nl="kleinste kwadraten op eerdere jaren geschat; verklaarde variantie van de uitkomst in het "
    "laatste jaar, binnen branches; 95%-interval met organisaties als clusters",
    en="least squares fitted on earlier years; explained variance of the outcome in the last year, "
    "within branches; 95% interval with organisations as clusters",
)
SPLITS = Text(
    nl="dezelfde logit, op drie manieren getoetst: op een willekeurig kwart van de "
    "organisatiejaren, op het laatste jaar, en op een willekeurig kwart van de organisaties; "
    "95%-interval volgens DeLong, met organisaties als clusters (Obuchowski)",
    en="the same logit, tested in three ways: on a random quarter of the organisation-years, on "
    "the last year, and on a random quarter of the organisations; 95% interval after DeLong, "
    "with organisations as clusters (Obuchowski)",
)


@dataclass(frozen=True)
class Forecast:
    """What two models expected of rows that they had not seen, and what came.

    Attributes
    ----------
    frame
        Columns ``organisation``, ``year``, ``employees``, ``top`` (0 or 1), ``standard`` (the
        outcome in SD within its branch and year), a probability of ``top`` per model, and a
        forecast of ``standard`` per model as ``<model>_line``.
    data
        The panel.
    """

    frame: pd.DataFrame
    data: Panel

    @property
    def cell(self) -> Cell:
        """Address of the organisations tested on."""
        return Cell.of("organisations", year=self.data.last, bin=f"tested {self.data.outcome}")

    def about(self) -> dict:
        """Return counts, degrees of freedom and period."""
        about = self.data.about(self.frame)
        return about | {"df": float(about["n_organisations"] - 1)}


def out_of_time(data: Panel) -> np.ndarray:
    """Return which rows to test on: those of the last year."""
    return (data.frame["year"] == data.last).to_numpy()


def random_rows(data: Panel, seed: int) -> np.ndarray:
    """Return a random quarter of the organisation-years: the naive test.

    Other years of the same organisation, later ones too, then help to fit.
    """
    return np.random.default_rng(seed).random(len(data.frame)) < TEST_SHARE


def random_organisations(data: Panel, seed: int) -> np.ndarray:
    """Return all years of a random quarter of the organisations."""
    names = np.sort(data.frame["organisation"].unique())
    chosen = names[np.random.default_rng(seed).random(len(names)) < TEST_SHARE]
    return data.frame["organisation"].isin(chosen).to_numpy()


def forecast(data: Panel | Absent, test: np.ndarray | None = None) -> Forecast | Absent:
    """Fit both models on the rows that are not tested, and let them forecast the others.

    Parameters
    ----------
    data
        From ``early_warning.panel``.
    test
        Shape (rows,): which rows to test on; those of the last year when left out.

    Returns
    -------
    Forecast or Absent
        Absent without a signal, or when too few rows on either side have, or lack, the outcome.
    """
    if isinstance(data, Absent):
        return data
    test = out_of_time(data) if test is None else test
    past, future = data.frame[~test], data.frame[test]
    few = min(
        (len(one) - one["top"].sum() if without else one["top"].sum())
        for one in (past, future)
        for without in (False, True)
    )
    if not data.signals or few < FEWEST:
        return Absent((data.table,))
    frame = future[["organisation", "year", "employees", "top", "standard"]].reset_index(drop=True)
    for model, names in zip(MODELS, ([LAST_VALUE, *data.signals], [LAST_VALUE]), strict=True):
        known = sm.add_constant(past[names].to_numpy(), has_constant="add")
        asked = sm.add_constant(future[names].to_numpy(), has_constant="add")
        logit = sm.GLM(past["top"].to_numpy(), known, family=sm.families.Binomial()).fit()
        line = np.linalg.lstsq(known, past["standard"].to_numpy(), rcond=None)[0]
        frame[model] = logit.predict(asked)
        frame[f"{model}_line"] = asked @ line
    return Forecast(frame, data)


def told_apart(made: Forecast | Absent) -> Estimates | Absent:
    """Return the AUC and Brier score of both models, and the gain in AUC.

    Terms ``last_value``, ``with_signals``, ``gain``, ``brier_last_value`` and
    ``brier_with_signals``.
    """
    if isinstance(made, Absent):
        return made
    frame = made.frame
    outcome, cluster = frame["top"].to_numpy(), frame["organisation"].to_numpy()
    found = {
        name: (discrimination.area(outcome, frame[name].to_numpy(), cluster), 0.5)
        for name in (LAST_VALUE, "with_signals")
    }
    better = discrimination.gain(
        outcome, frame["with_signals"].to_numpy(), frame[LAST_VALUE].to_numpy(), cluster
    )
    about = made.about() | {"behind": behind("model fit", made.cell)}
    rows = [
        about | _row(name, area, expected)
        for name, (area, expected) in {**found, "gain": (better, 0.0)}.items()
    ]
    for name in (LAST_VALUE, "with_signals"):
        score, spread = discrimination.brier(outcome, frame[name].to_numpy(), cluster)
        low, high = spread.interval()
        rows.append(
            about | {"term": f"brier_{name}", "estimate": score, "ci_low": low, "ci_high": high}
        )
    return estimates(rows, tables=(made.data.table,), method=DISCRIMINATION, unit="index")


def _row(term: str, area: discrimination.Area, expected: float) -> dict:
    low, high = area.interval()
    return {
        "term": term,
        "estimate": area.estimate,
        "ci_low": low,
        "ci_high": high,
        "p_value": area.p_value(expected),
    }


def explained(made: Forecast | Absent) -> Estimates | Absent:
    """Return the explained variance of both models in the test rows, and the gain.

    Terms ``last_value``, ``with_signals`` and ``gain``, in percent; a gain in percentage points.
    Below zero, a forecast is worse than the mean.
    """
    if isinstance(made, Absent):
        return made
    frame = made.frame
    actual = frame["standard"].to_numpy()
    total = (actual - actual.mean()) ** 2
    missed = {name: (actual - frame[f"{name}_line"].to_numpy()) ** 2 for name in MODELS}
    parts = {
        LAST_VALUE: (total - missed[LAST_VALUE], "percent"),
        "with_signals": (total - missed["with_signals"], "percent"),
        "gain": (missed[LAST_VALUE] - missed["with_signals"], "percentage_points"),
    }
    rows = []
    for term, (numerator, unit) in parts.items():
        part = clusters.ratio(numerator, total, frame["organisation"].to_numpy())
        low, high = part.interval()
        rows.append(
            made.about()
            | {
                "term": term,
                "estimate": 100 * part.estimate,
                "ci_low": 100 * low,
                "ci_high": 100 * high,
                "p_value": float(2 * stats.t.sf(abs(part.estimate / part.se), part.df))
                if part.se > 0
                else 1.0,
                "unit": unit,
                "behind": behind("model fit", made.cell),
            }
        )
    return estimates(rows, tables=(made.data.table,), method=EXPLAINED)


def by_split(data: Panel | Absent, *, seed: int) -> Estimates | Absent:
    """Return the AUC of the model with signals under three ways of testing it.

    Terms ``random_rows``, ``out_of_time`` and ``random_organisations``. The first knows other years
    of the organisations that it is tested on; only the second resembles use.
    """
    if isinstance(data, Absent):
        return data
    tests = {
        "random_rows": random_rows(data, seed),
        "out_of_time": out_of_time(data),
        "random_organisations": random_organisations(data, seed),
    }
    rows = []
    for name, test in tests.items():
        made = forecast(data, test)
        if isinstance(made, Absent):
            return made
        area = discrimination.area(
            made.frame["top"].to_numpy(),
            made.frame["with_signals"].to_numpy(),
            made.frame["organisation"].to_numpy(),
        )
        cell = made.cell.within(bin=f"{name} {data.outcome}")
        rows.append(made.about() | _row(name, area, 0.5) | {"behind": behind("model fit", cell)})
    return estimates(rows, tables=(data.table,), method=SPLITS, unit="index")
