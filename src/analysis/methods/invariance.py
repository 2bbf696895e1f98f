"""Whether a scale measures the same in every branch and at every age.

Three models per part of a scale, each stricter than the one before: the same items (configural),
also the same loadings (metric), also the same intercepts (scalar). Means of groups can be compared
only where the last one holds. It fails where the comparative fit index falls by more than .01
(Cheung and Rensvold 2002, Structural Equation Modeling 9; Chen 2007, same journal, 14), not where
a chi-square is significant: with thousands of people who are not independent everything is. Parts
are judged one by one, because the index of a large model hides one item that differs.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods import factor_model, moments
from analysis.methods.behind import behind
from analysis.methods.cells import Cell
from analysis.methods.distribution import aggregate
from analysis.methods.factor_model import Fit, NotIdentifiedError, Problem
from analysis.methods.measurement_models import Equal, correlated_factors
from analysis.methods.model_fit import indices
from analysis.methods.moments import Moments
from analysis.methods.progress import follow
from analysis.methods.reliability import CLUSTER, parts_of
from analysis.methods.results import Absent, Aggregate, Estimates, estimates
from analysis.methods.years import in_latest_year
from analysis.sources.vocabulary import AGE_BANDS, BRANCHES, SCALES

#: A larger fall of the comparative fit index means that the stricter model does not hold.
LARGEST_FALL = 0.01
#: Groups by which measurement is compared, with their levels.
GROUPINGS = {"branch": tuple(BRANCHES), "age_band": tuple(AGE_BANDS)}
#: A group with fewer complete answers is left out of the comparison.
FEWEST = 100
#: At most this many intercepts are freed in a part.
_MOST_FREED = 4

METHOD = Text(
    nl="meetinvariantie per onderdeel: factormodel met maximale aannemelijkheid voor alle groepen "
    "samen, met gelijke ladingen en daarna gelijke intercepten; daling van de CFI, die niet van "
    "het aantal mensen en nauwelijks van clusters afhangt; alleen wie alle vragen van het "
    "onderdeel beantwoordde, nieuwste meting, ongewogen",
    en="measurement invariance per part: factor model by maximum likelihood for all groups at "
    "once, with equal loadings and then equal intercepts; fall of the CFI, which does not depend "
    "on the number of people and hardly on clusters; only those who answered all items of the "
    "part, latest wave, unweighted",
)


@dataclass(frozen=True)
class Tested:
    """The models of one part of a scale in all groups.

    Attributes
    ----------
    name, grouping, year
        Part or scale, by what people were grouped, and the wave.
    levels
        Levels of the grouping that had enough people.
    n, n_organisations
        People with all answers in these levels, and their organisations.
    metric_fall, scalar_fall
        How much the comparative fit index falls with equal loadings, and then with equal
        intercepts.
    freed
        Intercepts that differ, as item and level, freed one after the other until the fall is at
        most ``LARGEST_FALL``.
    partial_fall
        The fall that is left with these free.
    scalar
        The model with equal loadings and intercepts.
    """

    name: str
    grouping: str
    year: int
    levels: tuple[str, ...]
    n: int
    n_organisations: int
    metric_fall: float
    scalar_fall: float
    freed: tuple[tuple[str, str], ...]
    partial_fall: float
    scalar: Fit

    @property
    def invariant(self) -> bool:
        """Whether loadings and intercepts are the same in all groups."""
        return max(self.metric_fall, self.scalar_fall) <= LARGEST_FALL

    @property
    def is_part(self) -> bool:
        """Whether it has one factor, and so is no scale of several parts."""
        return len(SCALES.get(self.name, ("",))) == 1

    @property
    def cell(self) -> Cell:
        """Address of the people behind it."""
        cell = Cell.of("respondents", year=self.year, answered=self.name)
        if self.levels == GROUPINGS[self.grouping]:
            return cell
        return cell.within(**{self.grouping: self.levels})

    @property
    def row(self) -> dict:
        """Columns that results on it share."""
        return {
            "period": f"{self.year}JJ00",
            "n": float(self.n),
            "n_organisations": float(self.n_organisations),
        }


def compare(
    factors: dict[str, list[str]], given: list[Moments]
) -> tuple[dict[Equal, Fit], dict[Equal, float]]:
    """Fit the three models, each from the estimates of the one before.

    Returns
    -------
    tuple
        Fits and comparative fit indices by model.

    Raises
    ------
    NotIdentifiedError
        If the answers do not determine a model.
    """
    steps: tuple[Equal, ...] = ("configural", "metric", "scalar")
    fits = {
        step: factor_model.fit(correlated_factors(factors, given, equal=step), given)
        for step in steps
    }
    return fits, {step: indices(one).cfi for step, one in fits.items()}


def free_intercepts(
    factors: dict[str, list[str]], given: list[Moments], scalar: Fit, metric_cfi: float
) -> tuple[list[tuple[str, int]], float]:
    """Free intercepts, the largest score test first, until the index falls by little enough.

    Returns
    -------
    tuple
        Item and place of the group of each, and the fall of the index that is left.
    """
    freed: list[tuple[str, int]] = []
    fitted, fall = scalar, metric_cfi - indices(scalar).cfi
    while fall > LARGEST_FALL and len(freed) < _MOST_FREED:
        tests = score_tests(factors, given, fitted, freed)
        freed.append(max(tests, key=lambda one: tests[one]))
        model = correlated_factors(factors, given, equal="scalar", freed=freed)
        fitted = factor_model.fit(model.started_at(fitted.estimates), given)
        fall = metric_cfi - indices(fitted).cfi
    return freed, fall


def score_tests(
    factors: dict[str, list[str]],
    given: list[Moments],
    fitted: Fit,
    freed: Iterable[tuple[str, int]] = (),
) -> dict[tuple[str, int], float]:
    """Return the score test (modification index) of each intercept that is still equal."""
    places = range(len(given))
    items = [item for members in factors.values() for item in members]
    # One evaluation with all intercepts apart serves the tests of all of them.
    apart = {f"{item} @{place}": (item, place) for item in items for place in places}
    model = correlated_factors(factors, given, equal="scalar", freed=apart.values())
    held = fitted.estimates
    start = {name: held.get(name, held[item]) for name, (item, _) in apart.items()}
    problem = Problem(model, given)
    values = model.started_at({**held, **start}).starts()
    loose = set(freed)
    found = {}
    for candidate in set(apart.values()) - loose:
        names = np.array(
            [
                apart[name][0] if name in apart and apart[name] not in {*loose, candidate} else name
                for name in model.names
            ]
        )
        equal = (names[:, None] == np.unique(names)[None, :]).astype(float)
        found[candidate] = factor_model.score_test(problem, values, equal)
    return found


def by_part(
    table: DataTable, *, last: int, scales: Iterable[str] = tuple(SCALES)
) -> dict[tuple[str, str], Tested]:
    """Compare groups on each scale and each part, in the latest wave.

    Returns
    -------
    dict
        Part and grouping → what was found; empty without data, and without those that could not
        be estimated. Whole scales of several parts are there too, but nothing is freed in them.
    """
    rows = in_latest_year(table, last)
    if rows is None:
        return {}
    wanted: dict[str, dict[str, list[str]]] = {}
    for scale in scales:
        parts = parts_of(scale)
        wanted[scale] = parts
        if len(parts) > 1:
            wanted |= {f"{scale}_{part}": {part: members} for part, members in parts.items()}
    found = {}
    for name, factors in follow(list(wanted.items()), "invariance"):
        for grouping, levels in GROUPINGS.items():
            tested = _tested(rows, name, factors, grouping, levels)
            if tested is not None:
                found[name, grouping] = tested
    return found


def _tested(
    rows: pd.DataFrame,
    name: str,
    factors: dict[str, list[str]],
    grouping: str,
    levels: tuple[str, ...],
) -> Tested | None:
    items = [item for members in factors.values() for item in members]
    complete = rows.dropna(subset=items)
    counts = complete[grouping].value_counts()
    kept = tuple(level for level in levels if counts.get(level, 0) >= FEWEST)
    if len(kept) < 2:
        return None
    complete = complete[complete[grouping].isin(kept)]
    given = _moments(complete, items, grouping, kept)
    try:
        fits, index = compare(factors, given)
        fall = index["metric"] - index["scalar"]
        freed, left = (
            free_intercepts(factors, given, fits["scalar"], index["metric"])
            if len(factors) == 1
            else ([], fall)
        )
    except NotIdentifiedError:
        return None
    return Tested(
        name,
        grouping,
        int(rows["year"].iloc[0]),
        kept,
        len(complete),
        complete[CLUSTER].nunique(),
        index["configural"] - index["metric"],
        fall,
        tuple((item, kept[place]) for item, place in freed),
        left,
        fits["scalar"],
    )


def _moments(
    complete: pd.DataFrame, items: list[str], grouping: str, levels: tuple[str, ...]
) -> list[Moments]:
    return [
        moments.clustered(complete[complete[grouping] == level], items, cluster=CLUSTER).moments()
        for level in levels
    ]


def falls(table: DataTable, tested: dict[tuple[str, str], Tested]) -> Aggregate | Absent:
    """Return per part how much the index falls.

    Groups are scales and parts; measures ``<grouping>_metric``, ``<grouping>_scalar`` and
    ``<grouping>_partial`` for each grouping; the last is what is left after freeing intercepts,
    and not there for whole scales of several parts.
    """
    if not tested:
        return Absent((table.name,))
    made = []
    for one in tested.values():
        shared = {
            "group": one.name,
            "period": one.row["period"],
            "kind": "model fit",
            "unit": "index",
            "status": "not stated",
            "n_persons": one.row["n"],
            "n_organisations": one.row["n_organisations"],
            "behind": behind("model fit", one.cell, df=one.n_organisations - 1),
        }
        measured = {"metric": one.metric_fall, "scalar": one.scalar_fall}
        if one.is_part:
            measured["partial"] = one.partial_fall
        made += [
            shared | {"measure": f"{one.grouping}_{step}", "value": float(max(value, 0.0))}
            for step, value in measured.items()
        ]
    return aggregate(made, (table.name,), METHOD)


def largest_falls(table: DataTable, tested: dict[tuple[str, str], Tested]) -> Estimates | Absent:
    """Return per scale the largest fall among its parts, as terms ``<scale>.<grouping>``.

    The scale with the largest fall comes first.
    """
    worst: dict[str, dict[str, tuple[float, Tested]]] = {}
    for one in tested.values():
        if not one.is_part:
            continue
        scale = next(name for name in SCALES if f"{one.name}_".startswith(f"{name}_"))
        fall = max(one.metric_fall, one.scalar_fall, 0.0)
        mine = worst.setdefault(scale, {})
        if one.grouping not in mine or fall > mine[one.grouping][0]:
            mine[one.grouping] = (fall, one)
    if not worst:
        return Absent((table.name,))
    order = sorted(worst, key=lambda scale: -max(fall for fall, _ in worst[scale].values()))
    rows = [
        one.row
        | {
            "term": f"{scale}.{grouping}",
            "estimate": fall,
            "df": one.n_organisations - 1.0,
            "behind": behind("model fit", one.cell),
        }
        for scale in order
        for grouping, (fall, one) in worst[scale].items()
    ]
    return estimates(rows, tables=(table.name,), method=METHOD, unit="index")


def not_invariant(
    table: DataTable, tested: dict[tuple[str, str], Tested], grouping: str, *, last: int
) -> Estimates | Absent:
    """Return how many parts measure differently between groups, as term ``<grouping>``."""
    mine = [one for one in tested.values() if one.grouping == grouping and one.is_part]
    rows = in_latest_year(table, last)
    if not mine or rows is None:
        return Absent((table.name,))
    organisations = float(rows[CLUSTER].nunique())
    row = {
        "term": grouping,
        "period": mine[0].row["period"],
        "estimate": float(sum(not one.invariant for one in mine)),
        "n": float(len(rows)),
        "n_organisations": organisations,
        "df": organisations - 1,
        "half_step": 0.0,
        "behind": behind("model fit", Cell.of("respondents", year=mine[0].year)),
    }
    return estimates([row], tables=(table.name,), method=METHOD, unit="factors")
