"""Who names what: professionals beside team leaders, and branches, with all themes tested at once.

Professionals and team leaders of the same organisations are compared, so that the difference is
that of two shares in one cluster sample. Branches are made up of few organisations: a permutation
of organisations over branches needs no variance of four of them (Good 2005, Permutation,
Parametric and Bootstrap Tests of Hypotheses). Themes are many: Benjamini & Hochberg (1995).
"""

import numpy as np
import pandas as pd
from scipy import stats

from analysis.languages import Text
from analysis.methods import clusters, multiplicity
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
)
from analysis.methods.themes import (
    EVERYBODY,
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
    nl="aandeel onder teamleiders min dat onder professionals, met organisaties als clusters; de "
    "toetsen houden samen een aandeel valse vondsten van hoogstens 5 procent (Benjamini-Hochberg) "
    "en de intervallen zijn daarop verbreed (Benjamini-Yekutieli); zonder thema's met een groep "
    "van minder dan tien stemmen",
    en="share among team leaders less that among professionals, with organisations as clusters; "
    "the tests together keep the share of false discoveries at 5 percent at most "
    "(Benjamini-Hochberg), and the intervals are widened accordingly (Benjamini-Yekutieli); "
    "without themes with a group of fewer than ten voices",
)
_BRANCHES = Text(
    nl="aandeel van de thema's waarvoor branches meer verschillen dan bij een willekeurige "
    "verdeling van organisaties over branches (permutatietoets), na Benjamini-Hochberg",
    en="share of the themes for which branches differ more than in a random allocation of "
    "organisations to branches (permutation test), after Benjamini-Hochberg",
)


@absent_passes_through
def by_role(voices: Voices, themes: int) -> Estimates | Absent:
    """Estimate which share of professionals and of team leaders names each theme.

    Terms ``<theme>.professional`` and ``<theme>.team_leader``, for the ``themes`` themes that are
    named most: rarer ones are named by too few team leaders.
    """
    members = {role: _members(voices, role) for role in ROLES}
    if any(rows is None for rows in members.values()):
        return Absent((voices.table,))
    rows = []
    for theme in most_named(voices, themes):
        for role in ROLES:
            rows.append(_row(voices, theme, members[role], role) | {"term": f"{theme}{PAIR}{role}"})
    return estimates(rows, tables=(voices.table,), method=SHARE_METHOD, unit="percent")


def most_named(voices: Voices, themes: int) -> list[str]:
    """Return the themes that most voices name, the first first."""
    return sorted(voices.themes, key=lambda theme: -voices.of(theme).sum())[:themes]


def _members(voices: Voices, role: str) -> np.ndarray | None:
    """Return who has a role; None when they are too few, or of too few organisations."""
    inside = (voices.people["role"] == role).to_numpy()
    organisations = len(np.unique(voices.organisation[inside]))
    enough = inside.sum() >= FEWEST_VOICES and organisations >= FEWEST_ORGANISATIONS
    return inside if enough else None


def _row(voices: Voices, theme: str, inside: np.ndarray, role: str) -> dict:
    named, organisation = voices.of(theme)[inside], voices.organisation[inside]
    share = clusters.mean(named, organisation)
    low, high = interval_of(share)
    cell = EVERYBODY.within(role=role)
    return {
        "estimate": 100 * share.estimate,
        "ci_low": 100 * low,
        "ci_high": 100 * high,
        "n": float(len(named)),
        "n_organisations": float(share.df + 1),
        "df": float(share.df),
        "period": voices.about["period"],
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

    In percentage points, the largest first. A theme that fewer than ten voices of a group name, or
    fewer than ten do not, is left out: the difference would tell about them.
    """
    members = {role: _members(voices, role) for role in ROLES}
    if any(rows is None for rows in members.values()):
        return Absent((voices.table,))
    kept = {}
    for theme in voices.themes:
        named = voices.of(theme)
        sizes = [count for rows in members.values() for count in _both(named[rows])]
        if min(sizes) >= FEWEST_VOICES:
            kept[theme] = _difference(voices, named, members)
    if not kept:
        return Absent((voices.table,))
    p_values = np.array([_p_value(found) for found in kept.values()])
    level = multiplicity.interval_level(p_values)
    rows = []
    for (theme, found), p_value in zip(kept.items(), multiplicity.adjusted(p_values), strict=True):
        low, high = found.interval(level)
        sides = tuple(str(part_of(theme, cell=EVERYBODY.within(role=role))) for role in ROLES)
        rows.append(
            {
                **voices.about,
                "term": theme,
                "estimate": 100 * found.estimate,
                "ci_low": 100 * low,
                "ci_high": 100 * high,
                "p_value": p_value,
                "behind": behind("difference", EVERYBODY, sides=sides),
            }
        )
    rows.sort(key=lambda row: -row["estimate"])
    return estimates(rows, tables=(voices.table,), method=_DIFFERENCE, unit="percentage_points")


def _both(named: np.ndarray) -> tuple[float, float]:
    return float(named.sum()), float(len(named) - named.sum())


def _difference(voices: Voices, named: np.ndarray, members: dict[str, np.ndarray]) -> Ratio:
    columns = [part for role in ROLES for part in (named * members[role], members[role])]
    totals = np.zeros((int(voices.organisation.max()) + 1, 4))
    np.add.at(totals, voices.organisation, np.column_stack(columns).astype(float))

    def difference(total: np.ndarray) -> np.ndarray:
        return np.array([total[2] / total[3] - total[0] / total[1]])

    return clusters.of_totals(difference, totals)[0]


def _p_value(found: Ratio) -> float:
    if found.se == 0:
        return 0.0 if found.estimate else 1.0
    return float(2 * stats.t.sf(abs(found.estimate) / found.se, found.df))


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
            cell = EVERYBODY.within(branch=branch)
            rows.append(
                {
                    "group": theme,
                    "period": voices.about["period"],
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
        "behind": behind("model fit", EVERYBODY),
    }
    return estimates([row], tables=(voices.table,), method=_BRANCHES, unit="percent")
