"""From the dataset to the profile of one organisation: frozen, and without a word of text.

Every figure of the organisation stands beside the mean of the *other* organisations of its branch.
Differences are tested together, so that among those called clear few are false (Benjamini &
Hochberg 1995). What may be told at all is decided in ``told``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import reduce
from typing import Literal

import numpy as np
import pandas as pd

from analysis.dataset import DataTable
from analysis.edition import Edition
from analysis.errors import EditionError
from analysis.methods import multiplicity, position
from analysis.methods.position import Chance
from analysis.profile import told
from analysis.profile.measures import (
    BY_NAME,
    DEVELOPMENTS,
    EXIT,
    MEASURES,
    STOCK,
    UNKNOWN_TO_EMPLOYER,
    Measure,
)
from analysis.profile.told import Branch

#: Tables of the dataset that a profile reads.
TABLES = ("organisation_years", "organisation_ages", "individuals")

Position = Literal["within", "higher", "lower", "not compared"]
#: Why a figure is not shown: its source was not delivered at all, or not for this organisation, or
#: too few people stand behind it.
Reason = Literal["", "no source", "not delivered", "few people"]


@dataclass(frozen=True)
class Figure:
    """A figure of the organisation beside its branch.

    Attributes
    ----------
    value, low, high
        With its 95 % interval; missing where it is not shown, or chance is not known.
    decimals
        With which it may be shown; None for as many as its unit has.
    n
        People behind it: employees, person-years or respondents.
    guess
        Best guess of the lasting level; missing without a branch.
    branch
        None where nothing of the branch may be told.
    p_value
        Of no difference from the branch, before it is adjusted for several tests.
    away
        Difference in standard deviations between the other organisations, to put figures in order.
    """

    measure: Measure
    year: int | None = None
    value: float = np.nan
    low: float = np.nan
    high: float = np.nan
    decimals: int | None = None
    n: float = np.nan
    guess: float = np.nan
    branch: Branch | None = None
    p_value: float = np.nan
    position: Position = "not compared"
    away: float = np.nan
    reason: Reason = ""

    @property
    def is_clear(self) -> bool:
        """Whether it differs from the branch by more than chance."""
        return self.position in ("higher", "lower")

    @property
    def is_in_the_middle(self) -> bool | None:
        """Whether it lies in the middle half of the branch; None when that may not be told."""
        if self.branch is None or self.branch.middle is None:
            return None
        low, high = self.branch.middle
        return low <= self.value <= high

    @property
    def stands_out(self) -> bool:
        """Whether it differs clearly, and by more than half of the branch does."""
        return self.is_clear and not self.is_in_the_middle


@dataclass(frozen=True)
class Development:
    """A figure over the years: the organisation's own, and the mean of the others where told."""

    measure: Measure
    own: tuple[tuple[int, float], ...]
    branch: tuple[tuple[int, float], ...]


@dataclass(frozen=True)
class Profile:
    """All that a profile tells.

    Attributes
    ----------
    participant
        Whether it is on the list of participants; None without that list.
    """

    organisation: str
    edition: str
    year: int
    branch: str
    size_band: str
    participant: bool | None
    synthetic: bool
    figures: tuple[Figure, ...]
    developments: tuple[Development, ...]

    @property
    def shown(self) -> tuple[Figure, ...]:
        """Figures that have a value."""
        return tuple(figure for figure in self.figures if not figure.reason)

    @property
    def compared(self) -> tuple[Figure, ...]:
        """Figures that were tested against the branch."""
        return tuple(figure for figure in self.figures if figure.position != "not compared")

    @property
    def standing_out(self) -> tuple[Figure, ...]:
        """Figures that differ clearly and lie outside the middle half, furthest away first."""
        found = [figure for figure in self.figures if figure.stands_out]
        return tuple(sorted(found, key=lambda figure: -abs(figure.away)))


@dataclass(frozen=True)
class Panel:
    """What one figure is made from: organisations of a branch by year.

    Attributes
    ----------
    values
        In the unit of the figure; a row per organisation, a column per year in ascending order.
    size
        People that chance works on, of the same shape.
    counted
        People counted out of ``size``, or None where none are.
    """

    values: pd.DataFrame
    size: pd.DataFrame
    counted: pd.DataFrame | None


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
    rows = tables["organisation_years"].frame
    if rows is not None:
        rows = rows[rows["year"] <= edition.reference_year]
        rows = rows.assign(**{STOCK: (rows["employees"] + rows["employees_at_start"]) / 2})
    own = None if rows is None else rows[rows["organisation"] == organisation]
    if own is None or own.empty:
        raise EditionError(
            "ORG: this dataset holds no organisation with this pseudonym; allowed: one of its "
            "organisations. Pseudonyms differ from edition to edition: ask the trusted third party "
            "for the one of this edition."
        )
    newest = own.sort_values("year").iloc[-1]
    context = _context(tables, rows, newest, edition)
    figures = _with_positions([_figure(measure, context) for measure in MEASURES])
    participant = newest["participant"]
    return Profile(
        organisation=organisation,
        edition=edition.name,
        year=int(newest["year"]),
        branch=context.branch,
        size_band=str(newest["size_band"]),
        participant=None if pd.isna(participant) else bool(participant),
        synthetic=synthetic,
        figures=_without_small_bands(figures, context),
        developments=tuple(
            found
            for name in DEVELOPMENTS
            if (found := _development(BY_NAME[name], context)) is not None
        ),
    )


