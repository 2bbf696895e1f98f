"""Signals of a year beside what follows a year later, between and within organisations.

A row is an organisation in a year: its outcome in that year, and its signals and its own outcome a
year before. Everything is compared within a branch and year, so that no branch and no calendar year
can pass for a signal. Rates follow a log-linear model fitted by Poisson quasi-likelihood
(Gourieroux, Monfort & Trognon 1984; Santos Silva & Tenreyro 2006), which takes a rate of zero as it
is, with organisations as clusters. The within-between model is that of Mundlak (1978); see Bell,
Fairbrother & Jones (2019). P-values are adjusted after Benjamini & Hochberg (1995), and intervals
after Benjamini & Yekutieli (2005), so that an interval without zero is a discovery.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import stats

from analysis.dataset import DataTable
from analysis.languages import LANGUAGES, Text
from analysis.methods import clusters, leverage, multiplicity
from analysis.methods.behind import behind
from analysis.methods.cells import Cell
from analysis.methods.results import PAIR, Absent, Estimates, estimates, joined
from analysis.methods.years import covering

#: A branch in a year with fewer organisations is left out.
FEWEST = 10
#: Fewer organisations than this tell nothing of five signals and their branches.
FEWEST_ORGANISATIONS = 40
#: Organisations above this rank of their branch and year have the outcome.
TOP = 0.75
#: Part of a signal's variance that the other signals must leave.
_LEFT = 1e-6
#: A signal is dropped when it is known for a smaller part of the rows than this.
LEAST_KNOWN = 0.5
#: Name of last year's outcome among the predictors.
LAST_VALUE = "last_value"

_LEAD = Text(
    nl="verschil in de uitkomst een jaar later per standaarddeviatie van het signaal, tussen "
    "organisaties van dezelfde branche in hetzelfde jaar, bij gelijke andere signalen en, waar dat "
    "staat, bij gelijke uitkomst een jaar eerder; loglineair model (Poisson-quasi-likelihood), "
    "organisaties als clusters; p-waarden na Benjamini-Hochberg, intervallen daarop verbreed "
    "(Benjamini-Yekutieli){dropped}",
    en="difference in the outcome a year later per standard deviation of the signal, between "
    "organisations of the same branch in the same year, with the other signals equal and, where "
    "that is said, with an equal outcome the year before; log-linear model (Poisson "
    "quasi-likelihood), organisations as clusters; p-values after Benjamini-Hochberg, intervals "
    "widened accordingly (Benjamini-Yekutieli){dropped}",
)
_DROPPED = Text(
    nl="; weggelaten omdat het meestal ontbreekt, niet verschilt of uit de andere volgt: {names}",
    en="; left out because it is mostly missing, does not differ or follows from the others: "
    "{names}",
)
_WITHIN = Text(
    nl="verschil in de uitkomst een jaar later per standaarddeviatie van het signaal: tussen "
    "organisaties met een verschillend gemiddelde, en binnen een organisatie tussen haar jaren "
    "(Mundlak); loglineair model met branche en jaar, organisaties als clusters; p-waarden na "
    "Benjamini-Hochberg en intervallen daarop verbreed (Benjamini-Yekutieli), per soort "
    "verschil{dropped}",
    en="difference in the outcome a year later per standard deviation of the signal: between "
    "organisations with different means, and within an organisation between its years (Mundlak); "
    "log-linear model with branch and year, organisations as clusters; p-values after "
    "Benjamini-Hochberg and intervals widened accordingly (Benjamini-Yekutieli), by kind of "
    "difference{dropped}",
)
_CHANGE = Text(
    nl="deel van de variantie tussen organisatiejaren van een branche dat binnen organisaties "
    "ligt; 95%-interval met organisaties als clusters",
    en="part of the variance between organisation-years of a branch that lies within "
    "organisations; 95% interval with organisations as clusters",
)


@dataclass(frozen=True)
class Panel:
    """Organisations in years, with what was known of them a year before.

    Attributes
    ----------
    frame
        Columns ``organisation``, ``branch``, ``year``, ``employees``, ``rate`` (the outcome),
        ``standard`` (the outcome in SD within its branch and year), ``top`` (1 in the top quarter
        of its branch and year), ``last_value`` and a column per signal: those of the year before,
        in SD within their branch and year.
    signals
        Signals that can be used.
    dropped
        Names of those that cannot: missing, constant, or a combination of others.
    table
        Name of the dataset's table.
    outcome
        Column that is the outcome.
    """

    frame: pd.DataFrame
    signals: tuple[str, ...]
    dropped: tuple[Text, ...]
    table: str
    outcome: str

    @property
    def last(self) -> int:
        """Newest year of outcomes."""
        return int(self.frame["year"].max())

    def told(self, method: Text) -> Text:
        """Add to a method which years it takes together."""
        return covering(method, set(self.frame["year"]))

    def about(self, rows: pd.DataFrame | None = None) -> dict:
        """Return counts, period and address of rows; of all when left out.

        Employees are counted in the newest year of the rows.
        """
        rows = self.frame if rows is None else rows
        newest = rows.sort_values("year").groupby("organisation")["employees"].last()
        return {
            "n": float(newest.sum()),
            "n_organisations": len(newest),
            "period": f"{int(rows['year'].max())}JJ00",
        }

    @property
    def cell(self) -> Cell:
        """Address of the organisations: a population of its own, known in two years on end."""
        return Cell.of("organisations", year=self.last, bin=f"followed {self.outcome}")


def panel(
    table: DataTable, outcome: str, signals: Mapping[str, Text], *, first: int, last: int
) -> Panel | Absent:
    """Put the outcomes of ``first`` to ``last`` beside the signals of the year before each.

    Parameters
    ----------
    table
        ``organisation_years``.
    outcome
        Column with a rate that is not negative.
    signals
        Column → name. One that is mostly missing, constant or a combination of the others is
        dropped: rows must know all that are kept, so that a rare one would cost the rest.

    Returns
    -------
    Panel or Absent
        Absent without the outcome in two years on end for enough organisations.
    """
    if table.frame is None:
        return Absent((table.name,))
    frame = table.frame[table.frame["year"].between(first - 1, last)]
    frame = frame.dropna(subset=[outcome, "branch"])
    if frame.empty:
        return Absent((table.name,))
    keys = ["organisation", "branch", "year"]
    standard = {name: _standardised(frame, name) for name in dict.fromkeys([outcome, *signals])}
    group = frame.groupby(["branch", "year"])[outcome]
    now = frame[[*keys, "employees"]].assign(
        rate=frame[outcome],
        standard=standard[outcome],
        top=(group.rank(pct=True) > TOP).astype(int),
    )
    before = frame[keys].assign(
        **{LAST_VALUE: standard[outcome]}, **{name: standard[name] for name in signals}
    )
    before["year"] += 1
    rows = now.merge(before, on=keys).dropna(subset=["standard", LAST_VALUE])
    known = [name for name in signals if rows[name].notna().mean() >= LEAST_KNOWN]
    rows = rows.dropna(subset=known)
    size = rows.groupby(["branch", "year"])["organisation"].transform("size")
    rows = rows[size >= FEWEST].sort_values(["organisation", "year"]).reset_index(drop=True)
    if rows["organisation"].nunique() < FEWEST_ORGANISATIONS:
        return Absent((table.name,))
    usable = _independent(rows, known)
    return Panel(
        rows.drop(columns=[name for name in signals if name not in usable]),
        tuple(usable),
        tuple(text for name, text in signals.items() if name not in usable),
        table.name,
        outcome,
    )


def _standardised(frame: pd.DataFrame, column: str) -> pd.Series:
    """Return a column in SD from the mean of its branch and year; missing where all are equal."""
    values = frame[column].astype(float)
    group = values.groupby([frame["branch"], frame["year"]])
    spread = group.transform("std")
    return (values - group.transform("mean")) / spread.where(spread > 1e-12)


def _independent(rows: pd.DataFrame, names: list[str]) -> list[str]:
    """Return the signals that differ and do not follow from last year's outcome or earlier ones."""
    kept: list[str] = []
    for name in names:
        own = rows[name].to_numpy() - rows[name].mean()
        others = sm.add_constant(rows[[LAST_VALUE, *kept]].to_numpy(), has_constant="add")
        left = own - others @ np.linalg.lstsq(others, own, rcond=None)[0]
        if (left**2).sum() > _LEFT * max((own**2).sum(), len(own) * _LEFT):
            kept.append(name)
    return kept


