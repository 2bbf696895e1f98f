"""The synthetic survey: who answers, and answers that follow the Job Demands-Resources model.

Latent scores are standard normal, with a part that people of one organisation share; of engagement
that part follows the churn of the organisation's teams and its mobility where planted. Items load
.62 to .85 on their part, and all self-reports load on one method factor where that is planted.
Who answers depends on age, and on care use where that is planted (not at random).
"""

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import expit

from analysis.sources.vocabulary import (
    AGE_BANDS,
    BRANCHES,
    EDUCATION,
    FUNCTION_GROUPS,
    ITEMS_PER_PART,
    SCALES,
)
from analysis.stub.choosing import standardised
from analysis.stub.draws import stream
from analysis.stub.organisations import FUNCTION_OF_GROUP, Organisations
from analysis.stub.people import AGE_SHARES, State, band_of
from analysis.stub.worlds import World

#: Respondents per wave; the last two years have one.
RESPONDENTS = 20_000
WAVES = 2
#: Prevalence of the three outcomes.
LEAVING, WORK_RELATED, ABSENT = 0.20, 0.10, 0.47
LOADINGS = (0.85, 0.75, 0.62)
MISSING = 0.10
_CUTS = (-1.5, -0.5, 0.5, 1.5)
_EXOGENOUS = ("workload", "work_life", "climate", "learning", "leadership", "autonomy")
#: Correlation of demands with each other, of resources with each other, and across.
_DEMANDS, _RESOURCES, _ACROSS = 0.4, 0.4, -0.2


