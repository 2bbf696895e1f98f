"""How the participants stand in their branch, beside what chance alone would give.

"Better than the branch on absence and/or turnover" is true of most organisations: nearly half are
below the mean on the one, and half of the rest on the other. So each share of the participants
stands beside that of organisations drawn blindly from the same branches. How many of the eighteen
it are leaves as a band of a third only; what is judged is the place of the participants on average.

A place is the share of the other organisations of the branch with a higher rate: the probability
that a participant does better than another organisation of its branch, the area under the ROC curve
(Mann-Whitney, with the branch as stratum; Van Elteren 1960). Counting who is better than the mean
would throw away by how much: the sign test needs half as many organisations again.
"""

import numpy as np
from scipy import stats

from analysis.languages import Text
from analysis.methods import chance_alone
from analysis.methods.behind import behind
from analysis.methods.results import PAIR, Absent, Estimates, estimates
from analysis.methods.standing import (
    YEARS,
    Standing,
    all_of,
    method_about,
    organisations_of,
    taking_part,
    together,
)

#: Fewer participants than this say nothing, and would be recognised.
FEWEST = 10
TABLES = ("organisation_years", "participants")
#: Power with which a lead must be found to be called detectable.
POWER = 0.80
_LEVEL = 0.95
#: The best, as a part of a branch and as a number of organisations.
TOP_SHARE, TOP_NUMBER = 0.25, 25
_DRAWS = 2000

PLACE = Text(
    nl="kans dat een deelnemer een lager cijfer heeft dan een andere organisatie van zijn branche "
    "(Mann-Whitney binnen branches), jaren samen; 95%-interval uit trekkingen van evenveel "
    "organisaties uit dezelfde branches",
    en="probability that a participant has a lower rate than another organisation of its branch "
    "(Mann-Whitney within branches), years together; 95% interval from draws of as many "
    "organisations from the same branches",
)
BANDS = Text(
    nl="gevonden: aandeel van de deelnemers, dat alleen als band van een derde naar buiten mag; "
    "toeval: verwacht aandeel als evenveel organisaties blind uit dezelfde branches waren "
    "getrokken (hypergeometrisch), met de grenzen waartussen 95% van zulke trekkingen ligt",
    en="found: share of the participants, which may leave as a band of a third only; chance: "
    "expected share had as many organisations been drawn blindly from the same branches "
    "(hypergeometric), with the limits between which 95% of such draws lie",
)
SHRUNKEN = Text(
    nl="gemiddelde kans dat een deelnemer bij de besten hoort, nadat toeval eruit is gehaald "
    "(empirisch Bayes); 95%-interval uit trekkingen van evenveel organisaties uit dezelfde "
    "branches",
    en="mean probability that a participant is among the best after chance was taken out "
    "(empirical Bayes); 95% interval from draws of as many organisations from the same branches",
)
LEAD = Text(
    nl="verschil met de branche in procenten (gemiddelde van logaritmen), van een jaar, van de "
    "jaren samen, en wat daarvan blijft als toeval eruit is (empirisch Bayes); 95%-interval uit "
    "trekkingen van evenveel organisaties uit dezelfde branches",
    en="difference from the branch in percent (mean of logarithms), of one year, of the years "
    "together, and what remains of it when chance is taken out (empirical Bayes); 95% interval "
    "from draws of as many organisations from the same branches",
)
DETECTABLE = Text(
    nl="voorsprong op de helft die deze aantallen met 80% kans laten zien, bij een toets op 5%",
    en="lead over a half that these numbers would show with 80% probability, in a test at 5%",
)


def places(found: Standing, *, years: int = YEARS) -> np.ndarray:
    """Return the share of other organisations of the branch with a higher rate, from 0 to 1."""
    value = found.pooled(years)
    share = np.empty(len(value))
    for one in range(len(found.branches)):
        mine = found.branch == one
        # Equal rates share their places.
        rank = stats.rankdata(value[mine])
        share[mine] = (mine.sum() - rank) / (mine.sum() - 1)
    return share


def mean_places(
    absence: Standing | None,
    turnover: Standing | None,
    *,
    seed: int,
    draws: int = chance_alone.DRAWS,
) -> Estimates | Absent:
    """Return the mean place of the participants, as terms ``absence`` and ``turnover``.

    In percent; without any selection it is 50.
    """
    both = _known(absence, turnover)
    if both is None:
        return Absent(TABLES)
    rows = []
    for found in both:
        place = 100 * places(found)
        rows.append(_of_participants(found, found.name, place, seed=seed, draws=draws))
    return estimates(rows, tables=TABLES, method=method_about(both[0], PLACE), unit="percent")


