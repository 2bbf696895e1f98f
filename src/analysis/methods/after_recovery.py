"""How irregular work changes after recovery, against people who were not ill in the meantime.

Differences in differences by the year before the illness and the distance in years: the change of a
person from the last whole calendar year before the illness to a whole year after recovery, less
that of people of the same pay group over the same years who had not been ill until then (Callaway
& Sant'Anna 2021, J. Econometrics 225: not-yet-treated controls). The years of the illness itself
count nowhere: illness changes the allowance. The change before the illness is the placebo.
"""

import dataclasses

import numpy as np
import pandas as pd

from analysis.languages import Text
from analysis.methods import leverage, panel
from analysis.methods.irregular_hazard import LOW, OTHER
from analysis.methods.person_years import Histories
from analysis.methods.results import (
    PAIR,
    Absent,
    Estimates,
    absent_passes_through,
    estimates,
    only,
)

BEFORE, NEXT, LATER = "before", "next_year", "second_year"
#: Measure → years after that of recovery; the year before the last one before illness is a placebo.
_AFTER = {NEXT: 1, LATER: 2}
#: People who recovered, and comparisons per set of years.
FEWEST = 20
RISE, TIMES = "rise", "times_as_much"

_METHOD = Text(
    nl="verandering van onregelmatig werk (toeslag in procenten van het loon) van het laatste "
    "hele jaar voor een eerste langdurig verzuim naar een heel jaar na herstel, min die van mensen "
    "met een vergelijkbaar loon die tot dan toe niet langdurig ziek waren, over dezelfde jaren "
    "(difference-in-differences), bij evenveel onregelmatig werk aan het begin; organisaties als "
    "clusters, met alle jaren van een persoon in één cluster",
    en="change in irregular work (allowance in percent of the wage) from the last whole year "
    "before a first long absence to a whole year after recovery, less that of people with similar "
    "pay who had not been long absent until then, over the same years (difference-in-differences), "
    "with as much irregular work at the start; organisations as clusters, with all years of a "
    "person in one cluster",
)
_RELATIVE = Text(
    nl="onregelmatig werk in het jaar na herstel bij laag loon, gedeeld door wat het zonder "
    "verandering door de ziekte was geweest (difference-in-differences)",
    en="irregular work in the year after recovery at low pay, divided by what it would have been "
    "without a change along with the illness (difference-in-differences)",
)


@absent_passes_through
def changes(histories: Histories) -> Estimates | Absent:
    """Return the change along with a first long absence, in percentage points of the wage.

    Terms ``<pay>.<when>``: pay ``low_pay`` or ``other_pay``; when ``before`` (placebo: the year
    before the illness against the year before that), ``next_year`` and ``second_year`` after
    recovery. One that too few people reach is left out.
    """
    found = []
    for when in (BEFORE, NEXT, LATER):
        sample = _comparisons(histories, when)
        for pay, chosen in ((LOW, sample["low_pay"]), (OTHER, ~sample["low_pay"])):
            row = _difference(histories, sample[chosen], f"recovery {pay} {when}")
            if row is not None:
                found.append(row | {"term": f"{pay}{PAIR}{when}"})
    if not found:
        return Absent(histories.tables)
    return estimates(
        found, tables=histories.tables, method=histories.told(_METHOD), unit="percentage_points"
    )


@absent_passes_through
def rise(changed: Estimates) -> Estimates | Absent:
    """Return the change in the year after recovery at low pay; term ``rise``."""
    found = only(changed, f"{LOW}{PAIR}{NEXT}")
    if isinstance(found, Absent):
        return found
    return dataclasses.replace(found, frame=found.frame.assign(term=RISE))


