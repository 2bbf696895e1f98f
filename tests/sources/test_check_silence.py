"""What was delivered where a name should stand is not repeated: headers, keys, names of files."""

import pytest

from analysis.errors import DeliveryError
from analysis.sources.column_names import shown_column
from analysis.sources.csv_files import read_csv


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("absence_rate", "absence_rate"),
        ("Absence_Rate", "Absence_Rate"),
        ("absense_rate", "absense_rate"),
        ("Perioden", "Perioden"),
        ("instroom", "instroom"),
        ("Jan Jansen", "#3"),
        ("P1234", "#3"),
        ("Dave", "#3"),
        ("123456782", "#3"),
        ("person_12345678", "#3"),
        ("absence_\nrate", "#3"),
        ("", "#3"),
    ],
)
def test_a_column_is_named_only_when_the_book_asks_for_it(name, shown):
    assert shown_column(name, 2) == shown


def test_a_published_file_without_a_header_shows_no_row(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("source,Piet Puk,123456782\na,b,c\n")
    with pytest.raises(DeliveryError, match="found source, #2, #3") as error:
        read_csv(path, ["Perioden", "source"], file="x.csv")
    assert "Piet" not in str(error.value)
    path.write_text("source,Perioden,Piet Puk\na,b\n")
    with pytest.raises(DeliveryError, match="last column '#3'"):
        read_csv(path, ["Perioden", "source"], file="x.csv")
    path.write_text("source,Perioden,Piet Puk\na,b,c")
    with pytest.raises(DeliveryError, match="ends in column '#3'"):
        read_csv(path, ["Perioden", "source"], file="x.csv")
