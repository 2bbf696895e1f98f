"""A funnel without its organisations: control limits by size, and how many lie beyond them.

Spiegelhalter (2005), Funnel plots for comparing institutional performance, Statistics in Medicine
24, 1185-1202. A small organisation differs from the rest by chance alone; the limits say how far.
Organisations also differ for reasons that no chance on persons explains (overdispersion): the
limits widen by a factor that is the same for all.
"""

from dataclasses import dataclass
from typing import Literal, Self

import numpy as np
import pandas as pd
from scipy import optimize, stats

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods.behind import behind, contributions
from analysis.methods.cells import SIZE_BANDS, Cell
from analysis.methods.distribution import QUANTILES, aggregate, quantile
from analysis.methods.results import Absent, Aggregate

#: Measure → how much of what chance does lies within the limits.
LEVELS = {"95": 0.95, "998": 0.998}
#: Part of the z-scores on either side that is drawn in before overdispersion is estimated.
WINSORISED = 0.10
#: Organisations in a band of sizes; neighbouring bands are joined until there are as many.
FEWEST_ORGANISATIONS = 10
#: The group of all bands together.
ALL = "all_sizes"

METHOD = Text(
    nl="trechterdiagram naar Spiegelhalter (2005): grenzen rond het gemiddelde van alle "
    "organisaties, bij de gemiddelde omvang van elke klasse; verruimd voor spreiding die niet door "
    "toeval op personen komt ({spread}), geschat uit z-scores waarvan de uiterste {part} aan elke "
    "kant is ingehaald (winsoriseren), gedeeld door wat dat bij louter toeval geeft. Percentielen "
    "zijn het gemiddelde van tien waarden",
    en="funnel plot after Spiegelhalter (2005): limits around the mean of all organisations, at "
    "the mean size of each class; widened for spread that chance on persons does not cause "
    "({spread}), estimated from z-scores of which the outermost {part} on either side is drawn in "
    "(winsorising) and divided by what that gives under mere chance. Percentiles are the mean of "
    "ten values",
)


Spread = Literal["multiplicative", "additive"]
_SPREADS: dict[Spread, Text] = {
    "multiplicative": Text(nl="één factor voor alle", en="one factor for all"),
    "additive": Text(nl="één variantie erbij voor alle", en="one variance added for all"),
}


@dataclass(frozen=True)
class Limits:
    """Control limits around a target, in percent.

    Attributes
    ----------
    factor
        On the variance that chance on persons gives; 1 is chance alone.
    between
        Variance between organisations that is added to it.
    """

    target: float
    factor: float = 1.0
    between: float = 0.0

    @classmethod
    def of(cls, rate: np.ndarray, size: np.ndarray, target: float, spread: Spread) -> Self:
        """Estimate the overdispersion of rates.

        Winsorising makes the published factor smaller than 1 under mere chance, and smaller than
        the true one where spread is common to all. Divided by its value under chance, the limits
        of 95 % hold 95 % of organisations that differ in nothing but that spread. The added
        variance is the one with which the factor becomes 1 (Paule & Mandel 1982): the moments of
        Spiegelhalter (2005) miss much of it where sizes differ, as winsorising then draws in the
        largest organisations.
        """
        chance = target * (100 - target) / size

        def factor(between: float) -> float:
            z = (rate - target) / np.sqrt(chance + between)
            return overdispersion(z) / expected_overdispersion()

        if factor(0.0) <= 1:
            return cls(target)
        if spread == "multiplicative":
            return cls(target, factor=factor(0.0))
        most = float(((rate - target) ** 2).max()) / expected_overdispersion()
        return cls(target, between=optimize.brentq(lambda one: factor(one) - 1, 0.0, most))

    def reach(self, size: np.ndarray | float, level: float) -> np.ndarray | float:
        """Return how far from the target a limit is at a size."""
        variance = self.factor * self.target * (100 - self.target) / size + self.between
        return stats.norm.ppf((1 + level) / 2) * np.sqrt(variance)


def funnel(
    table: DataTable,
    rate: str,
    size: str,
    *,
    among: Cell,
    year: int | None,
    scale: float = 1.0,
    spread: Spread = "multiplicative",
) -> Aggregate | Absent:
    """Return control limits and the spread of a rate by band of the size of an organisation.

    Groups are bands of sizes, joined where one has fewer than ten organisations, and
    ``all_sizes``. Measures of a band: ``size`` (mean), ``target`` (rate of all together),
    ``low_95``, ``high_95``, ``low_998``, ``high_998`` (limits at that size), ``p10`` to ``p90`` of
    its organisations. Measures of every group: ``below``, ``within`` and ``above``, the share of
    organisations by where they lie from the limits of 95 % at their own size.

    Parameters
    ----------
    table
        One row per organisation in a year, with ``size_band`` and ``employees``.
    rate, size
        Column of the rate, and of what it is a rate of, such as person-years.
    among
        Organisations with a rate, without the band and the year.
    scale
        What turns the rate into percent: 100 for a share.
    spread
        How organisations differ beyond chance: ``multiplicative`` widens the variance of each by
        one factor; ``additive`` adds one variance to that of each, so that large ones keep wide
        limits too.
    """
    rows = _rows(table, rate, size, year, scale)
    if rows is None or len(rows) < FEWEST_ORGANISATIONS:
        return Absent((table.name,))
    target = float(np.average(rows["rate"], weights=rows["size"]))
    if not 0 < target < 100:
        return Absent((table.name,))
    limits = Limits.of(rows["rate"].to_numpy(), rows["size"].to_numpy(), target, spread)
    away, reach = rows["rate"] - target, limits.reach(rows["size"], LEVELS["95"])
    rows = rows.assign(lies=np.select([away < -reach, away > reach], ["below", "above"], "within"))

    found: list[dict] = []
    for bands in joined_bands(rows["size_band"]):
        members = rows[rows["size_band"].isin(bands)]
        cell = among.within(size_band=bands, year=year)
        about = _about(members, "+".join(bands), year)
        found += _limits(about, members, limits, cell, rows, among.within(year=year))
        found += _percentiles(about, members, cell)
        found += _shares(about, members, cell)
    found += _shares(_about(rows, ALL, year), rows, among.within(year=year))
    part = f"{WINSORISED:.0%}"
    named = _SPREADS[spread]
    method = Text(
        nl=METHOD.nl.format(part=part, spread=named.nl),
        en=METHOD.en.format(part=part, spread=named.en),
    )
    return aggregate(found, (table.name,), method)


