"""Sliders in a page, from released numbers; the script that moves them is tested in a browser."""

import dataclasses
import html
import re

import numpy as np
import pandas as pd
import pytest

from analysis.errors import EditionError
from analysis.languages import LANGUAGES, Text
from analysis.methods.scenarios import OUTCOMES, Position
from analysis.publish import scenario
from analysis.publish.release import Exhibit
from tests.publish.test_pages import FLOWS, release

START = Position(absence=25.0, exit=25.0, cost=200.0, years=2)
BODY = "steps: one-step\nfall: ambition\ncost: intervention-cost\n"
MORE = "values: worth\nabsence: absence-rates\nexits: exit-rates\n"


def steps():
    rows = []
    for name, known in OUTCOMES.items():
        for reading in ("before_pension", "employer") if known.by_reading else ("",):
            certain = name in ("ill", "kept", "bill", "kept_of_vacancies")
            rows.append(
                {
                    "term": f"{name}.{reading}" if reading else name,
                    "estimate": 40.0,
                    "ci_low": np.nan if certain else 30.0,
                    "ci_high": np.nan if certain else 50.0,
                }
            )
    return pd.DataFrame(rows)


def model(**change):
    return dataclasses.replace(scenario.Model(steps(), START, 2025), **change)


def rates(**values):
    return pd.DataFrame(
        [
            {"term": name, "estimate": value, "ci_low": value - 1, "ci_high": value + 1,
             "term_nl": name.upper(), "term_en": name.upper(), "period": "2025JJ00"}
            for name, value in values.items()
        ]
    )  # fmt: skip


def released(tmp_path, *, gone=()):
    """A release that holds what a scenario asks for, but for some."""
    frames = {
        "one-step": steps(),
        "ambition": rates(value=25.0).assign(period="2027JJ00"),
        "intervention-cost": rates(value=203.0),
        "worth": rates(absence_averted=50e3, absence_cash=20e3, leaver=35e3, part_time_factor=0.7),
        "absence-rates": rates(vvt=8.1),
        "exit-rates": rates(vvt=9.0, ggz=10.0),
    }
    folder = tmp_path / "exhibits" / "c"
    folder.mkdir(parents=True)
    exhibits = {}
    for name, frame in frames.items():
        missing = (FLOWS,) if name in gone else ()
        if not missing:
            frame.to_csv(folder / f"{name}.csv", index=False)
        exhibits[name] = Exhibit(
            chapter="c", id=name, kind="table", synthetic=True, missing=missing
        )
    found = release()
    return dataclasses.replace(found, folder=tmp_path, exhibits=exhibits)


