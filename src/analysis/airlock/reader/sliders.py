"""Sliders of a page: what they calculate with is released, and so is what they show at first.

A page with sliders holds numbers in its tags, out of reach of the checks of an exhibit. Each has to
be an estimate with its interval as a CSV of the page's chapter holds it, or a tenth of a rate of
the chapter (one percent of the people among a thousand) times such an estimate.
"""

import hashlib
import html.parser
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import PurePosixPath

from analysis import project
from analysis.airlock.reader.cells import number_of
from analysis.airlock.reader.inventory import Inventory
from analysis.airlock.reader.problems import REBUILD, TRACE, Problem
from analysis.airlock.reader.search import read_rows
from analysis.airlock.reader.wording import numbers_in

SCRIPT = "_static/scenario.js"
_CLASS = "scenario-number"
_ENDS = ("value", "low", "high")
_UNITS = ("people", "percent", "euro", "million_euro")
#: Everything that a number of the sliders may say of itself.
_DATA = {
    "slider", "unit", "part", "value", "low", "high", "summed", "less", "less-slider", "label",
}  # fmt: skip
#: Euros that one step of the slider of costs takes.
_STEP_OF_COST = 100
#: A page writes at most this many digits of a product, a CSV this many of an estimate.
_DIGITS = Decimal("0.00001")
#: Half a step of a slider, in percent and in euros.
_HALF, _HALF_OF_COST = Decimal("0.5"), Decimal(5)
#: Digits that a page writes of an outcome, and how far rounding moves it.
_WRITTEN_DIGITS, _HALF_A_STEP = 3, Decimal("0.500001")
_A_TENTH = Decimal("0.1")

Triple = tuple[Decimal | None, ...]


@dataclass
class _Number:
    """A number that follows the sliders, and the text in it."""

    data: dict[str, str]
    text: str = ""


