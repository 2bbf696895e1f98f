import pandas as pd

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods.years import covering, latest_year

METHOD = Text(nl="model", en="model")


def test_a_method_says_which_years_it_takes_together():
    told = covering(METHOD, {2025, 2019, 2021})
    assert told.nl == "model; gegevens over 2019 tot en met 2025"
    assert told.en == "model; data on 2019 to 2025"


def test_one_year_is_the_period_of_the_result():
    assert covering(METHOD, {2025}) == METHOD


def test_the_newest_year_is_that_up_to_the_last_of_the_edition():
    table = DataTable("t", pd.DataFrame({"year": [2019, 2024, 2026]}))
    assert latest_year(table, 2025) == 2024
    assert latest_year(table, 2018) is None
    assert latest_year(DataTable("t", None), 2025) is None
