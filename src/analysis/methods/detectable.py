"""How large an effect must be to be seen: at the design stage, from years without a programme.

Blind draws from the years before the start show how far as many organisations differ from
comparable ones by chance (``programme_effect.spread_of_placebos``). An effect of 2.8 times that
spread is found with 80 % probability in a test at 5 % (Bloom 1995, Evaluation Review 19, 547-556).
Of one organisation the spread follows from how the changes of single organisations vary with their
size; shocks are as large for all and chance falls with size.
"""

import numpy as np
from scipy import optimize, stats

from analysis.languages import Text
from analysis.methods import programme_effect
from analysis.methods.behind import behind
from analysis.methods.distribution import aggregate
from analysis.methods.monitored import DRAWS, TABLES, Monitored
from analysis.methods.results import Absent, Aggregate, Estimates, estimates
from analysis.methods.standing import all_of
from analysis.places import measure_at

ALPHA, POWER = 0.05, 0.80
#: Numbers of years after the start.
AFTER = (1, 2, 3)
#: Falls of which the power is told, as shares.
FALLS = {"twentieth": 0.05, "tenth": 0.10, "quarter": 0.25}
#: Full-time years of work of single organisations.
SIZES = (300, 1000, 3000, 8000)
_NAMES = {1: "one_year", 2: "two_years", 3: "three_years"}
#: Years before a split on which a base rests.
_BASE = 3
_STEPS = 25

METHOD = Text(
    nl="kleinste verschil dat met 80% kans wordt gezien bij een toets op 5% (Bloom): 2,8 maal de "
    "spreiding van het verschil dat {draws} blinde trekkingen van evenveel organisaties lieten "
    "zien in de jaren tot en met {last}, voordat het programma een heel jaar liep",
    en="smallest difference that is seen with 80% probability in a test at 5% (Bloom): 2.8 times "
    "the spread of the difference that {draws} blind draws of as many organisations showed in the "
    "years up to {last}, before the programme had run for a whole year",
)
SINGLE_METHOD = Text(
    nl="kleinste daling van één organisatie die met 80% kans wordt gezien bij een toets op 5%, "
    "naar omvang: uit de spreiding van veranderingen van organisaties voordat het programma een "
    "heel jaar liep, als vaste spreiding plus toeval dat met de omvang afneemt (gewogen kleinste "
    "kwadraten), jaren tot en met {last}",
    en="smallest fall of one organisation that is seen with 80% probability in a test at 5%, by "
    "size: from the spread of changes of organisations before the programme had run for a whole "
    "year, as a constant spread plus chance that falls with size (weighted least squares), years "
    "up to {last}",
)
APART_METHOD = Text(
    nl="een rekensom: kleinste verschil in verandering tussen deelnemers met één combinatie van "
    "zoveel kenmerken en de andere deelnemers, als zij gelijk over de combinaties verdeeld zijn; "
    "80% kans bij een toets op 5%, spreiding van veranderingen van organisaties van hun omvang",
    en="a calculation: smallest difference in change between participants with one combination of "
    "so many characteristics and the other participants, were they spread evenly over the "
    "combinations; 80% probability in a test at 5%, spread of changes of organisations of their "
    "size",
)


def multiplier(alpha: float = ALPHA, power: float = POWER) -> float:
    """Return how many standard errors an effect must be to be found with that probability."""
    return float(stats.norm.ppf(1 - alpha / 2) + stats.norm.ppf(power))


def power_of(effect: float, spread: float, alpha: float = ALPHA) -> float:
    """Return the probability, from 0 to 1, of finding an effect with such a standard error."""
    far, reach = abs(effect) / spread, stats.norm.ppf(1 - alpha / 2)
    return float(stats.norm.cdf(far - reach) + stats.norm.cdf(-far - reach))


def of_the_programme(one: Monitored | None, *, seed: int, draws: int = DRAWS) -> Estimates | Absent:
    """Return the smallest fall that can be seen, in percent, as ``one_year`` to ``three_years``."""
    found = _spreads(one, seed, draws)
    if not found:
        return Absent(TABLES)
    rows = [
        _of_model(one) | {"term": _NAMES[years], "estimate": _fall(multiplier() * spread)}
        for years, spread in found.items()
    ]
    method = _about(one, METHOD, draws)
    return estimates(rows, tables=TABLES, method=method, unit="percent_change")


def power(one: Monitored | None, *, seed: int, draws: int = DRAWS) -> Aggregate | Absent:
    """Return the probability of seeing falls, in percent.

    Groups are numbers of years after the start, measures the keys of ``FALLS``.
    """
    found = _spreads(one, seed, draws)
    if not found:
        return Absent(TABLES)
    cells = [
        (_NAMES[years], name, 100 * power_of(np.log1p(-fall), spread), "percent")
        for years, spread in found.items()
        for name, fall in FALLS.items()
    ]
    return _aggregate(one, cells, _about(one, METHOD, draws))


