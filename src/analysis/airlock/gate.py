"""The gate: all candidates of all chapters in, released frames and stripped chapters out."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

from analysis import files
from analysis.airlock import candidates
from analysis.airlock.candidates import Candidate
from analysis.airlock.defence import Defended, count_of, defend, told_to_the_world
from analysis.airlock.ledger import Data, Ledger
from analysis.airlock.rounding import released
from analysis.airlock.rules import RULES, rules_for
from analysis.airlock.stripping import strip
from analysis.airlock.submitted import Submitted, submit
from analysis.airlock.words import RULE_WORDS
from analysis.edition import Decision, Disclosure, Edition
from analysis.errors import AirlockError
from analysis.methods.results import Absent, Result

NOTEBOOK = "chapter.ipynb"
#: What a result may rest on without any delivery: the edition's stated assumptions and the
#: published report.
PUBLISHED = ("assumptions", "report")
#: What the release tells about cells, for the ledger of the next one.
TOLD = "told.json"


def open_gate(
    edition: Edition,
    manifest: dict[str, Any],
    chapters: dict[str, Path],
    target: Path,
    ledger: Ledger | None = None,
) -> None:
    """Judge every candidate and write what passed.

    Parameters
    ----------
    edition
        Gives the thresholds, and what people decided.
    manifest
        Of the dataset; says which tables are public, and which synthetic.
    chapters
        Chapter → folder with its candidates and its executed notebook.
    target
        Folder of the released frames; replaced when all went well.
    ledger
        What earlier releases told; none when left out.

    Raises
    ------
    AirlockError
        Naming every exhibit that failed, with the rule; nothing is released then.
    """
    limits = edition.disclosure
    read = {chapter: candidates.read(folder / "exhibits") for chapter, folder in chapters.items()}
    flat = [(chapter, candidate) for chapter, found in read.items() for candidate, _ in found]
    _check_ids(flat)
    _check_decisions(limits)
    public = {name: table["public"] for name, table in manifest["tables"].items()}
    exhibits = [
        submit(candidate, result, limits, public=is_public(result, public))
        for found in read.values()
        for candidate, result in found
    ]
    problems = [
        problem
        for one in exhibits
        for problem in (*_unknown_tables(one, public), *_refusals(one, edition))
    ]
    if problems:
        raise AirlockError("The airlock refused; nothing was released.\n" + "\n".join(problems))
    data = data_of(manifest, confidential=True)
    earlier = (ledger or Ledger()).of(data)
    defended = defend(exhibits, earlier, limits)
    _write(edition, defended, earlier, chapters, target, data)


def is_public(result: Result | Absent, public: dict[str, bool]) -> bool:
    """Tell whether every table behind a result is public by its supplier."""
    if isinstance(result, Absent) and not result.tables:
        # A claim that nobody can test rests on nothing.
        return True
    return bool(result.tables) and all(
        name in PUBLISHED or public.get(name, False) for name in result.tables
    )


def data_of(manifest: dict[str, Any], *, confidential: bool = False) -> Data:
    """Return whether the tables that are there are synthetic, in part, or real."""
    marks = {
        table.get("synthetic", False)
        for table in manifest["tables"].values()
        if table.get("present", True) and not (confidential and table["public"])
    }
    return {
        frozenset({True}): "synthetic",
        frozenset(): "synthetic",
        frozenset({False}): "real",
    }.get(frozenset(marks), "partly synthetic")


def _write(
    edition: Edition,
    defended: Defended,
    earlier: Ledger,
    chapters: dict[str, Path],
    target: Path,
    data: Data,
) -> None:
    limits = edition.disclosure
    count = count_of(earlier, limits)
    with files.whole_folder(target, seal=True) as folder:
        reports = []
        for chapter in chapters:
            (folder / chapter).mkdir()
        for one in defended.exhibits:
            passed: Result | Absent = one.result
            if one.confidential:
                judged = one.candidate.kind == "finding"
                hidden = frozenset(one.hidden)
                passed = released(one.result, hidden, limits, count, judged=judged)
            if isinstance(passed, Absent):
                update = {"result": "Absent", "withheld": passed.withheld, "behind": ()}
            else:
                update = {"behind": ()}
            left = one.candidate.model_copy(update=update)
            candidates.write(folder / one.candidate.chapter, left, passed)
            reports.append(_report(one, passed, edition))
        (folder / "chapters").mkdir()
        for chapter, source in chapters.items():
            notebook = json.loads((source / NOTEBOOK).read_text(encoding="utf-8"))
            known = {
                one.candidate.id for one in defended.exhibits if one.candidate.chapter == chapter
            }
            stripped = strip(notebook, known)
            files.write_json(folder / "chapters" / f"{chapter}.ipynb", stripped)
        told = told_to_the_world(defended.exhibits, limits, count)
        files.write_json(folder / TOLD, told)
        files.write_json(
            folder / "disclosure.json",
            {
                "edition": edition.name,
                "data": data,
                "thresholds": _thresholds(limits),
                "attack": {
                    "hidden": defended.attacked,
                    "found_out_at_first": defended.found_out_at_first,
                    "found_out_in_the_end": defended.found_out,
                    "numbers_joined": defended.joined,
                    "earlier_releases": len(earlier.releases),
                },
                "changes": earlier.changes(told),
                "exhibits": reports,
            },
        )


def _report(one: Submitted, passed: Result | Absent, edition: Edition) -> dict[str, Any]:
    """Return what may be said about the judgement of one exhibit; never a hidden value."""
    status = "pass"
    if isinstance(passed, Absent):
        status = "withheld" if passed.withheld else "absent"
    why = Counter(rule for rules in one.hidden.values() for rule in sorted(rules))
    kinds = sorted({row.behind.kind for row in one.rows})
    return {
        "chapter": one.candidate.chapter,
        "exhibit": one.candidate.id,
        "kind": one.candidate.kind,
        "tables": sorted(one.candidate.tables),
        "status": status,
        "public": one.public,
        "rules": sorted({name for kind in kinds for name in rules_for(kind)}),
        "cells": len(one.rows),
        "suppressed": len(one.hidden),
        "why": dict(sorted(why.items())),
        "merges": one.merges,
        "decisions": [
            {"rule": rule, **found.model_dump(mode="json", include={"decided_by", "why", "until"})}
            for rule in sorted(one.asked)
            if (found := decision_on(one, rule, edition)) is not None
        ],
    }


def decision_on(one: Submitted, rule: str, edition: Edition) -> Decision | None:
    """Return the decision on an exhibit and rule that still holds, if somebody took it."""
    return next(
        (
            found
            for found in edition.disclosure.decisions
            if (found.exhibit, found.rule) == (one.where, rule) and _holds(found.until, edition)
        ),
        None,
    )


def _holds(until: str, edition: Edition) -> bool:
    """Decisions hold for editions of one year, or until the next; not for ever."""
    return 0 <= int(until[:4]) - int(edition.name[:4]) <= 1


def _thresholds(limits: Disclosure) -> dict[str, Any]:
    return limits.model_dump(mode="json", exclude={"decisions"})


def _unknown_tables(one: Submitted, public: dict[str, bool]) -> list[str]:
    """Every result says on which tables it rests, and the dataset knows them."""
    if isinstance(one.result, Absent):
        return []
    if not one.result.tables:
        return [f"{one.where}: the result names no table; only methods may make results"]
    unknown = sorted(set(one.result.tables) - set(public) - set(PUBLISHED))
    return [f"{one.where}: table '{name}' is not in the dataset" for name in unknown]


_REMEDY = {
    "unstated": "the result does not say what stands behind its rows; give its method `behind`",
    "unlabelled": "a group, measure or term has no label and is in no closed list; label it, or "
    "take it out when it is free text of a delivery",
    "identifier": "a key or text looks like a pseudonym or a service number; take it out",
}


def _refusals(one: Submitted, edition: Edition) -> list[str]:
    told = [
        f"{one.where}: rule {rule}: " + _REMEDY.get(rule, RULE_WORDS[rule].short.en)
        for rule in sorted(one.refused)
    ]
    told += [
        f"{one.where}: rule {rule}: somebody has to decide; write under disclosure.decisions in "
        f"editions/{edition.name}.yml who decided, why and until which edition"
        for rule in sorted(one.asked)
        if decision_on(one, rule, edition) is None
    ]
    return told


def _check_decisions(limits: Disclosure) -> None:
    reviewing = sorted(name for name, rule in RULES.items() if rule.action == "review")
    for decision in limits.decisions:
        if decision.rule not in reviewing:
            raise AirlockError(
                f"the decision on {decision.exhibit} names the rule '{decision.rule}'; allowed: "
                f"{', '.join(reviewing)}. On other rules nobody decides."
            )


def _check_ids(submitted: list[tuple[str, Candidate]]) -> None:
    seen: dict[str, str] = {}
    for chapter, candidate in submitted:
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
