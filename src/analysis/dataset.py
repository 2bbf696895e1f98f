"""The dataset: tables as Parquet with a manifest, and the way notebooks open it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from analysis import files
from analysis.errors import EditionError, WorkplaceError
from analysis.sources.delivery import ValidatedTable, read_tables
from analysis.sources.suppliers import SUPPLIERS
from analysis.sources.tables import TABLES

MANIFEST = "manifest.json"


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
        if not self._tables[name]["present"]:
            return DataTable(name, None)
        return DataTable(name, pd.read_parquet(self._folder / f"{name}.parquet"))

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


def make_dataset(deliveries: Path, target: Path, *, fill: Path | None = None) -> dict[str, Any]:
    """Read deliveries, validate them and write the dataset whole.

    Parameters
    ----------
    deliveries
        Folder with the suppliers' files.
    target
        Folder of the dataset; replaced when all tables are there.
    fill
        Folder of synthetic deliveries for the tables that ``deliveries`` lacks.

    Returns
    -------
    dict
        The manifest.
    """
    tables, unused = read_tables(deliveries)
    if fill is not None:
        synthetic, _ = read_tables(fill)
        tables = {**synthetic, **tables}
    with files.whole_folder(target, seal=True) as folder:
        for name, table in sorted(tables.items()):
            table.frame.to_parquet(folder / f"{name}.parquet", index=False)
        manifest = {
            "tables": {name: _describe(name, tables.get(name)) for name in TABLES},
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
    }
    if table is not None:
        described |= {
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
