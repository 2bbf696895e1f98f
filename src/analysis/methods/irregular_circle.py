"""The links of the circle of irregular work and long absence, side by side in one diagram."""

import dataclasses

from analysis.languages import Text
from analysis.methods.after_recovery import TIMES
from analysis.methods.irregular_hazard import EQUAL_HOURS, LAGGED, LOW
from analysis.methods.later_absence import TERM
from analysis.methods.results import PAIR, Absent, Estimates, joined, only

BEFORE, FIRST, AFTER, AGAIN = "irregular_before", "first_absence", "irregular_after", "next_absence"
#: Term of an estimate → link of the circle.
LINKS = {
    f"{LOW}{PAIR}{LAGGED}": f"{BEFORE}{PAIR}{FIRST}",
    TIMES: f"{FIRST}{PAIR}{AFTER}",
    TERM: f"{AFTER}{PAIR}{AGAIN}",
    EQUAL_HOURS: f"{FIRST}{PAIR}{AGAIN}",
}
_METHOD = Text(
    nl="elke schakel komt uit een eigen model, zie onder de figuren hieronder",
    en="each link comes from a model of its own, see below the figures that follow",
)


def circle(*parts: Estimates | Absent) -> Estimates | Absent:
    """Return the links that could be estimated, in the order of time.

    Terms ``<from>.<to>``, all ratios: 1 is no association.

    Parameters
    ----------
    *parts
        Results that hold the terms of ``LINKS``; others in them are left out.
    """
    found = []
    for term, link in LINKS.items():
        there = [part for part in parts if not isinstance(only(part, term), Absent)]
        if there:
            one = only(there[0], term)
            found.append(
                dataclasses.replace(one, frame=one.frame.assign(term=link), method=_METHOD)
            )
    if not found:
        return Absent(tuple(sorted({name for part in parts for name in part.tables})))
    return joined(*found)
