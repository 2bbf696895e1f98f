"""What a reader must know of a downloaded table, written beside its figures as ``about.json``.

The file also shows that `preventieplan fetch` made the folder and what it wrote there, so that
nothing else is ever replaced. It holds no date of its own: the same table gives the same bytes.
"""

import json
from pathlib import Path
from typing import Any

from analysis import files
from analysis.sources import odata
from analysis.sources.suppliers import SUPPLIERS

ABOUT = "about.json"
_MAKER = "preventieplan fetch"
_PERIODS = "Perioden"


def describe(
    service: odata.Service, properties: dict[str, Any], parts: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    """Return what a table says of itself.

    Parameters
    ----------
    properties
        ``Properties`` in v4, the row of ``TableInfos`` in v3.
    parts
        Name → response of every other list of the table.

    Returns
    -------
    dict
        Title, units by measure, number of periods by status, moment of the last change, licence,
        address. What CBS does not state is empty or left out.
    """
    v4 = service.protocol == "v4"
    measures = _rows(parts, "MeasureCodes" if v4 else "DataProperties")
    periods = _rows(parts, f"{_PERIODS}Codes" if v4 else _PERIODS)
    statuses = [str(row.get("Status") or "not stated") for row in periods]
    # v3 states no licence; CBS gives all its open data under one.
    licence = properties.get("License") or SUPPLIERS["statline"].licence
    return {
        "made_by": _MAKER,
        "table": service.table_id,
        "catalogue": service.catalogue,
        "protocol": f"OData {service.protocol}",
        "title": str(properties.get("Title", "")).strip(),
        "units": {
            str(row["Title"]).strip(): str(row.get("Unit") or "").strip()
            for row in measures
            if row.get("Title") and (v4 or row.get("Type") == "Topic")
        },
        "period_status": {status: statuses.count(status) for status in sorted(set(statuses))},
        "modified": properties["Modified"],
        "licence": str(licence),
        "source": service.base,
        "stamp": odata.stamp_of(properties),
    }


def _rows(parts: dict[str, dict[str, Any]], name: str) -> list[dict[str, Any]]:
    return parts.get(name, {}).get("value", [])


def seal(folder: Path, described: dict[str, Any]) -> None:
    """Write ``about.json`` into a folder that holds everything else."""
    files.write_json(folder / ABOUT, {**described, "files": _held(folder)})


def _held(folder: Path) -> dict[str, str]:
    """Digests of all but ``about.json`` and what a file manager hides there."""
    found = files.digests(folder)
    return {name: found[name] for name in found if name != ABOUT and not name.startswith(".")}


def read_about(folder: Path) -> dict[str, Any] | None:
    """Return what `preventieplan fetch` noted in a folder, or None if it did not leave it so.

    A folder is somebody else's when it has no ``about.json`` of ours, and also when a file in it
    was changed, added or removed since.
    """
    try:
        noted = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if folder.is_symlink() or not isinstance(noted, dict) or noted.get("made_by") != _MAKER:
        return None
    return noted if noted.get("files") == _held(folder) else None