@absent_passes_through
def times_as_much(histories: Histories, changed: Estimates) -> Estimates | Absent:
    """Return how many times as much irregular work the year after recovery has at low pay.

    Term ``times_as_much``; the denominator, what was to be expected, is taken as known.
    """
    terms = changed.frame["term"].tolist()
    name = f"{LOW}{PAIR}{NEXT}"
    if name not in terms:
        return Absent(histories.tables)
    sample = _comparisons(histories, NEXT)
    treated = sample[sample["low_pay"] & sample["treated"]]
    place = terms.index(name)
    row = changed.frame.iloc[place].to_dict()
    expected = float(treated["later"].mean()) - row["estimate"]
    if not expected > 0:
        return Absent(histories.tables)
    ends = {key: 1 + row[key] / expected for key in ("estimate", "ci_low", "ci_high")}
    written = row | ends | {"term": TIMES, "unit": "ratio", "behind": changed.behind[place]}
    return estimates([written], tables=histories.tables, method=histories.told(_RELATIVE))


def _comparisons(histories: Histories, when: str) -> pd.DataFrame:
    """Return a row per person and pair of years: those who recovered, and those not yet ill."""
    rows = histories.rows[["person", "organisation", "year", "irregular", "low_pay", "first_case"]]
    first = histories.cases.drop_duplicates("person")
    first = first.assign(base=first["start"].dt.year - 1, recovery=first["end"].dt.year)
    if when == BEFORE:
        treated = first.assign(start_year=first["base"] - 1, end_year=first["base"])
    else:
        first = first.dropna(subset=["recovery"])
        treated = first.assign(
            start_year=first["base"], end_year=first["recovery"].astype(int) + _AFTER[when]
        )
    treated = treated[["person", "start_year", "end_year"]]
    pairs = _with_shares(treated.merge(rows.drop_duplicates("person")[["person"]]), rows)
    pairs["treated"] = True
    spans = pairs[["start_year", "end_year"]].drop_duplicates()
    # Not yet ill by the end: an illness that begins later changes nothing before.
    others = rows[["person", "year", "first_case"]].rename(columns={"year": "start_year"})
    others = others.merge(spans, on="start_year")
    not_yet = others["first_case"].isna() | (others["first_case"] > others["end_year"])
    if when == BEFORE:
        # The year of the illness begins after the end of these years.
        not_yet = others["first_case"].isna() | (others["first_case"] > others["end_year"] + 1)
    controls = _with_shares(others.loc[not_yet, ["person", "start_year", "end_year"]], rows)
    controls["treated"] = False
    return pd.concat([pairs, controls], ignore_index=True)


def _with_shares(pairs: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Add irregular work in both years; who was not at work in one of them is left out."""
    start = rows.rename(columns={"year": "start_year", "irregular": "sooner"})
    end = rows[["person", "year", "irregular"]].rename(
        columns={"year": "end_year", "irregular": "later"}
    )
    return pairs.merge(
        start[["person", "organisation", "start_year", "sooner", "low_pay"]],
        on=["person", "start_year"],
    ).merge(end, on=["person", "end_year"])


def _difference(histories: Histories, sample: pd.DataFrame, followed: str) -> dict | None:
    """Regress the change on having been ill, with an effect of each pair of years."""
    span = sample["start_year"].astype(str) + "-" + sample["end_year"].astype(str)
    # Only pairs of years in which both are there compare.
    both = sample.groupby(span.to_numpy())["treated"].transform("nunique") == 2
    sample, span = sample[both], span[both]
    treated = sample["treated"].to_numpy(float)
    if treated.sum() < FEWEST or (1 - treated).sum() < FEWEST:
        return None
    change = (sample["later"] - sample["sooner"]).to_numpy(float)
    # Allowances grow by a percentage, so that more irregular work grows by more points.
    level = sample["sooner"].to_numpy(float)
    pairs = panel.indicators(span.to_numpy())
    design = np.column_stack([treated, pairs, pairs * level[:, None]])
    organisation = sample["organisation"].to_numpy()
    if len(np.unique(organisation)) < 2:
        return None
    fit = panel.clustered(change, design, organisation)
    about, cell = histories.about(sample.assign(year=sample["end_year"]), followed)
    known = leverage.of_coefficient(design, 0, cell)
    low, high = fit.interval(0)
    if leverage.is_thin(known) or not high > low:
        return None
    return about | {
        "estimate": float(fit.slopes[0]),
        "ci_low": low,
        "ci_high": high,
        "p_value": float(fit.p_values[0]),
        "behind": known,
    }
