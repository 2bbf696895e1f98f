"""Whether an organisation's size lets its data be shared without pointing at people.

An organisation passes when each of its cells of age band by sex has at least as many employees as
the disclosure rules ask (k-anonymity on two attributes; Sweeney 2002). Real rules look at more
attributes, so passing here is a lower bar.
"""

import numpy as np
import pandas as pd
from scipy import stats

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods.behind import behind
from analysis.methods.cells import YES, Cell
from analysis.methods.results import Absent, Estimates, estimates
from analysis.sources.vocabulary import AGE_BANDS, SEXES

#: Age bands by sex.
CELLS = len(AGE_BANDS) * len(SEXES)

METHOD = Text(
    nl="aandeel organisaties waarvan elke combinatie van leeftijdsgroep en geslacht ten minste het "
    "minimum aan werknemers heeft; verschil van aandelen met 95%-interval, ook binnen klassen van "
    "gelijke grootte (Mantel-Haenszel), alsof de organisaties een trekking zijn",
    en="share of organisations in which each combination of age band and sex has at least the "
    "minimum number of employees; difference of shares with 95% interval, also within bands of "
    "equal size (Mantel-Haenszel), as if the organisations were a draw",
)
EXPECTED_METHOD = Text(
    nl="aantal deelnemers maal het aandeel van de branche onder organisaties die de eis halen, in "
    "de regio's van de deelnemers",
    en="number of participants times the share of the branch among organisations that pass, in "
    "the regions of the participants",
)
#: Bands of size within which organisations count as equally large; one more for all above.
SIZE_EDGES = (0, 100, 200, 350, 500, 700, 1000, 1500, 2500)


def passing(ages: DataTable, *, minimum: int, year: int | None) -> pd.DataFrame | None:
    """Return for each organisation its branch, size and whether it passes."""
    if ages.frame is None or year is None:
        return None
    rows = ages.frame[ages.frame["year"] == year]
    cells = rows.groupby("organisation").agg(
        branch=("branch", "first"),
        region=("region", "first"),
        participant=("participant", "first"),
        employees=("employees", "sum"),
        smallest=("employees", "min"),
        filled=("employees", "size"),
    )
    # A cell without employees may be left out of the delivery; it is empty all the same.
    cells["smallest"] = cells["smallest"].where(cells["filled"] == CELLS, 0)
    return cells.assign(passes=cells["smallest"] >= minimum).reset_index()


def compare_branch(
    ages: DataTable, branch: str, *, minimum: int, year: int | None
) -> Estimates | Absent:
    """Compare one branch with all others.

    Returns
    -------
    Estimates or Absent
        In percent ``branch`` and ``others`` (shares that pass); in percentage points
        ``difference`` and ``difference_same_size``, the latter over the sizes that both have.
    """
    found = passing(ages, minimum=minimum, year=year)
    if found is None or not (0 < (found["branch"] == branch).sum() < len(found)):
        return Absent((ages.name,))
    mine = found[found["branch"] == branch]
    others = found[found["branch"] != branch]
    rows = [
        _share("branch", mine, year),
        _share("others", others, year),
        _difference(mine, others, year),
        _same_size(mine, others, year),
    ]
    return estimates([row for row in rows if row], tables=(ages.name,), method=METHOD)


def expected_participants(
    ages: DataTable, branch: str, *, minimum: int, year: int | None
) -> Estimates | Absent:
    """Return how many participants of a branch an even draw would give, as term ``expected``.

    The draw is among the organisations that pass, in the regions where participants are.
    """
    found = passing(ages, minimum=minimum, year=year)
    if found is None or not found["participant"].eq(1).any():
        return Absent((ages.name,))
    joined = found[found["participant"] == 1]
    able = found[found["passes"] & found["region"].isin(joined["region"])]
    levels = {"year": year, "region": sorted(set(able["region"])), "eligible": YES}
    row = {
        "term": "expected",
        "estimate": len(joined) * (able["branch"] == branch).mean(),
        "n": float(able["employees"].sum()),
        "n_organisations": len(able),
        "unit": "organisations",
        "period": f"{year}JJ00",
        "half_step": 0.0,
        "behind": behind("derived", Cell.of("employees", **levels)),
    }
    return estimates([row], tables=(ages.name,), method=EXPECTED_METHOD)


