"""An exhibit on its way through the airlock: its rows, and which rules hide which of them."""

import dataclasses
from dataclasses import dataclass, field

from analysis.airlock.candidates import Candidate
from analysis.airlock.keys import keys_are_known, tells_an_identifier
from analysis.airlock.rows import Row, rows_of
from analysis.airlock.rules import judge, states_enough
from analysis.edition import Disclosure
from analysis.methods.results import Absent, Result

#: Rules that look at more than one row.
SAME_CELL = "same_cell_elsewhere"
SECONDARY = "secondary"
EARLIER = "hidden_in_an_earlier_release"
UNSTATED = "unstated"
IDENTIFIER = "identifier"
UNLABELLED = "unlabelled"
WHOLE_FINDING = "whole_finding"


@dataclass(frozen=True)
class Submitted:
    """A candidate with what the rules found.

    Attributes
    ----------
    rows
        Empty for public and absent results.
    hidden
        Place of a row → rules that hide it.
    refused
        Rules that let no release happen.
    asked
        Rules on which somebody has to decide.
    merges
        How many times neighbouring categories were merged.
    """

    candidate: Candidate
    result: Result | Absent
    public: bool
    rows: tuple[Row, ...] = ()
    hidden: dict[int, frozenset[str]] = field(default_factory=dict)
    refused: frozenset[str] = frozenset()
    asked: frozenset[str] = frozenset()
    merges: int = 0

    @property
    def where(self) -> str:
        """Chapter and id."""
        return f"{self.candidate.chapter}/{self.candidate.id}"

    @property
    def confidential(self) -> bool:
        """Whether rules apply to it at all."""
        return not self.public and not isinstance(self.result, Absent)

    def shown(self) -> list[tuple[int, Row]]:
        """Return the rows that no rule hides, with their places."""
        return [(at, row) for at, row in enumerate(self.rows) if at not in self.hidden]

    def hiding(self, places: dict[int, str]) -> "Submitted":
        """Return it with more rows hidden: place → rule."""
        hidden = dict(self.hidden)
        for at, rule in places.items():
            hidden[at] = hidden.get(at, frozenset()) | {rule}
        return dataclasses.replace(self, hidden=hidden)._as_a_whole()

    def _as_a_whole(self) -> "Submitted":
        """Hide all of a finding when a part is: a claim is judged on all its tests."""
        if self.candidate.kind != "finding" or not self.hidden:
            return self
        rest = {
            at: frozenset({WHOLE_FINDING}) for at in range(len(self.rows)) if at not in self.hidden
        }
        return dataclasses.replace(self, hidden={**self.hidden, **rest})


def submit(
    candidate: Candidate, result: Result | Absent, limits: Disclosure, *, public: bool
) -> Submitted:
    """Judge every row of a candidate by itself."""
    if isinstance(result, Absent) or public:
        return Submitted(candidate, result, public)
    try:
        rows = tuple(rows_of(result))
    except ValueError:
        return Submitted(candidate, result, public, refused=frozenset({UNSTATED}))
    judged = [judge(row, limits) for row in rows]
    refused = {rule for found in judged for rule, action in found.items() if action == "refuse"}
    if not all(states_enough(row) for row in rows):
        refused.add(UNSTATED)
    if tells_an_identifier(candidate, result):
        refused.add(IDENTIFIER)
    if not keys_are_known(candidate, result):
        refused.add(UNLABELLED)
    asked = {rule for found in judged for rule, action in found.items() if action == "review"}
    hidden = {}
    for at, found in enumerate(judged):
        rules = frozenset(rule for rule, action in found.items() if action == "suppress")
        if rules:
            hidden[at] = rules
    found = Submitted(candidate, result, public, rows, hidden, frozenset(refused), frozenset(asked))
    return found.hiding({})


def again(one: Submitted, result: Result, limits: Disclosure) -> Submitted:
    """Judge an exhibit anew after its categories were merged."""
    fresh = submit(one.candidate, result, limits, public=one.public)
    return dataclasses.replace(fresh, merges=one.merges + 1)
