"""The table behind an exhibit, in the words and the locale of each language."""

import math

import pandas as pd

from analysis import formats
from analysis.bands import is_band
from analysis.charts.look import Counted, Drawing, label_of
from analysis.charts.pairs import split
from analysis.languages import Language, Text
from analysis.methods.results import PAIR, SUPPRESSED, Aggregate, Curve, Estimates, Result
from analysis.places import place_of
from analysis.publish import interface
from analysis.publish.release import Grid

#: More measures than this stand below each other.
_MOST_COLUMNS = 7


def grid_of(result: Result, drawing: Drawing, chart: str | None = None) -> Grid:
    """Lay out a result as rows and columns of text.

    Aggregates get a row per period and a column per series, or, for one period with several groups
    and measures, a row per group and a column per measure, turned when there are many measures;
    estimates a row per term and a curve a row per time. Pairs that a chart shows side by side
    stand so in its table.
    """
    match result:
        case Estimates() if chart == "pairs" and result.frame["period"].nunique() == 1:
            return _of_pairs(result.frame, drawing)
        case Aggregate() if chart in ("profiles", "stacked"):
            return _of_profiles(result.frame, drawing)
        case Aggregate() if is_matrix(result.frame, drawing):
            return _of_matrix(result.frame, drawing)
        case Aggregate():
            return _of_aggregate(result.frame, drawing)
        case Estimates():
            return _of_estimates(result.frame, drawing, paths=chart == "paths")
        case Curve():
            return _of_curve(result.frame, drawing)


def is_matrix(frame: pd.DataFrame, drawing: Drawing) -> bool:
    """Tell whether cells have one period, or none, and are laid out by group and measure."""
    periods = set(frame["period"])
    several = frame["group"].nunique() > 1
    several = several or frame.duplicated(["period", drawing.series]).any()
    return periods == {""} or (len(periods) == 1 and several)


