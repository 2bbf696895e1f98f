"""Do interventions answer what people need? Needs told in sessions beside themes on offer.

Both are distributions over the same themes: of everything that voices say they need to stay, and of
all interventions. A gap is the share of a theme among needs less its share on offer. Needs come in
organisations, which are drawn or linearised as clusters; interventions are a sample of what a next
search would find.

The dissimilarity index (Duncan & Duncan 1955, Am. Sociol. Rev. 20) is half the sum of absolute
gaps: which part of the offer would have to answer another need. Chance alone makes it larger than
zero, also where the offer fits (Carrington & Troske 1997, J. Bus. Econ. Stat. 15). So it is
compared with what chance makes of a true index between zero and more, along the pattern of the gaps
seen, and the values that fit what was seen make up its interval: test inversion with simulated
draws (Carpenter 1999, Appl. Stat. 48; Davison & Hinkley 1997, section 5.5). A middling index that
is spread over many small gaps comes out a few percent of itself too low: these drown in chance.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy import optimize, stats

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods import clusters, inventory, multiplicity, resampling
from analysis.methods.behind import behind
from analysis.methods.cells import Cell
from analysis.methods.results import PAIR, Absent, Estimates, estimates
from analysis.methods.themes import EVERYBODY, Voices, interval_of
from analysis.sources.vocabulary import BUILDING_BLOCKS, THEMES

LEVEL = 0.95
#: Sizes of the true index that are tried.
_SIZES = np.linspace(0.0, 1.0, 201)
#: A share with fewer statements than this has no interval that means anything.
FEWEST = 10

SHARE_METHOD = Text(
    nl="aandeel van elk thema: van alles wat mensen in luistersessies nodig zeggen te hebben "
    "(eerste codeur), en van alle interventies; 95%-intervallen, met organisaties als clusters en "
    "volgens Wilson",
    en="share of each theme: of everything that people in listening sessions say they need (first "
    "coder), and of all interventions; 95% intervals, with organisations as clusters and of Wilson",
)
GAP_METHOD = Text(
    nl="aandeel van een thema onder behoeften min dat onder interventies; interval uit die van "
    "beide aandelen (Newcombe), met organisaties als clusters; intervallen houden rekening met "
    "het aantal thema's (Benjamini-Yekutieli)",
    en="share of a theme among needs less that among interventions; interval from those of both "
    "shares (Newcombe), with organisations as clusters; intervals take into account the number of "
    "themes (Benjamini-Yekutieli)",
)
SET_METHOD = Text(
    nl="aandeel van een vooraf gekozen groep thema's onder behoeften min dat onder interventies; "
    "95%-interval uit die van beide aandelen (Newcombe), met organisaties als clusters",
    en="share of a set of themes chosen beforehand among needs less that among interventions; 95% "
    "interval from those of both shares (Newcombe), with organisations as clusters",
)
INDEX_METHOD = Text(
    nl="dissimilariteitsindex: deel van het aanbod dat op een andere behoefte antwoord zou moeten "
    "geven, gecorrigeerd voor wat toeval eraan toevoegt; interval door testinversie met simulatie, "
    "met organisaties als clusters",
    en="dissimilarity index: part of the offer that would have to answer another need, corrected "
    "for what chance adds; interval by test inversion with simulation, with organisations as "
    "clusters",
)


@dataclass(frozen=True)
class Themes:
    """Needs and offer by theme.

    Attributes
    ----------
    names
        The themes.
    told
        Shape (organisations, themes): how many voices say they need a theme.
    offered
        Shape (themes,): number of interventions that answer it.
    voices
        Number of people in the sessions, whether or not they name a need.
    year
        Of the sessions.
    tables
        Behind both.
    """

    names: tuple[str, ...]
    told: np.ndarray
    offered: np.ndarray
    voices: int
    year: int
    tables: tuple[str, ...]

    @property
    def needed(self) -> np.ndarray:
        """Share of each theme among needs."""
        return self.told.sum(axis=0) / self.told.sum()

    @property
    def supplied(self) -> np.ndarray:
        """Share of each theme among interventions."""
        return self.offered / self.offered.sum()

    def members(self, themes: Iterable[str]) -> np.ndarray:
        """Return which themes belong to a set."""
        return np.isin(self.names, list(themes))


def by_theme(
    voices: Voices | Absent,
    interventions: DataTable,
    *,
    measure: str = "need",
    distinct: bool = False,
) -> Themes | Absent:
    """Count needs and offer by theme.

    Parameters
    ----------
    measure
        Which statements of voices count; ``mentioned`` takes all.
    distinct
        Whether repeated interventions count once.

    Returns
    -------
    Themes or Absent
        Absent with too few organisations, or without needs or interventions.
    """
    if isinstance(voices, Absent):
        return Absent(tuple(sorted({*voices.tables, interventions.name})))
    tables = (voices.table, interventions.name)
    offer = inventory.listed(interventions, distinct=distinct)
    if offer is None or measure not in voices.marks:
        return Absent(tables)
    told = np.zeros((len(voices.organisations), len(THEMES)))
    for at, theme in enumerate(THEMES):
        if theme in voices.themes:
            np.add.at(told[:, at], voices.organisation, voices.of(theme, measure))
    offered = offer["theme"].value_counts().reindex(list(THEMES), fill_value=0)
    if len(told) < resampling.FEWEST_CLUSTERS or not told.sum() or not offered.sum():
        return Absent(tables)
    return Themes(
        tuple(THEMES),
        told,
        offered.to_numpy(dtype=float),
        len(voices.people),
        voices.year,
        tables,
    )


def shares(found: Themes | Absent) -> Estimates | Absent:
    """Return the shares of each theme, as ``theme.need`` and ``theme.supply``, in percent.

    The theme that is needed most beyond what is offered comes first.
    """
    if isinstance(found, Absent):
        return found
    rows, beside = [], beside_a_small_one(found)
    for at in np.argsort(found.supplied - found.needed, kind="stable"):
        theme = found.names[at]
        need, supply = _need(found, [at], LEVEL), _supply(found, [at], LEVEL)
        for name, (share, low, high) in (("need", need), ("supply", supply)):
            if name == "need" and beside[at]:
                continue
            rows.append(
                {
                    "term": f"{theme}{PAIR}{name}",
                    "estimate": 100 * share,
                    "ci_low": 100 * low,
                    "ci_high": 100 * high,
                    **_about(found),
                    "n": found.told.sum(),
                    "behind": behind(
                        "share",
                        _statements(),
                        _statements().within(theme=theme),
                        numerator=float(found.told[:, at].sum()),
                        part_organisations=float((found.told[:, at] > 0).sum()),
                    )
                    if name == "need"
                    # What is public itself: the interventions of the inventory.
                    else behind("model fit", _statements()),
                }
            )
    return estimates(rows, tables=found.tables, method=SHARE_METHOD, unit="percent")


def beside_a_small_one(found: Themes) -> np.ndarray:
    """Return which themes would tell how few voices need another theme of their building block.

    The needs of a whole building block are shown beside the agendas of organisations. Less those
    of its other themes, they are what is left of themes that fewer than ``FEWEST`` voices need.
    Where so few are left in all, the smallest other theme of the block is not shown by itself.
    """
    counts, tells = found.told.sum(axis=0), np.zeros(len(found.names), dtype=bool)
    for themes in BUILDING_BLOCKS.values():
        own = found.members(themes)
        small = own & (counts < FEWEST)
        large = np.flatnonzero(own & (counts >= FEWEST))
        if 0 < counts[small].sum() < FEWEST and len(large):
            tells[large[np.argmin(counts[large])]] = True
    return tells


def gaps(found: Themes | Absent) -> Estimates | Absent:
    """Return the gap of each theme in percentage points, the largest shortage first.

    Themes that fewer than ``FEWEST`` voices need are left out, whatever is on offer: a count that
    small has no interval that means anything. So is one that would tell such a count; see
    ``beside_a_small_one``.
    """
    if isinstance(found, Absent):
        return found
    enough = (found.told.sum(axis=0) >= FEWEST) & ~beside_a_small_one(found)
    places = [int(at) for at in np.flatnonzero(enough)]
    if not places:
        return Absent(found.tables)
    p_values = np.array([_p_value(found, [at]) for at in places])
    level = multiplicity.interval_level(p_values)
    corrected = multiplicity.adjusted(p_values)
    rows = [
        _gap_row(found, found.names[at], [at], level, float(p_value))
        for at, p_value in zip(places, corrected, strict=True)
    ]
    rows.sort(key=lambda row: -row["estimate"])
    return estimates(rows, tables=found.tables, method=GAP_METHOD, unit="percentage_points")


def of_set(found: Themes | Absent, themes: Iterable[str], *, term: str) -> Estimates | Absent:
    """Return the gap of a set of themes that was chosen before the data, in percentage points."""
    if isinstance(found, Absent):
        return found
    places = list(np.flatnonzero(found.members(themes)))
    row = _gap_row(found, term, places, LEVEL, _p_value(found, places))
    return estimates([row], tables=found.tables, method=SET_METHOD, unit="percentage_points")


def _gap_row(found: Themes, term: str, places: list[int], level: float, p_value: float) -> dict:
    gap, low, high = _gap(found, places, level)
    sides = tuple(str(_statements().within(theme=found.names[at])) for at in places)
    return {
        "term": term,
        "estimate": 100 * gap,
        "ci_low": 100 * low,
        "ci_high": 100 * high,
        "p_value": p_value,
        **_about(found),
        "behind": behind("difference", EVERYBODY, sides=sides if len(places) == 1 else ()),
    }


def _gap(found: Themes, places: list[int], level: float) -> tuple[float, float, float]:
    """Return a gap with its interval, from those of both shares (Newcombe 1998, method 10)."""
    need, low, high = _need(found, places, level)
    supply, below, above = _supply(found, places, level)
    gap = need - supply
    reach_low, reach_high = (
        np.hypot(need - low, above - supply),
        np.hypot(high - need, supply - below),
    )
    return gap, gap - reach_low, gap + reach_high


def _need(found: Themes, places: list[int], level: float) -> tuple[float, float, float]:
    part, whole = found.told[:, places].sum(axis=1), found.told.sum(axis=1)
    share = clusters.ratio(part, whole, np.arange(len(part)))
    return share.estimate, *interval_of(share, level)


def _supply(found: Themes, places: list[int], level: float) -> tuple[float, float, float]:
    count, total = int(found.offered[places].sum()), int(found.offered.sum())
    interval = stats.binomtest(count, total).proportion_ci(level, method="wilson")
    return count / total, float(interval.low), float(interval.high)


def _p_value(found: Themes, places: list[int]) -> float:
    """Return one less the level at which the interval of a gap just touches zero."""

    def nearest(level: float) -> float:
        gap, low, high = _gap(found, places, level)
        return low if gap > 0 else -high

    if nearest(1e-6) <= 0:
        return 1.0
    most = 1 - 1e-9
    return 1e-9 if nearest(most) > 0 else 1 - float(optimize.brentq(nearest, 1e-6, most))


def mismatch(
    found: Themes | Absent, *, seed: int, draws: int = 2000, term: str = "mismatch"
) -> Estimates | Absent:
    """Return the dissimilarity of needs and offer, in percent, corrected for chance.

    Terms: the index (``term``); ``seen``, without the correction and without an interval; and
    ``by_chance``, what chance alone would make of an offer that fits.
    """
    if isinstance(found, Absent):
        return found
    gap = found.needed - found.supplied
    seen = float(np.abs(gap).sum() / 2)
    noise = _noise(found, draws, np.random.default_rng(seed))
    # Gaps as seen, with an index of one: of which kind they are, not how large.
    pattern = gap / seen if seen else gap
    drawn = np.array([np.abs(size * pattern + noise).sum(axis=1) / 2 for size in _SIZES])
    estimate, low, high = _inverted(seen, drawn)
    by_chance = float(drawn[0].mean())
    about = {**_about(found), "behind": behind("model fit", EVERYBODY)}
    p_value = (1 + (drawn[0] >= seen).sum()) / (1 + draws)
    rows = [
        {"term": term, "estimate": 100 * estimate, "ci_low": 100 * low, "ci_high": 100 * high,
         "p_value": float(p_value), **about},
        {"term": "seen", "estimate": 100 * seen, "half_step": 0.0, **about},
        {"term": "by_chance", "estimate": 100 * by_chance, "half_step": 0.0, **about},
    ]  # fmt: skip
    return estimates(rows, tables=found.tables, method=INDEX_METHOD, unit="percent")


def _noise(found: Themes, draws: int, random: np.random.Generator) -> np.ndarray:
    """Draw what chance adds to the gaps, shape (draws, themes)."""
    organisations = len(found.told)
    times = random.multinomial(
        organisations, np.full(organisations, 1 / organisations), size=draws
    ).astype(float)
    needs = times @ found.told
    needs = needs / needs.sum(axis=1, keepdims=True) - found.needed
    # The draws of G organisations vary as if there were one fewer.
    needs *= np.sqrt(organisations / (organisations - 1))
    total = int(found.offered.sum())
    return needs - (random.multinomial(total, found.supplied, size=draws) / total - found.supplied)


def _inverted(seen: float, drawn: np.ndarray) -> tuple[float, float, float]:
    """Return the sizes of the true index whose draws fit the one seen, in the unit of the index.

    Parameters
    ----------
    drawn
        Shape (sizes, draws): the index that is seen when the true one has each of ``_SIZES``.
    """
    tail = (1 - LEVEL) / 2
    below, above = np.quantile(drawn, [1 - tail, tail], axis=1)
    estimate, low, high = (
        float(np.interp(seen, np.maximum.accumulate(one), _SIZES))
        for one in (drawn.mean(axis=1), below, above)
    )
    return estimate, low, high


def _statements() -> Cell:
    return Cell.of("statements", session_kind="listening", meaning="need")


def _about(found: Themes) -> dict:
    return {
        "n": found.voices,
        "n_organisations": len(found.told),
        "df": len(found.told) - 1,
        "period": f"{found.year}JJ00",
    }
