"""The text that stands for a figure where it cannot be seen; its numbers are those of the CSV."""

import math

import numpy as np
import pandas as pd

from analysis import formats
from analysis.charts.look import BETWEEN_PAIR, Drawing, label_of
from analysis.charts.profiles import along, highlighted
from analysis.charts.scales import neutral_of
from analysis.charts.specifications import choices_of, is_clear, told_choices
from analysis.languages import Language, Text
from analysis.methods.results import PAIR, SUPPRESSED, Aggregate, Curve, Result
from analysis.methods.specifications import middle_of
from analysis.places import is_from_start
from analysis.publish import interface
from analysis.publish.grids import columns_of, curve_interval, interval_cell, interval_text

#: Charts that have a row of measures per group.
_BY_GROUP = ("matrix", "boxes", "binned", "funnel", "calibration", "alluvial")
#: Steps of a curve that are told; the table has them all.
_STEPS = 6
_SERIES = {
    "nl": "{label}: {first} in {first_period}, {last} in {last_period}; hoogste {top} in "
    "{top_period}, laagste {low} in {low_period}.",
    "en": "{label}: {first} in {first_period}, {last} in {last_period}; highest {top} in "
    "{top_period}, lowest {low} in {low_period}.",
}
_PROFILE = {
    "nl": "{label}: {first} bij {first_place}, {last} bij {last_place}; hoogste {top} bij "
    "{top_place}, laagste {low} bij {low_place}.",
    "en": "{label}: {first} at {first_place}, {last} at {last_place}; highest {top} at "
    "{top_place}, lowest {low} at {low_place}.",
}
_OTHER_PROFILE = {
    "nl": "{label}: hoogste {top} bij {top_place}.",
    "en": "{label}: highest {top} at {top_place}.",
}
_TO = {"nl": " naar ", "en": " to "}
_CURVE = {
    "nl": "{count} combinaties van keuzes, van laag naar hoog. In het midden {median}. {clear} "
    "combinaties hebben een interval zonder {neutral}.",
    "en": "{count} combinations of choices, from low to high. In the middle {median}. {clear} "
    "combinations have an interval without {neutral}.",
}
_END = {
    "lowest": Text(nl="Laagste: {value} ({interval}), bij {choices}.",
                   en="Lowest: {value} ({interval}), with {choices}."),
    "highest": Text(nl="Hoogste: {value} ({interval}), bij {choices}.",
                    en="Highest: {value} ({interval}), with {choices}."),
}  # fmt: skip


def alt_of(chart: str, title: str, result: Result, drawing: Drawing) -> str:
    """Describe a figure: its kind, its message, each of its rows, and what the report says."""
    language = drawing.language
    parts = [f"{interface.CHART_KINDS[chart][language]}: {title.rstrip('.')}."]
    if isinstance(result, Aggregate) and chart == "lines":
        parts += [_describe_series(rows, drawing) for rows in _series(result.frame, drawing)]
    elif chart in ("profiles", "stacked"):
        groups = list(dict.fromkeys(result.frame["group"]))
        named = highlighted(groups, drawing) if chart == "profiles" else groups
        parts += _describe_profiles(result.frame, named, drawing)
    elif chart == "specifications":
        parts += _describe_specifications(result.frame, drawing)
    elif isinstance(result, Curve):
        parts += [_describe_step(row, drawing) for row in _some_steps(result.frame).itertuples()]
    elif chart in _BY_GROUP:
        parts += [
            _describe_group(rows, drawing) for _, rows in result.frame.groupby("group", sort=False)
        ]
    elif isinstance(result, Aggregate):
        parts += [
            f"{label_of(drawing, getattr(row, drawing.series))}: {_cell(row, language)}."
            for row in result.frame.itertuples()
        ]
    else:
        to = _TO[language] if chart == "paths" else BETWEEN_PAIR
        parts += [_describe_estimate(row, drawing, to) for row in result.frame.itertuples()]
    for key, reference in drawing.references.items():
        says = interface.REPORT_SAYS[language]
        name = f" ({label_of(drawing, key)})" if key in drawing.labels else ""
        parts.append(f"{says}{name}: {reference.label.split(': ')[-1]}.")
    if isinstance(result, Aggregate) and (result.frame["status"] == SUPPRESSED).any():
        explanation = interface.SUPPRESSED[language]
        parts.append(f"{explanation[0].upper()}{explanation[1:]}.")
    if drawing.synthetic:
        parts.append(f"{interface.SYNTHETIC[language]}.")
    return " ".join(parts)


