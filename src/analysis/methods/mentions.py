"""What voices in listening sessions value, and whether groups among them mention other themes.

People of one organisation talk about the same things, so that organisations are the clusters of all
intervals. Somebody who does not mention a theme in an open conversation may know it all the same:
a share is one of mentions, not of use.
"""

import numpy as np
import pandas as pd
from scipy import stats

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods import clusters, multiplicity, resampling
from analysis.methods.behind import behind
from analysis.methods.results import (
    PAIR,
    Absent,
    Estimates,
    absent_passes_through,
    estimates,
)
from analysis.methods.themes import EVERYBODY, Voices

#: A group with fewer mentions of a theme, or fewer people without one, is not compared.
FEWEST = 10

CONTRAST_METHOD = Text(
    nl="per stem: wil houden min kan stoppen, het ene thema min het andere; gemiddelde over alle "
    "stemmen, in procentpunten; 95%-interval met organisaties als clusters",
    en="per voice: should be kept less can be stopped, one theme less the other; mean over all "
    "voices, in percentage points; 95% interval with organisations as clusters",
)
GROUP_METHOD = Text(
    nl="aandeel van een groep dat een thema noemt min dat van de andere mensen; linearisatie met "
    "organisaties als clusters; intervallen houden rekening met alle vergelijkingen samen "
    "(Benjamini-Yekutieli)",
    en="share of a group that mentions a theme less that of the other people; linearisation with "
    "organisations as clusters; intervals take into account all comparisons together "
    "(Benjamini-Yekutieli)",
)


@absent_passes_through
def contrast(voices: Voices, first: str, second: str, *, term: str) -> Estimates | Absent:
    """Compare how much voices value two themes, in percentage points of all voices.

    A voice scores 1 for a theme that should be kept and -1 for one that can be stopped. The scores
    of both themes are of the same voices, so that their difference is taken within each voice.
    Only the difference is returned: next to the published shares, the score of one theme would
    tell how few want to keep or stop it.
    """
    if not {first, second} <= set(voices.themes) or not {"keep", "stop"} <= set(voices.marks):
        return Absent((voices.table,))
    one, other = (voices.of(theme, "keep") - voices.of(theme, "stop") for theme in (first, second))
    per_voice = one - other
    if len(voices.organisations) < resampling.FEWEST_CLUSTERS or not np.ptp(per_voice):
        return Absent((voices.table,))
    found = clusters.mean(per_voice, voices.organisation)
    low, high = found.interval()
    row = {
        "term": term,
        "estimate": 100 * found.estimate,
        "ci_low": 100 * low,
        "ci_high": 100 * high,
        "p_value": _p_value(found),
        **voices.about,
        "behind": behind("difference", EVERYBODY),
    }
    return estimates(
        [row], tables=(voices.table,), method=CONTRAST_METHOD, unit="percentage_points"
    )


def by_group(
    codings: DataTable,
    groups: dict[str, tuple[str, tuple[str, ...]]],
    themes: list[str],
    *,
    year: int,
) -> Estimates | Absent:
    """Compare what groups mention with what the other people in the sessions mention.

    A theme that fewer than ``FEWEST`` people of a side mention, or all but so few, is left out.

    Parameters
    ----------
    groups
        Name → column of ``codings`` and its levels that make up the group; those of whom it is not
        known are left out.

    Returns
    -------
    Estimates or Absent
        Terms ``theme.group``, in percentage points; the themes that most people mention first.
    """
    frame = codings.frame
    if frame is None:
        return Absent((codings.name,))
    rows = frame[(frame["kind"] == "listening") & (frame["coder"] == "a")]
    rows = rows.dropna(subset=["mentioned", "organisation"])
    # Who came to several sessions is one voice, and named what was named in any of them.
    rows = rows.sort_values("mentioned").drop_duplicates(["attendee", "theme"], keep="last")
    if rows["organisation"].nunique() < resampling.FEWEST_CLUSTERS:
        return Absent((codings.name,))
    order = rows.groupby("theme")["mentioned"].mean().reindex(themes).sort_values(ascending=False)
    found = []
    for theme in order.index:
        own = rows[rows["theme"] == theme]
        for name, (column, levels) in groups.items():
            known = own[own[column].notna()]
            inside = known[column].isin(levels).to_numpy()
            row = _group_row(known, inside)
            if row is not None:
                side = EVERYBODY.within(**{column: levels})
                found.append(
                    {
                        "term": f"{theme}{PAIR}{name}",
                        **row,
                        **_about(known, year),
                        "behind": behind(
                            "difference",
                            EVERYBODY,
                            sides=(
                                str(side.within(theme=theme)),
                                str(EVERYBODY.within(theme=theme)),
                            ),
                        ),
                    }
                )
    if not found:
        return Absent((codings.name,))
    p_values = np.array([row["p_value"] for row in found])
    level = multiplicity.interval_level(p_values)
    for row, corrected in zip(found, multiplicity.adjusted(p_values), strict=True):
        ratio = row.pop("ratio")
        low, high = ratio.interval(level)
        row |= {"ci_low": 100 * low, "ci_high": 100 * high, "p_value": float(corrected)}
    return estimates(found, tables=(codings.name,), method=GROUP_METHOD, unit="percentage_points")


def _group_row(known: pd.DataFrame, inside: np.ndarray) -> dict | None:
    """Return the difference of a theme between a group and the others; None with too few."""
    said = known["mentioned"].to_numpy(dtype=float)
    counts = [said[side].sum() for side in (inside, ~inside)]
    rest = [(1 - said[side]).sum() for side in (inside, ~inside)]
    place, organisations = resampling.codes(known["organisation"].to_numpy())
    if min(*counts, *rest) < FEWEST or organisations < resampling.FEWEST_CLUSTERS:
        return None
    columns = np.column_stack([said * inside, inside, said * ~inside, ~inside]).astype(float)
    totals = np.column_stack([np.bincount(place, one, organisations) for one in columns.T])
    (ratio,) = clusters.of_totals(
        lambda sums: np.array([sums[0] / sums[1] - sums[2] / sums[3]]), totals
    )
    return {"estimate": 100 * ratio.estimate, "p_value": _p_value(ratio), "ratio": ratio}


def _p_value(found: clusters.Ratio) -> float:
    if found.se == 0:
        return float(found.estimate == 0)
    return float(2 * stats.t.sf(abs(found.estimate) / found.se, found.df))


def _about(rows: pd.DataFrame, year: int) -> dict:
    organisations = rows["organisation"].nunique()
    return {
        "n": rows["attendee"].nunique(),
        "n_organisations": organisations,
        "df": organisations - 1,
        "period": f"{year}JJ00",
    }
