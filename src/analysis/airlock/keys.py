"""Which words may leave: keys from closed lists or with a label, and no text with an identifier."""

import re

from analysis.airlock.candidates import Candidate
from analysis.labels import STATISTICS
from analysis.methods.cells import DIMENSIONS, JOIN
from analysis.methods.results import PAIR, Result
from analysis.places import is_from_start, is_place
from analysis.sources.schema import PSEUDONYM

#: Keys that code writes, as of a number or a test of a claim.
_CODE_KEY = re.compile(r"[a-z][a-z0-9_]{0,40}")
_PERIOD = re.compile(r"|(19|20)\d{2}(JJ|KW|MM)\d{2}")
_STATUSES = frozenset(["definite", "provisional", "revised provisional", "not stated"])
_YEAR = re.compile(r"(19|20)\d{2}")
_CLOSED = frozenset(level for one in DIMENSIONS.values() for level in one.levels or ())


def keys_are_known(candidate: Candidate, result: Result) -> bool:
    """Tell whether every group, measure and term is labelled, in a closed list, or a number.

    A number is a year or a place on an axis.

    Text of a delivery could be anything, such as the name of an organisation.
    """
    labelled = set(candidate.options.get("labels", {}))
    keys = {
        str(value)
        for column in ("group", "measure", "term")
        if column in result.frame
        for value in result.frame[column].unique()
    }
    periods = {str(value) for value in result.frame.get("period", ())}
    statuses = {str(value) for value in result.frame.get("status", ())}
    if not all(_PERIOD.fullmatch(period) for period in periods) or statuses - _STATUSES:
        return False
    return all(
        key in labelled
        or key in STATISTICS
        or is_place(key)
        or is_from_start(key)
        or all(part in labelled | _CLOSED for part in key.split(JOIN))
        or all(part in labelled | _CLOSED for part in key.split(PAIR))
        or key in _CLOSED
        or _YEAR.fullmatch(key)
        or (candidate.kind in ("number", "finding") and _is_of_code(key))
        for key in keys
    )


def _is_of_code(key: str) -> bool:
    """Tell whether code wrote a key: a name, or a pair of names or levels of closed lists."""
    parts = key.split(PAIR)
    return len(parts) <= 2 and all(
        part in _CLOSED or _CODE_KEY.fullmatch(part) is not None for part in parts
    )


_PERSONAL = re.compile(rf"{PSEUDONYM.strip('^$')}|\d{{8,}}")


def tells_an_identifier(candidate: Candidate, result: Result) -> bool:
    """Tell whether a key or a text holds a pseudonym or a long number."""
    labels = [*candidate.options.get("labels", {}).values()]
    labels += [candidate.options["axis"]] if candidate.options.get("axis") else []
    texts = [text[language] for text in candidate.texts.values() for language in ("nl", "en")]
    texts += [str(one[language]) for one in labels for language in ("nl", "en")]
    texts += [candidate.method.nl, candidate.method.en] if candidate.method else []
    keys = [
        str(value)
        for column in ("group", "measure", "term", "status", "period")
        if column in result.frame
        for value in result.frame[column].unique()
    ]
    return any(_PERSONAL.search(text) for text in [*texts, *keys])
