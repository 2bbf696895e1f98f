"""What a check finds: each problem with what was expected and what to do. No cell is ever shown."""

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from analysis.errors import DeliveryError
from analysis.languages import Language, Text
from analysis.sources.schema import CORRECT
from analysis.strict import Listed, StrictModel

Severity = Literal["refused", "note"]
#: Version of the report's form as JSON.
VERSION = 1
#: Part of a file's name that may be a pseudonym or a number of somebody, and a day that may stay.
_IDENTIFIER = re.compile(r"[0-9a-f]{16,}|[0-9]{8,}", re.IGNORECASE)
_DAY = re.compile(r"(19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])")


class Problem(StrictModel):
    """One thing that is wrong with a delivery, or worth knowing.

    Attributes
    ----------
    file
        Path below the deliveries folder, when one file is to blame.
    table
        Name among the confidential tables, when it is one of those.
    rule
        Name of the rule, or of the way in which a file breaks.
    rows, of
        Number of rows that break the rule, and of rows that it looked at.
    unit
        What was counted: rows, or cases (groups of rows) for a rule over several.
    """

    file: str | None = None
    table: str | None = None
    rule: str
    column: str | None = None
    rows: int | None = None
    of: int | None = None
    unit: Literal["rows", "cases"] = "rows"
    expected: Text
    remedy: Text = CORRECT
    severity: Severity = "refused"

    @property
    def place(self) -> str:
        """The file or, when several deliver it, the table."""
        return self.file or self.table or "."


class NotChecked(StrictModel):
    """A rule that could not run."""

    table: str
    rule: str
    reason: Text


class SeenFile(StrictModel):
    """A file of the folder.

    Attributes
    ----------
    table
        What takes it; None when nothing does.
    sha256
        None for a file that is too large to read for this alone.
    rows
        None for a file that could not be read, and for one of a published series.
    """

    file: str
    table: str | None
    bytes: int
    sha256: str | None
    rows: int | None


class Report(StrictModel):
    """All that a check found, in an order that depends on the deliveries alone."""

    version: int = VERSION
    edition: str | None
    tables: Listed[tuple[str, ...]]
    files: Listed[tuple[SeenFile, ...]]
    problems: Listed[tuple[Problem, ...]]
    not_checked: Listed[tuple[NotChecked, ...]]

    @property
    def refused(self) -> tuple[Problem, ...]:
        """The problems for which the delivery is refused."""
        return tuple(problem for problem in self.problems if problem.severity == "refused")

    @property
    def notes(self) -> tuple[Problem, ...]:
        """What is worth knowing but no reason to refuse."""
        return tuple(problem for problem in self.problems if problem.severity == "note")

    def raise_if_refused(self, language: Language = "en") -> None:
        """Raise a ``DeliveryError`` with a line for every problem that is refused."""
        if self.refused:
            raise DeliveryError(
                "\n".join(f"{problem.place}: {line(problem, language)}" for problem in self.refused)
            )


class UnusableFileError(DeliveryError):
    """A file that cannot be read at all, with the problem that says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"{problem.place}: {line(problem, 'en')}")
        self.problem = problem


class NumberTooLargeError(UnusableFileError):
    """A query over delivered files met a number that is too large to calculate with."""


def line(problem: Problem, language: Language) -> str:
    """Return a problem as one line, without the file that it is about."""
    words = _WORDS[language]
    where = f", {words['column']} '{problem.column}'" if problem.column else ""
    count = ""
    if problem.rows is not None:
        count = f": {_count(problem, language)}"
    return (
        f"{problem.rule}{where}{count}; {words['expected']} {problem.expected[language]}. "
        f"{problem.remedy[language]}"
    )


def write_report(report: Report, language: Language) -> str:
    """Return the report as text: problems by file, notes, what was not checked, a summary."""
    words = _WORDS[language]
    parts = []
    for title, problems in ((words["refused"], report.refused), (words["notes"], report.notes)):
        if not problems:
            continue
        parts.append(title)
        for place in dict.fromkeys(problem.place for problem in problems):
            parts.append(f"  {place}")
            parts += [f"    - {line(p, language)}" for p in problems if p.place == place]
        parts.append("")
    if report.not_checked:
        parts.append(words["not checked"])
        parts += [
            f"  {skipped.table}: {skipped.rule}: {skipped.reason[language]}"
            for skipped in report.not_checked
        ]
        parts.append("")
    return "\n".join([*parts, _summary(report, language)])


def _summary(report: Report, language: Language) -> str:
    used = sum(file.table is not None for file in report.files)
    counts = {
        "problems": len(report.refused),
        "places": len({problem.place for problem in report.refused}),
        "tables": len(report.tables),
        "files": used,
        "notes": len(report.notes),
    }
    return _WORDS[language]["wrong" if report.refused else "fine"].format(**counts)


def shown_path(relative: Path) -> str:
    """Return a path as it can be shown, also when its name is not UTF-8 or breaks lines.

    What may be a pseudonym or the number of a person or organisation is left out; ids of tables,
    years and days stay.
    """
    text = os.fsencode(relative).decode("utf-8", "replace")
    shown = (letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)
    return _IDENTIFIER.sub(_mask, Path("".join(shown)).as_posix())


def shown_paths(paths: Iterable[Path], root: Path) -> dict[Path, str]:
    """Return how paths below a folder are shown, no two alike."""
    shown: dict[Path, str] = {}
    for path in paths:
        first = text = shown_path(path.relative_to(root))
        taken, times = set(shown.values()), 1
        while text in taken:
            times += 1
            text = f"{first} ({times})"
        shown[path] = text
    return shown


def _mask(found: re.Match[str]) -> str:
    return found[0] if _DAY.fullmatch(found[0]) else "\N{HORIZONTAL ELLIPSIS}"


def _count(problem: Problem, language: Language) -> str:
    one, several = _UNITS[language][problem.unit]
    last = problem.rows if problem.of is None else problem.of
    counted = f"{problem.rows:,}"
    if problem.of is not None:
        counted += f" {_WORDS[language]['of']} {problem.of:,}"
    if language == "nl":
        counted = counted.replace(",", ".")
    return f"{counted} {one if last == 1 else several}"


_UNITS = {
    "en": {"rows": ("row", "rows"), "cases": ("case", "cases")},
    "nl": {"rows": ("rij", "rijen"), "cases": ("geval", "gevallen")},
}


_WORDS = {
    "en": {
        "column": "column",
        "of": "of",
        "expected": "expected",
        "refused": "Refused",
        "notes": "Notes",
        "not checked": "Not checked",
        "wrong": "Refused: {problems} problem(s) in {places} place(s); {tables} table(s) in "
        "{files} file(s), {notes} note(s).",
        "fine": "Fine: {tables} table(s) in {files} file(s), {notes} note(s).",
    },
    "nl": {
        "column": "kolom",
        "of": "van",
        "expected": "verwacht:",
        "refused": "Geweigerd",
        "notes": "Opmerkingen",
        "not checked": "Niet gecontroleerd",
        "wrong": "Geweigerd: {problems} probleem/problemen op {places} plek(ken); {tables} "
        "tabel(len) in {files} bestand(en), {notes} opmerking(en).",
        "fine": "In orde: {tables} tabel(len) in {files} bestand(en), {notes} opmerking(en).",
    },
}
