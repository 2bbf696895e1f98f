"""What an airlock told, for tests that need no build."""

from analysis.edition import read_edition
from analysis.publish.disclosed import Disclosed

DECISION = {
    "rule": "derived_number",
    "decided_by": {"nl": "de makers", "en": "the makers"},
    "why": {"nl": "Niemands gewicht is te berekenen.", "en": "Nobody's weight can be computed."},
    "until": "2025",
}


def judged(exhibit="one", chapter="c", **changes):
    return {
        "chapter": chapter, "exhibit": exhibit, "kind": "table", "tables": ["attendees"],
        "status": "pass", "public": False, "rules": ["minimum_persons"], "cells": 5,
        "suppressed": 0, "why": {}, "merges": 0, "decisions": [], **changes,
    }  # fmt: skip


def told(*exhibits, **changes):
    limits = read_edition("2025").disclosure
    return {
        "edition": "2025",
        "data": "synthetic",
        "thresholds": limits.model_dump(mode="json", exclude={"decisions", "published_counts"}),
        "attack": {
            "hidden": 3, "found_out_at_first": 2, "found_out_in_the_end": 0,
            "numbers_joined": 40, "earlier_releases": 1,
        },
        "changes": {},
        "exhibits": list(exhibits),
        **changes,
    }  # fmt: skip


def disclosed(*exhibits, **changes):
    return Disclosed.model_validate(told(*exhibits, **changes))
