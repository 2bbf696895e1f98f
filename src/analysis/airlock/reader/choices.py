"""Estimates under many combinations of choices: what can be counted, and the marks below them."""

from collections.abc import Sequence
from decimal import Decimal

from analysis.airlock.reader.cells import number_of

#: Joins the choices of a term.
_JOIN = "+"
#: Where a number says that there is no difference; 0 in all other units.
_NO_DIFFERENCE = {"odds_ratio": Decimal(1), "ratio": Decimal(1)}

Row = dict[str, str]


def is_combined(rows: Sequence[Row]) -> bool:
    """Tell whether each row of an exhibit is an estimate under as many choices."""
    sizes = {row.get("term", "").count(_JOIN) for row in rows}
    return len(sizes) == 1 and sizes != {0} and len({row["unit"] for row in rows}) == 1


def counted(rows: Sequence[Row]) -> list[Decimal]:
    """Return the numbers that a text counts: estimates, and those whose interval is clear.

    None for rows that do not combine choices.
    """
    if not is_combined(rows):
        return []
    neutral = _NO_DIFFERENCE.get(rows[0]["unit"], Decimal(0))
    clear = 0
    for row in rows:
        low, high = number_of(row["ci_low"]), number_of(row["ci_high"])
        if low is not None and high is not None:
            clear += low > neutral or high < neutral
    return [Decimal(len(in_order(rows))), Decimal(clear), neutral]


def in_order(rows: Sequence[Row]) -> list[frozenset[str]]:
    """Return the choices of each shown estimate, from the lowest to the highest."""
    if not is_combined(rows):
        return []
    shown = [
        (value, frozenset(row["term"].split(_JOIN)))
        for row in rows
        if (value := number_of(row["estimate"])) is not None
    ]
    return [choices for _, choices in sorted(shown, key=lambda one: one[0])]


def marks_below(drawn: Sequence[Sequence[str]], choices: Sequence[frozenset[str]]) -> int:
    """Count the marks that say under which estimates a choice was made, as the rows do.

    Parameters
    ----------
    drawn
        Places from left to right of the marks of each collection: first those of the estimates,
        then one collection per choice.
    choices
        As ``in_order`` gives them.

    Returns
    -------
    int
        Marks of the collections that fit a choice, each choice once; a collection with one mark
        more or less than its choice has fits none.
    """
    dots: list[str] = []
    rest = list(drawn)
    while rest and len(dots) < len(choices):
        dots += rest.pop(0)
    if len(dots) != len(choices) or len(set(dots)) != len(dots):
        return 0
    rank = {place: number for number, place in enumerate(sorted(dots, key=float))}
    wanted = [
        {number for number, made in enumerate(choices) if one in made}
        for one in sorted(frozenset().union(*choices))
    ]
    marks = 0
    for places in rest:
        made = {rank.get(place, -1) for place in places}
        if len(made) == len(places) and made in wanted:
            wanted.remove(made)
            marks += len(places)
    return marks