def of_one_organisation(one: Monitored | None) -> Aggregate | Absent:
    """Return the smallest fall of one organisation that can be seen, by size, in percent.

    Groups ``one_year`` and ``three_years`` after the start; measures ``at_<full-time years>``.
    """
    cells = []
    for years in (1, 3):
        fitted = None if one is None else single(one, years)
        if fitted is not None:
            cells += [
                (
                    _NAMES[years],
                    measure_at(size),
                    -_fall(multiplier() * _sd(fitted, size)),
                    "percent",
                )
                for size in SIZES
            ]
    if not cells:
        return Absent(TABLES)
    return _aggregate(one, cells, _about(one, SINGLE_METHOD))


def of_a_thousand(one: Monitored | None) -> Estimates | Absent:
    """Return the smallest fall of an organisation of a thousand full-time years, as ``single``."""
    fitted = None if one is None else single(one, 1)
    if fitted is None:
        return Absent(TABLES)
    fall = _fall(multiplier() * _sd(fitted, 1000))
    row = _of_model(one) | {"term": "single", "estimate": fall}
    return estimates([row], tables=TABLES, method=_about(one, SINGLE_METHOD), unit="percent_change")


def combinations(one: Monitored | None, most: int = 4) -> Estimates | Absent:
    """Return which difference between combinations of characteristics could be seen, in percent.

    Terms ``conditions_1`` and so on: so many characteristics that one has or does not have.
    """
    fitted = None if one is None else single(one, 1)
    if fitted is None:
        return Absent(TABLES)
    size = one.found.size[one.mine][:, one.before].mean(axis=1)
    variance = np.mean([_sd(fitted, each) ** 2 for each in size])
    count = len(size)
    rows = []
    for number in range(1, most + 1):
        mine = count / 2**number
        error = np.sqrt(variance * (1 / mine + 1 / (count - mine)))
        about = _of_model(one) | {"estimate": _fall(multiplier() * error)}
        rows.append(about | {"term": f"conditions_{number}"})
    return estimates(rows, tables=TABLES, method=APART_METHOD, unit="percent_change")


def single(one: Monitored, years: int) -> tuple[float, float] | None:
    """Return the variance of the change of a single organisation: constant, and times its size.

    Changes of the mean of ``years`` years since the mean of the years before, less what branch and
    region explain, at the last such split before the start.
    """
    kept = np.flatnonzero(one.before)
    if len(kept) < years + _BASE:
        return None
    before, after = kept[: len(kept) - years], kept[len(kept) - years :]
    change = one.found.logs[:, after].mean(axis=1) - one.found.logs[:, before].mean(axis=1)
    design = one.design
    residual = change - design @ np.linalg.lstsq(design, change, rcond=None)[0]
    freedom = len(change) - np.linalg.matrix_rank(design)
    if freedom < 2 * _BASE or residual.std() < 1e-9:
        return None
    square = residual**2 * len(change) / freedom
    over = 1 / one.found.size[:, kept].mean(axis=1)
    columns = np.column_stack([np.ones(len(over)), over])
    fitted = np.full(len(over), square.mean())
    parts = np.zeros(2)
    for _ in range(_STEPS):
        parts, _ = optimize.nnls(columns / fitted[:, None], square / fitted)
        fitted = np.maximum(columns @ parts, 0.05 * square.mean())
    return float(parts[0]), float(parts[1])


def _sd(fitted: tuple[float, float], size: float) -> float:
    return float(np.sqrt(fitted[0] + fitted[1] / size))


def _spreads(one: Monitored | None, seed: int, draws: int) -> dict[int, float]:
    """Return the spread of placebo effects by the number of years after the start."""
    if one is None:
        return {}
    found = {}
    for years in AFTER:
        split = int(one.starts[0]) - years
        if split - one.years[0] < _BASE:
            continue
        spread = programme_effect.spread_of_placebos(
            one, split, years=years, seed=seed, draws=draws
        )
        if spread:
            found[years] = spread
    return found


def _fall(logarithm: float) -> float:
    """Return a fall of this logarithm in percent, below zero."""
    return 100 * float(np.expm1(-logarithm))


def _of_model(one: Monitored) -> dict[str, object]:
    """Return what an estimate from the years before the start rests on."""
    return one.about() | {
        "period": f"{int(one.starts[0]) - 1}JJ00",
        "behind": behind("model fit", all_of(one.found)),
    }


def _about(one: Monitored, method: Text, draws: int = 0) -> Text:
    words = {"last": int(one.starts[0]) - 1, "draws": draws}
    return Text(nl=method.nl.format(**words), en=method.en.format(**words))


def _aggregate(one: Monitored, cells: list[tuple[str, str, float, str]], method: Text) -> Aggregate:
    about = _of_model(one)
    known = behind("model fit", all_of(one.found), df=len(one.first) - one.design.shape[1])
    rows = [
        {
            "group": group,
            "period": about["period"],
            "measure": measure,
            "kind": "model fit",
            "value": value,
            "unit": unit,
            "status": "not stated",
            "n_persons": about["n"],
            "n_organisations": about["n_organisations"],
            "behind": known,
        }
        for group, measure, value, unit in cells
    ]
    return aggregate(rows, TABLES, method)