def detectable(absence: Standing | None, turnover: Standing | None) -> Estimates | Absent:
    """Return the smallest lead that could have been found, as ``absence`` and ``turnover``."""
    both = _known(absence, turnover)
    if both is None:
        return Absent(TABLES)
    rows = []
    for found in both:
        error = chance_alone.standard_error(places(found), found.branch, found.participant)
        reach = stats.norm.ppf((1 + _LEVEL) / 2) + stats.norm.ppf(POWER)
        rows.append(
            _about_participants(found, found.name)
            | {"estimate": 100 * reach * error, "half_step": 0.0}
        )
    method = method_about(both[0], DETECTABLE)
    return estimates(rows, tables=TABLES, method=method, unit="percentage_points")


def better_than_branch(
    absence: Standing | None, turnover: Standing | None, *, seed: int
) -> Estimates | Absent:
    """Return which part does better than its branch, found and expected by chance.

    Terms ``<what>.found`` and ``<what>.chance`` for ``absence``, ``turnover``, ``either`` and
    ``both``.
    """
    pair = _known(absence, turnover)
    both = None if pair is None else together(*pair)
    if both is None or both[0].participant.sum() < FEWEST:
        return Absent(TABLES)
    less, fewer = (one.less_than_branch() for one in both)
    found = both[0]
    answers = {
        "absence": less,
        "turnover": fewer,
        "either": less | fewer,
        "both": less & fewer,
    }
    rows = [
        row
        for name, answer in answers.items()
        for row in _beside_chance(found, name, answer, f"better on {name}", seed)
    ]
    return estimates(rows, tables=TABLES, method=method_about(found, BANDS), unit="percent")


def among_the_best(
    absence: Standing | None, turnover: Standing | None, *, seed: int
) -> Estimates | Absent:
    """Return which part is in the top, as a quarter and as 25 organisations of the branch.

    Terms ``<measure>_<reading>.found``, ``.shrunken`` and ``.chance``, with the readings
    ``quarter`` and ``number``. Where chance explains all differences, nobody is at the top, and
    ``shrunken`` is left out.
    """
    both = _known(absence, turnover)
    if both is None:
        return Absent(TABLES)
    rows = []
    for found in both:
        for reading, room in _rooms(found).items():
            name = f"{found.name}_{reading}"
            inside = places_from_top(found.pooled()[None, :], found, room)[0]
            first, last = _beside_chance(found, name, inside, f"top {name}", seed)
            rows.append(first)
            chance = probability_of_top(found, room, seed=seed)
            if chance is not None:
                term = f"{name}{PAIR}shrunken"
                rows.append(_of_participants(found, term, 100 * chance, seed=seed))
            rows.append(last)
    method = Text(nl=f"{BANDS.nl}; {SHRUNKEN.nl}", en=f"{BANDS.en}; {SHRUNKEN.en}")
    return estimates(rows, tables=TABLES, method=method_about(both[0], method), unit="percent")


def excess_of_the_best(
    found: Standing | None, *, seed: int, draws: int = _DRAWS
) -> Estimates | Absent:
    """Return how much likelier participants are in the top than chance has it.

    Terms ``quarter`` and ``number``, in percentage points. Absent where chance explains all
    differences within branches: nobody then is better than anybody.
    """
    if found is None or found.participant.sum() < FEWEST:
        return Absent(TABLES)
    rows = []
    for reading, room in _rooms(found).items():
        chance = probability_of_top(found, room, seed=seed, draws=draws)
        if chance is None:
            return Absent(TABLES)
        away = 100 * (chance - (room / np.bincount(found.branch))[found.branch])
        rows.append(_of_participants(found, reading, away, seed=seed))
    method = Text(
        nl=f"{SHRUNKEN.nl}, min het deel van de branche dat in de top past",
        en=f"{SHRUNKEN.en}, less the part of the branch that fits in the top",
    )
    method = method_about(found, method)
    return estimates(rows, tables=TABLES, method=method, unit="percentage_points")


