"""After recovery: how irregular work goes with the time until the next long absence.

The gap-time model of Prentice, Williams & Peterson (1981, Biometrika 68): the clock starts at each
recovery, on the exact day, and people with as many earlier cases are compared with each other. That
holds what differs between people with one case and with several. Hours are those of the calendar
year before, so that no hours after the next illness come in; and that is a whole year after
recovery, as hours of the year of recovery or before it are partly hours before or during the
illness. So people come into sight on 1 January of the second year after that of recovery (late
entry), and those who fell ill again before it do not. It complements the yearly model of all cases,
in which the clock is the calendar.
"""

import numpy as np
import pandas as pd

from analysis.languages import Text
from analysis.methods import leverage
from analysis.methods.cox import cox
from analysis.methods.irregular_hazard import FEWEST_CASES
from analysis.methods.person_years import Histories, controls
from analysis.methods.results import Absent, Estimates, absent_passes_through, estimates

TERM = "after_recovery"
#: More earlier cases than this are one stratum.
_MOST_EARLIER = 3
#: Calendar years after that of recovery from which the year before is a whole year after it.
_WHOLE_YEAR = 2
_DAY = np.timedelta64(1, "D")

_METHOD = Text(
    nl="hazard ratio van een volgend langdurig verzuim na herstel, per standaarddeviatie "
    "onregelmatig werk in het jaar ervoor, dat een heel jaar na herstel is; wie voor die tijd "
    "opnieuw ziek werd, telt niet mee; Prentice-Williams-Peterson: Cox-model op dagen sinds "
    "herstel, met een eigen basiskans per aantal eerdere gevallen; dezelfde kenmerken gelijk "
    "gehouden; organisaties als clusters",
    en="hazard ratio of a next long absence after recovery, per standard deviation of irregular "
    "work in the year before, which is a whole year after recovery; those who fell ill again "
    "before that time do not count; Prentice-Williams-Peterson: Cox model on days since recovery, "
    "with a baseline for each number of earlier cases; the same characteristics held equal; "
    "organisations as clusters",
)


@absent_passes_through
def next_absence(histories: Histories) -> Estimates | Absent:
    """Return the hazard ratio of a next case per SD of irregular work; term ``after_recovery``."""
    spells = _gaps(histories)
    if spells["ill"].sum() < FEWEST_CASES or spells["organisation"].nunique() < 2:
        return Absent(histories.tables)
    held = controls(spells, without=("year",)).drop(columns="constant")
    values = histories.per_spread(spells["irregular_1"])
    design = pd.DataFrame({TERM: values}, index=spells.index).join(held).astype(float)
    known_cell = histories.about(spells, "after recovery")
    about, cell = known_cell
    known = leverage.of_coefficient(design.assign(constant=1.0).to_numpy(), 0, cell)
    if leverage.is_thin(known):
        return Absent(histories.tables)
    try:
        fit = cox(
            spells["until"].to_numpy(),
            spells["ill"].to_numpy(),
            design,
            entry=spells["since"].to_numpy(),
            strata=np.minimum(spells["earlier"].to_numpy(), _MOST_EARLIER),
            clusters=spells["organisation"].to_numpy(),
        )
    except (ValueError, np.linalg.LinAlgError):
        return Absent(histories.tables)
    low, high = np.exp(fit.interval(TERM))
    row = about | {
        "term": TERM,
        "estimate": float(np.exp(fit.params[TERM])),
        "ci_low": float(low),
        "ci_high": float(high),
        "p_value": fit.p_value(TERM),
        "unit": "ratio",
        "behind": known,
    }
    return estimates([row], tables=histories.tables, method=histories.told(_METHOD))


def _gaps(histories: Histories) -> pd.DataFrame:
    """Return the years after each recovery as spells in days since it, until the next case.

    From the second year on: hours of the year before are then hours after recovery.
    """
    cases = histories.cases.assign(earlier=histories.cases.groupby("person").cumcount() + 1)
    cases["next"] = cases.groupby("person")["start"].shift(-1)
    rows = histories.rows.drop(columns=["ill", "earlier"])
    rows = rows[rows["irregular_1"].notna()]
    spells = rows.merge(cases.dropna(subset=["end"]), on="person")
    spells = spells[spells["year"] >= spells["end"].dt.year + _WHOLE_YEAR].copy()
    start = pd.to_datetime(spells["year"].astype(str))
    # As many months of work as there are payslips; at work from the start of the year.
    stop = start + pd.to_timedelta(spells["months"] * 365.25 / 12, unit="D")
    since = np.maximum(start, spells["end"])
    until = np.minimum(stop, spells["next"].fillna(stop))
    spells["ill"] = (spells["next"].notna() & (spells["next"] == until)).astype(float)
    spells["since"] = ((since - spells["end"]) / _DAY).to_numpy(float)
    spells["until"] = np.floor(((until - spells["end"]) / _DAY).to_numpy(float))
    return spells[(until > since) & (spells["until"] > spells["since"])].reset_index(drop=True)
