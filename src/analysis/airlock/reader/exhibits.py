"""Exhibits and findings: each one judged by the airlock, and each number within its limits."""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any

from analysis.airlock.reader.cells import (
    Thresholds,
    check_cells,
    has_numbers,
    number_of,
    read_table,
)
from analysis.airlock.reader.choices import counted, in_order
from analysis.airlock.reader.inventory import Inventory
from analysis.airlock.reader.pictures import check_svg
from analysis.airlock.reader.problems import REBUILD, TRACE, Problem
from analysis.airlock.reader.wholes import sums
from analysis.airlock.reader.wording import SCALES, numbers_in, rounds_to, unexplained

DISCLOSURE = "disclosure.json"
FINDINGS = "findings.json"
STATUSES = ("pass", "absent", "withheld")
_KINDS = ("figure", "table", "number", "finding")
#: What the suppliers publish themselves. Everything else counts as confidential, whatever a release
#: says of it.
PUBLIC_TABLES = frozenset(
    {"absence", "absence_by_branch", "employment", "flexible_share", "flows", "moves", "vacancies",
     "interventions", "assumptions", "report"}
)  # fmt: skip
_ENTRY = {"chapter", "exhibit", "kind", "tables", "status", "public"}
_EXHIBIT = {
    "chapter", "id", "kind", "synthetic", "missing", "value", "interval", "the_period", "title",
    "subtitle", "note", "alt", "source", "period", "n", "method", "licence", "grid",
}  # fmt: skip
_FINDING = {
    "claim", "section", "lines", "verdict", "reported", "estimate", "ci_low", "ci_high", "unit",
    "n", "period", "method", "reason", "chapter", "exhibit", "synthetic", "parts", "text",
}  # fmt: skip
_NUMBERS = ("estimate", "ci_low", "ci_high")
_SCALED = {"thousand", "million_euro", "billion_euro"}
#: Middle of a third of the participants → its ends.
_THIRDS = {
    middle: (Decimal(low), Decimal(high))
    for middle, low, high in (
        ("16.7", "0", "33.3"), ("50.0", "33.3", "66.7"), ("83.3", "66.7", "100"),
    )
}  # fmt: skip
_FILE = re.compile(r"[A-Za-z0-9-]+(?:\.json|\.csv|\.(?:nl|en)(?:\.narrow)?\.svg)")
_ACTION = "Let the airlock judge it"


