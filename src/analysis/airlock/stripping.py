"""Notebooks without anything but their source and the places of passed exhibits."""

import copy
from typing import Any

#: Marks the output of a cell as the place of an exhibit.
EXHIBIT_MIME = "application/vnd.preventieplan.exhibit+json"
#: Tags that say something to the book; all others go.
TAGS = {"nl", "en", "parameters", "folded"}
#: Tag of the cell in which papermill puts paths of the machine.
_INJECTED = "injected-parameters"


def strip(notebook: dict[str, Any], passed: set[str]) -> dict[str, Any]:
    """Keep the source of each cell, known tags and the ids of passed exhibits; drop the rest.

    Dropped are outputs, printed text, tracebacks, warnings, widget state, attachments, metadata,
    execution counts, ids, and the cell with the parameters of the run.

    Parameters
    ----------
    notebook
        An executed notebook (nbformat 4) as JSON.
    passed
        Ids of the exhibits that the airlock released.

    Returns
    -------
    dict
        A notebook of nbformat 4.5; cell ids are their places.
    """
    kept = [
        cell
        for cell in notebook["cells"]
        if _INJECTED not in _tags(cell) and cell["cell_type"] in ("markdown", "code")
    ]
    return {
        "cells": [_strip_cell(cell, place, passed) for place, cell in enumerate(kept)],
        "metadata": {"language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _strip_cell(cell: dict[str, Any], place: int, passed: set[str]) -> dict[str, Any]:
    stripped = {
        "cell_type": cell["cell_type"],
        "id": f"cell-{place}",
        "metadata": {"tags": tags} if (tags := sorted(TAGS & set(_tags(cell)))) else {},
        "source": copy.copy(cell["source"]),
    }
    if cell["cell_type"] == "code":
        places = [output for output in map(_exhibit_of, cell["outputs"]) if output in passed]
        stripped["execution_count"] = None
        stripped["outputs"] = [
            {"output_type": "display_data", "data": {EXHIBIT_MIME: {"id": name}}, "metadata": {}}
            for name in places
        ]
    return stripped


def _tags(cell: dict[str, Any]) -> list[str]:
    return cell.get("metadata", {}).get("tags", [])


def _exhibit_of(output: dict[str, Any]) -> str | None:
    content = output.get("data", {}).get(EXHIBIT_MIME)
    return content.get("id") if isinstance(content, dict) else None