def lead_associations(data: Panel | Absent, *, last_value: bool) -> Estimates | Absent:
    """Estimate how each signal goes with the outcome a year later, as a term per signal.

    Parameters
    ----------
    data
        From ``panel``.
    last_value
        Whether organisations with an equal outcome in the year before are compared. Last year's
        outcome is measured with chance, so that what is constant shows through a little even then.

    Returns
    -------
    Estimates or Absent
        In percent per standard deviation. Absent when no signal is left.
    """
    if isinstance(data, Absent):
        return data
    if not data.signals:
        return Absent((data.table,))
    regressors = data.frame[[*data.signals, *([LAST_VALUE] if last_value else [])]]
    return _log_linear(data, regressors, list(data.signals), _with_dropped(_LEAD, data))


def within_between(data: Panel | Absent) -> Estimates | Absent:
    """Split each signal in the mean of an organisation and the deviation of a year from it.

    Terms ``<signal>.within`` and ``<signal>.between``, in percent per standard deviation of the
    signal. Without last year's outcome, which would bias what is within (Nickell 1981).
    """
    if isinstance(data, Absent):
        return data
    parts = {}
    for name in data.signals:
        mean = data.frame.groupby("organisation")[name].transform("mean")
        within = data.frame[name] - mean
        if (within**2).sum() > _LEFT * (data.frame[name] ** 2).sum():
            parts[f"{name}{PAIR}within"] = within
        parts[f"{name}{PAIR}between"] = mean
    if not parts:
        return Absent((data.table,))
    return _log_linear(data, pd.DataFrame(parts), list(parts), _with_dropped(_WITHIN, data))