def overdispersion(z: np.ndarray, *, winsorised: float = WINSORISED) -> float:
    """Return Spiegelhalter's factor: the mean square of winsorised z-scores."""
    low, high = np.quantile(z, [winsorised, 1 - winsorised])
    return float(np.mean(np.clip(z, low, high) ** 2))


def expected_overdispersion(*, winsorised: float = WINSORISED) -> float:
    """Return the mean square of standard normal values that were winsorised."""
    end = stats.norm.ppf(1 - winsorised)
    inner = 1 - 2 * winsorised - 2 * end * stats.norm.pdf(end)
    return float(inner + 2 * winsorised * end**2)


def joined_bands(bands: pd.Series) -> list[list[str]]:
    """Join neighbouring bands of sizes until each holds enough organisations."""
    counts = bands.value_counts()
    groups: list[list[str]] = []
    for band in SIZE_BANDS:
        if groups and sum(counts.get(one, 0) for one in groups[-1]) < FEWEST_ORGANISATIONS:
            groups[-1].append(band)
        else:
            groups.append([band])
    last = sum(counts.get(one, 0) for one in groups[-1])
    if len(groups) > 1 and last < FEWEST_ORGANISATIONS:
        groups[-2:] = [groups[-2] + groups[-1]]
    return groups


def _rows(
    table: DataTable, rate: str, size: str, year: int | None, scale: float
) -> pd.DataFrame | None:
    if table.frame is None or year is None:
        return None
    frame = table.frame[table.frame["year"] == year]
    rows = pd.DataFrame(
        {
            "organisation": frame["organisation"],
            "size_band": frame["size_band"],
            "employees": frame["employees"],
            "rate": frame[rate].astype(float) * scale,
            "size": frame[size].astype(float),
        }
    ).dropna()
    if rows["organisation"].duplicated().any():
        raise ValueError(f"{table.name} holds some organisations twice in a year")
    return rows[rows["size"] > 0]


def _about(members: pd.DataFrame, group: str, year: int) -> dict:
    return {
        "group": group,
        "period": f"{year}JJ00",
        "status": "not stated",
        "n_persons": float(members["employees"].sum()),
        "n_organisations": float(len(members)),
    }


def _limits(
    about: dict,
    members: pd.DataFrame,
    limits: Limits,
    cell: Cell,
    everybody: pd.DataFrame,
    whole: Cell,
) -> list[dict]:
    size = float(members["size"].mean())
    total = everybody["size"].sum()
    found = [
        about
        | {
            "measure": "size",
            "kind": "mean",
            "value": size,
            "unit": "persons",
            "behind": behind(
                "mean",
                cell,
                **contributions(members["size"]),
                largest_value=float(members["size"].max()),
                magnitude="size",
                weight=float(len(members)),
            ),
        },
        about
        | {
            "measure": "target",
            "kind": "rate",
            "value": limits.target,
            "unit": "percent",
            # The rate is that of all organisations, and so are those whom it counts.
            "n_persons": float(everybody["employees"].sum()),
            "n_organisations": float(len(everybody)),
            "behind": behind(
                "rate",
                whole,
                **contributions(everybody["rate"] * everybody["size"]),
                largest_value=float((everybody["rate"] * everybody["size"]).max() / total),
                magnitude="rate by size",
                weight=float(total),
            ),
        },
    ]
    for name, level in LEVELS.items():
        reach = limits.reach(size, level)
        for side, value in (("low", limits.target - reach), ("high", limits.target + reach)):
            found.append(
                about
                | {
                    "measure": f"{side}_{name}",
                    "kind": "derived",
                    "value": min(max(float(value), 0.0), 100.0),
                    "unit": "percent",
                    "behind": behind("derived", cell),
                }
            )
    return found


def _percentiles(about: dict, members: pd.DataFrame, cell: Cell) -> list[dict]:
    values = np.sort(members["rate"].to_numpy())
    return [
        about
        | {
            "measure": measure,
            "kind": "quantile",
            "value": quantile(values, q),
            "unit": "percent",
            "behind": behind("quantile", cell, quantile=q, different=len(np.unique(values))),
        }
        for measure, q in QUANTILES.items()
    ]


def _shares(about: dict, members: pd.DataFrame, cell: Cell) -> list[dict]:
    return [
        about
        | {
            "measure": side,
            "kind": "share",
            "value": 100 * float((members["lies"] == side).mean()),
            "unit": "percent",
            "behind": behind(
                "share",
                cell,
                cell.within(limits=side),
                numerator=float((members["lies"] == side).sum()),
            ),
        }
        for side in ("below", "within", "above")
    ]