@dataclass
class Exhibits:
    """What a release says about its exhibits.

    Attributes
    ----------
    entries
        Chapter and id → what the airlock said.
    quotations
        Texts of the report, in which numbers may stand.
    """

    stock: Inventory
    thresholds: Thresholds
    quotations: str
    entries: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)

    def check(self) -> list[Problem]:
        """Check everything that the airlock judged, and that it judged everything."""
        problems = self._read_entries()
        names = [PurePosixPath(n) for n in self.stock.content if n.startswith("exhibits/")]
        known = {key for key, one in self.entries.items() if one["kind"] != "finding"}
        for path in names:
            key = (path.parent.name, path.name.partition(".")[0])
            if len(path.parts) != 3 or not _FILE.fullmatch(path.name):
                problems.append(Problem(str(path), "no file of an exhibit", "its files", TRACE))
            elif key not in known:
                what = f"an exhibit that {DISCLOSURE} does not list"
                problems.append(Problem(str(path), what, "judged exhibits", _ACTION))
        for chapter, exhibit in sorted(known):
            problems += self._exhibit(chapter, exhibit)
        return problems + self._findings()

    def ids(self) -> set[str]:
        """Return the ids of all exhibits and findings."""
        return {exhibit for _, exhibit in self.entries}

    def _read_entries(self) -> list[Problem]:
        content = self.stock.read_json(DISCLOSURE)
        listed = content.get("exhibits") if isinstance(content, dict) else None
        if not isinstance(listed, list) or not listed:
            return [Problem(DISCLOSURE, "no list of exhibits", "an entry per exhibit", REBUILD)]
        found = set()
        for one in listed:
            if not isinstance(one, dict) or not set(one) >= _ENTRY:
                found.add(("an entry that lacks a key", ", ".join(sorted(_ENTRY))))
                continue
            if not all(
                isinstance(one[key], str) for key in ("chapter", "exhibit", "kind", "status")
            ):
                found.add(("an entry that is no entry", "texts"))
                continue
            key = (one["chapter"], one["exhibit"])
            if key in self.entries:
                found.add(("an exhibit that is listed twice", "once"))
            if one["kind"] not in _KINDS:
                found.add(("a kind of exhibit that is not known", ", ".join(_KINDS)))
            if one["status"] not in STATUSES:
                found.add(("an exhibit that did not pass", ", ".join(STATUSES)))
            tables = one["tables"]
            if not isinstance(tables, list) or not all(isinstance(name, str) for name in tables):
                found.add(("tables that are no list", "names of tables"))
                tables = []
            if one["status"] == "pass" and not tables:
                found.add(("an exhibit without tables", "the tables behind it"))
            if one["status"] == "pass" and one["public"] is True and not _is_public(one):
                found.add(("confidential tables called public", "public: false"))
            self.entries[key] = one
        return [Problem(DISCLOSURE, what, fine, _ACTION) for what, fine in sorted(found)]

    def _exhibit(self, chapter: str, exhibit: str) -> list[Problem]:
        entry = self.entries[chapter, exhibit]
        base = f"exhibits/{chapter}/{exhibit}"
        content = self.stock.read_json(f"{base}.json")
        if content is None:
            return []
        if (
            not isinstance(content, dict)
            or not set(content) >= _EXHIBIT - {"the_period"}
            or (content["chapter"], content["id"], content["kind"])
            != (chapter, exhibit, entry["kind"])
        ):
            fine = "the exhibit that its name says"
            return [Problem(f"{base}.json", "another exhibit than its name says", fine, REBUILD)]
        pictures = [
            name
            for name in self.stock.content
            if name.startswith(f"{base}.") and name.endswith(".svg")
        ]
        csv = f"{base}.csv"
        if entry["status"] != "pass":
            given = [name for name in (csv, *pictures) if name in self.stock.content]
            if any(content[key] for key in ("value", "interval", "grid", "alt", "n")):
                given.append(f"{base}.json")
            what = "content of an exhibit that was not released"
            return [Problem(name, what, "the titles of its tables", TRACE) for name in given]
        if csv not in self.stock.content:
            return [Problem(csv, "no CSV", "the numbers beside each exhibit", REBUILD)]
        rows, problems = read_table(csv, self.stock.content[csv])
        if problems:
            return problems
        if not _is_public(entry):
            problems += check_cells(csv, rows, self.thresholds)
        if not all(map(has_numbers, rows)):
            # Of public tables nobody else says so; nothing can be compared with such a table.
            fine = "numbers and empty cells"
            return problems or [Problem(csv, "a cell that is no number", fine, REBUILD)]
        return problems + self._texts(base, content, rows, pictures)

    def _texts(
        self, base: str, content: dict[str, Any], rows: list[dict[str, str]], pictures: list[str]
    ) -> list[Problem]:
        known = sorted(set(_numbers(rows)) | {Decimal(len(rows)), *counted(rows)})
        labels = " ".join(
            cell
            for row in rows
            for column, cell in row.items()
            if column[-3:] in ("_nl", "_en") or column in ("group", "measure", "term", "period")
        )
        titles = " ".join(
            str(part)
            for key in ("title", "subtitle", "note", "period", "the_period", "method")
            for part in (content.get(key) or {}).values()
        )
        words = " ".join([labels, _places_in_year(labels), titles, self.quotations])
        shown = {language: _shown(content, language) for language in ("nl", "en")}
        problems = []
        scales = _scales(rows)
        odd = sum(unexplained(text, lang, known, words, scales) for lang, text in shown.items())
        if odd:
            what = f"{odd} numbers in its texts that its CSV does not hold"
            problems.append(Problem(f"{base}.json", what, "numbers of the CSV", TRACE))
        hidden = max((_unshown(rows, text, lang) for lang, text in shown.items()), default=0)
        if hidden and (content["grid"] or content["value"]):
            what = f"{hidden} values that its texts do not show"
            problems.append(Problem(f"{base}.csv", what, "values that its table shows", TRACE))
        texts = " ".join([*_strings(content), labels, self.quotations])
        drawn, choices = [*known, *sums(rows)], in_order(rows)
        for name in pictures:
            language = name.removeprefix(f"{base}.")[:2]
            problems += check_svg(
                name,
                self.stock.content[name],
                rows=len(rows),
                texts=texts,
                explains=lambda label, lang=language: (
                    not unexplained(label, lang, drawn, words, scales)
                ),
                choices=choices,
            )
        return problems

    def _findings(self) -> list[Problem]:
        content = self.stock.read_json(FINDINGS)
        if content is None:
            return []
        if not isinstance(content, list) or not all(
            isinstance(one, dict) and set(one) >= _FINDING for one in content
        ):
            return [Problem(FINDINGS, "no list of findings", "a list of findings", REBUILD)]
        judged = {key for key, one in self.entries.items() if one["kind"] == "finding"}
        given = {(str(one["chapter"]), str(one["exhibit"])) for one in content}
        found: dict[tuple[str, str], int] = {}
        if given - judged or len(given) != len(content):
            found["a finding that the airlock did not judge", "judged findings, once each"] = 1
        if judged - given:
            found["a judged finding that is not there", "every judged finding"] = 1
        for one in content:
            entry = self.entries.get((str(one["chapter"]), str(one["exhibit"])))
            for problem in self._finding(one, entry):
                found[problem] = found.get(problem, 0) + 1
        return [
            Problem(FINDINGS, f"{what} ({times} times)" if times > 1 else what, fine, _ACTION)
            for (what, fine), times in sorted(found.items())
        ]

    def _finding(self, one: dict[str, Any], entry: dict[str, Any] | None) -> set[tuple[str, str]]:
        if entry is None:
            return set()
        try:
            outcomes = [one, *one["parts"]]
            values = [(o["unit"], o[k]) for o in outcomes for k in _NUMBERS if o[k] is not None]
            numbers = [(unit, Decimal(repr(value))) for unit, value in values]
            count = None if one["n"] is None else Decimal(repr(one["n"]))
        except (KeyError, TypeError, ArithmeticError):
            return {("a finding that is no finding", "numbers with their unit")}
        if entry["status"] != "pass":
            shown = numbers or count is not None
            return {("a number of a finding that was not released", "none")} if shown else set()
        if _is_public(entry):
            return set()
        found = {self.thresholds.value_problem(str(unit), value) for unit, value in numbers}
        if count is not None:
            found.add(self.thresholds.count_problem("persons", count))
        elif numbers:
            found.add(("a finding without n", "the number of persons behind it"))
        return {problem for problem in found if problem is not None}


