"""What the participants have: a coded checklist of few organisations.

Each participant was scored on closed items. A share of eighteen leaves the airlock as a band of a
third, which is wider where the exact interval does not lie in it. There are no scores of
organisations that did not take part: how often something occurs among participants does not say
that it makes them succeed.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods import agreement, exact_binomial
from analysis.methods.behind import behind
from analysis.methods.cells import YES, Cell
from analysis.methods.results import Absent, Estimates, absent_passes_through, estimates
from analysis.methods.years import in_latest_year
from analysis.sources.vocabulary import CHECKLIST

#: Permutations of the items, each within itself, and organisations that make them worth while.
PERMUTATIONS = 5000
FEWEST = 10
_FIRST = "a"

PRESENT_METHOD = Text(
    nl="aandeel van de deelnemers dat dit volgens de eerste codeur heeft; getoond als band van een "
    "derde. De band is breder als het exacte 95%-interval (Clopper-Pearson) er niet in past",
    en="share of the participants that have this according to the first coder; shown as a band of "
    "a third. The band is wider where the exact 95% interval (Clopper-Pearson) does not lie in it",
)
COUNTED_METHOD = Text(
    nl="aandeel van de deelnemers dat dit volgens de eerste codeur heeft; volledige telling, "
    "getoond als band van een derde",
    en="share of the participants that have this according to the first coder; complete count, "
    "shown as a band of a third",
)
SAME_METHOD = Text(
    nl="aandeel van de deelnemers met de combinatie van kenmerken die het meest voorkomt; "
    "volledige telling, getoond als band van een derde",
    en="share of the participants with the combination of characteristics that occurs most; "
    "complete count, shown as a band of a third",
)
COHERENCE_METHOD = Text(
    nl="spreiding van het aantal kenmerken per deelnemer, gedeeld door wat losse kenmerken zouden "
    "geven die even vaak voorkomen; interval en p-waarde uit "
    f"{PERMUTATIONS} permutaties van elk kenmerk over de deelnemers",
    en="spread of the number of characteristics per participant, divided by what independent "
    "characteristics that are as frequent would give; interval and p-value from "
    f"{PERMUTATIONS} permutations of each characteristic over the participants",
)


@dataclass(frozen=True)
class Profiles:
    """What each participant has.

    Attributes
    ----------
    present
        By organisation and item: 1, 0, or missing where it was not discussed; of the first coder.
    codes
        Columns ``organisation``, ``item``, ``coder``, ``code`` of both coders.
    employees
        Number of employees by organisation, in ``year``.
    year
        Newest year in which the participants are known.
    tables
        Names of the tables that were used.
    """

    present: pd.DataFrame
    codes: pd.DataFrame
    employees: pd.Series
    year: int
    tables: tuple[str, ...]

    @property
    def persons(self) -> Cell:
        """Address of the people at the participants."""
        return Cell.of("employees", year=self.year, participant=YES)

    @property
    def organisations(self) -> Cell:
        """Address of the participants."""
        return Cell.of("organisations", year=self.year, participant=YES)

    def about(self, organisations: int | None = None) -> dict:
        """Return what every row of a result says of the participants.

        ``n`` counts the people of all of them, also where a row is about fewer: the difference
        between two rows would be the size of the one that lacks.
        """
        return {
            "n": float(self.employees.sum()),
            "n_organisations": float(organisations or len(self.employees)),
            "period": f"{self.year}JJ00",
        }

    def score(self, items: tuple[str, ...]) -> pd.Series:
        """Return how many of these items each participant has; missing where one is not known."""
        return self.present[list(items)].sum(axis=1, min_count=len(items))


def profiles(checklist: DataTable, organisations: DataTable, *, last: int) -> Profiles | Absent:
    """Arrange the checklist by participant.

    Parameters
    ----------
    checklist
        A row per participant, item and coder.
    organisations
        ``organisation_years``, for the number of employees.
    """
    tables = (checklist.name, organisations.name)
    rows = in_latest_year(organisations, last)
    if checklist.frame is None or checklist.frame.empty or rows is None:
        return Absent(tables)
    employees = rows[rows["participant"] == 1].set_index("organisation")["employees"]
    code = checklist.frame["present"].map({"yes": 1.0, "no": 0.0})
    codes = checklist.frame[["organisation", "item", "coder"]].assign(code=code)
    codes = codes[codes["organisation"].isin(employees.index)]
    first = codes[codes["coder"] == _FIRST]
    present = first.pivot(index="organisation", columns="item", values="code")
    present = present.reindex(columns=list(CHECKLIST))
    if len(present) < FEWEST:
        return Absent(tables)
    return Profiles(
        present, codes, employees[present.index].astype(float), int(rows["year"].max()), tables
    )


@absent_passes_through
def shares(
    found: Profiles, terms: Mapping[str, tuple[tuple[str, ...], int]], *, exact: bool = True
) -> Estimates | Absent:
    """Return which share of the participants has something, in percent.

    Parameters
    ----------
    terms
        Term → items, and how many of them a participant must have. Who may or may not reach that
        number, as items were not discussed, is left out; a term with fewer than ten participants
        as well.
    exact
        Whether the exact interval goes along; without it, the share is a complete count.
    """
    rows = []
    for term, (items, least) in terms.items():
        known = found.present[list(items)]
        surely = known.sum(axis=1) >= least
        never = known.fillna(1.0).sum(axis=1) < least
        told = known.index[surely | never]
        if len(told) < FEWEST:
            continue
        count = int(surely.sum())
        low, high = exact_binomial.interval(count, len(told)) if exact else (np.nan, np.nan)
        rows.append(
            {
                **found.about(),
                "term": term,
                "estimate": 100 * count / len(told),
                "ci_low": 100 * low,
                "ci_high": 100 * high,
                "half_step": 0.0,
                "behind": behind(
                    "share", found.persons, found.organisations.within(item="+".join(items)),
                    numerator=float(count), organisations=float(len(told)),
                ),
            }
        )  # fmt: skip
    if not rows:
        return Absent(found.tables)
    method = PRESENT_METHOD if exact else COUNTED_METHOD
    return estimates(rows, tables=found.tables, method=method, unit="percent")


@absent_passes_through
def coder_agreement(found: Profiles, *, seed: int) -> Estimates | Absent:
    """Return Krippendorff's alpha of what was coded twice, with organisations as clusters."""
    codes = found.codes.assign(cluster=found.codes["organisation"])
    rated = agreement.double_coded(codes, ["organisation", "item"], "code", cluster="cluster")
    met = agreement.agreement(rated, seed=seed)
    if met is None:
        return Absent(found.tables)
    row = agreement.row(
        "alpha", met, **found.about(), behind=agreement.behind_agreement(found.persons)
    )
    return estimates([row], tables=found.tables, method=agreement.METHOD)