@dataclass(frozen=True)
class _Context:
    """The organisation, and the figures and answers of its branch; employees in the newest year."""

    organisation: str
    branch: str
    edition: Edition
    panels: dict[str, Panel]
    answers: pd.DataFrame | None
    employees: pd.Series


def _context(
    tables: Mapping[str, DataTable], rows: pd.DataFrame, newest: pd.Series, edition: Edition
) -> _Context:
    # Without a branch an organisation has no others to stand beside.
    branch = "" if pd.isna(newest["branch"]) else str(newest["branch"])
    alike = (rows["year"] == newest["year"]) & (rows["branch"] == branch)
    members = rows[alike | (rows["organisation"] == newest["organisation"])]["organisation"]
    peers = rows[rows["organisation"].isin(members)]
    return _Context(
        str(newest["organisation"]),
        branch,
        edition,
        _panels(peers, _of_members(tables["organisation_ages"].frame, members, edition)),
        _of_members(tables["individuals"].frame, members, edition),
        peers.sort_values("year").groupby("organisation")["employees"].last(),
    )


def _of_members(
    frame: pd.DataFrame | None, members: pd.Series, edition: Edition
) -> pd.DataFrame | None:
    if frame is None:
        return None
    kept = frame["organisation"].isin(members) & (frame["year"] <= edition.reference_year)
    return frame[kept]


def _panels(peers: pd.DataFrame, ages: pd.DataFrame | None) -> dict[str, Panel]:
    panels = {}
    for measure in MEASURES:
        if measure.name.startswith(EXIT):
            found = _exits(ages, measure.name.removeprefix(EXIT))
        elif measure.by == "respondents":
            continue
        else:
            counted = reduce(lambda a, b: a + b, (peers[name] for name in measure.counted), 0)
            found = pd.DataFrame(
                {
                    "organisation": peers["organisation"],
                    "year": peers["year"],
                    "value": peers[measure.name] * measure.scale,
                    "size": peers[measure.size],
                    "counted": counted if measure.counted else np.nan,
                }
            )
        if found is None or found["value"].isna().all():
            continue
        known = found.dropna(subset=["value"]).astype({"value": float, "size": float})
        wide = known.pivot(index="organisation", columns="year").sort_index(axis="columns")
        panels[measure.name] = Panel(
            wide["value"],
            wide["size"],
            wide["counted"].astype(float) if measure.by == "counts" else None,
        )
    return panels


def _exits(ages: pd.DataFrame | None, band: str) -> pd.DataFrame | None:
    """Count those of an age band who left the sector; side jobs of students do not count."""
    if ages is None:
        return None
    names = ["at_risk", "students_at_risk", "sector_leavers", "student_leavers"]
    sums = ages[ages["age_band"] == band].groupby(["organisation", "year"], as_index=False)[names]
    found = sums.sum()
    size = found["at_risk"] - found["students_at_risk"]
    counted = found["sector_leavers"] - found["student_leavers"]
    return pd.DataFrame(
        {
            "organisation": found["organisation"],
            "year": found["year"],
            "value": 100 * counted / size.where(size > 0),
            "size": size,
            "counted": counted,
        }
    )


