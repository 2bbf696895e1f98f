"""What goes with doing better than the branch, over a handful of organisations.

Two scores of the same organisations, what they have and what they put into it, are each correlated
with how much less absence an organisation has than its branch; what counts is the difference of
the two correlations. With eighteen organisations only a large difference can be seen, and all of
them took part: nothing here tells causes.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy import stats

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods.behind import behind
from analysis.methods.checklists import FEWEST, Profiles
from analysis.methods.results import (
    PAIR,
    Absent,
    Estimates,
    absent_passes_through,
    estimates,
)

#: Other organisations in a branch that make its mean worth a comparison.
FEWEST_OF_BRANCH = 10
#: Years over which the figures of an organisation are averaged.
YEARS_TOGETHER = 3
PERMUTATIONS = 9999
#: Probability with which a difference that is called detectable is found.
POWER = 0.80
_LEVEL = 0.95
#: A correlation of exactly 1 has no interval on Fisher's scale.
_MOST = 0.999

CORRELATION_METHOD = Text(
    nl="rangcorrelatie (Spearman) over de deelnemers tussen een score van de checklist en hoeveel "
    "lager een cijfer is dan in de branche (z-score, gemiddelde van de drie nieuwste jaren); "
    "interval naar Bonett en Wright (2000)",
    en="rank correlation (Spearman) over the participants between a score of the checklist and how "
    "much lower a figure is than in the branch (z-score, mean of the three newest years); "
    "interval after Bonett and Wright (2000)",
)
DIFFERENCE_METHOD = Text(
    nl="verschil van twee rangcorrelaties van dezelfde deelnemers; interval naar Zou (2007); "
    f"p-waarde uit {PERMUTATIONS} permutaties, voor het geval dat geen van beide samenhangt",
    en="difference of two rank correlations over the same participants; interval after Zou (2007); "
    f"p-value from {PERMUTATIONS} permutations, for the case that neither is associated",
)
DETECTABLE_METHOD = Text(
    nl="verschil van de twee correlaties dat met zoveel deelnemers in vier van de vijf gevallen "
    "gevonden wordt (benadering langs Fishers z)",
    en="difference of the two correlations that so many participants show in four of five cases "
    "(approximation through Fisher's z)",
)
CASES_METHOD = Text(
    nl="consistentie: deel van wie het kenmerk heeft, dat het beter doet dan de branche; dekking: "
    "deel van wie het beter doet, dat het kenmerk heeft; als in een kwalitatieve vergelijkende "
    "analyse (QCA); volledige telling, getoond als band van een derde",
    en="consistency: share of those with the characteristic that do better than the branch; "
    "coverage: share of those that do better that have the characteristic; as in a qualitative "
    "comparative analysis (QCA); complete count, shown as a band of a third",
)


def better_than_branch(
    found: Profiles, organisations: DataTable, measure: str, *, last: int
) -> pd.Series:
    """Return how far below its branch a participant's figure is, in SD, over the newest years.

    The mean over the three newest years in which it is known: the figure of one year owes much to
    chance. The SD is that of all other organisations of a year around the means of their branches.
    Missing where the figure is not known, or fewer than ten other organisations of the branch have
    one; and everywhere where figures do not vary.
    """
    rows = organisations.frame[organisations.frame["year"] <= last]
    rows = rows.dropna(subset=["branch", measure])
    newest = sorted(rows["year"].unique())[-YEARS_TOGETHER:]
    scores = [_below_branch(rows[rows["year"] == year], measure) for year in newest]
    if not scores:
        return pd.Series(np.nan, index=found.present.index)
    whole = pd.concat(scores, axis=1).reindex(found.present.index)
    return whole.mean(axis=1)


def _below_branch(rows: pd.DataFrame, measure: str) -> pd.Series:
    others = rows[rows["participant"] != 1]
    values = others.groupby("branch")[measure]
    centre, enough = values.mean(), values.size() >= FEWEST_OF_BRANCH
    if centre.empty:
        return pd.Series(dtype=float)
    spread = (others[measure] - others["branch"].map(centre).astype(float)).std()
    own = rows[rows["participant"] == 1].set_index("organisation")
    below = own["branch"].map(centre).astype(float) - own[measure]
    z = below / spread if spread > 0 else below * np.nan
    return z.where(own["branch"].map(enough).eq(True)).astype(float)


@absent_passes_through
def correlations(
    found: Profiles, better: Mapping[str, pd.Series], scores: Mapping[str, tuple[str, ...]]
) -> Estimates | Absent:
    """Correlate scores with doing better, as terms ``<measure>.<score>``.

    A pair in which one side does not vary, or with fewer than ten participants, is left out.

    Parameters
    ----------
    better
        Measure → how much better each participant does; see ``better_than_branch``.
    scores
        Score → items that it adds up.
    """
    rows = []
    for measure, doing in better.items():
        for score, items in scores.items():
            both = pd.concat([found.score(items), doing], axis=1).dropna()
            if not _varies(both):
                continue
            r = rank_correlation(*both.to_numpy().T)
            low, high = interval(r, len(both))
            z = np.arctanh(r) / _se(r, len(both))
            rows.append(
                {
                    **found.about(len(both)),
                    "term": f"{measure}{PAIR}{score}",
                    "estimate": r,
                    "ci_low": low,
                    "ci_high": high,
                    "p_value": float(2 * stats.norm.sf(abs(z))),
                    "df": float(len(both) - 2),
                    "behind": behind("correlation", found.persons, found.organisations),
                }
            )
    if not rows:
        return Absent(found.tables)
    return estimates(rows, tables=found.tables, method=CORRELATION_METHOD, unit="correlation")


@absent_passes_through
def difference(
    found: Profiles,
    doing: pd.Series,
    first: tuple[str, ...],
    second: tuple[str, ...],
    *,
    seed: int,
) -> Estimates | Absent:
    """Compare how two scores go with doing better, as term ``difference``: first less second.

    The p-value permutes doing better over the participants: it is for the case that neither score
    goes with it, which is more than that both go with it alike. The interval judges. Absent when
    one of the three does not vary, or the two scores are the same in order.
    """
    whole = pd.concat([found.score(first), found.score(second), doing], axis=1).dropna()
    if not _varies(whole):
        return Absent(found.tables)
    ranks = stats.rankdata(whole.to_numpy(), axis=0)
    ranks = (ranks - ranks.mean(axis=0)) / ranks.std(axis=0)
    own, other, result = ranks.T
    between = float(np.mean(own * other))
    if abs(between) > _MOST:
        return Absent(found.tables)
    size = len(whole)
    r = [float(np.clip(np.mean(score * result), -_MOST, _MOST)) for score in (own, other)]
    low, high = difference_interval(*r, between, size)
    random = np.random.default_rng(seed)
    shuffled = random.permuted(np.tile(result, (PERMUTATIONS, 1)), axis=1)
    chance = shuffled @ (own - other) / size
    seen = r[0] - r[1]
    beyond = (np.abs(chance) >= abs(seen) - 1e-12).sum()
    row = {
        **found.about(len(whole)),
        "term": "difference",
        "estimate": seen,
        "ci_low": low,
        "ci_high": high,
        "p_value": float((1 + beyond) / (1 + PERMUTATIONS)),
        "df": float(size - 3),
        "behind": behind("difference", found.persons, found.organisations, numerator=float(size)),
    }
    return estimates([row], tables=found.tables, method=DIFFERENCE_METHOD, unit="correlation")


@absent_passes_through
def detectable(found: Profiles) -> Estimates:
    """Return the difference of correlations that would be found in four of five cases.

    For scores that are not related to each other; term ``detectable``.
    """
    size = len(found.present)
    reach = stats.norm.ppf((1 + _LEVEL) / 2) + stats.norm.ppf(POWER)
    row = {
        **found.about(),
        "term": "detectable",
        "estimate": float(reach * np.sqrt(2 / (size - 3))),
        "half_step": 0.0,
        "df": float(size - 3),
        "behind": behind("model fit", found.persons, found.organisations),
    }
    return estimates([row], tables=found.tables, method=DETECTABLE_METHOD, unit="correlation")


@absent_passes_through
def conditions(
    found: Profiles, doing: pd.Series, terms: Mapping[str, tuple[tuple[str, ...], int]]
) -> Estimates | Absent:
    """Return consistency and coverage of conditions for doing better than the branch.

    Terms ``<condition>.consistency`` and ``<condition>.coverage``, in percent.
    One of fewer than ten participants is left out; the airlock shows the others as bands.

    Parameters
    ----------
    terms
        Condition → items, and how many of them a participant must have.
    """
    rows = []
    for term, (items, least) in terms.items():
        score = found.score(items)
        known = score.index[score.notna() & doing.notna()]
        has, better = score[known] >= least, doing[known] > 0
        for name, among in (("consistency", has), ("coverage", better)):
            count, of = int((has & better).sum()), int(among.sum())
            if of < FEWEST:
                continue
            rows.append(
                {
                    # How many participants meet a condition, or do better, leaves as a band only.
                    **found.about(),
                    "term": f"{term}{PAIR}{name}",
                    "estimate": 100 * count / of,
                    "half_step": 0.0,
                    "behind": behind(
                        "share", found.persons,
                        found.organisations.within(item=f"{term} {name}", limits="below"),
                        numerator=float(count), organisations=float(of),
                    ),
                }
            )  # fmt: skip
    if not rows:
        return Absent(found.tables)
    return estimates(rows, tables=found.tables, method=CASES_METHOD, unit="percent")


def rank_correlation(first: np.ndarray, second: np.ndarray) -> float:
    """Return Spearman's rank correlation, kept off exactly 1."""
    return float(np.clip(stats.spearmanr(first, second).statistic, -_MOST, _MOST))


