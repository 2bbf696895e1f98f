"""What of a gap in absence goes with the characteristics of organisations: Oaxaca-Blinder.

Oaxaca (1973), Int. Econ. Rev. 14, 693-709; Blinder (1973), J. Hum. Resour. 8, 436-455; the choice
of reference coefficients and the parts of each characteristic as in Jann (2008), Stata J. 8,
453-479. statsmodels has the decomposition without weights, parts of characteristics or clusters,
and its option for the pooled coefficients of Neumark (1988) answers only to the misspelt name
``nuemark``; any other name gives the pooled coefficients with a group indicator, without a word.
The tests hold both against it.

The parts of the unexplained gap depend on where a characteristic is zero (Oaxaca & Ransom 1999), so
that only their sum is given.
"""

from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np

from analysis.languages import LANGUAGES, Text
from analysis.methods import gap_sample, leverage, resampling
from analysis.methods.behind import behind
from analysis.methods.gap_sample import GapSample
from analysis.methods.results import PAIR, Absent, Estimates, estimates, only
from analysis.sources.vocabulary import BRANCHES

#: Whose slopes value a difference in characteristics: those of the first group, of the second, of
#: both with an indicator of the group, of both without one (Neumark), or within branches.
Reference = Literal["first", "second", "pooled", "neumark", "within"]
REFERENCES: tuple[Reference, ...] = get_args(Reference)
GAP, EXPLAINED, UNEXPLAINED = "gap", "explained", "unexplained"
#: Below this part of the largest, the variation of characteristics is rounding.
_NOTHING = 1e-12

_WEIGHTS = Text(
    nl="gewogen naar persoonsjaren; 95%-interval uit {draws} keer opnieuw trekken van organisaties "
    "binnen hun branche",
    en="weighted by person-years; 95% interval from drawing organisations within their branch "
    "again {draws} times",
)
_SLOPES: dict[Reference, Text] = {
    "first": Text(nl="hellingen van de eerste groep", en="slopes of the first group"),
    "second": Text(nl="hellingen van de tweede groep", en="slopes of the second group"),
    "pooled": Text(
        nl="hellingen van beide groepen samen, met een indicator voor de groep",
        en="slopes of both groups together, with an indicator of the group",
    ),
    "neumark": Text(
        nl="hellingen van beide groepen samen, zonder indicator (Neumark)",
        en="slopes of both groups together, without an indicator (Neumark)",
    ),
    "within": Text(nl="hellingen binnen branches", en="slopes within branches"),
}
_TWO_FOLD = Text(
    nl="tweevoudige decompositie volgens Oaxaca en Blinder: verschil in kenmerken maal hun helling",
    en="twofold Oaxaca-Blinder decomposition: difference in characteristics times their slope",
)
_THREE_FOLD = Text(
    nl="drievoudige decompositie volgens Oaxaca en Blinder, gezien vanuit de tweede groep",
    en="threefold Oaxaca-Blinder decomposition, seen from the second group",
)


def two_fold(
    found: GapSample | Absent,
    *,
    reference: Reference = "within",
    draws: int = resampling.DRAWS,
) -> Estimates | Absent:
    """Divide the gap, first group less second, over characteristics and a rest.

    Slopes are those within branches unless another reference is asked for: a slope that also
    compares branches takes along whatever else differs between them, of which there are few.

    Terms, in percentage points: ``gap``, each characteristic, the largest part first,
    ``unexplained`` and ``explained``. The parts and the rest add up to the gap.
    Absent when a slope rests on too few organisations.
    """
    if isinstance(found, Absent):
        return found
    known = _behind_slopes(found, reference)
    if any(leverage.is_thin(one) for one in known.values()):
        return Absent((found.table,))
    moments = moments_of(found, draws)
    parts = parts_of(moments, found, reference)
    gap = gap_of(moments, found)
    explained = parts.sum(axis=1)
    values = {name: parts[:, place] for place, name in enumerate(found.names)}
    order = sorted(found.names, key=lambda name: -abs(values[name][0]))
    fit = behind("model fit", found.cell())
    values |= {GAP: gap, UNEXPLAINED: gap - explained, EXPLAINED: explained}
    known |= {UNEXPLAINED: fit, EXPLAINED: fit}
    known[GAP] = behind("difference", found.cell())
    terms = [GAP, *order, UNEXPLAINED, EXPLAINED]
    rows = [_row(term, values[term], known[term], found) for term in terms]
    method = _method(_TWO_FOLD, found, draws, _SLOPES[reference])
    return estimates(rows, tables=(found.table,), method=method, unit="percentage_points")


