"""Simulations of what people in sessions say, of spans of control, and of leaving after unrest."""

import numpy as np
import pandas as pd
from scipy import stats

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods import (
    clusters,
    exit_destinations,
    function_turnover,
    mentions,
    panel,
    resampling,
    spans,
)
from analysis.simulations.base import Drawn, Simulation, drawn_from, planted

#: Participants of the programme, and their voices.
_PARTICIPANTS, _VOICES = 18, 40
#: Correlation of what voices of one organisation name.
_ALIKE = 0.05
_YEARS = np.arange(2019, 2026)
_ORGANISATIONS = 80
_BRANCHES = np.array(["vvt", "ghz"])
_DRAWS = 200


def _said(share: float, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw who says something, where organisations differ as much as is planted."""
    size = (1 - _ALIKE) / _ALIKE
    own = random.beta(share * size, (1 - share) * size, _PARTICIPANTS)
    organisation = np.repeat(np.arange(_PARTICIPANTS), _VOICES)
    return (random.random(len(organisation)) < own[organisation]).astype(float), organisation


def more_named(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate how many more of the same people name one theme than another."""
    (one, organisation), (other, _) = (
        _said(share, random) for share in (0.3 + truth / 2, 0.3 - truth / 2)
    )
    found = clusters.mean(one - other, organisation)
    p_value = float(2 * stats.t.sf(abs(found.estimate) / found.se, found.df))
    return Drawn(found.estimate, *found.interval(), p_value, truth)


def _spans(
    random: np.random.Generator, *, trend: float = 0.0, counter: float = 0.0, budget: float = 0.0
) -> DataTable:
    shape = (_ORGANISATIONS * 2, len(_YEARS))
    result = random.normal(0.012, 0.02, shape)
    log = 3 + random.normal(0, 0.25, (shape[0], 1)) + random.normal(0, 0.05, shape)
    against = random.random(shape[0]) < counter
    log += trend * np.where(against, -2.0, 1.0)[:, None] * (_YEARS - _YEARS[0])
    log[:, 1:] += budget * (result[:, :-1] - 0.012) / 0.02
    frame = pd.DataFrame(
        {
            "organisation": np.repeat(np.arange(shape[0]), shape[1]),
            "year": np.tile(_YEARS, shape[0]),
            "branch": "vvt",
            "employees": 500,
            "span_of_control": np.exp(log).ravel(),
            "result_share": result.ravel(),
        }
    )
    return DataTable("organisation_years", frame)


_ALL = {"first": int(_YEARS[0]), "last": int(_YEARS[-1])}


def span_trend(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate the yearly change of the span, in percent."""
    found = spans.trend(_spans(random, trend=truth), [], **_ALL)
    return drawn_from(found.frame.iloc[0], 100 * np.expm1(truth))


def span_after_result(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate how the span goes with the result of the year before, in percent."""
    found = spans.after_result(_spans(random, budget=truth), **_ALL)
    return drawn_from(found.frame.iloc[0], 100 * np.expm1(truth))


#: Part of those against the trend that falls clearly, over five years between means of two.
_FALLS = float(
    stats.norm.cdf((np.log(1 - spans.CLEARLY) + 10 * planted("span", "trend")["favourable"]) / 0.05)
)


def counter_movement(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate which share made its span clearly smaller beyond chance, in points."""
    trend = planted("span", "trend")["favourable"] if truth else 0.0
    table = _spans(random, trend=trend, counter=truth)
    seed = int(random.integers(0, 2**31))
    found = spans.counter_movement(table, **_ALL, seed=seed, draws=_DRAWS)
    return drawn_from(found.frame.set_index("term").loc["counter"], 100 * truth * _FALLS)


def _leaving(truth: float, random: np.random.Generator) -> pd.DataFrame:
    """Draw organisations whose exit to another sector goes with churn a year before."""
    shape = (_ORGANISATIONS, 4)
    own = random.normal(0, 1, (shape[0], 1))
    churn = 0.36 + 0.045 * np.repeat(own, shape[1], axis=1)
    there = np.repeat(random.integers(200, 2000, (shape[0], 1)), shape[1], axis=1)
    level = np.exp(random.normal(0, 0.2, (shape[0], 1)) + random.normal(0, 0.08, shape))
    # In units of what the estimator divides by: the spread between the drawn organisations.
    branch = np.repeat(_BRANCHES[np.arange(shape[0]) % 2], shape[1])
    frame = pd.DataFrame(
        {
            "organisation": np.repeat(np.arange(shape[0]), shape[1]),
            "year": np.tile(np.arange(2022, 2026), shape[0]),
            "branch": branch,
            "employees_at_start": there.ravel(),
            "team_churn": churn.ravel(),
            "manager_churn": random.normal(0.2, 0.06, shape).ravel(),
            "irregular_allowance_share": random.normal(0.05, 0.02, shape).ravel(),
        }
    )
    centred = frame["team_churn"] - frame.groupby(["branch", "year"])["team_churn"].transform(
        "mean"
    )
    z = centred / centred.std(ddof=0)
    hazard = 0.05 * level.ravel() * np.exp(truth * z)
    frame["to_other_sector"] = random.poisson(hazard * there.ravel())
    for name in ("to_same_branch", "to_other_branch", "to_inactive", "to_pension"):
        frame[name] = random.poisson(0.04 * level.ravel() * there.ravel())
    return frame


def exit_after_churn(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate the log ratio of exit to another sector, for one destination."""
    return _exit(truth, random, by_organisation=True)


def exit_of_independent_years(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate the same as if every year were another organisation, as counts would be alone."""
    return _exit(truth, random, by_organisation=False)


def _exit(truth: float, random: np.random.Generator, *, by_organisation: bool) -> Drawn:
    frame = _leaving(truth, random)
    design = np.column_stack(
        [
            frame["team_churn"] - frame.groupby(["branch", "year"])["team_churn"].transform("mean"),
            panel.indicators((frame["branch"] + frame["year"].astype(str)).to_numpy()),
        ]
    )
    design[:, 0] /= design[:, 0].std()
    rows = frame if by_organisation else frame.assign(organisation=np.arange(len(frame)))
    slope, error, _ = exit_destinations.fitted(
        frame["to_other_sector"].to_numpy(float), design, rows
    )
    df = rows["organisation"].nunique() - 1
    reach = stats.t.ppf(0.975, df) * error[0]
    p_value = float(2 * stats.t.sf(abs(slope[0]) / error[0], df))
    return Drawn(float(slope[0]), slope[0] - reach, slope[0] + reach, p_value, truth)


def turnover_ratio(truth: float, random: np.random.Generator) -> Drawn:
    """Estimate the log ratio of turnover within organisations, which differ in both."""
    rate = 0.18 * np.exp(random.normal(0, 0.3, _ORGANISATIONS))
    frames = []
    for group, ratio in (("secretarial", np.exp(truth)), ("nursing", 1.0)):
        there = random.integers(10, 200, _ORGANISATIONS)
        frames.append(
            pd.DataFrame(
                {
                    "organisation": np.arange(_ORGANISATIONS), "year": 2025, "branch": "vvt",
                    "function_group": group, "at_risk": there,
                    "leavers": random.binomial(there, np.minimum(rate * ratio, 0.9)),
                }
            )
        )  # fmt: skip
    table = DataTable("organisation_functions", pd.concat(frames, ignore_index=True))
    found = function_turnover.compared(table, "secretarial", first=2025, last=2025)
    row = function_turnover.ratio(found, term="x").frame.iloc[0]
    log = row[["estimate", "ci_low", "ci_high"]].astype(float).map(np.log)
    return Drawn(*log, float(row["p_value"]), truth)


_EXIT = Text(
    nl="vertrek naar een andere sector na een jaar met meer wisselingen in teams (logschaal)",
    en="leaving for another sector after a year with more changes in teams (log scale)",
)
_RATIO = {name: float(np.log(value)) for name, value in planted("secretarial_exit").items()}

SIMULATIONS = (
    Simulation(
        name="named-more-often",
        title=Text(
            nl="verschil tussen wat dezelfde mensen in sessies over twee thema's zeggen",
            en="difference between what the same people in sessions say of two themes",
        ),
        claims=("C68",),
        topic="description",
        variants={"favourable": 0.25, "null": 0.0, "reversed": -0.2},
        draw=more_named,
        uses=(mentions, clusters),
    ),
    Simulation(
        name="span-trend",
        title=Text(
            nl="verandering per jaar van het aantal mensen per leidinggevende",
            en="yearly change of the number of people per manager",
        ),
        claims=("C69",),
        topic="organisation",
        variants=planted("span", "trend"),
        draw=span_trend,
        uses=(spans, panel),
    ),
    Simulation(
        name="span-after-result",
        title=Text(
            nl="aantal mensen per leidinggevende na een beter resultaat, binnen een organisatie",
            en="number of people per manager after a better result, within an organisation",
        ),
        claims=("C69",),
        topic="organisation",
        variants=planted("span", "budget"),
        draw=span_after_result,
        uses=(spans, panel),
    ),
    Simulation(
        name="span-counter-movement",
        title=Text(
            nl="aandeel organisaties met duidelijk minder mensen per leidinggevende, boven toeval",
            en="share of organisations with clearly fewer people per manager, beyond chance",
        ),
        claims=("C69",),
        topic="organisation",
        variants={"favourable": planted("span", "counter")["favourable"], "null": 0.0},
        draw=counter_movement,
        uses=(spans, resampling),
        conservative=Text(
            nl="het aandeel ligt op een grof rooster van enkele organisaties, en percentielen van "
            "nieuwe trekkingen zijn dan ruim",
            en="the share lies on a coarse grid of a few organisations, and percentiles of new "
            "draws are wide then",
        ),
    ),
    Simulation(
        name="exit-after-churn",
        title=_EXIT,
        claims=("C73",),
        topic="organisation",
        variants=planted("team_exit"),
        draw=exit_after_churn,
        uses=(exit_destinations,),
    ),
    Simulation(
        name="exit-after-churn-naive",
        title=Text(
            nl=f"{_EXIT.nl}, elk jaar geteld als een nieuwe organisatie",
            en=f"{_EXIT.en}, every year counted as a new organisation",
        ),
        claims=("C73",),
        topic="organisation",
        variants=planted("team_exit"),
        draw=exit_of_independent_years,
        uses=(exit_destinations,),
        naive=True,
    ),
    Simulation(
        name="turnover-within-organisations",
        title=Text(
            nl="verloop bij ondersteunende functies naast dat in zorgfuncties (logschaal)",
            en="turnover in supporting functions beside that of care functions (log scale)",
        ),
        claims=("C74",),
        topic="organisation",
        variants=_RATIO,
        draw=turnover_ratio,
        uses=(function_turnover, clusters),
    ),
)
