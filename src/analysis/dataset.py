"""The dataset: tables as Parquet with a manifest, and the way notebooks open it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from analysis import files
from analysis.errors import DeliveryError, EditionError, WorkplaceError
from analysis.languages import LANGUAGES, Text
from analysis.linkage.link import LinkedManifest, link, linked_tables
from analysis.sources.confidential import CONFIDENTIAL
from analysis.sources.delivered_files import Delivered, find_delivered
from analysis.sources.delivery import ValidatedTable, read_tables
from analysis.sources.suppliers import SUPPLIERS
from analysis.sources.tables import TABLES

MANIFEST = "manifest.json"
#: Folder of the linked tables within the dataset.
LINKED = "linked"
_CONFIDENTIAL = SUPPLIERS["pfzw"].licence


@dataclass(frozen=True)
class DataTable:
    """A table of the dataset as a chapter gets it.

    Attributes
    ----------
    name
        Name in the dataset; results carry it to the airlock.
    frame
        The rows, or None when the source was not delivered.
    """

    name: str
    frame: pd.DataFrame | None


class Dataset:
    """Tables by name, as attributes: ``dataset.absence``."""

    def __init__(self, folder: Path, manifest: dict[str, Any]) -> None:
        self._folder = folder
        self._tables = manifest["tables"]

    def __getattr__(self, name: str) -> DataTable:
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in self._tables:
            raise EditionError(
                f"table '{name}' is not in the dataset; allowed: {', '.join(self._tables)}."
            )
        table = self._tables[name]
        if not table["present"]:
            return DataTable(name, None)
        return DataTable(name, pd.read_parquet(self._folder / table["path"]))

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._tables]


def open_dataset(folder: str | Path) -> Dataset:
    """Open the dataset that the build made.

    Raises
    ------
    WorkplaceError
        If the folder holds no whole dataset.
    """
    return Dataset(Path(folder), read_manifest(Path(folder)))


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read what the dataset holds: per table presence, supplier, periods and files."""
    path = folder / MANIFEST
    if not path.exists():
        raise WorkplaceError(
            f"{folder}: no whole dataset here (no {MANIFEST}); run `preventieplan build --until "
            "dataset` first."
        )
    return json.loads(path.read_text(encoding="utf-8"))


def make_dataset(
    deliveries: Path, target: Path, *, edition: str, fill: Path | None = None
) -> dict[str, Any]:
    """Read deliveries, validate and link them, and write the dataset whole.

    Parameters
    ----------
    deliveries
        Folder with the suppliers' files.
    target
        Folder of the dataset; replaced when all tables are there.
    edition
        Name of the edition for which the pseudonyms were made.
    fill
        Folder of synthetic deliveries for the published tables that ``deliveries`` lacks, and for
        the confidential ones when it has none of them: people of the stub cannot be linked to real
        ones.

    Returns
    -------
    dict
        The manifest.
    """
    tables, unused = read_tables(deliveries, needed=False)
    confidential = find_delivered(deliveries)
    if fill is not None:
        synthetic, _ = read_tables(fill)
        tables = {**synthetic, **tables}
        confidential = confidential or find_delivered(fill)
    if not tables and not confidential:
        raise DeliveryError(
            f"{deliveries}: holds no table of the book; expected published or confidential tables."
        )
    with files.whole_folder(target, seal=True) as folder:
        for name, table in sorted(tables.items()):
            table.frame.to_parquet(folder / f"{name}.parquet", index=False)
        linked = link(confidential, folder / LINKED, edition) if confidential else None
        manifest = {
            "tables": {
                **{name: _describe(name, tables.get(name)) for name in TABLES},
                **_describe_linked(linked, folder / LINKED),
            },
            "suppliers": _describe_suppliers(confidential),
            "key_fingerprint": linked.key_fingerprint if linked else None,
            "unused_files": unused,
        }
        files.write_json(folder / MANIFEST, manifest)
    return manifest


def _describe(name: str, table: ValidatedTable | None) -> dict[str, Any]:
    spec = TABLES[name]
    supplier = SUPPLIERS[spec.supplier]
    described = {
        "title": spec.title.model_dump(),
        "supplier": supplier.name.model_dump(),
        "public": supplier.public,
        "licence": supplier.licence,
        "present": table is not None,
        "listed": True,
    }
    if table is not None:
        described |= {
            "path": f"{name}.parquet",
            "files": list(table.files),
            "synthetic": table.synthetic,
            "revised": table.revised,
            "references": sorted(table.frame["reference"].unique()),
            "rows": len(table.frame),
            "last": {
                frequency: group["period"].max()
                for frequency, group in table.frame.groupby("frequency")
            },
            "statuses": table.frame["status"].value_counts().sort_index().to_dict(),
        }
    return described


def _describe_linked(linked: LinkedManifest | None, folder: Path) -> dict[str, Any]:
    described = {}
    for name, table in linked_tables().items():
        made = linked is not None and (folder / f"{name}.parquet").exists()
        sources = linked.tables[name]["sources"] if made else table.sources
        keys = [CONFIDENTIAL[source].supplier for source in sources or CONFIDENTIAL]
        suppliers = [SUPPLIERS[key] for key in dict.fromkeys(keys)]
        described[name] = {
            "title": table.title.model_dump(),
            "supplier": _named(keys),
            # Confidential as long as one source is.
            "public": all(one.public for one in suppliers),
            "licence": suppliers[0].licence if len(suppliers) == 1 else _CONFIDENTIAL,
            "present": made,
            "listed": False,
        }
        if made:
            described[name] |= {
                "path": f"{LINKED}/{name}.parquet",
                "synthetic": linked.tables[name]["synthetic"],
                "rows": linked.tables[name]["rows"],
            }
        elif linked is not None and name in linked.absent:
            lacks = [CONFIDENTIAL[source] for source in linked.absent[name]]
            described[name]["lacks"] = [source.title.model_dump() for source in lacks]
    return described


def _describe_suppliers(confidential: Mapping[str, Delivered]) -> dict[str, Any]:
    """Describe what each supplier of confidential tables delivered, for the list of sources."""
    described = {}
    for key in dict.fromkeys(table.supplier for table in CONFIDENTIAL.values()):
        tables = [table for table in CONFIDENTIAL.values() if table.supplier == key]
        delivered = [confidential[t.name] for t in tables if t.name in confidential]
        titles = [one.table.title for one in delivered] or [table.title for table in tables]
        described[key] = {
            "title": {lang: "; ".join(title[lang] for title in titles) for lang in LANGUAGES},
            "supplier": SUPPLIERS[key].name.model_dump(),
            "licence": SUPPLIERS[key].licence,
            "present": bool(delivered),
            "synthetic": any(one.note.synthetic for one in delivered),
            "additional": any(table.additional for table in tables),
        }
    return described


def _named(suppliers: list[str]) -> dict[str, str]:
    names = [SUPPLIERS[key].name for key in dict.fromkeys(suppliers)]
    return Text(
        **{language: ", ".join(name[language] for name in names) for language in LANGUAGES}
    ).model_dump()
