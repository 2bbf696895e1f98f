"""Who names what: groups of voices beside each other, and branches, with all themes tested at once.

Groups such as professionals and team leaders are of the same organisations, so that their
difference is that of two shares in one cluster sample. Somebody who does not name a theme in an
open conversation may know it all the same: shares are of what is said. Branches are made up of few
organisations: a permutation of organisations over branches needs no variance of four of them (Good
2005, Permutation, Parametric and Bootstrap Tests of Hypotheses). Themes are many: Benjamini &
Hochberg (1995).
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analysis.languages import Text
from analysis.methods import clusters, multiplicity, resampling
from analysis.methods.behind import behind
from analysis.methods.clusters import Ratio
from analysis.methods.distribution import aggregate
from analysis.methods.results import (
    PAIR,
    Absent,
    Aggregate,
    Estimates,
    absent_passes_through,
    estimates,
    rows_at,
)
from analysis.methods.themes import (
    FEWEST_ORGANISATIONS,
    FEWEST_VOICES,
    SHARE_METHOD,
    Voices,
    interval_of,
    part_of,
)

ROLES = ("professional", "team_leader")
DRAWS = 5000
_DIFFERENCE = Text(
    nl="aandeel van een groep dat een thema noemt min dat van de andere, met organisaties als "
    "clusters; de toetsen houden samen een aandeel valse vondsten van hoogstens 5 procent "
    "(Benjamini-Hochberg) en de intervallen zijn daarop verbreed (Benjamini-Yekutieli); zonder "
    "thema's met een groep van minder dan tien stemmen",
    en="share of a group that names a theme less that of the other, with organisations as "
    "clusters; the tests together keep the share of false discoveries at 5 percent at most "
    "(Benjamini-Hochberg), and the intervals are widened accordingly (Benjamini-Yekutieli); "
    "without themes with a group of fewer than ten voices",
)
_BRANCHES = Text(
    nl="aandeel van de thema's waarvoor branches meer verschillen dan bij een willekeurige "
    "verdeling van organisaties over branches (permutatietoets), na Benjamini-Hochberg",
    en="share of the themes for which branches differ more than in a random allocation of "
    "organisations to branches (permutation test), after Benjamini-Hochberg",
)


@dataclass(frozen=True)
class Group:
    """Voices that are set beside others.

    Attributes
    ----------
    column
        Of the people: ``role``, ``age_band`` or ``education``.
    levels
        Those that make up the group.
    others
        Those with which it is compared; all others of whom it is known when left out.
    """

    column: str
    levels: tuple[str, ...]
    others: tuple[str, ...] | None = None


@absent_passes_through
def by_role(voices: Voices, themes: int) -> Estimates | Absent:
    """Estimate which share of professionals and of team leaders names each theme.

    Terms ``<theme>.professional`` and ``<theme>.team_leader``, for the ``themes`` themes that are
    named most: rarer ones are named by too few team leaders.
    """
    members = {role: (voices.people["role"] == role).to_numpy() for role in ROLES}
    if not all(_enough(voices, inside) for inside in members.values()):
        return Absent((voices.table,))
    rows = []
    for theme in most_named(voices, themes):
        for role in ROLES:
            rows.append(_row(voices, theme, members[role], role) | {"term": f"{theme}{PAIR}{role}"})
    return estimates(rows, tables=(voices.table,), method=SHARE_METHOD, unit="percent")


def most_named(voices: Voices, themes: int) -> list[str]:
    """Return the themes that most voices name, the first first."""
    return sorted(voices.themes, key=lambda theme: -voices.of(theme).sum())[:themes]


def _enough(voices: Voices, inside: np.ndarray) -> bool:
    """Tell whether a group has enough voices, of enough organisations."""
    organisations = len(np.unique(voices.organisation[inside]))
    return inside.sum() >= FEWEST_VOICES and organisations >= FEWEST_ORGANISATIONS


def _row(voices: Voices, theme: str, inside: np.ndarray, role: str) -> dict:
    named, organisation = voices.of(theme)[inside], voices.organisation[inside]
    share = clusters.mean(named, organisation)
    low, high = interval_of(share)
    cell = voices.cell.within(role=role)
    return {
        "estimate": 100 * share.estimate,
        "ci_low": 100 * low,
        "ci_high": 100 * high,
        "n": float(len(named)),
        "n_organisations": float(share.df + 1),
        "df": float(share.df),
        "period": voices.period,
        "behind": behind(
            "share",
            cell,
            part_of(theme, cell=cell),
            numerator=float(named.sum()),
            part_organisations=float(len(np.unique(organisation[named > 0]))),
        ),
    }


@absent_passes_through
def role_differences(voices: Voices) -> Estimates | Absent:
    """Estimate how much more team leaders than professionals name each theme.

    In percentage points, the largest first; see ``differences``. Terms are themes.
    """
    professional, leader = ROLES
    found = differences(voices, {leader: Group("role", (leader,), (professional,))})
    if isinstance(found, Absent):
        return found
    frame = found.frame.assign(term=found.frame["term"].str.partition(PAIR)[0])
    places = np.argsort(-frame["estimate"].to_numpy(), kind="stable")
    return rows_at(replace(found, frame=frame), places.tolist())


@absent_passes_through
def differences(voices: Voices, groups: dict[str, Group]) -> Estimates | Absent:
    """Estimate how much more a group names each theme than others do, in percentage points.

    A theme that fewer than ten voices of a side name, or fewer than ten do not, is left out: the
    difference would tell about them. So is a group of few voices or organisations, and one that is
    not known.

    Returns
    -------
    Estimates or Absent
        Terms ``<theme>.<group>``, the theme named most first; all tested together.
    """
    found = []
    for theme in most_named(voices, len(voices.themes)):
        for name, group in groups.items():
            compared = _compared(voices, theme, group)
            if compared is not None:
                found.append((f"{theme}{PAIR}{name}", *compared))
    if not found:
        return Absent((voices.table,))
    p_values = np.array([ratio.p_value for _, ratio, _ in found])
    level = multiplicity.interval_level(p_values)
    rows = []
    for (term, ratio, about), p_value in zip(found, multiplicity.adjusted(p_values), strict=True):
        low, high = ratio.interval(level)
        rows.append(
            {
                **about,
                "term": term,
                "estimate": 100 * ratio.estimate,
                "ci_low": 100 * low,
                "ci_high": 100 * high,
                "p_value": float(p_value),
                "period": voices.period,
            }
        )
    return estimates(rows, tables=(voices.table,), method=_DIFFERENCE, unit="percentage_points")


def _compared(voices: Voices, theme: str, group: Group) -> tuple[Ratio, dict] | None:
    """Return the difference of a theme, and what its row says of the voices; None with too few."""
    if group.column not in voices.people:
        return None
    level = voices.people[group.column]
    inside = level.isin(group.levels).to_numpy()
    outside = level.notna() if group.others is None else level.isin(group.others)
    outside = outside.to_numpy() & ~inside
    named = voices.of(theme)
    counts = [side.sum() for rows in (inside, outside) for side in (named[rows], 1 - named[rows])]
    known = inside | outside
    place, organisations = resampling.codes(voices.organisation[known])
    enough = _enough(voices, inside) and _enough(voices, outside)
    enough = enough and organisations >= resampling.FEWEST_CLUSTERS
    if not enough or min(counts) < FEWEST_VOICES:
        return None
    columns = (named * inside, inside, named * outside, outside)
    totals = np.column_stack([np.bincount(place, one[known], organisations) for one in columns])
    (ratio,) = clusters.of_totals(
        lambda sums: np.array([sums[0] / sums[1] - sums[2] / sums[3]]), totals
    )
    cells = [voices.cell.within(**{group.column: group.levels}), voices.cell]
    if group.others is not None:
        cells[1] = voices.cell.within(**{group.column: group.others})
    return ratio, {
        "n": float(known.sum()),
        "n_organisations": float(organisations),
        "df": float(ratio.df),
        "behind": behind(
            "difference",
            voices.cell,
            sides=tuple(str(part_of(theme, cell=cell)) for cell in cells),
        ),
    }


@absent_passes_through
def by_branch(voices: Voices, themes: int) -> Aggregate | Absent:
    """Return the share of voices per branch that names each of the themes named most.

    Branches of few organisations come too: the airlock hides them, and what would tell them.

    Parameters
    ----------
    themes
        How many themes.
    """
    branches = sorted(voices.people["branch"].dropna().unique())
    if not branches:
        return Absent((voices.table,))
    rows = []
    for theme in most_named(voices, themes):
        for branch in branches:
            inside = (voices.people["branch"] == branch).to_numpy()
            named, organisation = voices.of(theme)[inside], voices.organisation[inside]
            cell = voices.cell.within(branch=branch)
            rows.append(
                {
                    "group": theme,
                    "period": voices.period,
                    "measure": branch,
                    "kind": "share",
                    "value": 100 * float(named.mean()),
                    "unit": "percent",
                    "status": "not stated",
                    "n_persons": float(len(named)),
                    "n_organisations": float(len(np.unique(organisation))),
                    "behind": behind(
                        "share",
                        cell,
                        part_of(theme, cell=cell),
                        numerator=float(named.sum()),
                        part_organisations=float(len(np.unique(organisation[named > 0]))),
                    ),
                }
            )
    return aggregate(rows, (voices.table,), SHARE_METHOD)


def permutation_p_values(
    counts: np.ndarray, sizes: np.ndarray, group: np.ndarray, *, seed: int, draws: int = DRAWS
) -> np.ndarray:
    """Test whether groups of organisations differ, for each theme.

    The statistic is the variance of the shares of groups, weighted by voices. Organisations keep
    their voices and change groups.

    Parameters
    ----------
    counts
        Shape (organisations, themes): voices that named a theme.
    sizes
        Shape (organisations,): voices.
    group
        Shape (organisations,): a number per group, from 0.

    Returns
    -------
    numpy.ndarray
        Shape (themes,); never below one divided by the number of draws.
    """
    random = np.random.default_rng(seed)
    orders = np.array([random.permutation(group) for _ in range(draws)])
    whole = counts.sum(axis=0) / sizes.sum()

    def statistic(groups: np.ndarray) -> np.ndarray:
        inside = (groups[:, :, None] == np.arange(group.max() + 1)).astype(float)
        people = np.einsum("dog,o->dg", inside, sizes)
        shares = np.einsum("dog,ot->dgt", inside, counts) / people[:, :, None]
        return (people[:, :, None] * (shares - whole) ** 2).sum(axis=1)

    seen, drawn = statistic(group[None])[0], statistic(orders)
    return (1 + (drawn >= seen - 1e-9).sum(axis=0)) / (1 + draws)


@absent_passes_through
def branch_differences(voices: Voices, *, seed: int) -> Estimates | Absent:
    """Return the percentage of themes for which branches differ, as term ``differing``.

    Absent when there are not two branches, or fewer than ten organisations.
    """
    people = voices.people
    first = people.drop_duplicates("organisation").set_index("organisation").sort_index()
    known = first["branch"].notna().to_numpy()
    group, names = pd.factorize(first["branch"][known], sort=True)
    if len(names) < 2 or known.sum() < 2 * FEWEST_ORGANISATIONS:
        return Absent((voices.table,))
    sizes = np.bincount(voices.organisation).astype(float)
    counts = np.zeros((len(sizes), len(voices.themes)))
    np.add.at(counts, voices.organisation, voices.marks["mentioned"])
    p_values = permutation_p_values(counts[known], sizes[known], group, seed=seed)
    row = {
        **voices.about,
        "term": "differing",
        # How many tests are discoveries in these data is counted, not estimated.
        "estimate": 100 * float(multiplicity.discovered(p_values).mean()),
        "half_step": 0.0,
        "behind": behind("model fit", voices.cell),
    }
    return estimates([row], tables=(voices.table,), method=_BRANCHES, unit="percent")
