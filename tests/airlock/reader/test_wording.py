"""Numbers that the reader finds in texts, as each language writes them."""

from decimal import Decimal

import pytest

from analysis.airlock.reader.wording import numbers_in, unexplained


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("−€24 to €1,328", "en", ["-24", "1328"]),
        ("€ −24 tot € 1.328,5", "nl", ["-24", "1328.5"]),
        ("from 3.2% to −0.4%", "en", ["3.2", "-0.4"]),
        ("2019–2025", "en", ["2019", "2025"]),
    ],
)
def test_numbers_are_read_as_the_language_writes_them(text, language, expected):
    assert list(numbers_in(text, language)) == [Decimal(one) for one in expected]


def test_the_sign_of_an_amount_counts():
    known = [Decimal("-24.157")]
    assert not unexplained("the outcome is −€24", "en", known, "")
    assert unexplained("the outcome is €24", "en", known, "")
