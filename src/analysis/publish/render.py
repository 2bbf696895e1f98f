"""Render: released frames in, a release out. Nothing here sees what the airlock did not pass."""

import math
import shutil
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from analysis import files, formats
from analysis.airlock import candidates
from analysis.airlock.candidates import Candidate
from analysis.airlock.gate import TOLD
from analysis.charts import CHARTS
from analysis.charts.look import Counted, to_svg
from analysis.charts.options import (
    Options,
    drawing_of,
    label,
    read_options,
)
from analysis.claims import judge
from analysis.claims.register import Register
from analysis.edition import Edition
from analysis.errors import EditionError
from analysis.languages import LANGUAGES, Text
from analysis.methods.results import Absent, Result
from analysis.publish import interface, output_report, release
from analysis.publish.alt import alt_of
from analysis.publish.disclosed import DISCLOSURE, read_disclosed
from analysis.publish.findings import render_finding
from analysis.publish.grids import count_text, grid_of
from analysis.publish.source_line import Sources
from analysis.roles import NotAvailable, Words, fill

#: Digits of a number in CSV and JSON: more than any source has, fewer than platforms differ in.
_DIGITS = 9
_LAYOUTS = {"wide": "", "narrow": ".narrow"}


def render(
    edition: Edition, register: Register, dataset: dict[str, Any], released: Path, target: Path
) -> None:
    """Write a release.

    Parameters
    ----------
    edition, register
        Parameters, and the claims to judge.
    dataset
        Manifest of the dataset: titles, suppliers and data status of the tables.
    released
        Folder that the airlock wrote.
    target
        Folder of the release; replaced when all went well.
    """
    chapters = sorted(path.stem for path in (released / "chapters").glob("*.ipynb"))
    found = {chapter: candidates.read(released / chapter) for chapter in chapters}
    flat = [pair for pairs in found.values() for pair in pairs]
    sources = Sources(dataset["tables"])
    words = _words(flat, register, sources)
    titles: output_report.Titles = {}
    with files.whole_folder(target, seal=True) as folder:
        for candidate, result in flat:
            if candidate.kind == "finding":
                continue
            exhibit, extra = _render_exhibit(candidate, result, edition, register, sources, words)
            place = folder / "exhibits" / candidate.chapter
            for name, text in extra.items():
                files.write_text(place / f"{candidate.id}{name}", text)
            files.write_json(place / f"{candidate.id}.json", exhibit.model_dump(mode="json"))
            if exhibit.title is not None:
                titles[candidate.chapter, candidate.id] = exhibit.title
        findings = [
            render_finding(candidate, result, edition, register, sources)
            for candidate, result in flat
            if candidate.kind == "finding"
        ]
        _check_all_judged(register, {finding.claim for finding in findings}, chapters)
        files.write_json(
            folder / release.FINDINGS, [finding.model_dump(mode="json") for finding in findings]
        )
        titles |= {(one.chapter, one.claim): register[one.claim].statement for one in findings}
        shutil.copytree(released / "chapters", folder / "chapters")
        for name in (DISCLOSURE, TOLD):
            shutil.copy2(released / name, folder / name)
        manifest = _manifest(edition, register, dataset, chapters, files.digests(folder))
        disclosed = read_disclosed(folder)
        for language in LANGUAGES:
            report = output_report.write_report(manifest, disclosed, titles, language)
            files.write_text(folder / output_report.file_name(language), report)
        manifest = manifest.model_copy(update={"files": files.digests(folder)})
        files.write_json(folder / release.MANIFEST, manifest.model_dump(mode="json"))


