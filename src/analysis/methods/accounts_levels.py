"""Overhead and funding streams beside absence and turnover, at three levels.

Branches differ from each other, organisations of a branch differ from each other, and an
organisation changes over the years. Only the first of these is a difference between hospitals and
nursing homes, and it has as many points as there are branches: everything else that differs between
branches differs along with overhead. The other two have hundreds of organisations behind them. The
within-between model (Mundlak 1978; Bell, Fairbrother & Jones 2019) tells these two apart; the slope
between branches is the regression of a point per branch, with the few degrees of freedom it has.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from analysis.dataset import DataTable
from analysis.languages import LANGUAGES, Text
from analysis.methods import leverage, organisation_panel, panel, wild_bootstrap
from analysis.methods.behind import behind
from analysis.methods.cells import YES, Cell
from analysis.methods.drivers import BETWEEN, WITHIN, numbers
from analysis.methods.organisation_panel import Sample
from analysis.methods.results import PAIR, Absent, Estimates, estimates

OVERHEAD, STREAMS, LARGEST = "overhead_share", "effective_streams", "largest_stream"
TEMPORARY = "temporary_before"
BRANCHES = "branches"
#: What may lead to both overhead and absence; inflow is not among them, as it may follow from both.
BESIDE = ("irregular_allowance_share", "temporary_share", "injury_risk", "mental_load")
#: Step of a characteristic that a slope is told for: round numbers, the same in every edition.
STEPS = {OVERHEAD: 0.05, STREAMS: 1.0, LARGEST: 0.10, TEMPORARY: 0.05}
#: Fewer branches than this give no slope between them.
FEWEST_BRANCHES = 4
_STREAM = "share_"
_NOTHING = 1e-12

_MODEL = Text(
    nl="procent verschil per stap; model met verschillen tussen en veranderingen binnen "
    "organisaties (Mundlak) van het logaritme, met effecten van branche maal jaar en van omvang",
    en="percent difference per step; model of differences between and changes within organisations "
    "(Mundlak) of the logarithm, with effects of branch by year and of size",
)
_BESIDE = Text(nl=", naast de andere kenmerken", en=", beside the other characteristics")
_CLUSTERS = Text(
    nl="; elke organisatie telt even zwaar en is een cluster; tussen branches: regressie op één "
    "punt per branche, met het aantal branches min twee als vrijheidsgraden; 95%-intervallen",
    en="; each organisation counts equally and is a cluster; between branches: regression on one "
    "point per branch, with the number of branches less two as degrees of freedom; 95% intervals",
)
_POINTS = Text(
    nl="verschillen tussen organisaties in gemiddelden over de jaren: het deel dat tussen branches "
    "ligt (R²), en het aantal branches waarop de helling tussen branches rust (1 gedeeld door de "
    "som van de gekwadrateerde gewichten). Toets van de helling over alle branches heen, naast "
    "jaar en omvang, met branches als clusters: alle patronen van tekens van residuen per branche, "
    "met de nulhypothese opgelegd (Cameron, Gelbach & Miller)",
    en="differences between organisations in means over the years: the part that lies between "
    "branches (R²), and the number of branches on which the slope between branches rests (1 over "
    "the sum of squared weights). Test of the slope across all branches, beside year and size, "
    "with branches as clusters: all patterns of signs of residuals by branch, with the hypothesis "
    "imposed (Cameron, Gelbach & Miller)",
)


@dataclass(frozen=True)
class _Points:
    """A point per branch, and the organisations behind it.

    Attributes
    ----------
    x, y
        Means of the branches, shape (branches,).
    of_organisations
        Mean of its branch, per organisation.
    own
        Its own mean, per organisation.
    """

    x: np.ndarray
    y: np.ndarray
    of_organisations: np.ndarray
    own: np.ndarray

    @property
    def weights(self) -> np.ndarray:
        """What each branch adds to the slope, shape (branches,)."""
        return (self.x - self.x.mean()) ** 2


def with_shapes(table: DataTable) -> DataTable:
    """Add the share of the largest funding stream, and the temporary contracts of a year before."""
    if table.frame is None:
        return table
    frame = table.frame
    shares = [name for name in frame if name.startswith(_STREAM)]
    before = frame[["organisation", "year", "temporary_share"]].assign(year=frame["year"] + 1)
    before = before.rename(columns={"temporary_share": TEMPORARY})
    before = before.drop_duplicates(["organisation", "year"])
    frame = frame.assign(**{LARGEST: frame[shares].max(axis=1) if shares else np.nan})
    return DataTable(table.name, frame.merge(before, on=["organisation", "year"], how="left"))


def sample(
    table: DataTable,
    outcome: str,
    drivers: tuple[str, ...] = (OVERHEAD, STREAMS),
    *,
    first: int,
    last: int,
    beside: tuple[str, ...] = BESIDE,
    accounts: bool = True,
) -> Sample | Absent:
    """Return the organisations on which the slopes rest; see ``organisation_panel.sample``.

    Rates of absence are known of those that Vernet follows.

    Parameters
    ----------
    accounts
        Whether the characteristics come from annual accounts, which not all organisations have.
    """
    among = {"intrakoop": YES} if accounts else {}
    among |= {"vernet": YES} if outcome == "absence_rate" else {}
    if table.frame is not None and drivers[0] not in table.frame:
        return Absent((table.name,))
    return organisation_panel.sample(
        table,
        outcome,
        [*drivers, *beside],
        first=first,
        last=last,
        among=Cell.of("organisations", **among),
    )


def levels(chosen: Sample | Absent, driver: str, *, name: str | None = None) -> Estimates | Absent:
    """Estimate how the outcome goes with a characteristic, at each level.

    Terms ``<name>.branches``, ``<name>.between`` and ``<name>.within``, in percent difference per
    step of ``STEPS``. A level at which the characteristic does not vary is left out.

    Parameters
    ----------
    name
        Left name of the terms; the characteristic's own when left out.
    """
    if isinstance(chosen, Absent):
        return chosen
    if driver not in chosen.drivers:
        return Absent((chosen.table,))
    name = name or driver
    count, place = len(chosen.drivers), chosen.drivers.index(driver)
    fit, design = panel.within_between(
        chosen.outcome, chosen.standardised(), chosen.organisation, controls=chosen.controls()
    )
    known, step = panel.identified(design), STEPS[driver]
    rows = [_of_branches(chosen, driver, name)]
    for kind, where in ((BETWEEN, place), (WITHIN, place + count)):
        if not known[where]:
            continue
        scaled = panel.Fit(
            fit.slopes * step / chosen.spread[driver],
            fit.covariance * (step / chosen.spread[driver]) ** 2,
            fit.df,
        )
        rows.append(
            numbers(scaled, where)
            | {
                "term": f"{name}{PAIR}{kind}",
                "behind": leverage.of_coefficient(design, where, chosen.cell),
                **chosen.about(),
            }
        )
    rows = [row for row in rows if row]
    if not rows:
        return Absent((chosen.table,))
    said = [_MODEL, *([_BESIDE] if count > 1 else []), _CLUSTERS]
    method = Text(**{language: "".join(one[language] for one in said) for language in LANGUAGES})
    return estimates(
        rows, tables=(chosen.table,), method=chosen.told(method), unit="percent_change"
    )


def points(chosen: Sample | Absent, driver: str) -> Estimates | Absent:
    """Return how far a characteristic is one of branches.

    Terms ``between_branches`` (percent of the variance between organisations),
    ``effective_branches`` (on how many branches the slope between branches rests), ``by_chance``
    (how often chance alone gives as clear a slope across branches, in percent) and
    ``least_chance`` (the smallest percentage that so few branches could give).
    """
    if isinstance(chosen, Absent):
        return chosen
    found = _points(chosen, driver) if driver in chosen.rows else None
    if found is None:
        return Absent((chosen.table,))
    weights = found.weights / found.weights.sum()
    explained = found.of_organisations.var() / found.own.var()
    turned = _across(chosen, driver)
    shared = {
        "half_step": 0.0,
        "df": float(len(found.own) - len(found.x)),
        "behind": behind("model fit", chosen.cell),
        **chosen.about(),
    }
    return estimates(
        [
            shared | {"term": "between_branches", "estimate": 100 * explained, "unit": "percent"},
            shared
            | {
                "term": "effective_branches",
                "estimate": float(1 / (weights**2).sum()),
                "unit": "branches",
            },
            *(
                shared | {"term": term, "estimate": 100 * chance, "unit": "percent"}
                for term, chance in (
                    ("by_chance", turned.p_value),
                    ("least_chance", turned.smallest),
                )
            ),
        ],
        tables=(chosen.table,),
        method=chosen.told(_POINTS),
    )


def _across(chosen: Sample, driver: str) -> wild_bootstrap.Wild:
    """Test the slope across all branches, in which a branch is one case."""
    rows = chosen.rows
    design = np.column_stack(
        [
            rows[driver].to_numpy(float) / STEPS[driver],
            np.log(rows["employees"].to_numpy(float)),
            panel.indicators(rows["year"].to_numpy()),
        ]
    )
    return wild_bootstrap.of_slope(chosen.outcome, design, 0, rows["branch"].to_numpy())


def _points(chosen: Sample, driver: str) -> _Points | None:
    """Return a point per branch; None where branches are too few or do not differ."""
    rows = chosen.rows
    columns = pd.DataFrame({"x": rows[driver].to_numpy(float), "y": chosen.outcome})
    # Years are compared within themselves: not all organisations are followed in all of them.
    columns -= columns.groupby(rows["year"].to_numpy()).transform("mean")
    middle = columns.groupby([rows["branch"], rows["organisation"]]).mean()
    by_branch = middle.groupby("branch").mean()
    x = by_branch["x"].to_numpy()
    if len(x) < FEWEST_BRANCHES or not ((x - x.mean()) ** 2).sum() > _NOTHING:
        return None
    of_organisations = by_branch["x"].reindex(middle.index.get_level_values("branch")).to_numpy()
    return _Points(x, by_branch["y"].to_numpy(), of_organisations, middle["x"].to_numpy())


def _of_branches(chosen: Sample, driver: str, name: str) -> dict | None:
    found = _points(chosen, driver)
    if found is None:
        return None
    line = stats.linregress(found.x, found.y)
    df = len(found.x) - 2
    fit = panel.Fit(
        np.array([line.slope]) * STEPS[driver],
        np.array([[(line.stderr * STEPS[driver]) ** 2]]),
        float(df),
    )
    design = np.column_stack([found.of_organisations, np.ones(len(found.own))])
    return numbers(fit, 0) | {
        "term": f"{name}{PAIR}{BRANCHES}",
        # Few branches make the interval wide; each rests on many organisations all the same.
        "behind": leverage.of_coefficient(
            design, 0, chosen.cell, df=float(len(found.own) - len(found.x))
        ),
        **chosen.about(),
    }
