"""Stripped notebooks: source, known tags and the places of exhibits, and nothing else."""

from typing import Any

from analysis.airlock.reader.problems import Problem

_MIME = "application/vnd.preventieplan.exhibit+json"
_TAGS = {"nl", "en", "parameters", "folded"}
_TOP = {"cells", "metadata", "nbformat", "nbformat_minor"}
_METADATA = {"language_info": {"name": "python"}}
_MARKDOWN = {"cell_type", "id", "metadata", "source"}
_CODE = _MARKDOWN | {"execution_count", "outputs"}
_ACTION = "Let the airlock strip the notebook again"


def check_notebook(name: str, content: Any, exhibits: set[str]) -> list[Problem]:
    """Check a notebook of a release.

    Parameters
    ----------
    content
        The notebook as JSON.
    exhibits
        Ids of the exhibits and findings that the airlock judged.
    """
    if not isinstance(content, dict) or set(content) != _TOP or content["nbformat"] != 4:
        return [Problem(name, "no stripped notebook", "a notebook of format 4", _ACTION)]
    found: list[tuple[str, str]] = []
    if content["metadata"] != _METADATA:
        found.append(("metadata of the notebook", "the name of the language alone"))
    if not isinstance(content["cells"], list):
        return [Problem(name, "no list of cells", "a notebook of format 4", _ACTION)]
    for place, cell in enumerate(content["cells"]):
        found += [(f"{what} in cell {place}", fine) for what, fine in _cell(cell, place, exhibits)]
    return [Problem(name, what, fine, _ACTION) for what, fine in found]


def _cell(cell: Any, place: int, exhibits: set[str]) -> list[tuple[str, str]]:
    kind = cell.get("cell_type") if isinstance(cell, dict) else None
    expected = {"markdown": _MARKDOWN, "code": _CODE}.get(kind if isinstance(kind, str) else "")
    if expected is None:
        return [("an unknown kind of cell", "markdown and code")]
    if set(cell) != expected:
        return [("keys that a stripped cell does not have", ", ".join(sorted(expected)))]
    found = []
    if cell["id"] != f"cell-{place}":
        found.append(("an id of its own", "its place"))
    source = cell["source"]
    if not (isinstance(source, str) or _all_text(source)):
        found.append(("a source that is no text", "text"))
    metadata = cell["metadata"]
    if metadata and not (
        isinstance(metadata, dict)
        and set(metadata) == {"tags"}
        and _all_text(metadata["tags"])
        and set(metadata["tags"]) <= _TAGS
    ):
        found.append(("metadata", f"the tags {', '.join(sorted(_TAGS))}"))
    if kind == "code":
        if cell["execution_count"] is not None:
            found.append(("an execution count", "none"))
        outputs = cell["outputs"]
        if not isinstance(outputs, list) or not all(_is_place(one, exhibits) for one in outputs):
            found.append(("an output", "the place of an exhibit that the airlock judged"))
    return found


def _all_text(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _is_place(output: Any, exhibits: set[str]) -> bool:
    try:
        name = output["data"][_MIME]["id"]
    except (KeyError, TypeError):
        return False
    place = {"output_type": "display_data", "data": {_MIME: {"id": name}}, "metadata": {}}
    return output == place and isinstance(name, str) and name in exhibits