def columns_of(frame: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """Name the measures of a matrix, and the two ends of the interval that one may have."""
    measures = list(dict.fromkeys(frame["measure"]))
    ends = {one: (f"{one}_low", f"{one}_high") for one in measures}
    pairs = {one: pair for one, pair in ends.items() if set(pair) <= set(measures)}
    taken = {end for pair in pairs.values() for end in pair}
    return {one: pairs.get(one, ()) for one in measures if one not in taken}


def _of_matrix(frame: pd.DataFrame, drawing: Drawing) -> Grid:
    language = drawing.language
    cells = {(row.group, row.measure): row for row in frame.itertuples()}
    units = frame.groupby("measure")["unit"].first()
    groups = list(dict.fromkeys(frame["group"]))
    columns: dict[str, list[str]] = {}
    for measure, ends in columns_of(frame).items():
        head = _with_unit(label_of(drawing, measure), units[measure], language)
        # One unit, one number of decimals.
        same = frame.loc[frame["unit"] == units[measure], "value"].dropna()
        fixed = bool((same % 1 != 0).any())
        columns[head] = [
            _matrix_cell(cells.get((group, measure)), language, fixed=fixed) for group in groups
        ]
        if ends:
            columns[f"{head}: {interface.INTERVAL[language].lower()}"] = [
                interval_cell([cells.get((group, end)) for end in ends], language)
                for group in groups
            ]
    names = [label_of(drawing, group) for group in groups]
    grid = [[name, *cells] for name, cells in columns.items()]
    if len(columns) <= _MOST_COLUMNS or len(columns) <= len(groups):
        grid = [list(row) for row in zip(*grid, strict=True)]
        head, body = grid[0], grid[1:]
        rows = [[name, *cells] for name, cells in zip(names, body, strict=True)]
    else:
        head, rows = names, grid
    return Grid(head=[interface.ITEM[language], *head], rows=rows, note=_note(frame, language))


def _of_profiles(frame: pd.DataFrame, drawing: Drawing) -> Grid:
    """Give a row to each place and a column to each group; turned when there are many groups."""
    language = drawing.language
    groups = list(dict.fromkeys(frame["group"]))
    measures = sorted(set(frame["measure"]), key=place_of)
    cells = {(row.group, row.measure): row for row in frame.itertuples()}
    fixed = bool((frame["value"].dropna() % 1 != 0).any())
    places = [formats.number(place_of(one), language, decimals=4) for one in measures]
    names = [_with_unit(label_of(drawing, one), frame["unit"].iloc[0], language) for one in groups]
    rows = [
        [_matrix_cell(cells.get((group, one)), language, fixed=fixed) for group in groups]
        for one in measures
    ]
    axis = drawing.axis or interface.ITEM[language]
    if len(groups) > _MOST_COLUMNS:
        rows = [list(row) for row in zip(*rows, strict=True)]
        head, first = [f"{interface.ITEM[language]} / {axis}", *places], names
    else:
        head, first = [axis, *names], places
    rows = [[name, *row] for name, row in zip(first, rows, strict=True)]
    return Grid(head=head, rows=rows, note=_note(frame, language))


def _matrix_cell(row, language: Language, *, fixed: bool) -> str:
    """Write a cell with its unit, or why there is none."""
    if row is None or math.isnan(row.value):
        return _missing(row)
    return formats.value(row.value, row.unit, language, fixed=fixed)


def interval_cell(rows: list, language: Language) -> str:
    """Write the two ends of an interval, or why there is none."""
    for row in rows:
        if row is None or math.isnan(row.value):
            return _missing(row)
    low, high = rows
    return formats.interval(low.value, high.value, low.unit, language)


def _missing(row) -> str:
    return interface.SUPPRESSED_MARK if row is not None and row.status == SUPPRESSED else "–"


def _note(frame: pd.DataFrame, language: Language) -> str | None:
    """Explain the marks that stand in a table."""
    notes = []
    if (frame["status"] == "provisional").any():
        notes.append(interface.PROVISIONAL[language])
    if (frame["status"] == SUPPRESSED).any():
        notes.append(f"{interface.SUPPRESSED_MARK} {interface.SUPPRESSED[language]}")
    return "; ".join(notes) or None


def _of_aggregate(frame: pd.DataFrame, drawing: Drawing) -> Grid:
    language = drawing.language
    keys = list(dict.fromkeys(frame[drawing.series]))
    periods = sorted(frame["period"].unique(), key=formats.period_place)
    if frame.duplicated(["period", drawing.series]).any():
        raise ValueError("a table by period holds one figure of each; give all of them one period")
    cells = {(row.period, getattr(row, drawing.series)): row for row in frame.itertuples()}
    unit = formats.UNIT_LABELS[frame["unit"].iloc[0]][language]
    # One column, one number of decimals.
    fractions = {
        key: bool((rows["value"].dropna() % 1 != 0).any())
        for key, rows in frame.groupby(drawing.series)
    }
    rows = [
        [
            formats.period(period, language),
            *(_cell(cells.get((period, key)), language, fixed=fractions[key]) for key in keys),
        ]
        for period in periods
    ]
    return Grid(
        head=[interface.PERIOD[language], *(f"{label_of(drawing, key)} ({unit})" for key in keys)],
        rows=rows,
        note=_note(frame, language),
    )


def _cell(row, language: Language, *, fixed: bool) -> str:
    if row is None or math.isnan(row.value):
        return _missing(row)
    mark = "*" if row.status == "provisional" else ""
    return formats.number(row.value, language, fixed=fixed) + mark


def _of_estimates(frame: pd.DataFrame, drawing: Drawing, *, paths: bool) -> Grid:
    """Give a row to each term; one that is a path has its two ends in columns of their own."""
    language = drawing.language
    people = of_people(frame)
    banded = [is_band(row) for row in frame.itertuples()]
    # What is the same in every row stands below the table, or goes without saying.
    with_interval = any(banded) or not (people and (frame["half_step"] == 0).all())
    with_period = not (people and frame["period"].nunique() == 1)
    columns = [
        (interface.ITEM, not paths),
        (interface.FROM, paths),
        (interface.TO, paths),
        # The middle of a band estimates nothing, and reads as a count of so many.
        (interface.ESTIMATE, not all(banded)),
        (interface.BAND if all(banded) else interface.INTERVAL, with_interval),
        (interface.PERIOD, with_period),
        (_counted(frame, drawing), True),
        (interface.REPORT, bool(drawing.references)),
    ]
    fractions = _with_fractions(frame)
    rows = []
    for row in frame.itertuples():
        reference = drawing.references.get(row.term)
        cells = [
            label_of(drawing, row.term),
            label_of(drawing, row.term.partition(PAIR)[0]),
            label_of(drawing, row.term.partition(PAIR)[2]),
            "–" if is_band(row) else estimate_text(row, language, fixed=row.unit in fractions),
            interval_text(row, language),
            formats.period(row.period, language) if row.period else "–",
            _count_cell(row, language),
            reference.label if reference else "–",
        ]
        rows.append([cell for cell, (_, shown) in zip(cells, columns, strict=True) if shown])
    return Grid(head=[name[language] for name, shown in columns if shown], rows=rows)


def _of_pairs(frame: pd.DataFrame, drawing: Drawing) -> Grid:
    """Give a row to each left name, and a column to each right name and to how many there are."""
    language = drawing.language
    rows = split(frame)
    names, series = (list(dict.fromkeys(rows[side])) for side in ("left", "right"))
    cells = {(row.left, row.right): row for row in rows.itertuples()}
    count = _counted(frame, drawing)
    # One column of counts is enough where a row rests on the same people throughout.
    same = bool((rows.groupby("left")["n"].nunique(dropna=False) == 1).all())
    counted = [None] if same else series
    head = [interface.ITEM[language]]
    head += [_with_unit(label_of(drawing, one), rows["unit"].iloc[0], language) for one in series]
    head += [
        count[language] + ("" if one is None else f": {label_of(drawing, one)}") for one in counted
    ]
    fixed = bool(_with_fractions(rows))
    body = []
    for name in names:
        found = {one: cells.get((name, one)) for one in series}
        found[None] = next(cell for cell in found.values() if cell is not None)
        body.append(
            [
                label_of(drawing, name),
                *(_pair_cell(found[one], language, fixed=fixed) for one in series),
                *(_count_cell(found[one], language) for one in counted),
            ]
        )
    banded = any(is_band(row) for row in rows.itertuples())
    words = interface.BANDS_IN_BRACKETS if banded else interface.IN_BRACKETS
    note = words[language] if rows["ci_low"].notna().any() else None
    return Grid(head=head, rows=body, note=note)


def _counted(frame: pd.DataFrame, drawing: Drawing) -> Text:
    """Return the head of the column that says how many there are, and of what."""
    counted = interface.COUNTED[drawing.counted]
    if of_people(frame):
        form = interface.NUMBER_USED
        return Text(
            nl=form.nl.format(counted=counted.nl.capitalize()),
            en=form.en.format(counted=counted.en.capitalize()),
        )
    if drawing.counted == "people":
        return interface.FIGURES_USED
    return Text(nl=counted.nl.capitalize(), en=counted.en.capitalize())


def _with_unit(label: str, unit: str, language: Language) -> str:
    """Name the unit in the head of a column whose cells do not."""
    name = formats.UNIT_LABELS[unit][language]
    written = formats.value(1.0, unit, language)
    named = any(mark in written for mark in ("%", "€", name))
    return label if named else f"{label} ({name})"


def _pair_cell(row, language: Language, *, fixed: bool) -> str:
    if row is None:
        return "–"
    if is_band(row):
        return interval_text(row, language)
    written = estimate_text(row, language, fixed=fixed)
    if math.isnan(row.estimate) or math.isnan(row.ci_low):
        return written
    return f"{written} ({formats.interval(row.ci_low, row.ci_high, row.unit, language)})"


def _count_cell(row, language: Language) -> str:
    return "–" if row is None or not row.n else formats.number(row.n, language, decimals=0)


def _of_curve(frame: pd.DataFrame, drawing: Drawing) -> Grid:
    language = drawing.language
    return Grid(
        head=[
            label_of(drawing, "time"),
            label_of(drawing, "still_there"),
            interface.INTERVAL[language],
            interface.AT_RISK[language],
            interface.EVENTS[language],
        ],
        rows=[
            [
                formats.number(row.time, language),
                formats.value(row.value, "percent", language, fixed=True),
                curve_interval(row, language),
                formats.number(row.at_risk, language, decimals=0),
                formats.number(row.events, language, decimals=0),
            ]
            for row in frame.itertuples()
        ],
    )


def curve_interval(row, language: Language) -> str:
    """Write the interval of a step of a curve, or that there is none."""
    if math.isnan(row.ci_low) or math.isnan(row.ci_high):
        return "–"
    return formats.interval(row.ci_low, row.ci_high, "percent", language)


def _with_fractions(frame: pd.DataFrame) -> set[str]:
    """Return the units in which some estimate has decimals, so that all of its column do."""
    return set(frame.loc[frame["estimate"].round(1) % 1 > 0, "unit"])


def estimate_text(row, language: Language, *, fixed: bool) -> str:
    """Write an estimate; methods return none that is missing, so such a one was hidden."""
    if math.isnan(row.estimate):
        return interface.SUPPRESSED_MARK
    return formats.value(row.estimate, row.unit, language, fixed=fixed)


def interval_text(row, language: Language) -> str:
    """Write the interval of an estimate, or why there is none."""
    if math.isnan(row.estimate):
        return interface.SUPPRESSED_MARK
    if math.isnan(row.ci_low):
        published = math.isnan(row.n_organisations)
        if row.half_step == 0:
            return (interface.CALCULATED if published else interface.COMPLETE_COUNT)[language]
        return (interface.NO_INTERVAL if published else interface.WITHOUT_INTERVAL)[language]
    return formats.interval(row.ci_low, row.ci_high, row.unit, language)


def of_people(frame: pd.DataFrame) -> bool:
    """Tell whether estimates count people; those of published series count figures."""
    return bool(frame["n_organisations"].notna().any())


def count_text(
    n: float,
    language: Language,
    *,
    organisations: float = math.nan,
    counted: Counted = "people",
) -> str:
    """Write how many people, or how many published figures, an estimate rests on."""
    if not math.isnan(organisations):
        return interface.IN_ORGANISATIONS[language].format(
            n=formats.number(n, language, decimals=0),
            counted=interface.COUNTED[counted][language],
            organisations=formats.number(organisations, language, decimals=0),
        )
    if n == 0:
        return interface.ONLY_ASSUMPTIONS[language]
    if counted != "people":
        written = formats.number(n, language, decimals=0)
        return f"{written} {interface.COUNTED[counted][language]}"
    if n == 1:
        return interface.ONE_PUBLISHED_FIGURE[language]
    return interface.PUBLISHED_FIGURES[language].format(n=formats.number(n, language, decimals=0))
