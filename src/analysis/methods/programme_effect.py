"""Did the participants change otherwise than comparable organisations?

Logarithms of rates, so that an effect is a percentage. Participants are grouped by their first
whole year; each group is compared with organisations that never took part, given branch and region,
and the groups are taken together, as they are too small to be shown apart.
Intervals and p-values are those of blind draws (``blind_draws``). The mean of the years before is
the base: one year alone holds the luck for which participants may have been picked.
"""

import dataclasses
from typing import Literal

import numpy as np
import pandas as pd

from analysis.languages import Text
from analysis.methods import blind_draws, leverage
from analysis.methods.behind import behind
from analysis.methods.monitored import DRAWS, TABLES, Monitored, Weighting
from analysis.methods.resampling import Effect
from analysis.methods.results import PAIR, Absent, Estimates, estimates, joined
from analysis.methods.standing import all_of
from analysis.places import years_from_start

After = Literal["all", "last"]

_COMPARED = Text(
    nl="verschil in verandering tussen deelnemers en organisaties uit dezelfde branches die nooit "
    "meededen, gegeven branche en regio (groepen naar eerste hele jaar samengenomen; Callaway en "
    "Sant'Anna), op logaritmen",
    en="difference in change between participants and organisations of the same branches that "
    "never took part, given branch and region (groups by first whole year taken together; Callaway "
    "and Sant'Anna), on logarithms",
)
_DRAWN = Text(
    nl="95%-interval van wat {draws} blinde trekkingen van evenveel organisaties binnen branche en "
    "regio niet verwerpen",
    en="95% interval of what {draws} blind draws of as many organisations within branch and region "
    "do not reject",
)
METHOD = Text(nl=f"{_COMPARED.nl}; {_DRAWN.nl}", en=f"{_COMPARED.en}; {_DRAWN.en}")
EVENT_METHOD = Text(
    nl=f"{_COMPARED.nl}; afstand tot het gemiddelde van de jaren vóór de start; 95%-intervallen "
    "die voor alle jaren samen gelden, uit {draws} blinde trekkingen binnen branche en regio",
    en=f"{_COMPARED.en}; distance from the mean of the years before the start; 95% intervals that "
    "hold for all years together, from {draws} blind draws within branch and region",
)
TREND_METHOD = Text(
    nl="verschil in verloop over de jaren vóór de start tussen deelnemers en vergelijkbare "
    "organisaties: per jaar (95%-interval uit {draws} blinde trekkingen), en het deel van die "
    "trekkingen dat in enig jaar minstens zo ver afwijkt",
    en="difference in course over the years before the start between participants and comparable "
    "organisations: per year (95% interval from {draws} blind draws), and the share of these "
    "draws that deviate at least as far in any year",
)


def effect(
    one: Monitored | None,
    name: str,
    *,
    seed: int,
    after: After = "all",
    base: int | None = None,
    weighting: Weighting = "precision",
    draws: int = DRAWS,
) -> Estimates | Absent:
    """Return the effect on the participants, in percent, as term ``name``.

    Parameters
    ----------
    after
        Whether the mean of all years after the start is compared, or the last year alone.
    base
        Number of years before the start with which is compared; all of them when left out.
    """
    if one is None or one.after < 1:
        return Absent(TABLES)
    known = one.known(weighting)
    if leverage.is_thin(known):
        return Absent(TABLES)
    contrast = np.stack([_contrast(one, start, after, base) for start in one.starts])
    found, drawn, share = _drawn(one, contrast[:, :, None], seed, draws, weighting)
    row = _in_percent(blind_draws.by_inversion(found[0], drawn[:, 0], share))
    words = row | one.about() | {"term": name, "behind": known}
    return estimates([words], tables=TABLES, method=_with(METHOD, draws), unit="percent_change")


def variants(
    absence: Monitored | None, turnover: Monitored | None, *, seed: int, draws: int = DRAWS
) -> Estimates | Absent:
    """Return the effect under other choices, as terms ``<choice>.absence`` and ``.turnover``.

    Choices: ``chosen``; ``last_year`` alone; ``three_before`` and ``one_before`` as base;
    ``equal`` and ``size`` as weights; ``same_regions`` for the comparison.
    """
    parts = []
    for name, one in (("absence", absence), ("turnover", turnover)):
        if one is None or one.after < 1:
            continue
        region = pd.Series(one.found.region)
        near = one.chosen(region.isin(set(region[one.taking_part])).to_numpy())
        for choice, who, options in (
            ("chosen", one, {}),
            ("last_year", one, {"after": "last"}),
            ("three_before", one, {"base": 3}),
            ("one_before", one, {"base": 1}),
            ("equal", one, {"weighting": "equal"}),
            ("size", one, {"weighting": "size"}),
            ("same_regions", near, {}),
        ):
            part = effect(who, f"{choice}{PAIR}{name}", seed=seed, draws=draws, **options)
            parts += [] if isinstance(part, Absent) else [part]
    if not parts:
        return Absent(TABLES)
    # One method for all: they differ in what their names say.
    return dataclasses.replace(joined(*parts), method=_with(METHOD, draws))


