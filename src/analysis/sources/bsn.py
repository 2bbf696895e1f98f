"""Recognise citizen service numbers (BSN), which the package never accepts."""

import re
from collections.abc import Iterable

#: Fewer distinct numbers than this say nothing: one in eleven passes by chance.
FEWEST = 10
#: Share that passes the 11-test above which numbers are no accident; by chance it is 1/11.
BY_CHANCE_AT_MOST = 0.5
_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)
#: DuckDB types of numbers, without the U of the unsigned ones.
_NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "FLOAT", "DOUBLE", "DECIMAL")
#: Whole numbers that were once a column of decimals end in ".0" or ",00".
_DECIMALS = re.compile(r"[.,]0+\s*$")
_SEPARATORS = re.compile(r"[\s.\-_/]")
#: Letters that stand in front of a number, as in P123456782.
_PREFIX = re.compile(r"^[^\W\d_]+")


def passes_eleven_test(digits: str) -> bool:
    """Tell whether 8 or 9 digits pass the 11-test (weights 9 to 2 and −1, sum divisible by 11)."""
    padded = digits.zfill(9)
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, padded, strict=True))
    return total > 0 and total % 11 == 0


def looks_like_bsn(values: Iterable[object]) -> bool:
    """Tell whether values hold citizen service numbers rather than other numbers.

    Parameters
    ----------
    values
        Texts or whole numbers; other values and repetitions do not count.

    Returns
    -------
    bool
        True when there are at least ten distinct numbers of 8 or 9 digits and more than half of
        them pass the 11-test. RSIN numbers of organisations pass it too. Letters in front of a
        number and decimals that are zero do not hide it.
    """
    digits = {_digits(str(value)) for value in values if value is not None}
    numbers = {d for d in digits if len(d) in (8, 9) and d.isascii() and d.isdigit()}
    if len(numbers) < FEWEST:
        return False
    return sum(map(passes_eleven_test, numbers)) / len(numbers) > BY_CHANCE_AT_MOST


def _digits(text: str) -> str:
    # Decimals go first: without its dot, 123456782.0 would have ten digits.
    return _PREFIX.sub("", _SEPARATORS.sub("", _DECIMALS.sub("", text)))


def number_sql(cell: str, kind: str) -> str | None:
    """Return SQL for the number of 8 or 9 digits that a cell holds, for files of any size.

    Parameters
    ----------
    cell
        The cell in SQL.
    kind
        Its DuckDB type.

    Returns
    -------
    str or None
        None for a type that holds no numbers.
    """
    if kind == "VARCHAR":
        # What ``looks_like_bsn`` drops is dropped here too.
        digits = f"regexp_replace({cell}, '[.,]0+\\s*$|[\\s._/-]|^\\s*\\pL+', '', 'g')"
        number = f"CASE WHEN length({cell}) BETWEEN 8 AND 15 THEN TRY_CAST({digits} AS BIGINT) END"
    elif kind.removeprefix("U").startswith(_NUMBERS):
        number = f"TRY_CAST({cell} AS BIGINT)"
    else:
        return None
    return f"(CASE WHEN {number} BETWEEN 10000000 AND 999999999 THEN {number} END)"


def passes_sql(number: str) -> str:
    """Return SQL that is true where a number of ``number_sql`` passes the 11-test."""
    total = " + ".join(
        f"{weight} * ({number} // {10 ** (8 - place)} % 10)"
        for place, weight in enumerate(_WEIGHTS)
    )
    return f"(({total}) % 11 = 0)"
