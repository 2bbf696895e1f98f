"""Measures at a place on an axis of numbers: ``at_5`` is the value at 5, ``at_0_5`` that at a half.

Places are zero or more, with at most four figures on either side of the mark.
"""

import re

_AT = re.compile(r"at_(\d{1,4})(?:_(\d{1,4}))?")


def measure_at(place: float) -> str:
    """Name the measure at a place.

    Raises
    ------
    ValueError
        If the place is negative or has more figures than a name holds.
    """
    whole, _, fraction = f"{place:.4f}".rstrip("0").rstrip(".").partition(".")
    name = f"at_{whole}_{fraction}" if fraction else f"at_{whole}"
    if not is_place(name) or abs(place_of(name) - place) > 1e-9 * max(1.0, place):
        raise ValueError(f"no measure has the place {place}; allowed: 0 to 9999, four decimals")
    return name


def is_place(measure: str) -> bool:
    """Tell whether a measure is one at a place."""
    return _AT.fullmatch(measure) is not None


def place_of(measure: str) -> float:
    """Return the place of a measure.

    Raises
    ------
    ValueError
        If it names none.
    """
    found = _AT.fullmatch(measure)
    if found is None:
        raise ValueError("a measure names no place; allowed: at_5, at_0_5 for a half")
    return float(f"{found[1]}.{found[2] or 0}")


_FROM_START = re.compile(r"start_(minus|plus)_(\d{1,2})")


def years_from_start(years: int) -> str:
    """Name the year that lies so many years from a first year: ``start_minus_2``, ``start_plus_0``.

    Raises
    ------
    ValueError
        If it lies a hundred years away or more.
    """
    if abs(years) > 99:
        raise ValueError(f"{years} years from the start has no name; allowed: -99 to 99")
    return f"start_{'minus' if years < 0 else 'plus'}_{abs(years)}"


def is_from_start(term: str) -> bool:
    """Tell whether a term is a year seen from a first year."""
    return _FROM_START.fullmatch(term) is not None


def from_start(term: str) -> int:
    """Return how many years a term lies from the first year; negative before it.

    Raises
    ------
    ValueError
        If it says no such thing.
    """
    found = _FROM_START.fullmatch(term)
    if found is None:
        raise ValueError("a term names no year from a start; allowed: start_minus_2, start_plus_0")
    return int(found[2]) * (-1 if found[1] == "minus" else 1)
