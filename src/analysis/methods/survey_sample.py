"""The respondents on whom the individual model rests: complete answers, scores in deviations.

One sample serves all models of a chapter, so that their estimates compare the same people.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods.cells import Cell
from analysis.methods.results import Absent
from analysis.methods.years import covering
from analysis.sources.izz_monitor import SCALE_WORDS

#: Working conditions that an organisation can change, and what lies between them and the outcomes.
DRIVERS = ("workload", "work_life", "climate", "learning", "leadership", "autonomy")
MEDIATORS = ("exhaustion", "engagement")
#: Personal characteristics and the branch, held equal in every model.
CONTROLS = (
    "age_band", "sex", "education", "function_group", "contract", "branch", "year",
)  # fmt: skip
LEAVING, ABSENCE = "intention_to_leave", "work_related_absence"
CAUSES = ("none", "partly", "wholly")
#: A level with fewer people is joined to the reference, as the airlock refuses thinner indicators.
FEWEST = 10
#: A level with fewer people who say yes, or who say no, is joined too: where nobody in it
#: leaves, its log odds have no end, and no logistic model can be fitted.
FEWEST_ANSWERS = 5
#: Fewer organisations than this give a variance without any meaning.
FEWEST_ORGANISATIONS = 12
#: Fewer respondents per column of the widest model make its coefficients noise.
ROWS_PER_COLUMN = 10
_NOTHING = 1e-8


@dataclass(frozen=True)
class Sample:
    """Complete respondents of the survey.

    Attributes
    ----------
    scores
        Weighted mean 0 and standard deviation 1 per scale; a column per scale that varies and is
        not made up of the others.
    outcomes
        ``intention_to_leave`` and ``work_related_absence`` as 0 and 1, and ``cause`` as 0 (not
        absent, or not from work), 1 (partly) and 2 (wholly from work).
    controls
        Indicators per level of ``CONTROLS``, without the reference level.
    weights
        Mean 1; None when no weight is known.
    organisation
        Number of the organisation of each row, from 0.
    persons
        Number of distinct people: somebody may answer in two waves.
    year, years
        The newest wave, and all of them.
    tables
        Names of the tables that were used.
    dropped
        Scales that could not be told from others or did not vary.
    asked
        Number of distinct people before those with missing answers were left out.
    use
        What the sample is for; samples for different uses overlap.
    newest
        Whether a row is the newest of its person; None when everybody answered once.
    without_waves
        Waves in which nobody answered all that is needed.
    """

    scores: pd.DataFrame
    outcomes: pd.DataFrame
    controls: pd.DataFrame
    weights: np.ndarray | None
    organisation: np.ndarray
    persons: int
    year: int
    years: tuple[int, ...]
    tables: tuple[str, ...]
    dropped: tuple[str, ...] = ()
    asked: int = 0
    use: str = "factors"
    newest: np.ndarray | None = None
    without_waves: tuple[int, ...] = ()

    @property
    def cell(self) -> Cell:
        """Address of those whom the results count."""
        return Cell.of("respondents", answered=self.use)

    @property
    def organisations(self) -> int:
        """Number of organisations."""
        return int(self.organisation.max()) + 1

    @property
    def about(self) -> dict:
        """What every row of a result says of its sample."""
        return {
            "n": float(self.persons),
            "n_organisations": float(self.organisations),
            "df": float(self.organisations - 1),
            "period": f"{self.year}JJ00",
        }

    def told(self, method: Text) -> Text:
        """Add to a method what it could not do in this sample, and why."""
        method = covering(method, self.years)
        nl, en = method.nl, method.en
        if self.weights is None:
            nl += "; ongewogen: er zijn geen gewichten geleverd"
            en += "; unweighted: no weights were delivered"
        if self.dropped:
            words = [SCALE_WORDS[name] for name in self.dropped if name in SCALE_WORDS]
            nl += f"; zonder {', '.join(one.nl for one in words)}: niet gevraagd, voor iedereen "
            nl += "gelijk, of niet te onderscheiden van een andere schaal"
            en += f"; without {', '.join(one.en for one in words)}: not asked, the same for "
            en += "everybody, or not to be told from another scale"
        if self.without_waves:
            waves = ", ".join(str(year) for year in self.without_waves)
            nl += f"; zonder de meting van {waves}: niet alles wat nodig is, werd gevraagd"
            en += f"; without the wave of {waves}: not all that is needed was asked"
        return Text(nl=nl, en=en)

    def design(self, *scales: str) -> pd.DataFrame:
        """Return these scales with the controls and a constant, which comes last."""
        there = [name for name in scales if name in self.scores]
        found = pd.concat([self.scores[there], self.controls], axis=1)
        return found.assign(constant=1.0)


def work_related(absent: pd.Series, cause: pd.Series) -> pd.Series:
    """Return how far absence came from work: 0, 1 (partly) or 2 (wholly); missing when not told.

    Only those who were absent are asked for the cause. Who was not absent had no absence from
    work, and counts as 0 beside those whose absence had another cause. Who was absent and did not
    tell why is missing, not 0.
    """
    told = cause.map({name: float(place) for place, name in enumerate(CAUSES)})
    return told.where(absent != 0, 0.0).where(absent.notna()).astype(float)


def _cause_asked(frame: pd.DataFrame) -> pd.Series:
    """Tell of each row whether its wave asked for the cause of absence.

    Where nobody who was absent tells it, those who were not absent must not stay behind alone:
    they would make a wave without any absence from work.
    """
    told = (frame["self_reported_absence"] == 1) & frame["work_related"].notna()
    return told.groupby(frame["year"]).transform("any")


def complete_respondents(
    individuals: DataTable,
    *,
    last: int,
    organisation_years: DataTable | None = None,
    beside: tuple[str, ...] = (),
    use: str | None = None,
) -> Sample | Absent:
    """Take the respondents of all waves who answered all scales and both outcomes.

    Parameters
    ----------
    individuals
        A row per respondent and wave.
    organisation_years
        Where given, ``team_churn`` of the organisation joins the scores with its sign turned, as
        ``fixed_teams``; organisations for which it is not known then leave the sample.
    beside
        Further columns of ``individuals`` that join the scores and must be known.
    use
        Name of what the sample is for, where it differs from that of the factors.

    Returns
    -------
    Sample or Absent
        Absent without rows, without an outcome that varies, or with fewer than
        ``FEWEST_ORGANISATIONS`` organisations or ``ROWS_PER_COLUMN`` respondents per column.
    """
    if individuals.frame is None:
        return Absent((individuals.name,))
    frame = individuals.frame[individuals.frame["year"] <= last]
    cause = work_related(frame["self_reported_absence"], frame["work_related"])
    frame = frame.assign(cause=cause.where(_cause_asked(frame)))
    scales, tables = [*DRIVERS, *MEDIATORS], [individuals.name]
    # A scale that nobody answered was not asked; it costs no respondents.
    asked = [name for name in scales if frame[name].notna().any()]
    asked += [name for name in beside if frame[name].notna().any()]
    if organisation_years is not None:
        if organisation_years.frame is None:
            return Absent((organisation_years.name,))
        churn = organisation_years.frame[["organisation", "year", "team_churn"]]
        frame = frame.merge(churn, on=["organisation", "year"], how="left")
        frame = frame.assign(fixed_teams=-frame["team_churn"])
        asked.append("fixed_teams")
        tables.append(organisation_years.name)
    controls = [name for name in CONTROLS if frame[name].notna().any()]
    weighted = bool(frame["weight"].notna().any())
    needed = [*asked, *controls, "organisation", LEAVING, "cause"] + ["weight"] * weighted
    whole = frame.dropna(subset=needed).reset_index(drop=True)
    if whole.empty:
        return Absent(tuple(tables))
    outcomes = pd.DataFrame(
        {
            LEAVING: whole[LEAVING].astype(float),
            ABSENCE: (whole["cause"] > 0).astype(float),
            "cause": whole["cause"],
        }
    )
    codes, names = pd.factorize(whole["organisation"], sort=True)
    held = indicators(whole[controls], outcomes[[LEAVING, ABSENCE]])
    few = ROWS_PER_COLUMN * (len(asked) + held.shape[1] + 1)
    if (
        len(names) < FEWEST_ORGANISATIONS
        or len(whole) < few
        or (outcomes[[LEAVING, ABSENCE]].nunique() < 2).any()
    ):
        return Absent(tuple(tables))
    weights = whole["weight"].to_numpy(float) if weighted else None
    weights = None if weights is None else weights / weights.mean()
    scores, dropped = _standardised(whole[asked].astype(float), weights)
    if scores.empty:
        return Absent(tuple(tables))
    return Sample(
        scores=scores,
        outcomes=outcomes,
        controls=held,
        weights=weights,
        organisation=codes,
        persons=int(whole["respondent"].nunique()),
        year=int(whole["year"].max()),
        years=tuple(sorted({int(year) for year in whole["year"]})),
        tables=tuple(tables),
        dropped=(*(name for name in scales if name not in asked), *dropped),
        asked=int(frame["respondent"].nunique()),
        use=use or ("factors" if organisation_years is None else "factors with teams"),
        newest=_newest(whole),
        without_waves=tuple(sorted(set(frame["year"]) - set(whole["year"]))),
    )


def _newest(frame: pd.DataFrame) -> np.ndarray:
    """Tell of each row whether it is the newest of its person."""
    last = frame.sort_values("year", kind="stable").drop_duplicates("respondent", keep="last").index
    return frame.index.isin(last)


def naive(sample: Sample, *, weights: bool = False, clusters: bool = False) -> Sample:
    """Return the sample as somebody would use it who forgets weights or organisations.

    To show what goes wrong; without clusters every row counts as an organisation of its own, so
    its counts of organisations and degrees of freedom are not for publication.
    """
    return replace(
        sample,
        weights=sample.weights if weights else None,
        organisation=sample.organisation if clusters else np.arange(len(sample.scores)),
    )


def _standardised(
    frame: pd.DataFrame, weights: np.ndarray | None
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Scale the columns; leave out those that do not vary or follow from the ones before."""
    mass = np.ones(len(frame)) if weights is None else weights
    kept, dropped = {}, []
    for name, values in frame.items():
        centred = values.to_numpy() - np.average(values, weights=mass)
        spread = np.sqrt(np.average(centred**2, weights=mass))
        if not spread > _NOTHING:
            dropped.append(name)
            continue
        score = centred / spread
        if kept:
            before = np.column_stack(list(kept.values()))
            rest = score - before @ np.linalg.lstsq(before, score, rcond=None)[0]
            if (rest**2).mean() < _NOTHING:
                dropped.append(name)
                continue
        kept[name] = score
    return pd.DataFrame(kept), tuple(dropped)