def _share(term: str, group: pd.DataFrame, year: int) -> dict:
    count, passed = len(group), int(group["passes"].sum())
    low, high = stats.binomtest(passed, count).proportion_ci(method="wilson")
    return _row(term, passed / count, low, high, group, year, "percent")


def _difference(mine: pd.DataFrame, others: pd.DataFrame, year: int) -> dict:
    """Difference of two independent shares (Newcombe 1998, method 10: from Wilson's limits)."""
    first, second = _share("", mine, year), _share("", others, year)
    gap = first["estimate"] - second["estimate"]
    low = gap - np.hypot(
        first["estimate"] - first["ci_low"], second["ci_high"] - second["estimate"]
    )
    high = gap + np.hypot(
        first["ci_high"] - first["estimate"], second["estimate"] - second["ci_low"]
    )
    both = pd.concat([mine, others])
    about = (both, year, "percentage_points", _sides(mine, others, year))
    return _row("difference", gap / 100, low / 100, high / 100, *about)


def _same_size(mine: pd.DataFrame, others: pd.DataFrame, year: int) -> dict:
    """Difference of the shares within bands of size (Mantel-Haenszel; Greenland & Robins 1985)."""
    edges = [*SIZE_EDGES, np.inf]
    mine = mine.assign(band=pd.cut(mine["employees"], edges, right=False))
    others = others.assign(band=pd.cut(others["employees"], edges, right=False))
    gap = variance = total = 0.0
    for band, group in mine.groupby("band", observed=True):
        peers = others[others["band"] == band]
        if peers.empty:
            continue
        weight = len(group) * len(peers) / (len(group) + len(peers))
        gap += weight * (group["passes"].mean() - peers["passes"].mean())
        # Half a success and half a failure more keep the variance above zero in small bands.
        smooth = [(x["passes"].sum() + 0.5) / (len(x) + 1) for x in (group, peers)]
        variance += weight**2 * sum(
            share * (1 - share) / len(x) for share, x in zip(smooth, (group, peers), strict=True)
        )
        total += weight
    if not total:
        return {}
    gap /= total
    reach = stats.norm.ppf(0.975) * np.sqrt(variance) / total
    both = pd.concat([mine, others])
    about = (both, year, "percentage_points", _sides(mine, others, year))
    return _row("difference_same_size", gap, gap - reach, gap + reach, *about)


def _sides(mine: pd.DataFrame, others: pd.DataFrame, year: int) -> tuple[str, ...]:
    """Return the addresses of both shares that a difference compares."""
    return tuple(
        str(Cell.of("organisations", year=year, branch=sorted(set(one["branch"])), eligible=YES))
        for one in (mine, others)
    )


def _row(
    term: str,
    share: float,
    low: float,
    high: float,
    group: pd.DataFrame,
    year: int,
    unit: str,
    sides: tuple[str, ...] = (),
) -> dict:
    levels = {"year": year, "branch": sorted(set(group["branch"]))}
    return {
        "term": term,
        "estimate": 100 * share,
        "ci_low": 100 * low,
        "ci_high": 100 * high,
        "n": float(group["employees"].sum()),
        "n_organisations": len(group),
        "unit": unit,
        "df": np.nan if unit == "percent" else len(group) - 2,
        "period": f"{year}JJ00",
        "behind": behind(
            "share" if unit == "percent" else "difference",
            Cell.of("employees", **levels),
            Cell.of("organisations", **levels, eligible=YES),
            numerator=float(group["passes"].sum()),
            sides=sides,
        ),
    }