def _words(
    flat: list[tuple[Candidate, Result | Absent]], register: Register, sources: Sources
) -> Words:
    values, intervals, periods, the_periods, missing = {}, {}, {}, {}, {}
    for candidate, result in flat:
        if candidate.kind != "number":
            continue
        if isinstance(result, Absent):
            missing[candidate.id] = sources.lacking(result)
            continue
        row = result.frame.iloc[0]
        values[candidate.id] = _each(
            lambda lang, row=row: formats.value(row["estimate"], row["unit"], lang)
        )
        low, high = judge.ends(row)
        # What this book calculated itself may have none, as the size of an effect that can be seen.
        intervals[candidate.id] = (
            interface.WITHOUT_INTERVAL
            if math.isnan(low)
            else _each(
                lambda lang, row=row, low=low, high=high: formats.interval(
                    low, high, row["unit"], lang
                )
            )
        )
        if row["period"]:
            code = row["period"]
            periods[candidate.id] = _each(lambda lang, code=code: formats.period(code, lang))
            the_periods[candidate.id] = _each(
                lambda lang, code=code: formats.period_the(code, lang)
            )
    return Words(values, intervals, periods, the_periods, missing, _reported(register))


def _reported(register: Register) -> dict[str, Text]:
    whole = {claim.id: (claim, None) for claim in register.claims if claim.reported is not None}
    parts = {
        f"{claim.id}.{part}": (claim, part)
        for claim, _ in whole.values()
        for part in claim.reported.parts
    }
    return {
        key: _each(lambda lang, claim=claim, part=part: judge.reported_text(claim, lang, part))
        for key, (claim, part) in {**whole, **parts}.items()
    }


def _each(write) -> Text:
    return Text(**{language: write(language) for language in LANGUAGES})


def _render_exhibit(
    candidate: Candidate,
    result: Result | Absent,
    edition: Edition,
    register: Register,
    sources: Sources,
    words: Words,
) -> tuple[release.Exhibit, dict[str, str]]:
    """Return the exhibit and its other files, by the end of their names."""
    about = {"chapter": candidate.chapter, "id": candidate.id, "kind": candidate.kind}
    if isinstance(result, Absent):
        missing = sources.lacking(result)
        return release.Exhibit(**about, synthetic=False, missing=missing), {}
    synthetic = sources.synthetic(result.tables)
    about |= {
        "synthetic": synthetic,
        "source": sources.source(result.tables),
        "method": result.method,
        "period": _span(result.frame),
        "licence": "CC BY 4.0",
    }
    options = read_options(candidate.id, candidate.options)
    csv = {".csv": _csv(result, options, synthetic)}
    if candidate.kind == "number":
        about["n"] = _count(result.frame)
        about |= {
            "value": words.values[candidate.id],
            "interval": words.intervals[candidate.id],
            "the_period": words.the_periods.get(candidate.id),
        }
        return release.Exhibit(**about), csv

    try:
        texts = {name: _fill_text(text, words) for name, text in candidate.texts.items()}
    except EditionError as error:
        raise EditionError(f"{candidate.chapter}, exhibit '{candidate.id}': {error}") from None
    title = texts["title"] or texts["subtitle"] or candidate.texts["subtitle"]
    drawings = {
        (language, layout): drawing_of(
            options, register, language=language, layout=layout, synthetic=synthetic
        )
        for language in LANGUAGES
        for layout in _LAYOUTS
    }
    about |= {
        "title": title,
        "subtitle": texts["subtitle"],
        "note": texts.get("note"),
        "n": _count(result.frame, options.counted),
        "grid": {
            lang: grid_of(result, drawings[lang, "wide"], candidate.chart) for lang in LANGUAGES
        },
    }
    if candidate.kind == "table":
        return release.Exhibit(**about), csv
    about["alt"] = _each(
        lambda lang: alt_of(candidate.chart, title[lang], result, drawings[lang, "wide"])
    )
    draw = CHARTS[candidate.chart]
    pictures = {
        f".{language}{_LAYOUTS[layout]}.svg": to_svg(draw(result.frame, drawing))
        for (language, layout), drawing in drawings.items()
    }
    return release.Exhibit(**about), {**csv, **pictures}


def _fill_text(text: Text, words: Words) -> Text | None:
    try:
        return _each(lambda language: fill(text[language], words, language))
    except NotAvailable:
        return None


