"""A hidden cell is hidden in picture, CSV, alt text, table, JSON, report and both languages."""

import json
import re

import pandas as pd
import pytest

from analysis.airlock.gate import open_gate
from analysis.claims.register import read_register
from analysis.edition import read_edition
from analysis.languages import LANGUAGES
from analysis.methods.behind import behind
from analysis.publish.render import render
from analysis.sources.vocabulary import BRANCHES
from tests.airlock.making import EMPLOYEES, MANIFEST, cells, submit_to

#: In no other number, whatever way it is written: 31.416, 31,416, 31415, 31,4.
CANARY = 31416.0
FOUND = re.compile(rb"31[.,\xc2\xa0 ]?4[0-2]?[0-9]?")
COUNTS = {"vvt": 80_020.0, "ghz": CANARY, "ggz": 60_010.0, "hospitals": 50_015.0}
TEXTS = {
    "title": {"nl": "Mensen", "en": "People"},
    "subtitle": {"nl": "Per branche", "en": "By branch"},
}


def table(few: float):
    return cells(
        {
            "group": branch,
            "value": count,
            "n_persons": count,
            "n_organisations": few if count == CANARY else 20.0,
            "behind": behind("count", EMPLOYEES.within(branch=branch)),
        }
        for branch, count in COUNTS.items()
    )


@pytest.fixture
def release(tmp_path):
    """Send tables and figures of the same cells through gate and render."""

    def make(few: float):
        names = {"as-table": None, "as-dots": "dots", "as-matrix": "matrix"}
        folder = submit_to(
            tmp_path / "9.9-test",
            dict.fromkeys(names, table(few)),
            kinds={name: "figure" for name, chart in names.items() if chart},
            labels={key: text.model_dump() for key, text in BRANCHES.items()},
        )
        for name, chart in names.items():
            path = folder / "exhibits" / f"{name}.json"
            found = json.loads(path.read_text())
            found |= {"chart": chart, "texts": TEXTS}
            path.write_text(json.dumps(found))
        open_gate(read_edition(), MANIFEST, {"9.9-test": folder}, tmp_path / "released")
        about = {
            "title": TEXTS["title"], "supplier": TEXTS["title"], "licence": "-", "present": True,
            "listed": False,
        }  # fmt: skip
        dataset = {
            "tables": {name: {**one, **about} for name, one in MANIFEST["tables"].items()},
            "suppliers": {},
            "key_fingerprint": None,
        }
        target = tmp_path / "release"
        render(read_edition(), read_register(), dataset, tmp_path / "released", target)
        return target

    return make


def files_with_the_canary(folder):
    texts = {
        path.name: path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }
    # Hashes and coordinates of drawings hold any digits.
    bare = {
        name: re.sub(rb'[0-9a-f]{32,}|\bd="[^"]*"|transform="[^"]*"|"(x|y)"|id="[^"]*"', b"", text)
        for name, text in texts.items()
    }
    return {name for name, text in bare.items() if FOUND.search(text)}


def test_without_the_rule_it_is_in_every_form(release):
    found = files_with_the_canary(release(few=20.0))
    endings = {name.partition(".")[2] for name in found}
    assert {"csv", "json", "nl.svg", "en.svg", "nl.narrow.svg"} <= endings
    assert "told.json" in found


def test_a_hidden_cell_is_hidden_in_every_form(release):
    folder = release(few=4.0)
    assert files_with_the_canary(folder) == set()
    for path in (folder / "exhibits/9.9-test").glob("*.csv"):
        row = pd.read_csv(path).set_index("group").loc["ghz"]
        assert row["status"] == "suppressed"
        assert row[["value", "n_persons", "n_organisations"]].isna().all()
    for path in (folder / "exhibits/9.9-test").glob("*.json"):
        exhibit = json.loads(path.read_text())
        for language in LANGUAGES:
            assert "×" in json.dumps(exhibit["grid"][language], ensure_ascii=False)
            assert "nan" not in json.dumps(exhibit).casefold()
            if exhibit["alt"]:
                assert {"nl": "verborgen", "en": "hidden"}[language] in exhibit["alt"][
                    language
                ].casefold()