def bars(result: Estimates | Absent) -> Estimates | Absent:
    """Return the gap and the parts that add up to it."""
    if isinstance(result, Absent):
        return result
    return only(result, *(t for t in result.frame["term"] if t != EXPLAINED))


def judged(result: Estimates | Absent) -> Estimates | Absent:
    """Return what a claim on the measured characteristics rests on.

    Absent without overhead and funding streams: what other characteristics leave unexplained then
    says nothing about them.
    """
    if isinstance(result, Absent) or not set(gap_sample.ACCOUNTS) <= set(result.frame["term"]):
        return Absent(result.tables)
    return only(result, GAP, EXPLAINED)


def three_fold(found: GapSample | Absent, *, draws: int = resampling.DRAWS) -> Estimates | Absent:
    """Divide the gap into three: ``endowments``, ``coefficients`` and ``interaction``.

    How much of the gap there would be if the second group had the characteristics of the first;
    its slopes and level; and both at once. Term ``gap`` is their sum. Absent when a slope of
    either group rests on too few organisations.
    """
    if isinstance(found, Absent):
        return found
    known = [*_behind_slopes(found, "first").values(), *_behind_slopes(found, "second").values()]
    if any(leverage.is_thin(one) for one in known):
        return Absent((found.table,))
    values = three_parts(moments_of(found, draws), found)
    kind = {GAP: behind("difference", found.cell())}
    fit = behind("model fit", found.cell())
    rows = [_row(term, drawn, kind.get(term, fit), found) for term, drawn in values.items()]
    method = _method(_THREE_FOLD, found, draws)
    return estimates(rows, tables=(found.table,), method=method, unit="percentage_points")


def by_reference(
    found: GapSample | Absent, terms: Sequence[str], *, draws: int = resampling.DRAWS
) -> Estimates | Absent:
    """Return terms of the twofold decomposition for each choice of slopes.

    Terms ``<reference>.<term>``; a choice whose slopes rest on too few organisations is left out.
    """
    if isinstance(found, Absent):
        return found
    rows = []
    for reference in REFERENCES:
        result = two_fold(found, reference=reference, draws=draws)
        if not isinstance(result, Absent):
            rows += _renamed(result, reference, terms)
    if not rows:
        return Absent((found.table,))
    method = _method(_TWO_FOLD, found, draws)
    return estimates(rows, tables=(found.table,), method=method)


def without_each_branch(
    found: GapSample | Absent, terms: Sequence[str], *, draws: int = resampling.DRAWS
) -> Estimates | Absent:
    """Return terms of the twofold decomposition with all branches, and without each in turn.

    Terms ``all_branches.<term>`` and ``<branch>.<term>``. Without a branch that is a whole side
    there is no gap, and no row.
    """
    if isinstance(found, Absent):
        return found
    samples = {"all_branches": found} | {
        branch: gap_sample.enough(found.of(found.branch != branch))
        for branch in sorted(set(found.branch))
    }
    rows = []
    for name, sample in samples.items():
        result = two_fold(sample, draws=draws)
        if not isinstance(result, Absent):
            rows += _renamed(result, name, terms)
    if not rows:
        return Absent((found.table,))
    method = _method(_TWO_FOLD, found, draws, _SLOPES["within"])
    return estimates(rows, tables=(found.table,), method=method)


