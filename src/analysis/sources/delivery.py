"""A deliveries folder: which file belongs to which table, and the validated tables."""

import fnmatch
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from analysis.errors import DeliveryError
from analysis.sources import series
from analysis.sources.about import read_about
from analysis.sources.azw import AzwFile, read_figures
from analysis.sources.problems import UnusableFileError, line, shown_path, shown_paths
from analysis.sources.statline import Capture, StatLineTable, read_capture
from analysis.sources.tables import TABLES, Table
from analysis.sources.walking import Walked, not_a_file, unopened, walk_all

#: Files that explain a StatLine table rather than hold its figures.
_EXPLANATIONS = (
    "*overview*.csv",
    "*metadata*.csv",
    "*codes*.csv",
    "properties.json",
    "tableinfos.json",
    "dataproperties.json",
    "categorygroups.json",
    "perioden.json",
    "bedrijfskenmerken*.json",
    "about.json",
    "root.json",
)
#: Highest value that a unit allows; no sector counts more than a hundred million people.
_CEILINGS = {"percent": 100.0, "thousand": 100_000.0}
#: Largest difference between a balance and its two sides that rounding to one decimal explains.
_ROUNDING = 0.11


@dataclass(frozen=True)
class ValidatedTable:
    """A table of the dataset, read from all files that deliver it.

    Attributes
    ----------
    frame
        Columns of ``series.SERIES``, sorted by measure, group and period.
    files
        Delivered paths below the deliveries folder, as they can be shown.
    synthetic
        Whether the stub made the figures.
    revised
        Number of figures that two files give differently; the newest file counts.
    """

    table: Table
    frame: pd.DataFrame
    files: tuple[str, ...]
    synthetic: bool
    revised: int


def find_files(deliveries: Path) -> tuple[dict[str, list[Path]], list[str]]:
    """Assign the files of a deliveries folder to tables.

    Returns
    -------
    found
        Table name → captures (a folder for OData v4, else a file), in the order of their paths.
    unused
        Relative paths of files that no table of the book takes.

    Raises
    ------
    DeliveryError
        If the folder is absent or holds no file of any table.
    """
    if not deliveries.is_dir():
        raise DeliveryError(
            f"{deliveries}: no such folder; expected a folder with deliveries. Name another with "
            "--deliveries, or leave it out to build from the synthetic stub."
        )
    captures, unused = assign_captures(deliveries)
    if not captures:
        expected = ", ".join(table.files for table in TABLES.values())
        raise DeliveryError(
            f"{deliveries}: empty; expected files or folders named after one of {expected}. "
            "Put the delivered files here under their own names."
        )
    return captures, unused


def assign_captures(
    deliveries: Path, walked: Walked | None = None
) -> tuple[dict[str, list[Path]], list[str]]:
    """Assign files to published tables as ``find_files`` does, also when there are none.

    Without ``walked``, which a check gives, a thing that should be a file is an error.
    """
    if walked is None:
        walked = walk_all(deliveries)
        for path, table in odd_captures(walked).items():
            raise UnusableFileError(
                not_a_file(shown_path(path.relative_to(deliveries)), table=table)
            )
    found: dict[str, set[Path]] = {}
    unused = []
    for path in walked.files:
        relative = path.relative_to(deliveries)
        name = _table_of(relative)
        if name is None:
            unused.append(shown_path(relative))
        elif _is_v4_part(path) or not explains(path):
            found.setdefault(name, set()).add(path.parent if _is_v4_part(path) else path)
    return {name: sorted(paths) for name, paths in sorted(found.items())}, unused


def _table_of(relative: Path) -> str | None:
    for table in TABLES.values():
        if isinstance(table.layout, AzwFile):
            if fnmatch.fnmatch(relative.name.lower(), table.files.lower()):
                return table.name
        elif any(table.layout.table_id in part.lower() for part in relative.parts):
            suffix_known = relative.suffix.lower() in {".csv", ".json"}
            return table.name if suffix_known else None
    return None


def _is_v4_part(path: Path) -> bool:
    """A JSON file in a folder that is named as OData v4, or holds observations."""
    return path.suffix.lower() == ".json" and (
        "odata_v4" in path.parent.name.lower() or (path.parent / "Observations.json").exists()
    )


def explains(path: Path) -> bool:
    """Tell whether a file explains a StatLine table rather than holds its figures."""
    return any(fnmatch.fnmatch(path.name.lower(), pattern) for pattern in _EXPLANATIONS)


