"""From the dataset to the profile of one organisation.

Every figure of the organisation stands beside the mean of the *other* organisations of its branch.
Differences are tested together, so that among those called clear few are false (Benjamini &
Hochberg 1995). What may be told at all is decided in ``told``.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.dataset import DataTable
from analysis.edition import Edition
from analysis.methods import multiplicity, position
from analysis.methods.position import Chance
from analysis.profile import told
from analysis.profile.context import Context, context_of
from analysis.profile.frame import Development, Figure, Position, Profile
from analysis.profile.measures import (
    ALL_EXITS,
    BY_NAME,
    DEVELOPMENTS,
    EXIT,
    MEASURES,
    UNKNOWN_TO_EMPLOYER,
    Measure,
)
from analysis.profile.told import Branch

#: Lowest and highest score of a scale.
SCORES = (1.0, 5.0)
#: Those who are in no band of the exit by age.
_NO_BAND = "no band"


def profile_of(
    tables: Mapping[str, DataTable], organisation: str, edition: Edition, *, synthetic: bool
) -> Profile:
    """Return the profile of an organisation.

    Parameters
    ----------
    tables
        ``TABLES`` of the dataset by name; a frame may be None.
    organisation
        Pseudonym.

    Raises
    ------
    EditionError
        If the dataset holds no such organisation up to the edition's reference year.
    """
    context = context_of(tables, organisation, edition)
    participant = context.newest["participant"]
    return Profile(
        organisation=organisation,
        edition=edition.name,
        year=int(context.newest["year"]),
        branch=context.branch,
        size_band=str(context.newest["size_band"]),
        participant=None if pd.isna(participant) else bool(participant),
        synthetic=synthetic,
        figures=figures_of(context),
        developments=tuple(
            found
            for name in DEVELOPMENTS
            if (found := _development(BY_NAME[name], context)) is not None
        ),
    )


def figures_of(context: Context) -> tuple[Figure, ...]:
    """Return all figures of an organisation, with where they stand in the branch."""
    figures = _with_positions([figure_of(measure, context) for measure in MEASURES])
    return _without_small_bands(figures, context)


def figure_of(measure: Measure, context: Context) -> Figure:
    """Return one figure, tested against the branch by itself and without a position yet."""
    if measure.by == "respondents":
        return _of_respondents(measure, context)
    panel = context.panels.get(measure.name)
    if panel is None:
        return Figure(measure, reason="no source")
    own, year = context.organisation, int(panel.values.columns[-1])
    figure = Figure(measure, year)
    if own not in panel.values.index or pd.isna(panel.values.loc[own, year]):
        return replace(figure, reason="not delivered")
    value, n = float(panel.values.loc[own, year]), float(panel.size.loc[own, year])
    counted = None if panel.counted is None else float(panel.counted.loc[own, year])
    figure = replace(figure, n=n)
    if not _is_told(measure, context, year):
        return replace(figure, reason="few people")
    figure = replace(figure, value=value)
    others = panel.values[year].drop(own).dropna()
    branch = _branch(others, figure, context)
    spread = float(others.var() / len(others)) if len(others) > 1 else np.nan
    if counted is None or counted > n:
        chance = position.chance_of_years(panel.values, panel.size.iloc[:, -1], own)
        return _beside(figure, chance, others, branch, spread, context)
    moved = position.movements(panel.counted, panel.size)
    # Of fewer the factor is 1, whatever they do.
    rests_on = moved.drop(own, errors="ignore") if len(moved) >= position.FEWEST else []
    if not told.movement_is_told(np.array(rests_on), context.edition.disclosure):
        return replace(figure, branch=branch)
    factor = position.dispersion(moved)
    low, high = position.exact_interval(counted, n, factor)
    figure = replace(figure, low=100 * low, high=100 * high)
    mean = float(others.mean()) if branch is not None else np.nan
    if branch is None or not 0 < mean < 100:
        return figure
    sizes = panel.size[year].reindex(others.index)
    usual = float((factor * mean * (100 - mean) / sizes).mean())
    chance = Chance(factor * mean * (100 - mean) / n, np.inf, usual)
    p = position.exact_p_value(counted, n, mean / 100, factor, spread / 100**2)
    return _compared(figure, chance, others, branch, p, context)


def _is_told(measure: Measure, context: Context, year: int) -> bool:
    """Tell whether enough of the organisation's people stand behind its figure.

    Who left is not delivered by age, so that the destination of those of an age band is told with
    that of all.
    """
    own, limits = context.organisation, context.edition.disclosure
    panel = context.panels[measure.name]
    n = panel.size.loc[own, year]
    if measure.name not in UNKNOWN_TO_EMPLOYER:
        return told.is_group(n, limits)
    exits, leavers = (_counted(context, name, year) for name in (ALL_EXITS, "turnover_rate"))
    return told.share_is_told(panel.counted.loc[own, year], n, limits) and told.destination_is_told(
        exits, leavers, limits
    )


def _counted(context: Context, name: str, year: int) -> float:
    """Return how many people of the organisation a figure counts; missing where not known."""
    panel = context.panels.get(name)
    if (
        panel is None
        or year not in panel.counted
        or context.organisation not in panel.counted.index
    ):
        return np.nan
    return float(panel.counted.loc[context.organisation, year])


def _of_respondents(measure: Measure, context: Context) -> Figure:
    """Return a mean score; organisations with ten respondents or more count."""
    answers, limits = context.answers, context.edition.disclosure
    if answers is None or measure.name not in answers or answers[measure.name].isna().all():
        return Figure(measure, reason="no source")
    known = answers.dropna(subset=[measure.name])
    year = int(known["year"].max())
    known = known[known["year"] == year]
    # Where nobody could be weighted all count alike, as in the linked table.
    known = known.assign(weight=known["weight"].fillna(1.0).astype(float))
    scores = {
        str(name): (group[measure.name].to_numpy(float), group["weight"].to_numpy())
        for name, group in known.groupby("organisation")
        if told.is_group(len(group), limits)
    }
    figure = Figure(measure, year)
    asked = (known["organisation"] == context.organisation).sum()
    if asked == 0:
        return replace(figure, reason="not delivered")
    figure = replace(figure, n=float(asked))
    own = scores.get(context.organisation)
    decimals = None if own is None else told.score_decimals(*own, limits, SCORES)
    if own is None or decimals is None:
        return replace(figure, reason="few people")
    means = pd.Series({name: float(np.average(s, weights=w)) for name, (s, w) in scores.items()})
    errors = pd.Series({name: position.standard_error(*one) for name, one in scores.items()})
    figure = replace(figure, value=means[context.organisation], decimals=decimals)
    others = means.drop(context.organisation)
    usual = float((errors.drop(context.organisation) ** 2).mean())
    chance = Chance(float(errors[context.organisation] ** 2), len(own[0]) - 1, usual)
    branch = _branch(others, figure, context)
    spread = float(others.var() / len(others)) if len(others) > 1 else np.nan
    beside = _beside(figure, chance, others, branch, spread, context)
    # No picture may show more of the respondents than the numbers do.
    rounded = {
        name: round(getattr(beside, name), decimals) for name in ("value", "low", "high", "guess")
    }
    return replace(beside, **rounded)


def _branch(
    others: pd.Series, figure: Figure, context: Context, *, middle: bool = True
) -> Branch | None:
    rows = pd.DataFrame(
        {
            "organisation": others.index,
            "employees": context.employees.reindex(others.index).to_numpy(),
            "value": others.to_numpy(),
        }
    )
    return told.of_branch(
        rows, branch=context.branch, year=figure.year, unit=figure.measure.unit,
        limits=context.edition.disclosure, middle=middle,
    )  # fmt: skip


def _beside(
    figure: Figure,
    chance: Chance | None,
    others: pd.Series,
    branch: Branch | None,
    spread: float,
    context: Context,
) -> Figure:
    limits = context.edition.disclosure
    if chance is None or not told.movement_is_told(np.array(chance.rests_on), limits):
        return replace(figure, branch=branch)
    low, high = chance.interval(figure.value)
    top = {"percent": 100.0, "score": SCORES[1]}.get(figure.measure.unit, np.inf)
    bottom = SCORES[0] if figure.measure.unit == "score" else 0.0
    figure = replace(figure, low=max(low, bottom), high=min(high, top))
    if branch is None:
        return figure
    p = position.p_value(figure.value, float(others.mean()), chance, spread)
    return _compared(figure, chance, others, branch, p, context)


def _compared(
    figure: Figure,
    chance: Chance,
    others: pd.Series,
    branch: Branch,
    p: float,
    context: Context,
) -> Figure:
    mean, deviation = float(others.mean()), float(others.std())
    guess = np.nan
    squares, limits = (others.to_numpy() - mean) ** 2, context.edition.disclosure
    if len(others) > limits.minimum_degrees_of_freedom and told.movement_is_told(squares, limits):
        lasting = position.between(others.to_numpy(), chance.usual)
        # Drawn to the mean as it is told, and as coarse: a guess that is drawn all the way would
        # otherwise be the exact mean of the others, which its rounding hides.
        drawn = position.shrunken(figure.value, branch.mean, chance.variance, lasting)
        guess = round(drawn, branch.decimals)
    return replace(
        figure,
        branch=branch,
        p_value=p,
        guess=guess,
        away=(figure.value - mean) / deviation if deviation > 0 else 0.0,
    )


def _with_positions(figures: list[Figure]) -> list[Figure]:
    """Decide for all figures together which differ clearly from the branch."""
    tested = [place for place, figure in enumerate(figures) if np.isfinite(figure.p_value)]
    if not tested:
        return figures
    clear = multiplicity.discovered(np.array([figures[place].p_value for place in tested]))
    found = list(figures)
    for place, is_clear in zip(tested, clear, strict=True):
        side: Position = "higher" if figures[place].away > 0 else "lower"
        found[place] = replace(figures[place], position=side if is_clear else "within")
    return found


def _without_small_bands(figures: list[Figure], context: Context) -> tuple[Figure, ...]:
    """Hide the exit of further age bands where a hidden one would follow from the total."""
    bands = [f.measure.name for f in figures if f.measure.name.startswith(EXIT) and f.n > 0]
    if not bands:
        return tuple(figures)
    own, counted, among = context.organisation, {}, {}
    year = int(context.panels[bands[0]].values.columns[-1])
    for name in bands:
        panel = context.panels[name]
        counted[name] = float(panel.counted.loc[own].iloc[-1])
        among[name] = float(panel.size.loc[own].iloc[-1])
    # Students count in the exits of all ages and in no band.
    rest = _counted(context, ALL_EXITS, year) - sum(counted.values())
    students = float(context.students.get(year, 0.0))
    if rest > 0 or (rest == 0 and students > 0):
        counted[_NO_BAND], among[_NO_BAND] = rest, students
    kept = told.bands_told(counted, among, context.edition.disclosure)
    return tuple(
        Figure(figure.measure, figure.year, n=figure.n, reason="few people")
        if figure.measure.name in set(bands) - kept
        else figure
        for figure in figures
    )


def _development(measure: Measure, context: Context) -> Development | None:
    panel = context.panels.get(measure.name)
    own = context.organisation
    if panel is None or own not in panel.values.index:
        return None
    mine, theirs = [], []
    for year in panel.values.columns:
        value = panel.values.loc[own, year]
        if pd.isna(value) or not _is_told(measure, context, year):
            continue
        mine.append((int(year), float(value)))
        others = panel.values[year].drop(own).dropna()
        branch = _branch(others, Figure(measure, int(year)), context, middle=False)
        if branch is not None:
            theirs.append((int(year), branch.mean))
    return Development(measure, tuple(mine), tuple(theirs)) if len(mine) > 1 else None
