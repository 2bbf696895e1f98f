"""How careers run from one age to another: who is where at each age, and for how many years.

A synthetic cohort, as in a life table: it passes through the yearly chances that hold at each age
now, return included. So it tells of careers under today's chances, and of nobody's own career.
"""

from dataclasses import dataclass

import numpy as np

from analysis.languages import Text
from analysis.methods import clusters, multi_state, resampling, thin_steps
from analysis.methods.behind import behind
from analysis.methods.career_states import (
    FEWEST,
    FOLLOWED,
    GONE,
    PLACE,
    STATES,
    TABLES,
    WORKING,
    Steps,
)
from analysis.methods.cells import Cell
from analysis.methods.distribution import aggregate
from analysis.methods.results import PAIR, Absent, Aggregate, Estimates, estimates
from analysis.places import measure_at

#: Ages between which a career is followed: below the first, side jobs of students end by
#: themselves, and nothing here tells them from other jobs; at the second people retire.
START, END = 25, 67
#: Organisations, and leavers who take a way out, at the least.
FEWEST_ORGANISATIONS, FEWEST_MOVES = 12, 10
#: People in the state from which a forecast starts, at each age.
FEWEST_AT_RISK = 10
_DRAWS = 300

_METHOD = Text(
    nl="Aalen-Johansen op hele jaren: kansen om te wisselen per leeftijd, met wie later instapt "
    "pas vanaf dan in de telling en met terugkeer; iedereen in de steekproef staat voor evenveel "
    "mensen",
    en="Aalen-Johansen in whole years: chances of moving by age, with those who enter later "
    "counted from then on and with return; everybody in the sample stands for as many people",
)
_OCCUPIED = Text(
    nl=f"{_METHOD.nl}; een toestand waar tussen twee leeftijden minder dan tien mensen in of uit "
    "gingen, houdt het aandeel dat hij had",
    en=f"{_METHOD.en}; a state that fewer than ten people entered or left between two ages keeps "
    "the share it had",
)
_BOOTSTRAP = Text(
    nl="95%-interval met bootstrap van organisaties; iemand hoort bij de organisatie waar hij of "
    "zij het eerst werd gezien",
    en="95% interval by bootstrap of organisations; a person belongs to the organisation at which "
    "it was first seen",
)
_ENDS = Text(
    nl="aandeel van wie de sector verlaat, per bestemming op de laatste loonstrook; wie ergens "
    "heen ging waar weinigen heen gingen, telt niet mee; 95%-interval met organisaties als "
    "clusters",
    en="share of those who leave the sector, by destination on the last payslip; those who went "
    "where few went do not count; 95% interval with organisations as clusters",
)
_NAIVE = Text(
    nl="kans om vóór de eindleeftijd zo te vertrekken, op twee manieren: de juiste telt de andere "
    "wegen mee (Aalen-Johansen, eerste vertrek), de naïeve doet alsof wie anders vertrekt alleen "
    "uit beeld raakt (één min Kaplan-Meier)",
    en="chance of leaving this way before the last age, in two ways: the right one counts the "
    "other ways (Aalen-Johansen, first exit), the naive one takes those who leave otherwise as "
    "lost from sight only (one minus Kaplan-Meier)",
)


@dataclass(frozen=True)
class Course:
    """Careers of a function between two ages, of everybody and in each draw of organisations.

    Attributes
    ----------
    moves
        Probabilities, shape (1 + draws, ages, states, states); the first is of everybody.
    start
        Share in each state at the first age, shape (1 + draws, states).
    begun
        People counted in each state for the share at the first age, shape (states,); nobody where
        the cohort starts in one state by choice.
    shares
        Share in each state, shape (1 + draws, ages + 1, states).
    counts
        Moves of everybody, shape (ages, states, states).
    tables
        In which people were seen.
    """

    function: str
    moves: np.ndarray
    start: np.ndarray
    begun: np.ndarray
    shares: np.ndarray
    counts: np.ndarray
    persons: int
    organisations: int
    year: int
    first: int
    last: int
    tables: tuple[str, ...]


