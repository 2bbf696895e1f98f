"""A small release and a small site, made by hand: the reader must not need ours."""

import hashlib
import json
from pathlib import Path

MIME = "application/vnd.preventieplan.exhibit+json"
CONFIDENTIAL_CSV = """\
group,period,measure,kind,value,unit,status,n_persons,n_organisations,group_nl,group_en,data
vvt,2025JJ00,reach,share,76.3,percent,not stated,440,20,Verpleging,Nursing,synthetic
ghz,2025JJ00,reach,share,55.1,percent,not stated,125,10,Gehandicaptenzorg,Disability,synthetic
ggz,2025JJ00,reach,share,,percent,suppressed,,,Geestelijk,Mental,synthetic
"""
NUMBER_CSV = """\
term,estimate,ci_low,ci_high,p_value,n,n_organisations,df,unit,period,half_step,data
voices,705,,,,705,20,,persons,2025JJ00,0,synthetic
"""
PUBLIC_CSV = """\
term,estimate,ci_low,ci_high,p_value,n,n_organisations,df,unit,period,half_step,data
value,7.123456,,,,2,,,percent,2024JJ00,0.05,synthetic
"""
SVG = """\
<?xml version="1.0" encoding="utf-8" standalone="no"?>
<svg xmlns:xlink="http://www.w3.org/1999/xlink" width="9pt" height="9pt" viewBox="0 0 9 9" \
xmlns="http://www.w3.org/2000/svg" version="1.1">
 <metadata>
  <rdf:RDF xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:cc="http://creativecommons.org/ns#" \
xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
   <cc:Work><dc:format>image/svg+xml</dc:format></cc:Work>
  </rdf:RDF>
 </metadata>
 <g id="figure_1">
  <g id="xtick_1"><g id="text_1"><!-- 50 --><use xlink:href="#DejaVuSans-13"/></g></g>
  <g id="text_2"><!-- Nursing --><use xlink:href="#DejaVuSans-13"/></g>
  <g id="text_3"><!-- 76.3% --><use xlink:href="#DejaVuSans-13"/></g>
  <g id="PathCollection_1">
   <use xlink:href="#C0_0_0123456789" x="1" y="2" style="fill: #12355b"/>
   <use xlink:href="#C0_0_0123456789" x="2" y="3" style="fill: #12355b"/>
  </g>
 </g>
</svg>
"""


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def write_json(path: Path, content) -> None:
    write(path, json.dumps(content, ensure_ascii=False, indent=1))


def both(text: str) -> dict[str, str]:
    return {"nl": text, "en": text}


def exhibit(name: str, kind: str, **given) -> dict:
    empty = dict.fromkeys(
        ["value", "interval", "the_period", "title", "subtitle", "note", "alt", "source",
         "period", "n", "method", "licence", "grid"]
    )  # fmt: skip
    about = {"chapter": "1.2-reach", "id": name, "kind": kind, "synthetic": True, "missing": []}
    return about | empty | given


def entry(name: str, kind: str, tables: list[str], status: str = "pass", *, public=False) -> dict:
    return {
        "chapter": "1.2-reach", "exhibit": name, "kind": kind, "tables": tables,
        "status": status, "public": public, "rules": ["minimum_persons"], "suppressed": 1,
    }  # fmt: skip


def finding(**given) -> dict:
    about = {
        "claim": "C99", "section": both("1.2"), "lines": [1], "verdict": "supported",
        "reported": None, "estimate": 12.5, "ci_low": 10.0, "ci_high": 15.0, "unit": "percent",
        "n": 705, "period": "2025JJ00", "method": "m", "reason": "r", "chapter": "1.2-reach",
        "exhibit": "C99", "synthetic": True, "parts": [], "text": {},
    }  # fmt: skip
    return about | given


