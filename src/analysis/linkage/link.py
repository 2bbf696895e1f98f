"""Link the deliveries of all suppliers to the tables that the chapters read."""

import json
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb

from analysis import files
from analysis.errors import DeliveryError
from analysis.languages import Text
from analysis.linkage import careers, employment, organisations, report
from analysis.linkage.columns import Column, empty, quoted, typed
from analysis.linkage.errors_without_rows import errors_without_rows
from analysis.linkage.people import LINKED
from analysis.linkage.respondents import make_weighted_respondents
from analysis.linkage.weights import SurveyWeights
from analysis.sources import izz_monitor, pfzw, vernet
from analysis.sources.confidential import CONFIDENTIAL
from analysis.sources.delivered_files import Delivered, create_view, find_delivered
from analysis.sources.engine import MEMORY, THREADS, open_engine

MANIFEST = "manifest.json"
DICTIONARY = "dictionary.json"
_PAYSLIPS = pfzw.PAYSLIPS.name
_FITS = (
    "expected files as the schema says. Run `preventieplan check` on the deliveries, which names "
    "file and column."
)

#: Table of the dataset → its columns, in the order of the file.
TABLES: dict[str, tuple[Column, ...]] = {
    employment.TABLE: employment.COLUMNS,
    careers.TABLE: careers.COLUMNS,
    organisations.TABLE: organisations.COLUMNS,
    "organisation_ages": organisations.AGES,
    "absence_parts": organisations.ABSENCE_PARTS,
    **{table.name: table.columns for table in LINKED},
    **report.TABLES,
}


#: What a reader calls each table.
TITLES = {
    "employment_years": Text(nl="Dienstverbanden per jaar", en="Employments per year"),
    "careers": Text(nl="Loopbanen", en="Careers"),
    "organisation_years": Text(nl="Organisaties per jaar", en="Organisations per year"),
    "organisation_ages": Text(
        nl="Werknemers naar leeftijd en geslacht", en="Employees by age and sex"
    ),
    "absence_parts": Text(
        nl="Verzuim naar leeftijd en functiegroep", en="Absence by age and function group"
    ),
    "individuals": Text(nl="Enquête met gewichten", en="Survey with weights"),
    "care_use": Text(nl="Zorggebruik naar leeftijd", en="Care use by age"),
    "attendees": Text(nl="Aanwezigen bij sessies", en="Attendees of sessions"),
    "codings": Text(nl="Gecodeerde uitspraken", en="Coded statements"),
    "action_points": Text(nl="Actiepunten", en="Action points"),
    "interventions": Text(nl="Inventarisatie van interventies", en="Inventory of interventions"),
    "checklist": Text(nl="Checklist van de deelnemers", en="Checklist of the participants"),
    "hr_offer": Text(nl="HR-aanbod van de deelnemers", en="HR offer of the participants"),
    "organisation_functions": Text(nl="Organisaties naar functie", en="Organisations by function"),
    "participants": Text(nl="Deelnemende organisaties", en="Participating organisations"),
    "background": Text(nl="Sociaal-economische achtergrond", en="Socio-economic background"),
    "long_absences": Text(nl="Langdurig verzuim per persoon", en="Long absences per person"),
    "training": Text(nl="Opleiding en registratie", en="Training and registration"),
    "linkage_counts": Text(nl="Koppelverslag: aantallen", en="Linkage report: counts"),
    "linkage_losses": Text(nl="Koppelverslag: verlies", en="Linkage report: losses"),
    "linkage_differences": Text(nl="Koppelverslag: verschillen", en="Linkage report: differences"),
    "survey_weighting": Text(nl="Weging van de enquête", en="Weighting of the survey"),
    "survey_balance": Text(nl="Evenwicht na weging", en="Balance after weighting"),
}


@dataclass(frozen=True)
class LinkedManifest:
    """What linking made.

    Attributes
    ----------
    tables
        Table → ``rows``, ``sources`` (delivered tables) and ``synthetic``.
    absent
        Tables that were not made, or have columns without values, with the delivered tables that
        they lack.
    fractions
        Delivered table → share of all persons in its files, where that is less than 1.
    """

    edition: str
    key_fingerprint: str | None
    tables: dict[str, dict[str, Any]]
    absent: dict[str, list[str]]
    fractions: dict[str, float]


def dictionary() -> dict[str, dict[str, dict[str, Any]]]:
    """Return the data dictionary: table → column → description, unit, type and sources."""
    return {
        table: {found.name: found.describe() for found in columns}
        for table, columns in TABLES.items()
    }