def _span(frame: pd.DataFrame) -> Text | None:
    if "period" not in frame:
        return None
    codes = sorted({code for code in frame["period"] if code}, key=formats.period_place)
    if not codes:
        return None
    if len(codes) == 1:
        return _each(lambda language: formats.period(codes[0], language))
    ends = codes[0], codes[-1]
    return _each(lambda lang: formats.SPAN.join(formats.period(code, lang) for code in ends))


def _count(frame: pd.DataFrame, counted: Counted = "people") -> Text | None:
    """Count the published figures, or the people behind estimates if these are all the same."""
    if "at_risk" in frame:
        most = frame["at_risk"].max()
        return _each(
            lambda language: interface.PEOPLE_FOLLOWED[language].format(
                n=formats.number(most, language, decimals=0)
            )
        )
    if "n" not in frame and frame["n_persons"].notna().any():
        return interface.PER_CELL
    if "n" not in frame:
        return _each(lambda language: count_text(len(frame), language))
    counts = frame.dropna(subset=["n"])[["n", "n_organisations"]].drop_duplicates()
    if len(counts) != 1 or (len(frame) > 1 and counts["n_organisations"].isna().all()):
        return None
    row = counts.iloc[0]
    return _each(
        lambda language: count_text(
            row["n"], language, organisations=row["n_organisations"], counted=counted
        )
    )


def _csv(result: Result, options: Options, synthetic: bool) -> str:
    frame = result.frame.copy()
    for column in ("group", "measure", "term"):
        if column not in frame:
            continue
        named = {
            language: [label(options, key, language) for key in frame[column]]
            for language in LANGUAGES
        }
        if any(names != list(frame[column]) for names in named.values()):
            for language, names in named.items():
                frame[f"{column}_{language}"] = names
    frame["data"] = "synthetic" if synthetic else "real"
    return frame.to_csv(index=False, float_format=f"%.{_DIGITS}g", lineterminator="\n")


def _check_all_judged(register: Register, judged: set[str], chapters: list[str]) -> None:
    expected = {claim.id for claim in register.claims if claim.chapter in chapters}
    forgotten = sorted(expected - judged)
    if forgotten:
        raise EditionError(
            f"claims {', '.join(forgotten)} are in the register of {', '.join(chapters)} but no "
            "chapter judges them; call chapter.finding for each."
        )


def _manifest(
    edition: Edition,
    register: Register,
    dataset: dict[str, Any],
    chapters: list[str],
    declared: dict[str, str],
) -> release.Manifest:
    listed = {name: table for name, table in dataset["tables"].items() if table["listed"]}
    listed |= dataset["suppliers"]
    present = [source for source in listed.values() if source["present"]]
    marks = {table["synthetic"] for table in present}
    data = {frozenset({True}): "synthetic", frozenset({False}): "real"}.get(
        frozenset(marks), "partly synthetic"
    )
    return release.Manifest(
        edition=edition.name,
        reference_year=edition.reference_year,
        version=version("preventieplan-book"),
        data=data,
        sources=tuple(_source(name, table) for name, table in listed.items()),
        key_fingerprint=dataset["key_fingerprint"],
        inconsistencies=tuple(
            release.Inconsistency(
                id=one.id,
                chapter=one.chapter,
                title=one.title,
                sides=tuple(
                    release.InconsistencySide(lines=side.lines, says=side.says)
                    for side in one.sides
                ),
                meaning=one.meaning,
            )
            for one in register.inconsistencies
            if one.chapter in chapters
        ),
        reported=_reported(register),
        files=declared,
    )


def _source(name: str, table: dict[str, Any]) -> release.Source:
    return release.Source(
        name=name,
        title=Text(**table["title"]),
        supplier=Text(**table["supplier"]),
        licence=table["licence"],
        present=table["present"],
        synthetic=table.get("synthetic", False),
        revised=table.get("revised", 0),
        last=table.get("last", {}),
        statuses=table.get("statuses", {}),
        references=tuple(table.get("references", ())),
    )
