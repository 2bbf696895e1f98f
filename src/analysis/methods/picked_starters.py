"""What ways of measuring show when good starters are picked and no programme follows.

Sets of organisations that never took part are drawn blindly from the better half of their branch
in one year, as many from each branch as took part. Nothing happens to them, so whatever a way of
measuring shows in the next year is its error: mostly the return to the ordinary after a lucky year
(regression to the mean; Galton 1886; Barnett et al. 2005, Int. J. Epidemiol. 34).
"""

import numpy as np

from analysis.languages import Text
from analysis.methods.behind import behind
from analysis.methods.monitored import DRAWS, LEAST_BEFORE, TABLES, Monitored
from analysis.methods.results import Absent, Estimates, estimates
from analysis.methods.standing import all_of

#: Ends of the range in which nearly all draws lie.
_ENDS = (0.025, 0.975)

METHOD = Text(
    nl="gemiddelde van {draws} trekkingen van evenveel organisaties die nooit meededen, uit de "
    "beste helft van hun branche in {picked}, en wat vier manieren van meten een jaar later laten "
    "zien; het interval is het gebied waarin 95% van de trekkingen ligt",
    en="mean of {draws} draws of as many organisations that never took part, from the better half "
    "of their branch in {picked}, and what four ways of measuring show a year later; the interval "
    "is the range in which 95% of the draws lie",
)


def errors(one: Monitored | None, *, seed: int, draws: int = DRAWS) -> Estimates | Absent:
    """Return what is shown where nothing happened, in percent.

    Terms ``before_after`` (since the year of picking), ``against_branch`` (the same, less the
    change of the others of the branch), ``three_years`` and ``all_years`` (against the branch,
    since the mean of three or of all years up to the picking).
    """
    if one is None or one.before.sum() < LEAST_BEFORE + 1:
        return Absent(TABLES)
    others = ~one.taking_part
    logs = one.found.logs[others][:, one.before]
    branch = one.found.branch[others]
    mine = np.bincount(one.found.branch[one.taking_part], minlength=branch.max() + 1)
    sets = _better_half(logs[:, -2], branch, mine, np.random.default_rng(seed), draws)
    if sets is None:
        return Absent(TABLES)
    count = np.bincount(branch, minlength=len(mine))
    ways = {
        "before_after": logs[:, -1] - logs[:, -2],
        "against_branch": logs[:, -1] - logs[:, -2],
        "three_years": logs[:, -1] - logs[:, -4:-1].mean(axis=1),
        "all_years": logs[:, -1] - logs[:, :-1].mean(axis=1),
    }
    picked = int(one.years[one.before][-2])
    rows = []
    for name, change in ways.items():
        shown = change[sets].mean(axis=1)
        if name != "before_after":
            # The rest of the branch without those who were drawn.
            totals = np.bincount(branch, change, minlength=len(mine))
            drawn = _by_branch(change, sets, branch, len(mine))
            rest = (totals - drawn) / np.maximum(count - mine, 1)
            shown = shown - rest @ (mine / mine.sum())
        low, high = np.quantile(shown, _ENDS)
        ends = 100 * np.expm1([shown.mean(), low, high])
        rows.append(
            one.about()
            | {
                "term": name,
                "estimate": float(ends[0]),
                "ci_low": float(ends[1]),
                "ci_high": float(ends[2]),
                "period": f"{picked + 1}JJ00",
                "behind": behind("model fit", all_of(one.found)),
            }
        )
    words = {"draws": draws, "picked": picked}
    method = Text(nl=METHOD.nl.format(**words), en=METHOD.en.format(**words))
    return estimates(rows, tables=TABLES, method=method, unit="percent_change")


def _better_half(
    level: np.ndarray,
    branch: np.ndarray,
    count: np.ndarray,
    random: np.random.Generator,
    draws: int,
) -> np.ndarray | None:
    """Draw sets from the lower half of each branch; None where a half is too small."""
    parts = []
    for one in np.flatnonzero(count):
        places = np.flatnonzero(branch == one)
        half = places[np.argsort(level[places], kind="stable")][: len(places) // 2]
        if len(half) <= count[one]:
            return None
        keys = random.random((draws, len(half)))
        parts.append(half[np.argpartition(keys, count[one] - 1, axis=1)[:, : count[one]]])
    return np.concatenate(parts, axis=1)


def _by_branch(
    change: np.ndarray, sets: np.ndarray, branch: np.ndarray, branches: int
) -> np.ndarray:
    """Return the sums over the members of each set by branch, shape (sets, branches)."""
    member = branch[sets[0]]
    return np.stack([change[sets[:, member == one]].sum(axis=1) for one in range(branches)], axis=1)
