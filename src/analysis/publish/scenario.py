"""Sliders in a page: outcomes of one step, from the release, times where the reader puts them.

The page holds the default position as text, so that it reads without a script and on paper. The
script beside it multiplies the same released numbers and writes them as ``analysis.formats`` does.
"""

import math
from dataclasses import dataclass, field
from html import escape

import pandas as pd

from analysis import formats
from analysis.errors import EditionError
from analysis.labels import READINGS, SCENARIO_OUTCOMES
from analysis.languages import Language, Text
from analysis.methods import scenarios
from analysis.methods.results import PAIR
from analysis.methods.scenarios import Position
from analysis.publish import interface, markup
from analysis.publish import scenario_words as words
from analysis.publish.release import Exhibit, Release

#: What the block names: the outcomes of a step, and numbers that say where the sliders start.
PARTS = ("steps", "fall", "cost")
#: What it may name besides, for a table of branches: rates, and the worth of one.
BRANCHES = ("values", "absence", "exits")
#: How far the sliders reach: percent, years ahead, euros; further where they start further.
MOST_PERCENT, MOST_YEARS, MOST_EUROS = 50, 10, 1000
_STEP_OF_EUROS = 10
_NONE = "–"
_ABSENCE = ("ill", "fte", "fte_of_vacancies", "absence_averted", "absence_cash", "absence_society")
_COST = ("break_even_averted", "break_even_cash")


@dataclass(frozen=True)
class Model:
    """What the sliders of a page calculate with.

    Attributes
    ----------
    found
        Frame of ``scenarios.steps`` as released.
    start
        Position of the sliders at first.
    year
        Year from which the fall begins.
    branches
        Branches with a released rate, and their names.
    """

    found: pd.DataFrame
    start: Position
    year: int
    branches: dict[str, Text] = field(default_factory=dict)

    @property
    def readings(self) -> list[str]:
        """Readings of unwanted departures, the first one first."""
        terms = [term.split(PAIR) for term in self.found["term"] if term.startswith(f"kept{PAIR}")]
        return [reading for _, reading in terms]

    def knows(self, term: str) -> bool:
        """Tell whether a term was released."""
        return bool((self.found["term"] == term).any())


def scenario(body: str, release: Release, language: Language) -> str:
    """Write the sliders and their outcomes, or say what was not delivered.

    Raises
    ------
    EditionError
        If the block does not name its exhibits, or the release does not hold them.
    """
    exhibits = _named(body, release)
    missing = tuple(dict.fromkeys(table for part in PARTS for table in exhibits[part].missing))
    if missing:
        return markup.absent(missing, language)
    synthetic = any(one.synthetic for one in exhibits.values())
    return write(model_of(exhibits, release), language, synthetic=synthetic)


def _named(body: str, release: Release) -> dict[str, Exhibit]:
    given = dict(line.split(": ", 1) for line in body.strip().splitlines() if ": " in line)
    unknown = sorted(set(given.values()) - release.exhibits.keys())
    if set(given) not in ({*PARTS}, {*PARTS, *BRANCHES}) or unknown:
        raise EditionError(
            f"a scenario names {', '.join(given) or 'nothing'}; expected the exhibits of "
            f"{', '.join(PARTS)}, and perhaps of {', '.join(BRANCHES)}, each as 'steps: exhibit-id'"
            + (f"; '{unknown[0]}' is not in this release." if unknown else ".")
        )
    return {part: release.exhibits[name] for part, name in given.items()}


def model_of(exhibits: dict[str, Exhibit], release: Release) -> Model:
    """Read the released numbers behind the sliders."""
    frames = {
        part: pd.read_csv(release.folder / "exhibits" / one.chapter / f"{one.id}.csv")
        for part, one in exhibits.items()
        if not one.missing
    }
    fall, cost = (frames[part].iloc[0] for part in ("fall", "cost"))
    year = release.manifest.reference_year
    # An ambition whose year has passed is asked for the next year.
    years = max(formats.year_of(fall["period"]) - year, 1)
    percent = float(round(fall["estimate"]))
    euros = _STEP_OF_EUROS * round(cost["estimate"] / _STEP_OF_EUROS)
    start = Position(percent, percent, float(euros), years)
    found = frames["steps"]
    rates = [frames[part] for part in ("exits", "absence") if part in frames]
    if "values" not in frames or not rates:
        return Model(found, start, year)
    absence, exits = (frames.get(part, rates[0].iloc[:0]) for part in ("absence", "exits"))
    more = scenarios.of_a_thousand(absence, exits, frames["values"])
    named = {
        row.term: Text(nl=row.term_nl, en=row.term_en) for one in rates for row in one.itertuples()
    }
    return Model(pd.concat([found, more], ignore_index=True), start, year, named)


