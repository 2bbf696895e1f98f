"""Random linked tables through the whole gate; an attacker of our own has only what came out."""

import json
import tempfile
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from analysis.airlock import candidates
from analysis.airlock.gate import open_gate
from analysis.airlock.ledger import Ledger
from analysis.edition import read_edition
from analysis.errors import AirlockError
from analysis.methods.behind import behind
from analysis.methods.cells import JOIN
from analysis.methods.results import Absent
from tests.airlock.making import MANIFEST, cells, submit_to
from tests.airlock.tables import Table

#: In fives, as the airlock shows counts. Regions do not merge, so that cells stay what they are.
TABLES = st.tuples(st.integers(2, 4), st.integers(2, 4)).flatmap(
    lambda shape: st.builds(
        Table,
        arrays(int, shape, elements=st.one_of(st.integers(1, 12), st.integers(10, 60))),
        st.just(2),
    )
)


def exhibit_of(table: Table, addresses) -> object:
    rows = []
    for address in addresses:
        cell = table.quantity(address).cell
        levels = dict(cell.levels)
        count = float(table.count(address))
        rows.append(
            {
                "group": JOIN.join(levels.get("branch", ("2025",))),
                "measure": JOIN.join(levels.get("region", ("2025",))),
                "value": count,
                "n_persons": count,
                "behind": behind("count", cell),
            }
        )
    return cells(rows)


def released(table: Table, *, together: bool) -> dict[tuple[int, ...], float]:
    """Send inner cells and margins, in two chapters, through the gate; return what is shown."""
    inner = [one for one in table.addresses if -1 not in one]
    margins = [one for one in table.addresses if -1 in one]
    places = {"inner": inner} | ({"margins": margins} if together else {})
    with tempfile.TemporaryDirectory() as scratch:
        folders = {
            f"{place}-chapter": submit_to(
                Path(scratch) / f"{place}-chapter", {place: exhibit_of(table, addresses)}
            )
            for place, addresses in places.items()
        }
        target = Path(scratch) / "released"
        open_gate(read_edition(), MANIFEST, folders, target, Ledger())
        report = json.loads((target / "disclosure.json").read_text())
        assert report["attack"]["found_out_in_the_end"] == 0
        shown = {}
        for folder in folders:
            for candidate, result in candidates.read(target / folder):
                if isinstance(result, Absent):
                    continue
                values = zip(places[candidate.id], result.frame["value"], strict=True)
                shown |= {at: value for at, value in values if not np.isnan(value)}
        return shown


@given(TABLES)
@settings(max_examples=25, deadline=None, derandomize=True)
def test_what_leaves_together_bounds_no_hidden_count_tighter_than_allowed(table):
    try:
        shown = released(table, together=True)
    except AirlockError:
        return
    gone = {one for one in table.addresses if one not in shown}
    assert set(table.primary) <= gone
    for address, value in shown.items():
        low, high = table.interval(address)
        assert max(0, value - 2) == low
        assert value + 2 == high
    assert table.is_safe(gone)


@given(TABLES)
@settings(max_examples=10, deadline=None, derandomize=True)
def test_a_chapter_by_itself_hides_its_small_cells_and_no_others(table):
    inner = {one for one in table.addresses if -1 not in one}
    shown = released(table, together=False)
    assert inner - set(shown) == set(table.primary) & inner


def test_margins_on_another_page_leak_without_the_gate():
    """Some of the random tables must leak, or the tests above show nothing."""
    random = np.random.default_rng(1)
    leaks = 0
    for _ in range(20):
        table = Table(random.integers(1, 30, (2, 2)), 2)
        leaks += bool(table.primary) and not table.is_safe(set(table.primary))
    assert leaks >= 3
