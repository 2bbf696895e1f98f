"""What was delivered where a name should stand is not repeated: headers, keys, names of files."""

from pathlib import Path

import pytest

from analysis.errors import DeliveryError
from analysis.sources.column_names import shown_column
from analysis.sources.csv_files import read_csv
from analysis.sources.problems import shown_path, shown_paths


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


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("pfzw/accounts-757c300c757c300c757c300c757c300c.csv", "pfzw/accounts-\u2026.csv"),
        ("pfzw/accounts-757C300C757C300C.csv", "pfzw/accounts-\u2026.csv"),
        ("123456782/accounts_12345678.csv", "\u2026/accounts_\u2026.csv"),
        ("cbs/80072ned_odata_v4", "cbs/80072ned_odata_v4"),
        ("a/payslips-2024.csv", "a/payslips-2024.csv"),
        ("a/payslips-20241231.csv", "a/payslips-20241231.csv"),
        ("a/payslips-2024-12-31.csv", "a/payslips-2024-12-31.csv"),
        ("a/line\nbreak.csv", "a/line\ufffdbreak.csv"),
    ],
)
def test_a_file_is_named_without_what_may_be_somebody(name, shown):
    assert shown_path(Path(name)) == shown


def test_two_files_are_never_shown_alike():
    root = Path("/d")
    paths = [root / f"accounts-{number}.csv" for number in (123456782, 123456790, 123456808)]
    assert list(shown_paths(paths, root).values()) == [
        "accounts-\u2026.csv", "accounts-\u2026.csv (2)", "accounts-\u2026.csv (3)",
    ]  # fmt: skip