def interval(r: float, size: int) -> tuple[float, float]:
    """Return the 95 % interval of a rank correlation (Bonett & Wright 2000, Psychometrika 65)."""
    reach = stats.norm.ppf((1 + _LEVEL) / 2) * _se(r, size)
    return float(np.tanh(np.arctanh(r) - reach)), float(np.tanh(np.arctanh(r) + reach))


def difference_interval(
    first: float, second: float, between: float, size: int
) -> tuple[float, float]:
    """Return the 95 % interval of the difference of two correlations with the same variable.

    Zou (2007), Psychological Methods 12, 399-413, section on overlapping correlations, with the
    intervals of rank correlations.

    Parameters
    ----------
    first, second
        Correlations of two scores with the same variable.
    between
        Correlation of the two scores.
    """
    (low1, high1), (low2, high2) = interval(first, size), interval(second, size)
    shared = (between - first * second / 2) * (1 - first**2 - second**2 - between**2) + between**3
    shared /= (1 - first**2) * (1 - second**2)
    seen = first - second

    def reach(one: float, other: float) -> float:
        return float(np.sqrt(max(one**2 + other**2 - 2 * shared * one * other, 0.0)))

    return seen - reach(first - low1, high2 - second), seen + reach(high1 - first, second - low2)


def _se(r: float, size: int) -> float:
    return float(np.sqrt((1 + r**2 / 2) / (size - 3)))


def _varies(frame: pd.DataFrame) -> bool:
    return len(frame) >= FEWEST and bool((np.ptp(frame.to_numpy(), axis=0) > 0).all())
