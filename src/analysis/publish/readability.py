"""How hard the prose of a page is to read: words in a sentence, LIX and Flesch.

LIX (Björnsson 1968) is words per sentence plus the percentage of words of more than six letters; it
is the same for every language. Reading ease is that of Flesch (1948) for English and of Douma
(1960) for Dutch: both fall with longer sentences and with more syllables in a word, with other
weights.

A formula sees length only. It does not see whether a word is known or a text makes sense, and it
holds for running text; a page with less of it than ``FEWEST_WORDS`` gets no score.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser

from analysis import formats
from analysis.languages import Language, Text
from analysis.publish.protection import stacked
from analysis.publish.release import Grid
from analysis.publish.syllables import count_syllables

#: Directive that a page holds where the table comes.
BLOCK = re.compile(r"^```\{readability\}\n```$", re.M)
#: A score of fewer words says more of one sentence than of the page.
FEWEST_WORDS = 100
#: Letters from which on a word is long in LIX.
LONG_WORD = 7
#: Highest value of LIX and its name, as Björnsson has them; above the last it is very hard.
LEVELS = (
    (30, Text(nl="zeer makkelijk", en="very easy")),
    (40, Text(nl="makkelijk", en="easy")),
    (50, Text(nl="gemiddeld", en="medium")),
    (60, Text(nl="moeilijk", en="hard")),
)
HARDEST = Text(nl="zeer moeilijk", en="very hard")
#: Constant, weight of words per sentence, weight of syllables per word.
_EASE: dict[Language, tuple[float, float, float]] = {
    "nl": (206.835, 0.93, 77.0),
    "en": (206.835, 1.015, 84.6),
}
CAPTION = Text(nl="Leesbaarheid per pagina", en="Readability per page")
PAGE = Text(nl="Pagina", en="Page")
WORDS = Text(nl="Woorden", en="Words")
PER_SENTENCE = Text(nl="Woorden per zin", en="Words per sentence")
LIX = Text(nl="LIX", en="LIX")
EASE = Text(nl="Flesch-Douma", en="Flesch")
TOO_SHORT = Text(nl="te weinig tekst", en="too little text")

_FENCE = re.compile(r"^(`{3,}).*?^\1$", re.M | re.S)
_HEADING = re.compile(r"^#+ .*$", re.M)
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
#: A reference prints a number in brackets, a term its word.
_CITE = re.compile(r"\s*\{(?:cite|ref|doc)\}`[^`]*`")
_ROLE = re.compile(r"\{\w+\}`([^`<]*?)\s*(?:<[^`]*>)?`")
_ITEM = re.compile(r"^\s*(?:[-*]|\d+\.)\s+", re.M)
_MARKS = re.compile(r"[*_`]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}")
#: A stop ends a sentence before a capital or a number: not in 7.5, and not in "vgl. de tabel".
_STOP = re.compile(r"(?<=[.!?])[\"'’”)]*\s+(?=[\"'‘“(]*[A-ZÀ-Þ0-9])")
_WORD = re.compile(r"\w+(?:[.,'’–-]\w+)*")
_TITLE = re.compile(r"^# (.+)$", re.M)


@dataclass(frozen=True)
class Readability:
    """Scores of a text.

    Attributes
    ----------
    words, sentences
        How many it has.
    lix
        Words per sentence plus the percentage of words with more than six letters; higher is
        harder.
    ease
        Reading ease of Flesch, or of Flesch and Douma in Dutch; higher is easier, about 0 to 100.
    """

    words: int
    sentences: int
    lix: float
    ease: float

    @property
    def words_per_sentence(self) -> float:
        """Mean length of a sentence."""
        return self.words / self.sentences


def readability(sentences: list[str], language: Language) -> Readability | None:
    """Score sentences; None when there is not a word in them.

    Parameters
    ----------
    sentences
        Running text, as `sentences_of` gives it.
    """
    worded = [found for sentence in sentences if (found := _WORD.findall(sentence))]
    words = [word for sentence in worded for word in sentence]
    if not words:
        return None
    per_sentence = len(words) / len(worded)
    long_words = sum(_letters(word) >= LONG_WORD for word in words)
    syllables = sum(count_syllables(word, language) for word in words)
    constant, of_sentence, of_word = _EASE[language]
    return Readability(
        words=len(words),
        sentences=len(worded),
        lix=per_sentence + 100 * long_words / len(words),
        ease=constant - of_sentence * per_sentence - of_word * syllables / len(words),
    )


def _letters(word: str) -> int:
    return sum(letter.isalpha() for letter in word)


def level(lix: float, language: Language) -> str:
    """Name how hard a text with this LIX is."""
    return next((name for high, name in LEVELS if lix <= high), HARDEST)[language]


def sentences_of(page: str) -> list[str]:
    """Return the sentences that a reader of a page meets as running text.

    Parameters
    ----------
    page
        MyST Markdown of a built page. Paragraphs, list items and the sentences of findings count;
        headings, tables, figures, code, and what is folded away do not.
    """
    blocks = re.split(r"\n\s*\n", _bare(page))
    sentences = []
    for block in blocks:
        # Each list item is a text of its own, with or without a stop.
        for part in _ITEM.split(block):
            text = " ".join(part.split())
            sentences += [one for one in _STOP.split(text) if one]
    return sentences


def _bare(page: str) -> str:
    text = _HEADING.sub("\n", _FENCE.sub("\n", page))
    reader = _Running()
    reader.feed(text)
    reader.close()
    text = _CITE.sub("", _LINK.sub(r"\1", "".join(reader.parts)))
    return _MARKS.sub("", _ROLE.sub(r"\1", text))


class _Running(HTMLParser):
    """Keeps the running text of HTML within Markdown."""

    _SKIPPED = ("figure", "table", "details", "h1", "h2", "h3", "h4")
    _BLOCKS = ("p", "li", "ul", "ol", "div", "section")
    #: Beside a sentence, but no part of it.
    _ASIDE = ("verdict", "on-synthetic", "lines", "key-figures")

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        classes = (dict(attrs).get("class") or "").split()
        link_to_grounds = tag == "a" and bool(self._open)
        skipped = tag in self._SKIPPED or link_to_grounds or bool({*classes} & {*self._ASIDE})
        if tag not in ("img", "source", "br"):
            self._open.append((tag, skipped))
        if tag in self._BLOCKS:
            self.parts.append("\n\n")

    def handle_endtag(self, tag: str) -> None:
        opened = [place for place, (name, _) in enumerate(self._open) if name == tag]
        if opened:
            # What was left open inside it ends with it.
            del self._open[opened[-1] :]
        if tag in self._BLOCKS:
            self.parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        if not any(skipped for _, skipped in self._open):
            self.parts.append(data)


def fill_table(pages: Mapping[str, str], language: Language) -> dict[str, str]:
    """Put the table of all pages where a page asks for it.

    Parameters
    ----------
    pages
        File name without ending → MyST Markdown, in the order of the book.
    """
    if not any(BLOCK.search(text) for text in pages.values()):
        return dict(pages)
    shown = table(pages, language)
    return {name: BLOCK.sub(lambda _: shown, text) for name, text in pages.items()}


def table(pages: Mapping[str, str], language: Language) -> str:
    """Write the scores of every page that has prose."""
    rows = []
    for name, text in pages.items():
        found = readability(sentences_of(text), language)
        if found is None:
            continue
        title = _TITLE.search(text)
        link = f'<a href="{name}.html">{escape(title[1] if title else name)}</a>'
        rows.append(
            [link, formats.number(found.words, language, decimals=0), *_scores(found, language)]
        )
    head = (PAGE, WORDS, PER_SENTENCE, LIX, EASE)
    return stacked(
        Grid(head=[name[language] for name in head], rows=rows),
        caption=CAPTION[language],
        safe_first=True,
    )


def _scores(found: Readability, language: Language) -> list[str]:
    if found.words < FEWEST_WORDS:
        return [TOO_SHORT[language], "–", "–"]
    per_sentence = formats.number(found.words_per_sentence, language, decimals=1, fixed=True)
    lix = formats.number(found.lix, language, decimals=0)
    ease = formats.number(found.ease, language, decimals=0)
    return [per_sentence, f"{lix} ({level(found.lix, language)})", ease]
