"""Small units without any turnover: how many there are, and how many chance alone gives.

A unit is a function within an organisation, with 10 to 30 people at the start of the year. Among
many small units some have no leaver in a year, whatever the unit is like. How many of them chance
gives follows from the organisation's own leavers: these are spread over its people at random, with
the odds of each function as in the whole sector (Wallenius' noncentral hypergeometric
distribution; Fog 2008, Communications in Statistics 37, 258-273). Singling out such a unit
afterwards says little about it; many more of them than chance gives would say that units differ.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods import clusters, exact_binomial
from analysis.methods.behind import behind
from analysis.methods.cells import Cell
from analysis.methods.distribution import aggregate
from analysis.methods.results import Absent, Aggregate, Estimates, absent_passes_through, estimates
from analysis.methods.years import covering

#: Fewest and most people of a small unit, and the classes of the table.
SMALLEST, LARGEST = 10, 30
SIZES: Mapping[str, tuple[int, int]] = {
    "units_10_to_14": (10, 14), "units_15_to_19": (15, 19), "units_20_to_30": (20, 30),
}  # fmt: skip
ALL = "units_10_to_30"
#: Absence that is called near nothing, in percent: what the report names.
NEAR_NOTHING = 0.5
FEWEST_UNITS, FEWEST_ORGANISATIONS = 10, 12

RATIO_METHOD = Text(
    nl="aantal eenheden zonder vertrek (een functie binnen een organisatie, 10 tot en met 30 "
    "mensen aan het begin van het jaar), gedeeld door het aantal dat toeval geeft als de "
    "vertrekkers van de organisatie willekeurig over haar mensen verdeeld zijn (niet-centrale "
    "hypergeometrische verdeling, met de kansverhouding van elke functie in de sector); "
    "95%-interval op de logschaal, met organisaties als clusters",
    en="number of units without leavers (a function within an organisation, 10 to 30 people at the "
    "start of the year) divided by the number that chance gives where the organisation's leavers "
    "are spread over its people at random (noncentral hypergeometric distribution, with the odds "
    "of each function in the sector); 95% interval on the log scale, with organisations as "
    "clusters",
)
SHARE_METHOD = Text(
    nl="aandeel van de eenheden zonder vertrek in een jaar, wat toeval daarvan geeft, en de exacte "
    "bovengrens van het verloop van één zo'n eenheid van gemiddelde omvang",
    en="share of units without leavers in a year, what chance gives of it, and the exact upper "
    "limit of the turnover of one such unit of mean size",
)
ABSENCE_METHOD = Text(
    nl="aandeel van kleine eenheden (functiegroep en leeftijdsgroep binnen een organisatie, minder "
    "dan 30 persoonsjaren) met een verzuim tot en met een half procent; 95%-interval op de "
    "logit-schaal, met organisaties als clusters",
    en="share of small units (function group and age band within an organisation, fewer than 30 "
    "person-years) with an absence up to half a percent; 95% interval on the logit scale, with "
    "organisations as clusters",
)


@dataclass(frozen=True)
class Units:
    """Small units and what chance gives.

    Attributes
    ----------
    frame
        Columns ``organisation``, ``year``, ``at_risk``, ``none`` (whether nobody left) and
        ``chance`` (that nobody left).
    table
        Name of the dataset's table.
    """

    frame: pd.DataFrame
    table: str

    def of_size(self, smallest: int, largest: int) -> "Units":
        """Return the units of some sizes."""
        return Units(self.frame[self.frame["at_risk"].between(smallest, largest)], self.table)

    def cell(self, size: str) -> Cell:
        """Return the address of the people in these units; one counts in each of its years."""
        years = sorted({str(year) for year in self.frame["year"]})
        return Cell.of("employees at the start", unit_year=years, unit_size=size)

    @property
    def about(self) -> dict:
        """Numbers of persons and organisations behind the units, as an ``Aggregate`` has them."""
        return {
            "n_persons": float(self.frame["at_risk"].sum()),
            "n_organisations": float(self.frame["organisation"].nunique()),
            "period": f"{self.frame['year'].max()}JJ00",
        }


def units(functions: DataTable, *, first: int, last: int) -> Units | Absent:
    """Take the small units of some years, with the chance that nobody of them left.

    Parameters
    ----------
    functions
        A row per organisation, year and function, with ``at_risk`` and ``leavers``.
    """
    if functions.frame is None:
        return Absent((functions.name,))
    rows = functions.frame[functions.frame["year"].between(first, last)]
    rows = rows.dropna(subset=["at_risk", "leavers"])
    rows = rows[rows["at_risk"] > 0]
    if rows.empty or not rows["leavers"].sum() > 0:
        return Absent((functions.name,))
    whole = rows.groupby(["organisation", "year"])[["at_risk", "leavers"]].transform("sum")
    usual = rows["at_risk"] * whole["leavers"] / whole["at_risk"]
    # How often a function leaves, beside the others of the same organisations and years.
    of_function = rows["leavers"].groupby(rows["function"]).sum()
    weight = rows["function"].map(of_function / usual.groupby(rows["function"]).sum())
    mass = rows["at_risk"] * weight
    rest_mass = mass.groupby([rows["organisation"], rows["year"]]).transform("sum") - mass
    rest = whole["at_risk"] - rows["at_risk"]
    small = rows["at_risk"].between(SMALLEST, LARGEST) & (rest > 0) & (rest_mass > 0) & (weight > 0)
    rows = rows[small]
    if rows["organisation"].nunique() < FEWEST_ORGANISATIONS:
        return Absent((functions.name,))
    odds = (weight[small] * rest[small] / rest_mass[small]).to_numpy(float)
    chance = chance_of_none(
        rows["at_risk"].to_numpy(), whole.loc[small, "at_risk"].to_numpy(),
        whole.loc[small, "leavers"].to_numpy(), odds,
    )  # fmt: skip
    # The odds are estimated themselves, from as many leavers as a function has. The chance of none
    # is convex in them, and so comes out too high: by the second term of its series.
    expected = usual[small] * weight[small]
    chance *= 1 - (expected**2 / (2 * rows["function"].map(of_function))).to_numpy(float)
    frame = rows[["organisation", "year", "at_risk"]].assign(
        none=(rows["leavers"] == 0).astype(float), chance=chance
    )
    return Units(frame.reset_index(drop=True), functions.name)


def chance_of_none(
    size: np.ndarray, people: np.ndarray, leavers: np.ndarray, odds: np.ndarray
) -> np.ndarray:
    """Return the probability that none of an organisation's leavers is of a unit.

    Parameters
    ----------
    size, people, leavers
        People of the unit, and people and leavers of the whole organisation.
    odds
        Of leaving in the unit, beside the rest of the organisation; 1 gives the hypergeometric
        distribution.
    """
    whole = [np.asarray(one).astype(int) for one in (people, size, leavers)]
    return stats.nchypergeom_wallenius.pmf(0, *whole, np.asarray(odds, dtype=float))


@absent_passes_through
def ratio(found: Units) -> Estimates | Absent:
    """Compare the units without leavers with what chance gives, as term ``more_than_chance``.

    Absent where hardly any unit, or hardly any by chance, has no leavers.
    """
    frame = found.frame
    if frame["none"].sum() < FEWEST_UNITS or frame["chance"].sum() < FEWEST_UNITS:
        return Absent((found.table,))
    part = clusters.ratio(frame["none"], frame["chance"], frame["organisation"])
    low, high = part.log_interval()
    z = np.log(part.estimate) / (part.se / part.estimate)
    about = found.about
    row = {
        "term": "more_than_chance",
        "estimate": part.estimate,
        "ci_low": low,
        "ci_high": high,
        "p_value": float(2 * stats.t.sf(abs(z), part.df)),
        "n": about["n_persons"],
        "n_organisations": about["n_organisations"],
        "df": float(part.df),
        "period": about["period"],
        "behind": behind("model fit", found.cell(ALL)),
    }
    method = covering(RATIO_METHOD, set(frame["year"]))
    return estimates([row], tables=(found.table,), method=method, unit="ratio")


@absent_passes_through
def by_size(found: Units) -> Aggregate | Absent:
    """Return, by size of a unit, how many have no leavers and what that says of one of them.

    Groups are classes of sizes; measures ``none``, ``by_chance`` and ``upper_limit``, in percent.
    Classes in which fewer than ten units have no leavers, or have some, are left out.
    """
    rows = []
    for size, ends in {**SIZES, ALL: (SMALLEST, LARGEST)}.items():
        part = found.of_size(*ends)
        frame = part.frame
        without = frame["none"].sum()
        organisations = frame["organisation"].nunique()
        if min(without, len(frame) - without) < FEWEST_UNITS:
            continue
        values = {
            "none": frame["none"].mean(),
            "by_chance": frame["chance"].mean(),
            "upper_limit": exact_binomial.upper_without_events(round(frame["at_risk"].mean())),
        }
        rows += [
            {
                "group": size,
                "measure": measure,
                "kind": "model fit",
                "value": 100 * float(value),
                "unit": "percent",
                "status": "not stated",
                **part.about,
                "behind": behind("model fit", part.cell(size), df=float(organisations - 1)),
            }
            for measure, value in values.items()
        ]
    if not rows:
        return Absent((found.table,))
    return aggregate(rows, (found.table,), covering(SHARE_METHOD, set(found.frame["year"])))


def near_no_absence(parts: DataTable, *, last: int) -> Estimates | Absent:
    """Return how many small units had next to no absence in the newest year, in percent.

    Term ``near_nothing``. Absence is not known by function; these units are other ones than those
    of turnover.
    """
    if parts.frame is None:
        return Absent((parts.name,))
    rows = parts.frame[parts.frame["year"] <= last].dropna(subset=["absence_rate", "person_years"])
    rows = rows[(rows["age_band"] != "all") & (rows["function_group"] != "all")]
    rows = rows[rows["year"] == rows["year"].max()]
    rows = rows[rows["person_years"].between(SMALLEST, LARGEST, inclusive="left")]
    near = (rows["absence_rate"] <= NEAR_NOTHING).astype(float)
    if (
        rows["organisation"].nunique() < FEWEST_ORGANISATIONS
        or min(near.sum(), len(near) - near.sum()) < FEWEST_UNITS
    ):
        return Absent((parts.name,))
    share = clusters.mean(near, rows["organisation"])
    low, high = share.logit_interval()
    year = int(rows["year"].max())
    row = {
        "term": "near_nothing",
        "estimate": 100 * share.estimate,
        "ci_low": 100 * low,
        "ci_high": 100 * high,
        "n": float(np.floor(rows["person_years"].sum())),
        "n_organisations": float(rows["organisation"].nunique()),
        "df": float(share.df),
        "period": f"{year}JJ00",
        "behind": behind(
            "model fit", Cell.of("employees", year=year, unit_size="function group and age")
        ),
    }
    return estimates([row], tables=(parts.name,), method=ABSENCE_METHOD, unit="percent")
