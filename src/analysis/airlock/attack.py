"""The attack on a release: what follows for hidden numbers from all that is shown together.

An attacker knows that every number is a sum over the same people, that no part is negative and
that each shown number lies in its rounding interval. The smallest and largest value that a hidden
number can then have are the optima of two linear programmes over the atoms of the population
(`analysis.airlock.atoms`); counts are whole, so where the linear optimum is not attained by whole
atoms the programme is solved in integers. This is the audit of tau-Argus (Hundepool et al.,
*Statistical Disclosure Control*, 2012, sections 4.3 and 4.4) over all tables at once.

Numbers about different things, of different populations or with different labels (such as years)
do not add up and are attacked apart. Sums are taken to have no negative parts.
"""

from collections.abc import Iterable

from analysis.airlock.attacker import Attacker
from analysis.airlock.known import Hidden, Interval, Quantity, Shown
from analysis.airlock.systems import systems


def bounds(
    shown: Iterable[Shown], hidden: Iterable[Hidden], *, exact: bool = False
) -> dict[Quantity, Interval]:
    """Return between what values an attacker can place each hidden number.

    Parameters
    ----------
    shown
        Everything that is or was released.
    hidden
        What must not be known. Populations, years and magnitudes without any are not looked at.
    exact
        Whether to go on when an interval is wide enough.

    Returns
    -------
    dict
        Smallest and largest value, in the unit of the quantity, infinite where nothing limits it.
        Unless ``exact``, the interval of a safe number may be a part of the attacker's, which
        proves it safe. Where the solver found no whole numbers in time, it is also such a part,
        so that doubt counts as knowledge.

    Raises
    ------
    AirlockError
        If no population fits all shown numbers, or they are split by too much at once.
    """
    found: dict[Quantity, Interval] = {}
    for system in systems(shown, hidden):
        intervals = Attacker(system).attack(system.shown, exact=exact)
        found |= {one.quantity: interval for one, interval in intervals.items()}
    return found
