"""The release: what render writes and publish reads, checked on both sides."""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from analysis import files
from analysis.claims.register import Verdict
from analysis.edition import EDITION_NAME
from analysis.errors import BookError
from analysis.languages import Language, Text
from analysis.publish.disclosed import DISCLOSURE, Disclosed, read_disclosed
from analysis.roles import Words

MANIFEST = "manifest.json"
FINDINGS = "findings.json"
#: Of the files of a release; readers refuse one that they do not know.
FORMAT = 1


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Grid(_Strict):
    """A table as a reader sees it: the first cell of each row is its heading."""

    head: list[str]
    rows: list[list[str]]
    note: str | None = None


class Exhibit(_Strict):
    """A rendered figure, table or number.

    Attributes
    ----------
    missing
        Titles of the tables that were not delivered; nothing else is filled then.
    """

    chapter: str
    id: str
    kind: Literal["figure", "table", "number"]
    synthetic: bool
    missing: tuple[Text, ...] = ()
    value: Text | None = None
    interval: Text | None = None
    the_period: Text | None = None
    title: Text | None = None
    subtitle: Text | None = None
    note: Text | None = None
    alt: Text | None = None
    source: Text | None = None
    period: Text | None = None
    n: Text | None = None
    method: Text | None = None
    licence: str | None = None
    grid: dict[Language, Grid] | None = None


class FindingText(_Strict):
    """What the page says about a finding, in one language."""

    statement: str
    sentence: str
    reported: str
    estimate: str
    method: str
    reason: str
    rule: str
    caveat: str | None


class PartOfFinding(_Strict):
    """One of the tests behind a verdict."""

    term: str
    verdict: Verdict
    estimate: float
    ci_low: float | None
    ci_high: float | None
    unit: str
    period: str


class Finding(_Strict):
    """A claim judged on this edition's data."""

    claim: str
    section: Text
    lines: tuple[int, ...]
    verdict: Verdict
    reported: float | tuple[float, float] | None
    estimate: float | None
    ci_low: float | None
    ci_high: float | None
    unit: str | None
    n: int | None
    period: str | None
    method: str
    reason: str
    chapter: str
    exhibit: str
    synthetic: bool
    parts: tuple[PartOfFinding, ...]
    text: dict[Language, FindingText]


class InconsistencySide(_Strict):
    """What the report says in one place."""

    lines: tuple[int, ...]
    says: Text


class Inconsistency(_Strict):
    """Statements of the report that cannot all hold."""

    id: str
    chapter: str
    title: Text
    sides: tuple[InconsistencySide, ...]
    meaning: Text


class Source(_Strict):
    """A table behind the edition."""

    name: str
    title: Text
    supplier: Text
    licence: str
    present: bool
    synthetic: bool
    revised: int
    last: dict[str, str]
    statuses: dict[str, int]
    references: tuple[str, ...]


class Manifest(_Strict):
    """What a release is and which files it holds.

    Attributes
    ----------
    key_fingerprint
        Of the key that made the pseudonyms, in a release but not in a site; the key itself is in
        neither.
    files
        Path in the release → SHA-256.
    """

    format: Literal[1] = FORMAT
    edition: str = Field(pattern=EDITION_NAME)
    reference_year: int
    version: str
    data: Literal["synthetic", "partly synthetic", "real"]
    sources: tuple[Source, ...]
    key_fingerprint: str | None = None
    inconsistencies: tuple[Inconsistency, ...]
    reported: dict[str, Text]
    files: dict[str, str]


@dataclass(frozen=True)
class Release:
    """A release folder that was read whole.

    Attributes
    ----------
    disclosed
        What the airlock did.
    """

    folder: Path
    manifest: Manifest
    disclosed: Disclosed
    exhibits: dict[str, Exhibit]
    findings: dict[str, Finding]
    chapters: dict[str, dict[str, Any]]

    @cached_property
    def words(self) -> Words:
        """What roles in this edition's texts print."""
        numbers = {key: e for key, e in self.exhibits.items() if e.kind == "number"}
        return Words(
            values={key: e.value for key, e in numbers.items() if e.value},
            intervals={key: e.interval for key, e in numbers.items() if e.interval},
            periods={key: e.period for key, e in numbers.items() if e.period},
            the_periods={key: e.the_period for key, e in numbers.items() if e.the_period},
            missing={key: e.missing for key, e in numbers.items() if e.missing},
            reported=self.manifest.reported,
        )


def read_release(folder: Path) -> Release:
    """Read a release and check that every file is there and unchanged.

    Raises
    ------
    BookError
        Naming the first file that is missing, changed or not declared.
    """
    if not (folder / MANIFEST).is_file():
        raise BookError(
            f"{folder}: not a whole release (no {MANIFEST}); build it with `preventieplan build "
            "--until release`."
        )
    try:
        manifest = Manifest.model_validate_json((folder / MANIFEST).read_bytes())
        check_files(folder, manifest.files)
        disclosed = read_disclosed(folder)
        exhibits = [
            Exhibit.model_validate_json((folder / name).read_bytes())
            for name in manifest.files
            if name.startswith("exhibits/") and name.endswith(".json")
        ]
        findings = [
            Finding.model_validate(one)
            for one in json.loads((folder / FINDINGS).read_text("utf-8"))
        ]
    except ValidationError as error:
        keys = ", ".join(".".join(map(str, problem["loc"])) for problem in error.errors())
        raise BookError(
            f"{folder}: {error.title} does not fit ({keys}); the release was made by another "
            "version. Build it again."
        ) from None
    _check_judged(folder, manifest, disclosed, exhibits, findings)
    return Release(
        folder,
        manifest,
        disclosed,
        {exhibit.id: exhibit for exhibit in exhibits},
        {finding.claim: finding for finding in findings},
        {
            path.stem: json.loads(path.read_text(encoding="utf-8"))
            for path in sorted((folder / "chapters").glob("*.ipynb"))
        },
    )


def _check_judged(
    folder: Path,
    manifest: Manifest,
    disclosed: Disclosed,
    exhibits: list[Exhibit],
    findings: list[Finding],
) -> None:
    """Compare what a release holds with what the airlock judged."""
    if disclosed.edition != manifest.edition:
        raise BookError(
            f"{folder}: {DISCLOSURE} is of edition '{disclosed.edition}', expected "
            f"'{manifest.edition}'. Build the release again."
        )
    judged = sorted((one.chapter, one.exhibit) for one in disclosed.exhibits)
    held = sorted(
        [(one.chapter, one.id) for one in exhibits] + [(one.chapter, one.claim) for one in findings]
    )
    if judged != held:
        odd = sorted(set(judged) ^ set(held)) or [("", "an exhibit that stands twice")]
        raise BookError(
            f"{folder}: {'/'.join(odd[0])} is not both in the release and in {DISCLOSURE}. Build "
            "the release again."
        )


def check_files(folder: Path, declared: dict[str, str]) -> None:
    """Compare the files of a release with its manifest."""
    present = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path.name != MANIFEST
    }
    if DISCLOSURE not in declared:
        raise BookError(f"{folder}: no {DISCLOSURE}; nobody judged this. Build the release again.")
    if present != set(declared):
        odd = sorted(present ^ set(declared))[0]
        what = "is missing" if odd in declared else "is not declared"
        raise BookError(f"{folder}: {odd} {what} in {MANIFEST}. Build the release again.")
    for name, digest in declared.items():
        if files.sha256(folder / name) != digest:
            raise BookError(f"{folder}: {name} is not what {MANIFEST} says. Build it again.")