@absent_passes_through
def same_profile(found: Profiles) -> Estimates | Absent:
    """Return the share of participants with the commonest combination of items, in percent.

    Term ``same_profile``. The mean agreement of pairs of participants would not do: it follows
    from how often each item occurs, and is the same for any combination of them.
    """
    whole = found.present.dropna()
    if len(whole) < FEWEST:
        return Absent(found.tables)
    count = int(whole.value_counts().max())
    row = {
        **found.about(len(whole)),
        "term": "same_profile",
        "estimate": 100 * count / len(whole),
        "half_step": 0.0,
        "behind": behind(
            "share", found.persons, found.organisations.within(item="all"), numerator=float(count)
        ),
    }
    return estimates([row], tables=found.tables, method=SAME_METHOD, unit="percent")


@absent_passes_through
def coherence(found: Profiles, *, seed: int) -> Estimates | Absent:
    """Tell whether items come together, as in a blueprint: a ratio of spreads.

    Term ``coherence``: 1 is what independent items give that occur as often; above 1 some
    participants have much and others little. The interval is the ratio divided by the percentiles
    of what chance gives. Absent when no item varies.
    """
    whole = found.present.dropna().to_numpy()
    varying = whole[:, np.ptp(whole, axis=0) > 0] if len(whole) else whole
    if len(whole) < FEWEST or varying.shape[1] < 2:
        return Absent(found.tables)
    share = varying.mean(axis=0)
    expected = (share * (1 - share)).sum() * len(whole) / (len(whole) - 1)
    seen = varying.sum(axis=1).var(ddof=1) / expected
    random = np.random.default_rng(seed)
    shuffled = random.permuted(
        np.broadcast_to(varying, (PERMUTATIONS, *varying.shape)).copy(), axis=1
    )
    chance = shuffled.sum(axis=2).var(axis=1, ddof=1) / expected
    low, high = np.quantile(chance, [0.025, 0.975], method="weibull")
    side = min((chance >= seen).mean(), (chance <= seen).mean())
    row = {
        **found.about(),
        "term": "coherence",
        "estimate": float(seen),
        "ci_low": float(seen / high),
        "ci_high": float(seen / low),
        "p_value": float(np.clip(2 * side, 2 / PERMUTATIONS, 1.0)),
        "df": float(len(whole) - 1),
        "behind": behind("model fit", found.persons, found.organisations),
    }
    return estimates([row], tables=found.tables, method=COHERENCE_METHOD, unit="ratio")