@dataclass
class _Page(html.parser.HTMLParser):
    """Collects the numbers of the sliders and where the sliders stand."""

    numbers: list[_Number] = field(default_factory=list)
    positions: dict[str, str] = field(default_factory=dict)
    shown: list[_Number] = field(default_factory=list)
    year: str = ""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: tuple[str, _Number] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take up a number, a slider or a place that tells where a slider stands."""
        given = {name: value or "" for name, value in attrs}
        classes = given.get("class", "").split()
        data = {k.removeprefix("data-"): v for k, v in given.items() if k.startswith("data-")}
        if tag == "section" and "scenario" in classes:
            self.year = data.get("year", "")
        if tag == "input" and given.get("type") == "range":
            self.positions[given.get("name", "")] = given.get("value", "")
        if _CLASS in classes:
            self.numbers.append(_Number(data))
            self._open = (tag, self.numbers[-1])
        elif "position" in data or (tag == "output" and given.get("for")):
            name = data.get("position") or given["for"].removeprefix("scenario-")
            self.shown.append(_Number({"position": name}))
            self._open = (tag, self.shown[-1])

    def handle_data(self, data: str) -> None:
        """Add to the text of a number."""
        if self._open is not None:
            self._open[1].text += data

    def handle_endtag(self, tag: str) -> None:
        """Leave a number."""
        if self._open is not None and self._open[0] == tag:
            self._open = None


def check_sliders(stock: Inventory, reference_year: object) -> list[Problem]:
    """Check the sliders on the pages of an edition, and the script that moves them.

    Parameters
    ----------
    stock
        Files of the edition: pages in ``<language>/<chapter>.html``, exhibits in
        ``exhibits/<chapter>``.
    reference_year
        Year of the edition, from which the sliders count.
    """
    problems = []
    ours = hashlib.sha256((project.root() / "book" / SCRIPT).read_bytes()).hexdigest()
    for name, content in stock.content.items():
        if name.endswith(f"/{SCRIPT}") and stock.checksums[name] != ours:
            problems.append(
                Problem(name, "another script than this clone has", "the clone's", TRACE)
            )
        if not name.endswith(".html") or _CLASS.encode() not in content:
            continue
        path = PurePosixPath(name)
        if f"{path.parent}/{SCRIPT}" not in stock.content:
            problems.append(Problem(name, "sliders without their script", SCRIPT, REBUILD))
        page = _Page()
        page.feed(content.decode("utf-8", "replace"))
        page.close()
        found = _odd(page, _triples(stock, path.stem), path.parent.name, str(reference_year))
        problems += [
            Problem(name, f"{times} {what}", "numbers of the chapter's CSVs", TRACE)
            for what, times in found.items()
            if times
        ]
    return problems


def _triples(stock: Inventory, chapter: str) -> tuple[set[Triple], list[Decimal]]:
    """Return the estimates of a chapter with their intervals, and its rates in percent."""
    triples: set[Triple] = set()
    rates = []
    for name, content in stock.content.items():
        if not name.startswith(f"exhibits/{chapter}/") or not name.endswith(".csv"):
            continue
        try:
            _, rows = read_rows(content.decode("utf-8"))
            for row in rows:
                if "estimate" not in row or (value := number_of(row["estimate"])) is None:
                    continue
                triples.add((value, number_of(row["ci_low"]), number_of(row["ci_high"])))
                if row["unit"] == "percent":
                    rates.append(value)
        except (ValueError, KeyError):
            # The check of the exhibit tells what is wrong with it.
            continue
    return triples, rates


def _odd(
    page: _Page, released: tuple[set[Triple], list[Decimal]], language: str, year: str
) -> dict[str, int]:
    triples, rates = released
    odd = dict.fromkeys(
        ("numbers of sliders that are not released", "texts of sliders that do not follow",
         "sliders that begin where no number says"), 0
    )  # fmt: skip
    numbers, texts, places = odd
    estimates = [triple[0] for triple in triples if triple[0] is not None]
    at = {name: _number(value) for name, value in page.positions.items()}
    starts = {name: value for name, value in at.items() if name != "year"}
    half = {name: _HALF_OF_COST if name == "cost" else _HALF for name in starts}
    odd[places] += sum(
        not (value is not None and any(abs(one - value) <= half[name] for one in estimates))
        for name, value in starts.items()
    )
    odd[places] += page.year != year
    for one in page.numbers:
        ends = [_number(one.data.get(end)) for end in _ENDS]
        off = _number(one.data.get("less"))
        fits = (
            set(one.data) <= _DATA
            and one.data.get("unit") in _UNITS
            and _is_released(ends, triples, rates)
            and ("less" not in one.data or off in estimates)
        )
        odd[numbers] += not fits
        odd[texts] += fits and not _follows(one, ends, off, at, page.year, language)
    for one in page.shown:
        value = at.get(one.data["position"])
        odd[texts] += value is None or list(numbers_in(one.text, language)) != [value]
    return odd


def _number(text: str | None) -> Decimal | None:
    try:
        number = Decimal(text or "")
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _is_released(
    ends: Sequence[Decimal | None], triples: set[Triple], rates: Iterable[Decimal]
) -> bool:
    if ends[0] is None:
        return False
    if tuple(ends) in triples:
        return True
    for rate in rates:
        tenth = rate * _A_TENTH
        if ends[1] is None and ends[2] is None and ends[0] == tenth:
            return True
        if any(_are_equal(ends, [None if e is None else e * tenth for e in t]) for t in triples):
            return True
    return False


def _are_equal(ends: Sequence[Decimal | None], others: Sequence[Decimal | None]) -> bool:
    """Tell whether numbers are the same in the digits that a page writes."""
    return all(
        (one is None and other is None)
        or (one is not None and other is not None and abs(one - other) <= abs(other) * _DIGITS)
        for one, other in zip(ends, others, strict=True)
    )


def _follows(
    one: _Number,
    ends: Sequence[Decimal | None],
    off: Decimal | None,
    at: dict[str, Decimal | None],
    first: str,
    language: str,
) -> bool:
    """Tell whether a text is the number times the place of its slider."""
    years = (at.get("year") or Decimal(0)) - (_number(first) or Decimal(0))

    def times(slider: str) -> Decimal:
        steps = at.get(slider) or Decimal(0)
        taken = steps / _STEP_OF_COST if slider == "cost" else steps
        if "summed" not in one.data:
            return taken
        # What grows by as much every year adds up to half of the first and the last, each year.
        return taken * (years if slider == "cost" else (years + 1) / 2)

    less = Decimal(0) if off is None else off * times(one.data.get("less-slider", ""))
    factor = times(one.data.get("slider", ""))
    known = [end * factor - less for end in ends if end is not None]
    written = list(numbers_in(one.text, language))
    return all(any(_is_written(number, end) for end in known) for number in written)


def _is_written(written: Decimal, value: Decimal) -> bool:
    """Tell whether a number is another in three digits, or in the decimals that it has."""
    if not written.is_finite():
        return False
    # Millions may be written as billions.
    for scaled in (value, value / 1000):
        steps = [Decimal(1).scaleb(int(written.as_tuple().exponent))]
        if scaled:
            steps.append(Decimal(1).scaleb(scaled.adjusted() - _WRITTEN_DIGITS + 1))
        if any(
            abs(written - scaled) <= step * _HALF_A_STEP and written % step == 0 for step in steps
        ):
            return True
    return False
