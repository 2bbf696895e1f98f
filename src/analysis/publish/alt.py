"""The text that stands for a figure where it cannot be seen; its numbers are those of the CSV."""

import pandas as pd

from analysis import formats
from analysis.charts.look import Drawing, label_of
from analysis.methods.results import Aggregate, Result
from analysis.publish import interface
from analysis.publish.grids import interval_text

_SERIES = {
    "nl": "{label}: {first} in {first_period}, {last} in {last_period}; hoogste {top} in "
    "{top_period}, laagste {low} in {low_period}.",
    "en": "{label}: {first} in {first_period}, {last} in {last_period}; highest {top} in "
    "{top_period}, lowest {low} in {low_period}.",
}


def alt_of(chart: str, title: str, result: Result, drawing: Drawing) -> str:
    """Describe a figure: its kind, its message, each of its rows, and what the report says."""
    language = drawing.language
    parts = [f"{interface.CHART_KINDS[chart][language]}: {title.rstrip('.')}."]
    if isinstance(result, Aggregate) and chart == "lines":
        parts += [_describe_series(rows, drawing) for rows in _series(result.frame, drawing)]
    elif chart == "matrix":
        parts += [
            _describe_group(rows, drawing) for _, rows in result.frame.groupby("group", sort=False)
        ]
    elif isinstance(result, Aggregate):
        parts += [
            f"{label_of(drawing, getattr(row, drawing.series))}: "
            f"{formats.value(row.value, row.unit, language)}."
            for row in result.frame.itertuples()
        ]
    else:
        parts += [
            f"{label_of(drawing, row.term)}: {formats.value(row.estimate, row.unit, language)} "
            f"({interval_text(row, language)})."
            for row in result.frame.itertuples()
        ]
    for key, reference in drawing.references.items():
        says = interface.REPORT_SAYS[language]
        name = f" ({label_of(drawing, key)})" if key in drawing.labels else ""
        parts.append(f"{says}{name}: {reference.label.split(': ')[-1]}.")
    if drawing.synthetic:
        parts.append(f"{interface.SYNTHETIC[language]}.")
    return " ".join(parts)


def _describe_group(rows: pd.DataFrame, drawing: Drawing) -> str:
    cells = ", ".join(
        f"{label_of(drawing, row.measure)} {formats.value(row.value, row.unit, drawing.language)}"
        for row in rows.itertuples()
    )
    return f"{label_of(drawing, rows['group'].iloc[0])}: {cells}."


def _series(frame: pd.DataFrame, drawing: Drawing) -> list[pd.DataFrame]:
    return [
        rows.sort_values("period", key=lambda codes: codes.map(formats.period_place))
        for _, rows in frame.groupby(drawing.series, sort=False)
    ]


def _describe_series(rows: pd.DataFrame, drawing: Drawing) -> str:
    language = drawing.language
    places = {
        "first": rows.iloc[0],
        "last": rows.iloc[-1],
        "top": rows.loc[rows["value"].idxmax()],
        "low": rows.loc[rows["value"].idxmin()],
    }
    words = {"label": label_of(drawing, rows[drawing.series].iloc[0])}
    for name, row in places.items():
        words[name] = formats.value(row["value"], row["unit"], language)
        words[f"{name}_period"] = formats.period(row["period"], language)
    return _SERIES[language].format_map(words)
