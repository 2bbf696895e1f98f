"""Whether people answer all questions a little alike, whatever these ask: common method variance.

Two checks (Podsakoff et al. 2003, Journal of Applied Psychology 88). The marker: a scale that has
nothing to do with work should not correlate with scales about work; as far as it does, that is
method, and it is taken out of the other correlations (Lindell and Whitney 2001, same journal, 86).
The method factor: one more factor, independent of the others, that adds equally to all answers
(Richardson, Simmering and Sturman 2009, Organizational Research Methods 12, compare such models).
It can be told from what the scales share only because the marker is taken to share nothing else
with them.
"""

import numpy as np

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods import factor_model, moments
from analysis.methods.behind import behind
from analysis.methods.cells import Cell
from analysis.methods.distribution import aggregate
from analysis.methods.factor_model import NotIdentifiedError
from analysis.methods.measurement_models import METHOD, correlated_factors
from analysis.methods.moments import Clustered
from analysis.methods.reliability import CLUSTER, FEWEST_ORGANISATIONS, REPLICATES, parts_of
from analysis.methods.results import Absent, Aggregate, Estimates, estimates
from analysis.methods.years import in_latest_year
from analysis.sources.vocabulary import SCALES

MARKER = "marker"
#: Correlations that the individual model rests on.
RELATIONS = (
    ("workload", "exhaustion"),
    ("work_life", "exhaustion"),
    ("learning", "engagement"),
    ("leadership", "engagement"),
    ("autonomy", "engagement"),
)
#: Scales of one part, whose items enter the model with a method factor: of all items together
#: hardly anybody answered every one.
IN_MODEL = tuple(scale for scale, parts in SCALES.items() if len(parts) == 1)
_ENDS = (0.025, 0.975)

METHOD_FACTOR = Text(
    nl="factormodel van de schalen met één onderdeel, met een extra factor die aan alle vragen "
    "even veel toevoegt en een markeerschaal die met niets anders samenhangt; alleen wie al deze "
    "vragen beantwoordde, nieuwste meting, ongewogen; 95%-interval uit een bootstrap van "
    "organisaties",
    en="factor model of the scales with one part, with one more factor that adds equally to all "
    "items and a marker scale that is related to nothing else; only those who answered all of "
    "these items, latest wave, unweighted; 95% interval from a bootstrap of organisations",
)
CORRELATIONS = Text(
    nl="correlatie van schaalscores; de correctie trekt de gemiddelde correlatie van de "
    "markeerschaal met de andere schalen eruit (Lindell en Whitney); alleen wie op alle schalen "
    "een score heeft, nieuwste meting, ongewogen; 95%-interval uit een bootstrap van organisaties",
    en="correlation of scale scores; the correction takes out the mean correlation of the marker "
    "scale with the other scales (Lindell and Whitney); only those with a score on all scales, "
    "latest wave, unweighted; 95% interval from a bootstrap of organisations",
)


def adjusted(correlation: np.ndarray, marker: np.ndarray) -> np.ndarray:
    """Return a correlation with that of the marker taken out (Lindell and Whitney, equation 4)."""
    return (correlation - marker) / (1 - marker)


def share_of_method(
    given: Clustered, factors: dict[str, list[str]], seed: int
) -> tuple[float, float, float]:
    """Return the share of the variance of an answer that is method, in percent, and its ends.

    Parameters
    ----------
    given
        Answers to all items, in the order of the factors.
    factors
        Factor → items; one of them is the marker.

    Raises
    ------
    NotIdentifiedError
        If the answers do not determine the model.
    """
    whole = [given.moments()]
    fitted = factor_model.fit(
        correlated_factors(factors, whole, unrelated=[MARKER], method=True), whole
    )
    place = fitted.model.names.index(METHOD)
    samples = given.samples(moments.redrawn(given.n_organisations, REPLICATES, seed))
    spread = np.array([one.covariance.diagonal().mean() for one in samples])
    redone = factor_model.one_step(fitted, samples)[:, place] / spread
    estimate = fitted.values[place] / whole[0].covariance.diagonal().mean()
    low, high = np.quantile(redone, _ENDS)
    return 100 * estimate, 100 * float(low), 100 * float(high)


