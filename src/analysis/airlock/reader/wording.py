"""Numbers in texts: each must follow from the CSV beside it."""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation

#: English writes a minus before the sign of the euro.
_TOKEN = re.compile(r"(?<![\w.,])(?:[−-]€?)?\d(?:[\d.,\u00a0\u202f]*\d)?(?![\d])")
_SPACES = str.maketrans("", "", "\u00a0\u202f €")
#: The CSV counts in thousands or in billions of euros; texts may write units or millions.
SCALES = (Decimal(1), Decimal(1000), Decimal("0.001"))
#: An amount in euros is written with three digits.
_DIGITS = 3


def numbers_in(text: str, language: str) -> Iterator[Decimal]:
    """Give the numbers of a text as its language writes them."""
    for token in _TOKEN.findall(text):
        bare = token.replace("−", "-").translate(_SPACES)
        group, point = (".", ",") if language == "nl" else (",", ".")
        try:
            yield Decimal(bare.replace(group, "").replace(point, "."))
        except InvalidOperation:
            yield Decimal("NaN")


def unexplained(
    text: str,
    language: str,
    known: Iterable[Decimal],
    words: str,
    scales: tuple[Decimal, ...] = SCALES,
) -> int:
    """Count the numbers in a text that nothing explains.

    Parameters
    ----------
    known
        Numbers of the CSV. Rounded, or in units instead of thousands, they may stand in the text.
    words
        Labels, periods and quotations in which a number may stand as it is.
    scales
        By which the CSV may count otherwise than the text.
    """
    numbers = list(known)
    quoted = set(_TOKEN.findall(words)) | set(re.findall(r"\d+", words))
    odd = 0
    tokens = _TOKEN.findall(text)
    for token, value in zip(tokens, numbers_in(text, language), strict=True):
        if token in quoted or token.lstrip("−-€") in quoted:
            continue
        odd += not any(rounds_to(number, value, scales) for number in numbers)
    return odd


def rounds_to(number: Decimal, written: Decimal, scales: tuple[Decimal, ...] = SCALES) -> bool:
    """Tell whether a number of the CSV may be written like this."""
    if not written.is_finite():
        return False
    exponent = int(written.as_tuple().exponent)
    for scale in scales:
        scaled = number * scale
        steps = [Decimal(1).scaleb(exponent)]
        if scaled:
            steps.append(Decimal(1).scaleb(scaled.adjusted() - _DIGITS + 1))
        # The second step is for amounts only; it never makes a small number coarser.
        step = max(steps) if scale == 1000 or abs(scaled) >= 1000 else steps[0]
        if abs(scaled - written) <= step * Decimal("0.500001"):
            return True
    return False
