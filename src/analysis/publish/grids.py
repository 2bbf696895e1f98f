"""The table behind an exhibit, in the words and the locale of each language."""

import math

import pandas as pd

from analysis import formats
from analysis.charts.look import Drawing, label_of
from analysis.languages import Language
from analysis.methods.results import Aggregate, Estimates, Result
from analysis.publish import interface
from analysis.publish.release import Grid


def grid_of(result: Result, drawing: Drawing) -> Grid:
    """Lay out a result as rows and columns of text.

    Aggregates get a row per period and a column per series, or, for one period with several groups
    and measures, a row per group and a column per measure; estimates a row per term.
    """
    match result:
        case Aggregate() if is_matrix(result.frame):
            return _of_matrix(result.frame, drawing)
        case Aggregate():
            return _of_aggregate(result.frame, drawing)
        case Estimates():
            return _of_estimates(result.frame, drawing)
        case _:
            raise TypeError(f"{type(result).__name__} has no table yet")


def is_matrix(frame: pd.DataFrame) -> bool:
    """Tell whether cells have one period, or none, and are laid out by group and measure."""
    periods = set(frame["period"])
    several = min(frame["group"].nunique(), frame["measure"].nunique()) > 1
    return periods == {""} or (len(periods) == 1 and several)


def _of_matrix(frame: pd.DataFrame, drawing: Drawing) -> Grid:
    language = drawing.language
    measures = list(dict.fromkeys(frame["measure"]))
    cells = {(row.group, row.measure): row for row in frame.itertuples()}
    units = frame.groupby("measure")["unit"].first()
    rows = [
        [
            label_of(drawing, group),
            *(
                "–"
                if (row := cells.get((group, measure))) is None or math.isnan(row.value)
                else formats.value(row.value, row.unit, language)
                for measure in measures
            ),
        ]
        for group in dict.fromkeys(frame["group"])
    ]
    head = [
        label_of(drawing, measure)
        if units[measure] == "percent"
        else f"{label_of(drawing, measure)} ({formats.UNIT_LABELS[units[measure]][language]})"
        for measure in measures
    ]
    return Grid(head=[interface.ITEM[language], *head], rows=rows)


def _of_aggregate(frame: pd.DataFrame, drawing: Drawing) -> Grid:
    language = drawing.language
    keys = list(dict.fromkeys(frame[drawing.series]))
    periods = sorted(frame["period"].unique(), key=formats.period_place)
    cells = {(row.period, getattr(row, drawing.series)): row for row in frame.itertuples()}
    unit = formats.UNIT_LABELS[frame["unit"].iloc[0]][language]
    # One column, one number of decimals.
    fractions = {
        key: bool((rows["value"] % 1 != 0).any()) for key, rows in frame.groupby(drawing.series)
    }
    rows = [
        [
            formats.period(period, language),
            *(_cell(cells.get((period, key)), language, fixed=fractions[key]) for key in keys),
        ]
        for period in periods
    ]
    provisional = (frame["status"] == "provisional").any()
    return Grid(
        head=[interface.PERIOD[language], *(f"{label_of(drawing, key)} ({unit})" for key in keys)],
        rows=rows,
        note=interface.PROVISIONAL[language] if provisional else None,
    )


def _cell(row, language: Language, *, fixed: bool) -> str:
    if row is None or math.isnan(row.value):
        return "–"
    mark = "*" if row.status == "provisional" else ""
    return formats.number(row.value, language, fixed=fixed) + mark


def _of_estimates(frame: pd.DataFrame, drawing: Drawing) -> Grid:
    language = drawing.language
    people = of_people(frame)
    # What is the same in every row stands below the table, or goes without saying.
    with_interval = not (people and (frame["half_step"] == 0).all())
    with_period = not (people and frame["period"].nunique() == 1)
    columns = [
        (interface.ITEM, True),
        (interface.ESTIMATE, True),
        (interface.INTERVAL, with_interval),
        (interface.PERIOD, with_period),
        (interface.PEOPLE_USED if people else interface.FIGURES_USED, True),
        (interface.REPORT, bool(drawing.references)),
    ]
    rows = []
    for row in frame.itertuples():
        reference = drawing.references.get(row.term)
        cells = [
            label_of(drawing, row.term),
            formats.value(row.estimate, row.unit, language),
            interval_text(row, language),
            formats.period(row.period, language) if row.period else "–",
            formats.number(row.n, language, decimals=0) if row.n else "–",
            reference.label if reference else "–",
        ]
        rows.append([cell for cell, (_, shown) in zip(cells, columns, strict=True) if shown])
    return Grid(head=[name[language] for name, shown in columns if shown], rows=rows)


def interval_text(row, language: Language) -> str:
    """Write the interval of an estimate, or why there is none."""
    if math.isnan(row.ci_low):
        complete = row.half_step == 0
        return (interface.COMPLETE_COUNT if complete else interface.NO_INTERVAL)[language]
    return formats.interval(row.ci_low, row.ci_high, row.unit, language)


def of_people(frame: pd.DataFrame) -> bool:
    """Tell whether estimates count people; those of published series count figures."""
    return bool(frame["n_organisations"].notna().any())


def count_text(n: float, language: Language, *, organisations: float = math.nan) -> str:
    """Write how many people, or how many published figures, an estimate rests on."""
    if not math.isnan(organisations):
        return interface.PEOPLE_IN_ORGANISATIONS[language].format(
            n=formats.number(n, language, decimals=0),
            organisations=formats.number(organisations, language, decimals=0),
        )
    if n == 0:
        return interface.ONLY_ASSUMPTIONS[language]
    if n == 1:
        return interface.ONE_PUBLISHED_FIGURE[language]
    return interface.PUBLISHED_FIGURES[language].format(n=formats.number(n, language, decimals=0))