def method_share(table: DataTable, *, last: int, seed: int) -> Estimates | Absent:
    """Return which share of the variance of an answer is method, in percent, as ``method``.

    The share may come out below zero: then answers share less than the model expects.
    """
    rows = in_latest_year(table, last)
    nothing = Absent((table.name,))
    if rows is None:
        return nothing
    factors = {scale: items for scale in IN_MODEL for items in parts_of(scale).values()}
    given = moments.clustered(
        rows, [item for items in factors.values() for item in items], cluster=CLUSTER
    )
    if given.n_organisations < FEWEST_ORGANISATIONS:
        return nothing
    try:
        estimate, low, high = share_of_method(given, factors, seed)
    except NotIdentifiedError:
        return nothing
    year = int(rows["year"].iloc[0])
    row = {
        "term": METHOD,
        "estimate": estimate,
        "ci_low": low,
        "ci_high": high,
        "n": float(given.n),
        "n_organisations": float(given.n_organisations),
        "df": given.n_organisations - 1.0,
        "period": f"{year}JJ00",
        "behind": behind(
            "model fit", Cell.of("respondents", year=year, answered="scales of one part")
        ),
    }
    return estimates([row], tables=(table.name,), method=METHOD_FACTOR, unit="percent")


def _scores(table: DataTable, last: int) -> tuple[Clustered, int] | None:
    rows = in_latest_year(table, last)
    if rows is None:
        return None
    given = moments.clustered(rows, list(SCALES), cluster=CLUSTER)
    if given.n_organisations < FEWEST_ORGANISATIONS:
        return None
    if not (given.moments().covariance.diagonal() > 0).all():
        return None
    return given, int(rows["year"].iloc[0])


def _correlations(given: Clustered, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the correlations of the scales, and those of the bootstrap samples."""
    samples = given.samples(moments.redrawn(given.n_organisations, REPLICATES, seed))
    covariances = np.stack([given.moments().covariance, *(one.covariance for one in samples)])
    spread = np.sqrt(np.diagonal(covariances, axis1=1, axis2=2))
    found = covariances / (spread[:, :, None] * spread[:, None, :])
    return found[0], found[1:]


def _of_marker(correlations: np.ndarray) -> np.ndarray:
    place = list(SCALES).index(MARKER)
    return np.delete(correlations[..., place, :], place, axis=-1).mean(axis=-1)


def marker_correlation(table: DataTable, *, last: int, seed: int) -> Estimates | Absent:
    """Return the mean correlation of the marker with the other scales, as ``marker``."""
    known = _scores(table, last)
    if known is None:
        return Absent((table.name,))
    given, year = known
    found, redone = _correlations(given, seed)
    low, high = np.quantile(_of_marker(redone), _ENDS)
    row = {
        "term": MARKER,
        "estimate": float(_of_marker(found)),
        "ci_low": low,
        "ci_high": high,
        "n": float(given.n),
        "n_organisations": float(given.n_organisations),
        "df": given.n_organisations - 1.0,
        "period": f"{year}JJ00",
        "behind": behind("correlation", _cell(year)),
    }
    return estimates([row], tables=(table.name,), method=CORRELATIONS, unit="correlation")


def adjusted_correlations(table: DataTable, *, last: int, seed: int) -> Aggregate | Absent:
    """Return the correlations of ``RELATIONS``, as found and without the marker's.

    Groups are ``<scale>.<scale>``; measures ``found`` and ``adjusted`` with their ends, and ``n``.
    """
    known = _scores(table, last)
    if known is None:
        return Absent((table.name,))
    given, year = known
    point, redone = _correlations(given, seed)
    made = []
    for one, other in RELATIONS:
        place = (..., list(SCALES).index(one), list(SCALES).index(other))
        shared = {
            "group": f"{one}.{other}",
            "period": f"{year}JJ00",
            "status": "not stated",
            "n_persons": float(given.n),
            "n_organisations": float(given.n_organisations),
        }
        measured = {
            "found": (point[place], redone[place]),
            "adjusted": (
                adjusted(point[place], _of_marker(point)),
                adjusted(redone[place], _of_marker(redone)),
            ),
        }
        for name, (estimate, samples) in measured.items():
            low, high = np.quantile(samples, _ENDS)
            made += [
                shared
                | {"measure": measure, "kind": "correlation", "value": float(value)}
                | {"unit": "correlation"}
                | {"behind": behind("correlation", _cell(year), df=given.n_organisations - 1)}
                for measure, value in (
                    (name, estimate),
                    (f"{name}_low", low),
                    (f"{name}_high", high),
                )
            ]
        number = {"measure": "n", "kind": "count", "value": float(given.n), "unit": "persons"}
        made.append(shared | number | {"behind": behind("count", _cell(year))})
    return aggregate(made, (table.name,), CORRELATIONS)


def _cell(year: int) -> Cell:
    return Cell.of("respondents", year=year, answered="all scales")
