"""Linear mediation: reference case R05, identities, and honest intervals on drawn data."""

import numpy as np
import pandas as pd
import pingouin
import pytest
import statsmodels.formula.api as smf
from scipy import stats

from analysis.methods import mediation

SIMULATIONS = 1000
#: Where the number of successes of 1,000 intervals must lie (99.9 % binomial).
COVERED = stats.binom.interval(0.999, SIMULATIONS, 0.95)


@pytest.fixture(scope="module")
def hundred():
    """The data of R05, which pingouin ships."""
    return pingouin.read_dataset("mediation")


@pytest.fixture(scope="module")
def paths(hundred):
    return mediation.linear(
        hundred["X"], hundred["M"], hundred["Y"], cluster=np.arange(100), seed=42, draws=5000
    )


@pytest.mark.parametrize(
    ("name", "reference"),
    [
        ("a", 0.561015),
        ("b", 0.635495),
        ("indirect", 0.356522),
        ("direct", 0.039604),
        ("total", 0.396126),
    ],
)
def test_the_paths_are_those_of_lavaan(paths, name, reference):
    """R05, lavaan 0.6-14."""
    assert getattr(paths, name).estimate == pytest.approx(reference, abs=1e-5)


def test_the_interval_is_that_of_boot(paths):
    """R05, boot 1.3-28: bias-corrected and accelerated; its percentiles are .2153 and .5218."""
    assert paths.indirect.ci_low == pytest.approx(0.2153, abs=0.01)
    assert paths.indirect.ci_high == pytest.approx(0.5218, abs=0.01)
    assert paths.indirect.ci_low == pytest.approx(0.2293, abs=0.03)
    assert paths.indirect.ci_high == pytest.approx(0.5448, abs=0.03)


def test_path_b_is_not_the_bivariate_slope_that_pingouin_prints(hundred, paths):
    """Pingouin's row "Y ~ M" leaves the exposure out."""
    printed = pingouin.mediation_analysis(data=hundred, x="X", m="M", y="Y", seed=42, n_boot=100)
    row = printed.set_index("path").loc["Y ~ M", "coef"]
    assert row == pytest.approx(0.6542, abs=1e-4), "pingouin no longer has this trap"
    assert paths.b.estimate == pytest.approx(0.6355, abs=1e-4)
    assert paths.b.estimate == pytest.approx(smf.ols("Y ~ X + M", hundred).fit().params["M"])


def clustered(random, *, a, b, direct=0.1, clusters=150, people=4):
    """Draw exposure, mediator and outcome whose errors people of an organisation share."""
    place = np.repeat(np.arange(clusters), people)

    def noise():
        shared = random.normal(0, np.sqrt(0.1), clusters)[place]
        return shared + random.normal(0, np.sqrt(0.9), len(place))

    exposure = noise()
    mediator = a * exposure + noise()
    return exposure, mediator, b * mediator + direct * exposure + noise(), place


@pytest.mark.parametrize(("a", "b"), [(-0.35, 0.3), (0.35, 0.0)])
def test_the_indirect_association_is_recovered_with_honest_intervals(a, b):
    random = np.random.default_rng(20251122)
    found = []
    for seed in range(SIMULATIONS):
        exposure, mediator, outcome, cluster = clustered(random, a=a, b=b)
        one = mediation.linear(
            exposure, mediator, outcome, cluster=cluster, seed=seed, draws=199
        ).indirect
        found.append((one.estimate, one.ci_low, one.ci_high))
    estimate, low, high = np.array(found).T
    assert abs(estimate.mean() - a * b) < 3 * estimate.std() / np.sqrt(SIMULATIONS)
    assert COVERED[0] <= ((low <= a * b) & (a * b <= high)).sum() <= COVERED[1]
    if b != 0:
        assert ((low > 0) | (high < 0)).mean() > 0.95


def test_total_is_indirect_plus_direct_with_weights_and_covariates():
    random = np.random.default_rng(1)
    exposure, mediator, outcome, cluster = clustered(random, a=0.4, b=0.3)
    weight = random.uniform(0.5, 3, len(exposure))
    covariates = random.normal(size=(len(exposure), 2)) + 0.3 * exposure[:, None]
    found = mediation.linear(
        exposure, mediator, outcome, cluster=cluster, seed=1, covariates=covariates, weight=weight
    )
    assert found.total.estimate == pytest.approx(
        found.indirect.estimate + found.direct.estimate, abs=1e-9
    )
    frame = pd.DataFrame({"x": exposure, "m": mediator, "y": outcome})
    frame[["c", "d"]] = covariates
    fitted = smf.wls("y ~ x + m + c + d", frame, weights=weight).fit()
    assert found.b.estimate == pytest.approx(fitted.params["m"], abs=1e-9)
    assert found.direct.estimate == pytest.approx(fitted.params["x"], abs=1e-9)


def test_a_share_is_given_only_where_there_is_something_to_share():
    random = np.random.default_rng(1)
    exposure, mediator, outcome, cluster = clustered(random, a=0.3, b=0.3, direct=-0.09)
    assert mediation.linear(exposure, mediator, outcome, cluster=cluster, seed=1).share is None


def test_what_cannot_be_told_apart_is_not_estimated():
    random = np.random.default_rng(1)
    exposure, mediator, outcome, cluster = clustered(random, a=0.3, b=0.3)
    given = {"cluster": cluster, "seed": 1}
    constant = np.ones_like(exposure)
    assert mediation.linear(constant, mediator, outcome, **given) is None
    assert mediation.linear(exposure, 2 * exposure + 1, outcome, **given) is None
    assert mediation.linear(exposure, mediator, constant, **given) is None
    assert mediation.linear(exposure, mediator, outcome, cluster=cluster % 5, seed=1) is None


def test_covariates_that_depend_on_each_other_do_no_harm():
    random = np.random.default_rng(1)
    exposure, mediator, outcome, cluster = clustered(random, a=0.3, b=0.3)
    one = (cluster % 3 == 0).astype(float)[:, None]
    given = {"cluster": cluster, "seed": 1, "draws": 50}
    once = mediation.linear(exposure, mediator, outcome, covariates=one, **given)
    twice = mediation.linear(
        exposure, mediator, outcome, covariates=np.hstack([one, 1 - one, one]), **given
    )
    assert twice.indirect.estimate == pytest.approx(once.indirect.estimate, abs=1e-9)
