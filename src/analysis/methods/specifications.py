"""One slope under all reasonable choices at once: the specification curve.

Who looks for a result finds a specification that gives it. Here the choices are a fixed list, every
combination of them is estimated, and none is selected (Simonsohn, Simmons & Nelson 2020, Nature
Human Behaviour 4). Their joint test, of the whole curve against curves of shuffled data, is not
done: the curve describes. The estimates share their data: a curve is one look at the data from many
sides, not as many proofs.
"""

import itertools
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.languages import Text
from analysis.methods import leverage, panel
from analysis.methods.accounts_levels import STEPS
from analysis.methods.behind import behind
from analysis.methods.cells import Cell
from analysis.methods.drivers import percent
from analysis.methods.organisation_panel import FEWEST, FEWEST_IN_BRANCH, Sample
from analysis.methods.results import Absent, Estimates, estimates

#: Joins the choices of a specification in its term.
AND = "+"
WITHIN_BRANCH, ACROSS = "per_branch", "all_branches"
BARE, SIZE, ALL = "bare", "with_size", "with_controls"
EVERY_YEAR, RECENT = "every_year", "recent_years"
EQUAL, BY_SIZE = "equal_weights", "size_weights"
LOG, LEVEL = "as_logarithm", "as_level"
EVERYBODY, OVERLAP = "everybody", "overlap"
#: Choices by what they are about, in the order in which a term names them.
CHOICES = (
    (WITHIN_BRANCH, ACROSS),
    (BARE, SIZE, ALL),
    (EVERY_YEAR, RECENT),
    (EQUAL, BY_SIZE),
    (LOG, LEVEL),
    (EVERYBODY, OVERLAP),
)
#: Branches that the report calls low in absence; the others are compared with them.
LOW = ("hospitals", "ggz")
#: Newest years that are taken alone, and tails of a group that do not count as overlap.
_RECENT, _TAIL = 3, 0.05

_METHOD = Text(
    nl="procent verschil in de uitkomst per stap van het kenmerk, in elke combinatie van een "
    "vaste lijst keuzes; gewogen kleinste kwadraten over organisaties en jaren met effecten van "
    "jaar (of branche maal jaar); 95%-interval met organisaties als clusters",
    en="percent difference in the outcome per step of the characteristic, in every combination of "
    "a fixed list of choices; weighted least squares over organisations and years with effects of "
    "year (or branch by year); 95% interval with organisations as clusters",
)
_SUMMARY = Text(
    nl="de middelste, laagste en hoogste uitkomst van alle combinaties van keuzes, en het deel met "
    "het teken van de middelste en met een interval zonder nul; de combinaties delen hun gegevens",
    en="the middle, lowest and highest outcome of all combinations of choices, and the part with "
    "the sign of the middle one and with an interval without zero; the combinations share their "
    "data",
)


@dataclass(frozen=True)
class _Part:
    """Rows of a specification, and the address of its organisations."""

    rows: pd.DataFrame
    name: str


def curve(chosen: Sample | Absent, driver: str) -> Estimates | Absent:
    """Estimate the slope of one characteristic under every combination of ``CHOICES``.

    Terms hold a choice of each kind, joined by ``AND``; rows go from the lowest to the highest.
    Left out are branches with fewer than ``FEWEST_IN_BRANCH`` organisations in a year, combinations
    with fewer than ``FEWEST`` organisations, and those that others would repeat or that differ
    from others by a few organisations.
    """
    if isinstance(chosen, Absent):
        return chosen
    if driver not in chosen.drivers:
        return Absent((chosen.table,))
    rows = []
    for (years, people), part in _parts(chosen, driver).items():
        for branch, controls, weights, outcome in itertools.product(
            CHOICES[0], CHOICES[1], CHOICES[3], CHOICES[4]
        ):
            term = AND.join((branch, controls, years, weights, outcome, people))
            found = _one(chosen, driver, part, branch, controls, weights, outcome)
            if found is not None:
                rows.append(found | {"term": term})
    if not rows:
        return Absent((chosen.table,))
    rows.sort(key=lambda row: row["estimate"])
    return estimates(
        rows, tables=(chosen.table,), method=chosen.told(_METHOD), unit="percent_change"
    )


def summary(found: Estimates | Absent) -> Estimates | Absent:
    """Summarise a curve without choosing from it.

    Terms ``median``, ``lowest`` and ``highest`` (percent difference), ``same_sign`` and ``clear``
    (percent of the specifications). Of an even number, the middle one nearest zero is the median.
    """
    if isinstance(found, Absent):
        return found
    frame = found.frame
    middle = middle_of(frame["estimate"].to_numpy())
    places = {"median": middle, "lowest": 0, "highest": len(frame) - 1}
    rows = [
        frame.iloc[place].to_dict() | {"term": term, "behind": found.behind[place]}
        for term, place in places.items()
    ]
    clear = (frame["ci_low"] > 0) | (frame["ci_high"] < 0)
    same = np.sign(frame["estimate"]) == np.sign(frame["estimate"].iloc[middle])
    whole = frame["n_organisations"].idxmax()
    about = frame.loc[whole, ["n", "n_organisations", "df", "period"]].to_dict()
    fit = behind("model fit", Cell.parse(found.behind[whole].cell))
    rows += [
        {**about, "term": term, "estimate": 100 * float(share.mean()), "unit": "percent",
         "half_step": 0.0, "behind": fit}
        for term, share in (("same_sign", same), ("clear", clear))
    ]  # fmt: skip
    return estimates(rows, tables=found.tables, method=_SUMMARY)