def event_study(one: Monitored | None, *, seed: int, draws: int = DRAWS) -> Estimates | Absent:
    """Return the difference from comparable organisations by year from the start, in percent.

    Terms ``start_minus_<years>`` and ``start_plus_<years>``, for distances that all groups have.
    """
    if one is None:
        return Absent(TABLES)
    distances = _distances(one)
    contrasts = np.stack(
        [
            np.column_stack([_one_year(one, start, distance) for distance in distances])
            for start in one.starts
        ]
    )
    found, drawn, share = _drawn(one, contrasts, seed, draws)
    low, high = blind_draws.together(found, drawn, share)
    rows = []
    for place, distance in enumerate(distances):
        single = blind_draws.by_inversion(found[place], drawn[:, place], share)
        whole = dataclasses.replace(single, ci_low=low[place], ci_high=high[place])
        row = _in_percent(whole) | one.about()
        row["period"] = f"{int(one.starts[-1]) + distance}JJ00"
        rows.append(row | {"term": years_from_start(distance), "behind": one.known()})
    method = _with(EVENT_METHOD, draws)
    return estimates(rows, tables=TABLES, method=method, unit="percent_change")


def before_the_start(one: Monitored | None, *, seed: int, draws: int = DRAWS) -> Estimates | Absent:
    """Return whether the participants already went another way before they started.

    Terms ``slope`` (percent a year) and ``as_far`` (percent of blind draws that deviate as far).
    """
    if one is None:
        return Absent(TABLES)
    distances = [distance for distance in _distances(one) if distance < 0]
    middle = np.array(distances) - np.mean(distances)
    contrasts = []
    for start in one.starts:
        years = np.column_stack([_one_year(one, start, distance) for distance in distances])
        contrasts.append(np.column_stack([years @ middle / (middle**2).sum(), years]))
    found, drawn, share = _drawn(one, np.stack(contrasts), seed, draws)
    slope = _in_percent(blind_draws.by_inversion(found[0], drawn[:, 0], share))
    last = f"{int(one.starts[0]) - 1}JJ00"
    common = one.about() | {"period": last, "behind": one.known()}
    rows = [
        slope | common | {"term": "slope", "unit": "percent_change"},
        common
        | {
            "term": "as_far",
            "estimate": 100 * blind_draws.as_far(found[1:], drawn[:, 1:]),
            "unit": "percent",
            "behind": behind("model fit", all_of(one.found)),
        },
    ]
    return estimates(rows, tables=TABLES, method=_with(TREND_METHOD, draws))


def spread_of_placebos(
    one: Monitored, split: int, *, years: int, seed: int, draws: int = DRAWS
) -> float | None:
    """Return the spread of effects that blind draws show where there was no programme.

    As if the programme had started at the beginning of the year ``split``, with ``years`` years
    after it; None without enough years before the real start.
    """
    before = one.years[one.before]
    if split + years - 1 > before.max() or split - before.min() < 1:
        return None
    contrast = np.where(np.isin(one.years, np.arange(split, split + years)), 1 / years, 0.0)
    base = one.years < split
    contrast = contrast - base / base.sum()
    found = np.stack([contrast[:, None]] * len(one.starts))
    _, drawn, _ = _drawn(one, found, seed, draws)
    return float(drawn[:, 0].std())


def _drawn(
    one: Monitored,
    contrasts: np.ndarray,
    seed: int,
    draws: int,
    weighting: Weighting = "precision",
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the effects of the participants and of blind draws, and the draws' shares.

    Parameters
    ----------
    contrasts
        Weight of each year in each change, shape (groups, years, changes).
    """
    changes = np.einsum("uy,gyc->guc", one.found.logs, contrasts)
    design, weight = one.design, one.weight(weighting)
    sets = one.draws(seed=seed, draws=draws)
    drawn = blind_draws.effects(changes, sets, one.group, design, weight)
    found = blind_draws.effects(changes, one.mine[None, :], one.group, design, weight)[0]
    return found, drawn, blind_draws.shares(one.taking_part, sets, design, weight)


def _contrast(one: Monitored, start: int, after: After, base: int | None) -> np.ndarray:
    """Return the weight of each year: after the start less the base before it."""
    now = one.years >= start if after == "all" else one.years == one.years[-1]
    return now / now.sum() - _base(one, start, base)


def _one_year(one: Monitored, start: int, distance: int) -> np.ndarray:
    return (one.years == start + distance) - _base(one, start, None)


def _base(one: Monitored, start: int, base: int | None) -> np.ndarray:
    earlier = one.years < start
    if base is not None:
        earlier &= one.years >= start - base
    return earlier / earlier.sum()


def _distances(one: Monitored) -> list[int]:
    """Return the distances from the start that every group has."""
    first = int(one.years[0] - one.starts[0])
    last = int(one.years[-1] - one.starts[-1])
    return list(range(first, last + 1))


def _in_percent(found: Effect) -> dict[str, float]:
    row = found.row()
    for column in ("estimate", "ci_low", "ci_high"):
        row[column] = 100 * float(np.expm1(row[column]))
    return row


def _with(method: Text, draws: int) -> Text:
    return Text(nl=method.nl.format(draws=draws), en=method.en.format(draws=draws))
