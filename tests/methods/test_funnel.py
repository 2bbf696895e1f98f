import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.dataset import DataTable
from analysis.methods.cells import SIZE_BANDS, Cell
from analysis.methods.funnel import (
    Limits,
    expected_overdispersion,
    funnel,
    joined_bands,
    overdispersion,
)
from analysis.methods.results import Absent

AMONG = Cell.of("organisations", vernet="yes")
LARGEST = {"under_250": 250, "250_to_999": 1000, "1000_to_2999": 3000, "3000_plus": 8000}


def world(count, *, factor=1.0, between=0.0, rate=0.2, seed=0, shift=None):
    """Organisations whose rates differ by chance, times a factor, and by themselves.

    Parameters
    ----------
    shift
        Number of organisations that are truly far above the rest.
    """
    rng = np.random.default_rng(seed)
    bands = rng.choice(list(SIZE_BANDS), count)
    smallest = dict(zip(SIZE_BANDS, (50, 250, 1000, 3000), strict=True))
    size = np.array([rng.integers(smallest[band], LARGEST[band]) for band in bands])
    chance = np.sqrt(factor * rate * (1 - rate) / size + between)
    drawn = rng.normal(rate, chance) if factor > 1 or between else rng.binomial(size, rate) / size
    if shift:
        drawn[:shift] += 0.15
    return pd.DataFrame(
        {
            "organisation": [f"o{place}" for place in range(count)],
            "year": 2025,
            "size_band": bands,
            "employees": size,
            "turnover": drawn,
        }
    )


def of(frame, **more):
    return funnel(
        DataTable("organisation_years", frame), "turnover", "employees",
        **{"among": AMONG, "year": 2025, "scale": 100.0, **more},
    )  # fmt: skip


def wide(result):
    return result.frame.pivot(index="group", columns="measure", values="value")


def outside(frame, **more):
    found = wide(of(frame, **more)).loc["all_sizes"]
    return found["below"] + found["above"]


def test_limits_without_overdispersion_are_those_of_the_binomial():
    """20 % of 400: standard error 2 points, so the limits of 95 % are 16.08 and 23.92."""
    limits = Limits(20.0)
    assert limits.reach(400, 0.95) == pytest.approx(1.959964 * 2, abs=1e-6)
    assert limits.reach(400, 0.998) == pytest.approx(3.090232 * 2, abs=1e-6)


def test_winsorised_overdispersion_by_hand():
    """Ten z-scores: the outermost on either side is drawn in to the quantile of 10 and 90 %."""
    z = np.array([-8.0, -2.0, -1.0, -1.0, 0.0, 0.0, 1.0, 1.0, 2.0, 9.0])
    low, high = -8 + 0.9 * 6, 2 + 0.1 * 7
    drawn_in = [low, -2, -1, -1, 0, 0, 1, 1, 2, high]
    assert overdispersion(z) == pytest.approx(np.mean(np.square(drawn_in)))
    assert overdispersion(z, winsorised=0.0) == np.mean(z**2) == 15.7


def test_what_winsorising_takes_from_chance_is_what_a_simulation_finds():
    drawn = np.random.default_rng(2).normal(size=2_000_000)
    assert expected_overdispersion() == pytest.approx(overdispersion(drawn), abs=0.002)
    assert expected_overdispersion() == pytest.approx(0.6786, abs=0.0005)
    assert expected_overdispersion(winsorised=1e-9) == pytest.approx(1)


def test_added_variance_is_what_the_factor_has_over_one():
    """Equal sizes: times the variance that chance gives, here 4 of 25."""
    rng = np.random.default_rng(4)
    rate, size = rng.normal(20, 5, 500), np.full(500, 400.0)
    factor = overdispersion((rate - 20) / 2) / expected_overdispersion()
    found = Limits.of(rate, size, 20.0, "additive").between
    assert found == pytest.approx(4 * (factor - 1))
    assert found == pytest.approx(25 - 4, rel=0.15)


def test_in_a_world_without_differences_one_in_twenty_lies_outside():
    shares = [outside(world(400, seed=seed)) for seed in range(40)]
    count = 40 * 400
    low, high = stats.binom.ppf([0.0005, 0.9995], count, 0.05) / count
    # The estimated factor is never below one, which makes the limits slightly wide.
    assert low - 0.005 < np.mean(shares) / 100 < high


@pytest.mark.parametrize("spread", ["multiplicative", "additive"])
def test_spread_that_all_share_leaves_one_in_twenty_outside_as_well(spread):
    planted = {"factor": 6.0} if spread == "multiplicative" else {"between": 0.0009}
    shares = [outside(world(400, **planted, seed=s), spread=spread) for s in range(30)]
    assert 4 < np.mean(shares) < 6.5


def test_the_wrong_kind_of_spread_blames_the_large_ones():
    found = wide(of(world(2000, between=0.0009)))
    assert found.loc["3000_plus", "within"] < 85 < 99 < found.loc["under_250", "within"]


def test_planted_outliers_lie_above():
    found = wide(of(world(400, shift=30, seed=1), spread="additive")).loc["all_sizes"]
    assert found["above"] > 5
    assert found["below"] < 3


def test_a_funnel_shows_bands_of_ten_and_never_an_organisation():
    frame = world(300)
    result = of(frame)
    assert result.frame["n_organisations"].min() >= 10
    percentiles = result.frame[result.frame["kind"] == "quantile"]["value"]
    assert not set(percentiles) & set(100 * frame["turnover"])
    found = wide(result)
    assert list(found[["below", "within", "above"]].sum(axis=1)) == pytest.approx([100.0] * 5)
    reach = found["high_95"].dropna() - found["target"].dropna()
    size = found["size"].dropna()
    assert (reach.sort_values().index == size.sort_values(ascending=False).index).all()
    assert found["target"].dropna().nunique() == 1


def test_small_bands_are_joined_with_their_neighbour():
    few = pd.Series(["under_250"] * 3 + ["250_to_999"] * 8 + ["1000_to_2999"] * 40)
    assert joined_bands(few) == [["under_250", "250_to_999"], ["1000_to_2999", "3000_plus"]]
    frame = world(300)
    frame = frame[~frame["size_band"].eq("under_250") | (frame.index < 20)]
    assert "under_250+250_to_999" in set(of(frame).frame["group"])


def test_each_row_says_what_the_airlock_must_know():
    result = of(world(300))
    about = {
        (row.group, row.measure): one
        for row, one in zip(result.frame.itertuples(), result.behind, strict=True)
    }
    share = about["3000_plus", "above"]
    assert share.part == "organisations|limits=above|size_band=3000_plus|vernet=yes|year=2025"
    assert about["3000_plus", "p10"].quantile == 0.1
    assert about["3000_plus", "target"].cell == "organisations|vernet=yes|year=2025"
    rows = result.frame.set_index(["group", "measure"])
    counted = rows.loc[("3000_plus", "above"), "n_organisations"]
    assert share.numerator == pytest.approx(
        rows.loc[("3000_plus", "above"), "value"] * counted / 100
    )


def test_too_few_organisations_and_absent_tables_make_no_funnel():
    assert of(world(9)) == Absent(("organisation_years",))
    assert of(None) == Absent(("organisation_years",))
    with pytest.raises(ValueError, match="twice in a year"):
        of(pd.concat([world(20), world(20)]))
