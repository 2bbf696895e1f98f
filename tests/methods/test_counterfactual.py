"""Counterfactual mediation for yes or no: reference case R06, identities, honest intervals."""

import importlib.resources

import numpy as np
import pandas as pd
import pytest
from scipy import special, stats

from analysis.methods import counterfactual

#: The thousand of each kind are run by ``analysis.simulations``.
SIMULATIONS = 200
#: Where the number of successes of so many intervals must lie (99.9 % binomial).
COVERED = stats.binom.interval(0.999, SIMULATIONS, 0.95)


@pytest.fixture(scope="module")
def framing():
    """R06: the framing experiment of Brader, Valentino & Suhay, which statsmodels ships."""
    path = importlib.resources.files("statsmodels") / "stats/tests/results/framing.csv"
    frame = pd.read_csv(path)
    given = pd.get_dummies(frame[["age", "educ", "gender", "income"]], drop_first=True, dtype=float)
    return counterfactual.mediated(
        frame["treat"].to_numpy(), frame["emo"].to_numpy(), frame["cong_mesg"].to_numpy(),
        covariates=given.to_numpy(), link="probit", cluster=np.arange(len(frame)), seed=1,
        draws=200,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "reference"),
    [
        ("indirect_at_control", 0.084117955491),
        ("indirect_at_treated", 0.085148716328),
        ("direct_at_control", 0.011562334285),
        ("total", 0.096711050613),
    ],
)
def test_the_effects_are_the_exact_ones(framing, name, reference):
    """R06 allows .008 to .012, for simulation; quadrature comes within a millionth."""
    assert getattr(framing, name).estimate == pytest.approx(reference, abs=1e-6)


def test_parts_sum_to_the_total(framing):
    total = framing.total.estimate
    assert framing.indirect_at_control.estimate + framing.direct_at_treated.estimate == (
        pytest.approx(total, abs=1e-12)
    )
    assert framing.indirect.estimate + framing.direct.estimate == pytest.approx(total, abs=1e-12)
    assert framing.share is None, "the interval of the total includes zero"


def drawn(random, *, a, b, direct, clusters, people, link="probit"):
    """Draw yes or no whose errors people of an organisation share, with a known probit or logit."""
    place = np.repeat(np.arange(clusters), people)

    def noise():
        shared = random.normal(0, np.sqrt(0.1), clusters)[place]
        return shared + random.normal(0, np.sqrt(0.9), len(place))

    exposure = noise()
    mediator = a * exposure + noise()
    predictor = -0.9 + b * mediator + direct * exposure
    error = noise() if link == "probit" else random.logistic(size=len(place))
    return exposure, mediator, (predictor + error > 0).astype(float), place


def exact(a, b, direct):
    """The mean of the two indirect associations, of one unit of exposure from its mean."""

    def share(at, through):
        return special.ndtr((-0.9 + direct * at + b * a * through) / np.sqrt(1 + b**2))

    return (share(0, 1) - share(0, 0) + share(1, 1) - share(1, 0)) / 2


@pytest.mark.parametrize(("a", "b"), [(-0.35, 0.3), (0.35, 0.0)])
def test_the_indirect_association_is_recovered_with_honest_intervals(a, b):
    random = np.random.default_rng(20251122)
    found = []
    for seed in range(SIMULATIONS):
        exposure, mediator, outcome, cluster = drawn(
            random, a=a, b=b, direct=0.05, clusters=120, people=5
        )
        one = counterfactual.mediated(
            exposure, mediator, outcome, cluster=cluster, seed=seed, link="probit", draws=99
        ).indirect
        found.append((one.estimate, one.ci_low, one.ci_high))
    estimate, low, high = np.array(found).T
    truth = exact(a, b, 0.05)
    assert abs(estimate.mean() - truth) < 3 * estimate.std() / np.sqrt(SIMULATIONS)
    assert COVERED[0] <= ((low <= truth) & (truth <= high)).sum() <= COVERED[1]
    if b != 0:
        assert ((low > 0) | (high < 0)).mean() > 0.9


def test_the_product_of_paths_is_not_the_indirect_association():
    random = np.random.default_rng(1)
    exposure, mediator, outcome, cluster = drawn(
        random, a=0.5, b=1.0, direct=0.2, clusters=400, people=20, link="logit"
    )
    found = counterfactual.mediated(
        exposure, mediator, outcome, cluster=cluster, seed=1, draws=20, treated=2.0
    )
    naive = 2 * found.a.estimate * found.b.estimate * outcome.mean() * (1 - outcome.mean())
    assert abs(naive - found.indirect.estimate) > 0.01, "the naive scaling is off"


def test_gathering_people_changes_nothing():
    """Above some hundreds of people, they are gathered on points; the effects stay the same."""
    random = np.random.default_rng(1)
    exposure, mediator, outcome, cluster = drawn(
        random, a=0.4, b=0.5, direct=0.1, clusters=100, people=20, link="logit"
    )
    covariates = random.normal(size=(len(exposure), 2))
    given = {"cluster": cluster, "seed": 1, "covariates": covariates, "draws": 15}
    gathered = counterfactual.mediated(exposure, mediator, outcome, **given)
    points, counterfactual._POINTS = counterfactual._POINTS, 10**6
    try:
        one_by_one = counterfactual.mediated(exposure, mediator, outcome, **given)
    finally:
        counterfactual._POINTS = points
    assert gathered.indirect.estimate == pytest.approx(one_by_one.indirect.estimate, abs=2e-6)
    assert gathered.total.ci_low == pytest.approx(one_by_one.total.ci_low, abs=2e-6)


def test_weights_count_as_repetition_does():
    random = np.random.default_rng(1)
    exposure, mediator, outcome, cluster = drawn(
        random, a=0.4, b=0.5, direct=0.1, clusters=40, people=10, link="logit"
    )
    times = random.integers(1, 4, len(exposure))
    weighted = counterfactual.mediated(
        exposure, mediator, outcome, cluster=cluster, seed=1, weight=times, draws=15
    )
    again = np.repeat(np.arange(len(exposure)), times)
    repeated = counterfactual.mediated(
        exposure[again], mediator[again], outcome[again], cluster=cluster[again], seed=1, draws=15
    )
    assert weighted.b.estimate == pytest.approx(repeated.b.estimate, abs=1e-6)
    assert weighted.indirect.estimate == pytest.approx(repeated.indirect.estimate, abs=1e-4)


def test_what_cannot_be_told_apart_is_not_estimated():
    random = np.random.default_rng(1)
    exposure, mediator, outcome, cluster = drawn(
        random, a=0.4, b=0.5, direct=0.1, clusters=40, people=10
    )
    given = {"cluster": cluster, "seed": 1, "draws": 15}
    assert counterfactual.mediated(exposure, exposure, outcome, **given) is None
    assert counterfactual.mediated(exposure, mediator, np.ones_like(outcome), **given) is None
    perfect = (mediator > 0).astype(float)
    assert counterfactual.mediated(exposure, mediator, perfect, **given) is None
    few = counterfactual.mediated(exposure, mediator, outcome, cluster=cluster % 4, seed=1)
    assert few is None


def test_columns_that_follow_from_others_are_found():
    random = np.random.default_rng(1)
    one, two = random.normal(size=(2, 50))
    design = np.column_stack([np.ones(50), one, 2 * one - 1, np.zeros(50), two])
    assert counterfactual.independent(design).tolist() == [True, True, False, False, True]
