"""The defence of a whole release: hide or merge until nothing hidden can be found out."""

import dataclasses
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from analysis.airlock import attack, suppression
from analysis.airlock.atoms import labels_of
from analysis.airlock.known import Hidden, Quantity, Shown, safe
from analysis.airlock.ledger import Ledger
from analysis.airlock.merging import merged
from analysis.airlock.quantities import hidden_by, told_by, touched_by
from analysis.airlock.rows import persons_of, to_base
from analysis.airlock.submitted import EARLIER, SAME_CELL, SECONDARY, Submitted, again
from analysis.edition import Disclosure
from analysis.errors import AirlockError
from analysis.methods.cells import DIMENSIONS, Cell

#: Dimensions outside whose shown levels there is nobody.
_NOBODY_ELSE = ("unit_year",)

#: Rows that are tried to be shown again; each is an attack of its own.
_MOST_TRIED = 100

Count = Callable[[Cell, float], float]


@dataclass(frozen=True)
class Defended:
    """Exhibits that nobody can find hidden numbers in, and what that took.

    Attributes
    ----------
    attacked
        Number of hidden quantities that were attacked.
    found_out_at_first, found_out
        How many of them an attacker would have found out before more was hidden, and after.
    joined
        Number of shown quantities that the attacker had, those of earlier releases included.
    """

    exhibits: tuple[Submitted, ...]
    attacked: int
    found_out_at_first: int
    found_out: int
    joined: int


def defend(exhibits: list[Submitted], ledger: Ledger, limits: Disclosure) -> Defended:
    """Attack all confidential exhibits together, and hide more where the attack succeeds.

    Neighbouring categories are merged first; what still can be found out takes other rows with it.

    Raises
    ------
    AirlockError
        If shown numbers contradict each other, or what was published before gives a hidden number
        away.
    """
    count = count_of(ledger, limits)
    exhibits = _as_before(exhibits, ledger, limits, count)
    exhibits = _hide_same_cells(exhibits, limits, count)
    shown, hidden = _sides(exhibits, ledger, limits, count)
    found_out = at_first = _found_out(shown, hidden)
    while found_out:
        fewer = _merge_one(exhibits, found_out, limits)
        if fewer is None:
            exhibits = _hide_more(exhibits, ledger, (shown, hidden), limits, count)
            exhibits = _show_again(exhibits, ledger, limits, count)
        else:
            fewer = _as_before(fewer, ledger, limits, count)
            exhibits = _hide_same_cells(fewer, limits, count)
        shown, hidden = _sides(exhibits, ledger, limits, count)
        found_out = _found_out(shown, hidden)
        if fewer is None and found_out:
            where = sorted({one.where for one in hidden if one.quantity in found_out})
            raise AirlockError(
                f"{len(found_out)} hidden numbers can be computed from the others, whatever else "
                f"is hidden: {', '.join(where)}. "
                "Merge categories in these, or leave one of them out."
            )
    return Defended(
        tuple(exhibits),
        attacked=len({one.quantity for one in hidden}),
        found_out_at_first=len(at_first),
        found_out=len(found_out),
        joined=len({one.quantity for one in shown}),
    )


def _found_out(shown: list[Shown], hidden: list[Hidden]) -> set[Quantity]:
    """Attack: return what is hidden and can be computed too precisely."""
    bounds = attack.bounds(shown, hidden)
    return {one.quantity for one in hidden if not safe(bounds[one.quantity], one)}


def count_of(ledger: Ledger, limits: Disclosure) -> Count:
    """Return how counts are shown: rounded, or as before where the change would tell of a few.

    A count that was published and then changed by less than the width of an interval would tell
    how few came or went.
    """
    before = ledger.counts()

    def count(cell: Cell, exact: float) -> float:
        rounded = to_base(exact, limits.rounding_base)
        earlier = before.get(str(cell))
        # The earlier exact count is not known: it lay within the rounding.
        least = limits.interval_width + limits.rounding_base // 2
        if earlier is not None and abs(exact - earlier) < least and _is_dated(cell):
            return earlier
        return rounded

    return count


def _is_dated(cell: Cell) -> bool:
    """Tell whether a count is of one year: of all years together it grows, and is not revised."""
    return bool({"year", "unit_year"} & {name for name, _ in cell.levels})


def _as_before(
    exhibits: list[Submitted], ledger: Ledger, limits: Disclosure, count: Count
) -> list[Submitted]:
    """Hide what an earlier release hid: the two together would tell what changed."""
    earlier = ledger.hidden()
    return _hide_where(exhibits, lambda told: bool(told & earlier), EARLIER, limits, count)


def _hide_same_cells(
    exhibits: list[Submitted], limits: Disclosure, count: Count
) -> list[Submitted]:
    """Hide rows elsewhere that tell a number which a rule hides."""
    protected = {
        found.quantity
        for one in exhibits
        for at, rules in one.hidden.items()
        for found in hidden_by(one.rows[at], rules, one.where, limits)
    }
    return _hide_where(exhibits, lambda told: bool(told & protected), SAME_CELL, limits, count)


def _hide_where(
    exhibits: list[Submitted],
    wanted: Callable[[set[Quantity]], bool],
    rule: str,
    limits: Disclosure,
    count: Count,
) -> list[Submitted]:
    return [
        one.hiding({at: rule for at, row in one.shown() if wanted(touched_by(row, limits, count))})
        for one in exhibits
    ]


