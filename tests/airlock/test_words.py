"""The texts of the rules: every rule has them, and no threshold is typed in one."""

import re
import string

import pytest

from analysis.airlock import submitted
from analysis.airlock.rules import RULES
from analysis.airlock.words import HANDLING, RULE_WORDS
from analysis.edition import Disclosure
from analysis.languages import LANGUAGES

OF_SEVERAL_ROWS = {
    submitted.SAME_CELL, submitted.SECONDARY, submitted.EARLIER, submitted.UNSTATED,
    submitted.IDENTIFIER, submitted.UNLABELLED, submitted.WHOLE_FINDING,
}  # fmt: skip
FOLLOWS = {"suppress": "hides", "refuse": "stops", "review": "asks"}
ALL = {**RULE_WORDS, **HANDLING}


def test_every_rule_has_words_and_no_other():
    assert set(RULE_WORDS) == set(RULES) | OF_SEVERAL_ROWS


def test_words_say_what_the_rule_does():
    for name, rule in RULES.items():
        assert RULE_WORDS[name].group == FOLLOWS[rule.action], name


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ALL)
def test_thresholds_are_named_and_never_typed(name, language):
    rule = ALL[name]
    texts = [text[language] for text in (rule.short, rule.asks, rule.why, rule.example)]
    fields = {field for _, field, _, _ in string.Formatter().parse(rule.asks[language]) if field}
    assert fields <= set(Disclosure.model_fields)
    assert not re.search(r"\d", " ".join(texts))
    assert all(text.endswith(".") for text in texts[1:])


@pytest.mark.parametrize("name", ALL)
def test_both_languages_name_the_same_thresholds(name):
    fields = [
        {field for _, field, _, _ in string.Formatter().parse(ALL[name].asks[lang]) if field}
        for lang in LANGUAGES
    ]
    assert fields[0] == fields[1]


def test_every_threshold_of_people_is_explained():
    told = " ".join(rule.asks.en for rule in ALL.values())
    numbers = {
        name for name, field in Disclosure.model_fields.items() if field.annotation in (int, float)
    }
    assert {name for name in numbers if f"{{{name}}}" not in told} == set()
