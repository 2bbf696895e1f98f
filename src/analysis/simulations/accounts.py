"""Simulations of annual accounts: overhead within and between branches, and tight budgets."""

import numpy as np
import pandas as pd

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods import accounts_levels, panel, tight_budgets
from analysis.methods.accounts_levels import BRANCHES, OVERHEAD, STEPS
from analysis.methods.drivers import BETWEEN, WITHIN
from analysis.methods.results import PAIR, Absent
from analysis.methods.survey_sample import Sample
from analysis.simulations.base import Drawn, Simulation, drawn_from, no_answer, planted

#: Mean overhead of each branch, organisations of each, and years.
_MEANS = {"vvt": 0.150, "ghz": 0.155, "ggz": 0.212, "hospitals": 0.216, "welfare": 0.165}
_EACH, _YEARS = 20, (2022, 2023, 2024, 2025)
#: SD of overhead between organisations and within them; of log absence between branches, between
#: organisations and within them.
_OVERHEAD_SD, _OVERHEAD_CHANGE = 0.028, 0.006
_BRANCH_SD, _ORGANISATION_SD, _CHANGE_SD = 0.08, 0.16, 0.07
_RESPONDENTS, _SURVEYED = 6, 400


def _accounts(random: np.random.Generator, **slopes: float) -> DataTable:
    """Draw organisations; slopes by level are of log absence per step of overhead."""
    count, years = len(_MEANS) * _EACH, len(_YEARS)
    branch = np.repeat(np.array(list(_MEANS)), _EACH)
    mean = np.repeat(np.array(list(_MEANS.values())), _EACH)
    own = random.normal(0, _OVERHEAD_SD, count)
    change = random.normal(0, _OVERHEAD_CHANGE, (count, years))
    log = (
        slopes.get(BRANCHES, 0.0) * mean
        + slopes.get(BETWEEN, 0.0) * (own + change.mean(axis=1))
        + np.repeat(random.normal(0, _BRANCH_SD, len(_MEANS)), _EACH)
        + random.normal(0, _ORGANISATION_SD, count)
    )[:, None]
    within = change - change.mean(axis=1, keepdims=True)
    log = log + slopes.get(WITHIN, 0.0) * within + random.normal(0, _CHANGE_SD, (count, years))
    frame = pd.DataFrame(
        {
            "organisation": np.repeat(np.arange(count), years),
            "year": np.tile(_YEARS, count),
            "branch": np.repeat(branch, years),
            "employees": np.repeat(random.integers(100, 3000, count), years),
            OVERHEAD: (mean[:, None] + own[:, None] + change).ravel(),
            "absence_rate": 7.8 * np.exp(log).ravel(),
        }
    )
    return DataTable("organisation_years", frame)


def _level(kind: str, truth: float, random: np.random.Generator) -> Drawn:
    table = _accounts(random, **{kind: truth / STEPS[OVERHEAD]})
    chosen = accounts_levels.sample(
        table, "absence_rate", (OVERHEAD,), first=_YEARS[0], last=_YEARS[-1], beside=()
    )
    found = accounts_levels.levels(chosen, OVERHEAD)
    term = f"{OVERHEAD}{PAIR}{kind}"
    if isinstance(found, Absent) or term not in set(found.frame["term"]):
        return no_answer(truth)
    row = found.frame.set_index("term").loc[term]
    ends = (float(np.log1p(row[name] / 100)) for name in ("estimate", "ci_low", "ci_high"))
    return Drawn(*ends, float(row["p_value"]), truth)


def between_organisations(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate the slope of overhead between organisations of a branch."""
    return _level(BETWEEN, truth, random)


def within_organisations(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate the slope of overhead within an organisation."""
    return _level(WITHIN, truth, random)


def between_branches(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate the slope of overhead between branches, a point for each."""
    return _level(BRANCHES, truth, random)


def branches_as_organisations(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate the same as if each organisation told something new about branches."""
    frame = _accounts(random, **{BRANCHES: truth / STEPS[OVERHEAD]}).frame
    mean = frame.groupby("branch")[OVERHEAD].transform("mean").to_numpy()
    design = np.column_stack([mean / STEPS[OVERHEAD], np.ones(len(frame))])
    outcome = np.log(frame["absence_rate"].to_numpy())
    fit = panel.clustered(outcome, design, frame["organisation"].to_numpy(), lost=2)
    low, high = fit.interval(0)
    return Drawn(float(fit.slopes[0]), low, high, float(fit.p_values[0]), truth)


def tight(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate how much more the climate falls with the span at a worse result."""
    organisation = np.repeat(np.arange(_SURVEYED), _RESPONDENTS)
    span, result = random.normal(size=(2, _SURVEYED))[:, organisation]
    climate = (
        (-0.05 - truth * result) * span
        + random.normal(0, 0.15, _SURVEYED)[organisation]
        + random.normal(0, 0.95, len(organisation))
    )
    rows = range(len(organisation))
    sample = Sample(
        scores=pd.DataFrame({"span": span, "result": result, "supervisor": climate}),
        outcomes=pd.DataFrame(index=rows),
        controls=pd.DataFrame(index=rows),
        weights=None,
        organisation=organisation,
        persons=len(organisation),
        year=2025,
        years=(2025,),
        tables=("individuals",),
    )
    found = tight_budgets.span_by_result(sample)
    return drawn_from(found.frame.set_index("term").loc["difference"], truth)


#: Log absence per step of overhead, about what the worlds plant.
_SLOPES = {"favourable": -0.10, "null": 0.0, "reversed": 0.10}
_OVERHEAD_TITLE = Text(
    nl="verschil in verzuim bij vijf procentpunt meer overhead",
    en="difference in absence at five percentage points more overhead",
)


def _titled(nl: str, en: str) -> Text:
    return Text(nl=f"{_OVERHEAD_TITLE.nl}, {nl} (logschaal)",
                en=f"{_OVERHEAD_TITLE.en}, {en} (log scale)")  # fmt: skip


def _of_overhead(name: str, title: Text, draw, *, naive: bool = False) -> Simulation:
    return Simulation(
        name=name,
        title=title,
        claims=("C92", "C93"),
        topic="organisation",
        variants=_SLOPES,
        draw=draw,
        uses=(panel, accounts_levels),
        naive=naive,
    )


SIMULATIONS = (
    _of_overhead(
        "overhead-between",
        _titled("tussen organisaties van een branche", "between organisations of a branch"),
        between_organisations,
    ),
    _of_overhead(
        "overhead-within",
        _titled("binnen een organisatie", "within an organisation"),
        within_organisations,
    ),
    _of_overhead(
        "overhead-branches",
        _titled("tussen vijf branches", "between five branches"),
        between_branches,
    ),
    _of_overhead(
        "overhead-branches-naive",
        _titled(
            "tussen vijf branches, alsof elke organisatie een branche is",
            "between five branches, as if each organisation were a branch",
        ),
        branches_as_organisations,
        naive=True,
    ),
    Simulation(
        name="span-in-tight-budgets",
        title=Text(
            nl="hoeveel sterker het klimaat daalt met het aantal mensen per leidinggevende bij een "
            "zwak resultaat",
            en="how much more the climate falls with the number of people per manager at a weak "
            "result",
        ),
        claims=("C70",),
        topic="organisation",
        variants=planted("span", "tight"),
        draw=tight,
        uses=(tight_budgets,),
    ),
)
