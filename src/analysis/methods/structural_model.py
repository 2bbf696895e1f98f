"""A marginal structural model of irregular work and long absence, with weights.

Who was ill works other hours afterwards, and falls ill again more often. So an earlier illness
confuses the association of later hours with later illness, while it may itself come from earlier
hours. Weights take it out: each year of a person counts by the inverse of how likely the hours of
each year so far were, given what had happened before them (Robins, Hernán & Brumback 2000,
Epidemiology 11). The model is history-adjusted: it asks after the hours of one year among people
alike in whether they had been ill before, else hours of long ago would count through that illness
(Petersen et al. 2007, Am. J. Epidemiol. 166).

The hours are in fifths of the people of a year, as densities of shares depend on their exact shape
(Naimi et al. 2014, Epidemiology 25). Weights are stabilised by the hours of the year before and
by characteristics that no illness changes, and cut off at the first and last percentile (Cole &
Hernán 2008, Am. J. Epidemiol. 168).
"""

import dataclasses
import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods import distribution, irregular_hazard, survey_sample
from analysis.methods.behind import behind
from analysis.methods.cells import Cell
from analysis.methods.irregular_hazard import EVERYBODY
from analysis.methods.person_years import Histories
from analysis.methods.results import (
    PAIR,
    Absent,
    Aggregate,
    Estimates,
    absent_passes_through,
    estimates,
)

WEIGHTED = "weighted"
MEAN_WEIGHT, EFFECTIVE = "mean_weight", "effective_share"
NEVER_ILL, ILL_LOW, ILL_OTHER = "never_ill", "ill_low_pay", "ill_other_pay"
_FIFTHS = 5
_CUT = (0.01, 0.99)
#: Characteristics that no illness of the years before changes.
_BASELINE = (
    "year",
    "rank_fifth",
    "education",
    "sex",
    "age_band",
    "origin",
    "function_group",
    "branch",
)

_METHOD = Text(
    nl="hazard ratio van langdurig verzuim per standaarddeviatie onregelmatig werk in het jaar "
    "ervoor, in een marginaal structureel model dat eerdere ziekte gelijk houdt: "
    "gestabiliseerde inverse-kansgewichten uit multinomiale logistische modellen van vijfden van "
    "onregelmatig werk, gegeven eerdere uren, eerdere ziekte, herstel en loon; afgekapt op het "
    "eerste en laatste percentiel; organisaties als clusters, gewichten als bekend beschouwd",
    en="hazard ratio of long absence per standard deviation of irregular work in the year before, "
    "in a history-adjusted marginal structural model: stabilised inverse probability weights from "
    "multinomial logistic models of fifths of irregular work, given earlier hours, earlier "
    "illness, recovery and pay; cut off at the first and last percentile; organisations as "
    "clusters, weights taken as known",
)
_CHECK = Text(
    nl="gemiddelde van de gewichten, en het aantal even zware rijen dat evenveel zegt (Kish), in "
    "procenten van alle rijen",
    en="mean of the weights, and the number of equally heavy rows that say as much (Kish), in "
    "percent of all rows",
)


@dataclass(frozen=True)
class Weighted:
    """Years at risk with the weight of each.

    Attributes
    ----------
    rows
        Rows of ``Histories.at_risk`` for which two earlier years are known, with ``weight``.
    """

    histories: Histories
    rows: pd.DataFrame


def weighted(histories: Histories | Absent) -> Weighted | Absent:
    """Weigh the years at risk; Absent where hours or illness do not differ enough."""
    if isinstance(histories, Absent):
        return histories
    rows = histories.rows
    hours = rows[rows["irregular_1"].notna()].copy()
    if len(hours) < survey_sample.FEWEST * _FIFTHS:
        return Absent(histories.tables)
    hours["fifth"] = _fifths(hours, "irregular")
    hours["fifth_1"] = _fifths(hours, "irregular_1")
    # People without irregular work are one class, however many they are.
    if hours["fifth"].nunique() < 2:
        return Absent(histories.tables)
    hours["ratio"] = _ratio(hours)
    # Hours of a year matter to illness in the next one, and those of all years before them as well.
    hours["weight"] = hours.groupby("person")["ratio"].cumprod()
    sooner = hours[["person", "year", "weight"]].assign(year=hours["year"] + 1)
    found = histories.at_risk().merge(sooner, on=["person", "year"])
    if found.empty:
        return Absent(histories.tables)
    low, high = np.quantile(found["weight"], _CUT)
    return Weighted(histories, found.assign(weight=found["weight"].clip(low, high)))


