"""Hand-outs: whole, in both languages, and never beside the schema."""

import json
import re

import jsonschema
import pytest
from click.testing import CliRunner

from analysis.cli import main
from analysis.errors import EditionError
from analysis.languages import LANGUAGES
from analysis.sources.confidential import CONFIDENTIAL, QUERY_RULES
from analysis.sources.handout import rules_of, suppliers, tables_of, write_handouts
from analysis.sources.handout_words import WORDS
from analysis.sources.schema import about, conditions, sql_type

#: The parts of the Frictionless standard that a Data Package of tables must have.
_TEXT = {"type": "string", "minLength": 1}
PACKAGE = {
    "type": "object",
    "required": ["profile", "name", "title", "resources"],
    "properties": {
        "profile": {"const": "tabular-data-package"},
        "name": {"type": "string", "pattern": r"^([-a-z0-9._/])+$"},
        "resources": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["profile", "name", "path", "schema"],
                "properties": {
                    "profile": {"const": "tabular-data-resource"},
                    "name": {"type": "string", "pattern": r"^([-a-z0-9._/])+$"},
                    "path": {"type": "string", "pattern": r"^(?!\.\./)[a-z_]+\.csv$"},
                    "schema": {"$ref": "#/$defs/schema"},
                },
            },
        },
    },
    "$defs": {
        "schema": {
            "type": "object",
            "required": ["fields", "primaryKey", "missingValues"],
            "properties": {
                "missingValues": {"const": [""]},
                "primaryKey": {"type": "array", "items": _TEXT, "minItems": 1},
                "fields": {
                    "type": "array",
                    "minItems": 1,
                    "items": {
                        "type": "object",
                        "required": [
                            "name",
                            "type",
                            "format",
                            "title",
                            "description",
                            "constraints",
                        ],
                        "properties": {
                            "name": _TEXT,
                            "type": {"enum": ["string", "integer", "number", "date"]},
                            "title_nl": _TEXT,
                            "title_en": _TEXT,
                            "constraints": {
                                "type": "object",
                                "additionalProperties": False,
                                "required": ["required"],
                                "properties": {
                                    "required": {"type": "boolean"},
                                    "enum": {"type": "array", "minItems": 1, "uniqueItems": True},
                                    "minimum": {"type": "number"},
                                    "maximum": {"type": "number"},
                                    "pattern": {"type": "string", "format": "regex"},
                                },
                            },
                        },
                    },
                },
                "foreignKeys": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["fields", "reference"],
                        "properties": {
                            "reference": {"type": "object", "required": ["resource", "fields"]}
                        },
                    },
                },
            },
        }
    },
}


@pytest.fixture(scope="module")
def handouts(tmp_path_factory):
    folder = tmp_path_factory.mktemp("handouts") / "out"
    write_handouts(folder)
    return folder


def package(handouts, supplier):
    return json.loads((handouts / supplier / "datapackage.json").read_text())


@pytest.mark.parametrize("supplier", suppliers())
def test_the_descriptor_is_a_data_package(handouts, supplier):
    described = package(handouts, supplier)
    jsonschema.validate(described, PACKAGE, cls=jsonschema.Draft202012Validator)
    names = {resource["name"]: resource["schema"] for resource in described["resources"]}
    assert set(names) == {table.file for table in tables_of(supplier)}
    for schema in names.values():
        fields = {field["name"] for field in schema["fields"]}
        assert set(schema["primaryKey"]) <= fields
        for key in schema.get("foreignKeys", ()):
            there = {field["name"] for field in names[key["reference"]["resource"]]["fields"]}
            assert set(key["fields"]) <= fields
            assert set(key["reference"]["fields"]) <= there