def files_in(folder: Path) -> list[Path]:
    """Return all files below a folder in the order of their paths, through links, hidden ones not.

    Raises
    ------
    DeliveryError
        If a folder cannot be looked into.
    """
    return walk_all(folder).files


def odd_captures(walked: Walked) -> dict[Path, str]:
    """Return what bears the name of a published file and is none, with the table it is of."""
    above = {folder for path in walked.files for folder in path.parents}
    candidates = [*walked.others, *(folder for folder in walked.folders if folder not in above)]
    named = {path: _table_of(path.relative_to(walked.root)) for path in candidates}
    return {path: table for path, table in named.items() if table is not None}


def read_tables(
    deliveries: Path, *, needed: bool = True
) -> tuple[dict[str, ValidatedTable], list[str]]:
    """Read and validate every published table that a deliveries folder holds.

    Parameters
    ----------
    needed
        Whether a folder without published tables is an error; it may hold confidential ones.

    Returns
    -------
    tables
        Table name → validated table; tables that were not delivered are left out.
    unused
        Relative paths of files that no table takes.

    Raises
    ------
    DeliveryError
        For the first file that cannot be used, naming file, column, expectation and remedy.
    """
    captures, unused = (find_files if needed else assign_captures)(deliveries)
    tables, errors = _read_captures(captures, deliveries)
    if errors:
        raise next(iter(errors.values()))[0]
    return tables, unused


def check_tables(walked: Walked) -> tuple[dict[str, list[Path]], dict[str, list[DeliveryError]]]:
    """Validate the published tables of a folder that may hold other files only.

    Returns
    -------
    captures
        As ``find_files`` finds them.
    errors
        Table name → what is wrong with it, file by file, for every table that cannot be used.
    """
    captures, _ = assign_captures(walked.root, walked)
    odd = odd_captures(walked)
    whole = {}
    for name, paths in captures.items():
        # A pipe would be waited for without end.
        whole[name] = [path for path in paths if not any(path in other.parents for other in odd)]
    errors = _read_captures({name: paths for name, paths in whole.items() if paths}, walked.root)[1]
    return captures, errors


def _read_captures(
    captures: Mapping[str, list[Path]], deliveries: Path
) -> tuple[dict[str, ValidatedTable], dict[str, list[DeliveryError]]]:
    tables: dict[str, ValidatedTable] = {}
    errors: dict[str, list[DeliveryError]] = {}
    for name, paths in captures.items():
        read = {}
        for path, file in shown_paths(paths, deliveries).items():
            try:
                read[file] = _read_one(path, TABLES[name], file)
            except DeliveryError as error:
                errors.setdefault(name, []).append(error)
        if name not in errors:
            try:
                tables[name] = _join(TABLES[name], read)
            except DeliveryError as error:
                errors[name] = [error]
    try:
        _check_flows(tables)
    except DeliveryError as error:
        errors.setdefault("flows", []).append(error)
    return tables, errors


def _join(table: Table, captures: Mapping[str, Capture]) -> ValidatedTable:
    marks = {capture.synthetic for capture in captures.values()}
    if len(marks) > 1:
        raise DeliveryError(
            f"{', '.join(captures)}: real and synthetic files for one table; expected one kind. "
            "Remove the synthetic ones from the deliveries."
        )
    frame, revised = merge({file: capture.frame for file, capture in captures.items()})
    frame["unit"] = frame["measure"].map(table.units)
    try:
        frame = series.SERIES.validate(frame[list(series.SERIES.columns)], lazy=True)
    except pa.errors.SchemaErrors as error:
        checks = sorted(
            {f"{case.column}: {case.check}" for case in error.failure_cases.itertuples()}
        )
        raise DeliveryError(
            f"{', '.join(captures)}: the table does not fit the schema ({'; '.join(checks)}). "
            "Correct these columns or download the files again."
        ) from None
    return ValidatedTable(table, frame, tuple(captures), marks.pop(), revised)


