"""Recognise citizen service numbers (BSN), which the package never accepts."""

import re
from collections.abc import Iterable

#: Fewer distinct numbers than this say nothing: one in eleven passes by chance.
FEWEST = 10
#: Share that passes the 11-test above which numbers are no accident; by chance it is 1/11.
BY_CHANCE_AT_MOST = 0.5
_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)
_SEPARATORS = re.compile(r"[\s.\-]")


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
        them pass the 11-test. RSIN numbers of organisations pass it too.
    """
    digits = {_SEPARATORS.sub("", str(value)) for value in values if value is not None}
    numbers = {d for d in digits if len(d) in (8, 9) and d.isascii() and d.isdigit()}
    if len(numbers) < FEWEST:
        return False
    return sum(map(passes_eleven_test, numbers)) / len(numbers) > BY_CHANCE_AT_MOST