def course(
    steps: Steps | Absent,
    *,
    seed: int,
    first: int = START,
    last: int = END,
    origin: str | None = None,
    draws: int = _DRAWS,
) -> Course | Absent:
    """Estimate the moves between two ages, and where people are who start at the first.

    The course ends early where too few people are followed.

    Parameters
    ----------
    origin
        State in which the cohort starts; when left out, at work, with the contracts of those who
        work in the function at the first age or a year later.
    """
    if isinstance(steps, Absent):
        return steps
    kept = (steps.age >= first) & (steps.age < last)
    if not kept.any():
        return Absent(steps.tables)
    place, organisations = resampling.codes(steps.cluster)
    per_cluster = multi_state.counts_of_moves(
        steps.age[kept] - first, steps.origin[kept], steps.target[kept],
        times=last - first, states=len(STATES), cluster=place[kept], clusters=organisations,
    )  # fmt: skip
    at_risk = per_cluster.sum(axis=0)[:, [PLACE[name] for name in FOLLOWED]].sum(axis=(1, 2))
    thin = np.flatnonzero(at_risk < FEWEST)
    last = first + int(thin[0]) if len(thin) else last
    if organisations < FEWEST_ORGANISATIONS or last - first < 2:
        return Absent(steps.tables)
    per_cluster = per_cluster[:, : last - first]
    beginning = np.zeros((organisations, len(STATES)))
    own = [PLACE["temporary"], PLACE["permanent"]]
    beginning[:, own] = per_cluster[:, :2, own].sum(axis=(1, 3))
    drawn = np.vstack([np.ones(organisations), resampling.counts(organisations, draws, seed)])
    counts = (drawn @ per_cluster.reshape(organisations, -1)).reshape(
        len(drawn), *per_cluster.shape[1:]
    )
    counted = np.zeros(len(STATES)) if origin is not None else beginning.sum(axis=0)
    if origin is not None:
        beginning[:, own], beginning[:, PLACE[origin]] = 0.0, 1.0
    begun = drawn @ beginning
    if not (begun.sum(axis=1) > 0).all():
        return Absent(steps.tables)
    start = begun / begun.sum(axis=1, keepdims=True)
    moves = multi_state.probabilities(counts)
    inside = kept & (steps.age < last)
    return Course(
        steps.function, moves, start, counted, multi_state.occupation(start, moves), counts[0],
        len(np.unique(steps.person[inside])), len(np.unique(place[inside])),
        int(steps.year.max()), first, last, steps.tables,
    )  # fmt: skip


def occupied(found: Course | Absent, *, every: int = 3) -> Aggregate | Absent:
    """Return the share in each state by age, in percent: groups are states, measures ages.

    A state in which nobody is seen is left out. Between two ages that are shown at least ten
    people moved, and into or out of each state whose share changes; the first age is left out
    where the share there is of fewer than ten.
    """
    if isinstance(found, Absent):
        return found
    # The share at the first age is a count, and no product of chances of moving.
    few = bool(((found.begun > 0) & (found.begun < thin_steps.FEWEST)).any())
    places, shares = thin_steps.thinned(found.counts, found.shares[0], every=every, hide_first=few)
    ages = [found.first + place for place in places]
    if len(ages) < 2:
        return Absent(found.tables)
    rows = []
    for name in STATES:
        share = shares[:, PLACE[name]]
        if not (share > 0).any():
            continue
        for age, value in zip(ages, share, strict=True):
            rows.append(
                {
                    "group": name,
                    "period": f"{found.year}JJ00",
                    "measure": measure_at(age),
                    "kind": "model fit",
                    "value": 100 * value,
                    "unit": "percent",
                    "status": "not stated",
                    "n_persons": float(found.persons),
                    "n_organisations": float(found.organisations),
                    "behind": behind("model fit", _cell(found), df=float(found.organisations - 1)),
                }
            )
    return aggregate(rows, found.tables, _OCCUPIED)