def _sides(
    exhibits: Iterable[Submitted], ledger: Ledger, limits: Disclosure, count: Count
) -> tuple[list[Shown], list[Hidden]]:
    """Return what an attacker has, and what must stay hidden."""
    shown, hidden = [], []
    for one in exhibits:
        for _, row in one.shown():
            for quantity, (low, high) in told_by(row, limits, count).items():
                shown.append(Shown(quantity, low, high, one.where))
        for at, rules in one.hidden.items():
            hidden += hidden_by(one.rows[at], rules, one.where, limits)
    again = {one.quantity for one in shown}
    # What is told anew is known as it is now; the older figure was of other data.
    earlier = [one for one in ledger.shown() if one.quantity not in again]
    shown += _that_fit(earlier, shown, hidden)
    return [*shown, *_nobody_elsewhere(shown, hidden)], hidden


def _that_fit(earlier: list[Shown], shown: list[Shown], hidden: list[Hidden]) -> list[Shown]:
    """Leave out what earlier releases told of populations that were revised since.

    Numbers of two versions of the data that contradict each other cannot be put together.
    """
    groups: dict[tuple, list[Shown]] = defaultdict(list)
    for one in earlier:
        groups[_group_of(one)].append(one)
    fitting = []
    for key, told in groups.items():
        now = [one for one in shown if _group_of(one) == key]
        kept = [one for one in hidden if _group_of(one) == key]
        try:
            attack.bounds([*now, *told], kept)
        except AirlockError:
            continue
        fitting += told
    return fitting


def _group_of(one: Shown | Hidden) -> tuple:
    cell = one.quantity.cell
    return one.quantity.about, cell.population, labels_of(cell)


def _nobody_elsewhere(shown: list[Shown], hidden: list[Hidden]) -> list[Shown]:
    """Return zeros for the levels that no table has, of dimensions that leave nobody out."""
    used: dict[tuple[str, Cell, str], set[str]] = defaultdict(set)
    for one in [*shown, *hidden]:
        levels = dict(one.quantity.cell.levels)
        for name in _NOBODY_ELSE:
            if name in levels:
                rest = tuple(pair for pair in one.quantity.cell.levels if pair[0] != name)
                base = Cell(one.quantity.cell.population, rest)
                used[one.quantity.about, base, name] |= set(levels[name])
    return [
        Shown(Quantity(about, base.within(**{name: others})), 0.0, 0.0, "")
        for (about, base, name), levels in used.items()
        if (others := set(DIMENSIONS[name].levels or ()) - levels)
    ]


def _merge_one(
    exhibits: list[Submitted], open_ones: set[Quantity], limits: Disclosure
) -> list[Submitted] | None:
    """Merge categories in the first table that can, of those whose hidden numbers are found out."""
    for place, one in enumerate(exhibits):
        places = frozenset(
            at
            for at, rules in one.hidden.items()
            if {found.quantity for found in hidden_by(one.rows[at], rules, one.where, limits)}
            & open_ones
        )
        if not places:
            continue
        result = merged(one.result, places)
        if result is not None:
            return [*exhibits[:place], again(one, result, limits), *exhibits[place + 1 :]]
    return None


def _hide_more(
    exhibits: list[Submitted],
    ledger: Ledger,
    sides: tuple[list[Shown], list[Hidden]],
    limits: Disclosure,
    count: Count,
) -> list[Submitted]:
    """Hide the cheapest further rows that make the hidden numbers safe.

    What an earlier release showed is not among them: it is known whether it is shown again or not.
    """
    known = {one.quantity for one in ledger.shown()}
    cost: dict[Quantity, float] = defaultdict(float)
    for one in exhibits:
        for _, row in one.shown():
            for quantity in told_by(row, limits, count).keys() - known:
                cost[quantity] += 1.0
    more = suppression.protect(*sides, cost)
    return _hide_where(exhibits, lambda told: bool(told & more), SECONDARY, limits, count)


def _show_again(
    exhibits: list[Submitted], ledger: Ledger, limits: Disclosure, count: Count
) -> list[Submitted]:
    """Show each further row again that need not be hidden: a row tells several numbers at once."""
    found = list(exhibits)
    places = [
        (place, at)
        for place, one in enumerate(found)
        for at, rules in one.hidden.items()
        if rules == {SECONDARY} and one.candidate.kind != "finding"
    ]
    # The largest tell most to a reader.
    places.sort(key=lambda spot: (-found[spot[0]].rows[spot[1]].n, spot))
    for place, at in places[:_MOST_TRIED]:
        one = found[place]
        rest = {other: rules for other, rules in one.hidden.items() if other != at}
        tried = [*found[:place], dataclasses.replace(one, hidden=rest), *found[place + 1 :]]
        if not _found_out(*_sides(tried, ledger, limits, count)):
            found = tried
    return found


def told_to_the_world(
    exhibits: Iterable[Submitted], limits: Disclosure, count: Count
) -> list[dict]:
    """Return for the ledger what a release shows and hides of every cell, by address.

    Counts only: what is known of a sum would tell the exact weight behind it.
    """
    known: dict[Quantity, dict] = {}
    kept: dict[Quantity, dict] = {}
    for one in exhibits:
        for at, row in enumerate(one.rows):
            for quantity, (low, high) in told_by(row, limits, count).items():
                if quantity.about or quantity.cell.unit != "persons":
                    continue
                about = {"cell": str(quantity.cell), "about": quantity.about}
                if at in one.hidden:
                    kept[quantity] = about
                    continue
                exact = row.n if quantity.cell == persons_of(row.cell) else row.behind.numerator
                known[quantity] = {
                    **about,
                    "shown": count(quantity.cell, exact or 0.0),
                    "low": low,
                    "high": high,
                }
    told = [*known.values(), *(one for key, one in kept.items() if key not in known)]
    return sorted(told, key=lambda one: (one["about"], one["cell"]))
