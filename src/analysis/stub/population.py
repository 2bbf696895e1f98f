"""The people of the synthetic sector, year by year: who works where, who joins, moves and leaves.

Everybody is simulated, at true size, so that flows balance and every source counts the same
people. Leavers are drawn systematically within each organisation, so that an organisation's flows
stay close to what its latents say. Rows of a declared sample of people are kept for the files per
person; the files per organisation count everybody.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from analysis.sources.vocabulary import (
    AGE_BANDS,
    BRANCHES,
    EDUCATION,
    FUNCTION_GROUPS,
)
from analysis.stub.choosing import place_movers, rank, standardised, systematic, top
from analysis.stub.draws import stream
from analysis.stub.organisations import (
    FUNCTION_OF_GROUP,
    FUNCTIONS,
    OVERHEAD_SD,
    SCORES,
    Organisations,
)
from analysis.stub.people import AGE_SHARES, BAND_FIRST, BAND_LAST, State, band_of
from analysis.stub.worlds import World

#: Flows of the last year, as the report gives them; earlier years in proportion to the stock.
LEAVERS, WITHIN, BETWEEN, GROWTH = 155_000, 75_000, 70_000, 20_000
STOCK = 1_500_000

#: Leaving within 55+ rises with age; relative, from 55 to 67 and over.
_OLD = np.array([0.3, 0.3, 0.3, 0.35, 0.4, 0.5, 0.6, 1.0, 1.4, 1.8, 2.5, 5.0, 9.0])
_FEMALE = {"vvt": 0.88, "ghz": 0.80, "ggz": 0.73, "hospitals": 0.77, "welfare": 0.82}
#: Side jobs of students under 25: share of the first stock, and of those who enter.
_STUDENTS, _STUDENT_ENTRANTS = 0.40, 0.55
#: Education (low, mbo, hbo, wo) by function group.
_EDUCATION = {
    "nursing": (0.00, 0.50, 0.48, 0.02),
    "care": (0.18, 0.78, 0.04, 0.00),
    "guidance": (0.03, 0.52, 0.42, 0.03),
    "treatment": (0.00, 0.10, 0.50, 0.40),
    "facilities": (0.55, 0.42, 0.03, 0.00),
    "secretarial": (0.06, 0.70, 0.22, 0.02),
    "management": (0.00, 0.12, 0.63, 0.25),
    "staff": (0.00, 0.18, 0.55, 0.27),
}
#: How irregular a function group works.
_IRREGULAR = np.array([1.3, 1.5, 1.1, 0.4, 0.6, 0.1, 0.2, 0.05])
_ALLOWANCE = {"vvt": 0.060, "ghz": 0.055, "ggz": 0.035, "hospitals": 0.050, "welfare": 0.012}
#: Share of temporary contracts, and how far organisations of a branch differ in it.
_TEMPORARY = {"vvt": 0.22, "ghz": 0.18, "ggz": 0.17, "hospitals": 0.15, "welfare": 0.22}
TEMPORARY_SD = 0.05
_TEAM_SIZE = 14
#: Use of care among the insured, and how the latents move it.
_CARE = {"mental_care": (0.065, 0.20), "physiotherapy": (0.21, 0.12)}
#: Share of all employees that is insured with IZZ.
_INSURED = 0.20


@dataclass
class Population:
    """What the simulation leaves behind.

    Attributes
    ----------
    years, ages, functions, fte_cells, care
        Counts per organisation and year of everybody; ``organisation`` is a place in the frame of
        organisations.
    spells
        A row per sampled person, organisation and year.
    people
        The sampled people; the index is that of ``spells["person"]``.
    """

    years: pd.DataFrame
    ages: pd.DataFrame
    functions: pd.DataFrame
    fte_cells: pd.DataFrame
    care: pd.DataFrame
    spells: pd.DataFrame
    people: pd.DataFrame


@dataclass
class _Collected:
    years: list = field(default_factory=list)
    ages: list = field(default_factory=list)
    functions: list = field(default_factory=list)
    fte_cells: list = field(default_factory=list)
    care: list = field(default_factory=list)
    spells: list = field(default_factory=list)


#: Called at the end of a year with the year, the state, the people employed then, and that year's
#: counts per organisation.
Observer = Callable[[int, State, np.ndarray, pd.DataFrame], None]


def simulate(
    world: World,
    organisations: Organisations,
    seed: int,
    scale: float,
    observe: Observer = lambda year, state, employed, counts: None,
) -> Population:
    """Simulate all years.

    Parameters
    ----------
    scale
        Share of people whose rows are kept, from 0 to 1.
    observe
        Called at the end of each year; the survey draws its respondents there.
    """
    return _Simulation(world, organisations, seed, scale).run(observe)


class _Simulation:
    def __init__(self, world: World, organisations: Organisations, seed: int, scale: float) -> None:
        self.world = world
        self.organisations = organisations
        self.seed = seed
        self.scale = scale
        self.count = len(organisations)
        self.branch = organisations.branch_code
        self.function_cdf = np.cumsum(organisations.function_mix, axis=1)
        self.z = {
            name: organisations.frame[name].to_numpy() for name in organisations.frame.columns[3:]
        }
        self.burden = standardised(organisations.function_mix @ SCORES[:, 2], self.branch)
        self.care_z = {name: np.zeros(self.count) for name in _CARE}
        self.churn_z = np.zeros(self.count)
        # A function at an organisation is a unit of its own.
        drawn = stream(seed, "units").standard_normal((self.count, len(FUNCTIONS)))
        self.unit = np.exp(world.unit_sd * drawn)
        self.collected = _Collected()
        keys = list(BRANCHES)
        self.female_share = np.array([_FEMALE[key] for key in keys])
        self.allowance = np.array([_ALLOWANCE[key] for key in keys])
        self.temporary = np.array([_TEMPORARY[key] for key in keys])
        self.education_cdf = np.cumsum([_EDUCATION[group] for group in FUNCTION_GROUPS], axis=1)
        bands = list(AGE_BANDS)
        self.exit_rates = np.array([world.exit_by_age[band] for band in bands])

    def run(self, observe: Observer) -> Population:
        years = self.organisations.years
        self._start(years[0])
        for place, year in enumerate(years):
            self._one_year(year, place)
            employed = np.flatnonzero(self.state.organisation >= 0)
            observe(year, self.state, employed, self.collected.years[-1])
        state, kept = self.state, np.flatnonzero(self.state.sampled)
        people = pd.DataFrame(
            {
                "birth_year": state.birth_year[kept],
                "female": state.female[kept],
                "education": state.education[kept],
                "abroad": state.abroad[kept],
                "ses": state.ses[kept],
                "function": state.function[kept],
                "entry_year": state.entry_year[kept],
            },
            index=kept,
        )
        return Population(
            pd.concat(self.collected.years, ignore_index=True),
            pd.concat(self.collected.ages, ignore_index=True),
            pd.concat(self.collected.functions, ignore_index=True),
            pd.concat(self.collected.fte_cells, ignore_index=True),
            pd.concat(self.collected.care, ignore_index=True),
            pd.concat(self.collected.spells, ignore_index=True),
            people,
        )

    # --- people -----------------------------------------------------------------------------------

    def _start(self, first: int) -> None:
        """Fill the organisations on the eve of the first year."""
        random = stream(self.seed, "stock")
        growth = 1 + GROWTH / (STOCK - GROWTH)
        years = self.organisations.years[-1] - first + 1
        sizes = self.organisations.frame["employees"].to_numpy() / growth**years
        sizes = np.maximum(np.round(sizes), 10).astype(int)
        organisation = np.repeat(np.arange(self.count), sizes).astype(np.int16)
        band = random.choice(5, size=len(organisation), p=AGE_SHARES)
        state = self._people(random, organisation, band, first - 1, _STUDENTS)
        age = state.age(first - 1, slice(None))
        longest = np.clip(age - 17, 1, 40)
        tenure = np.minimum(random.exponential(7.0, len(state)).astype(int), longest)
        state.start_year = (first - 1 - tenure).astype(np.int16)
        state.entry_year = np.minimum(
            state.start_year, first - 1 - (longest * random.random(len(state))).astype(int)
        ).astype(np.int16)
        self.state = state
        self.before = sizes

    def _people(
        self,
        random: np.random.Generator,
        organisation: np.ndarray,
        band: np.ndarray,
        year: int,
        students: float,
    ) -> State:
        count = len(organisation)
        branch = self.branch[organisation]
        low, high = BAND_FIRST[band], BAND_LAST[band]
        # Fewer people near retirement and below eighteen.
        place = random.random(count)
        place = np.where(band == 4, place**1.6, np.where(band == 0, place**0.7, place))
        age = (low + (high - low + 1) * place).astype(int)
        uniform = random.random(count)
        function = np.zeros(count, dtype=np.int8)
        for column in range(len(FUNCTIONS) - 1):
            function += uniform > self.function_cdf[organisation, column]
        uniform = random.random(count)
        education = np.zeros(count, dtype=np.int8)
        cdf = self.education_cdf[FUNCTION_OF_GROUP[function]]
        for column in range(len(EDUCATION) - 1):
            education += uniform > cdf[:, column]
        abroad = random.random(count) < 0.27 - 0.05 * education
        score = 0.9 * education - 0.5 * abroad + random.standard_normal(count)
        return State(
            birth_year=(year - age).astype(np.int16),
            female=random.random(count) < self.female_share[branch],
            function=function,
            education=education,
            abroad=abroad,
            # The distribution function of the score, so that ranks are uniform in the sector.
            ses=rank(score).astype(np.float32),
            taste=random.lognormal(0, 0.6, count).astype(np.float32),
            hours=np.clip(random.normal(26, 7, count).round(), 4, 36).astype(np.float32),
            student=(band == 0) & (random.random(count) < students),
            organisation=organisation.astype(np.int16),
            team=self._teams(random, organisation),
            start_year=np.full(count, year, dtype=np.int16),
            start_month=np.ones(count, dtype=np.int8),
            entry_year=np.full(count, year, dtype=np.int16),
            temporary=np.zeros(count, dtype=bool),
            on_call=random.random(count) < 0.2,
            irregular=np.zeros(count, dtype=np.float32),
            left_year=np.zeros(count, dtype=np.int16),
            retired=np.zeros(count, dtype=bool),
            sampled=random.random(count) < self.scale,
        )

    def _teams(self, random: np.random.Generator, organisation: np.ndarray) -> np.ndarray:
        sizes = self.organisations.frame["employees"].to_numpy()
        teams = np.maximum(sizes // _TEAM_SIZE, 2)
        return (random.random(len(organisation)) * teams[organisation]).astype(np.int16)

    # --- a year -----------------------------------------------------------------------------------

    def _one_year(self, year: int, place: int) -> None:
        random = stream(self.seed, f"year {year}")
        state = self.state
        at_risk = np.flatnonzero(state.organisation >= 0)
        at_risk = at_risk[
            np.argsort(state.organisation[at_risk] + random.random(len(at_risk)), kind="stable")
        ]
        origin = state.organisation[at_risk].copy()
        scale = len(at_risk) / (STOCK - GROWTH)
        exit_, move = self._hazards(year, place, at_risk, origin, scale, random)
        leaving = systematic(exit_ + move, origin, self.count, random)
        to_exit = random.random(len(at_risk)) * (exit_ + move) < exit_
        exits, moves = at_risk[leaving & to_exit], at_risk[leaving & ~to_exit]
        month = random.integers(1, 12, len(state)).astype(np.int8)
        destination = self._destinations(year, exits, random)
        counts = self._count_leavers(year, at_risk, origin, exits, destination)
        counts["function_at_risk"] = self._by_function(at_risk, origin)
        counts["function_leavers"] = self._by_function(at_risk[leaving], origin[leaving])
        self._record_leavers(year, exits, moves, month, destination)
        stayed = at_risk[~leaving]
        self._leave(year, exits, destination)
        slots = self._slots(
            place,
            np.bincount(origin, minlength=self.count),
            np.bincount(origin[leaving], minlength=self.count),
            random,
        )
        counts |= self._fill(year, slots, moves, month, random)
        self._settle(year, place, stayed, counts, random)
        self._collect(year, place, counts, random)

    def _hazards(
        self,
        year: int,
        place: int,
        people: np.ndarray,
        organisation: np.ndarray,
        scale: float,
        random: np.random.Generator,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Yearly probabilities of leaving the sector and of moving within it."""
        state, world, z = self.state, self.world, self.z
        age = state.age(year, people)
        band = band_of(age)
        student = state.student[people] & (band == 0)
        # Students are a class of their own among the youngest.
        cell = np.where(student, 5, band)
        share = student.sum() / max((band == 0).sum(), 1)
        rest = (self.exit_rates[0] - share * world.student_exit) / (1 - share)
        rates = np.append(self.exit_rates, world.student_exit)
        rates[0] = rest
        warning = sum(world.early_warning[name] * self.care_z[name] for name in _CARE)
        warning = warning + world.early_warning["burdensome"] * self.burden
        by_organisation = np.exp(
            0.18 * z["exit"]
            + self.organisations.within["exit"][:, place]
            + warning
            + world.team_exit * self.churn_z
        )
        top = world.ses_exit
        unit = self.unit[organisation, state.function[people]]
        unit = unit * self._unsteady(place)[organisation]
        factor = (
            by_organisation[organisation]
            * unit
            * (1 + (top - 1) / (top + 1) * (2 * state.ses[people] - 1))
        )
        factor = factor * np.where(year - state.entry_year[people] < 2, world.early_exit, 1.0)
        secretarial = FUNCTION_OF_GROUP[state.function[people]] == list(FUNCTION_GROUPS).index(
            "secretarial"
        )
        factor = factor * np.where(secretarial, world.secretarial_exit, 1.0)
        if world.exit_by_age["55_plus"] != world.exit_by_age["45_to_54"]:
            factor = factor * np.where(band == 4, _OLD[np.clip(age - 55, 0, 12)], 1.0)
        mean = np.bincount(cell, factor, minlength=6) / np.maximum(
            np.bincount(cell, minlength=6), 1
        )
        exit_ = np.minimum(rates[cell] * factor / mean[cell], 0.85)
        exit_ *= LEAVERS * scale / exit_.sum()
        turnover = np.exp(0.25 * z["inflow"])[organisation]
        young = np.array([1.4, 1.3, 1.0, 0.75, 0.35])[band]
        move = turnover * young * unit
        move *= (WITHIN + BETWEEN) * scale / move.sum()
        return np.minimum(exit_, 0.9), np.minimum(move, 0.95 - np.minimum(exit_, 0.9))

    def _destinations(
        self, year: int, exits: np.ndarray, random: np.random.Generator
    ) -> np.ndarray:
        """0 pension, 1 other sector, 2 inactive; pension goes to the oldest."""
        shares = self.world.destinations
        pensioners = round(shares["pension"] * len(exits))
        follows_age = shares["pension"] < 0.3
        score = random.normal(0, 1.5, len(exits))
        if follows_age:
            score = score + self.state.age(year, exits)
        order = np.argsort(-score, kind="stable")
        destination = np.empty(len(exits), dtype=np.int8)
        other = shares["other_sector"] / (shares["other_sector"] + shares["inactive"])
        destination[:] = np.where(random.random(len(exits)) < other, 1, 2)
        destination[order[:pensioners]] = 0
        return destination

    def _count_leavers(
        self,
        year: int,
        at_risk: np.ndarray,
        origin: np.ndarray,
        exits: np.ndarray,
        destination: np.ndarray,
    ) -> dict[str, np.ndarray]:
        state = self.state
        of_exits = state.organisation[exits]
        counts = {
            name: np.bincount(of_exits[destination == code], minlength=self.count)
            for code, name in enumerate(("to_pension", "to_other_sector", "to_inactive"))
        }
        students = state.student
        counts["at_risk"] = self._by_age(year, at_risk, origin)
        young = at_risk[students[at_risk]]
        counts["students_at_risk"] = self._by_age(year, young, state.organisation[young])
        counts["sector_leavers"] = self._by_age(year, exits, of_exits)
        young = exits[students[exits]]
        counts["student_leavers"] = self._by_age(year, young, state.organisation[young])
        return counts

    def _by_age(self, year: int, people: np.ndarray, organisation: np.ndarray) -> np.ndarray:
        """Counts by organisation, age band and sex (female, male); shape (organisations, 10)."""
        cell = organisation.astype(np.int64) * 10
        cell += band_of(self.state.age(year, people)) * 2 + ~self.state.female[people]
        return np.bincount(cell, minlength=self.count * 10).reshape(self.count, 10)

    def _record_leavers(
        self,
        year: int,
        exits: np.ndarray,
        moves: np.ndarray,
        month: np.ndarray,
        destination: np.ndarray,
    ) -> None:
        for people, code in ((exits, destination), (moves, np.full(len(moves), -1, np.int8))):
            kept = self.state.sampled[people]
            rows = self._spells(year, people[kept])
            rows["last_month"] = month[people[kept]]
            rows["ended"] = True
            rows["destination"] = code[kept]
            self.collected.spells.append(rows)

    def _spells(self, year: int, people: np.ndarray) -> pd.DataFrame:
        state = self.state
        new = state.start_year[people] == year
        return pd.DataFrame(
            {
                "person": people.astype(np.int32),
                "organisation": state.organisation[people],
                "year": np.int16(year),
                "first_month": np.where(new, state.start_month[people], 1).astype(np.int8),
                "last_month": np.int8(12),
                "function": state.function[people],
                "team": state.team[people],
                "hours": state.hours[people],
                "wage": state.wage(year, people).astype(np.float32),
                "irregular": state.irregular[people],
                "temporary": state.temporary[people],
                "on_call": state.on_call[people],
                "start_year": state.start_year[people],
                "start_month": state.start_month[people],
                "ended": False,
                "destination": np.int8(-1),
            }
        )

    def _leave(self, year: int, exits: np.ndarray, destination: np.ndarray) -> None:
        self.state.left_year[exits] = year
        self.state.retired[exits[destination == 0]] = True
        self.state.organisation[exits] = -1

    def _slots(
        self,
        place: int,
        before: np.ndarray,
        leavers: np.ndarray,
        random: np.random.Generator,
    ) -> np.ndarray:
        """How many people each organisation takes on."""
        growth = GROWTH / (STOCK - GROWTH) + self.organisations.within["growth"][:, place]
        wanted = np.maximum(leavers + before * growth, 0.0)
        if place > 0:
            shock = self.organisations.within["absence"][:, place - 1]
            wanted *= np.exp(self.world.feedback["absence_to_inflow"] * shock)
        total = leavers.sum() + GROWTH * before.sum() / (STOCK - GROWTH)
        wanted *= total / wanted.sum()
        # Nobody shrinks to nothing.
        wanted = np.maximum(wanted, leavers + 5 - before)
        return np.floor(wanted + random.random(self.count)).astype(int)

    def _fill(
        self,
        year: int,
        joiners: np.ndarray,
        moves: np.ndarray,
        month: np.ndarray,
        random: np.random.Generator,
    ) -> dict[str, np.ndarray]:
        """Give the open places to movers, to people who come back, and to new people."""
        state = self.state
        slots = random.permutation(np.repeat(np.arange(self.count), joiners))
        within = random.random(len(moves)) < WITHIN / (WITHIN + BETWEEN)
        origin = state.organisation[moves].copy()
        target, left = place_movers(origin, within, slots, self.branch, random)
        same = self.branch[origin] == self.branch[target]
        counts = {
            "to_same_branch": np.bincount(origin[same], minlength=self.count),
            "to_other_branch": np.bincount(origin[~same], minlength=self.count),
            "joiners_from_sector": np.bincount(target, minlength=self.count),
            "joiners": joiners,
        }
        state.organisation[moves] = target
        state.team[moves] = self._teams(random, target)
        state.start_year[moves] = year
        state.start_month[moves] = month[moves] + 1
        state.student[moves] &= state.age(year, moves) < 25
        pool = np.flatnonzero(
            (state.organisation < 0)
            & ~state.retired
            & (state.left_year < year)
            & (state.left_year > 0)
            & (state.age(year, slice(None)) < 62)
        )
        back = pool[random.random(len(pool)) < self.world.returning][: len(left)]
        state.organisation[back] = left[: len(back)]
        state.team[back] = self._teams(random, left[: len(back)])
        state.start_year[back] = year
        state.start_month[back] = random.integers(1, 13, len(back))
        state.student[back] = False
        fresh = left[len(back) :]
        band = random.choice(5, size=len(fresh), p=self._entry_ages())
        people = self._people(random, fresh, band, year, _STUDENT_ENTRANTS)
        people.start_month = random.integers(1, 13, len(fresh)).astype(np.int8)
        first = len(state)
        state.append(people)
        self.joined = np.concatenate([moves, back, np.arange(first, len(state))])
        return counts

    def _entry_ages(self) -> np.ndarray:
        """Ages of people who enter, such that the ages of the stock stay as they are."""
        stock = AGE_SHARES * STOCK
        width = np.array([7.0, 10.0, 10.0, 10.0, np.inf])
        aged = stock / width
        overall = LEAVERS / (stock @ self.exit_rates)
        entering = stock * self.exit_rates * overall + aged + GROWTH * AGE_SHARES
        entering[1:] -= aged[:-1]
        entering = np.maximum(entering, 1000.0)
        return entering / entering.sum()

    def _unsteady(self, place: int) -> np.ndarray:
        """How many times likelier leaving is for last year's contracts and this year's overhead.

        Of contracts only what changes in an organisation counts: if temporary contracts and
        inflow also went together between organisations, absence could not tell them apart.
        """
        within, effect = self.organisations.within, self.world.steady_exit
        temporary = within["temporary"][:, max(place - 1, 0)] / TEMPORARY_SD
        overhead = self.z["overhead"] + within["overhead"][:, place] / OVERHEAD_SD
        return np.exp(effect["temporary"] * temporary + effect["overhead"] * overhead)

    def _settle(
        self,
        year: int,
        place: int,
        stayed: np.ndarray,
        counts: dict[str, np.ndarray],
        random: np.random.Generator,
    ) -> None:
        """Contracts, irregular hours and teams of everybody employed at the end of the year."""
        state, z, within = self.state, self.z, self.organisations.within
        state.student &= year - state.birth_year < 25
        employed = np.flatnonzero(state.organisation >= 0)
        organisation = state.organisation[employed]
        stock = np.bincount(organisation, minlength=self.count)
        share = (
            self.temporary[self.branch]
            + TEMPORARY_SD * z["temporary"]
            + within["temporary"][:, place]
        )
        quota = np.round(np.clip(share, 0.02, 0.7) * stock).astype(int)
        practical = state.education[employed] <= 1
        score = (
            3.0 * (year - state.start_year[employed] < 1)
            + 1.5 * (year - state.start_year[employed] < 2)
            + 1.0 * (year - state.birth_year[employed] < 25)
            + self.world.practical_work["temporary"] * practical
            + random.logistic(0, 1.0, len(employed))
        )
        state.temporary[employed] = top(score, organisation, quota)
        level = self.allowance[self.branch] * np.exp(
            0.22 * z["irregular_allowance"] + within["irregular_allowance"][:, place]
        )
        weight = (
            state.taste[employed]
            * _IRREGULAR[FUNCTION_OF_GROUP[state.function[employed]]]
            * np.exp(self.world.practical_work["irregular"] * practical)
        )
        wage = state.wage(year, employed) * state.hours[employed] / 36
        paid = np.bincount(organisation, wage * weight, minlength=self.count)
        wages = np.bincount(organisation, wage, minlength=self.count)
        state.irregular[employed] = np.minimum(
            weight * (level * wages / np.maximum(paid, 1e-9))[organisation], 0.6
        )
        counts["wages"] = wages
        counts["allowance"] = np.bincount(
            organisation, wage * state.irregular[employed], minlength=self.count
        )
        self._change_teams(place, stayed, stock, counts, random)

    def _change_teams(
        self,
        place: int,
        stayed: np.ndarray,
        stock: np.ndarray,
        counts: dict[str, np.ndarray],
        random: np.random.Generator,
    ) -> None:
        """Let stayers change team until an organisation's churn is what its latents say."""
        world, z = self.world, self.z
        paths = churn_paths(world)
        wanted = 0.36 + 0.045 * (
            paths["irregular_allowance"] * z["irregular_allowance"]
            + paths["inflow"] * z["inflow"]
            + paths["manager_churn"] * z["manager_churn"]
            + 0.85 * z["churn"]
        )
        joined = counts["joiners"] / stock
        chance = np.clip((wanted - joined) / np.maximum(1 - joined, 0.1), 0.01, 0.6)
        organisation = self.state.organisation[stayed]
        moved = systematic(chance[organisation], organisation, self.count, random)
        changing = stayed[moved]
        self.state.team[changing] = self._teams(random, self.state.organisation[changing])
        counts["team_changes"] = np.bincount(organisation[moved], minlength=self.count)

    # --- what is counted --------------------------------------------------------------------------

    def _collect(
        self, year: int, place: int, counts: dict[str, np.ndarray], random: np.random.Generator
    ) -> None:
        state = self.state
        employed = np.flatnonzero(state.organisation >= 0)
        organisation = state.organisation[employed].astype(np.int64)
        stock = np.bincount(organisation, minlength=self.count)
        fte = state.hours[employed] / 36
        frame = pd.DataFrame(
            {
                "organisation": np.arange(self.count),
                "year": year,
                "employees": stock,
                "fte": np.bincount(organisation, fte, minlength=self.count).round(1),
                "joiners": counts["joiners"],
                "joiners_from_sector": counts["joiners_from_sector"],
                "leavers": self.before + counts["joiners"] - stock,
                **{
                    name: counts[name]
                    for name in (
                        "to_same_branch",
                        "to_other_branch",
                        "to_pension",
                        "to_other_sector",
                        "to_inactive",
                    )
                },
                "temporary_share": np.bincount(
                    organisation, state.temporary[employed], minlength=self.count
                )
                / stock,
                "irregular_allowance_share": counts["allowance"] / counts["wages"],
                "team_churn": (counts["joiners"] + counts["team_changes"]) / stock,
                "manager_churn": np.clip(
                    0.20
                    + 0.06 * self.z["manager_churn"]
                    + self.organisations.within["manager_churn"][:, place],
                    0.0,
                    1.0,
                ),
                "span_of_control": np.exp(self.organisations.within["span"][:, place]).round(1),
            }
        )
        self.before = stock
        self.churn_z = standardised(frame["team_churn"].to_numpy(), self.branch)
        collected = self.collected
        collected.years.append(frame)
        students = employed[state.student[employed]]
        by_age = self._by_age(year, employed, organisation)
        cells = {
            "employees": by_age,
            "student_jobs": self._by_age(year, students, state.organisation[students]),
            **{
                name: counts[name]
                for name in ("at_risk", "students_at_risk", "sector_leavers", "student_leavers")
            },
        }
        collected.ages.append(
            pd.DataFrame(
                {
                    "organisation": np.repeat(np.arange(self.count), 10),
                    "year": year,
                    "band": np.tile(np.repeat(np.arange(5), 2), self.count),
                    "female": np.tile([True, False], 5 * self.count),
                    **{name: values.ravel() for name, values in cells.items()},
                }
            )
        )
        collected.functions.append(self._functions(year, employed, organisation, counts))
        collected.fte_cells.append(self._fte_cells(year, employed, organisation, fte))
        self._use_care(year, place, by_age.reshape(self.count, 5, 2).sum(axis=2), random)
        kept = employed[state.sampled[employed]]
        collected.spells.append(self._spells(year, kept))

    def _by_function(self, people: np.ndarray, organisation: np.ndarray) -> np.ndarray:
        """Counts by organisation and function; shape (organisations x functions,)."""
        size = len(FUNCTIONS)
        cell = organisation.astype(np.int64) * size + self.state.function[people]
        return np.bincount(cell, minlength=self.count * size)

    def _functions(
        self,
        year: int,
        employed: np.ndarray,
        organisation: np.ndarray,
        counts: dict[str, np.ndarray],
    ) -> pd.DataFrame:
        size = len(FUNCTIONS)
        return pd.DataFrame(
            {
                "organisation": np.repeat(np.arange(self.count), size),
                "year": year,
                "function": np.tile(np.arange(size), self.count),
                "employees": self._by_function(employed, organisation),
                "at_risk": counts["function_at_risk"],
                "leavers": counts["function_leavers"],
            }
        ).query("employees > 0 or at_risk > 0")

    def _fte_cells(
        self, year: int, employed: np.ndarray, organisation: np.ndarray, fte: np.ndarray
    ) -> pd.DataFrame:
        groups = len(FUNCTION_GROUPS)
        band = band_of(self.state.age(year, employed))
        cell = (organisation * 5 + band) * groups + FUNCTION_OF_GROUP[self.state.function[employed]]
        return pd.DataFrame(
            {
                "organisation": np.repeat(np.arange(self.count), 5 * groups),
                "year": year,
                "band": np.tile(np.repeat(np.arange(5), groups), self.count),
                "group": np.tile(np.arange(groups), 5 * self.count),
                "fte": np.bincount(cell, fte, minlength=self.count * 5 * groups),
            }
        ).query("fte > 0")

    def _use_care(
        self, year: int, place: int, employees: np.ndarray, random: np.random.Generator
    ) -> None:
        """Draw who is insured and uses care; next year's exits follow what is seen here."""
        coverage = np.array([self.world.coverage[band] for band in AGE_BANDS])
        rate = np.minimum(_INSURED * coverage / AGE_SHARES, 0.9)
        insured = random.binomial(employees, rate)
        frame = {
            "organisation": np.repeat(np.arange(self.count), 5),
            "year": year,
            "band": np.tile(np.arange(5), self.count),
            "insured": insured.ravel(),
        }
        for name, (level, strength) in _CARE.items():
            latent = self.z[name] + self.organisations.within[name][:, place]
            share = np.clip(level * np.exp(strength * latent), 0, 0.9)
            users = random.binomial(insured, share[:, None])
            frame[name] = users.ravel()
            observed = users.sum(axis=1) / np.maximum(insured.sum(axis=1), 1)
            self.care_z[name] = standardised(observed, self.branch)
        self.collected.care.append(pd.DataFrame(frame))


#: Effect of one SD of team churn on log absence; the paths into churn follow from the plants.
CHURN_EFFECT = 0.05


def churn_paths(world: World) -> dict[str, float]:
    """Return the paths from latents to team churn, in SD: effect through churn over its own."""
    paths = {
        name: world.unrest_share * world.drivers[name] / CHURN_EFFECT
        for name in ("irregular_allowance", "inflow")
    }
    return paths | {"manager_churn": world.manager_churn / CHURN_EFFECT}