def _is_public(entry: dict[str, Any]) -> bool:
    tables = entry["tables"]
    return isinstance(tables, list) and bool(tables) and set(tables) <= PUBLIC_TABLES


def _numbers(rows: list[dict[str, str]]) -> list[Decimal]:
    numbers = []
    for row in rows:
        for column, cell in row.items():
            if column in ("group", "term", "measure", "period", "unit", "status", "kind", "data"):
                continue
            try:
                number = number_of(cell)
            except ValueError:
                continue
            if number is not None:
                numbers.append(number)
        numbers += _ends(row)
    return numbers


def _ends(row: dict[str, str]) -> list[Decimal]:
    """Return how far rounding may move a published figure: its estimate, half a step around."""
    try:
        middle, half = number_of(row.get("estimate", "")), number_of(row.get("half_step", ""))
    except ValueError:
        return []
    return [] if middle is None or half is None else [middle - half, middle + half]


def _scales(rows: list[dict[str, str]]) -> tuple[Decimal, ...]:
    """Return by how much texts may count otherwise than the CSV: amounts and thousands only."""
    return SCALES if {row.get("unit") for row in rows} & _SCALED else SCALES[:1]


def _unshown(rows: list[dict[str, str]], text: str, language: str) -> int:
    """Count the values of a CSV that a text with all of them leaves out.

    Of a few participants the text says between which thirds a share lies.
    """
    written = set(numbers_in(text, language))

    scales = _scales(rows)

    def is_shown(cell: str) -> bool:
        value = number_of(cell)
        if value is None:
            return True
        ends = _THIRDS.get(f"{value:.1f}")
        if ends is not None and written.issuperset(ends):
            return True
        return any(rounds_to(value, one, scales) for one in written)

    return sum(not is_shown(row.get("value") or row.get("estimate") or "") for row in rows)


def _places_in_year(labels: str) -> str:
    """Write years and quarters as texts do: 2025KW03 as 2025 and 3."""
    codes = set(re.findall(r"\b(\d{4})(?:JJ|KW|MM)(\d\d)\b", labels))
    return " ".join(f"{year} {int(place)}" for year, place in codes)


def _shown(content: dict[str, Any], language: str) -> str:
    """Return the texts of an exhibit that show its numbers."""
    parts = [(content.get(key) or {}).get(language) for key in ("value", "interval", "alt", "n")]
    grid = (content.get("grid") or {}).get(language) or {}
    parts += grid.get("head", []) + [cell for row in grid.get("rows", []) for cell in row]
    return "\n".join(part for part in parts if isinstance(part, str))


def _strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for inner in value.values() for text in _strings(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in _strings(inner)]
    return []
