"""Which drivers an algorithm keeps: elastic net, and how often it keeps each one.

A single fit keeps what chance puts on top. Stability selection (Meinshausen & Bühlmann 2010, JRSS B
72) fits on many random halves and keeps what is chosen again and again. The halves come in
complementary pairs, for which Shah & Samworth (2013, JRSS B 75) bound how many drivers that are
chosen no more often than at random can be expected among those kept. Halves are of organisations,
never of rows: the years of one organisation are not new evidence.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.linear_model import ElasticNet, enet_path

from analysis.languages import Text
from analysis.methods.behind import behind
from analysis.methods.distribution import aggregate
from analysis.methods.organisation_panel import Sample, centred_means
from analysis.methods.results import Absent, Aggregate, Estimates, estimates

#: Pairs of complementary halves.
PAIRS = 50
#: A driver is kept when it is chosen in at least this part of the halves.
THRESHOLD = 0.9
#: At most this many false ones are expected among those kept: how many a half may choose follows.
BOUND = 1.0
#: Part of the penalty that is on the absolute slopes; the rest is on their squares.
MIX = 0.5
PENALTIES = 60

_METHOD = Text(
    nl="elastic net op de gemiddelden van organisaties over de jaren, als afwijking van hun "
    "branche, in honderd willekeurige helften van de organisaties (stabiliteitsselectie met "
    "complementaire paren). Een kenmerk blijft over als het in negen van de tien helften gekozen "
    "wordt. Van de kenmerken die niet vaker dan bij loting gekozen worden, blijft er naar "
    "verwachting hoogstens een over (Shah & Samworth)",
    en="elastic net on the means of organisations over the years, as deviation from their branch, "
    "in a hundred random halves of the organisations (stability selection with complementary "
    "pairs). A characteristic is kept when nine in ten halves choose it. Of the characteristics "
    "chosen no more often than at random, at most one is expected to be kept (Shah & Samworth)",
)
_KEPT = Text(
    nl=f"{_METHOD.nl}. De band om het aantal loopt tot en met de kenmerken die vaker dan bij "
    "loting "
    "gekozen worden; zij is geen betrouwbaarheidsinterval",
    en=f"{_METHOD.en}. The band around the number runs up to the characteristics that are chosen "
    "more often than at random; it is no confidence interval",
)


def elastic_net(x: np.ndarray, y: np.ndarray, *, alpha: float, penalty: float) -> np.ndarray:
    """Fit the elastic net with the penalty of R's glmnet, which scales the outcome.

    glmnet divides the outcome by its standard deviation before it applies the part of the penalty
    on squares; scikit-learn does not, and with the same two numbers chooses other variables.

    Parameters
    ----------
    x
        Shape (rows, columns), standardised.
    alpha
        Part of the penalty on absolute slopes, from 0 to 1.
    penalty
        glmnet's lambda.

    Returns
    -------
    numpy.ndarray
        Slopes, shape (columns,).
    """
    first, second = penalty * alpha, penalty * (1 - alpha) / y.std()
    model = ElasticNet(
        alpha=first + second, l1_ratio=first / (first + second), tol=1e-10, max_iter=100_000
    )
    return model.fit(x, y).coef_


def false_bound(chosen: int, candidates: int, *, threshold: float, pairs: int) -> float:
    """Bound the expected number of kept drivers among those rarely chosen.

    Theorem 2 of Shah & Samworth (2013), for distributions of the number of times chosen that have
    one peak; drivers count as rarely chosen when a half chooses them with probability at most
    ``chosen / candidates``.

    Parameters
    ----------
    chosen
        Drivers that a half may choose.
    threshold
        Above one half.
    """
    share = chosen / candidates
    if share > 1 / np.sqrt(3):
        return float(chosen / (2 * threshold - 1) * share)
    if threshold <= 0.75:
        factor = 1 / (2 * (2 * threshold - 1 - 1 / (2 * pairs)))
    else:
        factor = 4 * (1 - threshold + 1 / (2 * pairs)) / (1 + 1 / pairs)
    return float(factor * share * chosen)


def frequencies(
    x: np.ndarray,
    y: np.ndarray,
    random: np.random.Generator,
    *,
    pairs: int = PAIRS,
    strata: np.ndarray | None = None,
) -> np.ndarray:
    """Return how often each driver is among the first to enter the path, over random halves.

    Parameters
    ----------
    x
        Shape (organisations, drivers).
    strata
        Branch of each organisation; halves have equal parts of each.

    Returns
    -------
    numpy.ndarray
        Shape (drivers, drivers): entry (d, q − 1) is the share of halves in which driver d is
        among the first q.
    """
    count = x.shape[1]
    times = np.zeros((count, count))
    strata = np.zeros(len(y), dtype=int) if strata is None else strata
    for _ in range(pairs):
        first = _half(strata, random)
        for half in (first, np.setdiff1d(np.arange(len(y)), first)):
            order = _order(x[half], y[half])
            for place, driver in enumerate(order):
                times[driver, place:] += 1
    return times / (2 * pairs)


def _half(strata: np.ndarray, random: np.random.Generator) -> np.ndarray:
    parts = [random.permutation(np.flatnonzero(strata == one)) for one in np.unique(strata)]
    # An odd stratum gives its middle one to either half.
    return np.concatenate(
        [part[: len(part) // 2 + int(len(part) % 2 and random.random() < 0.5)] for part in parts]
    )


def _order(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the drivers in the order in which they enter the path; those that never do, not."""
    spread = x.std(axis=0)
    usable = np.flatnonzero(spread > 1e-12)
    scaled = (x[:, usable] - x[:, usable].mean(axis=0)) / spread[usable]
    centred = (y - y.mean()) / (y.std() or 1.0)
    largest = np.abs(scaled.T @ centred).max() / (len(y) * MIX)
    penalties = np.geomspace(largest, largest / 1000, PENALTIES)
    _, path, _ = enet_path(scaled, centred, l1_ratio=MIX, alphas=penalties)
    entered = path != 0
    first = np.where(entered.any(axis=1), entered.argmax(axis=1), PENALTIES)
    # Those that enter together stand in the order of their size there.
    size = np.abs(path[np.arange(len(usable)), np.minimum(first, PENALTIES - 1)])
    order = np.lexsort((-size, first))
    return usable[order[first[order] < PENALTIES]]