def on_common_support(
    found: GapSample | Absent, *, draws: int = resampling.DRAWS
) -> Estimates | Absent:
    """Return the decomposition over overhead and funding streams, with all and with those alike.

    Terms ``everybody.<term>`` and ``alike.<term>``. Alike are organisations within the range of
    both groups on both characteristics; a branch with few of them does not count, and the method
    names those that do. Absent when the accounts are unknown or too few are alike.
    """
    if isinstance(found, Absent) or not set(gap_sample.ACCOUNTS) <= set(found.names):
        return Absent(found.tables if isinstance(found, Absent) else (found.table,))
    part = found.with_drivers(gap_sample.ACCOUNTS)
    alike = gap_sample.within_range(part, part.names, of_high=True)
    alike &= gap_sample.within_range(part, part.names, of_high=False)
    those = gap_sample.enough(part.of(alike))
    if isinstance(those, Absent):
        return those
    rows = []
    for name, sample in (("everybody", part), ("alike", those)):
        result = two_fold(sample, draws=draws)
        if isinstance(result, Absent):
            return Absent((found.table,))
        rows += _renamed(result, name, (GAP, *part.names, UNEXPLAINED))
    # Side by side per part of the gap.
    order = [GAP, *part.names, UNEXPLAINED]
    for row in rows:
        left, right = row["term"].split(PAIR)
        row["term"] = f"{right}{PAIR}{left}"
    rows.sort(key=lambda row: order.index(row["term"].partition(PAIR)[0]))
    method = _method(_TWO_FOLD, found, draws, _SLOPES["within"], _of_branches(those))
    return estimates(rows, tables=(found.table,), method=method)


def _of_branches(alike: GapSample) -> Text:
    """Name the branches in which enough organisations are alike."""
    names = [BRANCHES[name] for name in BRANCHES if name in set(alike.branch)]
    told = {language: ", ".join(name[language] for name in names) for language in LANGUAGES}
    return Text(
        nl=f"op elkaar lijken: alleen branches met minstens {gap_sample.FEWEST_IN_BRANCH} zulke "
        f"organisaties, namelijk {told['nl']}",
        en=f"alike: only branches with at least {gap_sample.FEWEST_IN_BRANCH} such organisations, "
        f"namely {told['en']}",
    )


def _renamed(result: Estimates, name: str, terms: Sequence[str]) -> list[dict]:
    return [
        {**row._asdict(), "term": f"{name}{PAIR}{row.term}", "behind": known}
        for row, known in zip(result.frame.itertuples(index=False), result.behind, strict=True)
        if row.term in terms
    ]


# --- moments --------------------------------------------------------------------------------------


def moments_of(found: GapSample, draws: int) -> np.ndarray:
    """Return the cross-products of each branch, shape (1 + draws, branches, k, k).

    The first are those of the sample. Columns are the constant, the characteristics, the outcome.
    """
    columns = np.column_stack([np.ones(len(found.outcome)), found.drivers, found.outcome])
    products = (found.weight[:, None] * columns)[:, :, None] * columns[:, None]
    times = np.vstack([np.ones(len(columns)), gap_sample.by_branch(found, draws)])
    return np.stack(
        [
            resampling.resummed(products[found.branch == branch], times[:, found.branch == branch])
            for branch in _branches(found)
        ],
        axis=1,
    )


def _branches(found: GapSample) -> list[str]:
    return sorted(set(found.branch))


def _sides(found: GapSample) -> list[np.ndarray]:
    """Return the places of the branches of the first and of the second group."""
    names = np.array(_branches(found))
    first = np.isin(names, list(set(found.branch[found.high])))
    return [np.flatnonzero(first), np.flatnonzero(~first)]


