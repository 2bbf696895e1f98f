"""The gate: all candidates of all chapters in, released frames and stripped chapters out."""

import json
from pathlib import Path
from typing import Any

from analysis import files
from analysis.airlock import candidates
from analysis.airlock.rules import RULES, Context, is_public, with_rounded_counts
from analysis.airlock.stripping import strip
from analysis.edition import Edition
from analysis.errors import AirlockError
from analysis.methods.results import Absent

NOTEBOOK = "chapter.ipynb"


def open_gate(
    edition: Edition, manifest: dict[str, Any], chapters: dict[str, Path], target: Path
) -> None:
    """Judge every candidate and write what passed.

    Parameters
    ----------
    edition
        Gives the thresholds.
    manifest
        Of the dataset; says which tables are public.
    chapters
        Chapter → folder with its candidates and its executed notebook.
    target
        Folder of the released frames; replaced when all went well.

    Raises
    ------
    AirlockError
        Naming every exhibit that failed, with the rule; nothing is released then.
    """
    context = Context(
        {name: table["public"] for name, table in manifest["tables"].items()}, edition.disclosure
    )
    submitted = {
        chapter: candidates.read(folder / "exhibits") for chapter, folder in chapters.items()
    }
    _check_ids(submitted)
    reports = []
    problems = []
    for chapter, found in submitted.items():
        for candidate, result in found:
            failed = {} if isinstance(result, Absent) else _apply_rules(result, context)
            problems += [
                f"{chapter}/{candidate.id}: rule {rule}: {problem}"
                for rule, found_problems in failed.items()
                for problem in found_problems
            ]
            reports.append(
                {
                    "chapter": chapter,
                    "exhibit": candidate.id,
                    "kind": candidate.kind,
                    "tables": sorted(candidate.tables),
                    "status": "absent" if isinstance(result, Absent) else "pass",
                    "public": isinstance(result, Absent) or is_public(result, context),
                    "rules": [] if isinstance(result, Absent) else sorted(RULES),
                    "cells_suppressed": 0,
                }
            )
    if problems:
        raise AirlockError("The airlock refused; nothing was released.\n" + "\n".join(problems))
    with files.whole_folder(target, seal=True) as folder:
        for chapter, found in submitted.items():
            (folder / chapter).mkdir()
            for candidate, result in found:
                passed = (
                    result if isinstance(result, Absent) else with_rounded_counts(result, context)
                )
                candidates.write(folder / chapter, candidate, passed)
        (folder / "chapters").mkdir()
        for chapter, source in chapters.items():
            notebook = json.loads((source / NOTEBOOK).read_text(encoding="utf-8"))
            stripped = strip(notebook, {candidate.id for candidate, _ in submitted[chapter]})
            files.write_json(folder / "chapters" / f"{chapter}.ipynb", stripped)
        files.write_json(folder / "disclosure.json", {"exhibits": reports})


def _apply_rules(result, context: Context) -> dict[str, list[str]]:
    outcomes = {name: rule(result, context) for name, rule in RULES.items()}
    return {name: found for name, found in outcomes.items() if found}


def _check_ids(submitted: dict[str, list]) -> None:
    seen: dict[str, str] = {}
    for chapter, found in submitted.items():
        for candidate, _ in found:
            if candidate.chapter != chapter:
                raise AirlockError(
                    f"{chapter}/{candidate.id}: submitted as chapter '{candidate.chapter}'; open "
                    f"the chapter as '{chapter}', the name of its notebook."
                )
            if candidate.id in seen:
                raise AirlockError(
                    f"exhibit id '{candidate.id}' stands in {seen[candidate.id]} and {chapter}; "
                    "ids are unique in the book. Rename one."
                )
            seen[candidate.id] = chapter