def _describe_estimate(row, drawing: Drawing, between: str) -> str:
    language = drawing.language
    name = label_of(drawing, row.term)
    if is_from_start(row.term):
        name = f"{formats.period(row.period, language)} ({name})"
    if row.term not in drawing.labels and PAIR in row.term:
        name = between.join(label_of(drawing, part) for part in row.term.split(PAIR))
    if math.isnan(row.estimate):
        return f"{name}: {interface.SUPPRESSED_CELLS[language]}."
    value = formats.value(row.estimate, row.unit, language)
    return f"{name}: {value} ({interval_text(row, language)})."


def _describe_specifications(frame: pd.DataFrame, drawing: Drawing) -> list[str]:
    """Tell the middle and the ends of a specification curve, and how many are clear."""
    language = drawing.language
    known = frame.dropna(subset=["estimate"]).sort_values("estimate", kind="stable")
    if known.empty:
        return [f"{interface.SUPPRESSED_CELLS[language]}."]
    unit, kinds = known["unit"].iloc[0], choices_of(frame)
    middle = known.iloc[middle_of(known["estimate"].to_numpy())]
    parts = [
        _CURVE[language].format(
            count=formats.number(len(known), language, decimals=0),
            median=formats.value(middle["estimate"], unit, language),
            clear=formats.number(int(is_clear(known, unit).sum()), language, decimals=0),
            neutral=formats.number(neutral_of(unit), language, decimals=0),
        )
    ]
    for place, name in ((0, "lowest"), (-1, "highest")):
        row = next(known.iloc[[place]].itertuples())
        parts.append(
            _END[name][language].format(
                value=formats.value(row.estimate, unit, language),
                interval=interval_text(row, language),
                choices=told_choices(row.term, kinds, drawing),
            )
        )
    return parts


def _describe_group(rows: pd.DataFrame, drawing: Drawing) -> str:
    language = drawing.language
    cells = {row.measure: row for row in rows.itertuples()}
    told, hidden = [], []
    for measure, ends in columns_of(rows).items():
        name = label_of(drawing, measure)
        if cells[measure].status == SUPPRESSED:
            hidden.append(name)
            continue
        text = f"{name} {_cell(cells[measure], language)}"
        if ends:
            text += f" ({interval_cell([cells[end] for end in ends], language)})"
        told.append(text)
    if hidden:
        told.append(f"{interface.SUPPRESSED_CELLS[language]}: {', '.join(hidden)}")
    return f"{label_of(drawing, rows['group'].iloc[0])}: {', '.join(told)}."


def _cell(row, language: Language) -> str:
    """Write a value, or in words why there is none."""
    if row.status == SUPPRESSED:
        return interface.SUPPRESSED_CELLS[language]
    if math.isnan(row.value):
        return interface.NOT_AVAILABLE[language]
    return formats.value(row.value, row.unit, language)


def _some_steps(frame: pd.DataFrame) -> pd.DataFrame:
    """Choose the first and last step and some between, at about equal distances in rows."""
    places = np.linspace(0, len(frame) - 1, min(_STEPS, len(frame))).round().astype(int)
    return frame.iloc[places]


def _describe_step(row, drawing: Drawing) -> str:
    language = drawing.language
    followed = interface.STILL_FOLLOWED[language].format(
        n=formats.number(row.at_risk, language, decimals=0)
    )
    value = formats.value(row.value, "percent", language, fixed=True)
    interval = curve_interval(row, language)
    told = value if interval == "–" else f"{value} ({interval})"
    return f"{label_of(drawing, 'time')} {formats.number(row.time, language)}: {told}, {followed}."


def _describe_profiles(frame: pd.DataFrame, named: list[str], drawing: Drawing) -> list[str]:
    """Tell the ends and extremes of the lines that stand out, and the highest of the others."""
    language = drawing.language
    groups = list(dict.fromkeys(frame["group"]))
    parts = [f"{interface.AXIS[language]}: {drawing.axis}."] if drawing.axis else []
    for group in [*named, *(one for one in groups if one not in named)]:
        rows = frame[frame["group"] == group]
        line = along(rows).dropna()
        label = label_of(drawing, group)
        if line.empty:
            parts.append(f"{label}: {interface.SUPPRESSED_CELLS[language]}.")
            continue
        spots = {
            "first": line.index[0], "last": line.index[-1], "top": line.idxmax(),
            "low": line.idxmin(),
        }  # fmt: skip
        words = {"label": label}
        for name, place in spots.items():
            words[name] = formats.value(line[place], rows["unit"].iloc[0], language)
            words[f"{name}_place"] = formats.number(place, language, decimals=4)
        pattern = _PROFILE if group in named and len(line) > 1 else _OTHER_PROFILE
        parts.append(pattern[language].format_map(words))
    return parts


def _series(frame: pd.DataFrame, drawing: Drawing) -> list[pd.DataFrame]:
    return [
        rows.sort_values("period", key=lambda codes: codes.map(formats.period_place))
        for _, rows in frame.dropna(subset=["value"]).groupby(drawing.series, sort=False)
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