def _read_one(path: Path, table: Table, file: str) -> Capture:
    try:
        if isinstance(table.layout, StatLineTable):
            capture = read_capture(path, table.layout, file=file)
            frame = capture.frame.assign(reference=_reference(path, table.layout.table_id))
        else:
            capture = read_figures(path, table.layout, file=file)
            frame = capture.frame
    except OSError:
        problem = unopened(file)
        raise DeliveryError(f"{file}: {line(problem, 'en')}") from None
    where = f"{file}/Observations.json" if path.is_dir() else file
    period_column = table.layout.period if isinstance(table.layout, AzwFile) else "Perioden"
    frame = series.add_calendar(frame, file=where, column=period_column).dropna(subset="value")
    _check_range(frame, table, file=where)
    if frame.empty:
        raise DeliveryError(
            f"{file}: empty; expected figures for {', '.join(table.units)}. Download it again."
        )
    return Capture(frame, capture.synthetic)


def _reference(path: Path, table_id: str) -> str:
    """Say where a StatLine capture comes from and, if it was fetched, how new it is."""
    about = read_about(path if path.is_dir() else path.parent)
    changed = f", {about['modified'][:10]}, {about['source']}" if about else ""
    return f"CBS StatLine {table_id}{changed}"


def merge(frames: Mapping[str, pd.DataFrame]) -> tuple[pd.DataFrame, int]:
    """Join the captures of one table; where two give a figure, the one that reaches furthest wins.

    A figure that an older capture calls definite stays definite when the newer one gives the same
    value without a status. A provisional status of an older capture says nothing about today and
    is not carried over.

    Parameters
    ----------
    frames
        File → frame with ``measure``, ``group``, ``period``, ``value``, ``status``.

    Returns
    -------
    merged
        One row per measure, group and period.
    revised
        Number of figures on which two captures differ.
    """
    key = ["measure", "group", "period"]
    order = sorted(frames, key=lambda file: (_reach(frames[file]["period"]), file))
    stacked = pd.concat([frames[file].assign(_rank=i) for i, file in enumerate(order)])
    stacked = stacked.sort_values([*key, "_rank"], ignore_index=True)
    grouped = stacked.groupby(key, sort=False)
    revised = int((grouped["value"].nunique() > 1).sum())
    newest = stacked.loc[grouped["_rank"].idxmax()].set_index(key)
    definite = stacked[stacked["status"] == "definite"].set_index(key)["value"]
    definite = definite[~definite.index.duplicated(keep="last")].reindex(newest.index)
    confirmed = (newest["status"] == "not stated") & (definite == newest["value"])
    newest.loc[confirmed, "status"] = "definite"
    merged = newest.drop(columns="_rank").reset_index()
    return merged.sort_values(key, ignore_index=True), revised


def _reach(periods: pd.Series) -> int:
    """Count the months from the year 0 to the end of the last period that a capture covers."""
    parts = periods.str.extract(r"^(?P<year>\d{4})(?P<kind>[A-Z]{2})(?P<place>\d{2})$")
    months = parts["kind"].map({"JJ": 0, "KW": 3, "MM": 1}) * parts["place"].astype(int)
    return int((parts["year"].astype(int) * 12 + months.mask(parts["kind"] == "JJ", 12)).max())


def _check_range(frame: pd.DataFrame, table: Table, *, file: str) -> None:
    """Percentages lie between 0 and 100; counts are not negative, a balance may be."""
    units = frame["measure"].map(table.units)
    ceiling = units.map(_CEILINGS)
    wrong = ~frame["value"].between(0, ceiling) & (frame["measure"] != "net_flow")
    if wrong.any():
        measure = frame.loc[wrong, "measure"].iloc[0]
        percent = table.units[measure] == "percent"
        allowed = "between 0 and 100" if percent else "zero to a hundred million people"
        raise DeliveryError(
            f"{file}: column '{table.column_of(measure)}' holds {int(wrong.sum())} cells out of "
            f"range; expected {allowed}. Correct them or download the file again."
        )


def _check_flows(tables: Mapping[str, ValidatedTable]) -> None:
    """Inflow less outflow is the balance that the same row states, up to rounding."""
    if "flows" not in tables:
        return
    flows = tables["flows"]
    wide = flows.frame.pivot(index="period", columns="measure", values="value")
    wide = wide.reindex(columns=["inflow", "outflow", "net_flow"])
    off = (wide["inflow"] - wide["outflow"] - wide["net_flow"]).abs() > _ROUNDING
    if off.any():
        raise DeliveryError(
            f"{', '.join(flows.files)}: column 'saldo_x1000' is not inflow less outflow in "
            f"{int(off.sum())} rows; expected a difference of at most {_ROUNDING:.1f}. Correct "
            "these rows."
        )