def _figure(measure: Measure, context: _Context) -> Figure:
    if measure.by == "respondents":
        return _of_respondents(measure, context)
    panel = context.panels.get(measure.name)
    if panel is None:
        return Figure(measure, reason="no source")
    own, year = context.organisation, int(panel.values.columns[-1])
    figure = Figure(measure, year)
    if own not in panel.values.index or pd.isna(panel.values.loc[own, year]):
        return replace(figure, reason="not delivered")
    limits = context.edition.disclosure
    value, n = float(panel.values.loc[own, year]), float(panel.size.loc[own, year])
    counted = None if panel.counted is None else float(panel.counted.loc[own, year])
    figure = replace(figure, n=n)
    if not _is_told(measure, panel, own, year, limits):
        return replace(figure, reason="few people")
    figure = replace(figure, value=value)
    others = panel.values[year].drop(own).dropna()
    branch = _branch(others, figure, context)
    spread = float(others.var() / len(others)) if len(others) > 1 else np.nan
    if counted is None or counted > n:
        chance = position.chance_of_years(panel.values, panel.size.iloc[:, -1], own)
        return _beside(figure, chance, others, branch, spread)
    factor = position.dispersion(panel.counted, panel.size)
    low, high = position.exact_interval(counted, n, factor)
    figure = replace(figure, low=100 * low, high=100 * high)
    mean = float(others.mean()) if branch is not None else np.nan
    if branch is None or not 0 < mean < 100:
        return figure
    sizes = panel.size[year].reindex(others.index)
    usual = float((factor * mean * (100 - mean) / sizes).mean())
    chance = Chance(factor * mean * (100 - mean) / n, np.inf, usual)
    p = position.exact_p_value(counted, n, mean / 100, factor, spread / 100**2)
    return _compared(figure, chance, others, branch, p)


def _is_told(measure: Measure, panel: Panel, own: str, year: int, limits) -> bool:
    """Tell whether enough of the organisation's people stand behind its figure."""
    n = panel.size.loc[own, year]
    if not told.is_group(n, limits):
        return False
    if measure.name not in UNKNOWN_TO_EMPLOYER:
        return True
    return told.share_is_told(panel.counted.loc[own, year], n, limits)


def _of_respondents(measure: Measure, context: _Context) -> Figure:
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
    decimals = None if own is None else told.score_decimals(own[0], limits)
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
    return _beside(figure, chance, others, branch, spread)


def _branch(others: pd.Series, figure: Figure, context: _Context) -> Branch | None:
    rows = pd.DataFrame(
        {
            "organisation": others.index,
            "employees": context.employees.reindex(others.index).to_numpy(),
            "value": others.to_numpy(),
        }
    )
    return told.of_branch(
        rows, branch=context.branch, year=figure.year, unit=figure.measure.unit,
        limits=context.edition.disclosure,
    )  # fmt: skip


def _beside(
    figure: Figure,
    chance: Chance | None,
    others: pd.Series,
    branch: Branch | None,
    spread: float,
) -> Figure:
    if chance is None:
        return replace(figure, branch=branch)
    low, high = chance.interval(figure.value)
    top = {"percent": 100.0, "score": 5.0}.get(figure.measure.unit, np.inf)
    bottom = 1.0 if figure.measure.unit == "score" else 0.0
    figure = replace(figure, low=max(low, bottom), high=min(high, top))
    if branch is None:
        return figure
    p = position.p_value(figure.value, float(others.mean()), chance, spread)
    return _compared(figure, chance, others, branch, p)


def _compared(
    figure: Figure, chance: Chance, others: pd.Series, branch: Branch, p: float
) -> Figure:
    mean, deviation = float(others.mean()), float(others.std())
    lasting = position.between(others.to_numpy(), chance.usual)
    return replace(
        figure,
        branch=branch,
        p_value=p,
        guess=position.shrunken(figure.value, mean, chance.variance, lasting),
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


def _without_small_bands(figures: list[Figure], context: _Context) -> tuple[Figure, ...]:
    """Hide the exit of further age bands where a hidden one would follow from the total."""
    bands = [f.measure.name for f in figures if f.measure.name.startswith(EXIT) and f.n > 0]
    if not bands:
        return tuple(figures)
    own, counted, among = context.organisation, {}, {}
    for name in bands:
        panel = context.panels[name]
        counted[name] = float(panel.counted.loc[own].iloc[-1])
        among[name] = float(panel.size.loc[own].iloc[-1])
    kept = told.bands_told(counted, among, context.edition.disclosure)
    return tuple(
        Figure(figure.measure, figure.year, n=figure.n, reason="few people")
        if figure.measure.name in set(bands) - kept
        else figure
        for figure in figures
    )


def _development(measure: Measure, context: _Context) -> Development | None:
    panel = context.panels.get(measure.name)
    own = context.organisation
    if panel is None or own not in panel.values.index:
        return None
    limits, mine, theirs = context.edition.disclosure, [], []
    for year in panel.values.columns:
        value = panel.values.loc[own, year]
        if pd.isna(value) or not _is_told(measure, panel, own, year, limits):
            continue
        mine.append((int(year), float(value)))
        others = panel.values[year].drop(own).dropna()
        branch = _branch(others, Figure(measure, int(year)), context)
        if branch is not None:
            theirs.append((int(year), branch.mean))
    return Development(measure, tuple(mine), tuple(theirs)) if len(mine) > 1 else None