def _with_dropped(method: Text, data: Panel) -> Text:
    """Fill in which signals were dropped."""
    said = {}
    for language in LANGUAGES:
        names = ", ".join(name[language] for name in data.dropped)
        dropped = _DROPPED[language].format(names=names) if names else ""
        said[language] = method[language].format(dropped=dropped)
    return Text(**said)


def _log_linear(data: Panel, regressors: pd.DataFrame, terms: list[str], method: Text) -> Estimates:
    """Fit the rate on regressors and an indicator per branch and year."""
    frame = data.frame
    cells = pd.get_dummies(frame["branch"] + frame["year"].astype(str), dtype=float)
    design = np.column_stack([regressors.to_numpy(dtype=float), cells.to_numpy()])
    fit = sm.GLM(frame["rate"].to_numpy(), design, family=sm.families.Poisson()).fit(
        cov_type="cluster", cov_kwds={"groups": pd.factorize(frame["organisation"])[0]}
    )
    df = frame["organisation"].nunique() - 1
    places = [list(regressors.columns).index(term) for term in terms]
    coefficient, error = fit.params[places], fit.bse[places]
    p_values = 2 * stats.t.sf(np.abs(coefficient / error), df)
    # What is within and what is between are questions of their own, as in ``drivers``.
    kinds = np.array([term.partition(PAIR)[2] for term in terms])
    reach, corrected = np.empty(len(terms)), np.empty(len(terms))
    for kind in np.unique(kinds):
        family = kinds == kind
        level = multiplicity.interval_level(p_values[family])
        reach[family] = stats.t.ppf((1 + level) / 2, df) * error[family]
        corrected[family] = multiplicity.adjusted(p_values[family])
    about = data.about() | {"df": float(df), "unit": "percent_change"}
    rows = [
        about
        | {
            "term": term,
            "estimate": 100 * np.expm1(coefficient[at]),
            "ci_low": 100 * np.expm1(coefficient[at] - reach[at]),
            "ci_high": 100 * np.expm1(coefficient[at] + reach[at]),
            "p_value": adjusted,
            "behind": leverage.of_coefficient(
                design, places[at], data.cell, weights=fit.fittedvalues
            ),
        }
        for at, (term, adjusted) in enumerate(zip(terms, corrected, strict=True))
    ]
    return estimates(rows, tables=(data.table,), method=data.told(method))


def change_within(data: Panel | Absent) -> Estimates | Absent:
    """Return which part of a signal's variance lies within organisations, in percent, per signal.

    What does not change within an organisation cannot warn it: it tells which organisations, never
    when.
    """
    if isinstance(data, Absent):
        return data
    if not data.signals:
        return Absent((data.table,))
    organisation = data.frame["organisation"]
    rows = []
    for name in data.signals:
        values = data.frame[name]
        own = values - values.groupby(organisation).transform("mean")
        part = clusters.ratio(own**2, (values - values.mean()) ** 2, organisation.to_numpy())
        low, high = part.interval()
        rows.append(
            data.about()
            | {
                "term": name,
                "estimate": 100 * part.estimate,
                "ci_low": 100 * max(low, 0.0),
                "ci_high": 100 * min(high, 1.0),
                "df": float(part.df),
                "behind": behind("model fit", data.cell),
            }
        )
    return estimates(rows, tables=(data.table,), method=data.told(_CHANGE), unit="percent")


def side_by_side(**results: Estimates | Absent) -> Estimates | Absent:
    """Join results of the same terms as pairs ``<term>.<name>``, the largest of the first on top.

    Returns
    -------
    Estimates or Absent
        Absent as soon as one is.
    """
    first = next(iter(results.values()))
    if any(isinstance(one, Absent) for one in results.values()):
        return joined(*results.values())
    order = first.frame.sort_values("estimate", ascending=False, kind="stable")["term"]
    pairs = [
        renamed(one, {term: f"{term}{PAIR}{name}"})
        for term in order
        for name, one in results.items()
    ]
    return joined(*pairs)


def renamed(result: Estimates | Absent, names: Mapping[str, str]) -> Estimates | Absent:
    """Return the estimates of some terms under other names, in the order of ``names``.

    Returns
    -------
    Estimates or Absent
        Absent when a term is not there, as of a signal that was dropped.
    """
    if isinstance(result, Absent):
        return result
    terms = result.frame["term"].tolist()
    if not set(names) <= set(terms):
        return Absent(result.tables)
    places = [terms.index(name) for name in names]
    frame = result.frame.iloc[places].reset_index(drop=True)
    return dataclasses.replace(
        result,
        frame=frame.assign(term=list(names.values())),
        behind=tuple(result.behind[place] for place in places),
    )
