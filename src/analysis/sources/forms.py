"""How a delivered cell becomes a value of the schema: forms of numbers and dates, as SQL.

A cell is classed by its form, the classes of a column are counted, and only then is it decided how
to read it. What could mean two things is refused with a reason, never guessed.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.languages import Text
from analysis.sources.schema import CORRECT

#: Classes of a cell.
PLAIN, POINT_THREE, COMMA_THREE, POINT, COMMA, THOUSANDS, ISO, DUTCH, OTHER = range(1, 10)
CLASSES = range(PLAIN, OTHER + 1)

_INTEGERS = {
    f"{sign}{name}"
    for sign in ("", "U")
    for name in ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
}
_FRACTIONS = ("DOUBLE", "FLOAT", "DECIMAL")
_STAMPS = ("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS")

_SIGN = "[+-]?"
_PLAIN = f"{_SIGN}[0-9]+([eE][+-]?[0-9]+)?"
_WHOLE = f"{_SIGN}[0-9]+"
_DECIMALS = f"{_SIGN}[0-9]*%s[0-9]+([eE][+-]?[0-9]+)?"
_ZEROS = f"{_SIGN}[0-9]+%s0+"
_THREE = f"{_SIGN}[1-9][0-9]{{0,2}}%s[0-9]{{3}}"
_GROUPS = (
    rf"{_SIGN}[0-9]{{1,3}}(\.[0-9]{{3}})+,[0-9]+|{_SIGN}[0-9]{{1,3}}(,[0-9]{{3}})+\.[0-9]+|"
    rf"{_SIGN}[0-9]{{1,3}}((\.[0-9]{{3}}){{2,}}|(,[0-9]{{3}}){{2,}})"
)
_ISO = r"[0-9]{4}-[0-9]{2}-[0-9]{2}([ T]00:00(:00([.]0+)?)?)?"
_DUTCH = "[0-9]{1,2}-[0-9]{1,2}-[0-9]{4}"

_TYPES = {
    "BIGINT": Text(nl="gehele getallen, zoals 12", en="whole numbers, like 12"),
    "DOUBLE": Text(nl="getallen, zoals 12.5 of 12,5", en="numbers, like 12.5 or 12,5"),
    "DATE": Text(
        nl="bestaande datums, als 2024-12-31 of 31-12-2024",
        en="existing dates, as 2024-12-31 or 31-12-2024",
    ),
    "VARCHAR": Text(nl="tekst", en="text"),
}
_NO_THOUSANDS = Text(
    nl="getallen zonder scheiding van duizendtallen, niet uit te leggen als duizendtallen",
    en="numbers without a thousands separator, that cannot be read as thousands",
)
_WRITE_PLAIN = Text(
    nl="Schrijf de getallen zonder scheiding van duizendtallen, met een of twee decimalen, of "
    "lever Parquet.",
    en="Write the numbers without a thousands separator, with one or two decimals, or deliver "
    "Parquet.",
)
_ONE_MARK = Text(
    nl="een decimaalteken in het hele bestand: punt of komma",
    en="one decimal mark in the whole file: point or comma",
)
_ONE_DATE = Text(
    nl="een vorm in de hele kolom: 2024-12-31 of 31-12-2024",
    en="one form in the whole column: 2024-12-31 or 31-12-2024",
)
_WRITE_ONE = Text(
    nl="Schrijf de kolom overal op dezelfde manier.", en="Write the column in one way throughout."
)


@dataclass(frozen=True)
class FormFault:
    """Cells of a column that cannot be read, and why."""

    rule: str
    rows: int
    expected: Text
    remedy: Text = CORRECT


@dataclass(frozen=True)
class Reading:
    """How to read a column: SQL that gives its values, and the cells for which it gives none."""

    value: str
    faults: tuple[FormFault, ...] = ()

    @property
    def unread(self) -> int:
        """Number of cells without a value for these faults."""
        return sum(fault.rows for fault in self.faults)


def class_sql(raw: str, kind: str, wanted: str) -> str | None:
    """Return SQL for the class of a cell, or None where every cell of the type converts.

    Parameters
    ----------
    raw
        The cell in SQL.
    kind
        Its DuckDB type as delivered.
    wanted
        Type of the schema.
    """
    if _always_converts(kind, wanted):
        return None
    if kind == "VARCHAR" and wanted == "DATE":
        return (
            f"CASE WHEN {raw} IS NULL THEN 0 "
            f"WHEN {_matches(raw, _ISO)} AND {_iso(raw)} IS NOT NULL THEN {ISO} "
            f"WHEN {_matches(raw, _DUTCH)} AND {_dutch(raw)} IS NOT NULL THEN {DUTCH} "
            f"ELSE {OTHER} END"
        )
    if kind == "VARCHAR" and wanted in ("BIGINT", "DOUBLE"):
        whole = wanted == "BIGINT"
        point, comma = ((_ZEROS if whole else _DECIMALS) % mark for mark in ("[.]", ","))
        readable = f"TRY_CAST(replace({raw}, ',', '.') AS {wanted})"
        finite = f"isfinite({readable})" if wanted == "DOUBLE" else f"{readable} IS NOT NULL"
        return (
            f"CASE WHEN {raw} IS NULL THEN 0 "
            f"WHEN {_matches(raw, _WHOLE if whole else _PLAIN)} "
            f"THEN CASE WHEN {finite} THEN {PLAIN} ELSE {OTHER} END "
            f"WHEN {_matches(raw, _THREE % '[.]')} THEN {POINT_THREE} "
            f"WHEN {_matches(raw, _THREE % ',')} THEN {COMMA_THREE} "
            f"WHEN {_matches(raw, point)} AND {finite} THEN {POINT} "
            f"WHEN {_matches(raw, comma)} AND {finite} THEN {COMMA} "
            f"WHEN {_matches(raw, _GROUPS)} THEN {THOUSANDS} ELSE {OTHER} END"
        )
    value = _typed(raw, kind, wanted)
    return f"CASE WHEN {raw} IS NULL THEN 0 WHEN {value} IS NULL THEN {OTHER} ELSE {PLAIN} END"


def decide(
    columns: Mapping[str, tuple[str, str, str]],
    counts: Mapping[str, Mapping[int, int]],
    separator: str | None,
) -> dict[str, Reading]:
    """Decide how to read the columns of a file.

    Parameters
    ----------
    columns
        Column → the cell in SQL, its type as delivered, and the type wanted.
    counts
        Column → number of cells per class; columns that always convert are left out.
    separator
        Between the cells of a CSV file; a comma there says that decimals have a point.
    """
    numbers = [name for name, (_, kind, wanted) in columns.items() if _is_written(kind, wanted)]
    points = sum(counts[name][POINT] for name in numbers)
    commas = sum(counts[name][COMMA] for name in numbers)
    mark = None
    if points or commas:
        mark = "." if points >= commas else ","
    elif separator == ",":
        mark = "."
    return {
        name: _read(raw, kind, wanted, counts.get(name, {}), mark)
        for name, (raw, kind, wanted) in columns.items()
    }


def _read(raw: str, kind: str, wanted: str, count: Mapping[int, int], mark: str | None) -> Reading:
    faults = []
    if count.get(OTHER):
        faults.append(FormFault("type", count[OTHER], _TYPES[wanted]))
    if _is_written(kind, wanted):
        return _read_number(raw, wanted, count, mark, faults)
    if kind == "VARCHAR" and wanted == "DATE":
        iso = count[ISO] >= count[DUTCH]
        if fewer := min(count[ISO], count[DUTCH]):
            faults.append(FormFault("two forms of dates", fewer, _ONE_DATE, _WRITE_ONE))
        value = _iso(raw) if iso else _dutch(raw)
        if faults:
            value = f"CASE WHEN {_matches(raw, _ISO if iso else _DUTCH)} THEN {value} END"
        return Reading(value, tuple(faults))
    return Reading(_typed(raw, kind, wanted), tuple(faults))


def _read_number(
    raw: str, wanted: str, count: Mapping[int, int], mark: str | None, faults: list[FormFault]
) -> Reading:
    three = {".": count[POINT_THREE], ",": count[COMMA_THREE]}
    # Three decimals are decimals only where other cells show the mark, and never in whole numbers.
    decimals = three[mark] if mark and wanted == "DOUBLE" else 0
    thousands = count[THOUSANDS] + sum(three.values()) - decimals
    if thousands:
        faults.append(FormFault("thousands separator", thousands, _NO_THOUSANDS, _WRITE_PLAIN))
    if other := count[COMMA if mark == "." else POINT] if mark else 0:
        faults.append(FormFault("two decimal marks", other, _ONE_MARK, _WRITE_ONE))
    plain = f"replace({raw}, ',', '.')" if mark == "," else raw
    value = f"TRY_CAST({plain} AS {wanted})"
    if faults:
        forms = [_WHOLE if wanted == "BIGINT" else _PLAIN]
        if mark:
            form = _ZEROS if wanted == "BIGINT" else _DECIMALS
            forms.append(form % ("[.]" if mark == "." else ","))
        keep = " OR ".join(_matches(raw, form) for form in forms)
        value = f"CASE WHEN {keep} THEN {value} END"
        if not decimals:
            value = f"CASE WHEN NOT {_matches(raw, _THREE % '[.,]')} THEN {value} END"
        value = f"(CASE WHEN isfinite(CAST({value} AS DOUBLE)) THEN {value} END)"
    return Reading(value, tuple(faults))


def _is_written(kind: str, wanted: str) -> bool:
    """Whether numbers come as text, so that decimal marks matter."""
    return kind == "VARCHAR" and wanted in ("BIGINT", "DOUBLE")


def _always_converts(kind: str, wanted: str) -> bool:
    return (
        kind == wanted != "DOUBLE"
        or (wanted == "VARCHAR" and (kind in _INTEGERS or kind.startswith("ENUM")))
        or (wanted == "BIGINT" and kind in _INTEGERS - {"HUGEINT", "UHUGEINT", "UBIGINT"})
        or (wanted == "BIGINT" and kind == "BOOLEAN")
        or (wanted == "DOUBLE" and (kind in _INTEGERS or kind.startswith("DECIMAL")))
    )


def _typed(raw: str, kind: str, wanted: str) -> str:
    """Return SQL for the value of a cell that is not text, or is to stay text."""
    fraction = kind.startswith(_FRACTIONS)
    if _always_converts(kind, wanted):
        if wanted == "VARCHAR":
            return f"nullif(CAST({raw} AS VARCHAR), '')"
        return raw if kind == wanted else f"CAST({raw} AS {wanted})"
    if wanted == "BIGINT" and (fraction or kind in _INTEGERS):
        return f"CASE WHEN {raw} = trunc({raw}) THEN TRY_CAST({raw} AS BIGINT) END"
    if wanted == "DOUBLE" and fraction:
        return f"CASE WHEN isfinite({raw}) THEN CAST({raw} AS DOUBLE) END"
    if wanted == "DATE" and kind in _STAMPS:
        return f"CASE WHEN {raw} = date_trunc('day', {raw}) THEN CAST({raw} AS DATE) END"
    return f"CAST(NULL AS {wanted})"


def _matches(raw: str, form: str) -> str:
    return f"regexp_full_match({raw}, '{form}')"


def _iso(raw: str) -> str:
    return f"TRY_CAST(left({raw}, 10) AS DATE)"


def _dutch(raw: str) -> str:
    return f"CAST(try_strptime({raw}, '%d-%m-%Y') AS DATE)"
