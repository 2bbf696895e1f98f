"""The schema in Frictionless form: a Table Schema per table, a Data Package per supplier."""

from collections.abc import Iterable
from typing import Any

import pandera.pandas as pa

from analysis.languages import LANGUAGES, Text
from analysis.sources.schema import DeliveredTable, QueryRule, about, sql_type
from analysis.sources.suppliers import SUPPLIERS

_TYPES = {"BIGINT": "integer", "DOUBLE": "number", "DATE": "date", "VARCHAR": "string"}
_PROFILE = "tabular-data-package"


def describe_supplier(
    supplier: str, tables: Iterable[DeliveredTable], rules: Iterable[QueryRule]
) -> dict[str, Any]:
    """Return the descriptor of a supplier's delivery, for ``datapackage.json``."""
    tables, rules = list(tables), list(rules)
    name = SUPPLIERS[supplier].name
    return {
        "profile": _PROFILE,
        "name": supplier.replace("_", "-"),
        **_both("title", name),
        "resources": [
            {
                "profile": "tabular-data-resource",
                "name": table.file,
                "path": f"{table.file}.csv",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "dialect": {"delimiter": ",", "doubleQuote": True, "header": True},
                **_both("title", table.title),
                **_both("description", table.grain),
                "schema": describe_table(table, rules),
            }
            for table in tables
        ],
    }


def describe_table(table: DeliveredTable, rules: Iterable[QueryRule] = ()) -> dict[str, Any]:
    """Return the Table Schema of a table.

    Parameters
    ----------
    table
        What is asked for.
    rules
        Rules over several tables; those that every row of another file must meet become foreign
        keys.
    """
    described: dict[str, Any] = {
        "fields": [_field(name, column) for name, column in table.columns.items()],
        "primaryKey": list(table.key),
        "missingValues": [""],
        "rules": [
            {"name": rule.name, "fields": list(rule.columns), **_both("expected", rule.expected)}
            for rule in (*table.rules, *(rule for rule in rules if rule.table == table.name))
        ],
    }
    foreign = [
        {
            "fields": list(rule.columns),
            "reference": {"resource": parent, "fields": list(rule.columns)},
        }
        for rule in rules
        if rule.table == table.name and (parent := _parent(rule, table)) is not None
    ]
    if foreign:
        described["foreignKeys"] = foreign
    return described


def _parent(rule: QueryRule, table: DeliveredTable) -> str | None:
    """Return the file of the same supplier in which every value must be, or None."""
    if not rule.name.startswith("unknown ") or rule.tolerated or len(rule.needs) != 1:
        return None
    prefix = f"{table.supplier}_"
    return rule.needs[0].removeprefix(prefix) if rule.needs[0].startswith(prefix) else None


def _field(name: str, column: pa.Column) -> dict[str, Any]:
    told = about(column)
    kind = _TYPES[sql_type(column)]
    field: dict[str, Any] = {
        "name": name,
        "type": kind,
        "format": "%Y-%m-%d" if kind == "date" else "default",
        **_both("title", told.description),
        **_both("description", _description(column)),
        "constraints": {"required": not column.nullable, **_constraints(column)},
    }
    if told.unit:
        field["unit"] = told.unit
    if told.domain:
        field["pseudonym"] = told.domain
    return field


def _description(column: pa.Column) -> Text:
    """Return the description with the unit, or with what each value means."""
    told = about(column)
    parts = {}
    for language in LANGUAGES:
        parts[language] = f"{told.description[language]}."
        if told.labels:
            listed = ", ".join(f"{code} = {word[language]}" for code, word in told.labels.items())
            parts[language] += f" {listed}."
        elif told.unit:
            parts[language] += f" [{told.unit}]"
    return Text(**parts)


def _constraints(column: pa.Column) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for check in column.checks:
        told = check.statistics
        match check.name:
            case "isin":
                found["enum"] = list(told["allowed_values"])
            case "in_range":
                found["minimum"], found["maximum"] = told["min_value"], told["max_value"]
            case "greater_than_or_equal_to":
                found["minimum"] = told["min_value"]
            case "str_matches":
                pattern = told["pattern"]
                found["pattern"] = getattr(pattern, "pattern", pattern)
            case _:
                raise TypeError(f"check '{check.name}' has no constraint; add one here.")
    return found


def _both(key: str, text: Text) -> dict[str, str]:
    """Return a text under a key of the standard, in English, and under one per language."""
    return {key: text.en, **{f"{key}_{language}": text[language] for language in LANGUAGES}}