class Survey:
    """Draws the respondents of each wave while the population is simulated."""

    def __init__(self, world: World, organisations: Organisations, seed: int) -> None:
        self.world = world
        self.organisations = organisations
        self.seed = seed
        self.waves = set(organisations.years[-WAVES:])
        self._frames: list[pd.DataFrame] = []
        random = stream(seed, "survey organisations")
        count = len(organisations)
        self._response = np.exp(random.normal(0, 0.3, count))
        shared = (*_EXOGENOUS, "exhaustion", "engagement")
        self._shared = {name: random.standard_normal(count) for name in shared}
        self._leaving = random.standard_normal(count)
        self._churn: list[np.ndarray] = []
        self._mobility: list[np.ndarray] = []

    def observe(self, year: int, state: State, employed: np.ndarray, counts: pd.DataFrame) -> None:
        """Note how people come, go and change team; draw a wave if the year has one."""
        stock = counts["employees"]
        before = stock + counts["leavers"] - counts["joiners"]
        mobility = (counts["joiners"] + counts["leavers"]) / ((stock + before) / 2)
        self._churn.append(counts["team_churn"].to_numpy())
        self._mobility.append(mobility.to_numpy())
        if year in self.waves:
            self._frames.append(self._wave(year, state, employed))

    def table(self) -> pd.DataFrame:
        """Return the table of the IZZ Monitor, with places for people and organisations."""
        return pd.concat(self._frames, ignore_index=True)

    def _wave(self, year: int, state: State, employed: np.ndarray) -> pd.DataFrame:
        random = stream(self.seed, f"survey {year}")
        band = band_of(state.age(year, employed))
        coverage = np.array([self.world.coverage[name] for name in AGE_BANDS])
        weight = (coverage / AGE_SHARES)[band] * self._response[state.organisation[employed]]
        practical = state.education[employed] <= 1
        weight *= np.where(practical, self.world.coverage["practical"], 1.0)
        # A quarter more than needed: not everybody who is asked answers.
        chance = np.minimum(1.25 * RESPONDENTS * weight / weight.sum(), 1.0)
        people = employed[random.random(len(employed)) < chance]
        organisation = state.organisation[people]
        scores = self._scores(organisation, random)
        user = random.random(len(people)) < expit(-2.2 + 0.5 * scores["exhaustion"])
        odds = np.where(user, 4 * self.world.coverage["care_users"], 4.0)
        answers = random.random(len(people)) < odds / (1 + odds)
        people, organisation = people[answers], organisation[answers]
        scores = {name: values[answers] for name, values in scores.items()}
        frame = pd.DataFrame(
            {
                "respondent": people,
                "organisation": organisation,
                "year": year,
                "age_band": np.array(list(AGE_BANDS))[band_of(state.age(year, people))],
                "sex": np.where(state.female[people], "female", "male"),
                "education": np.array(list(EDUCATION))[state.education[people]],
                "function_group": np.array(list(FUNCTION_GROUPS))[
                    FUNCTION_OF_GROUP[state.function[people]]
                ],
                "contract": np.where(
                    state.temporary[people],
                    np.where(state.on_call[people], "on_call", "temporary"),
                    "permanent",
                ),
                "hours": state.hours[people].astype(float),
            }
        )
        items = self._items(scores, organisation, random)
        outcomes = self._outcomes(scores, organisation, band_of(state.age(year, people)), random)
        return pd.concat([frame, items, outcomes], axis=1)

    def _scores(
        self, organisation: np.ndarray, random: np.random.Generator
    ) -> dict[str, np.ndarray]:
        """Latent scores with mean 0 and variance 1 of everything that may be reported."""
        world, count = self.world, len(organisation)
        size = len(_EXOGENOUS)
        correlation = np.full((size, size), _RESOURCES)
        correlation[:2, :2] = _DEMANDS
        correlation[:2, 2:] = correlation[2:, :2] = _ACROSS
        np.fill_diagonal(correlation, 1.0)
        own = random.multivariate_normal(np.zeros(size), correlation, size=count)
        icc = world.survey_icc["scales"]
        scores = {
            name: np.sqrt(icc) * self._shared[name][organisation] + np.sqrt(1 - icc) * own[:, i]
            for i, name in enumerate(_EXOGENOUS)
        }
        # A wide span leaves less room for the climate; it is part of what people share.
        span = self._span()
        unknown = np.sqrt(max(icc - np.var(span), 0.0)) - np.sqrt(icc)
        scores["climate"] += span[organisation] + unknown * self._shared["climate"][organisation]
        path = world.exhaustion["workload"]
        exhausted = (
            path * scores["workload"]
            + path / 2 * scores["work_life"]
            + world.buffer * scores["workload"] * scores["learning"]
        )
        engaged = sum(
            world.motivation[name] * scores[name]
            for name in ("learning", "leadership", "autonomy", "climate")
        )
        unrest = self._unrest()
        for name, systematic, known in (
            ("exhaustion", exhausted, np.zeros_like(unrest)),
            ("engagement", engaged, unrest),
        ):
            # What is known of an organisation is part of what its people share.
            systematic = systematic + known[organisation]
            unknown = max(icc - np.var(known), 0.0)
            rest = max(1 - np.var(systematic) - unknown, 0.0)
            scores[name] = (
                systematic
                + np.sqrt(unknown) * self._shared[name][organisation]
                + np.sqrt(rest) * random.standard_normal(count)
            )
        scores["marker"] = random.standard_normal(count)
        return scores

    def _span(self) -> np.ndarray:
        """What an organisation's span of control adds to its climate, more so in tight budgets."""
        span, result = (
            standardised(
                self.organisations.within[name].mean(axis=1), self.organisations.branch_code
            )
            for name in ("span", "result")
        )
        return span * (self.world.span["climate"] - self.world.span["tight"] * result)

    def _unrest(self) -> np.ndarray:
        """What churn of teams and mobility, up to now, add to the engagement of an organisation."""
        branch = self.organisations.branch_code
        churn, mobility = (
            standardised(np.mean(yearly, axis=0), branch)
            for yearly in (self._churn, self._mobility)
        )
        return self.world.stable_team * churn + self.world.mobility_engagement * mobility

    def _items(
        self,
        scores: dict[str, np.ndarray],
        organisation: np.ndarray,
        random: np.random.Generator,
    ) -> pd.DataFrame:
        count = len(organisation)
        method = random.standard_normal(count)
        ghz = self.organisations.branch_code[organisation] == list(BRANCHES).index("ghz")
        columns = {}
        for scale, parts in SCALES.items():
            for part in parts:
                latent = scores[scale]
                if len(parts) > 1:
                    own = random.standard_normal(count)
                    common = self.world.scale_structure
                    latent = np.sqrt(common) * latent + np.sqrt(1 - common) * own
                for number in range(1, ITEMS_PER_PART + 1):
                    loading, shared = LOADINGS[number - 1], self.world.method_factor
                    error = np.sqrt(1 - loading**2 - shared**2 * (1 if shared else 0))
                    answer = loading * latent + shared * method
                    answer = answer + error * random.standard_normal(count)
                    if (scale, part, number) == ("learning", "safety", 1):
                        answer = answer + self.world.non_invariance * ghz
                    cut = (np.searchsorted(_CUTS, answer) + 1).astype(float)
                    cut[random.random(count) < MISSING] = np.nan
                    columns[f"{scale}_{part}_{number}"] = pd.array(cut, dtype="Int64")
        return pd.DataFrame(columns)

    def _outcomes(
        self,
        scores: dict[str, np.ndarray],
        organisation: np.ndarray,
        band: np.ndarray,
        random: np.random.Generator,
    ) -> pd.DataFrame:
        world, count = self.world, len(organisation)
        personal = world.personal * (band - band.mean()) / band.std()
        icc = world.survey_icc["leaving"]
        shared = np.sqrt(icc / (1 - icc) * np.pi**2 / 3) * self._leaving[organisation]
        leaving = _draw(
            world.motivation["to_leaving"] * scores["engagement"] + shared + personal,
            LEAVING,
            random,
        )
        related = _draw(
            world.exhaustion["to_absence"] * scores["exhaustion"]
            + world.exhaustion["direct"] * scores["workload"]
            + personal,
            WORK_RELATED,
            random,
        )
        other = (ABSENT - WORK_RELATED) / (1 - WORK_RELATED)
        absent = related | (random.random(count) < other)
        cause = np.where(
            related, np.where(random.random(count) < 0.3, "wholly", "partly"), "none"
        ).astype(object)
        cause[~absent] = None
        return pd.DataFrame(
            {
                "intention_to_leave": pd.array(leaving.astype(int), dtype="Int64"),
                "self_reported_absence": pd.array(absent.astype(int), dtype="Int64"),
                "work_related": cause,
            }
        )


def _draw(logit: np.ndarray, prevalence: float, random: np.random.Generator) -> np.ndarray:
    """Draw yes or no with these log odds, shifted so that the prevalence is as given."""
    shift = brentq(lambda value: expit(value + logit).mean() - prevalence, -20, 20)
    return random.random(len(logit)) < expit(shift + logit)
