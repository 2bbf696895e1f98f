"""The hand-outs: what each supplier is asked to deliver, from the schema and nothing else."""

import json
from collections.abc import Iterator
from pathlib import Path

import pandera.pandas as pa

from analysis import files
from analysis.errors import EditionError
from analysis.languages import LANGUAGES, Language
from analysis.sources.confidential import CONFIDENTIAL, QUERY_RULES
from analysis.sources.handout_words import PURPOSES, UNITS, WORDS
from analysis.sources.notes import NOTE
from analysis.sources.schema import DeliveredTable, QueryRule, about, conditions, sql_type
from analysis.sources.suppliers import SUPPLIERS
from analysis.sources.table_schema import describe_supplier

PACKAGE = "datapackage.json"


def write_handouts(folder: Path) -> None:
    """Write a folder per supplier with a page per language and a Data Package descriptor.

    Parameters
    ----------
    folder
        A new folder, or one that this function wrote.

    Raises
    ------
    EditionError
        If the folder holds something else.
    """
    if folder.exists() and not files.is_sealed(folder) and any(folder.iterdir()):
        raise EditionError(
            f"{folder}: not written by this program; expected a new folder or earlier hand-outs. "
            "Name another."
        )
    with files.whole_folder(folder, seal=True) as target:
        for supplier in suppliers():
            descriptor = describe_supplier(supplier, tables_of(supplier), rules_of(supplier))
            place = target / supplier
            place.mkdir()
            text = json.dumps(descriptor, ensure_ascii=False, indent=1)
            files.write_text(place / PACKAGE, text + "\n")
            for language in LANGUAGES:
                files.write_text(place / f"{supplier}.{language}.md", page(supplier, language))


def suppliers() -> list[str]:
    """Return the suppliers of confidential tables, in their order."""
    return list(dict.fromkeys(table.supplier for table in CONFIDENTIAL.values()))


def tables_of(supplier: str) -> list[DeliveredTable]:
    """Return the tables that a supplier delivers."""
    return [table for table in CONFIDENTIAL.values() if table.supplier == supplier]


def rules_of(supplier: str) -> list[QueryRule]:
    """Return the rules over several rows or tables for which a supplier is responsible."""
    names = {table.name for table in tables_of(supplier)}
    return [rule for rule in QUERY_RULES if rule.table in names]


def page(supplier: str, language: Language) -> str:
    """Return the page of a supplier as Markdown."""
    words = {key: text[language] for key, text in WORDS.items()}
    tables = tables_of(supplier)
    pseudonyms = any(_domains(table) for table in tables)
    parts = [
        f"# {words['title'].format(name=SUPPLIERS[supplier].name[language])}",
        PURPOSES[supplier][language],
        words["summary"].format(
            tables="\n".join(
                f"- `{supplier}/{table.file}.parquet`: {table.title[language]}" for table in tables
            )
        ),
        words["files"].format(supplier=supplier, file=tables[0].file),
        words["forms"],
        *(_table(table, language) for table in tables),
        words["note"].format(
            supplier=supplier, note=NOTE, example=_example(supplier, pseudonyms=pseudonyms)
        ),
    ]
    if any(table.sampled for table in tables):
        parts.append(words["sample"])
    parts.append(words["pseudonyms"].format(supplier=supplier) if pseudonyms else words["nobody"])
    parts.append(words["check"].format(supplier=supplier))
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _table(table: DeliveredTable, language: Language) -> str:
    words = {key: text[language] for key, text in WORDS.items()}
    rows = [
        f"| {words['column']} | {words['type']} | {words['unit']} | {words['allowed']} "
        f"| {words['empty']} | {words['description']} |",
        "|---|---|---|---|---|---|",
    ]
    rows += [_row(name, column, language) for name, column in table.columns.items()]
    parts = [
        f"## {table.title[language]} (`{table.file}`)",
        f"{words['grain']}: {table.grain[language][0].lower()}{table.grain[language][1:]}. "
        + words["key"].format(key=", ".join(f"`{name}`" for name in table.key)),
        words["additional"] if table.additional else "",
        "\n".join(rows),
        "\n".join(_rules(table, language)),
    ]
    return "\n\n".join(part for part in parts if part)


def _row(name: str, column: pa.Column, language: Language) -> str:
    told = about(column)
    words = {key: text[language] for key, text in WORDS.items()}
    cells = [
        f"`{name}`",
        words[sql_type(column)],
        UNITS[told.unit][language] if told.unit else "",
        _allowed(name, column, language),
        words["yes"] if column.nullable else words["no"],
        told.description[language],
    ]
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _allowed(name: str, column: pa.Column, language: Language) -> str:
    labels = about(column).labels
    if labels:
        return ", ".join(f"`{code}` ({label[language]})" for code, label in labels.items())
    told = [
        condition.expected[language]
        for condition in conditions(name, column)
        if condition.name != "missing"
    ]
    return "; ".join(told)


def _rules(table: DeliveredTable, language: Language) -> Iterator[str]:
    """Yield a line for every rule that the table is responsible for."""
    words = {key: text[language] for key, text in WORDS.items()}
    over = [rule for rule in QUERY_RULES if rule.table == table.name]
    if not table.rules and not over:
        return
    yield f"{words['rules']}\n"
    for rule in (*table.rules, *over):
        needs = ""
        if isinstance(rule, QueryRule) and rule.needs:
            needs = f" {words['with'].format(tables=', '.join(f'`{n}`' for n in rule.needs))}"
        columns = ", ".join(f"`{column}`" for column in rule.columns)
        line = f"- *{rule.name}* ({columns}): {words['expected']} {rule.expected[language]}{needs}."
        yield line


def _domains(table: DeliveredTable) -> list[str]:
    return [domain for column in table.columns.values() if (domain := about(column).domain)]


def _example(supplier: str, *, pseudonyms: bool) -> str:
    """Return an example of the note, as JSON."""
    note: dict[str, object] = {"supplier": supplier, "edition": "2025", "pseudonyms": "v1"}
    if pseudonyms:
        note["key_fingerprint"] = "0123456789abcdef"
    sampled = [table.file for table in tables_of(supplier) if table.sampled]
    if sampled:
        note["fractions"] = dict.fromkeys(sampled, 1.0)
    return json.dumps(note, indent=1)
