"""The tables that say how good the methods are."""

import pytest
from bs4 import BeautifulSoup

from analysis.languages import LANGUAGES, Text
from analysis.publish import simulated
from analysis.simulations.summary import Summary, Variant, read_summaries
from tests.publish.test_protection import block, release, rows


def variant(**changes):
    told = {
        "draws": 1000, "answered": 1000, "truth": 0.1, "bias": 0.0012, "bias_se": 0.0008,
        "coverage": 0.951, "rejection": 0.049, "broken": (),
    }  # fmt: skip
    return Variant(**told | changes)


def summary(name="share", *, variants=None, **changes):
    told = {
        "name": name, "title": Text(nl="aandeel", en="share"), "claims": ("C30",),
        "topic": "description", "naive": False, "conservative": None, "null": 0.0, "lowest": None,
        "variants": variants or {"favourable": variant(), "null": variant(truth=0.0, coverage=0.94)},
    }  # fmt: skip
    return Summary(**told | changes)


@pytest.fixture
def told(monkeypatch):
    def tell(*summaries):
        monkeypatch.setattr(simulated, "read_summaries", lambda: list(summaries))

    return tell


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["simulations", "simulations-naive"])
def test_blocks_show_every_kept_simulation(name, language):
    soup = block(name, release(), language)
    shown = [row[0].lower() for table in soup.find_all("table") for row in rows(table)]
    naive = name == "simulations-naive"
    expected = [one.title[language].lower() for one in read_summaries() if one.naive == naive]
    assert sorted(shown) == sorted(expected)
    for table in soup.find_all("table"):
        assert table.caption.get_text().strip()
        assert "{" not in table.get_text()


def test_a_row_tells_bias_coverage_and_false_alarm(told):
    told(summary())
    (dutch,) = rows(BeautifulSoup(simulated.accepted_tables("nl"), "html.parser"))
    assert dutch == [
        "Aandeel", "0,1; 0", "0,00120 ± 0,00080", "94,0–95,1%", "4,9%", "2.000", "voldoet",
    ]  # fmt: skip


def test_an_estimator_that_does_not_pass_says_why(told):
    told(summary(variants={"null": variant(broken=("bias", "coverage"))}))
    assert "does not pass: bias, coverage" in simulated.accepted_tables("en")


def test_a_cautious_estimator_says_why(told):
    told(summary(conservative=Text(nl="twee nullen", en="two zeros")))
    assert "passes, cautious: two zeros" in simulated.accepted_tables("en")


def test_bias_where_an_estimate_can_only_be_too_large_is_not_shown(told):
    edge = variant(truth=0.0, bias=9.0, bias_se=0.1)
    told(summary(lowest=0.0, variants={"favourable": variant(), "null": edge}))
    assert "9.0" not in simulated.accepted_tables("en")
    told(summary(lowest=0.0, variants={"null": edge}))
    (row,) = rows(BeautifulSoup(simulated.accepted_tables("en"), "html.parser"))
    assert row[2] == simulated.NONE


def test_without_a_test_there_is_no_false_alarm(told):
    told(summary(null=None, variants={"null": variant(rejection=None)}))
    assert simulated.NONE in simulated.accepted_tables("en")


def test_a_wrong_variant_stands_beside_the_right_one(told):
    told(summary(), summary("share-naive", naive=True,
                            variants={"null": variant(coverage=0.8, rejection=0.2)}))  # fmt: skip
    (row,) = rows(BeautifulSoup(simulated.naive_table("en"), "html.parser"))
    assert row[2:] == ["80.0%", "94.0–95.1%", "20.0%", "4.9%"]


def test_every_topic_has_a_name():
    assert {one.topic for one in read_summaries()} <= set(simulated.TOPICS)