def numbers(page):
    return [html.unescape(text) for text in re.findall(r"scenario-number[^>]*>([^<]*)<", page)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_reads_without_a_script(language):
    page = scenario.write(model(), language, synthetic=False)
    thousand = {"nl": "1.000", "en": "1,000"}[language]
    assert numbers(page)[:2] == [thousand, thousand], "the sentence: 25 steps of 40 people"
    assert "<form hidden" in page
    cost = {"nl": "met €\xa0200 per werknemer", "en": "with €200 per employee"}[language]
    assert cost in page, "the bill is of an amount that no slider shows now"
    assert {"nl": "€\xa01,00 miljard", "en": "€1.00 billion"}[language] in numbers(page)
    assert {"nl": "750% tot 1.250%", "en": "750% to 1,250%"}[language] in numbers(page)


def test_nothing_in_the_page_runs_but_the_file_beside_it():
    page = scenario.write(model(), "nl", synthetic=True)
    assert re.findall(r"<script[^>]*>", page) == ['<script src="_static/scenario.js" defer>']
    assert not re.search(r"\son\w+=", page), "no events in attributes"
    assert "Synthetische data" in page


def test_each_slider_has_a_label_and_each_table_a_caption():
    page = scenario.write(model(), "nl", synthetic=False)
    for name in ("absence", "exit", "year", "cost"):
        assert f'<label for="scenario-{name}">' in page
        assert f'<input type="range" id="scenario-{name}"' in page
    assert page.count("<caption>") == 3
    assert 'role="status"' in page
    assert 'min="2026" max="2035"' in page


def test_amounts_add_up_and_people_who_are_ill_do_not():
    page = scenario.write(model(), "en", synthetic=False)
    ill = re.search(r"Fewer people ill on a day</th>(.*?)</tr>", page)[1]
    assert re.findall(r"<td[^>]*>([^<]*)<", ill) == ["1,000", "–", "–"]
    cash = re.search(r"Cash that employers keep: less hired cover</th>(.*?)</tr>", page)[1]
    found = re.findall(r"<td[^>]*>([^<]*)<", cash)
    assert found == ["€1.00 billion", "€750 million to 1.25 billion", "€1.50 billion"]


def test_the_start_comes_from_the_edition(tmp_path):
    named = {
        part: released(tmp_path / part).exhibits[name]
        for part, name in (
            ("steps", "one-step"),
            ("fall", "ambition"),
            ("cost", "intervention-cost"),
        )
    }
    found = scenario.model_of(named, released(tmp_path / "all"))
    assert found.start == START, "two years to the ambition, and cost on a step of the slider"
    assert found.branches == {}


def test_a_start_beyond_the_end_of_a_slider_stays_where_it_is():
    start = Position(absence=60.0, exit=60.0, cost=2000.0, years=20)
    page = scenario.write(model(start=start), "nl", synthetic=False)
    ends = {
        name: tuple(
            map(int, re.search(rf'name="{name}".* max="(\d+)".* value="(\d+)"', page).groups())
        )
        for name in ("absence", "exit", "cost", "year")
    }
    assert ends == {
        "absence": (60, 60),
        "exit": (60, 60),
        "cost": (2000, 2000),
        "year": (2045, 2045),
    }


def test_a_far_year_of_the_ambition_is_where_the_slider_starts(tmp_path):
    found = released(tmp_path)
    file = tmp_path / "exhibits" / "c" / "ambition.csv"
    file.write_text(file.read_text().replace("2027JJ00", "2040JJ00"))
    assert 'name="year" min="2026" max="2040"' in scenario.scenario(BODY, found, "nl")


def test_a_branch_with_a_hidden_rate_has_dashes(tmp_path):
    page = scenario.scenario(BODY + MORE, released(tmp_path), "nl")
    assert page.count("<caption>") == 4
    vvt, ggz = (
        re.findall(r"<td[^>]*>([^<]*)<", re.search(rf">{name}</th>(.*?)</tr>", page)[1])
        for name in ("VVT", "GGZ")
    )
    assert vvt[0] == "20", "a quarter of 81 people"
    assert ggz[:3] == ["–", "–", "–"]
    assert ggz[3] == "25"


def test_without_branches_the_sector_is_left(tmp_path):
    gone = ("absence-rates", "exit-rates")
    page = scenario.scenario(BODY + MORE, released(tmp_path, gone=gone), "nl")
    assert page.count("<caption>") == 3


def test_without_its_sources_the_page_says_so(tmp_path):
    page = scenario.scenario(BODY, released(tmp_path, gone=("one-step",)), "nl")
    assert page.startswith('<p class="absent"')
    assert "Stromen" in page


@pytest.mark.parametrize(
    ("body", "told"),
    [("", "names nothing"), ("steps: one-step\n", "expected the exhibits of steps, fall, cost"),
     (BODY.replace("ambition", "x"), "'x' is not in this release")],
)  # fmt: skip
def test_a_block_that_does_not_fit_is_refused(tmp_path, body, told):
    with pytest.raises(EditionError, match=told):
        scenario.scenario(body, released(tmp_path), "nl")


def test_labels_are_in_both_languages():
    for texts in (scenario.words.SLIDERS, scenario.words.NET, scenario.words.OF_A_THOUSAND):
        assert all(isinstance(text, Text) for text in texts.values())