def states_of(found: Course) -> list[str]:
    """Return the states in which somebody may be, in the order of a career."""
    return [name for name in STATES if (found.shares[0, :, PLACE[name]] > 0).any()]


def expected_years(found: Course | Absent, *, until: int | None = None) -> Estimates | Absent:
    """Return the years that are expected in each state, and at work in the sector together.

    Terms are states, and ``working``. The states add up to the years between the two ages.

    Parameters
    ----------
    until
        Age at which counting stops; the end of the course when left out.
    """
    if isinstance(found, Absent):
        return found
    last = found.last if until is None else until
    if last > found.last:
        return Absent(found.tables)
    time = multi_state.expected_time(found.shares[:, : last - found.first + 1])
    sums = {name: time[:, PLACE[name]] for name in states_of(found)}
    sums["working"] = time[:, [PLACE[name] for name in WORKING]].sum(axis=1)
    rows = [
        _row(found, name, resampling.by_percentiles(values[0], values[1:]))
        for name, values in sums.items()
    ]
    return estimates(rows, tables=found.tables, method=_with_bootstrap(_METHOD), unit="years")


def by_function(
    courses: dict[str, Course | Absent], *, series: dict[str, tuple[str, ...]]
) -> Estimates | Absent:
    """Return the expected years of several functions side by side, as ``<function>.<series>``.

    Functions with too few people are left out.

    Parameters
    ----------
    series
        Name → states that it adds up.
    """
    rows = []
    for function, found in courses.items():
        if isinstance(found, Absent):
            continue
        time = multi_state.expected_time(found.shares)
        for name, states in series.items():
            values = time[:, [PLACE[state] for state in states]].sum(axis=1)
            effect = resampling.by_percentiles(values[0], values[1:])
            rows.append(_row(found, f"{function}{PAIR}{name}", effect))
    if not rows:
        return Absent(TABLES)
    return estimates(rows, tables=TABLES, method=_with_bootstrap(_METHOD), unit="years")


def years_after(
    found: Course | Absent, origin: str, *, first: int, last: int
) -> Estimates | Absent:
    """Return the years at work between two ages of somebody who is in a state at the first.

    One term, ``working``. This is a forecast from a state, which takes the years to depend on the
    state and the age only.
    """
    if isinstance(found, Absent):
        return found
    if last > found.last or first < found.first:
        return Absent(found.tables)
    moves = found.moves[:, first - found.first : last - found.first]
    at_risk = found.counts[first - found.first : last - found.first, PLACE[origin]].sum(axis=1)
    if not (at_risk >= FEWEST_AT_RISK).all():
        return Absent(found.tables)
    start = np.broadcast_to(np.eye(len(STATES))[PLACE[origin]], (len(moves), len(STATES)))
    time = multi_state.expected_time(multi_state.occupation(start, moves))
    values = time[:, [PLACE[name] for name in WORKING]].sum(axis=1)
    row = _row(found, "working", resampling.by_percentiles(values[0], values[1:]))
    return estimates([row], tables=found.tables, method=_with_bootstrap(_METHOD), unit="years")


