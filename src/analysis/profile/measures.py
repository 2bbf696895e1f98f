"""What a profile shows of an organisation, in the order in which it shows it."""

from dataclasses import dataclass
from typing import Literal

from analysis.sources.vocabulary import AGE_BANDS

Topic = Literal["absence", "leaving", "contracts", "teams", "overhead", "experience"]
TOPICS: tuple[Topic, ...] = ("absence", "leaving", "teams", "contracts", "experience", "overhead")
Unit = Literal["percent", "per_year", "days", "score"]
#: What moves a figure by chance; see ``methods/position.py``.
By = Literal["counts", "years", "respondents"]

#: Exit from the sector at all ages.
ALL_EXITS = "sector_exit_rate"
#: Prefix of the exit from the sector in an age band.
EXIT = "exit_"
#: What an employer cannot count itself: where people went.
UNKNOWN_TO_EMPLOYER = (ALL_EXITS, *(f"{EXIT}{band}" for band in AGE_BANDS))


@dataclass(frozen=True)
class Measure:
    """A figure of an organisation.

    Attributes
    ----------
    name
        Column of ``organisation_years`` or, for the exit in an age band, ``exit_<band>``.
    scale
        What turns the column into the unit: 100 for a share in percent.
    size
        Column with the number of people that chance works on.
    counted
        Columns whose sum is counted out of ``size``, where people are counted.
    supplier
        Whose data it is made from.
    """

    name: str
    topic: Topic
    unit: Unit
    by: By
    size: str
    supplier: str
    scale: float = 1.0
    counted: tuple[str, ...] = ()


#: Mean of the employees at the start and at the end of the year; made by ``figures``.
STOCK = "mean_employees"

_EXIT = ("to_pension", "to_other_sector", "to_inactive")

MEASURES: tuple[Measure, ...] = (
    Measure("absence_rate", "absence", "percent", "years", "person_years", "vernet"),
    Measure("frequency", "absence", "per_year", "years", "person_years", "vernet"),
    Measure("mean_duration", "absence", "days", "years", "person_years", "vernet"),
    Measure("long_term_share", "absence", "percent", "years", "person_years", "vernet"),
    Measure("turnover_rate", "leaving", "percent", "counts", STOCK, "pfzw", 100, ("leavers",)),
    Measure("inflow_rate", "leaving", "percent", "years", STOCK, "pfzw", 100),
    Measure("sector_exit_rate", "leaving", "percent", "counts", STOCK, "pfzw", 100, _EXIT),
    *(
        Measure(f"{EXIT}{band}", "leaving", "percent", "counts", "at_risk", "pfzw", 100)
        for band in AGE_BANDS
    ),
    Measure("team_churn", "teams", "percent", "years", "employees", "pfzw", 100),
    Measure("manager_churn", "teams", "percent", "years", "employees", "pfzw", 100),
    Measure("temporary_share", "contracts", "percent", "years", "employees", "pfzw", 100),
    Measure("irregular_allowance_share", "contracts", "percent", "years", "employees", "pfzw", 100),
    *(
        Measure(scale, "experience", "score", "respondents", "respondents", "izz_monitor")
        for scale in ("climate", "learning", "leadership", "workload", "engagement")
    ),
    Measure("overhead_share", "overhead", "percent", "years", "employees", "intrakoop", 100),
)
BY_NAME = {measure.name: measure for measure in MEASURES}

#: Figures whose development over the years is drawn.
DEVELOPMENTS = ("absence_rate", "turnover_rate", "sector_exit_rate", "temporary_share")