def allowed(candidates: int) -> int:
    """Return how many drivers a half may choose, so that the bound holds."""
    fits = [
        q
        for q in range(1, candidates + 1)
        if false_bound(q, candidates, threshold=THRESHOLD, pairs=PAIRS) <= BOUND
    ]
    return max(fits, default=1)


@dataclass(frozen=True)
class Stability:
    """How stable the choice of drivers is.

    Attributes
    ----------
    chosen
        The organisations and drivers.
    frequency
        See ``frequencies``; drivers in the order of ``chosen``.
    allowed
        Drivers that a half may choose.
    """

    chosen: Sample
    frequency: np.ndarray
    allowed: int

    @property
    def share(self) -> pd.Series:
        """Share of halves that choose a driver, largest first."""
        found = pd.Series(self.frequency[:, self.allowed - 1], index=list(self.chosen.drivers))
        return found.sort_values(ascending=False, kind="stable")

    def about(self) -> dict:
        """Return the columns of a result that are the same for all its rows."""
        about = self.chosen.about()
        df = about["n_organisations"] - len(self.chosen.drivers)
        return about | {"df": df, "behind": behind("model fit", self.chosen.cell)}


def stability(chosen: Sample | Absent, *, seed: int) -> Stability | Absent:
    """Choose drivers in many halves; Absent as the sample is, or with fewer than two drivers."""
    if isinstance(chosen, Absent):
        return chosen
    if len(chosen.drivers) < 2:
        return Absent((chosen.table,))
    middle = centred_means(chosen.rows, [*chosen.drivers, "log_outcome"])
    frequency = frequencies(
        middle[list(chosen.drivers)].to_numpy(),
        middle["log_outcome"].to_numpy(),
        np.random.default_rng(seed),
        strata=middle.index.get_level_values("branch").to_numpy(),
    )
    return Stability(chosen, frequency, allowed(len(chosen.drivers)))


def kept(found: Stability | Absent) -> Estimates | Absent:
    """Return how many drivers are ``kept``, ``offered``, and ``allowed`` in a half."""
    if isinstance(found, Absent):
        return found
    offered = len(found.chosen.drivers)
    kept_, at_random = float((found.share >= THRESHOLD).sum()), found.allowed / offered
    # Not kept is not the same as shown to be nothing: as long as a driver is chosen more often
    # than at random, it may be one of those that matter.
    possible = float((found.share > at_random).sum())
    numbers = {
        "kept": {"estimate": kept_, "ci_low": kept_, "ci_high": max(kept_, possible)},
        "offered": {"estimate": float(offered), "half_step": 0.0},
        "allowed": {"estimate": float(found.allowed), "half_step": 0.0},
    }
    rows = [{"term": term, **number, **found.about()} for term, number in numbers.items()]
    return estimates(
        rows, tables=(found.chosen.table,), method=found.chosen.told(_KEPT), unit="factors"
    )


def shares(found: Stability | Absent) -> Estimates | Absent:
    """Return the share of halves that choose each driver, largest first, in percent."""
    if isinstance(found, Absent):
        return found
    rows = [
        {"term": name, "estimate": 100 * share, **found.about()}
        for name, share in found.share.items()
    ]
    return estimates(
        rows, tables=(found.chosen.table,), method=found.chosen.told(_METHOD), unit="percent"
    )


def paths(found: Stability | Absent) -> Aggregate | Absent:
    """Return the share of halves by how many drivers a half may choose, ``at_1`` and on."""
    if isinstance(found, Absent):
        return found
    about = found.about()
    # A cell of an aggregate has no column for degrees of freedom; the airlock asks for them.
    known = about["behind"].model_copy(update={"df": float(about["df"])})
    order = {name: place for place, name in enumerate(found.chosen.drivers)}
    rows = [
        {
            "group": name,
            "period": about["period"],
            "measure": f"at_{q}",
            "kind": "model fit",
            "value": 100 * found.frequency[order[name], q - 1],
            "unit": "percent",
            "status": "not stated",
            "n_persons": about["n"],
            "n_organisations": float(about["n_organisations"]),
            "behind": known,
        }
        for name in found.share.index
        for q in range(1, len(order) + 1)
    ]
    return aggregate(rows, (found.chosen.table,), found.chosen.told(_METHOD))