def ways_out(found: Course | Absent) -> Estimates | Absent:
    """Return the chance of each first way out before the last age, right and naive, in percent.

    Terms ``<way out>.right``, ``<way out>.naive``, and ``together`` for their sum. The naive ones
    add up to more than everybody.
    """
    if isinstance(found, Absent):
        return found
    working = [PLACE[name] for name in WORKING]
    gone = [PLACE[name] for name in GONE if name in states_of(found)]
    # A first exit is for good here: who returns would leave a second time.
    closed = multi_state.without_return(found.moves, gone)
    right = multi_state.occupation(found.start, closed)[:, -1]
    start = found.start[:, working] / found.start[:, working].sum(axis=1, keepdims=True)
    values: dict[str, dict[str, np.ndarray]] = {"right": {}, "naive": {}}
    for place in gone:
        alone = multi_state.one_minus_kaplan_meier(found.moves, working, place)
        begun = np.column_stack([start, np.zeros(len(start))])
        values["right"][STATES[place]] = right[:, place]
        values["naive"][STATES[place]] = multi_state.occupation(begun, alone)[:, -1, -1]
    rows = []
    for way in [*(STATES[place] for place in gone), "together"]:
        for name, known in values.items():
            one = sum(known.values()) if way == "together" else known[way]
            effect = resampling.by_percentiles(100 * one[0], 100 * one[1:])
            rows.append(_row(found, f"{way}{PAIR}{name}", effect))
    return estimates(rows, tables=found.tables, method=_with_bootstrap(_NAIVE), unit="percent")


def ends(steps: Steps | Absent, *, bands: dict[str, tuple[int, int]]) -> Estimates | Absent:
    """Return where those go who leave the sector, by age, in percent of those who leave.

    Terms ``<band>.<way out>``. A band with few leavers is left out. So are those who took a way
    out that few took: counted in the whole, they would be what the other shares leave over.

    Parameters
    ----------
    bands
        Name of a band → its first and last age at the end of the year of leaving.
    """
    if isinstance(steps, Absent):
        return steps
    working, gone = ([PLACE[name] for name in names] for names in (WORKING, GONE))
    left = np.isin(steps.origin, working) & np.isin(steps.target, gone)
    rows = []
    for band, (low, high) in bands.items():
        here = np.flatnonzero(left & (steps.age + 1 >= low) & (steps.age + 1 <= high))
        # Who left more than once counts the first time.
        order = here[np.lexsort((steps.year[here], steps.person[here]))]
        here = order[np.unique(steps.person[order], return_index=True)[1]]
        taken = np.bincount(steps.target[here], minlength=len(STATES))
        here = here[taken[steps.target[here]] >= FEWEST_MOVES]
        organisations = len(np.unique(steps.cluster[here]))
        if len(here) < FEWEST or organisations < FEWEST_ORGANISATIONS:
            continue
        cell = Cell.of(
            "sampled employees", year=int(steps.year.max()),
            followed=f"leavers_{steps.function}_{band}",
        )  # fmt: skip
        for name in GONE:
            went = steps.target[here] == PLACE[name]
            if not went.any() or went.all():
                continue
            share = clusters.mean(went, steps.cluster[here])
            low_end, high_end = share.logit_interval()
            rows.append(
                {
                    "term": f"{band}{PAIR}{name}",
                    "estimate": 100 * share.estimate,
                    "ci_low": 100 * low_end,
                    "ci_high": 100 * high_end,
                    "n": float(len(here)),
                    "n_organisations": float(organisations),
                    "df": float(share.df),
                    "period": f"{int(steps.year.max())}JJ00",
                    "behind": behind(
                        "share", cell, cell.within(way_out=name), numerator=float(went.sum()),
                        part_organisations=float(len(np.unique(steps.cluster[here][went]))),
                    ),
                }
            )  # fmt: skip
    if not rows:
        return Absent(steps.tables)
    return estimates(rows, tables=steps.tables, method=_ENDS, unit="percent")


def _row(found: Course, term: str, effect: resampling.Effect) -> dict:
    return {
        "term": term,
        **effect.row(),
        "p_value": np.nan,
        "n": float(found.persons),
        "n_organisations": float(found.organisations),
        "df": float(found.organisations - 1),
        "period": f"{found.year}JJ00",
        "behind": behind("model fit", _cell(found)),
    }


def _cell(found: Course) -> Cell:
    name = f"{found.function}_from_{found.first}_to_{found.last}"
    return Cell.of("sampled employees", year=found.year, followed=name)


def _with_bootstrap(method: Text) -> Text:
    return Text(nl=f"{method.nl}; {_BOOTSTRAP.nl}", en=f"{method.en}; {_BOOTSTRAP.en}")
