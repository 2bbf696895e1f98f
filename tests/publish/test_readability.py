"""Scores of texts that were counted by hand, and what of a page counts as text."""

import pytest
from bs4 import BeautifulSoup

from analysis.publish.readability import (
    FEWEST_WORDS,
    fill_table,
    level,
    readability,
    sentences_of,
    table,
)

#: Words, sentences, words of more than six letters, syllables: counted by hand.
COUNTED = [
    ("nl", "De kat zat op de mat.", 6, 1, 0, 6),
    ("nl", "De leverancier vervangt namen door pseudoniemen.", 6, 1, 3, 14),
    ("nl", "Wij meten elk jaar opnieuw. Wat telt, is het verzuim van alle werknemers.", 13, 2, 3, 19),
    ("en", "The cat sat on the mat.", 6, 1, 0, 6),
    ("en", "The supplier replaces names by pseudonyms.", 6, 1, 3, 12),
    ("en", "We count again every year. What matters is the absence of all employees.", 13, 2, 3, 20),
]  # fmt: skip
WEIGHTS = {"nl": (0.93, 77.0), "en": (1.015, 84.6)}


@pytest.mark.parametrize(
    ("language", "text", "words", "sentences", "long_words", "syllables"), COUNTED
)
def test_scores_are_those_of_the_formulas(language, text, words, sentences, long_words, syllables):
    found = readability(sentences_of(text), language)
    of_sentence, of_word = WEIGHTS[language]
    assert (found.words, found.sentences) == (words, sentences)
    assert found.lix == pytest.approx(words / sentences + 100 * long_words / words)
    expected = 206.835 - of_sentence * words / sentences - of_word * syllables / words
    assert found.ease == pytest.approx(expected)


def test_scores_that_others_publish():
    """The easiest sentence of textbooks: 116 in the formula of Flesch, and 6 in LIX."""
    found = readability(["The cat sat on the mat."], "en")
    assert found.ease == pytest.approx(116.145)
    assert found.lix == pytest.approx(6)


def test_longer_words_and_sentences_are_harder():
    plain = readability(["Wij tellen wie ziek is.", "Dat doen wij elk jaar."], "nl")
    hard = readability(["Wij inventariseren jaarlijks het verzuimpercentage per organisatieonderdeel "
                        "aan de hand van gepseudonimiseerde verzuimregistraties."], "nl")  # fmt: skip
    assert plain.lix < 30 < 55 < hard.lix
    assert plain.ease > 80 > hard.ease


@pytest.mark.parametrize(
    ("lix", "name"),
    [(20, "very easy"), (40, "easy"), (40.1, "medium"), (55, "hard"), (61, "very hard")],
)
def test_levels(lix, name):
    assert level(lix, "en") == name


PAGE = """# A title that does not count

**In short.** One line
and the next, see [a link](a.md) {cite}`somebody` and {term}`a term <term>`.

- An item without a stop
- Another one, of about 7.5 percent. It has two.

````{dropdown} Code
```python
x = 1
```
````

<figure class="exhibit" id="x"><p>Not this.</p><details><summary>Nor this</summary></details></figure>

<div class="finding finding-supported" id="C01">
<p><strong class="verdict verdict-supported"><span>✓</span> Supported</strong> It holds &amp; fits.</p>
<details><summary>Grounds</summary><dl><dt>No</dt></dl></details>
</div>

<ul class="conclusions"><li>A conclusion. <a href="c.html#C01">What this rests on</a></li></ul>
"""


def test_running_text_counts_and_nothing_else():
    assert sentences_of(PAGE) == [
        "In short.",
        "One line and the next, see a link and a term.",
        "An item without a stop",
        "Another one, of about 7.5 percent.",
        "It has two.",
        "It holds & fits.",
        "A conclusion.",
    ]


def test_a_page_without_text_has_no_score():
    assert readability(sentences_of("# Only a title\n\n```{bibliography}\n```\n"), "en") is None
    assert readability([], "nl") is None
    assert readability(["…", "!"], "nl") is None


def pages():
    long = "# Long & wide\n\n" + "Wij tellen wie ziek is. " * FEWEST_WORDS
    asking = "# Table\n\nEen pagina.\n\n```{readability}\n```\n"
    return {"long": long, "asking": asking, "empty": "# Niets\n"}


def test_the_table_has_a_row_for_every_page_with_text():
    soup = BeautifulSoup(table(pages(), "nl"), "html.parser")
    rows = [[cell.get_text() for cell in row.find_all(["th", "td"])] for row in soup.tbody("tr")]
    assert rows == [
        ["Long & wide", "500", "5,0", "5 (zeer makkelijk)", "110"],
        ["Table", "2", "te weinig tekst", "–", "–"],
    ]
    assert [link["href"] for link in soup("a")] == ["long.html", "asking.html"]
    assert soup.caption.get_text() == "Leesbaarheid per pagina"


def test_only_the_page_that_asks_gets_the_table():
    filled = fill_table(pages(), "en")
    assert list(filled) == ["long", "asking", "empty"]
    assert "<table" in filled["asking"]
    assert "{readability}" not in filled["asking"]
    assert filled["long"] == pages()["long"]
    without = {"long": pages()["long"]}
    assert fill_table(without, "en") == without