# --- cells ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cell:
    """One number that follows the sliders.

    Attributes
    ----------
    term
        Of the outcomes of a step.
    part
        The outcome, its interval, or both.
    summed
        Whether all years until the fall is reached are added up.
    less
        Term of what is taken off.
    """

    term: str
    part: str = "value"
    summed: bool = False
    less: str = ""

    def text(self, model: Model, position: Position, language: Language) -> str:
        """Write the number where the sliders stand."""
        figure = scenarios.at(
            model.found, self.term, position, summed=self.summed, less=self.less
        )  # fmt: skip
        unit = scenarios.outcome_of(self.term).unit
        value, low, high = figure
        if self.part == "value":
            return formats.value(value, unit, language)
        span = _NONE if math.isnan(low) else formats.interval(low, high, unit, language)
        return f"{formats.value(value, unit, language)} ({span})" if self.part == "both" else span

    def html(self, model: Model, language: Language, tag: str, label: Text | None = None) -> str:
        """Write the number with what the script needs to write it anew."""
        row = _row(model, self.term)
        data = {
            "slider": scenarios.outcome_of(self.term).slider,
            "unit": scenarios.outcome_of(self.term).unit,
            "part": self.part,
            "value": f"{row['estimate']:.9g}",
        }
        if self.summed:
            data["summed"] = "yes"
        if not math.isnan(row["ci_low"]):
            data |= {"low": f"{row['ci_low']:.9g}", "high": f"{row['ci_high']:.9g}"}
        if self.less:
            data["less"] = f"{_row(model, self.less)['estimate']:.9g}"
            data["less-slider"] = scenarios.outcome_of(self.less).slider
        attributes = "".join(f' data-{name}="{escape(text)}"' for name, text in data.items())
        if label is not None:
            attributes += f' data-label="{escape(label[language])}"'
        text = self.text(model, model.start, language)
        return f'<{tag} class="scenario-number"{attributes}>{escape(text)}</{tag}>'


def _row(model: Model, term: str) -> pd.Series:
    return model.found.loc[model.found["term"] == term].iloc[0]


# --- page -----------------------------------------------------------------------------------------


def write(model: Model, language: Language, *, synthetic: bool) -> str:
    """Write the sliders, a sentence that follows them, and three tables."""
    mark = markup.synthetic_mark(language) if synthetic else ""
    start = model.start
    cost = position_text("cost", start.cost, language)
    plain = words.WITHOUT_SCRIPT[language].format(cost=cost)
    return "\n".join(
        [
            '<section class="scenario" id="scenario" aria-labelledby="scenario-title" '
            f'data-year="{model.year}" data-language="{language}">',
            f'<h3 id="scenario-title">{words.TITLE[language]}</h3>',
            f'<p class="scenario-plain">{escape(plain)}</p>',
            f'<form hidden autocomplete="off"><p id="scenario-how">{words.HOW[language]}</p>',
            _slider("absence", start.absence, (0, MOST_PERCENT, 1), language),
            _slider("exit", start.exit, (0, MOST_PERCENT, 1), language),
            _slider(
                "year", model.year + start.years, (model.year + 1, model.year + MOST_YEARS, 1),
                language,
            ),
            _slider("cost", start.cost, (0, MOST_EUROS, _STEP_OF_EUROS), language),
            f'<button type="reset">{words.RESET[language]}</button></form>',
            f'<p class="scenario-status" role="status" aria-atomic="true">'
            f"{mark}{_status(model, language)}</p>",
            *_tables(model, language),
            '<script src="_static/scenario.js" defer></script>',
            "</section>",
        ]
    )  # fmt: skip


def _slider(name: str, value: float, reach: tuple[int, int, int], language: Language) -> str:
    least, most, step = reach
    # A browser would move a slider that starts beyond its end.
    most = max(most, round(value))
    return (
        f'<div class="scenario-slider"><label for="scenario-{name}">'
        f"{words.SLIDERS[name][language]}</label>"
        # The slider says where it stands, and the sentence what follows: that is enough to hear.
        f'<output for="scenario-{name}" id="scenario-{name}-shown" aria-live="off">'
        f"{escape(position_text(name, value, language))}</output>"
        f'<input type="range" id="scenario-{name}" name="{name}" min="{least}" max="{most}" '
        f'step="{step}" value="{value:g}"></div>'
    )