def _means(moments: np.ndarray) -> np.ndarray:
    """Return the means of characteristics and outcome, shape (draws, k - 1)."""
    return moments[:, 0, 1:] / moments[:, :1, 0]


def _apart(moments: np.ndarray, found: GapSample) -> np.ndarray:
    """Return the difference in means between the groups, shape (draws, k - 1)."""
    first, second = (_means(moments[:, side].sum(axis=1)) for side in _sides(found))
    return first - second


def gap_of(moments: np.ndarray, found: GapSample) -> np.ndarray:
    """Return the difference in mean outcome between the groups, shape (draws,)."""
    return _apart(moments, found)[:, -1]


def parts_of(moments: np.ndarray, found: GapSample, reference: Reference) -> np.ndarray:
    """Return the part of each characteristic in the gap, shape (draws, characteristics)."""
    return _apart(moments, found)[:, :-1] * _slopes(moments, found, reference)


def three_parts(moments: np.ndarray, found: GapSample) -> dict[str, np.ndarray]:
    """Return the gap and its three parts, shape (draws,) each."""
    endowments = parts_of(moments, found, "second").sum(axis=1)
    both = parts_of(moments, found, "first").sum(axis=1)
    gap = gap_of(moments, found)
    return {
        GAP: gap,
        "endowments": endowments,
        "coefficients": gap - both,
        "interaction": both - endowments,
    }


def _slopes(moments: np.ndarray, found: GapSample, reference: Reference) -> np.ndarray:
    """Return slopes by least squares, with a constant per group, branch or for all together."""
    first, second = _sides(found)
    everybody = np.arange(moments.shape[1])
    levels: dict[Reference, list[np.ndarray]] = {
        "first": [first],
        "second": [second],
        "pooled": [first, second],
        "neumark": [everybody],
        "within": [np.array([place]) for place in everybody],
    }
    centred = sum(_centred(moments[:, level].sum(axis=1)) for level in levels[reference])
    square, cross = centred[:, :-1, :-1], centred[:, :-1, -1:]
    # A draw in which a characteristic does not vary gives it no slope.
    return (np.linalg.pinv(square, rcond=_NOTHING, hermitian=True) @ cross)[..., 0]


def _centred(moments: np.ndarray) -> np.ndarray:
    """Return cross-products of deviations from the mean, without the constant."""
    total = moments[:, 0, 1:]
    return moments[:, 1:, 1:] - total[:, :, None] * total[:, None] / moments[:, :1, :1]


# --- rows -----------------------------------------------------------------------------------------


def _behind_slopes(found: GapSample, reference: Reference) -> dict:
    """Return what stands behind the slope of each characteristic."""
    one_side = {"first": found.high, "second": ~found.high}
    kept = one_side.get(reference, np.ones(len(found.branch), dtype=bool))
    constant = np.ones(kept.sum())
    levels = {
        "pooled": [constant, found.high.astype(float)],
        "within": [(found.branch == branch).astype(float) for branch in _branches(found)],
    }.get(reference, [constant])
    design = np.column_stack([found.drivers[kept], *levels])
    return {
        name: leverage.of_coefficient(design, place, found.cell(), weights=found.weight[kept])
        for place, name in enumerate(found.names)
    }


def _row(term: str, drawn: np.ndarray, known, found: GapSample) -> dict:
    effect = resampling.by_percentiles(float(drawn[0]), drawn[1:])
    return {
        "term": term,
        **effect.row(),
        **found.about(),
        "df": len(found.branch) - found.drivers.shape[1] - 2,
        "behind": known,
    }


def _method(what: Text, found: GapSample, draws: int, *more: Text) -> Text:
    named = (what, *more, _WEIGHTS)
    told = found.told(
        Text(nl="; ".join(one.nl for one in named), en="; ".join(one.en for one in named))
    )
    return Text(nl=told.nl.format(draws=draws), en=told.en.format(draws=draws))
