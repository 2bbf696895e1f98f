"""Where people of an age are five years later, from the contract that they had.

Whole years and no model: everybody of the age who worked in the sector at the end of a year, and
where each of them is five years later. So it holds without any assumption on how people move, for
those who worked then.
"""

import numpy as np

from analysis.languages import Text
from analysis.methods.behind import behind
from analysis.methods.career_states import PLACE, UNSEEN, Years
from analysis.methods.cells import Cell
from analysis.methods.distribution import aggregate
from analysis.methods.results import Absent, Aggregate
from analysis.methods.years import covering

#: Years between the two looks.
LATER = 5
CONTRACTS = ("permanent", "temporary")
TARGETS = (
    "same_organisation", "same_branch", "other_branch", "other_sector", "inactive", "retired",
)  # fmt: skip
#: People, and organisations at which they worked, at the least.
FEWEST, FEWEST_ORGANISATIONS = 100, 12

_METHOD = Text(
    nl="aandeel van wie aan het begin in de sector werkte; geteld, zonder model; iedereen in de "
    "steekproef staat voor evenveel mensen. Buiten de sector telt wat de laatste loonstrook zegt",
    en="share of those who worked in the sector at the start; counted, without a model; everybody "
    "in the sample stands for as many people. Out of the sector, the last payslip tells",
)


def flows(
    found: Years | Absent, *, ages: tuple[int, int], later: int = LATER
) -> Aggregate | Absent:
    """Return the share of people in each flow, in percent of all: contract to where they are.

    Groups are contracts at the start, measures are where people are ``later`` years on.

    Parameters
    ----------
    ages
        First and last, at the start.
    """
    table = ("careers", "employment_years")
    if isinstance(found, Absent):
        return found
    if found.state.shape[1] <= later:
        return Absent(table)
    start = found.state.shape[1] - 1 - later
    year = found.first + start
    age = year - found.birth_year
    work = [PLACE[name] for name in CONTRACTS]
    kept = np.isin(found.state[:, start], work) & (age >= ages[0]) & (age <= ages[1])
    # Of an organisation whose branch nobody knows, it cannot be told whether another is in it.
    for place in (start, -1):
        kept &= (found.branch[:, place] != UNSEEN) | (found.organisation[:, place] == UNSEEN)
    organisation = found.organisation[kept, start]
    if kept.sum() < FEWEST or len(np.unique(organisation)) < FEWEST_ORGANISATIONS:
        return Absent(table)
    before, after = found.state[kept, start], found.state[kept, -1]
    target = np.where(
        found.organisation[kept, -1] == organisation,
        TARGETS.index("same_organisation"),
        np.where(
            found.branch[kept, -1] == found.branch[kept, start],
            TARGETS.index("same_branch"),
            TARGETS.index("other_branch"),
        ),
    )
    out = found.organisation[kept, -1] == UNSEEN
    for name in ("other_sector", "inactive", "retired"):
        target = np.where(out & (after == PLACE[name]), TARGETS.index(name), target)
    cell = Cell.of("sampled employees", year=year, followed=f"{ages[0]}_to_{ages[1]}")
    rows = []
    for contract in CONTRACTS:
        for place, name in enumerate(TARGETS):
            here = (before == PLACE[contract]) & (target == place)
            if not (target == place).any():
                continue
            rows.append(
                {
                    "group": contract,
                    "period": f"{found.last}JJ00",
                    "measure": name,
                    "kind": "share",
                    "value": 100 * here.mean(),
                    "unit": "percent",
                    "status": "not stated",
                    "n_persons": float(kept.sum()),
                    "n_organisations": float(len(np.unique(organisation))),
                    "behind": behind(
                        "share",
                        cell,
                        cell.within(contract=contract, five_years_on=name),
                        numerator=float(here.sum()),
                        part_organisations=float(len(np.unique(organisation[here]))),
                    ),
                }
            )
    return aggregate(rows, table, covering(_METHOD, (year, found.last)))