def leads(absence: Standing | None, turnover: Standing | None, *, seed: int) -> Estimates | Absent:
    """Return how far participants as a group lie from their branch, in percent.

    Terms ``<measure>.one_year``, ``<measure>.three_years`` and ``<measure>.shrunken``.
    """
    both = _known(absence, turnover)
    if both is None:
        return Absent(TABLES)
    rows = []
    for found in both:
        whole = found.posterior()
        readings = {"one_year": found.posterior(1).deviation, "three_years": whole.deviation}
        if whole.between > 0:
            readings["shrunken"] = whole.mean
        for name, values in readings.items():
            term = f"{found.name}{PAIR}{name}"
            row = _of_participants(found, term, values, seed=seed, kind="difference")
            for column in ("estimate", "ci_low", "ci_high"):
                row[column] = 100 * np.expm1(row[column])
            rows.append(row)
    return estimates(rows, tables=TABLES, method=method_about(both[0], LEAD), unit="percent_change")


def probability_of_top(
    found: Standing, room: np.ndarray, *, seed: int, draws: int = _DRAWS
) -> np.ndarray | None:
    """Return the posterior probability that each organisation is in the top of its branch.

    Parameters
    ----------
    room
        How many fit in the top of each branch.

    Returns
    -------
    numpy.ndarray or None
        None when there is no variance between organisations.
    """
    known = found.posterior()
    if known.between == 0:
        return None
    return places_from_top(known.draws(draws, seed), found, room).mean(axis=0)


def places_from_top(values: np.ndarray, found: Standing, room: np.ndarray) -> np.ndarray:
    """Tell for rows of values which organisations are in the top of their branch.

    Parameters
    ----------
    values
        Shape (rows, organisations); lower is better.
    """
    inside = np.zeros(values.shape, dtype=bool)
    for one in range(len(found.branches)):
        mine = np.flatnonzero(found.branch == one)
        order = values[:, mine].argsort(axis=1).argsort(axis=1)
        inside[:, mine] = order < room[one]
    return inside


def _rooms(found: Standing) -> dict[str, np.ndarray]:
    size = np.bincount(found.branch)
    return {
        "quarter": np.maximum(np.round(TOP_SHARE * size), 1),
        "number": np.minimum(TOP_NUMBER, size),
    }


def _known(absence: Standing | None, turnover: Standing | None) -> tuple[Standing, Standing] | None:
    if absence is None or turnover is None:
        return None
    pair = (absence, turnover)
    return None if any(one.participant.sum() < FEWEST for one in pair) else pair


def _beside_chance(
    found: Standing, name: str, answer: np.ndarray, address: str, seed: int
) -> tuple[dict, dict]:
    value = 100.0 * answer
    mine = found.participant
    means = chance_alone.means(value, found.branch, mine, seed=seed)
    low, high = chance_alone.spread(means)
    first = _about_participants(found, f"{name}{PAIR}found") | {
        "estimate": float(value[mine].mean()),
        "half_step": 0.0,
        "behind": behind(
            "share",
            taking_part(found),
            organisations_of(taking_part(found)).within(standing=address),
            numerator=float(answer[mine].sum()),
        ),
    }
    last = {
        "term": f"{name}{PAIR}chance",
        "estimate": chance_alone.expected(value, found.branch, mine),
        "ci_low": low,
        "ci_high": high,
        "n": float(found.employees.sum()),
        "n_organisations": len(value),
        "df": len(value) - len(found.branches),
        "period": found.period,
        "behind": behind("model fit", all_of(found)),
    }
    return first, last


def _about_participants(found: Standing, term: str, kind: str = "model fit") -> dict:
    mine = found.participant
    known = {"numerator": float(mine.sum())} if kind == "difference" else {}
    return {
        "term": term,
        "n": float(found.employees[mine].sum()),
        "n_organisations": int(mine.sum()),
        "df": int(mine.sum()) - 1,
        "period": found.period,
        "behind": behind(
            kind,
            taking_part(found),
            organisations_of(taking_part(found)),
            **known,
        ),
    }


def _of_participants(
    found: Standing,
    term: str,
    values: np.ndarray,
    *,
    seed: int,
    kind: str = "model fit",
    draws: int = chance_alone.DRAWS,
) -> dict:
    """Return the mean over the participants with its interval, and what stands behind it.

    The interval holds all shifts from what is expected that draws do not reject: it is as far from
    the estimate as draws lie from their mean, on the other side.
    """
    branch, mine = found.branch, found.participant
    middle = chance_alone.expected(values, branch, mine)
    means = chance_alone.means(values, branch, mine, seed=seed, draws=draws)
    low, high = chance_alone.spread(means)
    estimate = float(values[mine].mean())
    return _about_participants(found, term, kind) | {
        "estimate": estimate,
        "ci_low": estimate - (high - middle),
        "ci_high": estimate - (low - middle),
        "p_value": chance_alone.p_value(estimate, middle, means),
    }