def notebook() -> dict:
    code = {
        "cell_type": "code", "id": "cell-1", "metadata": {}, "source": ["x = 1"],
        "execution_count": None,
        "outputs": [
            {"output_type": "display_data", "data": {MIME: {"id": "reach"}}, "metadata": {}}
        ],
    }  # fmt: skip
    text = {
        "cell_type": "markdown", "id": "cell-0", "metadata": {"tags": ["nl"]}, "source": ["# Een"]
    }  # fmt: skip
    metadata = {"language_info": {"name": "python"}}
    return {"cells": [text, code], "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def make_release(folder: Path) -> Path:
    """Write a release with a figure, two numbers, an absent table and a finding."""
    place = folder / "exhibits" / "1.2-reach"
    grid = {
        language: {
            "head": ["Item", "Reach"],
            "rows": [["Nursing", first], ["Disability", second]],
            "note": None,
        }
        for language, first, second in (("nl", "76,3%", "55,1%"), ("en", "76.3%", "55.1%"))
    }
    write(place / "reach.csv", CONFIDENTIAL_CSV)
    write_json(place / "reach.json", exhibit("reach", "figure", grid=grid))
    write(place / "reach.en.svg", SVG)
    write(place / "voices.csv", NUMBER_CSV)
    write_json(place / "voices.json", exhibit("voices", "number", value=both("705 people")))
    write(place / "open.csv", PUBLIC_CSV)
    write_json(place / "open.json", exhibit("open", "number"))
    write_json(place / "gone.json", exhibit("gone", "table", missing=[both("x")]))
    write_json(folder / "findings.json", [finding()])
    entries = [
        entry("reach", "figure", ["organisation_years"]),
        entry("voices", "number", ["attendees"]),
        entry("open", "number", ["absence"], public=True),
        entry("gone", "table", ["care_use"], "absent", public=True),
        entry("C99", "finding", ["attendees"]),
    ]
    write_json(folder / "disclosure.json", {"exhibits": entries})
    write_json(folder / "chapters" / "1.2-reach.ipynb", notebook())
    manifest = {
        "format": 1, "edition": "2025", "reference_year": 2025, "version": "0.1.0",
        "data": "synthetic", "sources": [], "key_fingerprint": "b63bc589bd8f5643",
        "inconsistencies": [], "reported": {}, "files": {},
    }  # fmt: skip
    write_json(folder / "manifest.json", manifest)
    declare(folder)
    return folder


def checksums(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }


def declare(folder: Path) -> None:
    """Write the list of files anew, as somebody with a leak in his code would."""
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"] = {k: v for k, v in checksums(folder).items() if k != "manifest.json"}
    write_json(folder / "manifest.json", manifest)


PAGE = """\
<!DOCTYPE html>
<html lang="nl"><head><title>Boek</title>
<link rel="stylesheet" href="_static/book.css"><script src="searchindex.js"></script>
<style>p { background: url("_static/dot.png"); }</style></head>
<body><p>Zie <a href="https://www.cbs.nl/x">CBS</a>.</p></body></html>
"""


def make_site(folder: Path) -> Path:
    """Write a site of one edition."""
    edition = make_release(folder / "2025")
    (edition / "chapters" / "1.2-reach.ipynb").unlink()
    (edition / "chapters").rmdir()
    write(folder / "index.html", PAGE)
    write(edition / "nl" / "index.html", PAGE)
    write(edition / "nl" / "searchindex.js", 'Search.setIndex({"terms": {"verzuim": [0, 1]}})')
    write(edition / "nl" / "_static" / "book.css", "/* https://example.org */ p { color: red; }")
    seal(folder)
    return folder


def seal(folder: Path) -> None:
    """Write the list of the edition's files anew."""
    edition = folder / "2025"
    manifest = json.loads((edition / "manifest.json").read_text())
    manifest["files"] = {
        k: v
        for k, v in checksums(edition).items()
        if k.startswith("exhibits/") or k in ("disclosure.json", "findings.json")
    }
    write_json(edition / "manifest.json", manifest)
    write_json(folder / ".2025.whole.json", checksums(edition))