def link(
    deliveries: Path | Mapping[str, Delivered],
    target: Path,
    edition: str,
    *,
    memory: str = MEMORY,
    threads: int = THREADS,
    scratch: Path | None = None,
) -> LinkedManifest:
    """Link deliveries to research tables and write them as Parquet, whole or not at all.

    The same deliveries give the same values in the same order, whatever the order of their rows
    and whether they are CSV or Parquet.

    Parameters
    ----------
    deliveries
        Folder of deliveries, or the tables that ``find_delivered`` found in it.
    target
        Folder of the tables, of ``dictionary.json`` and of ``manifest.json``.
    edition
        Name of the edition that the pseudonyms must be made for.
    memory, threads
        Limits of the engine; what does not fit goes to ``scratch``.

    Raises
    ------
    DeliveryError
        If the deliveries were made with different keys or for another edition, no organisation of
        a source is in the payroll, or rows repeat where one was promised.
    """
    found = find_delivered(deliveries) if isinstance(deliveries, Path) else dict(deliveries)
    fingerprint = _check_notes(found, edition)
    with (
        errors_without_rows("the deliveries", _FITS),
        open_engine(scratch, memory=memory, threads=threads) as engine,
        tempfile.TemporaryDirectory(prefix="preventieplan-", dir=scratch) as rows,
        files.whole_folder(target) as folder,
    ):
        for one in found.values():
            create_view(engine, one)
        _check_organisations_join(engine, found)
        made = _make(engine, found, Path(rows))
        manifest = _describe(found, set(made), edition, fingerprint)
        for table, (query, key) in made.items():
            _write(engine, table, query, key, folder)
            count = _count(engine, f"read_parquet({quoted(folder / f'{table}.parquet')})")
            manifest.tables[table]["rows"] = count
        for table in LINKED:
            if table.name in made:
                _check_rows(table.name, manifest, _count(engine, table.rows_of))
        files.write_json(folder / DICTIONARY, dictionary())
        files.write_json(folder / MANIFEST, asdict(manifest))
    return manifest


@dataclass(frozen=True)
class LinkedTable:
    """What a reader calls a linked table, and the delivered tables that it is made from."""

    title: Text
    sources: tuple[str, ...]


def linked_tables() -> dict[str, LinkedTable]:
    """Return every table that linking makes, in the order of the dataset."""
    return {
        name: LinkedTable(TITLES[name], tuple(_sources(columns)))
        for name, columns in TABLES.items()
    }


def _sources(columns: tuple[Column, ...]) -> list[str]:
    used = {source for one in columns for source in one.sources}
    return [name for name in CONFIDENTIAL if name in used]


def read_linked(folder: Path) -> LinkedManifest:
    """Read the manifest of linked tables."""
    return LinkedManifest(**json.loads((folder / MANIFEST).read_text(encoding="utf-8")))


def _check_notes(found: dict[str, Delivered], edition: str) -> str | None:
    keys: dict[str, list[str]] = {}
    for supplier, note in {one.note.supplier: one.note for one in found.values()}.items():
        # The people of the stub are nobody's: they serve every edition.
        if note.edition != edition and not note.synthetic:
            raise DeliveryError(
                f"{supplier}: pseudonyms for edition '{note.edition}'; expected '{edition}'. "
                "Pseudonyms of two editions cannot be joined: ask for a delivery for this one."
            )
        if note.key_fingerprint is not None:
            keys.setdefault(note.key_fingerprint, []).append(supplier)
    if len(keys) > 1:
        told = "; ".join(f"{key}: {', '.join(sorted(by))}" for key, by in sorted(keys.items()))
        raise DeliveryError(
            f"the deliveries were made with {len(keys)} keys ({told}); expected one. Make the "
            "pseudonyms again with `preventieplan pseudonymise` and the key of this edition."
        )
    return next(iter(keys), None)


def _check_organisations_join(
    engine: duckdb.DuckDBPyConnection, found: dict[str, Delivered]
) -> None:
    """Refuse a source of which no organisation is in the payroll: its key must be another."""
    payroll = pfzw.ORGANISATION_YEARS.name
    if payroll not in found:
        payroll = _PAYSLIPS
    if payroll not in found:
        return
    for name, one in found.items():
        if "organisation" not in one.table.columns or name == payroll:
            continue
        known, all_of_them = engine.execute(
            f"SELECT count(*) FILTER (organisation IN (SELECT organisation FROM {payroll})), "
            f"count(*) FROM (SELECT DISTINCT organisation FROM {name})"
        ).fetchall()[0]
        if all_of_them and not known:
            raise DeliveryError(
                f"{name}: none of {all_of_them} organisations is in {payroll}; expected nearly "
                "all. The pseudonyms were probably made with another key, for another edition or "
                "from other ids: make them again with `preventieplan pseudonymise`."
            )