def _fifths(rows: pd.DataFrame, column: str) -> np.ndarray:
    """Return the fifth of each row within its year; equal shares fall in the same one."""
    rank = rows.groupby("year")[column].rank(pct=True, method="max")
    return np.minimum(np.ceil(_FIFTHS * rank - 1e-9), _FIFTHS).astype(int).to_numpy()


def _ratio(hours: pd.DataFrame) -> np.ndarray:
    """Return how likely the hours were by what came before without illness, over with illness."""
    known = hours[[*_BASELINE, "fifth_1"]].astype(str)
    base = survey_sample.indicators(known, hours[["ill"]].astype(float)).to_numpy(float)
    illness = np.column_stack(
        [
            hours["earlier"] > 0,
            hours["recovered"],
            hours["recovered"] & hours["low_pay"],
            ~hours["well"],
            # Illness of the same year may change its hours, and they it; it counts as before them.
            hours["ill"],
        ]
    ).astype(float)
    fifth = hours["fifth"].to_numpy()
    return _chance(base, fifth) / _chance(np.column_stack([base, illness]), fifth)


def _chance(design: np.ndarray, fifth: np.ndarray) -> np.ndarray:
    """Return the chance of the fifth that somebody was in."""
    model = LogisticRegression(C=np.inf, max_iter=200, tol=1e-3)
    with warnings.catch_warnings():
        # A level that tells the fifth has no end; its chances are right long before.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(design, fifth)
    chances = model.predict_proba(design)
    return chances[np.arange(len(fifth)), np.searchsorted(model.classes_, fifth)]


@absent_passes_through
def structural(given: Weighted) -> Estimates | Absent:
    """Return the hazard ratio per SD of irregular work in the year before.

    Terms ``everybody.weighted``, ``low_pay.weighted`` and ``other_pay.weighted``.
    """
    histories, rows = given.histories, given.rows
    values = histories.per_spread(rows["irregular_1"])
    history = {"earlier": (rows["earlier"] > 0).to_numpy(float)}
    found = []
    for exposures in ({EVERYBODY: values}, irregular_hazard.by_pay(rows, values)):
        fitted = irregular_hazard.fit(
            histories,
            rows,
            exposures | history,
            followed="weighted",
            weights=rows["weight"].to_numpy(),
        )
        if fitted is not None:
            found += [
                row | {"term": f"{row['term']}{PAIR}{WEIGHTED}"}
                for row in fitted[1]
                if row["term"] in exposures
            ]
    if not found:
        return Absent(histories.tables)
    return estimates(found, tables=histories.tables, method=histories.told(_METHOD))


@absent_passes_through
def check(given: Weighted) -> Estimates:
    """Return the mean weight, which is 1 in a right model, and the effective share of the rows.

    Terms ``mean_weight`` (ratio) and ``effective_share`` (percent).
    """
    weight = given.rows["weight"].to_numpy()
    about, cell = given.histories.about(given.rows, "weighted")
    known = behind("model fit", cell)
    share = 100 * weight.sum() ** 2 / (weight**2).sum() / len(weight)
    rows = [
        about | {"term": MEAN_WEIGHT, "estimate": weight.mean(), "unit": "ratio"},
        about | {"term": EFFECTIVE, "estimate": share, "unit": "percent"},
    ]
    return estimates(
        [row | {"half_step": 0.0, "behind": known} for row in rows],
        tables=given.histories.tables,
        method=given.histories.told(_CHECK),
    )


@absent_passes_through
def spread(given: Weighted) -> Aggregate | Absent:
    """Return percentiles of the weights of those at risk in the last year.

    Groups ``never_ill``, ``ill_low_pay`` and ``ill_other_pay``, by whether a long absence had begun
    before the year.
    """
    rows, histories = given.rows, given.histories
    ill = np.where(rows["low_pay"], ILL_LOW, ILL_OTHER)
    found = distribution.percentiles(
        DataTable(histories.tables[0], rows.assign(
            followed=np.where(rows["earlier"] > 0, ill, NEVER_ILL)
        )),
        "weight", "followed", [NEVER_ILL, ILL_LOW, ILL_OTHER],
        among=Cell.of("sampled employees"), year=int(rows["year"].max()), unit="ratio",
        columns=distribution.Columns(person="person"),
    )  # fmt: skip
    if isinstance(found, Absent):
        return found
    return dataclasses.replace(found, tables=histories.tables)