def indicators(frame: pd.DataFrame, outcomes: pd.DataFrame) -> pd.DataFrame:
    """Make an indicator per level but the largest; levels that are too thin join the largest.

    A characteristic that is known of nobody has none. Too thin is a level with few people, or with
    few of either answer to one of the outcomes.
    """
    columns: dict[str, np.ndarray] = {}
    for name, values in frame.items():
        counts = values.value_counts().sort_index()
        if counts.empty:
            continue
        reference = counts.idxmax()
        for level in counts.index:
            yes = outcomes[values == level].sum()
            enough = (
                FEWEST <= counts[level] <= len(frame) - FEWEST
                and min(yes.min(), (counts[level] - yes).min()) >= FEWEST_ANSWERS
            )
            if level != reference and enough:
                columns[f"{name}={level}"] = (values == level).to_numpy(float)
    found = pd.DataFrame(columns, index=frame.index)
    return _independent(found)


def _independent(frame: pd.DataFrame) -> pd.DataFrame:
    """Leave out indicators that follow from the constant and those before them."""
    whole = np.column_stack([np.ones(len(frame)), frame.to_numpy(float)])
    triangle = np.abs(np.diag(np.linalg.qr(whole, mode="r")))
    return frame.loc[:, triangle[1:] > _NOTHING * np.sqrt(len(frame))]