def position_text(name: str, value: float, language: Language) -> str:
    """Write where a slider stands."""
    match name:
        case "year":
            return f"{value:.0f}"
        case "cost":
            return formats.value(value, "euro", language)
        case _:
            return formats.value(value, "percent", language)


def _status(model: Model, language: Language) -> str:
    reading = model.readings[0]
    usual = reading == "before_pension"
    sentence = (words.STATUS if usual else words.STATUS_OF_OTHER)[language]
    shown = {
        name: f'<span data-position="{name}">{escape(position_text(name, value, language))}</span>'
        for name, value in (
            ("absence", model.start.absence), ("exit", model.start.exit),
            ("year", model.year + model.start.years),
        )
    }  # fmt: skip
    return sentence.format(
        **shown,
        ill=Cell("ill").html(model, language, "strong"),
        kept=Cell(f"kept{PAIR}{reading}").html(model, language, "strong"),
    )


def _tables(model: Model, language: Language) -> list[str]:
    thrice = (words.LAST, words.SPREAD, words.SUMMED)
    absence = [
        (SCENARIO_OUTCOMES[term], _cells(term), scenarios.OUTCOMES[term].adds_up)
        for term in _ABSENCE
    ]
    net = [(text, _cells(term, less="bill"), True) for term, text in words.NET.items()]
    bill = [(SCENARIO_OUTCOMES["bill"], _cells("bill"), True)]
    even = [(SCENARIO_OUTCOMES[term], _cells(term), False) for term in _COST]
    by_reading = ("kept", "kept_of_vacancies", "turnover_averted")
    exit_head = (*(SCENARIO_OUTCOMES[term] for term in by_reading), words.SPREAD, words.SUMMED)
    exits = [
        (
            READINGS[reading],
            (
                *(Cell(f"{term}{PAIR}{reading}") for term in by_reading),
                Cell(f"turnover_averted{PAIR}{reading}", part="interval"),
                Cell(f"turnover_averted{PAIR}{reading}", summed=True),
            ),
            True,
        )
        for reading in model.readings
    ]
    return [
        _table(words.OF_ABSENCE, thrice, absence, model, language),
        _table(words.OF_EXIT, exit_head, exits, model, language, first=words.READING),
        _table(words.OF_COST, thrice, [*bill, *net, *even], model, language),
        *([_of_branches(model, language)] if model.branches else []),
    ]


def _of_branches(model: Model, language: Language) -> str:
    """Write what a thousand employees of each branch would mean; a hidden rate gives a dash."""
    rows = [
        (
            name,
            tuple(
                Cell(f"{outcome}{PAIR}{branch}", part="value" if known.unit == "people" else "both")
                for outcome, known in scenarios.OF_A_THOUSAND.items()
            ),
            True,
        )
        for branch, name in model.branches.items()
    ]
    head = tuple(words.OF_A_THOUSAND[name] for name in scenarios.OF_A_THOUSAND)
    return _table(words.OF_BRANCHES, head, rows, model, language, first=words.BRANCH)


def _cells(term: str, *, less: str = "") -> tuple[Cell, ...]:
    return (
        Cell(term, less=less),
        Cell(term, part="interval", less=less),
        Cell(term, summed=True, less=less),
    )


Rows = list[tuple[Text, tuple[Cell, ...], bool]]


def _table(
    caption: Text,
    head: tuple[Text, ...],
    rows: Rows,
    model: Model,
    language: Language,
    *,
    first: Text | None = None,
) -> str:
    """Write a table; a row that does not add up has a dash in its last cell."""
    named = (first or interface.ITEM, *head)
    heads = "".join(f'<th scope="col">{escape(name[language])}</th>' for name in named)
    body = []
    for name, cells, adds_up in rows:
        shown = [
            cell.html(model, language, "td", label)
            if (adds_up or not cell.summed) and model.knows(cell.term)
            else f'<td data-label="{escape(label[language])}">{_NONE}</td>'
            for cell, label in zip(cells, head, strict=True)
        ]
        body.append(f'<tr><th scope="row">{escape(name[language])}</th>{"".join(shown)}</tr>')
    return (
        f'<div class="table-scroll" tabindex="0" role="region" '
        f'aria-label="{escape(caption[language])}">'
        f'<table class="stacked numbers-right"><caption>{escape(caption[language])}</caption>\n'
        f"<thead><tr>{heads}</tr></thead>\n<tbody>\n" + "\n".join(body) + "\n</tbody></table></div>"
    )
