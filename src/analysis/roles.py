"""Roles in prose: ``{value}`id```, ``{interval}`id```, ``{period}`id```, ``{reported}`claim```.

They are how a number gets into a sentence. Nobody types one. ``{lines}`1173-1175``` says where in
the report's text version something stands.
"""

import re
from dataclasses import dataclass

from analysis.errors import EditionError
from analysis.languages import Language, Text

_ROLE = re.compile(r"\{(value|interval|period|the-period|reported|lines)\}`([^`]+)`")
#: Roles, fences and inline code, links and years hold digits that are not findings.
_NOT_PROSE = re.compile(
    r"```.*?```|\{(?:value|interval|period|the-period|reported|lines|cite|term|ref|doc)\}`[^`]*`"
    r"|\]\([^)]*\)|<[^>]+>",
    flags=re.DOTALL | re.MULTILINE,
)
#: Code in a line; a bare number in it is a number all the same.
_CODE = re.compile(r"(?<![}`])`[^`\n]+`(?!`)")
#: A year behind a word that leads to one, or the number of a section behind its name.
_YEAR = re.compile(
    r"\b(?:in|van|uit|sinds|vanaf|tot|en|over|of|from|since|to|and|for|edition|editie)\s+"
    r"(?:19|20)\d\d(?!\w|[.,]\d|\s?%)",
    re.IGNORECASE,
)
_SECTION = re.compile(
    r"(?:^#+|\[|\b(?:paragraaf|section|hoofdstuk|chapter))\s*[1-9](?:\.\d)+(?!\d|\s?%)",
    re.M | re.IGNORECASE,
)
#: The name of an age band, whose limits are drawn by code: 25 tot 35 jaar, jonger dan 25,
#: aged 25 to 34, aged under 35.
_AGE = re.compile(
    r"\b(?:(?:18|25|35|45) tot (?:25|35|45|55) jaar|jonger dan (?:25|35)"
    r"|aged (?:(?:18|25|35|45) to (?:24|34|44|54)|under (?:25|35)))\b(?![.,]\d|\s?%)",
    re.IGNORECASE,
)
#: Lines of the report, as 1144, 1173-1175: in order, with commas between.
_LINES = re.compile(r"[1-9]\d{0,3}(?:-[1-9]\d{0,3})?(?:, [1-9]\d{0,3}(?:-[1-9]\d{0,3})?)*")
_LINE_WORDS = {False: Text(nl="regel", en="line"), True: Text(nl="regels", en="lines")}
_NUMBER = re.compile(r"[\d¼-¾⅐-⅞]+(?:[.,]\d+)*\s?%?")


class NotAvailable(Exception):  # noqa: N818
    """A text asks for a number whose source was not delivered."""

    def __init__(self, tables: tuple[Text, ...]) -> None:
        super().__init__(tables)
        self.tables = tables


@dataclass(frozen=True)
class Words:
    """What roles print.

    Attributes
    ----------
    values, intervals, periods
        Exhibit → text. A published figure has no interval; what prints then is how far rounding
        may move it.
    the_periods
        Exhibit → period as it stands in a sentence, in Dutch with an article.
    missing
        Exhibit → titles of the tables that its number lacks.
    reported
        Claim → text.
    """

    values: dict[str, Text]
    intervals: dict[str, Text]
    periods: dict[str, Text]
    the_periods: dict[str, Text]
    missing: dict[str, tuple[Text, ...]]
    reported: dict[str, Text]


def fill(text: str, words: Words, language: Language) -> str:
    """Put the released numbers in the place of their roles.

    Raises
    ------
    EditionError
        If a role names no exhibit or claim, or no lines of the report.
    NotAvailable
        If a number was not delivered.
    """

    def print_role(found: re.Match[str]) -> str:
        role, key = found[1], found[2]
        if role == "lines":
            return _place(key, language)
        if role == "reported":
            return _look_up(words.reported, key, "claim")[language]
        if key in words.missing:
            raise NotAvailable(words.missing[key])
        texts = {
            "value": words.values,
            "interval": words.intervals,
            "period": words.periods,
            "the-period": words.the_periods,
        }[role]
        return _look_up(texts, key, "number")[language]

    return _ROLE.sub(print_role, text)


def _place(lines: str, language: Language) -> str:
    """Write lines of the report; they keep together, so that a bracket does not break."""
    if not _LINES.fullmatch(lines):
        raise EditionError(
            f"a text gives the lines '{lines}'; write numbers and ranges of lines of the report, "
            "as 1144, 1173-1175."
        )
    several = not lines.isdecimal()
    return f"{_LINE_WORDS[several][language]} {lines.replace('-', '–')}"


def _look_up(texts: dict[str, Text], key: str, what: str) -> Text:
    if key not in texts:
        raise EditionError(
            f"a text names the {what} '{key}', which this book does not have; allowed: "
            f"{', '.join(sorted(texts)) or 'none'}."
        )
    return texts[key]


def typed_numbers(text: str) -> list[str]:
    """Return the numbers that somebody typed into prose.

    Years, section numbers and the names of age bands are free.
    """
    text = _CODE.sub(lambda code: " " if re.search("[A-Za-z]", code[0]) else code[0], text)
    prose = _YEAR.sub(" ", _SECTION.sub(" ", _AGE.sub(" ", _NOT_PROSE.sub(" ", text))))
    return [found.strip() for found in _NUMBER.findall(prose)]