def _make(
    engine: duckdb.DuckDBPyConnection, found: dict[str, Delivered], rows: Path
) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Make the tables in the engine; return per table its SQL and the columns that sort it."""
    present = set(found)
    made: dict[str, tuple[str, tuple[str, ...]]] = {}
    fraction = found[_PAYSLIPS].fraction if _PAYSLIPS in found else 1.0
    if _PAYSLIPS in found:
        employment.make_employment_years(engine, found[_PAYSLIPS], rows)
        made[employment.TABLE] = (employment.TABLE, ("person", "organisation", "year"))
        careers.make_careers(engine, fraction)
        made[careers.TABLE] = (careers.TABLE, ("person", "organisation", "spell"))
    if present & {_PAYSLIPS, pfzw.ORGANISATION_YEARS.name}:
        organisations.make_base(engine, present, fraction)
    else:
        engine.execute(
            f"CREATE TABLE organisation_base AS SELECT {empty(organisations.BASE)} LIMIT 0"
        )
    weighted = None
    if izz_monitor.RESPONDENTS.name in present:
        weighted = make_weighted_respondents(engine, present)
    if present & {_PAYSLIPS, pfzw.ORGANISATION_YEARS.name}:
        organisations.make_organisation_years(engine, present, fraction)
        made[organisations.TABLE] = (organisations.TABLE, ("organisation", "year"))
    if pfzw.ORGANISATION_AGES.name in present:
        made["organisation_ages"] = (f"({organisations.ages()})", pfzw.ORGANISATION_AGES.key)
    if vernet.ABSENCE.name in present:
        made["absence_parts"] = (f"({organisations.absence_parts()})", vernet.ABSENCE.key)
    for table in LINKED:
        if present.issuperset({table.rows_of, *table.needs}):
            query = table.query.format(fraction=repr(found[table.rows_of].fraction))
            made[table.name] = (f"({query})", table.key)
    return made | _make_reports(engine, present, weighted)


def _make_reports(
    engine: duckdb.DuckDBPyConnection, present: set[str], weighted: SurveyWeights | None
) -> dict[str, tuple[str, tuple[str, ...]]]:
    frames = report.linkage_report(engine, present)
    if weighted is not None:
        frames |= {"survey_weighting": weighted.years, "survey_balance": weighted.balance}
    made = {}
    for name, frame in frames.items():
        engine.register(f"frame_{name}", frame)
        made[name] = (f"frame_{name}", report.KEYS[name])
    return made


def _write(
    engine: duckdb.DuckDBPyConnection, table: str, query: str, key: tuple[str, ...], folder: Path
) -> None:
    order = ", ".join(f'"{name}"' for name in key)
    path = quoted(folder / f"{table}.parquet")
    engine.execute(
        f"COPY (SELECT {typed(TABLES[table])} FROM {query} ORDER BY {order}) "
        f"TO {path} (FORMAT parquet)"
    )


def _count(engine: duckdb.DuckDBPyConnection, rows: str) -> int:
    return engine.execute(f"SELECT count(*) FROM {rows}").fetchall()[0][0]


def _check_rows(table: str, manifest: LinkedManifest, delivered_rows: int) -> None:
    rows = manifest.tables[table]["rows"]
    if rows != delivered_rows:
        raise DeliveryError(
            f"{table}: {delivered_rows} delivered rows became {rows}; expected as many. A key is "
            "not unique in a table that it is looked up in: run `preventieplan check`."
        )


def _describe(
    found: dict[str, Delivered], made: set[str], edition: str, fingerprint: str | None
) -> LinkedManifest:
    tables, absent = {}, {}
    for name, columns in TABLES.items():
        sources = _sources(columns)
        lacking = [source for source in sources if source not in found]
        if lacking:
            absent[name] = lacking
        if name in made:
            # What linking writes about itself is about all deliveries.
            there = [source for source in sources or found if source in found]
            tables[name] = {
                "sources": there,
                "synthetic": any(found[source].note.synthetic for source in there),
            }
    return LinkedManifest(
        edition=edition,
        key_fingerprint=fingerprint,
        tables=tables,
        absent=absent,
        fractions={name: one.fraction for name, one in found.items() if one.fraction < 1},
    )