@pytest.mark.parametrize("name", CONFIDENTIAL)
def test_every_column_check_and_rule_is_in_the_descriptor(handouts, name):
    table = CONFIDENTIAL[name]
    resources = package(handouts, table.supplier)["resources"]
    schema = next(r["schema"] for r in resources if r["name"] == table.file)
    kinds = {"BIGINT": "integer", "DOUBLE": "number", "DATE": "date", "VARCHAR": "string"}
    assert [field["name"] for field in schema["fields"]] == list(table.columns)
    for field, (column, told) in zip(schema["fields"], table.columns.items(), strict=True):
        assert field["type"] == kinds[sql_type(told)], column
        expected = {"required": not told.nullable}
        for check in told.checks:
            value = check.statistics
            match check.name:
                case "isin":
                    expected["enum"] = list(value["allowed_values"])
                case "in_range":
                    expected |= {"minimum": value["min_value"], "maximum": value["max_value"]}
                case "greater_than_or_equal_to":
                    expected["minimum"] = value["min_value"]
                case "str_matches":
                    expected["pattern"] = getattr(value["pattern"], "pattern", value["pattern"])
                case other:
                    pytest.fail(f"{column}: {other} is not in the hand-out")
        assert field["constraints"] == expected, column
    rules = [rule.name for rule in (*table.rules, *(r for r in QUERY_RULES if r.table == name))]
    assert [rule["name"] for rule in schema["rules"]] == rules


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("supplier", suppliers())
def test_every_column_check_and_rule_is_on_the_page(handouts, supplier, language):
    text = (handouts / supplier / f"{supplier}.{language}.md").read_text()
    for table in tables_of(supplier):
        section = text.split(f"(`{table.file}`)")[1].split("\n## ")[0]
        rows = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", section, re.M))
        assert list(rows) == list(table.columns)
        for name, column in table.columns.items():
            assert about(column).description[language] in rows[name]
            assert WORDS[sql_type(column)][language] in rows[name]
            assert f"| {WORDS['yes' if column.nullable else 'no'][language]} |" in rows[name]
            for value in about(column).labels:
                assert f"`{value}`" in rows[name]
            for condition in conditions(name, column):
                if condition.name not in ("missing", "not allowed"):
                    assert condition.expected[language] in rows[name]
        for rule in (*table.rules, *(r for r in rules_of(supplier) if r.table == table.name)):
            assert f"*{rule.name}*" in section
            assert rule.expected[language] in section
    assert "{" not in re.sub(r"```json.*?```|`[^`]*`", "", text, flags=re.S), (
        "a place is not filled"
    )
    note = json.loads(re.search(r"```json\n(.*?)```", text, re.S)[1])
    assert note["supplier"] == supplier
    assert ("preventieplan pseudonymise" in text.split("##")[-2]) == ("key_fingerprint" in note)


def test_foreign_keys_of_the_programme(handouts):
    keys = {
        resource["name"]: [
            (key["fields"], key["reference"]["resource"])
            for key in resource["schema"].get("foreignKeys", ())
        ]
        for resource in package(handouts, "programme")["resources"]
    }
    assert keys["sessions"] == [(["organisation"], "participants")]
    assert keys["attendees"] == [(["session"], "sessions")]
    assert keys["codings"] == [(["attendee", "session"], "attendees")]


def test_the_example_of_the_note_is_one_that_check_accepts(handouts, tmp_path):
    from analysis.sources.notes import try_note

    for supplier in suppliers():
        text = (handouts / supplier / f"{supplier}.en.md").read_text()
        place = tmp_path / supplier
        place.mkdir()
        example = re.search(r"```json\n(.*?)```", text, re.S)[1]
        (place / "delivery.json").write_text(example)
        note, problems = try_note(place, tmp_path)
        assert note is not None
        assert not problems


def test_handouts_replace_handouts_and_nothing_else(tmp_path):
    folder = tmp_path / "out"
    for _ in range(2):
        done = CliRunner().invoke(main, ["handout", str(folder)])
        assert done.exit_code == 0, done.output
    other = tmp_path / "mine"
    other.mkdir()
    (other / "thesis.txt").write_text("x")
    done = CliRunner().invoke(main, ["handout", str(other)])
    assert done.exit_code == EditionError.exit_code
    assert [path.name for path in other.iterdir()] == ["thesis.txt"]