def middle_of(values: np.ndarray) -> int:
    """Return the place of the middle of sorted values; of an even number, the one nearest zero."""
    middle = len(values) // 2
    if len(values) % 2:
        return middle
    return min((middle - 1, middle), key=lambda place: abs(values[place]))


def _parts(chosen: Sample, driver: str) -> dict[tuple[str, str], _Part]:
    """Return the rows of each choice of years and people.

    The numbers of employees of two that differ by a few organisations would tell those of these
    few: both then are about the organisations that are in both, or the later one is left out.
    """
    found: dict[tuple[str, str], _Part] = {}
    for choice in itertools.product(CHOICES[2], CHOICES[5]):
        part = _part(chosen, driver, *choice)
        if part is None:
            continue
        close = [key for key, other in found.items() if _differ_by_few(part, other)]
        common = {key: _of_both(found[key], part) for key in close}
        part = part if not close else _of_both(part, *(found[key] for key in close))
        tried = {**found, **common, choice: part}
        whole = [key for key in close if not found[key].name]
        if not whole and not any(
            _differ_by_few(one, other) for one, other in itertools.combinations(tried.values(), 2)
        ):
            found = tried
    return found


def _differ_by_few(one: _Part, other: _Part) -> bool:
    different = set(one.rows["organisation"]) ^ set(other.rows["organisation"])
    return 0 < len(different) < FEWEST_IN_BRANCH


def _of_both(part: _Part, *others: _Part) -> _Part:
    """Return a part with the organisations that are in the others too."""
    rows = part.rows
    for other in others:
        rows = rows[rows["organisation"].isin(set(other.rows["organisation"]))]
    return _Part(_enough(rows).reset_index(drop=True), part.name)


def _enough(rows: pd.DataFrame) -> pd.DataFrame:
    """Leave out years of a branch of which little is left: they have an effect of their own."""
    there = rows.groupby(["branch", "year"])["organisation"].transform("nunique")
    return rows[there >= FEWEST_IN_BRANCH]


def _part(chosen: Sample, driver: str, years: str, people: str) -> _Part | None:
    """Return the rows of some years and of those in the overlap; None when they are too few."""
    rows, names = chosen.rows, []
    if years == RECENT:
        rows = rows[rows["year"] > rows["year"].max() - _RECENT]
        names.append(RECENT)
    if people == OVERLAP:
        low, high = _overlap(chosen.rows, driver)
        rows = rows[rows[driver].between(low, high)]
        names.append(f"{OVERLAP}_{driver}")
    rows = _enough(rows)
    if rows["organisation"].nunique() < FEWEST or (names and len(rows) == len(chosen.rows)):
        return None
    return _Part(rows.reset_index(drop=True), "_".join(names))


def _overlap(rows: pd.DataFrame, driver: str) -> tuple[float, float]:
    """Return the values that both groups of branches have, but for a tail of each."""
    low = rows["branch"].isin(LOW)
    groups = [one for one in (rows.loc[low, driver], rows.loc[~low, driver]) if len(one)]
    return (
        max(float(one.quantile(_TAIL)) for one in groups),
        min(float(one.quantile(1 - _TAIL)) for one in groups),
    )


def _one(
    chosen: Sample,
    driver: str,
    part: _Part,
    branch: str,
    controls: str,
    weights: str,
    outcome: str,
) -> dict | None:
    rows = part.rows
    others = [name for name in chosen.drivers if name != driver]
    if controls == ALL and not others:
        return None
    level = rows["year"].astype(str)
    level = rows["branch"] + level if branch == WITHIN_BRANCH else level
    columns = [rows[[driver]].to_numpy(float) / STEPS[driver]]
    if controls != BARE:
        columns.append(np.log(rows[["employees"]].to_numpy(float)))
    if controls == ALL:
        columns.append(rows[others].to_numpy(float) / [chosen.spread[name] for name in others])
    columns.append(panel.indicators(level.to_numpy()))
    design = np.column_stack(columns)
    if not panel.identified(design)[0]:
        return None
    mass = rows["employees"].to_numpy(float) if weights == BY_SIZE else np.ones(len(rows))
    log = rows["log_outcome"].to_numpy()
    y = log if outcome == LOG else np.exp(log)
    fit = panel.clustered(y, design, rows["organisation"].to_numpy(), weights=mass / mass.mean())
    ends = np.array([fit.slopes[0], *fit.interval(0)])
    told = (
        [percent(end) for end in ends]
        if outcome == LOG
        else 100 * ends / np.average(y, weights=mass)
    )
    cell = chosen.cell
    if part.name:
        cell = cell.within(branch=sorted(set(rows["branch"])), bin=part.name)
    newest = rows.groupby("organisation").tail(1)
    return {
        "estimate": float(told[0]),
        "ci_low": float(told[1]),
        "ci_high": float(told[2]),
        "p_value": float(fit.p_values[0]),
        "n": float(newest["employees"].sum()),
        "n_organisations": float(len(newest)),
        "df": fit.df,
        "period": chosen.period,
        "behind": leverage.of_coefficient(design, 0, cell, weights=mass),
    }
